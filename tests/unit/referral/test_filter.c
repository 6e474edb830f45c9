/* Filters: what they let through, what they tell an index, and what is refused with which words. */
#include "../cases.h"
#include "referral/referral.h"

#define AT 1795341600000 /* 2026-11-22T10:00:00Z */

static struct referral ana(void)
{
	return (struct referral){
		.id = "01938c5e-1111-7abc-8def-0000000000aa",
		.status = "New",
		.substatus = "Received",
		.type = REFERRAL_TYPE,
		.organization_id = "contoso",
		.name = "O'Neil's deal",
		.source = "AppSource",
		.company = "Fabrikam",
		.country = "US",
		.value = "12000.50",
		.currency = "EUR",
		.created = AT + 123,
		.updated = AT + 5000,
		.expires = REFERRAL_NO_TIME,
		.accepted = REFERRAL_NO_TIME,
		.closed = REFERRAL_NO_TIME,
		.closing = REFERRAL_NO_TIME,
		.favorite = true,
		.may_contact = true,
		.contact = { "Ana", "O'Neil", NULL, "Ana@Fabrikam.example", NULL },
		.owner = { "Kim", NULL, NULL, "kim@contoso.example", NULL },
		.owned = true,
	};
}

static void lets_through(void **state)
{
	static const struct {
		const char *filter;
		bool through;
	} cases[] = {
		{ "status eq 'New'", true },
		{ "status ne 'New'", false },
		{ "status in ('Active','New')", true },
		{ "status in ('Active')", false },
		{ "status eq 'New' and substatus eq 'Received'", true },
		{ "status eq 'Active' or substatus eq 'Received'", true },
		{ "status eq 'Active' or status eq 'New' and isSpam", false },
		{ "not (status eq 'New')", false },
		{ "not not favorite", true },
		{ "favorite", true },
		{ "favorite eq false", false },
		{ "favorite ne false", true },
		{ "(((status eq 'New')))", true },
		{ "name eq 'O''Neil''s deal'", true },
		{ "name gt 'O''N'", true },
		{ "name lt 'P'", true },
		{ "contains(name,'Neil')", true },
		{ "contains(name, 'neil')", false },
		{ "contains(name,'')", true },
		{ "startswith(name,'O''')", true },
		{ "endswith(name,'deal')", true },
		{ "endswith(name,'dea')", false },
		{ "contains(name,'x') eq false", true },
		{ "contains(name,'Neil') ne true", false },
		{ "customerProfile/address/country eq 'US'", true },
		{ "customerProfile/address/country in ('DE','FR')", false },
		{ "details/dealValue eq 12000.5", true },
		{ "details/dealValue gt 9999", true },
		{ "details/dealValue ge 12000.50", true },
		{ "details/dealValue lt 12000.499", false },
		{ "details/dealValue gt -1", true },
		{ "details/dealValue in (1,12000.500)", true },
		{ "createdDateTime eq 2026-11-22T10:00:00.123Z", true },
		{ "createdDateTime eq 2026-11-22T10:00:00.1230000Z", true },
		{ "createdDateTime lt 2026-11-22T10:00:00.1230001Z", true },
		{ "createdDateTime gt 2026-11-22T10:00:00.1229999Z", true },
		{ "createdDateTime ge 2026-11-22T10:00:00Z", true },
		{ "createdDateTime ge 2026-11-22", true },
		{ "createdDateTime le 2026-11-22", false },
		{ "createdDateTime ge '2026-11-22T11:00:00+01:00'", true },
		{ "createdDateTime gt 1969-12-31T23:59:59.9999999Z", true },
		{ "acceptedDateTime eq null", true },
		{ "acceptedDateTime ne null", false },
		{ "acceptedDateTime gt 2026-11-22", false },
		{ "not (acceptedDateTime gt 2026-11-22)", true },
		{ "acceptedDateTime ne 2026-11-22", true },
		{ "details/notes eq null", true },
		{ "contains(details/notes,'a')", false },
		{ "details/notes in ('a',null)", true },
		{ "id eq '01938C5E-1111-7ABC-8DEF-0000000000AA'", true },
		{ "id eq 01938c5e-1111-7abc-8def-0000000000aa", true },
		{ "engagementId ne 01938c5e-1111-7abc-8def-0000000000ab", true },
		{ "email eq 'ANA@fabrikam.EXAMPLE'", true },
		{ "startswith(email,'ana@')", true },
		{ "team/any(t:t/email eq 'Kim@contoso.example')", true },
		{ "team/any(t:t/lastName eq null)", true },
		{ "team/any()", true },
		{ "team/all(t:t/firstName eq 'Lee')", false },
		{ "team/any(t:t/firstName eq 'Kim' and not (t/email eq 'x'))", true },
		{ "customerProfile/team/any(c:contains(c/lastName,'Neil'))", true },
		{ "customerProfile/team/any(c: c/phoneNumber ne null)", false },
		{ "isSpam", false },
		{ "consent/consentToContact eq true", true },
	};

	(void)state;
	EACH(cases, c)
	{
		AUTO_ARENA a = arena_new("filter", 1 << 20);
		const struct referral_filter *f = NULL;
		struct referral r = ana();
		struct err e = { 0 };

		if (!referral_filter_parse(a, str_of(c->filter), &f, &e))
			fail_msg("%s: %s", c->filter, e.text);
		CHECK(referral_matches(f, &r) == c->through, c->filter);
	}
}

