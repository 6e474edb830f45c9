/*
 * serve --demo: at the first start a publisher with offers, a destination that delivers to the
 * receiver built in, and some two hundred messages of the last weeks, which the placer takes like
 * any others; then what was done about them (demo_work.c). At every start the lines to begin with.
 */
#include "cmd/server.h"

#include <stdio.h>
#include "base/clock.h"
#include "base/hash.h"
#include "market/market.h"
#include "store/store.h"

#define SEED     20261121
#define MESSAGES 200
#define DAYS     21
#define DAY_MS   INT64_C(86400000)

static const struct market_mix mix = {
	.duplicates = 0.2, .otherwise = 0.6, .broken = 0.02, .tests = 0.03
};

bool server_demo(struct server *s, struct err *e)
{
	(void)e;
	if (s->cmd->conf.demo) {
		s->extra = market_routes;
		s->extra_count = market_route_count;
	}
	return true;
}

static bool seeded(struct cmd *c, bool *ret, struct err *e)
{
	struct publisher_get_row row;
	int found = publisher_get(c->db, &(struct publisher_get_in){ MARKET_PUBLISHER }, c->arena,
				  &row, e);

	*ret = found > 0;
	return found >= 0;
}

static bool add_offers(struct cmd *c, struct err *e)
{
	for (const struct market_offer *o = market_offers; o->publisher; o++)
		if (!offer_make(c->db, c->arena, c->seal,
				&(struct offer_add_in){ o->publisher, o->offer, o->title,
							o->listing, o->transactable, c->now_ms },
				e))
			return false;
	return true;
}

static bool add_destination(struct server *s, struct err *e)
{
	struct cmd *c = s->cmd;
	const struct dest_driver *d = dest_driver_by_kind(STR("https"));
	const char *url = arena_printf(c->arena, "%s" MARKET_RECEIVER_PATH, s->api.public_url);
	struct field_problems p = { 0 };
	void *settings = dest_settings_new(c->arena, d);

	if (!dest_settings_set(c->arena, d, STR("url"), str_of(url), settings, e) ||
	    !dest_settings_set(c->arena, d, STR("allowHttp"), STR("true"), settings, e) ||
	    !dest_settings_set(c->arena, d, STR("allowPrivate"), STR("true"), settings, e))
		return false;
	if (!dest_settings_check(c->arena, d, settings, &p)) {
		*e = p.e[0];
		return false;
	}
	return routing_add(c->db, c->arena, c->seal, MARKET_PUBLISHER, "", id_new(c->now_ms), d,
			   "Demo receiver", settings, c->now_ms, e);
}

static size_t offers_of_demo(void)
{
	size_t n = 0;

	while (market_offers[n].publisher)
		n++;
	return n;
}

/* As if it had arrived at that time: everything else follows from the receipt. */
static bool receive(struct cmd *c, const struct market_offer *o, const struct market_message *m,
		    int64_t at, struct err *e)
{
	struct hash *h = ARENA_NEW(c->arena, struct hash);
	struct receipt_put_row row;

	*h = hash_of(m->body);
	return receipt_put(
		       c->db,
		       &(struct receipt_put_in){ .publisher = o->publisher,
						 .receipt = id_new(at),
						 .offer = o->offer,
						 .body_hash = { (const char *)h->b, sizeof(h->b) },
						 .since = at,
						 .slot = at,
						 .now = at,
						 .content_type = m->content_type,
						 .body = m->body },
		       c->arena, &row, e) > 0;
}

/* Oldest first, so that the ids rise; more of them lately. */
static bool receive_all(struct cmd *c, struct err *e)
{
	struct market *m = market_new(c->arena, SEED, "");
	size_t offers = offers_of_demo();

	for (int i = 0; i < MESSAGES; i++) {
		const struct market_offer *o = &market_offers[market_below(m, (uint32_t)offers)];
		struct market_message message = market_next(m, c->arena, &mix, o);
		int64_t left = MESSAGES - 1 - i;
		int64_t age = DAYS * DAY_MS * left / MESSAGES * left / MESSAGES;

		if (!receive(c, o, &message,
			     c->now_ms - age - (int64_t)market_below(m, 60000) - left, e))
			return false;
	}
	return true;
}

static bool seed(struct server *s, struct err *e)
{
	struct cmd *c = s->cmd;
	AUTO_TX tx = { 0 };

	if (!sql_begin(c->db, &tx, e) || !add_offers(c, e) || !add_destination(s, e) ||
	    !receive_all(c, e) || !sql_commit(&tx, e))
		return false;
	placer_note(s->api.placer, MESSAGES);
	return routing_load(s->api.routing, c->db, e) &&
	       intake_keys_load(s->api.intake, c->db, c->now_ms, e);
}

static bool sign_in_link(struct server *s, const char **ret, struct err *e)
{
	struct cmd *c = s->cmd;
	struct auth_user u;
	const char *token;

	if (!auth_user_find(c->db, c->arena, "", SERVER_FIRST_ADMIN, &u, e) ||
	    !auth_link_make(c->db, c->arena, u.id, clock_now(), &token, e))
		return false;
	*ret = arena_printf(c->arena, "%s/sign-in?token=%s", s->api.public_url, token);
	return true;
}

bool server_demo_tell(struct server *s, struct err *e)
{
	struct cmd *c = s->cmd;
	const struct market_offer *o = &market_offers[0];
	const char *link, *url;
	bool there;

	if (!c->conf.demo)
		return true;
	if (!seeded(c, &there, e) || (!there && (!seed(s, e) || !server_demo_work(s, e))) ||
	    !sign_in_link(s, &link, e) ||
	    !offer_intake_url(c->db, c->arena, c->seal, s->api.public_url, o->publisher, o->offer,
			      &url, e))
		return false;
	cmd_print_line("\n  The page          %s/", s->api.public_url);
	cmd_print_line("  Sign in (once)    %s", link);
	cmd_print_line("  Intake address    %s", url);
	cmd_print_line("  Deliveries go to  %s" MARKET_RECEIVER_PATH, s->api.public_url);
	cmd_print_line(
		"\n  Send a lead:\n\n  curl -d "
		"'{\"UserDetails\":{\"FirstName\":\"Ana\",\"LastName\":\"Example\","
		"\"Email\":\"ana@contoso.example\",\"Country\":\"KR\",\"Company\":\"Example Ltd\"},"
		"\"LeadSource\":\"AppSource-PLT|%s.%s\",\"ActionCode\":\"PLT\",\"Description\":"
		"\"Please call me\"}' "
		"%s\n",
		o->publisher, o->offer, url);
	fflush(stdout); /* whoever reads it through a pipe waits for it */
	return true;
}
