#include "place/batch.h"

#include <stdio.h>
#include "base/limits.h"

static const char *no_title = "";

static bool offer_facts(struct place_worker *w, struct batch *b, const char *offer,
			struct offer_facts *ret, struct err *e)
{
	struct offer_list_row row;
	int found = offer_get(w->c.db,
			      &(struct offer_get_in){ .publisher = b->publisher, .offer = offer },
			      b->arena, &row, e);

	if (found < 0)
		return false;
	*ret = (struct offer_facts){ .publisher = b->publisher,
				     .offer = offer,
				     .title = found ? row.title : no_title,
				     .transactable = found && row.transactable };
	return true;
}

static void trouble(struct batch *b, const struct receipt_waiting_row *r, enum receipt_state state,
		    const char *code, const char *text)
{
	b->troubles[b->trouble_count++] = (struct receipt_trouble_in){
		.publisher = b->publisher,
		.receipt = r->receipt_id,
		.state = receipt_state_text(state),
		.code = code,
		.text = arena_strdup(b->arena, text),
	};
}

/* The reader at work, its receipt marked. */
static bool read_marked(struct place_worker *w, struct batch *b,
			const struct receipt_waiting_row *r, const struct offer_facts *facts,
			struct touch **ret, size_t *ret_n, struct err *e)
{
	char text[MARK_TEXT], id[ID_TEXT];
	bool ok;

	snprintf(text, sizeof(text), "%s %s", id_text(r->receipt_id, id), b->publisher);
	mark_set(w->c.marks, w->mark, text);
	ok = understand(b->arena, r->body, str_of(r->content_type), facts, ret, ret_n, e);
	mark_clear(w->c.marks, w->mark);
	return ok;
}

static void take_touches(struct batch *b, const struct receipt_waiting_row *r,
			 const struct touch *touches, size_t n, bool transactable)
{
	for (size_t i = 0; i < n; i++)
		b->items[b->item_count++] = (struct item){
			.receipt = r,
			.touch = &touches[i],
			.rule = kind_rule_for(touches[i].source, touches[i].action, transactable),
			.ordinal = (int64_t)i,
		};
}

bool batch_read(struct place_worker *w, struct batch *b, struct err *e)
{
	struct offer_facts facts = { .publisher = NULL };
	size_t n = b->receipt_count, at;

	b->items = ARENA_ARRAY(b->arena, struct item, BATCH_TOUCHES + LIMIT_LEADS_A_BODY);
	b->troubles = ARENA_ARRAY(b->arena, struct receipt_trouble_in, n);
	for (at = 0; at < n && b->item_count < BATCH_TOUCHES; at++) {
		const struct receipt_waiting_row *r = &b->receipts[at];
		struct touch *touches;
		size_t count;
		struct err why;

		if (r->crashes > 0) {
			trouble(b, r, RECEIPT_SET_ASIDE, "reader-crash",
				"Reading this receipt brought the program down. It is kept, and "
				"can be "
				"read again after an upgrade.");
			continue;
		}
		if ((!facts.publisher || strcmp(facts.offer, r->offer_id) != 0) &&
		    !offer_facts(w, b, r->offer_id, &facts, e))
			return false;
		if (read_marked(w, b, r, &facts, &touches, &count, &why))
			take_touches(b, r, touches, count, facts.transactable);
		else
			trouble(b, r, RECEIPT_UNREADABLE, why.code, why.text);
	}
	b->receipt_count = at;
	return true;
}
