/* Every state with every event, against the rules as they are published, said once more and
 * plainly. */
#include "desk/desk.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <string.h>

/*
 * Partner Center: a lead that is received can be accepted, declined, or left until it expires; one
 * that is accepted can be won or lost; what is archived stays as it is. Ours: what only expired can
 * still be accepted or declined.
 */
static const char *published(const char *at, const char *event)
{
	bool received = !strcmp(at, "Received") || !strcmp(at, "Pending");
	bool expired = !strcmp(at, "Expired"), accepted = !strcmp(at, "Accepted");

	if (!strcmp(event, "accept"))
		return received || expired ? "Accepted" : NULL;
	if (!strcmp(event, "decline"))
		return received || expired ? "Declined" : NULL;
	if (!strcmp(event, "expire"))
		return received ? "Expired" : NULL;
	if (!strcmp(event, "win"))
		return accepted ? "Won" : NULL;
	if (!strcmp(event, "lose"))
		return accepted ? "Lost" : NULL;
	return NULL;
}

static void every_pair_is_as_published(void **state)
{
	(void)state;
	for (int s = LEAD_SUBSTATUS_NONE; s <= LEAD_EXPIRED; s++)
		for (int ev = DESK_EVENT_NONE; ev < DESK_EVENTS; ev++) {
			enum lead_substatus to = LEAD_SUBSTATUS_NONE;
			struct err e = { 0 };
			const char *want = published(lead_substatus_text(s), desk_event_text(ev));
			bool ok = desk_move(s, ev, &to, &e);

			assert_int_equal(ok, want != NULL);
			if (ok)
				assert_string_equal(lead_substatus_text(to), want);
			else
				assert_int_equal(e.kind, ERR_CONFLICT);
		}
}

/* The published table of statuses: New to Active or Closed, Active to Closed. */
static void statuses_go_one_way_but_for_what_expired(void **state)
{
	(void)state;
	for (const struct desk_move *m = desk_moves; m->event != DESK_EVENT_NONE; m++)
		assert_true(lead_status_with(m->to) > lead_status_with(m->from) ||
			    m->from == LEAD_EXPIRED);
}

static void a_substatus_belongs_to_one_status(void **state)
{
	static const struct {
		const char *substatus, *status;
	} all[] = { { "Pending", "New" },    { "Received", "New" },  { "Accepted", "Active" },
		    { "Won", "Closed" },     { "Lost", "Closed" },   { "Declined", "Closed" },
		    { "Expired", "Closed" }, { "something", "none" } };

	(void)state;
	for (size_t i = 0; i < LL_COUNT(all); i++) {
		enum lead_substatus s = lead_substatus_of(str_of(all[i].substatus));

		assert_string_equal(lead_status_text(lead_status_with(s)), all[i].status);
	}
}

static void declining_and_losing_have_reasons_and_nothing_else_has(void **state)
{
	size_t declined = 0, lost = 0;

	(void)state;
	for (const struct desk_reason *r = desk_reasons; r->event != DESK_EVENT_NONE; r++) {
		assert_true(r->event == DESK_DECLINE || r->event == DESK_LOSE);
		assert_int_equal(r->note, !strcmp(r->text, "other"));
		*(r->event == DESK_DECLINE ? &declined : &lost) += 1;
	}
	assert_true(declined > 1 && lost > 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_is_as_published),
		cmocka_unit_test(statuses_go_one_way_but_for_what_expired),
		cmocka_unit_test(a_substatus_belongs_to_one_status),
		cmocka_unit_test(declining_and_losing_have_reasons_and_nothing_else_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
