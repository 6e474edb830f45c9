/* Whose turn it is, the question, and what its answer moves. */
#include "follow/parts.h"

#include <stdlib.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"

#define CLAIM_MS    120000 /* longer than an exchange with its token may take */
#define PATIENCE_MS 10000  /* stopping waits for it */

struct follow {
	struct routing *routing;
	struct follow_tokens *tokens;
	void (*told)(void *ctx);
	void *ctx;
};

struct follow *follow_new(struct routing *routing, void (*told)(void *ctx), void *ctx)
{
	struct follow *f = calloc(1, sizeof(*f));

	MUST(f != NULL);
	*f = (struct follow){ routing, follow_tokens_new(), told, ctx };
	return f;
}

void follow_free(struct follow *f)
{
	if (!f)
		return;
	follow_tokens_free(f->tokens);
	free(f);
}

bool follow_is_on(const struct dest_driver *d, const struct dest_common *common)
{
	return d->follow && common->follow_minutes > 0;
}

/* ---- whose turn ---- */

struct choice {
	const struct routing_destination *d; /* due longest; NULL: none is due */
	int64_t next_at;
	bool begins; /* it was never asked, and need not be before something can have changed */
};

static const struct follow_list_row *row_of(const struct follow_list_row *rows, size_t n,
					    struct id destination)
{
	for (size_t i = 0; i < n; i++)
		if (id_eq(rows[i].destination_id, destination))
			return &rows[i];
	return NULL;
}

/* Among the n of one publisher. */
static bool look(struct sql_db *db, struct arena *a, const struct routing_destination *d, size_t n,
		 int64_t now_ms, struct choice *ret, struct err *e)
{
	struct follow_list_row *rows = NULL;
	size_t known = 0;
	bool asked = false;

	for (size_t i = 0; i < n; i++) {
		const struct follow_list_row *row;
		int64_t at;

		if (d[i].parked || !follow_is_on(d[i].driver, d[i].common))
			continue;
		if (!asked &&
		    !follow_list(db, &(struct follow_list_in){ d->publisher }, a, &rows, &known, e))
			return false;
		asked = true;
		row = row_of(rows, known, d[i].id);
		at = row ? row->next_at : 0;
		if (at > now_ms)
			continue;
		if (!ret->d || at < ret->next_at) {
			ret->d = &d[i];
			ret->next_at = at;
			ret->begins = !row;
		}
	}
	return true;
}

static bool choose(struct sql_db *db, struct arena *a, const struct routing_snapshot *s,
		   int64_t now_ms, struct choice *ret, struct err *e)
{
	const struct routing_destination *all;
	size_t n = routing_all(s, &all), next;

	*ret = (struct choice){ .d = NULL };
	for (size_t i = 0; i < n; i = next) {
		for (next = i; next < n && !strcmp(all[next].publisher, all[i].publisher);)
			next++;
		if (!look(db, a, &all[i], next - i, now_ms, ret, e))
			return false;
	}
	return true;
}

/* ---- what an answer moves ---- */

static int64_t newest_of(const struct dest_records *page, int64_t newest)
{
	for (size_t i = 0; i < page->n; i++)
		if (page->all[i].changed_at > newest)
			newest = page->all[i].changed_at;
	return newest;
}

/* How far the latest change moves, and when it moved. */
struct reach {
	int64_t newest, moved_at;
};

/* While a list goes on it is one of the same time: only its end moves that. */
static bool go_on(struct sql_db *db, const struct routing_destination *d, const struct reach *r,
		  const char *next, int64_t now_ms, struct err *e)
{
	struct follow_page_in in = {
		.publisher = d->publisher,
		.destination = d->id,
		.newest = r->newest,
		.moved_at = r->moved_at,
		.next = next,
		.next_at = now_ms,
	};

	return follow_page(db, &in, NULL, e);
}

static bool end(struct sql_db *db, const struct routing_destination *d, const struct reach *r,
		int64_t now_ms, struct err *e)
{
	struct follow_read_in in = {
		.publisher = d->publisher,
		.destination = d->id,
		.since = follow_since(r->newest, r->moved_at, now_ms),
		.newest = r->newest,
		.moved_at = r->moved_at,
		.next_at = follow_next_at(now_ms, d->common->follow_minutes, 0, -1),
		.now = now_ms,
	};

	return follow_read(db, &in, NULL, e);
}

