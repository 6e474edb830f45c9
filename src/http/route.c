#include "http/route.h"

#include <stdlib.h>
#include "base/utf8.h"

#define METHODS (HTTP_OTHER + 1)

struct node {
	struct str text;                 /* of a literal segment */
	struct node *children, *sibling; /* literals below; next literal beside */
	struct node *part, *rest;        /* {name} and {name*} below */
	const struct route *by_method[METHODS], *any;
};
struct routes {
	struct node root;
};

static const struct {
	enum http_method method;
	const char *text;
} methods[] = {
	{ HTTP_GET, "GET" }, { HTTP_HEAD, "HEAD" },   { HTTP_POST, "POST" },
	{ HTTP_PUT, "PUT" }, { HTTP_PATCH, "PATCH" }, { HTTP_DELETE, "DELETE" },
};

const char *http_method_text(enum http_method m)
{
	for (size_t i = 0; i < LL_COUNT(methods); i++)
		if (methods[i].method == m)
			return methods[i].text;
	return "OTHER";
}

enum http_method http_method_of(struct str s)
{
	for (size_t i = 0; i < LL_COUNT(methods); i++)
		if (str_eq_z(s, methods[i].text))
			return methods[i].method;
	return HTTP_OTHER;
}

static struct node *literal_below(struct arena *a, struct node *at, struct str text)
{
	struct node *n;

	for (n = at->children; n; n = n->sibling)
		if (str_eq(n->text, text))
			return n;
	n = ARENA_NEW(a, struct node);
	n->text = text;
	n->sibling = at->children;
	at->children = n;
	return n;
}

static struct node *below(struct arena *a, struct node *at, struct str segment)
{
	struct node **slot;

	if (!str_starts(segment, "{"))
		return literal_below(a, at, segment);
	slot = segment.p[segment.n - 2] == '*' ? &at->rest : &at->part;
	if (!*slot)
		*slot = ARENA_NEW(a, struct node);
	return *slot;
}

struct routes *routes_compile(struct arena *a, const struct route *all, size_t n)
{
	struct routes *r = ARENA_NEW(a, struct routes);

	for (size_t i = 0; i < n; i++) {
		struct str rest = str_from(str_of(all[i].path), 1), segment;
		struct node *at = &r->root;

		while (str_split(&rest, '/', &segment))
			at = below(a, at, segment);
		if (all[i].flags & ROUTE_ANY_METHOD)
			at->any = &all[i];
		else
			at->by_method[all[i].method] = &all[i];
	}
	return r;
}

/* Tries one way down; keeps the first row that answers m, and what the others on the way allow. */
struct walk {
	enum http_method method;
	struct route_match found;
};

static void arrive(struct walk *w, const struct node *at)
{
	const struct route *row = at->by_method[w->method];

	for (unsigned m = 0; m < METHODS; m++)
		if (at->by_method[m]) {
			w->found.allowed |= 1U << m;
			w->found.other = at->by_method[m];
		}
	if (at->by_method[HTTP_GET])
		w->found.allowed |= 1U << HTTP_HEAD;
	if (!row && w->method == HTTP_HEAD)
		row = at->by_method[HTTP_GET];
	w->found.route = row ? row : at->any;
}

/* segment: the first one of what is left; rest: what follows it; last: nothing follows. */
static bool descend(struct walk *w, const struct node *at, struct str left)
{
	size_t cut = str_find(left, '/');
	struct str segment = str_upto(left, cut);
	bool last = cut == left.n;
	const struct node *next[2] = { NULL, at->part };
	size_t args = w->found.arg_count;

	for (const struct node *n = at->children; n && !next[0]; n = n->sibling)
		if (str_eq(n->text, segment))
			next[0] = n;
	for (size_t i = 0; i < 2; i++) {
		if (!next[i] || (i == 1 && !segment.n))
			continue;
		w->found.arg_count = args;
		if (i == 1)
			w->found.args[w->found.arg_count++] = segment;
		if (last)
			arrive(w, next[i]);
		else if (descend(w, next[i], str_from(left, cut + 1)))
			return true;
		if (w->found.route)
			return true;
	}
	w->found.arg_count = args;
	if (at->rest && left.n) {
		w->found.args[w->found.arg_count++] = left;
		arrive(w, at->rest);
	}
	return w->found.route != NULL;
}

struct route_match routes_match(const struct routes *r, enum http_method m, struct str path)
{
	struct walk w = { .method = m };

