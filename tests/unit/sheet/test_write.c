/* Rows out, and in again: what was written is what is read. */
#include "dump.h"

#include <zip.h>

struct out {
	struct buf file[8];
	unsigned n;
};

static bool take(void *ctx, struct str bytes, struct err *e)
{
	struct out *o = ctx;

	(void)e;
	buf_str(&o->file[o->n], bytes);
	return true;
}

static bool next(void *ctx, unsigned number, struct err *e)
{
	struct out *o = ctx;

	(void)e;
	assert_int_equal(number, ++o->n + 1);
	return true;
}

static void out_free(struct out *o)
{
	for (size_t i = 0; i < 8; i++)
		buf_free(&o->file[i]);
}

#define COLUMNS 3
static const struct str columns[COLUMNS] = { S("text"), S("n"), S(" raw, name") };

static void write_rows(struct out *o, const struct sheet_style *style, const struct str *text,
		       size_t n)
{
	struct sheet_sink sink = { take, next, o };
	struct sheet_writer *w;
	struct err e = { 0 };

	*o = (struct out){ 0 };
	for (size_t i = 0; i < 8; i++)
		o->file[i] = buf_new(64 << 20);
	assert_true(sheet_write(style, columns, COLUMNS, &sink, &w, &e));
	for (size_t i = 0; i < n; i++) {
		struct sheet_value v[COLUMNS] = { { SHEET_TEXT, text[i] },
						  { SHEET_NUMBER, STR("-5") },
						  { i % 2 ? SHEET_BOOL : SHEET_ABSENT,
						    STR("true") } };

		assert_true(sheet_write_row(w, v, &e));
	}
	assert_true(sheet_write_end(w, &e));
	sheet_write_free(w);
}

static const char *written(const struct sheet_style *style, const struct str *text, size_t n)
{
	struct out o;
	static char all[4096];

	write_rows(&o, style, text, n);
	snprintf(all, sizeof(all), "%s", o.file[0].p);
	out_free(&o);
	return all;
}

static void writes_each_format(void **state)
{
	static const struct str text[] = { S("x"), S("=1+1, \"y\"\n") };

	(void)state;
	SAME(written(&(struct sheet_style){ .format = SHEET_CSV }, text, 2),
	     "text,n,\" raw, name\"\r\nx,-5,\r\n\"=1+1, \"\"y\"\"\n\",-5,true\r\n", "CSV");
	SAME(written(&(struct sheet_style){ .format = SHEET_CSV, .marked = true, .guarded = true },
		     text, 2),
	     "\xEF\xBB\xBFtext,n,\" raw, name\"\r\nx,-5,\r\n\"'=1+1, \"\"y\"\"\n\",-5,true\r\n",
	     "CSV for spreadsheet programs");
	SAME(written(&(struct sheet_style){ .format = SHEET_CSV, .delimiter = '\t' }, text, 1),
	     "text\tn\t\" raw, name\"\r\nx\t-5\t\r\n", "TSV");
	SAME(written(&(struct sheet_style){ .format = SHEET_NDJSON }, text, 2),
	     "{\"text\":\"x\",\"n\":-5,\" raw, name\":null}\n"
	     "{\"text\":\"=1+1, \\\"y\\\"\\n\",\"n\":-5,\" raw, name\":true}\n",
	     "NDJSON");
	SAME(written(&(struct sheet_style){ .format = SHEET_JSON }, text, 2),
	     "[\n{\"text\":\"x\",\"n\":-5,\" raw, name\":null}\n"
	     ",{\"text\":\"=1+1, \\\"y\\\"\\n\",\"n\":-5,\" raw, name\":true}\n]\n",
	     "JSON");
	SAME(written(&(struct sheet_style){ .format = SHEET_JSON }, text, 0), "[\n]\n", "no rows");
}

static const struct str texts[] = {
	S("plain"),       S(""),           S(" blanks "),    S("\"quoted\""), S("two\nlines"),
	S("a;b,c\td|e"),  S("=1+1"),       S("'=1+1"),       S("''+1"),       S("'plain"),
	S("+82 10"),      S("-"),          S("@x"),          S("\t=x"),       S("\r=x"),
	S("x;=1;'=1,@y"), S("＝1"),        S("김민준 约翰"), S("&<>\"'"),     S("_x0041_"),
	S("a\x01b"),      S("\U0001F600"), S("é"),           S("true"),
};

