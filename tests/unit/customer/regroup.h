/* What tests of regroups share: leads of persons, changes as transactions, everything as text. */
#pragma once
#include "../stand.h"
#include "customer/customer.h"

#define KEY "contoso.widget"

extern const struct customer_who who;

struct id customer_of(struct stand *s, struct id lead);
struct customer_page_row row_of(struct stand *s, struct id customer);
/* n persons who have nothing in common, each with one to three leads; *ret: all leads. */
size_t people(struct stand *s, int n, struct lead_page_row **ret);
const char *text(struct stand *s, struct id id);
/* Every lead with its customer, every living customer with its golden record, every pair. */
const char *dump(struct stand *s);

/* Each in a transaction of its own. */
bool merge(struct stand *s, struct id x, struct id y, bool overrule, struct customer_change *ret,
	   struct err *e);
bool split(struct stand *s, struct id customer, const struct id *leads, size_t n,
	   struct customer_change *ret, struct err *e);
bool verdict(struct stand *s, struct id pair, bool same, struct customer_change *ret,
	     struct err *e);
bool undo(struct stand *s, struct id regroup, struct customer_change *ret, struct err *e);
/* A question between two leads, unless there is one. */
struct id ask(struct stand *s, struct id x, struct id y);
