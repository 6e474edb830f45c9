/* libphonenumber for C; phone_shim.cc is the only C++ of the program. */
#pragma once
#ifdef __cplusplus
extern "C" {
#endif

#define PHONE_E164 24 /* "+" and up to 15 digits (17 in libphonenumber), NUL */

/*
 * The E.164 form of text, read as a number dialled in region (ISO alpha-2; "ZZ" when unknown: then
 * only with a leading +). 1 valid in a country's plan, 0 not.
 */
int phone_shim_e164(const char *text, const char *region, char out[PHONE_E164]);

#ifdef __cplusplus
}
#endif
