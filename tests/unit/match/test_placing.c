/* Whose customer an arriving lead is, as placing writes it down; the traps of the requirements on
 * identity, each by its name. */
#include "arriving.h"
#include "base/hash.h"
#include "customer/customer.h"
#include "identity/identity.h"

#define KEY "contoso.widget"

#define ANNA   "Anna|Meyer|anna.meyer@acme.de|+4930901820|DE|Acme GmbH"
#define ANNA_2 "Anna|Meyer|Anna.Meyer+x@ACME.de|030 901820|Germany|ACME"
#define BERTA  "Berta|Schulz|berta.schulz@acme.de|+4930901821|DE|Acme GmbH"

static void same_person_different_offer_is_one_customer_with_two_leads(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;
	struct lead_edge_row edge;

	arriving_send(s, "contoso.widget", "PLT", ANNA);
	stand_place(s);
	arriving_send(s, "contoso.gadget", "PLT", ANNA_2);
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 2);
	assert_true(id_eq(l[0].customer_id, l[1].customer_id));
	assert_int_equal(arriving_customers(s), 1);
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
		arriving_send(s, KEY, placed ? "INS" : "PLT", ANNA);
		if (placed)
			stand_place(s);
		arriving_send(s, KEY, placed ? "INS" : "PLT", ANNA_2);
		stand_place(s);
	}
	assert_int_equal(stand_leads(s, "contoso", &l), 2);
	assert_int_equal(l[0].touches, 2);
	assert_int_equal(l[1].touches, 2);
	assert_int_equal(arriving_customers(s), 1);
}

static void dnc_after_plt_leaves_the_earlier_lead_contactable(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;

	arriving_line(s, ANNA);
	arriving_send(s, KEY, "DNC", ANNA_2);
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

	arriving_line(s, ANNA);
	arriving_line(s, BERTA);
	arriving_line(s, "Carla|Vogt|carla.vogt@acme.de|+4930901820|DE|Acme GmbH"); /* her number */
	stand_place(s);
	assert_int_equal(arriving_customers(s), 3);
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
		arriving_line(s, lines[i]);
	stand_place(s);
	assert_int_equal(arriving_customers(s), LL_COUNT(lines));
}

static void free_mail_and_role_addresses_do_not_glue(void **state)
{
	struct stand *s = *state;

	arriving_line(s, "Jonas|Weber|jonas.weber@gmail.com||DE|Acme");
	arriving_line(s, "Petra|Lang|petra.lang@gmail.com||DE|Nordlys");
	arriving_line(s, "Anna|Meyer|info@acme.de|+4930901820|DE|Acme");
	arriving_line(s, "Otto|Braun|info@acme.de|+4930901820|DE|Acme");
	stand_place(s);
	assert_int_equal(arriving_customers(s), 4);
}

static void plus_tags_and_dots_are_spellings(void **state)
{
	struct stand *s = *state;

	arriving_line(s, "Jonas|Weber|jonas.weber@gmail.com||DE|");
	arriving_line(s, "Jonas|Weber|jonasweber+offers@googlemail.com||DE|");
	arriving_line(s, "J.|Weber|JonasWeber@gmail.com||Germany|");
	stand_place(s);
	assert_int_equal(arriving_customers(s), 1);
}

static void names_in_other_scripts_and_orders_meet(void **state)
{
	struct stand *s = *state;

	arriving_line(s, "지현|김|jihyun.kim@samsung.com|+82223456789|KR|삼성전자(주)");
	arriving_line(s, "Kim|Jihyun|jihyun.kim@samsung.com|02-2345-6789|대한민국|Samsung");
	arriving_line(s, "约翰|Smith|john@contoso.cn||CN|");
	arriving_line(s, "约翰|Smith|john@contoso.cn||中国|");
	stand_place(s);
	assert_int_equal(arriving_customers(s), 2);
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

	arriving_line(s, ANNA);
	snprintf(text, sizeof(text), body, 1);
	assert_int_equal(stand_post(s, KEY, text).status, 200);
	arriving_line(s, ANNA_2);
	stand_place(s);
	n = stand_leads(s, "contoso", &l);
	assert_int_equal(n, 3);
	assert_int_equal(l[2].test, 1);
	assert_true(id_eq(l[0].customer_id, l[1].customer_id));
	assert_false(id_eq(l[0].customer_id, l[2].customer_id));
}

/* ---- what a person should look at ---- */

