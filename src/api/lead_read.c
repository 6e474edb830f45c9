#include "api/lead_reading.h"

/* Leads that are compared one by one, 0.5 us each: at first with a text alone, at first with
 * filters, and in all. */
#define WINDOW     500
#define WINDOW_OF  2000
#define WINDOW_MAX 18000
#define RARE       3 /* of which fewer were found among WINDOW_OF, few likely have it */
/* Leads that may be gathered from all over the store, 3 us each; what is in more of them is walked.
 */
#define FEW_GATHERED  5000
#define FEW_LOOKED_UP 3000 /* of a filter, each compared with the words */

/* In the order in which they lead; each may find so many leads to lead at once. The index of a
 * customer is not in the order of receipt. */
#define ROW(name, NAME, most)                                                                      \
	{                                                                                          \
		has_##name, LEAD_FEW_LEAD_##NAME, LEAD_PAGE_LEAD_##NAME, LEAD_ENDS_LEAD_##NAME,    \
			LEAD_PROBE_PAGE_LEAD_##NAME, LEAD_AMONG_PAGE_LEAD_##NAME, most             \
	}
#define NO_ENDS (-1)
static const struct {
	is_set *set;
	enum lead_few_lead few;
	enum lead_page_lead page;
	int ends; /* enum lead_ends_lead, or NO_ENDS */
	enum lead_probe_page_lead probe;
	int among; /* enum lead_among_page_lead */
	int64_t most;
} by_receipt[] = {
	{ has_customer, LEAD_FEW_LEAD_CUSTOMER, LEAD_PAGE_LEAD_CUSTOMER, NO_ENDS,
	  LEAD_PROBE_PAGE_LEAD_CUSTOMER, -1, FEW },
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

enum choice choose(struct reading *r, enum lead_few_lead lead, int64_t most, int64_t *ret_n,
		   struct err *e)
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
	*ret_n = few.n;
	if (few.n == 0 || few.n == most)
		return few.n ? CHOICE_MANY : CHOICE_NONE;
	if (!r->ask.q)
		return CHOICE_FEW;
	p->from = p->from > few.from ? p->from : few.from;
	p->to = p->to < few.to ? p->to : few.to;
	return few.n <= FEW_PROBED ? CHOICE_PROBE : CHOICE_MANY;
}

