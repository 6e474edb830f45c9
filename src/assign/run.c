/* Leads given away, in one transaction. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "alert/alert.h"
#include "assign/parts.h"

#define PLACES      16 /* publishers that are remembered; others are read again */
#define RULES_ARENA (64 * 1024 * 1024)

/* ---- what is remembered ---- */

struct assign_memory {
	struct place {
		char publisher[132];
		int64_t version;
		struct arena *arena;
		struct assign_rules rules;
	} place[PLACES];
};

struct assign_memory *assign_memory_new(void)
{
	struct assign_memory *m = calloc(1, sizeof(*m));

	MUST(m != NULL);
	return m;
}

void assign_memory_free(struct assign_memory *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < PLACES; i++)
		arena_free(m->place[i].arena);
	free(m);
}

static struct place *place_of(struct assign_memory *m, const char *publisher)
{
	unsigned h = 0;

	for (const char *c = publisher; *c; c++)
		h = h * 31 + (unsigned char)*c;
	return &m->place[h % PLACES];
}

static bool knows(const struct place *p, const char *publisher, int64_t version)
{
	return p->arena && p->version == version && !strcmp(p->publisher, publisher);
}

/* The version of a publisher's rules; 0: it never had any. */
static bool version_of(struct sql_db *db, struct arena *a, const char *publisher, int64_t *ret,
		       struct err *e)
{
	struct assign_state_row row = { 0 };
	int found = assign_state(db, &(struct assign_state_in){ publisher }, a, &row, e);

	*ret = found > 0 ? row.version : 0;
	return found >= 0;
}

static bool learn(struct place *p, struct sql_db *db, const char *publisher, int64_t version,
		  struct err *e)
{
	p->publisher[0] = '\0';
	if (!p->arena)
		p->arena = arena_new("rules", RULES_ARENA);
	arena_reset(p->arena);
	if (!assign_rules_get(db, p->arena, publisher, &p->rules, e))
		return false;
	p->version = version;
	snprintf(p->publisher, sizeof(p->publisher), "%s", publisher);
	return true;
}

/* ---- a run ---- */

struct pick {
	struct assign_choice choice;
	const struct assign_crew *crew;
	struct assign_lead lead;
	struct id entry;
	const char *why;
	struct pick *next;
};
struct crew {
	struct assign_crew c;
	struct crew *next;
};
/* How many leads of this run somebody was given. */
struct tally {
	struct id id;
	int64_t n;
	struct tally *next;
};
struct assign_run {
	struct sql_db *db;
	struct arena *a;
	const char *publisher;
	int64_t now_ms;
	bool trying;
	const struct assign_rules *rules;
	struct crew *crews;
	struct tally *tallies;
	struct pick *first, **end;
	size_t n;
};

struct assign_run *assign_try(struct sql_db *db, struct arena *a, const char *publisher,
			      const struct assign_rules *rules, int64_t now_ms)
{
	struct assign_run *r = ARENA_NEW(a, struct assign_run);

	*r = (struct assign_run){ .db = db,
				  .a = a,
				  .publisher = publisher,
				  .now_ms = now_ms,
				  .trying = true,
				  .rules = rules };
	r->end = &r->first;
	return r;
}

/* Read again once the publisher is held: whoever changes rules holds it, too. */
bool assign_begin(struct assign_memory *m, struct sql_db *db, struct arena *a,
		  const char *publisher, int64_t now_ms, struct assign_run **ret, struct err *e)
{
	struct place *p = place_of(m, publisher);
	int64_t version;

	*ret = NULL;
	if (!version_of(db, a, publisher, &version, e))
		return false;
	if (!version || (knows(p, publisher, version) && !p->rules.n))
		return true;
	if (!publisher_hold(db, &(struct publisher_hold_in){ publisher }, NULL, e) ||
	    !version_of(db, a, publisher, &version, e) ||
	    (!knows(p, publisher, version) && !learn(p, db, publisher, version, e)))
		return false;
	if (!p->rules.n)
		return true;
	*ret = assign_try(db, a, publisher, &p->rules, now_ms);
	(*ret)->trying = false;
	return true;
}

static struct tally *tally_of(struct assign_run *r, struct id id)
{
	struct tally *t = r->tallies;

	while (t && !id_eq(t->id, id))
		t = t->next;
	return t;
}

/* Of a person, or where that is null of a team. Read once for a run, and kept up by it. */
static struct assign_crew *crew_of(struct assign_run *r, struct id person, struct id team,
				   struct err *e)
{
	struct crew *k = r->crews;
	bool ok;

	while (k &&
	       (!id_eq(k->c.person, person) || (id_is_null(person) && !id_eq(k->c.team, team))))
		k = k->next;
	if (k)
		return &k->c;
	k = ARENA_NEW(r->a, struct crew);
	ok = id_is_null(person) ? assign_crew_team(r->db, r->a, r->publisher, team, &k->c, e)
				: assign_crew_person(r->db, r->a, r->publisher, person, &k->c, e);
	if (!ok)
		return NULL;
	for (size_t i = 0; i < k->c.n; i++) {
		const struct tally *t = tally_of(r, k->c.all[i].id);

		k->c.all[i].load = t ? t->n : 0;
	}
	k->next = r->crews;
	r->crews = k;
	return &k->c;
}

/* Theirs in each of their teams; their turn in this one. */
static void take(struct assign_run *r, struct assign_crew *c, struct assign_person *p)
{
	struct tally *t = tally_of(r, p->id);

	for (struct crew *k = r->crews; k; k = k->next)
		for (size_t i = 0; i < k->c.n; i++)
			if (id_eq(k->c.all[i].id, p->id))
				k->c.all[i].load++;
	assign_took(c, p);
	if (!t) {
		t = ARENA_NEW(r->a, struct tally);
		*t = (struct tally){ .id = p->id, .next = r->tallies };
		r->tallies = t;
	}
	t->n++;
}

