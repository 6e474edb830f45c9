/* Ids made by Leadline: UUIDv7 (RFC 9562), 16 bytes inside, lower case text outside. */
#pragma once
#include "base/attr.h"
#include "base/str.h"

struct id {
	uint8_t b[16];
};
#define ID_TEXT 37 /* bytes of the text form with its NUL */

/* As memcmp(): ids made later are greater. */
int id_order(struct id a, struct id b);
struct id id_new(int64_t now_ms); /* rises within the process, also inside one ms */
/*
 * The id number n that belongs to parent under the label: the same inputs give the same id, so that
 * work done again after a crash makes the same rows. Time part: at_ms.
 */
struct id id_derive(struct id parent, const char *label, uint32_t n, int64_t at_ms);
#define ID_NULL ((struct id){ { 0 } })
bool id_is_null(struct id x); /* all zero: SQL NULL */
bool id_eq(struct id a, struct id b);
int64_t id_time(struct id x); /* the ms inside */
char *id_text(struct id x, char out[ID_TEXT]);
/* The least and the greatest id of a ms: edges of time for keys that begin with an id. ms from 0 to
 * 2^48 - 1. */
struct id id_first(int64_t ms);
struct id id_last(int64_t ms);
#define ID_MS_MAX ((INT64_C(1) << 48) - 1)
bool id_parse(struct str s, struct id *ret); /* false unless a UUID in lower or upper case */
