/* What the caller is told: by the clock, and when a lead is handed over. Each sees their own alone;
 * a token, which is nobody, is told nothing. */
#include "api/handlers.h"

#include <stdlib.h>
#include "alert/alert.h"
#include "base/limits.h"

#define COUNTED 1000 /* unread ones; more are as many */

struct notifications_in {
	const char *publisher, *state, *kind, *after;
	int64_t limit;
};
FITS(struct notifications_in);
static const char *const states[] = { "unread", "all", NULL };
const struct field notifications_query[] = {
	F_PUBLISHER(struct notifications_in),
	F_CHOICE(struct notifications_in, state, "state", .choices = states, .def = "unread",
		 .help = "unread: those that were not looked at and still matter."),
	F_CHOICE(struct notifications_in, kind, "kind", .choices = alert_kinds,
		 .help = "Of one kind."),
	F_PAGE(struct notifications_in),
	F_END,
};

static bool is_user(struct http_request *rq, struct err *e)
{
	return !id_is_null(rq->who.user_id) ||
	       ERR(e, ERR_INPUT, "notifications.me",
		   "These are a user's wishes: this caller is a token, which is told nothing.");
}

/* ---- the list ---- */

static void write_lead_of(struct json_out *o, const struct notification_page_row *r)
{
	json_obj(o, "lead");
	json_put_id(o, "id", &r->lead_id);
	json_put_z(o, "firstName", r->first_name);
	json_put_z(o, "lastName", r->last_name);
	json_put_z(o, "company", r->company);
	json_put_z(o, "email", r->email);
	json_put_z(o, "offerTitle", r->offer_title);
	json_put_z(o, "status", r->status);
	json_put_time(o, "dueAt", r->due_at);
	json_put_time(o, "warmUntil", r->warm_until);
	json_put_time(o, "respondedAt", r->responded_at);
	json_end_obj(o);
}

/* Why it was handed over, as its timeline says: nobody wrote it down a second time. */
static void write_why_assigned(struct json_out *o, const char *said)
{
	AUTO_JSON j = NULL;
	struct err e;

	if (said && json_parse(str_of(said), &j, &e) && json_kind(json_get(j, "why")) == JSON_STR)
		json_put_str(o, "why", json_str(json_get(j, "why")));
	else
		json_put_null(o, "why");
}

static void write_notification(struct json_out *o, const struct notification_page_row *r)
{
	json_obj(o, NULL);
	json_put_id(o, "id", &r->notification_id);
	json_put_z(o, "publisher", r->publisher_id);
	json_put_z(o, "kind", r->kind);
	json_put_time(o, "at", r->at);
	json_put_time(o, "readAt", r->read_at);
	json_put_time(o, "overAt", r->over_at);
	json_put_time(o, "mailedAt", r->mailed_at);
	write_why_assigned(o, r->said);
	write_lead_of(o, r);
	if (r->task) {
		json_obj(o, "task");
		json_put_id(o, "id", &r->ref);
		json_put_z(o, "text", r->task);
		json_put_time(o, "dueAt", r->task_due_at);
		json_end_obj(o);
	} else {
		json_put_null(o, "task");
	}
	json_end_obj(o);
}

static int newest(const void *a, const void *b)
{
	const struct notification_page_row *x = a, *y = b;

	return id_order(y->notification_id, x->notification_id);
}

static bool count_unread(struct http_request *rq, const struct parts *parts, int64_t *ret,
			 struct err *e)
{
	struct notification_unread_in in = { .account = rq->who.user_id, .limit = COUNTED };
	struct notification_unread_row row;

	*ret = 0;
	for (size_t i = 0; i < parts->n && *ret < COUNTED; i++) {
		const struct reach_part *part = &parts->all[i];

		in.publisher = part->publisher;
		in.lead_owner = part->owner;
		in.team = part->team;
		in.offer = part->offer;
		if (notification_unread(db_of(rq), &in, rq->arena, &row, e) < 0)
			return false;
		*ret += row.n;
	}
	*ret = *ret > COUNTED ? COUNTED : *ret;
	return true;
}

