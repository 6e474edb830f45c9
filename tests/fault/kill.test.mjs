// kill -9 at any moment: every acknowledged lead is there exactly once, and the destination saw it
// at least once, with one webhook-id, in effect once. A short run here, 200 loops in `make soak`.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving, using } from '../lib/serving.mjs';
import { Crowd, leadsByReceipt } from '../lib/crowd.mjs';
import { httpsAt } from '../lib/deliveries.mjs';
import { freePort } from '../lib/ports.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { until } from '../lib/wait.mjs';
import { engine } from '../lib/server.mjs';
import { sql } from '../lib/pg.mjs';
import { run } from '../lib/proc.mjs';

const loops = process.env.LEADLINE_TEST_SOAK ? 200 : 8;
const server = await serving();
const receiver = await using(Receiver.start());
const path = await server.offer('contoso.crm');
const destination = await httpsAt(server, 'contoso', receiver);
const port = await freePort();
const pause = (ms) => new Promise((go) => setTimeout(go, ms));

async function storeIsSound() {
  if (engine === 'sqlite') {
    const done = await run('sqlite3', [server.site.db.slice('sqlite:'.length), 'PRAGMA integrity_check']);
    assert.equal(done.stdout.trim(), 'ok', done.stdout + done.stderr);
  } else {
    assert.equal((await sql(server.site.db, 'SELECT 1')).trim(), '1');
  }
}

test(`${loops} times kill -9 under full load`, { timeout: 7_200_000 }, async (t) => {
  await server.halt();
  await server.launch({ listen: `127.0.0.1:${port}` });
  const crowd = new Crowd({ url: () => `http://127.0.0.1:${port}${path}`, senders: 8, pace: 5 });
  t.after(() => crowd.goHome());
  for (let n = 0; n < loops; n += 1) {
    const before = crowd.acknowledged.size;
    await until(() => crowd.acknowledged.size > before, { what: `leads are taken after kill ${n}`, timeout: 30_000 });
    await pause(Math.random() * 300); // any moment will do: that is the point
    await server.kill();
    await server.launch({ listen: `127.0.0.1:${port}`, ready: false });
  }
  await crowd.goHome();
  await server.ready();
  assert.ok(crowd.acknowledged.size > loops * 5, `${crowd.acknowledged.size} leads acknowledged`);
  assert.ok(crowd.broken > 0, 'the kills were felt');

  const waiting = async () => (await server.get('/receipts?state=waiting&limit=1')).items.length;
  await until(async () => await waiting() === 0, { what: 'all are placed', timeout: 60_000 });
  const found = await leadsByReceipt(server), whose = new Map();
  for (const [email, receipt] of crowd.acknowledged) {
    const leads = found.get(receipt);
    assert.equal(leads?.length, 1, `${email}, receipt ${receipt}: ${leads}`);
    assert.equal(whose.get(leads[0]), undefined, `${email} and another one are one lead`);
    whose.set(leads[0], email);
  }
  assert.deepEqual((await server.get('/receipts?state=set-aside')).items, [], 'nothing is blamed for the kills');

  // Counted at one moment: between two lists a lease that ends would be in neither.
  await until(async () => (await server.get(`/destinations/${destination}`)).pending === 0, { what: 'everything is delivered', timeout: 120_000 });
  for (const state of ['parked', 'rejected', 'expired']) assert.deepEqual((await server.get(`/deliveries?state=${state}&limit=1`)).items, [], state);
  const ids = new Map();
  for (const { json, headers } of receiver.requests) {
    const { Email } = json.UserDetails;
    ids.set(Email, (ids.get(Email) ?? new Set()).add(headers['webhook-id']));
  }
  for (const email of whose.values()) assert.equal(ids.get(email)?.size, 1, `${email} came under ${ids.get(email)?.size} ids`);
  for (const [email, of] of ids) assert.equal(of.size, 1, `${email} is there ${of.size} times`);
  await storeIsSound();
});
