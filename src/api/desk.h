/* Private to api/: what the handlers of the desk share. */
#pragma once
#include "api/handlers.h"
#include "desk/desk.h"

/* The lead of the path; its publisher is the row's. leads.c */
bool find_lead(struct http_request *rq, struct lead_page_row *ret, struct err *e) LL_MUST;
bool find_lead_of(struct http_request *rq, struct id lead, struct lead_page_row *ret,
		  struct err *e) LL_MUST;
/* The whole of it as it is now, with its etag. leads.c */
bool reply_lead(struct http_request *rq, const char *publisher, struct id lead, double join,
		struct http_reply *reply, struct err *e) LL_MUST;

/* desk_view.c: who somebody is, for colleagues. */
void write_account(struct json_out *o, const char *key, const struct account_list_row *u);
/* desk_view.c: `engagement`, and the header etag. seen: desk_seen() before l was read. */
bool write_engagement(struct http_request *rq, struct json_out *o,
		      const struct engagement_get_row *seen, const struct lead_page_row *l,
		      struct http_reply *reply, struct err *e) LL_MUST;

/* Inside a transaction: holds a lead that was found, and looks at it again, because who has it, and
 * whether it is in the caller's reach, may have changed. _all: its publisher first, in the order of
 * those who change teams and processes, and leads with them. desk.c */
bool desk_hold(struct http_request *rq, struct lead_page_row *ret, struct err *e) LL_MUST;
bool desk_hold_all(struct http_request *rq, struct lead_page_row *ret, struct err *e) LL_MUST;

/* A change under way: the lead, who asks, what they have seen, and the transaction. desk.c */
struct desk_call_in {
	struct lead_page_row lead;
	struct desk_who who;
	struct desk_at at;
};
bool desk_begin(struct http_request *rq, struct sql_tx *tx, struct desk_call_in *ret,
		struct err *e) LL_MUST;
/* As expected_etag(), of what has a number for its version; -1: any, INT64_MAX: no number that was
 * ever told.
 */
int64_t expected_version(struct http_request *rq);
/* desk_stage.c: `process` with its stages, and `checklist`. */
void write_way(struct json_out *o, const char *publisher, const struct desk_view *v);
/* processes.c: the members of a process; offers too for those who look at it alone. */
void write_process(struct json_out *o, const char *publisher, const struct desk_process *p);
/* Its offers narrowed to those that the caller may see. */
bool narrow_process(struct http_request *rq, const char *publisher, struct desk_process *p,
		    struct err *e) LL_MUST;
/* Commits, wakes the stream, and answers with the lead as it is now. */
bool desk_end(struct http_request *rq, struct sql_tx *tx, const struct desk_call_in *c,
	      struct http_reply *reply, struct err *e) LL_MUST;
/* desk_talk.c: a note, with those told whom it mentions. */
bool put_note(struct http_request *rq, const struct desk_who *who, struct id lead,
	      const struct desk_talk *x, struct id *ret_entry, struct err *e) LL_MUST;
/* Who asks, as the desk writes it down. */
struct desk_who desk_who_of(const struct http_request *rq, const char *publisher);
/*
 * Whom the text names: an id, an address, me; null: nobody. What names no account is an id that no
 * account has: it is refused where, when and as the account of another publisher is, so that nobody
 * learns who has one there.
 */
bool read_owner_text(struct http_request *rq, const char *text, struct id *ret,
		     struct err *e) LL_MUST;
