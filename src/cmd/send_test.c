/* send-test: one marked lead through the real intake, followed to the end of its way. */
#include <poll.h>
#include <stdio.h>
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"
#include "intake/intake.h"
#include "market/market.h"
#include "model/model.h"
#include "net/net.h"

#define LOOK_EVERY_MS 50

struct flags {
	int64_t timeout_s;
};
static const struct field send_test_flags[] = {
	F_INT(struct flags, timeout_s, "timeoutS", .def = "30", .min = 1, .max = 3600,
	      .help = "Seconds to wait for the last destination."),
	F_END,
};

struct chain {
	struct cmd *c;
	int64_t until; /* of the clock that never jumps */
	const char *base, *publisher, *offer;
	struct json_out o;
	const char *receipt, *lead;
	size_t failed;
	char why[200];
};

/* Where the server takes leads: its public address, else the one it wrote down, else the option. */
static const char *find_base(struct cmd *c)
{
	const char *written = cmd_address_read(c);

	return !c->conf.public_url && written ? written : conf_base_url(c->arena, &c->conf);
}

static bool no_server(const struct chain *x, const char *why, struct err *e)
{
	return ERR(e, ERR_REMOTE, "send-test.server",
		   "no server takes leads at %.120s (%.100s). Start it with leadline serve, or "
		   "name its "
		   "address with --public-url.",
		   x->base, why);
}

static bool post(struct chain *x, const char *url, struct err *e)
{
	struct cmd *c = x->c;
	struct market_offer offer = { .publisher = x->publisher,
				      .offer = x->offer,
				      .title = x->offer };
	struct net_request r = { .method = "POST",
				 .url = url,
				 .timeout_ms = 30000,
				 .allow_http = true,
				 .allow_private = true,
				 .secret = url };
	const char *token;
	struct market_message m = market_test_lead(c->arena, c->now_ms, &offer, &token);
	struct net_reply reply;
	AUTO_JSON j = NULL;

	if (!cmd_intake_ready(c, url, &reply, e))
		return false;
	if (reply.failure != NET_OK)
		return no_server(x, reply.detail, e);
	r.body = m.body;
	if (!net_header(&r, "content-type", m.content_type, e) ||
	    !net_send(c->arena, &r, &reply, e))
		return false;
	if (reply.failure != NET_OK)
		return no_server(x, reply.detail, e);
	if (reply.status != 200 || !json_parse(reply.body, &j, e))
		return ERR(e, ERR_REMOTE, "send-test.intake", "the intake at %.120s answered %d.",
			   x->base, reply.status);
	json_obj(&x->o, "intake");
	json_put_z(&x->o, "address", x->base);
	json_put_z(&x->o, "token", token);
	json_put_int(&x->o, "status", reply.status);
	json_put_int(&x->o, "durationMs", reply.duration_ms);
	json_end_obj(&x->o);
	x->receipt = str_dup(c->arena, json_str(json_get(j, "receipt")));
	return true;
}

/* One look at a thing of the API; *ret lives until the caller frees it. */
static bool look(struct chain *x, const char *path, struct json **ret, struct err *e)
{
	struct str json;

	return cmd_call(x->c, HTTP_GET, path, NULL, STR(""), &json, e) && json_parse(json, ret, e);
}

/* False once the time is over. Waits for the other process, which cannot ring our bell. */
static bool wait_a_little(const struct chain *x)
{
	if (clock_mono() >= x->until)
		return false;
	poll(NULL, 0, LOOK_EVERY_MS);
	return true;
}

static bool follow_receipt(struct chain *x, struct err *e)
{
	const char *path = arena_printf(x->c->arena, "/api/v1/receipts/%s", x->receipt);

	do {
		AUTO_JSON j = NULL;
		struct str state;

		if (!look(x, path, &j, e))
			return false;
		state = json_str(json_get(j, "state"));
		if (str_eq_z(state, receipt_state_text(RECEIPT_WAITING)))
			continue;
		json_obj(&x->o, "receipt");
		json_put_z(&x->o, "id", x->receipt);
		json_put_str(&x->o, "state", state);
		json_end_obj(&x->o);
		x->lead = str_dup(x->c->arena, json_str(json_at(json_get(j, "leads"), 0)));
		return *x->lead || ERR(e, ERR_REMOTE, "send-test.receipt",
				       "the receipt %s is " STR_FMT " and made no lead.",
				       x->receipt, STR_ARG(state));
	} while (wait_a_little(x));
	return ERR(e, ERR_REMOTE, "send-test.receipt",
		   "the receipt %s is still waiting to be placed: does the server that took it use "
		   "this "
		   "store, and is placing paused?",
		   x->receipt);
}

