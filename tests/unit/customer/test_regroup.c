/*
 * Merge, split, verdict and undo on both engines: named cases, and a property over random histories
 * (whatever was done, taking it back in turn restores every lead, pair and golden value).
 */
#include "../stand.h"
#include "base/hash.h"
#include "customer/customer.h"

#define KEY "contoso.widget"

static const struct customer_who who = { "contoso", "kim@contoso.example", STAND_NOW + 1 };

/* ---- what is there ---- */

static struct id customer_of(struct stand *s, struct id lead)
{
	struct member_of_row row;

	OK(member_of(s->db, &(struct member_of_in){ "contoso", lead }, s->a, &row, &e) > 0);
	return row.customer_id;
}

/* n persons who have nothing in common, each with one to three leads; *ret: all leads. */
static size_t people(struct stand *s, int n, struct lead_page_row **ret)
{
	stand_offer(s, "contoso", "widget");
	for (int i = 0; i < n; i++) {
		const char *mail = arena_printf(s->a, "person%d@company%d.example", i, i);

		for (int k = 0; k <= i % 3; k++) {
			stand_take(s, KEY, k == 1 ? "DNC" : "PLT", mail,
				   arena_printf(s->a, "%d.%d", i, k));
			s->now += STAND_WINDOW + 1;
		}
	}
	stand_place(s);
	return stand_leads(s, "contoso", ret);
}

static const char *text(struct stand *s, struct id id)
{
	return id_text(id, arena_alloc(s->a, ID_TEXT));
}

static void dump_pairs(struct stand *s, struct buf *b)
{
	static const char *const states[] = { "different", "gone", "review", "same" };
	struct pair_page_in in = { .publisher = "contoso",
				   .bits = INT64_MAX,
				   .pair = id_last(ID_MS_MAX),
				   .limit = 10000 };
	struct pair_get_row *rows;
	size_t n;

	for (size_t k = 0; k < LL_COUNT(states); k++) {
		in.state = states[k];
		OK(pair_page(s->db, &in, s->a, &rows, &n, &e));
		for (size_t i = 0; i < n; i++)
			buf_printf(b, "pair %s %s %s %s %lld\n", text(s, rows[i].lead_a),
				   text(s, rows[i].lead_b), rows[i].state,
				   rows[i].decided_by ? rows[i].decided_by : "-",
				   (long long)rows[i].decided_at);
	}
}

/* Every lead with its customer, every living customer with its golden record, every pair. */
static const char *dump(struct stand *s)
{
	AUTO_BUF b = buf_new((size_t)16 << 20);
	struct customer_page_in in = { .publisher = "contoso",
				       .before = INT64_MAX,
				       .before_id = id_last(ID_MS_MAX),
				       .limit = 10000 };
	struct customer_page_row *c;
	struct lead_page_row *l;
	size_t n = stand_leads(s, "contoso", &l);

	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "lead %s of %s dnc=%lld\n", text(s, l[i].lead_id),
			   text(s, l[i].customer_id), (long long)l[i].dnc);
	OK(customer_page(s->db, &in, s->a, &c, &n, &e));
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "customer %s %s %s %s leads=%lld %lld %lld\n",
			   text(s, c[i].customer_id), c[i].email_key, c[i].email, c[i].first_name,
			   (long long)c[i].leads, (long long)c[i].created_at,
			   (long long)c[i].last_at);
	dump_pairs(s, &b);
	return str_dup(s->a, buf_view(&b));
}

/* ---- what is done, each in a transaction of its own ---- */

static bool merge(struct stand *s, struct id x, struct id y, bool overrule,
		  struct customer_change *ret, struct err *e)
{
	struct id both[2] = { x, y };
	AUTO_TX tx = { 0 };

	return sql_begin(s->db, &tx, e) &&
	       customer_merge(s->db, s->a, &who, both, 2, ID_NULL, overrule, ret, e) &&
	       sql_commit(&tx, e);
}

static bool split(struct stand *s, struct id customer, const struct id *leads, size_t n,
		  struct customer_change *ret, struct err *e)
{
	AUTO_TX tx = { 0 };

	return sql_begin(s->db, &tx, e) &&
	       customer_split(s->db, s->a, &who, customer, leads, n, ret, e) && sql_commit(&tx, e);
}

static bool verdict(struct stand *s, struct id pair, bool same, struct customer_change *ret,
		    struct err *e)
{
	AUTO_TX tx = { 0 };

	return sql_begin(s->db, &tx, e) &&
	       customer_verdict(s->db, s->a, &who, pair, same, ret, e) && sql_commit(&tx, e);
}

static bool undo(struct stand *s, struct id regroup, struct customer_change *ret, struct err *e)
{
	AUTO_TX tx = { 0 };

	return sql_begin(s->db, &tx, e) && customer_undo(s->db, s->a, &who, regroup, ret, e) &&
	       sql_commit(&tx, e);
}

/* A question between two leads, unless there is one. */
static struct id ask(struct stand *s, struct id x, struct id y)
{
	bool in_order = memcmp(x.b, y.b, sizeof(x.b)) < 0;
	struct pair_put_in put = { .publisher = "contoso",
				   .pair = id_new(s->now),
				   .lead_a = in_order ? x : y,
				   .lead_b = in_order ? y : x,
				   .state = "review",
				   .bits = 1000,
				   .made_at = s->now,
				   .decided_at = SQL_NULL_INT };
	struct pair_by_leads_row row;

	if (pair_by_leads(s->db, &(struct pair_by_leads_in){ "contoso", put.lead_a, put.lead_b },
			  s->a, &row, &(struct err){ 0 }) > 0)
		return row.pair_id;
	OK(pair_put(s->db, &put, NULL, &e));
	return put.pair;
}

