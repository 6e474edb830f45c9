/*
 * Golden files: tests/golden/<kind>/<case>/ has lead.json and settings.json, and what must come of
 * them: request.txt; then, given reply.txt, outcome.json. A lead.json with "since" asks for changed
 * records instead, and records.json is what was read. A mail's lines end in LF there, and its
 * reply is "SMTP 550 to" and the relay's words below an empty line. To accept a change on purpose,
 * run this program with GOLDEN_UPDATE=1 in the environment and read the difference.
 */
#include "dest/dest.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/hash.h"
#include "stage.h"

static const char *root;
static struct arena *arena;

static char *path_of(const char *dir, const char *name)
{
	return arena_printf(arena, "%s/%s", dir, name);
}

static bool read_file(const char *path, struct str *ret)
{
	FILE *f = fopen(path, "r");
	if (!f)
		return false;
	char *text = arena_alloc(arena, 256 * 1024);
	size_t n = fread(text, 1, 256 * 1024 - 1, f);
	fclose(f);
	*ret = (struct str){ text, n };
	return true;
}

static struct json *read_json(const char *dir, const char *name)
{
	struct str text;
	struct json *j = NULL;
	struct err e = { 0 };
	if (!read_file(path_of(dir, name), &text) || !json_parse(text, &j, &e))
		fail_msg("%s/%s: %s", dir, name, e.text);
	return j;
}

static void expect_file(const char *dir, const char *name, struct str got)
{
	const char *path = path_of(dir, name);
	struct str want;
	if (getenv("GOLDEN_UPDATE")) {
		FILE *f = fopen(path, "w");
		assert_non_null(f);
		fwrite(got.p, 1, got.n, f);
		fclose(f);
		return;
	}
	if (!read_file(path, &want))
		fail_msg("%s is missing", path);
	if (!str_eq(got, want))
		fail_msg("%s differs. Got:\n" STR_FMT "\nwant:\n" STR_FMT, path, STR_ARG(got),
			 STR_ARG(want));
}

static const char *text(const struct json *j, const char *name)
{
	const struct json *v = json_get(j, name);
	return json_kind(v) == JSON_STR ? str_dup(arena, json_str(v)) : NULL;
}

static struct id id_in(const struct json *j, const char *name)
{
	struct id x;
	if (!id_parse(json_str(json_get(j, name)), &x))
		fail_msg("%s is no id", name);
	return x;
}

static int64_t time_in(const struct json *j, const char *name)
{
	int64_t ms = 0;
	const char *z = text(j, name);
	if (!z || !clock_parse(z, &ms))
		fail_msg("%s is no time", name);
	return ms;
}

/* A text may be written {"repeat":"x","times":n}: for limits. */
static const char *long_text(const struct json *j, const char *name)
{
	const struct json *v = json_get(j, name);
	if (json_kind(v) != JSON_OBJ)
		return text(j, name);
	struct str piece = json_str(json_get(v, "repeat"));
	int64_t times = json_int(json_get(v, "times"));
	struct buf b = buf_new(1 << 20);
	for (int64_t i = 0; i < times; i++)
		buf_str(&b, piece);
	char *z = arena_strndup(arena, b.p, b.n);
	buf_free(&b);
	return z;
}

static struct dest_lead lead_of(const struct json *j)
{
	struct dest_lead l = {
		.lead_id = id_in(j, "id"),
		.publisher = text(j, "publisher"),
		.offer = text(j, "offer"),
		.offer_title = text(j, "offerTitle"),
		.lead_source = text(j, "leadSource"),
		.action_code = text(j, "actionCode"),
		.description = long_text(j, "description"),
		.source = text(j, "source"),
		.action = text(j, "action"),
		.received_offer_title = text(j, "offerTitle"),
		.kind = kind_of(json_str(json_get(j, "kind"))),
		.test = json_is_true(json_get(j, "test")),
		.dnc = json_is_true(json_get(j, "dnc")),
		.duplicate = json_is_true(json_get(j, "duplicate")),
		.received_at = time_in(j, "receivedAt"),
	};
	for (size_t i = 0; i < CONTACT_FIELDS; i++)
		l.raw[i] = long_text(j, contact_field_text[i]);
	l.contact[CONTACT_COUNTRY] = text(j, "countryCode");
	return l;
}

/* What the server's configuration says, in all cases. */
static const struct dest_server server = {
	.base_url = "https://leads.contoso.com",
	.smtp_url = "smtp://mail.contoso.com:587",
	.smtp_user = "leads",
	.smtp_password = "relay-secret",
	.smtp_name = "leads.contoso.com",
	.mail_from = { "Contoso leads", "leads@contoso.com" },
};

static void show_mail(struct buf *b, const struct net_request *r)
{
	const struct net_mail *m = r->mail;
	buf_printf(b, "as %s, signed in as %s\nfrom %s\nto %s\n\n", m->hello,
		   m->user ? m->user : "nobody", m->from, m->to);
	for (size_t i = 0; i < r->body.n; i++)
		if (r->body.p[i] != '\r')
			buf_byte(b, r->body.p[i]);
}

