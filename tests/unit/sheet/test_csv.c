/* Separated values: RFC 4180, and what is written in its place. */
#include "dump.h"

static void reads_cells(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} cases[] = {
		{ "plain", "a,b\r\n1,2\r\n", "a,b\n1[1][2]" },
		{ "no line end at the end", "a,b\n1,2", "a,b\n1[1][2]" },
		{ "only a header", "a,b\n", "a,b" },
		{ "empty cells", "a,b,c\n,,\n1,,3\n", "a,b,c\n1[][][]\n2[1][][3]" },
		{ "empty cell at the end of the file", "a,b\n1,", "a,b\n1[1][]" },
		{ "blank lines", "\n\na,b\n\n1,2\n\n", "a,b\n1[1][2]" },
		{ "quotes", "a,b\n\"x\",\"y\"\n", "a,b\n1[x][y]" },
		{ "quote in quotes", "a,b\n\"x \"\"y\"\" z\",\"\"\"\"\n", "a,b\n1[x \"y\" z][\"]" },
		{ "delimiter in quotes", "a,b\n\"x,y\",2\n", "a,b\n1[x,y][2]" },
		{ "newlines in quotes", "a,b\n\"x\r\ny\nz\",2\n3,4\n",
		  "a,b\n1[x\r\ny\nz][2]\n2[3][4]" },
		{ "empty quotes", "a,b\n\"\",\"\"\n", "a,b\n1[][]" },
		{ "a quoted empty line is a row", "a\n\"\"\n", "a\n1[]" },
		{ "quote inside an open cell", "a,b\n5\" disk,2\n", "a,b\n1[5\" disk][2]" },
		{ "blank before a quote", "a, b\n1, \"x, y\"\n", "a,b\n1[1][x, y]" },
		{ "blank behind a quote", "a,b\n\"1\" ,\"2\" \n", "a,b\n1[1][2]" },
		{ "values keep their blanks", "a,b\n 1 ,2 \n", "a,b\n1[ 1 ][2 ]" },
		{ "text behind a quote", "a,b\n\"x\"y,2\n", "a,b\n1!quote[xy][2]" },
		{ "lone CR", "a,b\r1,2\r3,4", "a,b\n1[1][2]\n2[3][4]" },
		{ "mixed line ends", "a,b\r1,2\n3,4\r\n5,6", "a,b\n1[1][2]\n2[3][4]\n3[5][6]" },
		{ "too few cells", "a,b,c\n1,2\n3,4,5\n", "a,b,c\n1!short[1][2][]\n2[3][4][5]" },
		{ "too many cells", "a,b\n1,2,3\n4,5\n", "a,b\n1!long[1][2][3]\n2[4][5]" },
		{ "one column", "email\na@b.example\n", "email\n1[a@b.example]" },
		{ "empty names", ",b,\n1,2,3\n", ",b,\n1[1][2][3]" },
		{ "the same name twice", "a,a\n1,2\n", "a,a\n1[1][2]" },
	};

	(void)state;
	EACH(cases, c)
	SAME(dump(c->text), c->want, c->name);
}

