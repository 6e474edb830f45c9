/* Rows that were read in before: the same, or what differs. */
#include <string.h>
#include "base/limits.h"
#include "base/utf8.h"
#include "load/open.h"

#define SHOWN 60 /* bytes of a value in a report */
#define TOLD  4  /* columns that differ, named in a report */

static struct str shown(struct str s)
{
	return utf8_cut(s, SHOWN);
}

/* The cell of the column in the other row: the first of that name. */
static struct str cell_of(const struct row_body *r, struct str name)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->name[i], name))
			return r->cell[i];
	return STR("");
}

static const char *difference(struct arena *a, struct str before, struct str now)
{
	AUTO_BUF b = buf_new(4096);
	struct row_body old, new;
	int told = 0;

	if (!row_read(a, before, &old) || !row_read(a, now, &new))
		return "Its columns differ.";
	for (size_t i = 0; i < new.n; i++) {
		struct str was = cell_of(&old, new.name[i]);

		if (str_eq(was, new.cell[i]))
			continue;
		if (told++ < TOLD)
			buf_printf(&b, "%s" STR_FMT ": \"" STR_FMT "\" → \"" STR_FMT "\".",
				   b.n ? " " : "", STR_ARG(shown(new.name[i])), STR_ARG(shown(was)),
				   STR_ARG(shown(new.cell[i])));
	}
	if (told > TOLD)
		buf_printf(&b, " %d more.", told - TOLD);
	if (!told)
		return "The same cells, taken for other fields.";
	return arena_strndup(a, b.p, b.n);
}

static void add_problem(struct load *l, struct loading *r, const char *text)
{
	r->told.problem =
		r->told.problem ? arena_printf(l->batch, "%s %s", text, r->told.problem) : text;
}

/* Against the receipt that it became first, and against what it was when it was read last. */
static bool compare_stored(struct load *l, struct loading *r, struct err *e)
{
	struct load_seen_in in = { l->o.publisher, r->receipt.id };
	struct receipt_body_in body_in = { l->o.publisher, r->receipt.id };
	struct load_seen_row seen;
	struct receipt_body_row body;
	int found = load_seen(l->db, &in, l->batch, &seen, e);
	struct str now = { (const char *)r->body_hash.b, sizeof(r->body_hash) };

	if (found < 0)
		return false;
	r->told.outcome = LOAD_KNOWN;
	r->told.receipt = r->receipt.id;
	if (found > 0 ? str_eq(seen.row_hash, now)
		      : !memcmp(r->receipt.hash.b, r->body_hash.b, sizeof(r->body_hash)))
		return true;
	if (receipt_body(l->db, &body_in, l->batch, &body, e) < 0)
		return false;
	r->told.outcome = LOAD_CHANGED;
	add_problem(l, r, difference(l->batch, body.body, r->body));
	return true;
}

static void compare_beside(struct load *l, struct loading *r, const struct loading *first)
{
	r->told.receipt = first->told.receipt;
	r->receipt.id = first->told.receipt;
	r->repeat = true;
	r->told.outcome = LOAD_KNOWN;
	if (!memcmp(first->body_hash.b, r->body_hash.b, sizeof(r->body_hash)))
		return;
	r->told.outcome = LOAD_CHANGED;
	add_problem(l, r, difference(l->batch, first->body, r->body));
}

/* An earlier row of the batch with the same key. */
static struct loading *earlier(struct loading **cells, size_t mask, struct loading *r)
{
	size_t at;

	memcpy(&at, r->key.b, sizeof(at));
	for (at &= mask; cells[at]; at = (at + 1) & mask)
		if (!memcmp(cells[at]->key.b, r->key.b, sizeof(r->key)))
			return cells[at];
	cells[at] = r;
	return NULL;
}

static bool find_known(struct load *l, struct loading *rows, size_t n, struct err *e)
{
	struct load_known_in *ask = ARENA_ARRAY(l->batch, struct load_known_in, n);
	struct load_known_row *got = ARENA_ARRAY(l->batch, struct load_known_row, n);
	bool *found = ARENA_ARRAY(l->batch, bool, n);

	for (size_t i = 0; i < n; i++)
		ask[i] = (struct load_known_in){
			l->o.publisher, { (const char *)rows[i].key.b, sizeof(rows[i].key) }
		};
	if (n && !load_known_batch(l->db, ask, n, l->batch, got, found, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		rows[i].known = found[i];
		if (!found[i])
			continue;
		rows[i].receipt.id = got[i].receipt_id;
		if (got[i].body_hash.n == sizeof(struct hash))
			memcpy(rows[i].receipt.hash.b, got[i].body_hash.p, sizeof(struct hash));
	}
	return true;
}

bool load_compare(struct load *l, struct loading *rows, size_t n, struct err *e)
{
	size_t size = 16;
	struct loading **cells;

	while (size < n * 2)
		size *= 2;
	cells = ARENA_ARRAY(l->batch, struct loading *, size);
	if (!find_known(l, rows, n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct loading *r = &rows[i], *first;

		if (r->told.outcome != LOAD_NEW)
			continue;
		first = earlier(cells, size - 1, r);
		if (r->known) {
			if (!compare_stored(l, r, e))
				return false;
		} else if (first) {
			compare_beside(l, r, first);
		} else if (l->seen && seen_before(l->seen, &r->key)) {
			r->told.outcome = LOAD_KNOWN;
		} else {
			r->told.receipt = id_new(l->now);
		}
	}
	return true;
}
