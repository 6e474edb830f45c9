#include "api/lead_reading.h"

#define WINDOW 6000 /* leads that are compared with the words one by one */

/* In the order in which they lead; most: leads that each may find to lead at once. */
static const struct {
	is_set *set;
	enum lead_few_lead few;
	enum lead_page_lead page;
	int64_t most;
} by_receipt[] = {
	{ has_customer, LEAD_FEW_LEAD_CUSTOMER, LEAD_PAGE_LEAD_CUSTOMER, FEW },
	{ has_owner, LEAD_FEW_LEAD_OWNER, LEAD_PAGE_LEAD_OWNER, FEW_IN_ORDER },
	{ has_team, LEAD_FEW_LEAD_TEAM, LEAD_PAGE_LEAD_TEAM, FEW_IN_ORDER },
	{ has_substatus, LEAD_FEW_LEAD_SUBSTATUS, LEAD_PAGE_LEAD_SUBSTATUS, FEW_IN_ORDER },
	{ has_status, LEAD_FEW_LEAD_STATUS, LEAD_PAGE_LEAD_STATUS, FEW_IN_ORDER },
	{ has_test, LEAD_FEW_LEAD_TEST, LEAD_PAGE_LEAD_TEST, FEW_IN_ORDER },
	{ has_unread, LEAD_FEW_LEAD_UNREAD, LEAD_PAGE_LEAD_UNREAD, FEW_IN_ORDER },
	{ has_offer, LEAD_FEW_LEAD_OFFER, LEAD_PAGE_LEAD_OFFER, FEW_IN_ORDER },
};
enum choice choose(struct reading *r, enum lead_few_lead lead, int64_t most, struct err *e)
{
	struct lead_page_in *p = &r->ask.p;
	struct lead_few_in in = { .publisher = p->publisher,
				  .from = p->from,
				  .to = p->to,
				  .due_below = p->due_below,
				  .limit = most,
				  .customer = p->customer,
				  .owner = p->owner,
				  .status = p->status,
				  .substatus = p->substatus,
				  .source = p->source,
				  .action = p->action,
				  .kind = p->kind,
				  .team = p->team,
				  .offer = p->offer };
	struct lead_few_row few;

	if (lead_few(r->db, lead, &in, r->arena, &few, e) < 0)
		return CHOICE_FAILED;
	if (few.n == 0 || few.n == most)
		return few.n ? CHOICE_MANY : CHOICE_NONE;
	if (!r->ask.q)
		return CHOICE_FEW;
	p->from = p->from > few.from ? p->from : few.from;
	p->to = p->to < few.to ? p->to : few.to;
	return CHOICE_MANY;
}

/* ---- pages ---- */

bool page_led_by(struct reading *r, enum lead_page_lead lead, struct err *e)
{
	struct lead_page_row *rows;
	size_t n;
	bool ok = lead_page(r->db, lead,
			    r->ask.order == LEAD_ORDER_OLDEST ? LEAD_PAGE_ORDER_OLDEST
							      : LEAD_PAGE_ORDER_NEWEST,
			    &r->ask.p, merge_arena(r->merge), &rows, &n, e);

	if (ok)
		merge_add(r->merge, rows, n, r->source);
	return ok;
}

static bool search(struct reading *r, enum lead_search_page_how how, const char *words,
		   size_t *ret_n, struct err *e)
{
	const struct lead_page_in *p = &r->ask.p;
	struct lead_search_page_in in = { p->publisher, p->from,    p->to,     p->due_below,
					  p->limit,     p->test,    p->unread, p->offer,
					  p->customer,  p->owner,   p->status, p->substatus,
					  p->source,    p->action,  p->kind,   p->country,
					  p->team,      p->unowned, words };
	enum lead_search_page_order order = r->ask.order == LEAD_ORDER_OLDEST
						    ? LEAD_SEARCH_PAGE_ORDER_OLDEST
						    : LEAD_SEARCH_PAGE_ORDER_NEWEST;
	struct lead_page_row *rows;

	if (!lead_search_page(r->db, how, order, &in, merge_arena(r->merge), &rows, ret_n, e))
		return false;
	merge_add(r->merge, rows, *ret_n, r->source);
	return true;
}

