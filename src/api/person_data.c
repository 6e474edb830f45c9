/* All that is known of a person, for who asks: nothing of it is cut, what is long goes on on the
 * next page, in the middle of a lead too. */
#include <math.h>
#include "api/customer.h"
#include "api/desk.h"
#include "base/limits.h"
#include "base/utf8.h"

#define LEADS_SHOWN 100 /* with all that is known of each */
#define PAGE_ENOUGH                                                                                \
	(LIMIT_REPLY / 4) /* the lead and the message that come yet have to fit, too               \
			   */
#define CHUNK 100         /* rows that are read at once */

struct data_in {
	const char *after;
	int64_t limit;
};
FITS(struct data_in);
const struct field customer_data_query[] = {
	F_STR(struct data_in, after, "after", .max = 200,
	      .help = "Cursor: the `next` of the page before."),
	F_INT(struct data_in, limit, "limit", .min = 1, .max = LEADS_SHOWN, .def = "20",
	      .help = "Leads on a page; it ends earlier where they are long."),
	F_END,
};

/* What is written of a lead, in this order. */
enum part {
	PART_LEAD = 0,
	PART_MESSAGES,
	PART_ENTRIES,
	PART_DELIVERIES,
	PARTS, /* the next lead */
};

/* Behind which row of which part: its time, id and ordinal as far as the part's order has them. */
struct place {
	int64_t part, at, ordinal;
	struct id id;
};

struct walk {
	struct http_request *rq;
	struct json_out *o;
	const char *publisher;
	struct id lead;
	struct place p;
	int64_t rows; /* on this page */
	bool full;
};

static struct place start_of(int64_t part)
{
	struct place p = { .part = part, .at = -1, .ordinal = -1 };

	if (part == PART_DELIVERIES) /* the newest first */
		memset(&p.id, 0xFF, sizeof(p.id));
	return p;
}

/* Before a row is written; each page has one at least. */
static bool is_full(struct walk *w)
{
	w->full = w->rows && w->o->b->n > PAGE_ENOUGH;
	return w->full;
}

static void passed(struct walk *w, int64_t at, struct id id, int64_t ordinal)
{
	w->p.at = at;
	w->p.id = id;
	w->p.ordinal = ordinal;
	w->rows++;
}

static bool write_message(struct walk *w, struct id receipt, struct err *e)
{
	struct receipt_body_in in = { w->publisher, receipt };
	struct receipt_body_row row;
	int found = receipt_body(db_of(w->rq), &in, w->rq->arena, &row, e);

	if (found <= 0)
		return found == 0;
	json_obj(w->o, NULL);
	json_put_id(w->o, "id", &receipt);
	json_put_time(w->o, "receivedAt", row.received_at);
	json_put_z(w->o, "contentType", row.content_type);
	if (utf8_valid(row.body))
		json_put_str(w->o, "body", row.body);
	else
		json_put_z(w->o, "bodyBase64", str_base64(w->rq->arena, row.body.p, row.body.n));
	json_end_obj(w->o);
	return true;
}

/* Some rows of a part, from w->p on. *ret_n: how many there were, CHUNK when there may be more. */
typedef bool some_fn(struct walk *w, size_t *ret_n, struct err *e);

/* A message may hold several records of one lead, which stand together. */
static bool some_messages(struct walk *w, size_t *ret_n, struct err *e)
{
	struct lead_touches_after_in in = { w->publisher, w->lead,      w->p.at,
					    w->p.id,      w->p.ordinal, CHUNK };
	struct lead_touches_row *rows;

	if (!lead_touches_after(db_of(w->rq), &in, w->rq->arena, &rows, ret_n, e))
		return false;
	for (size_t i = 0; i < *ret_n; i++) {
		if (!id_eq(rows[i].receipt_id, w->p.id) &&
		    (is_full(w) || !write_message(w, rows[i].receipt_id, e)))
			return w->full;
		passed(w, rows[i].at, rows[i].receipt_id, rows[i].ordinal);
	}
	return true;
}

static bool some_entries(struct walk *w, size_t *ret_n, struct err *e)
{
	struct timeline_after_in in = { w->publisher, w->lead, w->p.id, CHUNK };
	struct timeline_of_row *rows;

	if (!timeline_after(db_of(w->rq), &in, w->rq->arena, &rows, ret_n, e))
		return false;
	for (size_t i = 0; i < *ret_n && !is_full(w); i++) {
		json_obj(w->o, NULL);
		json_put_time(w->o, "at", rows[i].at);
		json_put_z(w->o, "type", rows[i].type);
		write_timeline_entry(w->o, &rows[i]);
		json_end_obj(w->o);
		passed(w, rows[i].at, rows[i].entry_id, 0);
	}
	return true;
}

static bool some_deliveries(struct walk *w, size_t *ret_n, struct err *e)
{
	struct delivery_page_in in = {
		.publisher = w->publisher, .limit = CHUNK, .lead = w->lead, .before = w->p.id
	};
	struct delivery_page_row *rows;

	if (!delivery_page(db_of(w->rq), DELIVERY_PAGE_FILTER_LEAD, &in, w->rq->arena, &rows, ret_n,
			   e))
		return false;
	for (size_t i = 0; i < *ret_n && !is_full(w); i++) {
		write_delivery(w->rq, w->o, NULL, &rows[i]);
		passed(w, rows[i].created_at, rows[i].delivery_id, 0);
	}
	return true;
}

