/* table - one indexed SQLite table that takes raw bodies in group commits.
 *
 * What the bare programs of this folder stand on. Every failure ends the process: a benchmark that
 * goes on after an error measures something else.
 */
#pragma once

#include <stddef.h>

enum { TABLE_ID_SIZE = 37 }; /* UUID text and its zero byte */

struct table;

/* Opens or makes the file: WAL, synchronous=FULL, primary key and an index on (offer, received). */
struct table *table_open(const char *path);

/* Adds one row; opens the transaction when none is open. Writes the new row's id to retid. */
void table_add(struct table *t, const char *offer, const void *body, size_t len,
	       char retid[TABLE_ID_SIZE]);

/* Commits what was added. After the return it has been synced. */
void table_commit(struct table *t);
void table_close(struct table *t);
