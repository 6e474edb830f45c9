/* Bodies: shapes, encodings, limits, and the traps that golden files cannot show. */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include "dump.h"
#include "understand/touch.h"

static enum shape shape(struct arena *a, struct str body, struct err *e)
{
	*e = (struct err){ 0 };
	return understand_shape(a, body, STR("text/plain"), e);
}

static const struct shape_row {
	const char *name, *body;
	enum shape shape;
	const char *code;
} shapes[] = {
	{ "one contact field", "{\"Email\":\"a@b.c\"}", SHAPE_LEAD, NULL },
	{ "only a LeadSource", "{\"LeadSource\":\"AzureMarketplace\"}", SHAPE_LEAD, NULL },
	{ "only a job title in a contact block", "{\"UserDetails\":{\"Title\":\"CTO\"}}",
	  SHAPE_LEAD, NULL },
	{ "only a Korean first name", "{\"이름\":\"민준\"}", SHAPE_LEAD, NULL },
	{ "only a subject", "{\"Title\":\"CTO\"}", SHAPE_NO_LEAD, "body.no-lead" },
	{ "only an action", "{\"ActionCode\":\"INS\"}", SHAPE_NO_LEAD, "body.no-lead" },
	{ "blank fields", "{\"UserDetails\":{\"Email\":\" \",\"Phone\":\"\"}}", SHAPE_NO_LEAD,
	  "body.no-lead" },
	{ "ideographic blanks", "{\"Company\":\"　\"}", SHAPE_NO_LEAD, "body.no-lead" },
	{ "escaped blanks", "{\"Company\":\"\\u3000\\n\"}", SHAPE_NO_LEAD, "body.no-lead" },
	{ "null fields", "{\"UserDetails\":null,\"Email\":null}", SHAPE_NO_LEAD, "body.no-lead" },
	{ "an empty object", "{}", SHAPE_NO_LEAD, "body.no-lead" },
	{ "an empty list", "[]", SHAPE_NO_LEAD, "body.no-lead" },
	{ "a list of numbers", "[1,2]", SHAPE_NO_LEAD, "body.no-lead" },
	{ "a number as a phone", "{\"Phone\":16175555555}", SHAPE_LEAD, NULL },
	{ "a form", "email=a%40b.c", SHAPE_LEAD, NULL },
	{ "a form without a lead", "x=1&y=2", SHAPE_NO_LEAD, "body.no-lead" },
	{ "a line", "Email: a@b.c", SHAPE_LEAD, NULL },
	{ "prose", "Hello, is anybody there?", SHAPE_NO_LEAD, "body.no-lead" },
	{ "nothing", "", SHAPE_NO_LEAD, "body.empty" },
	{ "blanks", " \r\n\t", SHAPE_NO_LEAD, "body.empty" },
	{ "an object that does not end", "{\"Email\":\"a@b.c\"", SHAPE_UNREADABLE, "body.json" },
	{ "a text that does not end", "{\"Email\":\"a@b.c", SHAPE_UNREADABLE, "body.json" },
	{ "no colon", "{\"Email\" \"a@b.c\"}", SHAPE_UNREADABLE, "body.json" },
	{ "a bad escape", "{\"Email\":\"\\x\"}", SHAPE_UNREADABLE, "body.json" },
	{ "a bad number", "{\"Phone\":01}", SHAPE_UNREADABLE, "body.json" },
	{ "a bare word", "{\"Phone\":nothing}", SHAPE_UNREADABLE, "body.json" },
	{ "text behind the object", "{\"Email\":\"a@b.c\"} and more", SHAPE_UNREADABLE,
	  "body.json" },
	{ "a form that is JSON by its first byte", "{=1", SHAPE_UNREADABLE, "body.json" },
	{ "bytes that are no text", "\x01\x02\x03\x04\x05\x06\x07\x08\xff\xfe", SHAPE_UNREADABLE,
	  "body.not-text" },
};

static void has_shape(void **state)
{
	const struct shape_row *r = *state;
	AUTO_ARENA a = cases_arena();
	struct err e;

	assert_int_equal(shape(a, str_of(r->body), &e), r->shape);
	same_text(e.code, r->code);
	if (r->code)
		assert_true(e.kind == ERR_INPUT && *e.text);
}