static struct str show_request(const struct net_request *r)
{
	struct buf b = buf_new(1 << 20);
	buf_printf(&b, "%s %s\n", r->method, r->url);
	for (size_t i = 0; i < r->header_count; i++)
		buf_printf(&b, "%s: %s\n", r->headers[i].name, r->headers[i].value);
	if (r->mail) {
		show_mail(&b, r);
	} else {
		buf_byte(&b, '\n');
		buf_str(&b, r->body);
		buf_byte(&b, '\n');
	}
	struct str s = { arena_strndup(arena, b.p, b.n), b.n };
	buf_free(&b);
	return s;
}

static enum net_stage stage_of(struct str first_line)
{
	return str_starts(first_line, "SMTP ") ? stage_named(str_trim(str_from(first_line, 8)))
					       : NET_STAGE_NONE;
}

/* "HTTP/1.1 200 OK", headers, an empty line, the body; lines end in LF here. */
static struct net_reply reply_of(struct str s)
{
	struct net_reply r = { .failure = NET_OK, .body_sent = true, .retry_after_ms = -1 };
	struct str line;
	assert_true(str_split(&s, '\n', &line));
	r.stage = stage_of(line);
	r.status = atoi(str_dup(arena, str_from(line, str_find(line, ' '))));
	while (str_split(&s, '\n', &line) && line.n) {
		size_t colon = str_find(line, ':');
		char *name = str_dup(arena, str_upto(line, colon));
		r.headers[r.header_count++] =
			(struct net_header){ name,
					     str_dup(arena, str_trim(str_from(line, colon + 1))) };
	}
	r.body = str_trim(s);
	return r;
}

static struct str show_outcome(const struct dest_outcome *o, bool again)
{
	struct buf b = buf_new(4096);
	buf_printf(&b, "{\n  \"outcome\": \"%s\",\n  \"status\": %d,\n  \"code\": \"%s\",\n",
		   outcome_text(o->outcome), o->status, o->code);
	buf_printf(&b, "  \"retryAfterMs\": %lld,\n  \"atLeastMs\": %lld,\n",
		   (long long)o->retry_after_ms, (long long)o->at_least_ms);
	buf_printf(&b, "  \"slowDown\": %s,\n  \"again\": %s,\n", o->slow_down ? "true" : "false",
		   again ? "true" : "false");
	buf_printf(&b, "  \"remoteId\": \"%s\",\n  \"detail\": \"%s\"\n}\n", o->remote_id,
		   o->detail);
	struct str s = { arena_strndup(arena, b.p, b.n), b.n };
	buf_free(&b);
	return s;
}

/* The request for a token, and what its answer gives: the token, or an outcome. */
static void run_token_case(const struct dest_driver *d, const char *dir, const struct dest_call *c)
{
	struct net_request r;
	struct net_reply reply;
	struct dest_token token;
	struct dest_outcome o = { 0 };
	struct str reply_text;
	struct err e = { 0 };

	if (!dest_token_prepare(d, c, &r, &e))
		fail_msg("%s: %s", dir, e.text);
	expect_file(dir, "request.txt", show_request(&r));
	if (!read_file(path_of(dir, "reply.txt"), &reply_text))
		return;
	reply = reply_of(reply_text);
	if (!dest_token_read(d, c, &reply, &token, &o)) {
		expect_file(dir, "outcome.json", show_outcome(&o, false));
		return;
	}
	expect_file(
		dir, "token.txt",
		str_of(arena_printf(arena, "%s\nat: %s\nrenewed after: %lld s\n", token.text,
				    token.base_url ? token.base_url : "-",
				    (long long)(token.renew_at == INT64_MAX
							? -1
							: (token.renew_at - c->now_ms) / 1000))));
}

/* With "with": a list of further leads, a digest of all. */
static bool prepare(const struct dest_driver *d, const struct json *lead_json,
		    const struct dest_call *c, struct net_request *ret, struct err *e)
{
	const struct json *with = json_get(lead_json, "with");
	size_t n = with ? json_count(with) : 0;
	const struct dest_call **calls = ARENA_ARRAY(arena, const struct dest_call *, n + 1);
	if (!n)
		return d->prepare(c, ret, e);
	calls[0] = c;
	for (size_t i = 0; i < n; i++) {
		const struct json *j = json_at(with, i);
		struct dest_call *one = ARENA_NEW(arena, struct dest_call);
		struct dest_lead *lead = ARENA_NEW(arena, struct dest_lead);
		*lead = lead_of(j);
		*one = *c;
		one->lead = lead;
		one->delivery_id = id_in(j, "delivery");
		one->lost = json_is_true(json_get(j, "lost"));
		calls[i + 1] = one;
	}
	return d->digest(calls, n + 1, ret, e);
}

static struct str show_records(const struct dest_records *page)
{
	struct buf b = buf_new(1 << 20);
	struct json_out o = json_out(&b);
	struct str s;

