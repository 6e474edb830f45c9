#include "world.h"
#include "base/hash.h"

struct test_db tdb;
struct sql_db *db;
struct arena *arena;
static struct seal *seal;
struct routing *routing;
struct sink sink;
struct sender *sender;
static int64_t serial;

/* ---- the receiver's script ---- */

struct script script = { .lock = PTHREAD_MUTEX_INITIALIZER };

int play(void *ctx, const struct sink_request *r, const char **extra)
{
	(void)ctx;
	pthread_mutex_lock(&script.lock);
	int at = r->n < script.count ? r->n : script.count - 1;
	int status = script.statuses[at];
	if (script.seen < SEEN_MAX) {
		snprintf(script.ids[script.seen], sizeof(script.ids[0]), "%.39s", r->id);
		script.seen++;
	}
	snprintf(script.head, sizeof(script.head), "%s", r->head);
	if (script.extra)
		*extra = script.extra;
	pthread_mutex_unlock(&script.lock);
	return status;
}

void answers(int n, const int *statuses)
{
	pthread_mutex_lock(&script.lock);
	for (int i = 0; i < n; i++)
		script.statuses[i] = statuses[i];
	script.count = n;
	pthread_mutex_unlock(&script.lock);
}

/* ---- the world ---- */

static int world(enum sql_engine engine)
{
	struct err e = { 0 };
	char key[] = "/tmp/leadline-key-XXXXXX";
	int applied;
	test_db_make(engine, &tdb);
	db = test_db_open(&tdb, SQL_DERIVED);
	if (!sql_migrate(db, store_migrations, store_migration_count, &applied, &e))
		fail_msg("%s", e.text);
	close(mkstemp(key));
	unlink(key);
	assert_true(seal_load(key, true, &seal, &e));
	unlink(key);
	arena = arena_new("test", 256 << 20);
	routing = routing_new(seal);
	assert_true(publisher_add(db, &(struct publisher_add_in){ PUB, "Contoso", 1 }, NULL, &e));
	script.seen = 0;
	script.extra = NULL;
	ANSWERS(200);
	sink_start(&sink, play, NULL);
	sender = NULL;
	return 0;
}

int on_sqlite(void **state)
{
	(void)state;
	return world(SQL_SQLITE);
}

int on_postgresql(void **state)
{
	(void)state;
	return world(SQL_POSTGRESQL);
}

int end(void **state)
{
	(void)state;
	sender_stop(sender);
	sink_stop(&sink);
	routing_free(routing);
	seal_free(seal);
	sql_close(db);
	test_db_drop(&tdb);
	arena_free(arena);
	return 0;
}

const struct seal *world_seal(void)
{
	return seal;
}

struct sender *start(int64_t grace_ms)
{
	struct sender_config c = { .db = test_db_open(&tdb, SQL_DERIVED),
				   .routing = routing,
				   .grace_ms = grace_ms };
	return sender_start(&c);
}

struct id destination(const char *more)
{
	return destination_of("https",
			      arena_printf(arena,
					   "{\"url\":\"http://127.0.0.1:%d/in\",\"allowHttp\":true,"
					   "\"allowPrivate\":true%s}",
					   sink.port, more));
}

struct id destination_of(const char *kind, const char *json)
{
	const struct dest_driver *d = dest_driver_by_kind(str_of(kind));
	void *settings = dest_settings_new(arena, d);
	struct id id = id_new(clock_now());
	struct field_problems p = { 0 };
	struct err e = { 0 };
	AUTO_JSON j = NULL;
	assert_true(json_parse(str_of(json), &j, &e));
	if (!dest_settings_decode(arena, d, j, false, settings, &p))
		fail_msg("%s", p.e[0].text);
	if (!routing_add(db, arena, seal, PUB, "", id, d, "test", settings, 1, &e) ||
	    !routing_load(routing, db, &e))
		fail_msg("%s", e.text);
	return id;
}

struct id customer(void)
{
	struct err e = { 0 };
	struct id id = id_new(clock_now());
	struct customer_put_in in = { .publisher = PUB, .customer = id, .leads = 1, .at = 1 };
	assert_true(customer_put(db, &in, NULL, &e));
	return id;
}