static void an_error_says_line_and_column(void **state)
{
	AUTO_ARENA a = cases_arena();
	struct err e;

	(void)state;
	assert_int_equal(shape(a, STR("{\"a\":1,\n  \"b\" 2}"), &e), SHAPE_UNREADABLE);
	assert_string_equal(e.text,
			    "The body is not valid JSON: line 2, column 7: a colon was expected.");
}

static void deep_nesting_is_refused(void **state)
{
	AUTO_ARENA a = cases_arena();
	char body[LIMIT_JSON_DEPTH * 2 + 16];
	struct err e;

	(void)state;
	for (int depth = LIMIT_JSON_DEPTH; depth <= LIMIT_JSON_DEPTH + 1; depth++) {
		memset(body, '[', (size_t)depth);
		memset(body + depth, ']', (size_t)depth);
		assert_int_equal(shape(a, (struct str){ body, 2 * (size_t)depth }, &e),
				 depth > LIMIT_JSON_DEPTH ? SHAPE_UNREADABLE : SHAPE_NO_LEAD);
	}
}

static void a_thousand_leads_and_no_more(void **state)
{
	AUTO_ARENA a = cases_arena();
	AUTO_BUF b = buf_new(LIMIT_API_BODY);
	struct touch *t;
	struct err e = { 0 };
	size_t n;

	(void)state;
	buf_z(&b, "[{\"Email\":\"a0@b.c\"}");
	for (int i = 1; i < LIMIT_LEADS_A_BODY; i++)
		buf_printf(&b, ",{\"Email\":\"a%d@b.c\"}", i);
	assert_int_equal(shape(a, str_of(arena_printf(a, STR_FMT "]", STR_ARG(buf_view(&b)))), &e),
			 SHAPE_LEAD);
	assert_true(understand(a, str_of(arena_printf(a, STR_FMT "]", STR_ARG(buf_view(&b)))),
			       STR(""), NULL, &t, &n, &e));
	assert_int_equal(n, LIMIT_LEADS_A_BODY);
	assert_string_equal(t[999].contact[CONTACT_EMAIL], "a999@b.c");
	buf_z(&b, ",{\"Email\":\"last@b.c\"}]");
	assert_int_equal(shape(a, buf_view(&b), &e), SHAPE_UNREADABLE);
	assert_string_equal(e.code, "body.too-many");
	assert_string_equal(e.text, "The body holds more than 1000 leads: send them in several "
				    "bodies of at most 1000 each.");
}

/* UTF-8 text as UTF-16. */
static struct str wide(struct arena *a, const char *text, bool big, bool mark)
{
	struct str s = str_of(text), out = { arena_alloc(a, s.n * 2 + 2), 0 };
	char *p = arena_alloc(a, s.n * 2 + 2);

	if (mark) {
		memcpy(p, big ? "\xFE\xFF" : "\xFF\xFE", 2);
		out.n = 2;
	}
	for (size_t i = 0; i < s.n; i++) {
		p[out.n++] = big ? 0 : s.p[i];
		p[out.n++] = big ? s.p[i] : 0;
	}
	out.p = p;
	return out;
}

static void encodings(void **state)
{
	static const char body[] = "{\"UserDetails\":{\"Email\":\"ana@example.com\"},"
				   "\"LeadSource\":\"AppSource-PLT|a.b\"}";
	AUTO_ARENA a = cases_arena();
	const struct str all[] = {
		str_of(body),
		str_of(arena_printf(a, "\xEF\xBB\xBF%s", body)),
		wide(a, body, false, true),
		wide(a, body, false, false),
		wide(a, body, true, true),
		wide(a, body, true, false),
		{ body, sizeof(body) }, /* with its NUL */
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(all); i++) {
		struct touch *t;
		struct err e = { 0 };
		size_t n;

		assert_true(understand(a, all[i], STR(""), NULL, &t, &n, &e));
		assert_string_equal(t->contact[CONTACT_EMAIL], "ana@example.com");
		assert_int_equal(t->kind, KIND_INTEREST);
		assert_int_equal(t->flags, 0);
	}
}

