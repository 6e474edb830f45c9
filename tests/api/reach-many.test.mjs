// A page of customers is made of the leads of each, which may be very many: it takes the memory of one of them.

import test from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameOf } from '../lib/leads.mjs';
import { serving } from '../lib/serving.mjs';

const PEOPLE = 62, EACH = 257; // one more than a record is made of; so many people were too much at once
const server = await serving();
const offers = Array.from({ length: 50 }, (_, i) => `contoso.o${i}`);
await server.offer(offers[0]);
for (const id of offers.slice(1)) await server.expect(201, 'POST', '/offers', { json: { id } });
const { token } = await server.expect(201, 'POST', '/tokens', { json: { role: 'viewer', name: 'partner', publisher: 'contoso', reach: 'offers', reachOffers: offers } });

test('a page of people with very many leads each, by fifty offers', async () => {
  const day = (/** @type {number} */ n) => new Date(Date.UTC(2023, 0, 1 + n * 3)).toISOString().slice(0, 10);
  const row = (/** @type {number} */ n, /** @type {number} */ time) => `${nameOf(n)},${nameOf(n + 1000)},${nameOf(n)}@${nameOf(n)}.example,${'Chief '.repeat(33).trim()},${'Company '.repeat(24)}${nameOf(n)},${day(time)}`;
  const rows = Array.from({ length: PEOPLE * EACH }, (_, i) => row(i % PEOPLE, Math.floor(i / PEOPLE)));
  const file = join(server.site.dir, 'many.csv');
  writeFileSync(file, `First name,Last name,Email,Job title,Company,Creation date\n${rows.join('\n')}\n`);
  const done = await server.cli(['import', file, '--offer', offers[0], '--json'], { timeout: 300_000 });
  assert.equal(JSON.parse(done.stdout).items[0].rows.new, rows.length, done.stderr);
  const answer = await server.api('GET', '/customers?limit=500', { token });
  assert.equal(answer.status, 200, answer.text);
  const whole = await server.get('/customers?limit=500');
  const values = (/** @type {any} */ { id, email, leads, createdAt }) => ({ id, email, leads, createdAt });
  assert.deepEqual(answer.json.items.map(values).sort((/** @type {any} */ a, /** @type {any} */ b) => (a.id < b.id ? -1 : 1)),
    whole.items.map(values).sort((/** @type {any} */ a, /** @type {any} */ b) => (a.id < b.id ? -1 : 1)));
  assert.deepEqual([answer.json.items.length, answer.json.items[0].leads], [PEOPLE, EACH]);
});
