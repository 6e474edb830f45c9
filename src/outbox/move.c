/*
 *                       claim            delivered, already
 *     placing --> DUE ---------> LEASED ---------------------> DONE
 *      ^  ^  ^     ^               |  \---- rejected --------> REJECTED
 *      |  |  |     |  retry,       |   \--- config ----------> PARKED
 *      |  |  |     |  unknown,     |    \-- too old ---------> EXPIRED
 *      |  |  |     +--gone, lease--+
 *      |  |  +-- resume -- PARKED         cancel: from every state that is not over --> CANCELLED
 *      |  +----- replay -- DONE, REJECTED, PARKED, EXPIRED, CANCELLED
 *
 * A delivery whose destination said GONE stays due: the destination is paused, and nothing is
 * claimed from it until a person resumes it.
 */
#include "outbox/outbox.h"

const struct outbox_move outbox_moves[] = {
	{ DELIVERY_DUE, OUTBOX_EV_CLAIM, OUTCOME_NONE, DELIVERY_LEASED },
	{ DELIVERY_DUE, OUTBOX_EV_CANCEL, OUTCOME_NONE, DELIVERY_CANCELLED },
	{ DELIVERY_LEASED, OUTBOX_EV_OUTCOME, OUTCOME_DELIVERED, DELIVERY_DONE },
	{ DELIVERY_LEASED, OUTBOX_EV_OUTCOME, OUTCOME_ALREADY, DELIVERY_DONE },
	{ DELIVERY_LEASED, OUTBOX_EV_OUTCOME, OUTCOME_RETRY, DELIVERY_DUE },
	{ DELIVERY_LEASED, OUTBOX_EV_OUTCOME, OUTCOME_UNKNOWN, DELIVERY_DUE },
	{ DELIVERY_LEASED, OUTBOX_EV_OUTCOME, OUTCOME_REJECTED, DELIVERY_REJECTED },
	{ DELIVERY_LEASED, OUTBOX_EV_OUTCOME, OUTCOME_CONFIG, DELIVERY_PARKED },
	{ DELIVERY_LEASED, OUTBOX_EV_OUTCOME, OUTCOME_GONE, DELIVERY_DUE },
	{ DELIVERY_LEASED, OUTBOX_EV_OLD, OUTCOME_NONE, DELIVERY_EXPIRED },
	{ DELIVERY_LEASED, OUTBOX_EV_LEASE_OVER, OUTCOME_NONE, DELIVERY_DUE },
	{ DELIVERY_LEASED, OUTBOX_EV_CANCEL, OUTCOME_NONE, DELIVERY_CANCELLED },
	{ DELIVERY_PARKED, OUTBOX_EV_RESUME, OUTCOME_NONE, DELIVERY_DUE },
	{ DELIVERY_PARKED, OUTBOX_EV_REPLAY, OUTCOME_NONE, DELIVERY_DUE },
	{ DELIVERY_PARKED, OUTBOX_EV_CANCEL, OUTCOME_NONE, DELIVERY_CANCELLED },
	{ DELIVERY_DONE, OUTBOX_EV_REPLAY, OUTCOME_NONE, DELIVERY_DUE },
	{ DELIVERY_REJECTED, OUTBOX_EV_REPLAY, OUTCOME_NONE, DELIVERY_DUE },
	{ DELIVERY_EXPIRED, OUTBOX_EV_REPLAY, OUTCOME_NONE, DELIVERY_DUE },
	{ DELIVERY_CANCELLED, OUTBOX_EV_REPLAY, OUTCOME_NONE, DELIVERY_DUE },
	{ DELIVERY_STATE_NONE, OUTBOX_EV_NONE, OUTCOME_NONE, DELIVERY_STATE_NONE },
};

bool outbox_move(enum delivery_state from, enum outbox_event event, enum outcome outcome,
		 enum delivery_state *ret, struct err *e)
{
	for (const struct outbox_move *m = outbox_moves; m->from != DELIVERY_STATE_NONE; m++)
		if (m->from == from && m->event == event && m->outcome == outcome) {
			*ret = m->to;
			return true;
		}
	return ERR(e, ERR_CONFLICT, "delivery.state",
		   "A delivery that is %s cannot do that now: wait until it is finished.",
		   from == DELIVERY_STATE_NONE ? "unknown" : delivery_state_text(from));
}
