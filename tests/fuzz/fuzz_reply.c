/*
 * Any bytes as an answer: a class is always set, only a status of 2xx or a known code is a success,
 * and the words are one clean line without the settings' secrets. The first bytes say status, step
 * and failure; then come headers up to an empty line, then the body.
 */
#include "fuzz.h"

#include "base/json.h"
#include "base/utf8.h"
#include "dest/dest.h"

#define SECRET "0123456789abcdef0123456789abcdef"

static void *settings_of(struct arena *a, const struct dest_driver *d)
{
	struct field_problems p = { 0 };
	struct err e = { 0 };
	AUTO_JSON j = NULL;
	struct str text =
		strcmp(d->kind, "https") == 0
			? STR("{\"url\":\"https://example.com/in?sig=" SECRET "\",\"secret\":"
			      "\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"}")
			: STR("{\"connectionString\":\"AccountName=a;SharedAccessSignature="
			      "sig=" SECRET "\"}");
	void *s = dest_settings_new(a, d);
	MUST(json_parse(text, &j, &e) && dest_settings_decode(a, d, j, false, s, &p));
	return s;
}

static void read_headers(struct arena *a, struct str *rest, struct net_reply *r)
{
	struct str line;
	while (str_split(rest, '\n', &line) && line.n && r->header_count < LL_COUNT(r->headers)) {
		size_t colon = str_find(line, ':');
		if (colon == line.n)
			continue;
		r->headers[r->header_count++] =
			(struct net_header){ str_dup(a, str_upto(line, colon)),
					     str_dup(a, str_from(line, colon + 1)) };
	}
}

static void check(const struct dest_driver *d, const struct dest_call *c, const struct net_reply *r)
{
	struct dest_outcome o;
	dest_classify(d, c, r, &o);
	MUST(o.outcome > OUTCOME_NONE && o.outcome <= OUTCOME_UNKNOWN);
	MUST(o.code[0] && utf8_valid(str_of(o.detail)));
	MUST(!strpbrk(o.detail, "\r\n") && !strstr(o.detail, SECRET));
	MUST(o.retry_after_ms >= -1 && o.at_least_ms >= 0);
	if (o.outcome == OUTCOME_DELIVERED)
		MUST(r->failure == NET_OK && r->status >= 200 && r->status <= 299);
	if (o.outcome == OUTCOME_ALREADY)
		MUST(r->failure == NET_OK && r->status == 409);
	if (d->again && d->again(c, &o))
		MUST(o.outcome != OUTCOME_DELIVERED && c->step + 1 < DEST_STEPS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA a = arena_new("fuzz", 64 << 20);
	struct dest_lead lead = { .publisher = "p" };
	struct net_reply r = { .retry_after_ms = -1, .body_sent = true };
	if (n < 4)
		return 0;
	r.status = data[0] * 4 % 1000;
	if (data[1] % 2)
		r.status =
			(int[]){ 200, 204, 302, 400, 401, 403, 404, 409, 429, 500 }[data[0] % 10];
	r.failure = data[2] % 4 ? NET_OK : (enum net_failure)(data[2] / 4 % (NET_TOO_LARGE + 1));
	struct str rest = { (const char *)data + 4, n - 4 };
	read_headers(a, &rest, &r);
	r.body = rest.n > NET_REPLY_MAX ? str_upto(rest, NET_REPLY_MAX) : rest;
	for (const struct dest_driver *const *d = dest_drivers; *d; d++) {
		const struct dest_call c = { .arena = a,
					     .settings = settings_of(a, *d),
					     .lead = &lead,
					     .step = data[3] % 3,
					     .now_ms = 1795255200000 };
		check(*d, &c, &r);
	}
	return 0;
}
