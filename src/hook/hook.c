#include "hook/hook.h"

#include "model/model.h"
#include "store/store.h"

const struct hook_event_name hook_events[] = {
	{ HOOK_CREATED, "referral-created" },
	{ HOOK_UPDATED, "referral-updated" },
	{ HOOK_TEST, "test-created" },
	{ HOOK_CREATED, NULL },
};

static const char *name_of(enum hook_event event)
{
	const struct hook_event_name *n = hook_events;

	while (n->event != event)
		n++;
	return n->name;
}

/* Of one lead they are sent one after another, by their ids: that it is there, first. Work done
 * twice makes the same ones. */
static struct id delivery_of(struct arena *a, struct id destination, struct id lead,
			     enum hook_event event)
{
	char text[ID_TEXT];
	const char *what = arena_printf(a, "%s %s", id_text(destination, text), name_of(event));

	return id_derive(lead, what, 0, id_time(lead) + (event == HOOK_UPDATED));
}

static bool owe(struct sql_db *db, struct arena *a, const char *publisher,
		const struct hook_get_row *hook, struct id lead, enum hook_event event,
		int64_t now_ms, struct err *e)
{
	const struct hook_owe_in in = {
		.publisher = publisher,
		.delivery = delivery_of(a, hook->destination_id, lead, event),
		.destination = hook->destination_id,
		.lead = lead,
		.contact = { (const char *)lead.b, sizeof(lead.b) },
		.state = delivery_state_text(DELIVERY_DUE),
		.now = now_ms,
		.recipient = name_of(event),
	};

	return hook_owe(db, &in, NULL, e);
}

static bool owe_all(struct sql_db *db, struct arena *a, const char *publisher,
		    const struct id *leads, size_t n, enum hook_event event, int64_t now_ms,
		    size_t *ret, struct err *e)
{
	struct hook_get_row hook;
	int found = n ? hook_get(db, &(struct hook_get_in){ publisher }, a, &hook, e) : 0;

	*ret = 0;
	if (found < 0)
		return false;
	if (!found || !(hook.events & event))
		return true;
	for (size_t i = 0; i < n; i++)
		if (!owe(db, a, publisher, &hook, leads[i], event, now_ms, e))
			return false;
	*ret = n;
	return true;
}

bool hook_updated_all(struct sql_db *db, struct arena *a, const char *publisher,
		      const struct id *leads, size_t n, int64_t now_ms, struct err *e)
{
	struct lead_updated_in *puts = ARENA_ARRAY(a, struct lead_updated_in, n);
	size_t told;

	for (size_t i = 0; i < n; i++)
		puts[i] =
			(struct lead_updated_in){ publisher, leads[i], lead_seq(now_ms, leads[i]) };
	return (!n || lead_updated_batch(db, puts, n, e)) &&
	       owe_all(db, a, publisher, leads, n, HOOK_UPDATED, now_ms, &told, e);
}

bool hook_updated(struct sql_db *db, struct arena *a, const char *publisher, struct id lead,
		  int64_t now_ms, struct err *e)
{
	return hook_updated_all(db, a, publisher, &lead, 1, now_ms, e);
}

bool hook_created_all(struct sql_db *db, struct arena *a, const char *publisher,
		      const struct id *leads, size_t n, int64_t now_ms, size_t *ret, struct err *e)
{
	return owe_all(db, a, publisher, leads, n, HOOK_CREATED, now_ms, ret, e);
}
