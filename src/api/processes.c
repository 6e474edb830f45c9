/* Processes: what leads go through. An id outside is publisher.process, as that of an offer. */
#include "api/desk.h"

#include <stdio.h>
#include "base/limits.h"

#define DAYS_MAX     3650
#define ATTEMPTS_MAX 50

struct processes_in {
	const char *publisher, *after;
	int64_t limit;
};
FITS(struct processes_in);
const struct field processes_query[] = { F_PUBLISHER(struct processes_in),
					 F_PAGE(struct processes_in), F_END };

struct process_in {
	const char *id, *publisher, *key; /* as they are shown; so are the next three */
	int64_t version;
	bool is_default, shipped;
	const char *name;
	int64_t attempts;
	const struct json *stages, *checklist;
	const char *const *offers;
};
FITS(struct process_in);
#define F_SHOWN .help = "As it is shown: not looked at, so that what was read can be sent back."
const struct field process_body[] = {
	F_STR(struct process_in, id, "id", .max = LIMIT_ID * 2, F_SHOWN),
	F_STR(struct process_in, publisher, "publisher", .max = LIMIT_ID, F_SHOWN),
	F_STR(struct process_in, key, "key", .max = LIMIT_CODE, F_SHOWN),
	F_INT(struct process_in, version, "version", .min = 0, .max = INT64_MAX, F_SHOWN),
	F_BOOL(struct process_in, is_default, "default", F_SHOWN),
	F_BOOL(struct process_in, shipped, "shipped", F_SHOWN),
	F_STR(struct process_in, name, "name", .max = LIMIT_NAME, .def = "",
	      .help = "Its name; empty: the shipped one."),
	F_INT(struct process_in, attempts, "attempts", .min = 0, .max = ATTEMPTS_MAX, .def = "3",
	      .help = "Calls and answers before a lead may be closed as lost without saying why."),
	F_OBJ(struct process_in, stages, "stages", .flags = FIELD_LISTED,
	      .help = "In order: {key, name, entry, exit, targetDays, gate}. One at most is the "
		      "gate. An "
		      "empty name is the shipped one."),
	F_OBJ(struct process_in, checklist, "checklist", .flags = FIELD_LISTED,
	      .help = "What qualifies a lead: {key, name, required, needsEvidence}."),
	F_STRS(struct process_in, offers, "offers", .max = 500, .def = "",
	       .help = "The offers that have it for their own."),
	F_END,
};

/* ---- what is shown ---- */

static void write_stages(struct json_out *o, const struct desk_process *p)
{
	json_list(o, "stages");
	for (size_t i = 0; i < p->stage_count; i++) {
		const struct desk_stage *s = &p->stages[i];

		json_obj(o, NULL);
		json_put_z(o, "key", s->key);
		json_put_z(o, "name", s->name);
		json_put_z(o, "entry", s->entry);
		json_put_z(o, "exit", s->exit);
		json_put_bool(o, "shipped", s->shipped);
		json_put_int_but(o, "targetDays", s->target_days, 0);
		json_put_bool(o, "gate", s->gate);
		json_end_obj(o);
	}
	json_end_list(o);
}

void write_process(struct json_out *o, const char *publisher, const struct desk_process *p)
{
	char id[LIMIT_ID * 2 + 2]; /* of the process, and of offers */

	snprintf(id, sizeof(id), "%s.%s", publisher, p->id);
	json_put_z(o, "id", id);
	json_put_z(o, "publisher", publisher);
	json_put_z(o, "key", p->id);
	json_put_z(o, "name", p->name);
	json_put_bool(o, "shipped", p->shipped);
	json_put_bool(o, "default", !strcmp(p->id, DESK_PROCESS));
	json_put_int(o, "version", p->version);
	json_put_int(o, "attempts", p->attempts);
	write_stages(o, p);
	json_list(o, "checklist");
	for (size_t i = 0; i < p->item_count; i++) {
		json_obj(o, NULL);
		json_put_z(o, "key", p->items[i].key);
		json_put_z(o, "name", p->items[i].name);
		json_put_bool(o, "shipped", p->items[i].shipped);
		json_put_bool(o, "required", p->items[i].required);
		json_put_bool(o, "needsEvidence", p->items[i].evidence);
		json_end_obj(o);
	}
	json_end_list(o);
	json_list(o, "offers");
	for (size_t i = 0; i < p->offer_count; i++) {
		snprintf(id, sizeof(id), "%s.%s", publisher, p->offers[i]);
		json_put_z(o, NULL, id);
	}
	json_end_list(o);
}

bool narrow_process(struct http_request *rq, const char *publisher, struct desk_process *p,
		    struct err *e)
{
	struct scope scope = { &publisher, 1 };
	struct parts parts;
	size_t n = 0;

