/*
 * A scripted mail relay on a loopback socket: STARTTLS or TLS from the start, a thread for each
 * connection. It answers as a good relay would, but for the commands that the script names.
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
	int nth; /* only when the command comes for the nth time, over all connections; 0: always */
	bool close; /* replies, ends TLS as it should, and closes */
};
#define RELAY_THREADS 64 /* connections in all */

struct relay {
	const struct relay_say *script;
	size_t count;
	bool tls_first, no_starttls;
	void *tls; /* SSL_CTX of peer_tls_new() */
	int port;  /* 0: any that is free */
	int listener, stop[2];
	pthread_t thread, serving[RELAY_THREADS];
	pthread_mutex_t lock;
	atomic_int connections;
	atomic_int dots; /* messages that came to their final dot */
	int came[16];    /* how often each command of the script did */
	size_t n;
	char heard[512 * 1024]; /* the commands and messages as they came */
};

void relay_start(struct relay *r);
void relay_stop(struct relay *r); /* closes all that is open */
/* How often it heard a command. */
int relay_heard(struct relay *r, const char *line);
