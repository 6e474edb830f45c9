// The clock jumps by minutes and days, both ways: nothing is lost, nothing stands still.

import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { delivered, httpsAt } from '../lib/deliveries.mjs';
import { lead, person } from '../lib/leads.mjs';
import { request } from '../lib/http.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { Server } from '../lib/server.mjs';
import { tempDir } from '../lib/temp.mjs';
import { until } from '../lib/wait.mjs';

// libfaketime reads the file anew once a second. Without its cache it would at each look at the clock, and
// two threads that look at once now and then got a wrong time: connections ended as idle, sleeps of days.
const file = join(tempDir('clock'), 'offset');
const write = (offset) => { writeFileSync(`${file}.new`, offset); renameSync(`${file}.new`, file); };
write('+0');
const server = await Server.start({
  env: { FAKETIME_TIMESTAMP_FILE: file, FAKETIME_CACHE_DURATION: '1', LD_PRELOAD: '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1' },
});

const units = { m: 60_000, d: 86_400_000 };

// What the server itself says the time is, until it is the new one.
async function setClock(offset) {
  const [, n, unit] = /^\+(\d+)([md])$/.exec(offset);
  write(offset);
  await until(async () => {
    const { headers } = await request(server.url('/healthz'));
    return Math.abs(Date.parse(headers.date) - Date.now() - Number(n) * units[unit]) < 30_000;
  }, { what: `the server's clock is at ${offset}` });
}

after(() => server.stop());
const receiver = await Receiver.start();
after(() => receiver.stop());
const path = await server.offer('contoso.crm');
await httpsAt(server, 'contoso', receiver);
await server.token();
const plt = (over = {}, who = {}) => lead({ LeadSource: 'AppSource-PLT', ...over }, who);

test('the repeat window ends: the same bytes eleven minutes later are a new receipt', { timeout: 60_000 }, async () => {
  const body = JSON.stringify(plt());
  const first = await server.post(path, body);
  await setClock('+9m');
  const inside = await server.post(path, body);
  assert.equal(inside.json.receipt, first.json.receipt);
  await setClock('+25m');
  const outside = await server.post(path, body);
  assert.equal(outside.status, 200, outside.text);
  assert.notEqual(outside.json.receipt, first.json.receipt);
  assert.ok(!outside.json.repeated);
  const { leads: [early] } = await server.placed(first.json.receipt);
  const { leads: [late] } = await server.placed(outside.json.receipt);
  assert.notEqual(late, early, 'later is a new lead');
  const [a, b] = [await server.get(`/leads/${early}`), await server.get(`/leads/${late}`)];
  assert.equal(a.customer.id, b.customer.id, 'of the same customer');
});

test('a day forward: leads, deliveries and the waiting retry go on', { timeout: 60_000 }, async () => {
  receiver.script({ status: 503 }, { status: 503 });
  const before = await server.lead(path, plt());
  await delivered(server, before, (d) => d.attempts.length >= 2); // the next try is minutes away
  await setClock('+1d');
  await delivered(server, before);
  const after = await server.lead(path, plt());
  await delivered(server, after);
  assert.ok(Date.parse(after.receivedAt) - Date.parse(before.receivedAt) > 22 * 3600_000);
  const { items } = await server.get('/leads?limit=500');
  assert.equal(items[0].id, after.id, 'the newest is first');
});

test('an answer that came after the time-out: the lead is sent again under the same id', { timeout: 60_000 }, async () => {
  const offer = await server.offer('slow.app');
  const slow = await Receiver.start();
  after(() => slow.stop());
  await httpsAt(server, 'slow', slow, 'timeoutMs=1000');
  slow.script({ delay: 2000 });
  const got = await server.lead(offer, plt());
  await delivered(server, got, (d) => d.attempts.length === 1);
  await setClock('+2d');
  const done = await delivered(server, got);
  assert.equal(done.attempts[0].outcome, 'unknown');
  assert.equal(slow.requests[0].headers['webhook-id'], slow.requests[1].headers['webhook-id']);
});

test('the first response is breached when its time is over', { timeout: 60_000 }, async () => {
  const got = await server.lead(path, plt());
  assert.equal(got.firstResponse.breached, false);
  await setClock('+4d');
  await until(async () => (await server.get(`/leads/${got.id}`)).firstResponse.breached, { what: 'breached' });
});

test('a delivery that nobody took within maxAge expires, and can be replayed', { timeout: 60_000 }, async () => {
  receiver.always = { status: 503 };
  const got = await server.lead(path, plt());
  await delivered(server, got, (d) => d.attempts.length >= 1);
  await setClock('+8d');
  const expired = await delivered(server, got, 'expired');
  receiver.always = { status: 200 };
  await server.expect(200, 'POST', '/deliveries/replay', { json: { ids: [expired.id] } });
  await delivered(server, got);
});

test('set back by a week over a restart: ids, leads and deliveries go on', { timeout: 60_000 }, async () => {
  const who = person();
  const ahead = await server.lead(path, plt({}, who));
  await server.halt();
  write('+1d');
  await server.launch();
  const back = await server.lead(path, plt({ LeadSource: 'AppSource-INS', ActionCode: 'INS' }, who));
  assert.notEqual(back.id, ahead.id);
  assert.equal(back.customer.id, ahead.customer.id);
  await delivered(server, back);
  const { items } = await server.get('/leads?limit=500');
  assert.equal(new Set(items.map((l) => l.id)).size, items.length);
  assert.ok(items.some((l) => l.id === back.id));
  const same = JSON.stringify(plt());
  const one = await server.post(path, same);
  const two = await server.post(path, same);
  assert.equal(two.json.receipt, one.json.receipt, 'repeats are seen as before');
});
