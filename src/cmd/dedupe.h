/* dedupe's reader: a contact list, record by record, in any format of src/sheet. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "identity/identity.h"

struct dedupe_list;
/*
 * map: "COL:TYPE,…" or NULL; id: a column, or NULL for the record's number. A column that is named
 * and not there is an error of usage when the reading comes to know it.
 */
bool dedupe_open(const char *path, const char *map, const char *id, struct dedupe_list **ret,
		 struct err *e) LL_MUST;
void dedupe_close(struct dedupe_list *l); /* NULL is fine */
int dedupe_fill(void *list, struct arena *a, struct identity_record *out, int max, struct err *e);
/* After the reading: the id of record i, as in the file. */
struct str dedupe_id(struct dedupe_list *l, struct arena *a, size_t i);
uint64_t dedupe_bytes(const struct dedupe_list *l); /* read so far */
/* After the reading: what was wrong with the first unreadable record, and how many there are; NULL
 * when all could be read. Such a record is there, and empty. */
const char *dedupe_problem(const struct dedupe_list *l, uint64_t *ret_rows);