/* The newest of all parts of the reach, one more than the page. */
static bool read_rows(struct http_request *rq, const struct parts *parts, bool unread,
		      struct notification_page_in *in, struct notification_page_row **ret,
		      size_t *ret_n, struct err *e)
{
	struct notification_page_row *all = ARENA_ARRAY(rq->arena, struct notification_page_row,
							2 * (size_t)in->limit + 1),
				     *rows;
	size_t n = 0, some;

	for (size_t i = 0; i < parts->n; i++) {
		in->publisher = parts->all[i].publisher;
		in->lead_owner = parts->all[i].owner;
		in->team = parts->all[i].team;
		in->offer = parts->all[i].offer;
		if (!notification_page(db_of(rq),
				       unread ? NOTIFICATION_PAGE_STATE_UNREAD
					      : NOTIFICATION_PAGE_STATE_ALL,
				       in, rq->arena, &rows, &some, e))
			return false;
		memcpy(all + n, rows, some * sizeof(*rows));
		n += some;
		qsort(all, n, sizeof(*all), newest);
		n = n > (size_t)in->limit ? (size_t)in->limit : n;
	}
	*ret = all;
	*ret_n = n;
	return true;
}

bool h_notifications(struct http_request *rq, const void *input, struct http_reply *reply,
		     struct err *e)
{
	const struct notifications_in *q = input;
	struct notification_page_in in = { .account = rq->who.user_id,
					   .kind = q->kind,
					   .limit = q->limit + 1 };
	size_t limit = (size_t)q->limit, n;
	struct notification_page_row *rows;
	struct parts parts;
	struct scope scope;
	struct json_out o;
	int64_t unread;

