/*
 * LeadSource: "Source-Action|publisher.offer". Cut at the first bar, the left part at its first
 * hyphen, the offer at its first dot; a leading "dup-" of the action is AppExchange's mark for a
 * lead that was sent before. Translated pages and people's keyboards bring other bars and hyphens.
 */
#include "understand/codes.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "understand/fold.h"

static const char *const bars[] = { "|", "｜", "￨", "¦", NULL };
static const char *const hyphens[] = { "-", "－", "‐", "‑", "–", "—", "−", "﹣", NULL };

/* The first of marks in s: what is before and behind it. Only marks[0] is ASCII. */
static bool cut(struct str s, const char *const *marks, struct str *ret_before,
		struct str *ret_behind)
{
	for (size_t at = 0; at < s.n; at++) {
		if ((unsigned char)s.p[at] < 0x80 && s.p[at] != marks[0][0])
			continue;
		for (size_t i = 0; marks[i]; i++)
			if (str_starts(str_from(s, at), marks[i])) {
				*ret_before = str_upto(s, at);
				*ret_behind = str_from(s, at + strlen(marks[i]));
				return true;
			}
	}
	return false;
}

/* "AppSource-PLT]a.b" of a translated page; not the bracket that closes another one. */
static bool cut_bracket(struct str s, struct str *ret_before, struct str *ret_behind)
{
	size_t at = str_find(s, ']');

	if (at == s.n || str_find(s, '[') < at)
		return false;
	*ret_before = str_upto(s, at);
	*ret_behind = str_from(s, at + 1);
	return true;
}

/* "\|" of a page that escaped it. */
static struct str without_backslash(struct str s)
{
	s = utf8_trim(s);
	return s.n && s.p[s.n - 1] == '\\' ? utf8_trim(str_upto(s, s.n - 1)) : s;
}

static bool is_id(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
		      (s.p[i] >= '0' && s.p[i] <= '9') || memchr("._-", s.p[i], 3)))
			return false;
	return s.n && s.n <= LIMIT_ID;
}

static void read_offer(struct lead_source *l)
{
	size_t dot = str_find(l->offer, '.');

	/* A display name may hold a dot too, "CRM 2.0": an id has no blanks. */
	if (!dot || dot + 1 >= l->offer.n || !is_id(l->offer))
		return;
	l->publisher = str_upto(l->offer, dot);
	l->offer_id = str_from(l->offer, dot + 1);
}

bool action_without_dup(struct str *action)
{
	struct str before, behind;

	if (!cut(*action, hyphens, &before, &behind) || !str_ieq_z(utf8_trim(before), "dup"))
		return false;
	*action = utf8_trim(behind);
	return true;
}

struct lead_source lead_source_read(struct str text)
{
	struct lead_source l = { .source = STR(""),
				 .action = STR(""),
				 .offer = STR(""),
				 .publisher = STR(""),
				 .offer_id = STR("") };
	struct str left = text, right = STR("");

	if (!cut(text, bars, &left, &right))
		LL_IGNORE(cut_bracket(text, &left, &right));
	left = without_backslash(left);
	l.offer = utf8_trim(right);
	l.source = left;
	if (cut(left, hyphens, &l.source, &l.action)) {
		l.source = utf8_trim(l.source);
		l.action = utf8_trim(l.action);
		l.duplicate = action_without_dup(&l.action);
	}
	read_offer(&l);
	return l;
}

/* Spellings, folded by fold_key(). */
struct code {
	const char *text, *canonical;
};

static const struct code sources[] = {
	{ "appsource", "AppSource" },
	{ "appsourcespza", "AppSource" },
	{ "microsoftappsource", "AppSource" },
	{ "spza", "AppSource" },
	{ "azuremarketplace", "AzureMarketplace" },
	{ "microsoftazuremarketplace", "AzureMarketplace" },
	{ "azureportal", "AzurePortal" },
	{ "testdrive", "TestDrive" },
	{ NULL, NULL },
};

/* Create is printed translated by the Korean and Chinese pages; the portal's button is Subscribe
 * too. */
static const struct code actions[] = {
	{ "ins", "INS" },
	{ "plt", "PLT" },
	{ "dnc", "DNC" },
	{ "create", "Create" },
	{ "subscribe", "Create" },
	{ "만들기", "Create" },
	{ "구독", "Create" },
	{ "创建", "Create" },
	{ "订阅", "Create" },
	{ "建立", "Create" },
	{ "訂閱", "Create" },
	{ "作成", "Create" },
	{ "starttestdrive", "StartTestDrive" },
	{ NULL, NULL },
};

static const char *find(const struct code *rows, struct arena *a, struct str s)
{
	ARENA_SCOPE(a);
	struct str key = fold_key(a, s);

	for (; rows->text; rows++)
		if (str_eq_z(key, rows->text))
			return rows->canonical;
	return NULL;
}

/* As it came, trimmed and cut: what is looked up is what would be shown. */
static struct str code_of(struct str s)
{
	return utf8_trim(utf8_cut(utf8_trim(s), LIMIT_CODE));
}

const char *source_canonical(struct arena *a, struct str s)
{
	const char *known = find(sources, a, code_of(s));

	return known ? known : str_dup(a, code_of(s));
}

bool source_is_known(struct arena *a, struct str s)
{
	return find(sources, a, code_of(s)) != NULL;
}

const char *action_canonical(struct arena *a, struct str s)
{
	const char *known = find(actions, a, code_of(s));

	return known ? known : str_dup(a, code_of(s));
}
