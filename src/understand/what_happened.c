/*
 * What the customer did: source, action, offer and kind, and where the statements of one lead
 * contradict each other. LeadSource's codes and the URL's offer win; the rest is kept and flagged.
 */
#include "understand/touch.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "understand/codes.h"
#include "understand/fold.h"

static bool same_key(struct arena *a, struct str x, struct str y)
{
	ARENA_SCOPE(a);

	return str_eq(fold_key(a, x), fold_key(a, y));
}

static void source(struct making *m, struct str written)
{
	struct touch *t = m->t;
	enum rule rule = RULE_SOURCE_CODE;

	t->source = source_canonical(m->a, written);
	if (!written.n)
		return;
	if (!source_is_known(m->a, written)) {
		t->flags |= FLAG_UNKNOWN_SOURCE;
		rule = RULE_SOURCE_UNKNOWN;
	} else if (!str_ieq_z(written, t->source)) {
		rule = RULE_SOURCE_ALIAS;
	}
	touch_note(m, "source", t->source, t->lead_source, m->f->by[LABEL_LEAD_SOURCE], rule);
}

/* ActionCode of the body, against LeadSource's. */
static void action(struct making *m, struct str in_source)
{
	struct touch *t = m->t;
	struct str field = utf8_trim(str_of(t->action_code)), written;
	bool duplicate = action_without_dup(&field);
	const struct pair *from;
	enum rule rule;

	written = in_source.n ? in_source : field;
	t->action = action_canonical(m->a, written);
	if (!written.n)
		return;
	from = m->f->by[in_source.n ? LABEL_LEAD_SOURCE : LABEL_ACTION_CODE];
	rule = in_source.n ? RULE_ACTION_CODE : RULE_ACTION_FIELD;
	if (kind_rule_for(t->source, t->action, false)->kind == KIND_UNKNOWN) {
		t->flags |= FLAG_UNKNOWN_ACTION;
		rule = RULE_ACTION_UNKNOWN;
	} else if (!str_ieq_z(written, t->action)) {
		rule = RULE_ACTION_ALIAS;
	}
	touch_note(m, "action", t->action, in_source.n ? t->lead_source : t->action_code, from,
		   rule);
	if (duplicate)
		t->flags |= FLAG_SENDER_DUPLICATE;
	if (in_source.n && field.n &&
	    !str_ieq_z(str_of(t->action), action_canonical(m->a, field))) {
		t->flags |= FLAG_ACTION_CONFLICT;
		touch_note(m, "action", t->action, t->action_code, m->f->by[LABEL_ACTION_CODE],
			   RULE_ACTION_CONFLICT);
	}
}

static void offer_conflict(struct making *m, const char *raw, enum label label)
{
	const struct offer_facts *o = m->offer;

	m->t->flags |= FLAG_OFFER_CONFLICT;
	touch_note(m, "offer", arena_printf(m->a, "%s.%s", o->publisher, o->offer), raw,
		   m->f->by[label], RULE_OFFER_CONFLICT);
}

/* A display name: of the offer's title, or of its id; nothing can be said without a title. */
static bool names_the_offer(struct making *m, struct str name)
{
	const struct offer_facts *o = m->offer;

	return !o->title || !*o->title || same_key(m->a, name, str_of(o->title)) ||
	       str_ieq_z(name, o->offer);
}

static void offer(struct making *m, const struct lead_source *l)
{
	struct touch *t = m->t;
	const struct pair *from = m->f->by[LABEL_LEAD_SOURCE];
	struct str title = utf8_trim(str_of(t->offer_title));

	if (l->publisher.n) {
		t->offer_publisher = str_dup(m->a, l->publisher);
		t->offer_id = str_dup(m->a, l->offer_id);
		touch_note(m, "offer", str_dup(m->a, l->offer), t->lead_source, from,
			   RULE_OFFER_ID);
		if (m->offer && !(str_ieq_z(l->publisher, m->offer->publisher) &&
				  str_ieq_z(l->offer_id, m->offer->offer)))
			offer_conflict(m, t->lead_source, LABEL_LEAD_SOURCE);
	} else if (l->offer.n) {
		t->offer_name = str_dup(m->a, l->offer);
		touch_note(m, "offer", t->offer_name, t->lead_source, from, RULE_OFFER_NAME);
		if (m->offer && !names_the_offer(m, l->offer))
			offer_conflict(m, t->lead_source, LABEL_LEAD_SOURCE);
	}
	if (!title.n)
		return;
	touch_note(m, "offerTitle", str_dup(m->a, title), t->offer_title,
		   m->f->by[LABEL_OFFER_TITLE], RULE_OFFER_TITLE);
	if (m->offer && !names_the_offer(m, title))
		offer_conflict(m, t->offer_title, LABEL_OFFER_TITLE);
}

static void kind(struct making *m)
{
	struct touch *t = m->t;
	const struct kind_rule *r =
		kind_rule_for(t->source, t->action, m->offer && m->offer->transactable);
	enum rule rule = r->source || !r->unusual ? RULE_KIND_TABLE : RULE_KIND_BY_ACTION;

	t->kind = r->kind;
	t->dnc = r->dnc;
	t->hot = r->hot;
	if (r->unusual && *t->source && !(t->flags & FLAG_UNKNOWN_SOURCE))
		t->flags |= FLAG_UNUSUAL_PAIR;
	touch_note(m, "kind", kind_text(t->kind), NULL, NULL,
		   t->kind == KIND_UNKNOWN ? RULE_KIND_UNKNOWN : rule);
}

static void description(struct making *m)
{
	struct str s;

	m->t->description = touch_raw(m, LABEL_DESCRIPTION, "description", LIMIT_TEXT);
	if (!touch_has(m, LABEL_DESCRIPTION))
		return;
	s = utf8_trim(str_of(m->t->description));
	touch_note(m, "description", NULL, NULL, m->f->by[LABEL_DESCRIPTION],
		   s.n > 1 && s.p[0] == '{' && s.p[s.n - 1] == '}' ? RULE_DESCRIPTION_JSON
								   : RULE_DESCRIPTION_TEXT);
}

void touch_codes(struct making *m)
{
	struct touch *t = m->t;
	struct lead_source l;

	t->lead_source = touch_raw(m, LABEL_LEAD_SOURCE, "leadSource", LIMIT_NAME * 4);
	t->action_code = touch_raw(m, LABEL_ACTION_CODE, "action", LIMIT_CODE);
	t->offer_title = touch_raw(m, LABEL_OFFER_TITLE, "offerTitle", LIMIT_NAME * 4);
	t->product_id = touch_raw(m, LABEL_PRODUCT_ID, "product", LIMIT_ID);
	l = lead_source_read(utf8_trim(str_of(t->lead_source)));
	if (l.duplicate)
		t->flags |= FLAG_SENDER_DUPLICATE;
	source(m, l.source);
	action(m, l.action);
	if (t->flags & FLAG_SENDER_DUPLICATE)
		touch_note(m, "duplicate", "dup-", t->lead_source, m->f->by[LABEL_LEAD_SOURCE],
			   RULE_SENDER_DUPLICATE);
	offer(m, &l);
	kind(m);
	description(m);
}
