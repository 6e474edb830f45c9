/* A window of text that is decoded at its end and read at its beginning. */
#include <stdlib.h>
#include "sheet/parts.h"

char *window_room(struct window *w, size_t n)
{
	if (w->cap - w->n >= n)
		return w->p + w->n;
	if (w->at) {
		memmove(w->p, w->p + w->at, w->n - w->at);
		w->n -= w->at;
		w->at = 0;
	}
	if (w->cap - w->n < n) {
		size_t cap = w->cap ? w->cap : 128 * 1024;

		while (cap - w->n < n)
			cap *= 2;
		w->p = realloc(w->p, cap);
		if (!w->p)
			BUG("out of memory for %zu bytes of text", cap);
		w->cap = cap;
	}
	return w->p + w->n;
}

void window_free(struct window *w)
{
	free(w->p);
	*w = (struct window){ 0 };
}
