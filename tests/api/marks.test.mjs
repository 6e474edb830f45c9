// What people noted of leads, as lists: favorites, how good a lead is, whether the customer means to buy on the marketplace.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid } from '../lib/asserts.mjs';
import { lead } from '../lib/leads.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
const all = [];
for (let i = 0; i < 8; i++) all.push(await server.lead(path, lead({}, { Email: `m${i}@customer.example`, LastName: `Marked${i}` })));
const [a, b, c, d, e] = all;
const list = async (query) => (await server.get(`/leads?${query}`)).items.map((l) => l.id);
const ids = (...leads) => leads.map((l) => l.id);
const heart = (l, favorite = true) => server.expect(200, 'POST', `/leads/${l.id}/favorite`, { json: { favorite } });
const set = (l, json) => server.expect(200, 'PATCH', `/leads/${l.id}`, { json });
for (const l of [a, c, d, e]) await heart(l);
await set(a, { quality: 'High', purchaseIntent: 'Yes' });
await set(b, { quality: 'High' });
await set(c, { quality: 'Low', purchaseIntent: 'Have not decided' });
await set(d, { purchaseIntent: 'Yes' });

test('favorites, newest or oldest first, page by page, until they are none any more', async () => {
  assert.deepEqual(await list('favorite=true'), ids(e, d, c, a));
  assert.deepEqual(await list('favorite=true&sort=received'), ids(a, c, d, e));
  const first = await server.get('/leads?favorite=true&limit=3');
  assert.deepEqual([first.items.map((l) => l.id), await list(`favorite=true&limit=3&after=${first.next}`)], [ids(e, d, c), ids(a)]);
  await heart(e, false);
  assert.deepEqual(await list('favorite=true'), ids(d, c, a));
  assert.equal((await list('favorite=false')).length, 8, 'not asked for');
});

test('quality and intent in Partner Center\'s words, with each other and with other filters', async () => {
  assert.deepEqual(await list('quality=High'), ids(b, a));
  assert.deepEqual(await list('quality=Low'), ids(c));
  assert.deepEqual(await list('purchaseIntent=Yes'), ids(d, a));
  assert.deepEqual(await list('purchaseIntent=Have+not+decided'), ids(c));
  assert.deepEqual(await list('purchaseIntent=No'), []);
  assert.deepEqual(await list('favorite=true&quality=High'), ids(a));
  assert.deepEqual(await list('purchaseIntent=Yes&quality=High'), ids(a));
  await server.expect(200, 'POST', `/leads/${d.id}/accept`, { json: {} });
  assert.deepEqual(await list('favorite=true&status=Active'), ids(d));
  assert.deepEqual(await list('favorite=true&offer=contoso.crm&owner=none'), ids(d, c, a), 'in the order of receipt');
  await server.expect(200, 'POST', `/leads/${d.id}/calls`, { json: { outcome: 'no-answer' } });
  assert.deepEqual([await list('progress=one-attempt'), await list('progress=one-attempt&favorite=true'), await list('progress=one-attempt&quality=Low')], [ids(d), ids(d), []]);
  await set(a, { quality: '' });
  assert.deepEqual(await list('quality=High'), ids(b));
});

test('what does not go together is refused by name; many at once and saved views take them', async () => {
  invalid(await server.api('GET', '/leads?quality=Good'), 'quality');
  invalid(await server.api('GET', '/leads?favorite=true&q=Marked'), 'q');
  invalid(await server.api('GET', '/leads?quality=High&sort=due'), 'sort');
  invalid(await server.api('GET', '/leads?purchaseIntent=Yes&response=owed'), 'response');
  const seen = await server.expect(200, 'POST', '/leads/bulk', { json: { action: 'note', note: 'x', dryRun: true, filter: { favorite: true } } });
  assert.deepEqual(seen.items.map((i) => i.lead), ids(d, c, a));
  const stranger = await server.token('seller', await server.ok('publisher', 'add', 'fabrikam').then(() => 'fabrikam'));
  assert.deepEqual((await server.get('/leads?favorite=true', { token: stranger })).items, []);
});
