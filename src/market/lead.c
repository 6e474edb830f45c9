/*
 * The dialects: what Microsoft documents, and what people saw arrive. Each writes the same facts in
 * another form.
 */
#include "market/lead.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/json.h"

#define BODY_MAX      (16 * 1024)
#define TICKS_TO_1970 621355968000000000LL /* .NET counts 100 ns from the year 1 */
#define JSON_TYPE     "application/json"
#define FORM_TYPE     "application/x-www-form-urlencoded"

/* What is to be told, in any dialect. */
struct facts {
	const char *first, *last, *email, *phone, *country, *company, *title;
	const char *source, *action, *note;
	const struct market_offer *offer;
};

/* How often a pair of codes is seen, of 100. */
static const struct pair {
	const char *source, *action;
	uint32_t share;
} pairs[] = {
	{ "AppSource", "PLT", 36 },           { "SPZA", "PLT", 4 },
	{ "AppSource", "INS", 18 },           { "AzureMarketplace", "INS", 17 },
	{ "AzurePortal", "Create", 12 },      { "AppSource", "DNC", 6 },
	{ "TestDrive", "StartTestDrive", 7 },
};

static const struct pair *choose_pair(struct market *m)
{
	uint32_t x = market_below(m, 100);
	const struct pair *p = pairs;

	while (x >= p->share)
		x -= (p++)->share;
	return p;
}

static const char *choose(struct market *m, const char *const *list)
{
	uint32_t n = 0;

	while (list[n])
		n++;
	return list[market_below(m, n)];
}

static const char *full_source(struct arena *a, const struct facts *f)
{
	if (!f->offer->publisher)
		return arena_printf(a, "%s-%s", f->source, f->action);
	return arena_printf(a, "%s-%s|%s.%s", f->source, f->action, f->offer->publisher,
			    f->offer->offer);
}

static struct market_message message(struct arena *a, const struct buf *b, const char *type)
{
	MUST(buf_ok(b));
	return (struct market_message){ MARKET_LEAD, str_of(str_dup(a, buf_view(b))), type };
}

/* Key of the contact block in the casing of the dialect. */
static const char *key(struct arena *a, const char *pascal, bool camel)
{
	char *k = arena_strdup(a, pascal);

	if (camel)
		*k = (char)tolower((unsigned char)*k);
	return k;
}

static void put_contact(struct arena *a, struct json_out *o, const struct facts *f, bool camel)
{
	json_put_z(o, key(a, "FirstName", camel), f->first);
	json_put_z(o, key(a, "LastName", camel), f->last);
	json_put_z(o, key(a, "Email", camel), f->email);
	json_put_z(o, key(a, "Phone", camel), f->phone);
	json_put_z(o, key(a, "Country", camel), f->country);
	json_put_z(o, key(a, "Company", camel), f->company);
	json_put_z(o, key(a, "Title", camel), f->title);
}

static struct market_message json_body(struct arena *a, const struct facts *f, bool camel,
				       bool bare)
{
	AUTO_BUF b = buf_new(BODY_MAX);
	struct json_out o = json_out(&b);

	json_obj(&o, NULL);
	json_obj(&o, key(a, "UserDetails", camel));
	put_contact(a, &o, f, camel);
	json_end_obj(&o);
	json_put_z(&o, key(a, "LeadSource", camel), bare ? f->source : full_source(a, f));
	json_put_z(&o, key(a, "ActionCode", camel), f->action);
	json_put_z(&o, key(a, "OfferTitle", camel), f->offer->title);
	json_put_z(&o, key(a, "Description", camel), f->note);
	json_end_obj(&o);
	return message(a, &b, JSON_TYPE "; charset=utf-8");
}

static struct market_message pascal(struct arena *a, const struct facts *f)
{
	return json_body(a, f, false, false);
}

static struct market_message camel(struct arena *a, const struct facts *f)
{
	return json_body(a, f, true, false);
}

static struct market_message bare_source(struct arena *a, const struct facts *f)
{
	return json_body(a, f, false, true);
}

/* A row of the Azure Table: the customer is JSON inside a text. */
static struct market_message table_row(struct arena *a, const struct facts *f)
{
	AUTO_BUF inner = buf_new(BODY_MAX);
	AUTO_BUF b = buf_new(BODY_MAX);
	struct json_out i = json_out(&inner), o = json_out(&b);

	json_obj(&i, NULL);
	put_contact(a, &i, f, false);
	json_end_obj(&i);
	json_obj(&o, NULL);
	json_put_z(&o, "PartitionKey", f->email);
	json_put_z(&o, "RowKey", f->action);
	json_put_str(&o, "CustomerInfo", buf_view(&inner));
	json_put_z(&o, "LeadSource", full_source(a, f));
	json_put_z(&o, "ActionCode", f->action);
	json_put_z(&o, "OfferDisplayName", f->offer->title);
	json_put_z(&o, "ProductId", f->offer->offer);
	json_put_z(&o, "Description", f->note);
	json_end_obj(&o);
	return message(a, &b, JSON_TYPE);
}

static void put_form(struct buf *b, const char *name, const char *value)
{
	buf_printf(b, "%s%s=", b->n ? "&" : "", name);
	for (; *value; value++) {
		unsigned char c = (unsigned char)*value;

		if (isalnum(c) || strchr("-_.~", c))
			buf_byte(b, (char)c);
		else
			buf_printf(b, "%%%02X", c);
	}
}

