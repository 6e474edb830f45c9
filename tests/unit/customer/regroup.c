#include "regroup.h"

const struct customer_who who = { "contoso", "kim@contoso.example",
				  STAND_NOW + 100000000 }; /* after all leads */

/* ---- what is there ---- */

struct id customer_of(struct stand *s, struct id lead)
{
	struct member_of_row row;

	OK(member_of(s->db, &(struct member_of_in){ "contoso", lead }, s->a, &row, &e) > 0);
	return row.customer_id;
}

/* n persons who have nothing in common, each with one to three leads; *ret: all leads. */
size_t people(struct stand *s, int n, struct lead_page_row **ret)
{
	stand_offer(s, "contoso", "widget");
	for (int i = 0; i < n; i++) {
		const char *mail = arena_printf(s->a, "person%d@company%d.example", i, i);

		for (int k = 0; k <= i % 3; k++) {
			stand_take(s, KEY, k == 1 ? "DNC" : "PLT", mail,
				   arena_printf(s->a, "%d.%d", i, k));
			s->now += STAND_WINDOW + 1;
		}
	}
	stand_place(s);
	return stand_leads(s, "contoso", ret);
}

const char *text(struct stand *s, struct id id)
{
	return id_text(id, arena_alloc(s->a, ID_TEXT));
}

static void dump_pairs(struct stand *s, struct buf *b)
{
	static const char *const states[] = { "different", "gone", "review", "same" };
	struct pair_page_in in = { .publisher = "contoso",
				   .bits = INT64_MAX,
				   .pair = id_last(ID_MS_MAX),
				   .limit = 10000 };
	struct pair_get_row *rows;
	size_t n;

	for (size_t k = 0; k < LL_COUNT(states); k++) {
		in.state = states[k];
		OK(pair_page(s->db, &in, s->a, &rows, &n, &e));
		for (size_t i = 0; i < n; i++)
			buf_printf(b, "pair %s %s %s %s %lld\n", text(s, rows[i].lead_a),
				   text(s, rows[i].lead_b), rows[i].state,
				   rows[i].decided_by ? rows[i].decided_by : "-",
				   (long long)rows[i].decided_at);
	}
}

/* Every lead with its customer, every living customer with its golden record, every pair. */
const char *dump(struct stand *s)
{
	AUTO_BUF b = buf_new((size_t)16 << 20);
	struct customer_page_in in = { .publisher = "contoso",
				       .before = INT64_MAX,
				       .before_id = id_last(ID_MS_MAX),
				       .limit = 10000 };
	struct customer_page_row *c;
	struct lead_page_row *l;
	size_t n = stand_leads(s, "contoso", &l);

	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "lead %s of %s dnc=%lld\n", text(s, l[i].lead_id),
			   text(s, l[i].customer_id), (long long)l[i].dnc);
	OK(customer_page(s->db, &in, s->a, &c, &n, &e));
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "customer %s %s %s %s leads=%lld %lld %lld\n",
			   text(s, c[i].customer_id), c[i].email_key, c[i].email, c[i].first_name,
			   (long long)c[i].leads, (long long)c[i].created_at,
			   (long long)c[i].last_at);
	dump_pairs(s, &b);
	return str_dup(s->a, buf_view(&b));
}

/* ---- what is done, each in a transaction of its own ---- */

bool merge(struct stand *s, struct id x, struct id y, bool overrule, struct customer_change *ret,
	   struct err *e)
{
	struct id both[2] = { x, y };
	AUTO_TX tx = { 0 };

	return sql_begin(s->db, &tx, e) &&
	       customer_merge(s->db, s->a, &who, both, 2, ID_NULL, overrule, ret, e) &&
	       sql_commit(&tx, e);
}

bool split(struct stand *s, struct id customer, const struct id *leads, size_t n,
	   struct customer_change *ret, struct err *e)
{
	AUTO_TX tx = { 0 };

	return sql_begin(s->db, &tx, e) &&
	       customer_split(s->db, s->a, &who, customer, leads, n, ret, e) && sql_commit(&tx, e);
}

bool verdict(struct stand *s, struct id pair, bool same, struct customer_change *ret, struct err *e)
{
	AUTO_TX tx = { 0 };

	return sql_begin(s->db, &tx, e) &&
	       customer_verdict(s->db, s->a, &who, pair, same, ret, e) && sql_commit(&tx, e);
}

bool undo(struct stand *s, struct id regroup, struct customer_change *ret, struct err *e)
{
	AUTO_TX tx = { 0 };

	return sql_begin(s->db, &tx, e) && customer_undo(s->db, s->a, &who, regroup, ret, e) &&
	       sql_commit(&tx, e);
}

/* A question between two leads, unless there is one. */
struct id ask(struct stand *s, struct id x, struct id y)
{
	bool in_order = memcmp(x.b, y.b, sizeof(x.b)) < 0;
	struct pair_put_in put = { .publisher = "contoso",
				   .pair = id_new(s->now),
				   .lead_a = in_order ? x : y,
				   .lead_b = in_order ? y : x,
				   .state = "review",
				   .bits = 1000,
				   .made_at = s->now,
				   .decided_at = SQL_NULL_INT };
	struct customer_asked both = { NULL, 0, 0 };
	struct pair_by_leads_row row;

	if (pair_by_leads(s->db, &(struct pair_by_leads_in){ "contoso", put.lead_a, put.lead_b },
			  s->a, &row, &(struct err){ 0 }) > 0)
		return row.pair_id;
	OK(pair_put(s->db, &put, NULL, &e));
	customer_asked_add(s->a, &both, customer_of(s, x));
	customer_asked_add(s->a, &both, customer_of(s, y));
	OK(customer_recount(s->db, s->a, "contoso", &both, &e));
	return put.pair;
}

struct customer_page_row row_of(struct stand *s, struct id customer)
{
	struct customer_page_row c;

	OK(customer_get(s->db, &(struct customer_get_in){ "contoso", customer }, s->a, &c, &e) > 0);
	return c;
}
