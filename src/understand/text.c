#include "understand/text.h"

#include "base/utf8.h"
#include "understand/form.h"
#include "understand/pairs.h"

#define LOOK   512 /* bytes looked at to tell UTF-16 from UTF-8 */
#define SPARSE 16  /* at least one in so many bytes is NUL in UTF-16: labels are ASCII */

/*
 * 0, or 'L' or 'B'. In UTF-16 every second byte of ASCII is NUL, always the same one of two; a NUL
 * that got lost in UTF-8 is no sign.
 */
static char wide_order(struct str s, struct str content_type)
{
	size_t even = 0, odd = 0, n = s.n < LOOK ? s.n : LOOK;

	if (n < 4 || !memchr(s.p, 0, n))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (!s.p[i])
			*(i % 2 ? &odd : &even) += 1;
	if ((even + odd) * SPARSE < n)
		return 0;
	if (odd > even * 4)
		return 'L';
	if (even > odd * 4)
		return 'B';
	return str_istarts(charset_label(content_type), "utf-16") ? 'L' : 0;
}

static uint32_t unit(struct str s, size_t at, char order)
{
	uint32_t a = (unsigned char)s.p[at], b = (unsigned char)s.p[at + 1];

	return order == 'L' ? b << 8 | a : a << 8 | b;
}

static struct str from_wide(struct arena *a, struct str s, char order)
{
	char *out = arena_alloc(a, s.n / 2 * 3 + 1);
	size_t n = 0;

	for (size_t at = 0; at + 1 < s.n; at += 2) {
		uint32_t cp = unit(s, at, order);

		if (cp >= 0xD800 && cp <= 0xDBFF && at + 3 < s.n) {
			uint32_t low = unit(s, at + 2, order);

			if (low >= 0xDC00 && low <= 0xDFFF) {
				cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
				at += 2;
			}
		}
		/* A lone half stays broken, so that its value is repaired and marked. */
		n += utf8_put(out + n, cp);
	}
	return (struct str){ out, n };
}

static struct str without_nuls(struct str s)
{
	while (s.n && !s.p[s.n - 1])
		s.n--;
	return s;
}

/* ---- encodings older than Unicode ---- */

/* Told by the sender, else by the bytes; NULL when neither says. */
static const struct charset *charset_for(struct arena *a, struct text *t, struct str label,
					 struct str bytes)
{
	const struct charset *c = charset_of(label);

	if (c)
		return c;
	c = charset_guess(a, bytes);
	t->guessed = c != NULL;
	return c;
}

static void convert_form(struct arena *a, struct text *t, struct str label)
{
	struct str bytes = coding_form(a, t->utf8, t->utf8.n);
	const struct charset *c;

	if (!charset_of(label))
		label = form_label(a, t->utf8);
	c = charset_for(a, t, label, bytes);
	if (c && form_read(a, c, t->utf8, &t->utf8, &t->broken))
		t->encoding = charset_name(c);
}

static void convert(struct arena *a, struct text *t, struct str label)
{
	const struct charset *c = charset_for(a, t, label, t->utf8);

	if (c && charset_read(a, c, t->utf8, &t->utf8, &t->broken))
		t->encoding = charset_name(c);
}

/*
 * Text that is valid UTF-8 is UTF-8, whatever is said of it: no older encoding comes out valid by
 * chance in more than a word or two, and senders name an encoding out of habit.
 */
static void read_older(struct arena *a, struct text *t, struct str content_type)
{
	struct str label, s = utf8_trim(t->utf8), in_parts = STR("");

	if (s.n && (s.p[0] == '{' || s.p[0] == '[') && utf8_valid(s))
		return; /* JSON as it should be: nearly every body */
	label = charset_label(content_type);
	if (form_of_multipart(a, t->utf8, content_type, &t->utf8, &in_parts)) {
		t->multipart = true;
		s = t->utf8;
		if (in_parts.n)
			label = in_parts;
	}
	if (s.n && s.p[0] != '{' && s.p[0] != '[' && pairs_is_form(s)) {
		if (form_is_foreign(a, t->utf8))
			convert_form(a, t, label);
	} else if (!utf8_valid(t->utf8)) {
		convert(a, t, label);
	}
}

struct text text_decode(struct arena *a, struct str body, struct str content_type)
{
	struct text t = { .utf8 = body, .encoding = "UTF-8" };
	char order = 0;

	if (str_starts(body, "\xFF\xFE"))
		order = 'L';
	else if (str_starts(body, "\xFE\xFF"))
		order = 'B';
	t.marked = order;
	if (!order)
		order = wide_order(without_nuls(body), content_type);
	if (order) {
		t.encoding = order == 'L' ? "UTF-16LE" : "UTF-16BE";
		t.utf8 = from_wide(a, str_from(body, t.marked ? 2 : 0), order);
	} else {
		t.utf8 = without_nuls(t.utf8);
		read_older(a, &t, content_type);
	}
	if (str_starts(t.utf8, "\xEF\xBB\xBF")) {
		t.utf8 = str_from(t.utf8, 3);
		t.marked = true;
	}
	t.utf8 = without_nuls(t.utf8);
	return t;
}

bool text_is_binary(struct str s)
{
	size_t bad = 0, all = 0;
	uint32_t cp;

	for (; s.n && all < LOOK; all++) {
		size_t n = utf8_next(s, &cp);

		if (cp == 0xFFFD || cp == 0x7F || (cp < 0x20 && !(cp >= '\t' && cp <= '\r')))
			bad++;
		s = str_from(s, n);
	}
	return bad * 8 > all;
}
