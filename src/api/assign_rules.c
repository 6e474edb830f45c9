/* Rules that give leads away. An id outside is publisher.rule, as that of an offer. */
#include "api/assign.h"
#include "api/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/limits.h"
#include "intake/intake.h"
#include "understand/understand.h"

struct assign_rules_in {
	const char *publisher, *after;
	int64_t limit;
};
FITS(struct assign_rules_in);
const struct field assign_rules_query[] = { F_PUBLISHER(struct assign_rules_in),
					    F_PAGE(struct assign_rules_in), F_END };

struct assign_rule_in {
	const char *id, *publisher, *key, *class, *email, *team_name; /* as they are shown */
	int64_t version, precedence;                                  /* so are these */
	const char *name, *offer, *way, *account, *team;
	const char *const *countries;
};
FITS(struct assign_rule_in);
#define F_SHOWN .help = "As it is shown: not looked at, so that what was read can be sent back."
const struct field assign_rule_body[] = {
	F_STR(struct assign_rule_in, id, "id", .max = LIMIT_ID * 2, F_SHOWN),
	F_STR(struct assign_rule_in, publisher, "publisher", .max = LIMIT_ID, F_SHOWN),
	F_STR(struct assign_rule_in, key, "key", .max = LIMIT_CODE, F_SHOWN),
	F_INT(struct assign_rule_in, version, "version", .min = 0, .max = INT64_MAX, F_SHOWN),
	F_STR(struct assign_rule_in, class, "class", .max = LIMIT_CODE, F_SHOWN),
	F_INT(struct assign_rule_in, precedence, "precedence", .min = 0, .max = ASSIGN_CLASSES,
	      F_SHOWN),
	F_STR(struct assign_rule_in, email, "email", .max = LIMIT_EMAIL, F_SHOWN),
	F_STR(struct assign_rule_in, team_name, "teamName", .max = LIMIT_NAME, F_SHOWN),
	F_STR(struct assign_rule_in, name, "name", .max = LIMIT_NAME, .def = "",
	      .help = "What people call it."),
	F_STR(struct assign_rule_in, offer, "offer", .max = LIMIT_ID * 2,
	      .help = "publisher.offer; empty or null: any."),
	F_STRS(struct assign_rule_in, countries, "countries", .max = ASSIGN_COUNTRIES_MAX,
	       .help = "Of the customer, by ISO 3166-1 alpha-2 or by name; none: any."),
	F_CHOICE(struct assign_rule_in, way, "way", .choices = assign_ways,
		 .help = "To a person, to a team that shares it out itself, or to those of a team "
			 "who are there: in turn, or to whom has the fewest open leads."),
	F_STR(struct assign_rule_in, account, "account", .max = LIMIT_EMAIL,
	      .help = "With person: id or address of the account."),
	F_STR(struct assign_rule_in, team, "team", .max = ID_TEXT,
	      .help = "With the others: id of the team."),
	F_END,
};

/* ---- what is shown ---- */

static bool write_target(struct http_request *rq, struct json_out *o, const char *publisher,
			 const struct assign_rule *r, struct err *e)
{
	struct account_list_row who = { .email = NULL };
	struct team_list_row team = { .name = NULL };

	if ((!id_is_null(r->account) &&
	     account_get(db_of(rq), &(struct account_get_in){ r->account }, rq->arena, &who, e) <
		     0) ||
	    (!id_is_null(r->team) &&
	     team_get(db_of(rq), &(struct team_get_in){ publisher, r->team }, rq->arena, &team, e) <
		     0))
		return false;
	json_put_z(o, "way", assign_way_text(r->way));
	json_put_id(o, "account", &r->account);
	json_put_z(o, "email", who.email);
	json_put_id(o, "team", &r->team);
	json_put_z(o, "teamName", team.name);
	return true;
}

static bool write_rule(struct http_request *rq, struct json_out *o, const char *publisher,
		       const struct assign_rule *r, struct err *e)
{
	char id[LIMIT_ID * 2 + 2];

	snprintf(id, sizeof(id), "%s.%s", publisher, r->id);
	json_obj(o, NULL);
	json_put_z(o, "id", id);
	json_put_z(o, "publisher", publisher);
	json_put_z(o, "key", r->id);
	json_put_int(o, "version", r->version);
	json_put_z(o, "class", assign_class_text(assign_class_of(r)));
	json_put_int(o, "precedence", assign_class_of(r));
	json_put_z(o, "name", r->name);
	snprintf(id, sizeof(id), "%s.%s", publisher, r->offer);
	json_put_z(o, "offer", *r->offer ? id : NULL);
	json_list(o, "countries");
	for (size_t i = 0; i < r->country_count; i++)
		json_put_z(o, NULL, r->countries[i]);
	json_end_list(o);
	if (!write_target(rq, o, publisher, r, e))
		return false;
	json_end_obj(o);
	return true;
}

/* As they win: the class, then by what they are for. */
static int by_precedence(const void *a, const void *b)
{
	const struct assign_rule *x = a, *y = b;
	int by = (int)assign_class_of(x) - (int)assign_class_of(y);

	if (!by)
		by = strcmp(x->offer, y->offer);
	if (!by && x->country_count && y->country_count)
		by = strcmp(x->countries[0], y->countries[0]);
	return by ? by : strcmp(x->id, y->id);
}

