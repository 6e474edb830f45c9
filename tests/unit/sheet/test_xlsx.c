/* Spreadsheets, packed here as programs write them. */
#include "dump.h"

#include <zip.h>

#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define BOOK                                                                                       \
	"<workbook " MAIN                                                                          \
	"><sheets><sheet name=\"Leads\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
#define RELS                                                                                       \
	"<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/>"              \
	"<Relationship Id=\"rId2\" Target=\"/xl/worksheets/sheet2.xml\"/></Relationships>"
#define SHEET(rows)  "<worksheet " MAIN "><sheetData>" rows "</sheetData></worksheet>"
#define TEXT(ref, t) "<c r=\"" ref "\" t=\"inlineStr\"><is><t>" t "</t></is></c>"

struct part {
	const char *name, *text;
};

/* The archive of the parts up to one without a name; for free_bytes(). */
static struct str pack(const struct part *parts)
{
	zip_error_t why;
	zip_source_t *whole = zip_source_buffer_create(NULL, 0, 1, &why);
	zip_t *zip = zip_open_from_source(whole, ZIP_CREATE | ZIP_TRUNCATE, &why);
	zip_stat_t st;
	char *out;

	assert_non_null(zip);
	zip_source_keep(whole);
	for (; parts->name; parts++)
		assert_true(
			zip_file_add(zip, parts->name,
				     zip_source_buffer(zip, parts->text, strlen(parts->text), 0),
				     ZIP_FL_OVERWRITE) >= 0);
	assert_int_equal(zip_close(zip), 0);
	assert_int_equal(zip_source_open(whole), 0);
	assert_int_equal(zip_source_stat(whole, &st), 0);
	out = malloc(st.size);
	assert_non_null(out);
	assert_int_equal(zip_source_read(whole, out, st.size), st.size);
	zip_source_close(whole);
	zip_source_free(whole);
	return (struct str){ out, st.size };
}

static void free_bytes(struct str bytes)
{
	union {
		const char *c;
		char *p;
	} u = { bytes.p };

	free(u.p);
}

#define PARTS 8
/* A book of one sheet, and what else is given. */
static const char *dump_parts(const char *sheet, const struct part *more,
			      const struct sheet_options *o, struct sheet_about *about)
{
	struct part parts[PARTS + 4] = { { "xl/workbook.xml", BOOK },
					 { "xl/_rels/workbook.xml.rels", RELS },
					 { "xl/worksheets/sheet1.xml", sheet } };
	size_t n = 3;
	struct str bytes;
	const char *got;

	for (; more && more->name; more++) {
		size_t i = 0;

		while (i < n && strcmp(parts[i].name, more->name) != 0)
			i++;
		parts[i] = *more;
		n += i == n;
	}
	bytes = pack(parts);
	got = dump_bytes(bytes, o, about);
	free_bytes(bytes);
	return got;
}

static const char *rows(const char *sheet)
{
	return dump_parts(sheet, NULL, NULL, NULL);
}

