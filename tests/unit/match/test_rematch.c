/* All leads of a publisher matched anew: the same in any order, kept to what users said, and taken
 * back as a whole. */
#include <math.h>
#include "arriving.h"
#include "base/hash.h"
#include "match/match.h"
#include "../customer/regroup.h"

#define ANNA   "Anna|Meyer|anna.meyer@acme.de|+4930901820|DE|Acme GmbH"
#define ANNA_2 "Anna|Meyer|anna.meyer@acme.de|+4930901820|DE|Acme"
#define CARL   "Carl|Iversen|carl@nordlys.no|+4722334455|NO|Nordlys AS"

static struct rematch *plan_with(struct stand *s, const char *publisher, double join, int64_t model,
				 bool learn, unsigned threads)
{
	struct rematch_options o = { .publisher = publisher,
				     .join = join,
				     .model = model,
				     .learn = learn,
				     .threads = threads };
	struct rematch *r;

	OK(rematch_plan(s->db, &o, &r, &e));
	return r;
}

static struct rematch *plan(struct stand *s)
{
	return plan_with(s, "contoso", NAN, REMATCH_MODEL_NOW, false, 2);
}

static struct id apply(struct stand *s, struct rematch *r)
{
	struct id id;

	OK(rematch_apply(r, s->db, "kim@contoso.example", s->now, &id, &e));
	rematch_free(r);
	return id;
}

static void take_back(struct stand *s, struct id rematch)
{
	struct customer_who w = { "contoso", "kim@contoso.example", s->now };
	int64_t undone, kept;

	OK(rematch_undo(s->db, &w, rematch, &undone, &kept, &e));
	assert_int_equal(kept, 0);
}

/* ---- any order ---- */

#define LEADS  90
#define ORDERS 3

static void after_a_rematch_the_order_of_arrival_is_forgotten(void **state)
{
	struct stand *s = *state;
	const char *line[LEADS];
	static struct id customer[ORDERS][LEADS];

	arriving_dice = 3;
	for (size_t i = 0; i < LEADS; i++) /* no two say the same */
		line[i] = arena_printf(s->a, "%s %zu", arriving_someone(s), i % 2 ? i : 0);
	for (size_t turn = 0; turn < ORDERS; turn++) {
		const char *publisher = arena_printf(s->a, "turn%zu", turn);
		size_t order[LEADS], again;
		struct lead_page_row *l;
		struct rematch *r;

		arriving_in_order(s, publisher, line, LEADS, turn, order);
		/* A higher threshold leaves more to the batch than a lower one. */
		apply(s, plan_with(s, publisher, turn ? 2 : 9, REMATCH_MODEL_NOW, false, 1));
		apply(s,
		      plan_with(s, publisher, NAN, REMATCH_MODEL_NOW, false, (unsigned)turn + 1));
		r = plan_with(s, publisher, NAN, REMATCH_MODEL_NOW, false, 3);
		again = rematch_changes(r);
		rematch_free(r);
		assert_int_equal(again, 0); /* it is as it should be */
		assert_int_equal(stand_leads(s, publisher, &l), LEADS);
		for (size_t i = 0; i < LEADS; i++)
			customer[turn][order[i]] = l[i].customer_id;
		for (size_t i = 0; i < LEADS; i++)
			for (size_t k = 0; k < i; k++)
				assert_int_equal(id_eq(customer[0][i], customer[0][k]),
						 id_eq(customer[turn][i], customer[turn][k]));
	}
}

/* ---- what changes, and back ---- */

static void some_people(struct stand *s)
{
	arriving_dice = 9;
	for (int i = 0; i < 40; i++)
		arriving_line(s, arriving_someone(s));
	stand_place(s);
}

static void a_plan_changes_nothing(void **state)
{
	struct stand *s = *state;
	const char *before;
	struct rematch *r;

	some_people(s);
	before = dump(s);
	r = plan_with(s, "contoso", 12, REMATCH_MODEL_NOW, false, 2);
	assert_true(rematch_counts(r)->split > 0);
	assert_true(rematch_changes(r) > 0);
	rematch_free(r);
	assert_string_equal(dump(s), before);
}

static void a_rematch_is_taken_back_as_a_whole(void **state)
{
	struct stand *s = *state;
	const char *before, *after;
	struct rematch *r;
	struct id id;
	size_t customers;

	some_people(s);
	customers = arriving_customers(s);
	before = dump(s);
	r = plan_with(s, "contoso", 12, REMATCH_MODEL_NOW, false, 2);
	assert_int_equal(rematch_counts(r)->customers, customers);
	assert_int_equal(rematch_counts(r)->leads, 40);
	customers =
		customers - (size_t)rematch_counts(r)->merged + (size_t)rematch_counts(r)->split;
	id = apply(s, r);
	assert_int_equal(arriving_customers(s), customers);
	after = dump(s);
	assert_string_not_equal(before, after);
	take_back(s, id);
	assert_string_equal(dump(s), before);
	/* And with what it merges. */
	apply(s, plan_with(s, "contoso", 12, REMATCH_MODEL_NOW, false, 2));
	before = dump(s);
	r = plan(s);
	assert_true(rematch_counts(r)->merged > 0);
	for (size_t i = 0; i < rematch_changes(r); i++) {
		struct rematch_change c = rematch_change(r, i);

		assert_true(c.leads > 0);
		if (c.kind == REMATCH_MERGE)
			assert_true(c.linked && c.why.bits != 0);
	}
	id = apply(s, r);
	take_back(s, id);
	assert_string_equal(dump(s), before);
}

