/* Mandarin readings of Han characters, made at build time by tools/gen-pinyin from ICU. */
#pragma once
#include <stdint.h>

#define PINYIN_FIRST 0x4E00
#define PINYIN_LAST  0x9FFF
extern const char pinyin_syllables[][8];
extern const uint16_t pinyin_of[PINYIN_LAST - PINYIN_FIRST + 1]; /* rows in pinyin_syllables */
