/*
 * Destinations: one file a kind, each with a table of settings, a pure prepare (lead -> request)
 * and status rows. What an answer means is decided in classify.c alone; drivers add rows. The
 * steps of an attempt (a token, one exchange or more) are a machine in exchange.c. Facts:
 * docs/destinations/.
 */
#pragma once
#include "base/field.h"
#include "dest/map.h"
#include "base/id.h"
#include "mail/mail.h"
#include "model/model.h"
#include "net/net.h"

/* What a driver may see of a lead: texts as received and as understood. NULL when absent. */
struct dest_lead {
	struct id lead_id;
	const char *publisher, *offer, *offer_title;
	const char *raw[CONTACT_FIELDS], *contact[CONTACT_FIELDS];
	const char *lead_source, *action_code, *description; /* as received */
	const char *source, *action;                         /* understood */
	const char *received_offer_title;                    /* OfferTitle as received */
	enum kind kind;
	bool test, dnc, duplicate;
	int64_t received_at;
};

/* Settings that every network kind has; the first member of each kind's struct. */
struct dest_common {
	bool allow_private, allow_http;
	const char *ca_file;
	const char *ordering;       /* none, per-contact, strict */
	const char *do_not_contact; /* forward, flag, drop */
	const char *test_leads;     /* tag, drop, deliver */
	int64_t max_age_h;
	int64_t timeout_ms;
	const char *mapping; /* lines of dest/map.h that go before the kind's own rows, or NULL */
	int64_t follow_minutes;     /* how often its records are read back; 0: never */
	const char *status_answers; /* with commas: its words for "somebody answered"; NULL: none */
};

struct dest_outcome {
	enum outcome outcome;
	int status;             /* HTTP status or 0 */
	int64_t retry_after_ms; /* -1: our own schedule */
	int64_t at_least_ms;    /* the next attempt comes no sooner; 0: no such wish */
	bool slow_down;         /* 429, 502, 504: the whole destination is slowed */
	bool site;       /* the far side as a whole failed, not this lead: counts for its health */
	bool token_over; /* the token is not taken any longer: a new one may help, once */
	char remote_id[128]; /* the record's id over there, or "" */
	char code[48];       /* stable token for screen and API */
	char detail[256];    /* redacted words for the attempt log, naming the remedy where there is
				one */
};

/* What the far side handed out for the credentials. Its memory is the one who keeps it's. */
struct dest_token {
	const char *text;     /* for "Authorization: Bearer" */
	const char *base_url; /* where it says that records live; NULL: where the settings say */
	int64_t renew_at;     /* ms since 1970; INT64_MAX: when it is refused */
};

/* Where a token comes from: OAuth 2.0 client credentials (RFC 6749, 4.4). */
struct dest_oauth {
	const char *url, *client_id, *client_secret;
	const char *scope; /* NULL: none */
};

/* What the operator's configuration says to all destinations. */
struct dest_server {
	const char *base_url; /* of links into the page, without a slash at its end */
	const char *smtp_url; /* the relay; NULL: no mail can be sent */
	const char *smtp_user, *smtp_password, *smtp_ca_file, *smtp_name;
	struct mail_address mail_from;
};
/* The process's. Any thread may read; what is set stays where it is until the process ends. */
void dest_set_server(const struct dest_server *s);
const struct dest_server *dest_server(void) __attribute__((__returns_nonnull__));

/* What an exchange is for. */
enum dest_purpose {
	DEST_DELIVER = 0,
	DEST_DESCRIBE, /* which fields are there: driver->describe */
	DEST_FOLLOW    /* which records have changed: driver->follow */
};

