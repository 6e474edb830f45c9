/* simulate: plays the marketplace against an intake URL. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"
#include "market/market.h"
#include "net/net.h"
#include "store/store.h"

#define IN_FLIGHT  64
#define TIMEOUT_MS 30000
#define COUNT_MAX  10000000

struct flags {
	int64_t count;
	const char *rate, *duplicates, *broken;
};
static const struct field simulate_flags[] = {
	F_STR(struct flags, broken, "broken", .def = "0", .max = 16,
	      .help = "The fraction, from 0 to 1, of bodies that hold no lead."),
	F_INT(struct flags, count, "count", .def = "100", .min = 1, .max = COUNT_MAX,
	      .help = "How many messages to post."),
	F_STR(struct flags, duplicates, "duplicates", .def = "0", .max = 16,
	      .help = "The fraction, from 0 to 1, that is the same person again, with other "
		      "bytes."),
	F_STR(struct flags, rate, "rate", .def = "10", .max = 16,
	      .help = "Messages a second; 0 is as quick as the other side answers."),
	F_END,
};

struct slot {
	struct play *play;
	struct arena *arena;
	bool busy;
	enum market_what what;
};
struct play {
	struct cmd *c;
	const char *url;
	double rate;
	struct market_mix mix;
	struct market *market;
	struct net_multi *multi;
	struct slot slots[IN_FLIGHT];
	struct market_offer offer; /* whose URL it is; publisher NULL when that is not known here */
	int64_t count, sent, done;
	int64_t understood, repeated, refused, failed, by_what[MARKET_TEST + 1];
	int64_t *latency; /* ms, of each answer */
	size_t latencies;
	char why[192]; /* the first failure */
};

static bool number(const char *name, const char *text, double max, double *ret, struct err *e)
{
	char *end;
	double n = strtod(text, &end);

	if (end == text || *end || !isfinite(n) || n < 0 || n > max)
		return cmd_usage(e, "--%s must be a number from 0 to %g.", name, max);
	*ret = n;
	return true;
}

static void on_done(void *ctx, const struct net_request *r, struct net_reply *reply)
{
	struct slot *s = ctx;
	struct play *p = s->play;

	(void)r;
	s->busy = false;
	p->done++;
	if (reply->failure != NET_OK) {
		if (!p->failed++)
			snprintf(p->why, sizeof(p->why), "%s", reply->detail);
		return;
	}
	p->latency[p->latencies++] = reply->duration_ms;
	if (reply->status == 200) {
		AUTO_JSON j = NULL;
		struct err e;

		if (json_parse(reply->body, &j, &e)) {
			p->understood += json_is_true(json_get(j, "understood"));
			p->repeated += json_is_true(json_get(j, "repeated"));
		}
	} else if (reply->status == 400) {
		p->refused++;
	} else if (!p->failed++) {
		snprintf(p->why, sizeof(p->why), "the answer was %d", reply->status);
	}
}

static bool post(struct play *p, struct slot *s, struct err *e)
{
	struct market_message m;
	struct net_request *r;

	arena_reset(s->arena);
	r = ARENA_NEW(s->arena, struct net_request);
	m = market_next(p->market, s->arena, &p->mix, &p->offer);
	*r = (struct net_request){ .method = "POST",
				   .url = p->url,
				   .body = m.body,
				   .timeout_ms = TIMEOUT_MS,
				   .allow_http = true,
				   .allow_private = true,
				   .secret = p->url };
	if (!net_header(r, "content-type", m.content_type, e))
		return false;
	s->busy = true;
	p->by_what[m.what]++;
	p->sent++;
	MUST(net_multi_add(p->multi, s->arena, r, on_done, s));
	return true;
}

static struct slot *free_slot(struct play *p)
{
	for (size_t i = 0; i < IN_FLIGHT; i++)
		if (!p->slots[i].busy)
			return &p->slots[i];
	return NULL;
}

/* An address where nobody answers is told at once, not a thousand times. */
static bool hopeless(const struct play *p)
{
	return p->failed && p->failed == p->done && p->done >= IN_FLIGHT;
}

static bool play(struct play *p, struct err *e)
{
	struct cmd_progress progress = cmd_progress_start("Simulate");
	int64_t started = clock_mono();
	struct slot *s;

	while (p->done < p->count && !hopeless(p)) {
		int64_t passed = clock_mono() - started, owed = p->count;

		if (p->rate > 0)
			owed = (int64_t)((double)passed * p->rate / 1000) + 1;
		while (p->sent < p->count && p->sent < owed && (s = free_slot(p)))
			if (!post(p, s, e))
				return false;
		net_multi_run(p->multi, p->rate > 0 ? 5 : 100);
		cmd_progress_show(&progress, p->done, p->count);
	}
	cmd_progress_end(&progress);
	return true;
}

