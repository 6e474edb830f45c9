/*
 * Standard Webhooks, version 1 (standardwebhooks.com): HMAC-SHA-256 over "<id>.<timestamp>.<body>"
 * with the bytes that the secret's base64 stands for. Private to dest/.
 */
#pragma once
#include "base/arena.h"
#include "base/str.h"
#include "dest/dest.h"

#define WEBHOOK_SECRET_PREFIX "whsec_"

char *webhook_secret_new(struct arena *a);
/* The key inside a secret: false unless it is whsec_ and base64 of 24 to 64 bytes. */
bool webhook_secret_key(struct arena *a, struct str secret, struct str *ret_key);
/* "v1,<base64>" */
char *webhook_sign(struct arena *a, struct str key, const char *id, int64_t timestamp_s,
		   struct str body);
/* HMAC-SHA-256 with a key of any length, as base64. */
char *hmac_base64(struct arena *a, struct str key, const struct str *parts, size_t n);

/* What the kinds that sign have in common. */

/* One is made when there is none; false: the one that is there is none. */
bool webhook_check_secret(struct arena *a, const char **secret, struct field_problems *p);
/* The three headers; the body is there. The id is the same in every attempt of a message, time and
 * signature are the attempt's. */
bool webhook_headers(const struct dest_call *c, const char *secret, const char *id,
		     struct net_request *r, struct err *e) LL_MUST;
/* Svix's convention: a receiver may ask to be left alone, or not to be sent this one again. */
void webhook_read_wish(const struct net_reply *r, const char **ret_code);
/* clang-format off */
#define WEBHOOK_WISH_ROWS                                                                          \
	{ 100, 999, "disable", OUTCOME_GONE, .token = "disabled-by-receiver",                      \
	  .words = "The receiver asked to stop (webhook-delivery: disable). Resume the destination " \
		   "when it wants leads again." },                                                 \
	{ 300, 999, "abort-message", OUTCOME_REJECTED, .token = "aborted-by-receiver",             \
	  .words = "The receiver asked not to be sent this lead again (webhook-delivery: "         \
		   "abort-message)." }
/* clang-format on */
