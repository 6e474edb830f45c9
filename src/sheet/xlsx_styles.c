/*
 * Numbers are dates when their style's format says so (ECMA-376 part 1, 18.8.30): the built-in
 * formats by their numbers, others by the letters of their code.
 */
#include <math.h>
#include <stdlib.h>
#include "sheet/xlsx.h"

#define FORMATS 4096
#define STYLES  65536 /* Excel's own limit is 65,490 */

struct reading {
	struct xml xml;
	struct arena *a;
	struct {
		long id;
		enum number_kind kind;
	} format[FORMATS];
	size_t formats;
	bool in_cells;
	struct styles *ret;
	size_t cap;
};

/* Built-in formats with dates or times; 27 to 36 and 50 to 58 are the East Asian ones. */
static enum number_kind built_in(long id)
{
	if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47) || (id >= 32 && id <= 35))
		return NUMBER_TIME;
	if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58))
		return NUMBER_DATE;
	return NUMBER_PLAIN;
}

static enum number_kind kind_of_code(const char *code)
{
	enum number_kind kind = NUMBER_PLAIN;

	for (; *code && *code != ';'; code++) {
		if (*code == '"') {
			code = strchr(code + 1, '"');
		} else if (*code == '[' && !strchr("hHmMsS", code[1])) {
			code = strchr(code, ']'); /* a colour, a locale; [h] is a time */
		} else if ((*code == '\\' || *code == '_' || *code == '*') && code[1]) {
			code++;
		} else if (strchr("yYdD", *code)) {
			return NUMBER_DATE;
		} else if (strchr("hHsSmM", *code)) {
			kind = NUMBER_TIME;
		}
		if (!code)
			return kind;
	}
	return kind;
}

static void start(void *p, const char *name, const char **attributes)
{
	struct reading *r = XML_GetUserData(p);
	const char *id = xml_attribute(attributes, "numFmtId");
	const char *code = xml_attribute(attributes, "formatCode");
	long n = id ? strtol(id, NULL, 10) : 0;
	enum number_kind kind = built_in(n);

	name = xml_local(name);
	if (!strcmp(name, "cellXfs")) {
		r->in_cells = true;
	} else if (!strcmp(name, "numFmt") && id && code && r->formats < FORMATS) {
		r->format[r->formats].id = n;
		r->format[r->formats++].kind = kind_of_code(code);
	} else if (!strcmp(name, "xf") && r->in_cells && r->ret->n < STYLES) {
		for (size_t i = 0; i < r->formats; i++)
			if (r->format[i].id == n)
				kind = r->format[i].kind;
		if (r->ret->n == r->cap) {
			enum number_kind *old = r->ret->of;

			r->cap = r->cap ? r->cap * 4 : 64;
			r->ret->of = ARENA_ARRAY(r->a, enum number_kind, r->cap);
			if (old)
				memcpy(r->ret->of, old, r->ret->n * sizeof(*old));
		}
		r->ret->of[r->ret->n++] = kind;
	}
}

static void end(void *p, const char *name)
{
	struct reading *r = XML_GetUserData(p);

	if (!strcmp(xml_local(name), "cellXfs"))
		r->in_cells = false;
}

bool styles_read(zip_t *zip, struct arena *a, struct styles *ret, struct err *e)
{
	struct reading *r = ARENA_NEW(a, struct reading);
	bool ok = true;

	*ret = (struct styles){ 0 };
	r->a = a;
	r->ret = ret;
	if (zip_name_locate(zip, "xl/styles.xml", ZIP_FL_NOCASE) < 0)
		return true;
	ok = xml_open(&r->xml, zip, "xl/styles.xml", r, start, end, NULL, e);
	while (ok && !r->xml.done)
		ok = xml_step(&r->xml, e);
	xml_close(&r->xml);
	return ok;
}

/* The day of a count from 1970-01-01; Howard Hinnant's days algorithm. */
static void civil(int64_t days, int *y, int *m, int *d)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = (int)(yoe + era * 400 + (*m <= 2));
}

static void date_text(double serial, enum number_kind kind, bool from_1904, struct buf *to)
{
	double whole = floor(serial);
	int64_t seconds = (int64_t)llround((serial - whole) * 86400), days = (int64_t)whole;
	int y, m, d;

	days += seconds / 86400;
	seconds %= 86400;
	if (kind == NUMBER_TIME && days == 0) {
		buf_printf(to, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
			   (int)(seconds % 60));
		return;
	}
	/* 1900-01-01 is day 1, and Excel counts a 29 February that was not. */
	days += from_1904 ? -24107 : days < 60 ? -25568 : -25569;
	civil(days, &y, &m, &d);
	buf_printf(to, "%04d-%02d-%02d", y, m, d);
	if (seconds)
		buf_printf(to, "T%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
			   (int)(seconds % 60));
}

void number_text(struct str number, enum number_kind kind, bool from_1904, struct buf *to)
{
	char in[64], out[64], *rest;
	double d;

	number = str_trim(number);
	if (!number.n || number.n >= sizeof(in)) {
		buf_str(to, number);
		return;
	}
	memcpy(in, number.p, number.n);
	in[number.n] = 0;
	d = strtod(in, &rest);
	if (*rest || !isfinite(d)) {
		buf_str(to, number);
	} else if (kind != NUMBER_PLAIN && d >= 0 && d < 2958466) { /* to the end of 9999 */
		date_text(d, kind, from_1904, to);
	} else if (d == floor(d) && fabs(d) < 1e17) {
		buf_printf(to, "%.0f", d); /* a phone number, not 8.21E+11 */
	} else {
		for (int digits = 15; digits <= 17; digits++) {
			snprintf(out, sizeof(out), "%.*g", digits, d);
			if (strtod(out, NULL) == d)
				break;
		}
		buf_z(to, out);
	}
}
