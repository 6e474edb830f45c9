/* Phone numbers by their country's plan; samples are none. */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include "understand/phone_plan.h"
#include "understand/phone_shim.h"
#include "understand/understand.h"

static const struct row {
	const char *name, *text, *country, *e164, *rule;
} rows[] = {
	{ "E.164 stays", "+16175550100", "US", "+16175550100", "phone.plan" },
	{ "a plus beats the country", "+82 2-312-3456", "US", "+8223123456", "phone.plan" },
	{ "a plus needs no country", "+82 2-312-3456", NULL, "+8223123456", "phone.plan" },
	{ "the documented sample's form, without a plus", "16175555555", "US", "+16175555555",
	  "phone.plan" },
	{ "brackets", "(206) 555-0100", "US", "+12065550100", "phone.plan" },
	{ "a Korean mobile", "010-1234-5678", "KR", "+821012345678", "phone.plan" },
	{ "a Chinese mobile", "138 0013 8000", "CN", "+8613800138000", "phone.plan" },
	{ "a trunk zero in brackets", "+44 (0)20 7946 0958", "GB", "+442079460958", "phone.plan" },
	{ "an Italian number keeps its zero", "06 6982 1234", "IT", "+390669821234", "phone.plan" },
	{ "an exit code", "0044 20 7946 0958", "DE", "+442079460958", "phone.plan" },
	{ "Canada's own area codes", "514 555 0123", "CA", "+15145550123", "phone.plan" },
	{ "full-width digits", "０１０－１２３４－５６７８", "KR", "+821012345678", "phone.plan" },
	{ "an extension", "+1 617 555 0100 ext. 5", "US", "+16175550100", "phone.plan" },
	{ "letters on the keys", "1-800-FLOWERS", "US", "+18003569377", "phone.plan" },
	{ "the plus was lost, the country is another", "821012345678", "US", "+821012345678",
	  "phone.international" },
	{ "the plus was lost, no country", "821012345678", NULL, "+821012345678",
	  "phone.international" },
	{ "an exit code, no country", "0082 10 1234 5678", NULL, "+821012345678",
	  "phone.international" },
	{ "Microsoft's sample 1234567890", "1234567890", "US", NULL, "phone.sample" },
	{ "the sample with blanks", "123 456 7890", "US", NULL, "phone.sample" },
	{ "one digit again and again", "9999999999", "US", NULL, "phone.sample" },
	{ "+0", "+0", "US", NULL, "phone.absent" },
	{ "zeros", "000-0000", "KR", NULL, "phone.absent" },
	{ "n/a", "n/a", "US", NULL, "phone.absent" },
	{ "a hyphen", "-", NULL, NULL, "phone.absent" },
	{ "empty", "", "US", NULL, "phone.absent" },
	{ "no number of its plan", "+1 123 555 0100", "US", NULL, "phone.invalid" },
	{ "too short", "555", "US", NULL, "phone.invalid" },
	{ "no country to dial from", "02-312-3456", NULL, NULL, "phone.no-country" },
};

static void tells(void **state)
{
	const struct row *r = *state;
	AUTO_ARENA a = cases_arena();
	const char *rule = NULL;

	same_text(phone_e164(a, str_of(r->text), r->country, &rule), r->e164);
	assert_string_equal(rule, r->rule);
}

/* A number like people type it, valid or not: from the seed alone. */
static void make_number(const struct phone_plan *p, bool plus, char *out)
{
	int n = 0, digits = 5 + rand() % 8;

	if (plus || rand() % 4 == 0)
		n = sprintf(out, "%s%u", plus ? "+" : "", p->calling_code);
	else if (rand() % 2)
		out[n++] = '0';
	if (plus && rand() % 5 == 0)
		out[n++] = '0';
	while (digits--)
		out[n++] = (char)('0' + rand() % 10);
	out[n] = 0;
}

static void the_plans_say_what_libphonenumber_says(void **state)
{
	unsigned told = 0;

	(void)state;
	srand(20261121);
	for (unsigned i = 0; i < 20000; i++) {
		const struct phone_plan *p = &phone_plans[(unsigned)rand() % phone_plan_count];
		char text[32], ours[PHONE_E164] = "", theirs[PHONE_E164] = "";
		bool plus = rand() % 3 == 0;
		enum phone_verdict v;
		int valid;

		make_number(p, plus, text);
		v = phone_plan_e164(str_of(text + plus), plus, p->region, ours, sizeof(ours));
		if (v == PHONE_UNSURE)
			continue;
		told++;
		valid = phone_shim_e164(text, p->region, theirs);
		if ((v == PHONE_VALID) != valid || strcmp(ours, theirs) != 0)
			fail_msg("%s in %s: \"%s\", libphonenumber \"%s\"", text, p->region, ours,
				 theirs);
	}
	assert_true(phone_plan_count == 0 || told > 15000);
}

int main(void)
{
	static struct cases c;

	CASES_ADD(&c, tells, rows);
	if (phone_plan_count)
		cases_add(&c, "the plans say what libphonenumber says",
			  the_plans_say_what_libphonenumber_says, NULL);
	return CASES_RUN(&c, "phone");
}
