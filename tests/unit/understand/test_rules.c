/* What is undocumented does not build: every rule and every flag has its row, every row is one. */
#include "cases.h"

#include <stdio.h>
#include "understand/label.h"
#include "understand/fold.h"
#include "understand/rules.h"

static struct str read_doc(struct arena *a, const char *name)
{
	char *text = arena_alloc(a, 1 << 18);
	FILE *f = fopen(arena_printf(a, "%s/%s", DOCS, name), "rb");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, (1 << 18) - 1, f);
	fclose(f);
	return (struct str){ text, n };
}

/* The first cell of a table's row, "| `country.name` | …", without its ticks; "" of any other line.
 */
static struct str first_cell(struct str line)
{
	struct str rest;

	if (!str_starts(line, "| `"))
		return STR("");
	rest = str_from(line, 3);
	return str_upto(rest, str_find(rest, '`'));
}

static bool has_row(struct str doc, const char *token)
{
	struct str line;

	while (str_split(&doc, '\n', &line))
		if (str_eq_z(first_cell(line), token))
			return true;
	return false;
}

static void every_rule_is_documented(void **state)
{
	AUTO_ARENA a = cases_arena();
	struct str doc = read_doc(a, "understanding.md");

	(void)state;
	for (int i = 0; i < RULES; i++) {
		assert_non_null(rules[i].token);
		if (!has_row(doc, rules[i].token))
			fail_msg("docs/understanding.md does not explain %s", rules[i].token);
	}
}

static bool is_rule(struct str token)
{
	for (int i = 0; i < RULES; i++)
		if (str_eq_z(token, rules[i].token))
			return true;
	return false;
}

static void every_documented_rule_is_one(void **state)
{
	AUTO_ARENA a = cases_arena();
	struct str doc = read_doc(a, "understanding.md"), line;

	(void)state;
	while (str_split(&doc, '\n', &line)) {
		struct str token = first_cell(line);

		if (token.n && !is_rule(token))
			fail_msg("docs/understanding.md explains " STR_FMT ", which is no rule",
				 STR_ARG(token));
	}
}

static void every_flag_is_documented(void **state)
{
	AUTO_ARENA a = cases_arena();
	struct str doc = read_doc(a, "flags.md"), line;
	unsigned rows = 0;

	(void)state;
	for (unsigned i = 0; i < FLAG_COUNT; i++)
		if (!has_row(doc, flag_text((enum flag)(1u << i))))
			fail_msg("docs/flags.md does not explain %s",
				 flag_text((enum flag)(1u << i)));
	while (str_split(&doc, '\n', &line))
		rows += first_cell(line).n > 0;
	assert_int_equal(rows, FLAG_COUNT);
}

static void labels_are_folded_and_unique(void **state)
{
	AUTO_ARENA a = cases_arena();

	(void)state;
	for (const struct label_row *r = label_rows; r->text; r++) {
		assert_true(str_eq_z(fold_key(a, str_of(r->text)), r->text));
		assert_ptr_equal(label_of(a, str_of(r->text)), r);
	}
}

static void every_rule_has_its_confidence(void **state)
{
	(void)state;
	assert_string_equal(confidence_text(rules[RULE_COUNTRY_NAME].confidence), "sure");
	assert_string_equal(confidence_text(rules[RULE_BODY_LABELS].confidence), "likely");
	assert_string_equal(confidence_text(rules[RULE_NAME_SPLIT].confidence), "guess");
	assert_string_equal(confidence_text(rules[RULE_PHONE_INVALID].confidence), "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_is_documented),
		cmocka_unit_test(every_documented_rule_is_one),
		cmocka_unit_test(every_flag_is_documented),
		cmocka_unit_test(labels_are_folded_and_unique),
		cmocka_unit_test(every_rule_has_its_confidence),
	};

	return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
