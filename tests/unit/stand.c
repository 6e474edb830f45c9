#include "stand.h"

#include <stdlib.h>
#include <unistd.h>
#include "base/hash.h"
#include "base/json.h"

static void up(struct stand *s)
{
	OK(mark_open(s->mark_path, &s->marks, &e));
	s->in = intake_new(s->marks);
	intake_set_window(s->in, STAND_WINDOW);
	OK(intake_keys_load(s->in, s->db, s->now, &e));
	s->loop = intake_loop_new(s->in, test_db_open(&s->t, SQL_DERIVED));
	s->routing = routing_new(s->seal);
	OK(routing_load(s->routing, s->db, &e));
	s->placer = stand_placer(s);
}

static void down(struct stand *s)
{
	place_worker_free(s->placer);
	routing_free(s->routing);
	intake_loop_free(s->loop);
	intake_free(s->in);
	mark_close(s->marks);
}

static struct place_worker *placer_on(struct stand *s, struct sql_db *read_db)
{
	return place_worker_new(&(struct place_config){ .db = test_db_open(&s->t, SQL_DERIVED),
							.read_db = read_db,
							.routing = s->routing,
							.marks = s->marks,
							.repeat_window_ms = STAND_WINDOW },
				s->now);
}

struct place_worker *stand_placer(struct stand *s)
{
	return placer_on(s, NULL);
}

struct place_worker *stand_placer_ahead(struct stand *s)
{
	return placer_on(s, test_db_open(&s->t, SQL_DERIVED));
}

int stand_setup(void **state)
{
	static struct stand s;
	static int made;

	s = (struct stand){ .now = STAND_NOW };
	made++;
	test_db_make((enum sql_engine)(uintptr_t)*state, &s.t);
	snprintf(s.mark_path, sizeof(s.mark_path), "/tmp/leadline-marks-%d-%d", (int)getpid(),
		 made);
	snprintf(s.seal_path, sizeof(s.seal_path), "/tmp/leadline-key-%d-%d", (int)getpid(), made);
	s.a = arena_new("test", (size_t)1 << 30);
	s.db = test_db_open(&s.t, SQL_DERIVED);
	OK(sql_migrate(s.db, store_migrations, store_migration_count, NULL, &e));
	OK(seal_load(s.seal_path, true, &s.seal, &e));
	up(&s);
	*state = &s;
	return 0;
}

int stand_teardown(void **state)
{
	struct stand *s = *state;

	sql_fault_nth(0);
	down(s);
	sql_close(s->db);
	seal_free(s->seal);
	arena_free(s->a);
	unlink(s->mark_path);
	unlink(s->seal_path);
	test_db_drop(&s->t);
	return 0;
}

void stand_restart(struct stand *s)
{
	down(s);
	up(s);
}

void stand_offer(struct stand *s, const char *publisher, const char *offer)
{
	const char *key = arena_printf(s->a, "%s.%s", publisher, offer);
	struct hash h = hash_of(str_of(key));
	struct publisher_add_in p = { publisher, publisher, s->now };
	struct offer_add_in o = { publisher, offer, "The Widget", "contact-me", 0, s->now };
	struct intake_key_add_in k = {
		{ (const char *)h.b, sizeof(h.b) }, publisher, offer, STR("sealed"), s->now
	};

	OK(publisher_add(s->db, &p, NULL, &e));
	OK(offer_add(s->db, &o, NULL, &e));
	OK(intake_key_add(s->db, &k, NULL, &e));
	OK(intake_keys_load(s->in, s->db, s->now, &e));
}

struct id stand_destination(struct stand *s, const char *publisher, const char *offer,
			    const char *settings)
{
	const struct dest_driver *d = dest_driver_by_kind(STR("https"));
	void *in = dest_settings_new(s->a, d);
	struct field_problems p = { 0 };
	struct id id = id_new(s->now);
	AUTO_JSON j = NULL;

	OK(json_parse(str_of(arena_printf(s->a, "{\"url\":\"https://crm.example/\"%s%s}",
					  *settings ? "," : "", settings)),
		      &j, &e));
	if (!dest_settings_decode(s->a, d, j, false, in, &p))
		fail_msg("%s", p.e[0].text);
	OK(routing_add(s->db, s->a, s->seal, publisher, offer, id, d, "crm", in, s->now, &e));
	OK(routing_load(s->routing, s->db, &e));
	return id;
}

