/* Private to alert/: who is told, and the rows that tell them. */
#pragma once
#include "alert/alert.h"
#include "reach/reach.h"
#include "store/store.h"

/* people.c: who looks after a publisher, who may be told at all, and of which leads. */
struct alert_person {
	struct id id;
	bool away;
	bool all;                 /* leads are in reach */
	struct reach_part *parts; /* else these */
	size_t part_count;
};
struct alert_people {
	const struct alert_person *all; /* that may be told: active, of the publisher or of all */
	size_t n;
	const struct id *managers, *admins;
	size_t manager_count, admin_count;
	const struct watch_members_row *members; /* of teams; none while nobody is away */
	size_t member_count;
};
bool alert_people(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		  struct alert_people *ret, struct err *e) LL_MUST;
/* What tells who may see a lead; told: whose the step is for, most often its owner. */
struct alert_lead {
	struct id told, owner, team;
	const char *offer;
};
/* Whether the account is there, and the lead in its reach. */
bool alert_sees(const struct alert_people *p, const struct alert_lead *l, struct id account);
/* Everybody in `to` who may see the lead, once, into ret, which has room for all. What is for
 * somebody who is away is for those of the lead's team as well who are there, else for the
 * managers. Where nobody of them sees it it is for the managers, else for the admins who do. */
size_t alert_whom(const struct alert_people *p, unsigned to, const struct alert_lead *l,
		  struct id *ret);

/* Rows that wait to be written, and who is to hear that there are some. */
struct alert_rows {
	struct sql_db *db;
	struct arena *a;
	const char *publisher;
	int64_t now_ms;
	struct notification_put_in *put;
	size_t n, room;
};
void alert_add(struct alert_rows *r, struct id account, const char *kind, struct id lead,
	       struct id ref, int64_t step);
/* Writes them, with a change for the stream for each person. The caller holds the publisher: ids,
 * which are made here, are in the order of the commits, so that who marks read all up to the newest
 * one they saw marks none that they could not see yet. */
bool alert_write(struct alert_rows *r, struct err *e) LL_MUST;
/* watch.c: of a lead that owes nothing, or is gone. */
bool alert_end(struct sql_db *db, const char *publisher, struct id lead, int64_t now_ms,
	       struct err *e) LL_MUST;
/* warm.c */
bool alert_tick_warm(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		     bool *ret_more, bool *ret_told, struct err *e) LL_MUST;
/* task.c */
bool alert_tick_tasks(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		      bool *ret_more, bool *ret_told, struct err *e) LL_MUST;
