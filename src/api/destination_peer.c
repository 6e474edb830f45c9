/* The far side of a destination: whether it answers, what fields it has, what it would be sent. */
#include "api/destination.h"

#include "base/clock.h"
#include "outbox/outbox.h"

struct destination_test {
	bool deliver;
};
FITS(struct destination_test);
const struct field destination_test_body[] = {
	F_BOOL(struct destination_test, deliver, "deliver", .def = "true",
	       .help = "Send one marked test lead to each recipient; false: only ask the far side "
		       "for its fields, "
		       "which proves the credentials and leaves no trace."),
	F_END,
};

struct destination_preview {
	struct id lead;
	const struct json *settings;
};
FITS(struct destination_preview);
const struct field destination_preview_body[] = {
	F_ID(struct destination_preview, lead, "lead",
	     .help = "The lead to show it with; absent: a test lead."),
	F_OBJ(struct destination_preview, settings, "settings",
	      .help = "Settings that are tried, and not kept: only what is to change."),
	F_END,
};

static void write_outcome_as(struct json_out *o, const struct dest_outcome *outcome,
			     const char *detail)
{
	json_put_z(o, "outcome", outcome_text(outcome->outcome));
	json_put_int_but(o, "status", outcome->status, 0);
	json_put_z(o, "code", outcome->code);
	json_put_z(o, "detail", detail);
}

static void write_outcome(struct json_out *o, const struct dest_outcome *outcome)
{
	write_outcome_as(o, outcome, outcome->detail);
}

static bool ask(struct http_request *rq, const struct dest_driver *driver, const void *settings,
		struct dest_outcome *ret, const struct dest_peer_field **ret_f, size_t *ret_n,
		struct err *e)
{
	return driver->describe
		       ? routing_fields(rq->arena, driver, settings, rq->now_ms, ret, ret_f, ret_n,
					e)
		       : ERR(e, ERR_CONFLICT, "destination.no-fields",
			     "A destination of the kind %s cannot be asked without sending a lead.",
			     driver->kind);
}

/* ---- its fields ---- */

static void write_field(struct json_out *o, const struct dest_peer_field *f)
{
	json_obj(o, NULL);
	json_put_z(o, "name", f->name);
	json_put_z(o, "label", f->label && *f->label ? f->label : f->name);
	json_put_z(o, "type", f->type);
	json_put_int_but(o, "max", f->max > 0 ? f->max : 0, 0);
	json_put_bool(o, "required", f->required);
	json_end_obj(o);
}

bool h_destination_fields(struct http_request *rq, const void *in, struct http_reply *reply,
			  struct err *e)
{
	const struct dest_peer_field *f = NULL;
	const struct dest_driver *driver;
	struct dest_outcome outcome;
	struct destination_get_row d;
	struct json_out o;
	void *settings;
	size_t n;

