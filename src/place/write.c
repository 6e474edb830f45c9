#include "place/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include "alert/alert.h"
#include "base/clock.h"
#include "base/limits.h"
#include "customer/customer.h"
#include "hook/hook.h"

#define MINUTE 60000

int64_t place_seq(int64_t received_at, struct id lead)
{
	return lead_seq(received_at, lead);
}

/* New customers; what they say is what their first lead says, until it has company. */
static bool make_customers(struct place_worker *w, struct batch *b, struct err *e)
{
	struct customer_put_in *puts = ARENA_ARRAY(b->arena, struct customer_put_in, b->item_count);
	size_t n = 0;

	for (size_t i = 0; i < b->item_count; i++) {
		const struct item *it = &b->items[i];
		const char *const *c = it->touch->contact;

		if (it->new_customer)
			puts[n++] = (struct customer_put_in){
				b->publisher,         it->customer,
				it->touch->email_key, c[CONTACT_FIRST_NAME],
				c[CONTACT_LAST_NAME], c[CONTACT_EMAIL],
				c[CONTACT_PHONE],     c[CONTACT_COUNTRY],
				c[CONTACT_COMPANY],   c[CONTACT_TITLE],
				it->new_lead,         it->receipt->received_at
			};
	}
	return !n || customer_put_batch(w->c.db, puts, n, e);
}

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct id));
}

/* Those that a lead or a touch was added to, once their leads are written. */
static bool refresh_customers(struct place_worker *w, struct batch *b, struct err *e)
{
	struct id *known = ARENA_ARRAY(b->arena, struct id, b->item_count);
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < b->item_count; i++)
		if (!b->items[i].new_customer)
			known[n++] = b->items[i].customer;
	if (n)
		qsort(known, n, sizeof(*known), by_id);
	for (size_t i = 0; i < n; i++)
		if (!kept || !id_eq(known[i], known[kept - 1]))
			known[kept++] = known[i];
	return !kept || customer_refresh(w->c.db, b->publisher, known, kept, e);
}

/* Those that one of the items showed to be one, with the leads that are written by now. */
static bool join_customers(struct place_worker *w, struct batch *b, struct err *e)
{
	return !b->item_count || match_join(w->match, w->c.db, b->arena, b->apart, b->now_ms, e);
}

/* Of what a file tells of the past nobody owes an answer: nor of what was answered elsewhere. */
static bool owes_response(const struct batch *b, const struct item *it)
{
	int64_t due = it->receipt->received_at + (int64_t)it->rule->clock_min * MINUTE;

	if (!it->rule->clock_min || it->touch->test)
		return false;
	return !it->loaded || (!it->settled && due > b->now_ms);
}

/* The past is no news. */
static bool is_unread(const struct batch *b, const struct item *it)
{
	return !it->loaded || it->touch->test || owes_response(b, it);
}

/*
 * Who asks what is new since the last time would pass over what came into the list long after it
 * was received: rows of a file, and what had to wait.
 */
#define LATE_MS MINUTE
static bool comes_late(const struct batch *b, const struct item *it)
{
	return it->loaded || b->now_ms - it->receipt->received_at > LATE_MS;
}

static struct lead_put_in lead_row(struct batch *b, const struct item *it)
{
	const struct touch *t = it->touch;
	const struct kind_rule *rule = it->rule;
	int64_t at = it->receipt->received_at;
	bool owes = owes_response(b, it);
	bool told = (it->loaded || it->made) && t->status;
	bool matched = !id_is_null(it->match->matched);

	return (struct lead_put_in){
		.publisher = b->publisher,
		.lead = it->lead,
		.seq = place_seq(at, it->lead),
		.offer = it->receipt->offer_id,
		.customer = it->customer,
		.source = t->source,
		.action = t->action,
		.kind = kind_text(t->kind),
		.received_at = at,
		.test = t->test,
		.dnc = t->dnc,
		.bought = rule->bought,
		.hot = t->hot,
		.due_at = owes ? at + (int64_t)rule->clock_min * MINUTE : SQL_NULL_INT,
		.due_sort = owes ? at + (int64_t)rule->clock_min * MINUTE : LEAD_DUE_NONE,
		.warm_until = rule->warm_min ? at + (int64_t)rule->warm_min * MINUTE : SQL_NULL_INT,
		.flags = t->flags,
		.lead_source = t->lead_source,
		.description = t->description,
		.first_name = t->contact[CONTACT_FIRST_NAME],
		.last_name = t->contact[CONTACT_LAST_NAME],
		.email = t->contact[CONTACT_EMAIL],
		.phone = t->contact[CONTACT_PHONE],
		.country = t->contact[CONTACT_COUNTRY],
		.company = t->contact[CONTACT_COMPANY],
		.title = t->contact[CONTACT_TITLE],
		.status = told ? t->status : lead_status_text(LEAD_NEW),
		.substatus = told && t->substatus ? t->substatus : "Received",
		.read_at = is_unread(b, it) ? SQL_NULL_INT : b->now_ms,
		.matched_lead = it->match->matched,
		.matched_bits = matched ? it->match->bits : SQL_NULL_INT,
		.matched_pattern = matched ? it->match->pattern : SQL_NULL_INT,
		.matched_model = matched ? it->match->model : SQL_NULL_INT,
		.owner = it->choice ? it->choice->owner : ID_NULL,
		.team = it->choice ? it->choice->team : ID_NULL,
		.updated_seq = comes_late(b, it) ? lead_seq(b->now_ms, it->lead) : SQL_NULL_INT,
	};
}

