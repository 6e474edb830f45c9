/* Private to api/: the handlers by name, their input structs' rows, and what they share. */
#pragma once
#include "api/api.h"
#include "base/json.h"
#include "reach/reach.h"
#include "store/store.h"

struct api_worker {
	struct api *api;
	struct sql_db *db;
};
static inline struct api_worker *worker_of(const struct http_request *rq)
{
	return rq->worker;
}
static inline struct sql_db *db_of(const struct http_request *rq)
{
	return worker_of(rq)->db;
}

/* Whom the caller may see: the publishers of this request, one or many. common.c */
struct scope {
	const char **publishers;
	size_t n;
};
struct scope_in { /* what scope_query is decoded into */
	const char *publisher;
};
/* asked: ?publisher=, or NULL. Another tenant's is not found. */
bool scope_of(struct http_request *rq, const char *asked, struct scope *ret, struct err *e) LL_MUST;
/* The one publisher of what is made: that of the caller, the one that is asked for, or the only
 * one.
 */
bool scope_one(struct http_request *rq, const char *asked, const char **ret, struct err *e) LL_MUST;
/* Nobody gives away more than they have: a caller of one publisher makes accounts and tokens of
 * that one. session.c */
bool belongs(struct http_request *rq, const char *asked, const char **ret, struct err *e) LL_MUST;
/* The account as an answer; of another publisher it is not found. session.c */
bool reply_user(struct http_request *rq, struct id id, struct http_reply *reply,
		struct err *e) LL_MUST;
/* An ETag, with its quotes, of what has no version of its own: of all that a change may write over.
 * common.c */
const char *content_etag(struct arena *a, const struct buf *content);
/* Of If-Match: without its quotes; NULL where any state will do. desk.c */
const char *expected_etag(struct http_request *rq);
/* If-Match asks for another state than that of the ETag. common.c */
bool is_stale(struct http_request *rq, const char *etag);
/* reach.c: how far the caller reaches. */
struct reach reach_of_caller(const struct http_request *rq);
static inline bool is_limited(const struct http_request *rq)
{
	return rq->who.reach != REACH_ALL;
}
/* The parts of the reach in all publishers of a scope; for who reaches all: one each. */
struct parts {
	struct reach_part *all;
	size_t n;
};
bool parts_of(struct http_request *rq, const struct scope *scope, struct parts *ret,
	      struct err *e) LL_MUST;
/* Whether somebody who reaches these parts may see an offer's name: who reaches offers sees those,
 * the others may have leads of any. */
bool shows_offer(const struct parts *parts, const char *publisher, const char *offer);
/* ERR_NOT_FOUND when a lead is out of reach: as if it were not there. */
bool check_reach(struct http_request *rq, const char *publisher, struct id lead,
		 struct err *e) LL_MUST;
/* The members "reach" and "reachOffers" of an account or a token of that publisher ("": of all). */
bool write_reach(struct http_request *rq, struct json_out *o, const struct reach *r,
		 const char *publisher, struct err *e) LL_MUST;
/*
 * A reach that was asked for, into *kind, which holds what is there; with its offers of that
 * publisher ("": of all). asked NULL: as it is. Writes the offers, in the caller's transaction,
 * which has to write the kind: streams follow what is committed. holder null: it is only looked at.
 */
bool put_reach(struct http_request *rq, const char *asked, const char *const *offers,
	       const char *publisher, struct id holder, enum reach_kind *kind,
	       struct err *e) LL_MUST;
#define REACH_ROWS(S)                                                                              \
	F_CHOICE(S, reach, "reach", .choices = reach_choices,                                      \
		 .help = "Which leads: all, own, team (those of their teams) or offers."),         \
		F_STRS(S, reach_offers, "reachOffers", .max = REACH_OFFERS_MAX,                    \
		       .help = "With offers: publisher.offer, all that are meant.")
extern const char *const reach_choices[];
/* The {id} of the path at place i as an id: ERR_NOT_FOUND when it is none. */
bool path_id(const struct http_request *rq, size_t i, struct id *ret, struct err *e) LL_MUST;
/* The {id} of the path as publisher.name, of a publisher in scope; ERR_NOT_FOUND of what it names.
 */
bool path_name(struct http_request *rq, const char *what, const char **ret_publisher,
	       const char **ret_id, struct err *e) LL_MUST;
