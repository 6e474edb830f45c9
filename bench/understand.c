/*
 * understand [RUNS] - what it costs on one core to say the shape of a lead, to understand it, and
 * each normaliser alone, over the leads of body.c. CPU time of this thread: a busy machine does not
 * count.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "base/limits.h"
#include "body.h"
#include "understand/understand.h"

#define LEADS 256

struct lead {
	struct str body;
	const struct touch *touch;
};

static const struct offer_facts offer = { "contoso", "analytics-suite", "Analytics Suite", false };

static struct str raw(const struct lead *l, enum contact_field f)
{
	return str_of(l->touch->raw[f]);
}

static void do_shape(struct arena *a, const struct lead *l)
{
	struct err e = { 0 };

	if (understand_shape(a, l->body, STR("application/json"), &e) != SHAPE_LEAD)
		BUG("%s", e.text);
}

static struct touch *read_lead(struct arena *a, struct str body)
{
	struct err e = { 0 };
	struct touch *t;
	size_t n;

	if (!understand(a, body, STR("application/json"), &offer, &t, &n, &e))
		BUG("%s", e.text);
	return t;
}

static void do_understand(struct arena *a, const struct lead *l)
{
	read_lead(a, l->body);
}

static void do_country(struct arena *a, const struct lead *l)
{
	const char *rule;

	country_code(a, raw(l, CONTACT_COUNTRY), &rule);
}

static void do_phone(struct arena *a, const struct lead *l)
{
	const char *rule;

	phone_e164(a, raw(l, CONTACT_PHONE), l->touch->contact[CONTACT_COUNTRY], &rule);
}

static void do_email(struct arena *a, const struct lead *l)
{
	const char *clean = email_clean(a, raw(l, CONTACT_EMAIL));

	if (clean)
		email_key(a, clean);
}

static void do_names(struct arena *a, const struct lead *l)
{
	unsigned flags = 0;

	name_clean(a, raw(l, CONTACT_FIRST_NAME), LIMIT_NAME, &flags);
	name_clean(a, raw(l, CONTACT_LAST_NAME), LIMIT_NAME, &flags);
}

static void do_search(struct arena *a, const struct lead *l)
{
	AUTO_BUF out = buf_new(LIMIT_TEXT);

	for (int i = 0; i < CONTACT_FIELDS; i++)
		search_tokens(a, raw(l, (enum contact_field)i), &out);
	search_tokens(a, str_of(l->touch->description), &out);
}

static const struct measure {
	const char *name;
	void (*run)(struct arena *a, const struct lead *l);
} measures[] = {
	{ "shape", do_shape },   { "understand", do_understand }, { "country", do_country },
	{ "phone", do_phone },   { "email", do_email },           { "two names", do_names },
	{ "search", do_search },
};

static int64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static double measure(struct arena *a, const struct measure *m, const struct lead *leads,
		      unsigned runs)
{
	int64_t start = 0;

	for (unsigned i = 0; i < runs + runs / 10; i++) {
		if (i == runs / 10) /* warm by now */
			start = cpu_ns();
		m->run(a, &leads[i % LEADS]);
		arena_reset(a);
	}
	return (double)(cpu_ns() - start) / 1000 / runs;
}

int main(int argc, char **argv)
{
	unsigned runs = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 20000;
	AUTO_ARENA a = arena_new("bench", LIMIT_ARENA_REQUEST);
	AUTO_ARENA kept = arena_new("leads", LIMIT_ARENA_REQUEST);
	static struct lead leads[LEADS];
	size_t bytes = 0;

	for (unsigned i = 0; i < LEADS; i++) {
		char text[BODY_MAX];
		size_t n = body_make("bench", i, i, text);

		leads[i].body = (struct str){ arena_strndup(kept, text, n), n };
		leads[i].touch = read_lead(kept, leads[i].body);
		bytes += n;
	}
	printf("%-12s %8zu bytes on average\n", "body", bytes / LEADS);
	for (size_t i = 0; i < LL_COUNT(measures); i++)
		printf("%-12s %8.2f us\n", measures[i].name,
		       measure(a, &measures[i], leads, runs ? runs : 1));
	return 0;
}
