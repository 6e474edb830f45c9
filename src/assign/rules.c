/* Rules as they are read and written. */
#include <stdlib.h>
#include <string.h>
#include "assign/parts.h"
#include "base/limits.h"

/* Conditions come by rule, as the rules do; which text is the smaller one may be the store's view.
 */
static struct assign_rule *rule_of(struct assign_rules *rules, const char *id)
{
	for (size_t i = 0; i < rules->n; i++)
		if (!strcmp(rules->all[i].id, id))
			return &rules->all[i];
	return NULL;
}

const struct assign_rule *assign_rule_find(const struct assign_rules *rules, const char *id)
{
	for (size_t i = 0; i < rules->n; i++)
		if (!strcmp(rules->all[i].id, id))
			return &rules->all[i];
	return NULL;
}

static void add_country(struct arena *a, struct assign_rule *r, const char *country)
{
	if (!*country)
		return;
	if (!r->countries)
		r->countries = ARENA_ARRAY(a, const char *, ASSIGN_COUNTRIES_MAX);
	if (r->country_count < ASSIGN_COUNTRIES_MAX)
		r->countries[r->country_count++] = country;
}

bool assign_rules_get(struct sql_db *db, struct arena *a, const char *publisher,
		      struct assign_rules *ret, struct err *e)
{
	struct assign_condition_list_row *conditions;
	struct assign_rules rules = { .n = 0 };
	struct assign_rule_list_row *rows;
	struct assign_rule *r = NULL;
	size_t n;

	if (!assign_rule_list(db, &(struct assign_rule_list_in){ publisher }, a, &rows, &rules.n,
			      e) ||
	    !assign_condition_list(db, &(struct assign_condition_list_in){ publisher }, a,
				   &conditions, &n, e))
		return false;
	rules.all = ARENA_ARRAY(a, struct assign_rule, rules.n + 1);
	for (size_t i = 0; i < rules.n; i++)
		rules.all[i] = (struct assign_rule){ .id = rows[i].rule_id,
						     .name = rows[i].name,
						     .version = rows[i].version,
						     .offer = rows[i].offer_id,
						     .way = assign_way_of(rows[i].way),
						     .account = rows[i].account_id,
						     .team = rows[i].team_id };
	for (size_t i = 0; i < n; i++) {
		if (!r || strcmp(r->id, conditions[i].rule_id) != 0)
			r = rule_of(&rules, conditions[i].rule_id);
		if (r)
			add_country(a, r, conditions[i].country);
	}
	assign_rules_index(a, &rules);
	*ret = rules;
	return true;
}

/* ---- what a rule must be ---- */