static void nobody_of_a_team(void **state)
{
	AUTO_ARENA a = arena_new("filter", 1 << 20);
	const struct referral_filter *any, *all;
	struct referral r = ana();
	struct err e = { 0 };

	(void)state;
	r.owned = false;
	assert_true(referral_filter_parse(a, STR("team/any()"), &any, &e));
	assert_true(referral_filter_parse(a, STR("team/all(t:t/email eq 'x')"), &all, &e));
	assert_false(referral_matches(any, &r));
	assert_true(referral_matches(all, &r));
	assert_true(referral_matches(NULL, &r));
}

static void refused(void **state)
{
	static const struct {
		const char *filter, *code;
	} cases[] = {
		{ "", "odata.syntax" },
		{ "status", "odata.syntax" },
		{ "status eq", "odata.syntax" },
		{ "status = 'New'", "odata.sign" },
		{ "status eq 'New", "odata.text" },
		{ "status eq 'New' and", "odata.syntax" },
		{ "status eq 'New' status", "odata.syntax" },
		{ "(status eq 'New'", "odata.syntax" },
		{ "status eq 'New')", "odata.syntax" },
		{ "status like 'New'", "odata.syntax" },
		{ "status eq 'Newish'", "odata.word" },
		{ "status gt 'New'", "odata.operator" },
		{ "favorite gt false", "odata.operator" },
		{ "id gt 01938c5e-1111-7abc-8def-0000000000aa", "odata.operator" },
		{ "id eq 'x'", "odata.value" },
		{ "secret eq 'x'", "odata.path" },
		{ "details/secret eq 'x'", "odata.path" },
		{ "customerProfile eq null", "odata.path" },
		{ "createdDateTime ge 'yesterday'", "odata.value" },
		{ "createdDateTime ge 2026-02-30", "odata.value" },
		{ "createdDateTime ge 2026-11-22T10:00:00.12345678Z", "odata.value" },
		{ "createdDateTime ge 5", "odata.value" },
		{ "details/dealValue gt '5'", "odata.value" },
		{ "details/dealValue gt 5e3", "odata.value" },
		{ "details/dealValue gt 1.", "odata.value" },
		{ "favorite eq 'true'", "odata.value" },
		{ "name eq 5", "odata.value" },
		{ "contains(createdDateTime,'2')", "odata.operator" },
		{ "contains(name)", "odata.syntax" },
		{ "contains(name,5)", "odata.syntax" },
		{ "length(name) eq 5", "odata.path" },
		{ "team eq null", "odata.operator" },
		{ "team/any", "odata.syntax" },
		{ "team/all()", "odata.syntax" },
		{ "team/any(t:email eq 'x')", "odata.path" },
		{ "team/any(t:t eq 'x')", "odata.syntax" },
		{ "team/any(t:t/any(u:u/email eq 'x'))", "odata.path" },
		{ "name/any(t:t/email eq 'x')", "odata.operator" },
		{ "status in ()", "odata.syntax" },
		{ "status in 'New'", "odata.syntax" },
	};

	(void)state;
	EACH(cases, c)
	{
		AUTO_ARENA a = arena_new("filter", 1 << 20);
		const struct referral_filter *f = NULL;
		struct err e = { 0 };

		CHECK(!referral_filter_parse(a, str_of(c->filter), &f, &e), c->filter);
		SAME(e.code, c->code, c->filter);
		SAME(e.field, "$filter", c->filter);
		CHECK(e.text[0] && !f, c->filter);
	}
}

