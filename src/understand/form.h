/*
 * Bodies that become the text of a form (application/x-www-form-urlencoded) before they are read:
 * multipart ones, and forms whose escapes are bytes of an encoding older than Unicode. Private to
 * understand/.
 */
#pragma once
#include "understand/charset.h"

/* A form's text being written, of names and values that are bare bytes. */
struct form_out {
	char *p;
	size_t n, room;
};
/* bytes: all names and values together at most, with two more for each pair. */
struct form_out form_out(struct arena *a, size_t bytes);
void form_put(struct form_out *o, struct str name, struct str value);
struct str form_text(const struct form_out *o);

/* False when the body is no such thing. *ret_label: the charset that its parts name, or "". */
bool form_of_multipart(struct arena *a, struct str body, struct str content_type, struct str *ret,
		       struct str *ret_label) LL_MUST;
/* Whether a form's text, its escapes resolved, is anything but UTF-8. */
bool form_is_foreign(struct arena *a, struct str text);
/* The charset that a form names for itself (_charset_, encoding), or "". */
struct str form_label(struct arena *a, struct str text);
/* The same form in UTF-8; false when ICU cannot. */
bool form_read(struct arena *a, const struct charset *c, struct str text, struct str *ret,
	       bool *ret_broken) LL_MUST;
