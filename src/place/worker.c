/* One batch: the lease, the receipts, one transaction; and what is done when the store refuses it.
 */
#include "place/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"

#define BATCH_ARENA                                                                                \
	(1024 * 1024 * 1024) /* a cap: one body of LIMIT_BODY_MAX, read and written out */
#define CALL_ARENA (1024 * 1024)
#define LEASE_MS   5000
#define AHEAD_MOST                                                                                 \
	32 /* then the oldest receipts are looked at: one may have come to wait again              \
	    */

struct place_worker *place_worker_new(const struct place_config *c, int64_t now_ms)
{
	struct place_worker *w = calloc(1, sizeof(*w));

	MUST(w != NULL);
	*w = (struct place_worker){ .c = *c,
				    .arena = arena_new("placer", CALL_ARENA),
				    .holder = id_new(now_ms),
				    .reader = { c->read_db ? c->read_db : c->db, c->marks,
						mark_slot(c->marks),
						arena_new("reader", CALL_ARENA) },
				    .limit = BATCH_RECEIPTS };
	for (size_t i = 0; i < LL_COUNT(w->two); i++)
		w->two[i].arena = arena_new("placing", BATCH_ARENA);
	w->match = match_new(&(struct match_config){
		.db = c->match_db, .ready = c->match_ready, .ctx = c->match_ctx });
	w->rules = assign_memory_new();
	if (c->read_db)
		w->ahead = ahead_start(&w->reader);
	return w;
}

void place_worker_free(struct place_worker *w)
{
	struct err e;

	if (!w)
		return;
	ahead_stop(w->ahead);
	match_free(w->match);
	assign_memory_free(w->rules);
	/* Given back, so that the next placer need not wait; if it cannot be, it runs out by
	 * itself. */
	LL_IGNORE(lease_give(w->c.db, &(struct lease_give_in){ "placing", w->holder }, NULL, &e));
	sql_close(w->c.db);
	sql_close(w->c.read_db);
	for (size_t i = 0; i < LL_COUNT(w->two); i++)
		arena_free(w->two[i].arena);
	arena_free(w->reader.scratch);
	arena_free(w->arena);
	free(w);
}

static bool held(struct place_worker *w, int found, int64_t until, struct err *e)
{
	w->lease_until = found > 0 ? until : 0;
	if (found == 0)
		return ERR(e, ERR_BUSY, "place.lease", "Another process is placing receipts.");
	return found > 0;
}

/*
 * Before anything is read: what this process read while another one placed is stale. While batches
 * follow each other their transactions renew it; so what was read ahead is good as long as no
 * transaction found another holder.
 */
static bool take_lease(struct place_worker *w, int64_t now_ms, struct err *e)
{
	struct lease_take_in in = { "placing", w->holder, now_ms + LEASE_MS, now_ms };
	struct lease_take_row row;
	int found;

	if (w->lease_until - now_ms > LEASE_MS / 2)
		return true;
	arena_reset(w->arena);
	found = lease_take(w->c.db, &in, w->arena, &row, e);
	if (found > 0)
		w->term = row.term;
	return held(w, found, in.until, e);
}

/* Inside the batch's transaction: nobody else can have had the lease since it was taken. */
static bool keep_lease(struct place_worker *w, int64_t now_ms, struct err *e)
{
	struct lease_keep_in in = { "placing", w->holder, now_ms + LEASE_MS };
	struct lease_keep_row row;

	arena_reset(w->arena);
	return held(w, lease_keep(w->c.db, &in, w->arena, &row, e), in.until, e);
}

/* The publisher is held, when it has rules, before any lead or customer is. */
static bool begin_giving(struct place_worker *w, struct batch *b, struct err *e)
{
	size_t n = 0;

	for (size_t i = 0; i < b->item_count; i++)
		n += b->items[i].given;
	return !n ||
	       assign_begin(w->rules, w->c.db, b->arena, b->publisher, b->now_ms, &b->assign, e);
}

