/* check: whether configuration, keys, store and destinations are in order. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"
#include "routing/routing.h"
#include "store/store.h"

#define CLOCK_FLOOR 1767225600000LL /* 2026-01-01: no clock that is right says less */
#define CLOCK_SLACK 60000           /* servers' clocks may differ by so much */

struct findings {
	struct cmd *c;
	struct json_out o;
	size_t wrong;
};

static void row(struct findings *f, const char *what, const char *result, const char *detail)
{
	json_obj(&f->o, NULL);
	json_put_z(&f->o, "check", what);
	json_put_z(&f->o, "result", result);
	json_put_z(&f->o, "detail", detail);
	json_end_obj(&f->o);
}

/* NULL error: it is as it should be. */
static void found(struct findings *f, const char *what, const struct err *why, const char *detail)
{
	row(f, what, why ? "wrong" : "ok", why ? why->text : detail);
	f->wrong += why != NULL;
}

static void tell(struct findings *f, const char *what, bool ok, const struct err *e,
		 const char *detail)
{
	found(f, what, ok ? NULL : e, detail);
}

/* A misspelt LEADLINE_… would be ignored in silence. */
static void check_environment(struct findings *f)
{
	for (const char *const *v = f->c->source.environ_; v && *v; v++) {
		struct str name = str_upto(str_of(*v), str_find(str_of(*v), '='));
		bool known = false;

		if (!str_starts(name, "LEADLINE_"))
			continue;
		for (const struct field *o = conf_options; o->name && !known; o++)
			known = str_eq_z(name, conf_env_name(f->c->arena, o->name));
		if (!known)
			row(f, "environment", "odd",
			    arena_printf(f->c->arena, STR_FMT " names no option.", STR_ARG(name)));
	}
}

static void check_file(struct findings *f, const char *what, const char *path)
{
	struct err e;

	if (!path)
		return;
	ERR(&e, ERR_INPUT, "check.file", "%s: %s.", path, strerror(errno));
	tell(f, what, access(path, R_OK) == 0, &e, path);
}

static void check_conf(struct findings *f)
{
	found(f, "configuration", NULL, f->c->source.file ? f->c->source.file : "no file");
	check_environment(f);
	check_file(f, "tlsCert", f->c->conf.tls_cert);
	check_file(f, "tlsKey", f->c->conf.tls_key);
}

static void check_key(struct findings *f)
{
	const char *path = cmd_data_path(f->c, "leadline.key");
	struct stat st;
	struct err e;

	if (stat(path, &st) != 0)
		ERR(&e, ERR_STORE, "check.key", "%s: %s.", path, strerror(errno));
	else if (st.st_mode & 077)
		ERR(&e, ERR_STORE, "check.key", "%s may be read by others: chmod 600 it.", path);
	else if (cmd_seal(f->c, false, &e)) {
		found(f, "sealing key", NULL, path);
		return;
	}
	found(f, "sealing key", &e, NULL);
}

static void check_destinations(struct findings *f)
{
	const struct routing_destination *all;
	struct routing *r;
	struct err e;
	bool ok;

	if (!f->c->seal)
		return;
	r = routing_new(f->c->seal);
	ok = routing_load(r, f->c->db, &e);
	if (ok) {
		AUTO_ROUTING s = routing_hold(r);

		found(f, "destinations", NULL,
		      arena_printf(f->c->arena, "%zu can be opened", routing_all(s, &all)));
	} else {
		found(f, "destinations", &e, NULL);
	}
	routing_free(r);
}

static bool newest_receipt(struct findings *f, int64_t *ret, struct err *e)
{
	struct publisher_list_row *rows;
	size_t n;

	*ret = 0;
	if (!publisher_list(f->c->db, f->c->arena, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct receipt_newest_row row;
		int found_ = receipt_newest(f->c->db,
					    &(struct receipt_newest_in){ rows[i].publisher_id },
					    f->c->arena, &row, e);

		if (found_ < 0)
			return false;
		if (found_ && row.received_at > *ret)
			*ret = row.received_at;
	}
	return true;
}

static void check_clock(struct findings *f)
{
	int64_t newest = 0;
	struct err e;

	if (f->c->db && !newest_receipt(f, &newest, &e))
		found(f, "clock", &e, NULL);
	else if (f->c->now_ms < CLOCK_FLOOR || f->c->now_ms < newest - CLOCK_SLACK) {
		ERR(&e, ERR_STORE, "check.clock",
		    "the machine's clock is behind the newest receipt, or in the past: set it "
		    "right.");
		found(f, "clock", &e, NULL);
	} else {
		found(f, "clock", NULL, "plausible");
	}
}

static void check_store(struct findings *f)
{
	struct cmd *c = f->c;
	struct err e;

	if (!cmd_open(c, NULL, &e)) {
		found(f, "store", &e, NULL);
		return;
	}
	found(f, "store", NULL, sql_engine_of(c->db) == SQL_SQLITE ? "SQLite" : "PostgreSQL");
	tell(f, "integrity", sql_integrity(c->db, &e), &e, "whole");
	check_destinations(f);
}

static void check_audit(struct findings *f)
{
	struct str json;
	size_t broken;
	struct err e;

	if (!f->c->db || !f->c->seal)
		return;
	if (!cmd_audit_broken(f->c, &json, &broken, &e)) {
		found(f, "audit", &e, NULL);
		return;
	}
	ERR(&e, ERR_STORE, "check.audit",
	    "%zu of its chains are not whole: leadline audit check names them.", broken);
	found(f, "audit", broken ? &e : NULL, "whole");
}

static const struct cmd_column columns[] = { { "CHECK", "check", 0 },
					     { "RESULT", "result", 0 },
					     { "DETAIL", "detail", 0 },
					     { NULL, NULL, 0 } };

static bool check(struct cmd *c, const void *flags, struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_REPLY);
	struct findings f = { .c = c, .o = json_out(&b) };

	(void)flags;
	json_obj(&f.o, NULL);
	json_list(&f.o, "items");
	check_conf(&f);
	check_key(&f);
	check_store(&f);
	check_clock(&f);
	check_audit(&f);
	json_end_list(&f.o);
	json_end_obj(&f.o);
	if (!cmd_print_list(c, buf_view(&b), columns, e))
		return false;
	return !f.wrong || ERR(e, ERR_STORE, "check.wrong",
			       "%zu of the checks found something wrong.", f.wrong);
}

const struct command cmd_check[] = {
	{ .noun = "check",
	  .args = "",
	  .opts = CMD_JSON,
	  .run = check,
	  .summary = "Inspects configuration, sealing key, store, destinations and clock." },
	{ .noun = NULL },
};
