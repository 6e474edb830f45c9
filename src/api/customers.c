#include "api/handlers.h"

#include "api/merge.h"
#include "base/limits.h"

struct customers_in {
	const char *publisher, *after;
	int64_t limit;
};
FITS(struct customers_in);
const struct field customers_query[] = { F_PUBLISHER(struct customers_in),
					 F_PAGE(struct customers_in), F_END };

static void write_members(struct json_out *o, const struct customer_page_row *c)
{
	json_put_id(o, "id", &c->customer_id);
	json_put_z(o, "publisher", c->publisher_id);
	json_put_z(o, "firstName", c->first_name);
	json_put_z(o, "lastName", c->last_name);
	json_put_z(o, "email", c->email);
	json_put_z(o, "phone", c->phone);
	json_put_z(o, "country", c->country);
	json_put_z(o, "company", c->company);
	json_put_z(o, "title", c->title);
	json_put_int(o, "leads", c->leads);
	json_put_time(o, "createdAt", c->created_at);
	json_put_time(o, "lastAt", c->last_at);
}

static int latest(const void *a, const void *b)
{
	const struct customer_page_row *x = a, *y = b;

	if (x->last_at != y->last_at)
		return x->last_at < y->last_at ? 1 : -1;
	return memcmp(y->customer_id.b, x->customer_id.b, sizeof(struct id));
}

/* A cursor is "last_at.id". */
static bool read_cursor(const char *after, int64_t *ret_at, struct id *ret_id, struct err *e)
{
	struct str s = str_of(after), at;

	*ret_at = INT64_MAX;
	memset(ret_id, 0xFF, sizeof(*ret_id));
	if (!after)
		return true;
	if (!str_split(&s, '.', &at) || !str_int(at, ret_at) || !id_parse(s, ret_id))
		return bad_cursor(e);
	return true;
}

bool h_customers(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct customers_in *in = input;
	const struct customer_page_row *last = NULL;
	struct customer_page_row *rows;
	struct customer_page_in page;
	char id[ID_TEXT];
	AUTO_MERGE m = { 0 };
	struct scope scope;
	struct json_out o;
	size_t n, i;

	if (!scope_of(rq, in->publisher, &scope, e) ||
	    !read_cursor(in->after, &page.before, &page.before_id, e))
		return false;
	page.limit = in->limit + 1;
	merge_begin(&m, &customer_get_query, latest, (size_t)page.limit, scope.n, rq->arena);
	for (i = 0; i < scope.n; i++) {
		page.publisher = scope.publishers[i];
		if (!customer_page(db_of(rq), &page, merge_arena(&m), &rows, &n, e))
			return false;
		merge_add(&m, rows, n, i);
	}
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (i = 0; i < m.n && i < (size_t)in->limit; i++) {
		last = merge_row(&m, i);
		json_obj(&o, NULL);
		write_members(&o, last);
		json_end_obj(&o);
	}
	json_end_list(&o);
	json_put_z(&o, "next",
		   last && i < m.n ? arena_printf(rq->arena, "%lld.%s", (long long)last->last_at,
						  id_text(last->customer_id, id))
				   : NULL);
	json_end_obj(&o);
	return true;
}

/* The customer with all its leads, newest first. */
bool h_customer(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct customer_page_row c;
	struct lead_page_row *rows;
	struct scope scope;
	struct json_out o;
	struct id id;
	int found = 0;
	size_t n;

	(void)in;
	if (!path_id(rq, 0, &id, e) || !scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n && !found; i++)
		found = customer_get(db_of(rq),
				     &(struct customer_get_in){ scope.publishers[i], id },
				     rq->arena, &c, e);
	if (found <= 0)
		return found == 0 ? not_found("customer", e) : false;
	if (!lead_others(db_of(rq),
			 &(struct lead_others_in){ c.publisher_id, id, (struct id){ { 0 } },
						   LIMIT_PAGE },
			 rq->arena, &rows, &n, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	write_members(&o, &c);
	json_list(&o, "leadList");
	for (size_t i = 0; i < n; i++)
		write_lead(&o, NULL, &rows[i], rq->now_ms);
	json_end_list(&o);
	json_end_obj(&o);
	return true;
}
