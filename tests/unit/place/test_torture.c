/* Every call of the store fails once, one after the other: nothing is torn, and the next try makes
 * all of it. */
#include "../stand.h"
#include "base/hash.h"

static void messages(struct stand *s)
{
	stand_offer(s, "contoso", "widget");
	stand_destination(s, "contoso", "", "");
	for (int i = 0; i < 6; i++)
		stand_take(s, "contoso.widget", i % 2 ? "PLT" : "DNC",
			   arena_printf(s->a, "p%d@fabrikam.example", i / 2), i < 3 ? "x" : "y");
	stand_post(s, "contoso.widget", "{\"no\":\"lead\"}");
}

static void placing(struct stand *s, size_t *ret_n, bool *ret_ok)
{
	struct err e;

	*ret_ok = place_batch(s->placer, s->now, ret_n, &e);
}

static void placing_survives_every_failing_call(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;
	int failed = 0;
	size_t n;
	bool ok;

	messages(s);
	for (int nth = 1;; nth++) {
		const char *before = stand_dump(s, "contoso");

		assert_true(nth < 100);
		sql_fault_nth(nth);
		placing(s, &n, &ok);
		ok = ok && sql_fault_calls() < nth;
		sql_fault_nth(0);
		if (ok)
			break;
		failed++;
		assert_string_equal(stand_dump(s, "contoso"), before);
	}
	assert_true(failed > 10);
	assert_int_equal(n, 7);
	assert_int_equal(stand_place(s), 0);
	assert_int_equal(stand_leads(s, "contoso", &l), 6);
	assert_int_equal(stand_count(s, "contoso", "leads"), 6);
	assert_int_equal(stand_count(s, "contoso", "receipts.unreadable"), 1);
}

static void placing_a_refused_receipt_survives_them_too(void **state)
{
	struct stand *s = *state;
	struct touch_put_in in_the_way = { "contoso", { { 0 } }, 0, { { 9 } }, 1, 0, "{}", "[]" };
	struct lead_page_row *l;
	size_t n = 0;
	bool ok = false;

	stand_offer(s, "contoso", "widget");
	for (int i = 0; i < 3; i++)
		in_the_way.receipt = stand_take(s, "contoso.widget", "PLT",
						arena_printf(s->a, "p%d@x.example", i), "x");
	OK(touch_put(s->db, &in_the_way, NULL, &e));
	for (int nth = 1; nth < 200 && !(ok && n == 0); nth++) {
		sql_fault_nth(nth);
		placing(s, &n, &ok);
		sql_fault_nth(0);
	}
	assert_true(ok);
	assert_int_equal(stand_leads(s, "contoso", &l), 2);
	assert_int_equal(stand_count(s, "contoso", "leads"), 2);
	assert_int_equal(stand_count(s, "contoso", "receipts.set-aside"), 1);
}

/* Intake: each message of the batch is refused, nothing of it is there; sent again, all of it. */
static void intake_answers_503_and_keeps_nothing(void **state)
{
	struct stand *s = *state;
	int failed = 0;

	stand_offer(s, "contoso", "widget");
	for (int nth = 1;; nth++) {
		struct intake_item items[3];
		const char *before = stand_dump(s, "contoso");
		bool all = true;

		for (int i = 0; i < 3; i++)
			items[i] = stand_item(
				"contoso.widget",
				i == 2 ? items[0].body.p
				       : stand_lead(s, "PLT",
						    arena_printf(s->a, "p%d@x.example", i),
						    arena_printf(s->a, "%d", nth)));
		assert_true(nth < 50);
		sql_fault_nth(nth);
		intake_take(s->loop, items, 3, s->now++);
		for (int i = 0; i < 3; i++)
			all &= items[i].status == 200;
		sql_fault_nth(0);
		if (all)
			break;
		failed++;
		for (int i = 0; i < 3; i++) {
			assert_int_equal(items[i].status, 503);
			assert_true(items[i].retry_after_s > 0);
			assert_false(items[i].stored);
		}
		assert_string_equal(stand_dump(s, "contoso"), before);
		/* The very same bytes once more are no repeat of what was never kept. */
		for (int i = 0; i < 3; i++) {
			items[i].status = 0;
			items[i].why = (struct err){ 0 };
		}
		intake_take(s->loop, items, 3, s->now++);
		for (int i = 0; i < 3; i++) {
			assert_int_equal(items[i].status, 200);
			assert_int_equal(items[i].repeated, i == 2);
		}
	}
	assert_true(failed >= 3);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		BOTH(placing_survives_every_failing_call),
		BOTH(placing_a_refused_receipt_survives_them_too),
		BOTH(intake_answers_503_and_keeps_nothing),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
