/* The steps: a batch of rows, read, compared and stored in one transaction. */
#include <stdio.h>
#include "alert/alert.h"
#include "base/limits.h"
#include "hook/hook.h"
#include "load/open.h"

#define BATCH_ROWS  500
#define BATCH_BYTES (4 * 1024 * 1024)
#define SKIP_ROWS   20000 /* a step, while it gets to where it was */

/* ---- reading ---- */

static bool is_partner_center(const struct load *l)
{
	return l->map.dialect && str_starts(str_of(l->map.dialect), "partner-center");
}

struct row_way load_way(struct load *l)
{
	struct row_way w = { .arena = l->batch,
			     .publisher = l->o.publisher,
			     .offer = l->o.offer,
			     .offers = l->offers,
			     .order = l->order,
			     .now_ms = l->started,
			     .counts = &l->counts };

	load_learn(l);
	w.partner_center = is_partner_center(l);
	w.name = l->name;
	w.columns = l->columns;
	return w;
}

/* Rows that are in the store already: as read_batch(). */
static int pass_over(struct load *l, struct err *e)
{
	struct sheet_row row;
	int got = 1;

	for (int i = 0; i < SKIP_ROWS && l->skip && got > 0; i++, l->skip--) {
		got = sheet_next(l->sheet, &row, e);
		load_learn(l);
	}
	return got;
}

/* 1 a full batch, 0 the last one, -1 the file cannot be read on; *ret_n rows in every case. */
static int read_batch(struct load *l, struct loading *rows, size_t *ret_n, struct err *e)
{
	struct sheet_row row;
	size_t n = 0, bytes = 0;
	int got = 1;

	*ret_n = 0;
	if (l->skip)
		return pass_over(l, e);
	while (n < BATCH_ROWS && bytes < BATCH_BYTES && (got = sheet_next(l->sheet, &row, e)) > 0) {
		struct row_way w = load_way(l);

		row_take(&w, &l->map, &row, &rows[n]);
		bytes += rows[n++].body.n;
	}
	l->counts.bytes = (int64_t)sheet_bytes(l->sheet);
	*ret_n = n;
	return got;
}

/* ---- storing ---- */

/* One that was sent in pieces has its row already. */
static bool begin_sent(struct load *l, const struct hash *h, struct err *e)
{
	struct str hash = { (const char *)h->b, sizeof(h->b) };

	/* What a dry run said of the rows goes. */
	return load_rows_gone(l->db, &(struct load_rows_gone_in){ l->o.publisher, l->id }, NULL,
			      e) &&
	       load_begin(l->db, &(struct load_begin_in){ l->o.publisher, l->id, hash, l->started },
			  NULL, e) &&
	       load_about_put(l->db,
			      &(struct load_about_put_in){ l->o.publisher, l->id,
							   load_about_json(l, l->batch),
							   SQL_NULL_INT },
			      NULL, e);
}

static bool begin(struct load *l, struct err *e)
{
	struct hash h = { { 0 } };
	struct load_put_in in = { .publisher = l->o.publisher,
				  .load = l->id,
				  .offer = l->o.offer,
				  .file_name = l->o.name,
				  .file_bytes = (int64_t)l->size,
				  .deliver = l->o.deliver,
				  .actor = l->o.actor,
				  .now = l->started,
				  .state = "reading" };

	if (l->begun)
		return true;
	if (!hash_file(l->path, &h, e))
		return false;
	if (l->sent)
		return begin_sent(l, &h, e);
	in.file_hash = (struct str){ (const char *)h.b, sizeof(h.b) };
	in.about = load_about_json(l, l->batch);
	return load_put(l->db, &in, NULL, e);
}

static void count(struct load_counts *c, const struct loading *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		c->rows++;
		c->by[rows[i].told.outcome]++;
		c->tests += rows[i].test && rows[i].told.outcome == LOAD_NEW;
	}
}

bool load_write_counts(struct load *l, const struct load_counts *c, struct err *e)
{
	struct load_count_in in = { .publisher = l->o.publisher,
				    .load = l->id,
				    .bytes = c->bytes,
				    .read = c->rows,
				    .new = c->by[LOAD_NEW],
				    .known = c->by[LOAD_KNOWN],
				    .changed = c->by[LOAD_CHANGED],
				    .refused = c->by[LOAD_REFUSED],
				    .ignored = c->by[LOAD_IGNORED],
				    .test = c->tests,
				    .archived = c->archived,
				    .archives = c->archives,
				    .expired = c->expired,
				    .expires = c->expires };

	return load_count(l->db, &in, NULL, e);
}

static struct load_receipt_in receipt_in(const struct load *l, const struct loading *r)
{
	int64_t at = r->received_at == SQL_NULL_INT ? l->started : r->received_at;

