/* The tables are sorted, found in, and hold what they are for. */
#include "../base/cases.h"
#include "identity/table.h"

static const struct table *const tables[] = {
	&table_company_words, &table_family_readings, &table_free_mail,      &table_given_readings,
	&table_honorifics,    &table_junk_mailboxes,  &table_legal_forms,    &table_native_forms,
	&table_no_company,    &table_role_mailboxes,  &table_sample_domains, &table_throw_away,
};

static void tables_are_sorted(void **state)
{
	(void)state;
	for (size_t i = 0; i < LL_COUNT(tables); i++) {
		assert_true(tables[i]->n > 0);
		for (unsigned k = 0; k < tables[i]->n; k++) {
			const struct table_row *r = &tables[i]->row[k];

			assert_true(!k || strcmp(r[-1].key, r->key) < 0);
			assert_ptr_equal(table_find(tables[i], str_of(r->key)), r->value);
		}
	}
	for (unsigned k = 1; k < nickname_count; k++) {
		assert_true(strcmp(nicknames[k - 1].form, nicknames[k].form) < 0);
		assert_int_equal(nickname_of(str_of(nicknames[k].form)), k);
	}
}

static void what_is_not_there_is_not_found(void **state)
{
	(void)state;
	assert_null(table_find(&table_free_mail, STR("gmail.co")));
	assert_null(table_find(&table_free_mail, STR("gmail.comm")));
	assert_null(table_find(&table_free_mail, STR("")));
	assert_int_equal(nickname_of(STR("")), 0);
	assert_int_equal(nickname_of(STR("zzz")), 0);
}

static bool same(const char *x, const char *y)
{
	return nickname_same(nickname_of(str_of(x)), nickname_of(str_of(y)));
}

static void knows_short_forms(void **state)
{
	(void)state;
	assert_true(same("bob", "robert"));
	assert_true(same("sasha", "aleksandr"));
	assert_true(same("chris", "christine") && same("chris", "christopher"));
	assert_false(same("christine", "christopher"));
	assert_false(same("zzz", "zzz"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_sorted),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(knows_short_forms),
	};

	return cmocka_run_group_tests_name("identity/tables", tests, NULL, NULL);
}
