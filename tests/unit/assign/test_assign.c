/* Placing by rules, on both engines: turns that go round whatever comes together, and what is told
 * of them. */
#include "../stand.h"
#include <pthread.h>
#include "assign/assign.h"
#include "base/hash.h"
#include "model/model.h"

#define KEY "contoso.widget"

static struct id account(struct stand *s, const char *email)
{
	struct account_add_in in = { .account = id_new(s->now),
				     .publisher = "contoso",
				     .email = email,
				     .name = "",
				     .role = "seller",
				     .now = s->now,
				     .reach = "all" };

	OK(account_add(s->db, &in, NULL, &e));
	return in.account;
}

static struct id team_of(struct stand *s, const char *name, const struct id *who, size_t n)
{
	struct team_add_in in = { "contoso", id_new(s->now), name, s->now };

	OK(team_add(s->db, &in, NULL, &e));
	for (size_t i = 0; i < n; i++) {
		struct team_join_in join = { "contoso", who[i], in.team, s->now + (int64_t)i };

		OK(team_join(s->db, &join, NULL, &e));
	}
	return in.team;
}

static void rule(struct stand *s, const struct assign_rule *r)
{
	AUTO_TX tx = { 0 };

	OK(sql_begin(s->db, &tx, &e));
	OK(assign_rule_put(s->db, s->a, "contoso", r, -1, s->now, &e));
	OK(sql_commit(&tx, &e));
}

static void rule_gone(struct stand *s, const char *id)
{
	AUTO_TX tx = { 0 };

	OK(sql_begin(s->db, &tx, &e));
	OK(assign_rule_remove(s->db, s->a, "contoso", id, -1, &e));
	OK(sql_commit(&tx, &e));
}

static void away(struct stand *s, struct id who, int64_t until)
{
	OK(away_put(s->db, &(struct away_put_in){ "contoso", who, until }, NULL, &e));
}

static struct reach_lead_row owner_of(struct stand *s, struct id lead)
{
	struct reach_lead_row row;

	OK(reach_lead(s->db, &(struct reach_lead_in){ "contoso", lead }, s->a, &row, &e) > 0);
	return row;
}

static size_t owned(struct stand *s, struct id who)
{
	struct assign_load_row row;

	OK(assign_load(s->db, &(struct assign_load_in){ "contoso", who }, s->a, &row, &e) > 0);
	return (size_t)row.n;
}

static int take_dice;

/* As many leads, each of somebody else, waiting together. */
static void take(struct stand *s, const char *key, size_t n)
{
	for (size_t i = 0; i < n; i++)
		stand_take(s, key, "PLT",
			   arena_printf(s->a, "p%d@x%d.example", take_dice, take_dice), "x"),
			take_dice++;
}

static size_t told(struct stand *s, struct id who, const char *kind)
{
	struct notification_page_in in = { .publisher = "contoso",
					   .account = who,
					   .before = id_last(ID_MS_MAX),
					   .kind = kind,
					   .limit = 500 };
	struct notification_page_row *rows;
	size_t n;

	OK(notification_page(s->db, NOTIFICATION_PAGE_STATE_ALL, &in, s->a, &rows, &n, &e));
	return n;
}

static const char *why(struct stand *s, struct id lead)
{
	struct assign_last_row row = { .detail = "" };

	OK(assign_last(s->db, &(struct assign_last_in){ "contoso", lead }, s->a, &row, &e) >= 0);
	return row.detail;
}

enum { TEAM = 4 };
static void crew(struct stand *s, struct id who[TEAM], struct id *ret_team)
{
	stand_offer(s, "contoso", "widget");
	stand_offer(s, "contoso", "gadget");
	for (int i = 0; i < TEAM; i++)
		who[i] = account(s, arena_printf(s->a, "seller%d@contoso.com", i));
	*ret_team = team_of(s, "Field", who, TEAM);
}

/* A batch goes round, and the next one goes on where it ended; each is told to whom it is given. */
static void a_batch_goes_round(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;
	struct id who[TEAM], team;
	struct assign_rule r = {
		.id = "all", .name = "All", .offer = "", .way = ASSIGN_ROUND_ROBIN
	};

	crew(s, who, &team);
	r.team = team;
	rule(s, &r);
	take(s, KEY, 10);
	stand_place(s);
	for (int i = 0; i < TEAM; i++)
		assert_int_equal(owned(s, who[i]), 2 + (i < 2));
	take(s, KEY, 1);
	stand_place(s);
	assert_int_equal(owned(s, who[2]), 3);
	take(s, KEY, 1);
	stand_place(s);
	assert_int_equal(owned(s, who[3]), 3);
	assert_int_equal(stand_leads(s, "contoso", &l), 12);
	for (size_t i = 0; i < 12; i++) {
		assert_true(id_eq(owner_of(s, l[i].lead_id).team_id, team));
		assert_non_null(strstr(why(s, l[i].lead_id), "\"reason\":\"turn\""));
	}
	assert_int_equal(told(s, who[0], "lead-assigned"), 3);
}

