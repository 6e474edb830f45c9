/* The resource as it is written; what is selected of it; the order of a list. */
#include "../cases.h"
#include "referral/referral.h"

static const char *written(struct arena *a, const struct referral *r, uint64_t select)
{
	AUTO_BUF b = buf_new(1 << 16);
	struct json_out o = json_out(&b);

	referral_write(&o, NULL, r, select);
	return arena_strndup(a, buf_view(&b).p, b.n);
}

static struct referral sample(void)
{
	return (struct referral){ .id = "01938c5e-1111-7abc-8def-0000000000aa",
				  .base = "https://x/v1.0/engagements/referrals",
				  .etag = "\"1-Accepted\"",
				  .value = "12000.50",
				  .company = "Fabrikam",
				  .offer = "contoso.crm",
				  .created = 1795341600123,
				  .expires = REFERRAL_NO_TIME,
				  .closing = REFERRAL_NO_TIME,
				  .accepted = REFERRAL_NO_TIME,
				  .flags = FLAG_TEST,
				  .owned = true };
}

static void selects(void **state)
{
	AUTO_ARENA a = arena_new("write", 1 << 20);
	struct referral r = sample();
	struct err e = { 0 };
	uint64_t set;

	(void)state;
	assert_true(referral_select_parse(STR("id, createdDateTime,eTag,expirationDateTime"), &set,
					  &e));
	SAME(written(a, &r, set),
	     "{\"id\":\"01938c5e-1111-7abc-8def-0000000000aa\","
	     "\"createdDateTime\":\"2026-11-22T10:00:00.1230000Z\","
	     "\"expirationDateTime\":null,\"eTag\":\"\\\"1-Accepted\\\"\"}",
	     "four");
	assert_true(referral_select_parse((struct str){ NULL, 0 }, &set, &e));
	assert_true(set == UINT64_MAX);
	assert_true(referral_select_parse(STR("id,*"), &set, &e));
	assert_true(set == UINT64_MAX);
	assert_false(referral_select_parse(STR("id,details/notes"), &set, &e));
	SAME(e.field, "$select", "part");
	assert_false(referral_select_parse(STR(""), &set, &e));
}

static void is_whole(void **state)
{
	AUTO_ARENA a = arena_new("write", 1 << 20);
	struct referral r = sample();
	struct err e = { 0 };
	AUTO_JSON j = NULL;
	const struct json *details, *self;

	(void)state;
	assert_true(json_parse(str_of(written(a, &r, UINT64_MAX)), &j, &e));
	for (size_t i = 0; referral_properties[i]; i++)
		CHECK(strstr(written(a, &r, UINT64_C(1) << i),
			     arena_printf(a, "{\"%s\":", referral_properties[i])),
		      referral_properties[i]);
	details = json_get(j, "details");
	assert_int_equal(json_kind(json_get(details, "dealValue")), JSON_REAL);
	self = json_get(json_get(j, "links"), "self");
	assert_true(str_eq_z(json_str(json_get(self, "uri")),
			     "https://x/v1.0/engagements/referrals/"
			     "01938c5e-1111-7abc-8def-0000000000aa"));
	assert_true(str_eq_z(json_str(json_at(json_get(j, "tags"), 0)), "test"));
	assert_int_equal(json_count(json_get(j, "team")), 1);
}

static void orders(void **state)
{
	static const struct {
		const char *text;
		bool ok, updated, rising;
	} cases[] = {
		{ "", true, false, false },
		{ "createdDateTime", true, false, true },
		{ "createdDateTime asc", true, false, true },
		{ "createdDateTime desc", true, false, false },
		{ "updatedDateTime desc", true, true, false },
		{ " updatedDateTime  asc ", true, true, true },
		{ "updatedDateTime up", false, false, false },
		{ "name", false, false, false },
		{ "createdDateTime,updatedDateTime", false, false, false },
	};

	(void)state;
	EACH(cases, c)
	{
		struct referral_order order = { false, false };
		struct err e = { 0 };

		CHECK(referral_order_parse(str_of(c->text), &order, &e) == c->ok, c->text);
		if (c->ok)
			CHECK(order.updated == c->updated && order.rising == c->rising, c->text);
		else
			SAME(e.field, "$orderby", c->text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(selects),
		cmocka_unit_test(is_whole),
		cmocka_unit_test(orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
