/* Rows of customers made anew, on both engines. */
#include "../stand.h"
#include "base/hash.h"
#include "customer/customer.h"

#define KEY "contoso.widget"

static struct customer_page_row row_of(struct stand *s, struct id customer)
{
	struct customer_page_row c;

	OK(customer_get(s->db, &(struct customer_get_in){ "contoso", customer }, s->a, &c, &e) > 0);
	return c;
}

static void refresh(struct stand *s, struct id customer)
{
	struct sql_tx tx;

	OK(sql_begin(s->db, &tx, &e));
	OK(customer_refresh(s->db, "contoso", &customer, 1, &e));
	OK(sql_commit(&tx, &e));
}

/* What placing wrote is what the leads say; a second time changes nothing. */
static void the_row_is_a_function_of_the_leads(void **state)
{
	struct stand *s = *state;
	struct customer_page_row c;
	struct lead_page_row *leads;
	int64_t first = s->now;

	stand_offer(s, "contoso", "widget");
	stand_take(s, KEY, "PLT", "kim@fabrikam.com", "one");
	stand_place(s);
	s->now += 2 * STAND_WINDOW;
	stand_take(s, KEY, "INS", "kim+x@fabrikam.com", "two");
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &leads), 2);
	for (int again = 0; again < 2; again++) {
		refresh(s, leads[0].customer_id);
		c = row_of(s, leads[0].customer_id);
		assert_string_equal(c.email, "kim+x@fabrikam.com");
		assert_string_equal(c.email_key, "kim@fabrikam.com");
		assert_string_equal(c.first_name, leads[0].first_name);
		assert_int_equal(c.leads, 2);
		assert_int_equal(c.created_at, first);
		assert_int_equal(c.last_at, s->now);
	}
}

/* More leads than a record looks at: all are counted, the latest decide. */
static void a_customer_of_very_many_leads(void **state)
{
	struct stand *s = *state;
	struct customer_page_row c;
	struct lead_page_row *leads;
	int64_t first = s->now;

	stand_offer(s, "contoso", "widget");
	for (int i = 0; i < CUSTOMER_LEADS + 3; i++) {
		stand_take(s, KEY, "PLT", i ? "kim+new@fabrikam.com" : "kim@fabrikam.com",
			   arena_printf(s->a, "%d", i));
		s->now += STAND_WINDOW + 1;
	}
	stand_place(s);
	assert_int_equal(stand_leads(s, "contoso", &leads), CUSTOMER_LEADS + 3);
	refresh(s, leads[0].customer_id);
	c = row_of(s, leads[0].customer_id);
	assert_int_equal(c.leads, CUSTOMER_LEADS + 3);
	assert_int_equal(c.created_at, first);
	assert_string_equal(c.email, "kim+new@fabrikam.com");
}

static void no_customer_at_all_is_fine(void **state)
{
	struct stand *s = *state;
	struct id nobody = id_new(s->now);

	OK(customer_refresh(s->db, "contoso", NULL, 0, &e));
	OK(customer_refresh(s->db, "contoso", &nobody, 1, &e));
}

/* So that a match can be explained by the model that made it, whichever that was. */
static void a_stored_model_comes_back_as_it_was(void **state)
{
	struct stand *s = *state;
	struct identity_model model = identity_model_shipped, back;
	struct copy_read_match_model_row row = { .publisher_id = "contoso",
						 .model = 7,
						 .made_at = s->now };
	struct err refused = { 0 };

	model.share[CLASS_MATCH] = 0.125;
	model.level[CLASS_OTHER][TRAIT_TITLE][3] = 1e-300;
	row.numbers = customer_model_pack(s->a, &model);
	for (const struct store_table *t = store_tables; t->name; t++)
		if (!strcmp(t->name, "match_model"))
			OK(sql_exec(s->db, t->put, &row, NULL, &e));
	OK(customer_model(s->db, s->a, "contoso", 7, &back, &e));
	assert_memory_equal(&back, &model, sizeof(model));
	OK(customer_model(s->db, s->a, "contoso", 0, &back, &e));
	assert_memory_equal(&back, &identity_model_shipped, sizeof(back));
	assert_false(customer_model(s->db, s->a, "fabrikam", 7, &back, &refused));
	assert_int_equal(refused.kind, ERR_NOT_FOUND);
}

static void a_weight_means_what_the_limits_say(void **state)
{
	const struct identity_limits l = { .join = 2, .review = -2 };

	(void)state;
	assert_string_equal(customer_outcome(&l, 2), "same");
	assert_string_equal(customer_outcome(&l, 1.99), "review");
	assert_string_equal(customer_outcome(&l, -2), "review");
	assert_string_equal(customer_outcome(&l, -2.01), "different");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		BOTH(the_row_is_a_function_of_the_leads),
		BOTH(a_customer_of_very_many_leads),
		BOTH(no_customer_at_all_is_fine),
		BOTH(a_stored_model_comes_back_as_it_was),
		cmocka_unit_test(a_weight_means_what_the_limits_say),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