struct intake_item stand_item(const char *key, const char *body)
{
	return (struct intake_item){ .method = INTAKE_POST,
				     .key = str_of(key),
				     .body = str_of(body),
				     .content_type = STR("application/json"),
				     .peer = "127.0.0.1" };
}

struct intake_item stand_post(struct stand *s, const char *key, const char *body)
{
	struct intake_item it = stand_item(key, body);

	intake_take(s->loop, &it, 1, s->now);
	return it;
}

/* A name that no other address has, nor one like it. */
static const char *name_of(struct stand *s, const char *email, unsigned char salt)
{
	static const char *const syllables[] = { "ba", "ce", "di", "fo", "gu", "ha", "je", "ki",
						 "lo", "mu", "na", "pe", "ri", "so", "tu", "va" };
	struct str box = str_upto(str_of(email), str_find(str_of(email), '@')),
		   user = str_upto(box, str_find(box, '+'));
	struct hash h = hash_of(str_of(arena_printf(s->a, "%u" STR_FMT, salt, STR_ARG(user))));
	const char *name = "";

	if (str_eq_z(user, "ana"))
		return salt == 1 ? "Ana" : "Kim";
	for (int i = 0; i < 4; i++)
		name = arena_printf(s->a, "%s%s", name, syllables[h.b[i] & 15]);
	return name;
}

const char *stand_lead(struct stand *s, const char *action, const char *email, const char *text)
{
	return arena_printf(
		s->a,
		"{\"LeadSource\":\"AppSource-%s|contoso.widget\",\"Description\":\"%s\","
		"\"UserDetails\":{\"FirstName\":\"%s\",\"LastName\":\"%s\","
		"\"Email\":\"%s\",\"Country\":\"KR\",\"Company\":\"Fabrikam\"}}",
		action, text, name_of(s, email, 1), name_of(s, email, 2), email);
}

struct id stand_take(struct stand *s, const char *key, const char *action, const char *email,
		     const char *text)
{
	struct intake_item it = stand_post(s, key, stand_lead(s, action, email, text));

	if (it.status != 200 || !it.understood)
		fail_msg("%d %s", it.status, it.why.text);
	return it.receipt;
}

size_t stand_place(struct stand *s)
{
	size_t all = 0, n;

	do {
		OK(place_batch(s->placer, s->now, &n, &e));
		all += n;
	} while (n);
	return all;
}

size_t stand_leads(struct stand *s, const char *publisher, struct lead_page_row **ret)
{
	struct lead_page_in in = {
		.publisher = publisher, .limit = 100000, .to = INT64_MAX, .due_below = INT64_MAX
	};
	struct lead_page_row *real, *test, *all;
	size_t n, m;

	OK(lead_page(s->db, LEAD_PAGE_LEAD_ANY, LEAD_PAGE_ORDER_OLDEST, &in, s->a, &real, &n, &e));
	in.test = 1;
	OK(lead_page(s->db, LEAD_PAGE_LEAD_ANY, LEAD_PAGE_ORDER_OLDEST, &in, s->a, &test, &m, &e));
	all = ARENA_ARRAY(s->a, struct lead_page_row, n + m);
	memcpy(all, real, n * sizeof(*all));
	memcpy(all + n, test, m * sizeof(*all));
	*ret = all;
	return n + m;
}

size_t stand_deliveries(struct stand *s, const char *publisher, struct delivery_page_row **ret)
{
	struct delivery_page_in in = { .publisher = publisher,
				       .before = id_last(ID_MS_MAX),
				       .limit = 100000 };
	size_t n;

	OK(delivery_page(s->db, DELIVERY_PAGE_FILTER_ANY, &in, s->a, ret, &n, &e));
	return n;
}

struct receipt_get_row stand_receipt(struct stand *s, const char *publisher, struct id receipt)
{
	struct receipt_get_row row;
	struct receipt_get_in in = { publisher, receipt };

