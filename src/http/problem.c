/*
 * Errors as RFC 9457 problems: the one table from kind to status. What is the server's own trouble
 * is told in general words; the log has the details.
 */
#include "http/http.h"

#include <stdatomic.h>
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "http/problem.h"

static const struct kind_row {
	enum err_kind kind;
	int status;
	const char *retry_after; /* seconds, or NULL */
	const char *general;     /* said instead of the error's own text, or NULL */
} kinds[] = {
	{ ERR_INPUT, 400, NULL, NULL },
	{ ERR_AUTH, 401, NULL, NULL },
	{ ERR_FORBIDDEN, 403, NULL, NULL },
	{ ERR_NOT_FOUND, 404, NULL, NULL },
	{ ERR_CONFLICT, 409, NULL, NULL },
	{ ERR_STALE, 412, NULL, NULL },
	{ ERR_UNSEEN, 428, NULL, NULL },
	{ ERR_TOO_LARGE, 413, NULL, NULL },
	{ ERR_LIMIT, 429, "30", NULL },
	{ ERR_PACE, 429, "1", NULL },
	{ ERR_BUSY, 503, "1", NULL },
	{ ERR_STORE, 503, "5",
	  "The store does not answer at the moment. Nothing was changed; try again." },
	{ ERR_REMOTE, 502, NULL, NULL },
	{ ERR_BUG, 500, NULL, "The server made a mistake. It is in the server's log." },
};

static const struct {
	int status;
	const char *text;
} reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 206, "Partial Content" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },
	{ 422, "Unprocessable Content" },
	{ 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
};

const char *http_reason(int status)
{
	for (size_t i = 0; i < LL_COUNT(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Unknown";
}

static const struct kind_row *row_of(enum err_kind kind)
{
	for (size_t i = 0; i < LL_COUNT(kinds); i++)
		if (kinds[i].kind == kind)
			return &kinds[i];
	return &kinds[LL_COUNT(kinds) - 1];
}

/* A store that is gone fails every request: one line a second says it as well as thousands. */
static void log_trouble(const struct err *e)
{
	static _Atomic int64_t last;
	int64_t now = clock_mono(), before = atomic_load(&last);

	if (now - before >= 1000 && atomic_compare_exchange_strong(&last, &before, now))
		log_err(LOG_ERROR, "http.failed", e);
}

static void write_errors(struct json_out *o, const struct err *e, const struct field_problems *p)
{
	const struct err *all = p && p->n ? p->e : e;
	size_t n = p && p->n ? p->n : 1;

	json_list(o, "errors");
	for (size_t i = 0; i < n; i++) {
		json_obj(o, NULL);
		json_put_z(o, "field", all[i].field);
		json_put_z(o, "code", all[i].code);
		json_put_z(o, "message", all[i].text);
		json_end_obj(o);
	}
	json_end_list(o);
}

static bool has_header(const struct http_reply *r, const char *name)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (!strcmp(r->headers[i].name, name))
			return true;
	return false;
}

/* What an answer that did not come about said of itself. */
static void drop_etag(struct http_reply *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->header_count; i++)
		if (strcmp(r->headers[i].name, "etag") != 0)
			r->headers[kept++] = r->headers[i];
	r->header_count = kept;
}

void problem_write(struct http_reply *r, int status, const struct err *e,
		   const struct field_problems *p)
{
	const struct kind_row *row = row_of(e->kind);
	bool fields = (p && p->n) || e->field[0];
	struct json_out o;

	if (row->general)
		log_trouble(e);
	http_reply_free(r);
	drop_etag(r);
	r->body = buf_new(LIMIT_REPLY);
	r->static_body = (struct str){ NULL, 0 };
	r->status = status;
	r->content_type = "application/problem+json";
	if (row->retry_after && !has_header(r, "retry-after"))
		http_reply_header(r, "retry-after", row->retry_after);
	if (status == 401 && !has_header(r, "www-authenticate"))
		http_reply_header(r, "www-authenticate", "Bearer");
	o = json_out(&r->body);
	json_obj(&o, NULL);
	json_put_z(&o, "type", "about:blank");
	json_put_z(&o, "title", http_reason(status));
	json_put_int(&o, "status", status);
	json_put_z(&o, "detail", row->general ? row->general : e->text);
	json_put_z(&o, "code", e->code ? e->code : "error");
	if (fields && !row->general)
		write_errors(&o, e, p);
	json_end_obj(&o);
}

void http_file_close(FILE *file, void (*gone)(void))
{
	fclose(file);
	if (gone)
		gone();
}

void http_reply_free(struct http_reply *r)
{
	buf_free(&r->body);
	if (r->file)
		http_file_close(r->file, r->file_gone);
	r->file = NULL;
}

void http_reply_problem(struct http_reply *r, const struct err *e, const struct field_problems *p)
{
	int status = row_of(e->kind)->status;

	if (e->kind == ERR_INPUT && (e->field[0] || (p && p->n)))
		status = 422;
	problem_write(r, status, e, p);
}

void http_reply_header(struct http_reply *r, const char *name, const char *value)
{
	MUST(r->header_count < HTTP_REPLY_HEADERS);
	r->headers[r->header_count].name = name;
	r->headers[r->header_count++].value = value;
}
