/* What people and the clock do with leads, on both engines. */
#include "../stand.h"
#include "base/hash.h"
#include "desk/desk.h"

#define KEY "contoso.widget"
#define DAY (24LL * 3600 * 1000)

static struct id mine = { { 7 } };

static struct desk_who who(struct stand *s)
{
	return (struct desk_who){ "contoso", "kim@contoso.com", mine, mine, s->now };
}

/* An account that may own, and a lead that has just come. */
static struct lead_page_row begin(struct stand *s, const char *action)
{
	struct account_add_in me = { mine,   "contoso", "kim@contoso.com", "Kim", "seller", NULL,
				     s->now, "all" };
	struct lead_page_row *leads;

	OK(account_add(s->db, &me, NULL, &e));
	stand_offer(s, "contoso", "widget");
	stand_take(s, KEY, action, "kim@fabrikam.com", "one");
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &leads), 1);
	return leads[0];
}

static struct lead_page_row lead_now(struct stand *s, struct id lead)
{
	struct lead_page_row l;

	OK(lead_get(s->db, &(struct lead_get_in){ "contoso", lead }, s->a, &l, &e) > 0);
	return l;
}

/* One action in a transaction of its own; false: e says why, and nothing is written. */
#define DO(s, ok, call)                                                                            \
	do {                                                                                       \
		AUTO_TX tx = { 0 };                                                                \
		struct desk_who w = who(s);                                                        \
		OK(sql_begin((s)->db, &tx, &e));                                                   \
		(ok) = (call);                                                                     \
		if (ok)                                                                            \
			OK(sql_commit(&tx, &e));                                                   \
	} while (0)

static bool act(struct stand *s, struct id lead, const char *expect, enum desk_event ev,
		const char *reason, struct err *why)
{
	struct desk_answer x = { .reason = reason, .few_attempts = "a test" };
	struct desk_at at = { lead, expect };
	bool ok;

	DO(s, ok, desk_act(s->db, s->a, &w, &at, ev, &x, why));
	return ok;
}

static bool undo(struct stand *s, struct id lead, struct err *why)
{
	struct desk_at at = { lead, NULL };
	bool ok;

	DO(s, ok, desk_undo(s->db, s->a, &w, &at, NULL, why));
	return ok;
}

static bool call(struct stand *s, struct id lead, const char *outcome, struct err *why)
{
	const struct desk_talk x = { .outcome = outcome, .at = SQL_NULL_INT };
	struct id entry;
	bool ok;

	DO(s, ok, desk_call(s->db, s->a, &w, lead, &x, &entry, why));
	return ok;
}

static size_t entries(struct stand *s, struct id lead)
{
	struct timeline_of_row *rows;
	size_t n;

	OK(timeline_of(s->db, &(struct timeline_of_in){ "contoso", lead, 100 }, s->a, &rows, &n,
		       &e));
	return n;
}

static bool expire(struct stand *s)
{
	bool more;

	OK(desk_expire(s->db, s->a, "contoso", s->now, &more, &e));
	return more;
}

static void the_way_of_a_lead_and_back(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s, "PLT"), at;
	struct err why = { 0 };
	struct engagement_get_row seen;
	struct desk_view v;

	assert_true(act(s, l.lead_id, "0-Received", DESK_ACCEPT, NULL, &why));
	at = lead_now(s, l.lead_id);
	assert_string_equal(at.status, "Active");
	assert_true(id_eq(at.owner_id, mine));        /* who accepts owns */
	assert_true(at.responded_at == SQL_NULL_INT); /* a status is no answer */
	assert_true(at.due_sort == l.due_sort);
	assert_true(act(s, l.lead_id, "1-Accepted", DESK_LOSE, "price", &why));
	at = lead_now(s, l.lead_id);
	assert_string_equal(at.substatus, "Lost");
	assert_true(at.due_sort == LEAD_DUE_NONE);
	assert_true(undo(s, l.lead_id, &why));
	at = lead_now(s, l.lead_id);
	assert_string_equal(at.substatus, "Accepted");
	assert_true(at.due_sort == l.due_sort);
	assert_true(undo(s, l.lead_id, &why));
	OK(desk_seen(s->db, s->a, "contoso", l.lead_id, &seen, &e) &&
	   desk_see(s->db, s->a, &seen, &at, s->now, &v, &e));
	assert_string_equal(lead_now(s, l.lead_id).substatus, "Received");
	assert_true(v.g.accepted_at == SQL_NULL_INT && !v.g.reason && v.g.version == 4);
	assert_false(undo(s, l.lead_id, &why));
	assert_string_equal(why.code, "lead.undo");
	assert_true(id_is_null(lead_now(s, l.lead_id).owner_id)); /* nobody's again */
	assert_int_equal(entries(s, l.lead_id), 6); /* four of status, two of the owner */
}

