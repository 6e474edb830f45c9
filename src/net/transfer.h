/* One exchange on one curl easy handle. Private to net/. */
#pragma once
#include <curl/curl.h>
#include "base/hash.h"
#include "net/net.h"

/* What is known of a connection to a relay. */
struct net_session {
	struct hash whose; /* the mails that may use it: same relay, same sign-in, same trust */
	int served;        /* mails before this one */
	bool unclean;      /* the last was refused in its middle: RSET goes first */
	bool fresh;        /* to be a new one: a kept one turned out to be dead */
};

/* What is said to a relay after curl has connected, encrypted and signed in; see mail.c. */
struct net_talk {
	enum net_stage stage;
	struct str out; /* the command or message, and how much of it is sent */
	size_t sent;
	struct buf line;  /* of the relay's reply, not yet whole */
	struct buf reply; /* its words so far */
	bool reply_over;  /* the next line begins another reply */
	bool all_sent;    /* the message and its final dot left us */
	int64_t deadline; /* clock_mono: for the next reply */
	int64_t end;      /* clock_mono: for all of it */
	short want;       /* CURL_WAIT_POLLIN or CURL_WAIT_POLLOUT */
	struct net_session session;
	CURLcode result; /* when it is over */
};

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
	struct net_talk talk;
	struct net_transfer *next_mail; /* in one of the lists of relays.h */
};

void net_transfer_init(struct net_transfer *t);
void net_transfer_free(struct net_transfer *t);
/* Begins with r; the handle of HTTP is made ready, that of mail when it needs a connection. False:
 * r cannot be sent at all; the reply says why. */
bool net_transfer_start(struct net_transfer *t, struct arena *a, const struct net_request *r);
/* Makes the handle ready. False: there is no memory; the reply says so. */
bool net_transfer_ready(struct net_transfer *t);
/* The handle was another's: what curl says on it is this one's now. */
void net_transfer_hold(struct net_transfer *t);
/* Turns curl's result into t->reply. */
void net_transfer_finish(struct net_transfer *t, CURLcode result);

/* mail.c: what curl needs to know before it connects; its header callback, which gets the relay's
 * lines. */
bool net_mail_check(const struct net_request *r, struct err *e) LL_MUST;
bool net_mail_set(struct net_transfer *t);
size_t net_mail_on_line(char *p, size_t size, size_t n, void *ctx);
/* Which connections may serve it. */
struct hash net_mail_whose(const struct net_request *r);
/* With a connection: says what there is to say. True when it is over; *ret is its result. */
void net_mail_begin(struct net_transfer *t);
bool net_mail_talk(struct net_transfer *t, CURLcode *ret);
/* The connection, kept from another mail, is the reason, and nothing of this one can have been
 * taken: it may go again, after net_mail_again(), on a new one. */
bool net_mail_is_stale(const struct net_transfer *t, CURLcode result);
void net_mail_again(struct net_transfer *t);
/* The connection is in a state that another mail can go on from. */
bool net_mail_leaves_usable(struct net_transfer *t, CURLcode result);
/* What came of it: the reply's failure, status, stage and words. */
void net_mail_verdict(struct net_transfer *t, CURLcode result);
/* What curl's result means for any protocol. */
enum net_failure net_failure_of(CURLcode code);

/* Retry-After in ms from now, -1 when it is absent or makes no sense. */
int64_t net_retry_after(const char *value, int64_t now_ms);