	json_obj(&o, NULL);
	json_put_z(&o, "next", page->next);
	json_list(&o, "records");
	for (size_t i = 0; i < page->n; i++) {
		const struct dest_record *r = &page->all[i];

		buf_byte(&b, '\n');
		json_obj(&o, NULL);
		json_put_z(&o, "remoteId", r->remote_id);
		json_put_z(&o, "status", r->status);
		json_put_z(&o, "standing", dest_standing_text(r->standing));
		json_put_z(&o, "owner", r->owner);
		json_put_z(&o, "ownerEmail", r->owner_email);
		json_put_time(&o, "changedAt", r->changed_at);
		json_end_obj(&o);
	}
	json_end_list(&o);
	json_end_obj(&o);
	buf_byte(&b, '\n');
	s = (struct str){ arena_strndup(arena, b.p, b.n), b.n };
	buf_free(&b);
	return s;
}

/* The question for changed records, and what its answer gives: them, or an outcome. */
static void run_follow_case(const struct dest_driver *d, const char *dir,
			    const struct json *lead_json, struct dest_call *c)
{
	struct dest_records page;
	struct net_request r;
	struct net_reply reply;
	struct dest_outcome o;
	struct str reply_text;
	struct err e = { 0 };

	c->purpose = DEST_FOLLOW;
	c->lead = NULL;
	c->since_ms = time_in(lead_json, "since");
	c->next = text(lead_json, "next");
	if (!d->follow->prepare(c, &r, &e))
		fail_msg("%s: %s", dir, e.text);
	expect_file(dir, "request.txt", show_request(&r));
	if (!read_file(path_of(dir, "reply.txt"), &reply_text))
		return;
	reply = reply_of(reply_text);
	dest_classify(d, c, &reply, &o);
	if (o.outcome != OUTCOME_DELIVERED)
		expect_file(dir, "outcome.json", show_outcome(&o, false));
	else if (!dest_read_records(d, c, &reply, &page))
		fail_msg("%s: reply.txt is no list of records", dir);
	else
		expect_file(dir, "records.json", show_records(&page));
}

static void run_case(const struct dest_driver *d, const char *dir)
{
	AUTO_JSON lead_json = read_json(dir, "lead.json");
	AUTO_JSON settings_json = read_json(dir, "settings.json");
	struct dest_lead lead = lead_of(lead_json);
	struct field_problems p = { 0 };
	struct net_request r;
	struct str reply_text;
	struct err e = { 0 };
	void *settings = dest_settings_new(arena, d);
	if (!dest_settings_decode(arena, d, settings_json, false, settings, &p))
		fail_msg("%s: settings: %s", dir, p.e[0].text);
	struct dest_cuts cuts = { "" };
	struct dest_token token = { "golden-token", text(lead_json, "tokenBaseUrl"), INT64_MAX };
	struct dest_call c = {
		.arena = arena,
		.token = d->oauth ? &token : NULL,
		.cuts = &cuts,
		.settings = settings,
		.server = &server,
		.recipient = text(lead_json, "recipient"),
		.lead = &lead,
		.delivery_id = id_in(lead_json, "delivery"),
		.replay = json_is_true(json_get(lead_json, "replay")),
		.lost = json_is_true(json_get(lead_json, "lost")),
		.step = (int)json_int(json_get(lead_json, "step")),
		.attempt = 1,
		.now_ms = time_in(lead_json, "now"),
		.owed_at = json_get(lead_json, "owedAt") ? time_in(lead_json, "owedAt") : 0,
	};
	if (json_is_true(json_get(lead_json, "askForToken"))) {
		run_token_case(d, dir, &c);
		return;
	}
	if (json_get(lead_json, "since")) {
		run_follow_case(d, dir, lead_json, &c);
		return;
	}
	if (!prepare(d, lead_json, &c, &r, &e)) {
		expect_file(dir, "refused.txt",
			    str_of(arena_printf(arena, "%s\n%s\n", e.code, e.text)));
		return;
	}
	expect_file(dir, "request.txt", show_request(&r));
	if (!read_file(path_of(dir, "reply.txt"), &reply_text))
		return;
	struct net_reply reply = reply_of(reply_text);
	struct dest_outcome o;
	dest_classify(d, &c, &reply, &o);
	expect_file(dir, "outcome.json", show_outcome(&o, d->again && d->again(&c, &o)));
}

static void run_kind(const struct dest_driver *d, int *ret_cases)
{
	struct dirent **names;
	const char *dir = path_of(root, d->kind);
	int n = scandir(dir, &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (!strchr(names[i]->d_name, '.')) {
			run_case(d, path_of(dir, names[i]->d_name));
			++*ret_cases;
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

static void every_case_is_as_written(void **state)
{
	(void)state;
	for (const struct dest_driver *const *d = dest_drivers; *d; d++) {
		int cases = 0;
		run_kind(*d, &cases);
		if (!cases)
			fail_msg("no golden files for %s", (*d)->kind);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_case_is_as_written) };
	if (argc != 2) {
		fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		return 2;
	}
	root = argv[1];
	crypto_start();
	arena = arena_new("test", 512 << 20);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