/* What is for nobody's work is given to nobody; nor does another touch give a lead anew. */
static void tests_information_and_touches_are_not_given(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;
	struct id who[TEAM], team;
	struct assign_rule r = {
		.id = "all", .name = "All", .offer = "", .way = ASSIGN_ROUND_ROBIN
	};

	crew(s, who, &team);
	stand_take(s, KEY, "PLT", "early@fabrikam.example", "x");
	stand_place(s);
	r.team = team;
	rule(s, &r);
	stand_take(s, KEY, "DNC", "no@fabrikam.example", "x");
	stand_take(s, KEY, "PLT", "MSFT_TEST_123456789012345678@test.com", "x");
	stand_take(s, KEY, "PLT", "early@fabrikam.example", "again");
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 3);
	for (size_t i = 0; i < 3; i++) {
		assert_true(id_is_null(owner_of(s, l[i].lead_id).owner_id));
		assert_string_equal(why(s, l[i].lead_id), "");
	}
}

/* Rules are in force from their commit on, and only for what comes. */
static void rules_change_for_what_comes(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;
	struct id who[TEAM], team;
	struct assign_rule r = {
		.id = "kim", .name = "Kim", .offer = "widget", .way = ASSIGN_PERSON
	};

	crew(s, who, &team);
	r.account = who[1];
	rule(s, &r);
	take(s, KEY, 2);
	take(s, "contoso.gadget", 1);
	stand_place(s);
	assert_int_equal(owned(s, who[1]), 2);
	r.account = who[2];
	rule(s, &r);
	take(s, KEY, 1);
	stand_place(s);
	assert_int_equal(owned(s, who[1]), 2);
	assert_int_equal(owned(s, who[2]), 1);
	rule_gone(s, "kim");
	take(s, KEY, 1);
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 5);
	assert_int_equal(owned(s, who[1]) + owned(s, who[2]), 3);
}

static void nobody_who_is_away_is_chosen(void **state)
{
	struct stand *s = *state;
	struct account_set_in closed = {
		.name = "", .role = "seller", .active = 0, .reach = "all"
	};
	struct lead_page_row *l;
	struct id who[TEAM], team;
	struct assign_rule r = {
		.id = "all", .name = "All", .offer = "", .way = ASSIGN_ROUND_ROBIN
	};

	crew(s, who, &team);
	r.team = team;
	rule(s, &r);
	away(s, who[0], s->now + 1000);
	closed.account = who[1];
	OK(account_set(s->db, &closed, NULL, &e));
	take(s, KEY, 6);
	stand_place(s);
	assert_int_equal(owned(s, who[0]) + owned(s, who[1]), 0);
	assert_int_equal(owned(s, who[2]), 3);
	assert_int_equal(owned(s, who[3]), 3);
	/* Nobody is there: it is the team's, whose members will see it when they are back. */
	away(s, who[2], s->now + 1000);
	away(s, who[3], s->now + 1000);
	s->now += 1;
	take(s, KEY, 1);
	stand_place(s);
	stand_leads(s, "contoso", &l);
	assert_true(id_is_null(owner_of(s, l[6].lead_id).owner_id));
	assert_true(id_eq(owner_of(s, l[6].lead_id).team_id, team));
	assert_non_null(strstr(why(s, l[6].lead_id), "\"reason\":\"nobody\""));
	assert_non_null(strstr(why(s, l[6].lead_id), "\"out\":\"inactive\""));
	assert_int_equal(told(s, who[0], "team-lead"), 1);
	assert_int_equal(told(s, who[1], "team-lead"), 0);
	/* Back again by the clock alone. */
	s->now += 2000;
	take(s, KEY, 1);
	stand_place(s);
	assert_int_equal(owned(s, who[0]), 1);
}

/* A person who is away is no reason to give it to somebody else by a rule that lost. */
static void a_person_who_is_away_leaves_it_to_the_team(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;
	struct id who[TEAM], team;
	struct assign_rule
		r = { .id = "kim", .name = "Kim", .offer = "widget", .way = ASSIGN_PERSON },
		rest = { .id = "rest", .name = "Rest", .offer = "", .way = ASSIGN_ROUND_ROBIN };

	crew(s, who, &team);
	r.account = who[1];
	rest.team = team;
	rule(s, &r);
	rule(s, &rest);
	away(s, who[1], s->now + 1000);
	take(s, KEY, 1);
	stand_place(s);
	stand_leads(s, "contoso", &l);
	assert_true(id_is_null(owner_of(s, l[0].lead_id).owner_id));
	assert_true(id_eq(owner_of(s, l[0].lead_id).team_id, team));
	assert_non_null(strstr(why(s, l[0].lead_id), "\"reason\":\"away\""));
	assert_non_null(strstr(why(s, l[0].lead_id), "\"id\":\"contoso.rest\""));
}

