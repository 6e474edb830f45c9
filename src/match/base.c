/* What is known of a publisher: made from the rows of its leads, and from what moved since. */
#include "match/base.h"

#include <stdlib.h>
#include "base/metric.h"
#include "store/store.h"

#define PAGE       8192
#define PAGE_ARENA ((size_t)1 << 30)

struct base *base_new(void)
{
	struct base *b = calloc(1, sizeof(*b));

	MUST(b);
	for (int t = 0; t < 2; t++)
		b->side[t].index = identity_index_new();
	b->model = identity_model_shipped;
	return b;
}

void base_free(struct base *b)
{
	if (!b)
		return;
	metric_add(METRIC_MATCH_LEADS, -(int64_t)b->told);
	for (int t = 0; t < 2; t++) {
		identity_index_free(b->side[t].index);
		ids_free(&b->side[t].leads);
		ids_free(&b->side[t].customers);
	}
	free(b);
}

uint32_t base_group(struct side *s, struct id customer)
{
	uint32_t group = ids_find(&s->customers, customer);

	if (group != IDS_NONE)
		return group;
	ids_add(&s->customers, customer);
	return identity_index_group_new(s->index);
}

struct identity_card *match_card(struct arena *a, struct arena *scratch,
				 const char *const contact[CONTACT_FIELDS])
{
	struct identity_record r = { .value = {
					     [IDENTITY_COMPANY] = str_of(contact[CONTACT_COMPANY]),
					     [IDENTITY_COUNTRY] = str_of(contact[CONTACT_COUNTRY]),
					     [IDENTITY_EMAIL] = str_of(contact[CONTACT_EMAIL]),
					     [IDENTITY_FIRST] = str_of(contact[CONTACT_FIRST_NAME]),
					     [IDENTITY_LAST] = str_of(contact[CONTACT_LAST_NAME]),
					     [IDENTITY_PHONE] = str_of(contact[CONTACT_PHONE]),
					     [IDENTITY_TITLE] = str_of(contact[CONTACT_TITLE]),
				     } };

	return identity_card_new(a, scratch, &r);
}

struct identity_record base_record(const struct match_leads_row *l)
{
	return (struct identity_record){ .value = {
						 [IDENTITY_COMPANY] = str_of(l->company),
						 [IDENTITY_COUNTRY] = str_of(l->country),
						 [IDENTITY_EMAIL] = str_of(l->email),
						 [IDENTITY_FIRST] = str_of(l->first_name),
						 [IDENTITY_LAST] = str_of(l->last_name),
						 [IDENTITY_PHONE] = str_of(l->phone),
						 [IDENTITY_TITLE] = str_of(l->title),
					 } };
}

/* Those of a page that are of the side. */
static void put_page(struct side *s, bool test, const struct match_leads_row *rows, size_t n,
		     struct arena *a, unsigned threads)
{
	struct identity_record *record = ARENA_ARRAY(a, struct identity_record, n);
	uint32_t *group = ARENA_ARRAY(a, uint32_t, n);
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		if ((rows[i].test != 0) != test)
			continue;
		ids_add(&s->leads, rows[i].lead_id);
		group[m] = base_group(s, rows[i].customer_id);
		record[m++] = base_record(&rows[i]);
	}
	if (m)
		identity_index_put_all(s->index, record, group, m, threads);
}

/* The one that the last rematch was made with. */
static bool read_model(struct base *b, struct sql_db *db, const char *publisher, struct arena *a,
		       struct err *e)
{
	struct rematch_model_row row;
	int found = rematch_model(db, &(struct rematch_model_in){ publisher }, a, &row, e);

	if (found < 0)
		return false;
	b->model_number = found ? row.model : 0;
	return customer_model(db, a, publisher, b->model_number, &b->model, e);
}

static void tell_leads(struct base *b)
{
	uint32_t now = b->side[0].leads.n + b->side[1].leads.n;

	metric_add(METRIC_MATCH_LEADS, (int64_t)now - (int64_t)b->told);
	b->told = now;
}

/* What moves while it is read is followed afterwards, from n on. */
bool base_read(struct base *b, struct sql_db *db, const char *publisher, unsigned threads,
	       const _Atomic bool *stop, struct err *e)
{
	AUTO_ARENA a = arena_new("match", PAGE_ARENA);
	struct match_leads_in in = { .publisher = publisher, .limit = PAGE };
	struct version_get_row version;
	size_t n = PAGE;

	if (version_get(db, &(struct version_get_in){ "customers" }, a, &version, e) <= 0 ||
	    !read_model(b, db, publisher, a, e))
		return false;
	b->regroups = version.n;
	while (n == PAGE && !*stop) {
		struct match_leads_row *rows;

		arena_reset(a);
		if (!match_leads(db, &in, a, &rows, &n, e))
			return false;
		if (n)
			in.after = rows[n - 1].lead_id;
		for (int t = 0; t < 2; t++)
			put_page(&b->side[t], t, rows, n, a, threads);
		tell_leads(b);
	}
	for (int t = 0; t < 2 && !*stop; t++)
		identity_index_settle(b->side[t].index);
	return true;
}

static bool follow_one(void *ctx, const struct match_regrouped_row *r, struct err *e)
{
	struct base *b = ctx;

	(void)e;
	for (int t = 0; t < 2; t++) {
		struct side *s = &b->side[t];
		uint32_t record = ids_find(&s->leads, r->lead_id);

		if (record == IDS_NONE)
			continue;
		if (id_is_null(r->to_customer))
			identity_index_remove(s->index, record);
		else
			identity_index_move(s->index, record, base_group(s, r->to_customer));
	}
	return true;
}

bool base_follow(struct base *b, struct sql_db *db, const char *publisher, int64_t n,
		 struct arena *a, struct err *e)
{
	struct match_regrouped_in in = { publisher, b->regroups };

	if (n == b->regroups)
		return true;
	if (!match_regrouped(db, &in, follow_one, b, e) || !read_model(b, db, publisher, a, e))
		return false;
	b->regroups = n;
	return true;
}

void base_mark(struct base *b)
{
	for (int t = 0; t < 2; t++) {
		struct side *s = &b->side[t];

		identity_index_mark(s->index);
		s->mark_leads = s->leads.n;
		s->mark_customers = s->customers.n;
	}
}

void base_keep(struct base *b)
{
	for (int t = 0; t < 2; t++)
		identity_index_keep(b->side[t].index);
	tell_leads(b);
}

void base_take_back(struct base *b)
{
	for (int t = 0; t < 2; t++) {
		struct side *s = &b->side[t];

		identity_index_rewind(s->index);
		ids_cut(&s->leads, s->mark_leads);
		ids_cut(&s->customers, s->mark_customers);
	}
}
