/* Private to referral/: the paths that a filter may name, and a filter as it is kept. */
#pragma once
#include "referral/referral.h"

enum path_type {
	PATH_NONE = 0,
	PATH_TEXT,
	PATH_EMAIL,  /* compared without case */
	PATH_WORD,   /* one of a closed list */
	PATH_ID,     /* quoted or bare */
	PATH_TIME,   /* int64_t ms */
	PATH_NUMBER, /* decimal text */
	PATH_BOOL,
	PATH_TEAM, /* members: any, all */
};
struct path {
	const char *name; /* NULL ends the table */
	enum path_type type;
	size_t off;  /* in struct referral, or of a member in struct referral_member */
	size_t here; /* PATH_TEAM: offset of the bool that says whether there is one; SIZE_MAX:
			always */
	const char *const *words;
};
extern const struct path referral_paths[], member_paths[];
const struct path *path_find(const struct path *table, struct str name);

enum compare_op { OP_NONE = 0, OP_EQ, OP_NE, OP_GT, OP_GE, OP_LT, OP_LE };
enum text_fn { FN_NONE = 0, FN_CONTAINS, FN_STARTSWITH, FN_ENDSWITH };

struct literal {
	bool null, truth;
	struct str text; /* TEXT, WORD; EMAIL and ID in lower case; NUMBER as written */
	int64_t ticks;   /* TIME: units of 100 ns since 1970, as the original counts */
};
#define TICKS_A_MS 10000

enum node_kind {
	NODE_NONE = 0,
	NODE_AND,
	NODE_OR,
	NODE_NOT,
	NODE_COMPARE, /* path op value */
	NODE_IN,      /* path in values */
	NODE_TEXT,    /* fn(path, value) */
	NODE_TRUE,    /* path alone */
	NODE_ANY,     /* path: the team; left: what is asked of a member, or NULL: is there one */
	NODE_ALL,
};
struct referral_filter {
	enum node_kind kind;
	const struct referral_filter *left, *right;
	const struct path *path;
	enum compare_op op;
	enum text_fn fn;
	const struct literal *values;
	size_t count;
};

/* ---- lex.c ---- */

enum token_kind {
	TOKEN_END = 0,
	TOKEN_NAME,  /* path parts, operators, true, false, null */
	TOKEN_TEXT,  /* 'quoted', its text as written: '' stands for ' */
	TOKEN_VALUE, /* a bare number, date or GUID */
	TOKEN_SIGN,  /* ( ) , / : */
};
struct token {
	enum token_kind kind;
	struct str text;
	size_t at; /* where it begins */
};
struct lex {
	struct str text;
	size_t at;
};
bool lex_next(struct lex *l, struct token *ret, struct err *e) LL_MUST;

/* ---- value.c ---- */

/* What a token says, for a path of that type. */
bool literal_read(struct arena *a, const struct path *p, const struct token *t, struct literal *ret,
		  struct err *e) LL_MUST;
/* As strcmp, of decimal numbers as they are written: sign, digits, a point. */
int decimal_compare(struct str x, struct str y);
