/* What is pure of following: when to ask, and what contradicts what. */
#include "follow/follow.h"

#define MINUTE   INT64_C(60000)
#define LONGEST  (180 * MINUTE)
#define DOUBLING 6 /* times at most */
#define LATE     (2 * MINUTE)
#define HOUR     (60 * MINUTE)

int64_t follow_next_at(int64_t now_ms, int64_t minutes, int64_t failures, int64_t least_ms)
{
	int64_t every = minutes * MINUTE;
	int64_t wait = every << (failures < DOUBLING ? failures : DOUBLING);

	if (wait > LONGEST)
		wait = every > LONGEST ? every : LONGEST;
	return now_ms + (wait > least_ms ? wait : least_ms);
}

int64_t follow_begin(struct id destination)
{
	return id_time(destination) - HOUR;
}

int64_t follow_since(int64_t newest, int64_t moved_at, int64_t now_ms)
{
	/* Some of them tell whole seconds. */
	return now_ms - moved_at < LATE ? newest - LATE : newest + 1000;
}

/* First row that fits wins; substatus NULL is any. What is not here goes together. */
static const struct {
	const char *status, *substatus;
	enum dest_standing standing;
	const char *conflict;
} conflicts[] = {
	{ "New", NULL, DEST_WORKING, "worked-on-there" },
	{ "New", NULL, DEST_QUALIFIED, "worked-on-there" },
	{ "New", NULL, DEST_WON, "closed-there" },
	{ "New", NULL, DEST_LOST, "closed-there" },
	{ "Active", NULL, DEST_WON, "closed-there" },
	{ "Active", NULL, DEST_LOST, "closed-there" },
	{ "Closed", "Won", DEST_WON, NULL },
	{ "Closed", "Won", DEST_QUALIFIED, NULL }, /* the deal is another record over there */
	{ "Closed", "Won", DEST_LOST, "other-outcome" },
	{ "Closed", NULL, DEST_WON, "other-outcome" },
	{ "Closed", NULL, DEST_OPEN, "open-there" },
	{ "Closed", NULL, DEST_WORKING, "open-there" },
	{ "Closed", NULL, DEST_QUALIFIED, "open-there" },
	{ "New", NULL, DEST_GONE, "gone-there" },
	{ "Active", NULL, DEST_GONE, "gone-there" },
};

const char *follow_conflict(const char *status, const char *substatus, enum dest_standing standing)
{
	for (size_t i = 0; i < LL_COUNT(conflicts); i++)
		if (conflicts[i].standing == standing && !strcmp(conflicts[i].status, status) &&
		    (!conflicts[i].substatus || !strcmp(conflicts[i].substatus, substatus)))
			return conflicts[i].conflict;
	return NULL;
}
