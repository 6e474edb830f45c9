/* Files whose import is over, or was never started. */
#include <dirent.h>
#include <string.h>
#include <unistd.h>
#include "load/loader.h"

#define UNSTARTED_MS (INT64_C(14) * 24 * 3600 * 1000)

/* Of any publisher: a file's name is the id alone. */
static int find(struct sql_db *db, struct arena *a, struct id id, struct load_get_row *ret,
		struct err *e)
{
	struct publisher_list_row *rows;
	size_t n;

	if (!publisher_list(db, a, &rows, &n, e))
		return -1;
	for (size_t i = 0; i < n; i++) {
		int found =
			load_get(db, &(struct load_get_in){ rows[i].publisher_id, id }, a, ret, e);

		if (found)
			return found;
	}
	return 0;
}

static bool is_unstarted(const struct load_get_row *r)
{
	return !r->work && (!strcmp(r->state, "uploading") || !strcmp(r->state, "ready") ||
			    !strcmp(r->state, "checked"));
}

static bool forget(struct sql_db *db, struct arena *a, const struct load_get_row *r, struct err *e)
{
	struct load_gone_row row;
	AUTO_TX tx = { 0 };
	int gone;

	if (!sql_begin(db, &tx, e))
		return false;
	gone = load_gone(db, &(struct load_gone_in){ r->publisher_id, r->load_id }, a, &row, e);
	return gone >= 0 &&
	       (!gone ||
		load_rows_gone(db, &(struct load_rows_gone_in){ r->publisher_id, r->load_id }, NULL,
			       e)) &&
	       sql_commit(&tx, e);
}

static bool sweep(struct sql_db *db, struct arena *a, const char *dir, struct id id, int64_t now_ms,
		  struct err *e)
{
	struct load_get_row row;
	int found = find(db, a, id, &row, e);
	bool old = now_ms - id_time(id) > UNSTARTED_MS;

	if (found < 0)
		return false;
	if (found && (row.work || !strcmp(row.state, "reading") || !strcmp(row.state, "placing")))
		return true;
	if (found && is_unstarted(&row) && (!old || !forget(db, a, &row, e)))
		return !old;
	unlink(load_spool(a, dir, id));
	return true;
}

bool sweep_files(struct sql_db *db, struct arena *a, const char *dir, int64_t now_ms, struct err *e)
{
	DIR *d = opendir(dir);
	struct dirent *at;
	bool ok = true;

	if (!d)
		return true; /* nothing was ever sent */
	/* cppcheck-suppress readdirCalled ; glibc locks each stream, and readdir_r() is deprecated
	 */
	while (ok && (at = readdir(d))) {
		ARENA_SCOPE(a);
		struct id id;

		if (id_parse(str_of(at->d_name), &id))
			ok = sweep(db, a, dir, id, now_ms, e);
	}
	closedir(d);
	return ok;
}
