/* Which rule a lead meets, as a table; and whose turn it is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "assign/parts.h"

static const char *dach[] = { "AT", "CH", "DE" }, *korea[] = { "KR" }, *europe[] = { "DE", "FR" };
static struct id team = { { 7 } }, person = { { 9 } };

#define RULE(i, o, c, n)                                                                           \
	{                                                                                          \
		.id = (i), .name = (i), .offer = (o), .countries = (c), .country_count = (n),      \
		.way = ASSIGN_TEAM, .team = {                                                      \
			{ 7 }                                                                      \
		}                                                                                  \
	}
static struct assign_rule rules_all[] = {
	RULE("crm-dach", "crm", dach, 3), RULE("crm", "crm", NULL, 0),
	RULE("europe", "", europe, 2),    RULE("korea", "", korea, 1),
	RULE("rest", "", NULL, 0),
};
static struct assign_rules rules = { .all = rules_all, .n = LL_COUNT(rules_all) };

static int index_rules(void **state)
{
	struct arena *a = arena_new("test", 1 << 20);

	*state = a;
	assign_rules_index(a, &rules);
	return 0;
}

static int drop_rules(void **state)
{
	arena_free(*state);
	return 0;
}

/* The exact pair beats the offer, which beats the market, which beats the default; those that lost
 * are told in the same order. */
static void the_more_exact_rule_wins(void **state)
{
	static const struct {
		const char *offer, *country, *met[ASSIGN_CLASSES + 1];
		enum assign_class class;
	} rows[] = {
		{ "crm", "DE", { "crm-dach", "crm", "europe", "rest" }, ASSIGN_PAIR },
		{ "crm", "CH", { "crm-dach", "crm", "rest" }, ASSIGN_PAIR },
		{ "crm", "FR", { "crm", "europe", "rest" }, ASSIGN_OFFER },
		{ "crm", "US", { "crm", "rest" }, ASSIGN_OFFER },
		{ "crm", NULL, { "crm", "rest" }, ASSIGN_OFFER },
		{ "crm", "", { "crm", "rest" }, ASSIGN_OFFER },
		{ "erp", "KR", { "korea", "rest" }, ASSIGN_MARKET },
		{ "erp", "DE", { "europe", "rest" }, ASSIGN_MARKET },
		{ "erp", "US", { "rest" }, ASSIGN_DEFAULT },
		{ "erp", NULL, { "rest" }, ASSIGN_DEFAULT },
		{ "crm2", "AT", { "rest" }, ASSIGN_DEFAULT },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct assign_match m = assign_match(&rules, rows[i].offer, rows[i].country);
		size_t n = 0;

		while (rows[i].met[n])
			n++;
		assert_int_equal(m.n, n);
		assert_int_equal(assign_class_of(m.rule[0]), rows[i].class);
		for (size_t k = 0; k < n; k++)
			assert_string_equal(m.rule[k]->id, rows[i].met[k]);
	}
}

static void without_rules_nothing_is_met(void **state)
{
	static const struct assign_rules none;
	struct assign_rules few = { .all = rules_all, .n = 1 };

	assert_int_equal(assign_match(&none, "crm", "DE").n, 0);
	assign_rules_index(*state, &few);
	assert_int_equal(assign_match(&few, "crm", "FR").n, 0);
	assert_int_equal(assign_match(&few, "crm", NULL).n, 0);
}