static void a_doubtful_pair_waits_for_a_person_once(void **state)
{
	struct stand *s = *state;
	struct pair_get_row *p;

	arriving_line(s, "Otto|Braun|info@acme.de|+4930901820|DE|Acme");
	stand_place(s);
	arriving_line(s, "Anna|Meyer|info@acme.de|+4930901820|DE|Acme");
	stand_place(s);
	assert_int_equal(arriving_customers(s), 2);
	assert_int_equal(arriving_review(s, &p), 1);
	assert_true(p->bits >= -1000 && p->bits < 3000);
	assert_true(memcmp(p->lead_a.b, p->lead_b.b, sizeof(p->lead_a.b)) < 0);
	assert_false(id_eq(p->customer_a, p->customer_b));
	/* Another lead of one of them asks nothing anew. */
	arriving_line(s, "Anna|Meyer|info@acme.de|+4930901820|DE|Acme GmbH");
	stand_place(s);
	assert_int_equal(arriving_customers(s), 2);
	assert_int_equal(arriving_review(s, &p), 1);
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

	arriving_line(s, ANNA);
	arriving_line(s, "Carl|Iversen|carl@nordlys.no|+4722334455|NO|Nordlys AS");
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 2);
	first = l[0].customer_id;
	both[0] = first;
	both[1] = l[1].customer_id;
	OK(sql_begin(s->db, &tx, &e));
	OK(customer_merge(s->db, s->a, &w, both, 2, both[1], false, &done, &e));
	OK(sql_commit(&tx, &e));
	arriving_line(s, ANNA_2);
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 3);
	assert_true(id_eq(l[2].customer_id, both[1]));
	/* Taken back: the next one goes where its like went. */
	OK(sql_begin(s->db, &tx, &e));
	OK(customer_split(s->db, s->a, &w, both[1], &l[1].lead_id, 1, &done, &e));
	OK(sql_commit(&tx, &e));
	arriving_line(s, "Carl|Iversen|carl@nordlys.no||NO|");
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

	arriving_line(s, ANNA);
	stand_place(s);
	s->now += 60000; /* the lease is over */
	arriving_line(s, BERTA);
	assert_true(place_batch(other, s->now, &n, &e));
	assert_int_equal(n, 1);
	s->now += 60000;
	arriving_line(s, "Berta|Schulz|berta.schulz@acme.de|+4930901821|DE|");
	stand_place(s);
	place_worker_free(other);
	assert_int_equal(stand_leads(s, "contoso", &l), 3);
	assert_true(id_eq(l[1].customer_id, l[2].customer_id));
	assert_int_equal(arriving_customers(s), 2);
}

static void after_a_restart_nothing_is_forgotten(void **state)
{
	struct stand *s = *state;

	arriving_line(s, ANNA);
	arriving_line(s, BERTA);
	stand_place(s);
	stand_restart(s);
	arriving_line(s, ANNA_2);
	stand_place(s);
	assert_int_equal(arriving_customers(s), 2);
}

/* A batch that is lost at any call is placed again, to the very same rows. */
static void work_done_again_makes_the_same_rows(void **state)
{
	struct stand *s = *state;
	const char *want = NULL;

	arriving_line(s, ANNA);
	arriving_line(s, BERTA);
	arriving_line(s, ANNA_2);
	arriving_line(s, "Otto|Braun|info@acme.de||DE|Acme");
	arriving_line(s, "Anna|Meyer|info@acme.de|+4930901820|DE|Acme");
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
	assert_int_equal(arriving_customers(s), 3);
	assert_non_null(strstr(want, "leads=3"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		ARRIVING(same_person_different_offer_is_one_customer_with_two_leads),
		ARRIVING(same_person_same_offer_same_action_within_minutes_is_a_touch),
		ARRIVING(dnc_after_plt_leaves_the_earlier_lead_contactable),
		ARRIVING(colleagues_are_not_joined),
		ARRIVING(the_documented_sample_is_never_a_key),
		ARRIVING(free_mail_and_role_addresses_do_not_glue),
		ARRIVING(plus_tags_and_dots_are_spellings),
		ARRIVING(names_in_other_scripts_and_orders_meet),
		ARRIVING(a_test_lead_is_never_joined_with_a_real_one),
		ARRIVING(a_doubtful_pair_waits_for_a_person_once),
		ARRIVING(what_was_regrouped_is_seen_by_the_placer),
		ARRIVING(two_servers_share_their_customers),
		ARRIVING(after_a_restart_nothing_is_forgotten),
		ARRIVING(work_done_again_makes_the_same_rows),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
