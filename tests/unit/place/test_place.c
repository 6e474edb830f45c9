/* From receipts to the workspace: what becomes one lead and what two, who is owed what, what is
 * counted. */
#include "../stand.h"
#include "base/clock.h"
#include "base/hash.h"
#include "model/model.h"

static void one_receipt_makes_every_row(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;
	struct delivery_page_row *d;
	struct id receipt;

	stand_offer(s, "contoso", "widget");
	stand_destination(s, "contoso", "", "");
	receipt = stand_take(s, "contoso.widget", "PLT", "ana@fabrikam.example", "hello");
	assert_string_equal(stand_receipt(s, "contoso", receipt).state, "waiting");
	assert_int_equal(stand_place(s), 1);
	assert_string_equal(stand_receipt(s, "contoso", receipt).state, "placed");
	assert_int_equal(stand_leads(s, "contoso", &l), 1);
	assert_string_equal(l->kind, "interest");
	assert_string_equal(l->offer_title, "The Widget");
	assert_string_equal(l->status, "New");
	assert_int_equal(l->due_at, s->now + 24 * 3600000);
	assert_int_equal(l->hot, 1);
	assert_int_equal(l->touches, 1);
	assert_int_equal(stand_deliveries(s, "contoso", &d), 1);
	assert_string_equal(d->state, "due");
	assert_true(id_eq(d->lead_id, l->lead_id));
	assert_int_equal(stand_count(s, "contoso", "leads"), 1);
	assert_int_equal(stand_count(s, "contoso", "leads.unread"), 1);
	assert_int_equal(stand_count(s, "contoso", "leads.kind.interest"), 1);
	assert_int_equal(stand_count(s, "contoso", "leads.offer.widget"), 1);
	assert_int_equal(stand_place(s), 0);
}

/* Two messages of one person so many ms apart: one lead, or two of one customer. */
static void the_window_divides_touch_from_lead(void **state)
{
	static const struct {
		const char *name, *action, *offer;
		int64_t apart;
		size_t leads;
		bool placed_between;
	} cases[] = {
		{ "at once", "PLT", "widget", 0, 1, false },
		{ "at once, placed between", "PLT", "widget", 0, 1, true },
		{ "just inside", "PLT", "widget", STAND_WINDOW - 1, 1, false },
		{ "just inside, placed between", "PLT", "widget", STAND_WINDOW - 1, 1, true },
		{ "at the edge", "PLT", "widget", STAND_WINDOW, 2, false },
		{ "at the edge, placed between", "PLT", "widget", STAND_WINDOW, 2, true },
		{ "another action", "INS", "widget", 5, 2, false },
		{ "another action, placed between", "INS", "widget", 5, 2, true },
		{ "do not contact", "DNC", "widget", 5, 2, true },
		{ "another offer", "PLT", "gadget", 5, 2, false },
		{ "another offer, placed between", "PLT", "gadget", 5, 2, true },
	};
	struct stand *s = *state;

	stand_offer(s, "contoso", "widget");
	stand_offer(s, "contoso", "gadget");
	for (size_t i = 0; i < LL_COUNT(cases); i++) {
		const char *who = arena_printf(s->a, "p%zu@fabrikam.example", i);
		struct lead_page_row *before, *l;
		size_t n = stand_leads(s, "contoso", &before), m;

		s->now += 86400000;
		stand_take(s, "contoso.widget", "PLT", who, "first");
		if (cases[i].placed_between)
			stand_place(s);
		s->now += cases[i].apart;
		stand_take(s, arena_printf(s->a, "contoso.%s", cases[i].offer), cases[i].action,
			   who, "second");
		stand_place(s);
		m = stand_leads(s, "contoso", &l) - n;
		if (m != cases[i].leads)
			fail_msg("%s: %zu leads", cases[i].name, m);
		if (m == 2 && !id_eq(l[n].customer_id, l[n + 1].customer_id))
			fail_msg("%s: two customers", cases[i].name);
		if (l[n].touches != (m == 1 ? 2 : 1))
			fail_msg("%s: %lld touches", cases[i].name, (long long)l[n].touches);
	}
}

/* Each touch moves the window on. */
static void a_lead_stays_one_while_touches_follow_each_other(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;

	stand_offer(s, "contoso", "widget");
	for (int i = 0; i < 12; i++) {
		stand_take(s, "contoso.widget", "PLT", "ana@fabrikam.example",
			   arena_printf(s->a, "%d", i));
		if (i % 3 == 0)
			stand_place(s);
		s->now += STAND_WINDOW - 1000;
	}
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 1);
	assert_int_equal(l->touches, 12);
}

