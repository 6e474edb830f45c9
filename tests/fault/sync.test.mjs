// No answer leaves before its lead is synced: shown by the order of calls, since a kill cannot show
// what the kernel still holds.

import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { lead } from '../lib/leads.mjs';
import { Postgres, sql } from '../lib/pg.mjs';
import { engine, Server } from '../lib/server.mjs';
import { readLog, slowSync } from '../lib/slowsync.mjs';
import { tempDir } from '../lib/temp.mjs';

const dir = tempDir('synclog');
chmodSync(dir, 0o777); // the database's user writes there too
const log = join(dir, 'calls.log');
const stops = [];
after(async () => { for (const stop of stops.reverse()) await stop(); });

// A server whose syncs, its own or its database's, are slow and logged.
async function watched(delayUs) {
  const env = await slowSync({ delayUs, log });
  if (engine === 'sqlite') {
    const server = await Server.start({ env });
    stops.push(() => server.stop());
    return server;
  }
  const pg = await Postgres.start({ durable: true, env });
  stops.push(() => pg.stop());
  await sql(pg.url('postgres'), 'CREATE DATABASE watched');
  const server = await Server.start({ db: pg.url('watched'), env });
  stops.push(() => server.stop());
  return server;
}

test('each answer comes after a sync that ended after its request', { timeout: 120_000 }, async () => {
  const server = await watched(20_000);
  const path = await server.offer('contoso.crm');
  for (let n = 0; n < 20; n += 1) {
    const started = performance.now();
    const answer = await server.post(path, lead());
    assert.equal(answer.status, 200, answer.text);
    assert.ok(performance.now() - started >= 20, `answered in ${performance.now() - started} ms, a sync takes 20`);
  }
  const calls = readLog(log);
  const requests = calls.filter((c) => c.what === 'recv' && c.text.startsWith('POST /in/'));
  assert.equal(requests.length, 20);
  for (const request of requests) {
    const answer = calls.find((c) => c.ns > request.ns && c.what === 'send' && c.fd === request.fd && c.text.startsWith('HTTP/1.1 200'));
    assert.ok(answer, 'the answer is in the log');
    const begun = calls.filter((c) => c.what === 'sync-begin' && c.ns > request.ns && c.ns < answer.ns);
    const ended = calls.filter((c) => c.what === 'sync' && c.result === 0 && c.ns > request.ns && c.ns < answer.ns);
    assert.ok(begun.length && ended.length && ended[ended.length - 1].ns > begun[0].ns, 'a whole sync between request and answer');
  }
});

test('many at once share a sync: the answers of a second outnumber its syncs', { timeout: 120_000 }, async () => {
  const server = await watched(20_000);
  const path = await server.offer('contoso.crm');
  const before = readLog(log).filter((c) => c.what === 'sync').length;
  const started = performance.now();
  await Promise.all(Array.from({ length: 64 }, async () => {
    for (let n = 0; n < 3; n += 1) assert.equal((await server.post(path, lead())).status, 200);
  }));
  const took = performance.now() - started;
  const syncs = readLog(log).filter((c) => c.what === 'sync').length - before;
  assert.ok(syncs < 192, `${syncs} syncs for 192 leads`);
  assert.ok(took < 192 * 20, `${took} ms: one sync for each lead would take 3840`);
});