static bool items(struct http_request *rq, const char *publisher, struct short_page *page,
		  struct json_out *o, struct err *e)
{
	struct assign_rules rules;

	if (!assign_rules_get(db_of(rq), rq->arena, publisher, &rules, e))
		return false;
	if (rules.n)
		qsort(rules.all, rules.n, sizeof(*rules.all), by_precedence);
	for (size_t i = 0; i < rules.n; i++)
		if (short_page_takes(
			    page, arena_printf(rq->arena, "%s.%s", publisher, rules.all[i].id)) &&
		    !write_rule(rq, o, publisher, &rules.all[i], e))
			return false;
	return true;
}

bool h_assign_rules(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	const struct assign_rules_in *in = input;

	return reply_over_scope(rq, in->publisher, short_page(in->after, in->limit), items, reply,
				e);
}

static bool reply_rule(struct http_request *rq, const char *publisher, const char *id,
		       struct http_reply *reply, struct err *e)
{
	const struct assign_rule *r;
	struct assign_rules rules;
	struct json_out o;

	if (!assign_rules_get(db_of(rq), rq->arena, publisher, &rules, e))
		return false;
	r = assign_rule_find(&rules, id);
	if (!r)
		return not_found("rule", e);
	http_reply_header(reply, "etag",
			  arena_printf(rq->arena, "\"%lld\"", (long long)r->version));
	o = json_reply(reply);
	return write_rule(rq, &o, publisher, r, e);
}

bool h_assign_rule(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	const char *publisher, *id;

	(void)in;
	return path_name(rq, "rule", &publisher, &id, e) && reply_rule(rq, publisher, id, reply, e);
}

/* ---- changes ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Codes in their order, each once. */
static bool read_countries(struct http_request *rq, const char *const *texts, struct assign_rule *r,
			   struct err *e)
{
	const char **all = ARENA_ARRAY(rq->arena, const char *, ASSIGN_COUNTRIES_MAX + 1), *rule;
	size_t n = 0;

	for (; texts && *texts && n < ASSIGN_COUNTRIES_MAX; texts++) {
		all[n] = country_code(rq->arena, str_of(*texts), &rule);
		if (!all[n++])
			return ERR_FIELD(e, ERR_INPUT, "assign.country", "countries",
					 "%.80s is no country: give its two letters of ISO 3166-1.",
					 *texts);
	}
	if (n)
		qsort(all, n, sizeof(*all), by_text); // NOLINT(bugprone-sizeof-expression): texts
	r->countries = all;
	for (size_t i = 0; i < n; i++)
		if (!i || strcmp(all[i], all[r->country_count - 1]) != 0)
			all[r->country_count++] = all[i];
	return true;
}

static bool read_rule(struct http_request *rq, const struct assign_rule_in *in,
		      const char *publisher, struct assign_rule *r, struct err *e)
{
	const char *of = publisher;

	r->name = in->name;
	r->way = in->way ? assign_way_of(in->way) : ASSIGN_WAY_NONE;
	r->offer = "";
	if (in->offer && *in->offer &&
	    !offer_split(rq->arena, in->offer, "offer", &of, &r->offer, e))
		return false;
	if (strcmp(of, publisher) != 0)
		return ERR_FIELD(e, ERR_INPUT, "assign.offer", "offer", "%s is not an offer of %s.",
				 in->offer, publisher);
	if (in->team && *in->team && !id_parse(str_of(in->team), &r->team))
		return ERR_FIELD(e, ERR_INPUT, "field.id", "team", "team must be an id (a UUID).");
	return read_owner_text(rq, in->account, &r->account, e) &&
	       read_countries(rq, in->countries, r, e);
}

bool read_assign_rule(struct http_request *rq, const struct json *from, const char *publisher,
		      struct assign_rule *r, const char **ret_id, struct err *e)
{
	struct field_problems problems = { 0 };
	struct assign_rule_in in = { 0 };

	field_defaults(rq->arena, assign_rule_body, &in);
	if (!field_decode(rq->arena, assign_rule_body, from, false, &in, &problems)) {
		*e = problems.e[0];
		return false;
	}
	*ret_id = in.id;
	return read_rule(rq, &in, publisher, r, e);
}

bool h_assign_rule_put(struct http_request *rq, const void *input, struct http_reply *reply,
		       struct err *e)
{
	struct assign_rule r = { 0 };
	const char *publisher;
	AUTO_TX tx = { 0 };

	return path_name(rq, "rule", &publisher, &r.id, e) &&
	       read_rule(rq, input, publisher, &r, e) && sql_begin(db_of(rq), &tx, e) &&
	       assign_rule_put(db_of(rq), rq->arena, publisher, &r, expected_version(rq),
			       rq->now_ms, e) &&
	       reply_rule(rq, publisher, r.id, reply, e) && sql_commit(&tx, e);
}

bool h_assign_rule_remove(struct http_request *rq, const void *in, struct http_reply *reply,
			  struct err *e)
{
	const char *publisher, *id;
	AUTO_TX tx = { 0 };

	(void)in;
	if (!path_name(rq, "rule", &publisher, &id, e) || !sql_begin(db_of(rq), &tx, e) ||
	    !assign_rule_remove(db_of(rq), rq->arena, publisher, id, expected_version(rq), e) ||
	    !sql_commit(&tx, e))
		return false;
	reply->status = 204;
	return true;
}
