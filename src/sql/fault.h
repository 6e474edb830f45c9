/* For tests only: makes one call of the store fail, to see that everything above survives it. */
#pragma once
#include "base/attr.h"

/*
 * The n-th call from now on (1: the next), of any connection and thread, fails with ERR_STORE
 * "store.fault" before it reaches the engine; later ones work again. 0 switches it off. Calls are:
 * open, begin, commit, exec, one, all, walk, batch, ping.
 */
void sql_fault_nth(int n);
/* Calls since the last sql_fault_nth: a torture test goes on until its n was not reached. */
int sql_fault_calls(void);
