/*
 * Saved views: what people look for, and what they call it. A text goes when it has all words of a
 * person's last name, whole name, address or phone; a first name alone is of many.
 */
#include <string.h>
#include "base/buf.h"
#include "erase/parts.h"
#include "understand/understand.h"

#define TELLING 5

/* Texts that tell who it is, as words of the search index. */
struct telling {
	const char *words[TELLING];
	size_t n;
};

static const char *words_of(struct arena *a, const char *text)
{
	AUTO_BUF b = buf_new(SEARCH_BYTES_MAX);

	search_tokens(a, str_of(text), &b);
	return str_dup(a, buf_view(&b));
}

/* One that is a letter is of nobody. */
static bool is_long(const char *words)
{
	struct str rest = str_of(words), word;
	bool any = false;

	while (str_split(&rest, ' ', &word))
		any |= word.n > 1;
	return any;
}

static void add(struct arena *a, struct telling *t, const char *text)
{
	const char *words = text && *text ? words_of(a, text) : "";

	if (is_long(words))
		t->words[t->n++] = words;
}

static void tell_of(struct arena *a, const struct erase_leads_row *l, struct telling *t)
{
	t->n = 0;
	add(a, t, l->last_name);
	add(a, t, l->email);
	add(a, t, l->phone);
	if (l->first_name && l->last_name)
		add(a, t, arena_printf(a, "%s %s", l->first_name, l->last_name));
	if (l->email)
		add(a, t, arena_strndup(a, l->email, strcspn(l->email, "@")));
}

static bool has_word(const char *words, struct str word)
{
	struct str rest = str_of(words), w;

	while (str_split(&rest, ' ', &w))
		if (str_eq(w, word))
			return true;
	return false;
}

static bool has_all(const char *words, const char *of)
{
	struct str rest = str_of(of), word;

	while (str_split(&rest, ' ', &word))
		if (word.n && !has_word(words, word))
			return false;
	return true;
}

static bool tells(struct arena *a, const struct telling *t, const char *text)
{
	const char *words = text && *text ? words_of(a, text) : NULL;

	for (size_t i = 0; words && i < t->n; i++)
		if (has_all(words, t->words[i]))
			return true;
	return false;
}

static bool erase_in(struct erasing *x, const char *publisher, const struct telling *t,
		     struct err *e)
{
	struct erase_views_row *rows;
	size_t n;

	if (!erase_views(x->db, &(struct erase_views_in){ publisher }, x->a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		ARENA_SCOPE(x->a);
		struct erase_view_in put = { publisher, rows[i].view_id, rows[i].name,
					     rows[i].words, SQL_NULL_INT };

		if (tells(x->a, t, put.name))
			put.name = "";
		if (tells(x->a, t, put.words)) {
			put.words = NULL;
			put.at = x->w->now_ms;
		}
		if ((put.name != rows[i].name || put.words != rows[i].words) &&
		    !erase_view(x->db, &put, NULL, e))
			return false;
	}
	return true;
}

bool erase_saved_views(struct erasing *x, const struct erase_leads_row *l, struct err *e)
{
	struct telling t;

	tell_of(x->a, l, &t);
	return !t.n || (erase_in(x, x->w->publisher, &t, e) && erase_in(x, "", &t, e));
}
