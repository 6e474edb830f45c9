#include "understand/pairs.h"

#include "base/limits.h"
#include "base/utf8.h"

static void *grown(struct arena *a, void *old, size_t size, uint32_t n, uint32_t *room)
{
	void *more;

	if (n < *room)
		return old;
	*room = *room ? *room * 2 : 16;
	more = arena_alloc_n(a, size, *room);
	if (n)
		memcpy(more, old, size * n);
	return more;
}

static uint32_t add_block(struct pairs *p, struct block b)
{
	p->block = grown(p->a, p->block, sizeof(*p->block), p->block_count, &p->block_room);
	p->block[p->block_count] = b;
	return p->block_count++;
}

bool pairs_add_record(struct pairs *p, uint32_t *ret_block)
{
	if (p->record_count == LIMIT_LEADS_A_BODY)
		return false;
	p->record = grown(p->a, p->record, sizeof(*p->record), p->record_count, &p->record_room);
	p->record[p->record_count] = (struct record){ 0 };
	*ret_block = add_block(p, (struct block){ .record = p->record_count, .root = true });
	p->record_count++;
	return true;
}

uint32_t pairs_add_block(struct pairs *p, uint32_t outer, struct str key, bool contact)
{
	struct record *r;

	if (outer == PAIRS_NO_BLOCK)
		return PAIRS_NO_BLOCK;
	r = &p->record[p->block[outer].record];
	if (r->blocks == BLOCKS_A_RECORD) {
		r->cut = true;
		return PAIRS_NO_BLOCK;
	}
	r->blocks++;
	return add_block(
		p,
		(struct block){ .key = key, .record = p->block[outer].record, .contact = contact });
}

void pairs_add(struct pairs *p, uint32_t block, const struct label_row *row, struct str key,
	       struct str value, enum coding coding)
{
	struct record *r;

	if (block == PAIRS_NO_BLOCK || row->label == LABEL_IGNORED)
		return;
	r = &p->record[p->block[block].record];
	if (row->label >= LABELS_READ && r->unknown++ >= UNKNOWN_SHOWN)
		return;
	if (r->pairs == PAIRS_A_RECORD) {
		r->cut = true;
		return;
	}
	r->pairs++;
	if (row->label <= LABEL_FULL_NAME && !(row->flags & LABEL_WEAK))
		p->block[block].person = true;
	p->pair = grown(p->a, p->pair, sizeof(*p->pair), p->pair_count, &p->pair_room);
	p->pair[p->pair_count++] = (struct pair){
		.key = key,
		.value = value,
		.row = row,
		.coding = coding,
		.block = block,
	};
}

void pairs_clear(struct pairs *p)
{
	p->pair_count = p->block_count = p->record_count = 0;
}

static bool is_printable_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] > 0x7E)
			return false;
	return true;
}

/* Six bytes of the text make at least one of the value, so this much of it is more than max bytes.
 */
#define CODED(max) ((max)*6 + 18)

/* How much of a cut text ends with a whole escape: nothing of one is longer than 11 bytes. */
static size_t whole_escapes(struct str s)
{
	size_t n = s.n;

	for (size_t i = s.n - 11; i < s.n; i++)
		if (s.p[i] == '\\' || s.p[i] == '%') {
			n = i;
			break;
		}
	return n;
}

static struct str decoded(struct arena *a, const struct pair *v, size_t max, bool *broken)
{
	struct str raw = str_upto(v->value, CODED(max));

	if (raw.n < v->value.n)
		raw.n = whole_escapes(raw);
	switch (v->coding) {
	case CODING_PLAIN: break;
	case CODING_JSON: return coding_json(a, raw, broken);
	case CODING_FORM: return coding_form(a, raw);
	}
	return raw;
}

char *pair_text(struct arena *a, const struct pair *v, size_t max, bool *repaired, bool *cut)
{
	bool broken = false, changed;
	struct str s = decoded(a, v, max, &broken);
	char *text;

	if (s.n > max) {
		*cut = true;
		s = utf8_cut(s, max);
	}
	if (is_printable_ascii(s))
		return arena_strndup(a, s.p, s.n);
	text = utf8_repair(a, s, &changed);
	if (broken || changed)
		*repaired = true;
	return text;
}

bool pair_is_blank(struct arena *a, const struct pair *v)
{
	ARENA_SCOPE(a);
	bool broken = false;

	if (v->coding == CODING_PLAIN && v->value.n && (unsigned char)v->value.p[0] > ' ' &&
	    (unsigned char)v->value.p[0] < 0x7F)
		return false;
	return utf8_trim(decoded(a, v, LIMIT_NAME, &broken)).n == 0;
}
