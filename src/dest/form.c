/* application/x-www-form-urlencoded, as RFC 6749 and the forms of CRMs want it. */
#include "base/buf.h"
#include "dest/rows.h"

static bool is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

void dest_form_encode(struct buf *b, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (!is_plain(c)) {
			buf_byte(b, '%');
			buf_byte(b, hex[c >> 4]);
			buf_byte(b, hex[c & 15]);
		} else {
			buf_byte(b, (char)c);
		}
	}
}

void dest_form_put(struct buf *b, const char *name, struct str value)
{
	if (b->n)
		buf_byte(b, '&');
	dest_form_encode(b, str_of(name));
	buf_byte(b, '=');
	dest_form_encode(b, value);
}
