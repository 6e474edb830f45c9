#include "conf/conf.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "mail/mail.h"

#define FILE_MAX_BYTES (256 * 1024)

static bool read_file(const char *path, struct buf *b, struct err *e)
{
	char piece[4096];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return ERR(e, ERR_INPUT, "conf.file", "%s: %s.", path, strerror(errno));
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		buf_add(b, piece, (size_t)n);
	close(fd);
	if (n < 0)
		return ERR(e, ERR_INPUT, "conf.file", "%s: %s.", path, strerror(errno));
	if (!buf_ok(b))
		return ERR(e, ERR_INPUT, "conf.file", "%s is longer than %d bytes.", path,
			   FILE_MAX_BYTES);
	return true;
}

/* The last line end of a file of one value belongs to the editor. */
static struct str without_line_end(struct str s)
{
	while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

bool conf_secret(struct arena *a, struct str text, struct str *ret, struct err *e)
{
	AUTO_BUF b = buf_new(FILE_MAX_BYTES);

	if (!str_starts(text, "@")) {
		*ret = text;
		return true;
	}
	if (!read_file(str_dup(a, str_from(text, 1)), &b, e))
		return false;
	*ret = str_of(str_dup(a, without_line_end(buf_view(&b))));
	return true;
}

static bool set(struct arena *a, const struct field *f, struct str text, const char *where,
		struct conf *into, struct err *e)
{
	struct err why = { 0 };

	if ((f->flags & FIELD_SECRET && !conf_secret(a, text, &text, &why)) ||
	    !field_set_text(a, f, text, into, &why))
		return ERR_FIELD(e, ERR_INPUT, "conf.value", f->name, "%s: %s", where, why.text);
	return true;
}

/* LEADLINE_PUBLIC_URL of publicUrl. */
const char *conf_env_name(struct arena *a, const char *option)
{
	char *out = arena_alloc(a, strlen(option) * 2 + sizeof("LEADLINE_"));
	char *to = out + sprintf(out, "LEADLINE_");

	for (; *option; option++) {
		if (isupper((unsigned char)*option))
			*to++ = '_';
		*to++ = (char)toupper((unsigned char)*option);
	}
	return out;
}

const char *conf_flag_name(struct arena *a, const char *name)
{
	char *out = arena_alloc(a, strlen(name) * 2 + 1), *to = out;

	for (; *name; name++) {
		if (isupper((unsigned char)*name))
			*to++ = '-';
		*to++ = (char)tolower((unsigned char)*name);
	}
	return out;
}

/* One line of the file: blank, a comment, or `name = value`. A value may stand in double quotes. */
static bool take_line(struct arena *a, struct str line, const char *where, bool *seen,
		      struct conf *into, struct err *e)
{
	size_t eq;
	const struct field *f;
	struct str name, value;

