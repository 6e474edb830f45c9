/*
 * JSON into pairs. A reader of its own, not base/json.h: it keeps a key that comes twice (a later
 * value must not silently replace an earlier one), says line and column, builds nothing, and can
 * mend what the published test lead needs: missing commas, spare commas, raw line breaks in texts.
 */
#include "understand/pairs.h"

#include "base/limits.h"

struct reader {
	struct pairs *out;
	struct str all, rest; /* rest is the tail of all */
	bool mend, inner;     /* inner: a text inside a value; no lists of leads there */
	unsigned depth;
	struct err *e;
};

/* Where a value is to go. */
struct place {
	uint32_t block;
	const struct label_row *row;
	struct str key;
	bool record; /* an object here is a lead of its own */
};

static bool fail(struct reader *r, const char *expected)
{
	size_t at = r->all.n - r->rest.n, line = 1, start = 0;

	for (size_t i = 0; i < at; i++)
		if (r->all.p[i] == '\n') {
			line++;
			start = i + 1;
		}
	return ERR(r->e, ERR_INPUT, "body.json",
		   "The body is not valid JSON: line %zu, column %zu: %s.", line, at - start + 1,
		   expected);
}

static char peek(struct reader *r)
{
	while (r->rest.n && (r->rest.p[0] == ' ' || (r->rest.p[0] >= '\t' && r->rest.p[0] <= '\r')))
		r->rest = str_from(r->rest, 1);
	return r->rest.n ? r->rest.p[0] : 0;
}

static void skip(struct reader *r)
{
	r->rest = str_from(r->rest, 1);
}

static bool is_hex4(struct str s)
{
	size_t n = 0;

	while (n < 4 && n < s.n &&
	       ((s.p[n] >= '0' && s.p[n] <= '9') || ((s.p[n] | 32) >= 'a' && (s.p[n] | 32) <= 'f')))
		n++;
	return n == 4;
}

/* Behind the opening quote; leaves the rest behind the closing one. */
static bool read_string(struct reader *r, struct str *ret, bool *ret_coded)
{
	const char *p = r->rest.p, *end = p + r->rest.n, *from = p;

	*ret_coded = false;
	for (; p < end && *p != '"'; p++) {
		r->rest = str_from(r->all, (size_t)(p - r->all.p));
		if ((unsigned char)*p < 0x20 && !r->mend)
			return fail(r, "a control character in a text");
		if (*p != '\\')
			continue;
		*ret_coded = true;
		if (++p == end)
			break;
		if (*p == 'u' ? !is_hex4(str_from(r->all, (size_t)(p + 1 - r->all.p)))
			      : !memchr("\"\\/bfnrt", *p, 8))
			return fail(r, "an escape that JSON does not have");
	}
	if (p >= end)
		return fail(r, "a text that does not end");
	*ret = (struct str){ from, (size_t)(p - from) };
	r->rest = str_from(r->all, (size_t)(p + 1 - r->all.p));
	return true;
}

static size_t digits(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

/* Length of the number that s begins with, 0 when it does not. */
static size_t number(struct str s)
{
	size_t at = s.n && s.p[0] == '-', n = digits(str_from(s, at));

	if (!n || (n > 1 && s.p[at] == '0'))
		return 0;
	at += n;
	if (at < s.n && s.p[at] == '.') {
		n = digits(str_from(s, at + 1));
		if (!n)
			return 0;
		at += n + 1;
	}
	if (at < s.n && (s.p[at] | 32) == 'e') {
		at++;
		if (at < s.n && (s.p[at] == '+' || s.p[at] == '-'))
			at++;
		n = digits(str_from(s, at));
		if (!n)
			return 0;
		at += n;
	}
	return at;
}

static bool read_literal(struct reader *r, const struct place *to)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t n = number(r->rest);

	for (size_t i = 0; !n && i < LL_COUNT(words); i++)
		if (str_starts(r->rest, words[i]))
			n = strlen(words[i]);
	if (!n)
		return fail(r, r->rest.n ? "a value was expected" : "the text ends too early");
	if (r->rest.p[0] != 'n' && to->block != PAIRS_NO_BLOCK)
		pairs_add(r->out, to->block, to->row, to->key, str_upto(r->rest, n), CODING_PLAIN);
	r->rest = str_from(r->rest, n);
	return true;
}

