/* What is stored of a touch gives back every note, whatever was left out as usual. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/hash.h"
#include "base/json.h"
#include "base/limits.h"
#include "understand/understand.h"

#define BODY_MAX (1024 * 1024)

static bool same(const char *x, const char *y)
{
	return x == y || (x && y && !strcmp(x, y));
}

static void comes_back(struct arena *a, const struct touch *t, const char *what)
{
	const char *texts = touch_texts(a, t), *packed = notes_pack(a, t);
	struct note *got;
	struct err e;
	size_t n;

	if (!notes_unpack(a, str_of(packed), str_of(texts), &got, &n, &e))
		fail_msg("%s: %s in %s", what, e.text, packed);
	assert_int_equal(n, t->note_count);
	for (size_t i = 0; i < n; i++) {
		const struct note *want = &t->notes[i];

		if (!same(got[i].field, want->field) || !same(got[i].rule, want->rule) ||
		    !same(got[i].from, want->from) || !same(got[i].value, want->value) ||
		    !same(got[i].raw, want->raw) || got[i].confidence != want->confidence)
			fail_msg("%s: note %zu (%s, %s) comes back as %s, %s: %s", what, i,
				 want->field, want->rule, got[i].value, got[i].raw, packed);
	}
}

static void read_body(const char *path, char *body, size_t *ret_n)
{
	FILE *f = fopen(path, "rb");

	assert_non_null(f);
	*ret_n = fread(body, 1, BODY_MAX, f);
	fclose(f);
}

static void every_golden_body_gives_back_its_notes(void **state)
{
	struct offer_facts offer = { .publisher = "contoso",
				     .offer = "crm",
				     .title = "Contoso CRM" };
	DIR *dir = opendir(GOLDEN);
	char *body = malloc(BODY_MAX), path[512];
	size_t touches_seen = 0;
	struct dirent *d;

	(void)state;
	assert_non_null(dir);
	while ((d = readdir(dir))) {
		AUTO_ARENA a = arena_new("test", 64 * 1024 * 1024);
		struct touch *touches;
		struct err e;
		size_t size, n;

		if (!strstr(d->d_name, ".txt"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", GOLDEN, d->d_name);
		read_body(path, body, &size);
		if (!understand(a, (struct str){ body, size }, STR(""), &offer, &touches, &n, &e))
			continue;
		for (size_t i = 0; i < n; i++)
			comes_back(a, &touches[i], d->d_name);
		touches_seen += n;
	}
	closedir(dir);
	free(body);
	assert_true(touches_seen > 20);
}

static void an_absent_value_is_not_the_text(void **state)
{
	AUTO_ARENA a = arena_new("test", 1024 * 1024);
	struct note notes[] = {
		{ "phone", NULL, "+0", "UserDetails.Phone", "phone.sample", CONFIDENCE_NONE },
		{ "company", "Ltd", NULL, NULL, "text.label", CONFIDENCE_GUESS },
		{ "title", "CTO", "CTO", "UserDetails.Title", "text.label", CONFIDENCE_SURE },
		{ "no such field", "0", "0", "0", "rule", CONFIDENCE_LIKELY },
	};
	struct touch t = { .notes = notes, .note_count = LL_COUNT(notes) };

	(void)state;
	t.raw[CONTACT_PHONE] = "+0";
	t.raw[CONTACT_COMPANY] = "Ltd";
	t.raw[CONTACT_TITLE] = "CTO";
	comes_back(a, &t, "made by hand");
	assert_null(strstr(notes_pack(a, &t), "CTO")); /* usual: left out */
}

static void what_is_no_list_is_refused(void **state)
{
	AUTO_ARENA a = arena_new("test", 1024 * 1024);
	struct note *notes;
	struct err e;
	size_t n;

	(void)state;
	assert_false(notes_unpack(a, STR("[["), STR("{}"), &notes, &n, &e));
	assert_string_equal(e.code, "json.invalid");
}

/* ---- nothing from outside reaches the limit of what is stored ---- */

static const char *const labels[] = {
	"FirstName",
	"LastName",
	"FullName",
	"Email",
	"Phone",
	"Country",
	"Company",
	"Title",
	"LeadSource",
	"ActionCode",
	"OfferTitle",
	"OfferDisplayName",
	"ProductId",
	"Country",
	"Description",
	"Subject",
	"MSFT_TEST_one",
	"Colour",
	"a",
	"b",
	"c",
	"d",
	"e",
	"f",
};

/* A value of size bytes; each lead and block has another one, so that all fields contradict. */
static void put_value(struct buf *b, const char *fill, size_t size, int number)
{
	buf_printf(b, "\"%d MSFT_TEST_ ", number);
	for (size_t n = 0; n + strlen(fill) <= size; n += strlen(fill))
		buf_z(b, fill);
	buf_z(b, "\"");
}

