/*
 * What a name of a value means: "first_name", "FirstName", "名字" and "이름" are one label. One
 * table (label.c) for every dialect and language; also the mistranslations that Microsoft's own
 * pages print.
 */
#pragma once
#include "base/arena.h"
#include "base/str.h"

/* The first seven are the contact fields, in the order of enum contact_field. */
enum label {
	LABEL_FIRST_NAME = 0,
	LABEL_LAST_NAME,
	LABEL_EMAIL,
	LABEL_PHONE,
	LABEL_COUNTRY,
	LABEL_COMPANY,
	LABEL_TITLE,
	LABEL_FULL_NAME,
	LABEL_LEAD_SOURCE,
	LABEL_ACTION_CODE,
	LABEL_OFFER_TITLE,
	LABEL_DESCRIPTION,
	LABEL_PRODUCT_ID,
	LABELS_READ,                 /* those above are read, those below only known */
	LABEL_CONTACT = LABELS_READ, /* holds a person: an object, or JSON in a text */
	LABEL_LIST,                  /* holds a list of leads */
	LABEL_IGNORED,               /* known, and of no use */
	LABEL_UNKNOWN,
};

enum label_flag {
	LABEL_WEAK = 1 << 0,   /* means this only among other fields of a person */
	LABEL_WRONG = 1 << 1,  /* a mistranslation */
	LABEL_SECOND = 1 << 2, /* taken when there is no better one, never in contradiction to it */
};

struct label_row {
	const char *text; /* folded by fold_key() */
	enum label label;
	unsigned flags;
};

/* Never NULL: what is unknown is the row LABEL_UNKNOWN. */
const struct label_row *label_of(struct arena *a, struct str key);
/* The whole table, for tests; ends with text NULL. */
extern const struct label_row label_rows[];
