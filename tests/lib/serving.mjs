// One server for a test file: started before its tests, stopped and checked after them.

import { after } from 'node:test';
import { Server } from './server.mjs';

export async function serving(options) {
  const server = await Server.start(options);
  after(() => server.stop(), { timeout: 120_000 });
  return server;
}

// The same for anything else with a stop().
export async function using(starting) {
  const thing = await starting;
  after(() => thing.stop(), { timeout: 120_000 });
  return thing;
}
