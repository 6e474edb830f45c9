/* One lead: its row, its words in the search index, its messages, its timeline, its deliveries. */
#include "base/clock.h"
#include "erase/parts.h"
#include "hook/hook.h"
#include "place/place.h"

#define ENTRIES 20       /* at a time: notes and what they were before may be long */
#define CODE    "erased" /* of deliveries; delivery_replay knows it */

static const char *tombstone(struct arena *a, struct str hash, int64_t at_ms)
{
	char at[CLOCK_TEXT];

	return arena_printf(a, "{\"erased\":\"%s\",\"blake2b\":\"%s\"}", clock_text(at_ms, at),
			    str_hex(a, hash.p, hash.n));
}

static bool erase_timeline(struct erasing *x, struct id lead, struct err *e)
{
	struct erase_entries_in in = { x->w->publisher, lead, ID_NULL, ENTRIES };
	struct erase_entries_row *rows;
	size_t n = ENTRIES;

	while (n == ENTRIES) {
		ARENA_SCOPE(x->a);

		if (!erase_entries(x->db, &in, x->a, &rows, &n, e))
			return false;
		for (size_t i = 0; i < n; i++) {
			struct erase_entry_in put = { x->w->publisher, lead, rows[i].entry_id,
						      NULL };

			in.after = rows[i].entry_id;
			if (!erase_detail(x->a, rows[i].type, str_of(rows[i].detail), &put.detail,
					  e) ||
			    !erase_entry(x->db, &put, NULL, e))
				return false;
		}
	}
	return true;
}

/* What was said with a message that was entered lies under its lead, which may never have been
 * made: no customer leads there. */
static bool erase_entered(struct sql_db *db, struct arena *a, const struct customer_who *w,
			  struct id receipt, const struct erase_receipt_row *row, struct err *e)
{
	struct erasing x = { .db = db, .a = a, .w = w };
	struct erase_deal_in in = { w->publisher, place_lead_id(receipt, 0, row->received_at) };

	return !strcmp(row->state, receipt_state_text(RECEIPT_PLACED)) ||
	       (erase_timeline(&x, in.lead, e) && erase_deal(db, &in, NULL, e));
}

bool erase_receipt_body(struct sql_db *db, struct arena *a, const struct customer_who *w,
			struct id receipt, bool *ret_now, struct err *e)
{
	struct erase_receipt_in in = { w->publisher, receipt, ERASED_TYPE };
	struct erase_body_in body = { w->publisher, receipt, { NULL, 0 } };
	struct erase_rows_in rows = { w->publisher, receipt };
	struct erase_receipt_row row;
	int found = erase_receipt(db, &in, a, &row, e);

	*ret_now = found > 0;
	if (found < 0)
		return false;
	if (found > 0) {
		body.body = str_of(tombstone(a, row.body_hash, w->now_ms));
		if (!erase_body(db, &body, NULL, e) || !erase_entered(db, a, w, receipt, &row, e))
			return false;
	}
	return erase_rows(db, &rows, NULL, e);
}

/* ---- the search index ---- */

/* The touch that the lead's words were made of: the one that made the lead. */
static const struct erase_touches_row *first_touch(const struct erase_leads_row *l,
						   const struct erase_touches_row *t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (id_eq(place_lead_id(t[i].receipt_id, (uint32_t)t[i].ordinal, t[i].at),
			  l->lead_id))
			return &t[i];
	return n ? t : NULL;
}

static const char *filters_only(struct arena *a, struct place_words w)
{
	const char *country = w.contact[CONTACT_COUNTRY];

	memset(w.contact, 0, sizeof(w.contact));
	memset(w.raw, 0, sizeof(w.raw));
	w.contact[CONTACT_COUNTRY] = country;
	w.offer_title = w.description = NULL;
	return place_words(a, &w);
}

static bool erase_words(struct erasing *x, const struct erase_leads_row *l,
			const struct erase_touches_row *t, struct err *e)
{
	struct touch_record_row said = { .as_received = "{}" };
	const char *publisher = x->w->publisher;
	struct place_words w = { .publisher = publisher,
				 .offer = l->offer_id,
				 .source = l->source,
				 .action = l->action,
				 .kind = l->kind,
				 .test = l->test != 0,
				 .contact = { l->first_name, l->last_name, l->email, l->phone,
					      l->country, l->company, l->title } };
	struct search_drop_in drop = { publisher, l->seq, NULL };
	struct search_put_in put = { publisher, l->seq, NULL };

	if (t &&
	    touch_record(x->db, &(struct touch_record_in){ publisher, t->receipt_id, t->ordinal },
			 x->a, &said, e) < 0)
		return false;
	if (!place_words_received(x->a, str_of(said.as_received), &w, e))
		return false;
	drop.tokens = place_words(x->a, &w);
	put.tokens = filters_only(x->a, w);
	return search_drop(x->db, &drop, NULL, e) && search_put(x->db, &put, NULL, e);
}

/* ---- the rest ---- */

static bool erase_messages(struct erasing *x, const struct erase_leads_row *l, struct err *e)
{
	struct erase_touches_in in = { x->w->publisher, l->lead_id };
	struct erase_touches_row *t;
	bool now;
	size_t n;

	if (!erase_touches(x->db, &in, x->a, &t, &n, e) ||
	    !erase_words(x, l, first_touch(l, t, n), e))
		return false;
	for (size_t i = 0; i < n; i++) {
		ARENA_SCOPE(x->a);

		if (!erase_receipt_body(x->db, x->a, x->w, t[i].receipt_id, &now, e))
			return false;
		x->counts.receipts += now;
	}
	return erase_touch(x->db, &(struct erase_touch_in){ x->w->publisher, l->lead_id }, NULL, e);
}

static bool erase_owing(struct erasing *x, struct id lead, struct err *e)
{
	const char *publisher = x->w->publisher;
	struct erase_owed_in in = { publisher, lead, CODE };
	struct erase_attempts_in attempts = { publisher, lead };
	struct erase_deliveries_in all = { publisher, lead, CODE };
	struct erase_owed_row *rows;
	size_t n;

	if (!erase_owed(x->db, &in, x->a, &rows, &n, e))
		return false;
	x->counts.cancelled += (int64_t)n;
	return erase_attempts(x->db, &attempts, NULL, e) && erase_deliveries(x->db, &all, NULL, e);
}

/* Each is one statement about one lead, and takes the same two values. */
struct of_lead {
	const char *publisher;
	struct id lead;
};
static const struct sql_query *const of_lead[] = {
	&erase_lead_query,    &erase_engagement_query, &erase_checks_query,
	&erase_tasks_query,   &erase_records_query,    &erase_pairs_a_query,
	&erase_pairs_b_query, &erase_watch_query,      &erase_notifications_query,
};

bool erase_one_lead(struct erasing *x, const struct erase_leads_row *l, struct err *e)
{
	const struct of_lead in = { x->w->publisher, l->lead_id };
	struct change_put_in tell = { in.publisher, id_new(clock_now()), "lead", in.lead,
				      "erased" };

	if (!erase_messages(x, l, e) || !erase_timeline(x, in.lead, e) ||
	    !erase_owing(x, in.lead, e))
		return false;
	for (size_t i = 0; i < LL_COUNT(of_lead); i++)
		if (!sql_exec(x->db, of_lead[i], &in, NULL, e))
			return false;
	return erase_saved_views(x, l, e) &&
	       hook_updated(x->db, x->a, in.publisher, in.lead, x->w->now_ms, e) &&
	       change_put(x->db, &tell, NULL, e);
}
