/* Notes, calls and mails, and what counted in error. A note's earlier texts stay in its entry:
 * nothing that was read can vanish. */
#include "api/desk.h"

#include <string.h>
#include "alert/alert.h"
#include "api/mention.h"
#include "base/limits.h"

struct note_in {
	const char *text;
	bool answered;
	int64_t at;
};
FITS(struct note_in);
#define F_WHEN(S, help_) F_TIME(S, at, "at", .help = (help_))
#define F_TEXT(S, help_) F_STR(S, text, "text", .max = LIMIT_TEXT / 4, .help = (help_))
const struct field lead_note_body[] = {
	F_STR(struct note_in, text, "text", .max = LIMIT_TEXT / 4,
	      .help = "The note. @{ID} or @{address} mentions a colleague, who is told."),
	F_BOOL(struct note_in, answered, "answered", .def = "false",
	       .help = "It records an answer to the customer: a first response."),
	F_WHEN(struct note_in, "When the customer was answered, if that was not now."),
	F_END,
};

bool put_note(struct http_request *rq, const struct desk_who *who, struct id lead,
	      const struct desk_talk *x, struct id *ret_entry, struct err *e)
{
	struct desk_talk said = *x;
	struct mentions m;

	return mentions_take(rq, who->publisher, lead, x->text, &said.text, &m, e) &&
	       desk_note(db_of(rq), rq->arena, who, lead, &said, ret_entry, e) &&
	       mentions_tell(rq, who->publisher, lead, *ret_entry, &m, e);
}

bool h_lead_note(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct note_in *in = input;
	const struct desk_talk x = { .text = in->text, .answered = in->answered, .at = in->at };
	struct desk_call_in c;
	AUTO_TX tx = { 0 };
	struct id entry;

	return desk_begin(rq, &tx, &c, e) && put_note(rq, &c.who, c.at.lead, &x, &entry, e) &&
	       desk_end(rq, &tx, &c, reply, e);
}

struct call_in {
	const char *outcome, *text, *task;
	int64_t at;
};
FITS(struct call_in);
static const char *const outcomes[] = { "fit", "no-fit", "unsure", "voicemail", "no-answer", NULL };
const struct field lead_call_body[] = {
	F_CHOICE(struct call_in, outcome, "outcome", .choices = outcomes,
		 .help = "What came of the call."),
	F_TEXT(struct call_in, "What was said."),
	F_WHEN(struct call_in, "When the call was, if that was not now."),
	F_STR(struct call_in, task, "task", .max = 36,
	      .help = "Id of the open task that this call was: it is done with it."),
	F_END,
};

struct mail_in {
	const char *text, *task;
	int64_t at;
};
FITS(struct mail_in);
const struct field lead_mail_body[] = {
	F_TEXT(struct mail_in, "What it said."),
	F_WHEN(struct mail_in, "When it was sent, if that was not now."),
	F_STR(struct mail_in, task, "task", .max = 36,
	      .help = "Id of the open task that this mail was: it is done with it."),
	F_END,
};

/* The task that somebody says the call or the mail was; nothing is guessed. */
static bool end_task(struct http_request *rq, const struct desk_call_in *c, const char *kind,
		     const char *text, struct err *e)
{
	struct task_get_in in = { .publisher = c->who.publisher };
	struct task_page_row t;
	int found;

	if (!text || !*text)
		return true;
	found = id_parse(str_of(text), &in.task) ? task_get(db_of(rq), &in, rq->arena, &t, e) : 0;
	if (found < 0)
		return false;
	if (!found || !id_eq(t.lead_id, c->at.lead) || strcmp(t.kind, kind) != 0)
		return ERR_FIELD(e, ERR_INPUT, "task.unknown", "task",
				 "The lead has no such %s to be made.", kind);
	return desk_task_done(db_of(rq), rq->arena, &c->who, &t, "done", NULL, e);
}

bool h_lead_call(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct call_in *in = input;
	const struct desk_talk x = { .text = in->text, .outcome = in->outcome, .at = in->at };
	struct desk_call_in c;
	AUTO_TX tx = { 0 };
	struct id entry;

	return desk_begin(rq, &tx, &c, e) &&
	       desk_call(db_of(rq), rq->arena, &c.who, c.at.lead, &x, &entry, e) &&
	       end_task(rq, &c, "call", in->task, e) && desk_end(rq, &tx, &c, reply, e);
}

bool h_lead_mail(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct mail_in *in = input;
	const struct desk_talk x = { .text = in->text, .at = in->at };
	struct desk_call_in c;
	AUTO_TX tx = { 0 };
	struct id entry;

	return desk_begin(rq, &tx, &c, e) &&
	       desk_mail(db_of(rq), rq->arena, &c.who, c.at.lead, &x, &entry, e) &&
	       end_task(rq, &c, "mail", in->task, e) && desk_end(rq, &tx, &c, reply, e);
}

