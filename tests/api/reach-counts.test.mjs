// Who does not reach all and reaches more leads than are looked through: numbers say that they are at least so many.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { lead } from '../lib/leads.mjs';
import { until } from '../lib/wait.mjs';

const LOOKED_AT = 2000;
const server = await serving();
const many = await server.offer('contoso.many');
await server.offer('contoso.none');
const bodies = (/** @type {string} */ name, /** @type {number} */ n) => JSON.stringify(Array.from({ length: n }, (_, i) => lead({ LeadSource: 'AppSource-PLT|contoso.many' }, { Email: `${name}${i}@${name}${i}.example` })));

async function someone(/** @type {string} */ name, /** @type {string[]} */ ...reach) {
  const email = `${name}@contoso.example`;
  const id = await server.ok('user', 'add', email, '--role', 'seller', '--publisher', 'contoso', ...reach);
  const link = await server.ok('user', 'link', email);
  const answer = await server.api('POST', '/session', { token: null, json: { token: new URL(link).searchParams.get('token') } });
  const headers = { Cookie: answer.headers['set-cookie'].map((/** @type {string} */ c) => c.split(';')[0]).join('; '), 'X-CSRF-Token': answer.json.csrf };
  const get = async (/** @type {string} */ path) => {
    const got = await server.api('GET', path, { token: null, headers });
    assert.equal(got.status, 200, got.text);
    return got.json;
  };
  return { id, email, get };
}
const partner = await someone('partner', '--reach', 'offers', '--offers', 'contoso.many,contoso.none');
const own = await someone('own', '--reach', 'own');
const team = await someone('team', '--reach', 'team');
await server.expect(201, 'POST', '/teams', { json: { publisher: 'contoso', name: 'Those', members: [team.email, own.email] } });
await server.expect(200, 'PUT', '/assignment/rules/contoso.all', { json: { name: 'All of it', offer: 'contoso.many', way: 'person', account: own.id } });

test('as many as are looked through are counted exactly', async () => {
  const first = await server.take(many, bodies('first', 3));
  assert.equal(first.leads.length, 3);
  for (const who of [partner, own, team]) {
    const c = await who.get('/counters');
    assert.deepEqual([c.leads, c.unread, c.owed, c.overdue, c.unassigned, c.capped], [3, 3, 3, 0, 0, false]);
    assert.deepEqual(c.offers, { 'contoso.many': 3 });
  }
  assert.equal((await server.get('/counters')).capped, false);
});

test('of more than that, at least so many', async () => {
  for (let i = 0; i < 21; i++) await server.post(many, bodies(`m${i}x`, 100));
  await until(async () => (await server.get('/counters')).leads === 2103, { what: 'all are placed', timeout: 60_000 });
  for (const who of [own, team]) {
    const c = await who.get('/counters');
    assert.deepEqual([c.capped, c.leads, c.unread, c.owed], [true, LOOKED_AT + 1, LOOKED_AT + 1, LOOKED_AT + 1]);
  }
  const c = await partner.get('/counters');
  assert.ok(c.capped && c.leads > LOOKED_AT / 2 - 1 && c.leads <= LOOKED_AT + 1, `${c.leads} of two offers`);
  assert.deepEqual(c.offers, { 'contoso.many': c.leads });
  assert.equal((await server.get('/counters')).unread, 2103, 'what is kept is exact');
});

test('the board counts what is worked on, and says so when it is more', async () => {
  const ids = (await server.get('/leads?limit=500')).items.map((/** @type {{id: string}} */ l) => l.id);
  for (const id of ids.slice(0, 3)) await server.expect(200, 'POST', `/leads/${id}/accept`, { json: { value: '10', currency: 'EUR' } });
  await server.expect(200, 'POST', `/leads/${ids[0]}/win`, { json: {} });
  for (const who of [partner, own, team]) {
    const { columns, capped } = await who.get('/board?process=contoso.default');
    assert.deepEqual([columns[0].count, columns[0].values, capped], [2, [{ currency: 'EUR', value: '20.00', count: 2 }], false], 'however many leads there are');
  }
  const all = await server.get('/board?process=contoso.default');
  assert.deepEqual([all.columns[0].count, all.capped], [2, false]);
});