bool count_words(struct reading *r, const char *words, int64_t most, int64_t *ret, struct err *e)
{
	const struct lead_page_in *p = &r->ask.p;
	struct lead_search_few_in in = { p->publisher, words, p->from, p->to, most };
	struct lead_search_few_row row;

	if (lead_search_few(r->db, &in, r->arena, &row, e) < 0)
		return false;
	*ret = row.n;
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

/* A page by words. orders: the statement newest first and oldest first, of one of the families
 * below, whose arguments are alike. */
static bool page_with(struct reading *r, const struct sql_query *const *orders, const char *words,
		      size_t *ret_n, struct err *e)
{
	const struct lead_page_in *p = &r->ask.p;
	struct lead_search_page_in in = { p->publisher, p->from,    p->to,       p->due_below,
					  p->limit,     p->test,    p->unread,   p->offer,
					  p->customer,  p->owner,   p->status,   p->substatus,
					  p->source,    p->action,  p->kind,     p->country,
					  p->team,      p->unowned, p->due_from, words };
	void *rows;

	if (!sql_all(r->db, orders[!newest(r)], &in, merge_arena(r->merge), &rows, ret_n, e))
		return false;
	merge_add(r->merge, rows, *ret_n, r->source);
	return true;
}

/* Of those that a filter finds, the ones with the words. */
static bool probe(struct reading *r, enum lead_probe_page_lead lead, const char *words,
		  size_t *ret_n, struct err *e)
{
	return page_with(r, lead_probe_page_family[lead], words, ret_n, e);
}

/* The same; only those are read that have them, which is better of more than a few. */
static bool among(struct reading *r, enum lead_among_page_lead lead, const char *words,
		  struct err *e)
{
	size_t n;

	return page_with(r, lead_among_page_family[lead], words, &n, e);
}

static bool search(struct reading *r, enum lead_search_page_how how, const char *words,
		   size_t *ret_n, struct err *e)
{
	return page_with(r, lead_search_page_family[how], words, ret_n, e);
}

/* Leads in order, each compared: a text with the search index, filters with the row. lead: a row of
 * by_receipt, or LL_COUNT(by_receipt) for all leads. */
static bool walk(struct reading *r, size_t lead, const char *text, size_t *ret_n, struct err *e)
{
	bool all = lead == LL_COUNT(by_receipt);

	if (!r->ask.q)
		return page_led_by(r, all ? LEAD_PAGE_LEAD_ANY : by_receipt[lead].page, ret_n, e);
	return all ? search(r, LEAD_SEARCH_PAGE_HOW_WALK, text, ret_n, e)
		   : probe(r, by_receipt[lead].probe, text, ret_n, e);
}

/*
 * Compares the first leads; *ret_found: how many it adds. What is left is narrowed to those behind
 * them; *ret_done: the page is full, or there are none.
 */
static bool walk_window(struct reading *r, size_t lead, const char *text, int64_t size,
			size_t *ret_found, bool *ret_done, struct err *e)
{
	struct lead_page_in *p = &r->ask.p;
	struct lead_window_in in = { p->publisher, p->from, p->to, size };
	int64_t from = p->from, to = p->to;
	struct lead_window_row first;

	if (lead_window(r->db, newest(r) ? LEAD_WINDOW_ORDER_NEWEST : LEAD_WINDOW_ORDER_OLDEST, &in,
			r->arena, &first, e) < 0)
		return false;
	p->from = first.from;
	p->to = first.to;
	if (!walk(r, lead, text, ret_found, e))
		return false;
	p->from = newest(r) ? from : first.to + 1;
	p->to = newest(r) ? first.from - 1 : to;
	p->limit -= (int64_t)*ret_found;
	*ret_done = first.n < size || p->limit <= 0;
	return true;
}

/* What is in more leads than may be gathered is walked. */
static bool gather_or_walk(struct reading *r, size_t lead, const struct lead_words *words,
			   struct err *e)
{
	int64_t found;
	size_t n;

	if (!count_words(r, words->all, FEW_GATHERED, &found, e))
		return false;
	if (found < FEW_GATHERED)
		return !found || search(r, LEAD_SEARCH_PAGE_HOW_GATHER, words->all, &n, e);
	return walk(r, lead, words->text, &n, e);
}

/* The leading filter is one of the words, or there is none: how many of the first leads were found
 * tells how many the words find. */
static bool is_word(size_t lead)
{
	return lead == LL_COUNT(by_receipt) || by_receipt[lead].set == has_offer;
}

/* How many more leads likely fill the page, where so many were found among size of them. What the
 * words alone find is better gathered than walked in vain. */
static int64_t next_window(size_t lead, int64_t size, size_t found, int64_t rest)
{
	int64_t fair = found ? size * rest / (int64_t)found : INT32_MAX;
	int64_t next = is_word(lead) ? fair * 3 / 2 : fair * 2 / 3;

	return next > WINDOW ? next : WINDOW;
}

/* So few of size leads had the words that these are likely in few enough to be gathered. */
static bool likely_rare(size_t lead, int64_t size, size_t found)
{
	return is_word(lead) && (int64_t)found * WINDOW_OF < RARE * size;
}

/*
 * Where the search index has no order it gathers all that it finds: only after the first leads were
 * looked at one by one, since words that are in many of them fill a page there. What few of the
 * first have is likely in few: it is gathered unseen, and counted when that finds nothing, since it
 * is in too many, or in none that is asked for.
 */
static bool page_of_words(struct reading *r, size_t lead, const struct lead_words *words,
			  struct err *e)
{
	struct reading part = *r;
	int64_t size = r->ask.q && lead == LL_COUNT(by_receipt) ? WINDOW : WINDOW_OF;
	int64_t left = WINDOW_MAX;
	bool done = false, rare = false;
	size_t n;

	if (sql_engine_of(r->db) == SQL_SQLITE)
		return search(r, LEAD_SEARCH_PAGE_HOW_WALK, words->all, &n, e);
	for (; size <= left; size = next_window(lead, size, n, part.ask.p.limit)) {
		left -= size;
		if (!walk_window(&part, lead, words->text, size, &n, &done, e))
			return false;
		if (done)
			return true;
		rare = likely_rare(lead, size, n);
	}
	if (rare && !search(&part, LEAD_SEARCH_PAGE_HOW_RARE, words->all, &n, e))
		return false;
	return (rare && n) || gather_or_walk(&part, lead, words, e);
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
static bool search_many(struct reading *r, size_t lead, const struct lead_words *words,
			struct err *e)
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

/* Of how many leads of a filter those with the words are looked for: PostgreSQL looks up each. */
static int64_t most_among(const struct reading *r)
{
	return sql_engine_of(r->db) == SQL_SQLITE ? FEW_IN_ORDER : FEW_LOOKED_UP;
}

/* The one filter that has an index, or LL_COUNT(by_receipt): there is none, or are several. */
static size_t sole_filter(const struct reading *r)
{
	size_t sole = LL_COUNT(by_receipt);

	for (size_t i = 0; i < LL_COUNT(by_receipt); i++) {
		if (!by_receipt[i].set(&r->ask))
			continue;
		if (sole < LL_COUNT(by_receipt))
			return LL_COUNT(by_receipt);
		sole = i;
	}
	return sole;
}

bool read_by_receipt(struct reading *r, const struct lead_words *words, struct err *e)
{
	size_t lead = LL_COUNT(by_receipt), rarest = lead, sole = sole_filter(r), n;
	int64_t few = INT64_MAX, found;

	if (!words->all && sole < lead && by_receipt[sole].ends != NO_ENDS)
		return page_led_by(r, by_receipt[sole].page, &n, e); /* there is no choice */
	for (size_t i = 0; i < LL_COUNT(by_receipt); i++) {
		enum choice c;

		if (!by_receipt[i].set(&r->ask))
			continue;
		c = choose(r, by_receipt[i].few, by_receipt[i].most, &found, e);
		if (c == CHOICE_FAILED || c == CHOICE_NONE)
			return c == CHOICE_NONE;
		if (c == CHOICE_FEW)
			return page_led_by(r, by_receipt[i].page, &n, e);
		if (c == CHOICE_PROBE && !costs_each_time(r, words->text))
			return probe(r, by_receipt[i].probe, words->text, &n, e);
		/* Of less, choose() has told the ends. */
		if (by_receipt[i].ends != NO_ENDS && found == by_receipt[i].most &&
		    !narrow_to_ends(r, (enum lead_ends_lead)by_receipt[i].ends, e))
			return false;
		lead = i < lead ? i : lead;
		if (found < by_receipt[i].most && found < few && by_receipt[i].among >= 0) {
			rarest = i;
			few = found;
		}
	}
	if (r->ask.q && few < most_among(r))
		return among(r, (enum lead_among_page_lead)by_receipt[rarest].among,
			     sql_engine_of(r->db) == SQL_SQLITE ? words->all : words->text, e);
	if (words->all)
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
	struct lead_words words;

	if (!lead_ask_words(db, ask, !lead_by_clock(ask), a, &words, e))
		return false;
	if (words.none)
		return true;
	narrow(&r.ask);
	return lead_by_clock(ask) ? read_by_clock(&r, &words, e) : read_by_receipt(&r, &words, e);
}
