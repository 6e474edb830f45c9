/* Headers in and out: look-up, cookies, and what every answer carries. */
#include "http/server.h"

static struct str view(h2o_iovec_t v)
{
	return (struct str){ v.base ? v.base : "", v.len };
}

const struct header *headers_copy(struct arena *a, h2o_req_t *req, size_t *ret_n)
{
	struct header *all = ARENA_ARRAY(a, struct header, req->headers.size);

	for (size_t i = 0; i < req->headers.size; i++) {
		const h2o_header_t *h = &req->headers.entries[i];

		all[i].name = str_dup(a, view(*h->name));
		all[i].value = str_dup(a, view(h->value));
	}
	*ret_n = req->headers.size;
	return all;
}

const char *http_header(const struct http_request *rq, const char *lower_name)
{
	const struct server_side *side = rq->server_side;

	if (!side) /* a command: nobody sent any */
		return NULL;
	for (size_t i = 0; i < side->header_count; i++)
		if (!strcmp(side->headers[i].name, lower_name))
			return side->headers[i].value;
	for (size_t i = 0; side->req && i < side->req->headers.size; i++)
		if (str_eq_z(view(*side->req->headers.entries[i].name), lower_name))
			return str_dup(rq->arena, view(side->req->headers.entries[i].value));
	return NULL;
}

const char *http_cookie(const struct http_request *rq, const char *name)
{
	struct str rest = str_of(http_header(rq, "cookie")), piece;

	while (rest.n && str_split(&rest, ';', &piece)) {
		size_t cut = str_find(piece, '=');

		if (cut < piece.n && str_eq_z(str_trim(str_upto(piece, cut)), name))
			return str_dup(rq->arena, str_trim(str_from(piece, cut + 1)));
	}
	return NULL;
}

static bool token_has(struct str list, const char *token)
{
	struct str piece;

	while (list.n && str_split(&list, ',', &piece)) {
		size_t cut = str_find(piece, ';');
		struct str rank = str_trim(str_from(piece, cut));

		if (str_ieq_z(str_trim(str_upto(piece, cut)), token))
			return !str_ieq_z(rank, ";q=0") && !str_ieq_z(rank, "; q=0");
	}
	return false;
}

bool http_accepts_gzip(const struct http_request *rq)
{
	return token_has(str_of(http_header(rq, "accept-encoding")), "gzip");
}

#define PAGE_POLICY                                                                                \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "          \
	"font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "           \
	"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
#define OTHER_POLICY "default-src 'none'; frame-ancestors 'none'"

/* The headers of every answer; a handler's own of the same name wins. */
static const struct {
	const char *name, *value;
	enum { ALWAYS, ON_PAGE, OFF_PAGE, WHEN_SECURE } when;
} standing[] = {
	{ "cache-control", "no-store", ALWAYS },
	{ "content-security-policy", PAGE_POLICY, ON_PAGE },
	{ "content-security-policy", OTHER_POLICY, OFF_PAGE },
	{ "cross-origin-opener-policy", "same-origin", ON_PAGE },
	{ "permissions-policy", "camera=(), geolocation=(), microphone=()", ON_PAGE },
	{ "referrer-policy", "no-referrer", ALWAYS },
	{ "strict-transport-security", "max-age=31536000", WHEN_SECURE },
	{ "x-content-type-options", "nosniff", ALWAYS },
};

static bool set_by_handler(const struct http_reply *r, const char *name)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (!strcmp(r->headers[i].name, name))
			return true;
	return false;
}

static bool stands(size_t i, bool page, bool secure)
{
	switch (standing[i].when) {
	case ALWAYS: return true;
	case ON_PAGE: return page;
	case OFF_PAGE: return !page;
	case WHEN_SECURE: return secure;
	}
	return false;
}

void reply_security(h2o_req_t *req, const struct http_request *rq, const struct http_reply *r)
{
	bool page = rq->route && (rq->route->flags & ROUTE_PAGE);

	for (size_t i = 0; i < LL_COUNT(standing); i++)
		if (stands(i, page, rq->secure) && !set_by_handler(r, standing[i].name))
			h2o_add_header_by_str(&req->pool, &req->res.headers, standing[i].name,
					      strlen(standing[i].name), 0, NULL, standing[i].value,
					      strlen(standing[i].value));
}

void reply_security_text(struct buf *b, bool secure)
{
	for (size_t i = 0; i < LL_COUNT(standing); i++)
		if (stands(i, false, secure))
			buf_printf(b, "%s: %s\r\n", standing[i].name, standing[i].value);
}
