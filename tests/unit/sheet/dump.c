#include "dump.h"

#include <unicode/ucnv.h>

#define MAX (8 * 1024 * 1024)

static struct arena *kept; /* what was returned, until the test program ends */

static void forget(void)
{
	arena_free(kept);
}

static char *keep(struct str s)
{
	if (!kept) {
		kept = arena_new("dump", 1UL << 30);
		atexit(forget);
	}
	return arena_strndup(kept, s.p, s.n);
}

static const struct {
	unsigned flag;
	const char *text;
} flags[] = {
	{ SHEET_SHORT, "!short" }, { SHEET_LONG, "!long" },   { SHEET_REPAIRED, "!repaired" },
	{ SHEET_CUT, "!cut" },     { SHEET_QUOTE, "!quote" }, { SHEET_BROKEN, "!broken" },
};

static void put_row(struct buf *b, const struct sheet_row *row)
{
	buf_printf(b, "\n%llu", (unsigned long long)row->number);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (row->flags & flags[i].flag)
			buf_z(b, flags[i].text);
	for (size_t i = 0; i < row->n; i++) {
		buf_byte(b, '[');
		buf_str(b, row->cell[i]);
		buf_byte(b, ']');
	}
}

/* Takes the rows that are there; false at an error. */
static bool take(struct sheet_reader *r, struct buf *b)
{
	struct sheet_row row;
	struct err e = { 0 };
	int rc;

	while ((rc = sheet_next(r, &row, &e)) > 0)
		put_row(b, &row);
	if (rc < 0)
		buf_printf(b, "\n%s", e.code);
	return rc == 0;
}

static const char *read_in_pieces(struct str bytes, const struct sheet_options *options,
				  size_t piece, struct sheet_about *about)
{
	AUTO_SHEET r = sheet_fed(options);
	AUTO_BUF rows = buf_new(MAX), all = buf_new(MAX);
	bool fine = true;

	for (size_t at = 0; fine && at < bytes.n; at += piece) {
		char *copy = malloc(piece); /* so that a sanitizer sees a byte too far */

		assert_non_null(copy);
		memcpy(copy, bytes.p + at, bytes.n - at < piece ? bytes.n - at : piece);
		sheet_feed(r, (struct str){ copy, bytes.n - at < piece ? bytes.n - at : piece });
		free(copy);
		fine = take(r, &rows);
	}
	sheet_feed_end(r);
	if (fine)
		LL_IGNORE(take(r, &rows));
	for (size_t i = 0; i < sheet_columns(r); i++) {
		buf_z(&all, i ? "," : "");
		buf_str(&all, sheet_column(r, i));
	}
	buf_str(&all, buf_view(&rows));
	if (about) {
		*about = *sheet_about(r);
		about->tab = about->tab ? keep(str_of(about->tab)) : NULL;
	}
	assert_true(buf_ok(&all));
	return keep(buf_view(&all));
}

const char *dump_bytes(struct str bytes, const struct sheet_options *options,
		       struct sheet_about *about)
{
	const char *whole = read_in_pieces(bytes, options, bytes.n + 1, about);
	size_t pieces[] = { 1, 3, 4099 };

	for (size_t i = bytes.n > 200 * 1024 ? 2 : 0; i < 3; i++) {
		const char *again = read_in_pieces(bytes, options, pieces[i], NULL);

		if (strcmp(again, whole) != 0)
			fail_msg("in pieces of %zu bytes: %s, whole: %s", pieces[i], again, whole);
	}
	return whole;
}

const char *dump(const char *text)
{
	return dump_bytes(str_of(text), NULL, NULL);
}

const char *first_problem(struct str bytes, const struct sheet_options *options)
{
	AUTO_SHEET r = sheet_fed(options);
	struct sheet_row row;
	struct err e = { 0 };
	int rc;

	sheet_feed(r, bytes);
	sheet_feed_end(r);
	while ((rc = sheet_next(r, &row, &e)) > 0)
		if (row.problem)
			return keep(str_of(row.problem));
	return rc < 0 ? keep(str_of(e.text)) : "";
}

struct str encoded(const char *encoding, const char *utf8)
{
	size_t room = strlen(utf8) * 4 + 16;
	char *out = malloc(room);
	UErrorCode e = U_ZERO_ERROR;
	int32_t n = ucnv_convert(encoding, "UTF-8", out, (int32_t)room, utf8, (int32_t)strlen(utf8),
				 &e);

	if (U_FAILURE(e))
		fail_msg("%s: %s", encoding, u_errorName(e));
	struct str all = { keep((struct str){ out, (size_t)n }), (size_t)n };

	free(out);
	return all;
}
