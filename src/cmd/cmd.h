/*
 * The command line. A command is a row: words, flags as field rows, help, and a function. Results
 * go to standard output, everything else to standard error. A function says false with its error;
 * the error's code decides the exit: 2 for CMD_USAGE, else 1.
 *
 * What a command answers is written once, as JSON; a table for people is drawn from the same text,
 * so the two never differ.
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/field.h"
#include "base/seal.h"
#include "conf/conf.h"
#include "http/http.h"
#include "net/net.h"
#include "sql/sql.h"

#define CMD_USAGE "cmd.usage" /* error code: wrong usage */
#define CMD_ARENA ((size_t)256 * 1024 * 1024)

/* One run of the program. Everything in it lives until the end of the process. */
struct cmd {
	struct arena *arena;
	struct conf conf;
	struct conf_source source;
	const char *const *args; /* behind the command's words, without flags */
	size_t arg_count;
	bool json; /* --json */
	int64_t now_ms;
	struct sql_db *db;   /* after cmd_open() */
	struct seal *seal;   /* after cmd_seal() */
	struct cmd_api *api; /* after cmd_call() */
};

typedef bool cmd_fn(struct cmd *c, const void *flags, struct err *e);

enum cmd_opt {
	CMD_JSON = 1 << 0,  /* has --json */
	CMD_MAKES = 1 << 1, /* makes the store when there is none yet */
	CMD_AUDIT = 1 << 2  /* changes something without the API's handlers: one row of the audit */
};
struct command {
	const char *noun, *verb; /* verb NULL: the noun is the whole command. noun NULL ends */
	const char *args;        /* for the help: "PUB.OFFER", or "" */
	size_t min_args, max_args;
	const struct field *flags; /* NULL: none of its own */
	size_t in_size;            /* of the struct that flags fill */
	const char *query_of;      /* or: the flags are the query of this GET route of the API */
	unsigned opts;
	cmd_fn *run;
	const char *summary; /* one line */
	const char *more;    /* paragraphs, or NULL */
};
#define CMD_MANY ((size_t)-1)

/* The table: every group, in the order of the help. NULL-ended. */
extern const struct command *const cmd_groups[];
extern const struct command cmd_audit[], cmd_backup[], cmd_calendar[], cmd_check[], cmd_customer[],
	cmd_match[], cmd_dedupe[], cmd_delivery[], cmd_destination[], cmd_escalation[],
	cmd_export[], cmd_import[], cmd_lead[], cmd_offer[], cmd_process[], cmd_provider[],
	cmd_publisher[], cmd_rematch[], cmd_send_test[], cmd_serve[], cmd_simulate[], cmd_store[],
	cmd_task[], cmd_team[], cmd_token[], cmd_user[];

/* The whole program: parses, runs, tells, and gives the exit code. */
int cmd_main(int argc, char **argv, char **environ_);

/* parse.c: fills everything but the store. *ret_help: the help of *ret (NULL: of all) is wanted. */
struct cmd_parsed {
	const struct command *command;
	const char *group; /* a noun without its verb, for the help */
	const void *flags;
	bool help, version;
};
bool cmd_parse(struct cmd *c, size_t n, char **words, struct cmd_parsed *ret,
	       struct err *e) LL_MUST;
bool cmd_usage(struct err *e, const char *fmt, ...) LL_PRINTF(2, 3);

/* help.c: text for people. */
void cmd_help_all(struct buf *b);
void cmd_help_group(struct arena *a, const char *noun, struct buf *b);
void cmd_help_one(struct arena *a, const struct command *k, struct buf *b);

/* open.c */
bool cmd_open(struct cmd *c, const struct command *k, struct err *e) LL_MUST;
bool cmd_seal(struct cmd *c, bool make, struct err *e) LL_MUST; /* DATA/leadline.key */
const char *cmd_data_path(struct cmd *c, const char *name);
/* What destinations may know of the configuration (dest_set_server): at the start, and when it has
 * changed. */
