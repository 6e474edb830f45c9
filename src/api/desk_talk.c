/* Notes and calls. A note's earlier texts stay in its entry: nothing that was read can vanish. */
#include "api/desk.h"

#include "alert/alert.h"
#include "api/mention.h"
#include "base/limits.h"

struct note_in {
	const char *text;
	bool answered;
};
FITS(struct note_in);
#define F_TEXT(S, help_) F_STR(S, text, "text", .max = LIMIT_TEXT / 4, .help = (help_))
const struct field lead_note_body[] = {
	F_STR(struct note_in, text, "text", .max = LIMIT_TEXT / 4,
	      .help = "The note. @{ID} or @{address} mentions a colleague, who is told."),
	F_BOOL(struct note_in, answered, "answered", .def = "false",
	       .help = "It records an answer to the customer: a first response."),
	F_END,
};

bool put_note(struct http_request *rq, const struct desk_who *who, struct id lead, const char *text,
	      bool answered, struct id *ret_entry, struct err *e)
{
	struct mentions m;

	return mentions_take(rq, who->publisher, lead, text, &text, &m, e) &&
	       desk_note(db_of(rq), rq->arena, who, lead, text, answered, ret_entry, e) &&
	       mentions_tell(rq, who->publisher, lead, *ret_entry, &m, e);
}

bool h_lead_note(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct note_in *in = input;
	struct desk_call_in c;
	AUTO_TX tx = { 0 };
	struct id entry;

	return desk_begin(rq, &tx, &c, e) &&
	       put_note(rq, &c.who, c.at.lead, in->text, in->answered, &entry, e) &&
	       desk_end(rq, &tx, &c, reply, e);
}

struct call_in {
	const char *outcome, *text, *task;
};
FITS(struct call_in);
static const char *const outcomes[] = { "fit", "no-fit", "unsure", "voicemail", "no-answer", NULL };
const struct field lead_call_body[] = {
	F_CHOICE(struct call_in, outcome, "outcome", .choices = outcomes,
		 .help = "What came of the call."),
	F_TEXT(struct call_in, "What was said."),
	F_STR(struct call_in, task, "task", .max = 36,
	      .help = "Id of the open task that this call was: it is done with it."),
	F_END,
};

/* The task that somebody says the call was; nothing is guessed. */
static bool end_task(struct http_request *rq, const struct desk_call_in *c, const char *text,
		     struct err *e)
{
	struct task_get_in in = { .publisher = c->who.publisher };
	struct task_page_row t;
	int found;

	if (!text || !*text)
		return true;
	found = id_parse(str_of(text), &in.task) ? task_get(db_of(rq), &in, rq->arena, &t, e) : 0;
	if (found < 0)
		return false;
	if (!found || !id_eq(t.lead_id, c->at.lead) || strcmp(t.kind, "call") != 0)
		return ERR_FIELD(e, ERR_INPUT, "task.unknown", "task",
				 "The lead has no such call to be made.");
	return desk_task_done(db_of(rq), rq->arena, &c->who, &t, "done", NULL, e);
}

bool h_lead_call(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct call_in *in = input;
	struct desk_call_in c;
	AUTO_TX tx = { 0 };
	struct id entry;

	return desk_begin(rq, &tx, &c, e) &&
	       desk_call(db_of(rq), rq->arena, &c.who, c.at.lead, in->outcome, in->text, &entry,
			 e) &&
	       end_task(rq, &c, in->task, e) && desk_end(rq, &tx, &c, reply, e);
}

/* ---- another text, or none ---- */

static bool is_author(const struct desk_who *who, const struct json *detail)
{
	char mine[ID_TEXT];

	return !id_is_null(who->author) &&
	       str_eq_z(json_str(json_get(detail, "author")), id_text(who->author, mine));
}

