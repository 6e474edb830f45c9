#include "api/handlers.h"

#include <stdlib.h>
#include "audit/audit.h"
#include "base/log.h"
#include "base/metric.h"

void *api_worker_start(void *ctx, struct err *e)
{
	struct api *api = ctx;
	struct api_worker *w = calloc(1, sizeof(*w));

	MUST(w != NULL);
	w->api = api;
	if (!sql_open(api->conf->db, SQL_DURABLE, &w->db, e)) {
		free(w);
		return NULL;
	}
	return w;
}

void api_worker_stop(void *ctx, void *worker)
{
	struct api_worker *w = worker;

	(void)ctx;
	sql_close(w->db);
	free(w);
}

void *api_loop_start(void *ctx, struct err *e)
{
	struct api *api = ctx;
	struct sql_db *db;

	if (!sql_open(api->conf->db, SQL_DURABLE, &db, e))
		return NULL;
	return intake_loop_new(api->intake, db);
}

void api_loop_stop(void *ctx, void *loop)
{
	(void)ctx;
	intake_loop_free(loop);
}

/* What does not say that it narrows itself is closed to those who do not reach all. */
static bool reaches(const struct http_request *rq, struct err *e)
{
	if (rq->who.reach == REACH_ALL || (rq->route->flags & ROUTE_REACH))
		return true;
	return ERR(e, ERR_FORBIDDEN, "auth.reach",
		   "This shows or changes more than you reach (%s): ask somebody who reaches all.",
		   rq->who.reach == REACH_NONE ? "nothing" : reach_text(rq->who.reach));
}

bool api_authenticate(struct http_request *rq, struct err *e)
{
	struct auth_request ask = {
		.authorization = http_header(rq, "authorization"),
		.cookie = http_cookie(rq, AUTH_COOKIE),
		.csrf = http_header(rq, "x-csrf-token"),
		.writing = rq->method != HTTP_GET && rq->method != HTTP_HEAD,
		.no_csrf = rq->route->flags & ROUTE_NO_CSRF,
		.peer = rq->peer,
		.now_ms = rq->now_ms,
	};
	struct auth_identity who;

	if (!auth_identify(worker_of(rq)->api->auth, db_of(rq), rq->arena, &ask, &who, e))
		return false;
	rq->who = (struct http_identity){ who.role, who.user_id, who.token_id, who.publisher,
					  who.csrf, who.name,    who.reach };
	return reaches(rq, e);
}

/* Ids only: who, which route, which resource, how it ended. */
void api_audit(struct http_request *rq, const struct http_reply *reply)
{
	struct id actor = id_is_null(rq->who.user_id) ? rq->who.token_id : rq->who.user_id;
	char text[ID_TEXT];
	struct audit_entry en = {
		.publisher = rq->who.publisher ? rq->who.publisher : "",
		.actor = id_text(actor, text),
		.verb = arena_printf(rq->arena, "%s %s", http_method_text(rq->method),
				     rq->route->path),
		/* What was not found may be another publisher's. */
		.ref = reply->status == 404 ? "" : audit_ref(rq->path_args[0]),
		.status = reply->status ? reply->status : 200,
		.at_ms = rq->now_ms,
	};
	struct err e;

	if (reply->unchanged)
		return;
	/* Nobody is known to have changed nothing: that could be asked for without end. */
	if (id_is_null(actor) && en.status >= 400)
		return;
	if (audit_write(db_of(rq), rq->arena, worker_of(rq)->api->seal, &en, &e))
		return;
	metric_add(METRIC_AUDIT_FAILURES, 1);
	log_err(LOG_ERROR, "api.audit-failed", &e);
}
