/*
 * A scripted peer on a raw loopback socket: reads a whole request, sends given bytes, and then
 * closes, resets, or holds the connection. One connection at a time, each with its own step of the
 * script; the last step repeats.
 */
#pragma once
#include <pthread.h>
#include <stdatomic.h>
#include "base/attr.h"

enum peer_end { PEER_CLOSE = 0, PEER_RESET, PEER_HOLD, PEER_KEEP };

struct peer_step {
	const char *bytes;
	size_t n; /* 0: strlen(bytes) */
	enum peer_end end;
	int drip_ms;        /* pause between single bytes; 0: all at once */
	bool endless;       /* sends bytes again and again until the other side is gone */
	bool hang_up_first; /* closes without reading */
};

struct peer {
	const struct peer_step *steps;
	size_t step_count;
	void *tls; /* SSL_CTX, or NULL */
	int port, listener, stop[2];
	pthread_t thread;
	atomic_int connections, requests;
	pthread_mutex_t lock;
	char last[256 * 1024]; /* the last request as it came */
};

void peer_start(struct peer *p, const struct peer_step *steps, size_t n);
void peer_stop(struct peer *p);
/* A self-signed certificate for the name, made now; path gets it as PEM. */
void *peer_tls_new(const char *name, const char *pem_path);
void peer_tls_free(void *tls);
