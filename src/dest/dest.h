/*
 * Destinations: one file a kind, each with a table of settings, a pure prepare (lead -> request)
 * and status rows. What an answer means is decided in classify.c alone; drivers add rows. Facts:
 * docs/destinations/.
 */
#pragma once
#include "base/field.h"
#include "base/id.h"
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
};

struct dest_outcome {
	enum outcome outcome;
	int status;             /* HTTP status or 0 */
	int64_t retry_after_ms; /* -1: our own schedule */
	int64_t at_least_ms;    /* the next attempt comes no sooner; 0: no such wish */
	bool slow_down;         /* 429, 502, 504: the whole destination is slowed */
	bool site; /* the far side as a whole failed, not this lead: counts for its health */
	char remote_id[128]; /* the record's id over there, or "" */
	char code[48];       /* stable token for screen and API */
	char detail[256];    /* redacted words for the attempt log, naming the remedy where there is
				one */
};

struct dest_call {
	struct arena *arena;
	const void *settings; /* the kind's own struct */
	const struct dest_lead *lead;
	struct id delivery_id; /* the idempotency key: the same in every attempt and replay */
	bool replay;
	int attempt; /* from 1 */
	int step; /* from 0: a driver may need several exchanges (create the table, then again) */
	int64_t now_ms;
};

/* First row that fits wins; the driver's rows come before the house rows. */
struct dest_rule {
	int from, to;     /* statuses */
	const char *code; /* the peer's own error code, or NULL for any */
	enum outcome outcome;
	bool slow_down;
	int64_t at_least_ms;
	const char *token; /* dest_outcome.code */
	const char *words; /* detail for people, or NULL: the peer's own */
};

struct dest_driver {
	const char *kind; /* "https", "azure-table": kept in the store */
	const struct field *settings;
	size_t settings_size;
	const struct dest_rule *rules; /* ends with outcome OUTCOME_NONE */
	const char *do_not_contact_default;
	/* What the rows cannot say ("either key or signature"); makes what is absent (a new
	 * secret). */
	bool (*check)(struct arena *a, void *settings, struct field_problems *p);
	/* Pure: lead + settings -> request. Error ERR_INPUT: this lead can never be sent
	 * (rejected). */
	bool (*prepare)(const struct dest_call *c, struct net_request *ret, struct err *e);
	/* Pure, optional: finds the peer's own error code and record id in headers and body. */
	void (*read_reply)(const struct dest_call *c, const struct net_reply *r,
			   const char **ret_code, struct dest_outcome *o);
	/* Optional: after this outcome, does the driver want another exchange (step + 1) at once?
	 */
	bool (*again)(const struct dest_call *c, const struct dest_outcome *o);
};
extern const struct dest_driver *const dest_drivers[]; /* NULL-ended, by kind */
const struct dest_driver *dest_driver_by_kind(struct str kind);

/* From 0: the pieces that one attempt may need; more are a bug of the driver. */
#define DEST_STEPS 4

/* What a reply means. Total: an outcome is always set. */
void dest_classify(const struct dest_driver *d, const struct dest_call *c,
		   const struct net_reply *r, struct dest_outcome *ret);

/* Settings: new ones hold the defaults; decode takes JSON {"name":value…}, set one name=value. */
void *dest_settings_new(struct arena *a, const struct dest_driver *d);
/* partial: only what is to change; unknown names and bad values are problems, and so is what check
 * says. */
bool dest_settings_decode(struct arena *a, const struct dest_driver *d, const struct json *in,
			  bool partial, void *settings, struct field_problems *p) LL_MUST;
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
