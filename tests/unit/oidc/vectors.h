/* Keys and tokens made by node:crypto for these tests; the private keys were thrown away. */
#pragma once
/* Numbers of keys: RSA with 2048 and 1024 bits, P-256. */
#define RSA_N                                                                                      \
	"vZ1GdIp5wpv3x03ELQQpJg2CnvKMBB4kKJ8TM_05F425hXaTb1-o_QtrThikV3Wj3o8vK9RgJlX97YZu"         \
	"YmMl0UtMNJgqftO2edulXDUjR7QFfijLs1IKx8pJrQ_zCReMDG53pqepY2-3FVPdVC4uTm7uAflPOPXP"         \
	"oGZSa0-CkgDCCLSl1Qf_m5wIzehRTKFTwKPKe1paw5KCVGnXt_K4FfhrcpBUxu5udt9SNyxQoqaKtq8r"         \
	"0Mk96hseKHEFE7MdTVd6-JVxE2s_v-CqHH_H1Saj2-7hWfcU_dr0E2g8tnZC54aKc1OqA8XStU3ZabQP"         \
	"NlRhkdMs3ZcHDARRxfmSOw"
#define SMALL_N                                                                                    \
	"rd9GeYPkcevPagdBD02Cu4H5chskquS93_2bBDiEyZHBOabhYwrciHEJ62T2_eYNCLDrbLLg96-uediT"         \
	"FtdLhVtJdTfcyiH70d2KOTjgID_Fh8LNKyzzAUkivftDG_JUJRh-6wBSZTYmmKJv93MdUcPK95TKiLB5"         \
	"mQapj9wgxQ0"
#define EC_X "gfVd6oEkM3VSQj86kFy4iLSvL-Us-QzSVAnqsnnw5XM"
#define EC_Y "mM8Jzg6_4e8Fc8f_OgYDnEAUmLL8YoiI0xu2Th_9p2U"
/* Signed by them; the claims are {"sub":"kim"}. */
#define RSA_TOKEN                                                                                  \
	"eyJhbGciOiJSUzI1NiIsImtpZCI6InIifQ.eyJzdWIiOiJraW0ifQ.iyTtnMmyXcbh9Bfd1nZu_Rm1vT"         \
	"WOMC49_VoYKsFigEFaa74egHl3ra-BQvPDFdAcPtMGbQlguzHNZDYvb1IPlkw1gx_o-79Pe5aU6Ycv9o"         \
	"MwLTfnPPzCCYnT6D_lBmzL4xK3D5K1a9nW4RuIBTvTIrGh3f_5rIPJ1IiMH412oq6RUnyZM8PMkyRtgS"         \
	"Mem1LMRD2fGHHtW4uSAgjOWWq-DRrahfGzjR6TIPK-2vmbIg4U06L8SWGdZLOPTeXPij4APxm6DeyE5s"         \
	"oet8fuixdeQYoPgnrLS2vnJoKh561z1dl6wAW5rKR0OcSAar-Uv4jkuv_lns1EJALb5i700HB1Ig"
#define RSA_BARE_TOKEN                                                                             \
	"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJraW0ifQ.h_fV8xBr92Ow4s1tRNY49-Vx0tSyMYioV21pm-1B"         \
	"zE8c2o9-le9CRQ-KbOuh_OhyHhOQyytxS6qZSNBzfali4F9ePiwU_zHjUTjEepG1Xsiyr4L9hZkdfefV"         \
	"42KhVN4aN4M-ZcwzxdozIgXoexcB7dHobQ34iOzoJququE6mCRT7EmyV7tjmzEju4KYg_MJNbnN7Zszb"         \
	"eeYqCFp-AtND1MGD35357hhN6iUbWRuGVtAEc8YrFAWgXUyNMQgGK_hOHnKtfzoncwfN8VM2WpE5gmN4"         \
	"RIvuDINfxgryP0JHFUpv5Vz5S1Bwi0KaHPYeVpgYCUJTyAQbqy3ulzgCo1PMTw"
#define SMALL_TOKEN                                                                                \
	"eyJhbGciOiJSUzI1NiIsImtpZCI6InMifQ.eyJzdWIiOiJraW0ifQ.pKmCt171RlCpYXH4CtkaqE8l7y"         \
	"FB0iikaV1wKBiWF1hAbzpQVcCZO246lk9Qk4E8LDg4K2Dum6ubkCEgVZUG6DpvdU_JVrV_ltLu7Q9L8U"         \
	"M9ypVWpL5ds6uAJDqVDzEg3jBCRzt55m0HUl4r4J6MKglePpknsDno8XYzMWG6_So"
