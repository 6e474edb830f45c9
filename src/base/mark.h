/*
 * Marks: what each thread has under its hands, in a file mapped into memory, so that the next
 * process can tell on which piece of work the last one died. Setting a mark is a few stores; no
 * sync, because a mark must survive the process, not the machine.
 */
#pragma once
#include "base/err.h"

#define MARK_SLOTS                                                                                 \
	80 /* the 64 loops that the configuration takes at most, the placer, and some room */
#define MARK_TEXT 184 /* bytes of a mark's text with its NUL */

struct marks;
/* One file per data directory; taken over from the process before. */
bool mark_open(const char *path, struct marks **ret, struct err *e) LL_MUST;
void mark_close(struct marks *m);
/* A slot of its own for each thread that marks; BUG when there are more than MARK_SLOTS. */
int mark_slot(struct marks *m);
void mark_set(struct marks *m, int slot, const char *text); /* cut at MARK_TEXT */
void mark_clear(struct marks *m, int slot);
/* Calls fn for each mark that the last process left, then clears it. Before any mark_set. */
void mark_left(struct marks *m, void (*fn)(void *ctx, const char *text), void *ctx);
