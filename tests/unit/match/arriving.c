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

uint64_t arriving_dice;

size_t arriving_roll(size_t n)
{
	arriving_dice = arriving_dice * 6364136223846793005u + 1442695040888963407u;
	return (size_t)((arriving_dice >> 33) % n);
}

#define PERSONS 6

/* One of a few persons, as one of their leads may say it. */
const char *arriving_someone(struct stand *s)
{
	static const char *const who_is[PERSONS][5] = {
		{ "Anna|Meyer", "anna.meyer@acme.de", "+4930901820", "DE", "Acme GmbH" },
		{ "Carl|Iversen", "carl@nordlys.no", "+4722334455", "NO", "Nordlys AS" },
		{ "Berta|Schulz", "berta.schulz@acme.de", "+4930901821", "DE", "Acme GmbH" },
		{ "Marek|Nowak", "mnowak@wisla.pl", "+48225550123", "PL", "Wisla" },
		{ "Ines|Duarte", "ines.duarte@tejo.pt", "+351213456789", "PT", "Tejo Lda" },
		{ "Liam|Byrne", "liam@liffey.ie", "+35316789012", "IE", "Liffey Ltd" },
	};
	const char *const *p = who_is[arriving_roll(PERSONS)];
	size_t what = arriving_roll(3); /* a mailbox, a number, or both */

	return arena_printf(s->a, "%s|%s|%s|%s|%s", p[0], what != 1 ? p[1] : "", what ? p[2] : "",
			    p[3], arriving_roll(2) ? p[4] : "");
}

void arriving_in_order(struct stand *s, const char *publisher, const char *const *line, size_t n,
		       size_t turn, size_t *order)
{
	enum { PLACED_EACH = 7 };
	const char *key = arena_printf(s->a, "%s.widget", publisher);

	stand_offer(s, publisher, "widget");
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	arriving_dice = turn;
	for (size_t i = n - 1; turn && i; i--) {
		size_t k = arriving_roll(i + 1), was = order[i];

		order[i] = order[k];
		order[k] = was;
	}
	for (size_t i = 0; i < n; i++) {
		arriving_send(s, key, "PLT", line[order[i]]);
		s->now += STAND_WINDOW + 1;
		if (i % PLACED_EACH == turn)
			stand_place(s);
	}
	stand_place(s);
}