#define EC_TOKEN                                                                                   \
	"eyJhbGciOiJFUzI1NiIsImtpZCI6ImUiLCJ0eXAiOiJKV1QifQ.eyJzdWIiOiJraW0ifQ.QbqFJroFQO"         \
	"cvDl_uI7sqWMklRyDAGFdR4QT1_O6tvDQby6Me9vOLQzOJveDtFR4MRLsvrjh-hE0CyWWRS_Cebg"
#define HS_TOKEN                                                                                   \
	"eyJhbGciOiJIUzI1NiIsImtpZCI6InIifQ.eyJzdWIiOiJraW0ifQ.ANaixcvosYnHLp35e1aweXqtlw"         \
	"84Ijkd1244MJ4xJQn1bJBf2RtOhuj9EYUC5jirX-H3nF8SjGJcF0v85kATpGrQoNwB-03T8dkn1JYyT4"         \
	"5UA4i0KoFjjhIUzVBdisJiqgV1D6jqjcnqgh5bfhDqjP5wlUQFDl7hL2e7cTw54q9jbu0V51lumH5kW5"         \
	"HQz38H-nmEK76kJPWeI_RFLazwagc9zYD6mhX9zMi0xwzYfAzkFUF15B4nseE2TjDmErQRGjZY2xYxoy"         \
	"i0iQfSuWRu3VeXmyOw2wadJ8bTzw0gMH87QPcAM4ePZJVm4t7-paAIy-GezGll56bwNcPSiVFt8w"
#define CRIT_TOKEN                                                                                 \
	"eyJhbGciOiJSUzI1NiIsImtpZCI6InIiLCJjcml0IjpbImV4cCJdfQ.eyJzdWIiOiJraW0ifQ.j3EpEO"         \
	"FLtygZZmZTBAmDGOMT5AOh75_xggSsXeoQxkvmxewtvEZlNxxrHeU3NIZp25djCS7Apvwa3UxWwqixDY"         \
	"6KRFbcCv2WcnuMMBCbbgSjlxtvgxPdbxXSFFq6GhYNuDQHk3QCaWoAaLB6skO2M4P9zqEozUtvIbMAWO"         \
	"vKhKVQUGIwaec9HsVeOyZSRAfunQ_PUluOeMOZOolyMWCB9fGB1Y09jAuPrlQb-bwxdB98wtPruNKl5F"         \
	"iI07X3Q96SQQE4KxDCKWUS9fkZy3IReEYkG3GK52NwbD-nvij33UuU-jkZDyBGi2ZsEFR-_o7s72JMCg"         \
	"vhK1iy3R7on1QKyg"
#define TYPE_TOKEN                                                                                 \
	"eyJhbGciOiJSUzI1NiIsImtpZCI6InIiLCJ0eXAiOiJhdCtqd3QifQ.eyJzdWIiOiJraW0ifQ.NHIwxz"         \
	"EINSaIQeT8AXDpi9LDa9cQBGuUqekAZ4CgO1ajAmrpIxDyx7N9FUNQW1L5oL50gaM--5tUVeth9ntaz4"         \
	"E76YdWMXIYaum9cDBztSScboOgmJI-4pHS2FM9tCkh4sJulN3Su_0BXn6ZF3b3LgzbNO95bjOxOpUxKd"         \
	"B37aOqnc-2BffCyJGIMovANNO0xqCPizBNh-oDNqxkLTYtuaDtVdu19zDiOvbTOyIeN5ryFj-YXPaUX-"         \
	"DRYV0UphjFU7qBIRwcVIqLycpp_0vSdqwQBfTuw7JMvnHGWAamGvxO_TTseLksujI8QMaT3x57qy-JAn"         \
	"AHxQmmn1NOIjJrsQ"
#define RSA_AS_EC_TOKEN                                                                            \
	"eyJhbGciOiJFUzI1NiIsImtpZCI6ImUifQ.eyJzdWIiOiJraW0ifQ.aRRGhI19A-yostbA9wKwsM5fuK"         \
	"0hPspyj9od53T8mvKFGGG1TOWYmObDS-gvvEkdbGTQJM0OeCe2ymItpTFmZCNeVZhC-YXB5XNb4RyCxn"         \
	"mgBtw4T-TztDPTGxlEIz7i74KV0UGLiDLISc32TJzeHR1UhjXCXThnMFw3sJ-VSm4F8WldJPxhxolga9"         \
	"bLSlrD3Aq_oQDzOk_ziOT0jK38LYTobMvabTe7XQDoFbVize569ywzd8_hoxmGIgzWKIZUMrpQLG7fq0"         \
	"ibguml8TpefTbcySK59NzgE0JTAJa1euIGkzYxgByOhTqtfg0-Li-T3nrKoLgQG0LgEnFbKB-8TA"