static void a_person_without_address_is_never_taken_for_another(void **state)
{
	static const char body[] =
		"{\"LeadSource\":\"AppSource-PLT|contoso.widget\",\"Description\":\"%d\","
		"\"UserDetails\":{\"FirstName\":\"Ana\",\"LastName\":\"Kim\"}}";
	struct stand *s = *state;
	struct lead_page_row *l;
	char text[300];

	stand_offer(s, "contoso", "widget");
	for (int i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), body, i);
		assert_int_equal(stand_post(s, "contoso.widget", text).status, 200);
	}
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 2);
	assert_false(id_eq(l[0].customer_id, l[1].customer_id));
}

static void publishers_do_not_share_customers(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *a, *b;

	stand_offer(s, "contoso", "widget");
	stand_offer(s, "other", "widget");
	stand_take(s, "contoso.widget", "PLT", "ana@fabrikam.example", "x");
	stand_take(s, "other.widget", "PLT", "ana@fabrikam.example", "x");
	assert_int_equal(stand_place(s), 2);
	assert_int_equal(stand_leads(s, "contoso", &a), 1);
	assert_int_equal(stand_leads(s, "other", &b), 1);
	assert_false(id_eq(a->customer_id, b->customer_id));
	assert_int_equal(stand_count(s, "contoso", "leads"), 1);
}

static void do_not_contact_after_contact_me_leaves_the_first_lead_alone(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;

	stand_offer(s, "contoso", "widget");
	stand_take(s, "contoso.widget", "PLT", "ana@fabrikam.example", "x");
	s->now += 1000;
	stand_take(s, "contoso.widget", "DNC", "ana@fabrikam.example", "x");
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 2);
	assert_int_equal(l[0].dnc, 0);
	assert_int_equal(l[0].due_at, STAND_NOW + 24 * 3600000);
	assert_int_equal(l[1].dnc, 1);
	assert_string_equal(l[1].kind, "information");
	assert_int_equal(l[1].due_at, SQL_NULL_INT);
	assert_int_equal(l[1].due_sort, LEAD_DUE_NONE);
}

static void a_test_lead_has_no_clock_and_no_number(void **state)
{
	static const char body[] =
		"{\"LeadSource\":\"MSFT_TEST_636573304831318844-MSFT_TEST_636573304831318844|The "
		"Widget\","
		"\"UserDetails\":{\"FirstName\":\"MSFT_TEST_636573304831318844\",\"Country\":"
		"\"US\","
		"\"Email\":\"MSFT_TEST_636573304831318844@test.com\",\"Phone\":\"1234567890\"}}";
	struct stand *s = *state;
	struct lead_page_row *l;

	stand_offer(s, "contoso", "widget");
	assert_int_equal(stand_post(s, "contoso.widget", body).status, 200);
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 1);
	assert_int_equal(l->test, 1);
	assert_int_equal(l->due_at, SQL_NULL_INT);
	assert_int_equal(stand_count(s, "contoso", "leads"), 0);
	assert_int_equal(stand_count(s, "contoso", "leads.unread"), 0);
	assert_int_equal(stand_count(s, "contoso", "leads.test"), 1);
}

static const char *states_of(struct stand *s, struct id destination)
{
	struct delivery_page_row *d;
	size_t n = stand_deliveries(s, "contoso", &d);
	const char *all = "";

	while (n-- > 0)
		if (id_eq(d[n].destination_id, destination))
			all = arena_printf(s->a, "%s%s%s%s ", all, d[n].state, d[n].code ? ":" : "",
					   d[n].code ? d[n].code : "");
	return all;
}

static void destinations_get_what_their_rules_say(void **state)
{
	struct stand *s = *state;
	struct id usual, own, dropping, parked;

	stand_offer(s, "contoso", "widget");
	stand_offer(s, "contoso", "gadget");
	stand_offer(s, "other", "widget");
	usual = stand_destination(s, "contoso", "", "");
	own = stand_destination(s, "contoso", "gadget", "");
	dropping = stand_destination(s, "contoso", "",
				     "\"doNotContact\":\"drop\",\"testLeads\":\"drop\"");
	parked = stand_destination(s, "contoso", "", "");
	OK(routing_state(s->db, "contoso", parked, "parked", "config", s->now, &e));
	OK(routing_load(s->routing, s->db, &e));
	stand_take(s, "contoso.widget", "PLT", "a@fabrikam.example", "x");
	s->now++;
	stand_take(s, "contoso.widget", "DNC", "b@fabrikam.example", "x");
	stand_take(s, "contoso.gadget", "PLT", "c@fabrikam.example", "x");
	stand_take(s, "contoso.widget", "PLT", "a@fabrikam.example",
		   "again"); /* a touch owes nothing */
	stand_take(s, "other.widget", "PLT", "a@fabrikam.example", "x");
	assert_int_equal(stand_place(s), 5);
	assert_string_equal(states_of(s, usual), "due due ");
	assert_string_equal(states_of(s, own), "due ");
	assert_string_equal(states_of(s, dropping), "due cancelled:dropped-do-not-contact ");
	assert_string_equal(states_of(s, parked), "due due "); /* and wait */
	OK(routing_state(s->db, "contoso", parked, "active", NULL, s->now, &e));
	assert_string_equal(states_of(s, parked), "due due ");
}