/* ---- another text, or none ---- */

static bool is_author(const struct desk_who *who, const struct json *detail)
{
	char mine[ID_TEXT];

	return !id_is_null(who->author) &&
	       str_eq_z(json_str(json_get(detail, "author")), id_text(who->author, mine));
}

static bool is_text(const struct json *detail, const char *name)
{
	return json_kind(json_get(detail, name)) == JSON_STR;
}

static void copy(struct json_out *o, const struct json *was, const char *name)
{
	if (is_text(was, name))
		json_put_str(o, name, json_str(json_get(was, name)));
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
	if (is_text(was, "text")) {
		json_obj(o, NULL);
		if (is_text(was, "editedAt"))
			json_put_str(o, "at", json_str(json_get(was, "editedAt")));
		else
			json_put_time(o, "at", written_at);
		json_put_str(o, "text", json_str(json_get(was, "text")));
		json_end_obj(o);
	}
	json_end_list(o);
}

/* The detail with another text; NULL: withdrawn. */
static bool rewrite(struct http_request *rq, const struct timeline_get_row *row,
		    const struct json *was, const char *text, const char **ret, struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_TEXT * 4);
	struct json_out o = json_out(&b);

	json_obj(&o, NULL);
	copy(&o, was, "outcome");
	json_put_z(&o, "text", text);
	if (json_get(was, "answered"))
		json_put_bool(&o, "answered", json_is_true(json_get(was, "answered")));
	copy(&o, was, "author");
	copy(&o, was, "at");
	copy(&o, was, "bouncedAt");
	copy(&o, was, "bouncedBy");
	json_put_time(&o, text ? "editedAt" : "withdrawnAt", rq->now_ms);
	if (!text)
		json_put_z(&o, "withdrawnBy", rq->who.name);
	write_history(&o, was, row->at);
	json_end_obj(&o);
	if (!buf_ok(&b))
		return ERR(e, ERR_TOO_LARGE, "lead.note-history",
			   "The note was changed too often: write a new one.");
	*ret = str_dup(rq->arena, buf_view(&b));
	return true;
}

/* The same detail, with that and by whom at its end: it is an object that this program wrote. */
static const char *mark(struct http_request *rq, const char *detail, const char *at, const char *by)
{
	AUTO_BUF b = buf_new(LIMIT_RECORD);
	struct json_out o = json_out(&b);

	json_obj(&o, NULL);
	json_put_time(&o, at, rq->now_ms);
	json_put_z(&o, by, rq->who.name);
	json_end_obj(&o);
	MUST(buf_ok(&b));
	return arena_printf(rq->arena, "%.*s,%.*s", (int)strlen(detail) - 1, detail, (int)b.n - 1,
			    b.p + 1);
}

/* An entry of the timeline that is to be another. */
struct changing {
	struct timeline_get_in key;
	struct timeline_get_row row;
	struct desk_call_in c;
};

/* type NULL: any. what: what it is called where there is none. */
static bool open_entry(struct http_request *rq, const char *type, const char *what,
		       struct sql_tx *tx, struct changing *x, struct json **ret_was, struct err *e)
{
	int found;

	if (!path_id(rq, 1, &x->key.entry, e) || !desk_begin(rq, tx, &x->c, e))
		return false;
	x->key.publisher = x->c.who.publisher;
	x->key.lead = x->c.at.lead;
	found = timeline_get(db_of(rq), &x->key, rq->arena, &x->row, e);
	if (found < 0)
		return false;
	if (!found || (type && strcmp(x->row.type, type) != 0))
		return not_found(what, e);
	return json_parse(str_of(x->row.detail), ret_was, e);
}

static bool change_note(struct http_request *rq, const char *text, struct http_reply *reply,
			struct err *e)
{
	struct changing x;
	struct mentions m;
	AUTO_JSON was = NULL;
	AUTO_TX tx = { 0 };
	const char *detail;

	if (!open_entry(rq, "note", "note", &tx, &x, &was, e))
		return false;
	if (!*text)
		return ERR_FIELD(e, ERR_INPUT, "field.required", "text", "The note is empty.");
	if (!is_author(&x.c.who, was))
		return ERR(e, ERR_FORBIDDEN, "lead.note-author",
			   "Only who wrote a note can change it.");
	if (!is_text(was, "text"))
		return ERR(e, ERR_CONFLICT, "lead.note-withdrawn", "The note was withdrawn.");
	return mentions_take(rq, x.key.publisher, x.key.lead, text, &text, &m, e) &&
	       rewrite(rq, &x.row, was, text, &detail, e) &&
	       desk_note_set(db_of(rq), rq->arena, &x.c.who, x.key.lead, x.key.entry, x.row.detail,
			     detail, e) &&
	       mentions_tell(rq, x.key.publisher, x.key.lead, x.key.entry, &m, e) &&
	       desk_end(rq, &tx, &x.c, reply, e);
}

