/*
 * What people do with a lead: accept it, decline it, win or lose it, own it, write down calls and
 * notes. The words and the table of transitions are Partner Center's; where it is silent, or where
 * ours differs, docs/decisions/0016-life-cycle.md says why.
 *
 * Every function that changes something runs inside the caller's transaction. It holds the lead
 * until that ends, writes the state, an entry of the timeline and a change for the live stream; the
 * caller commits and wakes the stream. ERR_NOT_FOUND when the publisher has no such lead.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "model/model.h"
#include "store/store.h"

/* A lead that nobody answers expires; a transition can be taken back. Both counted from its time.
 */
#define DESK_EXPIRY_MS (14LL * 24 * 3600 * 1000)
#define DESK_UNDO_MS   (7LL * 24 * 3600 * 1000)

/* ---- transitions: move.c ---- */

enum desk_event {
	DESK_EVENT_NONE = 0,
	DESK_ACCEPT,
	DESK_DECLINE,
	DESK_WIN,
	DESK_LOSE,
	DESK_EXPIRE, /* by the clock alone */
};
#define DESK_EVENTS (DESK_EXPIRE + 1)
const char *desk_event_text(enum desk_event ev);

/* A substatus belongs to one status, so that it says both (lead_status_with()). */
struct desk_move {
	enum lead_substatus from;
	enum desk_event event;
	enum lead_substatus to;
};
extern const struct desk_move desk_moves[]; /* ends with DESK_EVENT_NONE */
/* ERR_CONFLICT lead.stage: the table has no such row. */
bool desk_move(enum lead_substatus from, enum desk_event ev, enum lead_substatus *ret,
	       struct err *e) LL_MUST;

/* Why a lead was declined or lost. note: it says nothing without one. Ends with event none. */
struct desk_reason {
	const char *text;
	enum desk_event event;
	bool note;
};
extern const struct desk_reason desk_reasons[];

/* ---- the deal: deal.c, money.c ---- */

enum desk_field {
	DEAL_NAME,
	DEAL_VALUE, /* decimal text, "12000.50" */
	DEAL_CURRENCY,
	DEAL_TIME_FRAME,
	DEAL_CLOSING_ON, /* "2027-03-31" */
	DEAL_NOTES,
	DEAL_CRM_ID,
	DEAL_CAMPAIGN_ID,
	DEAL_QUALITY,
	DEAL_PURCHASE_INTENT,
	DEAL_FIELDS,
};
extern const char *const desk_field_name[DEAL_FIELDS]; /* wire names */
/* The words that a field may have, NULL-ended; NULL: any text. */
const char *const *desk_field_words(enum desk_field f);
/* NULL: as it is; "": none any more. */
struct desk_deal {
	const char *value[DEAL_FIELDS];
};
/* The row's values as texts, in a; NULL where there is none. */
struct desk_deal desk_deal_of(struct arena *a, const struct engagement_get_row *g);

/* Decimals of an ISO 4217 currency; -1: there is none of that code. */
int desk_currency_decimals(struct str code);
/* Decimal text ("12000", "12000.5") to the smallest unit and back. False: not a number that the
 * currency can have, negative, or above 10^15 units. */
bool desk_money_parse(struct str text, int decimals, int64_t *ret);
const char *desk_money_text(struct arena *a, int64_t units, int decimals);

/* ---- the process: process.c, process_put.c, shipped.c ---- */

#define DESK_PROCESS "default" /* the id of what every publisher has */

/* The words: English where they are the shipped ones, whose keys every language has words for. */
struct desk_stage {
	const char *key, *name;
	const char *entry, *exit; /* when it begins, when it is done */
	int64_t target_days;      /* 0: none */
	bool gate;                /* what is behind it wants the required items */
	bool shipped;             /* the words */
};
struct desk_item {
	const char *key, *name;
	bool required;
	bool evidence; /* is not ticked without */
	bool shipped;  /* the name */
};
struct desk_process {
	const char *id, *name;
	bool shipped;     /* the name */
	int64_t version;  /* 0: nobody has changed what is shipped */
	int64_t attempts; /* to be made before a lead may be closed as lost without a word */
	struct desk_stage *stages;
	size_t stage_count;
	struct desk_item *items;
	size_t item_count;
	const char **offers; /* those that have it for their own */
	size_t offer_count;
};
#define DESK_STAGES_MAX 12
#define DESK_ITEMS_MAX  30
extern const struct desk_process desk_shipped;

