/*
 * Signing in by a provider: a button leads to the provider, which sends the browser back with a
 * code. These two requests run on workers, where waiting for the provider is bounded (oidc/). What
 * goes wrong is told on the sign-in page in the person's language, and in the log with its remedy.
 */
#include "api/sign_in.h"

#include "audit/audit.h"
#include "base/log.h"

#define CODE_MAX 4096

bool h_sign_in_ways(struct http_request *rq, const void *in, struct http_reply *reply,
		    struct err *e)
{
	struct auth_provider *all;
	struct json_out o;
	size_t n;

	(void)in;
	if (!auth_provider_list(db_of(rq), rq->arena, "", &all, &n, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (size_t i = 0; i < n; i++) {
		json_obj(&o, NULL);
		json_put_z(&o, "id", all[i].id);
		json_put_z(&o, "name", all[i].name);
		json_end_obj(&o);
	}
	json_end_list(&o);
	json_end_obj(&o);
	return true;
}

/* ---- what went wrong ---- */

/* What the page has words for; whatever is not here is "provider". */
static const struct problem {
	const char *code, *page;
	enum log_level level;
} problems[] = {
	{ "auth.no-account", "account", LOG_INFO },
	{ "auth.not-active", "inactive", LOG_INFO },
	{ "auth.other-publisher", "account", LOG_INFO },
	{ "auth.throttled", "busy", LOG_INFO },
	{ "oidc.busy", "busy", LOG_WARN },
	{ "oidc.code", "again", LOG_WARN },
	{ "oidc.tenant", "account", LOG_INFO },
	{ "provider.linked", "account", LOG_INFO },
	{ "provider.unknown", "gone", LOG_INFO },
	{ "sign-in.denied", "denied", LOG_INFO },
	{ "sign-in.state", "again", LOG_INFO },
};

static bool go(struct http_reply *reply, const char *where)
{
	reply->status = 303;
	http_reply_header(reply, "location", where);
	http_reply_header(reply, "cache-control", "no-store");
	return true;
}

/* Back to the sign-in page. Nothing is changed, so nothing is audited. */
static bool tell(struct http_request *rq, const struct err *why, struct http_reply *reply)
{
	struct problem p = { why->code, "provider", LOG_WARN };

	for (size_t i = 0; i < LL_COUNT(problems); i++)
		if (!strcmp(problems[i].code, why->code))
			p = problems[i];
	if (why->kind == ERR_STORE || why->kind == ERR_BUG) {
		p.page = "busy";
		p.level = LOG_ERROR;
	}
	metric_add(METRIC_SIGNIN_FAILURES, 1);
	log_err(p.level, "sign-in.failed", why);
	reply->unchanged = true;
	return go(reply, arena_printf(rq->arena, "/sign-in?problem=%s", p.page));
}

static bool find(struct http_request *rq, struct auth_provider *ret, struct err *e)
{
	return auth_provider_get(db_of(rq), rq->arena, worker_of(rq)->api->seal, "",
				 rq->path_args[0], ret, e);
}

/* ---- to the provider ---- */

static bool begin(struct http_request *rq, struct http_reply *reply, struct err *e)
{
	struct auth_client client = { rq->peer, rq->secure, rq->now_ms };
	struct api *api = worker_of(rq)->api;
	struct auth_provider p;
	struct oidc_provider oidc;
	struct sign_in_flow f;
	const char *url;

	if (!auth_slow_down(api->auth, &client, e) || !find(rq, &p, e))
		return false;
	oidc = sign_in_provider(rq->arena, &p);
	f.oidc = oidc_flow_new(rq->arena, sign_in_redirect_uri(rq, p.id));
	f.next = sign_in_next(rq->arena, http_page_parameter(rq, "next"));
	if (!oidc_begin(api->oidc, rq->arena, &oidc, &f.oidc, rq->now_ms, &url, e))
		return false;
	sign_in_flow_keep(rq, p.id, &f, reply);
	return go(reply, url);
}

bool h_sign_in_begin(struct http_request *rq, const void *in, struct http_reply *reply,
		     struct err *e)
{
	(void)in;
	return begin(rq, reply, e) || tell(rq, e, reply);
}

/* ---- and back ---- */

/* What the provider answers instead of a code. The person may have said no; else it is for us. */
static bool refused(const char *error, struct err *e)
{
	static const char *const known[] = { "invalid_request",
					     "unauthorized_client",
					     "unsupported_response_type",
					     "invalid_scope",
					     "server_error",
					     "temporarily_unavailable",
					     "consent_required",
					     "login_required",
					     "interaction_required",
					     "account_selection_required" };

	if (!strcmp(error, "access_denied") || !strcmp(error, "consent_required"))
		return ERR(e, ERR_AUTH, "sign-in.denied",
			   "The person, or a rule at the provider, said no.");
	for (size_t i = 0; i < LL_COUNT(known); i++)
		if (!strcmp(known[i], error))
			return ERR(e, ERR_REMOTE, "sign-in.refused",
				   "The provider refuses the request: %s. Compare the client id "
				   "and the redirect URI with what is registered there.",
				   known[i]);
	return ERR(e, ERR_REMOTE, "sign-in.refused",
		   "The provider refuses the request with an error of its own: look at its log.");
}

/* Beside the row of the route: that an account was linked, or made. */
static bool audit_by(struct http_request *rq, const struct auth_user *u, enum auth_by by,
		     struct err *e)
{
	static const char *const verbs[] = {
		[AUTH_BY_LINK] = NULL,
		[AUTH_BY_EMAIL] = "sign-in link",
		[AUTH_BY_MADE] = "sign-in account",
	};
	char id[ID_TEXT];
	struct audit_entry en = {
		.publisher = u->publisher,
		.actor = id_text(u->id, id),
		.verb = verbs[by],
		.ref = id,
		.status = 200,
		.at_ms = rq->now_ms,
	};

	return !en.verb || audit_write(db_of(rq), rq->arena, worker_of(rq)->api->seal, &en, e);
}

static bool who_is_it(struct http_request *rq, const struct auth_provider *p,
		      const struct sign_in_flow *f, struct oidc_person *ret, struct err *e)
{
	const char *error = http_page_parameter(rq, "error");
	const char *code = http_page_parameter(rq, "code");
	struct oidc_provider oidc = sign_in_provider(rq->arena, p);

	if (error)
		return refused(error, e);
	if (!code || !*code || strlen(code) > CODE_MAX)
		return ERR(e, ERR_REMOTE, "sign-in.refused", "The provider sends no code.");
	return oidc_finish(worker_of(rq)->api->oidc, rq->arena, &oidc, &f->oidc, code,
			   http_page_parameter(rq, "iss"), rq->now_ms, ret, e);
}

static bool finish(struct http_request *rq, struct http_reply *reply, struct err *e)
{
	struct auth_client client = { rq->peer, rq->secure, rq->now_ms };
	struct auth *auth = worker_of(rq)->api->auth;
	struct auth_person person;
	struct auth_session session;
	struct oidc_person who;
	struct auth_provider p;
	struct sign_in_flow f;
	struct auth_user u;
	enum auth_by by;

	if (!auth_slow_down(auth, &client, e) || !find(rq, &p, e) ||
	    !sign_in_flow_open(rq, p.id, http_page_parameter(rq, "state"), &f, e))
		return false;
	sign_in_flow_forget(rq, reply);
	/* Asking took a while: it is as the provider is set up by now that somebody is let in. */
	if (!who_is_it(rq, &p, &f, &who, e) || !find(rq, &p, e))
		return false;
	person = (struct auth_person){ who.subject, who.name, who.email };
	if (!auth_sign_in_by(auth, db_of(rq), rq->arena, &client, &p, &person, &session, &by, e) ||
	    !auth_user_get(db_of(rq), rq->arena, "", session.user_id, &u, e) ||
	    !audit_by(rq, &u, by, e))
		return false;
	rq->who.user_id = u.id; /* for the audit */
	rq->who.publisher = u.publisher;
	http_reply_header(reply, "set-cookie", session.cookie);
	return go(reply, f.next);
}

bool h_sign_in_return(struct http_request *rq, const void *in, struct http_reply *reply,
		      struct err *e)
{
	(void)in;
	return finish(rq, reply, e) || tell(rq, e, reply);
}
