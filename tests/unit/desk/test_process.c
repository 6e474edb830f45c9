/* Where leads stand and what the board adds up, on both engines. */
#include "../stand.h"
#include "base/hash.h"
#include "desk/desk.h"

#define KEY "contoso.widget"
#define DAY (24LL * 3600 * 1000)

static struct lead_page_row begin(struct stand *s)
{
	struct lead_page_row *leads;

	stand_offer(s, "contoso", "widget");
	stand_take(s, KEY, "PLT", "kim@fabrikam.com", "one");
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

#define DO(s, ok, call)                                                                            \
	do {                                                                                       \
		AUTO_TX tx = { 0 };                                                                \
		struct desk_who w = { .publisher = "contoso",                                      \
				      .actor = "kim",                                              \
				      .now_ms = (s)->now };                                        \
		OK(sql_begin((s)->db, &tx, &e));                                                   \
		(ok) = (call);                                                                     \
		if (ok)                                                                            \
			OK(sql_commit(&tx, &e));                                                   \
	} while (0)

static void act(struct stand *s, struct id lead, enum desk_event ev)
{
	struct desk_answer x = { .reason = ev == DESK_LOSE ? "price" : NULL, .few_attempts = "x" };
	struct desk_at at = { lead, NULL };
	struct err why = { 0 };
	bool ok;

	DO(s, ok, desk_act(s->db, s->a, &w, &at, ev, &x, &why));
	if (!ok)
		fail_msg("%s", why.text);
}

static void step(struct stand *s, struct id lead, const char *stage)
{
	struct desk_step x = { .stage = stage, .override = true, .reason = "a test" };
	struct desk_at at = { lead, NULL };
	struct err why = { 0 };
	bool ok;

	DO(s, ok, desk_step(s->db, s->a, &w, &at, &x, &why));
	if (!ok)
		fail_msg("%s", why.text);
}

static void undo(struct stand *s, struct id lead)
{
	struct desk_at at = { lead, NULL };
	struct err why = { 0 };
	bool ok;

	DO(s, ok, desk_undo(s->db, s->a, &w, &at, NULL, &why));
	if (!ok)
		fail_msg("%s", why.text);
}

static void value(struct stand *s, struct id lead, const char *amount, const char *currency)
{
	struct desk_deal deal = { { [DEAL_VALUE] = amount, [DEAL_CURRENCY] = currency } };
	struct desk_at at = { lead, NULL };
	struct err why = { 0 };
	bool ok;

	DO(s, ok, desk_set(s->db, s->a, &w, &at, &deal, -1, &why));
	if (!ok)
		fail_msg("%s", why.text);
}

/* "stage currency n value" of all that is not empty. */
static const char *totals(struct stand *s)
{
	struct stage_totals_row *rows;
	const char *text = "";
	size_t n;

	OK(stage_totals(s->db, &(struct stage_totals_in){ "contoso", DESK_PROCESS }, s->a, &rows,
			&n, &e));
	for (size_t i = 0; i < n; i++)
		text = arena_printf(s->a, "%s%s%s %s %d %d", text, i ? ", " : "", rows[i].stage,
				    rows[i].currency, (int)rows[i].n, (int)rows[i].value);
	return text;
}

static void the_board_adds_up(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s);

	assert_string_equal(totals(s), "");
	act(s, l.lead_id, DESK_ACCEPT);
	assert_string_equal(totals(s), "contact  1 0");
	value(s, l.lead_id, "12.50", "EUR");
	assert_string_equal(totals(s), "contact EUR 1 1250");
	step(s, l.lead_id, "proposal");
	assert_string_equal(totals(s), "proposal EUR 1 1250");
	value(s, l.lead_id, "20", "EUR");
	assert_string_equal(totals(s), "proposal EUR 1 2000");
	value(s, l.lead_id, "20", "KRW");
	assert_string_equal(totals(s), "proposal KRW 1 20");
	act(s, l.lead_id, DESK_LOSE);
	assert_string_equal(totals(s), "");
	value(s, l.lead_id, "30", "KRW");
	assert_string_equal(totals(s), "");
	undo(s, l.lead_id);
	assert_string_equal(totals(s), "proposal KRW 1 30");
	undo(s, l.lead_id);
	assert_string_equal(totals(s), "contact KRW 1 30");
	undo(s, l.lead_id);
	assert_string_equal(totals(s), "");
}

