/* First and last names made comparable. */
#include "identity/card.h"
#include "understand/understand.h"

static bool is_placeholder(struct str folded)
{
	static const char *const none[] = { "n/a", "none", "null", "undefined", "unknown" };

	for (size_t i = 0; i < LL_COUNT(none); i++)
		if (str_eq_z(folded, none[i]))
			return true;
	return false;
}

/* Titles and initials go, as long as something else is left. */
static void keep_names(struct words *w)
{
	size_t left = w->n;

	for (size_t i = 0; i < w->n && left > 1;) {
		if (w->word[i].n > 1 && !table_find(&table_honorifics, w->word[i])) {
			i++;
			continue;
		}
		for (size_t k = i + 1; k < w->n; k++)
			w->word[k - 1] = w->word[k];
		w->n--;
		left--;
	}
}

/* The form of one name; *ret_nickname its row, when asked for. */
static struct term form_of(struct arena *a, struct arena *scratch, struct str raw,
			   uint16_t *ret_nickname)
{
	struct str folded = words_fold(scratch, raw), whole;
	struct words w;

	if (is_placeholder(folded))
		return (struct term){ .p = NULL };
	folded = sound_latin(scratch, folded);
	words_split(folded, scratch, &w);
	keep_names(&w);
	whole = words_join(scratch, &w, "");
	if (ret_nickname)
		*ret_nickname = nickname_of(whole);
	if (ret_nickname && !*ret_nickname && w.n > 1)
		*ret_nickname = nickname_of(w.word[0]);
	return term_of(a, script_of(whole) == SCRIPT_LATIN ? sound_form(scratch, whole) : whole);
}

void clean_name(struct arena *a, struct arena *scratch, const struct identity_record *r,
		struct identity_card *c)
{
	struct str first = r->value[IDENTITY_FIRST], last = r->value[IDENTITY_LAST];
	unsigned flags = 0;

	if (!first.n && !last.n && r->value[IDENTITY_FULL].n) {
		const char *f = NULL, *l = NULL, *full;

		full = name_clean(scratch, r->value[IDENTITY_FULL], 200, &flags);
		if (full)
			name_split(scratch, full, &f, &l);
		first = str_of(f);
		last = str_of(l);
	}
	c->first = form_of(a, scratch, first, &c->nickname);
	c->last = form_of(a, scratch, last, NULL);
	if (c->first.n)
		c->first_sound = sound_of(scratch, term_str(&c->first), c->first.script, false);
	if (c->last.n)
		c->last_sound = sound_of(scratch, term_str(&c->last), c->last.script, true);
}