/* Of a commit that failed nobody knows what became of it. */
static bool write_once(struct place_worker *w, struct batch *b, struct err *e)
{
	AUTO_TX tx = { 0 };

	b->assign = NULL;
	if (!sql_begin(w->c.db, &tx, e) || !keep_lease(w, b->now_ms, e) || !begin_giving(w, b, e) ||
	    !batch_resolve(w, b, e) || !batch_write(w, b, e)) {
		match_end(w->match, MATCH_TAKE_BACK);
		return false;
	}
	if (!sql_commit(&tx, e)) {
		match_end(w->match, MATCH_UNSURE);
		return false;
	}
	match_end(w->match, MATCH_KEEP);
	return true;
}

/* A lead may have drawn a seq that another one of its ms has: then once more, asking for free ones.
 */
static bool write_batch(struct place_worker *w, struct batch *b, struct err *e)
{
	b->counts = counts_new(b->arena);
	if (write_once(w, b, e))
		return true;
	if (e->kind != ERR_CONFLICT)
		return false;
	b->clashed = true;
	b->apart = !strcmp(e->code, "customers.different");
	b->counts = counts_new(b->arena);
	return write_once(w, b, e);
}

static void tell_metrics(const struct batch *b)
{
	size_t touches = b->item_count;

	metric_add(METRIC_PLACE_RECEIPTS, (int64_t)b->receipt_count);
	metric_add(METRIC_PLACE_LEADS, (int64_t)b->new_leads);
	metric_add(METRIC_PLACE_TOUCHES, (int64_t)touches);
	for (size_t i = 0; i < b->receipt_count; i++)
		if (id_is_null(b->receipts[i].load_id)) /* else the row's own date */
			metric_seen(METRIC_PLACE_SECONDS,
				    (clock_now() - b->receipts[i].received_at) * 1000);
	for (size_t i = 0; i < b->trouble_count; i++)
		if (!strcmp(b->troubles[i].state, receipt_state_text(RECEIPT_SET_ASIDE)))
			metric_add(METRIC_PLACE_SET_ASIDE, 1);
}

/* What the store says of these very rows, and would say again; not that it is gone, full or busy.
 */
static bool refused(const struct err *e)
{
	return e->kind == ERR_INPUT || e->kind == ERR_CONFLICT || e->kind == ERR_BUG;
}

/* The one receipt that cannot be placed must not hold up those behind it. */
static bool set_aside(struct place_worker *w, struct batch *b, struct err *e)
{
	struct receipt_waiting_row *only = b->receipts;
	struct receipt_trouble_in in = {
		b->publisher, only->receipt_id, receipt_state_text(RECEIPT_SET_ASIDE),
		"place-failed",
		arena_printf(b->arena,
			     "The store refused its leads (%s). It is kept, and can be "
			     "read again after an upgrade.",
			     e->code)
	};
	AUTO_TX tx = { 0 };

	log_err(LOG_ERROR, "place.refused", e);
	if (!sql_begin(w->c.db, &tx, e) || !keep_lease(w, b->now_ms, e))
		return false;
	b->counts = counts_new(b->arena);
	b->assign = NULL;
	b->item_count = b->new_leads = b->deliveries = 0;
	b->trouble_count = 1;
	b->troubles[0] = in;
	return batch_write(w, b, e) && sql_commit(&tx, e);
}

/* A refused batch is tried again in halves, until the receipt that is at fault stands alone. */
static bool write_or_part(struct place_worker *w, struct batch *b, bool *ret_again, struct err *e)
{
	*ret_again = false;
	if (write_batch(w, b, e)) {
		w->limit = w->limit * 2 < BATCH_RECEIPTS ? w->limit * 2 : BATCH_RECEIPTS;
		return true;
	}
	if (!refused(e))
		return false;
	if (b->receipt_count == 1)
		return set_aside(w, b, e);
	w->limit = b->receipt_count / 2;
	*ret_again = true;
	return true;
}

/* ---- reading ---- */

static void ask_for(const struct place_worker *w, struct batch *b, const char *served,
		    struct id behind)
{
	snprintf(b->served, sizeof(b->served), "%s", served);
	b->behind = behind;
	b->limit = w->limit;
}

/*
 * The next publisher with receipts whose leads are known; b->publisher is NULL when there is none.
 * The others are being read meanwhile.
 */
