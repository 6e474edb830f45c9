/*
 * Claiming: destinations take turns, each with as much as its health has room for, fresh leads and
 * retries in turn, so that neither a slow destination nor a backlog stands in front of today's
 * lead.
 */
#include "outbox/sender.h"
#include "base/clock.h"

/* Another's token under way, one of its own, the refusal of it, and a new one. */
#define TOKEN_EXCHANGES 4

/* Longer than any attempt may take, so that nobody else sends it meanwhile. */
static int64_t lease_ms(const struct routing_destination *d)
{
	int64_t exchanges = d->driver->again ? DEST_STEPS : 1;

	if (d->driver->oauth)
		exchanges += TOKEN_EXCHANGES;

	int64_t ms = d->common->timeout_ms * exchanges + OUTBOX_LEASE_MS / 2;
	return ms > OUTBOX_LEASE_MS ? ms : OUTBOX_LEASE_MS;
}

/* How many more this destination may have under way. */
static int64_t room_of(const struct routing_destination *d, const struct site *site, int64_t now_ms)
{
	if (d->paused || d->parked || site->stop)
		return 0;
	const struct dest_driver *driver = d->driver;
	int64_t room = outbox_health_room(&site->health, now_ms);
	int64_t paced = outbox_pace_room(site->pace_at, now_ms, driver->pace_ms, driver->burst);
	/* The last message takes what is left. */
	if (paced && driver->digest)
		paced += (int64_t)driver->digest_max - 1;
	if (driver->room && room > driver->room)
		room = driver->room;
	if (strcmp(d->common->ordering, "strict") == 0 && room > 1)
		room = 1;
	room = room > site->in_flight ? room - site->in_flight : 0;
	return room < paced ? room : paced;
}

bool claim_any_due(struct sender *s, int64_t now_ms, bool *ret, struct err *e)
{
	const struct view *v = s->view;
	bool any = false;
	for (size_t i = 0; i < v->n && !any; i++) {
		size_t at = (i + s->turn) % v->n;
		struct outbox_due_row due;
		if (!room_of(&v->all[at], v->sites[at], now_ms))
			continue;
		const struct outbox_due_in in = { v->all[at].publisher, v->all[at].id, now_ms };
		if (outbox_due(s->c.db, &in, s->arena, &due, e) < 0)
			return false;
		any = due.fresh || due.again;
	}
	*ret = any;
	return true;
}

struct round {
	struct sender *s;
	int64_t now_ms;
	struct job *first, **end;
	size_t left; /* of the batch */
	/* Of the site at hand, when its driver has digests: messages that the pace has room for,
	 * those that loners took, and whether others share what is left. */
	int64_t paced, loners;
	bool others;
};

static void take_row(struct round *r, const struct routing_destination *d, struct site *site,
		     const struct outbox_claim_row *row, bool loner)
{
	struct job *j = job_take(r->s);
	MUST(j != NULL); /* the limit was made from what is free */
	j->site = site;
	j->view = r->s->view;
	j->view->users++;
	j->destination = d;
	j->row = *row;
	j->row.attempts++;
	j->row.outcome = row->outcome ? arena_strdup(j->arena, row->outcome) : NULL;
	j->row.recipient = arena_strdup(j->arena, row->recipient);
	j->row.code = row->code ? arena_strdup(j->arena, row->code) : NULL;
	j->loner = loner;
	j->flying = true;
	site->in_flight++;
	if (d->driver->pace_ms && !d->driver->digest)
		site->pace_at = outbox_pace_take(site->pace_at, r->now_ms, d->driver->pace_ms);
	r->left--;
	*r->end = j;
	r->end = &j->next;
}

/* A digest that it was in was refused once: it goes alone from then on. */
static bool is_loner(struct round *r, const struct routing_destination *d,
		     const struct outbox_claim_row *row, bool *ret, struct err *e)
{
	const struct outbox_apart_in in = { d->publisher, row->delivery_id, DEST_DIGEST_REFUSED };
	struct outbox_apart_row at;
	int found = row->attempts ? outbox_apart(r->s->c.db, &in, r->s->arena, &at, e) : 0;

	*ret = found > 0;
	return found >= 0;
}

/* A loner is a whole message, and all others need one at least. */
static bool has_room(struct round *r, bool loner)
{
	if (r->loners + 1 + (loner && r->others) > r->paced)
		return false;
	r->loners += loner;
	r->others |= !loner;
	return true;
}

