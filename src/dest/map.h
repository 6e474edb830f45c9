/*
 * The mapping from a lead to the fields of a peer. A row is a field of the peer and a template:
 *
 *     LastName = {lastName|emailName|'Unknown'}
 *     Rating = Hot
 *     leadsourcecode:int = 8
 *     Title =
 *
 * {a|b|'text'} is the first of them that is not empty; everything else is itself; "{{" is "{". The
 * kind's default rows are in the same language. A line of the settings replaces the row of the same
 * field, or adds one; an empty template leaves the field out. What is too long is cut with an
 * ellipsis, is told in the attempt, and goes in full where there is room for notes; an address is
 * never cut.
 */
#pragma once
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"

struct dest_call;
struct field_problems;

enum dest_type { DEST_TEXT = 0, DEST_INT, DEST_BOOL };
const char *dest_type_text(enum dest_type t); /* as a line of the mapping has it */
enum dest_over { DEST_CUT = 0, DEST_REFUSE };

struct dest_map_row {
	const char *to;   /* the peer's field; NULL ends the table */
	const char *from; /* template */
	int max;          /* UTF-16 units; 0: no limit that we know */
	enum dest_type type;
	enum dest_over over;
	bool notes; /* what was cut elsewhere is appended here, when there is room */
};

struct dest_value {
	const char *to;
	struct str text; /* of a type other than text: valid for it */
	enum dest_type type;
};

/* What had to be cut on the way, by the peer's names. */
struct dest_cuts {
	char names[160];
};

/* cuts NULL is fine. */
void dest_note_cut(struct dest_cuts *cuts, const char *name);

#define DEST_VALUE_MAX  65536 /* bytes of one value, whatever the peer would take */
#define DEST_MAP_VALUES 120
#define DEST_MAP_TEXT   8192 /* bytes of the setting */

/*
 * The values for a lead, without the empty ones: an array in c->arena, in the order of the rows,
 * own ones last. ERR_INPUT: one is too long and may not be cut, or is no number.
 */
bool dest_map(const struct dest_call *c, const struct dest_map_row *rows,
	      const struct dest_value **ret, size_t *ret_n, struct err *e) LL_MUST;
/* The value of one field, or the empty view. */
struct str dest_value_of(const struct dest_value *v, size_t n, const char *to);
/* As members of the object that o is in. */
void dest_put_values(struct json_out *o, const struct dest_value *v, size_t n);
/* Lines of the setting "mapping": a problem for each that cannot be read. */
bool dest_map_check(const char *own, struct field_problems *p) LL_MUST;
/* What a template may name, NULL-ended. */
const char *const *dest_map_names(void);
/* At most max UTF-16 units of a text, cut before a code point with an ellipsis at the end; in a. */
struct str dest_fit(struct arena *a, struct str s, size_t max, bool *ret_cut);
