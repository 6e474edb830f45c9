/* Any text to every normaliser: each is total, and its result is its own result. */
#include "fuzz.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "understand/understand.h"

static void check_country(struct arena *a, struct str text)
{
	const char *rule, *code = country_code(a, text, &rule);

	MUST(rule);
	MUST(!code || strcmp(country_code(a, str_of(code), &rule), code) == 0);
}

static void check_phone(struct arena *a, struct str text)
{
	static const char *const countries[] = { NULL, "US", "KR", "CN", "IT", "AR", "ZZ" };

	for (size_t i = 0; i < LL_COUNT(countries); i++) {
		const char *rule, *e164 = phone_e164(a, text, countries[i], &rule), *again;

		MUST(rule);
		if (!e164)
			continue;
		again = phone_e164(a, str_of(e164), NULL, &rule);
		MUST(again && strcmp(again, e164) == 0);
	}
}

static void check_email(struct arena *a, struct str text)
{
	const char *clean = email_clean(a, text), *again, *key;

	if (!clean)
		return;
	again = email_clean(a, str_of(clean));
	MUST(again && strcmp(again, clean) == 0);
	MUST(strlen(clean) <= LIMIT_EMAIL);
	key = email_key(a, clean);
	MUST(!key || strcmp(email_key(a, key), key) == 0);
}

static void check_name(struct arena *a, struct str text)
{
	unsigned flags = 0;
	const char *clean = name_clean(a, text, LIMIT_NAME, &flags), *again;

	if (!clean)
		return;
	MUST(*clean && strlen(clean) <= LIMIT_NAME * 4 && utf8_valid(str_of(clean)));
	again = name_clean(a, str_of(clean), LIMIT_NAME, &flags);
	MUST(again && strcmp(again, clean) == 0);
}

static void check_search(struct arena *a, struct str text)
{
	AUTO_BUF b = buf_new(LIMIT_BODY_DEFAULT);
	struct str out;
	size_t spaces = 0;

	search_tokens(a, text, &b);
	MUST(buf_ok(&b));
	out = buf_view(&b);
	for (size_t i = 0; i < out.n; i++) {
		char c = out.p[i];

		MUST((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' ');
		spaces += c == ' ';
	}
	MUST(spaces < 256);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA a = arena_new("fuzz", LIMIT_ARENA_REQUEST);
	struct str raw = { (const char *)data, n };
	bool changed;
	/* The reader hands them repaired text; search and names take what they get. */
	struct str text = str_of(utf8_repair(a, raw, &changed));

	check_country(a, text);
	check_phone(a, text);
	check_email(a, text);
	check_name(a, text);
	check_search(a, raw);
	return 0;
}
