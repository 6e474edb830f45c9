/* A rematch carried out, and taken back. */
#include "match/rematch.h"

#include <stdlib.h>

#define AT_ONCE 256 /* moves of one transaction, or those of one component when it has more */
#define ARENA   ((size_t)256 << 20)

struct applying {
	struct rematch *r;
	struct sql_db *db;
	struct arena *a;
	struct customer_who w;
	struct id id;
	struct id *made; /* customers that did not exist; from r->known on */
	size_t from, to; /* groups of the transaction at hand */
};

static struct id customer_at(const struct applying *x, uint32_t c)
{
	return c < x->r->known ? x->r->customers.at[c] : x->made[c - x->r->known];
}

static size_t fill_links(const struct applying *x, size_t from, size_t to,
			 struct customer_link *out)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		struct rematch_change c = rematch_change(x->r, i);

		if (c.linked && c.kind != REMATCH_SPLIT)
			out[n++] = c.why;
	}
	return n;
}

/* What depends on each other, and nothing else, is one regroup: it can be taken back alone. */
static bool write_component(struct applying *x, size_t from, size_t to, struct err *e)
{
	const struct group *first = &x->r->group[from], *last = &x->r->group[to - 1];
	size_t n = last->first + last->n - first->first, m = 0;
	struct customer_move *move = ARENA_ARRAY(x->a, struct customer_move, n);
	struct customer_link *why = ARENA_ARRAY(x->a, struct customer_link, to - from);
	struct rematch_mark_in mark = { .publisher = x->w.publisher, .rematch = x->id };
	struct customer_change done;

	for (size_t i = from; i < to; i++) {
		const struct group *g = &x->r->group[i];

		for (uint32_t k = 0; k < g->n; k++)
			move[m++] =
				(struct customer_move){ x->r->leads.at[x->r->move[g->first + k]],
							customer_at(x, g->from),
							customer_at(x, g->to) };
	}
	if (!customer_rematch(x->db, x->a, &x->w, move, n, why, fill_links(x, from, to, why), &done,
			      e))
		return false;
	mark.regroup = done.regroup;
	return rematch_mark(x->db, &mark, NULL, e);
}

static size_t component_end(const struct rematch *r, size_t from)
{
	size_t to = from + 1;

	while (to < r->groups && r->group[to].root == r->group[from].root)
		to++;
	return to;
}

static bool write_piece(struct applying *x, struct err *e)
{
	AUTO_TX tx = { 0 };

	if (!sql_begin(x->db, &tx, e))
		return false;
	for (size_t at = x->from, end; at < x->to; at = end) {
		end = component_end(x->r, at);
		if (!write_component(x, at, end, e))
			return false;
	}
	return sql_commit(&tx, e);
}

/* What changed since the plan was made is left; those beside it are written one by one. */
static bool write_or_leave(struct applying *x, struct err *e)
{
	size_t from = x->from, to = x->to;

	if (write_piece(x, e))
		return true;
	if (e->kind != ERR_CONFLICT)
		return false;
	for (size_t at = from; at < to;) {
		x->from = at;
		x->to = at = component_end(x->r, at);
		arena_reset(x->a);
		if (write_piece(x, e))
			continue;
		if (e->kind != ERR_CONFLICT)
			return false;
		x->r->counts.skipped++;
	}
	x->to = to;
	*e = (struct err){ 0 };
	return true;
}

static bool write_all(struct applying *x, struct err *e)
{
	const struct rematch *r = x->r;

	for (size_t at = 0; at < r->groups; at = x->to) {
		uint32_t moves = 0;

		x->from = x->to = at;
		while (x->to < r->groups && moves < AT_ONCE) {
			size_t end = component_end(r, x->to);

			for (; x->to < end; x->to++)
				moves += r->group[x->to].n;
		}
		arena_reset(x->a);
		if (r->o.stop && *r->o.stop)
			return ERR(e, ERR_BUSY, "rematch.stopped", "Matching anew was given up.");
		if (!write_or_leave(x, e))
			return false;
		if (r->o.progress)
			r->o.progress(r->o.ctx, (int64_t)x->to, (int64_t)r->groups);
	}
	return true;
}

/* ---- around it ---- */

/* A learned model gets the next number. */
static bool store_model(struct applying *x, struct err *e)
{
	struct rematch *r = x->r;
	struct model_last_row row = { .model = 0 };
	struct model_put_in put;

	if (r->counts.model != REMATCH_MODEL_NOW)
		return true;
	if (model_last(x->db, &(struct model_last_in){ r->publisher }, x->a, &row, e) < 0)
		return false;
	put = (struct model_put_in){ .publisher = r->publisher,
				     .model = row.model + 1,
				     .at = x->w.now_ms,
				     .leads = r->counts.leads,
				     .pairs = (int64_t)r->compared,
				     .numbers = customer_model_pack(x->a, &r->model) };
	r->counts.model = put.model;
	return model_put(x->db, &put, NULL, e);
}