	return (struct load_receipt_in){
		.publisher = l->o.publisher,
		.receipt = r->told.receipt,
		.offer = r->offer,
		.body_hash = { (const char *)r->body_hash.b, sizeof(r->body_hash) },
		.received_at = at,
		.now = l->now,
		.content_type = ROW_CONTENT_TYPE,
		.body = r->body,
		.load = l->id,
		.key = { (const char *)r->key.b, sizeof(r->key) },
	};
}

static struct load_row_put_in row_in(const struct load *l, const struct loading *r)
{
	bool changed = r->told.outcome == LOAD_CHANGED;

	return (struct load_row_put_in){
		.publisher = l->o.publisher,
		.load = l->id,
		.n = (int64_t)r->told.n,
		.line = (int64_t)r->told.line,
		.outcome = load_outcome_text(r->told.outcome),
		.problem = r->told.problem,
		.receipt = r->told.receipt,
		.row_hash =
			changed ? (struct str){ (const char *)r->body_hash.b, sizeof(r->body_hash) }
				: (struct str){ NULL, 0 },
		.status = changed ? r->status : NULL,
		.substatus = changed ? r->substatus : NULL,
		.dnc = changed && r->dnc,
	};
}

static bool needs_telling(const struct loading *r)
{
	return r->told.problem || (r->told.outcome != LOAD_NEW && r->told.outcome != LOAD_KNOWN);
}

static bool write_rows(struct load *l, const struct loading *rows, size_t n, struct err *e)
{
	struct load_receipt_in *puts = ARENA_ARRAY(l->batch, struct load_receipt_in, n + 1);
	struct load_row_put_in *told = ARENA_ARRAY(l->batch, struct load_row_put_in, n + 1);
	size_t put = 0, tell = 0;

	for (size_t i = 0; i < n; i++) {
		if (rows[i].told.outcome == LOAD_NEW)
			puts[put++] = receipt_in(l, &rows[i]);
		if (needs_telling(&rows[i]))
			told[tell++] = row_in(l, &rows[i]);
	}
	return (!put || load_receipt_batch(l->db, puts, put, e)) &&
	       (!tell || load_row_put_batch(l->db, told, tell, e));
}

static bool store_once(struct load *l, struct loading *rows, size_t n, struct load_counts *c,
		       struct err *e)
{
	AUTO_TX tx = { 0 };

	if (!load_compare(l, rows, n, e))
		return false;
	count(c, rows, n);
	return l->o.dry || (sql_begin(l->db, &tx, e) && begin(l, e) && write_rows(l, rows, n, e) &&
			    load_write_counts(l, c, e) && sql_commit(&tx, e));
}

/* Somebody else may have read the same rows in at the same moment: then they are known. */
static bool store(struct load *l, struct loading *rows, size_t n, struct err *e)
{
	struct load_counts c = l->counts;

	if (!store_once(l, rows, n, &c, e)) {
		if (e->kind != ERR_CONFLICT)
			return false;
		c = l->counts;
		if (!store_once(l, rows, n, &c, e))
			return false;
	}
	l->counts = c;
	l->begun = !l->o.dry;
	for (size_t i = 0; i < n && l->tell; i++)
		l->tell(l->tell_ctx, &rows[i].told);
	return true;
}

static bool move(struct load *l, const char *state, const struct err *why, int64_t ended,
		 struct err *e)
{
	struct load_move_in in = { l->o.publisher,         l->id, state, why ? why->code : NULL,
				   why ? why->text : NULL, ended };

	return l->o.dry || load_move(l->db, &in, NULL, e);
}

/* By now all rows are known, and of JSON all columns. */
static bool tell_total(struct load *l, struct err *e)
{
	struct load_about_put_in in = { l->o.publisher, l->id, load_about_json(l, l->batch),
					l->counts.rows };

	return l->o.dry || load_about_put(l->db, &in, NULL, e);
}

int load_step(struct load *l, int64_t now_ms, struct err *e)
{
	struct loading *rows;
	struct err why = { 0 };
	size_t n;
	int got;

	arena_reset(l->batch);
	l->now = now_ms;
	rows = ARENA_ARRAY(l->batch, struct loading, BATCH_ROWS);
	got = read_batch(l, rows, &n, &why);
	if (!store(l, rows, n, e))
		return -1;
	if (got > 0)
		return 1;
	l->ended = true;
	if (!tell_total(l, e))
		return -1;
	if (!move(l, got < 0 ? "failed" : "placing", got < 0 ? &why : NULL,
		  got < 0 ? now_ms : SQL_NULL_INT, e))
		return -1;
	if (got < 0)
		*e = why;
	return got;
}

