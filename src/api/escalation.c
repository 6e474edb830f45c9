/* The chain of a publisher: how soon and how late people are told of a response that is owed. */
#include "api/desk.h"

#include "alert/alert.h"
#include "base/limits.h"

struct chain_in {
	const char *publisher;
	int64_t version;
	bool shipped;
	const char *const *steps;
	const struct json *moments;
};
FITS(struct chain_in);
const struct field escalation_query[] = { F_PUBLISHER(struct chain_in), F_END };
#define F_SHOWN .help = "As it is shown: not looked at, so that what was read can be sent back."
const struct field escalation_body[] = {
	F_PUBLISHER(struct chain_in),
	F_INT(struct chain_in, version, "version", .min = 0, .max = INT64_MAX, F_SHOWN),
	F_BOOL(struct chain_in, shipped, "shipped", F_SHOWN),
	F_STRS(struct chain_in, steps, "steps", .max = 50, .flags = FIELD_REQUIRED,
	       .help = "Each a time and whom it is told to: \"4h before: owner\", \"due: owner "
		       "managers\", \"90m after: admins\". None: nobody is told."),
	F_OBJ(struct chain_in, moments, "moments", .flags = FIELD_LISTED, F_SHOWN),
	F_END,
};

static void write_whom(struct json_out *o, unsigned to)
{
	json_list(o, "to");
	if (to & ALERT_OWNER)
		json_put_z(o, NULL, "owner");
	if (to & ALERT_MANAGERS)
		json_put_z(o, NULL, "managers");
	if (to & ALERT_ADMINS)
		json_put_z(o, NULL, "admins");
	json_end_list(o);
}

static bool reply_chain(struct http_request *rq, const char *publisher, struct http_reply *reply,
			struct err *e)
{
	struct alert_chain c;
	struct json_out o;

	if (!alert_chain_get(db_of(rq), rq->arena, publisher, &c, e))
		return false;
	http_reply_header(reply, "etag", arena_printf(rq->arena, "\"%lld\"", (long long)c.version));
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_put_z(&o, "publisher", publisher);
	json_put_bool(&o, "shipped", !c.version);
	json_put_int(&o, "version", c.version);
	json_list(&o, "steps");
	for (size_t i = 0; i < c.n; i++)
		json_put_z(&o, NULL, alert_step_text(rq->arena, &c.step[i]));
	json_end_list(&o);
	json_list(&o, "moments");
	for (size_t i = 0; i < c.n; i++) {
		json_obj(&o, NULL);
		json_put_z(&o, "kind", alert_kind(&c.step[i]));
		json_put_int(&o, "minutes", c.step[i].minutes);
		write_whom(&o, c.step[i].to);
		json_end_obj(&o);
	}
	json_end_list(&o);
	json_end_obj(&o);
	return true;
}

bool h_escalation(struct http_request *rq, const void *input, struct http_reply *reply,
		  struct err *e)
{
	const struct chain_in *in = input;
	const char *publisher;

	return scope_one(rq, in->publisher, &publisher, e) && reply_chain(rq, publisher, reply, e);
}

/* c NULL: the shipped one again. */
static bool put(struct http_request *rq, const char *publisher, const struct alert_chain *c,
		struct http_reply *reply, struct err *e)
{
	const char *etag = expected_etag(rq);
	int64_t version = -1;
	AUTO_TX tx = { 0 };

	if (etag && !str_int(str_of(etag), &version))
		version = INT64_MAX; /* of nothing that was ever told */
	return sql_begin(db_of(rq), &tx, e) &&
	       alert_chain_put(db_of(rq), rq->arena, publisher, c, version, rq->now_ms, e) &&
	       reply_chain(rq, publisher, reply, e) && sql_commit(&tx, e);
}

bool h_escalation_put(struct http_request *rq, const void *input, struct http_reply *reply,
		      struct err *e)
{
	const struct chain_in *in = input;
	AUTO_BUF b = buf_new(LIMIT_TEXT);
	struct alert_chain c = { .n = 0 };
	const char *publisher;

	for (const char *const *line = in->steps; line && *line; line++)
		buf_printf(&b, "%s\n", *line);
	if (!buf_ok(&b))
		return ERR_FIELD(e, ERR_INPUT, "field.long", "steps", "That is too long.");
	return scope_one(rq, in->publisher, &publisher, e) &&
	       alert_chain_parse(buf_view(&b), &c, e) && put(rq, publisher, &c, reply, e);
}

bool h_escalation_reset(struct http_request *rq, const void *input, struct http_reply *reply,
			struct err *e)
{
	const struct chain_in *in = input;
	const char *publisher;

	return scope_one(rq, in->publisher, &publisher, e) && put(rq, publisher, NULL, reply, e);
}
