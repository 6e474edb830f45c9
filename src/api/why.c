/* Why two leads are one customer, or may be: evidence by field, total, thresholds, what if. */
#include <math.h>
#include <stdlib.h>
#include "api/customer.h"

#define JOIN_MIN (-40.0)
#define JOIN_MAX 40.0

/* Three digits behind the point, whatever the locale. */
static void put_number(struct http_request *rq, struct json_out *o, const char *key, double x)
{
	long long milli = llround(x * 1000), size = milli < 0 ? -milli : milli;

	json_put_raw(o, key,
		     str_of(arena_printf(rq->arena, "%s%lld.%03lld", milli < 0 ? "-" : "",
					 size / 1000, size % 1000)));
}

bool read_join(const char *text, double *ret, struct err *e)
{
	struct str s = str_of(text), whole;
	int64_t n = 0, part = 0, scale = 1;
	bool minus = text && *text == '-', ok;

	*ret = NAN;
	if (!text)
		return true;
	ok = str_split(&s, '.', &whole) && str_int(whole, &n);
	for (size_t i = 0; ok && i < s.n && scale < 1000000; i++) {
		ok = s.p[i] >= '0' && s.p[i] <= '9';
		part = part * 10 + (s.p[i] - '0');
		scale *= 10;
	}
	if (ok)
		*ret = (double)n + (minus ? -1 : 1) * (double)part / (double)scale;
	if (!ok || *ret < JOIN_MIN || *ret > JOIN_MAX)
		return ERR_FIELD(e, ERR_INPUT, "match.join", "join",
				 "join must be a number of bits from -40 to 40, such as 2 or 3.5.");
	return true;
}

static void write_steps(struct http_request *rq, struct json_out *o, const struct identity_why *why)
{
	json_list(o, "steps");
	for (size_t i = 0; i < why->steps; i++) {
		const struct identity_step *s = &why->step[i];

		json_obj(o, NULL);
		json_put_z(o, "trait", identity_trait_name(s->trait));
		json_put_int(o, "level", s->level);
		json_put_z(o, "text", identity_level_text(s->trait, s->level));
		put_number(rq, o, "bits", s->bits);
		json_end_obj(o);
	}
	json_end_list(o);
}

bool write_why(struct http_request *rq, struct json_out *o, const char *key, const struct why *w,
	       struct err *e)
{
	struct identity_limits limits = identity_limits_default;
	struct identity_model model;
	struct identity_why why;

	if (!customer_model(db_of(rq), rq->arena, w->publisher, w->model, &model, e))
		return false;
	why = identity_explain(&model, w->pattern);
	json_obj(o, key);
	put_number(rq, o, "bits", why.weight);
	put_number(rq, o, "probability", identity_probability(why.weight));
	json_put_int(o, "model", w->model);
	put_number(rq, o, "prior", why.prior);
	write_steps(rq, o, &why);
	json_obj(o, "limits");
	put_number(rq, o, "join", limits.join);
	put_number(rq, o, "review", limits.review);
	json_end_obj(o);
	json_put_z(o, "outcome", customer_outcome(&limits, why.weight));
	if (!isnan(w->join)) {
		limits.review += w->join - limits.join;
		limits.join = w->join;
		json_obj(o, "whatIf");
		put_number(rq, o, "join", limits.join);
		put_number(rq, o, "review", limits.review);
		json_put_z(o, "outcome", customer_outcome(&limits, why.weight));
		json_end_obj(o);
	}
	json_end_obj(o);
	return true;
}

/* ---- of a lead ---- */

/* The last change by which it came to its customer; none: as it was placed. */
static bool write_moved(struct http_request *rq, struct json_out *o, const struct lead_page_row *l,
			struct err *e)
{
	struct regroup_of_lead_in in = { l->publisher_id, l->lead_id, 0 };
	struct regroup_get_row *rows;
	size_t n;

	if (!regroup_of_lead(db_of(rq), &in, rq->arena, &rows, &n, e))
		return false;
	if (!n) {
		json_put_null(o, "moved");
		return true;
	}
	json_obj(o, "moved");
	json_put_id(o, "id", &rows[n - 1].regroup_id);
	json_put_z(o, "verb", rows[n - 1].verb);
	json_put_z(o, "actor", rows[n - 1].actor);
	json_put_time(o, "at", rows[n - 1].at);
	json_end_obj(o);
	return true;
}

bool write_lead_match(struct http_request *rq, struct json_out *o, const struct lead_page_row *l,
		      double join, struct err *e)
{
	struct lead_edge_row edge = { .matched_bits = SQL_NULL_INT };
	struct customer_page_row c;
	int found = customer_get(db_of(rq),
				 &(struct customer_get_in){ l->publisher_id, l->customer_id },
				 rq->arena, &c, e);
	bool matched;

	if (is_limited(rq)) { /* the leads and values that it was told by may be out of reach */
		json_put_null(o, "match");
		return true;
	}
	if (found < 0 || lead_edge(db_of(rq), &(struct lead_edge_in){ l->publisher_id, l->lead_id },
				   rq->arena, &edge, e) < 0)
		return false;
	matched = !id_is_null(edge.matched_lead) && edge.matched_pattern != SQL_NULL_INT;
	json_obj(o, "match");
	json_put_z(o, "rule", matched ? "compared" : found && c.email_key ? "email" : "none");
	json_put_z(o, "value", found ? c.email_key : NULL);
	json_put_int(o, "leads", found ? c.leads : 1);
	json_put_id(o, "lead", &edge.matched_lead);
	if (!write_moved(rq, o, l, e))
		return false;
	if (matched) {
		struct why w = { l->publisher_id, (identity_pattern)edge.matched_pattern,
				 edge.matched_model == SQL_NULL_INT ? 0 : edge.matched_model,
				 join };

		if (!write_why(rq, o, "why", &w, e))
			return false;
	} else {
		json_put_null(o, "why");
	}
	json_end_obj(o);
	return true;
}
