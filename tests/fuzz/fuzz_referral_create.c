/* Any JSON as a referral that is to be made: refused with words, or whole and within its limits. */
#include "fuzz.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "referral/referral.h"

static void check_text(const char *text, size_t max)
{
	MUST(!text || (*text && strlen(text) <= max && utf8_valid(str_of(text))));
}

static void check(const struct referral_new *x)
{
	const struct referral_member *m = &x->contact;

	check_text(x->company, LIMIT_NAME);
	check_text(x->country, LIMIT_NAME);
	check_text(x->message, LIMIT_TEXT);
	check_text(x->source, LIMIT_CODE);
	check_text(x->call_to_action, LIMIT_CODE);
	check_text(m->first_name, LIMIT_NAME);
	check_text(m->last_name, LIMIT_NAME);
	check_text(m->email, LIMIT_EMAIL);
	check_text(m->phone, LIMIT_PHONE);
	MUST(x->company || m->first_name || m->last_name || m->email || m->phone);
	MUST(x->change.stage == LEAD_SUBSTATUS_NONE ||
	     lead_status_with(x->change.stage) != LEAD_CLOSED);
	MUST(x->said_n);
	for (size_t i = 0; i < x->said_n; i++)
		MUST(x->said[i].path.n && x->said[i].text.n <= LIMIT_TEXT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA a = arena_new("fuzz", 64 << 20);
	struct str text = { (const char *)data, n };
	struct referral_new x = { .said_n = 0 };
	AUTO_JSON j = NULL;
	struct err e = { 0 };

	if (!json_parse(text, &j, &e))
		return 0;
	e = (struct err){ 0 };
	if (referral_create_read(a, j, &x, &e))
		check(&x);
	else
		MUST((e.kind == ERR_INPUT || e.kind == ERR_TOO_LARGE) && e.text[0]);
	return 0;
}