static bool find_ready(struct place_worker *w, struct batch *b, int64_t now_ms, struct err *e)
{
	char first[sizeof(b->served)] = "", served[sizeof(b->served)];

	snprintf(served, sizeof(served), "%s", w->publisher);
	w->waiting = false;
	for (;;) {
		int ready;

		ask_for(w, b, served, ID_NULL);
		if (!batch_find(&w->reader, b, e))
			return false;
		if (!b->publisher)
			return true;
		if (!take_lease(w, now_ms, e))
			return false;
		ready = match_ready(w->match, w->c.db, b->publisher, w->term, e);
		if (ready)
			return ready > 0;
		w->waiting = true;
		if (!strcmp(first, b->publisher)) { /* once round */
			b->publisher = NULL;
			return true;
		}
		if (!first[0])
			snprintf(first, sizeof(first), "%s", b->publisher);
		snprintf(served, sizeof(served), "%s", b->publisher);
	}
}

/* What was read ahead is of no use when its publisher's leads are not known yet. */
static bool drop_unready(struct place_worker *w, struct err *e)
{
	int ready = w->next ? match_ready(w->match, w->c.db, w->next->publisher, w->term, e) : 1;

	if (ready <= 0)
		w->next = NULL;
	return ready >= 0;
}

/* The batch that was read ahead, or the first receipts of the next publisher. */
static struct batch *next_batch(struct place_worker *w, int64_t now_ms, struct err *e)
{
	struct batch *b;

	if (!drop_unready(w, e))
		return NULL;
	b = w->next ? w->next : &w->two[0];
	if (!w->next) {
		w->batches_ahead = 0;
		arena_reset(w->two[1].arena); /* a placer at rest holds no batch */
		if (!find_ready(w, b, now_ms, e) || (b->publisher && !batch_read(&w->reader, b, e)))
			return NULL;
	}
	w->next = NULL;
	b->now_ms = now_ms;
	b->window_ms = w->c.repeat_window_ms;
	b->clashed = b->apart = false;
	b->new_leads = b->deliveries = 0;
	return b;
}

/* While b is written. Answers what is being read, or NULL. */
static struct batch *read_ahead(struct place_worker *w, const struct batch *b)
{
	struct batch *other = b == &w->two[0] ? &w->two[1] : &w->two[0];

	if (!w->ahead || w->batches_ahead++ >= AHEAD_MOST)
		return NULL;
	ask_for(w, other, b->publisher, b->receipts[b->receipt_count - 1].receipt_id);
	ahead_ask(w->ahead, other);
	return other;
}

/* Written and read at the same time; what was read counts only behind what could be written. */
static bool write_and_read(struct place_worker *w, struct batch *b, bool *ret_again, struct err *e)
{
	struct batch *other = read_ahead(w, b);
	bool ok = write_or_part(w, b, ret_again, e);
	bool read = other && ahead_wait(w->ahead);

	if (ok && !*ret_again && read && other->receipt_count)
		w->next = other;
	return ok;
}

static bool place_some(struct place_worker *w, int64_t now_ms, size_t *ret_done, bool *ret_again,
		       struct err *e)
{
	struct batch *b = next_batch(w, now_ms, e);

	*ret_again = false;
	*ret_done = 0;
	if (!b)
		return false;
	if (!b->receipt_count)
		return true;
	if (!write_and_read(w, b, ret_again, e))
		return false;
	if (*ret_again)
		return true;
	snprintf(w->publisher, sizeof(w->publisher), "%s", b->publisher);
	tell_metrics(b);
	if (w->c.placed)
		w->c.placed(w->c.ctx, b->new_leads, b->deliveries);
	*ret_done = b->receipt_count;
	return true;
}

bool place_prepare(struct place_worker *w, int64_t now_ms, struct err *e)
{
	struct publisher_list_row *rows;
	size_t n;

	if (!w->c.match_db || !take_lease(w, now_ms, e))
		return !w->c.match_db;
	arena_reset(w->arena);
	if (!publisher_list(w->c.db, w->arena, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (match_ready(w->match, w->c.db, rows[i].publisher_id, w->term, e) < 0)
			return false;
	return true;
}

bool place_batch(struct place_worker *w, int64_t now_ms, size_t *ret_done, struct err *e)
{
	bool again;

	do {
		if (!place_some(w, now_ms, ret_done, &again, e))
			return false;
	} while (again);
	return true;
}