struct dest_call {
	enum dest_purpose purpose;
	struct arena *arena;
	const void *settings; /* the kind's own struct */
	const struct dest_lead *lead;
	const char *recipient; /* of the delivery; NULL or "": the destination has no such, or it is
				  a test of it */
	struct id delivery_id; /* the idempotency key: the same in every attempt and replay */
	bool replay;
	int64_t owed_at; /* since when this message is owed: the change it tells; 0: of a test */
	bool lost;       /* the answer to the attempt before was lost: it may be there already */
	int attempt;     /* from 1 */
	int step; /* from 0: a driver may need several exchanges (create the table, then again) */
	int64_t now_ms;
	const struct dest_server *server; /* dest_exchange_begin() gives the process's */
	const struct dest_token *token;   /* of drivers with oauth: there when prepare is called */
	struct dest_cuts *cuts;           /* filled by dest_map(); NULL: nobody asks */
	int64_t since_ms; /* of DEST_FOLLOW: what changed no earlier, by the far side's clock */
	const char *next; /* of DEST_FOLLOW: dest_records.next of the page before, or NULL */
};

/* First row that fits wins; the driver's rows come before the house rows. */
struct dest_rule {
	int from, to;     /* statuses */
	const char *code; /* the peer's own error code, or NULL for any */
	enum outcome outcome;
	int slow_down; /* a truth; as wide as its neighbour, so that the rows are dense */
	int64_t at_least_ms;
	const char *token; /* dest_outcome.code */
	const char *words; /* detail for people, or NULL: the peer's own */
	bool token_over;   /* dest_outcome.token_over */
};

/* A field that the peer has, as it tells by itself. */
struct dest_peer_field {
	const char *name, *label, *type;
	int64_t max; /* characters; 0: it does not say */
	bool required;
};

/* How far a record has come, where the far side's own words allow it to be told. */
enum dest_standing {
	DEST_STANDING_NONE = 0,
	DEST_OPEN,      /* nobody has touched it */
	DEST_WORKING,   /* somebody has */
	DEST_QUALIFIED, /* it goes on as a deal */
	DEST_WON,
	DEST_LOST, /* closed without one */
	DEST_GONE  /* deleted */
};
const char *dest_standing_text(enum dest_standing s);
enum dest_standing dest_standing_of(struct str text); /* DEST_STANDING_NONE: none of them */

/* A record as the far side tells of it; texts in the call's arena. */
struct dest_record {
	const char *remote_id;
	const char *status;              /* its own word for people; NULL: it has none */
	const char *owner, *owner_email; /* NULL: it has none, or does not say */
	enum dest_standing standing;
	int64_t changed_at;
	/* What it has besides its status. by_other: who changed it last is not who made it.
	 * contacted_at: when the person was last talked or written to; 0: it does not say. */
	bool by_other;
	int64_t contacted_at;
};
struct dest_records {
	struct dest_record *all;
	size_t n;
	const char *next; /* where the list goes on, or NULL: that was all */
};

/* Reading records back: a list of those that have changed, oldest change first. */
struct dest_follow {
	const struct dest_rule *rules; /* of its refusals; ends with outcome OUTCOME_NONE */
	const char *status;            /* the field that the status is read from */
	bool (*prepare)(const struct dest_call *c, struct net_request *ret, struct err *e);
	/* Of an answer that was classified as delivered; false: it is no such list. */
	bool (*read)(const struct dest_call *c, const struct json *answer,
		     struct dest_records *ret);
};

