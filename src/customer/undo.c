/* A regroup taken back. */
#include <stdlib.h>
#include "customer/parts.h"

#define NAMED 5 /* regroups in the way that are told by name */

struct undoing {
	struct sql_db *db;
	struct arena *a;
	const struct customer_who *w;
	struct regroup_get_row what;
	struct regroup_leads_row *leads;
	size_t lead_count;
	struct regroup_pairs_row *pairs;
	size_t pair_count;
	struct moves moves;
	struct pairs told; /* what undoing itself says of pairs */
	struct id later[NAMED];
	size_t later_count;
};

static bool find(struct undoing *u, struct id regroup, struct err *e)
{
	const char *publisher = u->w->publisher;
	int found = regroup_get(u->db, &(struct regroup_get_in){ publisher, regroup }, u->a,
				&u->what, e);

	if (found <= 0)
		return found == 0 &&
		       ERR(e, ERR_NOT_FOUND, "not-found", "There is no such regroup.");
	if (!id_is_null(u->what.undone_by))
		return ERR(e, ERR_CONFLICT, "regroup.undone", "This was undone before.");
	if (!strcmp(u->what.verb, "undo"))
		return ERR(e, ERR_CONFLICT, "regroup.undo",
			   "Undoing cannot be undone; do again what was undone.");
	return regroup_leads(u->db, &(struct regroup_leads_in){ publisher, regroup }, u->a,
			     &u->leads, &u->lead_count, e) &&
	       regroup_pairs(u->db, &(struct regroup_pairs_in){ publisher, regroup }, u->a,
			     &u->pairs, &u->pair_count, e);
}

/* ---- what is in the way ---- */

static void note_later(struct undoing *u, const struct regroup_get_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool known = false;

		for (size_t k = 0; k < u->later_count; k++)
			known = known || id_eq(u->later[k], rows[i].regroup_id);
		if (!known && u->later_count < NAMED)
			u->later[u->later_count++] = rows[i].regroup_id;
	}
}

static bool refuse(const struct undoing *u, struct err *e)
{
	AUTO_BUF names = buf_new(NAMED * (ID_TEXT + 2));
	char text[ID_TEXT];

	for (size_t i = 0; i < u->later_count; i++) {
		buf_z(&names, i ? ", " : "");
		buf_z(&names, id_text(u->later[i], text));
	}
	return ERR(e, ERR_CONFLICT, "regroup.later",
		   "Later changes of the same leads have to be undone first: %.*s.", (int)names.n,
		   names.p);
}

static bool look_for_later(struct undoing *u, struct err *e)
{
	const char *publisher = u->w->publisher;
	struct regroup_get_row *rows;
	size_t n;

	for (size_t i = 0; i < u->lead_count; i++) {
		if (!regroup_of_lead(u->db,
				     &(struct regroup_of_lead_in){ publisher, u->leads[i].lead_id,
								   u->what.n },
				     u->a, &rows, &n, e))
			return false;
		note_later(u, rows, n);
	}
	for (size_t i = 0; i < u->pair_count; i++) {
		if (!regroup_of_pair(u->db,
				     &(struct regroup_of_pair_in){ publisher, u->pairs[i].pair_id,
								   u->what.n },
				     u->a, &rows, &n, e))
			return false;
		note_later(u, rows, n);
	}
	return !u->later_count || refuse(u, e);
}

/* ---- the way back ---- */

static int by_lead(const void *a, const void *b)
{
	return memcmp(((const struct customer_move *)a)->lead.b,
		      ((const struct customer_move *)b)->lead.b, sizeof(struct id));
}

/* The regroup's own moves are in the order of their leads; those that follow are behind them. */
static const struct customer_move *move_of(const struct undoing *u, struct id lead)
{
	struct customer_move key = { .lead = lead };
	const struct customer_move *own =
		bsearch(&key, u->moves.at, u->lead_count, sizeof(*u->moves.at), by_lead);

	for (size_t i = u->lead_count; !own && i < u->moves.n; i++)
		if (id_eq(u->moves.at[i].lead, lead))
			own = &u->moves.at[i];
	return own;
}

/* Came after the regroup, by a match, and nobody has moved it since. */
static bool may_follow(struct undoing *u, const struct member_list_row *l, bool *ret, struct err *e)
{
	struct regroup_of_lead_in in = { u->w->publisher, l->lead_id, u->what.n };
	struct regroup_get_row *rows;
	size_t n;

	*ret = false;
	if (l->received_at < u->what.at || id_is_null(l->matched_lead) || move_of(u, l->lead_id))
		return true;
	if (!regroup_of_lead(u->db, &in, u->a, &rows, &n, e))
		return false;
	*ret = n == 0;
	return true;
}

