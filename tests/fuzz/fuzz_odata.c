/* Any text as a $filter, $select and $orderby: refused with words, or of one mind about a lead. */
#include "fuzz.h"

#include "referral/referral.h"

static const struct referral full = {
	.id = "01938c5e-1111-7abc-8def-0000000000aa",
	.organization_id = "contoso",
	.name = "O'Neil",
	.status = "New",
	.substatus = "Received",
	.company = "Fabrikam",
	.country = "US",
	.value = "12000.50",
	.created = 1795341600123,
	.updated = 1795341600124,
	.favorite = true,
	.contact = { "Ana", "O'Neil", "+1617", "ana@fabrikam.example", NULL },
	.owner = { "Kim", NULL, NULL, "kim@contoso.example", NULL },
	.owned = true,
};

/* What an index is asked for is no narrower than the filter. */
static void check_bounds(struct arena *a, const struct referral_filter *f, const struct referral *r)
{
	struct referral_bounds b = referral_bounds(a, f);

	if (!referral_matches(f, r))
		return;
	MUST(!b.none);
	MUST(!b.id || (r->id && !strcmp(b.id, r->id)));
	MUST(!b.status || (r->status && !strcmp(b.status, r->status)));
	MUST(!b.substatus || (r->substatus && !strcmp(b.substatus, r->substatus)));
	MUST(!b.country || (r->country && !strcmp(b.country, r->country)));
	MUST(!b.organization_id ||
	     (r->organization_id && !strcmp(b.organization_id, r->organization_id)));
	MUST(!b.email || (r->contact.email && str_ieq_z(str_of(b.email), r->contact.email)));
	MUST(!b.owner || (r->owned && str_ieq_z(str_of(b.owner), r->owner.email)));
	MUST(r->created >= b.created_from && r->created <= b.created_to);
	MUST(r->updated >= b.updated_from && r->updated <= b.updated_to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct referral empty = { .created = 0 };
	AUTO_ARENA a = arena_new("fuzz", 64 << 20);
	/* As the server hands it over: without NUL. */
	struct str text = str_of(arena_strndup(a, data, n));
	const struct referral_filter *f = NULL;
	struct referral_order order;
	struct err e = { 0 };
	uint64_t select;

	if (referral_filter_parse(a, text, &f, &e)) {
		MUST(f);
		check_bounds(a, f, &full);
		check_bounds(a, f, &empty);
	} else {
		MUST(!f && e.kind == ERR_INPUT && e.text[0] && !strcmp(e.field, "$filter"));
	}
	LL_IGNORE(referral_select_parse(text, &select, &e));
	LL_IGNORE(referral_order_parse(text, &order, &e));
	return 0;
}
