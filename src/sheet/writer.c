/* Rows out: CSV, NDJSON, JSON; spreadsheets are in write_xlsx.c. */
#include "sheet/writer.h"

#include <stdlib.h>
#include "base/json.h"

#define PIECE   (64 * 1024)
#define OUT_MAX (64UL * 1024 * 1024)

static void csv_cell(struct sheet_writer *w, struct str s, bool text)
{
	AUTO_BUF safe = buf_new(2 * s.n + 2);
	char special[] = { '"', '\r', '\n', ',', ';', '\t', '|', 0 };
	bool quote = s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' ');

	if (text && w->style.guarded) {
		sheet_guard(s, &safe);
		quote |= safe.n != s.n;
		s = buf_view(&safe);
	}
	for (size_t i = 0; !quote && i < s.n; i++)
		quote = s.p[i] && strchr(special, s.p[i]);
	/* A line with nothing in it is no row. */
	if (!quote && (s.n || w->n > 1)) {
		buf_str(&w->out, s);
		return;
	}
	buf_byte(&w->out, '"');
	while (s.n) {
		size_t plain = str_find(s, '"');

		buf_str(&w->out, str_upto(s, plain));
		buf_z(&w->out, plain < s.n ? "\"\"" : "");
		s = str_from(s, plain + 1);
	}
	buf_byte(&w->out, '"');
}

static void csv_between(struct sheet_writer *w, size_t i)
{
	if (i + 1 < w->n)
		buf_byte(&w->out, w->style.delimiter);
	else
		buf_z(&w->out, "\r\n");
}

static bool csv_begin(struct sheet_writer *w, struct err *e)
{
	(void)e;
	if (w->style.marked)
		buf_z(&w->out, "\xEF\xBB\xBF");
	for (size_t i = 0; i < w->n; i++) {
		csv_cell(w, str_of(w->column[i]), true);
		csv_between(w, i);
	}
	return true;
}

static bool csv_row(struct sheet_writer *w, const struct sheet_value *values, struct err *e)
{
	(void)e;
	for (size_t i = 0; i < w->n; i++) {
		csv_cell(w, values[i].kind == SHEET_ABSENT ? STR("") : values[i].text,
			 values[i].kind == SHEET_TEXT);
		csv_between(w, i);
	}
	return true;
}

static bool nothing(struct sheet_writer *w, struct err *e)
{
	(void)w;
	(void)e;
	return true;
}

static bool ndjson_row(struct sheet_writer *w, const struct sheet_value *values, struct err *e)
{
	struct json_out o = json_out(&w->out);

	(void)e;
	json_obj(&o, NULL);
	for (size_t i = 0; i < w->n; i++)
		switch (values[i].kind) {
		case SHEET_ABSENT: json_put_null(&o, w->column[i]); break;
		case SHEET_TEXT: json_put_str(&o, w->column[i], values[i].text); break;
		case SHEET_NUMBER:
		case SHEET_BOOL: json_put_raw(&o, w->column[i], values[i].text); break;
		}
	json_end_obj(&o);
	buf_byte(&w->out, '\n');
	return true;
}

static bool json_begin(struct sheet_writer *w, struct err *e)
{
	(void)e;
	buf_z(&w->out, "[\n");
	return true;
}

static bool json_row(struct sheet_writer *w, const struct sheet_value *values, struct err *e)
{
	if (w->rows)
		buf_byte(&w->out, ',');
	return ndjson_row(w, values, e);
}

static bool json_end(struct sheet_writer *w, struct err *e)
{
	(void)e;
	buf_z(&w->out, "]\n");
	return true;
}

static const struct writer_format write_csv = { csv_begin, csv_row, nothing };
static const struct writer_format write_ndjson = { nothing, ndjson_row, nothing };
static const struct writer_format write_json = { json_begin, json_row, json_end };

static const struct writer_format *format_of(const struct sheet_writer *w)
{
	switch (w->style.format) {
	case SHEET_FORMAT_NONE:
	case SHEET_CSV: return &write_csv;
	case SHEET_NDJSON: return &write_ndjson;
	case SHEET_JSON: return &write_json;
	case SHEET_XLSX: return &write_xlsx;
	}
	return &write_csv;
}

bool writer_flush(struct sheet_writer *w, struct err *e)
{
	if (!buf_ok(&w->out))
		return ERR(e, ERR_TOO_LARGE, "sheet.row",
			   "A row is longer than %lu bytes as it is written.", OUT_MAX);
	if (w->out.n && !w->sink.write(w->sink.ctx, buf_view(&w->out), e))
		return false;
	buf_clear(&w->out);
	return true;
}

bool sheet_write(const struct sheet_style *style, const struct str *columns, size_t n,
		 const struct sheet_sink *sink, struct sheet_writer **ret, struct err *e)
{
	struct sheet_writer *w = calloc(1, sizeof(*w));

	if (!w)
		BUG("out of memory for a writer");
	MUST(n && n <= LIMIT_SHEET_COLUMNS && (sink->next || !style->rows_a_file));
	w->style = *style;
	w->style.delimiter = style->delimiter ? style->delimiter : ',';
	w->sink = *sink;
	w->a = arena_new("sheet writer", 64UL << 20);
	w->column = ARENA_ARRAY(w->a, const char *, n);
	w->n = n;
	w->files = 1;
	for (size_t i = 0; i < n; i++)
		w->column[i] = str_dup(w->a, columns[i]);
	w->out = buf_new(OUT_MAX);
	if (!format_of(w)->begin(w, e)) {
		sheet_write_free(w);
		return false;
	}
	*ret = w;
	return true;
}

static bool next_file(struct sheet_writer *w, struct err *e)
{
	if (!sheet_write_end(w, e) || !w->sink.next(w->sink.ctx, ++w->files, e))
		return false;
	w->rows = 0;
	return format_of(w)->begin(w, e);
}

bool sheet_write_row(struct sheet_writer *w, const struct sheet_value *values, struct err *e)
{
	if (w->style.rows_a_file && w->rows == w->style.rows_a_file && !next_file(w, e))
		return false;
	if (!format_of(w)->row(w, values, e))
		return false;
	w->rows++;
	return w->out.n < PIECE || writer_flush(w, e);
}

bool sheet_write_end(struct sheet_writer *w, struct err *e)
{
	return format_of(w)->end(w, e) && writer_flush(w, e);
}

uint64_t sheet_write_cut(const struct sheet_writer *w)
{
	return w->cut;
}

void sheet_write_free(struct sheet_writer *w)
{
	if (!w)
		return;
	pack_free(w->pack);
	buf_free(&w->out);
	arena_free(w->a);
	free(w);
}
