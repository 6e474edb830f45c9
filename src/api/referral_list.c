/*
 * The list of referrals. What an index can be asked for goes to the store (struct referral_bounds);
 * every lead that comes from there is then compared with the whole filter. One request walks a
 * bounded number of leads: a page may be short, even empty, and still have a nextLink.
 */
#include "api/referral.h"

#include <ctype.h>
#include "base/limits.h"

#define TOP_DEFAULT  "100"
#define TOP_MAX      200
#define SKIP_MAX     100000
#define WALK_MAX     1000 /* leads that one page looks at */
#define COUNT_MAX    1000 /* that a count looks at, where no number is kept */
#define BLOCK        200
#define REPLY_ENOUGH (LIMIT_REPLY / 2)

struct referrals_in {
	const char *publisher, *filter, *select, *orderby, *skiptoken, *expand;
	int64_t top, skip;
	bool count;
};
FITS(struct referrals_in);
const struct field referrals_query[] = {
	F_STR(struct referrals_in, filter, "$filter", .max = REFERRAL_FILTER_MAX,
	      .help = "OData: eq ne gt ge lt le in, and or not, contains startswith endswith, "
		      "team/any(t:t/email eq 'x')."),
	F_STR(struct referrals_in, select, "$select", .max = 2000,
	      .help = "Properties, with commas."),
	F_STR(struct referrals_in, orderby, "$orderby", .max = 100,
	      .help = "createdDateTime or updatedDateTime, asc or desc."),
	F_INT(struct referrals_in, top, "$top", .min = 1, .max = TOP_MAX, .def = TOP_DEFAULT,
	      .help = "Referrals on a page."),
	F_INT(struct referrals_in, skip, "$skip", .min = 0, .max = SKIP_MAX, .def = "0",
	      .help = "Referrals before the first page."),
	F_BOOL(struct referrals_in, count, "$count", .def = "false",
	       .help = "@odata.count; where that would walk too many, @leadline.countAtLeast."),
	F_STR(struct referrals_in, skiptoken, "$skiptoken", .max = 200,
	      .help = "Of a nextLink, unchanged."),
	F_STR(struct referrals_in, expand, "$expand", .max = 200,
	      .help = "Refused: a referral is whole as it is."),
	F_PUBLISHER(struct referrals_in),
	F_END,
};

/* A list under way. */
struct listing {
	struct http_request *rq;
	const struct referrals_in *in;
	const struct referral_filter *filter;
	uint64_t select;
	struct referral_bounds bounds;
	struct referral_walk walk;
	int64_t skip;          /* still to be passed over */
	struct referral *rows; /* of the page, at most top */
	struct place_of {
		int64_t key;
		struct id lead;
	} * places; /* of each row: where the next page begins */
	size_t n;
	bool more; /* there is, or may be, another page */
};

/* ---- the request ---- */

/* "key_lead_skip": where the page before ended, and what it still had to pass over. */
static bool read_token(struct listing *l, struct err *e)
{
	struct str s = str_of(l->in->skiptoken), part;

	l->skip = l->in->skip;
	if (!l->in->skiptoken)
		return true;
	if (str_split(&s, '_', &part) && str_int(part, &l->walk.key) && l->walk.key >= 0 &&
	    str_split(&s, '_', &part) && id_parse(part, &l->walk.lead) &&
	    !id_is_null(l->walk.lead) && str_int(s, &l->skip) && l->skip >= 0 &&
	    l->skip <= SKIP_MAX)
		return true;
	return ERR_FIELD(e, ERR_INPUT, "page.cursor", "$skiptoken",
			 "$skiptoken must be that of an earlier nextLink, unchanged.");
}

