/* What the kinds that speak HTTP share, and those that speak JSON over REST. */
#include <stdio.h>
#include "dest/rows.h"

#define FIELDS_MAX 4000

const char *dest_url(struct arena *a, const char *base, const char *path)
{
	size_t n = strlen(base);

	while (n && base[n - 1] == '/')
		n--;
	return arena_printf(a, "%.*s%s", (int)n, base, path);
}

const char *dest_origin(struct arena *a, const char *url)
{
	const char *host = strstr(url, "://");

	host = host ? host + 3 : url;
	return arena_strndup(a, url, (size_t)(host - url) + strcspn(host, "/?"));
}

struct net_request dest_request(const struct dest_call *c, const char *method, const char *url)
{
	const struct dest_common *common = dest_settings_common(c->settings);

	return (struct net_request){
		.method = method,
		.url = url,
		.ca_file = common->ca_file,
		.timeout_ms = common->timeout_ms,
		.allow_http = common->allow_http,
		.allow_private = common->allow_private,
		.secret = c->token ? c->token->text : NULL,
	};
}

bool dest_json_headers(struct net_request *r, struct err *e)
{
	return net_header(r, "Accept", "application/json", e) &&
	       net_header(r, "Content-Type", "application/json; charset=utf-8", e);
}

struct str dest_body(struct arena *a, const struct buf *b)
{
	return buf_ok(b) ? (struct str){ arena_strndup(a, buf_view(b).p, b->n), b->n }
			 : (struct str){ NULL, 0 };
}

void dest_say(const struct dest_call *c, struct dest_outcome *o, struct str code, struct str words)
{
	const char *what = dest_one_line(c->arena, code, 60),
		   *why = dest_one_line(c->arena, words, 180);

	snprintf(o->detail, sizeof(o->detail), "%s%s%s", what, *what && *why ? ": " : "", why);
}

void dest_remote(const struct dest_call *c, struct dest_outcome *o, struct str id)
{
	snprintf(o->remote_id, sizeof(o->remote_id), "%s",
		 dest_one_line(c->arena, id, sizeof(o->remote_id) - 1));
}

bool dest_read_fields(const struct dest_call *c, const struct net_reply *r, const char *member,
		      bool (*read)(const struct dest_call *c, const struct json *j,
				   struct dest_peer_field *f),
		      const struct dest_peer_field **ret, size_t *ret_n)
{
	struct dest_peer_field *f;
	const struct json *list;
	AUTO_JSON j = NULL;
	size_t n;
	struct err e;

	if (!json_parse(r->body, &j, &e))
		return false;
	list = json_get(j, member);
	n = json_count(list) < FIELDS_MAX ? json_count(list) : FIELDS_MAX;
	f = ARENA_ARRAY(c->arena, struct dest_peer_field, n + 1);
	*ret = f;
	*ret_n = 0;
	for (size_t i = 0; i < n; i++)
		*ret_n += read(c, json_at(list, i), &f[*ret_n]);
	return json_kind(list) == JSON_LIST;
}