static size_t stalled(struct stand *s)
{
	struct lead_progress_page_in in = { .publisher = "contoso",
					    .to = INT64_MAX,
					    .due_below = INT64_MAX,
					    .limit = 10,
					    .at = s->now };
	struct lead_page_row *rows;
	size_t n;

	OK(lead_progress_page(s->db, LEAD_PROGRESS_PAGE_VIEW_STALLED,
			      LEAD_PROGRESS_PAGE_ORDER_NEWEST, &in, s->a, &rows, &n, &e));
	return n;
}

static void a_stage_takes_too_long_by_its_target(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s), at;

	act(s, l.lead_id, DESK_ACCEPT);
	at = lead_now(s, l.lead_id);
	assert_string_equal(at.stage, "contact");
	assert_true(at.entered_at == s->now && at.late_at == s->now + DAY);
	assert_int_equal(stalled(s), 0);
	s->now += 3 * DAY;
	assert_int_equal(stalled(s), 1);
	step(s, l.lead_id, "qualify");
	assert_int_equal(stalled(s), 0);
	at = lead_now(s, l.lead_id);
	assert_true(at.entered_at == s->now && at.late_at == s->now + 7 * DAY);
	s->now += DAY;
	undo(s, l.lead_id); /* it has been there since it was accepted */
	at = lead_now(s, l.lead_id);
	assert_true(at.entered_at == s->now - 4 * DAY && at.late_at == s->now - 3 * DAY);
}

static void what_others_say_of_a_lead_is_settled(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s);
	bool more;

	test_db_do(s->t.url, "UPDATE lead SET status = 'Active', substatus = 'Accepted'");
	assert_null(lead_now(s, l.lead_id).stage);
	OK(desk_settle(s->db, s->a, "contoso", s->now, &more, &e));
	assert_false(more);
	assert_string_equal(lead_now(s, l.lead_id).stage, "contact");
	assert_string_equal(totals(s), "contact  1 0");
	test_db_do(s->t.url, "UPDATE lead SET status = 'Closed', substatus = 'Won'");
	assert_null(lead_now(s, l.lead_id).stage);
	OK(desk_settle(s->db, s->a, "contoso", s->now, &more, &e));
	assert_string_equal(totals(s), "");
	test_db_do(s->t.url, "UPDATE lead SET status = 'Active', substatus = 'Accepted'");
	OK(desk_settle(s->db, s->a, "contoso", s->now, &more, &e));
	test_db_do(s->t.url, "DELETE FROM lead");
	OK(desk_settle(s->db, s->a, "contoso", s->now, &more, &e));
	assert_string_equal(totals(s), "");
}

/* Nobody works on them, so that they stand nowhere; and the walk does not come back to them. */
static void what_nobody_works_on_stands_nowhere(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s);
	struct stage_missing_row *rows;
	bool more;
	size_t n;

	test_db_do(s->t.url, "UPDATE lead SET status = 'Active', substatus = 'Accepted', test = 1");
	OK(stage_missing(s->db, &(struct stage_missing_in){ "contoso", 10 }, s->a, &rows, &n, &e));
	assert_int_equal(n, 0);
	OK(desk_settle(s->db, s->a, "contoso", s->now, &more, &e));
	assert_null(lead_now(s, l.lead_id).stage);
}

/* A lead that came Active before it was settled stands in the first stage for who works on it. */
static void who_comes_before_the_walk_finds_it_in_the_first_stage(void **state)
{
	struct stand *s = *state;
	struct lead_page_row l = begin(s);

	test_db_do(s->t.url, "UPDATE lead SET status = 'Active', substatus = 'Accepted'");
	step(s, l.lead_id, "qualify");
	assert_string_equal(lead_now(s, l.lead_id).stage, "qualify");
	undo(s, l.lead_id);
	assert_string_equal(lead_now(s, l.lead_id).stage, "contact");
	assert_string_equal(totals(s), "contact  1 0");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		BOTH(the_board_adds_up),
		BOTH(a_stage_takes_too_long_by_its_target),
		BOTH(what_others_say_of_a_lead_is_settled),
		BOTH(what_nobody_works_on_stands_nowhere),
		BOTH(who_comes_before_the_walk_finds_it_in_the_first_stage),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
