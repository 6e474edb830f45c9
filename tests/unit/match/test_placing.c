/* Whose customer an arriving lead is, as placing writes it down; the traps of the requirements on
 * identity, each by its name. */
#include "../stand.h"
#include "base/hash.h"
#include "customer/customer.h"
#include "identity/identity.h"

#define KEY "contoso.widget"

/* One line: "first|last|email|phone|country|company". */
static struct id send_to(struct stand *s, const char *key, const char *action, const char *line)
{
	static const char *const names[] = { "FirstName", "LastName", "Email",
					     "Phone",     "Country",  "Company" };
	static int nth;
	struct str rest = str_of(line), piece;
	const char *fields = "";
	struct intake_item it;

	for (size_t i = 0; i < LL_COUNT(names) && str_split(&rest, '|', &piece); i++)
		fields = arena_printf(s->a, "%s%s\"%s\":\"" STR_FMT "\"", fields, i ? "," : "",
				      names[i], STR_ARG(piece));
	it = stand_post(s, key,
			arena_printf(s->a,
				     "{\"LeadSource\":\"AppSource-%s|%s\",\"Description\":\"%d\","
				     "\"UserDetails\":{%s}}",
				     action, key, nth++, fields));
	assert_int_equal(it.status, 200);
	return it.receipt;
}

static void send_line(struct stand *s, const char *line)
{
	send_to(s, KEY, "PLT", line);
	s->now += STAND_WINDOW + 1; /* later is another lead */
}

static int up(void **state)
{
	stand_setup(state);
	stand_offer(*state, "contoso", "widget");
	stand_offer(*state, "contoso", "gadget");
	return 0;
}

static size_t customers(struct stand *s)
{
	struct customer_page_in in = { .publisher = "contoso",
				       .before = INT64_MAX,
				       .limit = 10000 };
	struct customer_page_row *rows;
	size_t n;

	OK(customer_page(s->db, &in, s->a, &rows, &n, &e));
	return n;
}

#define ANNA   "Anna|Meyer|anna.meyer@acme.de|+4930901820|DE|Acme GmbH"
#define ANNA_2 "Anna|Meyer|Anna.Meyer+x@ACME.de|030 901820|Germany|ACME"
#define BERTA  "Berta|Schulz|berta.schulz@acme.de|+4930901821|DE|Acme GmbH"

static void same_person_different_offer_is_one_customer_with_two_leads(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;
	struct lead_edge_row edge;

	send_to(s, "contoso.widget", "PLT", ANNA);
	stand_place(s);
	send_to(s, "contoso.gadget", "PLT", ANNA_2);
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 2);
	assert_true(id_eq(l[0].customer_id, l[1].customer_id));
	assert_int_equal(customers(s), 1);
	for (int i = 0; i < 2; i++) {
		struct lead_edge_in in = { "contoso", l[i].lead_id };

		OK(lead_edge(s->db, &in, s->a, &edge, &e) > 0);
		if (id_is_null(edge.matched_lead)) {
			assert_true(edge.matched_bits == SQL_NULL_INT);
			continue;
		}
		assert_true(id_eq(edge.matched_lead, l[!i].lead_id));
		assert_true(edge.matched_bits > 3000);
		assert_int_equal(edge.matched_model, 0);
		assert_true(llabs(edge.matched_bits -
				  (int64_t)(identity_weight(&identity_model_shipped,
							    (uint64_t)edge.matched_pattern) *
					    1000)) <= 1);
	}
}

static void same_person_same_offer_same_action_within_minutes_is_a_touch(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;

	for (int placed = 0; placed < 2; placed++) {
		s->now += 86400000;
		send_to(s, KEY, placed ? "INS" : "PLT", ANNA);
		if (placed)
			stand_place(s);
		send_to(s, KEY, placed ? "INS" : "PLT", ANNA_2);
		stand_place(s);
	}
	assert_int_equal(stand_leads(s, "contoso", &l), 2);
	assert_int_equal(l[0].touches, 2);
	assert_int_equal(l[1].touches, 2);
	assert_int_equal(customers(s), 1);
}

static void dnc_after_plt_leaves_the_earlier_lead_contactable(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;

	send_line(s, ANNA);
	send_to(s, KEY, "DNC", ANNA_2);
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 2);
	assert_true(id_eq(l[0].customer_id, l[1].customer_id));
	assert_int_equal(l[0].dnc, 0);
	assert_true(l[0].due_at != SQL_NULL_INT);
	assert_int_equal(l[1].dnc, 1);
}

static void colleagues_are_not_joined(void **state)
{
	struct stand *s = *state;

	send_line(s, ANNA);
	send_line(s, BERTA);
	send_line(s, "Carla|Vogt|carla.vogt@acme.de|+4930901820|DE|Acme GmbH"); /* her number */
	stand_place(s);
	assert_int_equal(customers(s), 3);
}

