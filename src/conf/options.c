/* The option table: whatever an operator may set is a row here, and nowhere else. */
#include "base/limits.h"
#include "conf/conf.h"

#define SECOND_MAX (365LL * 24 * 3600)
#define MS_MAX     (3600LL * 1000)

static const char *const log_levels[] = { "error", "warn", "info", "debug", NULL };
static const char *const log_formats[] = { "text", "json", NULL };

/* clang-format off */
const struct field conf_options[] = {
	F_INT(struct conf, api_per_minute, "apiPerMinute", .min = 60, .max = 6000000, .def = "60000",
	      .flags = FIELD_NO_RELOAD, .help = "Requests to the API that one account, or one token, may make in a minute; a tenth "
		      "of them at once. More are answered with 429."),
	F_INT(struct conf, attempts_keep_days, "attemptsKeepDays", .min = 1, .max = 3650, .def = "90",
	      .flags = FIELD_NO_RELOAD, .help = "How many days the log of delivery attempts is kept; what became of each delivery stays."),
	F_INT(struct conf, backlog_max, "backlogMax", .min = 1000, .max = 100000000, .def = "50000",
	      .flags = FIELD_NO_RELOAD, .help = "Receipts that may wait for placing before intake yields to it."),
	F_INT(struct conf, body_limit, "bodyLimit", .min = 1024, .max = LIMIT_BODY_MAX, .def = "65536",
	      .flags = FIELD_NO_RELOAD,
	      .help = "Bytes of one intake message at most; a longer one is answered with 413."),
	F_STR(struct conf, data, "data", .max = 1024, .def = "./leadline-data", .flags = FIELD_NO_RELOAD,
	      .help = "Directory of the database file, the sealing key and the marks."),
	F_STR(struct conf, db, "db", .max = 2048, .flags = FIELD_SECRET | FIELD_NO_RELOAD,
	      .help = "Where the store is: sqlite:PATH, or a libpq URL postgresql://…, several "
		      "hosts too. Without it: leadline.db in the directory of the option data."),
	F_BOOL(struct conf, demo, "demo", .def = "false", .flags = FIELD_NO_RELOAD,
	       .help = "Fill an empty store with believable leads, and run a receiver to watch "
		       "deliveries at."),
	F_INT(struct conf, drain_ms, "drainMs", .min = 0, .max = MS_MAX, .def = "10000",
	      .flags = FIELD_NO_RELOAD, .help = "On SIGTERM, how long requests under way may take to end."),
	F_INT(struct conf, export_bytes, "exportBytes", .min = 1024, .max = LIMIT_SHEET_BYTES, .def = "268435456",
	      .flags = FIELD_NO_RELOAD, .help = "Bytes of an export over HTTP at most. While it is sent it lies beside the files of "
		      "imports; four of them at a time."),
	F_INT(struct conf, export_rows, "exportRows", .min = 1, .max = 100000000, .def = "100000",
	      .flags = FIELD_NO_RELOAD, .help = "Leads of an export over HTTP at most; one of 100,000 keeps a worker busy for some seconds."),
	F_INT(struct conf, idle_timeout_ms, "idleTimeoutMs", .min = 1000, .max = MS_MAX, .def = "60000",
	      .flags = FIELD_NO_RELOAD,
	      .help = "A connection on which nothing is asked is closed after so long."),
	F_STR(struct conf, import_dir, "importDir", .max = 1024, .flags = FIELD_NO_RELOAD,
	      .help = "Directory of files that are being imported, and of exports while they are sent; several servers on one store share it. "
		      "Without it: imports in the directory of the option data."),
	F_INT(struct conf, import_limit, "importLimit", .min = 1024, .max = LIMIT_SHEET_BYTES, .def = "1073741824",
	      .flags = FIELD_NO_RELOAD, .help = "Bytes of a file that is sent for import at most."),
	F_INT(struct conf, key_overlap_s, "keyOverlapS", .min = 0, .max = SECOND_MAX, .def = "604800",
	      .flags = FIELD_NO_RELOAD, .help = "Seconds that an old intake key stays valid after offer rotate-key."),
	F_STR(struct conf, listen, "listen", .max = 512, .def = "127.0.0.1:8080", .flags = FIELD_NO_RELOAD,
	      .help = "HOST:PORT to listen on, [ADDRESS]:PORT for IPv6, several with commas; "
		      "port 0 takes a free one."),
	F_CHOICE(struct conf, log_format, "logFormat", .choices = log_formats, .def = "text",
		 .help = "The log's lines: key=value text, or JSON."),
	F_CHOICE(struct conf, log_level, "logLevel", .choices = log_levels, .def = "info",
		 .help = "The least important events that are logged."),
	F_INT(struct conf, loops, "loops", .min = 0, .max = 64, .def = "0", .flags = FIELD_NO_RELOAD,
	      .help = "Threads that read sockets and commit what came. 0 takes one with SQLite, which has one "
		      "writer, and one for each core with PostgreSQL, where a thread waits while the "
		      "server commits."),
	F_STR(struct conf, mail_from, "mailFrom", .max = 320,
	      .help = "Who mail comes from: leads@contoso.com, or Contoso leads <leads@contoso.com>. "
		      "The relay must accept it as a sender."),
	F_INT(struct conf, max_connections, "maxConnections", .min = 16, .max = 1000000, .def = "12000",
	      .flags = FIELD_NO_RELOAD,
	      .help = "Open connections at most; for a further one that which is idle longest is closed."),
	F_BOOL(struct conf, place_paused, "placePaused", .def = "false", .flags = FIELD_NO_RELOAD,
	       .help = "Receipts are kept, and wait for placing: for repairs and for measuring."),
	F_URL(struct conf, public_url, "publicUrl", .max = 1024,
	      .flags = FIELD_NO_RELOAD, .help = "The address under which others reach this server: the base of intake URLs "
		      "and links. Without it: made from the option listen."),
	F_INT(struct conf, repeat_window_s, "repeatWindowS", .min = 0, .max = SECOND_MAX, .def = "600",
	      .flags = FIELD_NO_RELOAD, .help = "Seconds within which the same bytes are the same receipt, and the same "
		      "action by the same customer on the same offer is the same lead."),
	F_INT(struct conf, request_timeout_ms, "requestTimeoutMs", .min = 1000, .max = MS_MAX,
	      .def = "30000", .flags = FIELD_NO_RELOAD,
	      .help = "How long the arrival of one request may take."),
	F_INT(struct conf, session_idle_s, "sessionIdleS", .min = 60, .max = SECOND_MAX, .def = "43200",
	      .help = "Seconds without use after which a sign-in ends."),
	F_INT(struct conf, session_max_s, "sessionMaxS", .min = 60, .max = SECOND_MAX, .def = "2592000",
	      .help = "Seconds after which a sign-in ends in any case."),
	F_STR(struct conf, smtp_ca_file, "smtpCaFile", .max = 1024,
	      .help = "PEM file with the certificate authorities to trust when mail is sent, instead of "
		      "the system's."),
	F_STR(struct conf, smtp_name, "smtpName", .max = 253,
	      .help = "The host name that this server goes by when it sends mail (EHLO). Without it: the host "
		      "of publicUrl, else the machine's name."),
	F_STR(struct conf, smtp_password, "smtpPassword", .max = 1024, .flags = FIELD_SECRET,
	      .help = "The password for smtpUser; @FILE reads it from a file."),
	F_STR(struct conf, smtp_url, "smtpUrl", .max = 300,
	      .help = "The relay that mail is handed to: smtp://HOST:PORT, on which STARTTLS is required, or "
		      "smtps://HOST:PORT. Without it no mail is sent."),
	F_STR(struct conf, smtp_user, "smtpUser", .max = 320,
	      .help = "The user to sign in to the relay as. Without it: no sign-in."),
	F_STR(struct conf, tls_cert, "tlsCert", .max = 1024, .flags = FIELD_NO_RELOAD,
	      .help = "PEM file with the certificate chain; with tlsKey the server speaks TLS. A "
		      "file that changes is read again."),
	F_STR(struct conf, tls_key, "tlsKey", .max = 1024, .flags = FIELD_NO_RELOAD,
	      .help = "PEM file with the certificate's private key."),
	F_STRS(struct conf, trusted_proxies, "trustedProxies", .max = 64, .flags = FIELD_NO_RELOAD,
	       .help = "Addresses or networks (CIDR) of reverse proxies whose X-Forwarded-For and "
		       "X-Forwarded-Proto are believed."),
	F_INT(struct conf, workers, "workers", .min = 1, .max = 256, .def = "4", .flags = FIELD_NO_RELOAD,
	      .help = "Threads that answer the API and the pages, each with a connection to the "
		      "store."),
	F_END,
};
/* clang-format on */
