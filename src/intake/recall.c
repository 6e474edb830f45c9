#include <string.h>
#include "base/arena.h"
#include "base/limits.h"
#include "intake/recent.h"

#define RECENT_MAX 1048576 /* ten minutes at 1,700 leads a second; 48 MB once that many came */
#define PIECE      2048 /* read with one batch, in some 10 ms: a start must not keep leads waiting */
#define PIECES     32

struct hash recent_scope(struct arena *a, const char *publisher, const char *offer)
{
	return hash_of(str_of(arena_printf(a, "%s.%s", publisher, offer)));
}

/* What came since is known already, and newer. */
static void add(struct recent *r, struct arena *a, const char *publisher,
		const struct receipt_recent_row *row)
{
	struct recent_key key;
	struct id known;

	if (row->body_hash.n != sizeof(struct hash))
		return;
	key = recent_key(row->body_hash.p, recent_scope(a, publisher, row->offer_id));
	if (!recent_find(r, key, INT64_MIN, &known))
		recent_add(r, key, row->receipt_id, row->received_at);
}

/* Of one publisher at most left; then *left is what is still to be read. */
static bool read_of(struct recall *c, const char *publisher, struct sql_db *db, struct arena *a,
		    int64_t since, size_t *left, struct err *e)
{
	struct receipt_recent_in in = { publisher, c->before, id_last(since), (int64_t)*left };
	struct receipt_recent_row *rows;
	size_t n;

	if (!receipt_recent(db, &in, a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		add(c->recent, a, publisher, &rows[i]);
	*left -= n;
	if (n)
		c->before = rows[n - 1].receipt_id;
	return true;
}

bool recall_more(struct recall *c, struct sql_db *db, struct arena *a, int64_t since, struct err *e)
{
	struct publisher_list_row *publishers;
	size_t n, left = PIECE;

	if (!c->recent) {
		c->recent = recent_new(RECENT_MAX);
		c->before = id_last(INT64_MAX);
	}
	if (c->pieces == PIECES)
		return true;
	if (!publisher_list(db, a, &publishers, &n, e))
		return false;
	for (size_t i = c->publisher; i < n; i++) {
		if (!read_of(c, publishers[i].publisher_id, db, a, since, &left, e))
			return false;
		c->publisher = i;
		if (!left)
			break;
		c->before = id_last(INT64_MAX);
	}
	c->pieces = left ? PIECES : c->pieces + 1;
	return true;
}