static void the_placer_follows(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;
	struct id one;

	arriving_line(s, ANNA);
	arriving_line(s, ANNA_2);
	stand_place(s);
	one = customer_of(s, (stand_leads(s, "contoso", &l), l[0].lead_id));
	apply(s, plan_with(s, "contoso", 39, REMATCH_MODEL_NOW, false, 1));
	assert_int_equal(arriving_customers(s), 2);
	apply(s, plan(s));
	assert_int_equal(arriving_customers(s), 1);
	arriving_line(s, ANNA);
	stand_place(s);
	assert_int_equal(arriving_customers(s), 1);
	(void)one;
}

/* ---- what users said ---- */

static void what_users_said_holds(void **state)
{
	struct stand *s = *state;
	struct customer_change done;
	struct lead_page_row *l;
	struct customer_who w = who;
	struct id stays;
	AUTO_TX tx = { 0 };

	arriving_line(s, ANNA);
	arriving_line(s, CARL);
	arriving_line(s, ANNA_2);
	arriving_line(s, "Liam|Byrne|liam@liffey.ie|+35316789012|IE|Liffey Ltd");
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 4);
	/* Nobody would think that Liam is Carl; and that both Annas are not one. */
	OK(merge(s, l[1].customer_id, l[3].customer_id, false, &done, &e));
	stays = done.customer;
	OK(split(s, l[0].customer_id, &l[2].lead_id, 1, &done, &e));
	assert_int_equal(arriving_customers(s), 3);
	w.now_ms = s->now;
	OK(sql_begin(s->db, &tx, &e));
	OK(customer_set(s->db, s->a, &w, done.customer, CONTACT_COMPANY, "Umbrella", &e));
	OK(sql_commit(&tx, &e));
	for (int i = 0; i < 2; i++) {
		struct rematch *r =
			plan_with(s, "contoso", i ? -30 : 39, REMATCH_MODEL_NOW, false, 2);

		apply(s, r);
		assert_true(id_eq(customer_of(s, l[1].lead_id), customer_of(s, l[3].lead_id)));
		assert_true(id_eq(customer_of(s, l[1].lead_id), stays));
		assert_false(id_eq(customer_of(s, l[0].lead_id), customer_of(s, l[2].lead_id)));
		assert_string_equal(row_of(s, customer_of(s, l[2].lead_id)).company, "Umbrella");
	}
}

static void two_customers_with_values_of_users_are_left_alone(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;
	struct rematch *r;

	arriving_line(s, ANNA);
	arriving_line(s, ANNA_2);
	stand_place(s);
	apply(s, plan_with(s, "contoso", 39, REMATCH_MODEL_NOW, false, 1));
	assert_int_equal(stand_leads(s, "contoso", &l), 2);
	for (int i = 0; i < 2; i++)
		OK(customer_set(s->db, s->a, &who, l[i].customer_id, CONTACT_COMPANY,
				i ? "One" : "Two", &e));
	r = plan(s);
	assert_int_equal(rematch_counts(r)->held, 2);
	assert_int_equal(rematch_changes(r), 0);
	rematch_free(r);
}

static void what_changed_since_the_plan_is_left(void **state)
{
	struct stand *s = *state;
	struct customer_change done;
	struct lead_page_row *l;
	struct rematch *r;
	struct id id;

	arriving_line(s, ANNA);
	arriving_line(s, ANNA_2);
	arriving_line(s, CARL);
	arriving_line(s, CARL);
	stand_place(s);
	apply(s, plan_with(s, "contoso", 39, REMATCH_MODEL_NOW, false, 1));
	assert_int_equal(arriving_customers(s), 4);
	assert_int_equal(stand_leads(s, "contoso", &l), 4);
	r = plan(s);
	assert_int_equal(rematch_counts(r)->merged, 2);
	/* Both ways, so that whichever the plan moves is elsewhere. */
	OK(merge(s, l[0].customer_id, l[2].customer_id, false, &done, &e));
	OK(merge(s, l[0].customer_id, l[1].customer_id, false, &done, &e));
	OK(rematch_apply(r, s->db, "kim", s->now, &id, &e));
	assert_int_equal(rematch_counts(r)->skipped + (int64_t)rematch_changes(r) >= 2, 1);
	rematch_free(r);
	for (int i = 0; i < 3; i++)
		assert_true(id_eq(customer_of(s, l[i].lead_id), customer_of(s, l[0].lead_id)));
}

/* ---- what it leaves to a person ---- */

