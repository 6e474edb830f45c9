/* The lead list by the response clock. */
#include "api/lead_reading.h"

#include "model/model.h"

#define SOME       3   /* of the first that have the words: there are many */
#define SPAN_FIRST 500 /* leads that are looked at together, at first */

enum led { LED_SORTED, LED_IN_ORDER, LED_UNLESS_WORDS };

/* How: it sorts what it finds, or has an index in the order of the clock, which leads however many
 * leads are in it; an owner or a state may have most leads of the store, and then words are better.
 */
static const struct {
	is_set *set;
	enum lead_few_lead few;
	enum lead_due_page_lead page;
	enum led how;
} by_clock[] = {
	{ has_customer, LEAD_FEW_LEAD_CUSTOMER, LEAD_DUE_PAGE_LEAD_CUSTOMER, LED_SORTED },
	{ has_unowned, LEAD_FEW_LEAD_UNOWNED, LEAD_DUE_PAGE_LEAD_UNOWNED, LED_IN_ORDER },
	{ has_owner, LEAD_FEW_LEAD_OWNER, LEAD_DUE_PAGE_LEAD_OWNER, LED_UNLESS_WORDS },
	{ has_team, LEAD_FEW_LEAD_TEAM, LEAD_DUE_PAGE_LEAD_TEAM, LED_UNLESS_WORDS },
	{ has_new, LEAD_FEW_LEAD_NEW, LEAD_DUE_PAGE_LEAD_NEW, LED_SORTED },
	{ has_substatus, LEAD_FEW_LEAD_SUBSTATUS, LEAD_DUE_PAGE_LEAD_SUBSTATUS, LED_SORTED },
	{ has_status, LEAD_FEW_LEAD_STATUS, LEAD_DUE_PAGE_LEAD_STATUS, LED_UNLESS_WORDS },
	{ has_unread, LEAD_FEW_LEAD_UNREAD, LEAD_DUE_PAGE_LEAD_UNREAD, LED_SORTED },
	{ has_offer, LEAD_FEW_LEAD_OFFER, LEAD_DUE_PAGE_LEAD_OFFER, LED_SORTED },
	{ has_received, LEAD_FEW_LEAD_RECEIVED, LEAD_DUE_PAGE_LEAD_RECEIVED, LED_SORTED },
};

static bool due_page(struct reading *r, enum lead_due_page_lead lead, struct err *e)
{
	const struct lead_page_in *p = &r->ask.p;
	struct lead_due_page_in in = { p->publisher, p->from,    p->to,      p->due_below,
				       p->limit,     p->test,    p->unread,  p->offer,
				       p->customer,  p->owner,   p->status,  p->substatus,
				       p->source,    p->action,  p->kind,    p->country,
				       p->team,      p->unowned, r->ask.seq, r->ask.due };
	struct lead_page_row *rows;
	size_t n;
	bool ok = lead_due_page(
		r->db, lead, rising(r) ? LEAD_DUE_PAGE_ORDER_RISING : LEAD_DUE_PAGE_ORDER_FALLING,
		&in, merge_arena(r->merge), &rows, &n, e);

	if (ok)
		merge_add(r->merge, rows, n, r->source);
	return ok;
}

/* Those with the words by the clock, between from and to; they are sorted. */
static bool search(struct reading *r, enum lead_search_due_page_how how, const char *words,
		   struct lead_page_row **ret, size_t *ret_n, struct err *e)
{
	const struct lead_page_in *p = &r->ask.p;
	struct lead_search_due_page_in in = { p->publisher, p->from,    p->to,      p->due_below,
					      p->limit,     p->test,    p->unread,  p->offer,
					      p->customer,  p->owner,   p->status,  p->substatus,
					      p->source,    p->action,  p->kind,    p->country,
					      p->team,      p->unowned, r->ask.seq, r->ask.due,
					      words };

	return lead_search_due_page(r->db, how,
				    rising(r) ? LEAD_SEARCH_DUE_PAGE_ORDER_RISING
					      : LEAD_SEARCH_DUE_PAGE_ORDER_FALLING,
				    &in, merge_arena(r->merge), ret, ret_n, e);
}

/* ---- those that owe a response ---- */

/* What the next of them span: every lead until the end, if there is one, is in it. */
struct span {
	int64_t from, to;
	bool ends;
	int64_t due, seq; /* the end */
};

