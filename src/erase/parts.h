/* Private to erase/. */
#pragma once
#include "erase/erase.h"
#include "store/store.h"

struct erasing {
	struct sql_db *db;
	struct arena *a;
	const struct customer_who *w;
	struct id customer;
	struct erase_leads_row *leads;
	size_t n;
	struct erase_counts counts;
	struct customer_asked asked; /* together with this one, by questions that go */
};
/* view.c: saved views whose words or name are the person's; of the publisher, and of the
 * installation. */
bool erase_saved_views(struct erasing *x, const struct erase_leads_row *l, struct err *e) LL_MUST;
/* lead.c: all that is known of one lead. */
bool erase_one_lead(struct erasing *x, const struct erase_leads_row *l, struct err *e) LL_MUST;
