/* Every state with every event: what is not in the table is refused. */
#include "outbox/outbox.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct outbox_move *row(enum delivery_state from, enum outbox_event ev, enum outcome o)
{
	for (const struct outbox_move *m = outbox_moves; m->from; m++)
		if (m->from == from && m->event == ev && m->outcome == o)
			return m;
	return NULL;
}

static void does_what_the_table_says_and_nothing_else(void **state)
{
	(void)state;
	for (int from = 0; from <= DELIVERY_CANCELLED; from++)
		for (int ev = 0; ev <= OUTBOX_EV_CANCEL; ev++)
			for (int o = 0; o <= OUTCOME_UNKNOWN; o++) {
				enum delivery_state to = DELIVERY_STATE_NONE;
				struct err e = { 0 };
				const struct outbox_move *m = row(from, ev, o);
				bool ok = outbox_move(from, ev, o, &to, &e);
				assert_int_equal(ok, m != NULL);
				assert_int_equal(to, m ? m->to : DELIVERY_STATE_NONE);
				if (!ok)
					assert_int_equal(e.kind, ERR_CONFLICT);
			}
}

static void every_outcome_of_a_leased_delivery_has_a_row(void **state)
{
	(void)state;
	for (int o = OUTCOME_DELIVERED; o <= OUTCOME_UNKNOWN; o++)
		assert_non_null(row(DELIVERY_LEASED, OUTBOX_EV_OUTCOME, o));
}

static void no_row_is_there_twice(void **state)
{
	(void)state;
	for (const struct outbox_move *m = outbox_moves; m->from; m++)
		assert_ptr_equal(row(m->from, m->event, m->outcome), m);
}

static void what_is_over_comes_back_only_by_replay(void **state)
{
	(void)state;
	for (const struct outbox_move *m = outbox_moves; m->from; m++)
		if (m->from == DELIVERY_DONE || m->from == DELIVERY_REJECTED ||
		    m->from == DELIVERY_EXPIRED || m->from == DELIVERY_CANCELLED)
			assert_int_equal(m->event, OUTBOX_EV_REPLAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(does_what_the_table_says_and_nothing_else),
		cmocka_unit_test(every_outcome_of_a_leased_delivery_has_a_row),
		cmocka_unit_test(no_row_is_there_twice),
		cmocka_unit_test(what_is_over_comes_back_only_by_replay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
