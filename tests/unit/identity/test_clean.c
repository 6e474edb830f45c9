/* What is comparable in a record, seen through comparisons of two. */
#include "cases.h"
#include "identity/card.h"

static const struct name_row {
	const char *what, *x, *y;
	unsigned level;
} names[] = {
	{ "case and blanks", "  ANNA | müller ", "Anna|Müller", NAME_SAME },
	{ "umlauts as two letters", "Jürgen|Müller", "Juergen|Mueller", NAME_SAME },
	{ "umlauts as one", "Jürgen|Müller", "Jurgen|Muller", NAME_SAME },
	{ "letters without decomposition", "Øystein|Łukasz", "Oystein|Lukasz", NAME_SAME },
	{ "honorifics go", "Dr. Anna|Meyer", "Anna|Meyer", NAME_SAME },
	{ "middle initials go", "Anna B.|Meyer", "Anna|Meyer", NAME_SAME },
	{ "hyphens join", "Min-Jun|Kim", "Minjun|Kim", NAME_SAME },
	{ "swapped", "Smith|John", "John|Smith", NAME_SWAPPED },
	{ "a nickname", "Bob|Miller", "Robert|Miller", NAME_SHORT },
	{ "two nicknames of one name", "Bob|Miller", "Rob|Miller", NAME_SHORT },
	{ "an initial", "R.|Miller", "Robert|Miller", NAME_SHORT },
	{ "one name begins with the other", "Maria Jose|Lopez", "Maria|Lopez", NAME_SHORT },
	{ "a slip", "Robert|Miler", "Robert|Miller", NAME_FUZZY },
	{ "two neighbours changed over", "Roebrt|Miller", "Robert|Miller", NAME_FUZZY },
	{ "two slips", "Robert|Page", "Bobret|Page", NAME_LOOSE },
	{ "a double name", "Anna|Meyer-Schmidt", "Anna|Schmidt", NAME_DOUBLE },
	{ "no first name", "|Miller", "Robert|Miller", NAME_LAST_ONLY },
	{ "no last name", "Robert|", "Robert|Miller", NAME_FIRST_ONLY },
	{ "no name at all", "|", "Robert|Miller", 0 },
	{ "a placeholder is no name", "n/a|unknown", "Robert|Miller", 0 },
	{ "relatives", "Eva|Miller", "Robert|Miller", NAME_LAST_SAME },
	{ "namesakes by first name", "Robert|Brown", "Robert|Miller", NAME_FIRST_SAME },
	{ "strangers", "Eva|Brown", "Robert|Miller", NAME_DIFFER },
	{ "two characters are no slip apart", "太郎|佐藤", "太郎|加藤", NAME_FIRST_SAME },
	{ "Korean in both scripts", "민준|김", "Min-jun|Kim", NAME_READING },
	{ "Korean family names as they are written", "영희|이", "Younghee|Lee", NAME_READING },
	{ "Park", "성호|박", "Sungho|Park", NAME_READING },
	{ "Chinese in both scripts", "伟|王", "Wei|Wang", NAME_READING },
	{ "Japanese is not read as Chinese", "健太|佐藤", "Kenta|Sato", NAME_READING },
	{ "other readings are not comparable", "健太|佐藤", "Eva|Brown", 0 },
	{ "Cyrillic is spelt in Latin", "Дмитрий|Орлов", "Dmitry|Orlov", NAME_SAME },
	{ "Greek too", "Νίκος|Δήμας", "Nikos|Dimas", NAME_SAME },
	{ "both scripts in two orders", "김|민준", "Min-jun|Kim", NAME_READING },
	{ "one name at a time in Hangul", "민준|김", "민준|이", NAME_FIRST_SAME },
	{ "markup is text", "<script>|x", "<script>|x", NAME_SAME },
};

static void compares_names(void **state)
{
	(void)state;
	EACH(names, c)
	{
		unsigned got = level_of(c->x, c->y, TRAIT_NAME);

		if (got != c->level)
			fail_msg("%s: got %u (%s), want %u", c->what, got,
				 identity_level_text(TRAIT_NAME, got), c->level);
	}
}

