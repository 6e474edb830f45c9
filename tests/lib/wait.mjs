// Conditions with a deadline. Nothing in the tests sleeps and hopes.

import { setTimeout as pause } from 'node:timers/promises';

// Sanitizer builds are several times slower; the runner says by how much.
export const slow = Number(process.env.LEADLINE_TEST_SLOW ?? 1);

// Calls probe until it answers something truthy and returns that. A probe that throws counts as
// "not yet"; its last error is told when the time is over. `what` may be a function: it is asked
// at the end, so that the message can show what was there instead.
export async function until(probe, { timeout = 10_000, every = 20, what = 'the condition' } = {}) {
  const deadline = performance.now() + timeout * slow;
  let last;
  for (;;) {
    try {
      const got = await probe();
      if (got) return got;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= deadline) {
      const text = typeof what === 'function' ? await what() : what;
      const why = last ? `: ${last.message}` : '';
      throw new Error(`not within ${timeout * slow} ms: ${text}${why}`, { cause: last });
    }
    await pause(every);
  }
}

// Watches for a while that something does not happen: fails as soon as probe answers truthy.
export async function never(probe, { during = 500, every = 20, what = 'the condition' } = {}) {
  const end = performance.now() + during;
  while (performance.now() < end) {
    const got = await probe();
    if (got) throw new Error(`happened, and must not: ${what} (${JSON.stringify(got)})`);
    await pause(every);
  }
}

// The time that the contract gives something to be seen elsewhere. What follows must then hold.
export const within = (ms) => pause(ms * slow);
