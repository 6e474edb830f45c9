#include "outbox/sender.h"
#include <stdio.h>
#include <stdlib.h>

#define SITES_MAX 100000

static struct site *site_find(const struct sender *s, const char *publisher, struct id id)
{
	for (size_t i = 0; i < s->site_count; i++)
		if (id_eq(s->sites[i]->id, id) && strcmp(s->sites[i]->publisher, publisher) == 0)
			return s->sites[i];
	return NULL;
}

struct site *site_get(struct sender *s, const char *publisher, struct id id)
{
	struct site *site = site_find(s, publisher, id);
	if (site)
		return site;
	if (s->site_count == s->site_cap) {
		s->site_cap = s->site_cap ? s->site_cap * 2 : 16;
		s->sites = realloc(s->sites, s->site_cap * sizeof(struct site *));
		MUST(s->sites != NULL && s->site_cap <= SITES_MAX);
	}
	site = calloc(1, sizeof(*site));
	MUST(site != NULL);
	snprintf(site->publisher, sizeof(site->publisher), "%s", publisher);
	site->id = id;
	site->health = outbox_health_new();
	site->success_at = site->failure_at = SQL_NULL_INT;
	s->sites[s->site_count++] = site;
	return site;
}

void view_drop(struct view *v)
{
	if (!v || --v->users > 0)
		return;
	routing_release(v->snapshot);
	free(v->sites);
	free(v);
}

void view_follow(struct sender *s)
{
	struct routing_snapshot *now = routing_hold(s->c.routing);
	if (s->view && now == s->view->snapshot) {
		routing_release(now);
		return;
	}
	struct view *v = calloc(1, sizeof(*v));
	MUST(v != NULL);
	v->snapshot = now;
	v->users = 1;
	v->n = routing_all(now, &v->all);
	v->sites = calloc(v->n + 1, sizeof(struct site *));
	MUST(v->sites != NULL);
	for (size_t i = 0; i < v->n; i++)
		v->sites[i] = site_get(s, v->all[i].publisher, v->all[i].id);
	view_drop(s->view);
	s->view = v;
	s->turn = 0;
}

bool sites_refresh(struct sender *s, struct err *e)
{
	struct outbox_health_row *rows;
	size_t n;
	if (!outbox_health(s->c.db, &(struct outbox_health_in){ SITES_MAX }, s->arena, &rows, &n,
			   e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct site *site = site_find(s, rows[i].publisher_id, rows[i].destination_id);
		if (!site || site->changed)
			continue;
		site->health.failures = rows[i].failures;
		site->health.refusals = rows[i].refusals;
		site->health.suspended_until = rows[i].suspended_until;
	}
	return true;
}

void sites_free(struct sender *s)
{
	for (size_t i = 0; i < s->site_count; i++) {
		token_free(&s->sites[i]->token);
		free(s->sites[i]);
	}
	free(s->sites);
	view_drop(s->view);
}
