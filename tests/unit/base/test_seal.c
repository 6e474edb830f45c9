/* Sealed texts open with their key at their place and nowhere else; key files are made once and
 * kept private. */
#include "cases.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/seal.h"

static char dir[64], path[80], other[80];
static struct arena *a;

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/leadline-seal-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/key", dir);
	snprintf(other, sizeof(other), "%s/other", dir);
	a = arena_new("test", 16 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	unlink(other);
	arena_free(a);
	return rmdir(dir); /* nothing else may be left there */
}

static struct seal *load(const char *file)
{
	struct seal *s = NULL;
	struct err e;

	if (!seal_load(file, true, &s, &e))
		fail_msg("%s", e.text);
	return s;
}

static void opens_what_it_sealed(void **state)
{
	static const size_t sizes[] = { 0, 1, 100, 100000 };
	struct seal *s = load(path);

	(void)state;
	EACH(sizes, n)
	{
		char *plain = arena_alloc(a, *n + 1);
		struct str sealed, again, back;
		struct err e;

		rand_bytes(plain, *n);
		sealed = seal_text(s, a, "place", (struct str){ plain, *n });
		again = seal_text(s, a, "place", (struct str){ plain, *n });
		assert_false(str_eq(sealed, again));
		assert_true(seal_read(s, a, "place", sealed, &back, &e));
		assert_int_equal(back.n, *n);
		assert_memory_equal(back.p, plain, *n);
	}
	seal_free(s);
}

static void another_place_key_or_byte_does_not_open(void **state)
{
	struct seal *s = load(path), *t = load(other);
	struct str sealed = seal_text(s, a, "destination 1", STR("secret")), back;
	struct err e;

	(void)state;
	assert_false(seal_read(s, a, "destination 2", sealed, &back, &e));
	assert_string_equal(e.code, "seal.key");
	assert_null(strstr(e.text, "secret"));
	assert_false(seal_read(t, a, "destination 1", sealed, &back, &e));
	for (size_t i = 0; i < sealed.n; i++) {
		char *bad = arena_strndup(a, sealed.p, sealed.n);

		bad[i] ^= 1;
		assert_false(
			seal_read(s, a, "destination 1", (struct str){ bad, sealed.n }, &back, &e));
	}
	for (size_t n = 0; n < sealed.n; n++)
		assert_false(seal_read(s, a, "destination 1", str_upto(sealed, n), &back, &e));
	seal_free(s);
	seal_free(t);
}

static void the_key_file_is_private_and_stays(void **state)
{
	struct seal *s = load(path), *again;
	struct str sealed = seal_text(s, a, "p", STR("x")), back;
	struct stat st;
	struct err e;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	again = load(path);
	assert_true(seal_read(again, a, "p", sealed, &back, &e));
	seal_free(s);
	seal_free(again);
}

static void a_wrong_key_file_is_refused_by_name(void **state)
{
	static const struct {
		const char *text, *code;
		mode_t mode;
	} cases[] = {
		{ "", "seal.format", 0600 },
		{ "abc", "seal.format", 0600 },
		{ "zz00000000000000000000000000000000000000000000000000000000000000", "seal.format",
		  0600 },
		{ "0000000000000000000000000000000000000000000000000000000000000000", "seal.mode",
		  0640 },
		{ "0000000000000000000000000000000000000000000000000000000000000000", "seal.mode",
		  0604 },
	};
	struct seal *s = NULL;
	struct err e;

	(void)state;
	assert_false(seal_load(path, false, &s, &e));
	assert_string_equal(e.code, "seal.file");
	EACH(cases, c)
	{
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		assert_int_equal(write(fd, c->text, strlen(c->text)), strlen(c->text));
		fchmod(fd, c->mode);
		close(fd);
		CHECK(!seal_load(path, true, &s, &e), c->text);
		SAME(e.code, c->code, c->text);
		unlink(path);
	}
}

static void *load_in_thread(void *out)
{
	struct err e;

	if (!seal_load(path, true, out, &e))
		*(struct seal **)out = NULL;
	return NULL;
}

/* Two processes that start at once share a file; in one process the second may only lose the race.
 */
static void whoever_comes_second_reads_the_first_ones_key(void **state)
{
	struct seal *s[2] = { NULL, NULL };
	struct str sealed, back;
	struct err e;
	pthread_t t;

	(void)state;
	s[0] = load(path);
	assert_int_equal(pthread_create(&t, NULL, load_in_thread, &s[1]), 0);
	pthread_join(t, NULL);
	assert_non_null(s[1]);
	sealed = seal_text(s[0], a, "p", STR("x"));
	assert_true(seal_read(s[1], a, "p", sealed, &back, &e));
	seal_free(s[0]);
	seal_free(s[1]);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	static const struct CMUnitTest tests[] = {
		T(opens_what_it_sealed),
		T(another_place_key_or_byte_does_not_open),
		T(the_key_file_is_private_and_stays),
		T(a_wrong_key_file_is_refused_by_name),
		T(whoever_comes_second_reads_the_first_ones_key),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
