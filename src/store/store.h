/*
 * The store: every statement the program runs, as typed functions. They are generated from the .sql
 * files of this folder; store_sql.h has one struct for the arguments and one for the row of each.
 */
#pragma once
#include "store_sql.h"

/* Every table with what copies it to another store; made from the migrations by tools/gen-copy. */
struct store_table {
	const char *name;                   /* NULL ends */
	const struct sql_query *read, *put; /* the row of read is the argument of put */
	const struct sql_query *count;      /* one row: struct store_count */
	const struct sql_query *clear;
	bool seeded; /* a new store has rows in it: written over, and no sign of use */
};
struct store_count {
	int64_t n;
};
extern const struct store_table store_tables[];
