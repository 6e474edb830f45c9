#include "routing/routing.h"

#include <pthread.h>
#include <stdlib.h>
#include "store/store.h"

#define SNAPSHOT_ARENA (64 * 1024 * 1024)

struct routing_snapshot {
	struct routing *owner;
	struct arena *arena;
	struct routing_destination *all; /* by publisher, id */
	size_t n;
	int holders; /* under the owner's lock; the owner itself is one */
};

struct routing {
	pthread_mutex_t loading; /* one reader of the store at a time: whoever installs read last */
	pthread_mutex_t lock;    /* of what follows, and of the holders; never held over a query */
	const struct seal *seal;
	struct routing_snapshot *now;
};

static struct routing_snapshot *snapshot_new(struct routing *r)
{
	struct arena *a = arena_new("routing", SNAPSHOT_ARENA);
	struct routing_snapshot *s = ARENA_NEW(a, struct routing_snapshot);

	*s = (struct routing_snapshot){ .owner = r, .arena = a, .holders = 1 };
	return s;
}

struct routing *routing_new(const struct seal *seal)
{
	struct routing *r = calloc(1, sizeof(*r));

	MUST(r != NULL);
	pthread_mutex_init(&r->loading, NULL);
	pthread_mutex_init(&r->lock, NULL);
	r->seal = seal;
	r->now = snapshot_new(r);
	return r;
}

void routing_free(struct routing *r)
{
	if (!r)
		return;
	routing_release(r->now);
	pthread_mutex_destroy(&r->lock);
	pthread_mutex_destroy(&r->loading);
	free(r);
}

struct routing_snapshot *routing_hold(struct routing *r)
{
	struct routing_snapshot *s;

	pthread_mutex_lock(&r->lock);
	s = r->now;
	s->holders++;
	pthread_mutex_unlock(&r->lock);
	return s;
}

void routing_release(struct routing_snapshot *s)
{
	struct routing *r;
	bool last;

	if (!s)
		return;
	r = s->owner;
	pthread_mutex_lock(&r->lock);
	last = --s->holders == 0;
	pthread_mutex_unlock(&r->lock);
	if (last)
		arena_free(s->arena); /* s itself lives in it */
}

const char *routing_seal_place(struct arena *a, struct id destination)
{
	char text[ID_TEXT];

	return arena_printf(a, "destination %s", id_text(destination, text));
}

static bool open_settings(struct routing_snapshot *s, const struct destination_all_row *row,
			  struct routing_destination *d, struct err *e)
{
	struct field_problems problems = { 0 };
	AUTO_JSON j = NULL;
	struct str plain;
	void *settings;

	if (!seal_read(s->owner->seal, s->arena, routing_seal_place(s->arena, d->id),
		       row->settings_sealed, &plain, e) ||
	    !json_parse(plain, &j, e))
		return false;
	settings = dest_settings_new(s->arena, d->driver);
	if (!dest_settings_decode(s->arena, d->driver, j, true, settings, &problems)) {
		*e = problems.e[0];
		return false;
	}
	d->settings = settings;
	d->common = dest_settings_common(settings);
	return true;
}

static bool take_row(struct routing_snapshot *s, const struct destination_all_row *row,
		     struct err *e)
{
	struct routing_destination *d = &s->all[s->n];

	*d = (struct routing_destination){
		.publisher = row->publisher_id,
		.offer = row->offer_id,
		.id = row->destination_id,
		.version = row->version,
		.name = row->name,
		.driver = dest_driver_by_kind(str_of(row->kind)),
		.paused = str_eq_z(str_of(row->state), "paused"),
		.parked = str_eq_z(str_of(row->state), "parked"),
	};
	if (!d->driver)
		return ERR(e, ERR_STORE, "destination.kind",
			   "A destination is of the kind %s, which this program does not know.",
			   row->kind);
	if (!open_settings(s, row, d, e))
		return false;
	s->n++;
	return true;
}

/* Ours, not the store's: a database may sort text by the rules of a language. */
static int by_publisher(const void *a, const void *b)
{
	const struct routing_destination *x = a, *y = b;
	int by = strcmp(x->publisher, y->publisher);

	return by ? by : id_order(x->id, y->id);
}

static bool fill(struct routing_snapshot *s, struct sql_db *db, struct err *e)
{
	struct destination_all_row *rows;
	size_t n;

	if (!destination_all(db, s->arena, &rows, &n, e))
		return false;
	s->all = ARENA_ARRAY(s->arena, struct routing_destination, n);
	for (size_t i = 0; i < n; i++)
		if (!take_row(s, &rows[i], e))
			return false;
	if (s->n)
		qsort(s->all, s->n, sizeof(*s->all), by_publisher);
	return true;
}

static void install(struct routing *r, struct routing_snapshot *s)
{
	struct routing_snapshot *old;

	pthread_mutex_lock(&r->lock);
	old = r->now;
	r->now = s;
	pthread_mutex_unlock(&r->lock);
	routing_release(old);
}

bool routing_load(struct routing *r, struct sql_db *db, struct err *e)
{
	struct routing_snapshot *s = snapshot_new(r);
	bool ok;

	pthread_mutex_lock(&r->loading);
	ok = fill(s, db, e);
	if (ok)
		install(r, s);
	pthread_mutex_unlock(&r->loading);
	if (!ok)
		routing_release(s);
	return ok;
}

/* First destination of the publisher; s->n when it has none. */
static size_t first_of(const struct routing_snapshot *s, const char *publisher)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(s->all[mid].publisher, publisher) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct routing_destination *routing_get(const struct routing_snapshot *s,
					      const char *publisher, struct id id)
{
	for (size_t i = first_of(s, publisher); i < s->n && !strcmp(s->all[i].publisher, publisher);
	     i++)
		if (id_eq(s->all[i].id, id))
			return &s->all[i];
	return NULL;
}

static size_t collect(const struct routing_snapshot *s, const char *publisher, const char *offer,
		      const struct routing_destination **list)
{
	size_t n = 0;

	for (size_t i = first_of(s, publisher); i < s->n && !strcmp(s->all[i].publisher, publisher);
	     i++)
		if (!strcmp(s->all[i].offer, offer) && !s->all[i].driver->attempts)
			list[n++] = &s->all[i];
	return n;
}

size_t routing_for(const struct routing_snapshot *s, struct arena *a, const char *publisher,
		   const char *offer, const struct routing_destination *const **ret)
{
	const struct routing_destination **list =
		ARENA_ARRAY(a, const struct routing_destination *, s->n);
	size_t n = collect(s, publisher, offer, list);

	if (!n)
		n = collect(s, publisher, "", list);
	*ret = list;
	return n;
}

size_t routing_all(const struct routing_snapshot *s, const struct routing_destination **ret)
{
	*ret = s->all;
	return s->n;
}
