// What a test file stands on: started before its tests, stopped and checked after them. All of it is
// stopped, whatever one says: what goes on running would keep the file's process from ending.

import { after } from 'node:test';
import { Server } from './server.mjs';

const things = [];

async function stopAll() {
  const told = await Promise.allSettled(things.map((thing) => thing.stop()));
  const bad = told.find(({ status }) => status === 'rejected');
  if (bad) throw bad.reason;
}

// The same for anything else with a stop().
export async function using(starting) {
  const thing = await starting;
  if (things.push(thing) === 1) after(stopAll, { timeout: 120_000 });
  return thing;
}

export const serving = (options) => using(Server.start(options));