/* 1, 0 there is none, -1. In a. */
int desk_process_get(struct sql_db *db, struct arena *a, const char *publisher, const char *id,
		     struct desk_process *ret, struct err *e) LL_MUST;
/* What leads of the offer go through. */
bool desk_process_for(struct sql_db *db, struct arena *a, const char *publisher, const char *offer,
		      struct desk_process *ret, struct err *e) LL_MUST;
/* All of a publisher, the default first. */
bool desk_process_all(struct sql_db *db, struct arena *a, const char *publisher,
		      struct desk_process **ret, size_t *ret_n, struct err *e) LL_MUST;
/* NULL: none of that key is shipped. */
const struct desk_stage *desk_stage_shipped(const char *key);
const struct desk_item *desk_item_shipped(const char *key);
/* The shipped name of a stage; the key itself where there is none. */
const char *desk_stage_name(const char *key);
/* The place of a stage in its order; stage_count: there is none of that key. */
size_t desk_stage_at(const struct desk_process *p, const char *key);
/*
 * Writes a process down, new or changed, in the caller's transaction; version: the one that is to
 * be replaced, -1: any. An empty name is the shipped one. ERR_INPUT with field, ERR_STALE
 * process.changed, ERR_CONFLICT process.stage-used: leads stand in a stage that is left out.
 */
bool desk_process_put(struct sql_db *db, struct arena *a, const char *publisher,
		      const struct desk_process *p, int64_t version, int64_t now_ms,
		      struct err *e) LL_MUST;
/* Forgets it: offers go back to the default one, and the default one to what is shipped.
 * ERR_CONFLICT process.used: leads stand in it. version: as of desk_process_put(). */
bool desk_process_remove(struct sql_db *db, struct arena *a, const char *publisher, const char *id,
			 int64_t version, struct err *e) LL_MUST;

/* ---- doing ---- */

struct desk_who {
	const char *publisher;
	const char *actor; /* as the timeline shows it */
	struct id user;    /* null: no account (a token, a command, the clock) */
	struct id author;  /* account or token: whose notes are whose */
	int64_t now_ms;
};

/* What says which state of the lead the caller has seen, without quotes. Notes and calls add to a
 * lead and do not change it. */
const char *desk_etag(struct arena *a, int64_t version, const char *substatus);

/*
 * lead, and expect: the etag of the state that the caller has seen, or NULL. ERR_STALE
 * lead.changed: it is another by now. ERR_CONFLICT lead.information, lead.test: nobody works on
 * such leads.
 */
struct desk_at {
	struct id lead;
	const char *expect;
};

struct desk_answer {
	const char *reason, *note; /* NULL or "": none */
	const char *few_attempts;  /* why it is given up so soon */
	struct desk_deal deal;
};
/*
 * A transition by a person. Declining and losing want a reason of desk_reasons. Who accepts a lead
 * that nobody owns owns it, and puts it into the first stage of its process. Losing one after
 * fewer attempts than its process asks wants few_attempts, and is counted. ERR_INPUT with field,
 * ERR_CONFLICT lead.stage.
 */
bool desk_act(struct sql_db *db, struct arena *a, const struct desk_who *who,
	      const struct desk_at *at, enum desk_event ev, const struct desk_answer *x,
	      struct err *e) LL_MUST;
/*
 * Takes the last transition back: state, stage, reason and times are as they were; so are owner and
 * team, if it was an acceptance that gave it to them and nobody did since. ERR_CONFLICT
 * lead.undo: there is none, it was the clock's, it is older than DESK_UNDO_MS, or the state has
 * come otherwise since (an import, a CRM).
 */
