/* Processes as they are read: what a publisher has written down, else what is shipped. */
#include <string.h>
#include "desk/parts.h"

static bool read_stages(struct sql_db *db, struct arena *a, const char *publisher,
			struct desk_process *p, struct err *e)
{
	struct process_stages_in in = { publisher, p->id };
	struct process_stages_row *rows;

	if (!process_stages(db, &in, a, &rows, &p->stage_count, e))
		return false;
	p->stages = ARENA_ARRAY(a, struct desk_stage, p->stage_count + 1);
	for (size_t i = 0; i < p->stage_count; i++) {
		const struct process_stages_row *r = &rows[i];
		const struct desk_stage *s = desk_stage_shipped(r->stage);

		p->stages[i] =
			(struct desk_stage){ .key = r->stage,
					     .name = s && !*r->name ? s->name : r->name,
					     .entry = s && !*r->entry ? s->entry : r->entry,
					     .exit = s && !*r->exit ? s->exit : r->exit,
					     .target_days = r->target_days,
					     .gate = r->gate != 0,
					     .shipped = s && !*r->name && !*r->entry && !*r->exit };
	}
	return true;
}

static bool read_items(struct sql_db *db, struct arena *a, const char *publisher,
		       struct desk_process *p, struct err *e)
{
	struct process_items_in in = { publisher, p->id };
	struct process_items_row *rows;

	if (!process_items(db, &in, a, &rows, &p->item_count, e))
		return false;
	p->items = ARENA_ARRAY(a, struct desk_item, p->item_count + 1);
	for (size_t i = 0; i < p->item_count; i++) {
		const struct process_items_row *r = &rows[i];
		const struct desk_item *s = *r->name ? NULL : desk_item_shipped(r->item);

		p->items[i] = (struct desk_item){ .key = r->item,
						  .name = s ? s->name : r->name,
						  .required = r->required != 0,
						  .evidence = r->evidence != 0,
						  .shipped = s != NULL };
	}
	return true;
}

static bool read_offers(struct sql_db *db, struct arena *a, const char *publisher,
			struct desk_process *p, struct err *e)
{
	struct process_offers_in in = { publisher, p->id };
	struct process_offers_row *rows;

	if (!process_offers(db, &in, a, &rows, &p->offer_count, e))
		return false;
	p->offers = ARENA_ARRAY(a, const char *, p->offer_count + 1);
	for (size_t i = 0; i < p->offer_count; i++)
		p->offers[i] = rows[i].offer_id;
	return true;
}

static bool read_whole(struct sql_db *db, struct arena *a, const char *publisher,
		       const struct process_list_row *r, struct desk_process *ret, struct err *e)
{
	struct desk_process p = { .id = r->process_id,
				  .name = *r->name ? r->name : desk_shipped.name,
				  .shipped = !*r->name,
				  .version = r->version,
				  .attempts = r->attempts };

	if (!read_stages(db, a, publisher, &p, e) || !read_items(db, a, publisher, &p, e) ||
	    !read_offers(db, a, publisher, &p, e))
		return false;
	*ret = p;
	return true;
}

int desk_process_get(struct sql_db *db, struct arena *a, const char *publisher, const char *id,
		     struct desk_process *ret, struct err *e)
{
	struct process_get_in in = { publisher, id };
	struct process_list_row row;
	int found = process_get(db, &in, a, &row, e);

	if (found < 0)
		return -1;
	if (found)
		return read_whole(db, a, publisher, &row, ret, e) ? 1 : -1;
	if (strcmp(id, DESK_PROCESS) != 0)
		return 0;
	*ret = desk_shipped;
	return 1;
}

bool desk_process_for(struct sql_db *db, struct arena *a, const char *publisher, const char *offer,
		      struct desk_process *ret, struct err *e)
{
	struct process_of_offer_in in = { publisher, offer };
	struct process_of_offer_row row;
	int found = process_of_offer(db, &in, a, &row, e);

	if (found > 0)
		found = desk_process_get(db, a, publisher, row.process_id, ret, e);
	if (found == 0)
		found = desk_process_get(db, a, publisher, DESK_PROCESS, ret, e);
	return found > 0;
}

bool desk_process_all(struct sql_db *db, struct arena *a, const char *publisher,
		      struct desk_process **ret, size_t *ret_n, struct err *e)
{
	struct process_list_row *rows;
	struct desk_process *all;
	size_t rows_n, n = 0;

	if (!process_list(db, &(struct process_list_in){ publisher }, a, &rows, &rows_n, e))
		return false;
	all = ARENA_ARRAY(a, struct desk_process, rows_n + 1);
	if (desk_process_get(db, a, publisher, DESK_PROCESS, &all[n++], e) < 0)
		return false;
	for (size_t i = 0; i < rows_n; i++)
		if (strcmp(rows[i].process_id, DESK_PROCESS) != 0 &&
		    !read_whole(db, a, publisher, &rows[i], &all[n++], e))
			return false;
	*ret = all;
	*ret_n = n;
	return true;
}

size_t desk_stage_at(const struct desk_process *p, const char *key)
{
	size_t i = 0;

	while (i < p->stage_count && strcmp(p->stages[i].key, key) != 0)
		i++;
	return i;
}
