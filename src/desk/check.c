/* The checklist of a lead: what qualifies it, with the evidence. */
#include <string.h>
#include "base/buf.h"
#include "base/limits.h"
#include "desk/parts.h"

static bool is_met(const struct check_list_row *rows, size_t n, const char *item)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(rows[i].item, item))
			return true;
	return false;
}

bool desk_missing(struct desk_lead *d, const char **ret, struct err *e)
{
	struct check_list_in in = { d->who->publisher, d->id };
	AUTO_BUF names = buf_new(LIMIT_TEXT);
	struct check_list_row *rows;
	size_t n;

	if (!desk_lead_process(d, e) || !check_list(d->db, &in, d->a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < d->process.item_count; i++) {
		const struct desk_item *x = &d->process.items[i];

		if (x->required && !is_met(rows, n, x->key))
			buf_printf(&names, "%s%s", names.n ? ", " : "", x->name);
	}
	*ret = names.n ? str_dup(d->a, buf_view(&names)) : NULL;
	return true;
}

static const struct desk_item *item_of(const struct desk_process *p, const char *key)
{
	for (size_t i = 0; i < p->item_count; i++)
		if (!strcmp(p->items[i].key, key))
			return &p->items[i];
	return NULL;
}

static bool no_item(struct err *e)
{
	return ERR(e, ERR_NOT_FOUND, "not-found", "The checklist has no such item.");
}

static bool open_for(struct desk_lead *d, struct sql_db *db, struct arena *a,
		     const struct desk_who *who, const struct desk_at *at, struct err *e)
{
	if (!desk_open(d, db, a, who, at->lead, at->expect, e) || !desk_works(d, e) ||
	    !desk_lead_process(d, e))
		return false;
	return lead_status_of(str_of(d->l.status)) != LEAD_CLOSED ||
	       ERR(e, ERR_CONFLICT, "lead.closed", "The lead is closed: its checklist stays.");
}

static bool tell(struct desk_lead *d, const char *key, const struct desk_proof *proof, bool met,
		 struct err *e)
{
	const struct desk_item *x = item_of(&d->process, key);
	AUTO_ENTRY t = { 0 };

	desk_tell(&t, d, "check");
	json_put_z(&t.o, "item", key);
	json_put_z(&t.o, "name", x ? x->name : key);
	json_put_bool(&t.o, "shipped", x && x->shipped);
	json_put_bool(&t.o, "met", met);
	desk_put_text(&t, "evidence", proof->text);
	if (!id_is_null(proof->entry))
		json_put_id(&t.o, "entry", &proof->entry);
	d->g.worked_at = d->who->now_ms;
	return desk_told(&t, d, e);
}

/* Types of entries that a tick may rest on. */
static const char *const speaking[] = { "call", "mail", "note", NULL };
/* What a detail has when it says so no more. */
static const char *const fallen[] = { "bouncedAt", "withdrawnAt", NULL };

/* A note, a call or a mail of this lead that stands: 1, 0 it is none, or -1. */
static int stands(struct desk_lead *d, struct id entry, struct err *e)
{
	struct timeline_get_in in = { d->who->publisher, d->id, entry };
	const char *const *type = speaking;
	struct timeline_get_row row;
	AUTO_JSON j = NULL;
	int found = timeline_get(d->db, &in, d->a, &row, e);

	if (found <= 0)
		return found;
	while (*type && strcmp(*type, row.type) != 0)
		type++;
	if (!*type)
		return 0;
	if (!json_parse(str_of(row.detail), &j, e))
		return -1;
	for (const char *const *name = fallen; *name; name++)
		if (json_kind(json_get(j, *name)) != JSON_NONE)
			return 0;
	return 1;
}

static bool check_entry(struct desk_lead *d, struct id entry, struct err *e)
{
	int found = id_is_null(entry) ? 1 : stands(d, entry, e);

	if (found < 0)
		return false;
	return found || ERR_FIELD(e, ERR_INPUT, "lead.evidence-entry", "entry",
				  "This lead has no such note, call or mail, or it was withdrawn "
				  "or came back: take one of its timeline.");
}

bool desk_check(struct sql_db *db, struct arena *a, const struct desk_who *who,
		const struct desk_at *at, const char *item, const struct desk_proof *proof,
		struct err *e)
{
	bool said = proof->text && str_trim(str_of(proof->text)).n;
	const struct desk_item *x;
	struct check_put_in in;
	struct desk_lead d;

	if (!open_for(&d, db, a, who, at, e))
		return false;
	x = item_of(&d.process, item);
	if (!x)
		return no_item(e);
	if (!check_entry(&d, proof->entry, e))
		return false;
	if (x->evidence && !said && id_is_null(proof->entry))
		return ERR_FIELD(e, ERR_INPUT, "lead.evidence", "evidence",
				 "This item needs evidence: write what was said or read, or name a "
				 "note, a call or a mail of this lead as entry.");
	in = (struct check_put_in){ who->publisher, d.id,       item,       said ? proof->text : "",
				    proof->entry,   who->actor, who->now_ms };
	return check_put(db, &in, NULL, e) && tell(&d, item, proof, true, e) &&
	       desk_write(&d, true, e);
}

/* 1, 0 it is open already, -1. */
static int open_again(struct desk_lead *d, const char *item, struct err *e)
{
	struct check_gone_in in = { d->who->publisher, d->id, item };
	const struct desk_proof none = { NULL, ID_NULL };
	struct check_gone_row row;
	int found = check_gone(d->db, &in, d->a, &row, e);

	return found <= 0 ? found : tell(d, item, &none, false, e) ? 1 : -1;
}

bool desk_uncheck(struct sql_db *db, struct arena *a, const struct desk_who *who,
		  const struct desk_at *at, const char *item, struct err *e)
{
	struct desk_lead d;
	int found;

	if (!open_for(&d, db, a, who, at, e))
		return false;
	found = open_again(&d, item, e);
	if (found <= 0)
		return found == 0 && no_item(e);
	return desk_write(&d, true, e);
}

/* A closed lead stands in no process: its items are of the one that it was in. */
static bool process_was(struct desk_lead *d, struct err *e)
{
	const char *publisher = d->who->publisher;
	struct move_last_in last = { publisher, d->id };
	struct move_last_row m;
	int found = d->was_closed ? move_last(d->db, &last, d->a, &m, e) : 0;

	if (found > 0 && m.was_process && !strcmp(m.to_substatus, d->l.substatus))
		found = desk_process_get(d->db, d->a, publisher, m.was_process, &d->process, e);
	return found >= 0;
}

bool desk_check_rests(struct desk_lead *d, struct id entry, bool *ret_any, struct err *e)
{
	struct check_rests_in in = { d->who->publisher, d->id, entry };
	struct check_rests_row *rows;
	size_t n;

	*ret_any = false;
	if (!check_rests(d->db, &in, d->a, &rows, &n, e))
		return false;
	*ret_any = n > 0;
	if (n && (!process_was(d, e) || !desk_lead_process(d, e)))
		return false;
	for (size_t i = 0; i < n; i++)
		if (open_again(d, rows[i].item, e) < 0)
			return false;
	return true;
}