static const struct name_row emails[] = {
	{ "case and tags", "||Anna.Meyer+azure@Acme.com", "||anna.meyer@acme.com", EMAIL_SAME },
	{ "dots at Gmail", "||anna.meyer@gmail.com", "||annameyer@googlemail.com", EMAIL_SAME },
	{ "dots elsewhere", "||anna.meyer@acme.com", "||annameyer@acme.com", EMAIL_NEAR },
	{ "a misspelt provider", "||anna@gmial.com", "||anna@gmail.com", EMAIL_SAME },
	{ "a provider without its end", "||anna1@qq.co", "||anna1@qq.com", EMAIL_SAME },
	{ "the company's other domain", "||anna@acme.de", "||anna@acme.co.uk", EMAIL_LABEL },
	{ "the same user at two companies", "||anna.m@acme.de", "||anna.m@zenith.de", EMAIL_USER },
	{ "anna2 is another Anna", "||anna2@acme.com", "||anna@acme.com", EMAIL_COLLEAGUE },
	{ "slips in the domain", "||gdavidson@johnson-brown.com", "||gdavidson@jonnson-browh.com",
	  EMAIL_NEAR_BOTH },
	{ "colleagues", "||anna@acme.com", "||bert@acme.com", EMAIL_COLLEAGUE },
	{ "two people at a free provider", "||anna@gmail.com", "||bert@web.de", EMAIL_FREE },
	{ "work and home", "||anna@acme.com", "||bert@web.de", EMAIL_MIXED },
	{ "an office's mailbox", "||info@acme.com", "||info@acme.com", EMAIL_ROLE },
	{ "an office's and a person's", "||info@acme.com", "||anna@acme.com", EMAIL_COLLEAGUE },
	{ "test.com is nobody", "||test@test.com", "||test@test.com", 0 },
	{ "what is typed to get on", "||asdf@asdf.com", "||asdf@asdf.com", 0 },
	{ "no-reply", "||noreply@acme.com", "||noreply@acme.com", 0 },
	{ "n/a", "||n/a", "||n/a", 0 },
};

static void compares_emails(void **state)
{
	(void)state;
	EACH(emails, c)
	{
		unsigned got = level_of(c->x, c->y, TRAIT_EMAIL);

		if (got != c->level)
			fail_msg("%s: got %u, want %u", c->what, got, c->level);
	}
}

static const struct name_row phones[] = {
	{ "formats", "|||030 1234 567|DE", "|||+49 (0)30 1234567|Germany", PHONE_SAME },
	{ "with and without its country", "|||03012345678|DE", "|||030 12345678", PHONE_SAME },
	{ "full-width digits", "|||０３－１２３４－５６７９|JP", "|||+81 3 1234 5679|日本",
	  PHONE_SAME },
	{ "one digit", "|||+49 30 1234567|DE", "|||+49 30 1234568|DE", PHONE_NEAR },
	{ "others", "|||+49 30 1234567|DE", "|||+49 89 7654321|DE", PHONE_DIFFER },
	{ "the documented sample is no number", "|||1234567890|US", "|||1234567890|US", 0 },
	{ "+0 is no number", "|||+0|US", "|||+0|US", 0 },
	{ "nines", "|||99999999|US", "|||99999999|US", 0 },
	{ "n/a", "|||n/a|US", "|||n/a|US", 0 },
};

static void compares_phones(void **state)
{
	(void)state;
	EACH(phones, c)
	{
		unsigned got = level_of(c->x, c->y, TRAIT_PHONE);

		if (got != c->level)
			fail_msg("%s: got %u, want %u", c->what, got, c->level);
	}
}

static const struct name_row companies[] = {
	{ "legal forms go", "|||||Acme Inc.", "|||||ACME", ORG_SAME },
	{ "of all countries", "|||||Acme S.A. de C.V.", "|||||Acme Sp. z o.o.", ORG_SAME },
	{ "GmbH & Co. KG", "|||||Acme Logistik GmbH & Co. KG", "|||||Acme Logistik", ORG_SAME },
	{ "abbreviations", "|||||Acme Intl Tech", "|||||Acme International Technologies",
	  ORG_SAME },
	{ "ampersands", "|||||Smith & Sons Ltd", "|||||Smith and Sons", ORG_SAME },
	{ "Kabushiki Kaisha at either end", "|||||株式会社日本電機", "|||||日本電機（株）",
	  ORG_SAME },
	{ "Korean forms", "|||||(주)한빛소프트", "|||||한빛소프트 주식회사", ORG_SAME },
	{ "Chinese forms", "|||||北京华云科技有限公司", "|||||北京华云科技股份有限公司", ORG_SAME },
	{ "a slip", "|||||Lasorock Logistics", "|||||Lasorok Logistics", ORG_NEAR },
	{ "others", "|||||Acme", "|||||Zenith Foods", ORG_DIFFER },
	{ "one domain", "||anna@acme.com|||Acme", "||bert@acme.com|||Zenith", ORG_SAME },
	{ "in the domain's name", "||anna@lasorock-group.com", "|||||Lasorock Ltd", ORG_NEAR },
	{ "Gmail is no company", "||anna@gmail.com", "||bert@gmail.com", 0 },
	{ "freelancers are no company", "|||||Freelance", "|||||Freelance", 0 },
	{ "n/a is no company", "|||||n/a", "|||||n/a", 0 },
	{ "scripts are not comparable", "|||||日本電機", "|||||Nippon Denki", 0 },
};