static void a_raw_nul_does_not_make_it_utf16(void **state)
{
	AUTO_ARENA a = cases_arena();
	struct touch *t;
	struct err e = { 0 };
	size_t n;

	(void)state;
	assert_true(understand(a, STR("{\"Email\":\"ana@example.com\",\"LastName\":\"A\0B\"}"),
			       STR(""), NULL, &t, &n, &e));
	assert_string_equal(t->contact[CONTACT_LAST_NAME], "AB");
	assert_int_equal(t->flags, FLAG_REPAIRED_TEXT | FLAG_REPAIRED_JSON);
}

static struct touch *one(struct arena *a, const char *body, const struct offer_facts *offer)
{
	struct touch *t;
	struct err e = { 0 };
	size_t n;

	if (!understand(a, str_of(body), STR(""), offer, &t, &n, &e))
		fail_msg("%s", e.text);
	assert_int_equal(n, 1);
	return t;
}

static const struct flag_row {
	const char *name, *body;
	unsigned flags;
} flags[] = {
	{ "nothing to flag",
	  "{\"Email\":\"a@b.cd\",\"LeadSource\":\"AppSource-PLT|contoso.crm\",\"OfferTitle\":"
	  "\"contoso crm\"}",
	  0 },
	{ "LeadSource says INS, ActionCode says PLT",
	  "{\"Email\":\"a@b.cd\",\"LeadSource\":\"AppSource-INS|contoso.crm\",\"ActionCode\":"
	  "\"PLT\"}",
	  FLAG_ACTION_CONFLICT },
	{ "ActionCode in another spelling is no contradiction",
	  "{\"Email\":\"a@b.cd\",\"LeadSource\":\"AzurePortal-Create|contoso.crm\",\"ActionCode\":"
	  "\"Subscribe\"}",
	  0 },
	{ "AzurePortal with PLT is unusual",
	  "{\"Email\":\"a@b.cd\",\"LeadSource\":\"AzurePortal-PLT|contoso.crm\"}",
	  FLAG_UNUSUAL_PAIR },
	{ "another offer's id",
	  "{\"Email\":\"a@b.cd\",\"LeadSource\":\"AppSource-PLT|contoso.other\"}",
	  FLAG_OFFER_CONFLICT },
	{ "another publisher",
	  "{\"Email\":\"a@b.cd\",\"LeadSource\":\"AppSource-PLT|fabrikam.crm\"}",
	  FLAG_OFFER_CONFLICT },
	{ "another offer's name",
	  "{\"Email\":\"a@b.cd\",\"LeadSource\":\"AppSource-PLT|Other Product\"}",
	  FLAG_OFFER_CONFLICT },
	{ "the offer's name in other letters",
	  "{\"Email\":\"a@b.cd\",\"LeadSource\":\"AppSource-PLT|ＣＯＮＴＯＳＯ crm\"}", 0 },
	{ "an unknown action",
	  "{\"Email\":\"a@b.cd\",\"LeadSource\":\"AppSource-CONTACTME|contoso.crm\"}",
	  FLAG_UNKNOWN_ACTION },
	{ "an unknown source", "{\"Email\":\"a@b.cd\",\"LeadSource\":\"Shop-PLT|contoso.crm\"}",
	  FLAG_UNKNOWN_SOURCE },
	{ "dup-", "{\"Email\":\"a@b.cd\",\"LeadSource\":\"AppSource-dup-PLT|contoso.crm\"}",
	  FLAG_SENDER_DUPLICATE },
	{ "a NUL in a value", "{\"Email\":\"a@b.cd\",\"LastName\":\"A\\u0000B\"}",
	  FLAG_REPAIRED_TEXT },
	{ "a lone surrogate", "{\"Email\":\"a@b.cd\",\"LastName\":\"A\\udc00B\"}",
	  FLAG_REPAIRED_TEXT },
	{ "a surrogate pair is fine",
	  "{\"Email\":\"a@b.cd\",\"LastName\":\"\\ud842\\udfb7\\u91ce\"}", 0 },
	{ "invalid UTF-8", "{\"Email\":\"a@b.cd\",\"LastName\":\"A\xffz\"}", FLAG_REPAIRED_TEXT },
	{ "a missing comma", "{\"Email\":\"a@b.cd\" \"LastName\":\"Z\"}", FLAG_REPAIRED_JSON },
	{ "a missing comma in the JSON text of a table's row",
	  "{\"CustomerInfo\":\"{\\\"Email\\\":\\\"a@b.cd\\\" \\\"LastName\\\":\\\"Z\\\"}\"}",
	  FLAG_REPAIRED_JSON },
	{ "the test token in the description",
	  "{\"Email\":\"a@b.cd\",\"Description\":\"MSFT_TEST_1\"}", FLAG_TEST },
	{ "the test token in LeadSource",
	  "{\"Email\":\"a@b.cd\",\"LeadSource\":\"MSFT_TEST_1-MSFT_TEST_1|Contoso CRM\"}",
	  FLAG_TEST | FLAG_UNKNOWN_ACTION | FLAG_UNKNOWN_SOURCE },
	{ "neither e-mail nor phone", "{\"LastName\":\"Z\"}", FLAG_NO_CONTACT_DATA },
	{ "a phone without a country can be used", "{\"LastName\":\"Z\",\"Phone\":\"02-312-3456\"}",
	  0 },
	{ "an unknown country", "{\"Email\":\"a@b.cd\",\"Country\":\"ZZ\"}", FLAG_COUNTRY_UNKNOWN },
	{ "an empty country is none", "{\"Email\":\"a@b.cd\",\"Country\":\"\"}", 0 },
	{ "the sample phone", "{\"Email\":\"a@b.cd\",\"Country\":\"US\",\"Phone\":\"1234567890\"}",
	  FLAG_PHONE_INVALID },
	{ "no phone is no invalid phone",
	  "{\"Email\":\"a@b.cd\",\"Country\":\"US\",\"Phone\":\"n/a\"}", 0 },
	{ "no address",
	  "{\"Email\":\"ana at contoso\",\"Country\":\"US\",\"Phone\":\"+16175550100\"}",
	  FLAG_EMAIL_INVALID },
	{ "one key twice", "{\"Email\":\"a@b.cd\",\"email\":\"x@b.cd\"}", FLAG_FIELD_CONFLICT },
	{ "one key twice with one value", "{\"Email\":\"a@b.cd\",\"EMAIL\":\"A@b.cd \"}", 0 },
	{ "the same country in two spellings",
	  "{\"Email\":\"a@b.cd\",\"Country\":\"US\",\"국가\":\"미국\"}", 0 },
	{ "phone and mobile are two things",
	  "{\"Email\":\"a@b.cd\",\"Country\":\"US\",\"Phone\":\"6175550100\",\"Mobile\":"
	  "\"6175550101\"}",
	  0 },
	{ "约翰 with Smith", "{\"Email\":\"a@b.cd\",\"名字\":\"约翰\",\"LastName\":\"Smith\"}",
	  FLAG_NAME_SCRIPTS_MIXED },
	{ "a second encoding is no contradiction", "email=a@b.cd&encoding=UTF-8&encoding=EUC-KR",
	  0 },
};

