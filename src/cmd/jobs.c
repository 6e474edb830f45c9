/* The periodic jobs of a server. */
#include "cmd/server.h"

#include "alarm/alarm.h"
#include "alert/alert.h"
#include "base/log.h"
#include "base/metric.h"
#include "desk/desk.h"
#include "erase/erase.h"
#include "store/store.h"

#define SECOND 1000
#define MINUTE (60 * SECOND)
#define DAY    (24 * 60LL * MINUTE)

#define ALERT_LEASE (10 * SECOND) /* another server goes on so long after this one is gone */

void server_log_setup(const struct conf *c)
{
	static const char *const names[] = { [LOG_ERROR] = "error",
					     [LOG_WARN] = "warn",
					     [LOG_INFO] = "info",
					     [LOG_DEBUG] = "debug" };

	for (int level = LOG_ERROR; level <= LOG_DEBUG; level++)
		if (!strcmp(names[level], c->log_level))
			log_setup((enum log_level)level, !strcmp(c->log_format, "json"));
}

/* What other processes changed: keys and destinations are kept in memory here. */
static bool follow_versions(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms,
			    bool *again, struct err *e)
{
	struct server *s = ctx;
	struct version_all_row *rows;
	size_t n;

	(void)again;
	if (!version_all(db, a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(rows[i].name, "keys") && rows[i].n != s->seen_keys) {
			if (!intake_keys_load(s->api.intake, db, now_ms, e))
				return false;
			s->seen_keys = rows[i].n;
		}
		if (!strcmp(rows[i].name, "destinations") && rows[i].n != s->seen_destinations) {
			if (!routing_load(s->api.routing, db, e))
				return false;
			s->seen_destinations = rows[i].n;
			sender_wake(s->api.sender);
		}
	}
	return true;
}

/* The last means against a backlog: placing goes before intake until it is down again. */
static bool watch_backlog(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms,
			  bool *again, struct err *e)
{
	struct server *s = ctx;

	(void)db;
	(void)a;
	(void)now_ms;
	(void)again;
	(void)e;
	intake_set_yielding(s->api.intake,
			    placer_backlog(s->api.placer) > s->cmd->conf.backlog_max);
	return true;
}

static bool checkpoint(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms, bool *again,
		       struct err *e)
{
	(void)ctx;
	(void)a;
	(void)now_ms;
	(void)again;
	if (sql_checkpoint(db, e))
		return true;
	return e->kind == ERR_BUSY; /* readers keep part of the log: the next one gets it */
}

static bool merge_search(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms, bool *again,
			 struct err *e)
{
	struct search_merge_row row;

	(void)ctx;
	(void)now_ms;
	(void)again;
	return search_merge(db, a, &row, e) >= 0;
}

static bool settle_erasures(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms,
			    bool *again, struct err *e)
{
	(void)ctx;
	return erase_settle(db, a, now_ms, again, e);
}

/* ---- of each publisher ---- */

/* A job's part for one of them. *more, false before: there is more of it to do at once. */
typedef bool publisher_job(void *ctx, struct sql_db *db, struct arena *a, const char *publisher,
			   int64_t now_ms, bool *more, struct err *e);

/* What goes wrong with one publisher is logged and counted, and does the others no harm. When the
 * store is not there it is no use to ask for each. */
