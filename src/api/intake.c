#include "api/handlers.h"

#include "base/limits.h"

#define LOOK_TEXT                                                                                  \
	"Leadline takes leads here: send them by POST. This address is a secret of its offer.\n"

static enum intake_method method_of(enum http_method m)
{
	switch (m) {
	case HTTP_POST: return INTAKE_POST;
	case HTTP_GET:
	case HTTP_HEAD: return INTAKE_LOOK;
	case HTTP_PUT:
	case HTTP_PATCH:
	case HTTP_DELETE:
	case HTTP_OTHER: return INTAKE_OTHER;
	}
	return INTAKE_OTHER;
}

static void write_receipt(struct json_out *o, const struct intake_item *it)
{
	json_put_id(o, "receipt", &it->receipt);
	json_put_bool(o, "understood", it->understood);
	if (it->repeated)
		json_put_bool(o, "repeated", true);
}

static void reply_problem(struct http_request *rq, struct http_reply *reply,
			  const struct intake_item *it)
{
	struct json_out o;

	if (it->status == 405)
		http_reply_header(reply, "allow", "GET, HEAD, POST");
	if (it->retry_after_s)
		http_reply_header(reply, "retry-after",
				  arena_printf(rq->arena, "%lld", (long long)it->retry_after_s));
	reply->status = it->status;
	reply->content_type = "application/problem+json";
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_put_z(&o, "type", "about:blank");
	json_put_z(&o, "title", it->status == 400 ? "No lead could be read" : "Not accepted");
	json_put_int(&o, "status", it->status);
	json_put_z(&o, "detail", it->why.text);
	json_put_z(&o, "code", it->why.code);
	if (it->stored)
		write_receipt(&o, it); /* it is kept: whoever looks into it needs its id */
	json_end_obj(&o);
}

static void reply_item(struct http_request *rq, struct http_reply *reply,
		       const struct intake_item *it)
{
	struct json_out o;

	if (it->status != 200) {
		reply_problem(rq, reply, it);
		return;
	}
	if (!it->stored) {
		reply->content_type = "text/plain; charset=utf-8";
		reply->static_body = STR(LOOK_TEXT);
		return;
	}
	o = json_reply(reply);
	json_obj(&o, NULL);
	write_receipt(&o, it);
	json_end_obj(&o);
}

void h_intake(void *loop, struct http_request **rqs, struct http_reply *replies, size_t n)
{
	struct intake_item *items = ARENA_ARRAY(rqs[0]->arena, struct intake_item, n);

	for (size_t i = 0; i < n; i++)
		items[i] = (struct intake_item){
			.method = method_of(rqs[i]->method),
			.key = str_of(rqs[i]->path_args[0]),
			.body = rqs[i]->body,
			.content_type = rqs[i]->content_type,
			.peer = rqs[i]->peer,
		};
	intake_take(loop, items, n, rqs[0]->now_ms);
	for (size_t i = 0; i < n; i++)
		reply_item(rqs[i], &replies[i], &items[i]);
}