/* What stands of a part on this page. */
static bool write_part(struct walk *w, int64_t part, const char *name, some_fn *some, struct err *e)
{
	size_t n = CHUNK;

	json_list(w->o, name);
	while (w->p.part == part && !w->full && n == CHUNK) {
		ARENA_SCOPE(w->rq->arena);

		if (!some(w, &n, e))
			return false;
	}
	json_end_list(w->o);
	if (w->p.part == part && !w->full)
		w->p = start_of(part + 1);
	return true;
}

/* As its page shows it. */
static bool write_detail(struct walk *w, struct err *e)
{
	struct http_reply detail = { .body = { 0 } };
	ARENA_SCOPE(w->rq->arena);

	if (w->p.part != PART_LEAD) {
		json_put_null(w->o, "lead");
		return true;
	}
	if (!reply_lead(w->rq, w->publisher, w->lead, NAN, &detail, e))
		return false;
	json_put_raw(w->o, "lead", buf_view(&detail.body));
	buf_free(&detail.body);
	w->rows++;
	w->p = start_of(PART_MESSAGES);
	return true;
}

static bool write_known(struct walk *w, struct err *e)
{
	json_obj(w->o, NULL);
	json_put_id(w->o, "id", &w->lead);
	if (!write_detail(w, e) || !write_part(w, PART_MESSAGES, "messages", some_messages, e) ||
	    !write_part(w, PART_ENTRIES, "entries", some_entries, e) ||
	    !write_part(w, PART_DELIVERIES, "deliveries", some_deliveries, e))
		return false;
	json_end_obj(w->o);
	return true;
}

/* A cursor is "lead", behind it, or "lead.part.at.id.ordinal", within it. */
static const char *cursor_of(const struct walk *w)
{
	char text[ID_TEXT];

	if (w->p.part == PARTS)
		return id_key(w->rq->arena, w->lead);
	return arena_printf(w->rq->arena, "%s.%d.%lld.%s.%lld", id_key(w->rq->arena, w->lead),
			    (int)w->p.part, (long long)w->p.at, id_text(w->p.id, text),
			    (long long)w->p.ordinal);
}

static bool read_place(struct str s, struct place *ret)
{
	struct str piece;

	return str_split(&s, '.', &piece) && str_int(piece, &ret->part) && ret->part > PART_LEAD &&
	       ret->part < PARTS && str_split(&s, '.', &piece) && str_int(piece, &ret->at) &&
	       str_split(&s, '.', &piece) && id_parse(piece, &ret->id) &&
	       str_split(&s, '.', &piece) && str_int(piece, &ret->ordinal);
}

/* Which lead the page begins with, and where in it. */
static bool begin(const char *after, const struct member_list_row *leads, size_t n, size_t *ret,
		  struct place *ret_place, struct err *e)
{
	struct str s = str_of(after), piece;
	struct id lead;

	*ret = 0;
	*ret_place = start_of(PART_LEAD);
	if (!after)
		return true;
	if (!str_split(&s, '.', &piece) || !id_parse(piece, &lead))
		return bad_cursor(e);
	while (*ret < n && !id_eq(leads[*ret].lead_id, lead))
		(*ret)++;
	if (*ret == n)
		return bad_cursor(e);
	if (!s.p) {
		(*ret)++;
		return true;
	}
	return read_place(s, ret_place) || bad_cursor(e);
}

/* In the order of receipt. */
static bool write_leads(struct walk *w, const struct data_in *in, struct id customer, struct err *e)
{
	struct member_list_in ask = { w->publisher, customer };
	struct member_list_row *leads;
	size_t n, i, last;

	if (!member_list(db_of(w->rq), &ask, w->rq->arena, &leads, &n, e) ||
	    !begin(in->after, leads, n, &i, &w->p, e))
		return false;
	json_list(w->o, "items");
	for (last = i + (size_t)in->limit; i < n && i < last && !is_full(w); i++) {
		if (w->p.part == PARTS)
			w->p = start_of(PART_LEAD);
		w->lead = leads[i].lead_id;
		if (!write_known(w, e))
			return false;
		if (w->full)
			break;
	}
	json_end_list(w->o);
	json_put_z(w->o, "next", i < n ? cursor_of(w) : NULL);
	return true;
}

bool h_customer_data(struct http_request *rq, const void *input, struct http_reply *reply,
		     struct err *e)
{
	struct http_reply customer = { .body = { 0 } };
	struct walk w = { .rq = rq };
	struct id asked, id;
	struct json_out o;

	if (!find_customer(rq, rq->path_args[0], &w.publisher, &asked, &id, e) ||
	    !h_customer(rq, NULL, &customer, e))
		return false;
	o = json_reply(reply);
	w.o = &o;
	json_obj(&o, NULL);
	json_put_raw(&o, "customer", buf_view(&customer.body));
	buf_free(&customer.body);
	if (!write_leads(&w, input, id, e))
		return false;
	json_end_obj(&o);
	return true;
}
