/* Wire texts: each value has one of its own and is found by it; nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "base/arena.h"
#include "model/model.h"

/* Each enum as functions on int, so that one test serves all. */
#define NOUN(noun)                                                                                 \
	static const char *noun##_word(int v)                                                      \
	{                                                                                          \
		return noun##_text((enum noun)v);                                                  \
	}                                                                                          \
	static int noun##_value(struct str s)                                                      \
	{                                                                                          \
		return (int)noun##_of(s);                                                          \
	}
NOUN(kind)
NOUN(lead_status)
NOUN(receipt_state)
NOUN(delivery_state)
NOUN(outcome)
NOUN(role)

static const struct noun {
	const char *name;
	const char *(*word)(int v);
	int (*value)(struct str s);
	int first;            /* that has a wire text */
	const char *words[8]; /* the contract's, in the order of the enum */
} nouns[] = {
	{ "kinds",
	  kind_word,
	  kind_value,
	  KIND_INTEREST,
	  { "interest", "active", "trial", "information", "unknown" } },
	{ "statuses of a lead",
	  lead_status_word,
	  lead_status_value,
	  LEAD_NEW,
	  { "New", "Active", "Closed" } },
	{ "states of a receipt",
	  receipt_state_word,
	  receipt_state_value,
	  RECEIPT_WAITING,
	  { "waiting", "placed", "unreadable", "set-aside" } },
	{ "states of a delivery",
	  delivery_state_word,
	  delivery_state_value,
	  DELIVERY_DUE,
	  { "due", "leased", "done", "rejected", "parked", "expired", "cancelled" } },
	{ "outcomes",
	  outcome_word,
	  outcome_value,
	  OUTCOME_DELIVERED,
	  { "delivered", "already", "retry", "rejected", "config", "gone", "unknown" } },
	{ "roles", role_word, role_value, ROLE_VIEWER, { "viewer", "seller", "manager", "admin" } },
};

static void every_value_has_the_contracts_word(void **state)
{
	(void)state;
	for (size_t i = 0; i < LL_COUNT(nouns); i++) {
		const struct noun *n = &nouns[i];
		int v = n->first;

		for (size_t w = 0; n->words[w]; w++, v++) {
			assert_string_equal(n->word(v), n->words[w]);
			assert_int_equal(n->value(str_of(n->words[w])), v);
		}
		assert_string_equal(n->word(v), "none"); /* the enum has no more */
		assert_string_equal(n->word(0), "none");
	}
}

static void other_words_are_the_zero_value(void **state)
{
	static const char *const wrong[] = {
		"", "none", "Interest", " due", "due ", "du", "anyone"
	};

	(void)state;
	for (size_t i = 0; i < LL_COUNT(nouns); i++)
		for (size_t w = 0; w < LL_COUNT(wrong); w++)
			assert_int_equal(nouns[i].value(str_of(wrong[w])), 0);
	assert_int_equal(role_of((struct str){ "admin", 3 }), ROLE_NONE);
}

/* A row that asks for more than it may is refused by comparing roles. */
static void roles_rise(void **state)
{
	(void)state;
	assert_true(ROLE_NONE < ROLE_ANYONE && ROLE_ANYONE < ROLE_VIEWER &&
		    ROLE_VIEWER < ROLE_SELLER && ROLE_SELLER < ROLE_MANAGER &&
		    ROLE_MANAGER < ROLE_ADMIN);
}

static void every_flag_is_a_bit_with_a_word(void **state)
{
	char all[1024] = "";
	unsigned seen = 0;

	(void)state;
	for (int bit = 0; bit < FLAG_COUNT; bit++) {
		const char *word = flag_text((enum flag)(1 << bit));

		assert_string_not_equal(word, "none");
		assert_int_equal(flags_of(str_of(word)), 1u << bit);
		seen |= flags_of(str_of(word));
		strcat(strcat(all, bit ? "," : ""), word);
	}
	assert_int_equal(seen, (1u << FLAG_COUNT) - 1);
	assert_int_equal(flags_of(str_of(all)), seen);
	assert_string_equal(flag_text((enum flag)(1 << FLAG_COUNT)), "none");
}

static void lists_of_flags_are_read_leniently(void **state)
{
	(void)state;
	assert_int_equal(flags_of(STR("")), 0);
	assert_int_equal(flags_of(STR("test,no-such-flag,,test")), FLAG_TEST);
	assert_int_equal(flags_of(STR("cut-text,test")), FLAG_CUT_TEXT | FLAG_TEST);
	assert_int_equal(flags_of(STR("TEST, test")), 0);
}

static void contact_fields_are_microsofts_in_order(void **state)
{
	static const char *const want[CONTACT_FIELDS] = { "firstName", "lastName", "email", "phone",
							  "country",   "company",  "title" };

	(void)state;
	for (int i = 0; i < CONTACT_FIELDS; i++)
		assert_string_equal(contact_field_text[i], want[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_has_the_contracts_word),
		cmocka_unit_test(other_words_are_the_zero_value),
		cmocka_unit_test(roles_rise),
		cmocka_unit_test(every_flag_is_a_bit_with_a_word),
		cmocka_unit_test(lists_of_flags_are_read_leniently),
		cmocka_unit_test(contact_fields_are_microsofts_in_order),
	};

	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
