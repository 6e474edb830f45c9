/*
 * A scripted mail relay on a loopback socket: one connection at a time, STARTTLS or TLS from the
 * start. It answers as a good relay would, but for the commands that the script names.
 */
#pragma once
#include <pthread.h>
#include <stdatomic.h>
#include "base/attr.h"

#define RELAY_CLOSE ""   /* closes the connection instead of replying */
#define RELAY_HOLD  NULL /* says nothing, until the other side goes */

struct relay_say {
	const char *command; /* "HELLO" (greeting), "EHLO", "STARTTLS", "AUTH", "MAIL", … , "." */
	const char *reply;
};

struct relay {
	const struct relay_say *script;
	size_t count;
	bool tls_first, no_starttls;
	void *tls; /* SSL_CTX of peer_tls_new() */
	int port, listener, stop[2];
	pthread_t thread;
	pthread_mutex_t lock;
	atomic_int dots; /* messages that came to their final dot */
	size_t n;
	char heard[512 * 1024]; /* the commands and messages as they came */
};

void relay_start(struct relay *r);
void relay_stop(struct relay *r);
