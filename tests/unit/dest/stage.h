/* The stages of a talk with a relay, as written answers name them. After cmocka.h. */
#pragma once
#include "net/net.h"

static enum net_stage stage_named(struct str name)
{
	static const char *const stages[] = {
		[NET_STAGE_HELLO] = "hello", [NET_STAGE_LOGIN] = "login",
		[NET_STAGE_FROM] = "from",   [NET_STAGE_TO] = "to",
		[NET_STAGE_DATA] = "data",   [NET_STAGE_MESSAGE] = "message",
	};
	for (size_t i = NET_STAGE_HELLO; i < LL_COUNT(stages); i++)
		if (str_eq_z(name, stages[i]))
			return (enum net_stage)i;
	fail_msg("no stage: " STR_FMT, STR_ARG(name));
	return NET_STAGE_NONE;
}
