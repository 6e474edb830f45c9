/* Customers that a lead shows to be one are joined by the placer: told, explained, taken back, and
 * never against a person's word. */
#include "arriving.h"
#include "base/hash.h"
#include "../customer/regroup.h"

/* A mailbox, a number, and then both: the first two alone are a question at most. */
#define MAILBOX "Anna|Meyer|anna.meyer@acme.de||DE|Acme GmbH"
#define NUMBER  "Anna|Meyer||+4930901820|DE|"
#define BOTH_OF "Anna|Meyer|anna.meyer@acme.de|+4930901820|DE|Acme"

static struct regroup_get_row last_change(struct stand *s, struct id customer)
{
	struct regroup_of_customer_in in = { "contoso", customer, 1 };
	struct regroup_get_row *rows;
	size_t n;

	OK(regroup_of_customer(s->db, &in, s->a, &rows, &n, &e));
	return n ? rows[0] : (struct regroup_get_row){ .verb = "none" };
}

/* The first two, each its own customer; *ret: their leads. */
static void two(struct stand *s, struct lead_page_row **ret)
{
	arriving_line(s, MAILBOX);
	stand_place(s);
	arriving_line(s, NUMBER);
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", ret), 2);
	assert_int_equal(arriving_customers(s), 2);
}

static void a_lead_that_is_both_makes_two_customers_one(void **state)
{
	struct stand *s = *state;
	struct pair_get_row *asked, pair;
	struct regroup_pairs_row *told;
	struct regroup_get_row change;
	struct customer_page_row c;
	struct lead_page_row *l;
	size_t n;

	two(s, &l);
	arriving_line(s, BOTH_OF);
	stand_place(s);
	assert_int_equal(arriving_customers(s), 1);
	assert_int_equal(stand_leads(s, "contoso", &l), 3);
	for (int i = 0; i < 3; i++)
		assert_true(id_eq(l[i].customer_id, l[0].customer_id));
	c = row_of(s, l[0].customer_id);
	assert_int_equal(c.leads, 3);
	assert_string_equal(c.phone, "+4930901820");
	assert_string_equal(c.email, "anna.meyer@acme.de");
	/* It is told as a change of its own, with the link that spoke for it. */
	change = last_change(s, l[0].customer_id);
	assert_string_equal(change.verb, "match");
	assert_string_equal(change.actor, "leadline");
	OK(regroup_pairs(s->db, &(struct regroup_pairs_in){ "contoso", change.regroup_id }, s->a,
			 &told, &n, &e));
	assert_true(n >= 1);
	for (size_t i = 0; i < n; i++) {
		OK(pair_get(s->db, &(struct pair_get_in){ "contoso", told[i].pair_id }, s->a, &pair,
			    &e) > 0);
		if (strcmp(pair.state, "same") != 0)
			continue;
		assert_true(pair.bits >= 6000);
		assert_true(pair.pattern != 0);
	}
	assert_int_equal(arriving_review(s, &asked), 0); /* what was asked is answered */
	/* Whoever is like one of them is theirs. */
	arriving_line(s, "Anna|Meyer||030 901820|Germany|ACME");
	stand_place(s);
	assert_int_equal(arriving_customers(s), 1);
}

static void several_of_one_batch_are_joined(void **state)
{
	struct stand *s = *state;

	arriving_line(s, MAILBOX);
	arriving_line(s, NUMBER);
	arriving_line(s, BOTH_OF);
	arriving_line(s, BOTH_OF);
	arriving_line(s, "Carl|Iversen|carl@nordlys.no||NO|Nordlys AS");
	arriving_line(s, "Carl|Iversen||+4722334455|NO|");
	arriving_line(s, "Carl|Iversen|carl@nordlys.no|+4722334455|NO|");
	stand_place(s);
	assert_int_equal(arriving_customers(s), 2);
}

static void a_touch_joins_as_well(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;

	arriving_line(s, NUMBER);
	arriving_send(s, KEY, "PLT", MAILBOX);
	stand_place(s);
	assert_int_equal(arriving_customers(s), 2);
	s->now += 1000;
	arriving_send(s, KEY, "PLT", BOTH_OF);
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 2);
	assert_int_equal(l[1].touches, 2);
	assert_int_equal(arriving_customers(s), 1);
}

/* Taking it back is exact, and leaves a question that only a person answers: the next lead does not
 * bring the same about. */
