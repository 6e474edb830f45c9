/* Names as people write them. */
#include "cases.h"
#include "base/utf8.h"
#include "understand/name.h"
#include "understand/understand.h"

static const struct row {
	const char *name, *text, *clean;
} rows[] = {
	{ "as it is", "Ana", "Ana" },
	{ "Chinese", "约翰", "约翰" },
	{ "blanks around and inside", "  Ana \t  Maria\n", "Ana Maria" },
	{ "ideographic blanks", "　山田　太郎　", "山田 太郎" },
	{ "decomposed letters are composed", "Jose\xCC\x81", "José" },
	{ "decomposed Hangul is composed", "\xE1\x84\x80\xE1\x85\xB5\xE1\x86\xB7", "김" },
	{ "zero-width blanks go",
	  "A\xE2\x80\x8Bn\xE2\x81\xA0"
	  "a\xEF\xBB\xBF",
	  "Ana" },
	{ "a Persian joiner stays", "علی‌رضا", "علی‌رضا" },
	{ "right to left", "محمد", "محمد" },
	{ "a direction override goes",
	  "\xE2\x80\xAE"
	  "abc",
	  "abc" },
	{ "surrogate pairs", "𠮷野", "𠮷野" },
	{ "an emoji family stays whole", "👩‍👧 Ana", "👩‍👧 Ana" },
	{ "markup is only text", "<script>alert(1)</script>", "<script>alert(1)</script>" },
	{ "an apostrophe", "O'Brien", "O'Brien" },
	{ "empty", "", NULL },
	{ "blank", " \xC2\xA0\xE2\x80\x8B ", NULL },
};

static void cleans(void **state)
{
	const struct row *r = *state;
	AUTO_ARENA a = cases_arena();
	unsigned flags = 0;
	const char *clean = name_clean(a, str_of(r->text), LIMIT_NAME, &flags);

	same_text(clean, r->clean);
	assert_int_equal(flags, 0);
	if (clean)
		same_text(name_clean(a, str_of(clean), LIMIT_NAME, &flags), clean);
}

static void long_names_are_cut(void **state)
{
	AUTO_ARENA a = cases_arena();
	char *text = arena_alloc(a, 3 * 5000 + 1);
	unsigned flags = 0;
	const char *clean;

	(void)state;
	for (size_t i = 0; i < 5000; i++)
		memcpy(text + 3 * i, "김", 3);
	clean = name_clean(a, str_of(text), LIMIT_NAME, &flags);
	assert_int_equal(strlen(clean), 3 * LIMIT_NAME);
	assert_int_equal(flags, FLAG_CUT_TEXT);
}

static void a_cut_keeps_letters_whole(void **state)
{
	AUTO_ARENA a = cases_arena();
	unsigned flags = 0;

	(void)state;
	same_text(name_clean(a, STR("abcq\xCC\x83"), 4, &flags), "abc");
	assert_int_equal(flags, FLAG_CUT_TEXT);
}

static const struct pair_row {
	const char *name, *first, *last;
	bool mixed;
} pairs[] = {
	{ "约翰 with Smith", "约翰", "Smith", true },
	{ "Korean with Korean", "민준", "김", false },
	{ "Kana with Han", "たろう", "山田", false },
	{ "Latin with Cyrillic", "Olena", "Шевченко", true },
	{ "accents are no script", "Zoë", "Müller", false },
	{ "digits are no script", "민준", "2", false },
};

static void mixes(void **state)
{
	const struct pair_row *r = *state;

	assert_int_equal(name_scripts_mixed(r->first, r->last), r->mixed);
}

static const struct split_row {
	const char *name, *full, *first, *last;
} splits[] = {
	{ "first name first", "John Smith", "John", "Smith" },
	{ "several first names", "Ana Maria Silva", "Ana Maria", "Silva" },
	{ "a comma", "Smith, John", "John", "Smith" },
	{ "Korean: family name first", "김 민준", "민준", "김" },
	{ "Japanese: family name first", "山田 太郎", "太郎", "山田" },
	{ "a single name", "Madonna", NULL, "Madonna" },
	{ "Korean without a blank stays whole", "김민준", NULL, "김민준" },
};

static void splits_name(void **state)
{
	const struct split_row *r = *state;
	AUTO_ARENA a = cases_arena();
	const char *first, *last;

	name_split(a, r->full, &first, &last);
	same_text(first, r->first);
	same_text(last, r->last);
}

int main(void)
{
	static struct cases c;

	CASES_ADD(&c, cleans, rows);
	CASES_ADD(&c, mixes, pairs);
	CASES_ADD(&c, splits_name, splits);
	cases_add(&c, "5,000 characters are cut", long_names_are_cut, NULL);
	cases_add(&c, "a cut keeps letters whole", a_cut_keeps_letters_whole, NULL);
	return CASES_RUN(&c, "name");
}
