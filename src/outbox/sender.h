/*
 * Inside the sender. A job is one claimed delivery from claim to written result; a site is what the
 * sender knows of a destination. One thread owns all of it. Private to outbox/.
 */
#pragma once
#include <stdatomic.h>
#include <pthread.h>
#include "outbox/outbox.h"
#include "store/store.h"

#define SENDER_CLAIM_MAX 256 /* deliveries claimed in one transaction */

/* The token of a destination. One request for it at a time: who else wants it waits. */
struct token_box {
	struct arena
		*arena; /* of the token, or of the request under way; NULL until first wanted */
	struct dest_token token; /* text NULL: none */
	int64_t version;         /* of the settings that it was asked for with */
	bool asking;
	const struct dest_driver *driver;
	struct dest_call call;
	struct net_request request;
	struct job *waiting; /* linked by next */
};

/* How long the last leads took from their receipt to the far side's acknowledgement. */
#define LATENCY_KEPT 256
struct latency {
	int64_t ms[LATENCY_KEPT];
	uint64_t n; /* ever noted */
};

struct site {
	char publisher[132];
	struct id id;
	struct outbox_health health;
	int64_t in_flight;
	int64_t pace_at;                /* outbox_pace_take() */
	bool again_first;               /* whose turn it is when there is room for one */
	bool changed;                   /* health is to be written */
	int64_t success_at, failure_at; /* since last written, SQL_NULL_INT: none */
	int64_t written_at;
	bool written; /* in the transaction at hand */
	char error[256];
	const struct dest_outcome *stop; /* CONFIG or GONE: the destination is to be stopped */
	struct token_box token;
	struct latency latency;
	struct job *digest; /* claimed for one message, linked by mate; empty between turns */
};

/* A snapshot of routing with the sites of its destinations; lives as long as a job needs it. */
struct view {
	struct routing_snapshot *snapshot;
	const struct routing_destination *all;
	size_t n;
	struct site **sites; /* in the order of all */
	int users;
};

struct job {
	struct sender *sender;
	struct job *next;
	struct arena *arena; /* of this delivery; emptied when the job is over */
	struct site *site;
	struct view *view; /* keeps destination alive */
	const struct routing_destination *destination;
	struct outbox_claim_row row;
	bool loner;       /* a digest that it was in was refused: it goes alone */
	bool bundled;     /* to go with others in a digest */
	struct job *mate; /* the next of its digest; the first of them has the exchange */
	bool flying;      /* counted in its site's in_flight */
	bool orphan;      /* its lead is gone */
	struct dest_lead lead;
	struct dest_exchange x;
	int64_t started_at, duration_ms;
	enum delivery_state to; /* settled: what it becomes */
	int64_t next_at;
};

struct sender {
	struct sender_config c;
	pthread_t thread;
	atomic_bool stopping, woken;
	atomic_uint_least64_t looks; /* that are over */
	struct net_multi *net;
	struct id holder;    /* of this process's leases */
	struct arena *arena; /* of one turn */
	struct job *jobs, *unused, *finished;
	size_t finished_count;
	int64_t finished_since; /* clock_mono of the oldest */
	struct site **sites;
	size_t site_count, site_cap;
	struct view *view;
	size_t turn;                                /* which destination goes first */
	int64_t look_at, refresh_at, blocked_until; /* clock_mono */
	bool store_down;                            /* said so already */
};

/* site.c */
struct site *site_get(struct sender *s, const char *publisher, struct id id);
/* Makes s->view that of the present snapshot. */
void view_follow(struct sender *s);
void view_drop(struct view *v); /* NULL is fine */
/* What other servers and people wrote about health. */
bool sites_refresh(struct sender *s, struct err *e) LL_MUST;
void sites_free(struct sender *s);

/* latency.c: replays do not count, nor leads that were old when they came. */
void latency_note(struct latency *l, const struct job *j, int64_t now_ms);
/* Percentile from 1 to 100 of those kept; SQL_NULL_INT when there are none. */
int64_t latency_at(const struct latency *l, int percent);

/* claim.c: in the turn's transaction; *ret gets the jobs, linked, not yet started. */
bool claim_any_due(struct sender *s, int64_t now_ms, bool *ret, struct err *e) LL_MUST;
bool claim_round(struct sender *s, int64_t now_ms, struct job **ret, struct err *e) LL_MUST;
/* Leases of senders that were not heard of again: due again, with an attempt that says so. */
bool claim_leases_over(struct sender *s, int64_t before_ms, int64_t now_ms, size_t *ret_n,
		       struct err *e) LL_MUST;

/* job.c */
struct job *job_take(struct sender *s); /* NULL: all are in use */
void job_drop(struct job *j);
/* Reads the leads of all of a list; false: the store failed. */
bool jobs_load(struct sender *s, struct job *list, struct err *e) LL_MUST;
void job_start(struct job *j);
/* Those that were bundled and started, as one message a site. */
void jobs_start_digests(struct sender *s);
/* Does what is next in its exchange. */
void job_next(struct job *j, enum dest_next next);
/* It never got its answer: the sender stops. */
void job_abandon(struct job *j);

/* token.c: in the end the job is told by job_next(). refused: the token that did not serve, or
 * NULL. */
void token_want(struct job *j, const struct dest_token *refused);
void token_free(struct token_box *b);

/* settle.c */
void job_settle(struct job *j, int64_t now_ms); /* outcome -> to, next_at, health of its site */
/* In the turn's transaction: attempts, deliveries, health, changes, counters of all finished jobs.
 */
bool settle_write(struct sender *s, int64_t now_ms, size_t *ret_changes, struct err *e) LL_MUST;
void settle_done(struct sender *s); /* after the commit */