	if (!parts_of(rq, &scope, &parts, e))
		return false;
	for (size_t i = 0; i < p->offer_count; i++)
		if (shows_offer(&parts, publisher, p->offers[i]))
			p->offers[n++] = p->offers[i];
	p->offer_count = n;
	return true;
}

static bool process_items_of(struct http_request *rq, const char *publisher,
			     struct short_page *page, struct json_out *o, struct err *e)
{
	struct desk_process *all;
	size_t n;

	if (!desk_process_all(db_of(rq), rq->arena, publisher, &all, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!short_page_takes(page, arena_printf(rq->arena, "%s.%s", publisher, all[i].id)))
			continue;
		if (!narrow_process(rq, publisher, &all[i], e))
			return false;
		json_obj(o, NULL);
		write_process(o, publisher, &all[i]);
		json_end_obj(o);
	}
	return true;
}

bool h_processes(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct processes_in *in = input;

	return reply_over_scope(rq, in->publisher, short_page(in->after, in->limit),
				process_items_of, reply, e);
}

/* ---- one ---- */

static bool reply_process(struct http_request *rq, const char *publisher, const char *id,
			  struct http_reply *reply, struct err *e)
{
	struct desk_process p;
	struct json_out o;
	int found = desk_process_get(db_of(rq), rq->arena, publisher, id, &p, e);

	if (found <= 0)
		return found == 0 ? not_found("process", e) : false;
	if (!narrow_process(rq, publisher, &p, e))
		return false;
	http_reply_header(reply, "etag", arena_printf(rq->arena, "\"%lld\"", (long long)p.version));
	o = json_reply(reply);
	json_obj(&o, NULL);
	write_process(&o, publisher, &p);
	json_end_obj(&o);
	return true;
}

bool h_process(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	const char *publisher, *id;

	(void)in;
	return path_name(rq, "process", &publisher, &id, e) &&
	       reply_process(rq, publisher, id, reply, e);
}

/* ---- changes ---- */

/* What a row of a list may have; others are refused by name, so that a slip is no silence. */
static bool known(const struct json *row, const char *list, const char *const *names, struct err *e)
{
	struct json_walk w = { 0 };

	if (json_kind(row) != JSON_OBJ)
		return ERR_FIELD(e, ERR_INPUT, "field.object", list,
				 "%s must be a list of objects.", list);
	while (json_next(row, &w)) {
		const char *const *n = names;

		while (*n && !str_eq_z(w.name, *n))
			n++;
		if (!*n)
			return ERR_FIELD(e, ERR_INPUT, "field.unknown", list,
					 "%s: there is no %.*s.", list, (int)w.name.n, w.name.p);
	}
	return true;
}

static bool text_of(struct http_request *rq, const struct json *row, const char *list,
		    const char *name, size_t max, const char **ret, struct err *e)
{
	const struct json *v = json_get(row, name);
	struct str s = json_str(v);

	if (v && json_kind(v) != JSON_STR && json_kind(v) != JSON_NULL)
		return ERR_FIELD(e, ERR_INPUT, "field.type", list, "%s of %s must be a text.", name,
				 list);
	if (s.n > max * 4)
		return ERR_FIELD(e, ERR_INPUT, "field.long", list,
				 "%s of %s is longer than %zu characters.", name, list, max);
	*ret = str_dup(rq->arena, str_trim(s));
	return true;
}

/* A name that is the shipped one already stays so, in every language. */
static const char *own_text(const char *text, const char *shipped)
{
	return shipped && !strcmp(text, shipped) ? "" : text;
}

/* Absent and null are no; anything else that is neither yes nor no is a slip. */
static bool flag_of(const struct json *row, const char *list, const char *name, bool *ret,
		    struct err *e)
{
	const struct json *j = json_get(row, name);
	enum json_kind kind = json_kind(j);

	*ret = json_is_true(j);
	return kind == JSON_NONE || kind == JSON_NULL || kind == JSON_BOOL ||
	       ERR_FIELD(e, ERR_INPUT, "field.bool", list, "%s: %s must be true or false.", list,
			 name);
}

static bool read_stage(struct http_request *rq, const struct json *row, struct desk_stage *ret,
		       struct err *e)
{
	static const char *const names[] = { "key",        "name", "entry",   "exit",
					     "targetDays", "gate", "shipped", NULL };
	const struct json *days = json_get(row, "targetDays");
	const struct desk_stage *shipped;