/* Salesforce web-to-lead: `encoding` comes twice. */
static struct market_message form(struct arena *a, const struct facts *f)
{
	AUTO_BUF b = buf_new(BODY_MAX);

	put_form(&b, "encoding", "UTF-8");
	put_form(&b, "oid", "00D50000000abcd");
	put_form(&b, "first_name", f->first);
	put_form(&b, "last_name", f->last);
	put_form(&b, "email", f->email);
	put_form(&b, "phone", f->phone);
	put_form(&b, "country", f->country);
	put_form(&b, "company", f->company);
	put_form(&b, "title", f->title);
	put_form(&b, "lead_source", full_source(a, f));
	put_form(&b, "description", f->note);
	put_form(&b, "encoding", "UTF-8");
	return message(a, &b, FORM_TYPE);
}

/* The contact block as the translated pages print it, mistranslated labels included. */
static struct market_message labels(struct arena *a, const struct facts *f,
				    const char *const names[7])
{
	const char *const values[] = { f->first,   f->last,    f->email, f->phone,
				       f->country, f->company, f->title };
	AUTO_BUF b = buf_new(BODY_MAX);
	struct json_out o = json_out(&b);

	json_obj(&o, NULL);
	json_put_z(&o, "LeadSource", full_source(a, f));
	for (size_t i = 0; i < LL_COUNT(values); i++)
		json_put_z(&o, names[i], values[i]);
	json_put_z(&o, "Description", f->note);
	json_end_obj(&o);
	return message(a, &b, JSON_TYPE);
}

static struct market_message korean(struct arena *a, const struct facts *f)
{
	return labels(
		a, f,
		(const char *const[]){ "이름", "성", "이메일", "전화", "국가", "회사", "제목" });
}

static struct market_message chinese(struct arena *a, const struct facts *f)
{
	return labels(a, f,
		      (const char *const[]){ "名字", "姓氏", "电子邮件", "电话", "国家/地区",
					     "公司", "标题" });
}

/* How often a dialect is seen, of 100; the last row is for the languages it is written in. */
static const struct dialect {
	struct market_message (*write)(struct arena *a, const struct facts *f);
	uint32_t share;
} dialects[] = {
	{ pascal, 42 }, { bare_source, 22 }, { camel, 10 },
	{ form, 12 },   { table_row, 6 },    { NULL, 8 },
};

static struct market_message write_lead(struct market *m, struct arena *a, const struct facts *f,
					enum language l)
{
	uint32_t x = market_below(m, 100);
	const struct dialect *d = dialects;

	while (x >= d->share)
		x -= (d++)->share;
	if (d->write)
		return d->write(a, f);
	return l == KOREAN ? korean(a, f) : l == CHINESE ? chinese(a, f) : pascal(a, f);
}

struct market_message lead_message(struct market *m, struct arena *a,
				   const struct market_offer *offer, struct person p, bool again)
{
	const struct words *w = &market_words[p.language];
	const struct pair *pair = choose_pair(m);
	struct facts f = { .first = p.first,
			   .last = p.last,
			   .email = p.email,
			   .phone = p.phone,
			   .company = p.company,
			   .country = choose(m, p.country->forms),
			   .title = choose(m, w->titles),
			   .note = choose(m, w->notes),
			   .source = pair->source,
			   .action = pair->action,
			   .offer = offer };
	struct market_message out;

	/* Not every field is there for each lead. */
	if (market_below(m, 8) == 0)
		f.phone = "";
	if (market_below(m, 10) == 0)
		f.title = "";
	if (again) {
		/* Never the bytes of before: people write, and campaigns count. */
		f.note = arena_printf(a, "%s%s#%u", f.note, *f.note ? " " : "",
				      market_below(m, UINT32_MAX));
	}
	out = write_lead(m, a, &f, p.language);
	if (again)
		out.what = MARKET_DUPLICATE;
	return out;
}

struct market_message market_test_lead(struct arena *a, int64_t now_ms,
				       const struct market_offer *offer, const char **ret_token)
{
	const char *token =
		arena_printf(a, "MSFT_TEST_%lld", (long long)(now_ms * 10000 + TICKS_TO_1970));
	struct facts f = { .first = token,
			   .last = token,
			   .email = arena_printf(a, "%s@test.com", token),
			   .phone = "1234567890",
			   .country = "US",
			   .company = token,
			   .title = token,
			   .note = token,
			   .source = "AzureMarketplace",
			   .action = "INS",
			   .offer = offer };
	struct market_message out = bare_source(a, &f);

	out.what = MARKET_TEST;
	*ret_token = token;
	return out;
}

struct market_message broken_message(struct market *m, struct arena *a,
				     const struct market_offer *offer)
{
	static const char *const bodies[] = {
		"{}",
		"{\"hello\":\"world\",\"n\":%u}",
		"<html><head><title>502 Bad Gateway</title></head><body>%u</body></html>",
		"{\"UserDetails\":{\"FirstName\":\"Ana\",\"LastName\":%u",
		"\x89PNG\r\n\x1a\n%u",
		"[%u]",
	};
	struct market_message out = { MARKET_BROKEN, { NULL, 0 }, JSON_TYPE };
	char text[512];
	int n;

	(void)offer;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* a row of the table above */
	n = snprintf(text, sizeof(text), bodies[market_below(m, LL_COUNT(bodies))],
		     market_below(m, UINT32_MAX));
#pragma GCC diagnostic pop
	out.body = str_of(arena_strndup(a, text, (size_t)n));
	return out;
}
