/*
 * Intake: from a POST to a receipt on disk and its answer. Store first, understand second: all
 * messages of one loop round are committed together, then the shape of each is read for the answer.
 * Nothing is promised before the commit.
 */
#pragma once
#include "base/mark.h"
#include "base/seal.h"
#include "base/throttle.h"
#include "sql/sql.h"
#include "store/store.h"

/* Shared by all loops of a process: the keys, and the limits that may change while it runs. */
struct intake;
struct intake *intake_new(struct marks *marks) __attribute__((__returns_nonnull__));
void intake_free(struct intake *in);
/* Reads the keys anew; called at start and when the version of "keys" has changed. */
bool intake_keys_load(struct intake *in, struct sql_db *db, int64_t now_ms, struct err *e) LL_MUST;
/* ms within which the same bytes are the same receipt. */
void intake_set_window(struct intake *in, int64_t repeat_window_ms);
/* While true, placing goes before intake at the store: the last means against a growing backlog. */
void intake_set_yielding(struct intake *in, bool yielding);
/* Called after each commit, from the loop's thread: wakes the placer. */
void intake_on_stored(struct intake *in, void (*fn)(void *ctx, size_t receipts), void *ctx);

/* One loop's part: its connection and memory. db is taken over. */
struct intake_loop;
struct intake_loop *intake_loop_new(struct intake *in, struct sql_db *db)
	__attribute__((__returns_nonnull__));
void intake_loop_free(struct intake_loop *l);

enum intake_method { INTAKE_POST = 1, INTAKE_LOOK, INTAKE_OTHER };
/* One message: filled by the caller up to the line, by intake_take() below it. */
struct intake_item {
	enum intake_method method;
	struct str key, body, content_type;
	const char *peer;
	/* ---- */
	int status; /* HTTP */
	bool stored, understood, repeated;
	struct id receipt;
	int64_t retry_after_s; /* with 429 and 503 */
	struct err why;        /* when status is 400 or more */
};
/* Answers all items; returns after the commit. */
void intake_take(struct intake_loop *l, struct intake_item *items, size_t n, int64_t now_ms);

/*
 * Offers and their keys; for the API and the command line alike, inside the caller's transaction. A
 * key is 32 URL-safe characters; the store has its hash, and the key itself sealed.
 */
#define INTAKE_KEY_BYTES 24
/* Makes the offer with its first key, and its publisher if that is new. ERR_CONFLICT offer.exists;
 * ERR_INPUT offer.id when an id has other characters than letters, digits, '-', '_' (and '.' in the
 * offer's). */
bool offer_make(struct sql_db *db, struct arena *a, const struct seal *seal,
		const struct offer_add_in *offer, struct err *e) LL_MUST;
/* A new key; the old ones stay good for overlap_ms. */
bool offer_rotate_key(struct sql_db *db, struct arena *a, const struct seal *seal,
		      const char *publisher, const char *offer, int64_t overlap_ms, int64_t now_ms,
		      struct err *e) LL_MUST;
/* The present key's URL; ERR_NOT_FOUND offer.unknown. */
bool offer_intake_url(struct sql_db *db, struct arena *a, const struct seal *seal,
		      const char *public_url, const char *publisher, const char *offer,
		      const char **ret, struct err *e) LL_MUST;
/* "contoso.widget" -> "contoso", "widget", cut at the first dot; ERR_INPUT naming field without
 * one. */
bool offer_split(struct arena *a, const char *full, const char *field, const char **ret_publisher,
		 const char **ret_offer, struct err *e) LL_MUST;
