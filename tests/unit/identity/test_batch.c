/* Many records at once: the same clusters from any number of threads, order hardly matters, no
 * giants. */
#include <stdlib.h>
#include "cases.h"

#define RECORDS 4000
#define TEXT    160

static const char *const firsts[] = { "Anna",      "Robert", "Maria",     "Jose",
				      "Elizabeth", "Thomas", "Katarzyna", "Li",
				      "Mohammed",  "Sofia",  "Pierre",    "Ingrid",
				      "Minjun",    "Olga",   "David",     "Emma" };
static const char *const lasts[] = { "Meyer",  "Smith",  "Garcia", "Kowalski", "Wang",  "Dubois",
				     "Larsen", "Rossi",  "Ivanov", "Park",     "Silva", "Brown",
				     "Novak",  "Keller", "Moreau", "Hill" };

struct list {
	char text[RECORDS][TEXT];
	unsigned person[RECORDS];
	size_t n, at;
};

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Two or so leads a person; each shows its values a little otherwise. */
static void fill_list(struct list *l)
{
	uint32_t seed = 12345;

	for (unsigned i = 0; i < RECORDS; i++) {
		unsigned p = next(&seed) % (RECORDS / 2), q = p * 2654435761u >> 8;
		const char *first = firsts[q % 16], *last = lasts[q / 16 % 16];
		unsigned firm = q / 256 % 200, form = next(&seed) % 4;
		char *t = l->text[i];

		l->person[i] = p;
		snprintf(t, TEXT, "%s|%s%u|%s|+49 30 %07u|%s|Firm%u Works%s|", first, last, p % 97,
			 "", 2000000 + p * 37, form & 1 ? "Germany" : "DE", firm,
			 form & 2 ? " GmbH" : "");
		if (form == 3)
			snprintf(t, TEXT, "%s|%s%u|%s.%u@firm%u.de||Germany||", first, last, p % 97,
				 first, p, firm);
		if (form == 0)
			snprintf(t, TEXT, "%.1s.|%s%u|%s.%u@firm%u.de|+4930%07u|DE||", first, last,
				 p % 97, first, p, firm, 2000000 + p * 37);
	}
	l->n = RECORDS;
}

static int fill(void *ctx, struct arena *a, struct identity_record *out, int max, struct err *e)
{
	struct list *l = ctx;
	int n = 0;

	(void)a;
	(void)e;
	while (n < max && l->at < l->n)
		out[n++] = lead_of(l->text[l->at++]);
	return n;
}

static void run(struct list *l, unsigned threads, uint32_t *ret)
{
	struct identity_batch *b = identity_batch_new(threads);
	struct err e = { 0 };

	l->at = 0;
	assert_true(identity_batch_read(b, fill, l, &e));
	assert_int_equal(identity_batch_count(b), l->n);
	identity_batch_run(b, &identity_limits_default);
	for (uint32_t i = 0; i < l->n; i++) {
		ret[i] = identity_batch_cluster(b, i);
		assert_true(ret[i] <= i && identity_batch_cluster(b, ret[i]) == ret[i]);
	}
	identity_batch_free(b);
}

static struct list list;
static uint32_t one[RECORDS], other[RECORDS];

static void threads_make_no_difference(void **state)
{
	const unsigned threads[] = { 2, 3, 4, 16 };

	(void)state;
	fill_list(&list);
	run(&list, 1, one);
	for (size_t i = 0; i < LL_COUNT(threads); i++) {
		run(&list, threads[i], other);
		assert_memory_equal(one, other, sizeof(one));
	}
}

static void finds_the_customers(void **state)
{
	uint64_t true_pairs = 0, found = 0, right = 0;

	(void)state;
	fill_list(&list);
	run(&list, 2, one);
	for (unsigned i = 0; i < RECORDS; i++) {
		for (unsigned j = 0; j < i; j++) {
			true_pairs += list.person[i] == list.person[j];
			found += one[i] == one[j];
			right += one[i] == one[j] && list.person[i] == list.person[j];
		}
	}
	assert_true(right * 100 >= true_pairs * 98);
	assert_true(right * 100 >= found * 99);
}

/* The documented bound: at most one pair in a hundred changes with the order. */
static void order_hardly_matters(void **state)
{
	static struct list back;
	uint64_t both = 0, either = 0;

	(void)state;
	fill_list(&list);
	run(&list, 2, one);
	for (unsigned i = 0; i < RECORDS; i++)
		memcpy(back.text[RECORDS - 1 - i], list.text[i], TEXT);
	back.n = RECORDS;
	run(&back, 2, other);
	for (unsigned i = 0; i < RECORDS; i++) {
		for (unsigned j = 0; j < i; j++) {
			bool x = one[i] == one[j],
			     y = other[RECORDS - 1 - i] == other[RECORDS - 1 - j];

			both += x && y;
			either += x || y;
		}
	}
	assert_true(both * 100 >= either * 99);
}

/* A thousand colleagues behind one switchboard stay a thousand. */
static void no_giant_of_colleagues(void **state)
{
	uint32_t clusters = 0;

	(void)state;
	list.n = 1000;
	for (unsigned i = 0; i < 1000; i++)
		snprintf(list.text[i], TEXT,
			 "%s%c%c|%s%c%c|u%u@acme.com|+49 30 2000000|Germany|Acme GmbH|",
			 firsts[i % 16], 'a' + i / 16 % 26, 'k' + i % 13, lasts[i / 7 % 16],
			 'a' + i % 26, 'b' + i / 26 % 20, i);
	run(&list, 2, one);
	for (uint32_t i = 0; i < list.n; i++)
		clusters += one[i] == i;
	assert_true(clusters > 950);
}

static void the_same_record_a_thousand_times_is_one(void **state)
{
	(void)state;
	list.n = 300;
	for (unsigned i = 0; i < list.n; i++)
		snprintf(list.text[i], TEXT,
			 "Anna|Meyer|anna@acme.com|+49 30 2000000|Germany|Acme|");
	run(&list, 2, one);
	for (uint32_t i = 0; i < list.n; i++)
		assert_int_equal(one[i], 0);
}

static void nothing_in_nothing_out(void **state)
{
	(void)state;
	list.n = 0;
	run(&list, 2, one);
	list.n = 1;
	strcpy(list.text[0], "|||||");
	run(&list, 2, one);
	assert_int_equal(one[0], 0);
}

static int fail_fill(void *ctx, struct arena *a, struct identity_record *out, int max,
		     struct err *e)
{
	(void)ctx;
	(void)a;
	(void)out;
	(void)max;
	return ERR(e, ERR_INPUT, "test", "broken") ? 0 : -1;
}

static void a_source_that_fails_says_so(void **state)
{
	struct identity_batch *b = identity_batch_new(3);
	struct err e = { 0 };

	(void)state;
	assert_false(identity_batch_read(b, fail_fill, NULL, &e));
	assert_string_equal(e.text, "broken");
	identity_batch_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_make_no_difference),
		cmocka_unit_test(finds_the_customers),
		cmocka_unit_test(order_hardly_matters),
		cmocka_unit_test(no_giant_of_colleagues),
		cmocka_unit_test(the_same_record_a_thousand_times_is_one),
		cmocka_unit_test(nothing_in_nothing_out),
		cmocka_unit_test(a_source_that_fails_says_so),
	};

	return cmocka_run_group_tests_name("identity/batch", tests, NULL, NULL);
}