static void what_the_matcher_joined_is_taken_back(void **state)
{
	struct stand *s = *state;
	struct customer_page_row was[2], is;
	struct customer_change back;
	struct pair_get_row *asked;
	struct lead_page_row *l;

	two(s, &l);
	for (int i = 0; i < 2; i++)
		was[i] = row_of(s, l[i].customer_id);
	arriving_line(s, BOTH_OF);
	stand_place(s);
	OK(undo(s, last_change(s, customer_of(s, l[0].lead_id)).regroup_id, &back, &e));
	assert_int_equal(arriving_customers(s), 2);
	for (int i = 0; i < 2; i++)
		assert_true(id_eq(customer_of(s, l[i].lead_id), was[i].customer_id));
	is = row_of(s, was[1].customer_id);
	assert_int_equal(is.leads, was[1].leads);
	assert_string_equal(is.phone, was[1].phone);
	assert_null(is.email);
	assert_int_equal(is.created_at, was[1].created_at);
	assert_int_equal(is.last_at, was[1].last_at);
	for (int i = 0; i < 3; i++) {
		arriving_line(s, BOTH_OF);
		stand_place(s);
		assert_int_equal(arriving_customers(s), 2);
		assert_int_equal(arriving_review(s, &asked), 2); /* and the one from before */
		assert_string_equal(asked->decided_by, who.actor);
	}
	stand_restart(s);
	arriving_line(s, BOTH_OF);
	stand_place(s);
	assert_int_equal(arriving_customers(s), 2);
}

static void a_verdict_of_different_holds(void **state)
{
	struct stand *s = *state;
	struct customer_change done;
	struct pair_get_row *asked;
	struct lead_page_row *l;

	two(s, &l);
	if (arriving_review(s, &asked))
		OK(verdict(s, asked[0].pair_id, false, &done, &e));
	else
		OK(verdict(s, ask(s, l[0].lead_id, l[1].lead_id), false, &done, &e));
	for (int i = 0; i < 3; i++) {
		arriving_line(s, BOTH_OF);
		stand_place(s);
		assert_int_equal(arriving_customers(s), 2);
		assert_int_equal(arriving_review(s, &asked), 0);
	}
	assert_string_equal(last_change(s, l[1].customer_id).verb, "none");
}

static void joining_never_widens_permission(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;

	arriving_line(s, MAILBOX);
	arriving_send(s, KEY, "DNC", NUMBER);
	s->now += STAND_WINDOW + 1;
	arriving_line(s, BOTH_OF);
	stand_place(s);
	assert_int_equal(arriving_customers(s), 1);
	assert_int_equal(stand_leads(s, "contoso", &l), 3);
	assert_int_equal(l[0].dnc, 0);
	assert_int_equal(l[1].dnc, 1);
	assert_int_equal(l[2].dnc, 0);
}

/* ---- histories ---- */

struct change {
	struct id regroup;
	bool match;
};
struct history {
	struct change at[400];
	size_t n;
	size_t matched;
};

/* What the placer joined since, in its order. */
static void take_matches(struct stand *s, struct history *h)
{
	struct lead_page_row *l;
	size_t n = stand_leads(s, "contoso", &l);
	struct {
		struct id id;
		int64_t n;
	} found[64];
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		struct regroup_of_lead_in in = { "contoso", l[i].lead_id, 0 };
		struct regroup_get_row *rows;
		size_t k;

		OK(regroup_of_lead(s->db, &in, s->a, &rows, &k, &e));
		while (k--) {
			bool known = strcmp(rows[k].verb, "match") != 0;

			for (size_t j = 0; j < h->n; j++)
				known = known || id_eq(h->at[j].regroup, rows[k].regroup_id);
			for (size_t j = 0; j < m; j++)
				known = known || id_eq(found[j].id, rows[k].regroup_id);
			if (known)
				continue;
			found[m].id = rows[k].regroup_id;
			found[m++].n = rows[k].n;
		}
	}
	for (size_t i = 0; i < m; i++) {
		size_t first = i;

		for (size_t k = i; k < m; k++)
			if (found[k].n < found[first].n)
				first = k;
		h->at[h->n++] = (struct change){ found[first].id, true };
		h->matched++;
		found[first] = found[i];
	}
}

static void act(struct stand *s, struct history *h)
{
	struct customer_who w = { "contoso", "kim@contoso.example", s->now };
	struct err no = { 0 };
	struct customer_change done;
	struct lead_page_row *l;
	size_t n = stand_leads(s, "contoso", &l), x = arriving_roll(n), y = arriving_roll(n);
	struct id both[2] = { l[x].customer_id, l[y].customer_id };
	AUTO_TX tx = { 0 };
	bool ok;

	OK(sql_begin(s->db, &tx, &e));
	if (arriving_roll(3) == 0)
		ok = customer_split(s->db, s->a, &w, both[0], &l[x].lead_id, 1, &done, &no);
	else
		ok = !id_eq(both[0], both[1]) && arriving_roll(4) == 0 &&
		     customer_merge(s->db, s->a, &w, both, 2, ID_NULL, false, &done, &no);
	if (!ok)
		return;
	OK(sql_commit(&tx, &e));
	h->at[h->n++] = (struct change){ done.regroup, false };
}