/* A lead that came after the regroup and was matched with one that goes back goes with it. */
static bool follow(struct undoing *u, struct id customer, struct err *e)
{
	struct member_list_in in = { u->w->publisher, customer };
	const struct customer_move *with;
	struct member_list_row *rows;
	size_t n, before;
	bool may;

	if (!member_list(u->db, &in, u->a, &rows, &n, e))
		return false;
	do {
		before = u->moves.n;
		for (size_t i = 0; i < n; i++) {
			if (!may_follow(u, &rows[i], &may, e))
				return false;
			with = may ? move_of(u, rows[i].matched_lead) : NULL;
			if (with)
				moves_add(u->a, &u->moves,
					  (struct customer_move){ rows[i].lead_id, customer,
								  with->to });
		}
	} while (u->moves.n > before);
	return true;
}

/* What the lead is now must be what the regroup made of it. */
static bool turn_move(struct undoing *u, const struct regroup_leads_row *l, struct err *e)
{
	struct member_of_row now;
	int found = member_of(u->db, &(struct member_of_in){ u->w->publisher, l->lead_id }, u->a,
			      &now, e);
	struct customer_move back = { l->lead_id, l->to_customer, l->from_customer };

	if (found < 0)
		return false;
	if (!found || !id_eq(now.customer_id, l->to_customer))
		return ERR(e, ERR_CONFLICT, "regroup.gone",
			   "A lead of this has gone elsewhere since, or is erased.");
	moves_add(u->a, &u->moves, back);
	return true;
}

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct id));
}

static bool turn_moves(struct undoing *u, struct err *e)
{
	struct id *held = ARENA_ARRAY(u->a, struct id, u->lead_count);

	for (size_t i = 0; i < u->lead_count; i++) {
		if (!turn_move(u, &u->leads[i], e))
			return false;
		held[i] = u->leads[i].to_customer;
	}
	qsort(held, u->lead_count, sizeof(*held), by_id);
	for (size_t i = 0; i < u->lead_count; i++)
		if ((!i || !id_eq(held[i], held[i - 1])) && !follow(u, held[i], e))
			return false;
	return true;
}

/* What the matcher did is a question again: it would do the same with the next lead. */
static bool ask_again(struct undoing *u, struct err *e)
{
	for (size_t i = 0; i < u->pair_count; i++) {
		struct pair_get_row p = { .pair_id = u->pairs[i].pair_id,
					  .state = u->pairs[i].state,
					  .decided_at = u->what.at,
					  .decided_by = u->what.actor };

		if (!strcmp(p.state, "same") &&
		    !pairs_set(u->db, u->a, u->w, &u->told, &p, "review", e))
			return false;
	}
	return true;
}

static bool turn_pairs(struct undoing *u, struct err *e)
{
	const char *publisher = u->w->publisher;
	bool matched = !strcmp(u->what.verb, "match");

	for (size_t i = 0; i < u->pair_count; i++) {
		const struct regroup_pairs_row *p = &u->pairs[i];
		struct pair_decide_in back = { publisher, p->pair_id, p->was, p->was_at,
					       p->was_by };

		if (matched && !strcmp(p->state, "same"))
			continue;
		if (p->was ? !pair_decide(u->db, &back, NULL, e)
			   : !pair_drop(u->db, &(struct pair_drop_in){ publisher, p->pair_id },
					NULL, e))
			return false;
	}
	return !matched || ask_again(u, e);
}

/* Pairs that the regroup said something of and that are what they were. */
static bool recount(struct undoing *u, struct err *e)
{
	struct customer_asked asked = { NULL, 0, 0 };
	const char *publisher = u->w->publisher;

	for (size_t i = 0; i < u->pair_count; i++)
		if (!asked_by_pair(u->db, u->a, publisher, u->pairs[i].pair_id, &asked, e))
			return false;
	return customer_recount(u->db, u->a, publisher, &asked, e);
}

bool customer_undo(struct sql_db *db, struct arena *a, const struct customer_who *w,
		   struct id regroup, struct customer_change *ret, struct err *e)
{
	struct undoing u = { .db = db, .a = a, .w = w };
	int64_t order;

	if (!customer_lock(db, a, &order, e) || !find(&u, regroup, e) || !look_for_later(&u, e) ||
	    !turn_moves(&u, e) || !turn_pairs(&u, e) ||
	    !regroup_now(db, a, w, "undo", order, &u.moves, &u.told, ret, e) || !recount(&u, e))
		return false;
	ret->customer = u.moves.n ? u.moves.at[0].to : ID_NULL;
	return regroup_undone(
		db, &(struct regroup_undone_in){ w->publisher, regroup, ret->regroup }, NULL, e);
}