static void put_fields(struct buf *b, const char *fill, size_t size, int number)
{
	for (size_t i = 0; i < LL_COUNT(labels); i++) {
		buf_printf(b, "%s\"%s\":", i ? "," : "", labels[i]);
		put_value(b, fill, size, number);
	}
}

static void put_lead(struct buf *b, const char *fill, size_t size)
{
	buf_z(b, "{");
	put_fields(b, fill, size, 1);
	buf_z(b, ",\"UserDetails\":{");
	put_fields(b, fill, size, 2);
	buf_z(b, "},\"CustomerInfo\":{");
	put_fields(b, fill, size, 3);
	buf_z(b, "}}");
}

static size_t stored_size(struct str body, size_t want)
{
	struct offer_facts offer = { .publisher = "contoso", .offer = "crm", .title = "C" };
	AUTO_ARENA a = arena_new("test", LIMIT_ARENA_REQUEST);
	struct touch *t;
	struct err e;
	size_t n, most = 0;

	if (!understand(a, body, STR(""), &offer, &t, &n, &e))
		fail_msg("%s", e.text);
	assert_int_equal(n, want);
	for (size_t i = 0; i < n; i++) {
		ARENA_SCOPE(a);
		size_t texts = strlen(touch_texts(a, &t[i])), notes = strlen(notes_pack(a, &t[i]));

		most = texts > most ? texts : most;
		most = notes > most ? notes : most;
	}
	return most;
}

/* Bytes that grow when they are repaired (0xFF to U+FFFD) or written as JSON again (quotes). */
static const char *const fills[] = { "x",   "\xFF",    "\\\"",    "\\\\",
				     "\\n", "\\u0001", "\\uD800", "\xED\x94\x84" };

static void the_longest_fields_are_half_of_what_may_be_stored(void **state)
{
	(void)state;
	for (size_t i = 0; i < LL_COUNT(fills); i++) {
		AUTO_BUF b = buf_new(LIMIT_BODY_MAX);

		/* Each fill is at least a byte of text: more than is kept. */
		put_lead(&b, fills[i], (LIMIT_TEXT + 64) * strlen(fills[i]));
		assert_true(buf_ok(&b));
		assert_in_range(stored_size(buf_view(&b), 1), 1, LIMIT_RECORD / 2);
	}
}

static void a_thousand_leads_with_long_fields_are_stored(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) { /* plain, broken, escaped */
		AUTO_BUF b = buf_new(LIMIT_BODY_MAX);

		for (int n = 0; n < LIMIT_LEADS_A_BODY; n++) {
			buf_z(&b, n ? "," : "[");
			put_lead(&b, fills[i], 160);
		}
		buf_z(&b, "]");
		assert_true(buf_ok(&b));
		assert_in_range(stored_size(buf_view(&b), LIMIT_LEADS_A_BODY), 1, LIMIT_RECORD / 2);
	}
}

/* The largest body of one lead: as many members as fit, as deep as is read. */
static void wide_and_deep_bodies_are_stored(void **state)
{
	AUTO_BUF wide = buf_new(LIMIT_BODY_MAX), deep = buf_new(LIMIT_BODY_MAX);
	AUTO_BUF large = buf_new(LIMIT_BODY_MAX);

	(void)state;
	put_lead(&large, "\xFF", LIMIT_BODY_MAX / 80);
	assert_in_range(stored_size(buf_view(&large), 1), 1, LIMIT_RECORD / 2);
	buf_z(&wide, "{\"Email\":\"a@b.c\"");
	for (int n = 0; wide.n < LIMIT_BODY_MAX - 200; n++)
		buf_printf(&wide, ",\"%s%d\":\"\\\"%d\"", labels[(size_t)n % LL_COUNT(labels)],
			   n % 7, n);
	buf_z(&wide, "}");
	assert_in_range(stored_size(buf_view(&wide), 1), 1, LIMIT_RECORD / 2);
	buf_z(&deep, "{\"Email\":\"a@b.c\"");
	for (int n = 0; n < LIMIT_JSON_DEPTH - 2; n++) {
		buf_printf(&deep, ",\"UserDetails\":{");
		put_fields(&deep, "\xFF", 2000, n);
	}
	for (int n = 0; n < LIMIT_JSON_DEPTH - 1; n++)
		buf_z(&deep, "}");
	assert_in_range(stored_size(buf_view(&deep), 1), 1, LIMIT_RECORD / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_golden_body_gives_back_its_notes),
		cmocka_unit_test(an_absent_value_is_not_the_text),
		cmocka_unit_test(what_is_no_list_is_refused),
		cmocka_unit_test(the_longest_fields_are_half_of_what_may_be_stored),
		cmocka_unit_test(a_thousand_leads_with_long_fields_are_stored),
		cmocka_unit_test(wide_and_deep_bodies_are_stored),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
