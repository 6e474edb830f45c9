#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/err.h"

#define FIRST_SIZE 256

struct buf buf_new(size_t max)
{
	return (struct buf){ .max = max };
}

void buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .max = b->max };
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->failed = false;
	if (b->p)
		b->p[0] = 0;
}

static bool grow(struct buf *b, size_t n)
{
	size_t want, cap;

	if (b->failed || n > b->max || b->n > b->max - n) {
		b->failed = true;
		return false;
	}
	want = b->n + n + 1;
	cap = b->cap ? b->cap : FIRST_SIZE;
	while (cap < want)
		cap *= 2;
	b->p = realloc(b->p, cap);
	if (!b->p)
		BUG("out of memory for a buffer of %zu bytes", cap);
	b->cap = cap;
	return true;
}

/* Room for n more bytes and the ending NUL; false once the maximum is passed. */
static inline bool room(struct buf *b, size_t n)
{
	bool fits = !b->failed && n <= b->max && b->n <= b->max - n && n < b->cap - b->n;

	return fits || grow(b, n);
}

void buf_add(struct buf *b, const void *p, size_t n)
{
	if (!room(b, n))
		return;
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = 0;
}

void buf_byte(struct buf *b, char c)
{
	if (!room(b, 1))
		return;
	b->p[b->n++] = c;
	b->p[b->n] = 0;
}

void buf_z(struct buf *b, const char *z)
{
	buf_add(b, z, strlen(z));
}

void buf_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.n);
}

void buf_int(struct buf *b, int64_t n)
{
	char text[24];
	size_t at = sizeof(text);
	/* Unsigned: the least number has no positive one. */
	uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do
		text[--at] = (char)('0' + left % 10);
	while (left /= 10);
	if (n < 0)
		text[--at] = '-';
	buf_add(b, text + at, sizeof(text) - at);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	MUST(n >= 0);
	if (!room(b, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

bool buf_ok(const struct buf *b)
{
	return !b->failed;
}