/* n times piece, then rest. */
static bool parses(size_t n, const char *piece, const char *rest, struct err *e)
{
	AUTO_ARENA a = arena_new("filter", 4 << 20);
	AUTO_BUF b = buf_new(1 << 20);
	const struct referral_filter *f;

	for (size_t i = 0; i < n; i++)
		buf_z(&b, piece);
	buf_z(&b, rest);
	return referral_filter_parse(a, buf_view(&b), &f, e);
}

static void bounded(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_true(parses(24, "not ", "favorite", &e));
	assert_false(parses(25, "not ", "favorite", &e));
	SAME(e.code, "odata.depth", "not");
	assert_false(parses(1000, "(", "favorite", &e));
	SAME(e.code, "odata.depth", "parentheses");
	assert_true(parses(99, "favorite or ", "favorite", &e));
	assert_false(parses(100, "favorite or ", "favorite", &e));
	SAME(e.code, "odata.terms", "or");
	assert_false(parses(2000, "    ", "favorite", &e));
	SAME(e.code, "odata.length", "length");
}

static void tells_an_index(void **state)
{
	static const char *const filter =
		"status eq 'New' and email eq 'A@b.co' and team/any(t:t/email eq "
		"'Kim@contoso.com') "
		"and customerProfile/address/country eq 'US' and organizationId in ('contoso') and "
		"createdDateTime ge 2026-11-22T10:00:00Z and createdDateTime lt 2026-11-23 and "
		"updatedDateTime gt 2026-11-22T10:00:00.0000001Z";
	AUTO_ARENA a = arena_new("filter", 1 << 20);
	const struct referral_filter *f = NULL;
	struct referral_bounds b;
	struct err e = { 0 };

	(void)state;
	assert_true(referral_filter_parse(a, str_of(filter), &f, &e));
	b = referral_bounds(a, f);
	SAME(b.status, "New", "status");
	SAME(b.email, "a@b.co", "email");
	SAME(b.owner, "kim@contoso.com", "owner");
	SAME(b.country, "US", "country");
	SAME(b.organization_id, "contoso", "organization");
	assert_true(b.created_from == AT && b.created_to == AT + 14 * 3600 * 1000);
	assert_true(b.updated_from == AT && b.updated_to == INT64_MAX && !b.none && !b.id);
	assert_true(
		referral_filter_parse(a, STR("status eq 'New' and status eq 'Active'"), &f, &e));
	assert_true(referral_bounds(a, f).none);
	assert_true(referral_filter_parse(a, STR("status eq 'New' or favorite"), &f, &e));
	assert_null(referral_bounds(a, f).status);
	assert_true(referral_filter_parse(a, STR("not (status eq 'New')"), &f, &e));
	assert_null(referral_bounds(a, f).status);
	assert_true(referral_filter_parse(a, STR("status ne 'New'"), &f, &e));
	assert_null(referral_bounds(a, f).status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lets_through),   cmocka_unit_test(nobody_of_a_team),
		cmocka_unit_test(refused),        cmocka_unit_test(bounded),
		cmocka_unit_test(tells_an_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
