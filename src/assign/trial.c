/* Rules tried over leads that have come. */
#include <string.h>
#include "assign/parts.h"

#define PAGE       1000
#define PAGE_ARENA (4 * 1024 * 1024)

/* One more for the person; the list is as long as there are people. */
static void count(struct arena *a, struct assign_sum **list, struct id person, const char *email)
{
	struct assign_sum *s = *list;

	while (s && !id_eq(s->person, person))
		s = s->next;
	if (!s) {
		s = ARENA_NEW(a, struct assign_sum);
		*s = (struct assign_sum){ .person = person, .email = email, .next = *list };
		*list = s;
	}
	s->leads++;
}

static bool try_one(struct assign_run *run, struct arena *a, const struct assign_past_row *l,
		    const struct assign_rules *rules, struct assign_trial *t, struct err *e)
{
	const struct assign_lead lead = { ID_NULL, l->offer_id, l->country };
	const struct assign_choice *c;
	struct assign_trial_rule *r;

	if (!assign_pick(run, &lead, &c, e))
		return false;
	t->leads++;
	if (!c) {
		t->unmatched++;
		return true;
	}
	r = &t->rules[c->rule - rules->all];
	r->leads++;
	if (id_is_null(c->owner)) {
		r->nobody++;
		return true;
	}
	count(a, &r->people, c->owner, c->email);
	count(a, &t->people, c->owner, c->email);
	return true;
}

/* A page at a time, each in an arena that is emptied behind it. */
bool assign_trial(struct sql_db *db, struct arena *a, const char *publisher,
		  const struct assign_rules *rules, int64_t since_ms, int64_t now_ms,
		  struct assign_trial *ret, struct err *e)
{
	struct assign_run *run = assign_try(db, a, publisher, rules, now_ms);
	struct assign_past_in in = { publisher, lead_seq(since_ms, ID_NULL) - 1,
				     lead_seq(now_ms + 1, ID_NULL), PAGE };
	struct assign_trial t = { .since_ms = since_ms };
	AUTO_ARENA page = arena_new("trial", PAGE_ARENA);
	struct assign_past_row *rows;
	size_t n = PAGE;

	t.rules = ARENA_ARRAY(a, struct assign_trial_rule, rules->n + 1);
	for (size_t i = 0; i < rules->n; i++)
		t.rules[i] = (struct assign_trial_rule){ .rule = &rules->all[i] };
	while (n == PAGE && t.leads < ASSIGN_TRIAL_MAX) {
		arena_reset(page);
		if (!assign_past(db, &in, page, &rows, &n, e))
			return false;
		for (size_t i = 0; i < n && t.leads < ASSIGN_TRIAL_MAX; i++) {
			in.from = rows[i].seq;
			if (rows[i].test || kind_of(str_of(rows[i].kind)) == KIND_INFORMATION)
				continue;
			if (!try_one(run, a, &rows[i], rules, &t, e))
				return false;
		}
	}
	t.cut = t.leads == ASSIGN_TRIAL_MAX;
	t.until_ms = t.cut ? lead_seq_ms(in.from) : now_ms;
	*ret = t;
	return true;
}
