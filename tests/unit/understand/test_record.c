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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_golden_body_gives_back_its_notes),
		cmocka_unit_test(an_absent_value_is_not_the_text),
		cmocka_unit_test(what_is_no_list_is_refused),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
