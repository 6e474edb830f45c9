/*
 * From bytes to fields: which dialect a body is in, and which of its values is which field of which
 * lead. Cheap: everything here runs on the request's path, before the answer.
 */
#pragma once
#include "understand/pairs.h"
#include "understand/row.h"
#include "understand/text.h"
#include "understand/understand.h"

enum dialect { DIALECT_NONE = 0, DIALECT_JSON, DIALECT_FORM, DIALECT_LABELS, DIALECT_ROW };

/* One lead's values. by[] may be NULL or blank; against[] is another value of the same field. */
struct fields {
	const struct pair *by[LABELS_READ];
	const struct pair *against[LABELS_READ];
	const struct pair *unread[UNKNOWN_SHOWN]; /* unknown labels, and weak ones out of place */
	unsigned unread_count;
	unsigned filled; /* bits: by[] is there and not blank */
	bool lead, cut;
};

struct decoded {
	struct text text;
	enum dialect dialect;
	struct pairs pairs;
	struct fields *fields; /* one a record, in the body's order */
	size_t count, leads;
	const struct row_body *row; /* of DIALECT_ROW */
};

/* Fills *ret whatever it says, as far as it came. */
enum shape decode(struct arena *a, struct str body, struct str content_type, struct decoded *ret,
		  struct err *why) LL_MUST;
