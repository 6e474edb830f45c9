/*
 * One page out of the pages of several publishers: each gives its first rows in order, the first of
 * all are kept. What it takes is bounded by the rows kept, however many publishers there are.
 *
 *	merge_begin(&m, &lead_get_query, newest, limit + 1, scope.n, rq->arena);
 *	for each publisher: lead_page(…, merge_arena(&m), &rows, &n, e); merge_add(&m, rows, n, i);
 */
#pragma once
#include "base/arena.h"
#include "sql/sql.h"

/* As for qsort, of two rows. Rows of different publishers must never be equal, or pages lose some.
 */
typedef int merge_order(const void *a, const void *b);

struct merge {
	const struct sql_query *shape; /* any statement whose rows these are */
	merge_order *order;
	size_t keep, n, stride;
	char *items;
	struct arena *own, *arenas[3]; /* of a page, of what is kept, of what will be */
};
/* own: takes the rows when there is one source; several have arenas of their own until merge_end().
 */
void merge_begin(struct merge *m, const struct sql_query *shape, merge_order *order, size_t keep,
		 size_t sources, struct arena *own);
void merge_end(struct merge *m);
#define AUTO_MERGE LL_CLEANUP(merge_end) struct merge
/* For the next page; what was in it before is gone. */
struct arena *merge_arena(struct merge *m);
void merge_add(struct merge *m, const void *rows, size_t n, size_t source);
const void *merge_row(const struct merge *m, size_t i); /* i < m->n */
/* A row of the statement with its texts and bytes, in a. */
void *row_keep(struct arena *a, const struct sql_query *shape, const void *row);
/* The row in own, where it stays after merge_end(). */
const void *merge_keep(const struct merge *m, size_t i);
size_t merge_source(const struct merge *m, size_t i);
