/* Addresses: what is one, and which are the same mailbox. */
#include "cases.h"
#include "understand/understand.h"

static const struct row {
	const char *name, *text, *clean, *key;
} rows[] = {
	{ "as it is", "ana@contoso.com", "ana@contoso.com", "ana@contoso.com" },
	{ "blanks around", "  ana@contoso.com\n", "ana@contoso.com", "ana@contoso.com" },
	{ "capitals: the domain is lower, the mailbox stays", "Ana.B@Contoso.COM",
	  "Ana.B@contoso.com", "ana.b@contoso.com" },
	{ "a plus tag", "ana+azure@contoso.com", "ana+azure@contoso.com", "ana@contoso.com" },
	{ "gmail: dots and tags do not count", "A.n.a+x@gmail.com", "A.n.a+x@gmail.com",
	  "ana@gmail.com" },
	{ "googlemail is gmail", "ana.b@googlemail.com", "ana.b@googlemail.com", "anab@gmail.com" },
	{ "elsewhere dots count", "a.na@outlook.com", "a.na@outlook.com", "a.na@outlook.com" },
	{ "outlook has plus tags", "ana+x@outlook.com", "ana+x@outlook.com", "ana@outlook.com" },
	{ "yahoo has hyphens", "ana-shop@yahoo.com", "ana-shop@yahoo.com", "ana@yahoo.com" },
	{ "elsewhere hyphens count", "ana-shop@contoso.com", "ana-shop@contoso.com",
	  "ana-shop@contoso.com" },
	{ "me.com is icloud.com", "ana+1@me.com", "ana+1@me.com", "ana@icloud.com" },
	{ "a plus in front is no tag", "+ana@contoso.com", "+ana@contoso.com", "+ana@contoso.com" },
	{ "an international domain", "ana@bücher.example", "ana@xn--bcher-kva.example",
	  "ana@xn--bcher-kva.example" },
	{ "a Korean domain", "minjun@한국.kr", "minjun@xn--3e0b707e.kr", "minjun@xn--3e0b707e.kr" },
	{ "full-width letters", "ａｎａ＠contoso.com", "ana@contoso.com", "ana@contoso.com" },
	{ "a name and angle brackets", "Ana Example <ana@contoso.com>", "ana@contoso.com",
	  "ana@contoso.com" },
	{ "mailto:", "mailto:ana@contoso.com", "ana@contoso.com", "ana@contoso.com" },
	{ "a dot behind the domain", "ana@contoso.com.", "ana@contoso.com", "ana@contoso.com" },
	{ "an apostrophe", "o'brien@contoso.com", "o'brien@contoso.com", "o'brien@contoso.com" },
	{ "test.com is no key", "ana@test.com", "ana@test.com", NULL },
	{ "a test lead's address is no key", "MSFT_TEST_636573304831318844@test.com",
	  "MSFT_TEST_636573304831318844@test.com", NULL },
	{ "a test lead's token anywhere is no key", "MSFT_TEST_636573304831318844@contoso.com",
	  "MSFT_TEST_636573304831318844@contoso.com", NULL },
	{ "n/a", "n/a", NULL, NULL },
	{ "empty", "", NULL, NULL },
	{ "no domain", "ana@", NULL, NULL },
	{ "no mailbox", "@contoso.com", NULL, NULL },
	{ "no dot", "ana@localhost", NULL, NULL },
	{ "an address of numbers", "ana@127.0.0.1", NULL, NULL },
	{ "two at signs", "ana@b@contoso.com", NULL, NULL },
	{ "a blank inside", "ana b@contoso.com", NULL, NULL },
	{ "two dots in the domain", "ana@contoso..com", NULL, NULL },
	{ "a hyphen at a label's end", "ana@contoso-.com", NULL, NULL },
	{ "markup", "<script>@contoso.com", NULL, NULL },
	{ "a line break inside", "ana@contoso.com\nBcc: x@y.z", NULL, NULL },
};

static void tells(void **state)
{
	const struct row *r = *state;
	AUTO_ARENA a = cases_arena();
	const char *clean = email_clean(a, str_of(r->text));

	same_text(clean, r->clean);
	if (!clean)
		return;
	same_text(email_key(a, clean), r->key);
	same_text(email_clean(a, str_of(clean)), clean);
}

static void long_ones_are_none(void **state)
{
	AUTO_ARENA a = cases_arena();
	char text[400];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text + 64, "@contoso.com", 13);
	assert_non_null(email_clean(a, str_of(text)));
	memset(text, 'a', sizeof(text));
	memcpy(text + 65, "@contoso.com", 13);
	assert_null(email_clean(a, str_of(text)));
}

int main(void)
{
	static struct cases c;

	CASES_ADD(&c, tells, rows);
	cases_add(&c, "a mailbox has at most 64 bytes", long_ones_are_none, NULL);
	return CASES_RUN(&c, "email");
}
