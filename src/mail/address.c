/* Addresses and host names, narrower than the standards allow. */
#include "mail/mail.h"
#include <ctype.h>

#define LOCAL_MAX   64  /* RFC 5321, 4.5.3.1.1 */
#define LABEL_MAX   63  /* RFC 1035, 2.3.4 */
#define HOST_MAX    253 /* without the dot at its end */
#define ADDRESS_MAX 254 /* RFC 5321, 4.5.3.1.3, less its brackets */

static bool is_atext(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

/* Atoms with single dots between them. */
static bool is_dot_atom(struct str s)
{
	struct str atom;
	if (s.n == 0 || s.n > LOCAL_MAX)
		return false;
	while (str_split(&s, '.', &atom)) {
		if (atom.n == 0)
			return false;
		for (size_t i = 0; i < atom.n; i++)
			if (!is_atext(atom.p[i]))
				return false;
	}
	return true;
}

static bool is_label(struct str s)
{
	if (s.n == 0 || s.n > LABEL_MAX || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

/* How many labels; 0 when it is no host name. *ret_last gets the last one. */
static size_t labels(struct str host, struct str *ret_last)
{
	size_t n = 0;
	if (host.n == 0 || host.n > HOST_MAX || host.p[host.n - 1] == '.')
		return 0;
	while (str_split(&host, '.', ret_last)) {
		if (!is_label(*ret_last))
			return 0;
		n++;
	}
	return n;
}

bool mail_host_ok(struct str name)
{
	struct str last;
	return labels(name, &last) > 0;
}

bool mail_address_ok(struct str address)
{
	size_t at = address.n;
	struct str last = { NULL, 0 };
	while (at && address.p[at - 1] != '@')
		at--;
	if (at == 0 || address.n > ADDRESS_MAX)
		return false;
	if (!is_dot_atom(str_upto(address, at - 1)) || labels(str_from(address, at), &last) < 2)
		return false;
	for (size_t i = 0; i < last.n; i++)
		if (!isdigit((unsigned char)last.p[i]))
			return true;
	return false;
}

/* "\"a \\\"b\\\"\"" is a "b". */
static struct str unquoted(struct arena *a, struct str s)
{
	if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
		return s;
	char *out = arena_alloc(a, s.n), *to = out;
	for (size_t i = 1; i + 1 < s.n; i++) {
		if (s.p[i] == '\\' && i + 2 < s.n)
			i++;
		*to++ = s.p[i];
	}
	return (struct str){ out, (size_t)(to - out) };
}

bool mail_address_parse(struct arena *a, struct str text, const char *field,
			struct mail_address *ret, struct err *e)
{
	struct str s = str_trim(text), name = { NULL, 0 }, address = s;
	size_t open = s.n;
	while (open && s.p[open - 1] != '<')
		open--;
	if (open && s.p[s.n - 1] == '>') {
		name = str_trim(str_upto(s, open - 1));
		address = str_trim(str_upto(str_from(s, open), s.n - open - 1));
	}
	if (!mail_address_ok(address))
		return ERR_FIELD(e, ERR_INPUT, "mail.address", field,
				 STR_FMT " is no mail address: write name@example.com, or "
					 "Name <name@example.com>.",
				 STR_ARG(str_upto(s, 100)));
	name = unquoted(a, name);
	ret->address = str_dup(a, address);
	ret->name = name.n ? mail_one_line(a, str_dup(a, name)) : NULL;
	return true;
}

static bool is_port(struct str s)
{
	int64_t n;
	return s.n && s.n <= 5 && isdigit((unsigned char)s.p[0]) && str_int(s, &n) && n > 0 &&
	       n < 65536;
}

bool mail_relay_ok(struct str url, const char *field, struct err *e)
{
	bool tls = str_istarts(url, "smtps://");
	if (!tls && !str_istarts(url, "smtp://"))
		return ERR_FIELD(e, ERR_INPUT, "mail.relay", field,
				 "%s begins with smtp:// (STARTTLS) or smtps:// (TLS from the "
				 "start).",
				 field);
	struct str host = str_from(url, tls ? 8 : 7);
	if (host.n && host.p[host.n - 1] == '/')
		host.n--;
	size_t close = host.n && host.p[0] == '[' ? str_find(host, ']') : 0;
	size_t colon = close + str_find(str_from(host, close), ':');
	bool ok = colon == host.n || is_port(str_from(host, colon + 1));
	struct str name = str_upto(host, colon);
	if (name.n && name.p[0] == '[') { /* an IPv6 address: curl reads it */
		ok = ok && name.n > 3 && name.p[name.n - 1] == ']';
		for (size_t i = 1; ok && i + 1 < name.n; i++)
			ok = isxdigit((unsigned char)name.p[i]) || strchr(":.", name.p[i]);
	} else {
		ok = ok && mail_host_ok(name);
	}
	return ok || ERR_FIELD(e, ERR_INPUT, "mail.relay", field,
			       "%s is smtp://host:port or smtps://host:port and nothing else; user "
			       "and password have options of their own.",
			       field);
}
