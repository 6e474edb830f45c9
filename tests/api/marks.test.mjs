// What people noted of leads, as lists: favorites, how good a lead is, whether the customer means to buy on the marketplace.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid } from '../lib/asserts.mjs';
import { lead, publishedTestLead } from '../lib/leads.mjs';
import { Person } from '../lib/people.mjs';

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

test('with a filter, whatever leads: those of both lists, in their order', async () => {
  const far = await server.offer('contoso.far');
  const kim = await Person.make(server, 'kim@contoso.example', 'seller', { publisher: 'contoso' });
  const team = await server.expect(201, 'POST', '/teams', { json: { publisher: 'contoso', name: 'Field', members: ['kim@contoso.example'] } });
  const twin = await server.lead(far, lead({ LeadSource: 'AppSource-PLT|contoso.far' }, { Email: 'm0@customer.example', LastName: 'Marked0' }));
  const trial = await server.lead(far, publishedTestLead);
  assert.equal(twin.customer.id, a.customer.id);
  for (const l of [twin, b, trial]) await heart(l);
  await set(twin, { quality: 'Low', purchaseIntent: 'Yes' });
  for (const l of [c, twin]) await server.expect(200, 'POST', `/leads/${l.id}/accept`, { json: {} });
  for (const l of [d, twin]) await server.expect(200, 'POST', `/leads/${l.id}/owner`, { json: { owner: kim.id } });
  await server.expect(200, 'POST', `/leads/${twin.id}/calls`, { json: { outcome: 'no-answer' } });
  await server.expect(200, 'POST', `/leads/${c.id}/lose`, { json: { reason: 'price', fewAttempts: 'they signed elsewhere' } });
  await server.expect(204, 'POST', `/leads/${b.id}/read`);
  const marked = ['favorite=true', 'quality=Low', 'purchaseIntent=Yes', 'favorite=true&purchaseIntent=Yes', 'progress=one-attempt', 'progress=few-attempts', 'progress=stalled', 'progress=few-attempts&quality=Low', 'progress=one-attempt&favorite=true'];
  const filters = [`owner=${kim.id}`, `team=${team.id}`, 'offer=contoso.far', `customer=${a.customer.id}`, 'status=New', 'status=Active', 'unread=true', 'test=true', 'country=US', `offer=contoso.crm&owner=${kim.id}`, `since=${c.receivedAt}`, `until=${c.receivedAt}&unread=true`];
  const of = async (/** @type {string} */ mark) => new Set([...await list(mark), ...await list(`${mark}&test=true`)]);
  const has = Object.fromEntries(await Promise.all(marked.map(async (mark) => [mark, await of(mark)])));
  let some = 0;
  for (const sort of ['received', '-received']) {
    for (const filter of filters) {
      const found = await list(`${filter}&sort=${sort}&limit=100`);
      for (const mark of marked) {
        const both = found.filter((/** @type {string} */ id) => has[mark].has(id));
        some += both.length;
        assert.deepEqual(await list(`${mark}&${filter}&sort=${sort}`), both, `${mark}&${filter}&sort=${sort}`);
      }
    }
  }
  assert.ok(some > 60, `${some}`);
});
