/* Who is told, and the rows that tell them. */
#include <stdlib.h>
#include <string.h>
#include "alert/parts.h"
#include "base/clock.h"

static size_t gather(const struct account_list_row *all, size_t n, const char *publisher,
		     const char *role, struct id *ret)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		if (all[i].active && !strcmp(all[i].publisher_id, publisher) &&
		    !strcmp(all[i].role, role))
			ret[found++] = all[i].account_id;
	return found;
}

/* Nothing that was to be told falls to nobody: where there is no manager it is the admins', and
 * where the publisher has none of them it is those of the installation. */
static void find_roles(struct alert_people *p, struct arena *a, const char *publisher,
		       const struct account_list_row *all, size_t n)
{
	struct id *managers = ARENA_ARRAY(a, struct id, n + 1);
	struct id *admins = ARENA_ARRAY(a, struct id, n + 1);

	p->managers = managers;
	p->admins = admins;
	p->admin_count = gather(all, n, publisher, "admin", admins);
	if (!p->admin_count)
		p->admin_count = gather(all, n, "", "admin", admins);
	p->manager_count = gather(all, n, publisher, "manager", managers);
	if (!p->manager_count)
		p->manager_count = gather(all, n, publisher, "admin", managers);
	if (!p->manager_count)
		p->manager_count = gather(all, n, "", "manager", managers);
	if (!p->manager_count)
		p->manager_count = gather(all, n, "", "admin", managers);
}

/* Who is away, and then who may stand in for them. */
static bool find_away(struct alert_people *p, struct alert_person *people, struct sql_db *db,
		      struct arena *a, const char *publisher, int64_t now_ms, struct err *e)
{
	struct watch_members_in of = { publisher };
	struct watch_members_row *members;
	struct away_list_row *away;
	size_t n;

	if (!away_list(db, &(struct away_list_in){ publisher, now_ms }, a, &away, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < p->n; k++)
			people[k].away |= id_eq(people[k].id, away[i].account_id);
	if (!n)
		return true;
	if (!watch_members(db, &of, a, &members, &p->member_count, e))
		return false;
	p->members = members;
	return true;
}

bool alert_people(struct sql_db *db, struct arena *a, const char *publisher, int64_t now_ms,
		  struct alert_people *ret, struct err *e)
{
	struct account_list_row *all;
	struct alert_people p = { 0 };
	struct alert_person *people;
	size_t n;

	if (!account_list(db, &(struct account_list_in){ NULL }, a, &all, &n, e))
		return false;
	p.all = people = ARENA_ARRAY(a, struct alert_person, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct reach r = { reach_of(str_of(all[i].reach)), all[i].account_id };
		struct alert_person *x = &people[p.n];

		if (!all[i].active ||
		    (*all[i].publisher_id && strcmp(all[i].publisher_id, publisher) != 0))
			continue;
		*x = (struct alert_person){ .id = r.holder, .all = r.kind == REACH_ALL };
		if (!x->all && !reach_parts(db, a, &r, publisher, &x->parts, &x->part_count, e))
			return false;
		p.n++;
	}
	find_roles(&p, a, publisher, all, n);
	if (!find_away(&p, people, db, a, publisher, now_ms, e))
		return false;
	*ret = p;
	return true;
}

bool alert_sees(const struct alert_people *p, const struct alert_lead *l, struct id account)
{
	for (size_t i = 0; i < p->n && !id_is_null(account); i++)
		if (id_eq(p->all[i].id, account))
			return p->all[i].all || reach_holds(p->all[i].parts, p->all[i].part_count,
							    l->owner, l->team, l->offer);
	return false;
}

static size_t add(const struct alert_people *p, const struct alert_lead *l, struct id *ret,
		  size_t n, const struct id *more, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t k = 0;

		while (k < n && !id_eq(ret[k], more[i]))
			k++;
		if (k == n && alert_sees(p, l, more[i]))
			ret[n++] = more[i];
	}
	return n;
}

static bool is_away(const struct alert_people *p, struct id account)
{
	for (size_t i = 0; i < p->n; i++)
		if (id_eq(p->all[i].id, account))
			return p->all[i].away;
	return false;
}

/* In the place of who is away. */
static size_t stand_in(const struct alert_people *p, const struct alert_lead *l, struct id *ret,
		       size_t n)
{
	size_t was = n;

	for (size_t i = 0; i < p->member_count && !id_is_null(l->team); i++) {
		const struct watch_members_row *m = &p->members[i];

		if (id_eq(m->team_id, l->team) && !is_away(p, m->account_id))
			n = add(p, l, ret, n, &m->account_id, 1);
	}
	return n > was ? n : add(p, l, ret, n, p->managers, p->manager_count);
}

size_t alert_whom(const struct alert_people *p, unsigned to, const struct alert_lead *l,
		  struct id *ret)
{
	size_t n = 0;

	if (to & ALERT_OWNER)
		n = add(p, l, ret, n, &l->told, 1);
	if (n && is_away(p, l->told))
		n = stand_in(p, l, ret, n);
	if (to & ALERT_MANAGERS || (to & ALERT_OWNER && !n))
		n = add(p, l, ret, n, p->managers, p->manager_count);
	if (to & ALERT_ADMINS)
		n = add(p, l, ret, n, p->admins, p->admin_count);
	if (!n)
		n = add(p, l, ret, n, p->managers, p->manager_count);
	if (!n)
		n = add(p, l, ret, n, p->admins, p->admin_count);
	return n;
}

/* ---- rows ---- */

void alert_add(struct alert_rows *r, struct id account, const char *kind, struct id lead,
	       struct id ref, int64_t step)
{
	if (r->n == r->room) {
		size_t room = r->room ? r->room * 2 : 64;
		struct notification_put_in *put =
			ARENA_ARRAY(r->a, struct notification_put_in, room);

		if (r->n)
			memcpy(put, r->put, r->n * sizeof(*put));
		r->put = put;
		r->room = room;
	}
	r->put[r->n++] = (struct notification_put_in){ r->publisher, account, ID_NULL, kind,
						       lead,         ref,     step,    r->now_ms };
}

static int by_account(const void *a, const void *b)
{
	const struct notification_put_in *x = a, *y = b;

	return memcmp(&x->account, &y->account, sizeof(x->account));
}

bool alert_write(struct alert_rows *r, struct err *e)
{
	int64_t at = clock_now(); /* streams look back a little from the commit, not to now_ms */

	if (!r->n)
		return true;
	for (size_t i = 0; i < r->n; i++)
		r->put[i].notification = id_new(at);
	if (!notification_put_batch(r->db, r->put, r->n, e))
		return false;
	qsort(r->put, r->n, sizeof(*r->put), by_account);
	for (size_t i = 0; i < r->n; i++) {
		struct change_put_in change = { r->publisher, id_new(at), "notification",
						r->put[i].account, r->put[i].kind };

		if (i && id_eq(r->put[i].account, r->put[i - 1].account))
			continue;
		if (!change_put(r->db, &change, NULL, e))
			return false;
	}
	return true;
}
