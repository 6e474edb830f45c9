/* Companies and job titles made comparable. */
#include "identity/card.h"
#include "base/utf8.h"

#define BRAND_MIN 4 /* bytes of a first word that can stand for the company */
#define PHRASE    4 /* words of a legal form at most */

/* The longest form at that end; 0 when there is none. */
static size_t native_form(struct str s, bool end)
{
	size_t longest = 0;

	for (unsigned i = 0; i < table_native_forms.n; i++) {
		struct str form = str_of(table_native_forms.row[i].key);

		if (s.n > form.n && form.n > longest &&
		    memcmp(end ? s.p + s.n - form.n : s.p, form.p, form.n) == 0)
			longest = form.n;
	}
	return longest;
}

static struct str without_native_form(struct str s)
{
	s = utf8_trim(str_from(s, native_form(s, false)));
	return utf8_trim(str_upto(s, s.n - native_form(s, true)));
}

/* How many words at the end are a legal form. */
static size_t form_at_end(struct arena *scratch, const struct words *w)
{
	for (size_t n = PHRASE; n; n--) {
		struct words end = { .n = n };

		if (n >= w->n)
			continue;
		memcpy(end.word, w->word + w->n - n, n * sizeof(end.word[0]));
		if (table_find(&table_legal_forms, words_join(scratch, &end, " ")))
			return n;
	}
	return 0;
}

static void without_legal_form(struct arena *scratch, struct words *w)
{
	size_t n;

	while ((n = form_at_end(scratch, w)))
		w->n -= n;
	/* In front it is written in Japan, Korea and where Cyrillic is. */
	while (w->n > 1 && (unsigned char)w->word[0].p[0] >= 0x80 &&
	       table_find(&table_legal_forms, w->word[0])) {
		memmove(w->word, w->word + 1, (w->n - 1) * sizeof(w->word[0]));
		w->n--;
	}
}

void clean_company(struct arena *a, struct arena *scratch, struct str raw, struct identity_card *c)
{
	struct words w;

	words_split(without_native_form(words_fold(scratch, raw)), scratch, &w);
	without_legal_form(scratch, &w);
	if (!w.n || table_find(&table_no_company, words_join(scratch, &w, "")))
		return;
	for (size_t i = 0; i < w.n; i++) {
		const char *whole = table_find(&table_company_words, w.word[i]);

		if (whole)
			w.word[i] = str_of(whole);
	}
	if (w.word[0].n >= BRAND_MIN)
		c->brand = term_of(a, w.word[0]);
	words_sort(&w);
	c->company = term_of(a, words_join(scratch, &w, " "));
}

/* Words of job titles, written short; "" is dropped. */
static const struct table_row title_rows[] = {
	{ "admin", "administrator" },
	{ "and", "" },
	{ "asst", "assistant" },
	{ "de", "" },
	{ "der", "" },
	{ "dev", "developer" },
	{ "dir", "director" },
	{ "eng", "engineer" },
	{ "for", "" },
	{ "it", "informationtechnology" },
	{ "jr", "junior" },
	{ "mgr", "manager" },
	{ "of", "" },
	{ "sr", "senior" },
	{ "the", "" },
};

static struct str title_word(struct str s)
{
	for (size_t i = 0; i < LL_COUNT(title_rows); i++)
		if (str_eq_z(s, title_rows[i].key))
			return str_of(title_rows[i].value);
	return s;
}

void clean_title(struct arena *a, struct arena *scratch, struct str raw, struct identity_card *c)
{
	struct words w, kept = { .n = 0 };
	char initials[WORDS_MAX];

	words_split(words_fold(scratch, raw), scratch, &w);
	for (size_t i = 0; i < w.n; i++) {
		struct str word = title_word(w.word[i]);

		if (str_eq_z(word, "technology") && kept.n &&
		    str_eq_z(kept.word[kept.n - 1], "information"))
			kept.word[kept.n - 1] = STR("informationtechnology");
		else if (word.n)
			kept.word[kept.n++] = word;
	}
	for (size_t i = 0; i < kept.n; i++)
		initials[i] = kept.word[i].p[0];
	if (kept.n > 1 && script_of(kept.word[0]) == SCRIPT_LATIN)
		c->title_short = text_hash((struct str){ initials, kept.n });
	words_sort(&kept);
	c->title = term_of(a, words_join(scratch, &kept, " "));
}
