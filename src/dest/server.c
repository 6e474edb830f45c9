/* The operator's configuration, for drivers: one pointer that is set at the start, and once more
 * when the port is known. */
#include "dest/dest.h"
#include <stdatomic.h>

static const struct dest_server none = { .base_url = "" };
static _Atomic(const struct dest_server *) present = &none;

void dest_set_server(const struct dest_server *s)
{
	atomic_store(&present, s);
}

const struct dest_server *dest_server(void)
{
	return atomic_load(&present);
}
