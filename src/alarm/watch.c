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
	struct cause *c; /* has room for all that there may be */
	size_t n;
};

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
		all->c[all->n++] = (struct cause){
			.kind = parked ? ALARM_PARKED : ALARM_PAUSED,
			.ref = arena_strdup(a, id_text(d->destination_id, id)),
			.name = d->name,
			.detail = d->state_reason ? d->state_reason : "",
		};
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
		all->c[all->n++] = (struct cause){
			.kind = ALARM_SILENT,
			.ref = o->offer_id,
			.name = *o->title ? o->title : o->offer_id,
			.detail = arena_strdup(a, clock_text(at[0], since)),
		};
	return true;
}

static bool is_among(const char *const *kinds, const char *kind)
{
	while (*kinds && strcmp(*kinds, kind) != 0)
		kinds++;
	return *kinds != NULL;
}

static struct cause *cause_of(const struct causes *all, const struct alarm_page_row *r)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->c[i].kind, r->kind) == 0 && strcmp(all->c[i].ref, r->ref) == 0)
			return &all->c[i];
	return NULL;
}

/* Holds the causes against what was raised of their kinds (NULL-ended): what is new is raised, what
 * has no cause any more is over. */
static bool hold_against(struct sql_db *db, struct arena *a, const char *publisher,
			 const char *const *kinds, struct causes *all, int64_t now_ms,
			 struct err *e)
{
	struct alarm_page_row *rows;
	size_t n;

	if (!alarm_lasting(db, &(struct alarm_lasting_in){ publisher }, a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct alarm_over_in over = { publisher, rows[i].alarm_id, now_ms };
		struct cause *c = cause_of(all, &rows[i]);

		if (c)
			c->raised = true;
		else if (is_among(kinds, rows[i].kind) && !alarm_over(db, &over, NULL, e))
			return false;
	}
	for (size_t i = 0; i < all->n; i++) {
		const struct cause *c = &all->c[i];
		struct alarm_raise_in raise = { publisher, id_new(now_ms), c->kind, c->ref,
						c->name,   c->detail,      now_ms };
		struct alarm_raise_row row;

		if (!c->raised && alarm_raise(db, &raise, a, &row, e) < 0)
			return false;
	}
	return true;
}

bool alarm_watch_destinations(struct sql_db *db, struct arena *a, const char *publisher,
			      int64_t now_ms, struct err *e)
{
	static const char *const kinds[] = { ALARM_PARKED, ALARM_PAUSED, NULL };
	struct destination_get_row *d;
	struct causes all = { 0 };
	size_t n;

	if (!destination_list(db, &(struct destination_list_in){ publisher }, a, &d, &n, e))
		return false;
	all.c = ARENA_ARRAY(a, struct cause, n + 1);
	for (size_t i = 0; i < n; i++)
		look_at_destination(a, &d[i], &all);
	return hold_against(db, a, publisher, kinds, &all, now_ms, e);
}

bool alarm_watch_offers(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
			struct err *e)
{
	static const char *const kinds[] = { ALARM_SILENT, NULL };
	struct causes all = { 0 };
	struct offer_list_row *o;
	size_t n;

	if (!offer_list(db, &(struct offer_list_in){ publisher }, a, &o, &n, e))
		return false;
	all.c = ARENA_ARRAY(a, struct cause, n + 1);
	for (size_t i = 0; i < n; i++)
		if (!look_at_offer(db, a, &o[i], now_ms, &all, e))
			return false;
	return hold_against(db, a, publisher, kinds, &all, now_ms, e);
}
