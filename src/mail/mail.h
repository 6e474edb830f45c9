/*
 * Mail as text: addresses, and the bytes of a message. Pure; net/ hands them to the relay. Whatever
 * a value holds, no header gets a line break, a NUL or a header more from it. RFC 5322, 2045, 2047,
 * 3834, 8058.
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Strict: a dot-atom of ASCII, @, and a domain of at least two labels whose last is no number. What
 * else RFC 5321 allows (quotes, address literals, UTF-8) is seen in attacks more often than in
 * mail; a domain of another script is written in its xn-- form.
 */
bool mail_address_ok(struct str address);

struct mail_address {
	const char *name;    /* as people see it; NULL: none */
	const char *address; /* bare */
};
/* "leads@contoso.com", "Contoso leads <leads@contoso.com>", "\"…\" <…>": ERR_INPUT mail.address. */
bool mail_address_parse(struct arena *a, struct str text, const char *field,
			struct mail_address *ret, struct err *e) LL_MUST;

/* "smtp://host", "smtps://host:465": nothing else in it. ERR_INPUT mail.relay names the field. */
bool mail_relay_ok(struct str url, const char *field, struct err *e) LL_MUST;

/* The name to say in EHLO: like a domain, one label will do. */
bool mail_host_ok(struct str name);

#define MAIL_TEXT_MAX (256 * 1024) /* of one part, encoded */

struct mail {
	struct mail_address from;
	const char *to;          /* one bare address */
	const char *reply_to;    /* bare; left out unless mail_address_ok(); NULL: none */
	const char *subject;     /* any text */
	const char *text, *html; /* any text, lines ending as they like; html is the caller's to
				    escape (mail_html) */
	const char *id;          /* of the Message-ID, before its @: letters, digits, - and . */
	int64_t at_ms;           /* Date */
	const char *unsubscribe; /* an https URL that takes a one-click POST, or NULL */
};
/*
 * The message as SMTP wants it, lines ending in CR LF, all of it ASCII: multipart/alternative, text
 * first. The same mail gives the same bytes. False: from or to is no address, or a part is longer
 * than MAIL_TEXT_MAX.
 */
bool mail_build(struct arena *a, const struct mail *m, struct str *ret, struct err *e) LL_MUST;

/* Text as it may stand in HTML, in an attribute's quotes too. */
void mail_html(struct buf *out, const char *text);

/* ---- the pieces, for mail_build() and its tests ---- */

/* One line of text without controls: what is left of any text that is to stand in a header. */
char *mail_one_line(struct arena *a, const char *text);
/* "Subject: text", folded, in encoded-words where it is not plain ASCII; ends in CR LF. */
void mail_put_text(struct buf *out, const char *name, struct str one_line);
/* "From: name <address>", the name as atoms, quoted, or in encoded-words. */
void mail_put_address(struct buf *out, const char *name, struct str display, const char *address);
/* Quoted-printable (RFC 2045, 6.7): lines of at most 76, ending in CR LF. */
void mail_put_quoted(struct buf *out, struct str text);