static bool parse(struct listing *l, struct err *e)
{
	const struct referrals_in *in = l->in;
	struct arena *a = l->rq->arena;
	struct str none = { NULL, 0 };
	bool by_updated;

	if (in->expand)
		return ERR_FIELD(e, ERR_INPUT, "odata.expand", "$expand",
				 "There is nothing to expand: a referral is whole as it is.");
	if ((in->filter && !referral_filter_parse(a, str_of(in->filter), &l->filter, e)) ||
	    !referral_select_parse(in->select ? str_of(in->select) : none, &l->select, e) ||
	    !referral_order_parse(str_of(in->orderby), &l->walk.order, e))
		return false;
	l->bounds = referral_bounds(a, l->filter);
	by_updated = l->bounds.updated_from != INT64_MIN || l->bounds.updated_to != INT64_MAX;
	if (!in->orderby && by_updated)
		l->walk.order.updated = true; /* nothing was promised, and this has an index */
	return read_token(l, e);
}

/* The bounds on the time that the list is ordered by, as seqs. */
static void bind_times(struct listing *l)
{
	const struct referral_bounds *b = &l->bounds;
	bool updated = l->walk.order.updated;
	int64_t from = updated ? b->updated_from : b->created_from;
	int64_t to = updated ? b->updated_to : b->created_to;

	l->walk.from = lead_seq(from, ID_NULL);
	l->walk.to = to < 0                      ? -1
		     : to >= LEAD_SEQ_MS_MAX - 1 ? INT64_MAX
						 : lead_seq(to + 1, ID_NULL) - 1;
}

/* What the store is asked for; *ret_none: nothing can fit. */
static bool bind(struct listing *l, bool *ret_none, struct err *e)
{
	struct referral_bounds *b = &l->bounds;
	struct account_find_row owner;
	int found = 1;

	*ret_none = b->none;
	bind_times(l);
	l->walk.filter = (struct lead_page_in){ .status = b->status,
						.substatus = b->substatus,
						.country = b->country };
	l->walk.words = b->email;
	if (b->organization_id) {
		size_t n = 0;

		for (size_t i = 0; i < l->walk.scope.n; i++)
			if (!strcmp(l->walk.scope.publishers[i], b->organization_id))
				l->walk.scope.publishers[n++] = l->walk.scope.publishers[i];
		l->walk.scope.n = n;
		*ret_none |= !n;
	}
	if (b->owner)
		found = account_find(db_of(l->rq), &(struct account_find_in){ b->owner },
				     l->rq->arena, &owner, e);
	*ret_none |= !found;
	if (b->owner && found > 0)
		l->walk.filter.owner = owner.account_id;
	return found >= 0 && parts_of(l->rq, &l->walk.scope, &l->walk.parts, e);
}

/* ---- the walk ---- */

/* What fits of one block goes to the page; whatever is behind its end is not looked at. */
static bool take(struct listing *l, const struct lead_page_row *const *leads, size_t n,
		 struct err *e)
{
	struct referral *all = ARENA_ARRAY(l->rq->arena, struct referral, n);

	if (!referral_fill(l->rq, leads, n, all, e))
		return false;
	for (size_t i = 0; i < n && !l->more; i++) {
		int64_t key = l->walk.order.updated && leads[i]->updated_seq != SQL_NULL_INT
				      ? leads[i]->updated_seq
				      : leads[i]->seq;

		if (!referral_matches(l->filter, &all[i]))
			continue;
		if (l->skip) {
			l->skip--;
			continue;
		}
		if (l->n == (size_t)l->in->top) {
			l->more = true;
			break;
		}
		l->places[l->n] = (struct place_of){ key, leads[i]->lead_id };
		l->rows[l->n++] = all[i];
	}
	return true;
}

static size_t drop_others(const struct lead_page_row **leads, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (leads[i])
			leads[kept++] = leads[i];
	return kept;
}