	(void)in;
	if (!destination_find(rq, &d, e) || !destination_open(rq, &d, &driver, &settings, e) ||
	    !ask(rq, driver, settings, &outcome, &f, &n, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	write_outcome(&o, &outcome);
	json_list(&o, "items");
	for (size_t i = 0; i < n; i++)
		write_field(&o, &f[i]);
	json_end_list(&o);
	json_end_obj(&o);
	return true;
}

/* ---- whether it answers ---- */

/* Test leads, or only a question, which is asked of nobody in particular. */
static bool probe(struct http_request *rq, const struct destination_get_row *d, bool deliver,
		  const struct routing_probed **ret, size_t *ret_n, struct err *e)
{
	struct routing_probed *asked = ARENA_NEW(rq->arena, struct routing_probed);
	const struct dest_peer_field *f;
	const struct dest_driver *driver;
	void *settings;
	size_t n;

	if (!destination_open(rq, d, &driver, &settings, e))
		return false;
	if (deliver)
		return routing_probe(rq->arena, driver, settings, d->publisher_id, d->offer_id,
				     rq->now_ms, ret, ret_n, e);
	asked->recipient = "";
	*ret = asked;
	*ret_n = 1;
	return ask(rq, driver, settings, &asked->outcome, &f, &n, e);
}

static void write_recipients(struct json_out *o, const struct routing_probed *p, size_t n)
{
	json_list(o, "recipients");
	for (size_t i = 0; i < n; i++) {
		if (!*p[i].recipient)
			continue;
		json_obj(o, NULL);
		json_put_z(o, "recipient", p[i].recipient);
		write_outcome(o, &p[i].outcome);
		json_end_obj(o);
	}
	json_end_list(o);
}

/* The worst of all, which of several is named. */
static void write_worst(struct http_request *rq, struct json_out *o, const struct routing_probed *p,
			size_t n)
{
	const struct routing_probed *worst = routing_worst(p, n);
	const char *detail = worst->outcome.detail;

	if (n > 1)
		detail = arena_printf(rq->arena, "%s: %s", worst->recipient, detail);
	write_outcome_as(o, &worst->outcome, detail);
}

bool h_destination_test(struct http_request *rq, const void *input, struct http_reply *reply,
			struct err *e)
{
	const struct destination_test *in = input;
	const struct routing_probed *p;
	int64_t start = clock_mono();
	struct destination_get_row d;
	struct json_out o;
	size_t n;

	if (!destination_find(rq, &d, e) || !probe(rq, &d, in->deliver, &p, &n, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	write_worst(rq, &o, p, n);
	json_put_int(&o, "durationMs", clock_mono() - start);
	json_put_bool(&o, "delivered", in->deliver);
	write_recipients(&o, p, n);
	json_end_obj(&o);
	return true;
}

/* ---- what it would be sent ---- */

static bool lead_of(struct http_request *rq, const struct destination_get_row *d, struct id lead,
		    struct dest_lead *ret, struct err *e)
{
	int found;

	if (id_is_null(lead)) {
		routing_test_lead(rq->arena, d->publisher_id, d->offer_id, rq->now_ms, ret);
		return true;
	}
	found = outbox_lead_read(db_of(rq), rq->arena, d->publisher_id, lead, ret, e);
	return found != 0 ? found > 0 : not_found("lead", e);
}

/* Without secrets: of the address only the scheme and the host when it is one itself. */
static void write_request(struct http_request *rq, struct json_out *o,
			  const struct dest_exchange *x)
{
	char *url = arena_strdup(rq->arena, x->request.url);
	char *body = str_dup(rq->arena, x->request.body);

	dest_scrub(rq->arena, x->driver, x->call.settings, url);
	dest_scrub(rq->arena, x->driver, x->call.settings, body);
	json_put_z(o, "method", x->request.method);
	json_put_z(o, "url", url);
	json_put_z(o, "body", body);
	json_put_z(o, "truncated", x->cuts.names[0] ? x->cuts.names : NULL);
}

static bool write_values(struct json_out *o, const struct dest_exchange *x, struct err *e)
{
	const struct dest_value *v = NULL;
	size_t n = 0;

	if (x->driver->map && !dest_map(&x->call, x->driver->map, &v, &n, e))
		return false;
	json_list(o, "values");
	for (size_t i = 0; i < n; i++) {
		json_obj(o, NULL);
		json_put_z(o, "field", v[i].to);
		json_put_str(o, "value", v[i].text);
		json_end_obj(o);
	}
	json_end_list(o);
	return true;
}

static bool reply_preview(struct http_request *rq, struct dest_exchange *x,
			  struct http_reply *reply, struct err *e)
{
	static const struct dest_token token = { "-", NULL, INT64_MAX };
	struct json_out o = json_reply(reply);
	const char *dropped = dest_dropped(dest_settings_common(x->call.settings), x->call.lead);
	enum dest_next next = dest_exchange_begin(x);

	if (next == DEST_NEXT_TOKEN)
		next = dest_exchange_token(x, &token);
	json_obj(&o, NULL);
	json_put_z(&o, "dropped", dropped);
	json_put_z(&o, "refused", next == DEST_NEXT_OVER ? x->outcome.detail : NULL);
	if (next == DEST_NEXT_SEND) {
		write_request(rq, &o, x);
		if (!write_values(&o, x, e))
			return false;
	}
	json_end_obj(&o);
	return true;
}

bool h_destination_preview(struct http_request *rq, const void *input, struct http_reply *reply,
			   struct err *e)
{
	const struct destination_preview *in = input;
	struct dest_exchange x = { .renewed = true };
	struct field_problems p = { 0 };
	struct destination_get_row d;
	struct dest_lead lead;
	void *settings;

	if (!destination_find(rq, &d, e) || !destination_open(rq, &d, &x.driver, &settings, e))
		return false;
	if (in->settings &&
	    !dest_settings_decode(rq->arena, x.driver, in->settings, true, settings, &p)) {
		http_reply_problem(reply, &p.e[0], &p);
		return true;
	}
	if (!lead_of(rq, &d, in->lead, &lead, e))
		return false;
	x.call = (struct dest_call){
		.arena = rq->arena,
		.settings = settings,
		.lead = &lead,
		.delivery_id = id_new(rq->now_ms),
		.attempt = 1,
		.now_ms = rq->now_ms,
	};
	return reply_preview(rq, &x, reply, e);
}
