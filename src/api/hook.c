/*
 * The registration of a webhook, as Partner Center has it: one a publisher, a destination of a kind
 * of its own beneath (docs/referrals.md). The names of members are the original's; those behind
 * SignatureTokenToMsSignatureHeader are ours.
 */
#include "api/hook.h"

#include "base/limits.h"

struct webhook_in {
	const char *publisher, *url, *ca_file;
	const char *const *events;
	struct id subscriber;
	bool signature, allow_http, allow_private, rotate;
};
FITS(struct webhook_in);
/* clang-format off */
#define REGISTRATION_ROWS                                                                          \
	F_URL(struct webhook_in, url, "WebhookUrl", .flags = FIELD_REQUIRED | FIELD_SECRET, .max = 4096, \
	      .help = "Where events are posted to."),                                              \
	F_STRS(struct webhook_in, events, "WebhookEvents", .flags = FIELD_REQUIRED, .min = 1, .max = 10, \
	       .help = "Of GET /webhooks/v1/registration/events."),                                \
	F_BOOL(struct webhook_in, signature, "SignatureTokenToMsSignatureHeader", .def = "false",  \
	       .help = "Of the original, and without effect: signatures are those of Standard Webhooks."), \
	F_BOOL(struct webhook_in, allow_http, "AllowHttp", .def = "false",                         \
	       .help = "Accept an address that begins with http://."),                             \
	F_BOOL(struct webhook_in, allow_private, "AllowPrivate", .def = "false",                   \
	       .help = "Also connect to loopback, private and link-local addresses."),             \
	F_STR(struct webhook_in, ca_file, "CaFile", .max = 1024,                                   \
	      .help = "A PEM file on the server with the authorities to trust.")
/* clang-format on */
const struct field webhook_query[] = { F_PUBLISHER(struct webhook_in), F_END };
const struct field webhook_body[] = { REGISTRATION_ROWS, F_END };
const struct field webhook_set_body[] = {
	REGISTRATION_ROWS,
	F_ID(struct webhook_in, subscriber, "SubscriberId",
	     .help = "As it was answered; may be left out."),
	F_BOOL(struct webhook_in, rotate, "RotateSecret", .def = "false",
	       .help = "Another secret is made, and shown in this answer."),
	F_END,
};

/* ---- the answers ---- */

static const char *correlation(const struct http_reply *r)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (!strcmp(r->headers[i].name, "client-request-id"))
			return r->headers[i].value;
	return "";
}

void hook_dress(const struct http_request *rq, struct http_reply *r, const struct err *e)
{
	char id[ID_TEXT];

	referral_dress(rq, r, e);
	http_reply_header(r, "ms-correlationid", correlation(r));
	http_reply_header(r, "ms-requestid",
			  arena_strdup(rq->arena, id_text(id_new(rq->now_ms), id)));
}

static const char *setting(const struct dest_driver *driver, const void *settings, const char *name)
{
	const struct field *f = field_find(driver->settings, str_of(name));

	MUST(f != NULL);
	return *(const char *const *)(const void *)((const char *)settings + f->off);
}

static bool flag(const struct dest_driver *driver, const void *settings, const char *name)
{
	const struct field *f = field_find(driver->settings, str_of(name));

	MUST(f != NULL);
	return *(const bool *)(const void *)((const char *)settings + f->off);
}

const char *hook_url(const struct dest_driver *driver, const void *settings)
{
	return setting(driver, settings, "url");
}

static void write_events(struct json_out *o, const char *key, int64_t events)
{
	json_list(o, key);
	for (const struct hook_event_name *n = hook_events; n->name; n++)
		if (events & n->event)
			json_put_z(o, NULL, n->name);
	json_end_list(o);
}

