// Chance that can be had again: a failing test says its seed, and LEADLINE_TEST_SEED brings it back.

import { randomInt } from 'node:crypto';

export const seed = Number(process.env.LEADLINE_TEST_SEED ?? randomInt(2 ** 31));

let state = seed;

// In [0, 1). A linear congruential generator of 2^31 (the constants of ANSI C) is even enough to choose by.
export function chance() {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >>> 8) / 2 ** 23;
}

export const pick = (list) => list[Math.floor(chance() * list.length)];
