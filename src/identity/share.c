/*
 * What one record alone does not tell: how many others have its values. The same thresholds for a
 * batch, which counts all of it, and for records that arrive one by one.
 */
#include "identity/card.h"

#define NAMES_A_NUMBER  2  /* family names; with more it is a switchboard */
#define NAMES_A_MAILBOX 3  /* with more it is an office's */
#define RARE_NAME       6  /* records that have it */
#define SOME_RECORDS    12 /* of a company; with more it is not a small one */
#define MANY_RECORDS    120

struct identity_terms identity_card_terms(const struct identity_card *c)
{
	uint32_t label = c->label ? c->label : c->label_learned;

	return (struct identity_terms){
		.name = c->first.n && c->last.n
				? (uint64_t)c->first_sound.of[0] << 32 | c->last_sound.of[0]
				: 0,
		.last = c->last_sound.of[0],
		.company = c->company.hash,
		.label = c->label,
		.org = label ? label : c->company.hash,
		.phone = c->phone % 100000000u,
		.mailbox = c->mail ? (uint64_t)c->user.hash << 32 | c->domain.hash : 0,
	};
}

void identity_card_label(struct identity_card *c, uint32_t label)
{
	if (!c->label)
		c->label_learned = label;
}

void identity_card_share(struct identity_card *c, const struct identity_shared *s)
{
	c->name_rare = s->name_records && s->name_records <= RARE_NAME;
	c->org_size = s->org_records > MANY_RECORDS ? 2 : s->org_records > SOME_RECORDS ? 1 : 0;
	c->phone_shared = s->phone_names > NAMES_A_NUMBER;
	/* A customer who changes names is no office. */
	c->role = c->role ||
		  (s->mailbox_names > NAMES_A_MAILBOX && s->mailbox_records < 2 * s->mailbox_names);
}