	OK(receipt_get(s->db, &in, s->a, &row, &e) > 0);
	return row;
}

int64_t stand_count(struct stand *s, const char *publisher, const char *counter)
{
	struct counter_list_row *rows;
	size_t n;

	OK(counter_list(s->db, &(struct counter_list_in){ publisher }, s->a, &rows, &n, &e));
	for (size_t i = 0; i < n; i++)
		if (!strcmp(rows[i].name, counter))
			return rows[i].n;
	return 0;
}

/* ---- the dump ---- */

static const char *hex(struct stand *s, struct id x)
{
	char *out = arena_alloc(s->a, ID_TEXT);

	return id_text(x, out);
}

static void dump_lead(struct stand *s, const struct lead_page_row *l, struct buf *b)
{
	struct lead_touches_row *touches;
	size_t n;

	buf_printf(b, "lead %s %s %s %s touches=%lld test=%lld dnc=%lld due=%lld flags=%lld %s\n",
		   hex(s, l->lead_id), hex(s, l->customer_id), l->offer_id, l->kind,
		   (long long)l->touches, (long long)l->test, (long long)l->dnc,
		   (long long)l->due_at, (long long)l->flags, l->email ? l->email : "-");
	OK(lead_touches(s->db, &(struct lead_touches_in){ l->publisher_id, l->lead_id }, s->a,
			&touches, &n, &e));
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "  touch %s.%lld at %lld\n", hex(s, touches[i].receipt_id),
			   (long long)touches[i].ordinal, (long long)touches[i].at);
}

static void dump_customers(struct stand *s, const char *publisher, struct buf *b)
{
	struct customer_page_in in = { .publisher = publisher,
				       .before = INT64_MAX,
				       .limit = 100000 };
	struct customer_page_row *rows;
	size_t n;

	OK(customer_page(s->db, &in, s->a, &rows, &n, &e));
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "customer %s %s leads=%lld last=%lld\n", hex(s, rows[i].customer_id),
			   rows[i].email_key ? rows[i].email_key : "-", (long long)rows[i].leads,
			   (long long)rows[i].last_at);
}

static void dump_receipts(struct stand *s, const char *publisher, struct buf *b)
{
	struct receipt_list_in in = { .publisher = publisher,
				      .before = id_last(ID_MS_MAX),
				      .limit = 100000 };
	struct receipt_get_row *rows;
	size_t n;

	OK(receipt_list(s->db, &in, s->a, &rows, &n, &e));
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "receipt %s %s arrivals=%lld %s\n", hex(s, rows[i].receipt_id),
			   rows[i].state, (long long)rows[i].arrivals,
			   rows[i].problem_code ? rows[i].problem_code : "-");
}

static void dump_rest(struct stand *s, const char *publisher, struct buf *b)
{
	struct delivery_page_row *deliveries;
	struct counter_list_row *counters;
	struct change_since_row *changes;
	struct id none = { { 0 } };
	size_t n;

	n = stand_deliveries(s, publisher, &deliveries);
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "delivery %s %s %s %s\n", hex(s, deliveries[i].delivery_id),
			   hex(s, deliveries[i].lead_id), deliveries[i].state,
			   deliveries[i].code ? deliveries[i].code : "-");
	OK(counter_list(s->db, &(struct counter_list_in){ publisher }, s->a, &counters, &n, &e));
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "counter %s=%lld\n", counters[i].name, (long long)counters[i].n);
	OK(change_since(s->db, &(struct change_since_in){ publisher, none, 100000 }, s->a, &changes,
			&n, &e));
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "change %s %s %s\n", changes[i].noun, hex(s, changes[i].ref),
			   changes[i].what);
}

const char *stand_dump(struct stand *s, const char *publisher)
{
	AUTO_BUF b = buf_new((size_t)64 << 20);
	struct lead_page_row *leads;
	size_t n = stand_leads(s, publisher, &leads);

	for (size_t i = 0; i < n; i++)
		dump_lead(s, &leads[i], &b);
	dump_customers(s, publisher, &b);
	dump_receipts(s, publisher, &b);
	dump_rest(s, publisher, &b);
	return str_dup(s->a, buf_view(&b));
}
