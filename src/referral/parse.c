/*
 *	or      = and { "or" and }
 *	and     = not { "and" not }
 *	not     = "not" not | one
 *	one     = "(" or ")" | text-fn | team | compare
 *	text-fn = ("contains" | "startswith" | "endswith") "(" path "," text ")" [ "eq" truth ]
 *	team    = path "/" ("any" | "all") "(" [ name ":" or ] ")"
 *	compare = path [ op value | "in" "(" value { "," value } ")" ]
 *	path    = name { "/" name }
 *
 * Inside any and all, paths begin with the member's name. A path alone must be true or false.
 */
#include "referral/parts.h"

#define DEPTH_MAX 24  /* parentheses, not, any: the parser and the evaluation recurse */
#define TERMS_MAX 100 /* comparisons */
#define IN_MAX    100 /* values of one list */

static const struct {
	const char *text;
	enum compare_op op;
} ops[] = {
	{ "eq", OP_EQ }, { "ne", OP_NE }, { "gt", OP_GT },
	{ "ge", OP_GE }, { "lt", OP_LT }, { "le", OP_LE },
};
static const struct {
	const char *text;
	enum text_fn fn;
} fns[] = {
	{ "contains", FN_CONTAINS },
	{ "startswith", FN_STARTSWITH },
	{ "endswith", FN_ENDSWITH },
};

struct parser {
	struct arena *a;
	struct lex lex;
	struct token now;
	struct str member; /* name of the member inside any or all */
	bool inside;
	int depth, terms;
};

static bool parse_or(struct parser *p, const struct referral_filter **ret, struct err *e);

static bool step(struct parser *p, struct err *e)
{
	return lex_next(&p->lex, &p->now, e);
}

static bool is_sign(const struct parser *p, char c)
{
	return p->now.kind == TOKEN_SIGN && p->now.text.p[0] == c;
}

static bool is_word(const struct parser *p, const char *word)
{
	return p->now.kind == TOKEN_NAME && str_eq_z(p->now.text, word);
}

static bool expected(const struct parser *p, const char *what, struct err *e)
{
	if (p->now.kind == TOKEN_END)
		return ERR_FIELD(e, ERR_INPUT, "odata.syntax", "$filter",
				 "The $filter ends where %s should stand.", what);
	return ERR_FIELD(e, ERR_INPUT, "odata.syntax", "$filter",
			 "At character %zu of the $filter should stand %s.", p->now.at + 1, what);
}

static bool sign(struct parser *p, char c, const char *what, struct err *e)
{
	return is_sign(p, c) ? step(p, e) : expected(p, what, e);
}

static struct referral_filter *node(struct parser *p, enum node_kind kind)
{
	struct referral_filter *n = ARENA_NEW(p->a, struct referral_filter);

	n->kind = kind;
	return n;
}

static bool count_term(struct parser *p, struct err *e)
{
	return ++p->terms <= TERMS_MAX ||
	       ERR_FIELD(e, ERR_INPUT, "odata.terms", "$filter",
			 "A $filter has at most %d comparisons.", TERMS_MAX);
}

static bool deeper(struct parser *p, struct err *e)
{
	return ++p->depth <= DEPTH_MAX ||
	       ERR_FIELD(e, ERR_INPUT, "odata.depth", "$filter",
			 "A $filter is at most %d levels deep.", DEPTH_MAX);
}

/* ---- paths ---- */

static bool unknown_path(struct str name, struct err *e)
{
	return ERR_FIELD(e, ERR_INPUT, "odata.path", "$filter",
			 "There is nothing to be filtered by named " STR_FMT ".",
			 STR_ARG(str_upto(name, 80)));
}

/* *ret_quantifier: the path ends in any or all, which stands at p->now. */
static bool parse_path(struct parser *p, const struct path **ret, bool *ret_quantifier,
		       struct err *e)
{
	struct str all = p->now.text;
	const struct path *table = p->inside ? member_paths : referral_paths;

	*ret_quantifier = false;
	if (p->inside) {
		if (!str_eq(p->now.text, p->member))
			return unknown_path(p->now.text, e);
		if (!step(p, e) || !sign(p, '/', "a / and what of the member is meant", e))
			return false;
		all = p->now.text;
	}
	for (;;) {
		if (p->now.kind != TOKEN_NAME)
			return expected(p, "the name of a property", e);
		if (!p->inside && (is_word(p, "any") || is_word(p, "all")) &&
		    p->now.text.p > all.p) {
			*ret_quantifier = true;
			all.n--; /* the slash */
			break;
		}
		all.n = (size_t)(p->now.text.p - all.p) + p->now.text.n;
		if (!step(p, e))
			return false;
		if (!is_sign(p, '/'))
			break;
		all.n++;
		if (!step(p, e))
			return false;
	}
	*ret = path_find(table, all);
	return *ret || unknown_path(all, e);
}

