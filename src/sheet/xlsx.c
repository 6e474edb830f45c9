/*
 * Rows of a spreadsheet, one each time the XML parser is let on: the sheet that was asked for, else
 * the first visible one that has rows. Cells may be left out, so may rows.
 */
#include <stdlib.h>
#include "sheet/xlsx.h"

enum cell_kind { CELL_NUMBER = 0, CELL_SHARED, CELL_TEXT, CELL_BOOL, CELL_ERROR };

struct span {
	uint32_t from, n;
};

struct xlsx {
	zip_t *zip;
	struct book book;
	struct styles styles;
	struct strings *strings;
	size_t tab; /* the sheet that is read */
	struct xml xml;
	bool open, row_done;
	uint64_t line;
	/* The row at hand: */
	size_t column, cells; /* of the cell at hand; one more than the last with a text */
	enum cell_kind kind;
	uint64_t style;
	bool in_value, phonetic;
	struct buf value; /* as it stands in the file */
	struct buf text;  /* of all the row's cells */
	struct span span[LIMIT_SHEET_COLUMNS];
};

static const struct {
	const char *type;
	enum cell_kind kind;
} kinds[] = {
	{ "s", CELL_SHARED }, { "str", CELL_TEXT }, { "inlineStr", CELL_TEXT }, { "b", CELL_BOOL },
	{ "e", CELL_ERROR },  { "d", CELL_TEXT },   { "n", CELL_NUMBER },
};

/* "AB12": column 27, from 0; SIZE_MAX when it is none. */
static size_t column_of(const char *reference)
{
	size_t n = 0;

	for (; *reference >= 'A' && *reference <= 'Z' && n < LIMIT_SHEET_COLUMNS * 26UL;
	     reference++)
		n = n * 26 + (size_t)(*reference - 'A' + 1);
	return n ? n - 1 : SIZE_MAX;
}

static void begin_row(struct xlsx *x, const char **attributes)
{
	const char *number = xml_attribute(attributes, "r");
	uint64_t n = number ? strtoull(number, NULL, 10) : 0;

	/* Rows only go on; a number that says otherwise is none. */
	x->line = n > x->line && n < UINT32_MAX ? n : x->line + 1;
	x->column = SIZE_MAX;
	x->cells = 0;
	buf_clear(&x->text);
}

static void begin_cell(struct xlsx *x, const char **attributes)
{
	const char *reference = xml_attribute(attributes, "r");
	const char *type = xml_attribute(attributes, "t"), *style = xml_attribute(attributes, "s");
	size_t column = reference ? column_of(reference) : SIZE_MAX;

	x->column = column == SIZE_MAX ? x->column + 1 : column;
	x->kind = CELL_NUMBER;
	for (size_t i = 0; type && i < LL_COUNT(kinds); i++)
		if (!strcmp(type, kinds[i].type))
			x->kind = kinds[i].kind;
	x->style = style ? strtoull(style, NULL, 10) : 0;
	buf_clear(&x->value);
	if (x->column >= LIMIT_SHEET_COLUMNS) {
		LL_IGNORE(
			ERR(&x->xml.failure, ERR_TOO_LARGE, "sheet.columns",
			    "There are more than %d columns. Leave out those that are not needed.",
			    LIMIT_SHEET_COLUMNS));
		xml_fail(&x->xml);
	}
}

static bool put_value(struct xlsx *x, struct err *e)
{
	struct str v = buf_view(&x->value);

	switch (x->kind) {
	case CELL_SHARED: return strings_get(x->strings, strtoull(v.p, NULL, 10), &x->text, e);
	case CELL_TEXT: xstring_decode(v, &x->text); break;
	case CELL_BOOL: buf_z(&x->text, str_eq_z(v, "1") ? "TRUE" : "FALSE"); break;
	case CELL_ERROR: break; /* #N/A is no value */
	case CELL_NUMBER:
		number_text(v, x->style < x->styles.n ? x->styles.of[x->style] : NUMBER_PLAIN,
			    x->book.from_1904, &x->text);
		break;
	}
	return true;
}

