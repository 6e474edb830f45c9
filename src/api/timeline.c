/* The timeline of a lead: its touches, its deliveries, and what was done with it. */
#include "api/mention.h"
#include "assign/assign.h"

#include <stdlib.h>
#include "base/limits.h"

/* Long notes with a long history end the list before the reply would be too long: the oldest go. */
#define REPLY_ENOUGH (LIMIT_REPLY / 2)

struct event {
	int64_t at;
	const char *type;
	const struct lead_touches_row *touch;
	const struct delivery_page_row *delivery;
	const struct timeline_of_row *entry;
};

static int newest_event(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	return (x->at < y->at) - (x->at > y->at);
}

void write_timeline_entry(struct json_out *o, const struct timeline_of_row *entry)
{
	json_put_id(o, "id", &entry->entry_id);
	json_put_z(o, "actor", entry->actor);
	if (!strcmp(entry->type, ASSIGN_ENTRY))
		write_assigned(o, "detail", entry->detail, false);
	else
		json_put_raw(o, "detail", str_of(entry->detail));
}

static void write_event(struct json_out *o, const struct event *ev)
{
	json_obj(o, NULL);
	json_put_time(o, "at", ev->at);
	json_put_z(o, "type", ev->type);
	if (ev->touch)
		json_put_id(o, "receipt", &ev->touch->receipt_id);
	if (ev->delivery) {
		json_put_id(o, "delivery", &ev->delivery->delivery_id);
		json_obj(o, "detail");
		json_put_z(o, "state", ev->delivery->state);
		json_put_z(o, "kind", ev->delivery->destination_kind);
		json_put_z(o, "name", ev->delivery->destination_name);
		json_end_obj(o);
	}
	if (ev->entry)
		write_timeline_entry(o, ev->entry);
	json_end_obj(o);
}

#define NAMED_MAX 200 /* people that a lead's notes mention */

/* Who is mentioned, as they are called now: the texts have their ids. */
static bool write_mentioned(struct http_request *rq, struct json_out *o,
			    const struct timeline_of_row *entries, size_t n, struct err *e)
{
	struct id *seen = ARENA_ARRAY(rq->arena, struct id, NAMED_MAX);
	size_t count = 0;

	json_list(o, "mentioned");
	for (size_t i = 0; i < n; i++) {
		struct str who;

		for (size_t at = 0; !strcmp(entries[i].type, "note") && count < NAMED_MAX &&
				    mention_next(str_of(entries[i].detail), &at, &who);) {
			struct account_list_row a;
			size_t k = 0;
			int found = id_parse(who, &seen[count]);

			while (found && !id_eq(seen[k], seen[count]))
				k++;
			if (!found || k < count)
				continue;
			found = account_get(db_of(rq), &(struct account_get_in){ seen[count] },
					    rq->arena, &a, e);
			if (found < 0)
				return false;
			if (found)
				write_account(o, NULL, &a);
			count += found > 0;
		}
	}
	json_end_list(o);
	return true;
}

bool write_timeline(struct http_request *rq, struct json_out *o, const struct timeline *t,
		    struct err *e)
{
	struct timeline_of_in in = { t->lead->publisher_id, t->lead->lead_id, LIMIT_PAGE };
	struct timeline_of_row *entries;
	struct event *all;
	size_t n = 0, said;

	if (!timeline_of(db_of(rq), &in, rq->arena, &entries, &said, e))
		return false;
	all = ARENA_ARRAY(rq->arena, struct event, t->touch_count + t->delivery_count + said + 1);
	for (size_t i = 0; i < t->touch_count; i++)
		all[n++] = (struct event){ .at = t->touches[i].at,
					   .type = i ? "touch" : "received",
					   .touch = &t->touches[i] };
	if (t->lead->read_at != SQL_NULL_INT)
		all[n++] = (struct event){ .at = t->lead->read_at, .type = "read" };
	for (size_t i = 0; i < t->delivery_count; i++) {
		const struct delivery_page_row *d = &t->deliveries[i];

		all[n++] = (struct event){ .at = d->done_at == SQL_NULL_INT ? d->created_at
									    : d->done_at,
					   .type = "delivery",
					   .delivery = d };
	}
	for (size_t i = 0; i < said; i++)
		all[n++] = (struct event){ .at = entries[i].at,
					   .type = entries[i].type,
					   .entry = &entries[i] };
	qsort(all, n, sizeof(*all), newest_event);
	json_list(o, "timeline");
	for (size_t i = 0; i < n && o->b->n < REPLY_ENOUGH; i++)
		write_event(o, &all[i]);
	json_end_list(o);
	return write_mentioned(rq, o, entries, said, e);
}