/* Of what was found due for a driver with digests, what the pace has room for; the rest stays due.
 * rows and loner: those, from the front; *n: how many. */
static bool sift(struct round *r, const struct routing_destination *d,
		 struct outbox_claim_row *rows, bool *loner, size_t *n, struct err *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++) {
		bool alone;
		if (!is_loner(r, d, &rows[i], &alone, e))
			return false;
		if (!has_room(r, alone))
			continue;
		loner[kept] = alone;
		rows[kept++] = rows[i];
	}
	*n = kept;
	return true;
}

/* Of what was found due, what nobody else took meanwhile. */
static bool take_rows(struct round *r, const struct routing_destination *d, struct site *site,
		      struct outbox_claim_row *rows, size_t n, struct err *e)
{
	struct arena *a = r->s->arena;
	bool *loner = ARENA_ARRAY(a, bool, n + 1);
	if (d->driver->digest && !sift(r, d, rows, loner, &n, e))
		return false;
	struct outbox_take_in *in = ARENA_ARRAY(a, struct outbox_take_in, n + 1);
	struct outbox_take_row *taken = ARENA_ARRAY(a, struct outbox_take_row, n + 1);
	bool *ours = ARENA_ARRAY(a, bool, n + 1);
	int64_t until = r->now_ms + lease_ms(d);
	for (size_t i = 0; i < n; i++)
		in[i] = (struct outbox_take_in){ d->publisher, rows[i].delivery_id,
						 rows[i].attempts, until, r->s->holder };
	if (n && !outbox_take_batch(r->s->c.db, in, n, a, taken, ours, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (ours[i])
			take_row(r, d, site, &rows[i], loner[i]);
	return true;
}

/* *ret_n: how many were found, ours or not. */
static bool claim_lane(struct round *r, const struct routing_destination *d, struct site *site,
		       enum outbox_claim_lane lane, int64_t limit, int64_t *ret_n, struct err *e)
{
	bool contact = strcmp(d->common->ordering, "per-contact") == 0;
	const struct outbox_claim_in in = { d->publisher, d->id, r->now_ms, limit };
	struct outbox_claim_row *rows = NULL;
	size_t n = 0;
	if (limit > 0 &&
	    !outbox_claim(r->s->c.db, lane,
			  contact ? OUTBOX_CLAIM_ORDER_CONTACT : OUTBOX_CLAIM_ORDER_NONE, &in,
			  r->s->arena, &rows, &n, e))
		return false;
	*ret_n = (int64_t)n;
	return take_rows(r, d, site, rows, n, e);
}

static bool claim_head(struct round *r, const struct routing_destination *d, struct site *site,
		       struct err *e)
{
	const struct outbox_claim_head_in in = { d->publisher, d->id, r->now_ms };
	struct outbox_claim_row *rows;
	size_t n;
	return outbox_claim_head(r->s->c.db, &in, r->s->arena, &rows, &n, e) &&
	       take_rows(r, d, site, rows, n, e);
}

/* Half for the lane whose turn it is, then the other, then what is left for the first again. */
static bool claim_site(struct round *r, const struct routing_destination *d, struct site *site,
		       int64_t quota, struct err *e)
{
	enum outbox_claim_lane first = OUTBOX_CLAIM_LANE_FRESH, second = OUTBOX_CLAIM_LANE_AGAIN;
	int64_t got1, got2, got3 = 0;
	if (strcmp(d->common->ordering, "strict") == 0)
		return claim_head(r, d, site, e);
	if (site->again_first) {
		first = OUTBOX_CLAIM_LANE_AGAIN;
		second = OUTBOX_CLAIM_LANE_FRESH;
	}
	site->again_first = !site->again_first;
	int64_t half = (quota + 1) / 2;
	if (!claim_lane(r, d, site, first, half, &got1, e) ||
	    !claim_lane(r, d, site, second, quota - got1, &got2, e))
		return false;
	if (got1 == half && got1 + got2 < quota)
		return claim_lane(r, d, site, first, quota - got1 - got2, &got3, e);
	return true;
}

static size_t free_jobs(const struct sender *s)
{
	size_t n = 0;
	for (const struct job *j = s->unused; j && n < SENDER_CLAIM_MAX; j = j->next)
		n++;
	return n;
}

static size_t ready_sites(const struct view *v, int64_t now_ms)
{
	size_t ready = 0;
	for (size_t i = 0; i < v->n; i++)
		ready += room_of(&v->all[i], v->sites[i], now_ms) > 0;
	return ready;
}

/* Of what was claimed for a site since `from`: alone as many as the pace allows, but for the last
 * message, which has the rest. */
static void bundle(struct round *r, struct site *site, const struct dest_driver *d,
		   struct job **from)
{
	int64_t n = 0, loners = 0, alone, messages = 0;
	*r->end = NULL;
	for (const struct job *j = *from; j; j = j->next, n++)
		loners += j->loner;
	alone = n > r->paced ? r->paced - loners - 1 : n;
	for (struct job *j = *from; j; j = j->next) {
		j->bundled = !j->loner && alone-- <= 0;
		messages += !j->bundled;
	}
	messages += messages < n;
	while (messages-- > 0)
		site->pace_at = outbox_pace_take(site->pace_at, r->now_ms, d->pace_ms);
}

/* In the second pass a digest would be a second message of the same moment. */
static bool claim_some(struct round *r, size_t at, int64_t share, bool first, struct err *e)
{
	const struct routing_destination *d = &r->s->view->all[at];
	struct site *site = r->s->view->sites[at];
	struct job **from = r->end;
	int64_t quota = room_of(d, site, r->now_ms);
	if (quota > share)
		quota = share;
	if (quota > (int64_t)r->left)
		quota = (int64_t)r->left;
	*r->end = NULL;
	if (quota <= 0 || (d->driver->digest && !first))
		return true;
	r->paced = outbox_pace_room(site->pace_at, r->now_ms, d->driver->pace_ms, d->driver->burst);
	r->loners = 0;
	r->others = false;
	if (!claim_site(r, d, site, quota, e))
		return false;
	if (d->driver->digest)
		bundle(r, site, d->driver, from);
	return true;
}

bool claim_round(struct sender *s, int64_t now_ms, struct job **ret, struct err *e)
{
	struct round r = { .s = s, .now_ms = now_ms, .left = free_jobs(s) };
	const struct view *v = s->view;
	size_t ready = ready_sites(v, now_ms);
	r.end = &r.first;
	/* A fair share each at first; what is over goes round once more. */
	for (int pass = 0; pass < 2 && ready && r.left; pass++) {
		int64_t share = (int64_t)(pass == 0 ? (r.left + ready - 1) / ready : r.left);
		for (size_t i = 0; i < v->n && r.left; i++) {
			if (!claim_some(&r, (i + s->turn) % v->n, share, pass == 0, e)) {
				*ret = r.first; /* to be dropped by the caller */
				return false;
			}
		}
	}
	*r.end = NULL;
	s->turn = v->n ? (s->turn + 1) % v->n : 0;
	*ret = r.first;
	return true;
}

#define LEASE_WORDS "The sender stopped before the answer came; the lead may have arrived."

bool claim_leases_over(struct sender *s, int64_t before_ms, int64_t now_ms, size_t *ret_n,
		       struct err *e)
{
	struct outbox_leases_over_row *rows;
	size_t n;
	AUTO_TX tx = { 0 };
	*ret_n = 0;
	if (!outbox_leases_over(s->c.db,
				&(struct outbox_leases_over_in){ before_ms, SENDER_CLAIM_MAX },
				s->arena, &rows, &n, e))
		return false;
	if (n == 0)
		return true;
	if (!sql_begin(s->c.db, &tx, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct outbox_lease_end_in end = { rows[i].publisher_id,
							 rows[i].delivery_id,
							 rows[i].attempts,
							 rows[i].lease_until,
							 now_ms,
							 outcome_text(OUTCOME_UNKNOWN),
							 "lease-over",
							 LEASE_WORDS };
		const struct outbox_attempt_in attempt = { rows[i].publisher_id,
							   rows[i].delivery_id,
							   rows[i].attempts,
							   rows[i].lease_until < now_ms
								   ? rows[i].lease_until
								   : now_ms,
							   0,
							   outcome_text(OUTCOME_UNKNOWN),
							   SQL_NULL_INT,
							   "lease-over",
							   LEASE_WORDS };
		struct outbox_lease_end_row ended;
		int found = outbox_lease_end(s->c.db, &end, s->arena, &ended, e);
		if (found < 0 || (found && !outbox_attempt(s->c.db, &attempt, NULL, e)))
			return false;
	}
	*ret_n = n;
	return sql_commit(&tx, e);
}
