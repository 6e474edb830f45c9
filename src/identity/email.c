/*
 * E-mail addresses made comparable: the mailbox, whose it is, and the company behind the domain.
 * Public suffixes: libpsl.
 */
#include <libpsl.h>
#include <pthread.h>
#include "base/err.h"
#include "identity/card.h"
#include "identity/similar.h"
#include "understand/understand.h"

/* Where a slip of the finger in the domain is mended. */
static const char *const providers[] = {
	"gmail.com",   "hotmail.com", "yahoo.com", "outlook.com", "icloud.com",  "naver.com",
	"hanmail.net", "qq.com",      "163.com",   "126.com",     "yahoo.co.jp", "t-online.de"
};
#define SURE_LENGTH 8 /* bytes of a domain in which one edit says no other thing */

static psl_ctx_t *suffixes;

static void open_suffixes(void)
{
	suffixes = psl_latest(NULL);
	if (!suffixes)
		BUG("libpsl has no list of public suffixes");
}

/* The part of the domain that its owner chose: "acme" of mail.acme.co.uk. */
static struct str own_label(const char *domain)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const char *own;

	pthread_once(&once, open_suffixes);
	own = psl_registrable_domain(suffixes, domain);
	return own ? str_upto(str_of(own), str_find(str_of(own), '.')) : str_of(NULL);
}

static bool is_free(struct str domain)
{
	return table_find(&table_free_mail, domain) != NULL;
}

static const char *mended(struct str domain)
{
	for (size_t i = 0; i < LL_COUNT(providers); i++) {
		struct str p = str_of(providers[i]);
		size_t label = str_find(p, '.');

		if (similar_edits(domain, p, 1) <= 1 &&
		    (p.n > SURE_LENGTH ||
		     str_eq(str_upto(domain, str_find(domain, '.')), str_upto(p, label))))
			return providers[i];
	}
	return NULL;
}

static bool is_junk(struct str user, struct str domain)
{
	return table_find(&table_sample_domains, domain) ||
	       table_find(&table_junk_mailboxes, user) ||
	       str_eq(user, str_upto(domain, str_find(domain, '.')));
}

/* The address in its one spelling, or NULL. */
static const char *canonical(struct arena *scratch, struct str raw)
{
	const char *clean = email_clean(scratch, raw), *at, *mend;
	struct str domain;

	at = clean ? strrchr(clean, '@') : NULL;
	if (!at)
		return NULL;
	domain = str_of(at + 1);
	mend = is_free(domain) ? NULL : mended(domain);
	if (mend)
		clean = arena_printf(scratch, "%.*s%s", (int)(at + 1 - clean), clean, mend);
	return email_key(scratch, clean);
}

void clean_email(struct arena *a, struct arena *scratch, struct str raw, struct identity_card *c)
{
	const char *key = raw.n ? canonical(scratch, raw) : NULL, *at;
	struct str user, domain, label;

	if (!key)
		return;
	at = strrchr(key, '@');
	user = (struct str){ key, (size_t)(at - key) };
	domain = str_of(at + 1);
	if (is_junk(user, domain))
		return;
	c->user = term_of(a, user);
	c->domain = term_of(a, domain);
	c->mail = is_free(domain)                         ? MAIL_FREE
		  : table_find(&table_throw_away, domain) ? MAIL_DISPOSABLE
							  : MAIL_CORPORATE;
	c->role = c->mail != MAIL_FREE && table_find(&table_role_mailboxes, user);
	if (c->mail != MAIL_CORPORATE)
		return;
	label = own_label(at + 1);
	c->label = text_hash(label);
	c->label_text = term_of(a, label);
}
