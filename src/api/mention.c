#include "api/mention.h"

#include "alert/alert.h"
#include "base/limits.h"

#define LONGEST LIMIT_EMAIL /* of what stands between the braces */

int mention_next(struct str text, size_t *at, struct str *ret_who)
{
	for (size_t i = *at; i + 2 < text.n; i++) {
		struct str rest;
		size_t end;

		if (text.p[i] != '@' || text.p[i + 1] != '{')
			continue;
		rest = str_from(text, i + 2);
		end = str_find(rest, '}');
		if (end == rest.n || !end || end > LONGEST)
			continue;
		*ret_who = str_upto(rest, end);
		*at = i + 2 + end + 1;
		return 1;
	}
	return 0;
}

static bool has(const struct mentions *m, struct id id)
{
	for (size_t i = 0; i < m->n; i++)
		if (id_eq(m->who[i], id))
			return true;
	return false;
}

/* Whoever it is has to be there, and to see the lead. */
static bool take_one(struct http_request *rq, const char *publisher, struct id lead, struct str who,
		     struct id *ret, struct err *e)
{
	const char *text = str_dup(rq->arena, who);
	struct account_list_row a;
	struct reach r;
	int sees;

	if (!read_owner_text(rq, text, ret, e))
		return false;
	sees = account_get(db_of(rq), &(struct account_get_in){ *ret }, rq->arena, &a, e);
	if (sees < 0)
		return false;
	if (!sees || !desk_may_own(&a, publisher))
		return ERR_FIELD(e, ERR_INPUT, "lead.mention-unknown", "text",
				 "Nobody who works on leads of this publisher is %s: mention a "
				 "colleague, or leave the braces out.",
				 text);
	r = (struct reach){ reach_of(str_of(a.reach)), *ret };
	sees = r.kind == REACH_ALL || reach_has_lead(db_of(rq), rq->arena, &r, publisher, lead, e);
	if (sees < 0)
		return false;
	return sees || ERR_FIELD(e, ERR_INPUT, "lead.mention", "text",
				 "%s does not see this lead: give it to them or to their team "
				 "first, or mention somebody else.",
				 *a.name ? a.name : a.email);
}

bool mentions_take(struct http_request *rq, const char *publisher, struct id lead, const char *text,
		   const char **ret_text, struct mentions *ret, struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_TEXT);
	struct str all = str_of(text), who;
	size_t from = 0, at = 0;
	char id[ID_TEXT];

	ret->n = 0;
	*ret_text = text;
	while (text && mention_next(all, &at, &who)) {
		struct id one;

		if (!take_one(rq, publisher, lead, who, &one, e))
			return false;
		if (!has(ret, one) && ret->n == MENTIONS_MAX)
			return ERR_FIELD(e, ERR_INPUT, "lead.mentions", "text",
					 "A note mentions at most %d people.", MENTIONS_MAX);
		if (!has(ret, one))
			ret->who[ret->n++] = one;
		buf_str(&b, str_upto(str_from(all, from), (size_t)(who.p - all.p) - from));
		buf_printf(&b, "%s}", id_text(one, id));
		from = at;
	}
	if (!ret->n)
		return true;
	buf_str(&b, str_from(all, from));
	if (!buf_ok(&b))
		return ERR_FIELD(e, ERR_INPUT, "field.long", "text", "That is too long.");
	*ret_text = str_dup(rq->arena, buf_view(&b));
	return true;
}

bool mentions_tell(struct http_request *rq, const char *publisher, struct id lead, struct id entry,
		   const struct mentions *m, struct err *e)
{
	struct alert_handed told[MENTIONS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		if (!id_eq(m->who[i], rq->who.user_id))
			told[n++] = (struct alert_handed){ .kind = ALERT_MENTIONED,
							   .lead = lead,
							   .account = m->who[i],
							   .entry = entry };
	return !n || alert_hand_over(db_of(rq), rq->arena, publisher, told, n, rq->now_ms, e);
}
