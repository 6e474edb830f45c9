/* Who works by another calendar than the default one, or in another time zone. */
#include "api/handlers.h"

#include "base/limits.h"
#include "calendar/calendar.h"
#include "desk/desk.h"

struct working_times_in {
	const char *publisher, *after;
	int64_t limit;
};
FITS(struct working_times_in);
const struct field working_times_query[] = { F_PUBLISHER(struct working_times_in),
					     F_PAGE(struct working_times_in), F_END };

static bool items(struct http_request *rq, const char *publisher, struct short_page *page,
		  struct json_out *o, struct err *e)
{
	struct account_calendar_list_row *rows;
	struct account_list_row who;
	size_t n;

	if (!account_calendar_list(db_of(rq), &(struct account_calendar_list_in){ publisher },
				   rq->arena, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct account_get_in in = { rows[i].account_id };
		int found = account_get(db_of(rq), &in, rq->arena, &who, e);

		if (found < 0)
			return false;
		if (!found || !short_page_takes(page, id_key(rq->arena, rows[i].account_id)))
			continue;
		json_obj(o, NULL);
		json_put_z(o, "publisher", publisher);
		json_put_id(o, "account", &rows[i].account_id);
		json_put_z(o, "email", who.email);
		json_put_id(o, "calendar", &rows[i].calendar_id);
		json_put_z(o, "timeZone", rows[i].zone);
		json_end_obj(o);
	}
	return true;
}

bool h_working_times(struct http_request *rq, const void *input, struct http_reply *reply,
		     struct err *e)
{
	const struct working_times_in *in = input;

	return reply_over_scope(rq, in->publisher, short_page(in->after, in->limit), items, reply,
				e);
}

struct working_time_in {
	const char *publisher, *account, *calendar, *zone;
};
FITS(struct working_time_in);
const struct field working_time_body[] = {
	F_PUBLISHER(struct working_time_in),
	F_STR(struct working_time_in, account, "account", .max = LIMIT_EMAIL, .def = "me",
	      .help = "Id or address of an account, or me; of others: managers."),
	F_STR(struct working_time_in, calendar, "calendar", .max = ID_TEXT,
	      .help = "Id of a calendar; empty: the default one."),
	F_STR(struct working_time_in, zone, "timeZone", .max = LIMIT_CODE,
	      .help = "A time zone of one's own; empty: the calendar's."),
	F_END,
};

/* Whom the text names; of others only who manages them. */
static bool read_account(struct http_request *rq, const char *publisher, const char *text,
			 struct id *ret, struct err *e)
{
	struct account_find_row row = { ID_NULL };
	struct account_list_row who;
	int found = 1;

	if (!strcmp(text, "me"))
		row.account_id = rq->who.user_id;
	else if (!id_parse(str_of(text), &row.account_id))
		found = account_find(db_of(rq), &(struct account_find_in){ text }, rq->arena, &row,
				     e);
	if (found > 0)
		found = account_get(db_of(rq), &(struct account_get_in){ row.account_id },
				    rq->arena, &who, e);
	if (found < 0)
		return false;
	if (!found || !desk_may_own(&who, publisher))
		return ERR_FIELD(e, ERR_INPUT, "calendar.account", "account",
				 "Give an active account of this publisher, at least a seller.");
	if (!id_eq(row.account_id, rq->who.user_id) && rq->who.role < ROLE_MANAGER)
		return ERR(e, ERR_FORBIDDEN, "role",
			   "The working time of others is set by managers.");
	*ret = row.account_id;
	return true;
}

static bool read_calendar(struct http_request *rq, const char *publisher, const char *text,
			  struct id *ret, struct err *e)
{
	struct calendar_list_row row;
	int found;

	*ret = ID_NULL;
	if (!text || !*text)
		return true;
	found = id_parse(str_of(text), ret)
			? calendar_get(db_of(rq), &(struct calendar_get_in){ publisher, *ret },
				       rq->arena, &row, e)
			: 0;
	return found ? found > 0
		     : ERR_FIELD(e, ERR_INPUT, "calendar.unknown", "calendar",
				 "This publisher has no such calendar.");
}

bool h_working_time_set(struct http_request *rq, const void *input, struct http_reply *reply,
			struct err *e)
{
	const struct working_time_in *in = input;
	struct account_calendar_put_in put = { .zone = in->zone && *in->zone ? in->zone : NULL };
	AUTO_TX tx = { 0 };
	bool nothing;

	if (!scope_one(rq, in->publisher, &put.publisher, e) || !sql_begin(db_of(rq), &tx, e) ||
	    !publisher_hold(db_of(rq), &(struct publisher_hold_in){ put.publisher }, NULL, e) ||
	    !read_account(rq, put.publisher, in->account, &put.account, e) ||
	    !read_calendar(rq, put.publisher, in->calendar, &put.calendar, e))
		return false;
	if (put.zone && !calendar_zone_ok(put.zone))
		return ERR_FIELD(e, ERR_INPUT, "calendar.zone", "timeZone",
				 "There is no such time zone: give its IANA name, such as "
				 "Europe/Berlin.");
	nothing = !put.zone && id_is_null(put.calendar);
	if (nothing ? !account_calendar_remove(
			      db_of(rq),
			      &(struct account_calendar_remove_in){ put.publisher, put.account },
			      NULL, e)
		    : !account_calendar_put(db_of(rq), &put, NULL, e))
		return false;
	if (!sql_commit(&tx, e))
		return false;
	reply->status = 204;
	return true;
}
