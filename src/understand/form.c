#include "understand/form.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "understand/pairs.h"

#define ESCAPED 3 /* bytes of one escape */

struct form_out form_out(struct arena *a, size_t bytes)
{
	size_t room = bytes * ESCAPED + 2;

	return (struct form_out){ arena_alloc(a, room), 0, room };
}

static void put_escaped(struct form_out *o, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		MUST(o->n + ESCAPED <= o->room);
		if (c > ' ' && c != 0x7F && !memchr("%&=+\"'()[]{}/\\<>:;,?@#$!|^`", c, 28)) {
			o->p[o->n++] = (char)c;
			continue;
		}
		o->p[o->n++] = '%';
		o->p[o->n++] = hex[c >> 4];
		o->p[o->n++] = hex[c & 15];
	}
}

void form_put(struct form_out *o, struct str name, struct str value)
{
	MUST(o->n + 2 <= o->room);
	if (o->n)
		o->p[o->n++] = '&';
	put_escaped(o, name);
	o->p[o->n++] = '=';
	put_escaped(o, value);
}

struct str form_text(const struct form_out *o)
{
	return (struct str){ o->p, o->n };
}

/* ---- forms in older encodings ---- */

static bool escapes_foreign(struct str text)
{
	for (;;) {
		text = str_from(text, str_find(text, '%') + 1);
		if (!text.n)
			return false;
		if (text.p[0] >= '8')
			return true; /* '8' to 'f': beyond ASCII */
	}
}

bool form_is_foreign(struct arena *a, struct str text)
{
	ARENA_SCOPE(a);

	if (text.n > LIMIT_CONVERT * ESCAPED)
		return false;
	return !utf8_valid(text) ||
	       (escapes_foreign(text) && !utf8_valid(coding_form(a, text, text.n)));
}

struct str form_label(struct arena *a, struct str text)
{
	static const char *const names[] = { "_charset_", "encoding", "charset" };
	struct str piece;

	while (text.n && str_split(&text, '&', &piece)) {
		size_t eq = str_find(piece, '=');

		for (size_t i = 0; i < LL_COUNT(names) && eq < piece.n; i++)
			if (str_ieq_z(str_upto(piece, eq), names[i]))
				return str_trim(coding_form(a, str_from(piece, eq + 1), piece.n));
	}
	return STR("");
}

/* One name or value, its escapes resolved and converted. */
static bool converted(struct arena *a, const struct charset *c, struct str s, struct str *ret,
		      bool *ret_broken)
{
	return charset_read(a, c, coding_form(a, s, s.n), ret, ret_broken);
}

bool form_read(struct arena *a, const struct charset *c, struct str text, struct str *ret,
	       bool *ret_broken)
{
	struct form_out o = form_out(a, text.n);
	struct str piece;

	while (text.n && str_split(&text, '&', &piece)) {
		ARENA_SCOPE(a);
		size_t eq = str_find(piece, '=');
		struct str name, value;

		if (!converted(a, c, str_upto(piece, eq), &name, ret_broken) ||
		    !converted(a, c, str_from(piece, eq + 1), &value, ret_broken))
			return false;
		form_put(&o, name, value);
	}
	*ret = form_text(&o);
	return true;
}
