/* Tests of a webhook: an event that is sent at once, by the worker, and what came of it. */
#include "api/hook.h"

#include "base/clock.h"

#define TESTS    2 /* a minute */
#define EVERY_MS 60000
#define KEEP_MS  (7 * 86400000LL)

/* The count is of all servers: the registration is held until it is committed. */
static bool begin(struct http_request *rq, const char *publisher, struct id test,
		  struct http_reply *reply, struct err *e)
{
	struct hook_tests_in asked = { publisher, id_first(rq->now_ms - EVERY_MS) };
	struct hook_test_sweep_in old = { publisher, id_first(rq->now_ms - KEEP_MS) };
	struct hook_test_add_in add = { publisher, test };
	struct hook_hold_row held;
	struct hook_tests_row count;
	AUTO_TX tx = { 0 };

	if (!sql_begin(db_of(rq), &tx, e) ||
	    hook_hold(db_of(rq), &(struct hook_hold_in){ publisher }, rq->arena, &held, e) <= 0)
		return false;
	if (!(held.events & HOOK_TEST))
		return ERR_FIELD(e, ERR_INPUT, "webhook.test", "WebhookEvents",
				 "test-created is not among the registered events.");
	if (hook_tests(db_of(rq), &asked, rq->arena, &count, e) < 0)
		return false;
	if (count.n >= TESTS) {
		http_reply_header(reply, "retry-after", "60");
		return ERR(e, ERR_LIMIT, "webhook.tests", "A webhook is tested %d times a minute.",
			   TESTS);
	}
	return hook_test_sweep(db_of(rq), &old, NULL, e) &&
	       hook_test_add(db_of(rq), &add, NULL, e) && sql_commit(&tx, e);
}

static bool send(struct http_request *rq, const struct destination_get_row *d, struct id test,
		 struct dest_outcome *ret, struct err *e)
{
	const struct dest_driver *driver;
	struct dest_exchange x;
	struct dest_lead lead;
	void *settings;

	if (!destination_open(rq, d, &driver, &settings, e))
		return false;
	routing_test_lead(rq->arena, d->publisher_id, "", rq->now_ms, &lead);
	x = (struct dest_exchange){
		.driver = driver,
		.patience_ms = 30000,
		.call = { .arena = rq->arena,
			  .settings = settings,
			  .lead = &lead,
			  .delivery_id = test,
			  .attempt = 1,
			  .now_ms = rq->now_ms },
	};
	if (!dest_exchange_run(&x, e))
		return false;
	*ret = x.outcome;
	return true;
}

static void write_id(struct json_out *o, struct id test)
{
	json_put_id(o, "correlationId", &test);
}

bool h_webhook_test(struct http_request *rq, const void *input, struct http_reply *reply,
		    struct err *e)
{
	const struct scope_in *in = input;
	struct id test = id_new(rq->now_ms);
	struct destination_get_row d;
	struct dest_outcome outcome;
	struct hook_get_row hook;
	struct json_out o;

	if (!hook_find(rq, in->publisher, &hook, &d, e) ||
	    !begin(rq, d.publisher_id, test, reply, e) || !send(rq, &d, test, &outcome, e))
		return false;
	const struct hook_test_done_in done = {
		.publisher = d.publisher_id,
		.test = test,
		.done_at = clock_now(),
		.status = outcome.status ? outcome.status : SQL_NULL_INT,
		.site = !outcome.status,
		.detail = outcome.outcome == OUTCOME_DELIVERED ? "" : outcome.detail,
	};
	if (!hook_test_done(db_of(rq), &done, NULL, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	write_id(&o, test);
	json_end_obj(&o);
	return true;
}

static void write_result(struct json_out *o, const struct hook_test_get_row *t, struct arena *a)
{
	json_obj(o, NULL);
	json_put_z(o, "responseCode",
		   t->status == SQL_NULL_INT ? NULL
		   : t->status == 200        ? "OK"
					     : arena_printf(a, "%lld", (long long)t->status));
	json_put_z(o, "responseMessage", t->detail);
	json_put_bool(o, "systemError", t->site == 1);
	referral_put_time(o, "dateTimeUtc", t->done_at);
	json_end_obj(o);
}

static bool find_test(struct http_request *rq, struct id *ret_id, const char **ret_publisher,
		      struct hook_test_get_row *ret, struct err *e)
{
	struct scope scope;
	int found = 0;

	if (!path_id(rq, 0, ret_id, e) || !scope_of(rq, NULL, &scope, e))
		return false;
	for (size_t i = 0; i < scope.n && !found; i++) {
		*ret_publisher = scope.publishers[i];
		found = hook_test_get(db_of(rq),
				      &(struct hook_test_get_in){ scope.publishers[i], *ret_id },
				      rq->arena, ret, e);
	}
	return found == 0 ? not_found("validation event", e) : found > 0;
}

bool h_webhook_test_get(struct http_request *rq, const void *in, struct http_reply *reply,
			struct err *e)
{
	const struct dest_driver *driver;
	struct destination_get_row d;
	struct hook_test_get_row t;
	struct hook_get_row hook;
	const char *publisher;
	struct json_out o;
	void *settings;
	struct id id;

	(void)in;
	if (!find_test(rq, &id, &publisher, &t, e) || !hook_find(rq, publisher, &hook, &d, e) ||
	    !destination_open(rq, &d, &driver, &settings, e))
		return false;
	o = json_reply(reply);
	json_obj(&o, NULL);
	write_id(&o, id);
	json_put_z(&o, "partnerId", publisher);
	json_put_z(&o, "status", t.done_at == SQL_NULL_INT ? "inProgress" : "completed");
	json_put_z(&o, "callbackUrl", hook_url(driver, settings));
	json_list(&o, "results");
	if (t.done_at != SQL_NULL_INT)
		write_result(&o, &t, rq->arena);
	json_end_list(&o);
	json_end_obj(&o);
	return true;
}
