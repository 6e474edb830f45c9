/* Authorization code with PKCE (RFC 6749, 4.1; RFC 7636; OpenID Connect Core, 3.1). */
#include "base/buf.h"
#include "base/hash.h"
#include "oidc/documents.h"

#define WELL_KNOWN "/.well-known/openid-configuration"
#define SCOPE      "openid profile email"
#define URL_MAX    8192
#define RANDOM     32 /* bytes of state, nonce and verifier */

struct oidc_flow oidc_flow_new(struct arena *a, const char *redirect_uri)
{
	return (struct oidc_flow){ rand_token(a, RANDOM), rand_token(a, RANDOM),
				   rand_token(a, RANDOM), redirect_uri };
}

static void put_encoded(struct buf *b, const char *z)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~";

	for (; *z; z++) {
		unsigned char c = (unsigned char)*z;

		if (strchr(plain, c)) {
			buf_byte(b, *z);
			continue;
		}
		buf_byte(b, '%');
		buf_byte(b, hex[c >> 4]);
		buf_byte(b, hex[c & 15]);
	}
}

static void put(struct buf *b, char before, const char *name, const char *value)
{
	if (before)
		buf_byte(b, before);
	buf_z(b, name);
	buf_byte(b, '=');
	put_encoded(b, value);
}

static const char *well_known(struct arena *a, const struct oidc_provider *p)
{
	size_t n = strlen(p->issuer);

	if (n && p->issuer[n - 1] == '/')
		n--;
	return arena_printf(a, "%.*s" WELL_KNOWN, (int)n, p->issuer);
}

/* ---- to the provider ---- */

/* What is kept may have been put right at the provider meanwhile. */
static bool discover(struct oidc *o, const struct oidc_talk *t, const struct oidc_provider *p,
		     struct oidc_metadata *ret, struct err *e)
{
	const char *url = well_known(t->arena, p);
	struct str text;

	return oidc_document(o, t, p, url, false, &text, e) &&
	       (oidc_metadata_read(t->arena, p, text, ret, e) ||
		(oidc_document(o, t, p, url, true, &text, e) &&
		 oidc_metadata_read(t->arena, p, text, ret, e)));
}

static bool metadata_of(struct oidc *o, struct arena *a, const struct oidc_provider *p,
			int64_t now_ms, struct oidc_metadata *ret, struct err *e)
{
	struct oidc_talk t = { .arena = a, .now_ms = now_ms };
	struct str text;
	bool ok;

	if (oidc_document_kept(o, a, p, well_known(a, p), now_ms, &text) &&
	    oidc_metadata_read(a, p, text, ret, e))
		return true;
	if (!oidc_enter(o, &t, e))
		return false;
	ok = discover(o, &t, p, ret, e);
	oidc_leave(o);
	return ok;
}

bool oidc_begin(struct oidc *o, struct arena *a, const struct oidc_provider *p,
		const struct oidc_flow *f, int64_t now_ms, const char **ret_url, struct err *e)
{
	struct hash challenge = hash_sha256(str_of(f->verifier));
	AUTO_BUF b = buf_new(URL_MAX);
	struct oidc_metadata m;

	if (!metadata_of(o, a, p, now_ms, &m, e))
		return false;
	buf_z(&b, m.authorization);
	put(&b, strchr(m.authorization, '?') ? '&' : '?', "response_type", "code");
	put(&b, '&', "client_id", p->client_id);
	put(&b, '&', "redirect_uri", f->redirect_uri);
	put(&b, '&', "scope", SCOPE);
	put(&b, '&', "state", f->state);
	put(&b, '&', "nonce", f->nonce);
	put(&b, '&', "code_challenge", str_base64url(a, challenge.b, sizeof(challenge.b)));
	put(&b, '&', "code_challenge_method", "S256");
	if (!buf_ok(&b))
		return ERR(e, ERR_REMOTE, "oidc.discovery",
			   "The authorization_endpoint of the provider is too long.");
	*ret_url = str_dup(a, buf_view(&b));
	return true;
}

/* ---- and back ---- */

/* RFC 6749, 2.3.1: id and secret are encoded as in forms before they go into Basic. */
static bool add_credentials(struct arena *a, const struct oidc_provider *p, bool basic,
			    struct buf *body, struct net_request *r, struct err *e)
{
	AUTO_BUF pair = buf_new(URL_MAX);

	if (!basic || !p->client_secret) {
		put(body, '&', "client_id", p->client_id);
		if (p->client_secret)
			put(body, '&', "client_secret", p->client_secret);
		return true;
	}
	put_encoded(&pair, p->client_id);
	buf_byte(&pair, ':');
	put_encoded(&pair, p->client_secret);
	if (!buf_ok(&pair))
		return ERR(e, ERR_REMOTE, "oidc.client", "The client's secret is too long.");
	return net_header(
		r, "Authorization",
		arena_printf(a, "Basic %s", str_base64(a, buf_view(&pair).p, buf_view(&pair).n)),
		e);
}

