/* Who is away: whom no rule gives a lead. */
#include "api/handlers.h"

#include "base/limits.h"
#include "desk/desk.h"

#define AWAY_MOST (366LL * 24 * 3600 * 1000)

struct absences_in {
	const char *publisher, *after;
	int64_t limit;
};
FITS(struct absences_in);
const struct field absences_query[] = { F_PUBLISHER(struct absences_in), F_PAGE(struct absences_in),
					F_END };

/* Who does not reach all sees themselves. */
static bool items(struct http_request *rq, const char *publisher, struct short_page *page,
		  struct json_out *o, struct err *e)
{
	struct away_list_row *rows;
	size_t n;

	if (!away_list(db_of(rq), &(struct away_list_in){ publisher, rq->now_ms }, rq->arena, &rows,
		       &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (is_limited(rq) && !id_eq(rows[i].account_id, rq->who.user_id))
			continue;
		if (!short_page_takes(page, arena_printf(rq->arena, "%s %s", publisher,
							 id_key(rq->arena, rows[i].account_id))))
			continue;
		json_obj(o, NULL);
		json_put_z(o, "publisher", publisher);
		json_put_id(o, "account", &rows[i].account_id);
		json_put_z(o, "email", rows[i].email);
		json_put_time(o, "until", rows[i].until_at);
		json_end_obj(o);
	}
	return true;
}

bool h_absences(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct absences_in *in = input;

	return reply_over_scope(rq, in->publisher, short_page(in->after, in->limit), items, reply,
				e);
}

struct absence_in {
	const char *publisher, *account;
	int64_t until;
};
FITS(struct absence_in);
const struct field absence_body[] = {
	F_PUBLISHER(struct absence_in),
	F_STR(struct absence_in, account, "account", .max = LIMIT_EMAIL, .def = "me",
	      .help = "Id or address of an account, or me; of others: managers."),
	F_TIME(struct absence_in, until, "until", .help = "Until when; null: here again."),
	F_END,
};

/* Whom the text names. Nobody below a manager who reaches all learns by it who has an account. */
static bool whom(struct http_request *rq, const char *publisher, const char *text, struct id *ret,
		 struct err *e)
{
	bool may = rq->who.role >= ROLE_MANAGER && !is_limited(rq);
	struct account_list_row who;
	struct account_find_row row = { ID_NULL };
	int found = 1;

	if (!strcmp(text, "me"))
		row.account_id = rq->who.user_id;
	else if (!id_parse(str_of(text), &row.account_id) && may)
		found = account_find(db_of(rq), &(struct account_find_in){ text }, rq->arena, &row,
				     e);
	if (strcmp(text, "me") != 0 && !may &&
	    (id_is_null(row.account_id) || !id_eq(row.account_id, rq->who.user_id)))
		return ERR(e, ERR_FORBIDDEN, "role", "That others are away is said by managers.");
	if (found > 0)
		found = account_get(db_of(rq), &(struct account_get_in){ row.account_id },
				    rq->arena, &who, e);
	if (found < 0)
		return false;
	if (!found || !desk_may_own(&who, publisher))
		return ERR_FIELD(e, ERR_INPUT, "absence.account", "account",
				 "Give an active account of this publisher, at least a seller.");
	*ret = row.account_id;
	return true;
}

bool h_absence_set(struct http_request *rq, const void *input, struct http_reply *reply,
		   struct err *e)
{
	const struct absence_in *in = input;
	bool here = in->until == FIELD_NO_INT || in->until <= rq->now_ms;
	struct away_put_in put = { .until = in->until };
	AUTO_TX tx = { 0 };

	if (here && in->until != FIELD_NO_INT)
		return ERR_FIELD(e, ERR_INPUT, "absence.past", "until",
				 "That time is over: give a later one, or null for being here.");
	if (!here && in->until - rq->now_ms > AWAY_MOST)
		return ERR_FIELD(e, ERR_INPUT, "absence.long", "until",
				 "Give a day within a year; for longer, close the account.");
	if (!scope_one(rq, in->publisher, &put.publisher, e) || !sql_begin(db_of(rq), &tx, e) ||
	    !publisher_hold(db_of(rq), &(struct publisher_hold_in){ put.publisher }, NULL, e) ||
	    !whom(rq, put.publisher, in->account, &put.account, e))
		return false;
	if (here ? !away_gone(db_of(rq), &(struct away_gone_in){ put.publisher, put.account }, NULL,
			      e)
		 : !away_put(db_of(rq), &put, NULL, e))
		return false;
	if (!sql_commit(&tx, e))
		return false;
	reply->status = 204;
	return true;
}
