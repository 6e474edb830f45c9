/*
 * Threads, and a bounded queue between them. Only the loops named in HACKING.md start threads.
 * No cancel, no pthread_exit: a thread ends by returning when its stop flag is set.
 */
#pragma once
#include <pthread.h>
#include <stdatomic.h>
#include "base/attr.h"

/* A flag with a bell: loops sleep on it and are woken by work or by the stop. */
struct bell {
	pthread_mutex_t lock;
	pthread_cond_t cond; /* CLOCK_MONOTONIC */
	bool rung, stop;
};
void bell_init(struct bell *b);
void bell_free(struct bell *b);
void bell_ring(struct bell *b);
void bell_stop(struct bell *b);
/* Waits until rung, stopped, or ms have passed; takes the ring. False once stopped. */
bool bell_wait(struct bell *b, int64_t ms);
/* Waits until stopped, or ms have passed; a ring is left for the next bell_wait(). False once
 * stopped. */
bool bell_rest(struct bell *b, int64_t ms);

/* Bounded queue of pointers, many to many. */
struct queue;
struct queue *queue_new(size_t cap) __attribute__((__returns_nonnull__));
void queue_free(struct queue *q); /* must be empty or its items owned elsewhere */
bool queue_put(struct queue *q, void *item) LL_MUST; /* false at once when full or closed */
void *queue_take(struct queue *q);                   /* waits; NULL once closed and empty */
void queue_close(struct queue *q);

/* Ends the process when no thread can be had. name: at most 15 characters. */
pthread_t thread_start(const char *name, void *(*fn)(void *), void *arg);