static bool is_key(const char *z)
{
	size_t n = strlen(z);

	return n && n <= LIMIT_CODE && strspn(z, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static bool check_target(const struct assign_rule *r, struct err *e)
{
	if (r->way == ASSIGN_WAY_NONE)
		return ERR_FIELD(e, ERR_INPUT, "field.required", "way",
				 "Say how leads are given: to a person, to a team, round-robin or "
				 "least-load.");
	if (r->way == ASSIGN_PERSON && id_is_null(r->account))
		return ERR_FIELD(e, ERR_INPUT, "field.required", "account",
				 "Say which person the leads go to.");
	if (r->way != ASSIGN_PERSON && id_is_null(r->team))
		return ERR_FIELD(e, ERR_INPUT, "field.required", "team",
				 "Say which team the leads go to.");
	if (r->way == ASSIGN_PERSON ? !id_is_null(r->team) : !id_is_null(r->account))
		return ERR_FIELD(e, ERR_INPUT, "assign.target", "way",
				 "A rule names a person or a team, and not both.");
	return true;
}

/* No two rules are for the same: then none of them would be right. */
static bool check_alone(const struct assign_rules *others, const struct assign_rule *r,
			struct err *e)
{
	static const char *any = "";
	size_t n = r->country_count ? r->country_count : 1;

	for (size_t i = 0; i < others->by_n; i++) {
		const struct assign_condition *c = &others->by[i];

		if (!strcmp(c->rule->id, r->id) || strcmp(c->offer, r->offer) != 0)
			continue;
		for (size_t k = 0; k < n; k++) {
			const char *country = r->country_count ? r->countries[k] : any;

			if (strcmp(c->country, country) != 0)
				continue;
			return ERR(e, ERR_CONFLICT, "assign.same",
				   "The rule \"%.100s\" (%.64s) is for the same already: %.64s, "
				   "%s. Change that one, or leave this out of one of them.",
				   c->rule->name, c->rule->id, *r->offer ? r->offer : "any offer",
				   *country ? country : "any country");
		}
	}
	return true;
}

bool assign_rule_check(const struct assign_rules *others, const struct assign_rule *r,
		       struct err *e)
{
	if (!is_key(r->id))
		return ERR_FIELD(e, ERR_INPUT, "assign.key", "id",
				 "A key is made of small letters, digits and hyphens, 64 at most.");
	if (!*r->name)
		return ERR_FIELD(e, ERR_INPUT, "field.required", "name", "The rule wants a name.");
	if (r->country_count > ASSIGN_COUNTRIES_MAX)
		return ERR_FIELD(e, ERR_INPUT, "assign.countries", "countries",
				 "A rule has at most %d countries.", ASSIGN_COUNTRIES_MAX);
	if (!assign_rule_find(others, r->id) && others->n >= ASSIGN_RULES_MAX)
		return ERR(e, ERR_CONFLICT, "assign.many", "A publisher has at most %d rules.",
			   ASSIGN_RULES_MAX);
	return check_target(r, e) && check_alone(others, r, e);
}

static bool check_offer(struct sql_db *db, struct arena *a, const char *publisher,
			const struct assign_rule *r, struct err *e)
{
	struct offer_list_row row;
	int found = !*r->offer ? 1
			       : offer_get(db, &(struct offer_get_in){ publisher, r->offer }, a,
					   &row, e);

	return found ? found > 0
		     : ERR_FIELD(e, ERR_INPUT, "assign.offer", "offer", "There is no offer %s.%s.",
				 publisher, r->offer);
}

static bool check_team(struct sql_db *db, struct arena *a, const char *publisher,
		       const struct assign_rule *r, struct err *e)
{
	struct team_list_row row;
	int found = team_get(db, &(struct team_get_in){ publisher, r->team }, a, &row, e);

	return found ? found > 0
		     : ERR_FIELD(e, ERR_INPUT, "assign.team", "team",
				 "There is no such team of this publisher.");
}

static bool check_person(struct sql_db *db, struct arena *a, const char *publisher,
			 const struct assign_rule *r, struct err *e)
{
	struct assign_person_in in = { publisher, r->account };
	struct assign_person_row p;
	int found = assign_person(db, &in, a, &p, e);

	if (found < 0)
		return false;
	return (found && assign_may_own(publisher, p.publisher_id, p.role, p.active)) ||
	       ERR_FIELD(e, ERR_INPUT, "assign.account", "account",
			 "Leads go to an active account of this publisher, at least a seller.");
}

/* ---- writing ---- */

static bool stale(struct err *e)
{
	return ERR(e, ERR_STALE, "assign.changed",
		   "Somebody else changed this rule meanwhile: look at it again.");
}

static bool write_rule(struct sql_db *db, const char *publisher, const struct assign_rule *r,
		       int64_t version, int64_t now_ms, struct err *e)
{
	struct assign_rule_write_in in = { publisher,  r->id,    version,
					   r->name,    r->offer, assign_way_text(r->way),
					   r->account, r->team,  now_ms };
	struct assign_condition_put_in c = { publisher, r->offer, "", r->id };
	struct assign_conditions_gone_in gone = { publisher, r->id };

	if (!assign_rule_write(db, &in, NULL, e) || !assign_conditions_gone(db, &gone, NULL, e))
		return false;
	for (size_t i = 0; i < r->country_count; i++) {
		c.country = r->countries[i];
		if (!assign_condition_put(db, &c, NULL, e))
			return false;
	}
	return (r->country_count || assign_condition_put(db, &c, NULL, e)) &&
	       assign_state_bump(db, &(struct assign_state_bump_in){ publisher }, NULL, e);
}

bool assign_rule_put(struct sql_db *db, struct arena *a, const char *publisher,
		     const struct assign_rule *r, int64_t version, int64_t now_ms, struct err *e)
{
	const struct assign_rule *was;
	struct assign_rules rules;

	if (!publisher_hold(db, &(struct publisher_hold_in){ publisher }, NULL, e) ||
	    !assign_rules_get(db, a, publisher, &rules, e))
		return false;
	was = assign_rule_find(&rules, r->id);
	if (version >= 0 && version != (was ? was->version : 0))
		return stale(e);
	if (!assign_rule_check(&rules, r, e) || !check_offer(db, a, publisher, r, e))
		return false;
	if (!(r->way == ASSIGN_PERSON ? check_person(db, a, publisher, r, e)
				      : check_team(db, a, publisher, r, e)))
		return false;
	/* One that was made again begins with a number that it never had. */
	return write_rule(db, publisher, r, was ? was->version + 1 : now_ms, now_ms, e);
}

bool assign_rule_remove(struct sql_db *db, struct arena *a, const char *publisher, const char *id,
			int64_t version, struct err *e)
{
	const struct assign_rule *was;
	struct assign_rules rules;

	if (!publisher_hold(db, &(struct publisher_hold_in){ publisher }, NULL, e) ||
	    !assign_rules_get(db, a, publisher, &rules, e))
		return false;
	was = assign_rule_find(&rules, id);
	if (!was)
		return ERR(e, ERR_NOT_FOUND, "not-found", "There is no such rule.");
	if (version >= 0 && version != was->version)
		return stale(e);
	return assign_conditions_gone(db, &(struct assign_conditions_gone_in){ publisher, id },
				      NULL, e) &&
	       assign_rule_gone(db, &(struct assign_rule_gone_in){ publisher, id }, NULL, e) &&
	       assign_state_bump(db, &(struct assign_state_bump_in){ publisher }, NULL, e);
}
