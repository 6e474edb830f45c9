#include "place/batch.h"

#include <ctype.h>
#include "base/buf.h"
#include "base/json.h"
#include "base/limits.h"

/* Every token of the text, and the filter words: a name, '_' and a value of at most LIMIT_ID bytes.
 */
#define FILTERS   7
#define WORDS_MAX (SEARCH_BYTES_MAX + FILTERS * (LIMIT_ID + 16))
#define TEXT_MAX  (128 * 1024) /* what of a longer text is not searched for is in the receipt */

/* Two values may give one word: whoever searches compares the row too. */
static void filter_word(struct buf *words, const char *filter, const char *value)
{
	if (!value || !*value)
		return;
	if (words->n) /* PostgreSQL takes no empty word */
		buf_byte(words, ' ');
	buf_z(words, filter);
	buf_byte(words, '_');
	for (; *value; value++)
		buf_byte(words, isalnum((unsigned char)*value)
					? (char)tolower((unsigned char)*value)
					: '_');
}

const char *place_filter_word(struct arena *a, const char *filter, const char *value)
{
	AUTO_BUF word = buf_new(strlen(filter) + strlen(value) + 1);

	filter_word(&word, filter, value);
	return arena_strndup(a, buf_view(&word).p, word.n);
}

static void line(struct buf *text, const char *z)
{
	if (z)
		buf_z(text, z);
	buf_byte(text, '\n');
}

const char *place_words(struct arena *a, const struct place_words *w)
{
	AUTO_BUF words = buf_new(WORDS_MAX);
	AUTO_BUF text = buf_new(TEXT_MAX);

	for (int f = 0; f < CONTACT_FIELDS; f++) {
		const char *value = w->contact[f] ? w->contact[f] : w->raw[f];

		if (value && f != CONTACT_COUNTRY)
			line(&text, value);
	}
	if (w->raw[CONTACT_PHONE])
		line(&text, w->raw[CONTACT_PHONE]);
	line(&text, w->offer);
	line(&text, w->offer_title);
	line(&text, w->description);
	search_tokens(a, buf_view(&text), &words);
	filter_word(&words, "publisher", w->publisher);
	filter_word(&words, "offer", w->offer);
	filter_word(&words, "source", w->source);
	filter_word(&words, "action", w->action);
	filter_word(&words, "kind", w->kind);
	filter_word(&words, "country", w->contact[CONTACT_COUNTRY]);
	filter_word(&words, "test", w->test ? "true" : "false");
	MUST(buf_ok(&words));
	return arena_strndup(a, words.p, words.n);
}

static const char *text_of(struct arena *a, const struct json *j, const char *name)
{
	const struct json *text = json_get(j, name);

	return json_kind(text) == JSON_STR ? str_dup(a, json_str(text)) : NULL;
}

bool place_words_received(struct arena *a, struct str as_received, struct place_words *w,
			  struct err *e)
{
	AUTO_JSON j = NULL;

	if (as_received.n && !json_parse(as_received, &j, e))
		return false;
	for (int f = 0; f < CONTACT_FIELDS; f++)
		w->raw[f] = text_of(a, j, contact_field_text[f]);
	w->offer_title = text_of(a, j, "offerTitle");
	w->description = text_of(a, j, "description");
	return true;
}

const char *batch_words(struct arena *a, const char *publisher, const struct item *it)
{
	const struct touch *t = it->touch;
	struct place_words w = { .publisher = publisher,
				 .offer = it->receipt->offer_id,
				 .source = t->source,
				 .action = t->action,
				 .kind = kind_text(t->kind),
				 .test = t->test,
				 .offer_title = t->offer_title,
				 .description = t->description };

	memcpy(w.contact, t->contact, sizeof(w.contact));
	memcpy(w.raw, t->raw, sizeof(w.raw));
	return place_words(a, &w);
}
