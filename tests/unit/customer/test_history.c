/*
 * Random histories of merge, split, verdict and undo on both engines: whatever was done, taking it
 * back in turn restores every lead, pair and golden value.
 */
#include "regroup.h"
#include "base/hash.h"

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
		int64_t leads = 0, reviews = 0;

		for (size_t k = 0; k < n; k++)
			leads += id_eq(l[k].customer_id, l[i].customer_id);
		assert_int_equal(c.leads, leads);
		OK(pair_of_customer(s->db,
				    &(struct pair_of_customer_in){ "contoso", c.customer_id }, s->a,
				    &pairs, &m, &e));
		for (size_t k = 0; k < m; k++) {
			reviews += !strcmp(pairs[k].state, "review");
			if (id_eq(pairs[k].customer_a, pairs[k].customer_b)) {
				assert_string_not_equal(pairs[k].state, "different");
				assert_string_not_equal(pairs[k].state, "review");
			}
		}
		assert_int_equal(c.reviews, reviews);
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
		BOTH(any_history_is_taken_back_in_turn),
		BOTH(any_change_is_taken_back_or_refused),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
