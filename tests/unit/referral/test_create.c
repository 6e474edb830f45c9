/* A referral that is to be made: what is taken of it, and that nothing is passed over. */
#include "../cases.h"
#include "referral/referral.h"

static bool read(struct arena *a, const char *text, struct referral_new *ret, struct err *e)
{
	struct json *j; /* lives as long as the test: what is said are views of it */
	bool ok;

	*e = (struct err){ 0 };
	assert_true(json_parse(str_of(text), &j, e));
	ok = referral_create_read(a, j, ret, e);
	if (ok)
		for (size_t i = 0; i < ret->said_n; i++)
			ret->said[i].text = str_of(str_dup(a, ret->said[i].text));
	json_free(j);
	return ok;
}

static void takes(void **state)
{
	AUTO_ARENA a = arena_new("create", 1 << 20);
	struct referral_new x;
	struct err e;

	(void)state;
	assert_true(read(
		a,
		"{\"name\":\" Deal \",\"qualification\":\"SalesQualified\",\"direction\":null,"
		"\"favorite\":true,\"customerProfile\":{\"name\":\" Fabrikam \","
		"\"address\":{\"city\":\"Boston\",\"country\":\"US\"},"
		"\"ids\":[{\"profileType\":\"Duns\",\"id\":\"7\"}],"
		"\"team\":[{\"firstName\":\"Ana\",\"contactPreference\":{\"locale\":\"en\"}}]},"
		"\"consent\":{\"consentToContact\":false},\"isSpam\":false,\"links\":{},"
		"\"details\":{\"dealValue\":12.50,\"requirements\":{\"solutions\":"
		"[{\"id\":\"contoso.crm\"}]}},\"team\":[{\"email\":\"Kim@X.example\"}]}",
		&x, &e));
	SAME(x.company, "Fabrikam", "trimmed");
	SAME(x.country, "US", "country");
	SAME(x.contact.first_name, "Ana", "contact");
	SAME(x.qualification, "SalesQualified", "word");
	SAME(x.offer, "contoso.crm", "offer");
	SAME(x.change.value, "12.50", "as written");
	SAME(x.change.member, "kim@x.example", "owner");
	assert_null(x.direction);
	assert_null(x.message);
	assert_int_equal(x.may_contact, 0);
	assert_int_equal(x.requested_contact, -1);
	assert_int_equal(x.change.favorite, 1);
	assert_int_equal(x.change.stage, LEAD_SUBSTATUS_NONE);
	assert_int_equal(x.said_n, 15);
	assert_true(str_eq_z(x.said[4].path, "customerProfile/address/city"));
	assert_true(str_eq_z(x.said[6].path, "customerProfile/ids/0/profileType"));
	assert_true(str_eq_z(x.said[6].text, "Duns"));
}

static void refuses(void **state)
{
	static const struct {
		const char *text, *field;
	} cases[] = {
		{ "[]", "" },
		{ "{}", "/customerProfile" },
		{ "{\"customerProfile\":null}", "/customerProfile" },
		{ "{\"customerProfile\":[]}", "/customerProfile" },
		{ "{\"customerProfile\":{\"name\":\" \"}}", "/customerProfile" },
		{ "{\"customerProfile\":{\"name\":1}}", "/customerProfile/name" },
		{ "{\"customerProfile\":{\"address\":\"US\"}}", "/customerProfile/address" },
		{ "{\"customerProfile\":{\"team\":[1]}}", "/customerProfile/team" },
		{ "{\"customerProfile\":{\"team\":[{},{}]}}", "/customerProfile/team" },
		{ "{\"customerProfile\":{\"team\":[{\"x\":null}]}}", "/customerProfile/team/0/x" },
		{ "{\"\":1}", "/" },
		{ "{\"x\":null}", "/x" },
		{ "{\"customerProfile/name\":\"x\"}", "/customerProfile/name" },
		{ "{\"type\":\"Shared\"}", "/type" },
		{ "{\"type\":1}", "/type" },
		{ "{\"links\":{\"self\":{\"uri\":\"x\"}}}", "/links" },
		{ "{\"isSpam\":true}", "/isSpam" },
		{ "{\"name\":{\"x\":1}}", "/name" },
		{ "{\"favorite\":\"yes\"}", "/favorite" },
		{ "{\"team\":[{\"email\":null}]}", "/team/-" },
		{ "{\"inviteContext\":{\"notes\":\"a\"},\"details\":{\"customerNotes\":\"b\"}}",
		  "/details/customerNotes" },
		{ "{\"customerProfile\":{\"name\":\"x\"},\"status\":\"Closed\",\"substatus\":"
		  "\"Won\"}",
		  "/status" },
	};
	AUTO_ARENA a = arena_new("create", 1 << 20);

	(void)state;
	EACH(cases, c)
	{
		struct referral_new x;
		struct err e;

		CHECK(!read(a, c->text, &x, &e), c->text);
		CHECK(e.kind == ERR_INPUT && e.text[0], c->text);
		SAME(e.field, c->field, c->text);
	}
}

/* What nothing is made of may be anything; its names and places cost no more than they are long. */
static void bounded(void **state)
{
	static const struct {
		const char *begin, *each, *end, *field;
		size_t name, n;
	} cases[] = {
		{ "{\"", "7,", "7]}", "/tags", 400000, 390 },
		{ "{\"", "[],", "[]]}", "/tags", 400000, 100000 },
		{ "[{\"", "[],", "[]]}]", "/tags/0", 600, 10 },
		{ "{\"", "[],", "[]]}", NULL, 480, 200000 },
		{ "{\"", "7,", "7]}", NULL, 480, 300 },
	};
	AUTO_ARENA a = arena_new("create", 8 << 20);

	(void)state;
	EACH(cases, c)
	{
		AUTO_BUF b = buf_new(4 << 20);
		struct referral_new x;
		struct err e;

		buf_z(&b, "{\"customerProfile\":{\"name\":\"x\"},\"tags\":");
		buf_z(&b, c->begin);
		for (size_t i = 0; i < c->name; i++)
			buf_z(&b, "k");
		buf_z(&b, "\":[");
		for (size_t i = 0; i < c->n; i++)
			buf_z(&b, c->each);
		buf_z(&b, c->end);
		buf_add(&b, "}", 2);
		arena_reset(a);
		CHECK(read(a, b.p, &x, &e) == !c->field, c->each);
		if (c->field)
			SAME(e.field, c->field, c->each);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes),
		cmocka_unit_test(refuses),
		cmocka_unit_test(bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