static bool is_meeting(const struct changing *x, const struct json *was)
{
	struct str event = json_str(json_get(was, "event"));

	return !strcmp(x->row.type, "task") &&
	       str_eq_z(json_str(json_get(was, "kind")), "meeting") &&
	       (str_eq_z(event, "done") || str_eq_z(event, "missed"));
}

/* A try to reach the customer, or what is taken for an answer to them. */
static bool counts(const struct changing *x, const struct json *was)
{
	return !strcmp(x->row.type, "call") || !strcmp(x->row.type, "mail") || is_meeting(x, was) ||
	       json_is_true(json_get(was, "answered"));
}

/* What counts can be withdrawn by a manager, too: it says when the customer was answered. */
static bool may_mend(const struct http_request *rq, const struct changing *x,
		     const struct json *was, struct err *e)
{
	if (!is_author(&x->c.who, was) && !(counts(x, was) && rq->who.role >= ROLE_MANAGER))
		return ERR(e, ERR_FORBIDDEN, "lead.withdraw-author",
			   "Only who wrote it down can withdraw it; a call or an answer, a manager "
			   "as well.");
	if (json_kind(json_get(was, "withdrawnAt")) != JSON_NONE ||
	    json_is_true(json_get(was, "erased")))
		return ERR(e, ERR_CONFLICT, "lead.withdrawn", "This is withdrawn already.");
	return true;
}

/* Words are kept as those of before; what has none of its own is marked. */
static bool write_withdrawn(struct http_request *rq, const struct changing *x,
			    const struct json *was, struct err *e)
{
	const char *detail = mark(rq, x->row.detail, "withdrawnAt", "withdrawnBy");
	struct id task;

	if (is_meeting(x, was) && id_parse(json_str(json_get(was, "task")), &task))
		return desk_meeting_withdraw(db_of(rq), rq->arena, &x->c.who, x->key.lead,
					     x->key.entry, task, x->row.detail, detail, e);
	return (!strcmp(x->row.type, "crm") || rewrite(rq, &x->row, was, NULL, &detail, e)) &&
	       desk_withdraw(db_of(rq), rq->arena, &x->c.who, x->key.lead, x->key.entry,
			     x->row.detail, detail, e);
}

/* type NULL: whatever counts. */
static bool withdraw(struct http_request *rq, const char *type, struct http_reply *reply,
		     struct err *e)
{
	struct alert_what mention = { .kind = ALERT_MENTIONED };
	struct changing x;
	AUTO_JSON was = NULL;
	AUTO_TX tx = { 0 };

	if (!open_entry(rq, type, type ? type : "contact", &tx, &x, &was, e))
		return false;
	if (!type && !counts(&x, was))
		return not_found("contact", e);
	mention.lead = x.key.lead;
	mention.ref = x.key.entry;
	return may_mend(rq, &x, was, e) && write_withdrawn(rq, &x, was, e) &&
	       alert_over(db_of(rq), x.key.publisher, &mention, rq->now_ms, e) &&
	       desk_end(rq, &tx, &x.c, reply, e);
}

bool h_lead_mail_bounced(struct http_request *rq, const void *in, struct http_reply *reply,
			 struct err *e)
{
	struct changing x;
	AUTO_JSON was = NULL;
	AUTO_TX tx = { 0 };

	(void)in;
	if (!open_entry(rq, "mail", "mail", &tx, &x, &was, e) || !may_mend(rq, &x, was, e))
		return false;
	if (json_kind(json_get(was, "bouncedAt")) != JSON_NONE)
		return ERR(e, ERR_CONFLICT, "lead.mail-bounced", "This came back already.");
	return desk_bounced(db_of(rq), rq->arena, &x.c.who, x.key.lead, x.key.entry, x.row.detail,
			    mark(rq, x.row.detail, "bouncedAt", "bouncedBy"), e) &&
	       desk_end(rq, &tx, &x.c, reply, e);
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
	return withdraw(rq, "note", reply, e);
}

bool h_lead_call_withdraw(struct http_request *rq, const void *in, struct http_reply *reply,
			  struct err *e)
{
	(void)in;
	return withdraw(rq, "call", reply, e);
}

bool h_lead_contact_withdraw(struct http_request *rq, const void *in, struct http_reply *reply,
			     struct err *e)
{
	(void)in;
	return withdraw(rq, NULL, reply, e);
}
