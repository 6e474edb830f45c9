/*
 * A row of a file as the body of a receipt: the file's own columns as received, and what of them
 * was taken for which field when it was imported. JSON: {"columns":[["E-mail","a@b.example"],…],
 * "fields":{"email":0,"status":"Active"}}; a number is the column that holds the field's text.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define ROW_CONTENT_TYPE "application/vnd.leadline.row+json"

/* The first seven are the contact fields, in the order of enum contact_field. */
enum row_field {
	ROW_FIRST_NAME = 0,
	ROW_LAST_NAME,
	ROW_EMAIL,
	ROW_PHONE,
	ROW_COUNTRY,
	ROW_COMPANY,
	ROW_TITLE,
	ROW_FULL_NAME,
	ROW_LEAD_SOURCE,
	ROW_ACTION_CODE,
	ROW_OFFER_TITLE,
	ROW_DESCRIPTION,
	ROW_PRODUCT_ID,
	ROW_TEXTS,              /* those above are read like the values of any message */
	ROW_STATUS = ROW_TEXTS, /* New, Active, Closed */
	ROW_SUBSTATUS,
	ROW_DO_NOT_CONTACT, /* "true" or absent */
	ROW_OWNER,          /* an account's id, of what somebody entered */
	ROW_FIELDS,
};
extern const char *const row_field_text[ROW_FIELDS];

struct row_body {
	struct str value[ROW_FIELDS];  /* "" when absent */
	struct str column[ROW_FIELDS]; /* its name in the file, or the field's own */
	size_t n;
	const struct str *name, *cell; /* of each column */
};
void row_write(const struct row_body *r, struct buf *to);
/* False when the text is no such row; everything is in a. */
bool row_read(struct arena *a, struct str text, struct row_body *ret) LL_MUST;
