#include "understand/pairs.h"

#include "base/limits.h"
#include "base/utf8.h"

#define KEY_MAX 128 /* bytes of a key, decoded */

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

bool pairs_too_many(struct err *e)
{
	return ERR(e, ERR_INPUT, "body.too-many",
		   "The body holds more than %d leads: send them in several bodies of at most %d "
		   "each.",
		   LIMIT_LEADS_A_BODY, LIMIT_LEADS_A_BODY);
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

/* As much of a key as anybody looks at, decoded. */
static struct str decoded_key(struct arena *a, struct str key, enum coding coding)
{
	bool ignored = false;

	switch (coding) {
	case CODING_PLAIN: break;
	case CODING_JSON: return coding_json(a, key, KEY_MAX, &ignored);
	case CODING_FORM: return utf8_trim(coding_form(a, key, KEY_MAX));
	}
	return str_upto(key, KEY_MAX);
}

const struct label_row *pairs_label(struct pairs *p, struct str key, enum coding key_coding)
{
	if (key_coding == CODING_PLAIN)
		return label_of(p->a, str_upto(key, KEY_MAX));

	ARENA_SCOPE(p->a);
	return label_of(p->a, decoded_key(p->a, key, key_coding));
}

uint32_t pairs_add_block(struct pairs *p, uint32_t outer, struct str key, enum coding key_coding,
			 bool contact)
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
	return add_block(p, (struct block){ .key = decoded_key(p->a, key, key_coding),
					    .record = p->block[outer].record,
					    .contact = contact });
}

void pairs_add(struct pairs *p, struct pair pair)
{
	const struct label_row *row = pair.row;
	struct record *r;

	if (pair.block == PAIRS_NO_BLOCK || row->label == LABEL_IGNORED)
		return;
	r = &p->record[p->block[pair.block].record];
	if (row->label >= LABELS_READ && r->unknown++ >= UNKNOWN_SHOWN)
		return;
	if (r->pairs == PAIRS_A_RECORD) {
		r->cut = true;
		return;
	}
	r->pairs++;
	if (row->label <= LABEL_FULL_NAME && !(row->flags & LABEL_WEAK))
		p->block[pair.block].person = true;
	pair.key = decoded_key(p->a, pair.key, pair.key_coding);
	pair.key_coding = CODING_PLAIN;
	p->pair = grown(p->a, p->pair, sizeof(*p->pair), p->pair_count, &p->pair_room);
	p->pair[p->pair_count++] = pair;
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

/* A little more than max bytes of it, if there are so many. */
static struct str decoded(struct arena *a, const struct pair *v, size_t max, bool *broken)
{
	switch (v->coding) {
	case CODING_PLAIN: break;
	case CODING_JSON: return coding_json(a, v->value, max, broken);
	case CODING_FORM: return coding_form(a, v->value, max);
	}
	return str_upto(v->value, max + 1);
}

char *pair_text(struct arena *a, const struct pair *v, size_t max, bool *repaired, bool *cut)
{
	/* A broken byte becomes three; only the result stays in the arena. */
	char *out = arena_alloc(a, (v->value.n < max / 3 ? v->value.n * 3 : max) + 1);
	ARENA_SCOPE(a);
	bool broken = false, changed = false;
	struct str s = decoded(a, v, max, &broken);

	if (s.n > max)
		*cut = true;
	s = utf8_cut(s, max);
	if (!is_printable_ascii(s))
		s = str_of(utf8_repair(a, s, &changed));
	if (s.n > max)
		*cut = true;
	s = utf8_cut(s, max);
	memcpy(out, s.p, s.n);
	if (broken || changed)
		*repaired = true;
	return out;
}

bool pair_is_blank(struct arena *a, const struct pair *v)
{
	bool broken = false;

	if (v->coding == CODING_PLAIN && v->value.n && (unsigned char)v->value.p[0] > ' ' &&
	    (unsigned char)v->value.p[0] < 0x7F)
		return false;

	ARENA_SCOPE(a);
	return utf8_trim(decoded(a, v, LIMIT_NAME, &broken)).n == 0;
}
