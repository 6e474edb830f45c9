/* A chain computed again, some thousand rows at a time. */
#include <string.h>
#include "audit/parts.h"

#define PART 1000

struct checking {
	struct sql_db *db;
	struct arena *a;
	const char *publisher;
	struct audit_verdict v;
};

static bool wrong(struct checking *k, enum audit_problem p, int64_t at)
{
	k->v.problem = p;
	k->v.at = at;
	return false;
}

/* Whether row follows what was right so far. */
static bool follows(struct checking *k, const struct audit_part_row *row)
{
	struct audit_entry en = { k->publisher, row->actor,  row->verb,
				  row->ref,     row->status, row->at };
	struct hash hash;

	if (row->n != k->v.entries + 1)
		return wrong(k, AUDIT_GAP, k->v.entries + 1);
	hash = audit_hash(k->a, k->v.hash, row->n, &en);
	if (row->hash.n != sizeof(hash.b) || memcmp(row->hash.p, hash.b, sizeof(hash.b)) != 0)
		return wrong(k, AUDIT_CHANGED, row->n);
	k->v.hash = hash;
	k->v.entries = row->n;
	return true;
}

/* 1: there may be more, 0: the end, or something is wrong; -1 error. */
static int part(struct checking *k, struct err *e)
{
	struct audit_part_in in = { k->publisher, k->v.entries, PART };
	struct audit_part_row *rows;
	ARENA_SCOPE(k->a);
	size_t n;

	if (!audit_part(k->db, &in, k->a, &rows, &n, e))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!follows(k, &rows[i]))
			return 0;
	return n == PART;
}

/* The end that is written down, against the one that was reached. */
static void check_end(struct checking *k, const struct seal *seal,
		      const struct audit_head_row *head)
{
	const char *want = audit_end_text(k->a, k->v.entries, k->v.hash);
	struct str got;
	struct err e;

	if (head->n != k->v.entries)
		(void)wrong(k, AUDIT_CUT, k->v.entries + 1);
	else if (!seal_read(seal, k->a, audit_end_place(k->a, k->publisher), head->sealed, &got,
			    &e) ||
		 !str_eq_z(got, want))
		(void)wrong(k, AUDIT_UNSEALED, k->v.entries);
}

bool audit_check(struct sql_db *db, struct arena *a, const struct seal *seal, const char *publisher,
		 struct audit_verdict *ret, struct err *e)
{
	struct checking k = { .db = db, .a = a, .publisher = publisher };
	struct audit_head_in in = { publisher };
	struct audit_head_row head = { 0 };
	AUTO_TX tx = { 0 };
	int more = 1, found;

	if (!sql_begin_read(db, &tx, e))
		return false;
	found = audit_head(db, &in, a, &head, e);
	while (found >= 0 && more > 0)
		more = part(&k, e);
	if (found < 0 || more < 0)
		return false;
	if (k.v.problem == AUDIT_WHOLE && (found > 0 || k.v.entries > 0))
		check_end(&k, seal, &head);
	*ret = k.v;
	return sql_commit(&tx, e);
}
