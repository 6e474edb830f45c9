/* Working time: a publisher's calendars, their days off, and who works by which. */
#include "api/handlers.h"

#include "base/limits.h"
#include "calendar/calendar.h"

#define MAX_CALENDARS 100  /* of a publisher: a list is read whole */
#define MAX_DAYS      1000 /* of a calendar: reckoning reads them all */

FITS(struct bare_list);
struct calendars_in {
	const char *publisher, *after;
	int64_t limit;
};
FITS(struct calendars_in);
const struct field calendars_query[] = { F_PUBLISHER(struct calendars_in),
					 F_PAGE(struct calendars_in), F_END };

/* ---- showing ---- */

static void write_hours(struct json_out *o, const char *hours)
{
	struct str rest = str_of(hours), line;

	json_list(o, "hours");
	while (str_split(&rest, ';', &line))
		if (line.n)
			json_put_str(o, NULL, line);
	json_end_list(o);
}

/* With its days off, for what is said and for the ETag. */
struct one {
	struct calendar_list_row row;
	struct calendar_days_row *days;
	size_t n;
	const char *etag;
};

/* Of what can be written over. */
static bool read_one(struct http_request *rq, const char *publisher,
		     const struct calendar_list_row *c, struct one *ret, struct err *e)
{
	struct calendar_days_in in = { publisher, c->calendar_id };
	AUTO_BUF b = buf_new(LIMIT_REPLY);

	ret->row = *c;
	if (!calendar_days(db_of(rq), &in, rq->arena, &ret->days, &ret->n, e))
		return false;
	buf_printf(&b, "%s\n%s\n%s\n%lld %lld", c->name, c->zone, c->hours,
		   (long long)c->response_minutes, (long long)c->is_default);
	for (size_t i = 0; i < ret->n; i++)
		buf_printf(&b, "\n%s %s", ret->days[i].day, ret->days[i].name);
	ret->etag = content_etag(rq->arena, &b);
	return true;
}

static void write_calendar(struct json_out *o, const char *publisher, const struct one *x)
{
	const struct calendar_list_row *c = &x->row;

	json_obj(o, NULL);
	json_put_id(o, "id", &c->calendar_id);
	json_put_z(o, "publisher", publisher);
	json_put_z(o, "name", c->name);
	json_put_z(o, "timeZone", c->zone);
	write_hours(o, c->hours);
	json_put_int(o, "responseMinutes", c->response_minutes);
	json_put_bool(o, "default", c->is_default);
	json_put_time(o, "createdAt", c->created_at);
	json_list(o, "days");
	for (size_t i = 0; i < x->n; i++) {
		json_obj(o, NULL);
		json_put_z(o, "day", x->days[i].day);
		json_put_z(o, "name", x->days[i].name);
		json_end_obj(o);
	}
	json_end_list(o);
	json_put_z(o, "eTag", x->etag);
	json_end_obj(o);
}

static bool all_of(struct http_request *rq, const char *publisher, struct calendar_list_row **ret,
		   size_t *ret_n, struct err *e)
{
	return calendar_list(db_of(rq), &(struct calendar_list_in){ publisher }, rq->arena, ret,
			     ret_n, e);
}

static bool items(struct http_request *rq, const char *publisher, struct short_page *page,
		  struct json_out *o, struct err *e)
{
	struct calendar_list_row *rows;
	struct one x;
	size_t n;

	if (!all_of(rq, publisher, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!short_page_takes(page, id_key(rq->arena, rows[i].calendar_id)))
			continue;
		if (!read_one(rq, publisher, &rows[i], &x, e))
			return false;
		write_calendar(o, publisher, &x);
	}
	return true;
}

bool h_calendars(struct http_request *rq, const void *input, struct http_reply *reply,
		 struct err *e)
{
	const struct calendars_in *in = input;

	return reply_over_scope(rq, in->publisher, short_page(in->after, in->limit), items, reply,
				e);
}

/* The calendar of the path. */
static bool find(struct http_request *rq, const char **ret_publisher, struct calendar_list_row *ret,
		 struct err *e)
{
	struct scope scope;
	struct id id;

	if (!path_id(rq, 0, &id, e) || !scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		struct calendar_get_in in = { scope.publishers[i], id };
		int found = calendar_get(db_of(rq), &in, rq->arena, ret, e);

		*ret_publisher = scope.publishers[i];
		if (found != 0)
			return found > 0;
	}
	return not_found("calendar", e);
}

static bool reply_calendar(struct http_request *rq, const char *publisher, struct id id,
			   struct http_reply *reply, struct err *e)
{
	struct calendar_list_row row;
	struct json_out o;
	struct one x;
	int found = calendar_get(db_of(rq), &(struct calendar_get_in){ publisher, id }, rq->arena,
				 &row, e);

	if (found <= 0)
		return found == 0 ? not_found("calendar", e) : false;
	if (!read_one(rq, publisher, &row, &x, e))
		return false;
	http_reply_header(reply, "etag", x.etag);
	o = json_reply(reply);
	write_calendar(&o, publisher, &x);
	return true;
}