/* Leads that were there before and have another touch now. */
static bool tell_updated(struct place_worker *w, struct batch *b,
			 const struct lead_touch_in *touches, size_t n, struct err *e)
{
	struct id *leads = ARENA_ARRAY(b->arena, struct id, n);

	for (size_t i = 0; i < n; i++)
		leads[i] = touches[i].lead;
	return hook_updated_all(w->c.db, b->arena, b->publisher, leads, n, b->now_ms, e);
}

static struct lead_touch_in touch_row(const struct batch *b, const struct item *it)
{
	const char *const *c = it->touch->contact;

	return (struct lead_touch_in){
		.publisher = b->publisher,
		.lead = it->lead,
		.at = it->receipt->received_at,
		.flags = it->touch->flags,
		.description = it->touch->description,
		.first_name = c[CONTACT_FIRST_NAME],
		.last_name = c[CONTACT_LAST_NAME],
		.email = c[CONTACT_EMAIL],
		.phone = c[CONTACT_PHONE],
		.country = c[CONTACT_COUNTRY],
		.company = c[CONTACT_COMPANY],
		.title = c[CONTACT_TITLE],
	};
}

static int by_seq(const void *a, const void *b)
{
	const struct lead_put_in *x = *(const struct lead_put_in *const *)a;
	const struct lead_put_in *y = *(const struct lead_put_in *const *)b;

	return (x->seq > y->seq) - (x->seq < y->seq);
}

/* Many leads of one ms are bound to clash among themselves: a thousand of one body in every fourth
 * case. The later ones move up. */
static void part(struct lead_put_in **rising, size_t n)
{
	qsort(rising, n, sizeof(*rising), by_seq); // NOLINT(bugprone-sizeof-expression): pointers
	for (size_t i = 1; i < n; i++)
		if (rising[i]->seq <= rising[i - 1]->seq)
			rising[i]->seq = rising[i - 1]->seq + 1;
}

/* After a clash with what the store has: those that are taken move up until none is. */
static bool part_from_store(struct place_worker *w, struct batch *b, struct lead_put_in **rising,
			    size_t n, struct err *e)
{
	struct lead_seq_taken_in *ask = ARENA_ARRAY(b->arena, struct lead_seq_taken_in, n);
	struct lead_seq_taken_row *rows = ARENA_ARRAY(b->arena, struct lead_seq_taken_row, n);
	bool *taken = ARENA_ARRAY(b->arena, bool, n), any = true;

	while (any) {
		ARENA_SCOPE(b->arena);

		for (size_t i = 0; i < n; i++)
			ask[i] = (struct lead_seq_taken_in){ b->publisher, rising[i]->seq };
		if (!lead_seq_taken_batch(w->c.db, ask, n, b->arena, rows, taken, e))
			return false;
		any = false;
		for (size_t i = 0; i < n; i++) {
			rising[i]->seq += taken[i];
			any |= taken[i];
		}
		part(rising, n);
	}
	return true;
}

static bool give_seqs(struct place_worker *w, struct batch *b, struct lead_put_in *puts,
		      struct err *e)
{
	size_t n = b->new_leads;
	struct lead_put_in **rising = ARENA_ARRAY(b->arena, struct lead_put_in *, n);

	for (size_t i = 0; i < n; i++)
		rising[i] = &puts[i];
	if (!n)
		return true;
	part(rising, n);
	return !b->clashed || part_from_store(w, b, rising, n, e);
}

static void count_lead(struct batch *b, const struct item *it)
{
	if (it->touch->test) {
		count_one(b, "leads.test", "");
		return;
	}
	count_one(b, "leads", "");
	if (is_unread(b, it))
		count_one(b, "leads.unread", "");
	count_one(b, "leads.kind.", kind_text(it->touch->kind));
	count_one(b, "leads.offer.", it->receipt->offer_id);
}

static int words_by_seq(const void *a, const void *b)
{
	const struct search_put_in *x = a, *y = b;

	return (x->seq > y->seq) - (x->seq < y->seq);
}

