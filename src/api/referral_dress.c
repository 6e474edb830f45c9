/* What every answer of the Partner Center-compatible side has: its headers, its shape of errors. */
#include "api/referral.h"

#include <ctype.h>
#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"

/* The original's codes; clients are told to fall back to the status, so that there is one for each.
 */
static const struct {
	int status;
	const char *code;
} codes[] = { { 400, "invalidRequest" },     { 401, "unauthenticated" },
	      { 403, "accessDenied" },       { 404, "itemNotFound" },
	      { 405, "invalidRequest" },     { 409, "invalidRequest" },
	      { 412, "resourceModified" },   { 413, "invalidRequest" },
	      { 415, "invalidRequest" },     { 428, "preconditionFailed" },
	      { 503, "serviceNotAvailable" } };

static const char *code_of(int status)
{
	for (size_t i = 0; i < LL_COUNT(codes); i++)
		if (codes[i].status == status)
			return codes[i].code;
	return "generalException";
}

static const char *header_of(const struct http_reply *r, const char *name)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (!strcmp(r->headers[i].name, name))
			return r->headers[i].value;
	return NULL;
}

/* { "statusCode", "message" }: without an `error`, as its throttling answers are. */
static void write_throttled(struct json_out *o, const struct http_reply *r)
{
	const char *seconds = header_of(r, "retry-after");
	AUTO_BUF text = buf_new(200);

	buf_printf(&text, "Rate limit is exceeded. Try again in %s seconds.",
		   seconds ? seconds : "some");
	json_obj(o, NULL);
	json_put_int(o, "statusCode", 429);
	json_put_str(o, "message", buf_view(&text));
	json_end_obj(o);
}

/* innerError holds our own code, which is finer. What is the server's trouble stays in its log. */
static void write_error(struct json_out *o, int status, const struct err *e)
{
	json_obj(o, NULL);
	json_obj(o, "error");
	json_put_z(o, "code", code_of(status));
	json_put_z(o, "message",
		   status < 500 ? e->text
				: "The server has a trouble of its own: try again later.");
	if (e->field[0] && status < 500)
		json_put_z(o, "target", e->field);
	json_obj(o, "innerError");
	json_put_z(o, "code", e->code ? e->code : "error");
	json_put_z(o, "message", "See docs/errors.md.");
	json_end_obj(o);
	json_end_obj(o);
	json_end_obj(o);
}

static void shape(struct http_reply *r, const struct err *e)
{
	struct json_out o;

	if (r->status == 422)
		r->status = 400;
	buf_free(&r->body);
	r->body = buf_new(LIMIT_REPLY);
	r->content_type = NULL;
	o = json_out(&r->body);
	if (r->status == 429)
		write_throttled(&o, r);
	else
		write_error(&o, r->status, e);
}

/* Echoed when it can be; what is longer or has odd signs is no id, and is not sent back. */
static const char *client_request_id(const struct http_request *rq, const char *made)
{
	const char *id = http_header(rq, "client-request-id");
	size_t n = 0;

	if (!id)
		id = http_header(rq, "ms-correlationid");
	while (id && (isalnum((unsigned char)id[n]) || (id[n] && strchr("-{}_.", id[n]))))
		n++;
	return id && n && n <= 64 && !id[n] ? id : made;
}

void referral_dress(const struct http_request *rq, struct http_reply *r, const struct err *e)
{
	char id[ID_TEXT], now[CLOCK_TEXT];
	const char *mine = arena_strdup(rq->arena, id_text(id_new(rq->now_ms), id));

	if (e)
		shape(r, e);
	http_reply_header(r, "request-id", mine);
	http_reply_header(r, "client-request-id", client_request_id(rq, mine));
	http_reply_header(r, "timestamp", arena_strdup(rq->arena, clock_text(rq->now_ms, now)));
}