	if (!known(row, "stages", names, e) ||
	    !text_of(rq, row, "stages", "key", LIMIT_CODE, &ret->key, e) ||
	    !text_of(rq, row, "stages", "name", LIMIT_NAME, &ret->name, e) ||
	    !text_of(rq, row, "stages", "entry", LIMIT_TEXT / 16, &ret->entry, e) ||
	    !text_of(rq, row, "stages", "exit", LIMIT_TEXT / 16, &ret->exit, e) ||
	    !flag_of(row, "stages", "gate", &ret->gate, e))
		return false;
	ret->target_days = days && json_kind(days) != JSON_NULL ? json_int(days) : 0;
	if ((days && json_kind(days) != JSON_NULL && !json_is_whole(days)) ||
	    ret->target_days < 0 || ret->target_days > DAYS_MAX)
		return ERR_FIELD(e, ERR_INPUT, "process.days", "stages",
				 "targetDays must be between 0 (none) and %d.", DAYS_MAX);
	shipped = desk_stage_shipped(ret->key);
	ret->entry = own_text(ret->entry, shipped ? shipped->entry : NULL);
	ret->exit = own_text(ret->exit, shipped ? shipped->exit : NULL);
	ret->name = own_text(ret->name, shipped ? shipped->name : NULL);
	return true;
}

static bool read_item(struct http_request *rq, const struct json *row, struct desk_item *ret,
		      struct err *e)
{
	static const char *const names[] = { "key",           "name",    "required",
					     "needsEvidence", "shipped", NULL };
	const struct desk_item *shipped;

	if (!known(row, "checklist", names, e) ||
	    !text_of(rq, row, "checklist", "key", LIMIT_CODE, &ret->key, e) ||
	    !text_of(rq, row, "checklist", "name", LIMIT_NAME, &ret->name, e) ||
	    !flag_of(row, "checklist", "required", &ret->required, e) ||
	    !flag_of(row, "checklist", "needsEvidence", &ret->evidence, e))
		return false;
	shipped = desk_item_shipped(ret->key);
	ret->name = own_text(ret->name, shipped ? shipped->name : NULL);
	return true;
}

static bool read_offers(struct http_request *rq, const char *publisher, const char *const *offers,
			struct desk_process *p, struct err *e)
{
	size_t n = 0;

	while (offers && offers[n])
		n++;
	p->offers = ARENA_ARRAY(rq->arena, const char *, n + 1);
	for (size_t i = 0; i < n; i++) {
		const char *of;

		if (!offer_split(rq->arena, offers[i], "offers", &of, &p->offers[i], e))
			return false;
		if (strcmp(of, publisher) != 0)
			return ERR_FIELD(e, ERR_INPUT, "process.offer", "offers",
					 "%s is not an offer of %s.", offers[i], publisher);
	}
	p->offer_count = n;
	return true;
}

static bool read_process(struct http_request *rq, const struct process_in *in,
			 const char *publisher, struct desk_process *p, struct err *e)
{
	p->name = own_text(in->name, desk_shipped.name);
	p->attempts = in->attempts;
	p->stage_count = json_count(in->stages);
	p->item_count = in->checklist ? json_count(in->checklist) : 0;
	p->stages = ARENA_ARRAY(rq->arena, struct desk_stage, p->stage_count + 1);
	p->items = ARENA_ARRAY(rq->arena, struct desk_item, p->item_count + 1);
	for (size_t i = 0; i < p->stage_count; i++)
		if (!read_stage(rq, json_at(in->stages, i), &p->stages[i], e))
			return false;
	for (size_t i = 0; i < p->item_count; i++)
		if (!read_item(rq, json_at(in->checklist, i), &p->items[i], e))
			return false;
	return read_offers(rq, publisher, in->offers, p, e);
}

bool h_process_put(struct http_request *rq, const void *input, struct http_reply *reply,
		   struct err *e)
{
	const char *publisher;
	struct desk_process p = { 0 };
	AUTO_TX tx = { 0 };

	if (!path_name(rq, "process", &publisher, &p.id, e) ||
	    !read_process(rq, input, publisher, &p, e))
		return false;
	return sql_begin(db_of(rq), &tx, e) &&
	       desk_process_put(db_of(rq), rq->arena, publisher, &p, expected_version(rq),
				rq->now_ms, e) &&
	       reply_process(rq, publisher, p.id, reply, e) && sql_commit(&tx, e);
}

bool h_process_remove(struct http_request *rq, const void *in, struct http_reply *reply,
		      struct err *e)
{
	const char *publisher, *id;
	AUTO_TX tx = { 0 };

	(void)in;
	if (!path_name(rq, "process", &publisher, &id, e) || !sql_begin(db_of(rq), &tx, e) ||
	    !desk_process_remove(db_of(rq), rq->arena, publisher, id, expected_version(rq), e) ||
	    !sql_commit(&tx, e))
		return false;
	reply->status = 204;
	return true;
}
