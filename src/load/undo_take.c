/* Everything that came of receipts goes, in one transaction with what follows from it. */
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "customer/customer.h"
#include "hook/hook.h"
#include "load/undo.h"
#include "model/model.h"
#include "place/place.h"

#define NAMES 512 /* of counters: five a lead at most, few offers and kinds */

/* ---- search words and counts ---- */

/* As when they were put in: an index without content must be told the same. */
static bool drop_words(struct undoing *u, struct err *e)
{
	struct search_drop_in *in = ARENA_ARRAY(u->a, struct search_drop_in, u->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < u->n; i++) {
		const struct undo_lead_row *l = &u->lead[i];
		struct place_words w = { .publisher = u->publisher,
					 .offer = l->offer_id,
					 .source = l->source,
					 .action = l->action,
					 .kind = l->kind,
					 .test = l->test != 0,
					 .contact = { l->first_name, l->last_name, l->email,
						      l->phone, l->country, l->company,
						      l->title } };

		if (!u->made[i])
			continue;
		if (!place_words_received(u->a, str_of(l->as_received), &w, e))
			return false;
		in[n++] = (struct search_drop_in){ u->publisher, l->seq, place_words(u->a, &w) };
	}
	return !n || search_drop_batch(u->db, in, n, e);
}

struct sums {
	struct counter_add_in row[NAMES];
	size_t n;
};

static void take_one(struct undoing *u, struct sums *s, const char *group, const char *name)
{
	const char *whole = arena_printf(u->a, "%s%s", group, name);

	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->row[i].name, whole)) {
			s->row[i].n--;
			return;
		}
	MUST(s->n < NAMES);
	s->row[s->n++] = (struct counter_add_in){ u->publisher, whole, -1 };
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct counter_add_in *)a)->name,
		      ((const struct counter_add_in *)b)->name);
}

static bool take_counts(struct undoing *u, struct err *e)
{
	struct sums *s = ARENA_NEW(u->a, struct sums);

	for (size_t i = 0; i < u->receipts; i++)
		if (!strcmp(u->receipt[i].state, receipt_state_text(RECEIPT_UNREADABLE)) ||
		    !strcmp(u->receipt[i].state, receipt_state_text(RECEIPT_SET_ASIDE)))
			take_one(u, s, "receipts.", u->receipt[i].state);
	for (size_t i = 0; i < u->n; i++) {
		const struct undo_lead_row *l = &u->lead[i];

		if (!u->made[i])
			continue;
		if (l->test) {
			take_one(u, s, "leads.test", "");
			continue;
		}
		take_one(u, s, "leads", "");
		if (l->read_at == SQL_NULL_INT)
			take_one(u, s, "leads.unread", "");
		take_one(u, s, "leads.kind.", l->kind);
		take_one(u, s, "leads.offer.", l->offer_id);
	}
	qsort(s->row, s->n, sizeof(s->row[0]), by_name);
	return !s->n || counter_add_batch(u->db, s->row, s->n, e);
}

/* ---- rows ---- */

