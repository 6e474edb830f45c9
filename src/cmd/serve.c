/* serve: the order of start and stop, and the signals. */
#include "cmd/cmd.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "api/api.h"
#include "base/clock.h"
#include "base/log.h"
#include "cmd/server.h"
#include "match/match.h"
#include "store/store.h"
#include "ui/ui.h"

#define QUEUE_MAX 1024 /* requests waiting for a worker; more are answered 503 */

/* ---- what wakes what ---- */

static void on_stored(void *ctx, size_t receipts)
{
	struct server *s = ctx;

	placer_note(s->api.placer, receipts);
}

static void on_placed(void *ctx, size_t leads, size_t deliveries)
{
	struct server *s = ctx;

	(void)leads;
	live_wake(s->api.live);
	if (deliveries)
		sender_wake(s->api.sender);
}

static void on_told(void *ctx)
{
	struct server *s = ctx;

	live_wake(s->api.live);
}

static void on_sent(void *ctx, size_t changes)
{
	struct server *s = ctx;

	(void)changes;
	live_wake(s->api.live);
}

/* ---- start ---- */

static bool open_db(struct server *s, enum sql_durability d, struct sql_db **ret, struct err *e)
{
	return sql_open(s->cmd->conf.db, d, ret, e);
}

/* The first admin; the password is shown this once and kept as a hash. */
static bool first_admin(struct server *s, struct err *e)
{
	struct cmd *c = s->cmd;
	struct auth_user u = {
		.publisher = "", .email = SERVER_FIRST_ADMIN, .name = "Admin", .role = ROLE_ADMIN
	};
	const char *password, *hash;
	struct id id;
	bool any;

	if (!auth_any_user(c->db, c->arena, &any, e))
		return false;
	if (any)
		return true;
	password = auth_password_make(c->arena);
	if (!auth_password_hash(s->api.auth, c->arena, u.email, password, &hash, e) ||
	    !auth_user_add(c->db, c->arena, &u, hash, c->now_ms, &id, e))
		return false;
	cmd_print_line("First start: sign in as %s with the password %s (shown only now)", u.email,
		       password);
	return true;
}

static bool prepare(struct server *s, struct err *e)
{
	struct cmd *c = s->cmd;
	int applied;

	if (!cmd_make_data_dir(c, e) || !cmd_lock(c, &s->lock, e) || !cmd_seal(c, true, e) ||
	    !open_db(s, SQL_DURABLE, &c->db, e) ||
	    !sql_migrate(c->db, store_migrations, (size_t)store_migration_count, &applied, e) ||
	    !mark_open(cmd_data_path(c, "reading.mark"), &s->marks, e) || !trial_of_marks(s, e))
		return false;
	if (applied)
		LOG(LOG_INFO, "store.migrated", LOG_I("applied", applied));
	s->api.seal = c->seal;
	s->api.conf = &c->conf;
	s->api.import_dir = c->conf.import_dir ? c->conf.import_dir : cmd_data_path(c, "imports");
	s->api.auth = auth_new();
	s->api.oidc = oidc_new((size_t)c->conf.workers);
	auth_set_sessions(s->api.auth, c->conf.session_idle_s * 1000, c->conf.session_max_s * 1000);
	auth_set_pace(s->api.auth, (int)c->conf.api_per_minute);
	s->api.routing = routing_new(c->seal);
	s->api.intake = intake_new(s->marks);
	intake_set_window(s->api.intake, c->conf.repeat_window_s * 1000);
	intake_on_stored(s->api.intake, on_stored, s);
	return first_admin(s, e) && routing_load(s->api.routing, c->db, e) &&
	       intake_keys_load(s->api.intake, c->db, c->now_ms, e);
}

/* The connections of the threads. */
static bool open_dbs(struct server *s, struct err *e)
{
	static const enum sql_durability as[SERVER_DBS] = {
		[DB_LIVE] = SQL_DERIVED,   [DB_PLACE] = SQL_DERIVED,   [DB_READ] = SQL_DERIVED,
		[DB_MATCH] = SQL_DERIVED,  [DB_SEND] = SQL_DERIVED,    [DB_SCHED] = SQL_DERIVED,
		[DB_LOAD] = SQL_DURABLE,   [DB_REMATCH] = SQL_DURABLE, [DB_ALARMS] = SQL_DERIVED,
		[DB_FOLLOW] = SQL_DERIVED,
	};

	for (size_t i = 0; i < SERVER_DBS; i++)
		if (!open_db(s, as[i], &s->db[i], e))
			return false;
	return true;
}

