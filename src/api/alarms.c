/* What a person should look at, as the page and scripts see it. */
#include "api/handlers.h"

#include "base/limits.h"

#define ALARMS_KEPT 1000 /* of a publisher, to look back on */

struct alarms_in {
	const char *publisher, *state, *after;
	int64_t limit;
};
FITS(struct alarms_in);
static const char *const alarm_states[] = { "lasting", "all", NULL };
const struct field alarms_query[] = {
	F_PUBLISHER(struct alarms_in),
	F_CHOICE(struct alarms_in, state, "state", .choices = alarm_states, .def = "lasting",
		 .help = "lasting: those whose cause is still there."),
	F_PAGE(struct alarms_in),
	F_END,
};

static void write_alarm(struct json_out *o, const char *publisher, const struct alarm_page_row *r)
{
	json_obj(o, NULL);
	json_put_id(o, "id", &r->alarm_id);
	json_put_z(o, "publisher", publisher);
	json_put_z(o, "kind", r->kind);
	json_put_z(o, "ref", r->ref);
	json_put_z(o, "name", r->name);
	json_put_z(o, "detail", r->detail);
	json_put_time(o, "raisedAt", r->raised_at);
	json_put_time(o, "overAt", r->over_at);
	json_put_time(o, "toldAt", r->told_at);
	json_end_obj(o);
}

static void write_alarms(struct http_request *rq, const char *publisher,
			 const struct alarm_page_row *rows, size_t n, struct short_page *page,
			 struct json_out *o)
{
	for (size_t i = 0; i < n; i++)
		if (short_page_takes(page, id_key(rq->arena, rows[i].alarm_id)))
			write_alarm(o, publisher, &rows[i]);
}

static bool lasting_items(struct http_request *rq, const char *publisher, struct short_page *page,
			  struct json_out *o, struct err *e)
{
	struct alarm_page_row *rows;
	size_t n;

	if (!alarm_lasting(db_of(rq), &(struct alarm_lasting_in){ publisher }, rq->arena, &rows, &n,
			   e))
		return false;
	write_alarms(rq, publisher, rows, n, page, o);
	return true;
}

static bool all_items(struct http_request *rq, const char *publisher, struct short_page *page,
		      struct json_out *o, struct err *e)
{
	struct alarm_page_in in = { publisher, id_last(ID_MS_MAX), ALARMS_KEPT };
	struct alarm_page_row *rows;
	size_t n;

	if (!alarm_page(db_of(rq), &in, rq->arena, &rows, &n, e))
		return false;
	write_alarms(rq, publisher, rows, n, page, o);
	return true;
}

bool h_alarms(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct alarms_in *in = input;

	return reply_over_scope(rq, in->publisher, short_page(in->after, in->limit),
				strcmp(in->state, "all") == 0 ? all_items : lasting_items, reply,
				e);
}