static void tells_the_delimiter(void **state)
{
	static const struct {
		const char *name, *text;
		char delimiter;
		const char *want;
	} cases[] = {
		{ "comma", "a,b\n1,2\n", ',', "a,b\n1[1][2]" },
		{ "semicolon", "a;b\n1,5;2\n", ';', "a,b\n1[1,5][2]" },
		{ "tab", "a\tb\n1,2\t3;4\n", '\t', "a,b\n1[1,2][3;4]" },
		{ "bar", "a|b\n1|2\n", '|', "a,b\n1[1][2]" },
		{ "LeadSource has a bar", "Name,LeadSource\nx,AppSource-INS|p.o\n", ',',
		  "Name,LeadSource\n1[x][AppSource-INS|p.o]" },
		{ "semicolons inside, commas between", "a,b\n1;2;3,x\n4,y;z\n", ',',
		  "a,b\n1[1;2;3][x]\n2[4][y;z]" },
		{ "delimiters in quotes do not count", "a;b\n\"x,y,z\";\"1,2\"\n", ';',
		  "a,b\n1[x,y,z][1,2]" },
		{ "Excel's own line", "sep=;\r\na;b\r\n1;2\r\n", ';', "a,b\n1[1][2]" },
		{ "Excel's own line in quotes", "\"sep=|\"\na|b\n1|2\n", '|', "a,b\n1[1][2]" },
	};

	(void)state;
	EACH(cases, c)
	{
		struct sheet_about about;

		SAME(dump_bytes(str_of(c->text), NULL, &about), c->want, c->name);
		CHECK(about.delimiter == c->delimiter, c->name);
		CHECK(about.format == SHEET_CSV, c->name);
	}
	SAME(dump_bytes(str_of("a;b,c\n1;2,3\n"), &(struct sheet_options){ .delimiter = ',' },
			NULL),
	     "a;b,c\n1[1;2][3]", "the caller says it");
}

static void repairs_what_is_no_text(void **state)
{
	static const char nul[] = "a,b\n1\0x,2\n", bad[] = "a,b\nMüller,2\nM\xFCller,\xC3\n";

	(void)state;
	SAME(dump_bytes((struct str){ nul, sizeof(nul) - 1 }, NULL, NULL), "a,b\n1!repaired[1x][2]",
	     "NUL");
	SAME(dump_bytes((struct str){ bad, sizeof(bad) - 1 },
			&(struct sheet_options){ .encoding = "UTF-8" }, NULL),
	     "a,b\n1[Müller][2]\n2!repaired[M\uFFFDller][\uFFFD]", "invalid UTF-8");
}

