/* Search tokens: a document is found by what people type. */
#include "cases.h"

#include <stdio.h>
#include "base/buf.h"
#include "understand/understand.h"

static const struct row {
	const char *name, *text, *tokens;
} rows[] = {
	{ "words are folded", "Contoso LTD.", "contoso ltd" },
	{ "diacritics go", "Müller Łódź Çelik", "muller x0142odz celik" },
	{ "a word comes once", "ana Ana ANA", "ana" },
	{ "an e-mail is its parts", "kim.minsu+x@contoso.co.kr", "kim minsu x contoso co kr" },
	{ "Hangul: characters and pairs", "국민", "xad6d xbbfc xad6dxbbfc" },
	{ "Han: characters and pairs", "约翰", "x7ea6 x7ff0 x7ea6x7ff0" },
	{ "a blank ends a pair", "美 国", "x7f8e x56fd" },
	{ "Latin beside Han", "SAP软件", "sap x8f6f x4ef6 x8f6fx4ef6" },
	{ "other scripts", "Мир", "x043cx0438x0440" },
	{ "a phone number is its last digits, and itself backwards", "+1 (617) 555-0100",
	  "0100 r00105557161" },
	{ "a trunk zero does not count", "02-312-3456", "3456 r65432132" },
	{ "a short number is a word", "Room 101", "room 101" },
	{ "digits in a word", "r77-10sg", "r77 10sg" },
	{ "a test lead's token", "MSFT_TEST_636573304831318844", "msft test 636573304831318844" },
	{ "markup is words", "<b>x</b>", "b x" },
	{ "full-width letters", "ＣＲＭ", "crm" },
	{ "half-width Kana", "ｶﾅ", "x30ab x30ca x30abx30ca" },
	{ "nothing", " -- ", "" },
};

static const char *tokens(struct arena *a, const char *text)
{
	AUTO_BUF b = buf_new(LIMIT_TEXT * 4);

	search_tokens(a, str_of(text), &b);
	assert_true(buf_ok(&b));
	return str_dup(a, buf_view(&b));
}

static void cuts(void **state)
{
	const struct row *r = *state;
	AUTO_ARENA a = cases_arena();

	assert_string_equal(tokens(a, r->text), r->tokens);
}

/* Looked for by its beginning, as the lists look for every word of three letters. */
static bool is_number(struct str token)
{
	return token.n > 7 && token.p[0] == 'r' && token.p[1] >= '0' && token.p[1] <= '9';
}

static bool has(const char *document, struct str token)
{
	struct str rest = str_of(document), t;

	while (str_split(&rest, ' ', &t))
		if (str_eq(t, token) || (is_number(token) && str_eq(str_upto(t, token.n), token)))
			return true;
	return false;
}

static const struct find_row {
	const char *name, *document, *query;
} finds[] = {
	{ "two Korean characters", "한국국민은행 김민준", "국민" },
	{ "one Korean character", "한국국민은행", "민" },
	{ "two Chinese characters in a word", "未来软件公司", "软件" },
	{ "a name without its accent", "Jürgen Müller", "muller" },
	{ "a part of an address", "ana.example@contoso.com", "contoso.com" },
	{ "a whole address", "ana.example@contoso.com", "Ana.Example@contoso.com" },
	{ "a number as dialled at home", "+821012345678", "010-1234-5678" },
	{ "a number with its exit code", "+821012345678", "0082 10 1234 5678" },
	{ "a number's last digits", "+1 617 555 0100", "0100" },
	{ "a number without its area", "+16175550100", "555-0100" },
};

static void found(void **state)
{
	const struct find_row *r = *state;
	AUTO_ARENA a = cases_arena();
	const char *document = tokens(a, r->document);
	struct str query = str_of(tokens(a, r->query)), t;

	assert_true(query.n > 0);
	while (str_split(&query, ' ', &t))
		if (!has(document, t))
			fail_msg("\"" STR_FMT "\" is not in \"%s\"", STR_ARG(t), document);
}

static void tokens_are_bounded(void **state)
{
	AUTO_ARENA a = cases_arena();
	char *text = arena_alloc(a, 20000);
	const char *out;
	size_t spaces = 0, n = 0;

	(void)state;
	for (int i = 0; n < 15000; i++)
		n += (size_t)snprintf(text + n, 20000 - n, "w%d ", i);
	out = tokens(a, text);
	for (const char *p = out; *p; p++)
		spaces += *p == ' ';
	assert_int_equal(spaces + 1, 256);
}

int main(void)
{
	static struct cases c;

	CASES_ADD(&c, cuts, rows);
	CASES_ADD(&c, found, finds);
	cases_add(&c, "at most 256 tokens", tokens_are_bounded, NULL);
	return CASES_RUN(&c, "search");
}
