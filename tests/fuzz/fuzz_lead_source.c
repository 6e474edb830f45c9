/* Any text as a LeadSource: its parts are views of it, and canonical texts are canonical. */
#include "fuzz.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "understand/understand.h"

static void check_view(struct str whole, struct str part)
{
	MUST(!part.n || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n));
}

static void check_canonical(struct arena *a, const char *(*canonical)(struct arena *, struct str),
			    struct str s)
{
	const char *once = canonical(a, s), *twice = canonical(a, str_of(once));

	MUST(strcmp(once, twice) == 0);
	MUST(strlen(once) <= LIMIT_CODE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA a = arena_new("fuzz", LIMIT_ARENA_REQUEST);
	bool changed;
	/* As the reader hands it over. */
	struct str text = str_of(utf8_repair(a, (struct str){ (const char *)data, n }, &changed));
	struct lead_source l = lead_source_read(text);
	const struct kind_rule *r;

	check_view(text, l.source);
	check_view(text, l.action);
	check_view(text, l.offer);
	check_view(l.offer, l.publisher);
	check_view(l.offer, l.offer_id);
	MUST(!l.publisher.n == !l.offer_id.n);
	check_canonical(a, source_canonical, l.source);
	check_canonical(a, action_canonical, l.action);
	r = kind_rule_for(source_canonical(a, l.source), action_canonical(a, l.action), n & 1);
	MUST(r && r->kind != KIND_NONE);
	return 0;
}