static void who_saw_an_older_state_is_told(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s, "PLT");
	struct err why = { 0 };

	assert_true(act(s, l.lead_id, "0-Received", DESK_ACCEPT, NULL, &why));
	assert_false(act(s, l.lead_id, "0-Received", DESK_DECLINE, "duplicate", &why));
	assert_int_equal(why.kind, ERR_STALE);
	/* Without saying what was seen the table still holds. */
	assert_false(act(s, l.lead_id, NULL, DESK_DECLINE, "duplicate", &why));
	assert_int_equal(why.kind, ERR_CONFLICT);
	assert_string_equal(lead_now(s, l.lead_id).substatus, "Accepted");
}

/* The owner is given between the two reads of who looks: what is shown has a new owner and an old
 * etag. The other way round a change would be let through by who never saw the owner. */
static void an_etag_never_vouches_for_what_was_not_shown(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s, "PLT");
	struct desk_at at = { l.lead_id, NULL };
	struct engagement_get_row seen;
	struct err why = { 0 };
	struct desk_view v;
	const char *etag;
	bool ok;

	OK(desk_seen(s->db, s->a, "contoso", l.lead_id, &seen, &e));
	DO(s, ok, desk_own(s->db, s->a, &w, &at, mine, NULL, &why));
	assert_true(ok);
	l = lead_now(s, l.lead_id);
	OK(desk_see(s->db, s->a, &seen, &l, s->now, &v, &e));
	assert_true(id_eq(v.owner.account_id, mine));
	etag = desk_etag(s->a, v.g.version, l.substatus);
	assert_false(act(s, l.lead_id, etag, DESK_DECLINE, "duplicate", &why));
	assert_int_equal(why.kind, ERR_STALE);
}

static void only_an_answer_is_a_response_and_once(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s, "PLT");
	struct err why = { 0 };
	int64_t first;

	assert_true(call(s, l.lead_id, "no-answer", &why));
	assert_true(lead_now(s, l.lead_id).responded_at == SQL_NULL_INT);
	s->now += 1000;
	first = s->now;
	assert_true(call(s, l.lead_id, "voicemail", &why));
	s->now += 1000;
	assert_true(call(s, l.lead_id, "fit", &why));
	l = lead_now(s, l.lead_id);
	assert_true(l.responded_at == first);
	assert_true(l.due_sort == LEAD_DUE_NONE);
	assert_string_equal(l.substatus, "Received");
	assert_false(call(s, l.lead_id, "perhaps", &why));
	assert_string_equal(why.field, "outcome");
}

static void nobody_works_on_information_and_tests(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s, "DNC");
	struct err why = { 0 };
	struct desk_at at = { l.lead_id, NULL };
	bool ok;

	assert_string_equal(l.kind, "information");
	assert_false(act(s, l.lead_id, NULL, DESK_ACCEPT, NULL, &why));
	assert_string_equal(why.code, "lead.information");
	assert_false(call(s, l.lead_id, "fit", &why));
	DO(s, ok, desk_own(s->db, s->a, &w, &at, mine, NULL, &why));
	assert_false(ok);
	s->now += 30 * DAY;
	expire(s);
	assert_string_equal(lead_now(s, l.lead_id).status, "New");
}