struct id owe(struct id destination_id, struct id customer_id, int64_t since)
{
	struct err e = { 0 };
	int64_t now = clock_now();
	struct id lead = id_new(now), delivery = id_new(now);
	struct lead_put_in l = { .publisher = PUB,
				 .lead = lead,
				 .seq = ++serial,
				 .offer = "app",
				 .customer = customer_id,
				 .source = "AppSource",
				 .action = "PLT",
				 .kind = "interest",
				 .received_at = since,
				 .due_at = SQL_NULL_INT,
				 .updated_seq = SQL_NULL_INT,
				 .warm_until = SQL_NULL_INT,
				 .first_name = "Ana",
				 .status = "New",
				 .substatus = "Received",
				 .read_at = SQL_NULL_INT,
				 .matched_bits = SQL_NULL_INT,
				 .matched_pattern = SQL_NULL_INT,
				 .matched_model = SQL_NULL_INT };
	struct touch_put_in t = { .publisher = PUB,
				  .receipt = id_new(now),
				  .lead = lead,
				  .at = since,
				  .as_received = "{\"firstName\":\"ana \",\"email\":\"a@b.co\","
						 "\"leadSource\":\"AppSource-PLT|contoso.app\"}",
				  .notes = "[]" };
	struct delivery_put_in d = { .publisher = PUB,
				     .delivery = delivery,
				     .destination = destination_id,
				     .lead = lead,
				     .contact = { (const char *)customer_id.b, 16 },
				     .state = "due",
				     .created_at = since,
				     .next_at = since,
				     .recipient = "" };
	if (!lead_put(db, &l, NULL, &e) || !touch_put(db, &t, NULL, &e) ||
	    !delivery_put(db, &d, NULL, &e))
		fail_msg("%s", e.text);
	return delivery;
}

struct delivery_page_row read_delivery(struct id delivery)
{
	struct delivery_page_row row;
	struct err e = { 0 };
	const struct delivery_get_in in = { PUB, delivery };
	if (delivery_get(db, &in, arena, &row, &e) != 1)
		fail_msg("no delivery: %s", e.text);
	return row;
}

struct delivery_page_row until_state(struct id delivery, const char *state, int64_t attempts)
{
	int64_t limit = clock_mono() + WAIT_MS;
	struct delivery_page_row row = read_delivery(delivery);
	while (strcmp(row.state, state) != 0 || row.attempts < attempts) {
		if (clock_mono() > limit)
			fail_msg("%s after %lld attempts, not %s: %s", row.state,
				 (long long)row.attempts, state, row.detail ? row.detail : "");
		usleep(2000);
		row = read_delivery(delivery);
	}
	return row;
}

struct attempt_list_row *attempts_of(struct id delivery, size_t want)
{
	struct attempt_list_row *rows = NULL;
	struct err e = { 0 };
	size_t n = 0;
	const struct attempt_list_in in = { PUB, delivery };
	assert_true(attempt_list(db, &in, arena, &rows, &n, &e));
	assert_int_equal(n, want);
	return rows;
}

struct destination_get_row read_destination(struct id id)
{
	struct destination_get_row row;
	struct err e = { 0 };
	assert_int_equal(
		destination_get(db, &(struct destination_get_in){ PUB, id }, arena, &row, &e), 1);
	return row;
}

void resume(struct id id)
{
	struct err e = { 0 };
	AUTO_TX tx = { 0 };
	assert_true(sql_begin(db, &tx, &e));
	if (!routing_state(db, PUB, id, "active", NULL, clock_now(), &e) || !sql_commit(&tx, &e) ||
	    !routing_load(routing, db, &e))
		fail_msg("%s", e.text);
	sender_wake(sender);
}

/* Of the first look that ends one may have begun before; the second has not. */
void until_looked(void)
{
	uint64_t want = sender_looks(sender) + 2;
	int64_t limit = clock_mono() + WAIT_MS;
	while (sender_looks(sender) < want) {
		if (clock_mono() > limit)
			fail_msg("the sender does not look");
		sender_wake(sender);
		usleep(2000);
	}
}

void hurry(void)
{
	test_db_do(tdb.url, "UPDATE delivery SET next_at = 0 WHERE state = 'due'");
	sender_wake(sender);
}

int64_t pending(struct id destination_id)
{
	struct delivery_pending_row left;
	struct err e = { 0 };
	const struct delivery_pending_in in = { PUB, destination_id };
	if (delivery_pending(db, &in, arena, &left, &e) != 1)
		fail_msg("%s", e.text);
	return left.n;
}

int run_all(const struct CMUnitTest *tests, size_t n)
{
	crypto_start();
	net_start();
	if (getenv("SENDER_FILTER"))
		cmocka_set_test_filter(getenv("SENDER_FILTER"));
	return _cmocka_run_group_tests("sender", tests, n, NULL, NULL);
}
