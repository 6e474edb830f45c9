#include "api/handlers.h"

#include "base/limits.h"

#define HTTP_METHOD_LOWER_MAX 8

static const char *schema_type(const struct field *f)
{
	switch (f->type) {
	case FIELD_INT: return "integer";
	case FIELD_BOOL: return "boolean";
	case FIELD_STRS: return "array";
	case FIELD_OBJ: return f->flags & FIELD_LISTED ? "array" : "object";
	case FIELD_STR:
	case FIELD_CHOICE:
	case FIELD_URL:
	case FIELD_EMAIL:
	case FIELD_TIME:
	case FIELD_ID: return "string";
	}
	return "string";
}

static const char *schema_format(const struct field *f)
{
	switch (f->type) {
	case FIELD_URL: return "uri";
	case FIELD_EMAIL: return "email";
	case FIELD_TIME: return "date-time";
	case FIELD_ID: return "uuid";
	case FIELD_STR:
	case FIELD_INT:
	case FIELD_BOOL:
	case FIELD_CHOICE:
	case FIELD_STRS:
	case FIELD_OBJ: return NULL;
	}
	return NULL;
}

static void write_bounds(struct json_out *o, const struct field *f)
{
	bool text = !strcmp(schema_type(f), "string"), list = f->type == FIELD_STRS;

	if (!(f->min | f->max) || f->type == FIELD_OBJ)
		return;
	json_put_int(o, text ? "minLength" : list ? "minItems" : "minimum", f->min);
	json_put_int(o, text ? "maxLength" : list ? "maxItems" : "maximum", f->max);
}

static void write_schema(struct json_out *o, const char *key, const struct field *f)
{
	json_obj(o, key);
	json_put_z(o, "type", schema_type(f));
	if (schema_format(f))
		json_put_z(o, "format", schema_format(f));
	if (f->type == FIELD_STRS) {
		json_obj(o, "items");
		json_put_z(o, "type", "string");
		json_end_obj(o);
	}
	if (f->flags & FIELD_LISTED) {
		json_obj(o, "items");
		json_put_z(o, "type", "object");
		json_end_obj(o);
	}
	if (f->choices) {
		json_list(o, "enum");
		for (const char *const *c = f->choices; *c; c++)
			json_put_z(o, NULL, *c);
		json_end_list(o);
	}
	write_bounds(o, f);
	if (f->flags & FIELD_SECRET)
		json_put_bool(o, "writeOnly", true);
	if (f->help)
		json_put_z(o, "description", f->help);
	json_end_obj(o);
}

static void write_path_parameters(struct json_out *o, const char *path)
{
	struct str rest = str_of(path), part;

	while (str_split(&rest, '/', &part)) {
		if (part.n < 3 || part.p[0] != '{')
			continue;
		json_obj(o, NULL);
		json_put_str(o, "name", (struct str){ part.p + 1, part.n - 2 });
		json_put_z(o, "in", "path");
		json_put_bool(o, "required", true);
		json_obj(o, "schema");
		json_put_z(o, "type", "string");
		json_end_obj(o);
		json_end_obj(o);
	}
}

static void write_parameters(struct json_out *o, const struct route *r)
{
	json_list(o, "parameters");
	write_path_parameters(o, r->path);
	for (const struct field *f = r->query; f && f->name; f++) {
		json_obj(o, NULL);
		json_put_z(o, "name", f->name);
		json_put_z(o, "in", "query");
		if (f->flags & FIELD_REQUIRED)
			json_put_bool(o, "required", true);
		write_schema(o, "schema", f);
		json_end_obj(o);
	}
	json_end_list(o);
}

static void write_bytes(struct json_out *o)
{
	json_obj(o, "requestBody");
	json_obj(o, "content");
	json_obj(o, "application/octet-stream");
	json_end_obj(o);
	json_end_obj(o);
	json_end_obj(o);
}

