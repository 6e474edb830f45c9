/*
 * What the clock tells people: that a first response is due soon, that it is late, that it still
 * is; that a lead was handed over, that a task is due. Each is told to one person once, as a row
 * (docs/clock.md). How soon, how late and to whom, a chain of steps says.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "sql/sql.h"

#define ALERT_WARNING     "first-response-warning"
#define ALERT_BREACHED    "first-response-breached"
#define ALERT_ESCALATED   "first-response-escalated"
#define ALERT_OWNERLESS   "ownerless" /* a warning that has no owner to go to */
#define ALERT_ASSIGNED    "lead-assigned"
#define ALERT_HANDED      "lead-handed-over" /* to who owned it before */
#define ALERT_TASK        "task-due"
#define ALERT_MENTIONED   "mentioned"   /* in a note */
#define ALERT_TEAM        "team-lead"   /* a lead of the team's, that nobody owns yet */
#define ALERT_WARM_ENDING "warm-ending" /* a trial: so soon its window ends */
#define ALERT_WARM_ENDED  "warm-ended"  /* and it did, without an answer */
extern const char *const alert_kinds[]; /* NULL-ended */

/* ---- the chain: chain.c ---- */

/* Whom a step is told to. What is for the owner of a lead that has none is for the managers. */
enum {
	ALERT_OWNER = 1,
	ALERT_MANAGERS = 2,
	ALERT_ADMINS = 4,
};
/* minutes after the response is due; below zero: before, a warning. */
struct alert_step {
	int64_t minutes;
	unsigned to;
};
#define ALERT_STEPS_MAX 10
struct alert_chain {
	struct alert_step step[ALERT_STEPS_MAX]; /* by rising minutes */
	size_t n;                                /* 0: nobody is told */
	int64_t version;                         /* 0: the shipped one */
};
extern const struct alert_chain alert_shipped;
/* A step as people write it: "4h before: owner", "due: owner managers", "90m after: admins". */
const char *alert_step_text(struct arena *a, const struct alert_step *s);
/* All of them, a line each (or with ';' between), in any order. ERR_INPUT steps. version is kept.
 */
bool alert_chain_parse(struct str text, struct alert_chain *ret, struct err *e) LL_MUST;
const char *alert_kind(const struct alert_step *s);
/* When a step is due. A warning comes no earlier than half of the time that was promised. */
int64_t alert_moment(const struct alert_step *s, int64_t received_at, int64_t due_at);
/*
 * How many steps are due by now, at least done, which were told. *ret_from: the first of those that
 * are to be told now; a warning that another step has overtaken is none of them.
 */
size_t alert_reached(const struct alert_chain *c, size_t done, int64_t received_at, int64_t due_at,
		     int64_t now_ms, size_t *ret_from);

bool alert_chain_get(struct sql_db *db, struct arena *a, const char *publisher,
		     struct alert_chain *ret, struct err *e) LL_MUST;
/*
 * In the caller's transaction; NULL: the shipped one again. version: the one that is to be
 * replaced, -1: any; else ERR_STALE chain.changed. Who was told a step is not told it again,
 * whatever its place is by now.
 */
bool alert_chain_put(struct sql_db *db, struct arena *a, const char *publisher,
		     const struct alert_chain *c, int64_t version, int64_t now_ms,
		     struct err *e) LL_MUST;

/* ---- the window of a trial: warm.c ---- */

#define ALERT_WARM_MS (15LL * 60 * 1000) /* so long before its end it is told of */
/* When something is told of it first; SQL_NULL_INT: never, it has none or it has ended. */
int64_t alert_warm_at(int64_t warm_until, int64_t now_ms);

/* ---- what begins and ends: watch.c; in the caller's transaction ---- */

/*
 * owes: the lead owes a first response, as its row says by now, and its clock runs. Else the clock
 * has stopped, and what was told of it is no matter any more. Again: nothing happens.
 */
bool alert_keep(struct sql_db *db, const char *publisher, struct id lead, bool owes, int64_t now_ms,
		struct err *e) LL_MUST;
/* What was told of this is no matter any more. ref and account: the null id, or of which thing, to
 * whom. */
struct alert_what {
	struct id lead;
	const char *kind;
	struct id ref, account;
};
bool alert_over(struct sql_db *db, const char *publisher, const struct alert_what *x,
		int64_t now_ms, struct err *e) LL_MUST;
/* A lead was from's, and is to's now (null: nobody's); entry: of the timeline. told_: who is told
 * of it. */
struct alert_owned {
	struct id lead, from, to, entry;
	bool told_from, told_to;
};
bool alert_assigned(struct sql_db *db, const char *publisher, const struct alert_owned *x,
		    int64_t now_ms, struct err *e) LL_MUST;

/*
 * Leads that have just come, given away by a rule: tells each account, and where it is null the
 * managers who may see the lead. kind: of those above; entry: of the timeline.
 */
struct alert_handed {
	const char *kind;
	struct id lead, account, entry;
	const char *offer;
};
bool alert_hand_over(struct sql_db *db, struct arena *a, const char *publisher,
		     const struct alert_handed *x, size_t n, int64_t now_ms, struct err *e) LL_MUST;

/* ---- the tick: tick.c, task.c, warm.c ---- */

/*
 * Tells a publisher's people what is due by now: some leads, trials and tasks, each in a
 * transaction of its own. *ret_more: there are others. *ret_told: somebody was told. Twice, also at
 * once and in two servers, tells nothing twice. Takes time by what is due, not by what is open.
 */
bool alert_tick(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		bool *ret_more, bool *ret_told, struct err *e) LL_MUST;
/* Forgets what was told longer than ALERT_KEEP_MS ago; some of it. */
#define ALERT_KEEP_MS (90LL * 24 * 3600 * 1000)
bool alert_sweep(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		 bool *ret_more, struct err *e) LL_MUST;
