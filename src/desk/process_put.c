/* Processes as they are written. */
#include <string.h>
#include "base/limits.h"
#include "desk/parts.h"

#define DAY_MS (24LL * 3600 * 1000)

/* Small letters, digits and hyphens: what stands in addresses. */
static bool is_key(const char *z)
{
	size_t n = strlen(z);

	return n && n <= LIMIT_CODE && strspn(z, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static bool check_key(const char *key, const char *field, struct err *e)
{
	return is_key(key) ||
	       ERR_FIELD(e, ERR_INPUT, "process.key", field,
			 "A key is made of small letters, digits and hyphens, 64 at most.");
}

static bool check_stages(const struct desk_process *p, struct err *e)
{
	size_t gates = 0;

	if (!p->stage_count || p->stage_count > DESK_STAGES_MAX)
		return ERR_FIELD(e, ERR_INPUT, "process.stages", "stages",
				 "A process has between 1 and %d stages.", DESK_STAGES_MAX);
	for (size_t i = 0; i < p->stage_count; i++) {
		const struct desk_stage *s = &p->stages[i];

		if (!check_key(s->key, "stages", e))
			return false;
		if (desk_stage_at(p, s->key) != i)
			return ERR_FIELD(e, ERR_INPUT, "process.twice", "stages",
					 "There are two stages with the key %s.", s->key);
		if (!*s->name && !desk_stage_shipped(s->key))
			return ERR_FIELD(e, ERR_INPUT, "process.name", "stages",
					 "The stage %s wants a name.", s->key);
		gates += s->gate;
	}
	return gates <= 1 ||
	       ERR_FIELD(e, ERR_INPUT, "process.gates", "stages", "One stage at most is the gate.");
}

static bool check_items(const struct desk_process *p, struct err *e)
{
	if (p->item_count > DESK_ITEMS_MAX)
		return ERR_FIELD(e, ERR_INPUT, "process.items", "checklist",
				 "A checklist has at most %d items.", DESK_ITEMS_MAX);
	for (size_t i = 0; i < p->item_count; i++) {
		const struct desk_item *x = &p->items[i];

		if (!check_key(x->key, "checklist", e))
			return false;
		for (size_t k = 0; k < i; k++)
			if (!strcmp(p->items[k].key, x->key))
				return ERR_FIELD(e, ERR_INPUT, "process.twice", "checklist",
						 "There are two items with the key %s.", x->key);
		if (!*x->name && !desk_item_shipped(x->key))
			return ERR_FIELD(e, ERR_INPUT, "process.name", "checklist",
					 "The item %s wants a name.", x->key);
	}
	return true;
}

static bool check_offers(struct sql_db *db, struct arena *a, const char *publisher,
			 const struct desk_process *p, struct err *e)
{
	if (p->offer_count && !strcmp(p->id, DESK_PROCESS))
		return ERR_FIELD(e, ERR_INPUT, "process.offers", "offers",
				 "The default process is for all offers without one of their own.");
	for (size_t i = 0; i < p->offer_count; i++) {
		struct offer_get_in in = { publisher, p->offers[i] };
		struct offer_list_row row;
		int found = offer_get(db, &in, a, &row, e);

		if (found == 0)
			return ERR_FIELD(e, ERR_INPUT, "process.offer", "offers",
					 "There is no offer %s.%s.", publisher, p->offers[i]);
		if (found < 0)
			return false;
	}
	return true;
}

/* Leads that stand in a stage keep it: p NULL has none. */
static bool check_used(struct sql_db *db, struct arena *a, const char *publisher, const char *id,
		       const struct desk_process *p, struct err *e)
{
	struct stage_totals_in in = { publisher, id };
	struct stage_totals_row *rows;
	size_t n;

	if (!stage_totals(db, &in, a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!p || desk_stage_at(p, rows[i].stage) == p->stage_count)
			return ERR(e, ERR_CONFLICT, p ? "process.stage-used" : "process.used",
				   "%lld leads stand in the stage %s: move or close them first.",
				   (long long)rows[i].n, rows[i].stage);
	return true;
}

/* ---- writing ---- */

static bool clear(struct sql_db *db, const char *publisher, const char *id, struct err *e)
{
	return process_stages_gone(db, &(struct process_stages_gone_in){ publisher, id }, NULL,
				   e) &&
	       process_items_gone(db, &(struct process_items_gone_in){ publisher, id }, NULL, e) &&
	       process_offers_gone(db, &(struct process_offers_gone_in){ publisher, id }, NULL, e);
}

static bool write_rows(struct sql_db *db, const char *publisher, const struct desk_process *p,
		       struct err *e)
{
	for (size_t i = 0; i < p->stage_count; i++) {
		const struct desk_stage *s = &p->stages[i];
		struct process_stage_put_in in = { publisher,  p->id,          s->key,
						   (int64_t)i, s->name,        s->entry,
						   s->exit,    s->target_days, s->gate };

		if (!process_stage_put(db, &in, NULL, e))
			return false;
	}
	for (size_t i = 0; i < p->item_count; i++) {
		const struct desk_item *x = &p->items[i];
		struct process_item_put_in in = { publisher, p->id,       x->key,     (int64_t)i,
						  x->name,   x->required, x->evidence };

		if (!process_item_put(db, &in, NULL, e))
			return false;
	}
	for (size_t i = 0; i < p->offer_count; i++) {
		struct process_offer_put_in in = { publisher, p->offers[i], p->id };

		if (!process_offer_put(db, &in, NULL, e))
			return false;
	}
	return true;
}

/* Leads that stand in a stage whose target is another now are late at another time. */
static bool move_targets(struct sql_db *db, const char *publisher, const struct desk_process *was,
			 const struct desk_process *is, struct err *e)
{
	for (size_t i = 0; i < is->stage_count; i++) {
		const struct desk_stage *s = &is->stages[i];
		size_t at = desk_stage_at(was, s->key);
		struct stage_late_in in = { publisher, is->id, s->key,
					    s->target_days ? s->target_days * DAY_MS
							   : SQL_NULL_INT };

		if (at < was->stage_count && was->stages[at].target_days == s->target_days)
			continue;
		if (!stage_late(db, &in, NULL, e))
			return false;
	}
	return true;
}

static bool changed(struct err *e)
{
	return ERR(e, ERR_STALE, "process.changed",
		   "Somebody else changed this process meanwhile: look at it again.");
}

bool desk_process_put(struct sql_db *db, struct arena *a, const char *publisher,
		      const struct desk_process *p, int64_t version, int64_t now_ms, struct err *e)
{
	struct desk_process was = { .version = 0 };
	struct process_put_in in = { publisher, p->id, 0, p->name, p->attempts, now_ms };
	struct process_put_row row;
	int found;

	if (!check_key(p->id, "id", e) || !check_stages(p, e) || !check_items(p, e) ||
	    !publisher_hold(db, &(struct publisher_hold_in){ publisher }, NULL, e) ||
	    !check_offers(db, a, publisher, p, e))
		return false;
	if (!*p->name && strcmp(p->id, DESK_PROCESS) != 0)
		return ERR_FIELD(e, ERR_INPUT, "field.required", "name",
				 "The process wants a name.");
	found = desk_process_get(db, a, publisher, p->id, &was, e);
	if (found < 0)
		return false;
	/* One that was reset begins with a number that it never had. */
	in.version = was.version ? was.version + 1 : now_ms;
	if (version >= 0 && version != was.version)
		found = 0;
	else
		found = process_put(db, &in, a, &row, e);
	if (found == 0)
		return changed(e);
	return found > 0 && check_used(db, a, publisher, p->id, p, e) &&
	       clear(db, publisher, p->id, e) && write_rows(db, publisher, p, e) &&
	       move_targets(db, publisher, &was, p, e);
}

bool desk_process_remove(struct sql_db *db, struct arena *a, const char *publisher, const char *id,
			 int64_t version, struct err *e)
{
	bool resets = !strcmp(id, DESK_PROCESS);
	struct desk_process was;
	struct publisher_hold_in hold = { publisher };
	int found = publisher_hold(db, &hold, NULL, e)
			    ? desk_process_get(db, a, publisher, id, &was, e)
			    : -1;

	if (found < 0)
		return false;
	if (!found)
		return ERR(e, ERR_NOT_FOUND, "not-found", "There is no such process.");
	if (version >= 0 && version != was.version)
		return changed(e);
	return check_used(db, a, publisher, id, resets ? &desk_shipped : NULL, e) &&
	       clear(db, publisher, id, e) &&
	       process_gone(db, &(struct process_gone_in){ publisher, id }, NULL, e) &&
	       (!resets || move_targets(db, publisher, &was, &desk_shipped, e));
}