static void write_body(struct json_out *o, const struct route *r)
{
	if (r->flags & ROUTE_BYTES)
		write_bytes(o);
	if (!r->body)
		return;
	json_obj(o, "requestBody");
	json_obj(o, "content");
	json_obj(o, "application/json");
	json_obj(o, "schema");
	json_put_z(o, "type", "object");
	json_put_bool(o, "additionalProperties", false);
	json_obj(o, "properties");
	for (const struct field *f = r->body; f->name; f++)
		write_schema(o, f->name, f);
	json_end_obj(o);
	json_list(o, "required");
	for (const struct field *f = r->body; f->name; f++)
		if (f->flags & FIELD_REQUIRED)
			json_put_z(o, NULL, f->name);
	json_end_list(o);
	json_end_obj(o);
	json_end_obj(o);
	json_end_obj(o);
	json_end_obj(o);
}

static void write_responses(struct json_out *o, const struct route *r)
{
	json_obj(o, "responses");
	json_obj(o, "default");
	json_put_z(o, "description",
		   "The resource, or a problem (application/problem+json) with a stable code.");
	json_end_obj(o);
	json_end_obj(o);
	if (r->reply)
		json_put_z(o, "x-reply", r->reply);
	json_put_z(o, "x-role", r->role == ROLE_ANYONE ? "anyone" : role_text(r->role));
	/* whether those may call it who do not reach all */
	json_put_bool(o, "x-reach", r->role == ROLE_ANYONE || (r->flags & ROUTE_REACH) != 0);
}

static void write_operation(struct json_out *o, const struct route *r)
{
	static const char *const lower[] = {
		[HTTP_GET] = "get",    [HTTP_HEAD] = "head",   [HTTP_POST] = "post",
		[HTTP_PUT] = "put",    [HTTP_PATCH] = "patch", [HTTP_DELETE] = "delete",
		[HTTP_OTHER] = "trace"
	};

	json_obj(o, lower[r->method]);
	json_put_z(o, "summary", r->summary);
	json_list(o, "security");
	if (r->role != ROLE_ANYONE) {
		json_obj(o, NULL);
		json_list(o, "bearer");
		json_end_list(o);
		json_end_obj(o);
		json_obj(o, NULL);
		json_list(o, "cookie");
		json_end_list(o);
		json_end_obj(o);
	}
	json_end_list(o);
	write_parameters(o, r);
	write_body(o, r);
	write_responses(o, r);
	json_end_obj(o);
}

static void write_security(struct json_out *o)
{
	json_obj(o, "components");
	json_obj(o, "securitySchemes");
	json_obj(o, "bearer");
	json_put_z(o, "type", "http");
	json_put_z(o, "scheme", "bearer");
	json_end_obj(o);
	json_obj(o, "cookie");
	json_put_z(o, "type", "apiKey");
	json_put_z(o, "in", "cookie");
	json_put_z(o, "name", AUTH_COOKIE);
	json_end_obj(o);
	json_end_obj(o);
	json_end_obj(o);
}

/* Rows of one path stand together under it, at its first row. */
static bool first_of_path(const struct route *routes, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(routes[k].path, routes[i].path))
			return false;
	return true;
}

bool api_openapi(const struct route *routes, size_t n, struct buf *b)
{
	struct json_out o = json_out(b);

	json_obj(&o, NULL);
	json_put_z(&o, "openapi", "3.1.0");
	json_obj(&o, "info");
	json_put_z(&o, "title", "Leadline");
	json_put_z(&o, "version", LEADLINE_VERSION);
	json_end_obj(&o);
	json_obj(&o, "paths");
	for (size_t i = 0; i < n; i++) {
		if ((routes[i].flags & ROUTE_PAGE) || !first_of_path(routes, i))
			continue;
		json_obj(&o, routes[i].path);
		for (size_t k = i; k < n; k++)
			if (!strcmp(routes[k].path, routes[i].path))
				write_operation(&o, &routes[k]);
		json_end_obj(&o);
	}
	json_end_obj(&o);
	write_security(&o);
	json_end_obj(&o);
	return buf_ok(b);
}

bool h_openapi(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	(void)rq;
	(void)in;
	reply->body = buf_new(LIMIT_REPLY);
	return api_openapi(api_routes, api_route_count, &reply->body) ||
	       ERR(e, ERR_BUG, "openapi.size", "The description is too long.");
}
