/* Private to load/: from cells to what is stored of a row. */
#pragma once
#include "base/hash.h"
#include "load/load.h"
#include "model/model.h"
#include "understand/understand.h"

/* when.c: dates as people's programs write them. */
enum when_order { WHEN_MONTH_FIRST = 0, WHEN_DAY_FIRST }; /* of 01/02/2026 */
bool when_read(struct str text, enum when_order order, int64_t *ret_ms);
/* A date that can only be read one way says how the others of its file are to be read. */
bool when_tells_order(struct str text, enum when_order *ret);

/* status.c: what a CRM calls the state of a lead. */
struct status {
	enum lead_status status; /* LEAD_STATUS_NONE: not known */
	const char *substatus;
};
struct status status_read(struct arena *a, struct str status, struct str substatus);
/* Whether a cell says it already, in whatever language. */
bool status_is(struct arena *a, struct str text, const char *status);
bool substatus_is(struct arena *a, struct str text, const char *substatus);
int status_rank(const char *status, const char *substatus); /* rises on a lead's way */
bool says_yes(struct arena *a, struct str text);
/* The action code of a call to action ("Contact me"), or the text itself. */
struct str action_of_call(struct arena *a, struct str text);

/* offers.c: which offer of the publisher a row is about. */
struct offers;
bool offers_load(struct sql_db *db, struct arena *a, const char *publisher, struct offers **ret,
		 struct err *e) LL_MUST;
bool offers_has(const struct offers *o, const char *offer);
/* From the surest to the vaguest; NULL: none, and *ret_named what the row calls it ("" nothing). */
const char *offers_find(const struct offers *o, struct arena *a, const struct str f[SHEET_FIELDS],
			const char *otherwise, struct str *ret_named);

/* row.c: a row on its way. */
struct loading {
	struct load_row told;
	const char *offer;
	int64_t received_at; /* its own date, or SQL_NULL_INT */
	struct hash key, body_hash;
	struct str body; /* "" unless it becomes a receipt */
	const char *status, *substatus;
	bool dnc, test, known, repeat;
	struct receipt_ref {
		struct id id;
		struct hash hash;
	} receipt;
};
struct row_way {
	struct arena *arena; /* of the batch */
	const char *publisher, *offer;
	const struct offers *offers;
	enum when_order order;
	int64_t now_ms;
	struct load_counts *counts;
	bool partner_center;
	const struct str *name; /* of the columns */
	size_t columns;
};
void row_take(const struct row_way *w, const struct sheet_map *map, const struct sheet_row *row,
	      struct loading *ret);
