/* The chain's hashes, and what may stand in an entry. How a broken chain is seen: tests/api/audit.
 */
#include "audit/audit.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

/* printf 'leadline-audit-1\n0…0\ncontoso\n1\n1795255200000\ncommand line\noffer
 * add\ncontoso.crm\n200\n' | sha256sum */
static void a_hash_is_what_others_compute(void **state)
{
	static const struct hash zero;
	struct audit_entry en = { "contoso",     AUDIT_COMMAND, "offer add",
				  "contoso.crm", 200,           1795255200000 };
	AUTO_ARENA a = arena_new("test", 1 << 20);
	struct hash h = audit_hash(a, zero, 1, &en);

	(void)state;
	assert_string_equal(str_hex(a, h.b, sizeof(h.b)),
			    "62f5f4b029c96856e8c5f0e90a63f3280d9e002efdefd3df308ee2ff1e3dad62");
}

static void every_part_of_an_entry_counts(void **state)
{
	static const struct audit_entry en = { "p", "a", "v", "r", 200, 5 };
	const struct audit_entry other[] = {
		{ "q", "a", "v", "r", 200, 5 }, { "p", "b", "v", "r", 200, 5 },
		{ "p", "a", "w", "r", 200, 5 }, { "p", "a", "v", "s", 200, 5 },
		{ "p", "a", "v", "r", 201, 5 }, { "p", "a", "v", "r", 200, 6 },
	};
	AUTO_ARENA a = arena_new("test", 1 << 20);
	struct hash zero = { { 0 } }, h = audit_hash(a, zero, 1, &en), x;

	(void)state;
	for (size_t i = 0; i < LL_COUNT(other); i++) {
		x = audit_hash(a, zero, 1, &other[i]);
		assert_memory_not_equal(x.b, h.b, sizeof(h.b));
	}
	x = audit_hash(a, zero, 2, &en);
	assert_memory_not_equal(x.b, h.b, sizeof(h.b));
	x = audit_hash(a, h, 1, &en);
	assert_memory_not_equal(x.b, h.b, sizeof(h.b));
}

static void only_ids_stand_in_a_reference(void **state)
{
	char text[600];

	(void)state;
	assert_string_equal(audit_ref("contoso.crm-suite_2"), "contoso.crm-suite_2");
	assert_string_equal(audit_ref("01930000-0000-7000-8000-000000000000"),
			    "01930000-0000-7000-8000-000000000000");
	assert_string_equal(audit_ref("kim@contoso.com"), "");
	assert_string_equal(audit_ref("a\nb"), "");
	assert_string_equal(audit_ref("김"), "");
	assert_string_equal(audit_ref("Kim Lee"), "");
	assert_string_equal(audit_ref(NULL), "");
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	assert_string_equal(audit_ref(text), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hash_is_what_others_compute),
		cmocka_unit_test(every_part_of_an_entry_counts),
		cmocka_unit_test(only_ids_stand_in_a_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