bool desk_undo(struct sql_db *db, struct arena *a, const struct desk_who *who,
	       const struct desk_at *at, const char *note, struct err *e) LL_MUST;
/*
 * To another stage of its process, forwards or back. Moving past the gate while required items are
 * open is refused by ERR_CONFLICT lead.gate, which names them, unless override says so, with a
 * reason; who may is the caller's to know. ERR_INPUT stage, reason; ERR_CONFLICT lead.not-active.
 */
struct desk_step {
	const char *stage;
	bool override;
	const char *reason, *note; /* NULL or "": none */
};
bool desk_step(struct sql_db *db, struct arena *a, const struct desk_who *who,
	       const struct desk_at *at, const struct desk_step *x, struct err *e) LL_MUST;
/*
 * What speaks for an item of the checklist: words (NULL or "": none), a note, a call or a mail of
 * the lead that was not withdrawn and did not come back (null: none), or both.
 */
struct desk_proof {
	const char *text;
	struct id entry;
};
/*
 * An item of the checklist is met, or is open again. ERR_INPUT entry: it is none of
 * these; evidence: the item wants evidence, and none is given. ERR_NOT_FOUND: the process has no
 * such item, or it is open already; ERR_CONFLICT lead.closed.
 */
bool desk_check(struct sql_db *db, struct arena *a, const struct desk_who *who,
		const struct desk_at *at, const char *item, const struct desk_proof *proof,
		struct err *e) LL_MUST;
bool desk_uncheck(struct sql_db *db, struct arena *a, const struct desk_who *who,
		  const struct desk_at *at, const char *item, struct err *e) LL_MUST;
/* Active leads that stand nowhere come into the first stage of their process, and those that are
 * not Active leave it: what imports and CRMs say of a lead does not ask the desk. Some of them,
 * each in a transaction of its own. *ret_more: there are others. */
bool desk_settle(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		 bool *ret_more, struct err *e) LL_MUST;
/*
 * What is known of a lead that somebody enters, written before it is placed, in the transaction
 * that stores its receipt: nobody sees it until the lead is there, and with it all of it is. The
 * caller holds the publisher. ERR_INPUT with field.
 */
struct desk_new {
	struct desk_deal deal;
	bool favorite, accepted;
	const char *qualification; /* NULL: not said */
	struct id owner;           /* who is told, when it is somebody else; null: nobody so far */
	const char *owner_email, *offer;
};
bool desk_create(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
		 const struct desk_new *x, struct err *e) LL_MUST;
/* favorite: 1, 0, or -1 as it is. ERR_INPUT with field. */
bool desk_set(struct sql_db *db, struct arena *a, const struct desk_who *who,
	      const struct desk_at *at, const struct desk_deal *deal, int favorite,
	      struct err *e) LL_MUST;
/* team: one of the publisher's, or null: none; else ERR_INPUT team. The owner stays. */
bool desk_team(struct sql_db *db, struct arena *a, const struct desk_who *who,
	       const struct desk_at *at, struct id team, const char *why, struct err *e) LL_MUST;
/*
 * owner: an account, or null: given back. Active, at least seller, of the publisher or of the whole
 * installation; else ERR_INPUT owner. The team follows, see desk_lead_set. why: NULL or a text.
 */
bool desk_own(struct sql_db *db, struct arena *a, const struct desk_who *who,
	      const struct desk_at *at, struct id owner, const char *why, struct err *e) LL_MUST;
/*
 * Open leads of an account that may own none any more, at most limit, go to heir, who may own them,
 * or (NULL) back to nobody in the teams that they are in; of any kind, tests too. Each timeline
 * tells, the heir is told. The caller holds the publisher. *ret_n: how many.
 */
bool desk_hand_over(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id from,
		    const struct account_list_row *heir, size_t limit, size_t *ret_n,
		    struct err *e) LL_MUST;
/* By a rule, whose run tells of it: an open lead that is nobody's and of no team, and held. owner,
 * team: null, none. */