/* Until the page is full and it is known whether there is another, or it has walked enough. */
static bool collect(struct listing *l, struct err *e)
{
	const struct lead_page_row *leads[BLOCK];
	size_t walked = 0, n;

	while (!l->more && !l->walk.ended) {
		struct arena_mark block = arena_mark(l->rq->arena);
		size_t want = (size_t)l->in->top + 1 - l->n, before = l->n;

		if (walked >= WALK_MAX) {
			l->more = true;
			l->places[l->n] = (struct place_of){ l->walk.key, l->walk.lead };
			return true;
		}
		want = l->filter || l->skip || want > BLOCK ? BLOCK : want;
		if (!referral_walk_on(&l->walk, want, leads, &n, e))
			return false;
		walked += n;
		n = drop_others(leads, n);
		if (!take(l, leads, n, e))
			return false;
		if (l->n == before)
			arena_rewind(&block); /* nothing of it is on the page */
	}
	if (l->n)
		l->places[l->n] = l->places[l->n - 1];
	return true;
}

static bool in_parts(const struct listing *l, const struct lead_page_row *row)
{
	size_t n = 0;

	for (size_t i = 0; i < l->walk.parts.n && !n; i++)
		if (!strcmp(l->walk.parts.all[i].publisher, row->publisher_id))
			n = reach_holds(&l->walk.parts.all[i], 1, row->owner_id, row->team_id,
					row->offer_id);
	return n;
}

/* A lead that is asked for by its id is read by that. */
static bool collect_one(struct listing *l, struct err *e)
{
	struct lead_get_in in = { .lead = ID_NULL };
	const struct lead_page_row *lead;
	struct lead_page_row row;
	int found = 0;

	if (!id_parse(str_of(l->bounds.id), &in.lead))
		return true;
	for (size_t i = 0; i < l->walk.scope.n && !found; i++) {
		in.publisher = l->walk.scope.publishers[i];
		found = lead_get(db_of(l->rq), &in, l->rq->arena, &row, e);
	}
	lead = &row;
	if (found <= 0 || row.test || !in_parts(l, &row))
		return found >= 0;
	return take(l, &lead, 1, e);
}

/* ---- how many ---- */

/* What the navigation's numbers say, when nothing is asked but everything. */
static bool count_kept(struct listing *l, int64_t *ret, struct err *e)
{
	struct counter_list_row *rows;
	size_t n;

	*ret = 0;
	for (size_t i = 0; i < l->walk.scope.n; i++) {
		if (!counter_list(db_of(l->rq),
				  &(struct counter_list_in){ l->walk.scope.publishers[i] },
				  l->rq->arena, &rows, &n, e))
			return false;
		for (size_t k = 0; k < n; k++)
			if (!strcmp(rows[k].name, "leads"))
				*ret += rows[k].n;
	}
	return true;
}

/* *ret_whole: the walk came to the end, so that the number is exact. */
static bool count_walked(struct listing *l, int64_t *ret, bool *ret_whole, struct err *e)
{
	const struct lead_page_row *leads[BLOCK];
	struct referral_walk w = l->walk;
	size_t walked = 0, n;

	w.key = 0;
	w.lead = ID_NULL;
	w.ended = false;
	bind_times(l);
	w.from = l->walk.from;
	w.to = l->walk.to;
	*ret = 0;
	while (!w.ended && walked < COUNT_MAX) {
		ARENA_SCOPE(l->rq->arena);
		struct referral *all;

		if (!referral_walk_on(&w, BLOCK, leads, &n, e))
			return false;
		walked += n;
		n = drop_others(leads, n);
		if (!l->filter) {
			*ret += (int64_t)n;
			continue;
		}
		all = ARENA_ARRAY(l->rq->arena, struct referral, BLOCK);
		if (!referral_fill(l->rq, leads, n, all, e))
			return false;
		for (size_t i = 0; i < n; i++)
			*ret += referral_matches(l->filter, &all[i]);
	}
	*ret_whole = w.ended;
	return true;
}

static bool write_count(struct listing *l, struct json_out *o, bool none, struct err *e)
{
	int64_t n = (int64_t)l->n;
	bool whole = true, known = none || (l->bounds.id && !l->skip) ||
				   (!l->more && !l->in->skip && !l->in->skiptoken);

	if (!known && !l->in->count)
		return true;
	if (!known && !(l->filter || is_limited(l->rq) ? count_walked(l, &n, &whole, e)
						       : count_kept(l, &n, e)))
		return false;
	json_put_int(o, whole ? "@odata.count" : "@leadline.countAtLeast", n);
	return true;
}