/* All formats, all styles. A lone CR in XLSX is normal text there, and so in CSV. */
static void what_is_written_is_read(void **state)
{
	static const struct {
		const char *name;
		struct sheet_style style;
		struct sheet_options options;
	} cases[] = {
		{ "CSV", { .format = SHEET_CSV }, { 0 } },
		{ "CSV;", { .format = SHEET_CSV, .delimiter = ';', .marked = true }, { 0 } },
		{ "TSV", { .format = SHEET_CSV, .delimiter = '\t' }, { 0 } },
		{ "guarded",
		  { .format = SHEET_CSV, .marked = true, .guarded = true },
		  { .guarded = true } },
		{ "NDJSON", { .format = SHEET_NDJSON }, { 0 } },
		{ "JSON", { .format = SHEET_JSON }, { 0 } },
		{ "XLSX", { .format = SHEET_XLSX, .tab = "Leads & more" }, { 0 } },
	};

	(void)state;
	EACH(cases, c)
	{
		struct out o;
		struct sheet_row row;
		struct err e = { 0 };
		size_t n = 0;

		write_rows(&o, &c->style, texts, LL_COUNT(texts));
		AUTO_SHEET r = sheet_fed(&c->options);

		sheet_feed(r, buf_view(&o.file[0]));
		sheet_feed_end(r);
		while (sheet_next(r, &row, &e) > 0) {
			CHECK(!row.flags, row.problem ? row.problem : c->name);
			if (!str_eq(row.cell[0], texts[n]))
				fail_msg("%s: %zu: " STR_FMT, c->name, n, STR_ARG(row.cell[0]));
			CHECK(str_eq_z(row.cell[1], "-5"), c->name);
			n++;
		}
		CHECK(n == LL_COUNT(texts), e.text[0] ? e.text : c->name);
		CHECK(str_eq_z(sheet_column(r, 2), "raw, name"), c->name);
		if (c->style.format == SHEET_XLSX)
			SAME(sheet_about(r)->tab, "Leads & more", c->name);
		out_free(&o);
	}
}

static void guards_and_takes_away_the_same(void **state)
{
	static const struct {
		const char *text, *guarded;
	} cases[] = {
		{ "=1", "'=1" },      { "'=1", "''=1" },
		{ "x", "x" },         { "'x", "'x" },
		{ "a;=1", "a;'=1" },  { "a;'=1", "a;''=1" },
		{ "a =1", "a =1" },   { "＠x", "'＠x" },
		{ "\t=", "'\t'=" },   { "+82;-1,@", "'+82;'-1,'@" },
		{ "a, =1", "a, =1" }, { "", "" },
	};

	(void)state;
	EACH(cases, c)
	{
		AUTO_BUF on = buf_new(64), off = buf_new(64);

		sheet_guard(str_of(c->text), &on);
		CHECK(str_eq_z(buf_view(&on), c->guarded), c->text);
		sheet_unguard(buf_view(&on), &off);
		CHECK(str_eq_z(buf_view(&off), c->text), c->text);
	}
}

/* Our own export comes back as it was without being told; what is not ours keeps its apostrophes.
 */
static void knows_its_own_guard(void **state)
{
	(void)state;
	SAME(dump("\xEF\xBB\xBF"
		  "customerId,receivedAt,leadSource,dueAt,phone\n1,2,3,4,'+82\n"),
	     "customerId,receivedAt,leadSource,dueAt,phone\n1[1][2][3][4][+82]", "ours");
	SAME(dump("customerId,receivedAt,leadSource,dueAt,phone\n1,2,3,4,'+82\n"),
	     "customerId,receivedAt,leadSource,dueAt,phone\n1[1][2][3][4]['+82]", "ours, raw");
	SAME(dump("\xEF\xBB\xBFname,phone\nx,'+82\n"), "name,phone\n1[x]['+82]", "theirs");
}

