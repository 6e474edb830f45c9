// A store as the first release left it is taken forward by the first start: what is in it stays, what
// was not yet placed is placed, and the numbers begin with what is there.

import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { lead, publishedTestLead } from '../lib/leads.mjs';
import { Server } from '../lib/server.mjs';
import { query } from '../lib/store.mjs';
import { until } from '../lib/wait.mjs';

const stops = [];
after(async () => { for (const stop of stops.reverse()) await stop(); });

// What the steps after the first one made, by themselves.
const folder = new URL('../../src/store/migrations/', import.meta.url);
const later = readdirSync(folder).filter((name) => /^\d+_\w+\.sql$/.test(name) && !name.startsWith('0001_'));
const made = (pattern) => later.flatMap((name) => [...readFileSync(new URL(name, folder), 'utf8').matchAll(pattern)]);
const tables = made(/^CREATE TABLE (\w+)/gm).map(([, table]) => table);
const indexes = made(/^CREATE (?:UNIQUE )?INDEX (\w+) ON (\w+)/gm).filter(([, , table]) => !tables.includes(table)).map(([, index]) => index);
const columns = made(/^ALTER TABLE (\w+) ADD COLUMN (\w+)/gm).filter(([, table]) => !tables.includes(table)).map(([, table, column]) => `ALTER TABLE ${table} DROP COLUMN ${column}`);
const versions = made(/^INSERT INTO version \(name, n\) VALUES \('(\w+)'/gm).map(([, name]) => `DELETE FROM version WHERE name = '${name}'`);
const back = [...indexes.map((index) => `DROP INDEX ${index}`), ...columns, ...versions, ...tables.map((table) => `DROP TABLE ${table}`), 'DELETE FROM migration WHERE number > 1'];

const emails = async (s) => (await s.get('/leads?limit=500')).items.map((l) => l.customer.email).sort();

test('a store of the first release is taken forward', { timeout: 120_000 }, async () => {
  const s = await Server.start({ env: { LEADLINE_PLACE_PAUSED: 'false' } });
  stops.push(() => s.stop());
  const path = await s.offer('contoso.crm');
  for (let i = 0; i < 12; i++) assert.equal((await s.post(path, lead({}, { Email: `old${i}@old.example.org` }))).status, 200);
  assert.equal((await s.post(path, publishedTestLead)).status, 200);
  assert.equal((await s.post(path, 'no lead in it')).status, 400);
  await until(async () => (await s.get('/counters')).leads === 12, { what: 'the leads are placed' });
  const before = { leads: await emails(s), counters: await s.get('/counters') };

  // Stored, and not placed when the old program stopped.
  await s.halt();
  s.extraEnv = { LEADLINE_PLACE_PAUSED: 'true' };
  await s.launch();
  assert.equal((await s.post(path, lead({}, { Email: 'late@old.example.org' }))).status, 200);
  await s.halt();
  for (const step of back) await query(s.site.db, step);

  s.extraEnv = {};
  await s.launch();
  assert.ok(s.log.includes(`store.migrated applied=${later.length}`), s.log);
  await until(async () => (await s.get('/counters')).leads === 13, { what: 'what waited is placed, and counted on top' });
  const now = await s.get('/counters');
  assert.deepEqual(await emails(s), [...before.leads, 'late@old.example.org'].sort());
  assert.equal(now.test, before.counters.test);
  assert.equal(now.unread, before.counters.unread + 1);
  assert.equal(now.receiptsUnreadable, 1);
  assert.equal(Object.values(now.kinds).reduce((a, b) => a + b), 13);
});

test('a program older than its store says so and touches nothing', { timeout: 60_000 }, async () => {
  const s = await Server.start();
  stops.push(() => s.stop());
  await s.halt();
  await query(s.site.db, "INSERT INTO migration (number, name, checksum, applied_at) VALUES (99, 'later', 'x', 1)");
  const done = await s.cli(['serve', '--listen', '127.0.0.1:0']);
  assert.equal(done.code, 1);
  assert.match(done.stderr, /newer/);
});