static void compares_companies(void **state)
{
	(void)state;
	EACH(companies, c)
	{
		unsigned got = level_of(c->x, c->y, TRAIT_ORG);

		if (got != c->level)
			fail_msg("%s: got %u, want %u", c->what, got, c->level);
	}
}

static const struct name_row titles[] = {
	{ "initials", "||||||CTO", "||||||Chief Technology Officer", PLAIN_NEAR },
	{ "order", "||||||Director of IT", "||||||IT Director", PLAIN_SAME },
	{ "others", "||||||Owner", "||||||Student", PLAIN_DIFFER },
	{ "languages are not comparable", "||||||대표이사", "||||||CEO", 0 },
};

static void compares_titles(void **state)
{
	(void)state;
	EACH(titles, c)
	{
		unsigned got = level_of(c->x, c->y, TRAIT_TITLE);

		if (got != c->level)
			fail_msg("%s: got %u, want %u", c->what, got, c->level);
	}
}

static unsigned date_level(const char *x, const char *y)
{
	AUTO_ARENA a = arena_new("test", LIMIT_ARENA_REQUEST);
	AUTO_ARENA scratch = arena_new("scratch", LIMIT_ARENA_REQUEST);
	struct identity_record r = { 0 }, s = { 0 };

	r.value[IDENTITY_DATE] = str_of(x);
	s.value[IDENTITY_DATE] = str_of(y);
	return identity_level(identity_compare(identity_card_new(a, scratch, &r),
					       identity_card_new(a, scratch, &s)),
			      TRAIT_DATE);
}

static void compares_dates(void **state)
{
	(void)state;
	assert_int_equal(date_level("19710624", "1971-06-24"), PLAIN_SAME);
	assert_int_equal(date_level("24.06.1971", "1971-06-24"), PLAIN_SAME);
	assert_int_equal(date_level("06/24/1971", "1971-06-24"), PLAIN_SAME);
	assert_int_equal(date_level("1971-04-06", "1971-06-04"), PLAIN_NEAR);
	assert_int_equal(date_level("1971-06-24", "1971-05-24"), PLAIN_NEAR);
	assert_int_equal(date_level("1971-06-24", "1988-06-24"), PLAIN_PART);
	assert_int_equal(date_level("1971-06-24", "1950-11-02"), PLAIN_DIFFER);
	assert_int_equal(date_level("yesterday", "1950-11-02"), 0);
}

/* Whatever comes: long, broken, other directions; cards are made and equal themselves. */
static void takes_any_text(void **state)
{
	static char long_name[5001];
	const char *texts[] = {
		"\xF0\x9F\x98\x80", "\xED\xA0\x80", "\xFF\xFE", "محمد", "'", "-", "&", "a", "ˈ",
		long_name
	};

	(void)state;
	memset(long_name, 'x', 5000);
	for (size_t i = 0; i < LL_COUNT(texts); i++) {
		AUTO_ARENA a = arena_new("test", LIMIT_ARENA_REQUEST);
		AUTO_ARENA scratch = arena_new("scratch", LIMIT_ARENA_REQUEST);
		struct identity_record r;
		uint64_t keys[IDENTITY_KEYS];

		for (int f = 0; f < IDENTITY_FIELDS; f++)
			r.value[f] = str_of(texts[i]);
		assert_true(identity_keys(identity_card_new(a, scratch, &r), keys) <=
			    IDENTITY_KEYS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares_names),  cmocka_unit_test(compares_emails),
		cmocka_unit_test(compares_phones), cmocka_unit_test(compares_companies),
		cmocka_unit_test(compares_titles), cmocka_unit_test(compares_dates),
		cmocka_unit_test(takes_any_text),
	};

	return cmocka_run_group_tests_name("identity/clean", tests, NULL, NULL);
}