struct dest_driver {
	const char *kind; /* "https", "azure-table": kept in the store */
	const struct field *settings;
	size_t settings_size;
	const struct dest_rule *rules; /* ends with outcome OUTCOME_NONE */
	const char *do_not_contact_default;
	const char *ordering_default; /* NULL: none */
	/* What the peer bears: one delivery in pace_ms on the long run after burst of them at once,
	 * so many in flight, so many quick retries until a person has to look. 0: no such wish. */
	int64_t pace_ms, burst, room, retries;
	/* Told of changes (hook/), and owed no lead: tried so often, however long that takes. 0: a
	 * kind that leads are owed to. */
	int64_t attempts;
	/* Optional: whom a lead is sent to, one delivery each; NULL-ended. */
	const char *const *(*recipients)(const void *settings);
	/* What the rows cannot say ("either key or signature"); makes what is absent (a new
	 * secret). */
	bool (*check)(struct arena *a, void *settings, struct field_problems *p);
	/* Pure: lead + settings -> request. Error ERR_INPUT: this lead can never be sent
	 * (rejected). ERR_CONFLICT: none can, as the server is configured. */
	bool (*prepare)(const struct dest_call *c, struct net_request *ret, struct err *e);
	/* Optional, pure: one request for several leads, from 2 to digest_max of them, for when
	 * more are due than the pace allows. Only without oauth and again. */
	bool (*digest)(const struct dest_call *const *calls, size_t n, struct net_request *ret,
		       struct err *e);
	size_t digest_max;
	/* Pure, optional: finds the peer's own error code and record id in headers and body. */
	void (*read_reply)(const struct dest_call *c, const struct net_reply *r,
			   const char **ret_code, struct dest_outcome *o);
	/* Optional: after this outcome, does the driver want another exchange (step + 1) at once?
	 */
	bool (*again)(const struct dest_call *c, const struct dest_outcome *o);
	/* Optional: its requests carry a token, and this is where it comes from. */
	void (*oauth)(const struct dest_call *c, struct dest_oauth *ret);
	/* Optional: the rows of the default mapping; ends with a row without a name. */
	const struct dest_map_row *map;
	/* Optional, pure: asks the peer which fields it has, which proves the credentials and
	 * leaves no trace. read_fields: an array in c->arena out of an answer that was classified
	 * as delivered; false: it is not one. */
	bool (*describe)(const struct dest_call *c, struct net_request *ret, struct err *e);
	bool (*read_fields)(const struct dest_call *c, const struct net_reply *r,
			    const struct dest_peer_field **ret, size_t *ret_n);
	/* Optional: records can be read back. */
	const struct dest_follow *follow;
	/* Optional, pure: a page of the peer's own that shows the record; NULL: none. */
	const char *(*link)(struct arena *a, const void *settings, const char *remote_id);
};
/* Whether the settings take this status for an answer, in any case of letters. */
bool dest_status_answers(const struct dest_common *s, const char *status);
/* The records in the answer of a DEST_FOLLOW; false: it cannot be read. */
bool dest_read_records(const struct dest_driver *d, const struct dest_call *c,
		       const struct net_reply *r, struct dest_records *ret) LL_MUST;
/* The driver's recipients, or one that is "". */
const char *const *dest_recipients(const struct dest_driver *d, const void *settings);
extern const struct dest_driver *const dest_drivers[]; /* NULL-ended, by kind */
const struct dest_driver *dest_driver_by_kind(struct str kind);

/* From 0: the pieces that one attempt may need; more are a bug of the driver. */
#define DEST_STEPS 4

/* What a reply means. Total: an outcome is always set. */
void dest_classify(const struct dest_driver *d, const struct dest_call *c,
		   const struct net_reply *r, struct dest_outcome *ret);

/* ---- an attempt as a machine: what to do next, without a socket or a clock of its own ---- */

