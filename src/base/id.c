#include "base/id.h"

#include <pthread.h>
#include <string.h>
#include <sodium.h>
#include "base/hash.h"

static void set_time(struct id *x, int64_t ms)
{
	for (int i = 0; i < 6; i++)
		x->b[i] = (uint8_t)((uint64_t)ms >> (40 - 8 * i));
}

static void set_version(struct id *x)
{
	x->b[6] = (uint8_t)(0x70 | (x->b[6] & 0x0F));
	x->b[8] = (uint8_t)(0x80 | (x->b[8] & 0x3F));
}

/* RFC 9562 section 6.2, method 1: twelve bits of rand_a are a counter inside the ms. */
struct id id_new(int64_t now_ms)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static int64_t last_ms;
	static uint32_t count;
	struct id x;
	uint32_t n;

	rand_bytes(&x, sizeof(x));
	pthread_mutex_lock(&lock);
	if (now_ms > last_ms) {
		last_ms = now_ms;
		count = 0;
	} else if (++count > 0xFFF) {
		last_ms++;
		count = 0;
	}
	now_ms = last_ms;
	n = count;
	pthread_mutex_unlock(&lock);
	set_time(&x, now_ms);
	x.b[6] = (uint8_t)(n >> 8);
	x.b[7] = (uint8_t)n;
	set_version(&x);
	return x;
}

struct id id_derive(struct id parent, const char *label, uint32_t n, int64_t at_ms)
{
	crypto_generichash_state s;
	struct id x;

	crypto_generichash_init(&s, NULL, 0, sizeof(x));
	crypto_generichash_update(&s, parent.b, sizeof(parent.b));
	crypto_generichash_update(&s, (const unsigned char *)label, strlen(label) + 1);
	crypto_generichash_update(&s, (const unsigned char *)&n, sizeof(n));
	crypto_generichash_final(&s, x.b, sizeof(x));
	set_time(&x, at_ms);
	set_version(&x);
	return x;
}

bool id_is_null(struct id x)
{
	static const struct id none;

	return id_eq(x, none);
}

int id_order(struct id a, struct id b)
{
	return memcmp(a.b, b.b, sizeof(a.b));
}

bool id_eq(struct id a, struct id b)
{
	return memcmp(a.b, b.b, sizeof(a.b)) == 0;
}

int64_t id_time(struct id x)
{
	uint64_t ms = 0;

	for (int i = 0; i < 6; i++)
		ms = ms << 8 | x.b[i];
	return (int64_t)ms;
}

char *id_text(struct id x, char out[ID_TEXT])
{
	static const char hex[] = "0123456789abcdef";
	char *p = out;

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = hex[x.b[i] >> 4];
		*p++ = hex[x.b[i] & 15];
	}
	*p = 0;
	return out;
}

static struct id edge(int64_t ms, int fill)
{
	struct id x;

	memset(&x, fill, sizeof(x));
	set_time(&x, ms < 0 ? 0 : ms > ID_MS_MAX ? ID_MS_MAX : ms);
	return x;
}

struct id id_first(int64_t ms)
{
	return edge(ms, 0x00);
}

struct id id_last(int64_t ms)
{
	return edge(ms, 0xFF);
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool id_parse(struct str s, struct id *ret)
{
	struct id x;
	size_t at = 0;

	if (s.n != ID_TEXT - 1)
		return false;
	for (int i = 0; i < 16; i++) {
		int high, low;

		if ((i == 4 || i == 6 || i == 8 || i == 10) && s.p[at++] != '-')
			return false;
		high = nibble(s.p[at++]);
		low = nibble(s.p[at++]);
		if (high < 0 || low < 0)
			return false;
		x.b[i] = (uint8_t)(high << 4 | low);
	}
	*ret = x;
	return true;
}
