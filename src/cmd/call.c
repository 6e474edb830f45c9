/*
 * The API's own handlers, called in this process as the installation's admin: what a command lists,
 * shows and changes is what the API does, by the same code.
 */
#include <string.h>
#include "api/api.h"
#include "cmd/cmd.h"

struct cmd_api {
	struct api api;
	void *worker;
};

/* Path parts of the row's {names}; false when the path is another one. */
static bool match(struct arena *a, const struct route *r, const char *path, const char **args)
{
	struct str want = str_of(r->path), have = str_of(path), w, h;
	bool more;
	size_t n = 0;

	while ((more = str_split(&want, '/', &w)) == str_split(&have, '/', &h)) {
		if (!more)
			return true;
		if (!str_starts(w, "{") && !str_eq(w, h))
			return false;
		if (str_starts(w, "{"))
			args[n++] = str_dup(a, h);
	}
	return false;
}

static const struct route *cmd_route(struct arena *a, enum http_method m, const char *path,
				     const char **args)
{
	for (size_t i = 0; i < api_route_count; i++)
		if (api_routes[i].method == m && match(a, &api_routes[i], path, args))
			return &api_routes[i];
	BUG("there is no route %s %s", http_method_text(m), path);
}

const struct field *cmd_query_of(struct arena *a, const char *path, size_t *ret_size)
{
	const char *args[LL_COUNT(((struct http_request *)0)->path_args)];
	const struct route *r = cmd_route(a, HTTP_GET, path, args);

	*ret_size = r->in_size;
	return r->query;
}

/* The servers' senders look at the store by themselves. */
static void wake_nobody(struct sender *s)
{
	(void)s;
}

/* What the handlers reach for besides the store. */
static struct cmd_api *api_of(struct cmd *c, struct err *e)
{
	static struct cmd_api x;

	if (x.worker)
		return &x;
	if (!cmd_seal(c, true, e))
		return NULL;
	x.api.conf = &c->conf;
	x.api.public_url = conf_base_url(c->arena, &c->conf);
	x.api.seal = c->seal;
	x.api.routing = routing_new(c->seal);
	x.api.intake = intake_new(NULL);
	x.api.auth = auth_new();
	x.api.wake_sender = wake_nobody;
	x.worker = api_worker_start(&x.api, e);
	c->api = &x;
	return x.worker ? &x : NULL;
}

void cmd_call_end(struct cmd *c)
{
	struct cmd_api *x = c->api;

	if (!x)
		return;
	if (x->worker)
		api_worker_stop(&x->api, x->worker);
	intake_free(x->api.intake);
	auth_free(x->api.auth);
	routing_free(x->api.routing);
	c->api = NULL;
}

/* *ret_json must outlive in: an open object points into it. */
static bool decode(struct arena *a, const struct route *r, struct str body, void *in,
		   struct json **ret_json, struct err *e)
{
	struct field_problems p = { 0 };

	if (r->query)
		field_defaults(a, r->query, in);
	if (!r->body)
		return true;
	field_defaults(a, r->body, in);
	if (!json_parse(body.n ? body : STR("{}"), ret_json, e))
		return false;
	if (!field_decode(a, r->body, *ret_json, false, in, &p)) {
		*e = p.e[0];
		return false;
	}
	return true;
}

/* A problem that was sent as a reply: its first field's message says more than its detail. */
static bool refused(struct str json, struct err *e)
{
	const struct json *first;
	AUTO_JSON j = NULL;
	struct str text;

	if (!json_parse(json, &j, e))
		return false;
	first = json_at(json_get(j, "errors"), 0);
	text = json_str(first ? json_get(first, "message") : json_get(j, "detail"));
	return ERR(e, ERR_INPUT, "cmd.refused", STR_FMT,
		   STR_ARG(str_upto(text, text.n < 300 ? text.n : 300)));
}

bool cmd_call(struct cmd *c, enum http_method m, const char *path, const void *query,
	      struct str body, struct str *ret, struct err *e)
{
	struct http_request rq = { .method = m,
				   .path = str_of(path),
				   .body = body,
				   .content_type = STR("application/json"),
				   .peer = "",
				   .who = { .role = ROLE_ADMIN,
					    .publisher = "",
					    .name = "command line",
					    .reach = REACH_ALL },
				   .arena = c->arena,
				   .now_ms = c->now_ms };
	struct cmd_api *x = api_of(c, e);
	struct http_reply reply = { 0 };
	AUTO_JSON json = NULL;
	void *in = NULL;
	bool ok;

	if (!x)
		return false;
	rq.worker = x->worker;
	rq.route = cmd_route(c->arena, m, path, rq.path_args);
	if (rq.route->in_size && !query) {
		in = arena_alloc(c->arena, rq.route->in_size);
		if (!decode(c->arena, rq.route, body, in, &json, e))
			return false;
	}
	ok = rq.route->fn(&rq, query ? query : in, &reply, e);
	*ret = str_of(str_dup(c->arena, buf_view(&reply.body)));
	buf_free(&reply.body);
	if (!ok || (reply.status >= 400 && !refused(*ret, e)))
		return false;
	return !(rq.route->flags & ROUTE_AUDIT) ||
	       cmd_audit_put(c,
			     arena_printf(c->arena, "%s %s", http_method_text(m), rq.route->path),
			     rq.path_args[0], reply.status ? reply.status : 200, e);
}