bool h_calendar(struct http_request *rq, const void *in, struct http_reply *reply, struct err *e)
{
	struct calendar_list_row row;
	const char *publisher;

	(void)in;
	return find(rq, &publisher, &row, e) &&
	       reply_calendar(rq, publisher, row.calendar_id, reply, e);
}

/* ---- making and changing ---- */

struct calendar_in {
	const char *publisher, *name, *zone;
	const char *const *hours;
	int64_t response_minutes;
	bool is_default;
};
FITS(struct calendar_in);
#define CALENDAR_ROWS(flags_)                                                                      \
	F_STR(struct calendar_in, name, "name", .flags = (flags_), .min = 1, .max = LIMIT_NAME,    \
	      .help = "What people call it."),                                                     \
		F_STR(struct calendar_in, zone, "timeZone", .flags = (flags_), .max = LIMIT_CODE,  \
		      .help = "IANA name of its time zone: Europe/Berlin."),                       \
		F_STRS(struct calendar_in, hours, "hours", .max = 50,                              \
		       .help = "Working hours: mon-fri 09:00-12:00 13:00-17:30. Until an earlier " \
			       "time: over midnight."),                                            \
		F_INT(struct calendar_in, response_minutes, "responseMinutes", .min = 1,           \
		      .max = 60000,                                                                \
		      .help = "Within how much working time a first response is promised; at "     \
			      "first 480."),                                                       \
		F_BOOL(struct calendar_in, is_default, "default",                                  \
		       .help = "true: the one for all who have none of their own. The first one "  \
			       "is.")
const struct field calendar_body[] = { F_PUBLISHER(struct calendar_in),
				       CALENDAR_ROWS(FIELD_REQUIRED), F_END };
const struct field calendar_set_body[] = { CALENDAR_ROWS(0), F_END };

/* What is given, over what was; in the words that the store keeps. */
static bool fill(struct http_request *rq, const struct calendar_in *in, struct calendar_list_row *c,
		 struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_TEXT);
	struct calendar_week week;

	if (in->name)
		c->name = in->name;
	if (in->zone)
		c->zone = in->zone;
	if (in->response_minutes != FIELD_NO_INT)
		c->response_minutes = in->response_minutes;
	if (in->zone && !calendar_zone_ok(in->zone))
		return ERR_FIELD(e, ERR_INPUT, "calendar.zone", "timeZone",
				 "There is no such time zone: give its IANA name, such as "
				 "Europe/Berlin.");
	for (const char *const *line = in->hours; line && *line; line++)
		buf_printf(&b, "%s;", *line);
	if (!buf_ok(&b))
		return ERR_FIELD(e, ERR_INPUT, "calendar.hours", "hours", "That is too long.");
	if (!calendar_week_parse(buf_view(&b), &week, e))
		return false;
	if (in->hours)
		c->hours = calendar_week_text(rq->arena, &week);
	return true;
}

static bool hold(struct http_request *rq, const char *publisher, struct err *e)
{
	return publisher_hold(db_of(rq), &(struct publisher_hold_in){ publisher }, NULL, e);
}

/* As it is once nobody else changes the publisher's calendars, in the state that was seen. */
static bool find_held(struct http_request *rq, const char **ret_publisher,
		      struct calendar_list_row *ret, struct err *e)
{
	struct one x;

	if (!find(rq, ret_publisher, ret, e) || !hold(rq, *ret_publisher, e) ||
	    !find(rq, ret_publisher, ret, e) || !read_one(rq, *ret_publisher, ret, &x, e))
		return false;
	return !is_stale(rq, x.etag) ||
	       ERR(e, ERR_STALE, "calendar.changed",
		   "Somebody else changed this calendar meanwhile: look at it again.");
}

static bool put(struct http_request *rq, const char *publisher, const struct calendar_list_row *c,
		bool make_default, struct err *e)
{
	struct calendar_put_in in = {
		publisher, c->calendar_id,      c->name,       c->zone,
		c->hours,  c->response_minutes, c->is_default, c->created_at
	};
	struct calendar_default_in only = { publisher, c->calendar_id };

	return calendar_put(db_of(rq), &in, NULL, e) &&
	       (!make_default || calendar_default(db_of(rq), &only, NULL, e));
}

bool h_calendar_add(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	const struct calendar_in *in = input;
	struct calendar_list_row c = { .calendar_id = id_new(rq->now_ms),
				       .hours = "",
				       .response_minutes = 480,
				       .created_at = rq->now_ms },
				 *others;
	const char *publisher;
	AUTO_TX tx = { 0 };
	size_t n;

	if (!scope_one(rq, in->publisher, &publisher, e) || !fill(rq, in, &c, e) ||
	    !sql_begin(db_of(rq), &tx, e) || !hold(rq, publisher, e) ||
	    !all_of(rq, publisher, &others, &n, e))
		return false;
	if (n >= MAX_CALENDARS)
		return ERR(e, ERR_CONFLICT, "calendar.many",
			   "A publisher has at most %d calendars.", MAX_CALENDARS);
	reply->status = 201;
	return put(rq, publisher, &c, in->is_default || !n, e) &&
	       reply_calendar(rq, publisher, c.calendar_id, reply, e) && sql_commit(&tx, e);
}

