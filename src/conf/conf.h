/*
 * Configuration: one typed option table. Flag beats environment beats file beats default. The
 * environment's name is LEADLINE_ and the option in upper snake case; the file has `name = value`
 * lines, '#' comments. The table also writes docs/configure.md, conf/leadline.conf and the man
 * page.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"

struct conf {
	/* where */
	const char *db;   /* sqlite:PATH or postgresql://…; default sqlite:DATA/leadline.db */
	const char *data; /* directory of database, key, marks; default ./leadline-data */
	/* the server */
	const char *listen;     /* HOST:PORT, several with commas */
	const char *public_url; /* base of intake URLs and links; default from listen */
	const char *tls_cert, *tls_key;
	const char *const *trusted_proxies; /* CIDRs */
	int64_t loops, workers, max_connections;
	int64_t request_timeout_ms, idle_timeout_ms, drain_ms;
	/* intake and placing */
	int64_t body_limit; /* bytes */
	int64_t repeat_window_s;
	int64_t backlog_max; /* receipts waiting before intake yields to placing */
	bool place_paused;
	int64_t key_overlap_s; /* old intake key after rotate-key */
	/* imports */
	int64_t import_limit;   /* bytes of a file */
	const char *import_dir; /* default DATA/imports */
	/* exports over HTTP */
	int64_t export_rows, export_bytes;
	/* mail */
	int64_t attempts_keep_days; /* how long the log of delivery attempts is kept */
	const char *smtp_url;       /* the relay; NULL: no mail */
	const char *smtp_user, *smtp_password, *smtp_ca_file;
	const char *smtp_name; /* for EHLO; default conf_host_name() */
	const char *mail_from; /* address, or name <address> */
	/* the log */
	const char *log_level;  /* error warn info debug */
	const char *log_format; /* text json */
	/* access */
	int64_t session_idle_s, session_max_s;
	int64_t api_per_minute;
	bool demo;
};

extern const struct field conf_options[];
/* What came from where, so that reload and `check` can say so. */
struct conf_source {
	const char *file;         /* --config, or NULL */
	const char *const *flags; /* NULL-ended name, value, name, value, from the command line */
	const char *const *environ_; /* NULL-ended NAME=value */
};
/* Fills *ret, all text in a. Errors name the option and where it came from. */
bool conf_load(struct arena *a, const struct conf_source *s, struct conf *ret,
	       struct err *e) LL_MUST;
/* Compares: the first option that needs a restart to change, or NULL. */
const char *conf_needs_restart(const struct conf *old, const struct conf *now);
/* The base of intake URLs and links, without a slash at its end: publicUrl, else from listen. */
const char *conf_base_url(struct arena *a, const struct conf *c);
/* The name that this server goes by: publicUrl's host, else the machine's. */
const char *conf_host_name(struct arena *a, const struct conf *c);
/* The environment's name of an option: LEADLINE_PUBLIC_URL of publicUrl. */
const char *conf_env_name(struct arena *a, const char *option);
/* A flag's name on the command line, without its dashes: public-url of publicUrl. */
const char *conf_flag_name(struct arena *a, const char *name);
/* A secret as given: itself, or with a leading @ what the named file holds (its last line end
 * goes). */
bool conf_secret(struct arena *a, struct str text, struct str *ret, struct err *e) LL_MUST;