/* Those with the fewest open leads come first, also within a batch. */
static void the_load_is_levelled(void **state)
{
	struct stand *s = *state;
	struct id who[TEAM], team;
	struct assign_rule
		kim = { .id = "kim", .name = "Kim", .offer = "gadget", .way = ASSIGN_PERSON },
		rest = { .id = "rest", .name = "Rest", .offer = "", .way = ASSIGN_LEAST_LOAD };

	crew(s, who, &team);
	kim.account = who[0];
	rest.team = team;
	rule(s, &kim);
	rule(s, &rest);
	take(s, "contoso.gadget", 3);
	stand_place(s);
	take(s, KEY, 9);
	stand_place(s);
	for (int i = 0; i < TEAM; i++)
		assert_int_equal(owned(s, who[i]), 3);
	/* What one batch gives by another rule counts as well. */
	take(s, "contoso.gadget", 2);
	take(s, KEY, 6);
	stand_place(s);
	for (int i = 0; i < TEAM; i++)
		assert_int_equal(owned(s, who[i]), 5);
}

/* A batch that is written twice, after a clash of seqs, gives each lead once. */
static void thousands_of_one_ms_go_round(void **state)
{
	enum { EACH = 1000 };
	struct stand *s = *state;
	struct id who[TEAM], team;
	struct assign_rule r = {
		.id = "all", .name = "All", .offer = "", .way = ASSIGN_ROUND_ROBIN
	};

	crew(s, who, &team);
	r.team = team;
	rule(s, &r);
	for (int b = 0; b < 3; b++) {
		AUTO_BUF body = buf_new(1 << 20);

		buf_byte(&body, '[');
		for (int i = 0; i < EACH; i++)
			buf_printf(&body,
				   "%s{\"LeadSource\":\"AppSource-PLT|a.b\",\"Email\":\"p%d@x%d."
				   "example\"}",
				   i ? "," : "", i, b);
		buf_byte(&body, ']');
		assert_int_equal(stand_post(s, KEY, body.p).status, 200);
	}
	assert_int_equal(stand_place(s), 3);
	for (int i = 0; i < TEAM; i++)
		assert_int_equal(owned(s, who[i]), 3 * EACH / TEAM);
}

/* ---- at once ---- */

enum { THREADS = 4, ROUNDS = 25, PICKS = 3 };
struct giver {
	struct sql_db *db;
	int64_t now;
	bool ok;
	struct err why;
	size_t given[TEAM];
	const struct id *who;
};

static bool give(struct giver *g, struct assign_memory *m, struct arena *a, struct err *e)
{
	size_t given[TEAM] = { 0 };
	const struct assign_choice *c;
	struct assign_run *run;
	AUTO_TX tx = { 0 };

	if (!sql_begin(g->db, &tx, e) || !assign_begin(m, g->db, a, "contoso", g->now, &run, e))
		return false;
	for (int i = 0; i < PICKS; i++) {
		struct assign_lead l = { id_new(g->now), "widget", NULL };

		if (!assign_pick(run, &l, &c, e))
			return false;
		for (int k = 0; k < TEAM; k++)
			given[k] += id_eq(c->owner, g->who[k]);
	}
	if (!assign_end(run, e) || !sql_commit(&tx, e))
		return false;
	for (int k = 0; k < TEAM; k++)
		g->given[k] += given[k];
	return true;
}

static void *giving(void *arg)
{
	struct giver *g = arg;
	struct assign_memory *m = assign_memory_new();
	struct arena *a = arena_new("giver", 16 << 20);

	g->ok = true;
	for (int i = 0; i < ROUNDS && g->ok; i++) {
		arena_reset(a);
		g->ok = give(g, m, a, &g->why);
	}
	arena_free(a);
	assign_memory_free(m);
	return NULL;
}

/* Transactions beside each other, as of several servers, go round together: nobody gets two more
 * than another one. */
static void transactions_at_once_go_round(void **state)
{
	struct stand *s = *state;
	struct giver g[THREADS] = { { 0 } };
	pthread_t t[THREADS];
	struct id who[TEAM], team;
	size_t sum[TEAM] = { 0 };
	struct assign_rule r = {
		.id = "all", .name = "All", .offer = "", .way = ASSIGN_ROUND_ROBIN
	};

	crew(s, who, &team);
	r.team = team;
	rule(s, &r);
	for (int i = 0; i < THREADS; i++) {
		g[i].db = test_db_open(&s->t, SQL_DERIVED);
		g[i].now = s->now;
		g[i].who = who;
	}
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, giving, &g[i]), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	for (int i = 0; i < THREADS; i++) {
		sql_close(g[i].db);
		if (!g[i].ok)
			fail_msg("%s: %s", g[i].why.code, g[i].why.text);
		for (int k = 0; k < TEAM; k++)
			sum[k] += g[i].given[k];
	}
	for (int k = 0; k < TEAM; k++)
		assert_int_equal(sum[k], THREADS * ROUNDS * PICKS / TEAM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_batch_goes_round),
		BOTH(tests_information_and_touches_are_not_given),
		BOTH(rules_change_for_what_comes),
		BOTH(nobody_who_is_away_is_chosen),
		BOTH(a_person_who_is_away_leaves_it_to_the_team),
		BOTH(the_load_is_levelled),
		BOTH(thousands_of_one_ms_go_round),
		BOTH(transactions_at_once_go_round),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
