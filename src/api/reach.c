/* How far the caller reaches, and how far an account or a token is to reach. */
#include "api/handlers.h"

#include "base/limits.h"

const char *const reach_choices[] = { "all", "own", "team", "offers", NULL };

struct reach reach_of_caller(const struct http_request *rq)
{
	return (struct reach){
		.kind = rq->who.reach,
		.holder = id_is_null(rq->who.user_id) ? rq->who.token_id : rq->who.user_id,
	};
}

bool parts_of(struct http_request *rq, const struct scope *scope, struct parts *ret, struct err *e)
{
	struct reach r = reach_of_caller(rq);
	size_t most = r.kind == REACH_ALL ? scope->n : 0;
	struct reach_part *some;
	size_t n;

	*ret = (struct parts){ .all = ARENA_ARRAY(rq->arena, struct reach_part, most) };
	for (size_t i = 0; i < scope->n; i++) {
		if (!reach_parts(db_of(rq), rq->arena, &r, scope->publishers[i], &some, &n, e))
			return false;
		if (ret->n + n > most) {
			struct reach_part *more;

			most = (ret->n + n) * 2;
			more = ARENA_ARRAY(rq->arena, struct reach_part, most);
			if (ret->n)
				memcpy(more, ret->all, ret->n * sizeof(*more));
			ret->all = more;
		}
		if (n)
			memcpy(ret->all + ret->n, some, n * sizeof(*some));
		ret->n += n;
	}
	return true;
}

bool shows_offer(const struct parts *parts, const char *publisher, const char *offer)
{
	for (size_t i = 0; i < parts->n; i++)
		if (!parts->all[i].offer || (!strcmp(parts->all[i].publisher, publisher) &&
					     !strcmp(parts->all[i].offer, offer)))
			return true;
	return false;
}

bool check_reach(struct http_request *rq, const char *publisher, struct id lead, struct err *e)
{
	struct reach r = reach_of_caller(rq);
	int has = is_limited(rq) ? reach_has_lead(db_of(rq), rq->arena, &r, publisher, lead, e) : 1;

	return has > 0 || (has == 0 && not_found("lead", e));
}

/* ---- of accounts and tokens ---- */

static bool write_offers(struct http_request *rq, struct json_out *o, const struct reach *r,
			 const char *publisher, struct err *e)
{
	struct reach_offers_row *rows;
	size_t n;

	if (!reach_offers(db_of(rq), &(struct reach_offers_in){ publisher, r->holder }, rq->arena,
			  &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		json_put_z(o, NULL, arena_printf(rq->arena, "%s.%s", publisher, rows[i].offer_id));
	return true;
}

/* The publishers that an account or a token of one publisher, or of the installation, may reach. */
static bool publishers_of(struct http_request *rq, const char *publisher, struct scope *ret,
			  struct err *e)
{
	return scope_of(rq, *publisher ? publisher : NULL, ret, e);
}

bool write_reach(struct http_request *rq, struct json_out *o, const struct reach *r,
		 const char *publisher, struct err *e)
{
	struct scope scope = { NULL, 0 };

	json_put_z(o, "reach", reach_text(r->kind));
	if (r->kind == REACH_OFFERS && !publishers_of(rq, publisher, &scope, e))
		return false;
	json_list(o, "reachOffers");
	for (size_t i = 0; i < scope.n; i++)
		if (!write_offers(rq, o, r, scope.publishers[i], e))
			return false;
	json_end_list(o);
	return true;
}

static bool put_offer(struct http_request *rq, const char *full, const char *of, struct id holder,
		      struct err *e)
{
	struct reach_offer_put_in in = { .holder = holder };
	struct offer_list_row row;
	int found = 0;

	if (!offer_split(rq->arena, full, "reachOffers", &in.publisher, &in.offer, e))
		return false;
	if (!*of || !strcmp(of, in.publisher))
		found = offer_get(db_of(rq), &(struct offer_get_in){ in.publisher, in.offer },
				  rq->arena, &row, e);
	if (found < 0)
		return false;
	if (!found)
		return ERR_FIELD(e, ERR_INPUT, "reach.offer", "reachOffers",
				 "There is no offer %s here: write publisher.offer.", full);
	return id_is_null(holder) || reach_offer_put(db_of(rq), &in, NULL, e);
}

static bool clear_offers(struct http_request *rq, const char *of, struct id holder, struct err *e)
{
	struct scope scope;

	if (!publishers_of(rq, of, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++)
		if (!reach_offers_gone(
			    db_of(rq),
			    &(struct reach_offers_gone_in){ scope.publishers[i], holder }, NULL, e))
			return false;
	return true;
}

/* Offers belong to a reach of offers, which is none without them. */
static bool fits(enum reach_kind kind, const char *asked, const char *const *offers, struct err *e)
{
	size_t n = 0;

	while (offers && offers[n])
		n++;
	if (kind != REACH_OFFERS && n)
		return ERR_FIELD(e, ERR_INPUT, "reach.offers", "reachOffers",
				 "reachOffers belong to the reach \"offers\": say that, too.");
	if (kind == REACH_OFFERS && (asked || offers) && !n)
		return ERR_FIELD(e, ERR_INPUT, "reach.offers", "reachOffers",
				 "Name at least one offer: without one nothing is in reach.");
	return true;
}

bool put_reach(struct http_request *rq, const char *asked, const char *const *offers,
	       const char *publisher, struct id holder, enum reach_kind *kind, struct err *e)
{
	enum reach_kind will = asked ? reach_of(str_of(asked)) : *kind;
	bool store = !id_is_null(holder);

	if (!asked && !offers)
		return true;
	if (!fits(will, asked, offers, e) || (store && !clear_offers(rq, publisher, holder, e)))
		return false;
	for (; offers && *offers; offers++)
		if (!put_offer(rq, *offers, publisher, holder, e))
			return false;
	*kind = will;
	return !store || bump(db_of(rq), "reach", e);
}