/* The clocks of those that owe a first response. */
static bool start_clocks(struct place_worker *w, struct batch *b, const struct lead_put_in *leads,
			 struct err *e)
{
	struct watch_put_in *puts = ARENA_ARRAY(b->arena, struct watch_put_in, b->new_leads),
			    *at = puts;

	for (const struct lead_put_in *l = leads; l < leads + b->new_leads; l++)
		if (l->due_at != SQL_NULL_INT)
			*at++ = (struct watch_put_in){ b->publisher, l->lead, l->due_at,
						       alert_warm_at(l->warm_until, b->now_ms) };
	return at == puts || watch_put_batch(w->c.db, puts, (size_t)(at - puts), e);
}

static bool write_leads(struct place_worker *w, struct batch *b, struct err *e)
{
	struct lead_put_in *puts = ARENA_ARRAY(b->arena, struct lead_put_in, b->item_count);
	struct search_put_in *words = ARENA_ARRAY(b->arena, struct search_put_in, b->item_count);
	struct lead_touch_in *touches = ARENA_ARRAY(b->arena, struct lead_touch_in, b->item_count);
	size_t known = 0;

	if (!batch_give(w, b, e))
		return false;
	b->new_leads = 0;
	for (size_t i = 0; i < b->item_count; i++) {
		const struct item *it = &b->items[i];

		if (!it->new_lead) {
			touches[known++] = touch_row(b, it);
			continue;
		}
		puts[b->new_leads] = lead_row(b, it);
		words[b->new_leads] = (struct search_put_in){ b->publisher, 0, it->words };
		b->new_leads++;
		count_lead(b, it);
	}
	if (!give_seqs(w, b, puts, e) || !batch_list(w, b, puts, e))
		return false;
	for (size_t i = 0; i < b->new_leads; i++)
		words[i].seq = puts[i].seq;
	/* FTS5 gathers rising rowids in memory; at one that falls it writes all it has. */
	if (b->new_leads)
		qsort(words, b->new_leads, sizeof(*words), words_by_seq);
	if (b->new_leads &&
	    (!lead_put_batch(w->c.db, puts, b->new_leads, e) || !start_clocks(w, b, puts, e) ||
	     !search_put_batch(w->c.db, words, b->new_leads, e)))
		return false;
	if (b->assign && !assign_end(b->assign, e))
		return false;
	return !known || (lead_touch_batch(w->c.db, touches, known, e) &&
			  tell_updated(w, b, touches, known, e));
}

static bool write_touches(struct place_worker *w, struct batch *b, struct err *e)
{
	struct touch_put_in *puts = ARENA_ARRAY(b->arena, struct touch_put_in, b->item_count);

	for (size_t i = 0; i < b->item_count; i++) {
		const struct item *it = &b->items[i];

		puts[i] = (struct touch_put_in){ b->publisher,
						 it->receipt->receipt_id,
						 it->ordinal,
						 it->lead,
						 it->receipt->received_at,
						 it->touch->flags,
						 it->texts,
						 it->notes };
	}
	return !b->item_count || touch_put_batch(w->c.db, puts, b->item_count, e);
}

/* Ids are made from what a delivery is, so that work done twice makes the same ones. */
static struct id delivery_id(struct batch *b, const struct item *it,
			     const struct routing_destination *d, const char *recipient)
{
	char text[ID_TEXT];
	const char *what = id_text(d->id, text);

	if (*recipient)
		what = arena_printf(b->arena, "%s %s", what, recipient);
	return id_derive(it->lead, what, 0, it->receipt->received_at);
}

static void owe(struct batch *b, const struct item *it, const struct routing_destination *d,
		const char *recipient, struct delivery_put_in *put)
{
	struct dest_lead lead = { .test = it->touch->test,
				  .dnc = it->touch->dnc,
				  .kind = it->touch->kind };
	const char *dropped = dest_dropped(d->common, &lead);
	/* Due also where the destination is parked, of which nothing is claimed: what this snapshot
	 * says of it may have ended, and nobody would wake what came parked after that. */
	enum delivery_state state = dropped ? DELIVERY_CANCELLED : DELIVERY_DUE;

	*put = (struct delivery_put_in){
		.publisher = b->publisher,
		.delivery = delivery_id(b, it, d, recipient),
		.destination = d->id,
		.lead = it->lead,
		.contact = { (const char *)it->customer.b, sizeof(it->customer.b) },
		.state = delivery_state_text(state),
		.created_at = b->now_ms, /* owed from now on, however long the receipt has waited */
		.next_at = b->now_ms,
		.code = dropped,
		.recipient = recipient,
	};
	if (state == DELIVERY_DUE)
		b->deliveries++;
}

