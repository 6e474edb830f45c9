/*
 * The process that is shipped: every publisher has it from its first lead on, without a row. The
 * page has the words of these keys in each of its languages (process.stage.KEY, process.entry.KEY,
 * process.exit.KEY, process.item.KEY); other names are a publisher's own and are shown as they were
 * typed.
 */
#include <string.h>
#include "desk/parts.h"

static struct desk_stage stages[] = {
	{ "contact", "First contact", "The lead is accepted, and somebody owns it.",
	  "The customer was reached, or knows when we try again.", 1, false, true },
	{ "qualify", "Qualification", "The customer was reached, and wants to talk.",
	  "What is needed, who decides and until when is known.", 7, true, true },
	{ "solution", "Solution", "The lead is qualified: the checklist is met.",
	  "The customer has seen how the product solves the problem.", 14, false, true },
	{ "proposal", "Proposal", "The customer wants to know price and terms.",
	  "The customer has a proposal with price and terms.", 14, false, true },
	{ "decision", "Decision", "The proposal is with who decides.",
	  "The customer has said yes or no.", 14, false, true },
};
static struct desk_item items[] = {
	{ "need", "The need is known, and the product meets it", true, true, true },
	{ "decision", "Who decides is known", true, true, true },
	{ "timing", "When they want to buy is known", true, true, true },
	{ "budget", "There is a budget", false, true, true },
	{ "contact", "Name, mail and phone are right", false, false, true },
};
const struct desk_process desk_shipped = { .id = DESK_PROCESS,
					   .name = "Default process",
					   .shipped = true,
					   .attempts = 3,
					   .stages = stages,
					   .stage_count = LL_COUNT(stages),
					   .items = items,
					   .item_count = LL_COUNT(items) };

const struct desk_stage *desk_stage_shipped(const char *key)
{
	for (size_t i = 0; i < LL_COUNT(stages); i++)
		if (!strcmp(stages[i].key, key))
			return &stages[i];
	return NULL;
}

const struct desk_item *desk_item_shipped(const char *key)
{
	for (size_t i = 0; i < LL_COUNT(items); i++)
		if (!strcmp(items[i].key, key))
			return &items[i];
	return NULL;
}

const char *desk_stage_name(const char *key)
{
	const struct desk_stage *s = desk_stage_shipped(key);

	return s ? s->name : key;
}
