/*
 * A file that another program exported, given back with the state that its leads have here. Rows
 * are copied; of those whose lead says something else the cells of state, reason and "do not
 * contact" are written anew.
 */
#include <string.h>
#include "base/limits.h"
#include "base/utf8.h"
#include "load/open.h"

#define STEP 500 /* rows whose memory is given back together */

static struct str cell_of(const struct load *l, const struct sheet_row *row, enum sheet_field field,
			  size_t *ret_at)
{
	for (size_t i = 0; i < l->map.n && i < row->spans; i++)
		if (l->map.guess[i].field == field && !l->map.guess[i].second) {
			*ret_at = i;
			return row->cell[i];
		}
	*ret_at = SIZE_MAX;
	return STR("");
}

/* 1 its lead, 0 none is known, -1 error. */
static int find_lead(struct load *l, const struct sheet_row *row, struct load_lead_row *ret,
		     struct err *e)
{
	struct row_way w = load_way(l);
	struct loading r;
	struct load_known_in in = { .publisher = l->o.publisher };
	struct load_known_row known;
	int found;

	row_take(&w, &l->map, row, &r);
	if (r.told.outcome != LOAD_NEW)
		return 0;
	in.key = (struct str){ (const char *)r.key.b, sizeof(r.key) };
	found = load_known(l->db, &in, l->batch, &known, e);
	if (found <= 0)
		return found;
	return load_lead(l->db, &(struct load_lead_in){ l->o.publisher, known.receipt_id },
			 l->batch, ret, e);
}

/* As the row's other cells are written: a quoted one stays quoted. */
static void put_cell(struct buf *b, const struct load *l, struct sheet_span span, const char *text)
{
	const char special[] = { '"', '\r', '\n', load_about(l)->delimiter, 0 };
	bool quote = span.quoted || strpbrk(text, special);

	buf_z(b, quote ? "\"" : "");
	for (; *text; text++)
		buf_z(b, *text == '"' ? "\"\"" : (char[]){ *text, 0 });
	buf_z(b, quote ? "\"" : "");
}

struct edit {
	size_t at; /* SIZE_MAX: none */
	const char *text;
};

/* What the lead says otherwise; how many of them. A cell that says nothing is New. */
static size_t find_edits(struct load *l, const struct sheet_row *row,
			 const struct load_lead_row *lead, struct edit *ret)
{
	size_t status, why, dnc, n = 0;
	struct str s = utf8_trim(cell_of(l, row, SHEET_STATUS, &status));
	struct str r = utf8_trim(cell_of(l, row, SHEET_SUBSTATUS, &why));
	struct str no = utf8_trim(cell_of(l, row, SHEET_DO_NOT_CONTACT, &dnc));
	struct status said = status_read(l->batch, s, r);
	bool same = !strcmp(said.status ? lead_status_text(said.status) : "New", lead->status) &&
		    !strcmp(said.status ? said.substatus : "Received", lead->substatus);

	if (!same && status != SIZE_MAX && !status_is(l->batch, s, lead->status))
		ret[n++] = (struct edit){ status, lead->status };
	if (!same && why != SIZE_MAX && !substatus_is(l->batch, r, lead->substatus))
		ret[n++] = (struct edit){ why, lead->substatus };
	if (lead->dnc && dnc != SIZE_MAX && !says_yes(l->batch, no))
		ret[n++] = (struct edit){ dnc, "Yes" };
	return n;
}

static const struct edit *edit_at(const struct edit *edits, size_t n, size_t at)
{
	for (size_t i = 0; i < n; i++)
		if (edits[i].at == at)
			return &edits[i];
	return NULL;
}

static struct str edited(struct load *l, const struct sheet_row *row, const struct edit *edits,
			 size_t n)
{
	AUTO_BUF b = buf_new(LIMIT_SHEET_ROW * 2);
	size_t from = 0;

	for (size_t i = 0; i < row->spans; i++) {
		const struct edit *x = edit_at(edits, n, i);

		if (!x)
			continue;
		buf_str(&b, str_upto(str_from(row->raw, from), row->span[i].from - from));
		put_cell(&b, l, row->span[i], x->text);
		from = row->span[i].to;
	}
	buf_str(&b, str_from(row->raw, from));
	MUST(buf_ok(&b));
	return (struct str){ arena_strndup(l->batch, b.p, b.n), b.n };
}

static bool put_header(struct load *l, struct load_back *b, struct err *e)
{
	return (!load_about(l)->marked || b->write(b->ctx, STR("\xEF\xBB\xBF"), e)) &&
	       b->write(b->ctx, sheet_header(l->sheet), e);
}

static bool put_row(struct load *l, struct load_back *b, const struct sheet_row *row, struct err *e)
{
	struct load_lead_row lead;
	struct edit edits[3];
	size_t n = 0;
	int found = find_lead(l, row, &lead, e);

	if (found < 0)
		return false;
	if (found)
		n = find_edits(l, row, &lead, edits);
	b->rows++;
	b->unknown += !found;
	b->edited += n > 0;
	return b->write(b->ctx, n ? edited(l, row, edits, n) : row->raw, e);
}

static bool check(const struct load *l, struct err *e)
{
	const struct sheet_about *about = load_about(l);

	if (about->format == SHEET_CSV && about->encoding && !strcmp(about->encoding, "UTF-8"))
		return true;
	return ERR(e, ERR_INPUT, "import.back",
		   "Only CSV in UTF-8 can be given back as it was; this is %s%s%s.",
		   sheet_format_text(about->format), about->encoding ? " in " : "",
		   about->encoding ? about->encoding : "");
}

static bool next_file(struct load *l, struct load_back *b, struct err *e)
{
	int64_t size = (int64_t)b->rows_a_file;

	if (b->rows && (!size || b->rows % size))
		return true;
	if (b->rows && !b->next(b->ctx, (unsigned)(b->rows / size) + 1, e))
		return false;
	return put_header(l, b, e);
}

bool load_back(struct load *l, struct load_back *b, struct err *e)
{
	struct sheet_row row;
	int got;

	while ((got = sheet_next(l->sheet, &row, e)) > 0) {
		if (!b->rows && !check(l, e))
			return false;
		if (b->rows % STEP == 0)
			arena_reset(l->batch);
		load_learn(l);
		if (!next_file(l, b, e) || !put_row(l, b, &row, e))
			return false;
	}
	return got == 0 && (b->rows || (check(l, e) && put_header(l, b, e)));
}