/* One, or one for each recipient. */
static size_t owe_all(struct batch *b, const struct item *it, const struct routing_destination *d,
		      struct delivery_put_in *puts)
{
	const char *const *to = dest_recipients(d->driver, d->settings);
	size_t n = 0;

	for (; to[n]; n++)
		owe(b, it, d, to[n], &puts[n]);
	return n;
}

/* How many deliveries a lead could be owed at most. */
static size_t most_owed(const struct routing_destination *all, size_t n)
{
	size_t most = 0;

	for (size_t i = 0; i < n; i++)
		for (const char *const *to = dest_recipients(all[i].driver, all[i].settings); *to;
		     to++)
			most++;
	return most;
}

static bool write_deliveries(struct place_worker *w, struct batch *b, struct err *e)
{
	AUTO_ROUTING s = routing_hold(w->c.routing);
	struct delivery_put_in *puts;
	size_t n = 0, all;
	const struct routing_destination *every;

	all = routing_all(s, &every);
	puts = ARENA_ARRAY(b->arena, struct delivery_put_in, most_owed(every, all) * b->new_leads);
	b->deliveries = 0;
	for (size_t i = 0; i < b->item_count && all; i++) {
		const struct routing_destination *const *list;
		size_t owed;

		if (!b->items[i].new_lead || !b->items[i].deliver)
			continue;
		owed = routing_for(s, b->arena, b->publisher, b->items[i].receipt->offer_id, &list);
		for (size_t k = 0; k < owed; k++)
			n += owe_all(b, &b->items[i], list[k], &puts[n]);
	}
	return !n || delivery_put_batch(w->c.db, puts, n, e);
}

/* What a file tells of the past goes to nobody unless it was asked to. */
static bool write_hooks(struct place_worker *w, struct batch *b, struct err *e)
{
	struct id *leads = ARENA_ARRAY(b->arena, struct id, b->item_count);
	size_t n = 0, told;

	for (size_t i = 0; i < b->item_count; i++) {
		const struct item *it = &b->items[i];

		if (it->new_lead && it->deliver && !it->touch->test)
			leads[n++] = it->lead;
	}
	if (!hook_created_all(w->c.db, b->arena, b->publisher, leads, n, b->now_ms, &told, e))
		return false;
	b->deliveries += told;
	return true;
}

/*
 * Last before the commit, and with ids of that moment: streams look back a little for changes whose
 * commit came late, not as long as a large batch may take.
 */
static bool write_changes(struct place_worker *w, struct batch *b, struct err *e)
{
	size_t max = b->item_count + b->trouble_count, n = 0;
	struct change_put_in *puts = ARENA_ARRAY(b->arena, struct change_put_in, max);
	int64_t now = clock_now();
	struct id load = ID_NULL;

	/* A file is one change, not one for each of its rows. */
	for (size_t i = 0; i < b->item_count; i++) {
		const struct item *it = &b->items[i];

		if (!it->loaded)
			puts[n++] =
				(struct change_put_in){ b->publisher, id_new(now), "lead", it->lead,
							it->new_lead ? "new" : "touch" };
		else if (!id_eq(load, it->receipt->load_id))
			puts[n++] = (struct change_put_in){ b->publisher, id_new(now), "import",
							    it->receipt->load_id, "placed" };
		load = it->receipt->load_id;
	}
	for (size_t i = 0; i < b->trouble_count; i++)
		puts[n++] = (struct change_put_in){ b->publisher, id_new(now), "receipt",
						    b->troubles[i].receipt, b->troubles[i].state };
	return !n || change_put_batch(w->c.db, puts, n, e);
}

static bool write_receipts(struct place_worker *w, struct batch *b, struct err *e)
{
	struct receipt_placed_in *placed =
		ARENA_ARRAY(b->arena, struct receipt_placed_in, b->receipt_count);
	size_t n = 0, t = 0;

	/* Troubles are in the order of the receipts. */
	for (size_t i = 0; i < b->receipt_count; i++) {
		if (t < b->trouble_count &&
		    id_eq(b->troubles[t].receipt, b->receipts[i].receipt_id)) {
			count_one(b, "receipts.", b->troubles[t].state);
			t++;
			continue;
		}
		placed[n++] = (struct receipt_placed_in){ b->publisher, b->receipts[i].receipt_id };
	}
	return (!n || receipt_placed_batch(w->c.db, placed, n, e)) &&
	       (!t || receipt_trouble_batch(w->c.db, b->troubles, t, e));
}

bool batch_write(struct place_worker *w, struct batch *b, struct err *e)
{
	return make_customers(w, b, e) && write_leads(w, b, e) && write_touches(w, b, e) &&
	       refresh_customers(w, b, e) && join_customers(w, b, e) && write_deliveries(w, b, e) &&
	       write_hooks(w, b, e) && write_receipts(w, b, e) && counts_write(w, b, e) &&
	       write_changes(w, b, e);
}