	line = str_trim(line);
	if (!line.n || line.p[0] == '#')
		return true;
	eq = str_find(line, '=');
	if (eq == line.n)
		return ERR(e, ERR_INPUT, "conf.line", "%s: a line is `name = value`.", where);
	name = str_trim(str_upto(line, eq));
	value = str_trim(str_from(line, eq + 1));
	if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
		value = str_from(str_upto(value, value.n - 1), 1);
	f = field_find(conf_options, name);
	if (!f)
		return ERR_FIELD(e, ERR_INPUT, "conf.unknown", "",
				 "%s: there is no option " STR_FMT ".", where,
				 STR_ARG(str_upto(name, name.n < 64 ? name.n : 64)));
	if (seen[f - conf_options])
		return ERR_FIELD(e, ERR_INPUT, "conf.twice", f->name,
				 "%s: %s is set a second time.", where, f->name);
	seen[f - conf_options] = true;
	return set(a, f, value, where, into, e);
}

static size_t option_count(void)
{
	size_t n = 0;

	while (conf_options[n].name)
		n++;
	return n;
}

static bool take_file(struct arena *a, const char *path, struct conf *into, struct err *e)
{
	AUTO_BUF b = buf_new(FILE_MAX_BYTES);
	bool *seen = ARENA_ARRAY(a, bool, option_count());
	struct str rest, line;

	if (!read_file(path, &b, e))
		return false;
	rest = buf_view(&b);
	for (int number = 1; str_split(&rest, '\n', &line); number++)
		if (!take_line(a, line, arena_printf(a, "%s:%d", path, number), seen, into, e))
			return false;
	return true;
}

static const char *env_value(const char *const *environ_, const char *name)
{
	size_t n = strlen(name);

	for (; environ_ && *environ_; environ_++)
		if (!strncmp(*environ_, name, n) && (*environ_)[n] == '=')
			return *environ_ + n + 1;
	return NULL;
}

static bool take_environment(struct arena *a, const char *const *environ_, struct conf *into,
			     struct err *e)
{
	for (const struct field *f = conf_options; f->name; f++) {
		const char *name = conf_env_name(a, f->name);
		const char *value = env_value(environ_, name);

		if (value && !set(a, f, str_of(value), name, into, e))
			return false;
	}
	return true;
}

static bool take_flags(struct arena *a, const char *const *flags, struct conf *into, struct err *e)
{
	for (; flags && flags[0]; flags += 2) {
		const struct field *f = field_find(conf_options, str_of(flags[0]));

		if (!f)
			return ERR_FIELD(e, ERR_INPUT, "conf.unknown", "", "There is no option %s.",
					 flags[0]);
		if (!set(a, f, str_of(flags[1]),
			 arena_printf(a, "--%s", conf_flag_name(a, f->name)), into, e))
			return false;
	}
	return true;
}

static bool check_mail(struct arena *a, const struct conf *c, struct err *e)
{
	struct mail_address from;

	if (c->mail_from && !mail_address_parse(a, str_of(c->mail_from), "mailFrom", &from, e))
		return false;
	if (c->smtp_url && !mail_relay_ok(str_of(c->smtp_url), "smtpUrl", e))
		return false;
	if (c->smtp_name && !mail_host_ok(str_of(c->smtp_name)))
		return ERR_FIELD(e, ERR_INPUT, "conf.smtp", "smtpName",
				 "smtpName is a host name: letters, digits, hyphens and dots.");
	if (c->smtp_url && !c->mail_from)
		return ERR_FIELD(e, ERR_INPUT, "conf.smtp", "mailFrom",
				 "smtpUrl and mailFrom belong together: set mailFrom, too.");
	if (!c->smtp_user != !c->smtp_password)
		return ERR_FIELD(
			e, ERR_INPUT, "conf.smtp", c->smtp_user ? "smtpPassword" : "smtpUser",
			"smtpUser and smtpPassword belong together: set both, or neither.");
	if (c->smtp_user && !c->smtp_url)
		return ERR_FIELD(e, ERR_INPUT, "conf.smtp", "smtpUrl",
				 "smtpUser is for the relay that smtpUrl names: set smtpUrl, too.");
	return true;
}

/* What several options say together. */
static bool check(struct arena *a, struct conf *c, struct err *e)
{
	if (!c->db)
		c->db = arena_printf(a, "sqlite:%s/leadline.db", c->data);
	if (!str_starts(str_of(c->db), "sqlite:") && !str_starts(str_of(c->db), "postgresql://") &&
	    !str_starts(str_of(c->db), "postgres://"))
		return ERR_FIELD(e, ERR_INPUT, "conf.db", "db",
				 "db begins with sqlite: or postgresql://.");
	if (!c->tls_cert != !c->tls_key)
		return ERR_FIELD(e, ERR_INPUT, "conf.tls", c->tls_cert ? "tlsKey" : "tlsCert",
				 "tlsCert and tlsKey belong together: set both, or neither.");
	if (c->session_idle_s > c->session_max_s)
		return ERR_FIELD(e, ERR_INPUT, "conf.session", "sessionIdleS",
				 "sessionIdleS must not be more than sessionMaxS.");
	return check_mail(a, c, e);
}

bool conf_load(struct arena *a, const struct conf_source *s, struct conf *ret, struct err *e)
{
	struct conf c = { 0 };

	field_defaults(a, conf_options, &c);
	if ((s->file && !take_file(a, s->file, &c, e)) ||
	    !take_environment(a, s->environ_, &c, e) || !take_flags(a, s->flags, &c, e) ||
	    !check(a, &c, e))
		return false;
	*ret = c;
	return true;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_list(const char *const *a, const char *const *b)
{
	static const char *const none[] = { NULL };

	for (a = a ? a : none, b = b ? b : none; *a && *b; a++, b++)
		if (strcmp(*a, *b) != 0)
			return false;
	return !*a && !*b;
}

static bool same(const struct field *f, const struct conf *old, const struct conf *now)
{
	const void *a = (const char *)old + f->off, *b = (const char *)now + f->off;

	switch (f->type) {
	case FIELD_INT:
	case FIELD_TIME: return *(const int64_t *)a == *(const int64_t *)b;
	case FIELD_BOOL: return *(const bool *)a == *(const bool *)b;
	case FIELD_STRS:
		return same_list(*(const char *const *const *)a, *(const char *const *const *)b);
	case FIELD_STR:
	case FIELD_CHOICE:
	case FIELD_URL:
	case FIELD_EMAIL: return same_text(*(const char *const *)a, *(const char *const *)b);
	case FIELD_ID:
	case FIELD_OBJ: BUG("an option cannot be of the type of %s", f->name);
	}
	return false;
}

const char *conf_needs_restart(const struct conf *old, const struct conf *now)
{
	for (const struct field *f = conf_options; f->name; f++)
		if (f->flags & FIELD_NO_RELOAD && !same(f, old, now))
			return f->name;
	return NULL;
}

/* The first address of `listen` as others on this machine reach it. */
static const char *local_address(struct arena *a, const struct conf *c)
{
	struct str first = str_trim(str_upto(str_of(c->listen), str_find(str_of(c->listen), ',')));
	size_t colon = first.n;

	while (colon && first.p[colon - 1] != ':')
		colon--;
	if (!colon)
		return str_dup(a, first);
	if (str_starts(first, "0.0.0.0:"))
		return arena_printf(a, "127.0.0.1:" STR_FMT, STR_ARG(str_from(first, colon)));
	if (str_starts(first, "[::]:"))
		return arena_printf(a, "[::1]:" STR_FMT, STR_ARG(str_from(first, colon)));
	return str_dup(a, first);
}

const char *conf_base_url(struct arena *a, const struct conf *c)
{
	size_t n;

	if (!c->public_url)
		return arena_printf(a, "%s://%s", c->tls_cert ? "https" : "http",
				    local_address(a, c));
	n = strlen(c->public_url);
	while (n && c->public_url[n - 1] == '/')
		n--;
	return arena_strndup(a, c->public_url, n);
}

/* The host of a URL, "" when it is an address or none. */
static const char *url_host(struct arena *a, const char *url)
{
	const char *at = url ? strstr(url, "://") : NULL;
	const char *host = at ? at + 3 : "";
	struct str s = { host, strcspn(host, ":/?#[") };
	bool letters = false;

	for (size_t i = 0; i < s.n; i++)
		letters |= isalpha((unsigned char)s.p[i]) != 0;
	return letters && mail_host_ok(s) ? str_dup(a, s) : "";
}

const char *conf_host_name(struct arena *a, const struct conf *c)
{
	char machine[256] = "";

	if (*url_host(a, c->public_url))
		return url_host(a, c->public_url);
	if (gethostname(machine, sizeof(machine) - 1) == 0 && mail_host_ok(str_of(machine)))
		return arena_strdup(a, machine);
	return "localhost";
}