/* ---- comparisons ---- */

/* Words, ids and truths have no order; a team has members and no value. */
static bool check_op(const struct path *path, enum compare_op op, struct err *e)
{
	bool order = op != OP_EQ && op != OP_NE;

	if (path->type == PATH_TEAM ||
	    (order &&
	     (path->type == PATH_WORD || path->type == PATH_ID || path->type == PATH_BOOL)))
		return ERR_FIELD(e, ERR_INPUT, "odata.operator", "$filter",
				 path->type == PATH_TEAM
					 ? "%s is asked by any or all: %s/any(t:t/email eq 'x')."
					 : "%s is compared with eq, ne and in only, not %s.",
				 path->name, path->type == PATH_TEAM ? path->name : "by order");
	return true;
}

static bool parse_value(struct parser *p, const struct path *path, struct literal *ret,
			struct err *e)
{
	if (p->now.kind == TOKEN_END || p->now.kind == TOKEN_SIGN)
		return expected(p, "a value", e);
	return literal_read(p->a, path, &p->now, ret, e) && step(p, e);
}

static bool parse_in(struct parser *p, struct referral_filter *n, struct err *e)
{
	struct literal *values = ARENA_ARRAY(p->a, struct literal, IN_MAX);

	if (!check_op(n->path, OP_EQ, e) || !step(p, e) || !sign(p, '(', "( and values", e))
		return false;
	for (;;) {
		if (n->count == IN_MAX)
			return ERR_FIELD(e, ERR_INPUT, "odata.terms", "$filter",
					 "in takes at most %d values.", IN_MAX);
		if (!parse_value(p, n->path, &values[n->count], e))
			return false;
		n->count++;
		if (!is_sign(p, ','))
			break;
		if (!step(p, e))
			return false;
	}
	n->kind = NODE_IN;
	n->values = values;
	return sign(p, ')', "a , or a )", e);
}

static enum compare_op op_of(const struct parser *p)
{
	for (size_t i = 0; i < LL_COUNT(ops); i++)
		if (is_word(p, ops[i].text))
			return ops[i].op;
	return OP_NONE;
}

static bool ends_term(const struct parser *p)
{
	return p->now.kind == TOKEN_END || is_sign(p, ')') || is_word(p, "and") || is_word(p, "or");
}

/* A bool alone is true; whatever else stands behind a path is an operator. */
static bool parse_compare(struct parser *p, const struct path *path,
			  const struct referral_filter **ret, struct err *e)
{
	struct referral_filter *n = node(p, NODE_COMPARE);
	struct literal *value;

	n->path = path;
	*ret = n;
	if (is_word(p, "in"))
		return parse_in(p, n, e);
	if (ends_term(p) && path->type == PATH_BOOL) {
		n->kind = NODE_TRUE;
		return true;
	}
	n->op = op_of(p);
	if (n->op == OP_NONE)
		return expected(p, "one of eq ne gt ge lt le in", e);
	value = ARENA_NEW(p->a, struct literal);
	n->values = value;
	n->count = 1;
	return check_op(path, n->op, e) && step(p, e) && parse_value(p, path, value, e);
}

static bool parse_team(struct parser *p, const struct path *path,
		       const struct referral_filter **ret, struct err *e)
{
	struct referral_filter *n = node(p, is_word(p, "any") ? NODE_ANY : NODE_ALL);

	n->path = path;
	*ret = n;
	if (path->type != PATH_TEAM)
		return ERR_FIELD(e, ERR_INPUT, "odata.operator", "$filter",
				 "%s has no members to be asked by any or all.", path->name);
	if (!deeper(p, e) || !step(p, e) || !sign(p, '(', "a (", e))
		return false;
	p->depth--;
	if (n->kind == NODE_ANY && is_sign(p, ')'))
		return step(p, e);
	if (p->now.kind != TOKEN_NAME)
		return expected(p, "a name for the member, as in any(t:t/email eq 'x')", e);
	p->member = p->now.text;
	if (!step(p, e) || !sign(p, ':', "a :", e))
		return false;
	p->inside = true;
	p->depth++;
	if (!parse_or(p, &n->left, e))
		return false;
	p->depth--;
	p->inside = false;
	return sign(p, ')', "a )", e);
}

