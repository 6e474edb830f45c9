/* Placing at its bounds: clashes, sizes, texts that are too much, and what the store refuses. */
#include "../stand.h"
#include "base/clock.h"
#include "base/hash.h"
#include "model/model.h"

/* One body with a thousand leads: all have the same ms, and every fourth such body has two alike in
 * the bits that order them. */
static void thousands_of_one_ms_find_a_place(void **state)
{
	enum { BODIES = 3, EACH = 1000 };
	struct stand *s = *state;
	struct lead_page_row *l;

	stand_offer(s, "contoso", "widget");
	for (int b = 0; b < BODIES; b++) {
		AUTO_BUF body = buf_new(1 << 20);

		buf_byte(&body, '[');
		for (int i = 0; i < EACH; i++)
			buf_printf(&body,
				   "%s{\"LeadSource\":\"AppSource-PLT|a.b\",\"Email\":\"p%d@x%d."
				   "example\"}",
				   i ? "," : "", i, b);
		buf_byte(&body, ']');
		assert_int_equal(stand_post(s, "contoso.widget", body.p).status, 200);
	}
	assert_int_equal(stand_place(s), BODIES);
	assert_int_equal(stand_leads(s, "contoso", &l), BODIES * EACH);
	for (size_t i = 1; i < BODIES * EACH; i++)
		assert_true(l[i - 1].seq < l[i].seq);
}

/* The worst that limits allow: no text, however made, may bring the process down. */
static void no_text_is_too_much(void **state)
{
	struct stand *s = *state;
	AUTO_BUF words = buf_new(1 << 20), tabs = buf_new(1 << 20), quotes = buf_new(1 << 20);
	struct lead_page_row *l;
	struct {
		const char *name;
		struct buf *b;
	} cases[] = { { "words", &words }, { "tabs", &tabs }, { "quotes", &quotes } };

	stand_offer(s, "contoso", "widget");
	/* Letters beyond the basic plane take seven bytes each as a search word: 63 a word. */
	for (int i = 0; i < 400; i++)
		buf_printf(
			&words,
			"%05dabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz\xF0\x90\x90\xA8 ",
			i);
	for (int i = 0; i < 17000; i++)
		buf_z(&tabs, "\\t");
	for (int i = 0; i < 17000; i++)
		buf_z(&quotes, "\\\"");
	for (size_t i = 0; i < LL_COUNT(cases); i++) {
		const char *t = cases[i].b->p;
		struct intake_item it = stand_post(
			s, "contoso.widget",
			arena_printf(s->a,
				     "{\"LeadSource\":\"%.70s-%.70s|%.800s\",\"ActionCode\":\"%s\","
				     "\"Description\":\"%s\",\"description\":\"x%s\","
				     "\"OfferTitle\":\"%s\","
				     "\"offerTitle\":\"y%s\",\"ProductId\":\"%s\",\"UserDetails\":{"
				     "\"FirstName\":"
				     "\"%s\",\"LastName\":\"%s\",\"Email\":\"%.300s@x.example\","
				     "\"Phone\":\"%s\","
				     "\"Country\":\"%s\",\"Company\":\"%s\",\"Title\":\"a%s\"}}",
				     t, t, t, t, t, t, t, t, t, t, t, t, t, t, t, t));

		if (it.status != 200)
			fail_msg("%s: %d %s", cases[i].name, it.status, it.why.text);
	}
	assert_int_equal(stand_place(s), LL_COUNT(cases));
	assert_int_equal(stand_leads(s, "contoso", &l), LL_COUNT(cases));
}

/* Text from which no search word can be made, at an offer whose id is none either. */
static void a_lead_without_a_single_word_is_placed(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;

	stand_offer(s, "contoso", "---");
	assert_int_equal(stand_post(s, "contoso.---", "{\"LastName\":\"!\"}").status, 200);
	assert_int_equal(stand_place(s), 1);
	assert_int_equal(stand_leads(s, "contoso", &l), 1);
}