static bool next_span(struct reading *r, int64_t size, struct span *ret, struct err *e)
{
	const struct lead_page_in *p = &r->ask.p;
	bool up = rising(r);
	struct lead_due_span_in in = { p->publisher, r->ask.seq, r->ask.due, p->due_below, size };
	struct lead_due_span_row row;

	if (lead_due_span(r->db, up ? LEAD_DUE_SPAN_ORDER_RISING : LEAD_DUE_SPAN_ORDER_FALLING, &in,
			  r->arena, &row, e) < 0)
		return false;
	*ret = (struct span){ .from = row.n ? row.from : INT64_MAX,
			      .to = row.n ? row.to : -1,
			      .ends = row.n == size,
			      .due = up ? row.due_to : row.due_from,
			      .seq = up ? row.to : row.from };
	return true;
}

/* Of the rows, in order, how many stand before the end of the span. */
static size_t within(const struct lead_page_row *rows, size_t n, bool up, const struct span *s)
{
	for (; s->ends && n; n--) {
		const struct lead_page_row *l = &rows[n - 1];

		if (l->due_sort == s->due ? (up ? l->seq <= s->seq : l->seq >= s->seq)
					  : up == (l->due_sort < s->due))
			break;
	}
	return n;
}

/* Those with the words in the span, which r is narrowed to. */
static bool search_span(struct reading r, const char *words, const struct span *s, size_t *ret_n,
			struct err *e)
{
	struct lead_page_row *rows;

	*ret_n = 0;
	r.ask.p.from = r.ask.p.from > s->from ? r.ask.p.from : s->from;
	r.ask.p.to = r.ask.p.to < s->to ? r.ask.p.to : s->to;
	if (r.ask.p.from > r.ask.p.to)
		return true;
	if (!search(&r, LEAD_SEARCH_DUE_PAGE_HOW_SPAN, words, &rows, ret_n, e))
		return false;
	*ret_n = within(rows, *ret_n, rising(&r), s);
	merge_add(r.merge, rows, *ret_n, r.source);
	return true;
}

/* All with the words between from and to, sorted; or, on PostgreSQL, those that owe one by one. */
static bool find(struct reading *r, enum lead_search_due_page_how how, const char *words,
		 struct err *e)
{
	struct lead_page_row *rows;
	size_t n;

	if (!search(r, how, words, &rows, &n, e))
		return false;
	merge_add(r->merge, rows, n, r->source);
	return true;
}

/* *ret_ends: these are the last. */
static bool search_next(struct reading *r, int64_t size, const char *words, bool *ret_ends,
			struct err *e)
{
	struct span s;
	size_t n;

	if (!next_span(r, size, &s, e) || !search_span(*r, words, &s, &n, e))
		return false;
	r->ask.p.limit -= (int64_t)n;
	r->ask.due = s.due;
	r->ask.seq = s.seq;
	*ret_ends = !s.ends || r->ask.p.limit <= 0;
	return true;
}

/*
 * Some of the first that owe have the words, whatever else is asked: likely many have. PostgreSQL's
 * index would find all of those to tell.
 */
static bool first_have(struct reading r, const char *words, bool *ret, struct err *e)
{
	struct lead_page_in *p = &r.ask.p;
	struct lead_page_row *rows;
	struct span s;
	size_t n;

	*ret = false;
	if (sql_engine_of(r.db) != SQL_POSTGRESQL)
		return true;
	r.ask.order = LEAD_ORDER_RISING;
	r.ask.seq = -1;
	r.ask.due = -1;
	*p = (struct lead_page_in){ .publisher = p->publisher,
				    .to = INT64_MAX,
				    .due_below = LEAD_DUE_NONE,
				    .limit = SOME };
	if (!next_span(&r, SPAN_FIRST, &s, e))
		return false;
	if (s.ends)
		p->due_below = s.due + 1;
	if (!search(&r, LEAD_SEARCH_DUE_PAGE_HOW_OWED, words, &rows, &n, e))
		return false;
	*ret = n == SOME;
	return true;
}

/*
 * SQLite's search index knows the time of receipt only. So the leads are taken in the order of the
 * clock, a span at a time; those with the words are between the span's first and last time of
 * receipt, and as the clocks are alike, little else is. Words that prove to be in few leads are
 * gathered from all at once, and so are those of a prefix, which are gathered each time.
 * PostgreSQL's index has no order at all: there they are walked.
 */