static void write_history(struct json_out *o, const struct json *was, int64_t written_at)
{
	const struct json *history = json_get(was, "history");

	json_list(o, "history");
	for (size_t i = 0; i < json_count(history); i++) {
		const struct json *h = json_at(history, i);

		json_obj(o, NULL);
		json_put_str(o, "at", json_str(json_get(h, "at")));
		json_put_str(o, "text", json_str(json_get(h, "text")));
		json_end_obj(o);
	}
	json_obj(o, NULL);
	if (json_kind(json_get(was, "editedAt")) == JSON_STR)
		json_put_str(o, "at", json_str(json_get(was, "editedAt")));
	else
		json_put_time(o, "at", written_at);
	json_put_str(o, "text", json_str(json_get(was, "text")));
	json_end_obj(o);
	json_end_list(o);
}

/* The detail with another text; NULL: withdrawn. */
static bool rewrite(struct http_request *rq, const struct timeline_get_row *row,
		    const struct json *was, const char *text, const char **ret, struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_TEXT * 4);
	struct json_out o = json_out(&b);

	json_obj(&o, NULL);
	json_put_z(&o, "text", text);
	json_put_bool(&o, "answered", json_is_true(json_get(was, "answered")));
	json_put_str(&o, "author", json_str(json_get(was, "author")));
	json_put_time(&o, text ? "editedAt" : "withdrawnAt", rq->now_ms);
	write_history(&o, was, row->at);
	json_end_obj(&o);
	if (!buf_ok(&b))
		return ERR(e, ERR_TOO_LARGE, "lead.note-history",
			   "The note was changed too often: write a new one.");
	*ret = str_dup(rq->arena, buf_view(&b));
	return true;
}

static bool change_note(struct http_request *rq, const char *text, struct http_reply *reply,
			struct err *e)
{
	struct timeline_get_in in;
	struct timeline_get_row row;
	struct desk_call_in c;
	struct mentions m;
	AUTO_JSON was = NULL;
	AUTO_TX tx = { 0 };
	const char *detail;
	int found;

	if (!path_id(rq, 1, &in.entry, e) || !desk_begin(rq, &tx, &c, e))
		return false;
	in.publisher = c.who.publisher;
	in.lead = c.at.lead;
	found = timeline_get(db_of(rq), &in, rq->arena, &row, e);
	if (found < 0)
		return false;
	if (!found || strcmp(row.type, "note") != 0)
		return not_found("note", e);
	if (!json_parse(str_of(row.detail), &was, e))
		return false;
	if (text && !*text)
		return ERR_FIELD(e, ERR_INPUT, "field.required", "text", "The note is empty.");
	if (!is_author(&c.who, was))
		return ERR(e, ERR_FORBIDDEN, "lead.note-author",
			   "Only who wrote a note can change it.");
	if (json_kind(json_get(was, "text")) != JSON_STR)
		return ERR(e, ERR_CONFLICT, "lead.note-withdrawn", "The note was withdrawn.");
	return mentions_take(rq, in.publisher, in.lead, text, &text, &m, e) &&
	       rewrite(rq, &row, was, text, &detail, e) &&
	       desk_note_set(db_of(rq), rq->arena, &c.who, c.at.lead, in.entry, row.detail, detail,
			     e) &&
	       (text ||
		alert_over(db_of(rq), in.publisher,
			   &(struct alert_what){
				   .lead = in.lead, .kind = ALERT_MENTIONED, .ref = in.entry },
			   rq->now_ms, e)) &&
	       mentions_tell(rq, in.publisher, in.lead, in.entry, &m, e) &&
	       desk_end(rq, &tx, &c, reply, e);
}

struct note_set_in {
	const char *text;
};
FITS(struct note_set_in);
const struct field lead_note_set_body[] = {
	F_STR(struct note_set_in, text, "text", .max = LIMIT_TEXT / 4,
	      .help = "The note as it is to be."),
	F_END,
};

bool h_lead_note_set(struct http_request *rq, const void *input, struct http_reply *reply,
		     struct err *e)
{
	const struct note_set_in *in = input;

	return change_note(rq, in->text ? in->text : "", reply, e);
}

bool h_lead_note_withdraw(struct http_request *rq, const void *in, struct http_reply *reply,
			  struct err *e)
{
	(void)in;
	return change_note(rq, NULL, reply, e);
}