/* The thread's from now on. */
static struct sql_db *give_db(struct server *s, enum server_db which)
{
	struct sql_db *db = s->db[which];

	s->db[which] = NULL;
	return db;
}

/* Once the address is known: mails and webhooks have it in their links. */
static void start_threads(struct server *s)
{
	struct conf *conf = &s->cmd->conf;

	s->api.live = live_start(give_db(s, DB_LIVE));
	s->api.wake_sender = sender_wake;
	s->api.sender = sender_start(&(struct sender_config){ .db = give_db(s, DB_SEND),
							      .routing = s->api.routing,
							      .grace_ms = conf->drain_ms,
							      .committed = on_sent,
							      .ctx = s });
	s->api.placer = placer_start(
		&(struct place_config){ .db = give_db(s, DB_PLACE),
					.read_db = give_db(s, DB_READ),
					.match_db = give_db(s, DB_MATCH),
					.routing = s->api.routing,
					.marks = s->marks,
					.repeat_window_ms = conf->repeat_window_s * 1000,
					.paused = conf->place_paused,
					.placed = on_placed,
					.ctx = s });
	s->api.loader = loader_start(&(struct loader_config){ .db = give_db(s, DB_LOAD),
							      .dir = s->api.import_dir,
							      .stored = on_stored,
							      .told = on_told,
							      .ctx = s });
	s->api.rematch = rematch_job_start(give_db(s, DB_REMATCH), on_told, s);
	s->sched = sched_start(server_jobs, give_db(s, DB_SCHED), s);
	s->alarms = sched_start(server_alarm_jobs, give_db(s, DB_ALARMS), s);
	s->follow = follow_new(s->api.routing, on_told, s);
	s->following = sched_start(server_follow_jobs, give_db(s, DB_FOLLOW), s);
}

/* All tables, one behind the other. */
static const struct route *all_routes(struct server *s, size_t *ret_n)
{
	size_t n = api_route_count + ui_route_count + s->extra_count;
	struct route *all = ARENA_ARRAY(s->cmd->arena, struct route, n);

	memcpy(all, api_routes, api_route_count * sizeof(*all));
	memcpy(all + api_route_count, ui_routes, ui_route_count * sizeof(*all));
	if (s->extra_count)
		memcpy(all + api_route_count + ui_route_count, s->extra,
		       s->extra_count * sizeof(*all));
	*ret_n = n;
	return all;
}

/* The port is known once it is bound; the threads and the workers, which come after that, put it
 * into URLs. */
static void know_address(void *ctx, int port)
{
	struct server *s = (struct server *)((char *)ctx - offsetof(struct server, api));
	struct conf *conf = &s->cmd->conf;
	struct str host = str_upto(str_of(conf->listen), str_find(str_of(conf->listen), ','));

	while (host.n && host.p[host.n - 1] != ':')
		host.n--;
	s->address = arena_printf(s->cmd->arena, "http%s://" STR_FMT "%d",
				  conf->tls_cert ? "s" : "", STR_ARG(host), port);
	s->api.public_url = conf->public_url ? conf_base_url(s->cmd->arena, conf) : s->address;
	if (!conf->public_url)
		cmd_tell_destinations(s->cmd->arena, conf, s->address);
	start_threads(s);
}

#define LOOPS_MAX 64 /* as the option has it */

static size_t loops(const struct server *s)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (s->cmd->conf.loops)
		return (size_t)s->cmd->conf.loops;
	if (sql_engine_of(s->cmd->db) == SQL_SQLITE || cores < 1)
		return 1;
	return cores < LOOPS_MAX ? (size_t)cores : LOOPS_MAX;
}