static bool each_publisher(void *ctx, struct sql_db *db, struct arena *a, const char *what,
			   publisher_job *job, int64_t now_ms, bool *again, struct err *e)
{
	struct publisher_list_row *rows;
	size_t n;

	if (!publisher_list(db, a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct err why = { 0 };
		bool more = false;

		if (job(ctx, db, a, rows[i].publisher_id, now_ms, &more, &why)) {
			*again |= more;
			continue;
		}
		metric_add(METRIC_JOB_FAILURES, 1);
		LOG(LOG_ERROR, "job.publisher-failed", LOG_T("job", what),
		    LOG_T("publisher", rows[i].publisher_id), LOG_T("code", why.code),
		    LOG_T("text", why.text));
		if (!sql_ping(db, e))
			return false;
	}
	return true;
}

static bool sweep_changes_of(void *ctx, struct sql_db *db, struct arena *a, const char *publisher,
			     int64_t now_ms, bool *more, struct err *e)
{
	struct change_sweep_in in = { publisher, id_first(now_ms - LIVE_KEEP_MS) };

	(void)ctx;
	(void)a;
	(void)more;
	return change_sweep(db, &in, NULL, e);
}

static bool sweep_changes(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms,
			  bool *again, struct err *e)
{
	return each_publisher(ctx, db, a, "changes", sweep_changes_of, now_ms, again, e);
}

static bool sweep_attempts_of(void *ctx, struct sql_db *db, struct arena *a, const char *publisher,
			      int64_t now_ms, bool *more, struct err *e)
{
	const struct server *s = ctx;
	int64_t before = now_ms - s->cmd->conf.attempts_keep_days * DAY;

	return outbox_sweep(db, a, publisher, before, more, e);
}

static bool sweep_attempts(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms,
			   bool *again, struct err *e)
{
	return each_publisher(ctx, db, a, "attempts", sweep_attempts_of, now_ms, again, e);
}

static bool expire_leads_of(void *ctx, struct sql_db *db, struct arena *a, const char *publisher,
			    int64_t now_ms, bool *more, struct err *e)
{
	(void)ctx;
	return desk_expire(db, a, publisher, now_ms, more, e);
}

static bool expire_leads(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms, bool *again,
			 struct err *e)
{
	const struct server *s = ctx;
	bool ok = each_publisher(ctx, db, a, "expiry", expire_leads_of, now_ms, again, e);

	live_wake(s->api.live);
	return ok;
}

/* One server at a time: two would tell nothing twice, and do the work twice. */
static bool holds_lease(struct server *s, struct sql_db *db, struct arena *a, int64_t now_ms,
			bool *ret, struct err *e)
{
	struct lease_take_in in = { "alerts", s->me, now_ms + ALERT_LEASE, now_ms };
	struct lease_take_row row;
	int found;

	if (id_is_null(s->me))
		in.holder = s->me = id_new(now_ms);
	found = lease_take(db, &in, a, &row, e);
	*ret = found > 0;
	return found >= 0;
}

static bool tell_clocks_of(void *ctx, struct sql_db *db, struct arena *a, const char *publisher,
			   int64_t now_ms, bool *more, struct err *e)
{
	bool *any = ctx, told;

	if (!alert_tick(db, a, publisher, now_ms, more, &told, e))
		return false;
	*any |= told;
	return true;
}

static bool tell_clocks(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms, bool *again,
			struct err *e)
{
	struct server *s = ctx;
	bool ours, any = false, ok;

	if (!holds_lease(s, db, a, now_ms, &ours, e))
		return false;
	if (!ours)
		return true;
	ok = each_publisher(&any, db, a, "alerts", tell_clocks_of, now_ms, again, e);
	if (any)
		live_wake(s->api.live);
	return ok;
}

static bool sweep_notifications_of(void *ctx, struct sql_db *db, struct arena *a,
				   const char *publisher, int64_t now_ms, bool *more, struct err *e)
{
	(void)ctx;
	return alert_sweep(db, a, publisher, now_ms, more, e);
}

static bool sweep_notifications(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms,
				bool *again, struct err *e)
{
	return each_publisher(ctx, db, a, "notifications", sweep_notifications_of, now_ms, again,
			      e);
}

static bool settle_stages_of(void *ctx, struct sql_db *db, struct arena *a, const char *publisher,
			     int64_t now_ms, bool *more, struct err *e)
{
	(void)ctx;
	return desk_settle(db, a, publisher, now_ms, more, e);
}

/* What an import or a CRM says of leads, the board is told of here. */
static bool settle_stages(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms,
			  bool *again, struct err *e)
{
	const struct server *s = ctx;
	bool ok = each_publisher(ctx, db, a, "stages", settle_stages_of, now_ms, again, e);

	live_wake(s->api.live);
	return ok;
}

static bool sweep_access(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms, bool *again,
			 struct err *e)
{
	const struct server *s = ctx;

	(void)a;
	(void)again;
	return auth_sweep(s->api.auth, db, now_ms, e);
}

/* there: the relay is, as far as is known in this round. */
static bool watch_destinations_of(void *ctx, struct sql_db *db, struct arena *a,
				  const char *publisher, int64_t now_ms, bool *more, struct err *e)
{
	bool *there = ctx;

	(void)more;
	return alarm_watch_destinations(db, a, publisher, now_ms, e) &&
	       (!*there || alarm_tell(db, a, publisher, now_ms, there, e));
}

/* What people should look at. A thread of its own: a relay may take its time. */
static bool watch_destinations(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms,
			       bool *again, struct err *e)
{
	bool there = true;

	(void)ctx;
	return each_publisher(&there, db, a, "alarms", watch_destinations_of, now_ms, again, e) &&
	       (!there || notice_tell(db, a, now_ms, e));
}

static bool watch_offers_of(void *ctx, struct sql_db *db, struct arena *a, const char *publisher,
			    int64_t now_ms, bool *more, struct err *e)
{
	(void)ctx;
	(void)more;
	return alarm_watch_offers(db, a, publisher, now_ms, e);
}

static bool watch_offers(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms, bool *again,
			 struct err *e)
{
	return each_publisher(ctx, db, a, "silence", watch_offers_of, now_ms, again, e);
}

/* A thread of its own as well: it waits for answers. */
static bool follow_records(void *ctx, struct sql_db *db, struct arena *a, int64_t now_ms,
			   bool *again, struct err *e)
{
	const struct server *s = ctx;

	return follow_turn(s->follow, db, a, now_ms, again, e);
}

const struct job server_follow_jobs[] = {
	{ .name = "follow", .every_ms = SECOND, .run = follow_records },
	{ .name = NULL },
};

const struct job server_alarm_jobs[] = {
	{ .name = "alarms", .every_ms = 5 * SECOND, .run = watch_destinations },
	{ .name = "silence", .every_ms = 30 * SECOND, .run = watch_offers },
	{ .name = NULL },
};

const struct job server_jobs[] = {
	{ .name = "versions", .every_ms = SECOND / 2, .run = follow_versions },
	{ .name = "backlog", .every_ms = SECOND / 4, .run = watch_backlog },
	{ .name = "checkpoint", .every_ms = SECOND, .run = checkpoint },
	{ .name = "search", .every_ms = SECOND, .run = merge_search },
	{ .name = "erasures", .every_ms = SECOND, .run = settle_erasures },
	{ .name = "changes", .every_ms = MINUTE, .run = sweep_changes },
	{ .name = "attempts", .every_ms = 10 * MINUTE, .run = sweep_attempts },
	{ .name = "expiry", .every_ms = 10 * MINUTE, .run = expire_leads },
	{ .name = "alerts", .every_ms = 2 * SECOND, .run = tell_clocks },
	{ .name = "notifications", .every_ms = 10 * MINUTE, .run = sweep_notifications },
	{ .name = "stages", .every_ms = MINUTE, .run = settle_stages },
	{ .name = "access", .every_ms = 10 * MINUTE, .run = sweep_access },
	{ .name = NULL },
};
