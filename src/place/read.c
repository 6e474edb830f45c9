/* From waiting receipts to items: nothing here depends on what other batches write. */
#include "place/batch.h"

#include <stdio.h>
#include "base/limits.h"

#define BATCH_BYTES (4 * 1024 * 1024) /* bodies of one batch, unless a single one is longer */

#define HISTORY_MS (14LL * 24 * 3600 * 1000) /* a lead that nobody answered so long expires */

static const char *no_title = "";

bool batch_find(struct reader *r, struct batch *b, struct err *e)
{
	struct receipt_waiting_publisher_row row;
	struct receipt_waiting_publisher_in in = { b->served };
	int found;

	arena_reset(b->arena);
	b->publisher = NULL;
	b->receipt_count = b->item_count = b->trouble_count = 0;
	found = receipt_waiting_publisher(r->db, &in, b->arena, &row, e);

	if (found == 0 && b->served[0]) {
		in.after = ""; /* round the circle */
		found = receipt_waiting_publisher(r->db, &in, b->arena, &row, e);
	}
	if (found > 0)
		b->publisher = row.publisher_id;
	return found >= 0;
}

/* Its first receipts, as many as the batch may hold. */
static bool find_receipts(struct reader *r, struct batch *b, struct err *e)
{
	struct id behind = strcmp(b->publisher, b->served) ? ID_NULL : b->behind;
	struct receipt_waiting_size_in sizes_in = { b->publisher, behind, (int64_t)b->limit };
	struct receipt_waiting_in in = { b->publisher, behind, 0 };
	struct receipt_waiting_size_row *sizes;
	int64_t bytes = 0;
	size_t n;

	if (!receipt_waiting_size(r->db, &sizes_in, b->arena, &sizes, &n, e))
		return false;
	for (size_t i = 0; i < n; i++, in.limit++) {
		bytes += sizes[i].bytes;
		if (i && bytes > BATCH_BYTES)
			break;
	}
	return receipt_waiting(r->db, &in, b->arena, &b->receipts, &b->receipt_count, e);
}

/* What is known of the offers of one batch, each asked for once. */
struct offers {
	struct offer_facts *list;
	size_t n;
};

static bool offer_ask(struct reader *by, struct batch *b, const char *offer,
		      struct offer_facts *ret, struct err *e)
{
	struct offer_list_row row;
	struct offer_get_in in = { .publisher = b->publisher, .offer = offer };
	int found = offer_get(by->db, &in, b->arena, &row, e);

	if (found < 0)
		return false;
	*ret = (struct offer_facts){ .publisher = b->publisher,
				     .offer = offer,
				     .title = found ? row.title : no_title,
				     .transactable = found && row.transactable };
	return true;
}

static const struct offer_facts *offer_of(struct reader *by, struct batch *b, struct offers *known,
					  const char *offer, struct err *e)
{
	for (size_t i = 0; i < known->n; i++)
		if (!strcmp(known->list[i].offer, offer))
			return &known->list[i];
	if (!offer_ask(by, b, offer, &known->list[known->n], e))
		return NULL;
	return &known->list[known->n++];
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
static bool read_marked(struct reader *by, struct batch *b, const struct receipt_waiting_row *r,
			const struct offer_facts *offer, struct touch **ret, size_t *ret_n,
			struct err *e)
{
	char text[MARK_TEXT], id[ID_TEXT];
	bool ok;

	snprintf(text, sizeof(text), "%s %s", id_text(r->receipt_id, id), b->publisher);
	mark_set(by->marks, by->mark, text);
	ok = understand(b->arena, r->body, str_of(r->content_type), offer, ret, ret_n, e);
	mark_clear(by->marks, by->mark);
	return ok;
}

/* Whether the leads of an import are delivered; a batch has few imports, one behind the other. */
struct loads {
	struct id id;
	bool deliver;
	int64_t started_at; /* the time of rows without a date */
};

static bool load_of(struct reader *by, struct batch *b, struct loads *last, struct id load,
		    struct err *e)
{
	struct load_deliver_row row = { 0 };
	struct load_deliver_in in = { b->publisher, load };

	if (id_eq(last->id, load))
		return true;
	if (load_deliver(by->db, &in, b->arena, &row, e) < 0)
		return false;
	*last = (struct loads){ load, row.deliver != 0, row.started_at };
	return true;
}

/*
 * Whether rules give its lead away. Nobody works on tests and on leads for information; what a file
 * tells of the past is nobody's news unless it is to be delivered, and then what is still new.
 */
static bool is_given(const struct receipt_waiting_row *r, const struct touch *t,
		     const struct loads *load)
{
	bool loaded = !id_is_null(r->load_id);

	if (t->test || t->dnc || t->kind == KIND_INFORMATION)
		return false;
	if (!loaded)
		return true;
	return load->deliver && load->started_at - r->received_at < HISTORY_MS &&
	       (!t->status || lead_status_of(str_of(t->status)) == LEAD_NEW);
}

static void take_touch(struct reader *by, struct batch *b, const struct receipt_waiting_row *r,
		       const struct touch *t, int64_t ordinal, bool transactable,
		       const struct loads *load)
{
	struct item *it = &b->items[b->item_count++];

	*it = (struct item){
		.receipt = r,
		.touch = t,
		.rule = kind_rule_for(t->source, t->action, transactable),
		.ordinal = ordinal,
		.loaded = !id_is_null(r->load_id),
		.made = r->made != 0,
		.settled = (t->status && lead_status_of(str_of(t->status)) != LEAD_NEW) ||
			   r->received_at == load->started_at,
		.deliver = id_is_null(r->load_id) || load->deliver,
		.given = is_given(r, t, load),
		.texts = touch_texts(b->arena, t),
		.notes = notes_pack(b->arena, t),
		.card = match_card(b->arena, by->scratch, t->contact),
	};
	it->words = batch_words(b->arena, b->publisher, it);
}

/* Every receipt into items or a trouble, until the batch is full. */
static bool read_receipts(struct reader *by, struct batch *b, struct err *e)
{
	size_t n = b->receipt_count, at;
	struct offers offers = { ARENA_ARRAY(b->arena, struct offer_facts, n), 0 };
	struct loads load = { ID_NULL, true, 0 };

	b->items = ARENA_ARRAY(b->arena, struct item, BATCH_TOUCHES + LIMIT_LEADS_A_BODY);
	b->troubles = ARENA_ARRAY(b->arena, struct receipt_trouble_in, n);
	for (at = 0; at < n && b->item_count < BATCH_TOUCHES; at++) {
		const struct receipt_waiting_row *r = &b->receipts[at];
		const struct offer_facts *offer;
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
		offer = offer_of(by, b, &offers, r->offer_id, e);
		if (!offer || !load_of(by, b, &load, r->load_id, e))
			return false;
		if (read_marked(by, b, r, offer, &touches, &count, &why))
			for (size_t i = 0; i < count; i++)
				take_touch(by, b, r, &touches[i], (int64_t)i, offer->transactable,
					   &load);
		else
			trouble(b, r, RECEIPT_UNREADABLE, why.code, why.text);
	}
	b->receipt_count = at;
	return true;
}

bool batch_read(struct reader *r, struct batch *b, struct err *e)
{
	return find_receipts(r, b, e) && read_receipts(r, b, e);
}
