/* Tables of words, made at build time by tools/gen-identity from tables/: sorted by their bytes. */
#pragma once
#include "base/str.h"

struct table_row {
	const char *key, *value; /* "" of a set */
};
struct table {
	const struct table_row *row;
	unsigned n;
};
extern const struct table table_company_words, table_family_readings, table_free_mail,
	table_given_readings, table_honorifics, table_junk_mailboxes, table_legal_forms,
	table_native_forms, table_no_company, table_role_mailboxes, table_sample_domains,
	table_throw_away;
/* The value, or NULL when the key is not there. */
const char *table_find(const struct table *t, struct str key);

/* A form of first names and the groups that it belongs to; the row 0 is none. Sorted. */
#define NICKNAME_GROUPS 12
struct nickname {
	const char *form;
	uint16_t group[NICKNAME_GROUPS]; /* 0 ends, or it is full */
};
extern const struct nickname nicknames[];
extern const unsigned nickname_count;
uint16_t nickname_of(struct str folded); /* its row; 0 none */
bool nickname_same(uint16_t a, uint16_t b);