/* Two leads that are one customer's by so many bits, and one of somebody else. */
static double annas(struct stand *s)
{
	struct lead_page_row *l;
	struct lead_edge_row edge;

	arriving_line(s, ANNA);
	arriving_line(s, ANNA_2);
	arriving_line(s, CARL);
	stand_place(s);
	assert_int_equal(arriving_customers(s), 2);
	stand_leads(s, "contoso", &l);
	OK(lead_edge(s->db, &(struct lead_edge_in){ "contoso", l[1].lead_id }, s->a, &edge, &e) >
	   0);
	return (double)edge.matched_bits / 1000;
}

/* One bit more is asked for than the Annas have: they are two, and a person should look. */
static struct id doubt(struct stand *s, double join, int64_t asked)
{
	struct rematch *r = plan_with(s, "contoso", join + 1, REMATCH_MODEL_NOW, false, 2);
	struct id id;

	assert_int_equal(rematch_counts(r)->review, 1);
	OK(rematch_apply(r, s->db, "kim@contoso.example", s->now, &id, &e));
	assert_int_equal(rematch_counts(r)->asked, asked);
	rematch_free(r);
	return id;
}

static void what_is_doubtful_is_asked_once_and_taken_back(void **state)
{
	struct stand *s = *state;
	double join = annas(s);
	const char *before = dump(s), *asked;
	struct pair_get_row *q;
	struct id first, again;

	assert_int_equal(arriving_review(s, &q), 0);
	first = doubt(s, join, 1);
	assert_int_equal(arriving_customers(s), 3);
	assert_int_equal(arriving_review(s, &q), 1);
	assert_int_equal(q[0].bits, llround(join * 1000));
	assert_false(id_eq(q[0].customer_a, q[0].customer_b));
	assert_int_equal(row_of(s, q[0].customer_a).reviews, 1);
	assert_int_equal(row_of(s, q[0].customer_b).reviews, 1);
	asked = dump(s);
	again = doubt(s, join, 0); /* it is asked already */
	assert_string_equal(dump(s), asked);
	take_back(s, again);
	assert_string_equal(dump(s), asked);
	take_back(s, first);
	assert_string_equal(dump(s), before);
}

static void what_a_person_has_answered_outlives_the_rematch(void **state)
{
	struct stand *s = *state;
	double join = annas(s);
	struct customer_who w = who;
	struct customer_change done;
	struct id first = doubt(s, join, 1);
	struct pair_get_row *q, answered;
	int64_t undone, kept;

	assert_int_equal(arriving_review(s, &q), 1);
	OK(verdict(s, q[0].pair_id, false, &done, &e));
	w.now_ms = s->now;
	OK(rematch_undo(s->db, &w, first, &undone, &kept, &e));
	assert_int_equal(kept, 1); /* different is different */
	assert_int_equal(arriving_customers(s), 3);
	OK(pair_get(s->db, &(struct pair_get_in){ "contoso", q[0].pair_id }, s->a, &answered, &e) >
	   0);
	assert_string_equal(answered.state, "different");
}

/* ---- models ---- */

static int64_t model_of_last(struct stand *s)
{
	struct lead_page_row *l;
	struct lead_edge_row edge;
	size_t n;

	arriving_line(s, ANNA);
	stand_place(s);
	n = stand_leads(s, "contoso", &l);
	OK(lead_edge(s->db, &(struct lead_edge_in){ "contoso", l[n - 1].lead_id }, s->a, &edge,
		     &e) > 0);
	return edge.matched_model;
}

static void a_model_is_learned_used_and_left_again(void **state)
{
	struct stand *s = *state;
	struct identity_model model;
	struct rematch *r;
	struct id id;

	some_people(s);
	arriving_line(s, ANNA);
	assert_int_equal(model_of_last(s), 0);
	r = plan_with(s, "contoso", NAN, REMATCH_MODEL_NOW, true, 2);
	assert_true(rematch_counts(r)->learned);
	id = apply(s, r);
	assert_int_equal(model_of_last(s), 1);
	OK(customer_model(s->db, s->a, "contoso", 1, &model, &e));
	assert_true(memcmp(&model, &identity_model_shipped, sizeof(model)) != 0);
	stand_restart(s);
	assert_int_equal(model_of_last(s), 1);
	/* Back: by asking for it, by undoing, and forward again. */
	apply(s, plan_with(s, "contoso", NAN, 0, false, 1));
	assert_int_equal(model_of_last(s), 0);
	apply(s, plan_with(s, "contoso", NAN, 1, false, 1));
	assert_int_equal(model_of_last(s), 1);
	(void)id;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		ARRIVING(after_a_rematch_the_order_of_arrival_is_forgotten),
		ARRIVING(a_plan_changes_nothing),
		ARRIVING(a_rematch_is_taken_back_as_a_whole),
		ARRIVING(the_placer_follows),
		ARRIVING(what_users_said_holds),
		ARRIVING(two_customers_with_values_of_users_are_left_alone),
		ARRIVING(what_changed_since_the_plan_is_left),
		ARRIVING(what_is_doubtful_is_asked_once_and_taken_back),
		ARRIVING(what_a_person_has_answered_outlives_the_rematch),
		ARRIVING(a_model_is_learned_used_and_left_again),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
