/*
 *              accept                 win
 *   NEW ---------------------> ACTIVE -----> CLOSED Won
 *   Received, Pending            Accepted \--lose--> CLOSED Lost
 *    |  \--decline--> CLOSED Declined
 *    |                   ^
 *    \--expire--> CLOSED Expired --accept--> ACTIVE Accepted
 *
 * Closed is the end, as in Partner Center, but for Expired: there nobody decided anything, only
 * time went by. What was decided by mistake is taken back by desk_undo().
 */
#include "desk/desk.h"

const struct desk_move desk_moves[] = {
	{ LEAD_PENDING, DESK_ACCEPT, LEAD_ACCEPTED },
	{ LEAD_PENDING, DESK_DECLINE, LEAD_DECLINED },
	{ LEAD_PENDING, DESK_EXPIRE, LEAD_EXPIRED },
	{ LEAD_RECEIVED, DESK_ACCEPT, LEAD_ACCEPTED },
	{ LEAD_RECEIVED, DESK_DECLINE, LEAD_DECLINED },
	{ LEAD_RECEIVED, DESK_EXPIRE, LEAD_EXPIRED },
	{ LEAD_ACCEPTED, DESK_WIN, LEAD_WON },
	{ LEAD_ACCEPTED, DESK_LOSE, LEAD_LOST },
	{ LEAD_EXPIRED, DESK_ACCEPT, LEAD_ACCEPTED },
	{ LEAD_EXPIRED, DESK_DECLINE, LEAD_DECLINED },
	{ LEAD_SUBSTATUS_NONE, DESK_EVENT_NONE, LEAD_SUBSTATUS_NONE },
};

/* Partner Center publishes no list of its own: these are ours, and may grow. */
const struct desk_reason desk_reasons[] = {
	{ "already-customer", DESK_DECLINE, false },
	{ "duplicate", DESK_DECLINE, false },
	{ "no-capacity", DESK_DECLINE, false },
	{ "not-a-fit", DESK_DECLINE, false },
	{ "not-a-request", DESK_DECLINE, false },
	{ "outside-market", DESK_DECLINE, false },
	{ "other", DESK_DECLINE, true },
	{ "competitor", DESK_LOSE, false },
	{ "missing-feature", DESK_LOSE, false },
	{ "no-answer", DESK_LOSE, false },
	{ "no-budget", DESK_LOSE, false },
	{ "price", DESK_LOSE, false },
	{ "timing", DESK_LOSE, false },
	{ "other", DESK_LOSE, true },
	{ NULL, DESK_EVENT_NONE, false },
};

const char *desk_event_text(enum desk_event ev)
{
	switch (ev) {
	case DESK_EVENT_NONE: break;
	case DESK_ACCEPT: return "accept";
	case DESK_DECLINE: return "decline";
	case DESK_WIN: return "win";
	case DESK_LOSE: return "lose";
	case DESK_EXPIRE: return "expire";
	}
	return "none";
}

bool desk_move(enum lead_substatus from, enum desk_event ev, enum lead_substatus *ret,
	       struct err *e)
{
	for (const struct desk_move *m = desk_moves; m->event != DESK_EVENT_NONE; m++)
		if (m->from == from && m->event == ev) {
			*ret = m->to;
			return true;
		}
	return ERR(e, ERR_CONFLICT, "lead.stage",
		   "A lead that is %s cannot be changed by %s: look at what can be done now.",
		   lead_substatus_text(from), desk_event_text(ev));
}
