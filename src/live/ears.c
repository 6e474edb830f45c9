/* Who listens, and what was told when. */
#include "live/hub.h"

#include <string.h>

static struct told *told_cell(struct live *l, struct id x)
{
	return &l->told[(x.b[15] | (size_t)x.b[14] << 8) % TOLD_CELLS];
}

uint64_t live_turn_of(struct live *l, struct id x)
{
	const struct told *cell = told_cell(l, x);

	return id_eq(cell->id, x) ? cell->turn : 0;
}

uint64_t live_give_turn(struct live *l, struct id x)
{
	*told_cell(l, x) = (struct told){ x, ++l->turns };
	return l->turns;
}

bool ear_hears(const struct ear *who, const char *publisher)
{
	return !*who->publisher || !strcmp(who->publisher, publisher);
}

size_t live_ears(struct live *l, struct ear **ret)
{
	size_t n = 0;

	pthread_mutex_lock(&l->lock);
	for (struct live_listener *who = l->listeners; who; who = who->next)
		n++;
	*ret = ARENA_ARRAY(l->arena, struct ear, n);
	n = 0;
	for (struct live_listener *who = l->listeners; who; who = who->next) {
		(*ret)[n] = who->ear;
		(*ret)[n++].publisher = arena_strdup(l->arena, who->ear.publisher);
	}
	pthread_mutex_unlock(&l->lock);
	return n;
}

struct live_listener *live_listener_of(struct live *l, const struct ear *ear)
{
	struct live_listener *who = l->listeners;

	while (who && who->ear.number != ear->number)
		who = who->next;
	return who;
}

void live_send_to(struct live *l, const struct ear *ear, struct str events)
{
	struct live_listener *who;

	pthread_mutex_lock(&l->lock);
	who = live_listener_of(l, ear);
	if (who)
		who->send(who->ctx, events);
	pthread_mutex_unlock(&l->lock);
}
