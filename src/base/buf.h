/*
 * A growing byte buffer, born with its maximum. Failure (over the maximum) is sticky: writers do
 * not check, the one who uses the result asks buf_ok() once. Always NUL-ended beyond its length.
 */
#pragma once
#include "base/attr.h"
#include "base/str.h"

struct buf {
	char *p;
	size_t n, cap, max;
	bool failed;
};

struct buf buf_new(size_t max); /* takes no memory until written to */
void buf_free(struct buf *b);
void buf_clear(struct buf *b);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_byte(struct buf *b, char c);
void buf_z(struct buf *b, const char *z);
void buf_str(struct buf *b, struct str s);
void buf_int(struct buf *b, int64_t n); /* in decimal */
void buf_printf(struct buf *b, const char *fmt, ...) LL_PRINTF(2, 3);
bool buf_ok(const struct buf *b) LL_MUST;
static inline struct str buf_view(const struct buf *b)
{
	return (struct str){ b->p ? b->p : "", b->n };
}
#define AUTO_BUF LL_CLEANUP(buf_free) struct buf
