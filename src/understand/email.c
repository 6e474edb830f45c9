/*
 * E-mail addresses: what can be written to, and what tells that two are one mailbox. The domain
 * comes in the form the wire wants it (lower case, IDNA by UTS #46); the part before the @ stays as
 * it is.
 */
#include "understand/understand.h"

#include <pthread.h>
#include <unicode/uidna.h>
#include "base/limits.h"
#include "base/utf8.h"
#include "understand/test_lead.h"

#define LOCAL_MAX  64 /* RFC 5321, 4.5.3.1 */
#define DOMAIN_MAX 253

/* Where a mailbox has more than one spelling. Every other provider: what follows a + is a tag. */
static const struct provider {
	const char *domain, *same_as, *tags;
	bool dots; /* before the @ they do not count */
} providers[] = {
	{ "gmail.com", "gmail.com", "+", true },
	{ "googlemail.com", "gmail.com", "+", true },
	{ "icloud.com", "icloud.com", "+", false },
	{ "mac.com", "icloud.com", "+", false },
	{ "me.com", "icloud.com", "+", false },
	{ "pm.me", "proton.me", "+", true },
	{ "proton.me", "proton.me", "+", true },
	{ "protonmail.com", "proton.me", "+", true },
	{ "rocketmail.com", "rocketmail.com", "-", false },
	{ "yahoo.ca", "yahoo.ca", "-", false },
	{ "yahoo.co.in", "yahoo.co.in", "-", false },
	{ "yahoo.co.jp", "yahoo.co.jp", "-", false },
	{ "yahoo.co.uk", "yahoo.co.uk", "-", false },
	{ "yahoo.com", "yahoo.com", "-", false },
	{ "yahoo.com.br", "yahoo.com.br", "-", false },
	{ "yahoo.de", "yahoo.de", "-", false },
	{ "yahoo.es", "yahoo.es", "-", false },
	{ "yahoo.fr", "yahoo.fr", "-", false },
	{ "yahoo.it", "yahoo.it", "-", false },
	{ "ymail.com", "ymail.com", "-", false },
};

/* Domains of addresses that stand for no customer: Microsoft's test leads come from there. */
static const char *const samples[] = { "test.com" };

/* Full-width forms become ASCII, angle brackets and "mailto:" go. */
static struct str bare(struct arena *a, struct str text)
{
	char *out = arena_alloc(a, text.n + 1);
	struct str s = { out, 0 };
	size_t open, close;

	while (text.n) {
		uint32_t cp;
		size_t n = utf8_next(text, &cp);

		if (cp >= 0xFF01 && cp <= 0xFF5E)
			out[s.n++] = (char)(cp - 0xFF01 + '!');
		else
			for (size_t i = 0; i < n; i++)
				out[s.n++] = text.p[i];
		text = str_from(text, n);
	}
	open = str_find(s, '<');
	close = str_find(s, '>');
	if (open < close && close < s.n)
		s = str_upto(str_from(s, open + 1), close - open - 1);
	s = utf8_trim(s);
	return str_istarts(s, "mailto:") ? str_from(s, 7) : s;
}

static bool local_ok(struct str s)
{
	static const char extra[] = "!#$%&'*+-/=?^_`{|}~.";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (!((c | 32) >= 'a' && (c | 32) <= 'z') && !(c >= '0' && c <= '9') && c < 0x80 &&
		    !memchr(extra, c, sizeof(extra) - 1))
			return false;
	}
	return s.n && s.n <= LOCAL_MAX && s.p[0] != '.';
}

static bool label_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') &&
		    s.p[i] != '-')
			return false;
	return s.n && s.n <= 63 && s.p[0] != '-' && s.p[s.n - 1] != '-';
}

static bool domain_ok(struct str s)
{
	struct str label = STR("");
	size_t labels = 0;

	if (s.n > DOMAIN_MAX)
		return false;
	while (str_split(&s, '.', &label)) {
		if (!label_ok(label))
			return false;
		labels++;
	}
	/* The last one is a top-level domain: never a number. */
	return labels > 1 && !(label.p[0] >= '0' && label.p[0] <= '9');
}

static UIDNA *idna;

static void open_idna(void)
{
	UErrorCode e = U_ZERO_ERROR;

	idna = uidna_openUTS46(
		UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &e);
	if (U_FAILURE(e))
		BUG("ICU has no IDNA: %s", u_errorName(e));
}

/* The domain in lower-case ASCII, or the empty view. */
static struct str domain_ascii(struct arena *a, struct str s)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UErrorCode e = U_ZERO_ERROR;
	char *out = arena_alloc(a, DOMAIN_MAX + 3);
	bool plain = true;
	int32_t n;

	for (size_t i = 0; i < s.n; i++)
		plain = plain && (unsigned char)s.p[i] < 0x80;
	if (plain) {
		n = (int32_t)(s.n <= DOMAIN_MAX ? s.n : 0);
		for (int32_t i = 0; i < n; i++)
			out[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + ('a' - 'A'))
								: s.p[i];
		return (struct str){ out, (size_t)n };
	}
	pthread_once(&once, open_idna);
	n = uidna_nameToASCII_UTF8(idna, s.p, (int32_t)s.n, out, DOMAIN_MAX + 2, &info, &e);
	if (U_FAILURE(e) || info.errors || n > DOMAIN_MAX)
		return STR("");
	return (struct str){ out, (size_t)n };
}

const char *email_clean(struct arena *a, struct str text)
{
	struct str s = bare(a, utf8_cut(utf8_trim(text), LIMIT_EMAIL * 4)), local, domain;
	size_t at = str_find(s, '@');
	char *out;

	local = str_upto(s, at);
	domain = str_from(s, at + 1);
	if (!local_ok(local) || !domain.n || !utf8_valid(local))
		return NULL;
	domain = domain_ascii(a, domain);
	if (domain.n && domain.p[domain.n - 1] == '.')
		domain.n--;
	if (!domain_ok(domain))
		return NULL;
	out = arena_alloc(a, local.n + 1 + domain.n + 1);
	memcpy(out, local.p, local.n);
	out[local.n] = '@';
	memcpy(out + local.n + 1, domain.p, domain.n);
	return out;
}

static const struct provider *provider_of(const char *domain)
{
	static const struct provider other = { NULL, NULL, "+", false };

	for (size_t i = 0; i < LL_COUNT(providers); i++)
		if (strcmp(domain, providers[i].domain) == 0)
			return &providers[i];
	return &other;
}

static bool is_sample(struct str local, const char *domain)
{
	for (size_t i = 0; i < LL_COUNT(samples); i++)
		if (strcmp(domain, samples[i]) == 0)
			return true;
	return test_lead_token(local);
}

const char *email_key(struct arena *a, const char *clean)
{
	const char *at = strrchr(clean, '@');
	struct str local = { clean, at ? (size_t)(at - clean) : 0 };
	const struct provider *p;
	char *out;
	size_t n = 0;

	if (!at || is_sample(local, at + 1))
		return NULL;
	p = provider_of(at + 1);
	out = arena_alloc(a, strlen(clean) + (p->same_as ? strlen(p->same_as) : 0) + 1);
	for (size_t i = 0; i < local.n; i++) {
		char c = local.p[i];

		if (i && strchr(p->tags, c))
			break;
		if (p->dots && c == '.')
			continue;
		out[n++] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
	}
	out[n++] = '@';
	at = p->same_as ? p->same_as : at + 1;
	memcpy(out + n, at, strlen(at) + 1);
	return out;
}
