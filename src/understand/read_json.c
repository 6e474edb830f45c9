/*
 * JSON into pairs. A reader of its own, not base/json.h: it keeps a key that comes twice (a later
 * value must not silently replace an earlier one), says line and column, builds nothing, and can
 * mend what the published test lead needs: missing commas, spare commas, raw line breaks in texts.
 */
#include "understand/pairs.h"

#include "base/limits.h"

struct reader {
	struct pairs *out;
	const char *start, *at, *end;
	bool mend, inner; /* inner: a text inside a value; no lists of leads there */
	unsigned depth;
	struct err *e;
};

/* Where a value is to go. */
struct place {
	uint32_t block;
	const struct label_row *row;
	struct str key;
	enum coding key_coding;
	bool record; /* an object here is a lead of its own */
};

static bool fail(struct reader *r, const char *expected)
{
	const char *line_start = r->start;
	size_t line = 1;

	for (const char *p = r->start; p < r->at; p++)
		if (*p == '\n') {
			line++;
			line_start = p + 1;
		}
	return ERR(r->e, ERR_INPUT, "body.json",
		   "The body is not valid JSON: line %zu, column %td: %s.", line,
		   r->at - line_start + 1, expected);
}

/* The next byte that is not blank, 0 at the end. */
static char peek(struct reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || (*r->at >= '\t' && *r->at <= '\r')))
		r->at++;
	return (char)(r->at < r->end ? *r->at : 0);
}

/* Not JSON, but meant so: false when that is not for us to say. */
static bool mended(struct reader *r)
{
	r->out->mended |= r->mend;
	return r->mend;
}

static bool is_hex4(const char *p, const char *end)
{
	if (end - p < 4)
		return false;
	for (const char *last = p + 4; p < last; p++)
		if (!((*p >= '0' && *p <= '9') || ((*p | 32) >= 'a' && (*p | 32) <= 'f')))
			return false;
	return true;
}

/* Behind the opening quote; leaves the reader behind the closing one. */
static bool read_string(struct reader *r, struct str *ret, bool *ret_coded)
{
	const char *from = r->at;

	*ret_coded = false;
	for (;; r->at++) {
		r->at += str_plain((struct str){ r->at, (size_t)(r->end - r->at) }, '"', '\\');
		if (r->at == r->end)
			return fail(r, "a text that does not end");
		if (*r->at == '"')
			break;
		if (*r->at != '\\' && !mended(r))
			return fail(r, "a control character in a text");
		if (*r->at != '\\')
			continue;
		*ret_coded = true;
		if (++r->at == r->end)
			return fail(r, "a text that does not end");
		if (*r->at == 'u' ? !is_hex4(r->at + 1, r->end) : !memchr("\"\\/bfnrt", *r->at, 8))
			return fail(r, "an escape that JSON does not have");
	}
	*ret = (struct str){ from, (size_t)(r->at++ - from) };
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

static void add(struct reader *r, const struct place *to, struct str value, enum coding coding)
{
	pairs_add(r->out, (struct pair){ .key = to->key,
					 .key_coding = to->key_coding,
					 .value = value,
					 .coding = coding,
					 .row = to->row,
					 .block = to->block });
}

static uint32_t add_block(struct reader *r, const struct place *to)
{
	return pairs_add_block(r->out, to->block, to->key, to->key_coding,
			       to->row->label == LABEL_CONTACT);
}

static bool read_literal(struct reader *r, const struct place *to)
{
	static const char *const words[] = { "true", "false", "null" };
	struct str rest = { r->at, (size_t)(r->end - r->at) };
	size_t n = number(rest);

	for (size_t i = 0; !n && i < LL_COUNT(words); i++)
		if (str_starts(rest, words[i]))
			n = strlen(words[i]);
	if (!n)
		return fail(r, rest.n ? "a value was expected" : "the text ends too early");
	if (rest.p[0] != 'n')
		add(r, to, str_upto(rest, n), CODING_PLAIN);
	r->at += n;
	return true;
}

static bool read_text(struct reader *r, const struct place *to)
{
	struct str text;
	bool coded, broken = false;

	r->at++;
	if (!read_string(r, &text, &coded))
		return false;
	if (to->block == PAIRS_NO_BLOCK)
		return true;
	if (to->row->label == LABEL_CONTACT && !r->inner) {
		uint32_t block = add_block(r, to);

		if (block != PAIRS_NO_BLOCK &&
		    pairs_read_inner(r->out, block,
				     coded ? coding_json(r->out->a, text, text.n, &broken) : text))
			return true;
	}
	add(r, to, text, coded ? CODING_JSON : CODING_PLAIN);
	return true;
}

static bool read_value(struct reader *r, const struct place *to);

/* Behind a member or an element: false at the end of the object or list. */
static bool more(struct reader *r, char close, bool *ok)
{
	bool comma = peek(r) == ',';

	*ok = true;
	if (comma)
		r->at++;
	while (peek(r) == ',' && mended(r))
		r->at++;
	if (peek(r) == close && (!comma || mended(r))) {
		r->at++;
		return false;
	}
	if (comma || (peek(r) && !strchr("}]:", peek(r)) && mended(r)))
		return true;
	*ok = fail(r, r->at == r->end ? "the text ends too early"
				      : "a comma or the end of the object or list was expected");
	return false;
}

static bool read_member(struct reader *r, uint32_t block, bool record)
{
	struct place to = { .block = block };
	bool coded;
	const char *why = "a name in quotes was expected";

	if (peek(r) != '"')
		return fail(r, r->at < r->end ? why : "the text ends too early");
	r->at++;
	if (!read_string(r, &to.key, &coded))
		return false;
	if (peek(r) != ':')
		return fail(r, "a colon was expected");
	r->at++;
	to.key_coding = coded ? CODING_JSON : CODING_PLAIN;
	to.row = pairs_label(r->out, to.key, to.key_coding);
	to.record = record && to.row->label == LABEL_LIST && !r->inner;
	return read_value(r, &to);
}

static bool read_members(struct reader *r, uint32_t block, bool record)
{
	bool ok = true;

	r->at++;
	if (peek(r) == '}') {
		r->at++;
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
		return pairs_too_many(r->e);
	if (!to->record)
		block = add_block(r, to);
	return read_members(r, block, to->record);
}

static bool read_list(struct reader *r, const struct place *to)
{
	bool ok = true;

	r->at++;
	if (peek(r) == ']') {
		r->at++;
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
	struct reader r = { .out = p,
			    .start = text.p,
			    .at = text.p,
			    .end = text.p + text.n,
			    .mend = mend,
			    .e = e };
	const struct place to = { .block = PAIRS_NO_BLOCK,
				  .row = pairs_label(p, STR(""), CODING_PLAIN),
				  .record = true };

	do {
		if (!read_value(&r, &to))
			return false;
	} while (peek(&r) && mended(&r)); /* one value a line: also a list */
	return r.at == r.end || fail(&r, "there is more text behind the value");
}

bool pairs_read_inner(struct pairs *p, uint32_t block, struct str text)
{
	struct err ignored = { 0 };
	struct reader r = { .out = p,
			    .start = text.p,
			    .at = text.p,
			    .end = text.p + text.n,
			    .mend = true,
			    .inner = true,
			    .e = &ignored };

	if (peek(&r) != '{')
		return false;
	r.depth = 2; /* the object and the member that it is in */
	return read_members(&r, block, false) && !peek(&r);
}
