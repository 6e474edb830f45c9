/* What tests of matching share: leads in one line each, and the customers that they make. */
#pragma once
#include "../stand.h"

/* One line: "first|last|email|phone|country|company". */
struct id arriving_send(struct stand *s, const char *key, const char *action, const char *line);
/* At contoso.widget, and time goes on: the next one is another lead. */
void arriving_line(struct stand *s, const char *line);
/* Living customers of contoso. */
size_t arriving_customers(struct stand *s);
/* Pairs that wait for a person. */
size_t arriving_review(struct stand *s, struct pair_get_row **ret);
extern uint64_t arriving_dice; /* the seed */
size_t arriving_roll(size_t n);
/* A line of one of six persons: a mailbox, a number, or both; with the company or without. */
const char *arriving_someone(struct stand *s);
/* The lines at publisher.widget, shuffled with the seed turn (0: as they are), placed now and then,
 * each a lead of its own. order: which line came as which. */
void arriving_in_order(struct stand *s, const char *publisher, const char *const *line, size_t n,
		       size_t turn, size_t *order);
int arriving_setup(void **state); /* offers contoso.widget and contoso.gadget */

#define ARRIVING(fn)                                                                               \
	{ #fn " on SQLite", fn, arriving_setup, stand_teardown, (void *)(uintptr_t)SQL_SQLITE },   \
	{                                                                                          \
#fn " on PostgreSQL", fn, arriving_setup, stand_teardown,                          \
			(void *)(uintptr_t)SQL_POSTGRESQL                                          \
	}
