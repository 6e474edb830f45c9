/* The demo's receiver: keeps the last bodies in memory and shows them as a page. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "market/market.h"

#define KEPT     100
#define BODY_MAX (64 * 1024)

struct kept {
	int64_t at;
	char *id; /* webhook-id */
	char *body;
};
static struct {
	pthread_mutex_t lock;
	struct kept ring[KEPT];
	size_t taken; /* since the start */
} box = { .lock = PTHREAD_MUTEX_INITIALIZER };

static char *copy(struct str s)
{
	char *out = malloc(s.n + 1);

	MUST(out != NULL);
	memcpy(out, s.p, s.n);
	out[s.n] = 0;
	return out;
}

static bool take(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct kept k = { rq->now_ms, copy(str_of(http_header(rq, "webhook-id"))),
			  copy(str_upto(rq->body, rq->body.n < BODY_MAX ? rq->body.n : BODY_MAX)) };
	struct kept old;

	(void)in;
	(void)e;
	pthread_mutex_lock(&box.lock);
	old = box.ring[box.taken % KEPT];
	box.ring[box.taken++ % KEPT] = k;
	pthread_mutex_unlock(&box.lock);
	free(old.id);
	free(old.body);
	reply->status = 204;
	return true;
}

static void escape(struct buf *b, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<': buf_z(b, "&lt;"); break;
		case '>': buf_z(b, "&gt;"); break;
		case '&': buf_z(b, "&amp;"); break;
		case '"': buf_z(b, "&quot;"); break;
		default: buf_byte(b, *text);
		}
	}
}

static void write_page(struct buf *b)
{
	size_t n = box.taken < KEPT ? box.taken : KEPT;
	char time[CLOCK_TEXT];

	buf_printf(b,
		   "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta "
		   "http-equiv=\"refresh\" "
		   "content=\"3\"><title>Demo receiver</title><h1>Demo receiver</h1><p>%zu "
		   "deliveries taken "
		   "since the start; the last %zu, newest first.</p>",
		   box.taken, n);
	for (size_t i = 0; i < n; i++) {
		const struct kept *k = &box.ring[(box.taken - 1 - i) % KEPT];

		buf_printf(b, "<h2>%s ", clock_text(k->at, time));
		escape(b, k->id);
		buf_z(b, "</h2><pre>");
		escape(b, k->body);
		buf_z(b, "</pre>");
	}
	buf_z(b, "</html>");
}

static bool show(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	(void)rq;
	(void)in;
	(void)e;
	buf_free(&reply->body);
	reply->body = buf_new(KEPT * (BODY_MAX * 6 + 1024));
	reply->content_type = "text/html; charset=utf-8";
	http_reply_header(reply, "cache-control", "no-store");
	pthread_mutex_lock(&box.lock);
	write_page(&reply->body);
	pthread_mutex_unlock(&box.lock);
	return true;
}

const struct route market_routes[] = {
	{ .method = HTTP_POST,
	  .path = MARKET_RECEIVER_PATH,
	  .role = ROLE_ANYONE,
	  .flags = ROUTE_PAGE | ROUTE_NO_CSRF,
	  .fn = take,
	  .summary = "The demo's receiver takes a delivery" },
	{ .method = HTTP_GET,
	  .path = MARKET_RECEIVER_PATH,
	  .role = ROLE_ANYONE,
	  .flags = ROUTE_PAGE,
	  .fn = show,
	  .summary = "The demo's receiver shows what it took" },
};
const size_t market_route_count = LL_COUNT(market_routes);