static bool search_owed(struct reading *r, const char *words, bool few_owe, struct err *e)
{
	bool ends = false, many;
	int64_t n;

	if (!first_have(*r, words, &many, e))
		return false;
	if (many || (few_owe && costs_each_time(r, words)))
		return find(r, LEAD_SEARCH_DUE_PAGE_HOW_OWED, words, e);
	if (!narrow_to_ends(r, LEAD_ENDS_LEAD_OWED, e) || !count_words(r, words, FEW, &n, e))
		return false;
	if (n < FEW)
		return find(r, LEAD_SEARCH_DUE_PAGE_HOW_GATHER, words, e);
	if (sql_engine_of(r->db) == SQL_POSTGRESQL)
		return find(r, LEAD_SEARCH_DUE_PAGE_HOW_OWED, words, e);
	for (int64_t size = SPAN_FIRST; !ends; size *= 2)
		if (!search_next(r, size, words, &ends, e))
			return false;
	return true;
}

/* Where people answer, those that owe are few: they are compared one by one, but with a text. */
static bool read_owed(struct reading r, const char *words, struct err *e)
{
	struct lead_page_in *p = &r.ask.p;
	enum choice c;
	int64_t n;

	if (p->due_below > LEAD_DUE_NONE)
		p->due_below = LEAD_DUE_NONE;
	if (!rising(&r) && r.ask.due >= p->due_below) {
		r.ask.due = p->due_below;
		r.ask.seq = -1;
	}
	c = choose(&r, LEAD_FEW_LEAD_OWED, FEW_COMPARED, &n, e);
	if (c == CHOICE_FAILED || c == CHOICE_NONE)
		return c == CHOICE_NONE;
	if (words && c != CHOICE_FEW)
		return search_owed(&r, words, n < FEW_COMPARED, e);
	return due_page(&r, LEAD_DUE_PAGE_LEAD_OWED, e);
}

/* ---- those that owe none: their order is that of receipt ---- */

static bool read_others(struct reading r, struct err *e)
{
	struct lead_page_in *p = &r.ask.p;
	bool up = rising(&r);
	struct lead_words words;

	if (p->due_below <= LEAD_DUE_NONE || (!up && r.ask.due < LEAD_DUE_NONE))
		return true;
	p->due_from = LEAD_DUE_NONE;
	if (r.ask.due == LEAD_DUE_NONE && up && r.ask.seq >= p->from)
		p->from = r.ask.seq + 1;
	if (r.ask.due == LEAD_DUE_NONE && !up && r.ask.seq <= p->to)
		p->to = r.ask.seq - 1;
	r.ask.order = up ? LEAD_ORDER_OLDEST : LEAD_ORDER_NEWEST;
	return lead_ask_words(r.db, &r.ask, true, r.arena, &words, e) &&
	       read_by_receipt(&r, &words, e);
}

/* ---- the choice ---- */

/* What else has an index tells where to look, see narrow_to_ends(). */
static bool leads_alone(const struct reading *r)
{
	size_t n = 0;

	for (size_t i = 0; i < LL_COUNT(by_clock); i++)
		n += by_clock[i].set(&r->ask);
	return n == 1;
}

static bool leads_in_order(const struct reading *r, enum led how, const char *words)
{
	return !r->ask.q &&
	       (how == LED_IN_ORDER || (how == LED_UNLESS_WORDS && !words && leads_alone(r)));
}

/* A page is full, and its last row is before all of the other half. */
static bool is_full(const struct reading *r)
{
	const struct merge *m = r->merge;
	const struct lead_page_row *last;

	if (!m->n || m->n < m->keep)
		return false;
	last = merge_row(m, m->n - 1);
	return rising(r) == (last->due_sort < LEAD_DUE_NONE);
}

bool read_by_clock(struct reading *r, const struct lead_words *words, struct err *e)
{
	int64_t n;

	for (size_t i = 0; i < LL_COUNT(by_clock); i++) {
		enum choice c = by_clock[i].set(&r->ask) ? choose(r, by_clock[i].few, FEW, &n, e)
							 : CHOICE_MANY;

		if (c == CHOICE_FAILED || c == CHOICE_NONE)
			return c == CHOICE_NONE;
		if (c == CHOICE_FEW)
			return due_page(r, by_clock[i].page, e);
	}
	for (size_t i = 0; i < LL_COUNT(by_clock); i++)
		if (by_clock[i].set(&r->ask) && leads_in_order(r, by_clock[i].how, words->all))
			return due_page(r, by_clock[i].page, e);
	if (rising(r))
		return read_owed(*r, words->all, e) && (is_full(r) || read_others(*r, e));
	return read_others(*r, e) && (is_full(r) || read_owed(*r, words->all, e));
}
