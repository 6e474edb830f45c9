/* The board: what stands in each stage of a process. Columns are read one by one, never all cards.
 */
#include "api/desk.h"
#include "api/merge.h"

#include "base/limits.h"

struct board_in {
	const char *process;
};
FITS(struct board_in);
#define F_PROCESS(S)                                                                               \
	F_STR(S, process, "process", .flags = FIELD_REQUIRED, .max = LIMIT_ID * 2,                 \
	      .help = "Id of a process: publisher.process.")
const struct field board_query[] = { F_PROCESS(struct board_in), F_END };

struct cards_in {
	const char *process, *stage, *after;
	int64_t limit;
};
FITS(struct cards_in);
const struct field board_cards_query[] = {
	F_PROCESS(struct cards_in),
	F_STR(struct cards_in, stage, "stage", .flags = FIELD_REQUIRED, .max = LIMIT_CODE,
	      .help = "Key of the stage."),
	F_PAGE(struct cards_in),
	F_END,
};

/* The process of the query; another tenant's is not found. */
static bool find_process(struct http_request *rq, const char *name, const char **ret_publisher,
			 struct desk_process *ret, struct err *e)
{
	struct scope scope;
	const char *id;
	int found;

	if (!offer_split(rq->arena, name, "process", ret_publisher, &id, e) ||
	    !scope_of(rq, *ret_publisher, &scope, e))
		return e->kind == ERR_INPUT || e->kind == ERR_NOT_FOUND ? not_found("process", e)
									: false;
	found = desk_process_get(db_of(rq), rq->arena, *ret_publisher, id, ret, e);
	return found > 0 || (found == 0 && not_found("process", e));
}

/* Totals by currency; those without a value have none. */
static void write_column(struct http_request *rq, struct json_out *o, const struct desk_stage *s,
			 const struct stage_totals_row *rows, size_t n)
{
	int64_t count = 0;

	json_obj(o, NULL);
	json_put_z(o, "stage", s->key);
	json_list(o, "values");
	for (size_t i = 0; i < n; i++) {
		if (strcmp(rows[i].stage, s->key) != 0)
			continue;
		count += rows[i].n;
		if (!*rows[i].currency)
			continue;
		json_obj(o, NULL);
		json_put_z(o, "currency", rows[i].currency);
		json_put_z(o, "value",
			   desk_money_text(rq->arena, rows[i].value,
					   desk_currency_decimals(str_of(rows[i].currency))));
		json_put_int(o, "count", rows[i].n);
		json_end_obj(o);
	}
	json_end_list(o);
	json_put_int(o, "count", count);
	json_end_obj(o);
}

/* Kept for the publisher; for who reaches less they are counted. */
static bool read_totals(struct http_request *rq, const char *publisher, const char *process,
			struct stage_totals_row **ret, size_t *ret_n, bool *ret_capped,
			struct err *e)
{
	struct stage_totals_in in = { publisher, process };

	*ret_capped = false;
	return is_limited(rq)
		       ? reach_stage_totals(rq, publisher, process, ret, ret_n, ret_capped, e)
		       : stage_totals(db_of(rq), &in, rq->arena, ret, ret_n, e);
}

bool h_board(struct http_request *rq, const void *input, struct http_reply *reply, struct err *e)
{
	const struct board_in *in = input;
	struct stage_totals_row *rows;
	const char *publisher;
	struct desk_process p;
	struct json_out o;
	bool capped;
	size_t n;

	if (!find_process(rq, in->process, &publisher, &p, e) ||
	    !narrow_process(rq, publisher, &p, e) ||
	    !read_totals(rq, publisher, p.id, &rows, &n, &capped, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_obj(&o, "process");
	write_process(&o, publisher, &p);
	json_end_obj(&o);
	json_list(&o, "columns");
	for (size_t i = 0; i < p.stage_count; i++)
		write_column(rq, &o, &p.stages[i], rows, n);
	json_end_list(&o);
	json_put_bool(&o, "capped", capped);
	json_end_obj(&o);
	return true;
}

/* A cursor is "entered.lead". */
static bool read_cursor(const char *after, struct board_page_in *in, struct err *e)
{
	struct str s = str_of(after), entered;

	in->entered_at = -1;
	if (!after)
		return true;
	return (str_split(&s, '.', &entered) && str_int(entered, &in->entered_at) &&
		id_parse(s, &in->lead)) ||
	       bad_cursor(e);
}

static int first_in(const void *a, const void *b)
{
	const struct lead_page_row *x = a, *y = b;

	if (x->entered_at != y->entered_at)
		return x->entered_at < y->entered_at ? -1 : 1;
	return id_order(x->lead_id, y->lead_id);
}

/* The first of every part of the reach, merged. */
static bool read_cards(struct http_request *rq, struct board_page_in *in, struct merge *m,
		       struct err *e)
{
	struct scope scope = { &in->publisher, 1 };
	struct lead_page_row *rows;
	struct parts parts;
	size_t n;

	if (!parts_of(rq, &scope, &parts, e))
		return false;
	merge_begin(m, &lead_get_query, first_in, (size_t)in->limit, parts.n, rq->arena);
	for (size_t i = 0; i < parts.n; i++) {
		in->owner = parts.all[i].owner;
		in->team = parts.all[i].team;
		in->offer = parts.all[i].offer;
		if (!board_page(db_of(rq), in, merge_arena(m), &rows, &n, e))
			return false;
		merge_add(m, rows, n, i);
	}
	return true;
}

bool h_board_cards(struct http_request *rq, const void *input, struct http_reply *reply,
		   struct err *e)
{
	const struct cards_in *in = input;
	struct board_page_in page = { .stage = in->stage, .limit = in->limit + 1 };
	const struct lead_page_row *last = NULL;
	AUTO_MERGE m = { 0 };
	char id[ID_TEXT];
	struct desk_process p;
	struct json_out o;
	size_t i;

	if (!find_process(rq, in->process, &page.publisher, &p, e) ||
	    !read_cursor(in->after, &page, e))
		return false;
	page.process = p.id;
	if (!read_cards(rq, &page, &m, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	json_list(&o, "items");
	for (i = 0; i < m.n && i < (size_t)in->limit && reply->body.n < LIMIT_REPLY / 2; i++) {
		last = merge_row(&m, i);
		write_lead(&o, NULL, last, rq->now_ms);
	}
	json_end_list(&o);
	json_put_z(&o, "next",
		   last && i < m.n ? arena_printf(rq->arena, "%lld.%s", (long long)last->entered_at,
						  id_text(last->lead_id, id))
				   : NULL);
	json_end_obj(&o);
	return true;
}
