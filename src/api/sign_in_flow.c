/* What the browser carries through a sign-in at a provider, and where it goes then. */
#include "api/sign_in.h"

#define COOKIE     "leadline_sign_in"
#define COOKIE_S   600
#define NEXT_MAX   512
#define FIRST_PAGE "/leads"
#define FIELDS     6

static const char *place_of(struct arena *a, const char *provider)
{
	return arena_printf(a, "sign-in %s", provider);
}

static void set_cookie(struct http_request *rq, const char *value, int max_age,
		       struct http_reply *reply)
{
	http_reply_header(reply, "set-cookie",
			  arena_printf(rq->arena,
				       COOKIE "=%s; Path=/sign-in; Max-Age=%d; HttpOnly; "
					      "SameSite=Lax%s",
				       value, max_age, rq->secure ? "; Secure" : ""));
}

void sign_in_flow_keep(struct http_request *rq, const char *provider, const struct sign_in_flow *f,
		       struct http_reply *reply)
{
	const char *plain = arena_printf(
		rq->arena, "%lld\n%s\n%s\n%s\n%s\n%s", (long long)rq->now_ms + COOKIE_S * 1000LL,
		f->oidc.state, f->oidc.nonce, f->oidc.verifier, f->oidc.redirect_uri, f->next);
	struct str sealed = seal_text(worker_of(rq)->api->seal, rq->arena,
				      place_of(rq->arena, provider), str_of(plain));

	set_cookie(rq, str_base64url(rq->arena, sealed.p, sealed.n), COOKIE_S, reply);
}

void sign_in_flow_forget(struct http_request *rq, struct http_reply *reply)
{
	set_cookie(rq, "", 0, reply);
}

static bool lost(struct err *e)
{
	return ERR(e, ERR_AUTH, "sign-in.state",
		   "This browser began no such sign-in, or more than ten minutes ago: begin anew.");
}

static bool read_cookie(struct http_request *rq, const char *provider,
			const char *ret_fields[FIELDS])
{
	const char *cookie = http_cookie(rq, COOKIE);
	struct str sealed, plain, piece;
	struct err why;
	size_t n = 0;

	if (!cookie || !str_unbase64url(rq->arena, str_of(cookie), &sealed) ||
	    !seal_read(worker_of(rq)->api->seal, rq->arena, place_of(rq->arena, provider), sealed,
		       &plain, &why))
		return false;
	while (n < FIELDS && str_split(&plain, '\n', &piece))
		ret_fields[n++] = str_dup(rq->arena, piece);
	return n == FIELDS;
}

bool sign_in_flow_open(struct http_request *rq, const char *provider, const char *state,
		       struct sign_in_flow *ret, struct err *e)
{
	const char *f[FIELDS];
	int64_t until;

	if (!state || !read_cookie(rq, provider, f) || !str_int(str_of(f[0]), &until) ||
	    rq->now_ms >= until || !str_same_secret(str_of(f[1]), str_of(state)))
		return lost(e);
	*ret = (struct sign_in_flow){ { f[1], f[2], f[3], f[4] }, f[5] };
	return true;
}

/* Anything that a browser could take for another host is none of ours. */
static bool is_local(const char *path)
{
	if (path[0] != '/' || path[1] == '/' || path[1] == '\\' || strlen(path) > NEXT_MAX)
		return false;
	if (str_starts(str_of(path), "/sign-in") || str_starts(str_of(path), "/api/"))
		return false;
	for (const char *c = path; *c; c++)
		if ((unsigned char)*c < ' ' || *c == '\\' || *c == 0x7f)
			return false;
	return true;
}

const char *sign_in_next(struct arena *a, const char *asked)
{
	AUTO_BUF b = buf_new((size_t)3 * NEXT_MAX + 1);

	if (!asked || !is_local(asked))
		return FIRST_PAGE;
	for (const char *c = asked; *c; c++) {
		unsigned char u = (unsigned char)*c;

		if (u <= ' ' || u >= 0x7f || strchr("\"<>`", u))
			buf_printf(&b, "%%%02X", u);
		else
			buf_byte(&b, *c);
	}
	return str_dup(a, buf_view(&b));
}

const char *sign_in_redirect_uri(struct http_request *rq, const char *provider)
{
	return arena_printf(rq->arena, "%s/sign-in/%s/return", worker_of(rq)->api->public_url,
			    provider);
}

struct oidc_provider sign_in_provider(struct arena *a, const struct auth_provider *p)
{
	const char **tenants = ARENA_ARRAY(a, const char *, strlen(p->tenants) + 2);
	struct str rest = str_of(p->tenants), piece;
	size_t n = 0;

	while (rest.n && str_split(&rest, ',', &piece))
		if (piece.n)
			tenants[n++] = str_dup(a, piece);
	return (struct oidc_provider){
		.issuer = p->issuer,
		.client_id = p->client_id,
		.client_secret = p->secret && *p->secret ? p->secret : NULL,
		.tenants = tenants,
		.ca_file = *p->ca_file ? p->ca_file : NULL,
		.allow_http = p->allow_http,
		.allow_private = p->allow_private,
	};
}
