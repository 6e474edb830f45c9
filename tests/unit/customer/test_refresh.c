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
		assert_string_equal(c.first_name, "Ana");
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		BOTH(the_row_is_a_function_of_the_leads),
		BOTH(a_customer_of_very_many_leads),
		BOTH(no_customer_at_all_is_fine),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
