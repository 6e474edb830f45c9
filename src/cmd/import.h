/* import's placer: of this process, while no server has the lease. */
#pragma once
#include "cmd/cmd.h"

/* The one publisher there is; ERR_INPUT when there are several. */
bool import_only_publisher(struct cmd *c, const char **ret, struct err *e) LL_MUST;

struct placing;
bool placing_start(struct cmd *c, struct placing **ret, struct err *e) LL_MUST;
void placing_stop(struct placing *p); /* NULL is fine */
bool placing_backlog(struct placing *p, int64_t *ret, struct err *e) LL_MUST;
/* Until none of the import's receipts waits. */
bool placing_until_placed(struct placing *p, const char *publisher, struct id load,
			  struct err *e) LL_MUST;
/* Now and then, while much is written: the store's log. placing_some() does so itself. */
bool placing_tidy(struct placing *p, struct err *e) LL_MUST;
/* A batch, or a nap while another process places. */
bool placing_some(struct placing *p, struct err *e) LL_MUST;
