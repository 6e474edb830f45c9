/* What the kinds share, their common settings first. Private to dest/; struct S begins with struct
 * dest_common. */
#pragma once
#include "dest/dest.h"

extern const char *const dest_orderings[], *const dest_dnc_rules[], *const dest_test_rules[];

extern const struct dest_driver dest_azure_table, dest_dynamics365, dest_email, dest_https,
	dest_hubspot, dest_marketo, dest_referral_webhook, dest_salesforce,
	dest_salesforce_web_to_lead, dest_slack, dest_teams;

#define DEST_TIMEOUT_MS 30000

/* Classifies by these rules and, when code is NULL, without asking the driver for a code. */
void dest_classify_rules(const struct dest_driver *d, const struct dest_rule *rules,
			 const char *code, const struct dest_call *c, const struct net_reply *r,
			 struct dest_outcome *ret);
/* "&name=value", percent-encoded. */
void dest_form_put(struct buf *b, const char *name, struct str value);
void dest_form_encode(struct buf *b, struct str s);

/* The peer's words on one line: valid UTF-8, no controls, at most max bytes. */
char *dest_one_line(struct arena *a, struct str s, size_t max);
/* As received, else as LeadSource says it; may be NULL. */
const char *dest_action_code(const struct dest_lead *l);

/* ---- kinds that speak HTTP, and JSON over REST: crm.c ---- */

/* base without its last slashes, and path. */
const char *dest_url(struct arena *a, const char *base, const char *path);
/* Scheme, host and port of a URL: what people copy from their browser has more. */
const char *dest_origin(struct arena *a, const char *url);
/* With what the common settings say; the token is its secret. */
struct net_request dest_request(const struct dest_call *c, const char *method, const char *url);
bool dest_json_headers(struct net_request *r, struct err *e) LL_MUST;
/* A copy; p is NULL when b ran over. */
struct str dest_body(struct arena *a, const struct buf *b);
/* The peer's own code and words as the outcome's detail, on one line. */
void dest_say(const struct dest_call *c, struct dest_outcome *o, struct str code, struct str words);
void dest_remote(const struct dest_call *c, struct dest_outcome *o, struct str id);
/* The list that is the member of an answer; read: false leaves one out. */
bool dest_read_fields(const struct dest_call *c, const struct net_reply *r, const char *member,
		      bool (*read)(const struct dest_call *c, const struct json *j,
				   struct dest_peer_field *f),
		      const struct dest_peer_field **ret, size_t *ret_n) LL_MUST;

struct err *dest_problem(struct field_problems *p); /* room for one more; the last one when full */

/* An address among the settings that may be dialled by their rules; NULL is fine, what is required
 * is another's to say. False: it is a problem. */
bool dest_check_url(const struct dest_common *s, const char *url, const char *field,
		    struct field_problems *p);

/* ---- records that are read back: record.c ---- */

/* One of a list of records; false leaves it out. */
typedef bool dest_record_fn(const struct dest_call *c, const struct json *j, struct dest_record *r);
/* All of a list; false: it is none. */
bool dest_take_records(const struct dest_call *c, const struct json *list, dest_record_fn *read,
		       struct dest_records *ret) LL_MUST;
/* A time as the far side writes it, also with an offset without a colon; 0: it is none. */
int64_t dest_time(const struct dest_call *c, struct str text);
/* Both are said, and are not the same. */
bool dest_differ(const struct json *a, const struct json *b);
/* A text for people, on one line; NULL: it is empty. */
const char *dest_words(const struct dest_call *c, struct str text);
/* c->since_ms in whole seconds: "2026-11-22T10:00:00Z". */
const char *dest_since(const struct dest_call *c);

/* clang-format off */
#define DEST_FOLLOW_ROWS(S)                                                                        \
	F_INT(S, common.follow_minutes, "followMinutes", .min = 0, .max = 1440, .def = "5",        \
	      .help = "How often, in minutes, status and owner of its records are read back; 0: never."), \
	F_STR(S, common.status_answers, "statusAnswers", .max = 1000,                              \
	      .help = "Statuses over there, with commas, that are taken for a first response when the record also shows that somebody worked on it; at first none.")
#define DEST_MAPPING_ROW(S)                                                                        \
	F_STR(S, common.mapping, "mapping", .max = DEST_MAP_TEXT,                                  \
	      .help = "Lines \"Field = template\" that replace or extend the default mapping; {company} is a field of the lead.")
#define DEST_COMMON_ROWS(S)                                                                        \
	F_BOOL(S, common.allow_http, "allowHttp", .def = "false",                                  \
	       .help = "Accept an address that begins with http://, which is not encrypted."),     \
	F_BOOL(S, common.allow_private, "allowPrivate", .def = "false",                            \
	       .help = "Also connect to loopback, private, link-local and reserved addresses."),   \
	F_STR(S, common.ca_file, "caFile", .max = 1024,                                            \
	      .help = "A PEM file on the server with the certificate authorities to trust, "       \
		      "instead of the system's."),                                                 \
	DEST_QUEUE_ROWS(S)
/* What has nothing to do with the connection. */
#define DEST_QUEUE_ROWS(S)                                                                         \
	F_CHOICE(S, common.do_not_contact, "doNotContact", .choices = dest_dnc_rules,              \
		 .help = "What to do with leads of the kind information (DNC): send them, send "   \
			 "them marked, or drop them."),                                            \
	F_INT(S, common.max_age_h, "maxAge", .min = 1, .max = 24 * 90, .def = "72",                \
	      .help = "For how many hours a lead is tried before it waits for a person."),         \
	F_CHOICE(S, common.ordering, "ordering", .choices = dest_orderings,                        \
		 .help = "Whether leads of one contact, or all of them, go one after another."),   \
	F_CHOICE(S, common.test_leads, "testLeads", .choices = dest_test_rules, .def = "tag",      \
		 .help = "What to do with the marketplace's test leads: send them marked, drop "   \
			 "them, or send them like any other.")
/* clang-format on */
