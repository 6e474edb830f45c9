/* What is the matter now, held against what was raised. */
#include "alarm/alarm.h"
#include <stdlib.h>
#include "base/clock.h"
#include "store/store.h"

/* A cause that is there now. */
struct cause {
	const char *kind, *ref, *name, *detail;
	bool raised;
};

struct causes {
	struct cause *c;
	size_t n, room;
};

static void add(struct causes *all, const struct cause *c)
{
	if (all->n < all->room)
		all->c[all->n++] = *c;
}

static bool by_hand(const char *reason)
{
	return !reason || strcmp(reason, "by-hand") == 0;
}

static void look_at_destination(struct arena *a, const struct destination_get_row *d,
				struct causes *all)
{
	char id[ID_TEXT];
	bool parked = strcmp(d->state, "parked") == 0;
	bool stopped = strcmp(d->state, "paused") == 0 && !by_hand(d->state_reason);

	if (parked || stopped)
		add(all, &(struct cause){ parked ? ALARM_PARKED : ALARM_PAUSED,
					  arena_strdup(a, id_text(d->destination_id, id)), d->name,
					  d->state_reason ? d->state_reason : "", false });
}

static int newest_first(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x < y) - (x > y);
}

static bool look_at_offer(struct sql_db *db, struct arena *a, const struct offer_list_row *o,
			  int64_t now_ms, struct causes *all, struct err *e)
{
	int64_t at[ALARM_RHYTHM];
	struct offer_rhythm_row *rows;
	char since[CLOCK_TEXT];
	size_t n, kept = 0;

	if (!offer_rhythm(db,
			  &(struct offer_rhythm_in){ o->publisher_id, o->offer_id, ALARM_RHYTHM },
			  a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!rows[i].test)
			at[kept++] = rows[i].received_at;
	qsort(at, kept, sizeof(*at), newest_first); /* an import puts old ones last */
	if (alarm_is_silent(at, kept, now_ms))
		add(all,
		    &(struct cause){ ALARM_SILENT, o->offer_id, *o->title ? o->title : o->offer_id,
				     arena_strdup(a, clock_text(at[0], since)), false });
	return true;
}

static bool find_causes(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
			struct causes *ret, struct err *e)
{
	struct destination_get_row *d;
	struct offer_list_row *o;
	size_t destinations, offers;

	if (!destination_list(db, &(struct destination_list_in){ publisher }, a, &d, &destinations,
			      e) ||
	    !offer_list(db, &(struct offer_list_in){ publisher }, a, &o, &offers, e))
		return false;
	*ret = (struct causes){ ARENA_ARRAY(a, struct cause, destinations + offers + 1), 0,
				destinations + offers };
	for (size_t i = 0; i < destinations; i++)
		look_at_destination(a, &d[i], ret);
	for (size_t i = 0; i < offers; i++)
		if (!look_at_offer(db, a, &o[i], now_ms, ret, e))
			return false;
	return true;
}

static struct cause *cause_of(const struct causes *all, const struct alarm_page_row *r)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->c[i].kind, r->kind) == 0 && strcmp(all->c[i].ref, r->ref) == 0)
			return &all->c[i];
	return NULL;
}

static bool raise(struct sql_db *db, struct arena *a, const char *publisher, const struct cause *c,
		  int64_t now_ms, size_t *changes, struct err *e)
{
	struct alarm_raise_row row;
	int raised = alarm_raise(db,
				 &(struct alarm_raise_in){ publisher, id_new(now_ms), c->kind,
							   c->ref, c->name, c->detail, now_ms },
				 a, &row, e);

	*changes += raised > 0;
	return raised >= 0;
}

bool alarm_watch(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		 size_t *ret_changes, struct err *e)
{
	struct alarm_page_row *rows;
	struct causes all;
	size_t n;

	*ret_changes = 0;
	if (!find_causes(db, a, publisher, now_ms, &all, e) ||
	    !alarm_lasting(db, &(struct alarm_lasting_in){ publisher }, a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct cause *c = cause_of(&all, &rows[i]);

		if (c) {
			c->raised = true;
			continue;
		}
		if (!alarm_over(db, &(struct alarm_over_in){ publisher, rows[i].alarm_id, now_ms },
				NULL, e))
			return false;
		++*ret_changes;
	}
	for (size_t i = 0; i < all.n; i++)
		if (!all.c[i].raised && !raise(db, a, publisher, &all.c[i], now_ms, ret_changes, e))
			return false;
	return true;
}
