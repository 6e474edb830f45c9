/* Private to desk/: a lead that is held, and what is written with every change of it. */
#pragma once
#include "base/json.h"
#include "desk/desk.h"

struct desk_lead {
	struct sql_db *db;
	struct arena *a;
	const struct desk_who *who;
	struct id id;
	struct desk_lead_row l;
	struct engagement_get_row g;
	enum lead_substatus stage;
	bool owed, was_closed; /* a first response; before */
	bool unanswered;       /* what answered it was withdrawn */
	bool owed_none;        /* nor was one owed before the close that is taken back */
	struct stage_get_row stood,
		stands;              /* in the process, before and after; NULL stage: nowhere */
	const char *few_attempts;    /* why it is given up after too few */
	struct desk_process process; /* after desk_lead_process() */
};

/* lead.c */
/* Holds the lead and reads it; expect as in struct desk_at. */
bool desk_open(struct desk_lead *d, struct sql_db *db, struct arena *a, const struct desk_who *who,
	       struct id lead, const char *expect, struct err *e) LL_MUST;
/* ERR_CONFLICT: nobody works on leads of this kind. */
bool desk_works(const struct desk_lead *d, struct err *e) LL_MUST;
bool desk_is_worked(const char *kind, bool test);
/* Writes state, stage and engagement; changed: for those who have seen the state before. */
bool desk_write(struct desk_lead *d, bool changed, struct err *e) LL_MUST;
/* A new engagement: nothing is known. */
struct engagement_get_row desk_nothing(void);
/* Whether a first response is owed; of what is closed: was, before that. What no move closed may
 * have owed one. */
bool desk_was_owed(struct desk_lead *d, bool *ret, struct err *e) LL_MUST;
/* A try to reach the customer, into the counts; a first response if it answered them and no earlier
 * one did. entry: of the timeline. */
struct desk_contact {
	const char *kind; /* call, crm, mail, meeting, note */
	int64_t at;       /* when it was */
	bool reached, response;
};
bool desk_contact(struct desk_lead *d, struct id entry, const struct desk_contact *x,
		  struct err *e) LL_MUST;
/* It was none: what is left is counted anew. Of what never counted nothing changes. */
bool desk_contact_gone(struct desk_lead *d, struct id entry, struct err *e) LL_MUST;
/* It was a try, and reached nobody: it answers no more. */
bool desk_contact_vain(struct desk_lead *d, struct id entry, struct err *e) LL_MUST;

/* Of a move that is taken back: where nothing was owed before it, nothing is owed behind it, unless
 * an answer was withdrawn meanwhile. */
bool desk_owed_again(struct desk_lead *d, const struct move_last_row *m, struct err *e) LL_MUST;

/* An entry of the timeline: what is between desk_tell and desk_told is its detail. */
struct desk_entry {
	struct id id;
	const char *type;
	struct buf text;
	struct json_out o;
};
void desk_tell(struct desk_entry *t, const struct desk_lead *d, const char *type);
bool desk_told(struct desk_entry *t, const struct desk_lead *d, struct err *e) LL_MUST;
/* The entry alone, of a lead that nobody can see yet. */
bool desk_entry_write(struct desk_entry *t, const struct desk_lead *d, struct err *e) LL_MUST;
#define AUTO_ENTRY LL_CLEANUP(desk_entry_free) struct desk_entry
void desk_entry_free(struct desk_entry *t);
/* NULL and "" are none. */
void desk_put_text(struct desk_entry *t, const char *key, const char *text);

/* act.c: one row of the table, with its entry; d->g and d->l are as after it. To be followed by
 * desk_write() of a change, which makes the version that the row names. */
bool desk_transit(struct desk_lead *d, enum desk_event ev, const char *reason, const char *note,
		  struct err *e) LL_MUST;
/* task.c: what is open is over with the lead, each with its entry; and that taken back, of the
 * close at that time. */
bool desk_tasks_close(struct desk_lead *d, struct err *e) LL_MUST;
bool desk_tasks_back(struct desk_lead *d, int64_t closed_at, struct err *e) LL_MUST;
/* deal.c: the values into d->g, with an entry in the timeline for what changed (*ret_any). */
bool desk_deal_put(struct desk_lead *d, const struct desk_deal *deal, bool *ret_any,
		   struct err *e) LL_MUST;
/* The same of a lead that nobody can see yet. */
bool desk_deal_new(struct desk_lead *d, const struct desk_deal *deal, bool *ret_any,
		   struct err *e) LL_MUST;
/* owner.c: ownership without a look at who may; with its entry. */
/* No team is changed or removed until the transaction ends. Before the lead is held: whoever
 * changes a team holds the publisher first, too. */
bool desk_teams_hold(struct sql_db *db, const struct desk_who *who, struct err *e) LL_MUST;
bool desk_owner_put(struct desk_lead *d, const struct account_list_row *owner, const char *why,
		    struct err *e) LL_MUST;

/* What a move took is given back: owner and team, as far as nobody changed them since. Each has its
 * entry; why: for who owned it, NULL or "": none. To be followed by desk_write(). */
bool desk_owner_back(struct desk_lead *d, const struct move_last_row *m, const char *why,
		     struct err *e) LL_MUST;

/* stage.c */
/* The process that the lead stands in, else the one of its offer, into d->process. */
bool desk_lead_process(struct desk_lead *d, struct err *e) LL_MUST;
/* Reads where it stands; what is Active and stands nowhere comes into the first stage. */
bool desk_stand(struct desk_lead *d, struct err *e) LL_MUST;
/* To be followed by desk_write(). */
bool desk_stage_enter(struct desk_lead *d, struct err *e) LL_MUST;
void desk_stage_leave(struct desk_lead *d);
/* As it was before a move. */
bool desk_stage_restore(struct desk_lead *d, const struct move_last_row *m, struct err *e) LL_MUST;
/* What changed, with the totals of the board; for desk_write(). */
bool desk_stage_write(struct desk_lead *d, struct err *e) LL_MUST;
void desk_put_stage(struct json_out *o, const char *key, const struct desk_process *p,
		    const char *stage);

/* check.c: items that are required and open; their names with commas, in d->a. NULL: none. */
bool desk_missing(struct desk_lead *d, const char **ret, struct err *e) LL_MUST;
/* Items for which nothing speaks but that note, call or mail are open again, each with its entry;
 * *ret_any: there were some. */
bool desk_check_rests(struct desk_lead *d, struct id entry, bool *ret_any, struct err *e) LL_MUST;
#define DESK_TASKS_MAX   100     /* open ones of a lead: its page shows them all */
#define DESK_MOVE_STAGE  "stage" /* the event of a row of lead_move */
#define DESK_COUNTER_FEW "leads.lost-few"
