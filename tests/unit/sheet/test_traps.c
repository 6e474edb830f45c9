/* The traps of importing, each by its name. */
#include "dump.h"

#define HEAD "First Name,Last Name,Email,Phone,Country,Title,Lead Source\n"

static void field_of(const char *file, enum sheet_field field, char out[8192])
{
	AUTO_ARENA a = arena_new("traps", 1 << 20);
	AUTO_SHEET r = sheet_fed(NULL);
	struct str name[64], value[SHEET_FIELDS];
	struct sheet_map m;
	struct sheet_row row;
	struct err e = { 0 };

	sheet_feed(r, str_of(file));
	sheet_feed_end(r);
	assert_int_equal(sheet_next(r, &row, &e), 1);
	assert_int_equal(row.flags, 0);
	for (size_t i = 0; i < sheet_columns(r); i++)
		name[i] = sheet_column(r, i);
	sheet_map(a, name, sheet_columns(r), &m);
	sheet_map_row(a, &m, &row, value);
	snprintf(out, 8192, STR_FMT, STR_ARG(value[field]));
}

static void names_arrive_as_they_are(void **state)
{
	AUTO_BUF long_name = buf_new(16384);
	static const char *const names[] = {
		"约翰",
		"김",
		"𠮷田",
		"محمد",
		"<script>alert(1)</script>",
		"O'Brien",
		"e\u0301",
		"'; DROP TABLE lead; --",
	};
	char got[8192];

	(void)state;
	for (size_t i = 0; i < LL_COUNT(names); i++) {
		AUTO_BUF file = buf_new(4096);

		buf_printf(&file, HEAD "%s,Smith,a@b.example,1,US,CTO,x\n", names[i]);
		field_of(file.p, SHEET_FIRST_NAME, got);
		SAME(got, names[i], names[i]);
	}
	buf_z(&long_name, HEAD);
	for (int i = 0; i < 5000; i++)
		buf_byte(&long_name, 'x');
	buf_z(&long_name, ",Smith,a@b.example,1,US,CTO,x\n");
	field_of(long_name.p, SHEET_FIRST_NAME, got);
	assert_int_equal(strlen(got), 5000);
}

static void lead_sources_with_bars_commas_and_full_width_marks(void **state)
{
	static const char *const sources[] = {
		"AppSource (SPZA)-PLT|a.b",
		"SPZA-PLT | a.b",
		"AzureMarketplace",
		"AzurePortal-Create|bitnami.open",
		"x-INS|a|b|c",
		"AppSource-INS]a.b",
		"AppSource－PLT｜a.b",
		"SFDC-dup-DM|L T",
		"MSFT_TEST_1-MSFT_TEST_2|Offer",
	};
	char got[8192];

	(void)state;
	for (size_t i = 0; i < LL_COUNT(sources); i++) {
		AUTO_BUF file = buf_new(4096);

		buf_printf(&file, HEAD "A,B,a@b.example,1,US,CTO,%s\n", sources[i]);
		field_of(file.p, SHEET_LEAD_SOURCE, got);
		SAME(got, sources[i], sources[i]);
	}
}

static void title_is_a_job_only_beside_a_person(void **state)
{
	static const struct {
		const char *file, *want;
	} cases[] = {
		{ "이메일,제목\na@b.example,CTO\n", "CTO" },
		{ "电子邮件,标题\na@b.example,CTO\n", "CTO" },
		{ "Email,Title\na@b.example,CTO\n", "CTO" },
	};
	AUTO_ARENA a = arena_new("traps", 1 << 20);
	struct str alone[] = { S("标题"), S("产品标题") };
	struct sheet_map m;
	char got[8192];

	(void)state;
	EACH(cases, c)
	{
		field_of(c->file, SHEET_TITLE, got);
		SAME(got, c->want, c->file);
	}
	sheet_map(a, alone, 2, &m);
	assert_int_equal(m.guess[0].sure, SHEET_GUESS);
}

/* The same leads out of three languages' pages are the same rows of fields. */
static void an_export_from_another_ui_language(void **state)
{
	static const char *const files[] = {
		"First Name,Last Name,Email,Company,Country/Region\nMin,Kim,m@b.example,Han,KR\n",
		"이름,성,이메일,회사,국가/지역\nMin,Kim,m@b.example,Han,KR\n",
		"名字,姓氏,电子邮件,公司,国家/地区\nMin,Kim,m@b.example,Han,KR\n",
	};
	static const enum sheet_field fields[] = { SHEET_FIRST_NAME, SHEET_LAST_NAME, SHEET_EMAIL,
						   SHEET_COMPANY, SHEET_COUNTRY };
	char want[8192], got[8192];

	(void)state;
	for (size_t f = 0; f < LL_COUNT(fields); f++)
		for (size_t i = 0; i < LL_COUNT(files); i++) {
			field_of(files[0], fields[f], want);
			field_of(files[i], fields[f], got);
			SAME(got, want, files[i]);
		}
}

/* Partner Center's largest file, and one row more. */
static void the_5000_row_boundary(void **state)
{
	(void)state;
	for (int rows = 5000; rows <= 5001; rows++) {
		AUTO_BUF file = buf_new(1 << 20);
		AUTO_SHEET r = sheet_fed(NULL);
		struct sheet_row row;
		struct err e = { 0 };
		int n = 0;

		buf_z(&file, "Referral ID,Customer Country\r\n");
		for (int i = 0; i < rows; i++)
			buf_printf(&file, "%d,\"Korea, Republic of\"\r\n", i);
		sheet_feed(r, buf_view(&file));
		sheet_feed_end(r);
		while (sheet_next(r, &row, &e) > 0)
			n++;
		assert_int_equal(n, rows);
	}
}

static void countries_with_commas_and_accents(void **state)
{
	static const struct {
		const char *cell, *want;
	} cases[] = {
		{ "\"Korea, Republic of\"", "Korea, Republic of" },
		{ "États-Unis", "États-Unis" },
		{ "台灣", "台灣" },
		{ "미국", "미국" },
		{ "", "" },
		{ "ZZ", "ZZ" },
	};
	char got[8192];

	(void)state;
	EACH(cases, c)
	{
		AUTO_BUF file = buf_new(4096);

		buf_printf(&file, HEAD "A,B,a@b.example,1,%s,CTO,x\n", c->cell);
		field_of(file.p, SHEET_COUNTRY, got);
		SAME(got, c->want, c->cell);
	}
}

/* Read twice, the same rows: nothing of a file depends on what was read before. */
static void the_same_file_twice(void **state)
{
	static const char file[] = HEAD "A,\"B\nC\",a@b.example,\"1,2\",US,CTO,x-y|z\nshort\n";
	char first[4096];

	(void)state;
	snprintf(first, sizeof(first), "%s", dump(file));
	SAME(dump(file), first, "again");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_arrive_as_they_are),
		cmocka_unit_test(lead_sources_with_bars_commas_and_full_width_marks),
		cmocka_unit_test(title_is_a_job_only_beside_a_person),
		cmocka_unit_test(an_export_from_another_ui_language),
		cmocka_unit_test(the_5000_row_boundary),
		cmocka_unit_test(countries_with_commas_and_accents),
		cmocka_unit_test(the_same_file_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
