/* peer - one client connection of the load generator: plain or TLS, non-blocking, one request at a
 * time. The owner registers fd with epoll (edge triggered, in and out) and calls peer_step() on
 * every event. */
#pragma once

#include <openssl/ssl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PEER_OUT_MAX = 2048, PEER_IN_MAX = 256 * 1024 };

enum peer_state {
	PEER_CLOSED = 1,
	PEER_CONNECTING,
	PEER_HANDSHAKE,
	PEER_SENDING,
	PEER_RECEIVING,
	PEER_READY
};

struct peer {
	enum peer_state state;
	int fd;
	SSL *ssl;
	uint64_t began_ns; /* the owner's: what the latency counts from */
	uint64_t number;   /* the owner's: which lead this is */
	size_t out_len, out_done, in_used;
	int status;          /* of the last answer */
	const char *in_body; /* of the last answer, zero-terminated */
	bool last;           /* the server said Connection: close */
	char out[PEER_OUT_MAX];
	char in[PEER_IN_MAX + 1];
};

enum peer_result { PEER_WAIT = 1, PEER_ANSWERED, PEER_FAILED };

/* Opens a connection; state becomes CONNECTING. False: none could be made. */
bool peer_open(struct peer *p, const struct sockaddr_in *to, SSL_CTX *tls);
void peer_close(struct peer *p);

/* Moves on as far as the socket lets it. ANSWERED leaves the peer READY; the owner fills out, sets
 * out_len and calls peer_send(). FAILED leaves it for peer_close(). */
enum peer_result peer_step(struct peer *p);

/* Sends what lies in out: at once when READY, else as soon as the connection stands. */
enum peer_result peer_send(struct peer *p);
