/*
 * A spreadsheet as Excel and LibreOffice open it (ECMA-376): texts stand in their cells, the header
 * is bold and stays in sight; after as many rows as a sheet holds the next one begins.
 */
#include <stdio.h>
#include "base/utf8.h"
#include "sheet/writer.h"

#define CELL_UNITS 32767   /* UTF-16 units of a cell */
#define TAB_ROWS   1048576 /* rows of a sheet, its header too */
#define PIECE      (64 * 1024)
#define XML        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define FORMATS    "http://schemas.openxmlformats.org/"
#define MAIN       "xmlns=\"" FORMATS "spreadsheetml/2006/main\""
#define RELATION   FORMATS "officeDocument/2006/relationships"

/* "_x0041_" in a text would be read as "A": its underscore is written as an escape. */
static bool looks_escaped(struct str s)
{
	if (s.n < 7 || s.p[1] != 'x' || s.p[6] != '_')
		return false;
	for (size_t i = 2; i < 6; i++)
		if (!strchr("0123456789abcdefABCDEF", s.p[i]) || !s.p[i])
			return false;
	return true;
}

static void put_char(struct buf *to, struct str rest, uint32_t cp, size_t n)
{
	if (cp == '&')
		buf_z(to, "&amp;");
	else if (cp == '<')
		buf_z(to, "&lt;");
	else if (cp == '>')
		buf_z(to, "&gt;");
	else if (cp == '"')
		buf_z(to, "&quot;");
	else if ((cp < 0x20 && cp != '\t' && cp != '\n') || cp == 0xFFFE || cp == 0xFFFF)
		buf_printf(to, "_x%04X_", cp);
	else if (cp == '_' && looks_escaped(rest))
		buf_z(to, "_x005F_");
	else
		buf_add(to, rest.p, n);
}

/* True when it was cut. */
static bool put_text(struct buf *to, struct str s)
{
	size_t units = 0;
	uint32_t cp;

	while (s.n) {
		size_t n = utf8_next(s, &cp);

		units += cp >= 0x10000 ? 2 : 1;
		if (units > CELL_UNITS)
			return true;
		put_char(to, s, cp, n);
		s = str_from(s, n);
	}
	return false;
}

static void put_cell(struct sheet_writer *w, struct buf *to, const struct sheet_value *v, int style)
{
	switch (v->kind) {
	case SHEET_ABSENT: buf_z(to, "<c/>"); break;
	case SHEET_NUMBER:
		buf_z(to, "<c><v>");
		buf_str(to, v->text);
		buf_z(to, "</v></c>");
		break;
	case SHEET_BOOL:
		buf_printf(to, "<c t=\"b\"><v>%d</v></c>", str_eq_z(v->text, "true"));
		break;
	case SHEET_TEXT:
		buf_printf(to, "<c t=\"inlineStr\" s=\"%d\"><is><t xml:space=\"preserve\">", style);
		w->cut += put_text(to, v->text);
		buf_z(to, "</t></is></c>");
		break;
	}
}

static bool put_row(struct sheet_writer *w, const struct sheet_value *values, int style,
		    struct err *e)
{
	AUTO_BUF row = buf_new(64UL << 20);

	buf_z(&row, "<row>");
	for (size_t i = 0; i < w->n; i++)
		put_cell(w, &row, &values[i], style);
	buf_z(&row, "</row>\n");
	w->tab_rows++;
	if (!buf_ok(&row))
		return ERR(e, ERR_TOO_LARGE, "sheet.row", "A row is too long for a spreadsheet.");
	return pack_add(w->pack, buf_view(&row), &w->out, e);
}

static bool begin_tab(struct sheet_writer *w, struct err *e)
{
	struct sheet_value *header = ARENA_ARRAY(w->a, struct sheet_value, w->n);
	char name[40];

	for (size_t i = 0; i < w->n; i++)
		header[i] = (struct sheet_value){ SHEET_TEXT, str_of(w->column[i]) };
	snprintf(name, sizeof(name), "xl/worksheets/sheet%u.xml", ++w->tabs);
	w->tab_rows = 0;
	return pack_begin(w->pack, name, &w->out, e) &&
	       pack_add(w->pack,
			STR(XML "<worksheet " MAIN "><sheetViews><sheetView workbookViewId=\"0\">"
				"<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" "
				"state=\"frozen\"/></sheetView></sheetViews><sheetData>\n"),
			&w->out, e) &&
	       put_row(w, header, 1, e);
}