static void only_those_who_may_own_do(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s, "PLT");
	struct id viewer = { { 8 } }, other = { { 9 } };
	struct account_add_in a = { viewer,   "contoso", "v@contoso.com", "",
				    "viewer", NULL,      s->now,          "all" };
	struct account_add_in b = { other,    "fabrikam", "s@fabrikam.com", "",
				    "seller", NULL,       s->now,           "all" };
	struct desk_at at = { l.lead_id, NULL };
	struct id all[] = { viewer, other, l.lead_id };
	struct err why = { 0 };
	bool ok;

	OK(account_add(s->db, &a, NULL, &e) && account_add(s->db, &b, NULL, &e));
	for (size_t i = 0; i < LL_COUNT(all); i++) {
		DO(s, ok, desk_own(s->db, s->a, &w, &at, all[i], NULL, &why));
		assert_false(ok);
		assert_string_equal(why.field, "owner");
	}
	DO(s, ok, desk_own(s->db, s->a, &w, &at, mine, "mine", &why));
	assert_true(ok && id_eq(lead_now(s, l.lead_id).owner_id, mine));
	DO(s, ok, desk_own(s->db, s->a, &w, &at, ID_NULL, NULL, &why));
	assert_true(ok && id_is_null(lead_now(s, l.lead_id).owner_id));
	assert_int_equal(entries(s, l.lead_id), 2);
}

static void what_nobody_answers_expires_and_is_not_lost(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s, "PLT");
	struct err why = { 0 };

	s->now = l.received_at + DESK_EXPIRY_MS;
	assert_false(expire(s));
	assert_string_equal(lead_now(s, l.lead_id).substatus, "Received");
	s->now++;
	assert_false(expire(s));
	assert_string_equal(lead_now(s, l.lead_id).substatus, "Expired");
	assert_string_equal(lead_now(s, l.lead_id).email, "kim@fabrikam.com");
	assert_true(lead_now(s, l.lead_id).due_sort == LEAD_DUE_NONE);
	assert_false(undo(s, l.lead_id, &why)); /* the clock's */
	assert_true(act(s, l.lead_id, "1-Expired", DESK_ACCEPT, NULL, &why));
	expire(s);
	assert_string_equal(lead_now(s, l.lead_id).substatus, "Accepted");
	assert_true(undo(s, l.lead_id, &why));
	assert_string_equal(lead_now(s, l.lead_id).substatus, "Expired");
}

static void withdraw(struct stand *s, struct id lead, struct id entry)
{
	struct timeline_get_row was;
	struct err why = { 0 };
	bool ok;

	OK(timeline_get(s->db, &(struct timeline_get_in){ "contoso", lead, entry }, s->a, &was,
			&e) > 0);
	DO(s, ok, desk_withdraw(s->db, s->a, &w, lead, entry, was.detail, "{}", &why));
	assert_true(ok);
}

/* From one close to the next. */
static void what_expired_and_was_declined_owes_when_it_is_accepted_after_all(void **state)
{
	const struct desk_talk no_fit = { .outcome = "no-fit", .at = SQL_NULL_INT };
	struct stand *s = *state;
	struct lead_page_row l = begin(s, "PLT");
	struct err why = { 0 };
	struct id entry;
	bool ok;

	s->now = l.received_at + DESK_EXPIRY_MS + 1;
	assert_false(expire(s));
	assert_true(act(s, l.lead_id, NULL, DESK_DECLINE, "not-a-fit", &why));
	DO(s, ok, desk_call(s->db, s->a, &w, l.lead_id, &no_fit, &entry, &why));
	assert_true(ok);
	assert_true(undo(s, l.lead_id, &why));
	assert_true(act(s, l.lead_id, NULL, DESK_ACCEPT, NULL, &why));
	assert_true(lead_now(s, l.lead_id).due_sort == LEAD_DUE_NONE);
	withdraw(s, l.lead_id, entry);
	assert_true(lead_now(s, l.lead_id).due_sort == l.due_sort);
}

