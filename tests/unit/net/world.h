/* What the tests of exchanges stand on: one scripted peer, and an arena for a test. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/arena.h"
#include "peer.h"

#define WAIT_MS 20000 /* a deadline, never a pause */

static struct peer peer;
static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	memset(&peer, 0, sizeof(peer));
	arena = arena_new("test", 64 * 1024 * 1024);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}
