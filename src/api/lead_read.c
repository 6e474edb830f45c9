#include "api/lead_reading.h"

#define WINDOW 2000 /* leads that are compared with the words one by one, at first */
#define WINDOW_OF                                                                                  \
	8000 /* leads among which those of a filter are, or that are compared by columns */
/* Leads that may be gathered from all over the store, some 30 us each; what is in more of them is
 * walked. Words cost 4 us a lead there, columns 1. */
#define FEW_WITH_TEXT 2500
#define FEW_WITHOUT   700

/* In the order in which they lead; each may find so many leads to lead at once. The index of a
 * customer is not in the order of receipt. */
#define ROW(name, NAME, most)                                                                      \
	{                                                                                          \
		has_##name, LEAD_FEW_LEAD_##NAME, LEAD_PAGE_LEAD_##NAME, LEAD_ENDS_LEAD_##NAME,    \
			LEAD_PROBE_PAGE_LEAD_##NAME, most                                          \
	}
#define NO_ENDS (-1)
static const struct {
	is_set *set;
	enum lead_few_lead few;
	enum lead_page_lead page;
	int ends; /* enum lead_ends_lead, or NO_ENDS */
	enum lead_probe_page_lead probe;
	int64_t most;
} by_receipt[] = {
	{ has_customer, LEAD_FEW_LEAD_CUSTOMER, LEAD_PAGE_LEAD_CUSTOMER, NO_ENDS,
	  LEAD_PROBE_PAGE_LEAD_CUSTOMER, FEW },
	ROW(owner, OWNER, FEW_IN_ORDER),
	ROW(team, TEAM, FEW_IN_ORDER),
	ROW(owed, OWED, FEW_IN_ORDER),
	ROW(new, NEW, FEW_IN_ORDER),
	ROW(substatus, SUBSTATUS, FEW_IN_ORDER),
	ROW(status, STATUS, FEW_IN_ORDER),
	ROW(test, TEST, FEW_IN_ORDER),
	ROW(unread, UNREAD, FEW_IN_ORDER),
	ROW(offer, OFFER, FEW_IN_ORDER),
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
	return few.n <= FEW_PROBED ? CHOICE_PROBE : CHOICE_MANY;
}

bool are_few(struct reading *r, const char *words, int64_t most, bool *ret, struct err *e)
{
	const struct lead_page_in *p = &r->ask.p;
	struct lead_search_few_in in = { p->publisher, words, p->from, p->to, most };
	struct lead_search_few_row row;

	if (lead_search_few(r->db, &in, r->arena, &row, e) < 0)
		return false;
	*ret = row.n < most;
	return true;
}

/* ---- pages ---- */

static bool newest(const struct reading *r)
{
	return r->ask.order == LEAD_ORDER_NEWEST;
}

static bool page_led_by(struct reading *r, enum lead_page_lead lead, size_t *ret_n, struct err *e)
{
	struct lead_page_row *rows;
	bool ok =
		lead_page(r->db, lead, newest(r) ? LEAD_PAGE_ORDER_NEWEST : LEAD_PAGE_ORDER_OLDEST,
			  &r->ask.p, merge_arena(r->merge), &rows, ret_n, e);

	if (ok)
		merge_add(r->merge, rows, *ret_n, r->source);
	return ok;
}

/* Of those that a filter finds, the ones with the words. */
static bool probe(struct reading *r, enum lead_probe_page_lead lead, const char *words,
		  size_t *ret_n, struct err *e)
{
	const struct lead_page_in *p = &r->ask.p;
	struct lead_probe_page_in in = { p->publisher, p->from,    p->to,       p->due_below,
					 p->limit,     p->test,    p->unread,   p->offer,
					 p->customer,  p->owner,   p->status,   p->substatus,
					 p->source,    p->action,  p->kind,     p->country,
					 p->team,      p->unowned, p->due_from, words };
	struct lead_page_row *rows;

	if (!lead_probe_page(r->db, lead,
			     newest(r) ? LEAD_PROBE_PAGE_ORDER_NEWEST
				       : LEAD_PROBE_PAGE_ORDER_OLDEST,
			     &in, merge_arena(r->merge), &rows, ret_n, e))
		return false;
	merge_add(r->merge, rows, *ret_n, r->source);
	return true;
}

static bool search(struct reading *r, enum lead_search_page_how how, const char *words,
		   size_t *ret_n, struct err *e)
{
	const struct lead_page_in *p = &r->ask.p;
	struct lead_search_page_in in = { p->publisher, p->from,    p->to,       p->due_below,
					  p->limit,     p->test,    p->unread,   p->offer,
					  p->customer,  p->owner,   p->status,   p->substatus,
					  p->source,    p->action,  p->kind,     p->country,
					  p->team,      p->unowned, p->due_from, words };
	struct lead_page_row *rows;

	if (!lead_search_page(r->db, how,
			      newest(r) ? LEAD_SEARCH_PAGE_ORDER_NEWEST
					: LEAD_SEARCH_PAGE_ORDER_OLDEST,
			      &in, merge_arena(r->merge), &rows, ret_n, e))
		return false;
	merge_add(r->merge, rows, *ret_n, r->source);
	return true;
}

/* Leads in order, each compared: a text with the search index, filters with the row. lead: a row of
 * by_receipt, or LL_COUNT(by_receipt) for all leads. */