enum dest_next {
	DEST_NEXT_TOKEN = 1, /* a token is wanted: dest_exchange_token() or _no_token() */
	DEST_NEXT_SEND,      /* send x->request, then dest_exchange_reply() */
	DEST_NEXT_OVER,      /* x->outcome is the attempt's */
};
struct dest_exchange {
	const struct dest_driver *driver;
	struct dest_call call; /* filled by the caller but for step, server and cuts */
	/* Not call alone, but driver->digest of these, call's among them; 0: no digest. */
	const struct dest_call *const *digest;
	size_t digest_count;
	int64_t patience_ms; /* of dest_exchange_run(), for each exchange; 0: as the settings say */
	struct net_request request;
	struct dest_outcome outcome;
	struct err failure; /* why no request could be made; kind 0: it could */
	struct dest_cuts cuts;
	struct net_reply *reply; /* of the last exchange */
	bool renewed;            /* a token was refused already */
};
/* call.token: one that is thought to be good still, or NULL. */
enum dest_next dest_exchange_begin(struct dest_exchange *x);
enum dest_next dest_exchange_token(struct dest_exchange *x, const struct dest_token *t);
/* No token could be had: its outcome is the attempt's, for nothing of the lead was sent. */
enum dest_next dest_exchange_no_token(struct dest_exchange *x, const struct dest_outcome *o);
/* DEST_NEXT_TOKEN from here on means that the token in use was refused: it is to be forgotten. */
enum dest_next dest_exchange_reply(struct dest_exchange *x, struct net_reply *r);
/* A digest that is refused, or cannot be made, is no refusal of its leads: each goes alone. */
#define DEST_DIGEST_REFUSED "digest-refused"
/* All of it, blocking; x as for _begin. call.token is the one that served in the end, in call.arena
 * if it was not the caller's. False: not even an outcome could be had. */
bool dest_exchange_run(struct dest_exchange *x, struct err *e) LL_MUST;
/* The attempt cannot be made at all: outcome REJECTED with e's code and text; CONFIG of an
 * ERR_CONFLICT. */
void dest_refuse(struct dest_outcome *o, const struct err *e);

/* ---- tokens ---- */

/* The request for one. Error ERR_BUG: headers. */
bool dest_token_prepare(const struct dest_driver *d, const struct dest_call *c,
			struct net_request *ret, struct err *e) LL_MUST;
/* The token in the answer, in c->arena; false: there is none, and *ret_outcome says why (RFC 6749,
 * 5.2). */
bool dest_token_read(const struct dest_driver *d, const struct dest_call *c,
		     const struct net_reply *r, struct dest_token *ret,
		     struct dest_outcome *ret_outcome) LL_MUST;
/* "Authorization: Bearer …" of c->token. */
bool dest_bearer(const struct dest_call *c, struct net_request *r, struct err *e) LL_MUST;

/* Settings: new ones hold the defaults; decode takes JSON {"name":value…}, set one name=value. */
void *dest_settings_new(struct arena *a, const struct dest_driver *d);
/* partial: only what is to change; unknown names and bad values are problems, and so is what check
 * says. */
bool dest_settings_decode(struct arena *a, const struct dest_driver *d, const struct json *in,
			  bool partial, void *settings, struct field_problems *p) LL_MUST;
/* A person's change of settings that are in use: only what is in `in`. A secret that was given for
 * one address must be given again when the address changes: nobody else gets it. */
bool dest_settings_change(struct arena *a, const struct dest_driver *d, const struct json *in,
			  void *settings, struct field_problems *p) LL_MUST;
bool dest_settings_set(struct arena *a, const struct dest_driver *d, struct str name,
		       struct str text, void *settings, struct err *e) LL_MUST;
/* After the last dest_settings_set: what is required is there, what belongs together fits. */
bool dest_settings_check(struct arena *a, const struct dest_driver *d, void *settings,
			 struct field_problems *p) LL_MUST;
const struct dest_common *dest_settings_common(const void *settings);
/* As JSON text for the store (reveal) or for people (secrets hidden). */
char *dest_settings_json(struct arena *a, const struct dest_driver *d, const void *settings,
			 bool reveal);
/* Takes every secret of the settings out of a text that came from the far side. */
void dest_scrub(struct arena *a, const struct dest_driver *d, const void *settings, char *text);
/* Whether the rule drops this lead: the reason's token, or NULL when it is to be sent. */
const char *dest_dropped(const struct dest_common *s, const struct dest_lead *l);
#define DEST_DROPPED_TEST "dropped-test-lead"
#define DEST_DROPPED_DNC  "dropped-do-not-contact"
