#include "http/decode.h"

#include "base/field.h"

#define QUERY_MAX 64 /* parameters of one request */

/* The name inside the n-th {…} of the row's path. */
static struct str part_name(const struct route *r, size_t n)
{
	const char *open = r->path, *end;

	for (size_t i = 0; i <= n; i++)
		open = strchr(open, '{') + 1;
	end = open + strcspn(open, "*}");
	return (struct str){ open, (size_t)(end - open) };
}

static bool is_part(const struct route *r, struct str name)
{
	size_t n = 0;

	for (const char *p = r->path; (p = strchr(p, '{')); p++)
		if (str_eq(part_name(r, n++), name))
			return true;
	return false;
}

bool request_path_args(struct http_request *rq, const struct route_match *m, struct err *e)
{
	for (size_t i = 0; i < m->arg_count; i++) {
		rq->path_args[i] = url_decode(rq->arena, m->args[i], false);
		if (!rq->path_args[i])
			return ERR(e, ERR_NOT_FOUND, "path.encoding",
				   "The path is not valid UTF-8 text.");
	}
	return true;
}

/* A part that has a row of its own in the query table is checked by it; what does not fit is
 * nowhere. */
static bool decode_parts(struct http_request *rq, const struct route_match *m, struct decoded *d,
			 struct err *e)
{
	const struct route *r = rq->route;

	for (size_t i = 0; r->query && i < m->arg_count; i++) {
		const struct field *f = field_find(r->query, part_name(r, i));
		struct err why = { 0 };

		if (f && !field_set_text(rq->arena, f, str_of(rq->path_args[i]), d->in, &why)) {
			d->status = 404;
			return ERR(e, ERR_NOT_FOUND, "not.found", "There is nothing at this path.");
		}
	}
	return true;
}

static bool refuse(struct decoded *d, struct err *e, const char *code, const char *name,
		   const char *text)
{
	d->status = 400;
	return ERR_FIELD(e, ERR_INPUT, code, name, "%s", text);
}

static void note(struct field_problems *p, const struct err *e)
{
	if (p->n < FIELD_MAX_PROBLEMS)
		p->e[p->n++] = *e;
}

static bool decode_parameter(struct http_request *rq, struct str piece, struct decoded *d,
			     const struct field **seen, size_t *n, struct err *e)
{
	size_t cut = str_find(piece, '=');
	const char *name = url_decode(rq->arena, str_upto(piece, cut), true);
	const char *value =
		cut < piece.n ? url_decode(rq->arena, str_from(piece, cut + 1), true) : "";
	const struct field *f;
	struct err why = { 0 };

	if (!name || !value)
		return refuse(d, e, "parameter.encoding", "",
			      "A parameter is not valid UTF-8 text.");
	f = rq->route->query ? field_find(rq->route->query, str_of(name)) : NULL;
	if (!f || is_part(rq->route, str_of(name)))
		return refuse(d, e, "parameter.unknown", name, "This parameter is not known here.");
	for (size_t i = 0; i < *n; i++)
		if (seen[i] == f)
			return refuse(d, e, "parameter.twice", name,
				      "This parameter is there twice.");
	if (*n == QUERY_MAX)
		return refuse(d, e, "parameter.count", name, "There are too many parameters.");
	seen[(*n)++] = f;
	if (!field_set_text(rq->arena, f, str_of(value), d->in, &why)) {
		note(&d->problems, &why);
	}
	return true;
}

const char *http_page_parameter(const struct http_request *rq, const char *name)
{
	struct str rest = rq->query, piece;
	const char *found = NULL;

	while (rest.n && str_split(&rest, '&', &piece)) {
		size_t cut = str_find(piece, '=');

		if (!str_eq_z(str_upto(piece, cut), name))
			continue;
		if (found)
			return NULL;
		found = url_decode(rq->arena, str_from(piece, cut + 1), true);
		if (!found)
			return NULL;
	}
	return found;
}

static bool decode_query(struct http_request *rq, struct decoded *d, struct err *e)
{
	const struct field *seen[QUERY_MAX];
	size_t n = 0;
	struct str rest = rq->query, piece;

	if (rq->route->flags & ROUTE_PAGE)
		return true; /* a page's parameters are its own script's */
	while (rest.n && str_split(&rest, '&', &piece))
		if (piece.n && !decode_parameter(rq, piece, d, seen, &n, e))
			return false;
	for (const struct field *f = rq->route->query; f && f->name; f++) {
		bool given = is_part(rq->route, str_of(f->name));
		struct err why = { 0 };

		for (size_t i = 0; i < n && !given; i++)
			given = seen[i] == f;
		if ((f->flags & FIELD_REQUIRED) && !given) {
			LL_IGNORE(ERR_FIELD(&why, ERR_INPUT, "parameter.required", f->name,
					    "This parameter is needed."));
			note(&d->problems, &why);
		}
	}
	return true;
}

static bool is_json(struct str type)
{
	struct str bare = str_trim(str_upto(type, str_find(type, ';')));

	return str_ieq_z(bare, "application/json") ||
	       (str_istarts(bare, "application/") && bare.n > 5 &&
		str_ieq_z(str_from(bare, bare.n - 5), "+json"));
}

/* An absent body is an empty object: what it must hold is then said field by field. */
static bool decode_body(struct http_request *rq, struct decoded *d, struct err *e)
{
	struct str text = str_trim(rq->body);
	struct err why = { 0 };

	if (!text.n) {
		text = STR("{}");
	} else if (!is_json(rq->content_type)) {
		d->status = 415;
		return ERR(e, ERR_INPUT, "body.type", "The body must be application/json.");
	}
	if (!json_parse(text, &d->json, &why)) {
		d->status = 400;
		return ERR(e, ERR_INPUT, "body.json", "The body is not valid JSON: %s", why.text);
	}
	if (json_kind(d->json) != JSON_OBJ) {
		d->status = 400;
		return ERR(e, ERR_INPUT, "body.object", "The body must be a JSON object.");
	}
	/* The problems stand in d; what decoded is of no use then. */
	LL_IGNORE(field_decode(rq->arena, rq->route->body, d->json, rq->method == HTTP_PATCH, d->in,
			       &d->problems));
	return true;
}

bool request_decode(struct http_request *rq, const struct route_match *m, struct decoded *d,
		    struct err *e)
{
	const struct route *r = rq->route;

	if (r->in_size) {
		d->in = arena_alloc(rq->arena, r->in_size);
		if (r->query)
			field_defaults(rq->arena, r->query, d->in);
		if (r->body)
			field_defaults(rq->arena, r->body, d->in);
	}
	if (!decode_parts(rq, m, d, e) || !decode_query(rq, d, e) ||
	    (r->body && !decode_body(rq, d, e)))
		return false;
	if (d->problems.n) {
		d->status = 422;
		return ERR(e, ERR_INPUT, "input.invalid", "Some values are not right; see errors.");
	}
	return true;
}
