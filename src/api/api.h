/*
 * The API: one route table, and what its handlers share. Handlers decode nothing and send nothing:
 * http/ gives them checked structs and takes their reply.
 */
#pragma once
#include "auth/auth.h"
#include "conf/conf.h"
#include "http/http.h"
#include "intake/intake.h"
#include "live/live.h"
#include "load/load.h"
#include "oidc/oidc.h"
#include "place/place.h"
#include "routing/routing.h"

/* What a server is made of; owned by cmd/serve.c. Members that a command does not run are NULL. */
struct rematch_job;
struct sender;
struct api {
	const struct conf *conf; /* as at start; what may change is told to its owner */
	const char *public_url;  /* without a slash at its end */
	struct seal *seal;
	struct auth *auth;
	struct oidc *oidc; /* NULL where no server runs */
	struct intake *intake;
	struct routing *routing;
	struct placer *placer;
	struct rematch_job *rematch; /* match/: NULL where no server runs */
	struct sender *sender;       /* outbox/; told of new work by wake_sender */
	void (*wake_sender)(struct sender *sender);
	struct live *live;
	struct loader *loader;
	const char *import_dir; /* of files that are being imported, and of exports on their way */
};

/* http_config hooks; ctx is the struct api. */
void *api_worker_start(void *ctx, struct err *e);
void api_worker_stop(void *ctx, void *worker);
void *api_loop_start(void *ctx, struct err *e);
void api_loop_stop(void *ctx, void *loop);
bool api_authenticate(struct http_request *rq, struct err *e);
void api_audit(struct http_request *rq, const struct http_reply *reply);

extern const struct route api_routes[];
extern const size_t api_route_count;
/* The whole description as OpenAPI 3.1 JSON, from a route table. */
bool api_openapi(const struct route *routes, size_t n, struct buf *b);