/* A delivery is at its end, or was tried and will be again: that is for a person to see now. */
static bool is_settled(const struct json *d)
{
	struct str state = json_str(json_get(d, "state"));

	if (str_eq_z(state, delivery_state_text(DELIVERY_LEASED)))
		return false;
	return !str_eq_z(state, delivery_state_text(DELIVERY_DUE)) ||
	       json_kind(json_get(d, "outcome")) == JSON_STR;
}

static bool all_settled(const struct json *deliveries)
{
	for (size_t i = 0; i < json_count(deliveries); i++)
		if (!is_settled(json_at(deliveries, i)))
			return false;
	return true;
}

static void tell_delivery(struct chain *x, const struct json *d)
{
	static const char *const shown[] = { "state",  "outcome",  "status",   "code",
					     "detail", "remoteId", "recipient" };
	const struct json *to = json_get(d, "destination");
	struct str state = json_str(json_get(d, "state")), detail = json_str(json_get(d, "detail"));

	json_obj(&x->o, NULL);
	json_put_str(&x->o, "id", json_str(json_get(d, "id")));
	json_put_str(&x->o, "destination", json_str(json_get(to, "name")));
	json_put_str(&x->o, "kind", json_str(json_get(to, "kind")));
	for (size_t i = 0; i < LL_COUNT(shown); i++) {
		const struct json *v = json_get(d, shown[i]);

		if (json_kind(v) == JSON_INT)
			json_put_int(&x->o, shown[i], json_int(v));
		else if (json_kind(v) == JSON_STR)
			json_put_str(&x->o, shown[i], json_str(v));
	}
	json_end_obj(&x->o);
	if (str_eq_z(state, delivery_state_text(DELIVERY_DONE)) ||
	    str_eq_z(state, delivery_state_text(DELIVERY_CANCELLED)))
		return;
	if (!x->failed++)
		snprintf(x->why, sizeof(x->why), STR_FMT ": " STR_FMT " " STR_FMT,
			 STR_ARG(json_str(json_get(to, "name"))), STR_ARG(state),
			 STR_ARG(str_upto(detail, detail.n < 120 ? detail.n : 120)));
}

static bool follow_lead(struct chain *x, struct err *e)
{
	const char *path = arena_printf(x->c->arena, "/api/v1/leads/%s", x->lead);

	for (;;) {
		AUTO_JSON j = NULL;
		const struct json *deliveries;

		if (!look(x, path, &j, e))
			return false;
		deliveries = json_get(j, "deliveries");
		if (!all_settled(deliveries) && wait_a_little(x))
			continue;
		json_obj(&x->o, "lead");
		json_put_z(&x->o, "id", x->lead);
		json_put_str(&x->o, "kind", json_str(json_get(j, "kind")));
		json_put_bool(&x->o, "test", json_is_true(json_get(j, "test")));
		json_end_obj(&x->o);
		json_list(&x->o, "deliveries");
		for (size_t i = 0; i < json_count(deliveries); i++)
			tell_delivery(x, json_at(deliveries, i));
		json_end_list(&x->o);
		return true;
	}
}

static bool send_test(struct cmd *c, const void *flags, struct err *e)
{
	const struct flags *f = flags;
	AUTO_BUF b = buf_new(LIMIT_API_BODY);
	struct chain x = { .c = c, .until = clock_mono() + f->timeout_s * 1000, .o = json_out(&b) };
	const char *url;
	bool ok;

	if (!cmd_offer_id(c, c->args[0], &x.publisher, &x.offer, e) || !cmd_open(c, NULL, e) ||
	    !cmd_seal(c, false, e))
		return false;
	x.base = find_base(c);
	if (!offer_intake_url(c->db, c->arena, c->seal, x.base, x.publisher, x.offer, &url, e))
		return false;
	json_obj(&x.o, NULL);
	ok = post(&x, url, e) && follow_receipt(&x, e) && follow_lead(&x, e);
	json_end_obj(&x.o);
	if (x.receipt && buf_ok(&b)) {
		struct err print;

		if (!cmd_print_one(c, buf_view(&b), &print) && ok) {
			*e = print;
			return false;
		}
	}
	if (!ok)
		return false;
	return !x.failed || ERR(e, ERR_REMOTE, "send-test.delivery",
				"%zu of the deliveries did not arrive: %s", x.failed, x.why);
}

const struct command cmd_send_test[] = {
	{ .noun = "send-test",
	  .args = "PUB.OFFER",
	  .min_args = 1,
	  .max_args = 1,
	  .flags = send_test_flags,
	  .in_size = sizeof(struct flags),
	  .opts = CMD_JSON,
	  .run = send_test,
	  .summary = "Posts one MSFT_TEST_… lead to the running server and follows it to every "
		     "destination.",
	  .more = "It is what Partner Center's Validate does, seen from both ends: intake, "
		  "receipt, lead, each "
		  "delivery. Exit 0\nwhen every destination took it." },
	{ .noun = NULL },
};