/* Many large bodies at once: what a batch takes is bounded by their bytes. */
static void large_bodies_are_placed_in_several_batches(void **state)
{
	enum { N = 12, SIZE = 1024 * 1024 };
	struct stand *s = *state;
	struct lead_page_row *l;
	size_t n, batches = 0, all = 0;

	stand_offer(s, "contoso", "widget");
	for (int i = 0; i < N; i++) {
		ARENA_SCOPE(s->a);
		char *pad = arena_alloc(s->a, SIZE);

		memset(pad, ' ', SIZE - 1);
		stand_post(s, "contoso.widget",
			   arena_printf(s->a,
					"{\"LeadSource\":\"AppSource-PLT|a.b\",%s\"Email\":\"p%d@x."
					"example\"}",
					pad, i));
	}
	do {
		OK(place_batch(s->placer, s->now, &n, &e));
		all += n;
		batches += n > 0;
	} while (n);
	assert_int_equal(all, N);
	assert_in_range(batches, 3, 6);
	assert_int_equal(stand_leads(s, "contoso", &l), N);
}

/* One body with the costliest text there is: six bytes for one, in every note that shows it. */
static void a_body_that_grows_when_written_out_is_placed(void **state)
{
	enum { N = 150 };
	struct stand *s = *state;
	AUTO_BUF body = buf_new((size_t)20 << 20);
	struct lead_page_row *l;
	char tabs[16001];

	memset(tabs, '\t', sizeof(tabs) - 1);
	tabs[sizeof(tabs) - 1] = 0;
	stand_offer(s, "contoso", "widget");
	buf_byte(&body, '[');
	for (int i = 0; i < N; i++)
		buf_printf(&body,
			   "%s{\"LeadSource\":\"AppSource-PLT|a.b\",\"Email\":\"p%d@x.example\","
			   "\"Description\":\"%s.\"}",
			   i ? "," : "", i, tabs);
	buf_byte(&body, ']');
	assert_true(buf_ok(&body));
	assert_int_equal(stand_post(s, "contoso.widget", body.p).status, 200);
	assert_int_equal(stand_place(s), 1);
	assert_int_equal(stand_leads(s, "contoso", &l), N);
}

static void the_same_receipt_read_twice_makes_the_same_ids(void **state)
{
	struct stand *s = *state;
	struct lead_page_row *l;
	struct id receipt;

	stand_offer(s, "contoso", "widget");
	receipt = stand_take(s, "contoso.widget", "PLT", "ana@fabrikam.example", "x");
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &l), 1);
	assert_true(id_eq(l->lead_id, id_derive(receipt, "lead", 0, STAND_NOW)));
	assert_true(id_eq(l->customer_id, id_derive(receipt, "customer", 0, STAND_NOW)));
}

/* A row in the way of one receipt: it alone is set aside, the others are placed. */
static void one_that_the_store_refuses_does_not_hold_up_the_others(void **state)
{
	struct stand *s = *state;
	struct touch_put_in in_the_way = { "contoso", { { 0 } }, 0, { { 9 } }, 1, 0, "{}", "[]" };
	struct lead_page_row *l;
	struct receipt_get_row r;

	stand_offer(s, "contoso", "widget");
	stand_offer(s, "other", "widget");
	for (int i = 0; i < 20; i++) {
		struct id x = stand_take(s, "contoso.widget", "PLT",
					 arena_printf(s->a, "p%d@fabrikam.example", i), "x");

		if (i == 13)
			in_the_way.receipt = x;
	}
	stand_take(s, "other.widget", "PLT", "ana@fabrikam.example", "x");
	OK(touch_put(s->db, &in_the_way, NULL, &e));
	assert_int_equal(stand_place(s), 21);
	r = stand_receipt(s, "contoso", in_the_way.receipt);
	assert_string_equal(r.state, "set-aside");
	assert_string_equal(r.problem_code, "place-failed");
	assert_int_equal(stand_leads(s, "contoso", &l), 19);
	assert_int_equal(stand_leads(s, "other", &l), 1);
	assert_int_equal(stand_count(s, "contoso", "receipts.set-aside"), 1);
	assert_int_equal(stand_count(s, "contoso", "leads"), 19);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		BOTH(thousands_of_one_ms_find_a_place),
		BOTH(no_text_is_too_much),
		BOTH(a_lead_without_a_single_word_is_placed),
		BOTH(large_bodies_are_placed_in_several_batches),
		STAND_SQLITE(a_body_that_grows_when_written_out_is_placed),
		BOTH(the_same_receipt_read_twice_makes_the_same_ids),
		BOTH(one_that_the_store_refuses_does_not_hold_up_the_others),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