/*
 * Where the search index has no order it gathers all that it finds: only after the first leads were
 * looked at one by one, since words that are in many of them fill a page there.
 */
bool page_of_words(struct reading *r, const char *words, struct err *e)
{
	struct reading part = *r;
	struct lead_page_in *p = &part.ask.p;
	bool newest = r->ask.order == LEAD_ORDER_NEWEST;
	struct lead_window_in in = { p->publisher, p->from, p->to, WINDOW };
	struct lead_window_row first;
	size_t n;

	if (sql_engine_of(r->db) == SQL_SQLITE)
		return search(r, LEAD_SEARCH_PAGE_HOW_WALK, words, &n, e);
	if (lead_window(r->db, newest ? LEAD_WINDOW_ORDER_NEWEST : LEAD_WINDOW_ORDER_OLDEST, &in,
			r->arena, &first, e) < 0)
		return false;
	p->from = first.from;
	p->to = first.to;
	if (!search(&part, LEAD_SEARCH_PAGE_HOW_WALK, words, &n, e))
		return false;
	if (first.n < WINDOW || (int64_t)n == p->limit)
		return true;
	p->from = newest ? r->ask.p.from : first.to + 1;
	p->to = newest ? first.from - 1 : r->ask.p.to;
	p->limit -= (int64_t)n;
	return search(&part, LEAD_SEARCH_PAGE_HOW_GATHER, words, &n, e);
}

/* ---- the choice ---- */

/* To find that long lists have nothing in common takes long; that a class does not exist does not.
 */
static bool search_many(struct reading *r, const char *words, struct err *e)
{
	const struct lead_page_in *p = &r->ask.p;
	int any = !p->source + !p->action + !p->kind > 1 ? 1 : any_class(r, e);

	return any > 0 ? page_of_words(r, words, e) : any == 0;
}

static bool read_by_receipt(struct reading *r, const char *words, struct err *e)
{
	for (size_t i = 0; i < LL_COUNT(by_receipt); i++) {
		enum choice c = by_receipt[i].set(&r->ask)
					? choose(r, by_receipt[i].few, by_receipt[i].most, e)
					: CHOICE_MANY;

		if (c == CHOICE_FAILED || c == CHOICE_NONE)
			return c == CHOICE_NONE;
		if (c == CHOICE_FEW)
			return page_led_by(r, by_receipt[i].page, e);
	}
	if (r->ask.response)
		return read_owed(r, e);
	if (words)
		return search_many(r, words, e);
	for (size_t i = 0; i < LL_COUNT(by_receipt); i++)
		if (by_receipt[i].set(&r->ask))
			return page_led_by(r, by_receipt[i].page, e);
	return page_led_by(r, LEAD_PAGE_LEAD_ANY, e);
}

/* The cursor, and what the bounds on one time say of the other, into the bounds. */
static void narrow(struct lead_ask *ask)
{
	struct lead_page_in *p = &ask->p;

	if (ask->order == LEAD_ORDER_NEWEST && ask->seq <= p->to)
		p->to = ask->seq - 1;
	if (ask->order == LEAD_ORDER_OLDEST && ask->seq >= p->from)
		p->from = ask->seq + 1;
	if (ask->order == LEAD_ORDER_FALLING && ask->due >= p->due_below) {
		ask->due = p->due_below;
		ask->seq = -1;
	}
}

bool lead_read_page(struct sql_db *db, const struct lead_ask *ask, size_t source, struct merge *m,
		    struct arena *a, struct err *e)
{
	struct reading r = { .db = db, .ask = *ask, .source = source, .merge = m, .arena = a };
	const char *words;
	bool none;

	if (!lead_ask_words(db, ask, !lead_by_clock(ask), a, &words, &none, e))
		return false;
	if (none)
		return true;
	narrow(&r.ask);
	return lead_by_clock(ask) ? read_by_clock(&r, words, e) : read_by_receipt(&r, words, e);
}
