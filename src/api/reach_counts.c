/*
 * Numbers for who does not reach all. The kept ones are the publisher's, so theirs are counted: in
 * the newest leads in reach, of which so many are looked through that it stays fast; where there
 * are more, the numbers say that they are at least so many.
 */
#include <stdlib.h>
#include "api/handlers.h"

#define LOOKED_AT 2000 /* leads, of all parts of a reach together */
#define LEAST     40   /* of one part, however many there are */
#define COUNT_MAX 1000 /* by an index of their own; more are told as so many */

/* How many leads of the next part are looked at: what the others leave of it is the next one's. */
struct look {
	size_t parts;
	int64_t left, limit;
	bool capped;
};

static void look_next(struct look *l)
{
	l->limit = l->left / (int64_t)l->parts--;
	l->limit = l->limit < LEAST ? LEAST : l->limit;
}

/* One more than the limit was asked for, which tells that there are others. */
static bool look_saw(struct look *l, int64_t n)
{
	l->left -= n < l->left ? n : l->left;
	l->capped |= n > l->limit;
	return n > l->limit;
}

/* ---- counters ---- */

struct of_offer {
	const char *name; /* publisher.offer */
	int64_t n;
};

struct reached {
	struct look look;
	int64_t leads, test, unread, owed, overdue, unowned, unowned_owed;
	int64_t kinds[KIND_UNKNOWN + 1];
	struct of_offer *offers;
	size_t offer_count, offer_room;
};

static void add_offer(struct arena *a, struct reached *t, const char *publisher, const char *offer,
		      int64_t n)
{
	const char *name = arena_printf(a, "%s.%s", publisher, offer);

	for (size_t i = 0; i < t->offer_count; i++)
		if (!strcmp(t->offers[i].name, name)) {
			t->offers[i].n += n;
			return;
		}
	if (t->offer_count == t->offer_room) {
		struct of_offer *more = ARENA_ARRAY(a, struct of_offer, t->offer_room * 2 + 16);

		if (t->offer_count)
			memcpy(more, t->offers, t->offer_count * sizeof(*more));
		t->offers = more;
		t->offer_room = t->offer_room * 2 + 16;
	}
	t->offers[t->offer_count++] = (struct of_offer){ name, n };
}

static void add_row(struct arena *a, struct reached *t, const char *publisher,
		    const struct reach_counts_row *r)
{
	if (r->test) {
		t->test += r->n;
		return;
	}
	t->leads += r->n;
	t->unread += r->unread;
	t->unowned += r->unowned;
	t->unowned_owed += r->unowned_owed;
	t->kinds[kind_of(str_of(r->kind))] += r->n;
	add_offer(a, t, publisher, r->offer_id, r->n);
}

/* What the clock of the part says, however far back: an owner's and a team's has an index. */
static bool count_owed(struct http_request *rq, const struct reach_part *part, int64_t due_below,
		       int64_t *n, struct err *e)
{
	struct reach_owed_in in = { part->publisher, part->owner, part->team, due_below,
				    COUNT_MAX };
	struct reach_owed_row row;

	if (reach_owed(db_of(rq),
		       id_is_null(part->owner) ? REACH_OWED_PART_TEAM : REACH_OWED_PART_OWNER, &in,
		       rq->arena, &row, e) < 0)
		return false;
	*n = row.n > *n ? row.n : *n;
	return true;
}

static bool add_part(struct http_request *rq, const struct reach_part *part, struct reached *t,
		     struct err *e)
{
	enum reach_counts_part by = part->offer               ? REACH_COUNTS_PART_OFFER
				    : id_is_null(part->owner) ? REACH_COUNTS_PART_TEAM
							      : REACH_COUNTS_PART_OWNER;
	struct reach_counts_in in = { part->publisher, part->owner, part->team,
				      part->offer,     rq->now_ms,  t->look.limit + 1 };
	int64_t seen = 0, owed = 0, overdue = 0;
	struct reach_counts_row *rows;
	size_t n;

	if (!reach_counts(db_of(rq), by, &in, rq->arena, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		seen += rows[i].n;
		owed += rows[i].owed;
		overdue += rows[i].overdue;
		add_row(rq->arena, t, part->publisher, &rows[i]);
	}
	if (look_saw(&t->look, seen) && !part->offer &&
	    (!count_owed(rq, part, LEAD_DUE_NONE, &owed, e) ||
	     !count_owed(rq, part, rq->now_ms, &overdue, e)))
		return false;
	t->owed += owed;
	t->overdue += overdue;
	return true;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct of_offer *)a)->name, ((const struct of_offer *)b)->name);
}