/* Always false, also in the eyes of analysers. */
void not_found_(const char *what, struct err *e);
#define not_found(what, e) (not_found_((what), (e)), false)
/* Starts a JSON reply; json_reply_end checks it and puts it into the reply. */
#define JSON_REPLY(name, reply) struct json_out name = json_reply(reply)
struct json_out json_reply(struct http_reply *reply);
/* Rows that many lists share. */
#define PAGE_DEFAULT "50"
#define F_PAGE(S)                                                                                  \
	F_STR(S, after, "after", .max = 200, .help = "Cursor: the `next` of the page before."),    \
		F_INT(S, limit, "limit", .min = 1, .max = LIMIT_PAGE, .def = PAGE_DEFAULT,         \
		      .help = "Rows on a page.")
#define F_PUBLISHER(S)                                                                             \
	F_STR(S, publisher, "publisher", .max = LIMIT_ID,                                          \
	      .help = "Narrows an installation-wide caller to one publisher.")
void bad_cursor_(struct err *e);
#define bad_cursor(e) (bad_cursor_(e), false)
/* Where a list by falling ids begins: below the cursor (NULL: none), and no later than until in ms
 * (FIELD_NO_INT: ever). */
bool id_before(const char *after, int64_t until, struct id *ret, struct err *e) LL_MUST;
/*
 * A page of a list that is short enough to be read whole (offers, users …): rows are offered with
 * their keys, those between cursor and limit are to be written.
 */
struct short_page {
	const char *after;
	int64_t left;
	const char *last; /* key of the last row taken */
	bool reached, more;
};
/* The query of those that take nothing but a page. */
struct bare_list {
	const char *after;
	int64_t limit;
};
const char *id_key(struct arena *a, struct id x);
struct short_page short_page(const char *after, int64_t limit);
bool short_page_takes(struct short_page *p, const char *key); /* key outlives the reply */
/* Ends the list and writes `next`; ERR_INPUT when no row had the cursor's key. */
bool short_page_end(const struct short_page *p, struct json_out *o, struct err *e) LL_MUST;
/* Writes what the page takes of one publisher's things. */
typedef bool scope_items_fn(struct http_request *rq, const char *publisher, struct short_page *p,
			    struct json_out *o, struct err *e);
/* A short list over every publisher in reach, or the one asked for (NULL: none was). */
bool reply_over_scope(struct http_request *rq, const char *asked, struct short_page page,
		      scope_items_fn *items, struct http_reply *reply, struct err *e) LL_MUST;
/* A change that another part of the process, or another server, keeps in memory. */
bool bump(struct sql_db *db, const char *version, struct err *e) LL_MUST;
bool say_change(struct http_request *rq, const char *publisher, const char *noun, struct id ref,
		const char *what, struct err *e) LL_MUST;

/*
 * customers_reach.c: the latest leads of a customer that are in reach, but one (the null id: all);
 * of who reaches all every one. Begins m, whose rows are lead_page_row.
 */
struct merge;
bool leads_in_reach(struct http_request *rq, const char *publisher, struct id customer,
		    struct id but, size_t limit, struct merge *m, struct err *e) LL_MUST;

/* leads.c writes a lead wherever one is shown. */
void write_lead(struct json_out *o, const char *key, const struct lead_page_row *l, int64_t now_ms);
void write_delivery(struct http_request *rq, struct json_out *o, const char *key,
		    const struct delivery_page_row *d);

/* assigned.c: how a rule gave a lead away, as the timeline's entry has it; whole: with who else
 * could have had it, which is not for everybody. */
void write_assigned(struct json_out *o, const char *key, const char *detail, bool whole);

/* records.c: the record's page over there, by the settings as they are now; NULL: there is none. */
const char *record_link(struct http_request *rq, const char *publisher, struct id destination,
			const char *remote_id);
/* The member "records": what CRMs say of the lead. */
bool write_records(struct http_request *rq, struct json_out *o, const struct lead_page_row *l,
		   struct err *e) LL_MUST;

/*
 * reach_counts.c: for who does not reach all. The members of the counters; the totals of a process
 * as stage_totals() has them. *ret_capped: they are at least so many, there are more leads in reach
 * than were looked through.
 */
bool write_reach_counters(struct http_request *rq, struct json_out *o, const struct scope *scope,
			  struct err *e) LL_MUST;
bool reach_stage_totals(struct http_request *rq, const char *publisher, const char *process,
			struct stage_totals_row **ret, size_t *ret_n, bool *ret_capped,
			struct err *e) LL_MUST;

/* lead_counts.c: members of the counters, how many leads wait for somebody; of who reaches all. */
bool write_lead_counts(struct http_request *rq, struct json_out *o, const struct scope *scope,
		       struct err *e) LL_MUST;

/* teams.c: those of whom only leads of their teams are in reach know of no other team. 1, 0, or -1.
 */
int sees_team(struct http_request *rq, const char *publisher, struct id team,
	      struct err *e) LL_MUST;