bool h_calendar_set(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	const struct calendar_in *in = input;
	struct calendar_list_row c;
	const char *publisher;
	AUTO_TX tx = { 0 };

	return sql_begin(db_of(rq), &tx, e) && find_held(rq, &publisher, &c, e) &&
	       fill(rq, in, &c, e) && put(rq, publisher, &c, in->is_default, e) &&
	       reply_calendar(rq, publisher, c.calendar_id, reply, e) && sql_commit(&tx, e);
}

bool h_calendar_remove(struct http_request *rq, const void *in, struct http_reply *reply,
		       struct err *e)
{
	struct calendar_list_row c, *others;
	const char *publisher;
	AUTO_TX tx = { 0 };
	size_t n;

	(void)in;
	if (!sql_begin(db_of(rq), &tx, e) || !find_held(rq, &publisher, &c, e) ||
	    !all_of(rq, publisher, &others, &n, e))
		return false;
	if (c.is_default && n > 1)
		return ERR(e, ERR_CONFLICT, "calendar.default",
			   "This is the calendar of all who have none of their own: make another "
			   "one the default first.");
	if (!calendar_day_remove(db_of(rq),
				 &(struct calendar_day_remove_in){ publisher, c.calendar_id, NULL },
				 NULL, e) ||
	    !account_calendar_forget(
		    db_of(rq), &(struct account_calendar_forget_in){ publisher, c.calendar_id },
		    NULL, e) ||
	    !calendar_remove(db_of(rq), &(struct calendar_remove_in){ publisher, c.calendar_id },
			     NULL, e) ||
	    !sql_commit(&tx, e))
		return false;
	reply->status = 204;
	return true;
}

/* ---- days off ---- */

struct days_in {
	const char *const *days;
	bool replace;
};
FITS(struct days_in);
const struct field calendar_days_body[] = {
	F_STRS(struct days_in, days, "days", .max = MAX_DAYS,
	       .help = "Each a day, then its name: 2026-12-25 Christmas, or 05-01 Labour Day for "
		       "every year."),
	F_BOOL(struct days_in, replace, "replace", .help = "true: no other days are off."),
	F_END,
};

/* "2026-12-25 Christmas"; commas are as good as blanks, as in a sheet. */
static bool put_day(struct http_request *rq, const char *publisher, struct id calendar,
		    const char *text, struct err *e)
{
	struct str s = str_trim(str_of(text)), day;
	struct calendar_day_put_in in = { publisher, calendar, NULL, NULL };
	struct calendar_day parsed;
	size_t end = 0;

	while (end < s.n && !strchr(" ,;\t", s.p[end]))
		end++;
	day = str_upto(s, end);
	s = str_trim(str_from(s, end + 1));
	if (!calendar_day_parse(day, &parsed, e))
		return false;
	if (s.n > LIMIT_NAME)
		return ERR_FIELD(e, ERR_INPUT, "field.length", "days",
				 "The name of a day has at most %d characters.", LIMIT_NAME);
	in.day = str_dup(rq->arena, day);
	in.name = str_dup(rq->arena, s);
	return calendar_day_put(db_of(rq), &in, NULL, e);
}

bool h_calendar_days(struct http_request *rq, const void *input, struct http_reply *reply,
		     struct err *e)
{
	const struct days_in *in = input;
	struct calendar_days_row *all;
	struct calendar_list_row c;
	const char *publisher;
	AUTO_TX tx = { 0 };
	size_t n;

	if (!sql_begin(db_of(rq), &tx, e) || !find_held(rq, &publisher, &c, e))
		return false;
	if (in->replace &&
	    !calendar_day_remove(db_of(rq),
				 &(struct calendar_day_remove_in){ publisher, c.calendar_id, NULL },
				 NULL, e))
		return false;
	for (const char *const *day = in->days; day && *day; day++)
		if (!put_day(rq, publisher, c.calendar_id, *day, e))
			return false;
	if (!calendar_days(db_of(rq), &(struct calendar_days_in){ publisher, c.calendar_id },
			   rq->arena, &all, &n, e))
		return false;
	if (n > MAX_DAYS)
		return ERR_FIELD(e, ERR_INPUT, "calendar.days", "days",
				 "A calendar has at most %d days off.", MAX_DAYS);
	return reply_calendar(rq, publisher, c.calendar_id, reply, e) && sql_commit(&tx, e);
}

bool h_calendar_day_remove(struct http_request *rq, const void *in, struct http_reply *reply,
			   struct err *e)
{
	struct calendar_day_remove_in day = { .day = rq->path_args[1] };
	struct calendar_list_row c;
	AUTO_TX tx = { 0 };

	(void)in;
	if (!sql_begin(db_of(rq), &tx, e) || !find_held(rq, &day.publisher, &c, e))
		return false;
	day.calendar = c.calendar_id;
	return calendar_day_remove(db_of(rq), &day, NULL, e) &&
	       reply_calendar(rq, day.publisher, c.calendar_id, reply, e) && sql_commit(&tx, e);
}
