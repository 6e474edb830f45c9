/* What a list asks of the search index. */
#include "api/lead_read.h"

#include <ctype.h>
#include "base/buf.h"
#include "base/limits.h"
#include "place/place.h"
#include "understand/understand.h"

#define PREFIX_MIN 3 /* shorter words are meant as they are */
#define EXPAND_MAX                                                                                 \
	32 /* words that a prefix may stand for, before the engine's own prefix is used */
#define AFTER_WORD "!" /* sorts before every byte of a word */
#define IN_WORD    "0123456789_abcdefghijklmnopqrstuvwxyz"
#define ASKED_MAX  8 /* words of a text of which it is asked whether another goes on behind them */
#define DENSE_CODE 5 /* bytes of x and a code point, see search_tokens() */

struct words {
	struct sql_db *db;
	struct arena *arena;
	const char *publisher;
	bool sqlite, any;
	int asked;
	struct buf out;
};

static void begin_word(struct words *w)
{
	if (w->any)
		buf_z(&w->out, w->sqlite ? " AND " : " & ");
	w->any = true;
}

static void put_exact(struct words *w, struct str word)
{
	buf_printf(&w->out, w->sqlite ? "\"" STR_FMT "\"" : "'" STR_FMT "'", STR_ARG(word));
}

static size_t code_length(struct str s)
{
	size_t n = 1;

	if (!s.n || s.p[0] != 'x')
		return 0;
	while (n < s.n && isxdigit((unsigned char)s.p[n]))
		n++;
	return n < DENSE_CODE ? 0 : n;
}

/* One or two characters of a script without blanks are indexed as just that. */
static bool is_dense(struct str word)
{
	size_t first = code_length(word);

	return first && (first == word.n || first + code_length(str_from(word, first)) == word.n);
}

/* The words that begin so; *ret_n EXPAND_MAX + 1: more than that. */
static bool expand(struct words *w, struct str prefix, const char *ret[EXPAND_MAX + 1],
		   size_t *ret_n, struct err *e)
{
	const char *least = arena_strndup(w->arena, prefix.p, prefix.n);
	size_t n = 0;

	while (n <= EXPAND_MAX) {
		struct search_word_row row;
		int found =
			search_word(w->db, &(struct search_word_in){ least }, w->arena, &row, e);

		if (found < 0)
			return false;
		if (!found || strncmp(row.word, prefix.p, prefix.n) != 0)
			break;
		ret[n++] = row.word;
		least = arena_printf(w->arena, "%s" AFTER_WORD, row.word);
	}
	*ret_n = n;
	return true;
}

/*
 * PostgreSQL gathers what a prefix finds before it looks at the other words, and skips through that
 * of a word: 14 ms and 0.6 for a name beside a company. *ret: a word of a lead goes on behind it.
 */
static bool goes_on(struct words *w, struct str word, bool *ret, struct err *e)
{
	AUTO_BUF longer = buf_new(LIMIT_TEXT);
	struct search_goes_on_row row;
	int found;
	ARENA_SCOPE(w->arena);

	*ret = true;
	if (w->asked++ >= ASKED_MAX)
		return true;
	for (const char *next = IN_WORD; *next; next++)
		buf_printf(&longer, "%s'" STR_FMT "%c':*", longer.n ? " | " : "(", STR_ARG(word),
			   *next);
	buf_printf(&longer, ") & '%s'", place_filter_word(w->arena, "publisher", w->publisher));
	found = search_goes_on(w->db, &(struct search_goes_on_in){ w->publisher, longer.p },
			       w->arena, &row, e);
	*ret = found < 0 || row.n;
	return found >= 0;
}

static bool put_prefix(struct words *w, struct str word, struct err *e)
{
	const char *all[EXPAND_MAX + 1];
	size_t n = EXPAND_MAX + 1;
	bool more = true;

	if (w->sqlite ? !expand(w, word, all, &n, e) : !goes_on(w, word, &more, e))
		return false;
	if (!more) {
		put_exact(w, word);
		return true;
	}
	if (n > EXPAND_MAX || !n) {
		put_exact(w, word);
		buf_z(&w->out, w->sqlite ? "*" : ":*");
		return true;
	}
	buf_byte(&w->out, '(');
	for (size_t i = 0; i < n; i++) {
		buf_z(&w->out, i ? " OR " : "");
		put_exact(w, str_of(all[i]));
	}
	buf_byte(&w->out, ')');
	return true;
}

static bool put_words(struct words *w, const char *q, struct err *e)
{
	AUTO_BUF tokens = buf_new(LIMIT_TEXT);
	struct str rest, word;

	search_tokens(w->arena, str_of(q), &tokens);
	rest = buf_view(&tokens);
	while (str_split(&rest, ' ', &word)) {
		if (!word.n)
			continue;
		begin_word(w);
		if (word.n < PREFIX_MIN || is_dense(word))
			put_exact(w, word);
		else if (!put_prefix(w, word, e))
			return false;
	}
	return true;
}

static bool put_text(struct words *w, const char *q, struct lead_text *known, struct err *e)
{
	if (known && known->publisher && !strcmp(known->publisher, w->publisher)) {
		buf_z(&w->out, known->words);
		w->any = *known->words;
		return true;
	}
	if (!put_words(w, q, e))
		return false;
	if (known)
		*known = (struct lead_text){ w->publisher,
					     w->any ? arena_strndup(w->arena, w->out.p, w->out.n)
						    : "" };
	return true;
}

static void put_filter(struct words *w, const char *filter, const char *value)
{
	if (!value || !*value) /* of an empty one there is no word: the row is compared */
		return;
	begin_word(w);
	put_exact(w, str_of(place_filter_word(w->arena, filter, value)));
}

/* A word that all leads have costs more than all others; a row that is found is compared with the
 * publisher. */
static bool put_publisher(struct words *w, const char *publisher, struct err *e)
{
	struct search_stranger_row row;
	int found = search_stranger(w->db, &(struct search_stranger_in){ publisher }, w->arena,
				    &row, e);

	if (found > 0)
		put_filter(w, "publisher", publisher);
	return found >= 0;
}

bool lead_ask_words(struct sql_db *db, const struct lead_ask *ask, bool of_class, struct arena *a,
		    struct lead_words *ret, struct err *e)
{
	const struct lead_page_in *p = &ask->p;
	struct words w = { .db = db,
			   .arena = a,
			   .publisher = p->publisher,
			   .sqlite = sql_engine_of(db) == SQL_SQLITE,
			   .out = buf_new(LIMIT_TEXT) };
	bool ok = !ask->q || put_text(&w, ask->q, ask->text, e), enough;

	ret->none = ask->q && !w.any;
	ret->text = w.any ? arena_strndup(a, w.out.p, w.out.n) : NULL;
	put_filter(&w, "country", p->country);
	enough = w.any || (of_class && (p->source || p->action || p->kind)) ||
		 (p->offer && lead_by_clock(ask)); /* by receipt it has an index */
	put_filter(&w, "offer", p->offer);
	put_filter(&w, "source", p->source);
	put_filter(&w, "action", p->action);
	put_filter(&w, "kind", p->kind);
	if (ok && enough && w.sqlite) /* one index for all publishers */
		ok = put_publisher(&w, p->publisher, e);
	ret->all = enough ? arena_strndup(a, w.out.p, w.out.n) : NULL;
	buf_free(&w.out);
	return ok;
}