static void reads_cells(void **state)
{
	static const struct {
		const char *name, *sheet, *want;
	} cases[] = {
		{ "inline",
		  SHEET("<row r=\"1\">" TEXT("A1", "a") TEXT("B1", "b") "</row><row r=\"2\">" TEXT(
			  "A2", "1") TEXT("B2", "2") "</row>"),
		  "a,b\n1[1][2]" },
		{ "cells left out",
		  SHEET("<row r=\"1\">" TEXT("A1", "a") TEXT("B1", "b")
				TEXT("C1", "c") "</row><row r=\"5\">" TEXT("C5", "3") "</row>"),
		  "a,b,c\n1[][][3]" },
		{ "no references",
		  SHEET("<row><c t=\"str\"><v>a</v></c><c "
			"t=\"str\"><v>b</v></c></row><row><c><v>1</v></c><c><v>2</v></c></row>"),
		  "a,b\n1[1][2]" },
		{ "rows without a text are none",
		  SHEET("<row>" TEXT("A1", "a") "</row><row><c r=\"A2\" "
						"s=\"1\"/></row><row/><row>" TEXT("A4",
										  "x") "</row>"),
		  "a\n1[x]" },
		{ "kinds",
		  SHEET("<row>" TEXT("A1",
				     "a") "</row><row><c t=\"b\"><v>1</v></c></row><row><c "
					  "t=\"b\"><v>0</v></c></row><row><c "
					  "t=\"e\"><v>#N/A</v></c><c t=\"n\"><v>1</v></c></row>"
					  "<row><c t=\"d\"><v>2026-01-02</v></c></row>"),
		  "a\n1[TRUE]\n2[FALSE]\n3!long[][1]\n4[2026-01-02]" },
		{ "a formula is its value",
		  SHEET("<row>" TEXT("A1", "a") "</row><row><c><f>1+1</f><v>2</v></c></row>"),
		  "a\n1[2]" },
		{ "numbers",
		  SHEET("<row>" TEXT("A1", "a") "</row><row><c><v>8.21012345678E11</v></c></"
						"row><row><c><v>0.1</v></c></row><row><c><v>-1.50</"
						"v></c></row><row><c><v>1E-7</v></c></row>"),
		  "a\n1[821012345678]\n2[0.1]\n3[-1.5]\n4[1e-07]" },
		{ "runs, no readings",
		  SHEET("<row>" TEXT(
			  "A1", "a") "</row><row><c "
				     "t=\"inlineStr\"><is><r><t>佐</t></r><r><t>藤</t></r><rPh "
				     "sb=\"0\" eb=\"2\"><t>サトウ</t></rPh></is></c></row>"),
		  "a\n1[佐藤]" },
		{ "entities and escapes",
		  SHEET("<row>" TEXT("A1", "a") "</row><row>" TEXT(
			  "A2", "x &amp; &#xE9;_x000D_\ny _x00zz_ _") "</row>"),
		  "a\n1[x & é\r\ny _x00zz_ _]" },
		{ "prefixes",
		  "<x:worksheet xmlns:x=\"y\"><x:sheetData><x:row><x:c "
		  "t=\"str\"><x:v>a</x:v></x:c></x:row><x:row><x:c><x:v>1</x:v></x:c></x:row></"
		  "x:sheetData></x:worksheet>",
		  "a\n1[1]" },
	};

	(void)state;
	EACH(cases, c)
	SAME(rows(c->sheet), c->want, c->name);
}

static void reads_shared_strings(void **state)
{
	const struct part more[] = {
		{ "xl/sharedStrings.xml",
		  "<sst><si><t>a</t></si><si><r><t>x</t></r><r><t xml:space=\"preserve\"> "
		  "y</t></r></si><si><t/></si></sst>" },
		{ NULL, NULL },
	};

	(void)state;
	SAME(dump_parts(SHEET("<row><c t=\"s\"><v>0</v></c></row><row><c t=\"s\"><v>1</v></c></row>"
			      "<row><c t=\"s\"><v>2</v></c><c><v>1</v></c></row>"),
			more, NULL, NULL),
	     "a\n1[x y]\n2!long[][1]", "in their order");
	SAME(dump_parts(
		     SHEET("<row><c t=\"s\"><v>0</v></c></row><row><c t=\"s\"><v>3</v></c></row>"),
		     more, NULL, NULL),
	     "a\nsheet.xlsx", "one that is not there");
}

static void reads_dates_by_their_style(void **state)
{
	const struct part more[] = {
		{ "xl/styles.xml",
		  "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy/mm/dd hh:mm\"/>"
		  "<numFmt numFmtId=\"165\" formatCode=\"&quot;day&quot; 0.00\"/>"
		  "<numFmt numFmtId=\"166\" formatCode=\"[Red][$-412]h:mm\"/></numFmts>"
		  "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
		  "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/>"
		  "<xf numFmtId=\"165\"/><xf numFmtId=\"166\"/></cellXfs></styleSheet>" },
		{ NULL, NULL },
	};
	static const char sheet[] = SHEET("<row>" TEXT(
		"A1",
		"a") "</row>"
		     "<row><c s=\"0\"><v>45678</v></c></row><row><c s=\"1\"><v>45678</v></c></row>"
		     "<row><c s=\"2\"><v>45678.75</v></c></row><row><c "
		     "s=\"3\"><v>45678</v></c></row>"
		     "<row><c s=\"4\"><v>0.5</v></c></row><row><c s=\"1\"><v>1</v></c></row>"
		     "<row><c s=\"1\"><v>61</v></c></row><row><c s=\"9\"><v>45678</v></c></row>");

	(void)state;
	SAME(dump_parts(sheet, more, NULL, NULL),
	     "a\n1[45678]\n2[2025-01-21]\n3[2025-01-21T18:00:00]\n4[45678]\n5[12:00:00]\n"
	     "6[1900-01-01]\n7[1900-03-01]\n8[45678]",
	     "from 1900");
	const struct part mac[] = {
		more[0],
		{ "xl/workbook.xml", "<workbook><workbookPr date1904=\"1\"/><sheets><sheet "
				     "name=\"x\" r:id=\"rId1\"/></sheets></workbook>" },
		{ NULL, NULL },
	};

	assert_non_null(strstr(dump_parts(sheet, mac, NULL, NULL), "2[2029-01-22]"));
}

