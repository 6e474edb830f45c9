/* Reaching PostgreSQL: the URL, the connection, what its errors mean. */
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "sql/postgresql_db.h"

#define SLOW_MS  1000 /* a connect that failed after longer than this … */
#define PAUSE_MS 1000 /* … is not tried again for this long, so that callers fail fast */

/* ---- the URL ---- */

/* What we add where the URL is silent. */
static const struct {
	const char *key, *value;
} defaults[] = {
	{ "application_name", "leadline" }, { "connect_timeout", "5" },
	{ "keepalives_count", "3" },        { "keepalives_idle", "30" },
	{ "keepalives_interval", "10" },    { "tcp_user_timeout", "30000" },
};

static void option(struct pg *p, size_t *n, const char *key, const char *value)
{
	p->keys[*n] = strdup(key);
	p->values[*n] = strdup(value);
	MUST(p->keys[*n] && p->values[*n]);
	if (strcmp(key, "password") == 0)
		p->password = p->values[*n];
	++*n;
}

static bool option_given(const struct pg *p, const char *key)
{
	for (size_t i = 0; p->keys[i]; i++) {
		if (strcmp(p->keys[i], key) == 0)
			return true;
	}
	return false;
}

bool pg_url(struct pg *p, const char *url, struct err *e)
{
	/* libpq's own message would show a part of the URL, maybe the password. */
	PQconninfoOption *all = PQconninfoParse(url, NULL);
	if (!all)
		return ERR(e, ERR_INPUT, "store.url",
			   "the database's URL is not "
			   "postgresql://USER:PASSWORD@HOST:PORT/NAME?OPTION=VALUE; "
			   "special characters are written as %%XX");
	size_t n = 0;
	bool several = false;
	while (all[n].keyword)
		n++;
	p->keys = sql_calloc(n + LL_COUNT(defaults) + 3, sizeof(char *));
	p->values = sql_calloc(n + LL_COUNT(defaults) + 3, sizeof(char *));
	n = 0;
	for (PQconninfoOption *o = all; o->keyword; o++) {
		if (!o->val)
			continue;
		option(p, &n, o->keyword, o->val);
		several = several || (strncmp(o->keyword, "host", 4) == 0 && strchr(o->val, ','));
	}
	PQconninfoFree(all);
	for (size_t i = 0; i < LL_COUNT(defaults); i++) {
		if (!option_given(p, defaults[i].key))
			option(p, &n, defaults[i].key, defaults[i].value);
	}
	/* Of several hosts, the one that takes writes. */
	if (several && !option_given(p, "target_session_attrs"))
		option(p, &n, "target_session_attrs", "read-write");
	if (!option_given(p, "client_encoding"))
		option(p, &n, "client_encoding", "UTF8");
	return true;
}

void pg_url_free(struct pg *p)
{
	for (size_t i = 0; p->keys && p->keys[i]; i++) {
		free(p->keys[i]);
		free(p->values[i]);
	}
	free(p->keys);
	free(p->values);
}

/* ---- errors ---- */

/* By SQLSTATE, the longest prefix first. */
static const struct {
	const char *state;
	enum err_kind kind;
	const char *code;
} meanings[] = {
	{ "0A000", ERR_BUSY, "store.changed" }, /* the plan of a prepared statement is outdated */
	{ "23505", ERR_CONFLICT, "store.exists" },
	{ "25006", ERR_STORE, "store.gone" }, /* a standby: it only reads */
	{ "25P02", ERR_BUSY, "store.failed" },
	{ "40001", ERR_BUSY, "store.busy" },
	{ "40P01", ERR_BUSY, "store.busy" },
	{ "53100", ERR_STORE, "store.full" },
	{ "55P03", ERR_BUSY, "store.busy" },
	{ "57014", ERR_BUSY, "store.timeout" },
	{ "XX001", ERR_STORE, "store.corrupt" },
	{ "XX002", ERR_STORE, "store.corrupt" },
	{ "57P", ERR_STORE, "store.gone" },
	{ "08", ERR_STORE, "store.gone" },
	{ "22", ERR_INPUT, "store.value" },
	{ "23", ERR_BUG, "store.constraint" },
	{ "28", ERR_STORE, "store.gone" },
	{ "3D", ERR_STORE, "store.gone" },
	{ "42501", ERR_STORE, "store.gone" },
	{ "53", ERR_STORE, "store.gone" },
	{ "54", ERR_TOO_LARGE, "store.value" },
	{ "58", ERR_STORE, "store.gone" },
};