static int rising(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int64_t percentile(const struct play *p, size_t percent)
{
	return p->latencies ? p->latency[(p->latencies - 1) * percent / 100] : 0;
}

static void write_result(struct play *p, int64_t took_ms, struct buf *b)
{
	struct json_out o = json_out(b);

	qsort(p->latency, p->latencies, sizeof(*p->latency), rising);
	json_obj(&o, NULL);
	json_put_int(&o, "sent", p->sent);
	json_put_int(&o, "duplicates", p->by_what[MARKET_DUPLICATE]);
	json_put_int(&o, "broken", p->by_what[MARKET_BROKEN]);
	json_put_int(&o, "understood", p->understood);
	json_put_int(&o, "refused", p->refused);
	json_put_int(&o, "repeated", p->repeated);
	json_put_int(&o, "failed", p->failed);
	json_put_int(&o, "seconds", (took_ms + 500) / 1000);
	json_put_int(&o, "perSecond", took_ms ? p->done * 1000 / took_ms : 0);
	json_obj(&o, "latencyMs");
	json_put_int(&o, "p50", percentile(p, 50));
	json_put_int(&o, "p95", percentile(p, 95));
	json_put_int(&o, "p99", percentile(p, 99));
	json_put_int(&o, "max", percentile(p, 100));
	json_end_obj(&o);
	json_end_obj(&o);
}

static bool run(struct play *p, struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_API_BODY);
	int64_t started = clock_mono();
	struct net_reply first;
	bool ok;

	if (!cmd_intake_ready(p->c, p->url, &first, e))
		return false;
	if (first.failure != NET_OK || first.status != 200)
		return ERR(e, ERR_REMOTE, "simulate.url", "no offer takes leads there: %s.",
			   first.detail);
	for (size_t i = 0; i < IN_FLIGHT; i++)
		p->slots[i] = (struct slot){ .play = p, .arena = arena_new("simulate", 1 << 20) };
	p->multi = net_multi_new(IN_FLIGHT);
	ok = play(p, e);
	net_multi_free(p->multi);
	for (size_t i = 0; i < IN_FLIGHT; i++)
		arena_free(p->slots[i].arena);
	write_result(p, clock_mono() - started, &b);
	if (!ok || !cmd_print_one(p->c, buf_view(&b), e))
		return false;
	return !p->failed || ERR(e, ERR_REMOTE, "simulate.failed",
				 "%lld messages were not taken: %s.", (long long)p->failed, p->why);
}

/*
 * The marketplace names the offer in each lead. Which one the URL belongs to is known when its key
 * is in the store at hand; the key of another server's offer stays without a name.
 */
static void find_offer(struct play *p)
{
	struct str url = str_of(p->url), key;
	struct intake_key_live_row *rows;
	struct cmd *c = p->c;
	struct hash h;
	struct err e;
	size_t n;

	while (str_find(url, '/') != url.n && !str_starts(url, "in/"))
		url = str_from(url, str_find(url, '/') + 1);
	key = str_starts(url, "in/") ? str_from(url, 3) : STR("");
	h = hash_of(str_upto(key, str_find(key, '/')));
	if (!cmd_open(c, NULL, &e) ||
	    !intake_key_live(c->db, &(struct intake_key_live_in){ c->now_ms }, c->arena, &rows, &n,
			     &e))
		return;
	for (size_t i = 0; i < n; i++) {
		struct offer_list_row row;

		if (!str_eq(rows[i].key_hash, (struct str){ (const char *)h.b, sizeof(h.b) }) ||
		    offer_get(c->db,
			      &(struct offer_get_in){ rows[i].publisher_id, rows[i].offer_id },
			      c->arena, &row, &e) <= 0)
			continue;
		p->offer = (struct market_offer){ .publisher = row.publisher_id,
						  .offer = row.offer_id,
						  .title = row.title };
	}
}

static bool simulate(struct cmd *c, const void *flags, struct err *e)
{
	const struct flags *f = flags;
	struct play *p = ARENA_NEW(c->arena, struct play);
	uint64_t seed;

	rand_bytes(&seed, sizeof(seed));
	p->c = c;
	p->url = c->args[0];
	p->count = f->count;
	p->latency = ARENA_ARRAY(c->arena, int64_t, (size_t)f->count);
	p->market = market_new(c->arena, seed,
			       arena_printf(c->arena, "%04x", (unsigned)(seed & 0xFFFF)));
	find_offer(p);
	return number("rate", f->rate, 1e6, &p->rate, e) &&
	       number("duplicates", f->duplicates, 1, &p->mix.duplicates, e) &&
	       number("broken", f->broken, 1, &p->mix.broken, e) && run(p, e);
}

const struct command cmd_simulate[] = {
	{ .noun = "simulate",
	  .args = "URL",
	  .min_args = 1,
	  .max_args = 1,
	  .flags = simulate_flags,
	  .in_size = sizeof(struct flags),
	  .opts = CMD_JSON,
	  .run = simulate,
	  .summary =
		  "Plays the marketplace against an intake URL: invented leads in three languages.",
	  .more = "The dialects come in the proportions in which they are seen. Never point it at "
		  "a production "
		  "offer: what it\nposts are leads like any other." },
	{ .noun = NULL },
};