	if (!scope_of(rq, q->publisher, &scope, e) || !parts_of(rq, &scope, &parts, e) ||
	    !id_before(q->after, FIELD_NO_INT, &in.before, e) ||
	    !read_rows(rq, &parts, !strcmp(q->state, "unread"), &in, &rows, &n, e) ||
	    !count_unread(rq, &parts, &unread, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_put_int(&o, "unread", unread);
	json_list(&o, "items");
	for (size_t i = 0; i < n && i < limit; i++)
		write_notification(&o, &rows[i]);
	json_end_list(&o);
	json_put_z(&o, "next",
		   n > limit ? id_key(rq->arena, rows[limit - 1].notification_id) : NULL);
	json_end_obj(&o);
	return true;
}

/* ---- reading ---- */

static bool say_read(struct http_request *rq, const char *publisher, struct err *e)
{
	return say_change(rq, publisher, "notification", rq->who.user_id, "read", e);
}

static bool reply_unread(struct http_request *rq, const struct scope *scope,
			 struct http_reply *reply, struct err *e)
{
	struct parts parts;
	struct json_out o;
	int64_t unread;

	if (!parts_of(rq, scope, &parts, e) || !count_unread(rq, &parts, &unread, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_put_int(&o, "unread", unread);
	json_end_obj(&o);
	return true;
}

bool h_notification_read(struct http_request *rq, const void *in, struct http_reply *reply,
			 struct err *e)
{
	struct notification_read_in read = { .account = rq->who.user_id, .now = rq->now_ms };
	struct notification_read_row row;
	struct scope scope;

	(void)in;
	if (!path_id(rq, 0, &read.notification, e) || !scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n; i++) {
		int found;

		read.publisher = scope.publishers[i];
		found = notification_read(db_of(rq), &read, rq->arena, &row, e);
		if (found != 0)
			return found > 0 && say_read(rq, read.publisher, e) &&
			       reply_unread(rq, &scope, reply, e);
	}
	return not_found("notification", e);
}

struct notifications_read_in {
	const char *publisher, *until;
};
FITS(struct notifications_read_in);
const struct field notifications_read_body[] = {
	F_PUBLISHER(struct notifications_read_in),
	F_STR(struct notifications_read_in, until, "until", .max = 36,
	      .help = "Id of the newest one that was seen: what came later stays unread. Without "
		      "it: "
		      "all."),
	F_END,
};

bool h_notifications_read(struct http_request *rq, const void *input, struct http_reply *reply,
			  struct err *e)
{
	const struct notifications_read_in *q = input;
	struct notification_read_all_in in = { .account = rq->who.user_id,
					       .until = id_last(ID_MS_MAX),
					       .now = rq->now_ms };
	struct scope scope;
	int64_t read;

	if (!scope_of(rq, q->publisher, &scope, e))
		return false;
	if (q->until && !id_parse(str_of(q->until), &in.until))
		return ERR_FIELD(e, ERR_INPUT, "field.id", "until",
				 "until is the id of a notification.");
	for (size_t i = 0; i < scope.n; i++) {
		in.publisher = scope.publishers[i];
		if (!notification_read_all(db_of(rq), &in, &read, e) ||
		    (read && !say_read(rq, in.publisher, e)))
			return false;
	}
	return reply_unread(rq, &scope, reply, e);
}

/* ---- how one wants to be told ---- */

struct notification_settings_in {
	bool mail, quiet;
	const char *const *muted;
};
FITS(struct notification_settings_in);
const struct field notification_settings_body[] = {
	F_BOOL(struct notification_settings_in, mail, "mail", .flags = FIELD_REQUIRED,
	       .help = "false: nothing comes by mail."),
	F_BOOL(struct notification_settings_in, quiet, "quietHours", .flags = FIELD_REQUIRED,
	       .help = "true: mails come in working time alone, where there is a calendar."),
	F_STRS(struct notification_settings_in, muted, "mutedKinds", .max = 20, .def = "",
	       .help = "Kinds that come by no mail."),
	F_END,
};

static const char *own_publisher(const struct http_request *rq)
{
	return rq->who.publisher ? rq->who.publisher : "";
}

bool h_notification_settings(struct http_request *rq, const void *in, struct http_reply *reply,
			     struct err *e)
{
	struct notice_get_in key = { own_publisher(rq), rq->who.user_id };
	struct notice_get_row row = { .mail = 1, .quiet = 1, .muted = "" };
	struct str rest, kind;
	struct json_out o;

	(void)in;
	if (!is_user(rq, e) || notice_get(db_of(rq), &key, rq->arena, &row, e) < 0)
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_put_bool(&o, "mail", row.mail);
	json_put_bool(&o, "quietHours", row.quiet);
	json_list(&o, "mutedKinds");
	for (rest = str_of(row.muted); str_split(&rest, ' ', &kind);)
		if (kind.n)
			json_put_str(&o, NULL, kind);
	json_end_list(&o);
	json_list(&o, "kinds");
	for (const char *const *k = alert_kinds; *k; k++)
		json_put_z(&o, NULL, *k);
	json_end_list(&o);
	json_end_obj(&o);
	return true;
}

static bool read_kinds(struct http_request *rq, const char *const *kinds, const char **ret,
		       struct err *e)
{
	*ret = "";
	for (; kinds && *kinds; kinds++) {
		const char *const *k = alert_kinds;

		while (*k && strcmp(*k, *kinds) != 0)
			k++;
		if (!*k)
			return ERR_FIELD(e, ERR_INPUT, "notifications.kind", "mutedKinds",
					 "%s is no kind of notification.", *kinds);
		if (!strstr(*ret, *k))
			*ret = arena_printf(rq->arena, "%s%s%s", *ret, **ret ? " " : "", *k);
	}
	return true;
}

bool h_notification_settings_put(struct http_request *rq, const void *input,
				 struct http_reply *reply, struct err *e)
{
	const struct notification_settings_in *q = input;
	struct notice_put_in in = { .publisher = own_publisher(rq),
				    .account = rq->who.user_id,
				    .mail = q->mail,
				    .quiet = q->quiet };

	return is_user(rq, e) && read_kinds(rq, q->muted, &in.muted, e) &&
	       notice_put(db_of(rq), &in, NULL, e) && h_notification_settings(rq, NULL, reply, e);
}