static bool take(struct follow *f, struct sql_db *db, struct arena *a,
		 const struct routing_destination *d, const struct follow_list_row *was,
		 const struct dest_records *page, struct err *e)
{
	int64_t now_ms = clock_now(), newest = newest_of(page, was->newest_at);
	struct reach r = { newest, newest > was->newest_at ? now_ms : was->moved_at };
	AUTO_TX tx = { 0 };
	size_t changed;

	/* Who writes leads holds their publisher first. */
	if (!sql_begin(db, &tx, e) ||
	    (d->common->status_answers &&
	     !publisher_hold(db, &(struct publisher_hold_in){ d->publisher }, NULL, e)) ||
	    !follow_note(db, a, d, page, now_ms, &changed, e) ||
	    !(page->next ? go_on(db, d, &r, page->next, now_ms, e) : end(db, d, &r, now_ms, e)) ||
	    !sql_commit(&tx, e))
		return false;
	metric_add(METRIC_FOLLOW_READ, (int64_t)changed);
	if (changed && f->told)
		f->told(f->ctx);
	return true;
}

/* A list that cannot be read on is begun anew where it had come to. */
static bool put_off(struct sql_db *db, const struct routing_destination *d,
		    const struct follow_list_row *was, const struct dest_outcome *o, struct err *e)
{
	bool again = o->outcome == OUTCOME_RETRY || o->outcome == OUTCOME_UNKNOWN;
	int64_t least = o->retry_after_ms > o->at_least_ms ? o->retry_after_ms : o->at_least_ms;
	struct follow_failed_in in = {
		.publisher = d->publisher,
		.destination = d->id,
		.since = again ? was->since_at
			       : follow_since(was->newest_at, was->moved_at, clock_now()),
		.next = again ? was->next : NULL,
		.next_at = follow_next_at(clock_now(), d->common->follow_minutes, was->failures + 1,
					  least),
		.code = o->code,
		.detail = o->detail,
	};

	metric_add(METRIC_FOLLOW_FAILURES, 1);
	LOG(LOG_INFO, "follow.refused", LOG_T("publisher", d->publisher), LOG_T("name", d->name),
	    LOG_T("code", o->code));
	return follow_failed(db, &in, NULL, e);
}

/* ---- the question ---- */

static bool ask(struct follow *f, struct arena *a, const struct routing_destination *d,
		const struct follow_list_row *was, struct dest_records *ret,
		struct dest_outcome *ret_outcome, struct err *e)
{
	int64_t now_ms = clock_now();
	struct dest_exchange x = {
		.driver = d->driver,
		.patience_ms = PATIENCE_MS,
		.call = { .purpose = DEST_FOLLOW,
			  .arena = a,
			  .settings = d->settings,
			  .attempt = 1,
			  .now_ms = now_ms,
			  .token = follow_token(f->tokens, d, now_ms),
			  .since_ms = was->since_at > 0 ? was->since_at : 0,
			  .next = was->next },
	};

	if (!dest_exchange_run(&x, e))
		return false;
	*ret_outcome = x.outcome;
	follow_tokens_keep(f->tokens, d, x.outcome.token_over ? NULL : x.call.token);
	if (x.outcome.outcome != OUTCOME_DELIVERED ||
	    dest_read_records(d->driver, &x.call, x.reply, ret))
		return true;
	*ret_outcome = (struct dest_outcome){
		.outcome = OUTCOME_REJECTED,
		.retry_after_ms = -1,
		.code = "unreadable-answer",
		.detail = "The answer is no list of records: is the address right?",
	};
	return true;
}

/* 1: it is ours for until_ms. */
static int claim(struct sql_db *db, struct arena *a, const struct routing_destination *d,
		 int64_t now_ms, int64_t until_ms, struct follow_list_row *ret, struct err *e)
{
	struct follow_claim_in in = { d->publisher, d->id, follow_begin(d->id), now_ms, until_ms };

	return follow_claim(db, &in, a, ret, e);
}

bool follow_turn(struct follow *f, struct sql_db *db, struct arena *a, int64_t now_ms,
		 bool *ret_again, struct err *e)
{
	AUTO_ROUTING s = routing_hold(f->routing);
	struct follow_list_row was;
	struct dest_outcome o;
	struct dest_records page = { .n = 0 };
	struct choice c;
	int found;

	if (!choose(db, a, s, now_ms, &c, e))
		return false;
	if (!c.d)
		return true;
	found = claim(db, a, c.d, now_ms,
		      c.begins ? follow_next_at(now_ms, c.d->common->follow_minutes, 0, -1)
			       : now_ms + CLAIM_MS,
		      &was, e);
	if (found < 0)
		return false;
	*ret_again = true; /* a page more, or another one */
	if (!found || c.begins)
		return true;
	if (!ask(f, a, c.d, &was, &page, &o, e))
		return false;
	return o.outcome == OUTCOME_DELIVERED ? take(f, db, a, c.d, &was, &page, e)
					      : put_off(db, c.d, &was, &o, e);
}
