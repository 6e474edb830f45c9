#include "api/handlers.h"

#include <stdlib.h>

struct listening {
	struct live *live;
	struct live_listener *who;
};

static void send(void *ctx, struct str events)
{
	http_stream_send(ctx, events);
}

static void closed(void *ctx)
{
	struct listening *l = ctx;

	live_leave(l->live, l->who);
	free(l);
}

/* The live stream; Last-Event-ID says from where. */
bool h_events(struct http_request *rq, struct http_stream *s, struct err *e)
{
	const char *last = http_header(rq, "last-event-id");
	struct listening *l;
	struct id after = { { 0 } };

	if (last && *last && !id_parse(str_of(last), &after))
		return ERR(e, ERR_INPUT, "events.last-id",
			   "Last-Event-ID must be the id of an event.");
	l = calloc(1, sizeof(*l));
	MUST(l != NULL);
	l->live = worker_of(rq)->api->live;
	http_stream_send(s, STR(": welcome\n\n"));
	l->who = live_join(l->live, rq->who.publisher, reach_of_caller(rq), after, send, s);
	http_stream_on_close(s, closed, l);
	return true;
}