static void what_cannot_be_read_is_kept_and_listed(void **state)
{
	struct stand *s = *state;
	struct intake_item it;
	struct receipt_get_row r;
	struct lead_page_row *l;

	stand_offer(s, "contoso", "widget");
	it = stand_post(s, "contoso.widget", "{\"hello\":\"world\"}");
	assert_int_equal(it.status, 400);
	assert_true(it.stored);
	assert_int_equal(stand_place(s), 1);
	r = stand_receipt(s, "contoso", it.receipt);
	assert_string_equal(r.state, "unreadable");
	assert_string_equal(r.problem_code, "body.no-lead");
	assert_int_equal(stand_leads(s, "contoso", &l), 0);
	assert_int_equal(stand_count(s, "contoso", "receipts.unreadable"), 1);
}

static void what_crashed_a_reader_is_set_aside_unread(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;
	struct receipt_crashed_in in = { "contoso", { { 0 } } };

	stand_offer(s, "contoso", "widget");
	in.receipt = stand_take(s, "contoso.widget", "PLT", "a@fabrikam.example", "x");
	stand_take(s, "contoso.widget", "PLT", "b@fabrikam.example", "x");
	OK(receipt_crashed(s->db, &in, NULL, &e));
	assert_int_equal(stand_place(s), 2);
	assert_string_equal(stand_receipt(s, "contoso", in.receipt).state, "set-aside");
	assert_int_equal(stand_leads(s, "contoso", &l), 1);
	assert_int_equal(stand_count(s, "contoso", "receipts.set-aside"), 1);
}

/* An old message read again belongs to its own time: not to a lead of days later, nor over newer
 * names. */
static void an_old_receipt_read_late_changes_nothing_newer(void **state)
{
	static const char old_body[] =
		"{\"LeadSource\":\"AppSource-PLT|contoso.widget\",\"UserDetails\":"
		"{\"FirstName\":\"Old\",\"Title\":\"CTO\",\"Email\":\"ana@fabrikam.example\"}}";
	struct stand *s = *state;
	struct receipt_crashed_in in = { "contoso", { { 0 } } };
	struct receipt_reread_in again;
	struct receipt_reread_row row;
	struct customer_page_row c;
	struct lead_page_row *l;

	stand_offer(s, "contoso", "widget");
	in.receipt = stand_post(s, "contoso.widget", old_body).receipt;
	OK(receipt_crashed(s->db, &in, NULL, &e));
	stand_place(s);
	s->now += 5 * 86400000;
	stand_take(s, "contoso.widget", "PLT", "ana@fabrikam.example", "new");
	stand_place(s);
	again = (struct receipt_reread_in){ "contoso", in.receipt };
	OK(receipt_reread(s->db, &again, s->a, &row, &e) > 0);
	s->now += 1000;
	stand_take(s, "contoso.widget", "PLT", "ana@fabrikam.example", "a touch of the new one");
	assert_int_equal(stand_place(s), 2);
	assert_int_equal(stand_leads(s, "contoso", &l), 2);
	assert_int_equal(l[0].received_at, STAND_NOW);
	assert_int_equal(l[0].touches, 1);
	assert_int_equal(l[1].touches, 2);
	OK(customer_get(s->db, &(struct customer_get_in){ "contoso", l->customer_id }, s->a, &c,
			&e) > 0);
	assert_string_equal(c.first_name, "Ana");
	assert_string_equal(c.title, "CTO");
	assert_int_equal(c.leads, 2);
	assert_int_equal(c.last_at, s->now);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		BOTH(one_receipt_makes_every_row),
		BOTH(the_window_divides_touch_from_lead),
		BOTH(a_lead_stays_one_while_touches_follow_each_other),
		BOTH(a_person_without_address_is_never_taken_for_another),
		BOTH(publishers_do_not_share_customers),
		BOTH(do_not_contact_after_contact_me_leaves_the_first_lead_alone),
		BOTH(a_test_lead_has_no_clock_and_no_number),
		BOTH(destinations_get_what_their_rules_say),
		BOTH(what_cannot_be_read_is_kept_and_listed),
		BOTH(what_crashed_a_reader_is_set_aside_unread),
		BOTH(an_old_receipt_read_late_changes_nothing_newer),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