#define OF_EACH(u, what, if_, ...)                                                                 \
	static bool take_##what(struct undoing *u, struct err *e)                                  \
	{                                                                                          \
		struct what##_in *in = ARENA_ARRAY((u)->a, struct what##_in, (u)->n + 1);          \
		size_t n = 0;                                                                      \
                                                                                                   \
		for (size_t i = 0; i < (u)->n; i++)                                                \
			if (if_)                                                                   \
				in[n++] = (struct what##_in){ (u)->publisher, __VA_ARGS__ };       \
		return !n || what##_batch((u)->db, in, n, e);                                      \
	}
OF_EACH(u, undo_touch, true, u->of[i])
OF_EACH(u, undo_lead_gone, u->made[i], u->lead[i].lead_id)
OF_EACH(u, undo_lead_touches, u->made[i], u->lead[i].lead_id)
OF_EACH(u, undo_deliveries, u->made[i], u->lead[i].lead_id)
OF_EACH(u, undo_records, u->made[i], u->lead[i].lead_id)
OF_EACH(u, undo_timeline, u->made[i], u->lead[i].lead_id)
OF_EACH(u, undo_engagement, u->made[i], u->lead[i].lead_id)
OF_EACH(u, undo_lead_moves, u->made[i], u->lead[i].lead_id)
OF_EACH(u, undo_watch, u->made[i], u->lead[i].lead_id)
OF_EACH(u, undo_notifications, u->made[i], u->lead[i].lead_id)
OF_EACH(u, undo_pairs_a, u->made[i], u->lead[i].lead_id)
OF_EACH(u, undo_pairs_b, u->made[i], u->lead[i].lead_id)

static bool take_receipts(struct undoing *u, struct err *e)
{
	struct undo_receipt_in *in = ARENA_ARRAY(u->a, struct undo_receipt_in, u->receipts);

	for (size_t i = 0; i < u->receipts; i++)
		in[i] = (struct undo_receipt_in){ u->publisher, u->receipt[i].receipt_id };
	return undo_receipt_batch(u->db, in, u->receipts, e);
}

/* A lead that others made keeps what they said. */
static bool mend_lead(struct undoing *u, struct id lead, struct err *e)
{
	struct lead_touches_in in = { u->publisher, lead };
	struct undo_lead_kept_in kept = { u->publisher, lead, 0, 0, 0 };
	struct lead_touches_row *rows;
	size_t n;

	if (!lead_touches(u->db, &in, u->a, &rows, &n, e))
		return false;
	kept.touches = (int64_t)n;
	for (size_t i = 0; i < n; i++) {
		kept.touched_at = rows[i].at > kept.touched_at ? rows[i].at : kept.touched_at;
		kept.flags |= rows[i].flags;
	}
	return !n || (undo_lead_kept(u->db, &kept, NULL, e) &&
		      hook_updated(u->db, u->a, u->publisher, lead, u->now_ms, e));
}

static bool mend_leads(struct undoing *u, struct err *e)
{
	struct id *customers = ARENA_ARRAY(u->a, struct id, u->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < u->n; i++) {
		bool again = u->made[i];

		for (size_t k = 0; k < n && !again; k++)
			again = id_eq(customers[k], u->lead[i].customer_id);
		if (!u->made[i] && !mend_lead(u, u->lead[i].lead_id, e))
			return false;
		if (!again)
			customers[n++] = u->lead[i].customer_id;
	}
	return !n || customer_refresh(u->db, u->publisher, customers, n, e);
}

/* Customers follow: those without a lead go, the others are made anew; the placer's memory of
 * leads follows too. */
static bool move_away(struct undoing *u, struct err *e)
{
	struct customer_move *moves = ARENA_ARRAY(u->a, struct customer_move, u->n + 1);
	struct customer_regroup g = { .who = { u->publisher, u->actor, u->now_ms },
				      .verb = "import undone",
				      .n = u->version,
				      .moves = moves };
	struct id regroup;

	for (size_t i = 0; i < u->n; i++)
		if (u->made[i])
			moves[g.move_count++] =
				(struct customer_move){ u->lead[i].lead_id, u->lead[i].customer_id,
							ID_NULL };
	return !g.move_count || customer_regroup(u->db, u->a, &g, &regroup, e);
}

static bool goes(const struct undoing *u, struct id lead)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->made[i] && id_eq(u->lead[i].lead_id, lead))
			return true;
	return false;
}

/* Of a lead that goes, the row that made it stands for the others of the step. */
static void leave_out_repeats(struct undoing *u)
{
	size_t n = 0;

	for (size_t i = 0; i < u->n; i++) {
		if (!u->made[i] && goes(u, u->lead[i].lead_id))
			continue;
		u->lead[n] = u->lead[i];
		u->of[n] = u->of[i];
		u->made[n++] = u->made[i];
	}
	u->n = n;
}

/* Whom questions ask about together with a lead that goes, before they go with it. */
static bool find_asked(struct undoing *u, struct customer_asked *ret, struct err *e)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->made[i] &&
		    !customer_asked_with(u->db, u->a, u->publisher, u->lead[i].lead_id, ret, e))
			return false;
	return true;
}

bool undo_take(struct undoing *u, struct err *e)
{
	struct customer_asked asked = { NULL, 0, 0 };

	leave_out_repeats(u);
	return find_asked(u, &asked, e) && drop_words(u, e) && take_counts(u, e) &&
	       take_undo_touch(u, e) && take_undo_lead_touches(u, e) &&
	       take_undo_deliveries(u, e) && take_undo_timeline(u, e) && take_undo_records(u, e) &&
	       take_undo_engagement(u, e) && take_undo_lead_moves(u, e) && take_undo_watch(u, e) &&
	       take_undo_notifications(u, e) && take_undo_pairs_a(u, e) &&
	       take_undo_pairs_b(u, e) && take_undo_lead_gone(u, e) && take_receipts(u, e) &&
	       move_away(u, e) && mend_leads(u, e) &&
	       customer_recount(u->db, u->a, u->publisher, &asked, e);
}