static bool walk(struct reading *r, size_t lead, const char *words, size_t *ret_n, struct err *e)
{
	bool all = lead == LL_COUNT(by_receipt);

	if (!r->ask.q)
		return page_led_by(r, all ? LEAD_PAGE_LEAD_ANY : by_receipt[lead].page, ret_n, e);
	return all ? search(r, LEAD_SEARCH_PAGE_HOW_WALK, words, ret_n, e)
		   : probe(r, by_receipt[lead].probe, words, ret_n, e);
}

/*
 * Where the search index has no order it gathers all that it finds: only after the first leads were
 * looked at one by one, since words that are in many of them fill a page there; and only what is
 * few, since otherwise the others fill one, too.
 */
static bool page_of_words(struct reading *r, size_t lead, const char *words, struct err *e)
{
	struct reading part = *r;
	struct lead_page_in *p = &part.ask.p;
	bool all = lead == LL_COUNT(by_receipt), few;
	struct lead_window_in in = { p->publisher, p->from, p->to,
				     r->ask.q && all ? WINDOW : WINDOW_OF };
	struct lead_window_row first;
	size_t n;

	if (sql_engine_of(r->db) == SQL_SQLITE)
		return search(r, LEAD_SEARCH_PAGE_HOW_WALK, words, &n, e);
	if (lead_window(r->db, newest(r) ? LEAD_WINDOW_ORDER_NEWEST : LEAD_WINDOW_ORDER_OLDEST, &in,
			r->arena, &first, e) < 0)
		return false;
	p->from = first.from;
	p->to = first.to;
	if (!walk(&part, lead, words, &n, e))
		return false;
	if (first.n < in.limit || (int64_t)n == p->limit)
		return true;
	p->from = newest(r) ? r->ask.p.from : first.to + 1;
	p->to = newest(r) ? first.from - 1 : r->ask.p.to;
	p->limit -= (int64_t)n;
	if (!are_few(&part, words, r->ask.q && all ? FEW_WITH_TEXT : FEW_WITHOUT, &few, e))
		return false;
	return few ? search(&part, LEAD_SEARCH_PAGE_HOW_GATHER, words, &n, e)
		   : walk(&part, lead, words, &n, e);
}

/* ---- the choice ---- */

/* The store has a class of leads that the filters let in: 1, 0, or -1 for an error. */
static int any_class(struct reading *r, struct err *e)
{
	const struct lead_page_in *p = &r->ask.p;
	struct lead_class_in after = { p->publisher, "", "", "" };
	struct lead_class_row c;
	int found;

	while ((found = lead_class(r->db, &after, r->arena, &c, e)) > 0) {
		if ((!p->kind || !strcmp(p->kind, c.kind)) &&
		    (!p->source || !strcmp(p->source, c.source)) &&
		    (!p->action || !strcmp(p->action, c.action)))
			return 1;
		after.kind = c.kind;
		after.source = c.source;
		after.action = c.action;
	}
	return found;
}

/* To find that long lists have nothing in common takes long; that a class does not exist does not.
 */
static bool search_many(struct reading *r, size_t lead, const char *words, struct err *e)
{
	const struct lead_page_in *p = &r->ask.p;
	int any = !p->source + !p->action + !p->kind > 1 ? 1 : any_class(r, e);

	return any > 0 ? page_of_words(r, lead, words, e) : any == 0;
}

bool narrow_to_ends(struct reading *r, enum lead_ends_lead lead, struct err *e)
{
	struct lead_page_in *p = &r->ask.p;
	struct lead_ends_in in = { p->publisher, p->from,      p->to,   p->owner,
				   p->status,    p->substatus, p->team, p->offer };
	struct lead_ends_row ends;

	if (lead_ends(r->db, lead, &in, r->arena, &ends, e) < 0)
		return false;
	p->from = ends.from;
	p->to = ends.to;
	return true;
}

/* SQLite looks up each of the words that a prefix stands for, for each lead anew. */
static bool costs_each_time(const struct reading *r, const char *words)
{
	return sql_engine_of(r->db) == SQL_SQLITE && strstr(words, " OR ");
}

bool read_by_receipt(struct reading *r, const char *words, struct err *e)
{
	size_t lead = LL_COUNT(by_receipt), n;

	for (size_t i = 0; i < LL_COUNT(by_receipt); i++) {
		enum choice c;

		if (!by_receipt[i].set(&r->ask))
			continue;
		c = choose(r, by_receipt[i].few, by_receipt[i].most, e);
		if (c == CHOICE_FAILED || c == CHOICE_NONE)
			return c == CHOICE_NONE;
		if (c == CHOICE_FEW)
			return page_led_by(r, by_receipt[i].page, &n, e);
		if (c == CHOICE_PROBE && !costs_each_time(r, words))
			return probe(r, by_receipt[i].probe, words, &n, e);
		if (by_receipt[i].ends != NO_ENDS &&
		    !narrow_to_ends(r, (enum lead_ends_lead)by_receipt[i].ends, e))
			return false;
		lead = i < lead ? i : lead;
	}
	if (words)
		return search_many(r, lead, words, e);
	return page_led_by(
		r, lead < LL_COUNT(by_receipt) ? by_receipt[lead].page : LEAD_PAGE_LEAD_ANY, &n, e);
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