static bool start_http(struct server *s, struct err *e)
{
	struct conf *conf = &s->cmd->conf;
	struct http_config h = {
		.listen = conf->listen,
		.cert_file = conf->tls_cert,
		.key_file = conf->tls_key,
		.trusted_proxies = conf->trusted_proxies,
		.loops = loops(s),
		.workers = (size_t)conf->workers,
		.queue_max = QUEUE_MAX,
		.body_limit = (size_t)conf->body_limit,
		.max_connections = (size_t)conf->max_connections,
		.request_timeout_ms = conf->request_timeout_ms,
		.idle_timeout_ms = conf->idle_timeout_ms,
		.listening = know_address,
		.worker_start = api_worker_start,
		.worker_stop = api_worker_stop,
		.loop_start = api_loop_start,
		.loop_stop = api_loop_stop,
		.authenticate = api_authenticate,
		.audit = api_audit,
		.ctx = &s->api,
	};

	h.routes = all_routes(s, &h.route_count);
	return http_start(&h, &s->http, e);
}

static bool tell_address(struct server *s, struct err *e)
{
	cmd_print_line("Leadline listens on %s", s->address);
	fflush(stdout); /* whoever reads it through a pipe waits for it */
	return cmd_address_write(s->cmd, s->address, e);
}

/* ---- until the end ---- */

static void reload(struct server *s)
{
	struct conf now;
	const char *restart;
	struct err e;

	if (!conf_load(s->cmd->arena, &s->cmd->source, &now, &e) || !http_reload(s->http, &e)) {
		log_err(LOG_ERROR, "serve.reload-failed", &e);
		return;
	}
	restart = conf_needs_restart(&s->cmd->conf, &now);
	if (restart)
		LOG(LOG_WARN, "serve.reload-needs-restart", LOG_T("option", restart));
	server_log_setup(&now);
	auth_set_sessions(s->api.auth, now.session_idle_s * 1000, now.session_max_s * 1000);
	cmd_tell_destinations(s->cmd->arena, &now, s->api.public_url);
	LOG(LOG_INFO, "serve.reloaded", LOG_I("pid", getpid()));
}

static void wait_for_end(struct server *s)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	while (sigwait(&set, &sig) != 0 || sig == SIGHUP)
		if (sig == SIGHUP)
			reload(s);
	LOG(LOG_INFO, "serve.stopping", LOG_I("signal", sig));
}

static void block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Against the way of a lead: nothing new comes in, then each step ends what it has in hand. What
 * was not started is NULL. */
static void stop(struct server *s)
{
	if (s->http)
		http_stop(s->http, s->cmd->conf.drain_ms);
	sched_stop(s->following);
	follow_free(s->follow);
	sched_stop(s->alarms);
	sched_stop(s->sched);
	rematch_job_stop(s->api.rematch);
	loader_stop(s->api.loader);
	placer_stop(s->api.placer);
	sender_stop(s->api.sender);
	live_stop(s->api.live);
	for (size_t i = 0; i < SERVER_DBS; i++)
		sql_close(s->db[i]);
	intake_free(s->api.intake);
	routing_free(s->api.routing);
	auth_free(s->api.auth);
	oidc_free(s->api.oidc);
	mark_close(s->marks);
	if (s->lock >= 0) { /* else they are another server's */
		cmd_address_remove(s->cmd);
		close(s->lock);
	}
	LOG(LOG_INFO, "serve.stopped", LOG_I("pid", getpid()));
}

static bool serve(struct cmd *c, const void *flags, struct err *e)
{
	struct server s = { .cmd = c, .lock = -1 };
	bool ok;

	(void)flags;
	server_log_setup(&c->conf);
	block_signals();
	net_start();
	ok = prepare(&s, e) && open_dbs(&s, e) && server_demo(&s, e) && start_http(&s, e) &&
	     tell_address(&s, e) && server_demo_tell(&s, e);
	if (ok)
		wait_for_end(&s);
	stop(&s); /* also of a start that failed half-way: its threads use what goes with this call
		   */
	return ok;
}

const struct command cmd_serve[] = {
	{ .noun = "serve",
	  .args = "",
	  .run = serve,
	  .summary = "Runs the server; migrates the store first.",
	  .more = "SIGTERM drains and stops; SIGHUP reads the configuration and the certificate "
		  "anew.\n"
		  "With --demo: a demo publisher with offers, leads in three languages, people "
		  "at work on them,\n"
		  "and a receiver to watch deliveries at." },
	{ .noun = NULL },
};
