#include "base/mark.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* One slot is three cache lines: threads do not share one. */
struct slot {
	_Atomic int active;
	char text[MARK_TEXT];
	char pad_[4];
};
_Static_assert(sizeof(struct slot) == 192, "whole cache lines");

struct marks {
	struct slot *slots;
	_Atomic int taken;
};

bool mark_open(const char *path, struct marks **ret, struct err *e)
{
	size_t size = sizeof(struct slot) * MARK_SLOTS;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct marks *m;
	void *p;

	if (fd < 0 || ftruncate(fd, (off_t)size) != 0) {
		ERR(e, ERR_STORE, "mark.open", "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return ERR(e, ERR_STORE, "mark.map", "%s: %s", path, strerror(errno));
	m = calloc(1, sizeof(*m));
	MUST(m != NULL);
	m->slots = p;
	*ret = m;
	return true;
}

void mark_close(struct marks *m)
{
	if (!m)
		return;
	munmap(m->slots, sizeof(struct slot) * MARK_SLOTS);
	free(m);
}

int mark_slot(struct marks *m)
{
	int slot = atomic_fetch_add(&m->taken, 1);

	MUST(slot < MARK_SLOTS);
	return slot;
}

void mark_set(struct marks *m, int slot, const char *text)
{
	struct slot *s = &m->slots[slot];
	size_t n = strnlen(text, MARK_TEXT - 1);

	memcpy(s->text, text, n); /* once a lead: printf would be felt */
	s->text[n] = 0;
	atomic_store(&s->active, 1);
}

void mark_clear(struct marks *m, int slot)
{
	atomic_store(&m->slots[slot].active, 0);
}

void mark_left(struct marks *m, void (*fn)(void *ctx, const char *text), void *ctx)
{
	for (int i = 0; i < MARK_SLOTS; i++) {
		struct slot *s = &m->slots[i];

		if (!atomic_load(&s->active))
			continue;
		s->text[MARK_TEXT - 1] = 0;
		fn(ctx, s->text);
		atomic_store(&s->active, 0);
	}
}