/* A file from Partner Center goes back in pieces of 1,000 rows, its columns kept. */
static void partner_centers_round_trip(void **state)
{
	struct str *text = calloc(2500, sizeof(*text));
	struct out o;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < 2500; i++)
		text[i] = STR("x");
	write_rows(&o, &(struct sheet_style){ .format = SHEET_CSV, .rows_a_file = 1000 }, text,
		   2500);
	assert_int_equal(o.n, 2);
	for (unsigned i = 0; i < 3; i++) {
		AUTO_SHEET r = sheet_fed(NULL);
		struct sheet_row row;
		struct err e = { 0 };
		unsigned n = 0;

		sheet_feed(r, buf_view(&o.file[i]));
		sheet_feed_end(r);
		while (sheet_next(r, &row, &e) > 0)
			n++;
		assert_int_equal(n, i < 2 ? 1000 : 500);
		assert_true(str_eq_z(sheet_column_raw(r, 2), " raw, name"));
	}
	out_free(&o);
	free(text);
}

static void a_long_text_is_cut_for_a_spreadsheet(void **state)
{
	AUTO_BUF text = buf_new(1 << 20);
	struct str one;
	struct sheet_sink sink = { take, NULL, NULL };
	struct out o = { 0 };
	struct sheet_writer *w;
	struct err e = { 0 };

	(void)state;
	for (int i = 0; i < 40000; i++)
		buf_byte(&text, 'x');
	one = STR("text");
	o.file[0] = buf_new(1 << 20);
	sink.ctx = &o;
	assert_true(
		sheet_write(&(struct sheet_style){ .format = SHEET_XLSX }, &one, 1, &sink, &w, &e));
	assert_true(sheet_write_row(w, &(struct sheet_value){ SHEET_TEXT, buf_view(&text) }, &e));
	assert_true(sheet_write_end(w, &e));
	assert_int_equal(sheet_write_cut(w), 1);
	sheet_write_free(w);
	out_free(&o);
}

/* Another reader's view of the archive. */
static void the_archive_is_sound(void **state)
{
	struct out o;
	zip_error_t why;
	zip_source_t *source;
	zip_t *zip;

	(void)state;
	write_rows(&o, &(struct sheet_style){ .format = SHEET_XLSX }, texts, LL_COUNT(texts));
	source = zip_source_buffer_create(o.file[0].p, o.file[0].n, 0, &why);
	zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &why);
	assert_non_null(zip);
	assert_int_equal(zip_get_num_entries(zip, 0), 6);
	for (zip_uint64_t i = 0; i < 6; i++) {
		zip_file_t *f = zip_fopen_index(zip, i, 0);
		char piece[1024];
		zip_int64_t n;

		assert_non_null(f);
		while ((n = zip_fread(f, piece, sizeof(piece))) > 0)
			;
		assert_int_equal(n, 0); /* its checksum too */
		zip_fclose(f);
	}
	zip_discard(zip);
	out_free(&o);
}

static bool refuse(void *ctx, struct str bytes, struct err *e)
{
	(void)ctx;
	(void)bytes;
	return ERR(e, ERR_STORE, "test.full", "No room.");
}

static void a_sink_that_fails_is_heard(void **state)
{
	struct sheet_sink sink = { refuse, NULL, NULL };
	struct sheet_writer *w;
	const struct sheet_value row[COLUMNS] = { 0 };
	struct err e = { 0 };

	(void)state;
	for (int f = SHEET_CSV; f <= SHEET_XLSX; f++) {
		assert_true(sheet_write(&(struct sheet_style){ .format = (enum sheet_format)f },
					columns, COLUMNS, &sink, &w, &e));
		assert_true(sheet_write_row(w, row, &e));
		assert_false(sheet_write_end(w, &e));
		assert_string_equal(e.code, "test.full");
		sheet_write_free(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_each_format),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(guards_and_takes_away_the_same),
		cmocka_unit_test(knows_its_own_guard),
		cmocka_unit_test(partner_centers_round_trip),
		cmocka_unit_test(a_long_text_is_cut_for_a_spreadsheet),
		cmocka_unit_test(the_archive_is_sound),
		cmocka_unit_test(a_sink_that_fails_is_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