static void chooses_a_sheet(void **state)
{
	const struct part more[] = {
		{ "xl/workbook.xml",
		  "<workbook><sheets><sheet name=\"Lists\" state=\"hidden\" r:id=\"rId1\"/>"
		  "<sheet name=\"Leads\" r:id=\"rId2\"/></sheets></workbook>" },
		{ "xl/worksheets/sheet2.xml", SHEET("<row>" TEXT("A1", "b") "</row>") },
		{ NULL, NULL },
	};
	const struct part empty[] = {
		{ "xl/workbook.xml",
		  "<workbook><sheets><sheet name=\"One\" r:id=\"rId1\"/><sheet name=\"Two\" "
		  "r:id=\"rId2\"/></sheets></workbook>" },
		more[1],
		{ NULL, NULL },
	};
	struct sheet_about about;

	(void)state;
	SAME(dump_parts(SHEET("<row>" TEXT("A1", "a") "</row>"), more, NULL, &about), "b",
	     "visible");
	SAME(about.tab, "Leads", "its name");
	assert_int_equal(about.tabs, 2);
	SAME(dump_parts(SHEET("<row>" TEXT("A1", "a") "</row>"), more,
			&(struct sheet_options){ .tab = "Lists" }, NULL),
	     "a", "asked for");
	SAME(dump_parts(SHEET(""), more, &(struct sheet_options){ .tab = "Nothing" }, NULL),
	     "\nsheet.tab", "not there");
	SAME(dump_parts(SHEET(""), empty, NULL, NULL), "b", "the first that has rows");
	SAME(dump_parts(SHEET(""), NULL, NULL, NULL), "\nsheet.empty", "none has");
}

static void refuses_what_is_dangerous(void **state)
{
	static const char laughs[] =
		"<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>"
		"<worksheet><sheetData><row><c "
		"t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>";
	AUTO_BUF bomb = buf_new(256 << 20);
	struct str bytes;

	(void)state;
	SAME(rows(laughs), "\nsheet.xlsx", "entities");
	SAME(rows("<worksheet><sheetData><row>"), "\nsheet.xlsx", "cut off");
	SAME(rows("<worksheet><sheetData><row><c "
		  "r=\"ZZZZ1\"><v>1</v></c></row></sheetData></worksheet>"),
	     "\nsheet.columns", "a column far away");
	buf_z(&bomb, "<worksheet><sheetData><row>" TEXT("A1", "a") "</row>");
	while (bomb.n < 100 << 20)
		buf_z(&bomb, "<row></row><row></row><row></row><row></row><row></row><row></row>");
	buf_z(&bomb, "</sheetData></worksheet>");
	bytes = pack((struct part[]){ { "xl/workbook.xml", BOOK },
				      { "xl/_rels/workbook.xml.rels", RELS },
				      { "xl/worksheets/sheet1.xml", bomb.p },
				      { NULL, NULL } });
	assert_non_null(strstr(first_problem(bytes, NULL), "unpacks to more"));
	free_bytes(bytes);
}

static void names_other_archives(void **state)
{
	static const struct {
		const char *part, *want;
	} cases[] = {
		{ "content.xml", "OpenDocument" },
		{ "xl/workbook.bin", ".xlsb" },
		{ "leads.csv", "unpack it" },
	};

	(void)state;
	EACH(cases, c)
	{
		struct str bytes = pack((struct part[]){ { c->part, "x" }, { NULL, NULL } });

		CHECK(strstr(first_problem(bytes, NULL), c->want), c->part);
		free_bytes(bytes);
	}
	CHECK(strstr(first_problem(STR("PK\3\4 and no more than this"), NULL), "damaged"),
	      "cut off");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_cells),
		cmocka_unit_test(reads_shared_strings),
		cmocka_unit_test(reads_dates_by_their_style),
		cmocka_unit_test(chooses_a_sheet),
		cmocka_unit_test(refuses_what_is_dangerous),
		cmocka_unit_test(names_other_archives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
