/* Notes, calls with their outcome, and mails. */
#include <string.h>
#include "base/clock.h"
#include "desk/parts.h"
#include "hook/hook.h"

/* Nobody took a call that rang out: it is an attempt, and leaves the customer without an answer. */
const struct desk_outcome desk_call_outcomes[] = {
	{ "fit", true, true },        { "no-fit", true, true },      { "unsure", true, true },
	{ "voicemail", false, true }, { "no-answer", false, false }, { NULL, false, false },
};

#define MINUTE 60000LL

/* When it was, into *ret. Who says a minute, as pages do, means all of it: that in which the lead
 * came is not before it. */
static bool read_at(const struct desk_lead *d, int64_t at, int64_t *ret, struct err *e)
{
	int64_t now = d->who->now_ms;

	if (at == SQL_NULL_INT) {
		*ret = now;
		return true;
	}
	if (at > now + DESK_SKEW_MS)
		return ERR_FIELD(e, ERR_INPUT, "lead.at-future", "at",
				 "That is still to come: say when it was.");
	if (at % MINUTE == 0 && at < d->l.received_at && at + MINUTE > d->l.received_at)
		at = d->l.received_at;
	if (at < d->l.received_at)
		return ERR_FIELD(e, ERR_INPUT, "lead.at-before", "at",
				 "The lead came later than that: say when it was, after it came.");
	*ret = at < now ? at : now;
	return true;
}

static void put_at(struct desk_entry *t, const struct desk_talk *x, int64_t at)
{
	if (x->at != SQL_NULL_INT)
		json_put_time(&t->o, "at", at);
}

bool desk_note(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
	       const struct desk_talk *x, struct id *ret_entry, struct err *e)
{
	struct desk_contact answer = { .kind = "note", .response = true };
	AUTO_ENTRY t = { 0 };
	struct desk_lead d;

	if (!x->text || !*x->text)
		return ERR_FIELD(e, ERR_INPUT, "field.required", "text", "The note is empty.");
	if (x->at != SQL_NULL_INT && !x->answered)
		return ERR_FIELD(e, ERR_INPUT, "lead.at-note", "at",
				 "Only a note that records an answer says when that was.");
	if (!desk_open(&d, db, a, who, lead, NULL, e) || (x->answered && !desk_works(&d, e)) ||
	    !read_at(&d, x->at, &answer.at, e))
		return false;
	desk_tell(&t, &d, "note");
	json_put_z(&t.o, "text", x->text);
	json_put_bool(&t.o, "answered", x->answered);
	json_put_id(&t.o, "author", &who->author);
	put_at(&t, x, answer.at);
	*ret_entry = t.id;
	d.g.worked_at = who->now_ms;
	return (!x->answered || desk_contact(&d, t.id, &answer, e)) && desk_told(&t, &d, e) &&
	       desk_write(&d, false, e);
}

static bool set_entry(struct sql_db *db, struct arena *a, const struct timeline_set_in *in,
		      struct err *e)
{
	struct timeline_set_row row;
	int found = timeline_set(db, in, a, &row, e);

	if (found == 0)
		return ERR(e, ERR_STALE, "lead.note-changed",
			   "The note was changed meanwhile: look at it again.");
	return found > 0;
}

static bool tell_set(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
		     struct err *e)
{
	struct change_put_in change = { who->publisher, id_new(clock_now()), "lead", lead, "note" };

	return hook_updated(db, a, who->publisher, lead, who->now_ms, e) &&
	       change_put(db, &change, NULL, e);
}

bool desk_note_set(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
		   struct id entry, const char *was, const char *detail, struct err *e)
{
	struct timeline_set_in in = { who->publisher, lead, entry, was, detail };

	return set_entry(db, a, &in, e) && tell_set(db, a, who, lead, e);
}

