/* Private to load/: what the server's thread has in hand. */
#pragma once
#include "base/limits.h"
#include "load/open.h"

#define SLOT_ROWS 512 /* at least as many as a step of load_step() has */

enum work { WORK_NONE = 0, WORK_CHECK, WORK_IMPORT, WORK_UNDO };

/* One import of one publisher. */
struct slot {
	struct sql_db *db;
	struct arena *arena; /* of the turn */
	char publisher[LIMIT_ID + 1];
	char actor[LIMIT_NAME * 4 + 1];
	char state[16]; /* as it was when it was taken up */
	struct id id;
	enum work work;
	struct load *load; /* NULL while undoing */
	bool undo_checked;
	int64_t kept; /* rows of a dry run */
	struct load_row_put_in told[SLOT_ROWS];
	size_t told_n;
	int64_t told_at, kept_at; /* monotonic ms: the last change told, the lease renewed */
};

/* check.c: 1 more, 0 done, -1 error. */
bool check_begin(struct slot *s, struct err *e) LL_MUST;
int check_step(struct slot *s, int64_t now_ms, struct err *e) LL_MUST;

/* sweep.c: files in dir that nobody needs, and imports that nobody has started. */
bool sweep_files(struct sql_db *db, struct arena *a, const char *dir, int64_t now_ms,
		 struct err *e) LL_MUST;
