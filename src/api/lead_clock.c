/* The lead list by the response clock. */
#include "api/lead_reading.h"

#define SPAN_FIRST   500  /* leads of a class that are looked at together, at first */
#define SPAN_COUNTED 1000 /* after this one, all with the words are counted */

enum led { LED_SORTED, LED_IN_ORDER, LED_UNLESS_WORDS };

/* How: it sorts what it finds, or has an index in the order of the clock, which leads however many
 * leads are in it; a state may have most leads of the store, and then words are better. */
static const struct {
	is_set *set;
	enum lead_few_lead few;
	enum lead_due_page_lead page;
	enum led how;
} by_clock[] = {
	{ has_customer, LEAD_FEW_LEAD_CUSTOMER, LEAD_DUE_PAGE_LEAD_CUSTOMER, LED_SORTED },
	{ has_unowned, LEAD_FEW_LEAD_UNOWNED, LEAD_DUE_PAGE_LEAD_UNOWNED, LED_IN_ORDER },
	{ has_owner, LEAD_FEW_LEAD_OWNER, LEAD_DUE_PAGE_LEAD_OWNER, LED_IN_ORDER },
	{ has_team, LEAD_FEW_LEAD_TEAM, LEAD_DUE_PAGE_LEAD_TEAM, LED_IN_ORDER },
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

/* ---- classes ---- */

struct classes {
	struct lead_class_row *all;
	size_t n, room;
};

static bool fits(const char *asked, const char *value)
{
	return !asked || !strcmp(asked, value);
}

/* The classes that the filters let in. */
static bool find_classes(struct reading *r, struct classes *ret, struct err *e)
{
	const struct lead_page_in *p = &r->ask.p;
	struct lead_class_in after = { p->publisher, "", "", "" };
	struct lead_class_row class;
	int found;

	*ret = (struct classes){ 0 };
	while ((found = lead_class(r->db, &after, r->arena, &class, e)) > 0) {
		after.kind = class.kind;
		after.source = class.source;
		after.action = class.action;
		if (!fits(p->kind, class.kind) || !fits(p->source, class.source) ||
		    !fits(p->action, class.action))
			continue;
		if (ret->n == ret->room) {
			struct lead_class_row *more;

			ret->room = ret->room ? ret->room * 2 : 16;
			more = ARENA_ARRAY(r->arena, struct lead_class_row, ret->room);
			if (ret->n)
				memcpy(more, ret->all, ret->n * sizeof(*more));
			ret->all = more;
		}
		ret->all[ret->n++] = class;
	}
	return found == 0;
}

static void set_class(struct reading *r, const struct lead_class_row *class)
{
	r->ask.p.kind = class->kind;
	r->ask.p.source = class->source;
	r->ask.p.action = class->action;
}

/* What comes after the last row of a full page need not be looked at. */
static void narrow_due(struct reading *r)
{
	const struct lead_page_row *last;

	if (!rising(r) || r->merge->n < r->merge->keep)
		return;
	last = merge_row(r->merge, r->merge->n - 1);
	if (last->due_sort < r->ask.p.due_below)
		r->ask.p.due_below = last->due_sort + 1;
}

static bool walk_classes(struct reading *r, struct err *e)
{
	struct classes c;

	if (!find_classes(r, &c, e))
		return false;
	for (size_t i = 0; i < c.n; i++) {
		set_class(r, &c.all[i]);
		narrow_due(r);
		if (!due_page(r, LEAD_DUE_PAGE_LEAD_WALK, e))
			return false;
	}
	return true;
}

/* Those of one class that owe a response, by the time of receipt; r is narrowed to it. */
static bool owed_of(struct reading r, const struct lead_class_row *class, struct err *e)
{
	const char *words;
	bool none;

	set_class(&r, class);
	switch (choose(&r, LEAD_FEW_LEAD_BY_DUE, FEW, e)) {
	case CHOICE_FAILED: return false;
	case CHOICE_NONE: return true;
	case CHOICE_FEW: return page_led_by(&r, LEAD_PAGE_LEAD_BY_DUE, e);
	case CHOICE_MANY: break;
	}
	return lead_ask_words(r.db, &r.ask, true, r.arena, &words, &none, e) &&
	       page_of_words(&r, words, e);
}

bool read_owed(struct reading *r, struct err *e)
{
	struct classes c;

	if (!find_classes(r, &c, e))
		return false;
	for (size_t i = 0; i < c.n; i++)
		if (!owed_of(*r, &c.all[i], e))
			return false;
	return true;
}

/* ---- many leads with the words, by the response clock ---- */

/* What the next leads of all classes span: every lead until the end, if there is one, is in it. */
struct span {
	int64_t from, to;
	bool ends;
	int64_t due, seq; /* the end */
};

static bool add_span(struct reading *r, const struct lead_class_row *class, int64_t size,
		     struct span *s, struct err *e)
{
	const struct lead_page_in *p = &r->ask.p;
	bool up = rising(r);
	struct lead_due_span_in in = {
		.publisher = p->publisher,
		.kind = class->kind,
		.source = class->source,
		.action = class->action,
		.seq = r->ask.seq,
		.due = r->ask.due,
		.due_from = !up && s->ends ? s->due : 0,
		.due_below = up && s->ends && s->due < p->due_below ? s->due + 1 : p->due_below,
		.limit = size,
	};
	struct lead_due_span_row row;

	if (lead_due_span(r->db, up ? LEAD_DUE_SPAN_ORDER_RISING : LEAD_DUE_SPAN_ORDER_FALLING, &in,
			  r->arena, &row, e) < 0)
		return false;
	if (row.n) {
		s->from = row.from < s->from ? row.from : s->from;
		s->to = row.to > s->to ? row.to : s->to;
	}
	if (row.n == size) {
		int64_t due = up ? row.due_to : row.due_from, seq = up ? row.to : row.from;

		if (!s->ends || (due == s->due ? up == (seq < s->seq) : up == (due < s->due))) {
			s->due = due;
			s->seq = seq;
		}
		s->ends = true;
	}
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
	if (!search(&r, LEAD_SEARCH_DUE_PAGE_HOW_WALK, words, &rows, ret_n, e))
		return false;
	*ret_n = within(rows, *ret_n, rising(&r), s);
	merge_add(r.merge, rows, *ret_n, r.source);
	return true;
}

static bool are_few(struct reading *r, const char *words, bool *ret, struct err *e)
{
	const struct lead_page_in *p = &r->ask.p;
	struct lead_search_few_in in = { p->publisher, words, p->from, p->to, FEW };
	struct lead_search_few_row row;

	if (lead_search_few(r->db, &in, r->arena, &row, e) < 0)
		return false;
	*ret = row.n < FEW;
	return true;
}

static bool gather(struct reading *r, const char *words, struct err *e)
{
	struct lead_page_row *rows;
	size_t n;

	if (!search(r, LEAD_SEARCH_DUE_PAGE_HOW_GATHER, words, &rows, &n, e))
		return false;
	merge_add(r->merge, rows, n, r->source);
	return true;
}

/* The next leads of all classes; *ret_ends: these are the last. */
static bool next_span(struct reading *r, const struct classes *c, int64_t size, const char *words,
		      bool *ret_ends, struct err *e)
{
	struct span s = { .from = INT64_MAX, .to = -1 };
	size_t n;

	for (size_t i = 0; i < c->n; i++)
		if (!add_span(r, &c->all[i], size, &s, e))
			return false;
	if (!search_span(*r, words, &s, &n, e))
		return false;
	r->ask.p.limit -= (int64_t)n;
	r->ask.due = s.due;
	r->ask.seq = s.seq;
	*ret_ends = !s.ends || r->ask.p.limit <= 0;
	return true;
}

/*
 * The search index knows the time of receipt only. So the leads are taken in the order of the
 * clock, a span at a time; those with the words are between the span's first and last time of
 * receipt, and as leads of a class have one clock, little else is. Words that prove to be in few
 * leads are gathered from all at once.
 */
static bool search_spans(struct reading *r, const char *words, struct err *e)
{
	struct classes c;
	bool ends, few = false;

	if (!find_classes(r, &c, e))
		return false;
	ends = !c.n;
	for (int64_t size = SPAN_FIRST; !ends; size *= 2) {
		if (!next_span(r, &c, size, words, &ends, e))
			return false;
		if (ends || size != SPAN_COUNTED)
			continue;
		if (!are_few(r, words, &few, e))
			return false;
		if (few)
			return gather(r, words, e);
	}
	return true;
}

/* ---- the choice ---- */

int any_class(struct reading *r, struct err *e)
{
	struct classes c;

	return find_classes(r, &c, e) ? c.n > 0 : -1;
}

static bool leads_in_order(const struct reading *r, enum led how, const char *words)
{
	return !r->ask.q && (how == LED_IN_ORDER || (how == LED_UNLESS_WORDS && !words));
}

bool read_by_clock(struct reading *r, const char *words, struct err *e)
{
	for (size_t i = 0; i < LL_COUNT(by_clock); i++) {
		enum choice c =
			by_clock[i].set(&r->ask) ? choose(r, by_clock[i].few, FEW, e) : CHOICE_MANY;

		if (c == CHOICE_FAILED || c == CHOICE_NONE)
			return c == CHOICE_NONE;
		if (c == CHOICE_FEW)
			return due_page(r, by_clock[i].page, e);
	}
	for (size_t i = 0; i < LL_COUNT(by_clock); i++)
		if (by_clock[i].set(&r->ask) && leads_in_order(r, by_clock[i].how, words))
			return due_page(r, by_clock[i].page, e);
	return words ? search_spans(r, words, e) : walk_classes(r, e);
}
