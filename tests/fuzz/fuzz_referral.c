/* Any bytes as the body of a PATCH or a PUT of a referral: refused with words, or a change that the
 * desk can be asked for. */
#include "fuzz.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/limits.h"
#include "referral/referral.h"

static const struct referral full = {
	.id = "01938c5e-1111-7abc-8def-0000000000aa",
	.base = "https://leads.example",
	.organization_id = "contoso",
	.name = "O'Neil",
	.status = "New",
	.substatus = "Received",
	.company = "Fabrikam",
	.country = "US",
	.value = "12000.50",
	.currency = "EUR",
	.created = 1795341600123,
	.updated = 1795341600124,
	.favorite = true,
	.contact = { "Ana", "O'Neil", "+1617", "ana@fabrikam.example", NULL },
	.owner = { "Kim", NULL, NULL, "kim@contoso.example", NULL },
	.owned = true,
};

static const char *const *texts_of(const struct referral_change *c, size_t *ret_n)
{
	*ret_n = offsetof(struct referral_change, stage) / sizeof(const char *);
	return &c->name;
}

static void check(bool ok, const struct referral_change *c, const struct err *e)
{
	if (!ok) {
		MUST((e->kind == ERR_INPUT || e->kind == ERR_TOO_LARGE) && e->text[0]);
		return;
	}
	MUST(c->favorite >= -1 && c->favorite <= 1);
	MUST(!c->closing || !*c->closing || strlen(c->closing) == 10);
	MUST(!c->member || (*c->member && strlen(c->member) <= LIMIT_EMAIL));
	/* A status is known by then, and says a substatus with it. */
	MUST((c->status || c->substatus) == (c->stage != LEAD_SUBSTATUS_NONE));
	MUST(!c->name || strlen(c->name) <= LIMIT_TEXT / 4);
}

/* What is put has none. */
static uint64_t but_links(void)
{
	uint64_t all = 0;

	for (size_t i = 0; referral_properties[i]; i++)
		if (strcmp(referral_properties[i], "links") != 0)
			all |= UINT64_C(1) << i;
	return all;
}

/* Replaced by itself, nothing changes; and by any other, the desk is asked for that alone. */
static void replace(struct arena *a, const struct json *given)
{
	AUTO_BUF b = buf_new(LIMIT_REPLY);
	struct json_out o = json_out(&b);
	struct referral_change c;
	struct err e = { 0 };
	AUTO_JSON now = NULL;
	const char *const *texts;
	size_t n;

	referral_write(&o, NULL, &full, but_links());
	MUST(json_parse(buf_view(&b), &now, &e));
	MUST(referral_replace_read(a, now, now, &c, &e));
	texts = texts_of(&c, &n);
	for (size_t i = 0; i < n; i++)
		MUST(!texts[i]);
	MUST(c.favorite == -1 && !c.member && c.stage == LEAD_SUBSTATUS_NONE);
	check(referral_replace_read(a, now, given, &c, &e), &c, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA a = arena_new("fuzz", 64 << 20);
	struct referral_change c;
	struct err e = { 0 };
	AUTO_JSON body = NULL;

	if (!json_parse((struct str){ (const char *)data, n }, &body, &e))
		return 0;
	check(referral_patch_read(a, body, &c, &e), &c, &e);
	replace(a, body);
	return 0;
}