static void end_cell(struct xlsx *x)
{
	size_t from = x->text.n;

	if (!x->value.n || x->column >= LIMIT_SHEET_COLUMNS)
		return;
	if (!put_value(x, &x->xml.failure)) {
		xml_fail(&x->xml);
		return;
	}
	if (!buf_ok(&x->text) || !buf_ok(&x->value)) {
		LL_IGNORE(ERR(&x->xml.failure, ERR_TOO_LARGE, "sheet.row",
			      "Row %llu of the spreadsheet is longer than %d bytes.",
			      (unsigned long long)x->line, LIMIT_SHEET_ROW));
		xml_fail(&x->xml);
		return;
	}
	if (x->text.n == from)
		return;
	for (; x->cells <= x->column; x->cells++)
		x->span[x->cells] = (struct span){ 0, 0 };
	x->span[x->column] = (struct span){ (uint32_t)from, (uint32_t)(x->text.n - from) };
}

static void start(void *p, const char *name, const char **attributes)
{
	struct xlsx *x = XML_GetUserData(p);

	name = xml_local(name);
	if (!strcmp(name, "row"))
		begin_row(x, attributes);
	else if (!strcmp(name, "c"))
		begin_cell(x, attributes);
	else if (!strcmp(name, "rPh"))
		x->phonetic = true;
	else if (!strcmp(name, "v") || !strcmp(name, "t"))
		x->in_value = !x->phonetic;
}

static void end(void *p, const char *name)
{
	struct xlsx *x = XML_GetUserData(p);

	name = xml_local(name);
	if (!strcmp(name, "v") || !strcmp(name, "t")) {
		x->in_value = false;
	} else if (!strcmp(name, "rPh")) {
		x->phonetic = false;
	} else if (!strcmp(name, "c")) {
		end_cell(x);
	} else if (!strcmp(name, "row") && x->cells) {
		x->row_done = true;
		XML_StopParser(p, XML_TRUE);
	}
}

static void text(void *p, const char *t, int n)
{
	struct xlsx *x = XML_GetUserData(p);

	if (x->in_value)
		buf_add(&x->value, t, (size_t)n);
}

/* What an archive is when it is no .xlsx. */
static bool refuse(zip_t *zip, struct err *e)
{
	const char *what = "a ZIP archive; unpack it first";

	if (zip_name_locate(zip, "content.xml", 0) >= 0)
		what = "an OpenDocument file; save it as .xlsx or CSV";
	else if (zip_name_locate(zip, "xl/workbook.bin", ZIP_FL_NOCASE) >= 0)
		what = "a binary Excel file (.xlsb); save it as .xlsx or CSV";
	else if (zip_name_locate(zip, "word/document.xml", ZIP_FL_NOCASE) >= 0)
		what = "a text document; save its table as CSV";
	return ERR(e, ERR_INPUT, "sheet.format", "The file is %s.", what);
}

static bool choose_tab(struct sheet_reader *r, struct xlsx *x, struct err *e)
{
	const char *wanted = r->options.tab;

	x->tab = SIZE_MAX;
	for (size_t i = x->book.n; i-- > 0;)
		if (x->book.tab[i].part &&
		    (wanted ? !strcmp(x->book.tab[i].name, wanted) : !x->book.tab[i].hidden))
			x->tab = i;
	if (x->tab == SIZE_MAX)
		return wanted ? ERR_FIELD(e, ERR_NOT_FOUND, "sheet.tab", "tab",
					  "The spreadsheet has no sheet named %.100s.", wanted)
			      : ERR(e, ERR_INPUT, "sheet.empty", "The spreadsheet has no sheet.");
	return true;
}

static bool open_tab(struct sheet_reader *r, struct xlsx *x, struct err *e)
{
	r->about.tab = x->book.tab[x->tab].name;
	x->line = 0;
	x->open = true;
	return xml_open(&x->xml, x->zip, x->book.tab[x->tab].part, x, start, end, text, e);
}