static bool begin(struct applying *x, struct err *e)
{
	struct rematch *r = x->r;
	struct rematch_put_in put = { .publisher = r->publisher,
				      .rematch = x->id,
				      .actor = x->w.actor,
				      .threshold = pairs_bits(r->limits.join),
				      .leads = r->counts.leads,
				      .merged = r->counts.merged,
				      .split = r->counts.split,
				      .moved = r->counts.moved,
				      .held = r->counts.held,
				      .doubts = (int64_t)r->doubts,
				      .at = x->w.now_ms };
	AUTO_TX tx = { 0 };

	if (!sql_begin(x->db, &tx, e) || !store_model(x, e))
		return false;
	put.model = r->counts.model;
	return rematch_put(x->db, &put, NULL, e) && sql_commit(&tx, e);
}

/* The number of customers is raised, so that the placer looks which model it is. */
static bool set_state(struct sql_db *db, const char *publisher, struct id rematch,
		      const char *state, int64_t at, struct err *e)
{
	AUTO_ARENA a = arena_new("rematch", ARENA);
	struct rematch_state_in put = { publisher, rematch, state, at };
	AUTO_TX tx = { 0 };
	int64_t n;

	return sql_begin(db, &tx, e) && customer_lock(db, a, &n, e) &&
	       rematch_state(db, &put, NULL, e) && sql_commit(&tx, e);
}

bool rematch_apply(struct rematch *r, struct sql_db *db, const char *actor, int64_t now_ms,
		   struct id *ret, struct err *e)
{
	AUTO_ARENA a = arena_new("rematch", ARENA);
	struct applying x = {
		.r = r, .db = db, .a = a, .w = { r->publisher, actor, now_ms }, .id = id_new(now_ms)
	};
	bool ok;

	x.made = calloc((size_t)r->counts.split + 1, sizeof(*x.made));
	MUST(x.made);
	for (int64_t i = 0; i < r->counts.split; i++)
		x.made[i] = id_new(now_ms);
	ok = begin(&x, e) && write_all(&x, e) && rematch_ask(r, db, &x.w, x.id, e) &&
	     set_state(db, r->publisher, x.id, "done", now_ms, e);
	free(x.made);
	if (ok)
		*ret = x.id;
	return ok;
}

/* ---- back ---- */

static bool undo_one(struct sql_db *db, const struct customer_who *w, struct id regroup,
		     struct err *e)
{
	AUTO_ARENA a = arena_new("rematch", ARENA);
	struct customer_change done;
	AUTO_TX tx = { 0 };

	return sql_begin(db, &tx, e) && customer_undo(db, a, w, regroup, &done, e) &&
	       sql_commit(&tx, e);
}

static bool may_be_undone(struct sql_db *db, const struct customer_who *w, struct id rematch,
			  struct arena *a, struct rematch_get_row *ret, struct err *e)
{
	int found = rematch_get(db, &(struct rematch_get_in){ w->publisher, rematch }, a, ret, e);

	if (found <= 0)
		return found == 0 &&
		       ERR(e, ERR_NOT_FOUND, "not-found", "There is no such rematch.");
	return strcmp(ret->state, "undone") != 0 ||
	       ERR(e, ERR_CONFLICT, "rematch.undone", "This was taken back before.");
}

bool rematch_undo(struct sql_db *db, const struct customer_who *w, struct id rematch,
		  int64_t *ret_undone, int64_t *ret_kept, struct err *e)
{
	AUTO_ARENA a = arena_new("rematch", ARENA);
	struct rematch_regroups_in in = { w->publisher, rematch };
	struct rematch_regroups_row *rows;
	struct rematch_get_row row;
	size_t n;

	if (!may_be_undone(db, w, rematch, a, &row, e) ||
	    !set_state(db, w->publisher, rematch, "undoing", w->now_ms, e) ||
	    !rematch_unask(db, w, &row, e) || !rematch_regroups(db, &in, a, &rows, &n, e))
		return false;
	*ret_undone = *ret_kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (undo_one(db, w, rows[i].regroup_id, e)) {
			++*ret_undone;
			continue;
		}
		if (e->kind != ERR_CONFLICT)
			return false;
		++*ret_kept;
	}
	*e = (struct err){ 0 };
	return *ret_kept || set_state(db, w->publisher, rematch, "undone", w->now_ms, e);
}
