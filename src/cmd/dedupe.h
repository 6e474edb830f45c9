/* dedupe's reader: a contact list, record by record. CSV (also with ; and tabs), NDJSON, JSON. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "identity/identity.h"

struct dedupe_list;
/*
 * map: "COL:TYPE,…" or NULL; id: a column, or NULL for the record's number. *ret reads from path;
 * a column that is named and not there is an error of usage, in CSV at once.
 */
bool dedupe_open(const char *path, const char *map, const char *id, struct dedupe_list **ret,
		 struct err *e) LL_MUST;
void dedupe_close(struct dedupe_list *l); /* NULL is fine */
int dedupe_fill(void *list, struct arena *a, struct identity_record *out, int max, struct err *e);
/* After the reading: the id of record i, as in the file. */
struct str dedupe_id(struct dedupe_list *l, struct arena *a, size_t i);
bool dedupe_has_id(const struct dedupe_list *l);
/* The share that is read, 0 to 100. */
int dedupe_percent(const struct dedupe_list *l);