bool xlsx_open(struct sheet_reader *r, FILE *file, struct err *e)
{
	struct xlsx *x = calloc(1, sizeof(*x));
	zip_source_t *source;
	zip_error_t why;

	if (!x)
		BUG("out of memory for a spreadsheet");
	r->xlsx = x;
	x->value = buf_new(LIMIT_SHEET_ROW);
	x->text = buf_new(LIMIT_SHEET_ROW);
	zip_error_init(&why);
	source = zip_source_filep_create(file, 0, 0, &why); /* has the file now */
	if (!source)
		fclose(file);
	x->zip = source ? zip_open_from_source(source, ZIP_RDONLY, &why) : NULL;
	if (!x->zip) {
		LL_IGNORE(ERR(e, ERR_INPUT, "sheet.xlsx",
			      "The file is a damaged archive: %.120s. Is it whole?",
			      zip_error_strerror(&why)));
		if (source)
			zip_source_free(source);
		zip_error_fini(&why);
		return false;
	}
	zip_error_fini(&why);
	if (zip_name_locate(x->zip, "xl/workbook.xml", ZIP_FL_NOCASE) < 0)
		return refuse(x->zip, e);
	r->about.format = SHEET_XLSX;
	r->about.encoding = "UTF-8";
	r->about.encoding_sure = true;
	if (!book_read(x->zip, r->a, &x->book, e) || !styles_read(x->zip, r->a, &x->styles, e) ||
	    !strings_read(x->zip, &x->strings, e) || !choose_tab(r, x, e))
		return false;
	r->about.tabs = x->book.n;
	return open_tab(r, x, e);
}

void xlsx_close(struct xlsx *x)
{
	if (!x)
		return;
	xml_close(&x->xml);
	strings_free(x->strings);
	if (x->zip)
		zip_discard(x->zip);
	buf_free(&x->value);
	buf_free(&x->text);
	free(x);
}

const char *xlsx_tab(const struct xlsx *x, size_t i)
{
	return i < x->book.n ? x->book.tab[i].name : NULL;
}

/* The next visible sheet, when the one that was read had no rows; false at the last. */
static bool next_tab(struct sheet_reader *r, struct xlsx *x)
{
	xml_close(&x->xml);
	x->open = false;
	if (r->columns.n || r->options.tab)
		return false;
	for (x->tab++; x->tab < x->book.n; x->tab++)
		if (!x->book.tab[x->tab].hidden && x->book.tab[x->tab].part)
			return true;
	return false;
}

/* 1 a row with cells, 0 none, -1 */
static int take_row(struct sheet_reader *r, struct xlsx *x, struct err *e)
{
	x->row_done = false;
	while (x->open && !x->row_done) {
		if (!xml_step(&x->xml, e))
			return -1;
		if (x->xml.done && !x->row_done && next_tab(r, x) && !open_tab(r, x, e))
			return -1;
	}
	if (!x->row_done)
		return 0;
	row_cells(r, x->cells);
	for (size_t i = 0; i < x->cells; i++)
		r->cell[i] = x->span[i].n
				     ? (struct str){ x->text.p + x->span[i].from, x->span[i].n }
				     : STR("");
	return 1;
}

int xlsx_next(struct sheet_reader *r, struct sheet_row *ret, struct err *e)
{
	struct xlsx *x = r->xlsx;
	struct sheet_row row = { 0 };
	int rc = take_row(r, x, e);

	if (rc == 1 && !r->columns.n) {
		if (!row_header(r, r->cell, x->cells, e))
			return -1;
		if (!r->options.no_header)
			rc = take_row(r, x, e);
	}
	if (rc == 0 && !r->columns.n) {
		ERR(e, ERR_INPUT, "sheet.empty", "The spreadsheet has no rows.");
		return -1;
	}
	if (rc <= 0)
		return rc;
	row.line = x->line;
	row.number = r->records + 1;
	if (!row_finish(r, x->cells, &row, e))
		return -1;
	*ret = row;
	return 1;
}
