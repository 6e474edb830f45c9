/*
 * A receiver for the sender's tests: one thread, epoll, keep-alive, many connections. A function of
 * the test decides each answer; it runs in the sink's thread.
 */
#pragma once
#include <stdatomic.h>
#include <pthread.h>
#include "base/attr.h"
#include "base/str.h"

struct sink_request {
	char id[64];      /* webhook-id */
	const char *head; /* request line and headers, NUL-ended */
	struct str body;
	int n; /* which request of the sink this is, from 0 */
};
/* A status to answer, or 0 to let the other side wait; *extra may get header lines, or all of them
 * with their empty line and a body. */
typedef int sink_fn(void *ctx, const struct sink_request *r, const char **extra);

struct sink {
	int port, listener, epoll, stop[2];
	sink_fn *fn;
	void *ctx;
	atomic_int requests;
	pthread_t thread;
};
void sink_start(struct sink *s, sink_fn *fn, void *ctx);
void sink_stop(struct sink *s);