/* views.c: whether somebody may begin with it: a shipped view, or an id. NULL and "" are fine. */
bool check_lead_view(struct http_request *rq, const char *view, struct err *e) LL_MUST;

/* timeline.c: what happened to a lead, newest first, out of the rows that tell of it. */
struct timeline {
	const struct lead_page_row *lead;
	const struct lead_touches_row *touches;
	size_t touch_count;
	const struct delivery_page_row *deliveries;
	size_t delivery_count;
};
bool write_timeline(struct http_request *rq, struct json_out *o, const struct timeline *t,
		    struct err *e) LL_MUST;
/* Members of the open object: which entry, who wrote it, what it says. */
void write_timeline_entry(struct json_out *o, const struct timeline_of_row *entry);

/*
 * What a request is decoded into: http/ clears so many bytes for each. Every input struct stands
 * beside its rows in its own file, and says there that it fits.
 */
#define API_IN_MAX 256
#define FITS(type) _Static_assert(sizeof(type) <= API_IN_MAX, #type " is longer than API_IN_MAX")

#define HANDLER(name)                                                                              \
	bool name(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
HANDLER(h_health);
HANDLER(h_ready);
HANDLER(h_metrics);
HANDLER(h_openapi);
HANDLER(h_counters);
HANDLER(h_views);
HANDLER(h_view);
HANDLER(h_view_add);
HANDLER(h_view_set);
HANDLER(h_view_remove);
HANDLER(h_view_restore);
HANDLER(h_leads);
HANDLER(h_leads_export);
HANDLER(h_lead);
HANDLER(h_lead_read);
HANDLER(h_lead_set);
HANDLER(h_lead_favorite);
HANDLER(h_lead_accept);
HANDLER(h_lead_decline);
HANDLER(h_lead_win);
HANDLER(h_lead_lose);
HANDLER(h_lead_undo);
HANDLER(h_lead_owner);
HANDLER(h_lead_owners);
HANDLER(h_lead_bulk);
HANDLER(h_lead_note);
HANDLER(h_lead_note_set);
HANDLER(h_lead_note_withdraw);
HANDLER(h_lead_call_withdraw);
HANDLER(h_lead_call);
HANDLER(h_lead_contact_withdraw);
HANDLER(h_lead_mail);
HANDLER(h_lead_mail_bounced);
HANDLER(h_lead_stage);
HANDLER(h_lead_check);
HANDLER(h_lead_uncheck);
HANDLER(h_board);
HANDLER(h_board_cards);
HANDLER(h_assign_rules);
HANDLER(h_assign_rule);
HANDLER(h_assign_rule_put);
HANDLER(h_assign_rule_remove);
HANDLER(h_assign_trial);
HANDLER(h_assign_apply);
HANDLER(h_lead_assigned);
HANDLER(h_absences);
HANDLER(h_absence_set);
HANDLER(h_processes);
HANDLER(h_process);
HANDLER(h_process_put);
HANDLER(h_process_remove);
HANDLER(h_referrals);
HANDLER(h_referral);
HANDLER(h_referral_add);
HANDLER(h_referral_put);
HANDLER(h_referral_set);
HANDLER(h_webhook);
HANDLER(h_webhook_add);
HANDLER(h_webhook_events);
HANDLER(h_webhook_remove);
HANDLER(h_webhook_set);
HANDLER(h_webhook_test);
HANDLER(h_webhook_test_get);
HANDLER(h_receipts);
HANDLER(h_receipt);
HANDLER(h_receipt_body);
HANDLER(h_receipt_reread);
HANDLER(h_customers);
HANDLER(h_customer);
HANDLER(h_customer_set);
HANDLER(h_customer_merge);
HANDLER(h_customer_split);
HANDLER(h_customer_undo);
HANDLER(h_customer_erase);
HANDLER(h_customer_data);
HANDLER(h_receipt_erase);
HANDLER(h_matches);
HANDLER(h_match);
HANDLER(h_match_verdict);
HANDLER(h_rematch);
HANDLER(h_rematch_start);
HANDLER(h_rematch_undo);
HANDLER(h_imports);
HANDLER(h_import);
HANDLER(h_import_add);
HANDLER(h_import_set);
HANDLER(h_import_remove);
HANDLER(h_import_piece);
HANDLER(h_import_preview);
HANDLER(h_import_check);
HANDLER(h_import_start);
HANDLER(h_import_undo);
HANDLER(h_import_rows);
HANDLER(h_import_report);
HANDLER(h_publishers);
HANDLER(h_offers);
HANDLER(h_offer);
HANDLER(h_offer_add);
HANDLER(h_offer_set);
HANDLER(h_offer_rotate);
HANDLER(h_calendars);
HANDLER(h_calendar);
HANDLER(h_calendar_add);
HANDLER(h_calendar_set);
HANDLER(h_calendar_remove);
HANDLER(h_calendar_days);
HANDLER(h_calendar_day_remove);
HANDLER(h_working_times);
HANDLER(h_working_time_set);
HANDLER(h_lead_task);
HANDLER(h_tasks);
HANDLER(h_task);
HANDLER(h_task_set);
HANDLER(h_task_done);
HANDLER(h_task_reopen);
HANDLER(h_task_ics);
HANDLER(h_alarms);
HANDLER(h_escalation);
HANDLER(h_escalation_put);
HANDLER(h_escalation_reset);
HANDLER(h_notification_read);
HANDLER(h_notification_settings);
HANDLER(h_notification_settings_put);
HANDLER(h_notifications);
HANDLER(h_notifications_read);
HANDLER(h_audit);
HANDLER(h_audit_check);
HANDLER(h_destination_kinds);
HANDLER(h_destinations);
HANDLER(h_destination);
HANDLER(h_destination_add);
HANDLER(h_destination_set);
HANDLER(h_destination_remove);
HANDLER(h_destination_test);
HANDLER(h_destination_fields);
HANDLER(h_destination_preview);
HANDLER(h_destination_pause);
HANDLER(h_destination_resume);
HANDLER(h_destination_follow);
HANDLER(h_deliveries);
HANDLER(h_delivery);
HANDLER(h_delivery_replay);
HANDLER(h_session_open);
HANDLER(h_session);
HANDLER(h_session_close);
HANDLER(h_session_user);
HANDLER(h_sign_in_ways);
HANDLER(h_sign_in_begin);
HANDLER(h_sign_in_return);
HANDLER(h_providers);
HANDLER(h_provider);
HANDLER(h_provider_add);
HANDLER(h_provider_set);
HANDLER(h_provider_remove);
HANDLER(h_user_link);
HANDLER(h_user_unlink);
HANDLER(h_users);
HANDLER(h_user_add);
HANDLER(h_user_set);
HANDLER(h_teams);
HANDLER(h_team);
HANDLER(h_team_add);
HANDLER(h_team_set);
HANDLER(h_team_remove);
HANDLER(h_lead_team);
HANDLER(h_tokens);
HANDLER(h_token_add);
HANDLER(h_token_revoke);
void h_intake(void *loop, struct http_request **rqs, struct http_reply *replies, size_t n);
bool h_events(struct http_request *rq, struct http_stream *s, struct err *e);

extern const struct field assign_apply_body[], assign_trial_body[], assign_rules_query[],
	assign_rule_body[], absences_query[], absence_body[];
extern const struct field views_query[], view_body[], view_set_body[];
extern const struct field provider_body[], provider_set_body[], user_link_body[];
extern const struct field teams_query[], team_body[], team_set_body[], lead_team_body[];
extern const struct field webhook_query[], webhook_body[], webhook_set_body[];
extern const struct field leads_query[], leads_export_query[], lead_query[], lead_read_body[],
	lead_set_body[], lead_favorite_body[], lead_accept_body[], lead_decline_body[],
	lead_win_body[], lead_lose_body[], lead_undo_body[], lead_owner_body[], lead_note_body[],
	lead_bulk_body[], lead_note_set_body[], lead_call_body[], lead_mail_body[],
	lead_stage_body[], lead_check_body[], processes_query[], process_body[], board_query[],
	board_cards_query[], receipts_query[], scope_query[], customers_query[],
	customer_set_body[], customer_merge_body[], customer_split_body[], customer_undo_body[],
	customer_erase_body[], customer_data_query[], matches_query[], match_query[],
	match_verdict_body[], rematch_query[], rematch_body[], imports_query[], import_body[],
	import_set_body[], import_piece_query[], import_rows_query[], import_report_query[],
	calendars_query[], calendar_body[], calendar_set_body[], calendar_days_body[],
	lead_task_body[], task_set_body[], task_done_body[], tasks_query[], working_times_query[],
	working_time_body[], working_times_query[], working_time_body[], alarms_query[],
	audit_query[], escalation_query[], escalation_body[], notifications_query[],
	notifications_read_body[], notification_settings_body[], offers_query[], offer_body[],
	offer_set_body[], rotate_body[], rotate_body[], destinations_query[], destination_body[],
	destination_set_body[], destination_set_body[], destination_test_body[],
	destination_set_body[], destination_test_body[], destination_preview_body[],
	deliveries_query[], replay_body[], session_body[], session_body[], session_user_body[],
	users_query[], bare_list_query[], referrals_query[], user_body[], referrals_query[],
	user_body[], user_set_body[], token_body[];
