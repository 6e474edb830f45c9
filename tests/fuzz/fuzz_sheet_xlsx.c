/*
 * Any bytes as a part of a spreadsheet, packed here so that the archive itself is sound; the first
 * byte says which part. Bytes that are an archive already are taken as they are.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <zip.h>
#include "sheet_check.h"

#define CELL(t) "<c t=\"s\" s=\"1\"><v>" t "</v></c>"
static const struct {
	const char *name, *text;
} parts[] = {
	{ "xl/worksheets/sheet1.xml",
	  "<worksheet><sheetData><row>" CELL("0") CELL("1") "</row><row>" CELL("1") CELL(
		  "7") "</row><row><c s=\"1\"><v>45678.5</v></c></row></sheetData></worksheet>" },
	{ "xl/sharedStrings.xml", "<sst><si><t>a</t></si><si><t>b</t></si></sst>" },
	{ "xl/styles.xml",
	  "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>" },
	{ "xl/workbook.xml",
	  "<workbook><sheets><sheet name=\"x\" r:id=\"rId1\"/></sheets></workbook>" },
	{ "xl/_rels/workbook.xml.rels",
	  "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/>"
	  "</Relationships>" },
};

static void add(zip_t *zip, const char *name, struct str text)
{
	zip_source_t *s = zip_source_buffer(zip, text.p, text.n, 0);
	zip_int64_t at = zip_file_add(zip, name, s, 0);

	MUST(at >= 0 && !zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0));
}

static struct str pack(size_t which, struct str text)
{
	zip_error_t why;
	zip_source_t *whole = zip_source_buffer_create(NULL, 0, 1, &why);
	zip_t *zip = zip_open_from_source(whole, ZIP_TRUNCATE, &why);
	zip_stat_t st;
	char *out;

	zip_source_keep(whole);
	for (size_t i = 0; i < LL_COUNT(parts); i++)
		add(zip, parts[i].name, i == which ? text : str_of(parts[i].text));
	MUST(!zip_close(zip) && !zip_source_open(whole) && !zip_source_stat(whole, &st));
	out = malloc(st.size);
	MUST(out && zip_source_read(whole, out, st.size) == (zip_int64_t)st.size);
	zip_source_close(whole);
	zip_source_free(whole);
	return (struct str){ out, st.size };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = { (const char *)data, n }, bytes;

	if (str_starts(in, "PK\3\4")) {
		check_rows(in, NULL);
		return 0;
	}
	if (!n)
		return 0;
	bytes = pack(data[0] % LL_COUNT(parts), str_from(in, 1));
	check_rows(bytes, NULL);
	union {
		const char *c;
		char *p;
	} u = { bytes.p };
	free(u.p);
	return 0;
}