static void the_documented_sample_is_never_a_key(void **state)
{
	static const char *const lines[] = {
		"||a@test.com|1234567890|US|n/a",
		"||b@test.com|1234567890|US|n/a",
		"Kim|Adler||1234567890||n/a",
		"Otto|Braun||1234567890||n/a",
		"||||US|n/a",
		"||||US|n/a",
		"Uwe|Zorn||+0|US|",
		"Max|Dorn||+0|US|",
	};
	struct stand *s = *state;

	for (size_t i = 0; i < LL_COUNT(lines); i++)
		send_line(s, lines[i]);
	stand_place(s);
	assert_int_equal(customers(s), LL_COUNT(lines));
}

static void free_mail_and_role_addresses_do_not_glue(void **state)
{
	struct stand *s = *state;

	send_line(s, "Jonas|Weber|jonas.weber@gmail.com||DE|Acme");
	send_line(s, "Petra|Lang|petra.lang@gmail.com||DE|Nordlys");
	send_line(s, "Anna|Meyer|info@acme.de|+4930901820|DE|Acme");
	send_line(s, "Otto|Braun|info@acme.de|+4930901820|DE|Acme");
	stand_place(s);
	assert_int_equal(customers(s), 4);
}

static void plus_tags_and_dots_are_spellings(void **state)
{
	struct stand *s = *state;

	send_line(s, "Jonas|Weber|jonas.weber@gmail.com||DE|");
	send_line(s, "Jonas|Weber|jonasweber+offers@googlemail.com||DE|");
	send_line(s, "J.|Weber|JonasWeber@gmail.com||Germany|");
	stand_place(s);
	assert_int_equal(customers(s), 1);
}

static void names_in_other_scripts_and_orders_meet(void **state)
{
	struct stand *s = *state;

	send_line(s, "지현|김|jihyun.kim@samsung.com|+82223456789|KR|삼성전자(주)");
	send_line(s, "Kim|Jihyun|jihyun.kim@samsung.com|02-2345-6789|대한민국|Samsung");
	send_line(s, "约翰|Smith|john@contoso.cn||CN|");
	send_line(s, "约翰|Smith|john@contoso.cn||中国|");
	stand_place(s);
	assert_int_equal(customers(s), 2);
}

/* Test leads are among themselves. */
static void a_test_lead_is_never_joined_with_a_real_one(void **state)
{
	static const char body[] =
		"{\"LeadSource\":\"AppSource-PLT|contoso.widget\",\"Description\":\"%d\","
		"\"UserDetails\":{\"FirstName\":\"MSFT_TEST_636573304831318844\",\"LastName\":"
		"\"Meyer\",\"Email\":\"anna.meyer@acme.de\",\"Phone\":\"+4930901820\"}}";
	struct stand *s = *state;
	struct lead_page_row *l;
	char text[400];
	size_t n;

	send_line(s, ANNA);
	snprintf(text, sizeof(text), body, 1);
	assert_int_equal(stand_post(s, KEY, text).status, 200);
	send_line(s, ANNA_2);
	stand_place(s);
	n = stand_leads(s, "contoso", &l);
	assert_int_equal(n, 3);
	assert_int_equal(l[2].test, 1);
	assert_true(id_eq(l[0].customer_id, l[1].customer_id));
	assert_false(id_eq(l[0].customer_id, l[2].customer_id));
}

/* ---- what a person should look at ---- */

static size_t review(struct stand *s, struct pair_get_row **ret)
{
	struct pair_page_in in = { "contoso", "review", INT64_MAX, id_last(ID_MS_MAX), 1000 };
	size_t n;

	OK(pair_page(s->db, &in, s->a, ret, &n, &e));
	return n;
}

static void a_doubtful_pair_waits_for_a_person_once(void **state)
{
	struct stand *s = *state;
	struct pair_get_row *p;

	send_line(s, "Otto|Braun|info@acme.de|+4930901820|DE|Acme");
	stand_place(s);
	send_line(s, "Anna|Meyer|info@acme.de|+4930901820|DE|Acme");
	stand_place(s);
	assert_int_equal(customers(s), 2);
	assert_int_equal(review(s, &p), 1);
	assert_true(p->bits >= -1000 && p->bits < 3000);
	assert_true(memcmp(p->lead_a.b, p->lead_b.b, sizeof(p->lead_a.b)) < 0);
	assert_false(id_eq(p->customer_a, p->customer_b));
	/* Another lead of one of them asks nothing anew. */
	send_line(s, "Anna|Meyer|info@acme.de|+4930901820|DE|Acme GmbH");
	stand_place(s);
	assert_int_equal(customers(s), 2);
	assert_int_equal(review(s, &p), 1);
}

