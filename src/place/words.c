#include "place/batch.h"

#include <ctype.h>
#include "base/buf.h"

#define WORDS_MAX (16 * 1024)

const char *place_filter_word(struct arena *a, const char *filter, const char *value)
{
	char *word = arena_printf(a, "%s_%s", filter, value);

	/* Two values may give one word: whoever searches compares the row too. */
	for (char *p = word; *p; p++)
		*p = isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '_';
	return word;
}

static void filter_word(struct batch *b, struct buf *words, const char *filter, const char *value)
{
	if (!value || !*value)
		return;
	buf_byte(words, ' ');
	buf_z(words, place_filter_word(b->arena, filter, value));
}

const char *batch_words(struct batch *b, const struct item *it)
{
	AUTO_BUF words = buf_new(WORDS_MAX);
	AUTO_BUF text = buf_new(WORDS_MAX * 8);
	const struct touch *t = it->touch;

	for (int f = 0; f < CONTACT_FIELDS; f++) {
		const char *value = t->contact[f] ? t->contact[f] : t->raw[f];

		if (value && f != CONTACT_COUNTRY)
			buf_printf(&text, "%s\n", value);
	}
	if (t->raw[CONTACT_PHONE])
		buf_printf(&text, "%s\n", t->raw[CONTACT_PHONE]);
	buf_printf(&text, "%s\n%s\n%s\n", it->receipt->offer_id,
		   t->offer_title ? t->offer_title : "", t->description ? t->description : "");
	search_tokens(b->arena, buf_view(&text), &words);
	filter_word(b, &words, "publisher", b->publisher);
	filter_word(b, &words, "offer", it->receipt->offer_id);
	filter_word(b, &words, "source", t->source);
	filter_word(b, &words, "action", t->action);
	filter_word(b, &words, "kind", kind_text(t->kind));
	filter_word(b, &words, "country", t->contact[CONTACT_COUNTRY]);
	filter_word(b, &words, "test", t->test ? "true" : "false");
	/* Words that do not fit are left out from the end; the filter words are few and come in any
	 * case. */
	MUST(buf_ok(&words));
	return arena_strndup(b->arena, words.p, words.n);
}