static void has_flags(void **state)
{
	const struct flag_row *r = *state;
	AUTO_ARENA a = cases_arena();
	unsigned got = one(a, r->body, &dump_offer)->flags;

	if (got != r->flags)
		for (unsigned i = 0; i < FLAG_COUNT; i++)
			if ((got ^ r->flags) & 1u << i)
				fail_msg("%s %s", flag_text((enum flag)(1u << i)),
					 got & 1u << i ? "is set" : "is missing");
}

static void what_is_shown_after_a_contradiction(void **state)
{
	AUTO_ARENA a = cases_arena();
	struct touch *t = one(a,
			      "{\"Email\":\"a@b.cd\",\"LeadSource\":\"SPZA-INS|contoso.crm\","
			      "\"ActionCode\":\"PLT\"}",
			      &dump_offer);

	(void)state;
	assert_string_equal(t->source, "AppSource");
	assert_string_equal(t->action, "INS");
	assert_string_equal(t->action_code, "PLT");
	assert_int_equal(t->kind, KIND_ACTIVE);
	assert_false(t->hot);
}

static void a_bought_offer_is_known_by_its_listing(void **state)
{
	const struct offer_facts sold = { "contoso", "crm", NULL, true };
	AUTO_ARENA a = cases_arena();
	struct touch *t = one(a, "{\"LeadSource\":\"AppSource-INS|contoso.crm\"}", &sold);

	(void)state;
	assert_int_equal(t->kind, KIND_ACTIVE);
	assert_true(kind_rule_for(t->source, t->action, sold.transactable)->bought);
}