static bool read_text(struct reader *r, const struct place *to)
{
	struct str text;
	bool coded, broken = false;

	skip(r);
	if (!read_string(r, &text, &coded))
		return false;
	if (to->block == PAIRS_NO_BLOCK)
		return true;
	if (to->row->label == LABEL_CONTACT && !r->inner) {
		uint32_t block = pairs_add_block(r->out, to->block, to->key, true);

		if (pairs_read_inner(r->out, block,
				     coded ? coding_json(r->out->a, text, &broken) : text))
			return true;
	}
	pairs_add(r->out, to->block, to->row, to->key, text, coded ? CODING_JSON : CODING_PLAIN);
	return true;
}

static bool read_value(struct reader *r, const struct place *to);

/* Behind a member or an element: false at the end of the object or list. */
static bool more(struct reader *r, char close, bool *ok)
{
	char c = peek(r);
	bool comma = c == ',';

	*ok = true;
	if (comma)
		skip(r);
	c = peek(r);
	while (r->mend && c == ',') {
		skip(r);
		c = peek(r);
	}
	if (c == close && (!comma || r->mend)) {
		skip(r);
		return false;
	}
	if (comma || (r->mend && c && !strchr("}]:", c)))
		return true;
	*ok = fail(r, !c ? "the text ends too early"
			 : "a comma or the end of the object or list was expected");
	return false;
}

static bool read_member(struct reader *r, uint32_t block, bool record)
{
	struct place to = { .block = block };
	bool coded, broken = false;
	const char *why = "a name in quotes was expected";

	if (peek(r) != '"')
		return fail(r, r->rest.n ? why : "the text ends too early");
	skip(r);
	if (!read_string(r, &to.key, &coded))
		return false;
	if (peek(r) != ':')
		return fail(r, "a colon was expected");
	skip(r);
	if (coded)
		to.key = coding_json(r->out->a, str_upto(to.key, 128), &broken);
	to.row = label_of(r->out->a, to.key);
	to.record = record && to.row->label == LABEL_LIST && !r->inner;
	return read_value(r, &to);
}

static bool read_members(struct reader *r, uint32_t block, bool record)
{
	bool ok = true;

	skip(r);
	if (peek(r) == '}') {
		skip(r);
		return true;
	}
	do {
		if (!read_member(r, block, record))
			return false;
	} while (more(r, '}', &ok));
	return ok;
}

static bool read_object(struct reader *r, const struct place *to)
{
	uint32_t block = PAIRS_NO_BLOCK;

	if (to->record && !pairs_add_record(r->out, &block))
		return ERR(r->e, ERR_INPUT, "body.too-many", "The body holds more than %d leads.",
			   LIMIT_LEADS_A_BODY);
	if (!to->record)
		block = pairs_add_block(r->out, to->block, to->key,
					to->row->label == LABEL_CONTACT);
	return read_members(r, block, to->record);
}

static bool read_list(struct reader *r, const struct place *to)
{
	bool ok = true;

	skip(r);
	if (peek(r) == ']') {
		skip(r);
		return true;
	}
	do {
		if (!read_value(r, to))
			return false;
	} while (more(r, ']', &ok));
	return ok;
}

static bool read_value(struct reader *r, const struct place *to)
{
	char c = peek(r);
	bool ok;

	if (c == '"')
		return read_text(r, to);
	if (c != '{' && c != '[')
		return read_literal(r, to);
	if (r->depth == LIMIT_JSON_DEPTH)
		return fail(r, "objects and lists are nested too deeply");
	r->depth++;
	ok = c == '{' ? read_object(r, to) : read_list(r, to);
	r->depth--;
	return ok;
}

bool pairs_read_json(struct pairs *p, struct str text, bool mend, struct err *e)
{
	struct reader r = { .out = p, .all = text, .rest = text, .mend = mend, .e = e };
	const struct place to = { .block = PAIRS_NO_BLOCK,
				  .row = label_of(p->a, STR("")),
				  .record = true };

	do {
		if (!read_value(&r, &to))
			return false;
	} while (peek(&r) && mend); /* one value a line: also a list */
	return !r.rest.n || fail(&r, "there is more text behind the value");
}

bool pairs_read_inner(struct pairs *p, uint32_t block, struct str text)
{
	struct err ignored = { 0 };
	struct reader r = {
		.out = p, .all = text, .rest = text, .mend = true, .inner = true, .e = &ignored
	};

	if (peek(&r) != '{')
		return false;
	r.depth = 2; /* the object and the member that it is in */
	return read_members(&r, block, false) && !peek(&r);
}
