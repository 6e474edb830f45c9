/* Copying a whole store, table by table, between any two engines. */
#include <string.h>
#include "base/json.h"
#include "cmd/cmd.h"
#include "place/place.h"
#include "store/store.h"

#define BATCH_ROWS  500
#define BATCH_BYTES ((size_t)8 * 1024 * 1024)
#define BATCH_ARENA ((size_t)256 * 1024 * 1024)

struct copy {
	struct cmd *c;
	struct sql_db *from, *to;
	struct arena *arena; /* of the batch */
	struct cmd_progress progress;
	int64_t done, total;
	/* the table at hand */
	const struct store_table *table;
	char *rows;
	size_t n, bytes;
	int64_t copied;
	struct search_put_in *words;
};

static bool count(struct copy *x, struct sql_db *db, const struct store_table *t, int64_t *ret,
		  struct err *e)
{
	struct store_count n = { 0 };

	if (sql_one(db, t->count, NULL, x->c->arena, &n, e) < 0)
		return false;
	*ret = n.n;
	return true;
}

static bool flush(struct copy *x, struct err *e)
{
	const struct sql_query *put = x->table->put;

	if (x->n &&
	    !sql_batch(x->to, put, x->rows, x->table->read->row_size, x->n, NULL, NULL, NULL, e))
		return false;
	x->copied += (int64_t)x->n;
	x->done += (int64_t)x->n;
	cmd_progress_show(&x->progress, x->done, x->total);
	x->n = x->bytes = 0;
	arena_reset(x->arena);
	return true;
}

/* What the row points at lives for this call only: copied for the batch. */
static void keep(struct copy *x, char *row)
{
	for (const struct sql_field *f = x->table->read->out; f->name; f++) {
		void *m = row + f->off;
		const char **text = m;
		struct str *bytes = m;

		if ((f->kind == 't' || f->kind == 'T') && *text) {
			x->bytes += strlen(*text);
			*text = arena_strdup(x->arena, *text);
		} else if ((f->kind == 'b' || f->kind == 'B') && bytes->p) {
			x->bytes += bytes->n;
			bytes->p = arena_strndup(x->arena, bytes->p, bytes->n);
		}
	}
}

static bool take_row(void *ctx, const void *row, struct err *e)
{
	struct copy *x = ctx;
	size_t size = x->table->read->row_size;
	char *mine = x->rows + x->n * size;

	memcpy(mine, row, size);
	keep(x, mine);
	x->n++;
	return (x->n < BATCH_ROWS && x->bytes < BATCH_BYTES) || flush(x, e);
}

static bool copy_table(struct copy *x, const struct store_table *t, struct err *e)
{
	int64_t there;

	x->table = t;
	x->copied = 0;
	x->rows = arena_alloc_n(x->c->arena, t->read->row_size, BATCH_ROWS);
	if (!sql_walk(x->from, t->read, NULL, take_row, x, e) || !flush(x, e) ||
	    !count(x, x->to, t, &there, e))
		return false;
	if (there < x->copied || (there > x->copied && !t->seeded))
		return ERR(e, ERR_STORE, "copy.count", "%s: %lld rows were read, %lld arrived.",
			   t->name, (long long)x->copied, (long long)there);
	return true;
}

static bool flush_words(struct copy *x, struct err *e)
{
	if (x->n && !search_put_batch(x->to, x->words, x->n, e))
		return false;
	x->done += (int64_t)x->n;
	cmd_progress_show(&x->progress, x->done, x->total);
	x->n = 0;
	arena_reset(x->arena);
	return true;
}

static bool take_words(void *ctx, const struct lead_words_row *r, struct err *e)
{
	struct copy *x = ctx;
	struct arena *a = x->arena;
	struct place_words w = { .publisher = r->publisher_id,
				 .offer = r->offer_id,
				 .source = r->source,
				 .action = r->action,
				 .kind = r->kind,
				 .test = r->test != 0,
				 .contact = { r->first_name, r->last_name, r->email, r->phone,
					      r->country, r->company, r->title } };

	if (!place_words_received(a, str_of(r->as_received), &w, e))
		return false;
	x->words[x->n++] = (struct search_put_in){ arena_strdup(a, r->publisher_id), r->seq,
						   place_words(a, &w) };
	return x->n < BATCH_ROWS || flush_words(x, e);
}

static bool copy_all(struct copy *x, bool clear, struct err *e)
{
	int64_t n = 0;

	for (const struct store_table *t = store_tables; t->name; t++) {
		if (!count(x, x->from, t, &n, e) ||
		    (clear && !sql_exec(x->to, t->clear, NULL, NULL, e)))
			return false;
		x->total += n;
	}
	if (clear && !search_clear(x->to, NULL, e))
		return false;
	for (const struct store_table *t = store_tables; t->name; t++)
		if (!copy_table(x, t, e))
			return false;
	x->words = ARENA_ARRAY(x->c->arena, struct search_put_in, BATCH_ROWS);
	return lead_words(x->from, take_words, x, e) && flush_words(x, e);
}

bool cmd_copy_store(struct cmd *c, struct sql_db *from, struct sql_db *to, bool clear,
		    const char *what, struct err *e)
{
	AUTO_ARENA arena = arena_new("copy", BATCH_ARENA);
	struct copy x = {
		.c = c, .from = from, .to = to, .arena = arena, .progress = cmd_progress_start(what)
	};
	AUTO_TX read = { 0 };
	AUTO_TX write = { 0 };
	bool ok = sql_begin_read(from, &read, e) && sql_begin(to, &write, e) &&
		  copy_all(&x, clear, e) && sql_commit(&write, e);

	cmd_progress_end(&x.progress);
	return ok;
}

bool cmd_store_is_empty(struct cmd *c, struct sql_db *db, bool *ret, struct err *e)
{
	struct copy x = { .c = c };
	int64_t n;

	for (const struct store_table *t = store_tables; t->name; t++) {
		if (!count(&x, db, t, &n, e))
			return false;
		if (n && !t->seeded) {
			*ret = false;
			return true;
		}
	}
	*ret = true;
	return true;
}
