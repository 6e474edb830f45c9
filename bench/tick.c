/*
 * The tick of the clocks alone, on a store that is filled already: DB PUBLISHER NOW_MS. Prints one
 * object of JSON: how long all that is due took, the longest piece of it, what a tick takes that
 * has nothing to do, and the memory before and after.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "alert/alert.h"
#include "base/clock.h"

static long resident_kb(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	long kb = 0;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmRSS: %ld", &kb) == 1)
			break;
	if (f)
		fclose(f);
	return kb;
}

static int fail(const struct err *e)
{
	fprintf(stderr, "%s: %s\n", e->code, e->text);
	return 1;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new("tick", (size_t)64 << 20);
	int64_t began, took = 0, longest = 0, pieces = 0, now;
	bool more = true, told;
	AUTO_DB db = NULL;
	long before;
	struct err e;

	if (argc != 4)
		return 2;
	now = strtoll(argv[3], NULL, 10);
	if (!sql_open(argv[1], SQL_DERIVED, &db, &e) ||
	    !alert_tick(db, a, "nobody", now, &more, &told, &e))
		return fail(&e);
	before = resident_kb();
	for (more = true; more; pieces++) {
		began = clock_mono();
		if (!alert_tick(db, a, argv[2], now, &more, &told, &e))
			return fail(&e);
		arena_reset(a);
		began = clock_mono() - began;
		took += began;
		longest = began > longest ? began : longest;
	}
	began = clock_mono();
	for (int i = 0; i < 100; i++)
		if (!alert_tick(db, a, argv[2], now, &more, &told, &e))
			return fail(&e);
	printf("{\"ms\":%" PRId64 ",\"pieces\":%" PRId64 ",\"longest_ms\":%" PRId64
	       ",\"idle_us\":%" PRId64 ",\"before_kb\":%ld,\"after_kb\":%ld}\n",
	       took, pieces, longest, (clock_mono() - began) * 10, before, resident_kb());
	arena_free(a);
	return 0;
}
