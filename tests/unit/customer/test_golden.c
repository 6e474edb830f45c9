/* The golden record: a table of leads, what is shown, and the rule that decided. */
#include "../cases.h"
#include "customer/customer.h"

#define LEADS 4
#define AT    INT64_C(1795255200000)

struct said {
	enum contact_field field;
	const char *by[LEADS]; /* one lead after the other, an hour apart */
	const char *shown, *rule;
	int from; /* the lead it comes from */
};
static const struct said said[] = {
	{ CONTACT_FIRST_NAME, { "Bob", "Robert", "Bob" }, "Robert", "longest", 1 },
	{ CONTACT_FIRST_NAME, { "Robert", "R." }, "Robert", "no-initial", 0 },
	{ CONTACT_FIRST_NAME, { "J", "王" }, "王", "no-initial", 1 },
	{ CONTACT_FIRST_NAME, { "Ana", "Eva" }, "Eva", "latest", 1 },
	{ CONTACT_FIRST_NAME, { "Ana", "Ana", "Eva" }, "Ana", "most-leads", 1 },
	{ CONTACT_FIRST_NAME, { NULL, "Ana" }, "Ana", "only-value", 1 },
	{ CONTACT_EMAIL, { "k@fabrikam.com", "k@gmail.com" }, "k@fabrikam.com", "better-kind", 0 },
	{ CONTACT_EMAIL, { "k@gmail.com", "info@fabrikam.com" }, "k@gmail.com", "better-kind", 0 },
	{ CONTACT_EMAIL, { "k@gmail.com", "k@mailinator.com" }, "k@gmail.com", "better-kind", 0 },
	{ CONTACT_EMAIL, { "k@old.example", "k@new.example" }, "k@new.example", "latest", 1 },
	{ CONTACT_EMAIL, { "test@test.com" }, "test@test.com", "only-value", 0 },
	{ CONTACT_EMAIL, { "k@gmail.com", "test@test.com" }, "k@gmail.com", "better-kind", 0 },
	{ CONTACT_PHONE, { "+82212345678", "+11111111111" }, "+82212345678", "better-kind", 0 },
	{ CONTACT_PHONE, { "+82212345678", "+82298765432" }, "+82298765432", "latest", 1 },
	{ CONTACT_COUNTRY, { "KR", "KR", "US" }, "KR", "most-leads", 1 },
	{ CONTACT_COUNTRY, { "KR", "US" }, "US", "latest", 1 },
	{ CONTACT_COMPANY, { "Fabrikam", "Fabrikam Ltd", "Acme" }, "Fabrikam Ltd", "latest", 1 },
	{ CONTACT_COMPANY,
	  { "Fabrikam Ltd", "Fabrikam Ltd", "Fabrikam" },
	  "Fabrikam Ltd",
	  "most-usual-spelling",
	  1 },
	{ CONTACT_COMPANY, { "Fabrikam", "n/a" }, "Fabrikam", "better-kind", 0 },
	{ CONTACT_TITLE, { "CTO", "CEO", NULL }, "CEO", "latest", 1 },
	{ CONTACT_TITLE, { "", NULL }, NULL, NULL, -1 },
};

static struct customer_lead lead_at(int n)
{
	return (struct customer_lead){ .lead = id_derive(ID_NULL, "lead", (uint32_t)n, AT),
				       .seq = n,
				       .received_at = AT + n * INT64_C(3600000),
				       .action = "PLT" };
}

static void each_rule_decides(void **state)
{
	struct arena *a = arena_new("test", 1 << 24), *scratch = arena_new("scratch", 1 << 24);

	(void)state;
	EACH(said, c)
	{
		struct customer_lead leads[LEADS], back[LEADS];
		const char *name = c->shown ? c->shown : "nothing";
		struct golden g, h;

		for (int i = 0; i < LEADS; i++) {
			leads[i] = lead_at(i);
			leads[i].contact[c->field] = c->by[i];
			back[LEADS - 1 - i] = leads[i];
		}
		customer_golden(a, scratch, leads, LEADS, NULL, &g);
		customer_golden(a, scratch, back, LEADS, NULL, &h);
		if (!c->shown) {
			CHECK(!g.field[c->field].text, name);
			continue;
		}
		SAME(g.field[c->field].text, c->shown, name);
		SAME(h.field[c->field].text, c->shown, "in another order");
		SAME(g.field[c->field].rule, c->rule, name);
		CHECK(id_eq(g.field[c->field].lead, leads[c->from].lead), name);
	}
	arena_free(a);
	arena_free(scratch);
}

/* A name is not put together from two leads, as long as one has both parts. */
static void a_name_stays_whole(void **state)
{
	struct arena *a = arena_new("test", 1 << 24), *scratch = arena_new("scratch", 1 << 24);
	struct customer_lead leads[3] = { lead_at(0), lead_at(1), lead_at(2) };
	struct golden g;

	(void)state;
	leads[0].contact[CONTACT_FIRST_NAME] = "Ji-hyun";
	leads[0].contact[CONTACT_LAST_NAME] = "Kim";
	leads[1].contact[CONTACT_FIRST_NAME] = "지현";
	leads[1].contact[CONTACT_LAST_NAME] = "김";
	leads[2].contact[CONTACT_LAST_NAME] = "Kim-Schneider";
	customer_golden(a, scratch, leads, 3, NULL, &g);
	assert_string_equal(g.field[CONTACT_FIRST_NAME].text, "Ji-hyun");
	assert_string_equal(g.field[CONTACT_LAST_NAME].text, "Kim");
	/* The other ones are kept beside it. */
	assert_int_equal(g.field[CONTACT_FIRST_NAME].value_count, 2);
	assert_int_equal(g.field[CONTACT_LAST_NAME].value_count, 3);
	/* Without the two whole ones the parts come from where they are. */
	leads[1].contact[CONTACT_LAST_NAME] = NULL;
	customer_golden(a, scratch, leads + 1, 2, NULL, &g);
	assert_string_equal(g.field[CONTACT_FIRST_NAME].text, "지현");
	assert_string_equal(g.field[CONTACT_LAST_NAME].text, "Kim-Schneider");
	arena_free(a);
	arena_free(scratch);
}

static void a_user_has_the_last_word(void **state)
{
	struct arena *a = arena_new("test", 1 << 24), *scratch = arena_new("scratch", 1 << 24);
	struct customer_override set[CONTACT_FIELDS] = { [CONTACT_EMAIL] = { "K+x@gmail.com", "kim",
									     AT } };
	struct customer_lead lead = lead_at(0);
	struct golden g;

	(void)state;
	lead.contact[CONTACT_EMAIL] = "k@fabrikam.com";
	lead.contact[CONTACT_TITLE] = "CEO";
	customer_golden(a, scratch, &lead, 1, set, &g);
	assert_string_equal(g.field[CONTACT_EMAIL].text, "K+x@gmail.com");
	assert_string_equal(g.field[CONTACT_EMAIL].rule, "set-by-user");
	assert_string_equal(g.email_key, "k@gmail.com");
	assert_string_equal(g.field[CONTACT_EMAIL].values[0].text, "k@fabrikam.com");
	assert_string_equal(g.field[CONTACT_TITLE].text, "CEO");
	arena_free(a);
	arena_free(scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_decides),
		cmocka_unit_test(a_name_stays_whole),
		cmocka_unit_test(a_user_has_the_last_word),
	};

	return cmocka_run_group_tests_name("customer/golden", tests, NULL, NULL);
}