bool desk_give(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
	       struct id owner, struct id team, struct err *e) LL_MUST;
bool desk_may_own(const struct account_list_row *account, const char *publisher);

/* What was said. at: when that was, of calls and answers; SQL_NULL_INT: now. It is after the lead
 * came, and not to come still, but for clocks that differ by DESK_SKEW_MS; else ERR_INPUT at. */
#define DESK_SKEW_MS (2LL * 60 * 1000)
struct desk_talk {
	const char *text;
	const char *outcome; /* of a call: one of desk_call_outcomes */
	bool answered;       /* a note that records an answer to the customer: a first response */
	int64_t at;
};
bool desk_note(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
	       const struct desk_talk *x, struct id *ret_entry, struct err *e) LL_MUST;
/* The detail of a note's entry was what was read (was) and is to be another. ERR_STALE. */
bool desk_note_set(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
		   struct id entry, const char *was, const char *detail, struct err *e) LL_MUST;
/* The same of what is withdrawn: a note, a call, a mail. It counts no more: attempts, and when the
 * first response was, are reckoned from what is left, and one may be owed again; items of the
 * checklist for which nothing else speaks are open again, but of a closed lead. */
bool desk_withdraw(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
		   struct id entry, const char *was, const char *detail, struct err *e) LL_MUST;
/*
 * Every call is an attempt; one that was taken, or left a
 * voicemail, is a first response. ERR_INPUT outcome.
 */
struct desk_outcome {
	const char *text;
	bool reached, response;
};
extern const struct desk_outcome desk_call_outcomes[]; /* ends with NULL */
bool desk_call(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
	       const struct desk_talk *x, struct id *ret_entry, struct err *e) LL_MUST;
/* A mail that was sent is an attempt, and a first response for as long as it did not come back. */
bool desk_mail(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
	       const struct desk_talk *x, struct id *ret_entry, struct err *e) LL_MUST;
/* It came back: an attempt still, but nobody was answered by it. As desk_withdraw() otherwise. */
bool desk_bounced(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
		  struct id entry, const char *was, const char *detail, struct err *e) LL_MUST;
/* Somebody answered elsewhere, as that entry of the timeline says: an attempt and a first response,
 * which is withdrawn as others are. at: behind the receipt, and not to come. */
#define DESK_CONTACT_CRM "crm"
bool desk_answered_there(struct sql_db *db, struct arena *a, const struct desk_who *who,
			 struct id lead, struct id entry, int64_t at, struct err *e) LL_MUST;
/* What was said of a meeting is withdrawn: as desk_withdraw(), and its task is over as dropped, so
 * that it can be opened again. */
bool desk_meeting_withdraw(struct sql_db *db, struct arena *a, const struct desk_who *who,
			   struct id lead, struct id entry, struct id task, const char *was,
			   const char *detail, struct err *e) LL_MUST;

/* Of one publisher: some leads that nobody answered in time are closed as expired, each in a
 * transaction of its own. *ret_more: there are others. */
bool desk_expire(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		 bool *ret_more, struct err *e) LL_MUST;

/* ---- seeing: see.c ---- */

/* What can be done with a lead now, for who looks at it. */
struct desk_view {
	struct desk_process process; /* the one that it stands in, else its offer's */
	struct stage_get_row stage;  /* NULL stage: it stands nowhere */
	struct check_list_row *checks;
	size_t check_count;
	struct engagement_get_row g;   /* zero version: nobody worked on it */
	bool can[DESK_EVENTS];         /* by a person */
	bool works;                    /* it can be owned, called, undone */
	struct account_list_row owner; /* null account_id: none */
	struct move_last_row undo;     /* null move_id: nothing to take back */
	int64_t expires_at;            /* SQL_NULL_INT: does not */
};
/*
 * What is known of a lead, to be read BEFORE its row: the etag is made of it, and a change between
 * the two reads must make it too old, which costs a look more, never vouch for what was not shown.
 */
bool desk_seen(struct sql_db *db, struct arena *a, const char *publisher, struct id lead,
	       struct engagement_get_row *ret, struct err *e) LL_MUST;