	if (path.n && path.p[0] == '/')
		descend(&w, &r->root, str_from(path, 1));
	return w.found;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

const char *url_decode(struct arena *a, struct str s, bool plus)
{
	char *out = arena_alloc(a, s.n + 1), *to = out;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%') {
			int high = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
			int low = i + 2 < s.n ? hex_digit(s.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return NULL;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (plus && c == '+') {
			c = ' ';
		}
		if (!c)
			return NULL;
		*to++ = c;
	}
	return utf8_valid((struct str){ out, (size_t)(to - out) }) ? out : NULL;
}

/* ---- what a table must be, checked at start ---- */

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z'))
			return false;
	return s.n > 0;
}

static bool check_path(const struct route *r, struct err *e)
{
	struct str rest = str_of(r->path), segment;
	size_t args = 0;

	if (!str_starts(rest, "/"))
		return ERR(e, ERR_BUG, "route.path", "%s does not begin with /", r->path);
	rest = str_from(rest, 1);
	while (str_split(&rest, '/', &segment)) {
		struct str name;
		bool takes_rest;

		if (!str_starts(segment, "{")) {
			if (memchr(segment.p, '{', segment.n) || memchr(segment.p, '%', segment.n))
				return ERR(e, ERR_BUG, "route.path", "%s: odd part", r->path);
			continue;
		}
		if (segment.n < 3 || segment.p[segment.n - 1] != '}')
			return ERR(e, ERR_BUG, "route.path", "%s: { without }", r->path);
		takes_rest = segment.p[segment.n - 2] == '*';
		name = str_from(str_upto(segment, segment.n - (takes_rest ? 2 : 1)), 1);
		if (!is_name(name))
			return ERR(e, ERR_BUG, "route.path", "%s: a part has no name", r->path);
		if (takes_rest && segment.p + segment.n != r->path + strlen(r->path))
			return ERR(e, ERR_BUG, "route.path", "%s: {…*} is not last", r->path);
		if (++args > ROUTE_ARGS)
			return ERR(e, ERR_BUG, "route.path", "%s: too many parts", r->path);
	}
	return true;
}

static bool check_row(const struct route *r, struct err *e)
{
	int ways = (r->fn != NULL) + (r->batch != NULL) + (r->stream != NULL);

	if (r->role == ROLE_NONE)
		return ERR(e, ERR_BUG, "route.role", "%s has no role", r->path);
	if (!r->summary || !r->summary[0])
		return ERR(e, ERR_BUG, "route.summary", "%s has no summary", r->path);
	if (!(r->flags & ROUTE_ANY_METHOD) && (r->method < HTTP_GET || r->method >= HTTP_OTHER))
		return ERR(e, ERR_BUG, "route.method", "%s has no method", r->path);
	if (ways != 1 || (r->batch != NULL) != !!(r->flags & ROUTE_LOOP) ||
	    (r->stream != NULL) != !!(r->flags & ROUTE_STREAM))
		return ERR(e, ERR_BUG, "route.handler", "%s: handler and flags do not fit",
			   r->path);
	if ((r->flags & ROUTE_LOOP) && (r->role != ROLE_ANYONE || r->query || r->body))
		return ERR(e, ERR_BUG, "route.loop", "%s: gathered routes decode nothing", r->path);
	if ((r->query || r->body) && !r->in_size)
		return ERR(e, ERR_BUG, "route.size", "%s: fields without a struct", r->path);
	return check_path(r, e);
}

/* Two paths that the tree cannot tell apart: names of parts do not matter. */
static bool same_path(const char *x, const char *y)
{
	struct str a = str_of(x), b = str_of(y), p, q;

	for (;;) {
		bool more = str_split(&a, '/', &p);

		if (more != str_split(&b, '/', &q))
			return false;
		if (!more)
			return true;
		if (str_starts(p, "{") && str_starts(q, "{")) {
			if ((p.p[p.n - 2] == '*') != (q.p[q.n - 2] == '*'))
				return false;
		} else if (!str_eq(p, q)) {
			return false;
		}
	}
}

bool http_routes_check(const struct route *all, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (!check_row(&all[i], e))
			return false;
		for (size_t k = 0; k < i; k++)
			if ((all[i].flags & ROUTE_ANY_METHOD) ==
				    (all[k].flags & ROUTE_ANY_METHOD) &&
			    all[i].method == all[k].method && same_path(all[i].path, all[k].path))
				return ERR(e, ERR_BUG, "route.twice", "%s %s is there twice",
					   http_method_text(all[i].method), all[i].path);
	}
	return true;
}
