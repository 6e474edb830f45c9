/*
 * Shared strings: a sheet of a million rows has millions of them, and any cell may ask for any.
 * Texts and their places go to temporary files; programs number strings in the order of their first
 * use, so that the small cache of the file nearly always has them.
 */
#include <stdlib.h>
#include "base/utf8.h"
#include "sheet/xlsx.h"

struct strings {
	struct spool *text, *place; /* place: where each begins, 8 bytes, and where the last ends */
	uint64_t n;
	/* While they are read: */
	struct xml xml;
	struct buf now;
	bool in_item, in_text, phonetic;
};

static int hex(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

void xstring_decode(struct str s, struct buf *to)
{
	while (s.n) {
		size_t plain = str_find(s, '_');
		uint32_t cp = 0;
		char out[4];
		int digits = 0;

		buf_str(to, str_upto(s, plain));
		s = str_from(s, plain);
		if (s.n >= 7 && s.p[1] == 'x' && s.p[6] == '_')
			for (; digits < 4 && hex(s.p[2 + digits]) >= 0; digits++)
				cp = cp << 4 | (uint32_t)hex(s.p[2 + digits]);
		if (digits == 4 && (cp < 0xD800 || cp > 0xDFFF)) {
			buf_add(to, out, utf8_put(out, cp));
			s = str_from(s, 7);
		} else if (s.n) {
			buf_byte(to, '_');
			s = str_from(s, 1);
		}
	}
}

static bool keep(struct strings *s, struct err *e)
{
	AUTO_BUF text = buf_new(LIMIT_SHEET_ROW);
	uint64_t at = spool_size(s->text);

	xstring_decode(buf_view(&s->now), &text);
	buf_clear(&s->now);
	s->n++;
	return spool_add(s->place, (struct str){ (const char *)&at, sizeof(at) }, e) &&
	       spool_add(s->text, buf_view(&text), e);
}

static void start(void *p, const char *name, const char **attributes)
{
	struct strings *s = XML_GetUserData(p);

	(void)attributes;
	name = xml_local(name);
	if (!strcmp(name, "si"))
		s->in_item = true;
	else if (!strcmp(name, "rPh"))
		s->phonetic = true;
	else if (!strcmp(name, "t"))
		s->in_text = s->in_item && !s->phonetic;
}

static void end(void *p, const char *name)
{
	struct strings *s = XML_GetUserData(p);

	name = xml_local(name);
	if (!strcmp(name, "t")) {
		s->in_text = false;
	} else if (!strcmp(name, "rPh")) {
		s->phonetic = false;
	} else if (!strcmp(name, "si")) {
		s->in_item = false;
		if (!keep(s, &s->xml.failure))
			xml_fail(&s->xml);
	}
}

static void text(void *p, const char *t, int n)
{
	struct strings *s = XML_GetUserData(p);

	if (s->in_text && s->now.n < LIMIT_SHEET_CELL + 8)
		buf_add(&s->now, t, (size_t)n);
}

static bool read_all(struct strings *s, zip_t *zip, struct err *e)
{
	uint64_t at;

	if (!xml_open(&s->xml, zip, "xl/sharedStrings.xml", s, start, end, text, e))
		return false;
	while (!s->xml.done)
		if (!xml_step(&s->xml, e))
			return false;
	at = spool_size(s->text);
	return spool_add(s->place, (struct str){ (const char *)&at, sizeof(at) }, e);
}

bool strings_read(zip_t *zip, struct strings **ret, struct err *e)
{
	struct strings *s = calloc(1, sizeof(*s));
	bool ok;

	if (!s)
		BUG("out of memory for shared strings");
	s->now = buf_new(LIMIT_SHEET_ROW);
	ok = spool_new(&s->text, e) && spool_new(&s->place, e);
	if (ok && zip_name_locate(zip, "xl/sharedStrings.xml", ZIP_FL_NOCASE) >= 0)
		ok = read_all(s, zip, e);
	xml_close(&s->xml);
	buf_free(&s->now);
	if (!ok)
		strings_free(s);
	else
		*ret = s;
	return ok;
}

void strings_free(struct strings *s)
{
	if (!s)
		return;
	spool_free(s->text);
	spool_free(s->place);
	free(s);
}

bool strings_get(struct strings *s, uint64_t i, struct buf *to, struct err *e)
{
	uint64_t at[2];
	char piece[4096];

	if (i >= s->n)
		return ERR(e, ERR_INPUT, "sheet.xlsx",
			   "The spreadsheet is damaged: a cell asks for text %llu of %llu. Open it "
			   "and save it again.",
			   (unsigned long long)i, (unsigned long long)s->n);
	if (!spool_read(s->place, i * sizeof(at[0]), sizeof(at), (char *)at, e))
		return false;
	while (at[0] < at[1]) {
		size_t n = at[1] - at[0] < sizeof(piece) ? (size_t)(at[1] - at[0]) : sizeof(piece);

		if (!spool_read(s->text, at[0], n, piece, e))
			return false;
		buf_add(to, piece, n);
		at[0] += n;
	}
	return true;
}
