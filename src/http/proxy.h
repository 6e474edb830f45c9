/* Whom to believe about the client's address: proxies inside the trusted networks. Private to
 * http/. */
#pragma once
#include <netinet/in.h>
#include <sys/socket.h>
#include "http/http.h"

struct network {
	uint8_t bytes[16]; /* IPv4 as ::ffff:a.b.c.d */
	unsigned bits;
};
struct networks {
	struct network *all;
	size_t n;
};
/* "10.0.0.0/8", "fd00::/8", "192.0.2.1"; list may be NULL. */
bool networks_parse(struct arena *a, const char *const *list, struct networks *ret,
		    struct err *e) LL_MUST;
bool networks_have(const struct networks *n, const struct sockaddr *sa);

#define ADDRESS_TEXT INET6_ADDRSTRLEN
char *address_text(const struct sockaddr *sa, char out[ADDRESS_TEXT]); /* mapped IPv4 as IPv4 */

/*
 * The client as a trusted proxy tells it: of X-Forwarded-For (else Forwarded) the last address that
 * is not itself a trusted proxy. NULL when nothing usable is there. secure: what X-Forwarded-Proto
 * or proto= of that hop says.
 */
const char *forwarded_peer(const struct networks *n, struct arena *a, const char *x_forwarded_for,
			   const char *forwarded);
bool forwarded_secure(const char *x_forwarded_proto, const char *forwarded);