/* An entry that counts is another one, and so is what counts by it. */
static bool mend(struct sql_db *db, struct arena *a, const struct desk_who *who,
		 const struct timeline_set_in *in,
		 bool (*fn)(struct desk_lead *d, struct id entry, struct err *e), struct err *e)
{
	struct desk_lead d;
	bool opened;

	if (!desk_open(&d, db, a, who, in->lead, NULL, e) || !set_entry(db, a, in, e) ||
	    !fn(&d, in->entry, e) || !desk_check_rests(&d, in->entry, &opened, e))
		return false;
	d.g.worked_at = who->now_ms;
	return tell_set(db, a, who, in->lead, e) && desk_write(&d, opened, e);
}

bool desk_withdraw(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
		   struct id entry, const char *was, const char *detail, struct err *e)
{
	struct timeline_set_in in = { who->publisher, lead, entry, was, detail };

	return mend(db, a, who, &in, desk_contact_gone, e);
}

bool desk_bounced(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
		  struct id entry, const char *was, const char *detail, struct err *e)
{
	struct timeline_set_in in = { who->publisher, lead, entry, was, detail };

	return mend(db, a, who, &in, desk_contact_vain, e);
}

bool desk_meeting_withdraw(struct sql_db *db, struct arena *a, const struct desk_who *who,
			   struct id lead, struct id entry, struct id task, const char *was,
			   const char *detail, struct err *e)
{
	struct task_uncount_in in = { who->publisher, task, who->now_ms };

	return desk_withdraw(db, a, who, lead, entry, was, detail, e) &&
	       task_uncount(db, &in, NULL, e);
}

/* A try to reach the customer, as somebody says it. outcome: of a call; NULL: there is none. */
static bool tell_contact(struct sql_db *db, struct arena *a, const struct desk_who *who,
			 struct id lead, const struct desk_talk *x, struct desk_contact *contact,
			 const char *outcome, struct id *ret_entry, struct err *e)
{
	AUTO_ENTRY t = { 0 };
	struct desk_lead d;

	if (!desk_open(&d, db, a, who, lead, NULL, e) || !desk_works(&d, e) ||
	    !read_at(&d, x->at, &contact->at, e))
		return false;
	desk_tell(&t, &d, contact->kind);
	if (outcome)
		json_put_z(&t.o, "outcome", outcome);
	desk_put_text(&t, "text", x->text);
	json_put_id(&t.o, "author", &who->author);
	put_at(&t, x, contact->at);
	*ret_entry = t.id;
	d.g.worked_at = who->now_ms;
	return desk_contact(&d, t.id, contact, e) && desk_told(&t, &d, e) &&
	       desk_write(&d, false, e);
}

bool desk_call(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
	       const struct desk_talk *x, struct id *ret_entry, struct err *e)
{
	const struct desk_outcome *o = desk_call_outcomes;
	struct desk_contact contact;

	while (o->text && (!x->outcome || strcmp(o->text, x->outcome) != 0))
		o++;
	if (!o->text)
		return ERR_FIELD(e, ERR_INPUT, "lead.outcome", "outcome",
				 "Say what came of the call: fit, no-fit, unsure, voicemail or "
				 "no-answer.");
	contact = (struct desk_contact){ .kind = "call",
					 .reached = o->reached,
					 .response = o->response };
	return tell_contact(db, a, who, lead, x, &contact, o->text, ret_entry, e);
}

bool desk_mail(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
	       const struct desk_talk *x, struct id *ret_entry, struct err *e)
{
	struct desk_contact contact = { .kind = "mail", .response = true };

	return tell_contact(db, a, who, lead, x, &contact, NULL, ret_entry, e);
}

bool desk_answered_there(struct sql_db *db, struct arena *a, const struct desk_who *who,
			 struct id lead, struct id entry, int64_t at, struct err *e)
{
	const struct desk_contact contact = { .kind = DESK_CONTACT_CRM,
					      .at = at,
					      .response = true };
	struct desk_lead d;

	return desk_open(&d, db, a, who, lead, NULL, e) && desk_contact(&d, entry, &contact, e) &&
	       desk_write(&d, false, e);
}