/* ---- what changed ---- */

struct settling {
	struct load *l;
	struct load_row_page_row *row;
	struct load_lead_row lead;
};

static bool tell_lead(const struct settling *s, struct err *e)
{
	struct change_put_in in = { s->l->o.publisher, id_new(s->l->now), "lead", s->lead.lead_id,
				    "status" };

	return hook_updated(s->l->db, s->l->batch, s->l->o.publisher, s->lead.lead_id, s->l->now,
			    e) &&
	       change_put(s->l->db, &in, NULL, e);
}

static bool tell_engagement(const struct settling *s, const char *status, struct err *e)
{
	struct load_engagement_in in = { s->l->o.publisher, s->lead.lead_id, status };

	return load_engagement(s->l->db, &in, NULL, e);
}

/* What owes a first response, by load_lead_set(). */
static bool is_new(const char *status)
{
	return lead_status_of(str_of(status)) == LEAD_NEW;
}

/* Status moves forward, and "do not contact" stays. */
static bool take_over(struct settling *s, struct err *e)
{
	const struct load_row_page_row *r = s->row;
	struct load_lead_row *was = &s->lead;
	bool told = r->status != NULL;
	bool same =
		told && !strcmp(r->status, was->status) && !strcmp(r->substatus, was->substatus);
	bool ahead = told && status_rank(r->status, r->substatus) >
				     status_rank(was->status, was->substatus);
	struct load_lead_set_in set = { s->l->o.publisher,
					was->lead_id,
					ahead ? r->status : was->status,
					ahead ? r->substatus : was->substatus,
					was->dnc | r->dnc,
					is_new(r->status ? r->status : "") };
	bool takes = ahead || set.dnc != was->dnc;
	struct load_row_done_in done = { .publisher = s->l->o.publisher,
					 .load = s->l->id,
					 .n = r->n,
					 .problem = r->problem,
					 .old_status = takes ? was->status : NULL,
					 .old_substatus = takes ? was->substatus : NULL,
					 .old_dnc = takes ? was->dnc : SQL_NULL_INT,
					 .old_owed = takes ? was->due_sort != LEAD_DUE_NONE
							   : SQL_NULL_INT };

	if (told && !ahead && !same)
		done.problem = arena_printf(
			s->l->batch,
			"%s The lead is %s (%s) here already and stays so; the file says %s (%s).",
			r->problem ? r->problem : "", was->status, was->substatus, r->status,
			r->substatus);
	return (!takes || (load_lead_set(s->l->db, &set, NULL, e) &&
			   (!strcmp(set.status, was->status) ||
			    alert_keep(s->l->db, s->l->o.publisher, set.lead, is_new(set.status),
				       s->l->now, e)) &&
			   tell_engagement(s, set.status, e) && tell_lead(s, e))) &&
	       load_row_done(s->l->db, &done, NULL, e);
}

static bool settle_row(struct load *l, struct load_row_page_row *row, struct err *e)
{
	struct settling s = { .l = l, .row = row };
	struct load_lead_hold_in in = { l->o.publisher, row->receipt_id };
	int found;

	if (strcmp(row->outcome, load_outcome_text(LOAD_CHANGED)) != 0 || row->old_status ||
	    (!row->status && !row->dnc))
		return true;
	found = load_lead_hold(l->db, &in, l->batch, &s.lead, e);
	return found < 0 ? false : !found || take_over(&s, e);
}

static bool settle_changed(struct load *l, struct err *e)
{
	struct load_row_page_in in = { l->o.publisher, l->id, 0, BATCH_ROWS, NULL };
	struct load_row_page_row *rows;
	size_t n = BATCH_ROWS;

	while (n == BATCH_ROWS) {
		AUTO_TX tx = { 0 };

		arena_reset(l->batch);
		if (!sql_begin(l->db, &tx, e) || !load_row_page(l->db, &in, l->batch, &rows, &n, e))
			return false;
		for (size_t i = 0; i < n; i++)
			if (!settle_row(l, &rows[i], e))
				return false;
		if (!sql_commit(&tx, e))
			return false;
		if (n)
			in.after = rows[n - 1].n;
	}
	return true;
}

int load_settle(struct load *l, int64_t now_ms, struct err *e)
{
	struct load_waiting_in in = { l->o.publisher, l->id };
	struct load_waiting_row row;
	int waits;

	if (l->o.dry)
		return 1;
	arena_reset(l->batch);
	l->now = now_ms;
	waits = load_waiting(l->db, &in, l->batch, &row, e);
	if (waits)
		return waits < 0 ? -1 : 0;
	return settle_changed(l, e) && move(l, "done", NULL, now_ms, e) ? 1 : -1;
}
