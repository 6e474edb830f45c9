/*
 * One row type for every value that comes from outside: options, request bodies, destination
 * settings. The row checks the input, draws the form, and writes the documentation. A member of the
 * wrong C type does not compile.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

struct arena;

enum field_type {
	FIELD_STR = 1, /* const char *, NULL when absent */
	FIELD_INT,     /* int64_t */
	FIELD_BOOL,    /* bool */
	FIELD_CHOICE,  /* const char *, one of choices */
	FIELD_URL,     /* const char *, http or https */
	FIELD_EMAIL,   /* const char * */
	FIELD_TIME,    /* int64_t ms; RFC 3339 outside */
	FIELD_ID,      /* struct id; UUID text outside */
	FIELD_STRS, /* const char *const *, NULL-ended; list of strings outside, or comma-separated
		     */
	FIELD_OBJ,  /* const struct json *: checked by the one who asked for it */
};

enum field_flag {
	FIELD_REQUIRED = 1 << 0,
	FIELD_SECRET = 1 << 1,    /* sealed at rest, written only, never logged or shown */
	FIELD_NO_RELOAD = 1 << 2, /* option: a change takes a restart */
	FIELD_HIDDEN = 1 << 3,    /* not in forms and documents: for tests */
	FIELD_ADDRESS = 1 << 4,   /* destination: where secrets are sent to */
	FIELD_LISTED = 1 << 5,    /* FIELD_OBJ: a list of objects, and not one */
};

struct field {
	const char *name; /* wire name, camelCase; NULL ends the table */
	enum field_type type;
	unsigned flags;
	size_t off;
	int64_t min, max; /* characters of text, value of a number, count of a list; max 0 = type's
			     own */
	const char *def;  /* default as text; NULL = none */
	const char *const *choices; /* FIELD_CHOICE: NULL-ended */
	const char *help; /* one English sentence; locale key is made from the table's name */
};

#define FIELD_OFF(S, m, T)                                                                         \
	(offsetof(S, m) +                                                                          \
	 0 * sizeof(struct {                                                                       \
		 _Static_assert(__builtin_types_compatible_p(__typeof__(((S *)0)->m), T),          \
				#m " is not a " #T);                                               \
		 int ok_;                                                                          \
	 }))
#define F_(S, m, N, T, TYPE, ...)                                                                  \
	{                                                                                          \
		.name = N, .type = TYPE, .off = FIELD_OFF(S, m, T), __VA_ARGS__                    \
	}
#define F_STR(S, m, N, ...)    F_(S, m, N, const char *, FIELD_STR, __VA_ARGS__)
#define F_INT(S, m, N, ...)    F_(S, m, N, int64_t, FIELD_INT, __VA_ARGS__)
#define F_BOOL(S, m, N, ...)   F_(S, m, N, bool, FIELD_BOOL, __VA_ARGS__)
#define F_CHOICE(S, m, N, ...) F_(S, m, N, const char *, FIELD_CHOICE, __VA_ARGS__)
#define F_URL(S, m, N, ...)    F_(S, m, N, const char *, FIELD_URL, __VA_ARGS__)
#define F_EMAIL(S, m, N, ...)  F_(S, m, N, const char *, FIELD_EMAIL, __VA_ARGS__)
#define F_TIME(S, m, N, ...)   F_(S, m, N, int64_t, FIELD_TIME, __VA_ARGS__)
#define F_ID(S, m, N, ...)     F_(S, m, N, struct id, FIELD_ID, __VA_ARGS__)
#define F_STRS(S, m, N, ...)   F_(S, m, N, const char *const *, FIELD_STRS, __VA_ARGS__)
#define F_OBJ(S, m, N, ...)    F_(S, m, N, const struct json *, FIELD_OBJ, __VA_ARGS__)
#define F_END                                                                                      \
	{                                                                                          \
		.name = NULL                                                                       \
	}

/* Absent FIELD_INT and FIELD_TIME without a default. */
#define FIELD_NO_INT INT64_MIN

/* Every problem, not only the first: a form shows all its red fields at once. */
#define FIELD_MAX_PROBLEMS 16
struct field_problems {
	size_t n;
	struct err e[FIELD_MAX_PROBLEMS];
};

/* Sets every member of *into to its default. */
void field_defaults(struct arena *a, const struct field *t, void *into);
/*
 * Decodes an object: unknown members are problems; required ones must be there. Members that are
 * absent keep what *into holds, so call field_defaults() first (or load the present values, for a
 * PATCH; then with partial=true nothing is required). True when there was no problem.
 */
bool field_decode(struct arena *a, const struct field *t, const struct json *in, bool partial,
		  void *into, struct field_problems *p) LL_MUST;
/* One value from text: option file, environment, flag, query, key=value. */
bool field_set_text(struct arena *a, const struct field *f, struct str text, void *into,
		    struct err *e) LL_MUST;
const struct field *field_find(const struct field *t, struct str name); /* exact; NULL if unknown */
/* Members of an open object; a secret is written as {"set":true|false}, or as it is if reveal. */
void field_encode(const struct field *t, const void *from, bool reveal, struct json_out *o);
