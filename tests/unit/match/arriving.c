#include "arriving.h"

struct id arriving_send(struct stand *s, const char *key, const char *action, const char *line)
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

void arriving_line(struct stand *s, const char *line)
{
	arriving_send(s, "contoso.widget", "PLT", line);
	s->now += STAND_WINDOW + 1;
}

size_t arriving_customers(struct stand *s)
{
	struct customer_page_in in = { .publisher = "contoso",
				       .before = INT64_MAX,
				       .limit = 10000 };
	struct customer_page_row *rows;
	size_t n;

	OK(customer_page(s->db, &in, s->a, &rows, &n, &e));
	return n;
}

size_t arriving_review(struct stand *s, struct pair_get_row **ret)
{
	struct pair_page_in in = { "contoso", "review", INT64_MAX, id_last(ID_MS_MAX), 1000 };
	size_t n;

	OK(pair_page(s->db, &in, s->a, ret, &n, &e));
	return n;
}

int arriving_setup(void **state)
{
	stand_setup(state);
	stand_offer(*state, "contoso", "widget");
	stand_offer(*state, "contoso", "gadget");
	return 0;
}
