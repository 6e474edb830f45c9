/* One exchange on one curl easy handle. Private to net/. */
#pragma once
#include <curl/curl.h>
#include "net/net.h"

struct net_transfer {
	CURL *easy; /* kept between exchanges, reset before each */
	struct curl_slist *headers;
	struct arena *arena;
	const struct net_request *request;
	struct net_reply reply;
	struct buf body;       /* grows to NET_REPLY_MAX, kept between exchanges */
	size_t header_bytes;   /* of all header blocks, interim ones too */
	bool headers_complete; /* the empty line of the final header block was seen */
	bool body_capped;      /* we stopped reading on purpose */
	bool refused;          /* the guard refused an address */
	bool dialled;          /* it let one through */
	int64_t started_ms;
	char words[CURL_ERROR_SIZE];
	net_done_fn *done;
	void *ctx;
	struct net_transfer *next_free;
};

void net_transfer_init(struct net_transfer *t);
void net_transfer_free(struct net_transfer *t);
/* Makes the handle ready for r. False: r cannot be sent at all; the reply says why. */
bool net_transfer_start(struct net_transfer *t, struct arena *a, const struct net_request *r);
/* Turns curl's result into t->reply. */
void net_transfer_finish(struct net_transfer *t, CURLcode result);

/* Retry-After in ms from now, -1 when it is absent or makes no sense. */
int64_t net_retry_after(const char *value, int64_t now_ms);