void cmd_tell_destinations(struct arena *a, const struct conf *conf, const char *base_url);
bool cmd_make_data_dir(struct cmd *c, struct err *e) LL_MUST;
/* One server, restore or move at a time on a data directory; *ret is open until the end of it. */
bool cmd_lock(struct cmd *c, int *ret, struct err *e) LL_MUST;
/* Where the server of this data directory listens, written while it runs; NULL: none does. */
bool cmd_address_write(struct cmd *c, const char *base_url, struct err *e) LL_MUST;
void cmd_address_remove(struct cmd *c);
const char *cmd_address_read(struct cmd *c);
/* Servers look at the version rows once a second: "keys", "destinations", "accounts". */
bool cmd_changed(struct cmd *c, const char *name, struct err *e) LL_MUST;

/*
 * call.c: the API's handlers in this process. query: the route's decoded query, or NULL; body:
 * JSON, or empty. *ret is the reply's JSON.
 */
bool cmd_call(struct cmd *c, enum http_method m, const char *path, const void *query,
	      struct str body, struct str *ret, struct err *e) LL_MUST;
void cmd_call_end(struct cmd *c);
const struct field *cmd_query_of(struct arena *a, const char *path, size_t *ret_size);

/* audit.c: after something was done; needs c->db. */
bool cmd_audit_put(struct cmd *c, const char *verb, const char *ref, int64_t status,
		   struct err *e) LL_MUST;
/* The chains computed again: as the API tells it, and how many are not whole. */
bool cmd_audit_broken(struct cmd *c, struct str *ret_json, size_t *ret, struct err *e) LL_MUST;

/*
 * copy.c: every table of one store into another that is migrated, in one transaction, the search
 * index made anew, the counts compared. clear: what is in the target goes first.
 */
bool cmd_copy_store(struct cmd *c, struct sql_db *from, struct sql_db *to, bool clear,
		    const char *what, struct err *e) LL_MUST;
bool cmd_store_is_empty(struct cmd *c, struct sql_db *db, bool *ret, struct err *e) LL_MUST;

/* ready.c: what GET answers at an intake URL, a new key given the second that servers take to see
 * it. */
bool cmd_intake_ready(struct cmd *c, const char *url, struct net_reply *ret, struct err *e) LL_MUST;

/* print.c: the answer, JSON with --json, else a table of these columns, or lines "path: value". */
struct cmd_column {
	const char *title, *path; /* path: "customer.email"; title NULL ends */
	unsigned max;             /* columns on the screen at most; 0: no limit */
};
/* team.c: a list of texts without the empty ones; NULL: nothing is written. */
void cmd_put_list(struct json_out *o, const char *key, const char *const *all);
bool cmd_print_list(struct cmd *c, struct str json, const struct cmd_column *columns,
		    struct err *e) LL_MUST;
bool cmd_print_one(struct cmd *c, struct str json, struct err *e) LL_MUST;
void cmd_print_line(const char *fmt, ...) LL_PRINTF(1, 2); /* a result */
void cmd_note(const char *fmt, ...) LL_PRINTF(1, 2);       /* beside the result: standard error */

/* progress.c: a bar on a terminal once a second has passed. */
struct cmd_progress {
	const char *what;
	int64_t started, drawn; /* ms of the clock that never jumps */
};
struct cmd_progress cmd_progress_start(const char *what);
void cmd_progress_show(struct cmd_progress *p, int64_t done, int64_t total);
void cmd_progress_end(struct cmd_progress *p);

/* text.c: what arguments mean. */
/* "contoso.crm.two" -> contoso, crm.two. ERR CMD_USAGE when it is no offer. */
bool cmd_offer_id(struct cmd *c, const char *text, const char **ret_publisher,
		  const char **ret_offer, struct err *e) LL_MUST;
bool cmd_publisher_id(const char *text, struct err *e) LL_MUST;
bool cmd_id(const char *text, struct id *ret, struct err *e) LL_MUST;
bool cmd_duration(const char *text, int64_t *ret_ms,
		  struct err *e) LL_MUST; /* 90, 90s, 5m, 1h, 7d */
/* key=value, key=@FILE, key=- (standard input, once). */
bool cmd_setting(struct cmd *c, const char *text, struct str *ret_name, struct str *ret_value,
		 struct err *e) LL_MUST;
/* user.c: the link that signs in once. */
const char *cmd_sign_in_url(struct cmd *c, const char *token);
/* One line of standard input without its end. */
bool cmd_read_line(struct cmd *c, const char **ret, struct err *e) LL_MUST;