/* What is of receipts, deliveries and pairs is closed to them, and has no number. */
static void write_closed(struct json_out *o)
{
	static const char *const closed[] = { "lostAfterFewAttempts", "receiptsUnreadable",
					      "receiptsSetAside",     "deliveriesDue",
					      "deliveriesParked",     "deliveriesRejected",
					      "deliveriesExpired",    "reviews" };

	for (size_t i = 0; i < LL_COUNT(closed); i++)
		json_put_null(o, closed[i]);
}

static void write_reached(struct json_out *o, const struct reached *t)
{
	json_put_int(o, "leads", t->leads);
	json_put_int(o, "unread", t->unread);
	json_put_int(o, "new", t->unread);
	json_put_int(o, "test", t->test);
	json_put_int(o, "owed", t->owed);
	json_put_int(o, "overdue", t->overdue);
	json_put_int(o, "unassigned", t->unowned);
	json_put_int(o, "unassignedOwed", t->unowned_owed);
	json_obj(o, "kinds");
	for (int k = KIND_INTEREST; k <= KIND_UNKNOWN; k++)
		json_put_int(o, kind_text((enum kind)k), t->kinds[k]);
	json_end_obj(o);
	json_obj(o, "offers");
	for (size_t i = 0; i < t->offer_count; i++)
		json_put_int(o, t->offers[i].name, t->offers[i].n);
	json_end_obj(o);
	json_put_bool(o, "capped", t->look.capped);
	write_closed(o);
}

bool write_reach_counters(struct http_request *rq, struct json_out *o, const struct scope *scope,
			  struct err *e)
{
	struct reached t = { .look = { .left = LOOKED_AT } };
	struct parts parts;

	if (!parts_of(rq, scope, &parts, e))
		return false;
	t.look.parts = parts.n;
	for (size_t i = 0; i < parts.n; i++) {
		look_next(&t.look);
		if (!add_part(rq, &parts.all[i], &t, e))
			return false;
	}
	if (t.offer_count)
		qsort(t.offers, t.offer_count, sizeof(*t.offers), by_name);
	write_reached(o, &t);
	return true;
}

/* ---- the board ---- */

/* A row more of what a stage has, or more in the one that is there of its currency. */
static void add_total(struct stage_totals_row *rows, size_t *n, const struct reach_stages_row *r)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp(rows[i].stage, r->stage) && !strcmp(rows[i].currency, r->currency)) {
			rows[i].n += r->n;
			rows[i].value += r->value;
			return;
		}
	rows[(*n)++] = (struct stage_totals_row){
		.stage = r->stage, .currency = r->currency, .n = r->n, .value = r->value
	};
}

static int by_stage(const void *a, const void *b)
{
	const struct stage_totals_row *x = a, *y = b;
	int order = strcmp(x->stage, y->stage);

	return order ? order : strcmp(x->currency, y->currency);
}

static bool read_stages(struct http_request *rq, const struct reach_part *part, struct look *look,
			struct reach_stages_row **ret, size_t *ret_n, struct err *e)
{
	enum reach_stages_part by = part->offer               ? REACH_STAGES_PART_OFFER
				    : id_is_null(part->owner) ? REACH_STAGES_PART_TEAM
							      : REACH_STAGES_PART_OWNER;
	struct reach_stages_in in = { part->publisher, part->owner, part->team, part->offer, 0 };
	int64_t seen = 0;

	look_next(look);
	in.limit = look->limit + 1;
	if (!reach_stages(db_of(rq), by, &in, rq->arena, ret, ret_n, e))
		return false;
	for (size_t i = 0; i < *ret_n; i++)
		seen += (*ret)[i].n;
	look_saw(look, seen);
	return true;
}

bool reach_stage_totals(struct http_request *rq, const char *publisher, const char *process,
			struct stage_totals_row **ret, size_t *ret_n, bool *ret_capped,
			struct err *e)
{
	const char *publishers[] = { publisher };
	struct look look = { .left = LOOKED_AT };
	struct scope scope = { publishers, 1 };
	struct parts parts;
	size_t most = 0;

	if (!parts_of(rq, &scope, &parts, e))
		return false;
	*ret = NULL;
	*ret_n = 0;
	look.parts = parts.n;
	for (size_t i = 0; i < parts.n; i++) {
		struct stage_totals_row *all;
		struct reach_stages_row *rows;
		size_t n;

		if (!read_stages(rq, &parts.all[i], &look, &rows, &n, e))
			return false;
		most += n;
		all = ARENA_ARRAY(rq->arena, struct stage_totals_row, most);
		if (*ret_n)
			memcpy(all, *ret, *ret_n * sizeof(*all));
		*ret = all;
		for (size_t k = 0; k < n; k++)
			if (rows[k].process_id && !strcmp(rows[k].process_id, process))
				add_total(all, ret_n, &rows[k]);
	}
	if (*ret_n)
		qsort(*ret, *ret_n, sizeof(**ret), by_stage);
	*ret_capped = look.capped;
	return true;
}
