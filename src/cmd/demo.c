/* serve --demo. */
#include "cmd/server.h"

bool server_demo(struct server *s, struct err *e)
{
	(void)s;
	(void)e;
	return true;
}

bool server_demo_tell(struct server *s, struct err *e)
{
	(void)s;
	(void)e;
	return true;
}
