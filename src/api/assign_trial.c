/* Rules tried over the leads of the last days. */
#include "api/assign.h"

#include <stdio.h>
#include <string.h>
#include "base/limits.h"
#include "intake/intake.h"

#define DAY_MS   (24LL * 3600 * 1000)
#define DAYS_MAX 92

struct trial_in {
	const char *publisher;
	int64_t days;
	const struct json *rule;
};
FITS(struct trial_in);
const struct field assign_trial_body[] = {
	F_PUBLISHER(struct trial_in),
	F_INT(struct trial_in, days, "days", .min = 1, .max = DAYS_MAX, .def = "30",
	      .help = "How far back."),
	F_OBJ(struct trial_in, rule, "rule",
	      .help = "A rule that is not written yet, as for PUT; with an id it stands for that "
		      "one."),
	F_END,
};

/* The draft among the others, or in the place of the one that it is to be. */
static bool add_draft(struct http_request *rq, const struct json *from, const char *publisher,
		      struct assign_rules *rules, struct err *e)
{
	struct assign_rule *all = ARENA_ARRAY(rq->arena, struct assign_rule, rules->n + 1);
	struct assign_rule draft = { .id = "draft" };
	const char *id = NULL, *of = publisher;
	size_t at = 0;

	if (!read_assign_rule(rq, from, publisher, &draft, &id, e) ||
	    (id && *id && !offer_split(rq->arena, id, "id", &of, &draft.id, e)))
		return false;
	if (strcmp(of, publisher) != 0)
		return ERR_FIELD(e, ERR_INPUT, "assign.key", "id", "%s is no rule of %s.", id,
				 publisher);
	if (!assign_rule_check(rules, &draft, e))
		return false;
	for (size_t i = 0; i < rules->n; i++)
		if (strcmp(rules->all[i].id, draft.id) != 0)
			all[at++] = rules->all[i];
	all[at++] = draft;
	rules->all = all;
	rules->n = at;
	assign_rules_index(rq->arena, rules);
	return true;
}

static void write_people(struct json_out *o, const struct assign_sum *people)
{
	json_list(o, "people");
	for (; people; people = people->next) {
		json_obj(o, NULL);
		json_put_id(o, "account", &people->person);
		json_put_z(o, "email", people->email);
		json_put_int(o, "leads", people->leads);
		json_end_obj(o);
	}
	json_end_list(o);
}

static void write_trial(struct json_out *o, const char *publisher, const struct assign_trial *t,
			size_t n)
{
	char id[LIMIT_ID * 2 + 2];

	json_obj(o, NULL);
	json_put_z(o, "publisher", publisher);
	json_put_time(o, "since", t->since_ms);
	json_put_time(o, "until", t->until_ms);
	json_put_int(o, "limit", ASSIGN_TRIAL_MAX);
	json_put_bool(o, "cut", t->cut);
	json_put_int(o, "leads", t->leads);
	json_put_int(o, "unmatched", t->unmatched);
	json_list(o, "rules");
	for (size_t i = 0; i < n; i++) {
		const struct assign_trial_rule *r = &t->rules[i];

		snprintf(id, sizeof(id), "%s.%s", publisher, r->rule->id);
		json_obj(o, NULL);
		json_put_z(o, "id", id);
		json_put_z(o, "name", r->rule->name);
		json_put_z(o, "class", assign_class_text(assign_class_of(r->rule)));
		json_put_int(o, "leads", r->leads);
		json_put_int(o, "nobody", r->nobody);
		write_people(o, r->people);
		json_end_obj(o);
	}
	json_end_list(o);
	write_people(o, t->people);
	json_end_obj(o);
}

bool h_assign_trial(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	const struct trial_in *in = input;
	struct assign_rules rules;
	struct assign_trial t;
	const char *publisher;
	struct json_out o;

	if (!scope_one(rq, in->publisher, &publisher, e) ||
	    !assign_rules_get(db_of(rq), rq->arena, publisher, &rules, e) ||
	    (in->rule && !add_draft(rq, in->rule, publisher, &rules, e)) ||
	    !assign_trial(db_of(rq), rq->arena, publisher, &rules, rq->now_ms - in->days * DAY_MS,
			  rq->now_ms, &t, e))
		return false;
	o = json_reply(reply);
	write_trial(&o, publisher, &t, rules.n);
	return true;
}