/* ---- the answer ---- */

static bool is_host(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && (!s.p[i] || !strchr("-.:[]_", s.p[i])))
			return false;
	return s.n && s.n <= 255;
}

const char *referral_root(const struct http_request *rq)
{
	const struct api *api = worker_of(rq)->api;

	if (api->conf->public_url || !is_host(rq->host))
		return api->public_url;
	return arena_printf(rq->arena, "%s://" STR_FMT, rq->secure ? "https" : "http",
			    STR_ARG(rq->host));
}

/* The options as they came, but for where the page begins. */
static const char *next_link(struct listing *l, const struct place_of *at)
{
	struct str rest = l->rq->query, piece;
	AUTO_BUF b = buf_new(64 * 1024);
	char id[ID_TEXT];

	buf_z(&b, referral_root(l->rq));
	buf_z(&b, REFERRALS "?");
	while (rest.n && str_split(&rest, '&', &piece)) {
		struct str name = str_upto(piece, str_find(piece, '='));

		if (str_starts(name, "%24"))
			name = str_from(name, 3);
		else if (str_starts(name, "$"))
			name = str_from(name, 1);
		if (!piece.n || str_eq_z(name, "skip") || str_eq_z(name, "skiptoken"))
			continue;
		buf_str(&b, piece);
		buf_byte(&b, '&');
	}
	buf_printf(&b, "$skiptoken=%lld_%s_%lld", (long long)at->key, id_text(at->lead, id),
		   (long long)l->skip);
	return str_dup(l->rq->arena, buf_view(&b));
}

static bool answer(struct listing *l, bool none, struct http_reply *reply, struct err *e)
{
	struct json_out o = json_reply(reply);
	size_t i;

	json_obj(&o, NULL);
	json_put_z(&o, "@odata.context",
		   arena_printf(l->rq->arena, "%s/v1.0/engagements/$metadata#referrals",
				referral_root(l->rq)));
	if (!write_count(l, &o, none, e))
		return false;
	json_list(&o, "value");
	for (i = 0; i < l->n && reply->body.n < REPLY_ENOUGH; i++)
		referral_write(&o, NULL, &l->rows[i], l->select);
	json_end_list(&o);
	if (i < l->n)
		json_put_z(&o, "@odata.nextLink", next_link(l, &l->places[i - 1]));
	else if (l->more)
		json_put_z(&o, "@odata.nextLink", next_link(l, &l->places[l->n]));
	json_end_obj(&o);
	return true;
}

bool h_referrals(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	struct listing l = { .rq = rq, .in = input, .walk = { .rq = rq } };
	AUTO_TX moment = { 0 };
	bool none;

	l.rows = ARENA_ARRAY(rq->arena, struct referral, TOP_MAX + 1);
	l.places = ARENA_ARRAY(rq->arena, struct place_of, TOP_MAX + 1);
	if (!parse(&l, e) || !sql_begin_read(db_of(rq), &moment, e) ||
	    !scope_of(rq, l.in->publisher, &l.walk.scope, e) || !bind(&l, &none, e))
		return false;
	if (!none && !(l.bounds.id ? collect_one(&l, e) : collect(&l, e)))
		return false;
	return answer(&l, none, reply, e);
}

bool h_referral(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	const struct lead_page_row *lead;
	struct lead_page_row row;
	struct referral r;
	AUTO_TX moment = { 0 };
	struct json_out o;

	(void)in;
	lead = &row;
	if (!sql_begin_read(db_of(rq), &moment, e) || !find_lead(rq, &row, e) ||
	    !referral_fill(rq, &lead, 1, &r, e))
		return false;
	o = json_reply(reply);
	referral_write(&o, NULL, &r, UINT64_MAX);
	http_reply_header(reply, "etag", r.etag);
	return true;
}
