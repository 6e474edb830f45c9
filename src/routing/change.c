#include "routing/routing.h"

#include <stdio.h>
#include "base/clock.h"
#include "store/store.h"

#define PATIENCE_MS 30000 /* a person waits, and so does a thread that answers others */

static bool bump(struct sql_db *db, struct err *e)
{
	return version_bump(db, &(struct version_bump_in){ "destinations" }, NULL, e);
}

static struct str sealed(struct arena *a, const struct seal *seal, struct id id,
			 const struct dest_driver *d, const void *settings)
{
	return seal_text(seal, a, routing_seal_place(a, id),
			 str_of(dest_settings_json(a, d, settings, true)));
}

bool routing_add(struct sql_db *db, struct arena *a, const struct seal *seal, const char *publisher,
		 const char *offer, struct id id, const struct dest_driver *driver,
		 const char *name, const void *settings, int64_t now_ms, struct err *e)
{
	return destination_add(db,
			       &(struct destination_add_in){
				       publisher, id, offer, driver->kind, name,
				       sealed(a, seal, id, driver, settings), now_ms },
			       NULL, e) &&
	       bump(db, e);
}

static bool unpark(struct sql_db *db, const char *publisher, struct id id, int64_t now_ms,
		   struct err *e)
{
	return delivery_unpark(db, &(struct delivery_unpark_in){ publisher, id, now_ms }, NULL, e);
}

bool routing_set(struct sql_db *db, struct arena *a, const struct seal *seal,
		 const struct destination_get_row *d, const struct dest_driver *driver,
		 const char *name, const void *settings, int64_t now_ms, struct err *e)
{
	return destination_set(db,
			       &(struct destination_set_in){
				       d->publisher_id, d->destination_id, d->offer_id, name,
				       sealed(a, seal, d->destination_id, driver, settings) },
			       NULL, e) &&
	       unpark(db, d->publisher_id, d->destination_id, now_ms, e) && bump(db, e);
}

bool routing_state(struct sql_db *db, const char *publisher, struct id id, const char *state,
		   const char *reason, int64_t now_ms, struct err *e)
{
	bool active = !strcmp(state, "active");
	int64_t changed;

	if (!destination_state(
		    db,
		    &(struct destination_state_in){ publisher, id, state, active ? NULL : reason },
		    &changed, e))
		return false;
	if (!changed)
		return ERR(e, ERR_NOT_FOUND, "destination.unknown",
			   "There is no such destination.");
	return (!active || unpark(db, publisher, id, now_ms, e)) && bump(db, e);
}

void routing_test_lead(struct arena *a, const char *publisher, const char *offer, int64_t now_ms,
		       struct dest_lead *l)
{
	const char *token = arena_printf(a, "MSFT_TEST_%018lld", (long long)now_ms);

	*l = (struct dest_lead){
		.lead_id = id_new(now_ms),
		.publisher = publisher,
		.offer = offer,
		.offer_title = "Leadline test",
		.received_offer_title = "Leadline test",
		.lead_source = "AzureMarketplace",
		.action_code = "INS",
		.description = token,
		.source = "AzureMarketplace",
		.action = "INS",
		.kind = KIND_ACTIVE,
		.test = true,
		.received_at = now_ms,
	};
	for (int f = 0; f < CONTACT_FIELDS; f++)
		l->raw[f] = l->contact[f] = token;
	l->raw[CONTACT_EMAIL] = l->contact[CONTACT_EMAIL] = arena_printf(a, "%s@test.com", token);
	l->raw[CONTACT_PHONE] = l->contact[CONTACT_PHONE] = "1234567890";
	l->raw[CONTACT_COUNTRY] = l->contact[CONTACT_COUNTRY] = "US";
}

static void begin(struct arena *a, const struct dest_driver *driver, const void *settings,
		  const struct dest_lead *lead, int64_t now_ms, struct dest_exchange *x)
{
	*x = (struct dest_exchange){
		.driver = driver,
		.patience_ms = PATIENCE_MS,
		.call = { .arena = a,
			  .settings = settings,
			  .lead = lead,
			  .delivery_id = id_new(now_ms),
			  .attempt = 1,
			  .now_ms = now_ms },
	};
}

static void not_tried(const struct routing_probed *after, struct dest_outcome *ret)
{
	*ret = (struct dest_outcome){ .outcome = after->outcome.outcome, .retry_after_ms = -1 };
	snprintf(ret->code, sizeof(ret->code), "not-tried");
	snprintf(ret->detail, sizeof(ret->detail),
		 "Not tried, because the far side failed for %.100s.", after->recipient);
}

bool routing_probe(struct arena *a, const struct dest_driver *driver, const void *settings,
		   const char *publisher, const char *offer, int64_t now_ms,
		   const struct routing_probed **ret, size_t *ret_n, struct err *e)
{
	static const char *const anyone[] = { "", NULL };
	const char *const *to = dest_recipients(driver, settings);
	const struct routing_probed *failed = NULL;
	struct routing_probed *p;
	struct dest_lead lead;
	size_t n = 0;

	if (!to[0]) /* the driver says what is missing */
		to = anyone;
	while (to[n])
		n++;
	p = ARENA_ARRAY(a, struct routing_probed, n);
	routing_test_lead(a, publisher, offer, now_ms, &lead);
	for (size_t i = 0; i < n; i++) {
		struct dest_exchange x;

		p[i].recipient = to[i];
		if (failed) {
			not_tried(failed, &p[i].outcome);
			continue;
		}
		begin(a, driver, settings, &lead, now_ms, &x);
		x.call.recipient = to[i];
		if (!dest_exchange_run(&x, e))
			return false;
		p[i].outcome = x.outcome;
		if (x.outcome.site)
			failed = &p[i];
	}
	*ret = p;
	*ret_n = n;
	return true;
}

/* From the best to the worst: what an administrator has to do about it. */
static const enum outcome ranks[] = {
	OUTCOME_DELIVERED, OUTCOME_ALREADY, OUTCOME_UNKNOWN, OUTCOME_RETRY,
	OUTCOME_REJECTED,  OUTCOME_CONFIG,  OUTCOME_GONE,
};

static size_t rank_of(enum outcome o)
{
	size_t i = 0;

	while (i < LL_COUNT(ranks) && ranks[i] != o)
		i++;
	return i;
}

const struct routing_probed *routing_worst(const struct routing_probed *p, size_t n)
{
	const struct routing_probed *worst = p;

	MUST(n > 0);
	for (size_t i = 1; i < n; i++)
		if (rank_of(p[i].outcome.outcome) > rank_of(worst->outcome.outcome))
			worst = &p[i];
	return worst;
}

bool routing_fields(struct arena *a, const struct dest_driver *driver, const void *settings,
		    int64_t now_ms, struct dest_outcome *ret, const struct dest_peer_field **ret_f,
		    size_t *ret_n, struct err *e)
{
	struct dest_exchange x;
	struct dest_lead lead;

	routing_test_lead(a, "", "", now_ms, &lead);
	begin(a, driver, settings, &lead, now_ms, &x);
	x.call.purpose = DEST_DESCRIBE;
	*ret_n = 0;
	if (!dest_exchange_run(&x, e))
		return false;
	*ret = x.outcome;
	if (ret->outcome != OUTCOME_DELIVERED ||
	    driver->read_fields(&x.call, x.reply, ret_f, ret_n))
		return true;
	return ERR(e, ERR_INPUT, "destination.fields",
		   "What the far side tells of its fields cannot be read: is the address right?");
}
