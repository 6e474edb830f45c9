/*
 * tests/golden/understand: NAME.txt is a body, NAME.json what is understood of it. Each body is
 * also cut at every byte and read again: nothing may crash, and what can be read stays within its
 * limits. LEADLINE_GOLDEN_WRITE=1 writes the .json files anew, for a reviewer to read the
 * difference.
 */
#include "cases.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include "dump.h"

#ifndef GOLDEN
#error "GOLDEN is the folder of the golden files"
#endif

static struct str read_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = arena_alloc(a, LIMIT_BODY_DEFAULT + 1);
	size_t n;

	if (!f)
		fail_msg("%s cannot be read", path);
	n = fread(text, 1, LIMIT_BODY_DEFAULT, f);
	fclose(f);
	return (struct str){ text, n };
}

static const char *beside(struct arena *a, const char *path)
{
	return arena_printf(a, "%.*s.json", (int)strlen(path) - 4, path);
}

static void write_file(const char *path, struct str text)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(text.p, 1, text.n, f) != text.n || fclose(f))
		fail_msg("%s cannot be written", path);
}

static void is_understood(void **state)
{
	const char *path = *state;
	AUTO_ARENA a = cases_arena();
	AUTO_BUF got = buf_new(LIMIT_API_BODY);

	dump_body(a, &got, read_file(a, path));
	assert_true(buf_ok(&got));
	if (getenv("LEADLINE_GOLDEN_WRITE"))
		write_file(beside(a, path), buf_view(&got));
	assert_string_equal(str_dup(a, buf_view(&got)), read_file(a, beside(a, path)).p);
}

static void any_part_can_be_read(void **state)
{
	const char *path = *state;
	AUTO_ARENA a = cases_arena();
	struct str body = read_file(a, path);

	for (size_t n = 0; n <= body.n; n++) {
		ARENA_SCOPE(a);
		struct err e = { 0 };
		struct touch *t;
		size_t count = 0;

		/* From the heap, so that a byte too far is seen. */
		char *part = malloc(n + !n);

		memcpy(part, body.p, n);
		if (understand(a, (struct str){ part, n }, STR(""), &dump_offer, &t, &count, &e))
			assert_in_range(count, 1, LIMIT_LEADS_A_BODY);
		else
			assert_int_equal(e.kind, ERR_INPUT);
		free(part);
	}
}

static int is_body(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 4 && strcmp(d->d_name + n - 4, ".txt") == 0;
}

int main(void)
{
	static struct cases c;
	AUTO_ARENA a = cases_arena();
	struct dirent **files;
	int n = scandir(GOLDEN, &files, is_body, alphasort), result;

	for (int i = 0; i < n; i++) {
		const char *path = arena_printf(a, "%s/%s", GOLDEN, files[i]->d_name);

		cases_add(&c, arena_strdup(a, files[i]->d_name), is_understood, path);
		cases_add(&c, arena_printf(a, "%s, cut anywhere", files[i]->d_name),
			  any_part_can_be_read, path);
		free(files[i]);
	}
	if (n < 0)
		return 1;
	free(files);
	result = CASES_RUN(&c, "golden");
	return n < 20 ? 1 : result;
}
