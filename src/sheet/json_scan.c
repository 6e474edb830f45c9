#include "sheet/json_scan.h"

#include "base/utf8.h"

static enum json_scanned bad(struct json_scan *s, const char *why)
{
	s->why = why;
	return SCAN_BAD;
}

bool json_scan_blanks(struct json_scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t'))
		s->p++;
	return s->p < s->end;
}

enum json_scanned json_scan_string(struct json_scan *s, struct str *ret, bool *ret_escaped)
{
	const char *p = s->p + 1;

	*ret_escaped = false;
	for (; p < s->end; p++) {
		if (*p == '"') {
			*ret = (struct str){ s->p + 1, (size_t)(p - s->p - 1) };
			s->p = p + 1;
			return SCAN_DONE;
		}
		if (*p == '\\') {
			*ret_escaped = true;
			p++; /* whatever it is; at the end the loop ends */
		} else if (*p == '\n' || *p == '\r') {
			s->p = p;
			return bad(s, "a quote that closes the text");
		}
	}
	return SCAN_MORE;
}

static bool hex4(struct str s, uint32_t *ret)
{
	uint32_t v = 0;

	if (s.n < 4)
		return false;
	for (size_t i = 0; i < 4; i++) {
		char c = s.p[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;

		if (digit < 0)
			return false;
		v = v << 4 | (uint32_t)digit;
	}
	*ret = v;
	return true;
}

/* \uXXXX, also two of them for one character; returns the bytes read behind the backslash. */
static size_t escape_unicode(struct str s, uint32_t *ret_cp)
{
	uint32_t high, low;

	if (!hex4(str_from(s, 1), &high)) {
		*ret_cp = 0xFFFD;
		return 1;
	}
	*ret_cp = high >= 0xD800 && high <= 0xDFFF ? 0xFFFD : high;
	if (high < 0xD800 || high > 0xDBFF || !str_starts(str_from(s, 5), "\\u") ||
	    !hex4(str_from(s, 7), &low) || low < 0xDC00 || low > 0xDFFF)
		return 5;
	*ret_cp = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
	return 11;
}

struct str json_scan_unescape(struct arena *a, struct str s)
{
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	char *out = arena_alloc(a, 2 * s.n + 4); /* "\\u" without digits grows to U+FFFD */
	size_t n = 0;
	const char *known;
	uint32_t cp;

	while (s.n) {
		size_t plain = str_find(s, '\\');

		memcpy(out + n, s.p, plain);
		n += plain;
		s = str_from(s, plain + 1);
		if (!s.n)
			break;
		if (*s.p == 'u') {
			size_t used = escape_unicode(s, &cp);

			n += utf8_put(out + n, cp);
			s = str_from(s, used);
			continue;
		}
		known = *s.p ? strchr(from, *s.p) : NULL;
		out[n++] = known ? to[known - from] : *s.p;
		s = str_from(s, 1);
	}
	return (struct str){ out, n };
}

static bool ends_word(char c)
{
	return strchr(",]} \t\r\n:\"[{", c) != NULL;
}

/* A number, true, false or null. */
static enum json_scanned word(struct json_scan *s, struct str *ret)
{
	const char *p = s->p;

	while (p < s->end && *p && !ends_word(*p))
		p++;
	if (p == s->end)
		return SCAN_MORE;
	*ret = (struct str){ s->p, (size_t)(p - s->p) };
	if (!str_eq_z(*ret, "true") && !str_eq_z(*ret, "false") && !str_eq_z(*ret, "null"))
		for (size_t i = 0; i < ret->n || !ret->n; i++)
			if (!ret->n || !strchr("0123456789+-.eE", ret->p[i]))
				return bad(s, "a value");
	s->p = p;
	return SCAN_DONE;
}

enum json_scanned json_scan_value(struct json_scan *s, struct str *ret)
{
	const char *from = s->p;
	size_t depth = 0;
	bool escaped;
	struct str inner;

	do {
		enum json_scanned rc = SCAN_DONE;

		if (!json_scan_blanks(s))
			return SCAN_MORE;
		if (*s->p == '{' || *s->p == '[') {
			depth++;
			s->p++;
		} else if (*s->p == '}' || *s->p == ']') {
			if (!depth--)
				return bad(s, "a value");
			s->p++;
		} else if (depth && (*s->p == ',' || *s->p == ':')) {
			s->p++;
		} else if (*s->p == '"') {
			rc = json_scan_string(s, &inner, &escaped);
		} else {
			rc = word(s, &inner);
		}
		if (rc != SCAN_DONE)
			return rc;
	} while (depth);
	*ret = (struct str){ from, (size_t)(s->p - from) };
	return SCAN_DONE;
}

enum json_scanned json_scan_name(struct json_scan *s, struct str *ret, bool *ret_escaped)
{
	enum json_scanned rc;

	if (!json_scan_blanks(s))
		return SCAN_MORE;
	if (*s->p != '"')
		return bad(s, "a name in quotes");
	rc = json_scan_string(s, ret, ret_escaped);
	if (rc != SCAN_DONE)
		return rc;
	if (!json_scan_blanks(s))
		return SCAN_MORE;
	if (*s->p != ':')
		return bad(s, "a colon");
	s->p++;
	return json_scan_blanks(s) ? SCAN_DONE : SCAN_MORE;
}
