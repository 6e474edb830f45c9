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

/* What is required is a secret, so that whatever repeats it is found out. */
static void *settings_of(struct arena *a, const struct dest_driver *d)
{
	void *s = dest_settings_new(a, d);
	struct err e = { 0 };

	for (const struct field *f = d->settings; f->name; f++) {
		struct str text = f->type == FIELD_INT   ? STR("7")
				  : f->type == FIELD_URL ? STR("https://example.com/in?sig=" SECRET)
							 : STR("sig=" SECRET);

		if (f->flags & FIELD_REQUIRED && (f->flags & FIELD_SECRET || f->type == FIELD_INT))
			MUST(dest_settings_set(a, d, str_of(f->name), text, s, &e));
	}
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

static bool has_secret(const struct dest_driver *d)
{
	for (const struct field *f = d->settings; f->name; f++)
		if (f->flags & FIELD_REQUIRED && f->flags & FIELD_SECRET)
			return true;
	return false;
}

static void check(const struct dest_driver *d, const struct dest_call *c, const struct net_reply *r)
{
	struct dest_outcome o;
	dest_classify(d, c, r, &o);
	MUST(o.outcome > OUTCOME_NONE && o.outcome <= OUTCOME_UNKNOWN);
	MUST(o.code[0] && utf8_valid(str_of(o.detail)));
	MUST(!strpbrk(o.detail, "\r\n"));
	MUST(!has_secret(d) || !strstr(o.detail, SECRET));
	MUST(o.retry_after_ms >= -1 && o.at_least_ms >= 0);
	/* A form may be answered by a redirect; Dynamics tells a duplicate by 500, too. */
	if (o.outcome == OUTCOME_DELIVERED)
		MUST(r->failure == NET_OK && r->status >= 200 && r->status <= 303);
	if (o.outcome == OUTCOME_ALREADY)
		MUST(r->failure == NET_OK && r->status >= 200 && r->status <= 599);
	if (d->again && c->step + 1 < DEST_STEPS && d->again(c, &o))
		MUST(o.outcome != OUTCOME_DELIVERED && c->step + 1 < DEST_STEPS);
}

/* The same bytes as a token, and as a list of fields. */
static void check_others(const struct dest_driver *d, const struct dest_call *c,
			 const struct net_reply *r)
{
	const struct dest_peer_field *f = NULL;
	struct dest_outcome o = { 0 };
	struct dest_token t;
	size_t n = 0;

	if (d->oauth && dest_token_read(d, c, r, &t, &o))
		MUST(r->status >= 200 && r->status <= 299 && !strpbrk(t.text, " \r\n"));
	else if (d->oauth)
		MUST(o.outcome == OUTCOME_RETRY || o.outcome == OUTCOME_CONFIG);
	if (d->describe && d->read_fields(c, r, &f, &n))
		for (size_t i = 0; i < n; i++)
			MUST(*f[i].name);
}

static const struct dest_server server = { .base_url = "", .smtp_password = SECRET };

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
	r.stage = (enum net_stage)(data[3] / 4 % (NET_STAGE_MESSAGE + 1));
	for (const struct dest_driver *const *d = dest_drivers; *d; d++) {
		const struct dest_call c = { .arena = a,
					     .server = &server,
					     .settings = settings_of(a, *d),
					     .lead = &lead,
					     .step = data[3] % 3,
					     .now_ms = 1795255200000 };
		check(*d, &c, &r);
		check_others(*d, &c, &r);
	}
	return 0;
}
