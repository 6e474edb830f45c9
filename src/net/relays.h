/*
 * The connections to relays of one engine. A connection serves mails one after the other; between
 * two it is kept. Private to net/.
 */
#pragma once
#include "net/transfer.h"

/* At most, at work and kept; what comes on top waits for one. Relays often allow few. */
#define NET_RELAY_CONNECTIONS 16
/* Mails on one connection. Many relays end it after 100, some with a refusal. */
#define NET_RELAY_MAILS 100
/* Kept so long without a mail; then QUIT. Relays wait minutes (RFC 5321, 4.5.3.2.7: 5), so that who
 * ends it is us. */
#define NET_RELAY_IDLE_MS 5000

/* A place for a connection that no mail is using. */
struct net_kept {
	CURL *easy;    /* of an empty place: a spare handle, or NULL */
	int64_t until; /* clock_mono; 0: the place is empty */
	struct net_session session;
	struct curl_waitfd *wait; /* where it was waited for, until heard */
};

struct net_relays {
	CURLM *curl;
	struct net_kept kept[NET_RELAY_CONNECTIONS];
	size_t open;                  /* connections: kept, at work, being made */
	struct net_transfer *waiting; /* for a connection; the next three are linked by next_mail */
	struct net_transfer *talking;
	struct net_transfer *over; /* to be reported */
};

void net_relays_init(struct net_relays *s, CURLM *curl);
/* A mail that was started. It ends in net_relays_over(). */
void net_relays_add(struct net_relays *s, struct net_transfer *t);
/* curl has made a connection for it, or could not. */
void net_relays_connected(struct net_relays *s, struct net_transfer *t, CURLcode result);
/* Everybody says what they can now, and who waits gets a connection if there is one. True: there is
 * more to do at once. */
bool net_relays_run(struct net_relays *s);
/* The next that is over, finished; its handle is free. NULL: none. */
struct net_transfer *net_relays_over(struct net_relays *s);
/* Sockets to be waited for, as many as there are mails and connections; *ms shrinks to when
 * somebody's time is over. */
unsigned net_relays_wait(struct net_relays *s, struct curl_waitfd *waits, int64_t *ms);
/* After the wait: what has come on a kept connection is its end. */
void net_relays_hear(struct net_relays *s);
/* Says goodbye on all kept ones, forgets everybody else. */
void net_relays_clear(struct net_relays *s);
void net_relays_free(struct net_relays *s); /* after net_relays_clear() */