static bool reply_registration(struct http_request *rq, const struct destination_get_row *d,
			       int64_t events, bool reveal, struct http_reply *reply, struct err *e)
{
	const struct dest_driver *driver;
	struct json_out o;
	void *settings;

	if (!destination_open(rq, d, &driver, &settings, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_put_id(&o, "SubscriberId", &d->destination_id);
	json_put_z(&o, "WebhookUrl", hook_url(driver, settings));
	write_events(&o, "WebhookEvents", events);
	json_put_bool(&o, "AllowHttp", flag(driver, settings, "allowHttp"));
	json_put_bool(&o, "AllowPrivate", flag(driver, settings, "allowPrivate"));
	json_put_z(&o, "CaFile", setting(driver, settings, "caFile"));
	if (reveal)
		json_put_z(&o, "Secret", setting(driver, settings, "secret"));
	json_end_obj(&o);
	return true;
}

bool h_webhook_events(struct http_request *rq, const void *in, struct http_reply *reply,
		      struct err *e)
{
	struct json_out o = json_reply(reply);

	(void)rq;
	(void)in;
	(void)e;
	write_events(&o, NULL, HOOK_ALL);
	return true;
}

/* ---- the request ---- */

static bool read_events(const char *const *names, int64_t *ret, struct err *e)
{
	*ret = 0;
	for (; *names; names++) {
		const struct hook_event_name *n = hook_events;

		while (n->name && strcmp(n->name, *names) != 0)
			n++;
		if (!n->name)
			return ERR_FIELD(e, ERR_INPUT, "webhook.event", "WebhookEvents",
					 "There is no event %.40s: see GET " WEBHOOKS "/events.",
					 *names);
		*ret |= n->event;
	}
	if (!*ret)
		return ERR_FIELD(e, ERR_INPUT, "webhook.event", "WebhookEvents",
				 "Name one event at least: see GET " WEBHOOKS "/events.");
	return true;
}

/* The settings' own names; who registers knows the original's. */
static bool in_words(bool ok, const struct field_problems *p, struct err *e)
{
	static const struct {
		const char *setting, *member;
	} names[] = { { "allowHttp", "AllowHttp" },
		      { "allowPrivate", "AllowPrivate" },
		      { "caFile", "CaFile" },
		      { "url", "WebhookUrl" } };

	if (ok)
		return true;
	*e = p->e[0];
	for (size_t i = 0; i < LL_COUNT(names); i++)
		if (!strcmp(e->field, names[i].setting))
			memcpy(e->field, names[i].member, strlen(names[i].member) + 1);
	return false;
}

/* Into settings, which hold what is to stay. */
static bool take(struct http_request *rq, const struct webhook_in *in,
		 const struct dest_driver *driver, void *settings, struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_API_BODY);
	struct json_out o = json_out(&b);
	struct field_problems p = { 0 };
	AUTO_JSON j = NULL;

	json_obj(&o, NULL);
	json_put_z(&o, "url", in->url);
	json_put_bool(&o, "allowHttp", in->allow_http);
	json_put_bool(&o, "allowPrivate", in->allow_private);
	json_put_z(&o, "caFile", in->ca_file);
	if (in->rotate)
		json_put_z(&o, "secret", NULL);
	json_end_obj(&o);
	if (!json_parse(buf_view(&b), &j, e))
		return false;
	return in_words(dest_settings_decode(rq->arena, driver, j, true, settings, &p), &p, e);
}

bool hook_claim(struct http_request *rq, const struct dest_driver *driver, const char *publisher,
		const char *offer, struct id id, int64_t events, struct err *e)
{
	struct hook_put_in in = { publisher, id, events };
	struct hook_put_row row;
	int made;

	if (strcmp(driver->kind, HOOK_KIND) != 0)
		return true;
	if (*offer)
		return ERR_FIELD(e, ERR_INPUT, "webhook.offer", "offer",
				 "It is told of all of a publisher's leads: leave offer out.");
	made = hook_put(db_of(rq), &in, rq->arena, &row, e);
	if (made == 0)
		return ERR(e, ERR_CONFLICT, "webhook.exists",
			   "This publisher has a webhook: change it by PUT " WEBHOOKS ".");
	return made > 0;
}

bool hook_find(struct http_request *rq, const char *asked, struct hook_get_row *ret,
	       struct destination_get_row *ret_d, struct err *e)
{
	const char *publisher;
	int found;

	if (!scope_one(rq, asked, &publisher, e))
		return false;
	found = hook_get(db_of(rq), &(struct hook_get_in){ publisher }, rq->arena, ret, e);
	if (found > 0)
		found = destination_get(
			db_of(rq), &(struct destination_get_in){ publisher, ret->destination_id },
			rq->arena, ret_d, e);
	return found == 0 ? not_found("webhook", e) : found > 0;
}

/* ---- the handlers ---- */

bool h_webhook(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct webhook_in *in = input;
	struct destination_get_row d;
	struct hook_get_row hook;

	return hook_find(rq, in->publisher, &hook, &d, e) &&
	       reply_registration(rq, &d, hook.events, false, reply, e);
}

bool h_webhook_add(struct http_request *rq, const void *input, struct http_reply *reply,
		   struct err *e)
{
	const struct webhook_in *in = input;
	const struct dest_driver *driver = dest_driver_by_kind(STR(HOOK_KIND));
	void *settings = dest_settings_new(rq->arena, driver);
	struct id id = id_new(rq->now_ms);
	struct destination_get_row d;
	const char *publisher;
	int64_t events;
	AUTO_TX tx = { 0 };

	if (!scope_one(rq, in->publisher, &publisher, e) || !read_events(in->events, &events, e) ||
	    !take(rq, in, driver, settings, e) || !sql_begin(db_of(rq), &tx, e) ||
	    !hook_claim(rq, driver, publisher, "", id, events, e) ||
	    !routing_add(db_of(rq), rq->arena, worker_of(rq)->api->seal, publisher, "", id, driver,
			 driver->kind, settings, rq->now_ms, e) ||
	    destination_get(db_of(rq), &(struct destination_get_in){ publisher, id }, rq->arena, &d,
			    e) <= 0 ||
	    !sql_commit(&tx, e) || !destination_told(rq, e))
		return false;
	return reply_registration(rq, &d, events, true, reply, e);
}

/* Who asked us to stop, and registers again, wants to be told again. What a person paused stays so.
 */
static bool go_on(struct http_request *rq, const struct destination_get_row *d, struct err *e)
{
	if (strcmp(d->state, "paused") != 0 ||
	    (d->state_reason && !strcmp(d->state_reason, "by-hand")))
		return true;
	return routing_state(db_of(rq), d->publisher_id, d->destination_id, "active", NULL,
			     rq->now_ms, e);
}

/* What it is not told of any more is not sent either. */
static bool take_back(struct http_request *rq, const struct destination_get_row *d, int64_t events,
		      struct err *e)
{
	for (const struct hook_event_name *n = hook_events; n->name; n++) {
		struct hook_unowe_in in = { d->publisher_id, d->destination_id, n->name,
					    "event-removed" };

		if (!(events & n->event) && !hook_unowe(db_of(rq), &in, NULL, e))
			return false;
	}
	return true;
}

bool h_webhook_set(struct http_request *rq, const void *input, struct http_reply *reply,
		   struct err *e)
{
	const struct webhook_in *in = input;
	const struct dest_driver *driver;
	struct destination_get_row d;
	struct hook_get_row hook;
	int64_t events;
	void *settings;
	AUTO_TX tx = { 0 };

	if (!read_events(in->events, &events, e) || !sql_begin(db_of(rq), &tx, e) ||
	    !hook_find(rq, in->publisher, &hook, &d, e))
		return false;
	if (!id_is_null(in->subscriber) && !id_eq(in->subscriber, d.destination_id))
		return ERR_FIELD(e, ERR_INPUT, "webhook.subscriber", "SubscriberId",
				 "That is not the registration's: leave it out.");
	if (!destination_open(rq, &d, &driver, &settings, e) ||
	    !take(rq, in, driver, settings, e) ||
	    !hook_set(db_of(rq), &(struct hook_set_in){ d.publisher_id, events }, NULL, e) ||
	    !take_back(rq, &d, events, e) ||
	    !routing_set(db_of(rq), rq->arena, worker_of(rq)->api->seal, &d, driver, d.name,
			 settings, rq->now_ms, e) ||
	    !go_on(rq, &d, e) ||
	    destination_get(db_of(rq),
			    &(struct destination_get_in){ d.publisher_id, d.destination_id },
			    rq->arena, &d, e) <= 0 ||
	    !sql_commit(&tx, e) || !destination_told(rq, e))
		return false;
	return reply_registration(rq, &d, events, in->rotate, reply, e);
}

bool h_webhook_remove(struct http_request *rq, const void *input, struct http_reply *reply,
		      struct err *e)
{
	const struct webhook_in *in = input;
	struct destination_get_row d;
	struct hook_get_row hook;

	if (!hook_find(rq, in->publisher, &hook, &d, e) || !destination_drop(rq, &d, e))
		return false;
	reply->status = 204;
	return true;
}