/* Its clock ends there, and so does what was to be done for it. */
static void what_expires_takes_its_tasks_along(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s, "PLT"), at;
	struct desk_task x = {
		.kind = "call", .text = "Call", .due_at = s->now + DAY, .ends_at = SQL_NULL_INT
	};
	struct task_page_row row;
	struct id task;
	struct err why = { 0 };
	bool ok;

	DO(s, ok, desk_task_add(s->db, s->a, &w, l.lead_id, &x, &task, &why));
	assert_true(ok);
	assert_true(desk_owes(&l) && desk_clock_end(&l, s->now + 1) == s->now + 1);
	s->now += DESK_EXPIRY_MS + 1;
	expire(s);
	at = lead_now(s, l.lead_id);
	assert_string_equal(at.substatus, "Expired");
	assert_false(desk_owes(&at));
	assert_true(desk_clock_end(&at, s->now + DAY) == s->now);
	OK(task_get(s->db, &(struct task_get_in){ "contoso", task }, s->a, &row, &e) > 0);
	assert_string_equal(row.outcome, DESK_TASK_CLOSED);
	assert_int_equal(entries(s, l.lead_id), 3); /* set, expired, over with it */
	assert_true(act(s, l.lead_id, NULL, DESK_ACCEPT, NULL, &why));
	at = lead_now(s, l.lead_id);
	assert_true(desk_owes(&at)); /* accepted after all: it runs on */
}

static void what_was_answered_does_not_expire(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s, "PLT");
	struct err why = { 0 };

	assert_true(call(s, l.lead_id, "fit", &why));
	s->now += 30 * DAY;
	expire(s);
	assert_string_equal(lead_now(s, l.lead_id).substatus, "Received");
}

static void many_expire_by_and_by(void **state)
{
	struct stand *s = *state;
	size_t n, expired = 0;
	struct lead_page_row *leads;

	begin(s, "PLT");
	for (int i = 0; i < 149; i++)
		stand_take(s, KEY, "PLT", arena_printf(s->a, "p%d@example%d.com", i, i), "x");
	stand_place(s);
	s->now += 15 * DAY;
	assert_true(expire(s));
	assert_false(expire(s));
	n = stand_leads(s, "contoso", &leads);
	for (size_t i = 0; i < n; i++)
		expired += !strcmp(leads[i].substatus, "Expired");
	assert_int_equal(expired, n);
	assert_true(n > 100);
}

/* The second server's clock is behind, and so are its ids: what it did is still the last. */
static void the_last_transition_is_so_by_no_clock(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s, "PLT");
	struct err why = { 0 };

	assert_true(act(s, l.lead_id, NULL, DESK_ACCEPT, NULL, &why));
	assert_true(act(s, l.lead_id, NULL, DESK_LOSE, "price", &why));
	/* The lead's own id is an earlier one; in one process ids never go back. */
	test_db_do(s->t.url, "UPDATE lead_move SET move_id = lead_id WHERE event = 'lose'");
	assert_true(undo(s, l.lead_id, &why));
	assert_string_equal(lead_now(s, l.lead_id).substatus, "Accepted");
	assert_true(undo(s, l.lead_id, &why));
	assert_string_equal(lead_now(s, l.lead_id).substatus, "Received");
}

static void undo_has_an_end(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s, "PLT");
	struct err why = { 0 };

	assert_true(act(s, l.lead_id, NULL, DESK_DECLINE, "duplicate", &why));
	s->now += DESK_UNDO_MS + 1;
	assert_false(undo(s, l.lead_id, &why));
	assert_string_equal(why.code, "lead.undo");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		BOTH(the_way_of_a_lead_and_back),
		BOTH(who_saw_an_older_state_is_told),
		BOTH(an_etag_never_vouches_for_what_was_not_shown),
		BOTH(only_an_answer_is_a_response_and_once),
		BOTH(nobody_works_on_information_and_tests),
		BOTH(only_those_who_may_own_do),
		BOTH(what_nobody_answers_expires_and_is_not_lost),
		BOTH(what_expired_and_was_declined_owes_when_it_is_accepted_after_all),
		BOTH(what_expires_takes_its_tasks_along),
		BOTH(what_was_answered_does_not_expire),
		BOTH(many_expire_by_and_by),
		BOTH(the_last_transition_is_so_by_no_clock),
		BOTH(undo_has_an_end),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