/* The first line of a message, in which a password does not show. */
static void clean(const struct pg *p, const char *from, char *to, size_t n)
{
	size_t len = strcspn(from, "\n");
	len = len < n ? len : n - 1;
	memcpy(to, from, len);
	to[len] = 0;
	if (!p->password || !*p->password)
		return;
	for (char *at; (at = strstr(to, p->password)) != NULL;)
		memmove(at, at + strlen(p->password), strlen(at + strlen(p->password)) + 1);
}

bool pg_err(struct pg *p, const PGresult *r, const char *what, struct err *e)
{
	char text[256];
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	/* The primary message only: the detail of a clash holds the values. */
	const char *from =
		state ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : PQerrorMessage(p->conn);
	clean(p, from ? from : "", text, sizeof(text));
	/* A server that went away may have left words behind: the library reads on to the end of
	 * the stream, and sees that it ended, only when asked again. */
	if (PQstatus(p->conn) != CONNECTION_OK || (!state && !PQconsumeInput(p->conn)))
		p->lost = true;
	if (!state)
		return ERR(e, p->lost ? ERR_STORE : ERR_BUG,
			   p->lost ? "store.gone" : "store.statement", "PostgreSQL, %s: %s", what,
			   text);
	if (strcmp(state, "0A000") == 0 || strcmp(state, "25006") == 0)
		p->lost = true;
	for (size_t i = 0; i < LL_COUNT(meanings); i++) {
		if (strncmp(state, meanings[i].state, strlen(meanings[i].state)) == 0)
			return ERR(e, meanings[i].kind, meanings[i].code, "PostgreSQL, %s: %s (%s)",
				   what, text, state);
	}
	return ERR(e, ERR_BUG, "store.statement", "PostgreSQL, %s: %s (%s)", what, text, state);
}

/* ---- the connection ---- */

static void silence(void *arg, const char *message)
{
	(void)arg;
	(void)message; /* "already exists, skipping": not for our log */
}

/*
 * Every statement of the store finds its rows by an index, and is planned once: not anew for each
 * set of arguments, which takes longer than most of them run. A plan that was made while a table
 * was empty, and is kept, must not read or hash all of it once it has grown; where there is no
 * index, "off" is only a strong advice, whose price must not call the compiler. Nor are workers
 * started, which takes longer than most run: without the arguments a LIMIT looks like a tenth of
 * all that there is.
 */
#define PLANS                                                                                      \
	"SET plan_cache_mode = force_generic_plan; SET jit = off; SET enable_seqscan = off; "      \
	"SET enable_hashjoin = off; SET enable_mergejoin = off; "                                  \
	"SET max_parallel_workers_per_gather = 0; "

static bool settle(struct pg *p, struct err *e)
{
	const char *encoding = PQparameterStatus(p->conn, "server_encoding");
	if (!encoding || strcmp(encoding, "UTF8") != 0)
		return ERR(e, ERR_STORE, "store.encoding",
			   "the database has the encoding %s: make one with ENCODING 'UTF8' "
			   "TEMPLATE template0",
			   encoding ? encoding : "?");
	/* Durable must be, whatever the server's default; more than "on" may stay. */
	const char *text = p->base.durability == SQL_DERIVED ? PLANS "SET synchronous_commit = off"
							     : PLANS
				   "SELECT set_config('synchronous_commit', 'on', false) "
				   "WHERE current_setting('synchronous_commit') = 'off'";
	PGresult *r = PQexec(p->conn, text);
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK;
	if (!ok)
		pg_err(p, r, "connect", e);
	PQclear(r);
	return ok;
}

bool pg_connect(struct pg *p, struct err *e)
{
	int64_t start = clock_mono();
	if (start < p->not_before)
		return ERR(e, ERR_STORE, "store.gone", "PostgreSQL did not answer a moment ago");
	PQfinish(p->conn);
	if (p->n_slots)
		memset(p->prepared, 0, p->n_slots * sizeof(*p->prepared));
	p->lost = true;
	p->conn =
		PQconnectdbParams((const char *const *)p->keys, (const char *const *)p->values, 0);
	MUST(p->conn);
	PQsetNoticeProcessor(p->conn, silence, NULL);
	if (PQstatus(p->conn) == CONNECTION_OK) {
		if (!settle(p, e))
			return false;
		p->lost = false;
		return true;
	}
	if (clock_mono() - start > SLOW_MS)
		p->not_before = clock_mono() + PAUSE_MS;
	return pg_err(p, NULL, "connect", e);
}
