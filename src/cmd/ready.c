/* Whether a server takes leads at an intake URL. */
#include <poll.h>
#include "base/clock.h"
#include "cmd/cmd.h"

#define NEW_KEY_MS    3000 /* a server knows a new key within a second */
#define LOOK_EVERY_MS 150

bool cmd_intake_ready(struct cmd *c, const char *url, struct net_reply *ret, struct err *e)
{
	struct net_request r = { .method = "GET",
				 .url = url,
				 .timeout_ms = 10000,
				 .allow_http = true,
				 .allow_private = true,
				 .secret = url };
	int64_t until = clock_mono() + NEW_KEY_MS;

	for (;;) {
		if (!net_send(c->arena, &r, ret, e))
			return false;
		if (ret->status != 404 || clock_mono() >= until)
			return true;
		poll(NULL, 0, LOOK_EVERY_MS);
	}
}