/* RFC 6749, 5.2. What else the answer says may be about a person: it is not told. */
static bool refused(const struct json *answer, int status, struct err *e)
{
	struct str code = json_str(json_get(answer, "error"));

	if (str_eq_z(code, "invalid_client") || str_eq_z(code, "unauthorized_client"))
		return ERR(e, ERR_REMOTE, "oidc.client",
			   "The provider does not take the client id or the secret: the secret may "
			   "be over. Make a new one there and set it here.");
	if (str_eq_z(code, "invalid_grant"))
		return ERR(e, ERR_AUTH, "oidc.code",
			   "The provider does not take the code: it was used before, is over, or "
			   "the redirect URI registered there is another one.");
	return ERR(e, ERR_REMOTE, "oidc.answer",
		   "The provider's token_endpoint answers %d without an ID token.", status);
}

static bool fetch_token(const struct oidc_talk *t, const struct oidc_provider *p,
			const struct oidc_metadata *m, const struct oidc_flow *f, const char *code,
			struct str *ret, struct err *e)
{
	struct net_request r = { .method = "POST", .url = m->token, .secret = p->client_secret };
	struct net_reply *reply = ARENA_NEW(t->arena, struct net_reply);
	AUTO_BUF body = buf_new(URL_MAX);
	AUTO_JSON answer = NULL;
	struct err why;
	struct str token;

	put(&body, 0, "grant_type", "authorization_code");
	put(&body, '&', "code", code);
	put(&body, '&', "redirect_uri", f->redirect_uri);
	put(&body, '&', "code_verifier", f->verifier);
	if (!add_credentials(t->arena, p, m->basic, &body, &r, e))
		return false;
	if (!buf_ok(&body))
		return ERR(e, ERR_AUTH, "oidc.code", "The code is too long.");
	r.body = buf_view(&body);
	if (!net_header(&r, "Content-Type", "application/x-www-form-urlencoded", e) ||
	    !net_header(&r, "Accept", "application/json", e) || !oidc_request(t, p, &r, reply, e))
		return false;
	if (!json_parse(reply->body, &answer, &why))
		answer = NULL;
	token = json_str(json_get(answer, "id_token"));
	if (reply->status != 200 || !token.n)
		return refused(answer, reply->status, e);
	*ret = (struct str){ str_dup(t->arena, token), token.n };
	return true;
}

/* A provider may have new keys; then the token is signed by one that is not known yet. */
static bool check_signature(struct oidc *o, const struct oidc_talk *t,
			    const struct oidc_provider *p, const struct oidc_metadata *m,
			    struct str token, struct str *ret, struct err *e)
{
	struct str keys;

	if (!oidc_document(o, t, p, m->keys, false, &keys, e))
		return false;
	if (oidc_signature_check(t->arena, token, keys, ret, e))
		return true;
	return !strcmp(e->code, "oidc.key") && oidc_document(o, t, p, m->keys, true, &keys, e) &&
	       oidc_signature_check(t->arena, token, keys, ret, e);
}

/* RFC 9207: the answer is that of the provider that was asked, not another's. */
static bool check_answer(const struct oidc_metadata *m, const char *issuer, struct err *e)
{
	if (issuer ? !strstr(m->issuer, OIDC_TENANT_PART) && strcmp(issuer, m->issuer) != 0
		   : m->says_issuer)
		return ERR(e, ERR_AUTH, "oidc.issuer",
			   "The answer comes from another provider than the one that was asked.");
	return true;
}

static bool finish(struct oidc *o, const struct oidc_talk *t, const struct oidc_provider *p,
		   const struct oidc_flow *f, const char *code, const char *issuer,
		   struct oidc_person *ret, struct err *e)
{
	struct oidc_metadata m;
	struct str token, payload;

	if (!discover(o, t, p, &m, e) || !check_answer(&m, issuer, e) ||
	    !fetch_token(t, p, &m, f, code, &token, e) ||
	    !check_signature(o, t, p, &m, token, &payload, e) ||
	    !oidc_claims_check(t->arena, p, &m, payload, f->nonce, t->now_ms, ret, e))
		return false;
	if (issuer && strcmp(issuer, ret->issuer) != 0)
		return ERR(e, ERR_AUTH, "oidc.issuer",
			   "The answer and the ID token come from different issuers.");
	return true;
}

bool oidc_finish(struct oidc *o, struct arena *a, const struct oidc_provider *p,
		 const struct oidc_flow *f, const char *code, const char *issuer, int64_t now_ms,
		 struct oidc_person *ret, struct err *e)
{
	struct oidc_talk t = { .arena = a, .now_ms = now_ms };
	bool ok;

	if (!oidc_enter(o, &t, e))
		return false;
	ok = finish(o, &t, p, f, code, issuer, ret, e);
	oidc_leave(o);
	return ok;
}
