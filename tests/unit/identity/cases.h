/* Records in one line: "first|last|email|phone|country|company|title", and what comes of two. */
#pragma once
#include "../base/cases.h"
#include "base/limits.h"
#include "identity/identity.h"

static const enum identity_field lead_fields[] = { IDENTITY_FIRST,   IDENTITY_LAST,
						   IDENTITY_EMAIL,   IDENTITY_PHONE,
						   IDENTITY_COUNTRY, IDENTITY_COMPANY,
						   IDENTITY_TITLE };

static inline struct identity_record lead_of(const char *text)
{
	struct identity_record r = { 0 };
	struct str rest = str_of(text), piece;

	for (size_t i = 0; i < LL_COUNT(lead_fields) && str_split(&rest, '|', &piece); i++)
		r.value[lead_fields[i]] = piece;
	return r;
}

static inline struct identity_card *card_of(struct arena *a, const char *text)
{
	AUTO_ARENA scratch = arena_new("scratch", LIMIT_ARENA_REQUEST);
	struct identity_record r = lead_of(text);

	return identity_card_new(a, scratch, &r);
}

static inline unsigned level_of(const char *x, const char *y, enum identity_trait t)
{
	AUTO_ARENA a = arena_new("test", LIMIT_ARENA_REQUEST);
	identity_pattern p = identity_compare(card_of(a, x), card_of(a, y));

	/* Which of two is first makes no difference. */
	assert_true(p == identity_compare(card_of(a, y), card_of(a, x)));
	return identity_level(p, t);
}

static inline double weight_of(const char *x, const char *y)
{
	AUTO_ARENA a = arena_new("test", LIMIT_ARENA_REQUEST);

	return identity_weight(&identity_model_shipped,
			       identity_compare(card_of(a, x), card_of(a, y)));
}
