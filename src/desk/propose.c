/* A next step for a lead that has none: whoever is not given up after the first try is reached. */
#include <string.h>
#include "calendar/calendar.h"
#include "desk/parts.h"

#define DAY (24LL * 3600 * 1000)

/* The first row that fits. tries, talks: 1 some, 0 none, -1 whatever. */
static const struct step {
	const char *substatus; /* NULL: any that is open */
	int tries, talks;
	const char *reason, *kind, *text;
	int days;
} steps[] = {
	{ NULL, 0, -1, "first", "call", "Call for the first time", 0 },
	{ NULL, 1, 0, "again", "call", "Try again", 1 },
	{ NULL, 1, 1, "go-on", "call", "Call again: what has come of it?", 3 },
	{ "Won", -1, -1, "welcome", "call", "Ask how it goes", 14 },
	{ "Lost", -1, -1, "check-in", "mail", "Check in: have things changed?", 90 },
};

static bool fits(const struct step *s, const struct lead_page_row *l,
		 const struct engagement_get_row *g)
{
	bool open = strcmp(l->status, lead_status_text(LEAD_CLOSED)) != 0;

	return (s->substatus ? !strcmp(s->substatus, l->substatus) : open) &&
	       (s->tries < 0 || s->tries == (g->attempts > 0)) &&
	       (s->talks < 0 || s->talks == (g->reached > 0));
}

bool desk_propose(struct sql_db *db, struct arena *a, const struct lead_page_row *l,
		  const struct engagement_get_row *g, int64_t now_ms, struct desk_proposal *ret,
		  struct err *e)
{
	struct desk_proposal p = { .reason = NULL };
	AUTO_CALENDAR c = NULL;
	int64_t worked;

	*ret = p;
	if (!desk_is_worked(l->kind, l->test != 0))
		return true;
	for (size_t i = 0; i < LL_COUNT(steps) && !p.reason; i++)
		if (fits(&steps[i], l, g))
			p = (struct desk_proposal){ .reason = steps[i].reason,
						    .kind = steps[i].kind,
						    .text = steps[i].text,
						    .due_at = now_ms + steps[i].days * DAY };
	if (!p.reason)
		return true;
	if (!desk_calendar(db, a, l->publisher_id, l->owner_id, &c, NULL, e))
		return false;
	/* When somebody works: the first such instant from then on. */
	worked = c ? calendar_after(c, p.due_at, 1) : CALENDAR_NEVER;
	if (worked != CALENDAR_NEVER)
		p.due_at = worked - 1;
	*ret = p;
	return true;
}
