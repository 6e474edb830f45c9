/* Private to api/: leads as referrals. The same rows and the same changes as /api/v1 has. */
#pragma once
#include "api/desk.h"
#include "referral/referral.h"

#define REFERRALS "/v1.0/engagements/referrals"
#define REFERRAL  REFERRALS "/{id}"

/* The scheme and host that the client can follow: publicUrl, else what it asked by. */
const char *referral_root(const struct http_request *rq);

/*
 * referral_fill.c: n leads as referrals, in ret. Rows are of one moment: inside a transaction, or
 * each with its engagement read before it (seen, or NULL: read here).
 */
bool referral_fill(struct http_request *rq, const struct lead_page_row *const *leads, size_t n,
		   struct referral *ret, struct err *e) LL_MUST;

/* The action's code of what GET shows as customerAction; NULL: none is called so. */
const char *referral_action_of(const char *said);

/* referral_set.c: what is shared by all that take a referral, or a part of one. */
bool referral_is_json(const struct http_request *rq);
bool referral_prefers(const struct http_request *rq, const char *what); /* of the header Prefer */
struct desk_deal referral_deal(const struct referral_change *c);
/* The limits of its texts; and the desk's refusals, in the names of paths. */
bool referral_deal_fits(const struct desk_deal *deal, struct err *e) LL_MUST;
bool referral_in_paths(bool ok, struct err *e) LL_MUST;

/* referral_dress.c */
http_dress_fn referral_dress;

/* referral_walk.c: leads in the order of a list, one block after the other. */
struct referral_walk {
	struct http_request *rq;
	struct scope scope;
	struct parts parts; /* of the scope, once it is final */
	struct referral_order order;
	struct lead_page_in filter; /* publisher, bounds and limit are the walk's */
	const char *words;          /* full text, or NULL */
	int64_t from, to;           /* seqs, both ends in */
	int64_t key;                /* the last one that was walked, */
	struct id lead;             /* null: none */
	bool ended;
};
/* The next leads, at most n; NULL in ret_leads: it stands elsewhere in the order. ret_keys: the
 * seqs that they stand at. Moves the walk. */
bool referral_walk_on(struct referral_walk *w, size_t n, const struct lead_page_row **ret_leads,
		      size_t *ret_n, struct err *e) LL_MUST;