static void do_not_contact_is_information(void **state)
{
	AUTO_ARENA a = cases_arena();
	struct touch *t = one(a, "{\"Email\":\"a@b.cd\",\"LeadSource\":\"SPZA-DNC|contoso.crm\"}",
			      &dump_offer);

	(void)state;
	assert_int_equal(t->kind, KIND_INFORMATION);
	assert_true(t->dnc);
	assert_false(t->hot);
}

static void a_long_name_is_cut_and_kept_in_the_receipt(void **state)
{
	AUTO_ARENA a = cases_arena();
	char *name = arena_alloc(a, 5001);
	struct touch *t;

	(void)state;
	memset(name, 'x', 5000);
	t = one(a, arena_printf(a, "{\"Email\":\"a@b.cd\",\"LastName\":\"%s\"}", name), NULL);
	assert_int_equal(strlen(t->contact[CONTACT_LAST_NAME]), LIMIT_NAME);
	assert_int_equal(strlen(t->raw[CONTACT_LAST_NAME]), LIMIT_NAME * 4);
	assert_int_equal(t->flags, FLAG_CUT_TEXT);
}

static void a_long_description_is_cut_at_its_limit(void **state)
{
	AUTO_ARENA a = cases_arena();
	char *text = arena_alloc(a, 3 * LIMIT_TEXT + 1);
	struct touch *t;

	(void)state;
	memset(text, 'x', LIMIT_TEXT);
	t = one(a, arena_printf(a, "{\"Email\":\"a@b.cd\",\"Description\":\"%s\"}", text), NULL);
	assert_int_equal(strlen(t->description), LIMIT_TEXT);
	assert_int_equal(t->flags, 0);
	memset(text, 'x', 3 * LIMIT_TEXT);
	t = one(a, arena_printf(a, "{\"Email\":\"a@b.cd\",\"Description\":\"%s\"}", text), NULL);
	assert_int_equal(strlen(t->description), LIMIT_TEXT);
	assert_int_equal(t->flags, FLAG_CUT_TEXT);
}

#define SHARE 4 /* of the largest body and its arena: what grows, grows with the body */

/* Pieces over and over, between an opening and a closing. */
static struct str largest(char *body, const char *open, const char *piece, const char *close)
{
	size_t n = strlen(open), len = strlen(piece), end = strlen(close);

	memcpy(body, open, n);
	for (; n + len + end <= LIMIT_BODY_MAX / SHARE; n += len)
		memcpy(body + n, piece, len);
	memcpy(body + n, close, end);
	return (struct str){ body, n + end };
}

static void fits(struct str body, size_t room)
{
	AUTO_ARENA a = arena_new("test", room);
	struct touch *t;
	struct err e = { 0 };
	size_t n;

	if (understand(a, body, STR(""), &dump_offer, &t, &n, &e))
		assert_in_range(n, 1, LIMIT_LEADS_A_BODY);
	else
		assert_int_equal(e.kind, ERR_INPUT);
}