/* fn(path, 'text'), perhaps eq true. */
static bool parse_text_fn(struct parser *p, enum text_fn fn, const struct referral_filter **ret,
			  struct err *e)
{
	struct referral_filter *n = node(p, NODE_TEXT), *no;
	struct literal *value = ARENA_NEW(p->a, struct literal);
	bool quantifier, negated;

	n->fn = fn;
	n->values = value;
	n->count = 1;
	*ret = n;
	if (!step(p, e) || !sign(p, '(', "a (", e) || !parse_path(p, &n->path, &quantifier, e))
		return false;
	if (quantifier || (n->path->type != PATH_TEXT && n->path->type != PATH_EMAIL))
		return ERR_FIELD(e, ERR_INPUT, "odata.operator", "$filter",
				 "%s is no text that could hold another.", n->path->name);
	if (!sign(p, ',', "a , and a text", e))
		return false;
	if (p->now.kind != TOKEN_TEXT)
		return expected(p, "a text in quotes", e);
	if (!parse_value(p, n->path, value, e) || !sign(p, ')', "a )", e))
		return false;
	if (!is_word(p, "eq") && !is_word(p, "ne"))
		return true;
	negated = is_word(p, "ne");
	if (!step(p, e))
		return false;
	if (!is_word(p, "true") && !is_word(p, "false"))
		return expected(p, "true or false", e);
	if (negated != is_word(p, "false")) {
		no = node(p, NODE_NOT);
		no->left = n;
		*ret = no;
	}
	return step(p, e);
}

static bool parse_one(struct parser *p, const struct referral_filter **ret, struct err *e)
{
	const struct path *path;
	bool quantifier;

	if (is_sign(p, '(')) {
		if (!deeper(p, e) || !step(p, e) || !parse_or(p, ret, e))
			return false;
		p->depth--;
		return sign(p, ')', "a )", e);
	}
	if (!count_term(p, e))
		return false;
	if (p->now.kind != TOKEN_NAME)
		return expected(p, "the name of a property", e);
	for (size_t i = 0; i < LL_COUNT(fns); i++)
		if (is_word(p, fns[i].text))
			return parse_text_fn(p, fns[i].fn, ret, e);
	if (!parse_path(p, &path, &quantifier, e))
		return false;
	return quantifier ? parse_team(p, path, ret, e) : parse_compare(p, path, ret, e);
}

static bool parse_not(struct parser *p, const struct referral_filter **ret, struct err *e)
{
	struct referral_filter *n;

	if (!is_word(p, "not"))
		return parse_one(p, ret, e);
	n = node(p, NODE_NOT);
	*ret = n;
	if (!deeper(p, e) || !step(p, e) || !parse_not(p, &n->left, e))
		return false;
	p->depth--;
	return true;
}

static bool parse_both(struct parser *p, const char *word, enum node_kind kind,
		       bool (*part)(struct parser *, const struct referral_filter **, struct err *),
		       const struct referral_filter **ret, struct err *e)
{
	if (!part(p, ret, e))
		return false;
	while (is_word(p, word)) {
		struct referral_filter *n = node(p, kind);

		n->left = *ret;
		if (!step(p, e) || !part(p, &n->right, e))
			return false;
		*ret = n;
	}
	return true;
}

static bool parse_and(struct parser *p, const struct referral_filter **ret, struct err *e)
{
	return parse_both(p, "and", NODE_AND, parse_not, ret, e);
}

static bool parse_or(struct parser *p, const struct referral_filter **ret, struct err *e)
{
	return parse_both(p, "or", NODE_OR, parse_and, ret, e);
}

bool referral_filter_parse(struct arena *a, struct str text, const struct referral_filter **ret,
			   struct err *e)
{
	struct parser p = { .a = a, .lex = { .text = text } };
	const struct referral_filter *filter = NULL;

	if (text.n > REFERRAL_FILTER_MAX)
		return ERR_FIELD(e, ERR_INPUT, "odata.length", "$filter",
				 "A $filter has at most %d bytes.", REFERRAL_FILTER_MAX);
	if (!step(&p, e) || !parse_or(&p, &filter, e))
		return false;
	if (p.now.kind != TOKEN_END)
		return expected(&p, "and, or, or the end", e);
	*ret = filter;
	return true;
}
