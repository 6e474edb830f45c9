/*
 * multipart/form-data (RFC 7578) into the text of a form: what browsers send for a form with a file
 * in it, and what many flows send for any form. A file's content is not read: its name stands for
 * it.
 */
#include "understand/form.h"

#include "base/limits.h"
#include "base/utf8.h"

#define BOUNDARY_MAX  256 /* RFC 2046 has 70 */
#define PART_NAME_MAX 1024

struct part {
	struct str name, value, type;
	bool file;
};

/* The parameter of a header's value as it stands, without quotes; "" when it is not there. */
static struct str parameter(struct str header, const char *name)
{
	struct str piece;

	while (header.n && str_split(&header, ';', &piece)) {
		struct str p = str_trim(piece), value;
		size_t eq = str_find(p, '=');

		if (eq == p.n || !str_ieq_z(str_trim(str_upto(p, eq)), name))
			continue;
		value = str_trim(str_from(p, eq + 1));
		if (value.n < 2 || value.p[0] != '"')
			return value;
		value = str_from(value, 1);
		return str_upto(value, str_find(value, '"'));
	}
	return STR("");
}

static struct str first_line(struct str *rest)
{
	size_t n = str_find(*rest, '\n');
	struct str line = str_upto(*rest, n && n < rest->n && rest->p[n - 1] == '\r' ? n - 1 : n);

	*rest = str_from(*rest, n + 1);
	return line;
}

/* Headers of a part; rest is its value afterwards. False when it is no part of a form. */
static bool read_headers(struct str *rest, struct part *ret)
{
	*ret = (struct part){ 0 };
	while (rest->n) {
		struct str line = first_line(rest), value;
		size_t colon = str_find(line, ':');

		if (!str_trim(line).n)
			break;
		value = str_from(line, colon + 1);
		if (str_ieq_z(str_upto(line, colon), "content-type"))
			ret->type = str_trim(value);
		if (!str_ieq_z(str_upto(line, colon), "content-disposition"))
			continue;
		ret->name = parameter(value, "name");
		ret->value = parameter(value, "filename");
		ret->file = memmem(value.p, value.n, "filename", 8) != NULL;
	}
	return ret->name.n && ret->name.n <= PART_NAME_MAX;
}

/* The next part between two boundaries; false at the end. */
static bool next_part(struct str *rest, struct str boundary, struct part *ret)
{
	while (rest->n) {
		const char *end = memmem(rest->p, rest->n, boundary.p, boundary.n);
		struct str inside = str_upto(*rest, end ? (size_t)(end - rest->p) : rest->n);

		*rest = str_from(*rest, inside.n + boundary.n);
		(void)first_line(&inside); /* what follows the boundary before */
		if (!read_headers(&inside, ret))
			continue;
		if (!ret->file) {
			if (inside.n && inside.p[inside.n - 1] == '\n')
				inside.n--;
			if (inside.n && inside.p[inside.n - 1] == '\r')
				inside.n--;
			ret->value = inside;
		}
		return true;
	}
	return false;
}

/* "--" and what the Content-Type says, or the first line of a body that has such a form. */
static struct str boundary_of(struct arena *a, struct str body, struct str content_type)
{
	struct str said = STR(""), rest = body, line;
	char *out;

	if (str_istarts(str_trim(content_type), "multipart/"))
		said = parameter(content_type, "boundary");
	if (said.n && said.n <= BOUNDARY_MAX) {
		out = arena_alloc(a, said.n + 2);
		memcpy(out, "--", 2);
		memcpy(out + 2, said.p, said.n);
		return (struct str){ out, said.n + 2 };
	}
	line = first_line(&rest);
	if (str_starts(line, "--") && line.n > 2 && line.n <= BOUNDARY_MAX &&
	    str_istarts(rest, "content-disposition:"))
		return line;
	return STR("");
}

bool form_of_multipart(struct arena *a, struct str body, struct str content_type, struct str *ret,
		       struct str *ret_label)
{
	struct str boundary = boundary_of(a, utf8_trim(body), content_type), rest = body;
	const char *first = boundary.n ? memmem(body.p, body.n, boundary.p, boundary.n) : NULL;
	struct form_out o;
	struct part p;

	if (!first || body.n > LIMIT_CONVERT)
		return false;
	*ret_label = STR("");
	o = form_out(a, body.n);
	rest = str_from(body, (size_t)(first - body.p) + boundary.n);
	while (next_part(&rest, boundary, &p)) {
		if (!ret_label->n)
			*ret_label = charset_label(p.type);
		form_put(&o, p.name, p.value);
	}
	if (!o.n)
		return false;
	*ret = form_text(&o);
	return true;
}
