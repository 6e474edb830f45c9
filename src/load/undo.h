/* Private to load/: one step of taking an import back. */
#pragma once
#include "load/load.h"

struct undoing {
	struct sql_db *db;
	struct arena *a;
	const char *publisher, *actor;
	struct id load;
	int64_t now_ms, version; /* of customers, raised by this transaction */
	struct undo_receipts_row *receipt;
	size_t receipts;
	/* Those that have a touch: its lead, whether the lead was made of it, and its receipt. */
	struct undo_lead_row *lead;
	bool *made;
	struct id *of;
	size_t n;
};

/* undo_rows.c: changed rows. The check before, and the next of them: 1 more, 0 none, -1 error. */
bool undo_rows_check(struct undoing *u, struct err *e) LL_MUST;
int undo_rows_take(struct undoing *u, struct err *e) LL_MUST;
/* undo_part.c: customers that the step's leads made one are two again. *ret_any: some were. */
bool undo_part(struct undoing *u, bool *ret_any, struct err *e) LL_MUST;
/* undo_take.c: the receipts of the step, and everything that came of them. */
bool undo_take(struct undoing *u, struct err *e) LL_MUST;
