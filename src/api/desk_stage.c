/* Where a lead stands in its process, and its checklist. */
#include "api/desk.h"

#include "base/limits.h"

struct stage_in {
	struct desk_step step;
};
FITS(struct stage_in);
const struct field lead_stage_body[] = {
	F_STR(struct stage_in, step.stage, "stage", .max = LIMIT_CODE, .help = "Key of the stage."),
	F_BOOL(struct stage_in, step.override, "override", .def = "false",
	       .help = "Passes over open items of the checklist; for managers, with a reason."),
	F_STR(struct stage_in, step.reason, "reason", .max = LIMIT_TEXT / 4,
	      .help = "Why they are passed over."),
	F_STR(struct stage_in, step.note, "note", .max = LIMIT_TEXT / 4,
	      .help = "For the timeline."),
	F_END,
};

bool h_lead_stage(struct http_request *rq, const void *input, struct http_reply *reply,
		  struct err *e)
{
	const struct stage_in *in = input;
	struct desk_call_in c;
	AUTO_TX tx = { 0 };

	if (!desk_begin(rq, &tx, &c, e))
		return false;
	if (in->step.override && rq->who.role < ROLE_MANAGER)
		return ERR(e, ERR_FORBIDDEN, "lead.gate-override",
			   "Only a manager may pass over open items of the checklist.");
	return desk_step(db_of(rq), rq->arena, &c.who, &c.at, &in->step, e) &&
	       desk_end(rq, &tx, &c, reply, e);
}

struct check_in {
	const char *evidence, *entry;
};
FITS(struct check_in);
const struct field lead_check_body[] = {
	F_STR(struct check_in, evidence, "evidence", .max = LIMIT_TEXT / 4, .def = "",
	      .help = "How it is known: what was said or read. Needed by an item that needs "
		      "evidence, or "
		      "an entry."),
	F_STR(struct check_in, entry, "entry", .max = 36,
	      .help = "Id of a note, a call or a mail of this lead, as in its timeline, that says "
		      "so."),
	F_END,
};

bool h_lead_check(struct http_request *rq, const void *input, struct http_reply *reply,
		  struct err *e)
{
	const struct check_in *in = input;
	struct desk_proof proof = { .text = in->evidence };
	struct desk_call_in c;
	AUTO_TX tx = { 0 };

	if (in->entry && *in->entry && !id_parse(str_of(in->entry), &proof.entry))
		return ERR_FIELD(e, ERR_INPUT, "field.id", "entry", "entry must be an id (UUID).");
	return desk_begin(rq, &tx, &c, e) &&
	       desk_check(db_of(rq), rq->arena, &c.who, &c.at, rq->path_args[1], &proof, e) &&
	       desk_end(rq, &tx, &c, reply, e);
}

bool h_lead_uncheck(struct http_request *rq, const void *in, struct http_reply *reply,
		    struct err *e)
{
	struct desk_call_in c;
	AUTO_TX tx = { 0 };

	(void)in;
	return desk_begin(rq, &tx, &c, e) &&
	       desk_uncheck(db_of(rq), rq->arena, &c.who, &c.at, rq->path_args[1], e) &&
	       desk_end(rq, &tx, &c, reply, e);
}

/* ---- what is shown ---- */

static const struct check_list_row *met(const struct desk_view *v, const char *item)
{
	for (size_t i = 0; i < v->check_count; i++)
		if (!strcmp(v->checks[i].item, item))
			return &v->checks[i];
	return NULL;
}

static void write_check(struct json_out *o, const struct desk_item *x,
			const struct check_list_row *c)
{
	json_obj(o, NULL);
	json_put_z(o, "key", x->key);
	json_put_z(o, "name", x->name);
	json_put_bool(o, "shipped", x->shipped);
	json_put_bool(o, "required", x->required);
	json_put_bool(o, "needsEvidence", x->evidence);
	json_put_bool(o, "met", c != NULL);
	json_put_z(o, "evidence", c && *c->evidence ? c->evidence : NULL);
	json_put_id(o, "entry", c ? &c->entry_id : &ID_NULL);
	json_put_z(o, "actor", c ? c->actor : NULL);
	json_put_time(o, "at", c ? c->at : SQL_NULL_INT);
	json_end_obj(o);
}

void write_way(struct json_out *o, const char *publisher, const struct desk_view *v)
{
	if (!v->process.id) {
		json_put_null(o, "process");
		json_put_null(o, "checklist");
		return;
	}
	json_obj(o, "process");
	write_process(o, publisher, &v->process);
	json_end_obj(o);
	json_list(o, "checklist");
	for (size_t i = 0; i < v->process.item_count; i++)
		write_check(o, &v->process.items[i], met(v, v->process.items[i].key));
	json_end_list(o);
}