/* A quote that is never closed costs its own line, not the rest of the file. */
static void survives_a_stray_quote(void **state)
{
	AUTO_BUF b = buf_new(16 << 20);
	struct str long_text;

	(void)state;
	SAME(dump("a,b\n\"x,2\n3,\"4\n\"5\",6\n"), "a,b\n1!quote[\"x][2]\n2!quote[3][\"4]\n3[5][6]",
	     "until the end of the file");
	buf_z(&b, "a,b\n1,\"never closed\n");
	while (b.n < 5 << 20)
		buf_z(&b, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,2\n");
	long_text = buf_view(&b);
	AUTO_SHEET r = sheet_fed(NULL);
	struct sheet_row row;
	struct err e = { 0 };
	uint64_t n = 0;

	sheet_feed(r, long_text);
	sheet_feed_end(r);
	while (sheet_next(r, &row, &e) > 0)
		CHECK(n++ ? !row.flags : row.flags == SHEET_QUOTE, "a long file");
	assert_int_equal(n, 1 + (long_text.n - 20) / 53);
}

static void names_row_column_and_remedy(void **state)
{
	(void)state;
	SAME(first_problem(str_of("a,b\n1,2\n3\n"), NULL),
	     "Row 2, line 3: 1 cells where the header has 2; a line end inside a value wants "
	     "quotes "
	     "around the value.",
	     "short");
	SAME(first_problem(str_of("a,b\n\"1\n1\",2\n3,4,5\n"), NULL),
	     "Row 2, line 4: 3 cells where the header has 2; a delimiter inside a value wants "
	     "quotes "
	     "around the value.",
	     "long, behind a row of two lines");
	SAME(first_problem(str_of("a,name\n1,\xFF\n"),
			   &(struct sheet_options){ .encoding = "UTF-8" }),
	     "Row 1, line 2: column 2 (name) has bytes that are no text in UTF-8; say the file's "
	     "encoding.",
	     "no text");
	SAME(first_problem(str_of("a,b\n1,\"2\n"), NULL),
	     "Row 1, line 2: the quote in column 2 is never closed and was taken as text; close "
	     "it, "
	     "or write it twice.",
	     "a stray quote");
}

static void keeps_to_its_limits(void **state)
{
	AUTO_BUF cell = buf_new(1 << 20), row = buf_new(8 << 20), columns = buf_new(1 << 20);

	(void)state;
	buf_z(&cell, "a,b\nx,");
	for (size_t i = 0; i < 300 * 1024; i++)
		buf_byte(&cell, 'y');
	assert_non_null(strstr(dump_bytes(buf_view(&cell), NULL, NULL), "1!cut[x][yyy"));
	buf_z(&row, "a,b\nx,");
	for (size_t i = 0; i < 5 << 20; i++)
		buf_byte(&row, 'y');
	SAME(dump_bytes(buf_view(&row), NULL, NULL), "a,b\nsheet.row", "a row without an end");
	for (size_t i = 0; i < 5000; i++)
		buf_z(&columns, "a,");
	buf_z(&columns, "\n1,2\n");
	assert_non_null(strstr(dump_bytes(buf_view(&columns), NULL, NULL), "\nsheet.columns"));
}

static void refuses_what_is_no_rows(void **state)
{
	static const struct {
		const char *name;
		struct str bytes;
		const char *code;
	} cases[] = {
		{ "empty", S(""), "\nsheet.empty" },
		{ "blanks", S(" \n\n"), "\nsheet.empty" },
		{ "only a mark", S("\xEF\xBB\xBF"), "\nsheet.empty" },
		{ "old Excel", S("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "\nsheet.format" },
		{ "PDF", S("%PDF-1.7\n"), "\nsheet.format" },
		{ "gzip", S("\x1F\x8B\x08\0\0\0\0\0"), "\nsheet.format" },
		{ "HTML", S("<!doctype html><table>"), "\nsheet.format" },
		{ "zeros", S("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), "\nsheet.format" },
	};

	(void)state;
	EACH(cases, c)
	SAME(dump_bytes(c->bytes, NULL, NULL), c->code, c->name);
	struct sheet_reader *r;
	struct err e = { 0 };

	assert_false(sheet_open("/nonexistent/rows.csv", NULL, &r, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
}

static void names_columns_without_a_header(void **state)
{
	(void)state;
	SAME(dump_bytes(str_of("1,2\n3,4\n"), &(struct sheet_options){ .no_header = true }, NULL),
	     "A,B\n1[1][2]\n2[3][4]", "two columns");
}

static void reads_files(void **state)
{
	char path[] = "/tmp/leadline-sheet-XXXXXX";
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");
	struct sheet_reader *r;
	struct sheet_row row;
	struct err e = { 0 };
	uint64_t n = 0;

	(void)state;
	fputs("\xEF\xBB\xBFn , text\n", f);
	for (int i = 1; i <= 20000; i++)
		fprintf(f, "%d,\"row %d\"\n", i, i);
	fclose(f);
	assert_true(sheet_open(path, NULL, &r, &e));
	while (sheet_next(r, &row, &e) > 0) {
		char want[32];

		n++;
		snprintf(want, sizeof(want), "row %d", (int)n);
		assert_true(str_eq_z(row.cell[1], want) && row.number == n && row.line == n + 1);
	}
	assert_int_equal(n, 20000);
	assert_true(str_eq_z(sheet_column(r, 1), "text"));
	assert_true(str_eq_z(sheet_column_raw(r, 1), " text"));
	assert_true(sheet_about(r)->marked);
	sheet_close(r);
	remove(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_cells),
		cmocka_unit_test(tells_the_delimiter),
		cmocka_unit_test(repairs_what_is_no_text),
		cmocka_unit_test(survives_a_stray_quote),
		cmocka_unit_test(names_row_column_and_remedy),
		cmocka_unit_test(keeps_to_its_limits),
		cmocka_unit_test(refuses_what_is_no_rows),
		cmocka_unit_test(names_columns_without_a_header),
		cmocka_unit_test(reads_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