/* What would be for the same is refused, and says which one it is. */
static void two_rules_for_the_same_are_refused(void **state)
{
	static const char *mixed[] = { "BR", "DE" }, *free_one[] = { "BR" };
	static const struct {
		struct assign_rule rule;
		const char *code, *names;
	} rows[] = {
		{ RULE("new", "crm", mixed, 2), "assign.same", "crm-dach" },
		{ RULE("new", "", mixed, 2), "assign.same", "europe" },
		{ RULE("new", "crm", NULL, 0), "assign.same", "(crm)" },
		{ RULE("new", "", NULL, 0), "assign.same", "rest" },
		{ RULE("new", "crm", free_one, 1), NULL, NULL },
		{ RULE("new", "erp", mixed, 2), NULL, NULL },
		{ RULE("rest", "", NULL, 0), NULL, NULL }, /* itself */
		{ RULE("New Rule", "", free_one, 1), "assign.key", NULL },
		{ RULE("", "", free_one, 1), "assign.key", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct err e = { 0 };
		bool ok = assign_rule_check(&rules, &rows[i].rule, &e);

		assert_int_equal(ok, !rows[i].code);
		if (rows[i].code)
			assert_string_equal(e.code, rows[i].code);
		if (rows[i].names && !strstr(e.text, rows[i].names))
			fail_msg("%s does not name %s", e.text, rows[i].names);
	}
}

static void a_rule_names_one_target(void **state)
{
	const struct {
		enum assign_way way;
		struct id account, team;
		const char *field;
	} rows[] = {
		{ ASSIGN_WAY_NONE, ID_NULL, team, "way" },
		{ ASSIGN_PERSON, ID_NULL, ID_NULL, "account" },
		{ ASSIGN_TEAM, ID_NULL, ID_NULL, "team" },
		{ ASSIGN_ROUND_ROBIN, person, ID_NULL, "team" },
		{ ASSIGN_LEAST_LOAD, person, team, "way" },
		{ ASSIGN_PERSON, person, team, "way" },
		{ ASSIGN_PERSON, person, ID_NULL, NULL },
		{ ASSIGN_LEAST_LOAD, ID_NULL, team, NULL },
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++) {
		struct assign_rule r = { .id = "x",
					 .name = "x",
					 .offer = "other",
					 .way = rows[i].way,
					 .account = rows[i].account,
					 .team = rows[i].team };
		struct err e = { 0 };

		assert_int_equal(assign_rule_check(&rules, &r, &e), !rows[i].field);
		if (rows[i].field)
			assert_string_equal(e.field, rows[i].field);
	}
}

/* ---- whose turn ---- */

#define NOW 1000
#define IN  .may_own = true, .away_until = SQL_NULL_INT, .reach = REACH_ALL
static struct reach_part crm_only = { .offer = "crm" };

static void who_is_not_there_is_passed_over(void **state)
{
	static const struct {
		struct assign_person p;
		const char *offer;
		enum assign_out out;
	} rows[] = {
		{ { IN }, "crm", ASSIGN_IN },
		{ { .away_until = SQL_NULL_INT, .reach = REACH_ALL }, "crm", ASSIGN_OUT_INACTIVE },
		{ { .may_own = true, .away_until = NOW + 1, .reach = REACH_ALL },
		  "crm",
		  ASSIGN_OUT_AWAY },
		{ { .may_own = true, .away_until = NOW, .reach = REACH_ALL }, "crm", ASSIGN_IN },
		{ { .may_own = true, .away_until = SQL_NULL_INT, .reach = REACH_OWN },
		  "crm",
		  ASSIGN_IN },
		{ { .may_own = true, .away_until = SQL_NULL_INT, .reach = REACH_TEAM },
		  "crm",
		  ASSIGN_IN },
		{ { .may_own = true,
		    .away_until = SQL_NULL_INT,
		    .reach = REACH_OFFERS,
		    .offers = &crm_only,
		    .offer_count = 1 },
		  "crm",
		  ASSIGN_IN },
		{ { .may_own = true,
		    .away_until = SQL_NULL_INT,
		    .reach = REACH_OFFERS,
		    .offers = &crm_only,
		    .offer_count = 1 },
		  "erp",
		  ASSIGN_OUT_REACH },
	};
	const struct assign_crew crew = { .team = { { 7 } } }, alone = { .n = 0 };
	const struct assign_person teams = { .may_own = true,
					     .away_until = SQL_NULL_INT,
					     .reach = REACH_TEAM };

	(void)state;
	for (size_t i = 0; i < LL_COUNT(rows); i++)
		assert_int_equal(assign_out(&rows[i].p, &crew, rows[i].offer, NOW), rows[i].out);
	/* Who reaches teams, and would get the lead without one, could not see it. */
	assert_int_equal(assign_out(&teams, &alone, "crm", NOW), ASSIGN_OUT_REACH);
}

static void turns_go_round_and_loads_level_out(void **state)
{
	struct assign_person all[] = { { IN, .load = 5 }, { IN, .load = 2 }, { IN, .load = 2 } };
	struct assign_crew c = { .team = { { 7 } }, .all = all, .n = 3 };
	static const size_t round[] = { 0, 1, 2, 0, 1, 2, 0 };

	(void)state;
	for (size_t i = 0; i < LL_COUNT(round); i++) {
		struct assign_person *p = assign_next(&c, ASSIGN_ROUND_ROBIN, "crm", NOW);

		assert_ptr_equal(p, &all[round[i]]);
		assign_took(&c, p);
	}
	/* Of those with the fewest, whose turn was longest ago. */
	assert_ptr_equal(assign_next(&c, ASSIGN_LEAST_LOAD, "crm", NOW), &all[1]);
	all[1].load = 3;
	assert_ptr_equal(assign_next(&c, ASSIGN_LEAST_LOAD, "crm", NOW), &all[2]);
	/* Who comes back gets one turn, and not all that were missed. */
	all[2].away_until = NOW + 1;
	for (size_t i = 0; i < 4; i++)
		assign_took(&c, assign_next(&c, ASSIGN_ROUND_ROBIN, "crm", NOW));
	all[2].away_until = SQL_NULL_INT;
	assert_ptr_equal(assign_next(&c, ASSIGN_ROUND_ROBIN, "crm", NOW), &all[2]);
	assign_took(&c, &all[2]);
	assert_ptr_not_equal(assign_next(&c, ASSIGN_ROUND_ROBIN, "crm", NOW), &all[2]);
	/* A team's is nobody's; and where nobody is, there is nobody. */
	assert_null(assign_next(&c, ASSIGN_TEAM, "crm", NOW));
	for (size_t i = 0; i < c.n; i++)
		all[i].may_own = false;
	assert_null(assign_next(&c, ASSIGN_ROUND_ROBIN, "crm", NOW));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_more_exact_rule_wins),
		cmocka_unit_test(without_rules_nothing_is_met),
		cmocka_unit_test(two_rules_for_the_same_are_refused),
		cmocka_unit_test(a_rule_names_one_target),
		cmocka_unit_test(who_is_not_there_is_passed_over),
		cmocka_unit_test(turns_go_round_and_loads_level_out),
	};

	return cmocka_run_group_tests(tests, index_rules, drop_rules);
}
