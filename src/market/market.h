/*
 * Plays the marketplace: invented people of three languages press buttons on invented offers, and
 * what would then be posted comes out, in the dialects that really arrive. Pure but for the
 * receiver: the same seed gives the same sequence. No store here.
 */
#pragma once
#include "base/arena.h"
#include "base/str.h"
#include "http/http.h"

/* What people can press the buttons of. The first publisher is the demo's. */
struct market_offer {
	const char *publisher, *offer, *title, *listing;
	bool transactable;
};
extern const struct market_offer market_offers[]; /* publisher NULL ends */
#define MARKET_PUBLISHER      "contoso"
#define MARKET_PUBLISHER_NAME "Contoso Software"

/* Fractions from 0 to 1 of the messages. */
struct market_mix {
	double duplicates; /* the same person again, with other bytes */
	double otherwise;  /* of the duplicates: with another address, without a number … */
	double broken;     /* no lead, or not readable at all */
	double tests;      /* the marketplace's own test lead */
};

enum market_what { MARKET_LEAD = 1, MARKET_DUPLICATE, MARKET_BROKEN, MARKET_TEST };
struct market_message {
	enum market_what what;
	struct str body;
	const char *content_type;
};

struct market;
/* tag: goes into every address, so that another run's people are others; "" for none. In a. */
struct market *market_new(struct arena *a, uint64_t seed, const char *tag)
	__attribute__((__returns_nonnull__));
/* The next message for the offer; its text lives in a, which need not be the market's. */
struct market_message market_next(struct market *m, struct arena *a, const struct market_mix *mix,
				  const struct market_offer *offer);
/* The test lead that Partner Center's Validate sends; *ret_token is its MSFT_TEST_… word. */
struct market_message market_test_lead(struct arena *a, int64_t now_ms,
				       const struct market_offer *offer, const char **ret_token);
/* A number from 0 to below n out of the market's own sequence: for times and choices around it. */
uint32_t market_below(struct market *m, uint32_t n);

/* receiver.c: a receiver to watch the demo's deliveries at: POST takes, GET shows the last ones. */
#define MARKET_RECEIVER_PATH "/demo/receiver"
extern const struct route market_routes[];
extern const size_t market_route_count;
