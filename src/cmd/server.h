/* Private to cmd/: the running server's parts, for serve.c, jobs.c, trial.c, demo.c and
 * demo_work.c. */
#pragma once
#include "api/api.h"
#include "cmd/cmd.h"
#include "follow/follow.h"
#include "outbox/outbox.h"
#include "sched/sched.h"

enum server_db {
	DB_LIVE,
	DB_PLACE,
	DB_READ,
	DB_MATCH,
	DB_SEND,
	DB_SCHED,
	DB_LOAD,
	DB_REMATCH,
	DB_ALARMS,
	DB_FOLLOW,
	SERVER_DBS
};

struct server {
	struct cmd *cmd;
	struct sql_db *db[SERVER_DBS]; /* until their threads have them */
	struct api api;
	struct marks *marks;
	struct sched *sched, *alarms, *following;
	struct follow *follow;
	struct http_server *http;
	const char *address;       /* "http://127.0.0.1:8080", once it listens */
	int lock;                  /* of the data directory */
	const struct route *extra; /* routes of the demo */
	size_t extra_count;
	struct id me;                         /* as holder of leases of jobs; made when needed */
	int64_t seen_keys, seen_destinations; /* versions last read */
};

/* The account that the first start makes. */
#define SERVER_FIRST_ADMIN "admin@localhost"

void server_log_setup(const struct conf *c);
/* jobs.c */
extern const struct job server_jobs[], server_alarm_jobs[], server_follow_jobs[];
/* trial.c: receipts that were being read when the last process died are read again in a child; one
 * that brings the child down is set aside. */
bool trial_of_marks(struct server *s, struct err *e) LL_MUST;
/* demo.c: nothing unless the option demo is on. */
bool server_demo(struct server *s, struct err *e) LL_MUST;
bool server_demo_tell(struct server *s, struct err *e) LL_MUST;
/* demo_work.c: what people of the demo did with its leads, once these are placed; after the first
 * start's leads were stored. Nothing while placing is paused. */
bool server_demo_work(struct server *s, struct err *e) LL_MUST;
