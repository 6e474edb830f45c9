/* Merge, split, verdict and undo, case by case on both engines. */
#include "regroup.h"
#include "base/hash.h"

static const char *state_of(struct stand *s, struct id pair)
{
	struct pair_get_row row;

	OK(pair_get(s->db, &(struct pair_get_in){ "contoso", pair }, s->a, &row, &e) > 0);
	return row.state;
}

static void split_after_merge_restores_everything(void **state)
{
	struct stand *s = *state;
	struct customer_change done, back;
	struct lead_page_row *l;
	struct id living;
	const char *before;

	people(s, 2, &l); /* one lead, and two */
	before = dump(s);
	OK(merge(s, l[0].customer_id, l[1].customer_id, false, &done, &e));
	assert_true(id_eq(done.customer, l[1].customer_id)); /* it has more leads */
	assert_int_equal(row_of(s, done.customer).leads, 3);
	OK(customer_living(s->db, s->a, "contoso", l[0].customer_id, &living, &e) == 1);
	assert_true(id_eq(living, done.customer));
	assert_null(row_of(s, l[0].customer_id).email_key);
	OK(undo(s, done.regroup, &back, &e));
	assert_string_equal(dump(s), before);
	OK(customer_living(s->db, s->a, "contoso", l[0].customer_id, &living, &e) == 1);
	assert_true(id_eq(living, l[0].customer_id));
}

/* Merging never widens permission: each lead keeps what its own sender allowed. */
static void merging_keeps_do_not_contact_with_its_lead(void **state)
{
	struct stand *s = *state;
	struct customer_change done;
	struct lead_page_row *l;
	size_t n, silent = 0;

	stand_offer(s, "contoso", "widget");
	stand_take(s, KEY, "PLT", "a@fabrikam.com", "call me");
	s->now += STAND_WINDOW + 1;
	stand_take(s, KEY, "DNC", "b@fabrikam.com", "do not");
	stand_place(s);
	n = stand_leads(s, "contoso", &l);
	assert_int_equal(n, 2);
	assert_false(l[0].dnc);
	assert_true(l[1].dnc);
	OK(merge(s, l[0].customer_id, l[1].customer_id, false, &done, &e));
	n = stand_leads(s, "contoso", &l);
	assert_true(id_eq(l[0].customer_id, l[1].customer_id));
	assert_false(l[0].dnc); /* the PLT lead stays contactable, with its clock */
	assert_string_equal(l[0].kind, "interest");
	assert_true(l[0].due_at != SQL_NULL_INT);
	assert_true(l[1].dnc); /* the DNC lead does not become so */
	assert_string_equal(l[1].kind, "information");
	assert_true(l[1].due_at == SQL_NULL_INT);
	for (size_t i = 0; i < n; i++)
		silent += l[i].dnc != 0;
	assert_int_equal(silent, 1);
}

static void what_was_told_to_be_different_stays_so(void **state)
{
	struct stand *s = *state;
	struct customer_change done, back;
	struct err refused = { 0 };
	struct lead_page_row *l;
	struct id pair;

	people(s, 1, &l);
	stand_take(s, KEY, "PLT", "other@company.example", "x");
	stand_place(s);
	stand_leads(s, "contoso", &l);
	pair = ask(s, l[0].lead_id, l[1].lead_id);
	OK(verdict(s, pair, false, &done, &e));
	assert_string_equal(state_of(s, pair), "different");
	assert_false(merge(s, l[0].customer_id, l[1].customer_id, false, &back, &refused));
	assert_string_equal(refused.code, "customers.different");
	assert_int_equal(refused.kind, ERR_CONFLICT);
	assert_false(verdict(s, pair, true, &back, &refused));
	assert_string_equal(refused.code, "match.decided");
	/* Overruled, and that taken back. */
	OK(merge(s, l[0].customer_id, l[1].customer_id, true, &back, &e));
	assert_string_equal(state_of(s, pair), "same");
	assert_false(undo(s, done.regroup, &done, &refused));
	assert_string_equal(refused.code, "regroup.later");
	OK(undo(s, back.regroup, &back, &e));
	assert_string_equal(state_of(s, pair), "different");
	OK(undo(s, done.regroup, &back, &e));
	assert_string_equal(state_of(s, pair), "review");
}

static void the_parts_of_a_split_are_kept_apart(void **state)
{
	struct stand *s = *state;
	struct customer_change done, merged;
	struct err refused = { 0 };
	struct lead_page_row *l;
	size_t n = people(s, 3, &l);
	struct id three = l[n - 1].customer_id, leads[3];

	leads[0] = l[n - 1].lead_id;
	OK(split(s, three, leads, 1, &done, &e));
	assert_true(id_eq(customer_of(s, leads[0]), done.customer));
	assert_int_equal(row_of(s, three).leads, 2);
	assert_false(merge(s, three, done.customer, false, &merged, &refused));
	assert_string_equal(refused.code, "customers.different");
	/* What cannot be split. */
	leads[0] = l[n - 2].lead_id;
	leads[1] = l[n - 3].lead_id;
	assert_false(split(s, three, leads, 2, &merged, &refused));
	assert_string_equal(refused.code, "split.all");
	leads[1] = l[0].lead_id;
	assert_false(split(s, three, leads, 2, &merged, &refused));
	assert_string_equal(refused.code, "split.lead");
	assert_false(split(s, three, leads, 0, &merged, &refused));
	assert_string_equal(refused.code, "split.none");
}