static bool end_tab(struct sheet_writer *w, struct err *e)
{
	return pack_add(w->pack, STR("</sheetData></worksheet>\n"), &w->out, e) &&
	       pack_end_part(w->pack, &w->out, e);
}

static bool begin(struct sheet_writer *w, struct err *e)
{
	pack_free(w->pack);
	w->pack = pack_new();
	w->tabs = 0;
	return begin_tab(w, e);
}

static bool row(struct sheet_writer *w, const struct sheet_value *values, struct err *e)
{
	if (w->tab_rows == TAB_ROWS && (!end_tab(w, e) || !begin_tab(w, e)))
		return false;
	return put_row(w, values, 0, e);
}

static bool put_part(struct sheet_writer *w, const char *name, struct str text, struct err *e)
{
	return pack_begin(w->pack, name, &w->out, e) && pack_add(w->pack, text, &w->out, e) &&
	       pack_end_part(w->pack, &w->out, e);
}

static bool put_types(struct sheet_writer *w, struct err *e)
{
	AUTO_BUF b = buf_new(PIECE);

	buf_z(&b, XML "<Types xmlns=\"" FORMATS "package/2006/content-types\">"
		      "<Default Extension=\"rels\" ContentType=\"application/"
		      "vnd.openxmlformats-package.relationships+xml\"/>");
	buf_z(&b, "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/"
		  "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>");
	buf_z(&b, "<Override PartName=\"/xl/styles.xml\" ContentType=\"application/"
		  "vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>");
	for (unsigned i = 1; i <= w->tabs; i++)
		buf_printf(&b,
			   "<Override PartName=\"/xl/worksheets/sheet%u.xml\" ContentType="
			   "\"application/vnd.openxmlformats-officedocument.spreadsheetml."
			   "worksheet+xml\"/>",
			   i);
	buf_z(&b, "</Types>\n");
	return put_part(w, "[Content_Types].xml", buf_view(&b), e);
}

static bool put_book(struct sheet_writer *w, struct err *e)
{
	AUTO_BUF book = buf_new(PIECE), relations = buf_new(PIECE);

	buf_z(&book, XML "<workbook " MAIN " xmlns:r=\"" RELATION "\"><sheets>");
	buf_z(&relations, XML "<Relationships xmlns=\"" FORMATS "package/2006/relationships\">");
	for (unsigned i = 1; i <= w->tabs; i++) {
		buf_z(&book, "<sheet name=\"");
		put_text(&book, utf8_cut(str_of(w->style.tab ? w->style.tab : "Rows"), 25));
		if (i > 1)
			buf_printf(&book, " %u", i);
		buf_printf(&book, "\" sheetId=\"%u\" r:id=\"rId%u\"/>", i, i);
		buf_printf(&relations,
			   "<Relationship Id=\"rId%u\" Type=\"" RELATION
			   "/worksheet\" Target=\"worksheets/sheet%u.xml\"/>",
			   i, i);
	}
	buf_z(&book, "</sheets></workbook>\n");
	buf_printf(&relations,
		   "<Relationship Id=\"rId%u\" Type=\"" RELATION
		   "/styles\" Target=\"styles.xml\"/></Relationships>\n",
		   w->tabs + 1);
	return put_part(w, "xl/workbook.xml", buf_view(&book), e) &&
	       put_part(w, "xl/_rels/workbook.xml.rels", buf_view(&relations), e);
}

static bool end(struct sheet_writer *w, struct err *e)
{
	static const char styles[] =
		XML "<styleSheet " MAIN "><fonts count=\"2\"><font/><font><b/></font></fonts>"
		    "<fills count=\"1\"><fill/></fills><borders count=\"1\"><border/></borders>"
		    "<cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"2\"><xf/>"
		    "<xf fontId=\"1\" applyFont=\"1\"/></cellXfs></styleSheet>\n";
	static const char root[] =
		XML "<Relationships xmlns=\"" FORMATS
		    "package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"" RELATION
		    "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>\n";

	return end_tab(w, e) && put_book(w, e) && put_types(w, e) &&
	       put_part(w, "xl/styles.xml", str_of(styles), e) &&
	       put_part(w, "_rels/.rels", str_of(root), e) && pack_end(w->pack, &w->out, e);
}

const struct writer_format write_xlsx = { begin, row, end };