/* Golden values are a function of the leads: made anew they are what they are. */
static void check_rows(struct stand *s)
{
	struct lead_page_row *l;
	size_t n = stand_leads(s, "contoso", &l);
	const char *before = dump(s);

	for (size_t i = 0; i < n; i++)
		OK(customer_refresh(s->db, "contoso", &l[i].customer_id, 1, &e));
	assert_string_equal(before, dump(s));
}

/* With everything taken back each lead is with the one that made it its customer's. */
static void check_first_links(struct stand *s)
{
	struct lead_page_row *l;
	size_t n = stand_leads(s, "contoso", &l), own = 0;

	for (size_t i = 0; i < n; i++) {
		struct lead_edge_row edge;

		OK(lead_edge(s->db, &(struct lead_edge_in){ "contoso", l[i].lead_id }, s->a, &edge,
			     &e) > 0);
		own += id_is_null(edge.matched_lead);
		if (!id_is_null(edge.matched_lead))
			assert_true(id_eq(customer_of(s, edge.matched_lead), l[i].customer_id));
	}
	assert_int_equal(arriving_customers(s), own);
}

static void any_history_of_arrivals_is_taken_back(void **state)
{
	struct stand *s = *state;
	struct history h = { .n = 0 };
	struct customer_change back;

	arriving_dice = 5;
	for (int i = 0; i < 70; i++) {
		arriving_line(s, arriving_someone(s));
		if (arriving_roll(4) == 0)
			arriving_line(s, arriving_someone(s));
		stand_place(s);
		take_matches(s, &h);
		if (i > 3 && arriving_roll(2))
			act(s, &h);
	}
	check_rows(s);
	assert_true(h.matched > 2 && h.n > h.matched + 5);
	s->now += 1000;
	while (h.n--) {
		OK(undo(s, h.at[h.n].regroup, &back, &e));
		for (size_t k = 0; k < back.move_count; k++)
			assert_true(id_eq(customer_of(s, back.moves[k].lead), back.moves[k].to));
	}
	check_rows(s);
	check_first_links(s);
}

/* ---- the order of arrival ---- */

#define LEADS  60
#define ORDERS 4

/* Each order at a publisher of its own; *ret: the customer of each line. */
static void place_in_order(struct stand *s, const char *const *line, size_t turn,
			   struct id customer[LEADS])
{
	const char *publisher = arena_printf(s->a, "turn%zu", turn);
	size_t order[LEADS];
	struct lead_page_row *l;

	arriving_in_order(s, publisher, line, LEADS, turn, order);
	assert_int_equal(stand_leads(s, publisher, &l), LEADS);
	for (size_t i = 0; i < LEADS; i++)
		customer[order[i]] = l[i].customer_id;
}

/* The documented bound, with what the placer joins: two pairs in a hundred. */
static void the_order_of_arrival_hardly_changes_customers(void **state)
{
	struct stand *s = *state;
	const char *line[LEADS];
	static struct id customer[ORDERS][LEADS];

	arriving_dice = 11;
	for (size_t i = 0; i < LEADS; i++)
		line[i] = arriving_someone(s);
	for (size_t turn = 0; turn < ORDERS; turn++) {
		size_t both = 0, either = 0;

		place_in_order(s, line, turn, customer[turn]);
		for (size_t i = 0; i < LEADS; i++) {
			for (size_t k = 0; k < i; k++) {
				bool x = id_eq(customer[0][i], customer[0][k]),
				     y = id_eq(customer[turn][i], customer[turn][k]);

				both += x && y;
				either += x || y;
			}
		}
		assert_true(either > LEADS);
		assert_true((either - both) * 100 <= either * 2);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		ARRIVING(a_lead_that_is_both_makes_two_customers_one),
		ARRIVING(several_of_one_batch_are_joined),
		ARRIVING(a_touch_joins_as_well),
		ARRIVING(what_the_matcher_joined_is_taken_back),
		ARRIVING(a_verdict_of_different_holds),
		ARRIVING(joining_never_widens_permission),
		ARRIVING(any_history_of_arrivals_is_taken_back),
		ARRIVING(the_order_of_arrival_hardly_changes_customers),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