/* Many small things, escaped and not, in every dialect: they must not add up beyond one arena. */
static void the_largest_bodies_fit_into_one_arena(void **state)
{
	static const char *const bodies[][3] = {
		{ "[{}", ",{\"Email\":\"a\"}", "]" },
		{ "[{}", ",{\"x\":{\"y\":1}}", "]" },
		{ "[1", ",[[1]]", "]" },
		{ "[1", ",\"\\ud800\"", "]" },
		{ "{\"a\":1", ",\"\\u0041\":1", "}" },
		{ "{\"a\":1", ",\"é\":\"\\u00e9\"", "}" },
		{ "{\"a\":1", ",\"Email\":\"\\u0041\"", "}" },
		{ "{\"a\":1", ",\"CustomerInfo\":\"{\\\"Email\\\":1}\"", "}" },
		{ "{\"Email\":\"a@b.cd\",\"Description\":\"", "\xff", "\"}" },
		{ "{\"Email\":\"a@b.cd\",\"CustomerInfo\":\"{", "\\n", "\"}" },
		{ "\"{\\\"Email\\\":1,\\\"x\\\":\\\"", "\\u00e9", "\\\"}\"" },
		{ "a=1", "&%41=%42", "" },
		{ "a=1", "&customer=%7B%22Email%22:1%7D", "" },
		{ "Email: a@b.cd", "\né: é", "" },
		{ "Description: ", "\nx", "" },
	};
	char *body = malloc(LIMIT_BODY_MAX / SHARE);

	(void)state;
	for (size_t i = 0; i < LL_COUNT(bodies); i++)
		fits(largest(body, bodies[i][0], bodies[i][1], bodies[i][2]),
		     LIMIT_ARENA_REQUEST / SHARE);
	free(body);
}

/* As many leads as there may be, every field longer than its limit and broken, in both encodings.
 */
static void the_costliest_leads_fit_into_one_arena(void **state)
{
	static const char *const keys[] = { "FirstName",  "LastName",   "Email",
					    "Country",    "Company",    "Title",
					    "LeadSource", "OfferTitle", "Description" };
	char *body = malloc(LIMIT_BODY_MAX + 64);

	(void)state;
	for (int wide = 0; wide < 2; wide++) {
		size_t n = 0, share = LIMIT_BODY_MAX / LIMIT_LEADS_A_BODY / LL_COUNT(keys);
		const char *broken = wide ? "\xed\xa0\x80" : "\xff";

		for (int i = 0; i < LIMIT_LEADS_A_BODY; i++) {
			n += (size_t)sprintf(body + n, "%c{\"x\":1", i ? ',' : '[');
			for (size_t k = 0; k < LL_COUNT(keys); k++) {
				n += (size_t)sprintf(body + n, ",\"%s\":\"", keys[k]);
				for (size_t b = 40; b < share;
				     b += strlen(broken), n += strlen(broken))
					memcpy(body + n, broken, strlen(broken));
				body[n++] = '"';
			}
			body[n++] = '}';
		}
		body[n++] = ']';
		assert_true(n < LIMIT_BODY_MAX);
		fits((struct str){ body, n }, LIMIT_ARENA_REQUEST);
	}
	free(body);
}

static const struct note *note_on(const struct touch *t, const char *field)
{
	for (size_t i = 0; i < t->note_count; i++)
		if (strcmp(t->notes[i].field, field) == 0)
			return &t->notes[i];
	fail_msg("no note on %s", field);
	return NULL;
}

static void a_note_says_what_from_where_and_how_sure(void **state)
{
	AUTO_ARENA a = cases_arena();
	const struct touch *t =
		one(a, "{\"UserDetails\":{\"Country\":\"미국\",\"Email\":\"a@b.cd\"}}", NULL);
	const struct note *n = note_on(t, "country");

	(void)state;
	assert_string_equal(n->value, "US");
	assert_string_equal(n->raw, "미국");
	assert_string_equal(n->from, "UserDetails.Country");
	assert_string_equal(n->rule, "country.name");
	assert_int_equal(n->confidence, CONFIDENCE_SURE);
}

int main(void)
{
	static struct cases c;

	CASES_ADD(&c, has_shape, shapes);
	CASES_ADD(&c, has_flags, flags);
#define ADD(f) cases_add(&c, #f, f, NULL)
	ADD(an_error_says_line_and_column);
	ADD(deep_nesting_is_refused);
	ADD(a_thousand_leads_and_no_more);
	ADD(encodings);
	ADD(a_raw_nul_does_not_make_it_utf16);
	ADD(what_is_shown_after_a_contradiction);
	ADD(a_bought_offer_is_known_by_its_listing);
	ADD(do_not_contact_is_information);
	ADD(a_long_name_is_cut_and_kept_in_the_receipt);
	ADD(a_long_description_is_cut_at_its_limit);
	ADD(the_largest_bodies_fit_into_one_arena);
	ADD(the_costliest_leads_fit_into_one_arena);
	ADD(a_note_says_what_from_where_and_how_sure);
	return CASES_RUN(&c, "body");
}