static const char *state_of(struct stand *s, struct id pair)
{
	struct pair_get_row row;

	OK(pair_get(s->db, &(struct pair_get_in){ "contoso", pair }, s->a, &row, &e) > 0);
	return row.state;
}

static struct customer_page_row row_of(struct stand *s, struct id customer)
{
	struct customer_page_row c;

	OK(customer_get(s->db, &(struct customer_get_in){ "contoso", customer }, s->a, &c, &e) > 0);
	return c;
}

/* ---- named cases ---- */

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
	assert_string_equal(row_of(s, done.customer).first_name, "Ana");
	OK(undo(s, done.regroup, &back, &e));
	assert_string_equal(row_of(s, c).first_name, "Anna");
	OK(customer_set(s->db, s->a, &who, c, CONTACT_FIRST_NAME, NULL, &e));
	assert_string_equal(row_of(s, c).first_name, "Ana");
}

/* ---- random histories ---- */

static uint64_t dice;

static size_t roll(size_t n)
{
	dice = dice * 6364136223846793005u + 1442695040888963407u;
	return (size_t)((dice >> 33) % n);
}

/* What must hold whatever was done. */
static void check(struct stand *s)
{
	struct lead_page_row *l;
	size_t n = stand_leads(s, "contoso", &l);
	struct pair_get_row *pairs;
	size_t m;

	for (size_t i = 0; i < n; i++) {
		struct customer_page_row c = row_of(s, l[i].customer_id);
		int64_t leads = 0;

		for (size_t k = 0; k < n; k++)
			leads += id_eq(l[k].customer_id, l[i].customer_id);
		assert_int_equal(c.leads, leads);
		OK(pair_of_customer(s->db,
				    &(struct pair_of_customer_in){ "contoso", c.customer_id }, s->a,
				    &pairs, &m, &e));
		for (size_t k = 0; k < m; k++)
			if (id_eq(pairs[k].customer_a, pairs[k].customer_b)) {
				assert_string_not_equal(pairs[k].state, "different");
				assert_string_not_equal(pairs[k].state, "review");
			}
	}
}

static bool split_some(struct stand *s, const struct lead_page_row *l, size_t n, struct id customer,
		       struct customer_change *ret, struct err *e)
{
	struct id chosen[64];
	size_t m = 0;

	for (size_t i = 0; i < n && m < 64; i++)
		if (id_eq(l[i].customer_id, customer) && roll(2))
			chosen[m++] = l[i].lead_id;
	return split(s, customer, chosen, m, ret, e);
}

/* One thing at random; false: it was refused, and left no trace. */
static bool do_something(struct stand *s, struct customer_change *ret)
{
	struct err e = { 0 };
	struct lead_page_row *l;
	size_t n = stand_leads(s, "contoso", &l), x = roll(n), y = roll(n);

	switch (roll(4)) {
	case 0: return split_some(s, l, n, l[x].customer_id, ret, &e);
	case 1:
		if (id_eq(l[x].customer_id, l[y].customer_id))
			return false;
		return verdict(s, ask(s, l[x].lead_id, l[y].lead_id), roll(2), ret, &e);
	default: return merge(s, l[x].customer_id, l[y].customer_id, roll(2), ret, &e);
	}
}

#define HISTORIES 6
#define STEPS     14

static void any_history_is_taken_back_in_turn(void **state)
{
	struct stand *s = *state;
	struct customer_change done[STEPS], back;
	const char *before[STEPS];
	struct lead_page_row *l;
	size_t all = people(s, 9, &l);

	/* Questions first: they are no part of what is taken back. */
	for (size_t i = 0; i < all; i++)
		for (size_t k = 0; k < i; k++)
			if (!id_eq(l[i].customer_id, l[k].customer_id))
				ask(s, l[i].lead_id, l[k].lead_id);
	for (uint64_t h = 0; h < HISTORIES; h++) {
		size_t n = 0;

		dice = h + 1;
		for (int i = 0; i < STEPS; i++) {
			before[n] = dump(s);
			if (do_something(s, &done[n]))
				n++;
			else
				assert_string_equal(dump(s), before[n]);
			check(s);
		}
		assert_true(n > STEPS / 3);
		while (n--) {
			OK(undo(s, done[n].regroup, &back, &e));
			assert_string_equal(dump(s), before[n]);
			check(s);
		}
	}
}

/* Out of turn it is refused, or brings back every lead that it moved. */
static void any_change_is_taken_back_or_refused(void **state)
{
	struct stand *s = *state;
	struct customer_change done[STEPS * 4], back;
	struct lead_page_row *l;
	size_t n = 0, taken = 0, refused = 0;

	people(s, 9, &l);
	dice = 7;
	for (int i = 0; i < STEPS * 4; i++) {
		struct err e = { 0 };
		size_t pick = n ? roll(n) : 0;

		if (!n || roll(3)) {
			n += do_something(s, &done[n]);
		} else if (undo(s, done[pick].regroup, &back, &e)) {
			for (size_t k = 0; k < done[pick].move_count; k++)
				assert_true(id_eq(customer_of(s, done[pick].moves[k].lead),
						  done[pick].moves[k].from));
			taken++;
		} else {
			assert_int_equal(e.kind, ERR_CONFLICT);
			refused++;
		}
		check(s);
	}
	assert_true(taken > 0 && refused > 0);
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
		BOTH(any_history_is_taken_back_in_turn),
		BOTH(any_change_is_taken_back_or_refused),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
