/* Notes, and calls with their outcome. */
#include <string.h>
#include "base/clock.h"
#include "desk/parts.h"
#include "hook/hook.h"

/* Nobody took a call that rang out: it is an attempt, and leaves the customer without an answer. */
const struct desk_outcome desk_call_outcomes[] = {
	{ "fit", true, true },        { "no-fit", true, true },      { "unsure", true, true },
	{ "voicemail", false, true }, { "no-answer", false, false }, { NULL, false, false },
};

bool desk_note(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
	       const char *text, bool answered, struct id *ret_entry, struct err *e)
{
	AUTO_ENTRY t = { 0 };
	struct desk_lead d;

	if (!text || !*text)
		return ERR_FIELD(e, ERR_INPUT, "field.required", "text", "The note is empty.");
	if (!desk_open(&d, db, a, who, lead, NULL, e) || (answered && !desk_works(&d, e)))
		return false;
	desk_tell(&t, &d, "note");
	json_put_z(&t.o, "text", text);
	json_put_bool(&t.o, "answered", answered);
	json_put_id(&t.o, "author", &who->author);
	*ret_entry = t.id;
	if (answered) {
		desk_respond(&d);
		d.g.attempts++;
	}
	d.g.worked_at = who->now_ms;
	return desk_told(&t, &d, e) && desk_write(&d, false, e);
}

bool desk_note_set(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
		   struct id entry, const char *was, const char *detail, struct err *e)
{
	struct timeline_set_in in = { who->publisher, lead, entry, was, detail };
	struct change_put_in change = { who->publisher, id_new(clock_now()), "lead", lead, "note" };
	struct timeline_set_row row;
	int found = timeline_set(db, &in, a, &row, e);

	if (found == 0)
		return ERR(e, ERR_STALE, "lead.note-changed",
			   "The note was changed meanwhile: look at it again.");
	return found > 0 && hook_updated(db, a, who->publisher, lead, who->now_ms, e) &&
	       change_put(db, &change, NULL, e);
}

bool desk_call(struct sql_db *db, struct arena *a, const struct desk_who *who, struct id lead,
	       const char *outcome, const char *text, struct id *ret_entry, struct err *e)
{
	const struct desk_outcome *o = desk_call_outcomes;
	AUTO_ENTRY t = { 0 };
	struct desk_lead d;

	while (o->text && (!outcome || strcmp(o->text, outcome) != 0))
		o++;
	if (!o->text)
		return ERR_FIELD(e, ERR_INPUT, "lead.outcome", "outcome",
				 "Say what came of the call: fit, no-fit, unsure, voicemail or "
				 "no-answer.");
	if (!desk_open(&d, db, a, who, lead, NULL, e) || !desk_works(&d, e))
		return false;
	desk_tell(&t, &d, "call");
	json_put_z(&t.o, "outcome", o->text);
	desk_put_text(&t, "text", text);
	*ret_entry = t.id;
	d.g.attempts++;
	d.g.calls++;
	d.g.reached += o->reached;
	if (o->response)
		desk_respond(&d);
	d.g.worked_at = who->now_ms;
	return desk_told(&t, &d, e) && desk_write(&d, false, e);
}
