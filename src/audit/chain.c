#include <string.h>
#include "audit/audit.h"
#include "base/limits.h"

#define REF_MAX (2 * LIMIT_ID + 1)

const char *audit_problem_text(enum audit_problem p)
{
	static const char *const texts[] = { [AUDIT_WHOLE] = "whole",
					     [AUDIT_GAP] = "gap",
					     [AUDIT_CHANGED] = "changed",
					     [AUDIT_CUT] = "cut",
					     [AUDIT_UNSEALED] = "unsealed" };

	return texts[p];
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '-' || c == '_';
}

const char *audit_ref(const char *text)
{
	size_t n = 0;

	for (; text && text[n]; n++)
		if (!is_plain(text[n]) || n == REF_MAX)
			return "";
	return text ? text : "";
}

struct hash audit_hash(struct arena *a, struct hash before, int64_t n, const struct audit_entry *en)
{
	const char *text = arena_printf(
		a, "leadline-audit-1\n%s\n%s\n%lld\n%lld\n%s\n%s\n%s\n%lld\n",
		str_hex(a, before.b, sizeof(before.b)), en->publisher, (long long)n,
		(long long)en->at_ms, en->actor, en->verb, en->ref, (long long)en->status);

	return hash_sha256(str_of(text));
}