/* ---- what others do ---- */

static struct customer_who who(struct stand *s)
{
	return (struct customer_who){ "contoso", "tester", s->now };
}

static void what_was_regrouped_is_seen_by_the_placer(void **state)
{
	struct stand *s = *state;
	struct customer_who w = who(s);
	struct customer_change done;
	struct id both[2], first;
	struct lead_page_row *l;
	AUTO_TX tx = { 0 };

	send_line(s, ANNA);
	send_line(s, "Carl|Iversen|carl@nordlys.no|+4722334455|NO|Nordlys AS");
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 2);
	first = l[0].customer_id;
	both[0] = first;
	both[1] = l[1].customer_id;
	OK(sql_begin(s->db, &tx, &e));
	OK(customer_merge(s->db, s->a, &w, both, 2, both[1], false, &done, &e));
	OK(sql_commit(&tx, &e));
	send_line(s, ANNA_2);
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 3);
	assert_true(id_eq(l[2].customer_id, both[1]));
	/* Taken back: the next one goes where its like went. */
	OK(sql_begin(s->db, &tx, &e));
	OK(customer_split(s->db, s->a, &w, both[1], &l[1].lead_id, 1, &done, &e));
	OK(sql_commit(&tx, &e));
	send_line(s, "Carl|Iversen|carl@nordlys.no||NO|");
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 4);
	assert_true(id_eq(l[3].customer_id, done.customer) ||
		    id_eq(l[3].customer_id, l[1].customer_id));
	assert_true(id_eq(l[3].customer_id, l[1].customer_id));
}

/* What another server placed is known to this one when it places again. */
static void two_servers_share_their_customers(void **state)
{
	struct stand *s = *state;
	struct place_worker *other = stand_placer(s);
	struct lead_page_row *l;
	struct err e;
	size_t n;

	send_line(s, ANNA);
	stand_place(s);
	s->now += 60000; /* the lease is over */
	send_line(s, BERTA);
	assert_true(place_batch(other, s->now, &n, &e));
	assert_int_equal(n, 1);
	s->now += 60000;
	send_line(s, "Berta|Schulz|berta.schulz@acme.de|+4930901821|DE|");
	stand_place(s);
	place_worker_free(other);
	assert_int_equal(stand_leads(s, "contoso", &l), 3);
	assert_true(id_eq(l[1].customer_id, l[2].customer_id));
	assert_int_equal(customers(s), 2);
}

static void after_a_restart_nothing_is_forgotten(void **state)
{
	struct stand *s = *state;

	send_line(s, ANNA);
	send_line(s, BERTA);
	stand_place(s);
	stand_restart(s);
	send_line(s, ANNA_2);
	stand_place(s);
	assert_int_equal(customers(s), 2);
}

/* A batch that is lost at any call is placed again, to the very same rows. */
static void work_done_again_makes_the_same_rows(void **state)
{
	struct stand *s = *state;
	const char *want = NULL;

	send_line(s, ANNA);
	send_line(s, BERTA);
	send_line(s, ANNA_2);
	send_line(s, "Otto|Braun|info@acme.de||DE|Acme");
	send_line(s, "Anna|Meyer|info@acme.de|+4930901820|DE|Acme");
	for (int nth = 1; nth < 400; nth++) {
		struct err e;
		size_t n;
		bool ok;

		sql_fault_nth(nth);
		ok = place_batch(s->placer, s->now, &n, &e);
		sql_fault_nth(0);
		if (ok)
			break;
	}
	stand_place(s);
	want = stand_dump(s, "contoso");
	assert_int_equal(customers(s), 3);
	assert_non_null(strstr(want, "leads=3"));
}

#define T(fn)                                                                                      \
	{ #fn " on SQLite", fn, up, stand_teardown, (void *)(uintptr_t)SQL_SQLITE },               \
	{                                                                                          \
#fn " on PostgreSQL", fn, up, stand_teardown, (void *)(uintptr_t)SQL_POSTGRESQL    \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(same_person_different_offer_is_one_customer_with_two_leads),
		T(same_person_same_offer_same_action_within_minutes_is_a_touch),
		T(dnc_after_plt_leaves_the_earlier_lead_contactable),
		T(colleagues_are_not_joined),
		T(the_documented_sample_is_never_a_key),
		T(free_mail_and_role_addresses_do_not_glue),
		T(plus_tags_and_dots_are_spellings),
		T(names_in_other_scripts_and_orders_meet),
		T(a_test_lead_is_never_joined_with_a_real_one),
		T(a_doubtful_pair_waits_for_a_person_once),
		T(what_was_regrouped_is_seen_by_the_placer),
		T(two_servers_share_their_customers),
		T(after_a_restart_nothing_is_forgotten),
		T(work_done_again_makes_the_same_rows),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
