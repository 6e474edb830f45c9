#include "api/handlers.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"

FITS(struct scope_in);
const struct field scope_query[] = { F_PUBLISHER(struct scope_in), F_END };

void not_found_(const char *what, struct err *e)
{
	ERR(e, ERR_NOT_FOUND, "not-found", "There is no such %s.", what);
}

void bad_cursor_(struct err *e)
{
	ERR_FIELD(e, ERR_INPUT, "page.cursor", "after",
		  "after must be the `next` of an earlier page, unchanged.");
}

bool id_before(const char *after, int64_t until, struct id *ret, struct err *e)
{
	struct id end = until == FIELD_NO_INT || until >= ID_MS_MAX ? id_last(ID_MS_MAX)
								    : id_first(until + 1);

	*ret = end;
	if (after && !id_parse(str_of(after), ret))
		return bad_cursor(e);
	if (id_order(*ret, end) > 0)
		*ret = end;
	return true;
}

FITS(struct bare_list);
const struct field bare_list_query[] = { F_PAGE(struct bare_list), F_END };

const char *id_key(struct arena *a, struct id x)
{
	return id_text(x, arena_alloc(a, ID_TEXT));
}

struct short_page short_page(const char *after, int64_t limit)
{
	return (struct short_page){ .after = after, .left = limit, .reached = !after };
}

bool short_page_takes(struct short_page *p, const char *key)
{
	if (!p->reached) {
		p->reached = !strcmp(key, p->after);
		return false;
	}
	if (!p->left) {
		p->more = true;
		return false;
	}
	p->left--;
	p->last = key;
	return true;
}

bool short_page_end(const struct short_page *p, struct json_out *o, struct err *e)
{
	if (!p->reached)
		return bad_cursor(e);
	json_end_list(o);
	json_put_z(o, "next", p->more ? p->last : NULL);
	json_end_obj(o);
	return true;
}

bool reply_over_scope(struct http_request *rq, const char *asked, struct short_page page,
		      scope_items_fn *items, struct http_reply *reply, struct err *e)
{
	struct scope scope;
	struct json_out o;

	if (!scope_of(rq, asked, &scope, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (size_t i = 0; i < scope.n; i++)
		if (!items(rq, scope.publishers[i], &page, &o, e))
			return false;
	return short_page_end(&page, &o, e);
}

static bool one_publisher(struct http_request *rq, const char *publisher, struct scope *ret)
{
	const char **list = ARENA_ARRAY(rq->arena, const char *, 1);

	list[0] = publisher;
	*ret = (struct scope){ list, 1 };
	return true;
}

bool scope_of(struct http_request *rq, const char *asked, struct scope *ret, struct err *e)
{
	struct publisher_list_row *rows;
	struct publisher_get_row row;
	const char **list;
	size_t n;
	int found;

	if (*rq->who.publisher) {
		if (asked && strcmp(asked, rq->who.publisher) != 0)
			return not_found("publisher", e);
		return one_publisher(rq, rq->who.publisher, ret);
	}
	if (asked) {
		found = publisher_get(db_of(rq), &(struct publisher_get_in){ asked }, rq->arena,
				      &row, e);
		if (found <= 0)
			return found == 0 ? not_found("publisher", e) : false;
		return one_publisher(rq, asked, ret);
	}
	if (!publisher_list(db_of(rq), rq->arena, &rows, &n, e))
		return false;
	list = ARENA_ARRAY(rq->arena, const char *, n);
	for (size_t i = 0; i < n; i++)
		list[i] = rows[i].publisher_id;
	*ret = (struct scope){ list, n };
	return true;
}

bool scope_one(struct http_request *rq, const char *asked, const char **ret, struct err *e)
{
	struct scope scope;

	if (!scope_of(rq, asked, &scope, e))
		return false;
	if (scope.n != 1)
		return ERR_FIELD(e, ERR_INPUT, "field.required", "publisher",
				 "Say which publisher: there are several.");
	*ret = scope.publishers[0];
	return true;
}

bool path_id(const struct http_request *rq, size_t i, struct id *ret, struct err *e)
{
	return id_parse(str_of(rq->path_args[i]), ret) ? true : not_found("id", e);
}

bool path_name(struct http_request *rq, const char *what, const char **ret_publisher,
	       const char **ret_id, struct err *e)
{
	struct scope scope;

	if (offer_split(rq->arena, rq->path_args[0], "id", ret_publisher, ret_id, e) &&
	    scope_of(rq, *ret_publisher, &scope, e))
		return true;
	return e->kind == ERR_INPUT || e->kind == ERR_NOT_FOUND ? not_found(what, e) : false;
}

struct json_out json_reply(struct http_reply *reply)
{
	reply->body = buf_new(LIMIT_REPLY);
	return json_out(&reply->body);
}

bool bump(struct sql_db *db, const char *version, struct err *e)
{
	return version_bump(db, &(struct version_bump_in){ version }, NULL, e);
}

bool say_change(struct http_request *rq, const char *publisher, const char *noun, struct id ref,
		const char *what, struct err *e)
{
	/* The time of now, not of the request: streams look back only a little. */
	return change_put(
		db_of(rq),
		&(struct change_put_in){ publisher, id_new(clock_now()), noun, ref, what }, NULL,
		e);
}

const char *content_etag(struct arena *a, const struct buf *content)
{
	struct hash h = hash_of(buf_view(content));

	return arena_printf(a, "\"%s\"", str_hex(a, h.b, 12));
}

bool is_stale(struct http_request *rq, const char *etag)
{
	const char *expected = expected_etag(rq);
	struct str is = str_of(etag);

	return expected && !str_eq_z(str_from(str_upto(is, is.n - 1), 1), expected);
}
