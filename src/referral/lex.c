/* A $filter cut into words. */
#include "referral/parts.h"

#define GUID 36

static bool is_letter(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_value(char c)
{
	return is_letter(c) || is_digit(c) || (c && strchr(".:+-", c));
}

static bool take(struct lex *l, enum token_kind kind, size_t n, struct token *ret)
{
	*ret = (struct token){ kind, str_upto(str_from(l->text, l->at), n), l->at };
	l->at += n;
	return true;
}

static bool quoted(struct lex *l, struct token *ret, struct err *e)
{
	struct str rest = str_from(l->text, l->at + 1);
	size_t n = 0;

	while (n < rest.n && (rest.p[n] != '\'' || (n + 1 < rest.n && rest.p[n + 1] == '\'')))
		n += rest.p[n] == '\'' ? 2 : 1;
	if (n == rest.n)
		return ERR_FIELD(e, ERR_INPUT, "odata.text", "$filter",
				 "The text that begins at character %zu has no end.", l->at + 1);
	*ret = (struct token){ TOKEN_TEXT, str_upto(rest, n), l->at };
	l->at += n + 2;
	return true;
}

bool lex_next(struct lex *l, struct token *ret, struct err *e)
{
	struct str rest;
	struct id id;
	size_t n = 0;

	while (l->at < l->text.n && l->text.p[l->at] == ' ')
		l->at++;
	rest = str_from(l->text, l->at);
	if (!rest.n)
		return take(l, TOKEN_END, 0, ret);
	if (rest.p[0] == '\'')
		return quoted(l, ret, e);
	if (strchr("(),/:", rest.p[0]) && rest.p[0])
		return take(l, TOKEN_SIGN, 1, ret);
	if (rest.n >= GUID && id_parse(str_upto(rest, GUID), &id) &&
	    (rest.n == GUID || !is_value(rest.p[GUID])))
		return take(l, TOKEN_VALUE, GUID, ret);
	if (is_letter(rest.p[0])) {
		while (n < rest.n && (is_letter(rest.p[n]) || is_digit(rest.p[n])))
			n++;
		return take(l, TOKEN_NAME, n, ret);
	}
	while (n < rest.n && is_value(rest.p[n]))
		n++;
	if (n)
		return take(l, TOKEN_VALUE, n, ret);
	return ERR_FIELD(e, ERR_INPUT, "odata.sign", "$filter",
			 "The sign at character %zu means nothing in a $filter.", l->at + 1);
}