/* What is tried is not kept, so that it takes no memory for each lead. */
static struct assign_choice *note(struct assign_run *r, const struct assign_lead *l,
				  const struct assign_match *m, const struct assign_crew *c,
				  const struct assign_person *chosen)
{
	struct pick *p = r->trying && r->first ? r->first : ARENA_NEW(r->a, struct pick);

	*p = (struct pick){ .choice = { .rule = m->rule[0],
					.owner = chosen ? chosen->id : ID_NULL,
					.team = c->name ? c->team : ID_NULL,
					.email = chosen ? chosen->email : NULL },
			    .crew = c,
			    .lead = *l };
	if (r->trying) {
		r->first = p;
		return &p->choice;
	}
	p->entry = id_new(r->now_ms);
	p->why = assign_why(r->a, r->publisher, l, m, c, chosen, r->now_ms);
	*r->end = p;
	r->end = &p->next;
	r->n++;
	return &p->choice;
}

bool assign_pick(struct assign_run *r, const struct assign_lead *l,
		 const struct assign_choice **ret, struct err *e)
{
	struct assign_match m = assign_match(r->rules, l->offer, l->country);
	struct assign_person *chosen;
	struct assign_crew *c;

	*ret = NULL;
	if (!m.n)
		return true;
	c = crew_of(r, m.rule[0]->way == ASSIGN_PERSON ? m.rule[0]->account : ID_NULL,
		    m.rule[0]->team, e);
	if (!c || (m.rule[0]->way == ASSIGN_LEAST_LOAD &&
		   !assign_crew_count(r->db, r->a, r->publisher, c, e)))
		return false;
	chosen = assign_next(c, m.rule[0]->way, l->offer, r->now_ms);
	*ret = note(r, l, &m, c, chosen);
	if (chosen)
		take(r, c, chosen);
	return true;
}

/* ---- what is written ---- */

static bool write_entries(struct assign_run *r, struct err *e)
{
	struct timeline_add_in *puts = ARENA_ARRAY(r->a, struct timeline_add_in, r->n);
	size_t n = 0;

	for (const struct pick *p = r->first; p; p = p->next)
		puts[n++] = (struct timeline_add_in){ r->publisher, p->lead.id, p->entry, r->now_ms,
						      ASSIGN_ENTRY, "leadline", p->why };
	return timeline_add_batch(r->db, puts, n, e);
}

/* Of a flood each is told of some leads: the team has them all in its list, and their clocks are
 * told one by one. *ret_found: there is somebody to tell. */
static size_t tell_team(const struct assign_run *r, const struct pick *p,
			const struct assign_crew *team, struct alert_handed *ret, bool *ret_found)
{
	struct assign_person **whom = ARENA_ARRAY(r->a, struct assign_person *, team->n);
	size_t found = assign_whom(team, p->lead.offer, r->now_ms, whom), n = 0;

	for (size_t i = 0; i < found && n < ASSIGN_TOLD_MOST; i++)
		if (whom[i]->told++ < ASSIGN_TOLD_EACH)
			ret[n++] = (struct alert_handed){ ALERT_TEAM, p->lead.id, whom[i]->id,
							  p->entry, p->lead.offer };
	*ret_found = found > 0;
	return n;
}

/* Whoever it is given to; nobody, and nobody of a team: it is for the managers. False: e. */
static bool tell(struct assign_run *r, const struct pick *p, struct alert_handed *ret, size_t *n,
		 struct err *e)
{
	struct alert_handed *x = &ret[*n];
	const struct assign_crew *team;
	bool found = false;

	if (!id_is_null(p->choice.owner)) {
		*x = (struct alert_handed){ ALERT_ASSIGNED, p->lead.id, p->choice.owner, p->entry,
					    p->lead.offer };
		++*n;
		return true;
	}
	if (!id_is_null(p->choice.team)) {
		team = crew_of(r, ID_NULL, p->choice.team, e);
		if (!team)
			return false;
		*n += tell_team(r, p, team, x, &found);
	}
	if (!found)
		ret[(*n)++] = (struct alert_handed){ ALERT_OWNERLESS, p->lead.id, ID_NULL, p->entry,
						     p->lead.offer };
	return true;
}

static bool write_notices(struct assign_run *r, struct err *e)
{
	struct alert_handed *all;
	size_t n = 0, most = 0;

	for (const struct pick *p = r->first; p; p = p->next)
		most += id_is_null(p->choice.owner) ? ASSIGN_TOLD_MOST : 1;
	all = ARENA_ARRAY(r->a, struct alert_handed, most);
	for (const struct pick *p = r->first; p; p = p->next)
		if (!tell(r, p, all, &n, e))
			return false;
	return alert_hand_over(r->db, r->a, r->publisher, all, n, r->now_ms, e);
}

static bool write_turns(struct assign_run *r, struct err *e)
{
	for (struct crew *k = r->crews; k; k = k->next) {
		struct assign_turn_put_in *puts =
			ARENA_ARRAY(r->a, struct assign_turn_put_in, k->c.n + 1);
		size_t n = 0;

		for (size_t i = 0; i < k->c.n && id_is_null(k->c.person); i++)
			if (k->c.all[i].changed)
				puts[n++] = (struct assign_turn_put_in){ r->publisher, k->c.team,
									 k->c.all[i].id,
									 k->c.all[i].turn };
		if (n && !assign_turn_put_batch(r->db, puts, n, e))
			return false;
	}
	return true;
}

bool assign_end(struct assign_run *r, struct err *e)
{
	return !r->n || (write_entries(r, e) && write_notices(r, e) && write_turns(r, e));
}