bool desk_see(struct sql_db *db, struct arena *a, const struct engagement_get_row *seen,
	      const struct lead_page_row *l, int64_t now_ms, struct desk_view *ret,
	      struct err *e) LL_MUST;

/* ---- working time: hours.c ---- */

/*
 * The promise of a first response in working time, read beside the clock's: by the calendar of the
 * lead's owner, else the publisher's default one; what was answered or closed, by that of who owned
 * it then.
 * Made when it is looked at; but for whose hours those were, nothing is kept.
 */
struct desk_hours {
	struct id calendar; /* null: there is no calendar, or the lead has no clock */
	const char *name, *zone;
	int64_t promise_ms;
	int64_t worked_ms; /* until desk_clock_end(); -1: it has none */
	int64_t due_at;    /* SQL_NULL_INT: nobody ever works so long */
	bool breached;
};
/* Whether a first response is owed still. */
bool desk_owes(const struct lead_page_row *l);
/* Where the clock of the first response stands: at the response or the close, whichever was first,
 * else at now while one is owed. SQL_NULL_INT: it ended nobody knows when, as of what a file or a
 * CRM says is closed or under way; nothing is said of being late then. */
int64_t desk_clock_end(const struct lead_page_row *l, int64_t now_ms);
bool desk_hours(struct sql_db *db, struct arena *a, const struct lead_page_row *l, int64_t now_ms,
		struct desk_hours *ret, struct err *e) LL_MUST;

/* The calendar that an account (null: nobody) works by, and its row (may be NULL); *ret stays as it
 * is where the publisher has none. calendar_close() it. */
struct calendar;
bool desk_calendar(struct sql_db *db, struct arena *a, const char *publisher, struct id owner,
		   struct calendar **ret, struct calendar_of_row *ret_row, struct err *e) LL_MUST;

/* ---- promises: task.c, propose.c ---- */

extern const char *const desk_task_kinds[], *const desk_task_outcomes[]; /* NULL-ended */
/* What came of an open task whose lead was closed; no person says so. */
#define DESK_TASK_CLOSED "closed"
struct desk_task {
	const char *kind, *text, *place; /* place: NULL or "": none */
	int64_t due_at, ends_at;         /* ends_at: of meetings; SQL_NULL_INT: not said */
	struct id owner;                 /* null: nobody in particular */
};
/*
 * Promises are entries of the timeline, of type task. A meeting that was held is a first response;
 * one that is only agreed on is none. A lead that is closed has none to be done: they are over with
 * it, and come back when that is taken back. ERR_INPUT with field; ERR_CONFLICT task.many,
 * task.done (it is over already), task.early (a meeting that has not begun was not held).
 */
bool desk_task_add(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
		   const struct desk_task *x, struct id *ret, struct err *e) LL_MUST;
bool desk_task_set(struct sql_db *db, struct arena *a, const struct desk_who *who,
		   const struct task_page_row *was, const struct desk_task *x,
		   struct err *e) LL_MUST;
/* note: NULL or "": none. */
bool desk_task_done(struct sql_db *db, struct arena *a, const struct desk_who *who,
		    const struct task_page_row *was, const char *outcome, const char *note,
		    struct err *e) LL_MUST;
/* Open again, with the time that it had. ERR_CONFLICT task.open: it is; task.counted: a meeting
 * that was held, or missed, has counted. */
bool desk_task_reopen(struct sql_db *db, struct arena *a, const struct desk_who *who,
		      const struct task_page_row *was, struct err *e) LL_MUST;

/* The next step that a lead without one should have, in working time where there is a calendar. */
struct desk_proposal {
	const char *reason; /* NULL: none is needed. A stable word: first, again … */
	const char *kind, *text;
	int64_t due_at;
};
bool desk_propose(struct sql_db *db, struct arena *a, const struct lead_page_row *l,
		  const struct engagement_get_row *g, int64_t now_ms, struct desk_proposal *ret,
		  struct err *e) LL_MUST;