static void later_changes_are_in_the_way_by_name(void **state)
{
	struct stand *s = *state;
	struct customer_change first, second, third;
	struct err refused = { 0 };
	struct lead_page_row *l;

	people(s, 3, &l);
	OK(merge(s, l[0].customer_id, l[1].customer_id, false, &first, &e));
	/* As many leads each, and the other one is the older: all leads move on. */
	OK(merge(s, first.customer, l[3].customer_id, false, &second, &e));
	if (id_eq(second.customer, first.customer)) {
		OK(undo(s, first.regroup, &third, &e));
		return;
	}
	assert_false(undo(s, first.regroup, &third, &refused));
	assert_string_equal(refused.code, "regroup.later");
	assert_non_null(strstr(refused.text, text(s, second.regroup)));
	OK(undo(s, second.regroup, &third, &e));
	assert_false(undo(s, second.regroup, &third, &refused));
	assert_string_equal(refused.code, "regroup.undone");
	assert_false(undo(s, third.regroup, &third, &refused));
	assert_string_equal(refused.code, "regroup.undo");
	OK(undo(s, first.regroup, &third, &e));
}

/* A lead that came after a merge by a match with a lead that goes back goes with it. */
static void what_came_by_a_match_goes_back_with_it(void **state)
{
	struct stand *s = *state;
	struct customer_change done, back;
	struct lead_page_row *l;
	struct id own;
	size_t n;

	people(s, 2, &l);
	own = l[0].customer_id;
	OK(merge(s, own, l[1].customer_id, false, &done, &e));
	s->now = who.now_ms + 1;
	stand_take(s, KEY, "INS", "person1@company1.example", "again");
	s->now += STAND_WINDOW + 1;
	stand_take(s, KEY, "Create", "person1@company1.example", "and again");
	stand_place(s);
	n = stand_leads(s, "contoso", &l);
	assert_int_equal(n, 5);
	/* As matching writes it: the first of them by person 0's lead, which was merged. */
	test_db_do(s->t.url,
		   arena_printf(s->a,
				"UPDATE lead SET matched_lead = (SELECT lead_id FROM lead WHERE "
				"seq = %lld), matched_bits = 9000, matched_pattern = 0, "
				"matched_model = 0 WHERE seq = %lld",
				(long long)l[0].seq, (long long)l[3].seq));
	test_db_do(s->t.url,
		   arena_printf(s->a,
				"UPDATE lead SET matched_lead = (SELECT lead_id FROM lead "
				"WHERE seq = %lld) WHERE seq = %lld",
				(long long)l[1].seq, (long long)l[4].seq));
	OK(undo(s, done.regroup, &back, &e));
	assert_true(id_eq(customer_of(s, l[0].lead_id), own));
	assert_true(id_eq(customer_of(s, l[3].lead_id), own));
	assert_true(id_eq(customer_of(s, l[4].lead_id), done.customer));
	assert_int_equal(row_of(s, own).leads, 2);
}

static void a_users_value_outlives_merge_and_undo(void **state)
{
	struct stand *s = *state;
	struct customer_change done, back;
	struct lead_page_row *l;
	struct err refused = { 0 };
	struct id c;

	people(s, 2, &l);
	c = l[0].customer_id;
	OK(customer_set(s->db, s->a, &who, c, CONTACT_COUNTRY, "Korea", &e));
	assert_string_equal(row_of(s, c).country, "KR");
	OK(customer_set(s->db, s->a, &who, c, CONTACT_FIRST_NAME, "  Anna ", &e));
	assert_string_equal(row_of(s, c).first_name, "Anna");
	assert_false(customer_set(s->db, s->a, &who, c, CONTACT_EMAIL, "nobody", &refused));
	assert_string_equal(refused.field, "email");
	OK(merge(s, c, l[1].customer_id, false, &done, &e));
	assert_string_equal(row_of(s, done.customer).first_name, l[1].first_name);
	OK(undo(s, done.regroup, &back, &e));
	assert_string_equal(row_of(s, c).first_name, "Anna");
	OK(customer_set(s->db, s->a, &who, c, CONTACT_FIRST_NAME, NULL, &e));
	assert_string_equal(row_of(s, c).first_name, l[0].first_name);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		BOTH(split_after_merge_restores_everything),
		BOTH(merging_keeps_do_not_contact_with_its_lead),
		BOTH(what_was_told_to_be_different_stays_so),
		BOTH(the_parts_of_a_split_are_kept_apart),
		BOTH(later_changes_are_in_the_way_by_name),
		BOTH(what_came_by_a_match_goes_back_with_it),
		BOTH(a_users_value_outlives_merge_and_undo),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
