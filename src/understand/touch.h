/* One lead on its way from values to a touch, with the notes taken while it is understood. */
#pragma once
#include "understand/decode.h"
#include "understand/rules.h"

#define NOTES_A_TOUCH 96

struct making {
	struct arena *a;
	const struct decoded *body;
	const struct fields *f;
	const struct offer_facts *offer; /* NULL when unknown */
	struct touch *t;
	struct note notes[NOTES_A_TOUCH];
	size_t notes_n;
};

/* What a note is about: a value, the text it came from, and the pair where that was; NULL is fine.
 */
void touch_note(struct making *m, const char *field, const char *value, const char *raw,
		const struct pair *from, enum rule rule);
/* The rule by its token, as the normalisers give it. */
void touch_note_token(struct making *m, const char *field, const char *value, const char *raw,
		      const struct pair *from, const char *token);
/*
 * The text of a field as it came, at most max bytes, or NULL; repairs, cuts and contradictions are
 * flagged and noted under the name.
 */
const char *touch_raw(struct making *m, enum label label, const char *name, size_t max);
bool touch_has(const struct making *m, enum label label); /* there, and not blank */

void touch_contact(struct making *m); /* contact.c */
void touch_codes(struct making *m);   /* what_happened.c */
