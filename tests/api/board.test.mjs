// The board: totals of each stage, columns page by page; and the lists of leads that do not get on.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid, problem } from '../lib/asserts.mjs';
import { lead } from '../lib/leads.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
await server.offer('fabrikam.app');
const seller = await server.token('seller', 'contoso');
const stranger = await server.token('manager', 'fabrikam');
const work = (method, route, json = {}) => server.expect(200, method, `/leads/${route}`, { json });
const accepted = async (deal = {}) => work('POST', `${(await server.lead(path, lead())).id}/accept`, deal);
const board = async () => (await server.get('/board?process=contoso.default')).columns;
const column = async (stage) => (await board()).find((c) => c.stage === stage);
const cards = (stage, more = '') => server.get(`/board/cards?process=contoso.default&stage=${stage}${more}`);

test('a column has a count and a value for each currency, which follow every change', async () => {
  assert.deepEqual((await board()).map((c) => [c.stage, c.count, c.values]), ['contact', 'qualify', 'solution', 'proposal', 'decision'].map((s) => [s, 0, []]));
  const euro = await accepted({ value: '12.50', currency: 'EUR' });
  await accepted({ value: '7.50', currency: 'EUR' });
  await accepted({ value: '900', currency: 'KRW' });
  await accepted();
  assert.deepEqual(await column('contact'), { stage: 'contact', count: 4, values: [{ currency: 'EUR', value: '20.00', count: 2 }, { currency: 'KRW', value: '900', count: 1 }] });
  await work('POST', `${euro.id}/stage`, { stage: 'qualify' });
  assert.deepEqual([(await column('contact')).count, await column('qualify')], [3, { stage: 'qualify', count: 1, values: [{ currency: 'EUR', value: '12.50', count: 1 }] }]);
  await work('PATCH', euro.id, { value: '30' });
  assert.equal((await column('qualify')).values[0].value, '30.00');
  await work('POST', `${euro.id}/win`);
  assert.equal((await column('qualify')).count, 0);
  await work('POST', `${euro.id}/undo`);
  assert.equal((await column('qualify')).count, 1);
});

test('a column is read page by page, who is there longest first', async () => {
  const made = [];
  for (let i = 0; i < 5; i++) made.push((await work('POST', `${(await accepted()).id}/stage`, { stage: 'proposal', override: true, reason: 'test' })).id);
  const seen = [];
  for (let after = ''; after !== null;) {
    const page = await cards('proposal', `&limit=2${after && `&after=${after}`}`);
    assert.ok(page.items.length <= 2);
    seen.push(...page.items);
    after = page.next;
  }
  assert.deepEqual(seen.map((l) => l.id), made);
  assert.ok(seen.every((l) => l.stage.key === 'proposal' && l.firstResponse && l.customer));
  assert.deepEqual((await cards('moon')).items, []);
  invalid(await server.api('GET', '/board/cards?process=contoso.default&stage=proposal&after=x'), 'after');
});

test('another publisher finds no board', async () => {
  for (const route of ['/board?process=contoso.default', '/board/cards?process=contoso.default&stage=contact']) {
    problem(await server.api('GET', route, { token: stranger }), 404);
    assert.equal((await server.api('GET', route, { token: seller })).status, 200);
  }
  problem(await server.api('GET', '/board?process=contoso.none'), 404);
  problem(await server.api('GET', '/board?process=nonsense'), 404);
});

test('lost after too few attempts: as many as are counted, until it is taken back', async () => {
  const few = async (more = '') => (await server.get(`/leads?progress=few-attempts&limit=500${more}`)).items.map((l) => l.id);
  const counted = async () => (await server.get('/counters')).lostAfterFewAttempts;
  const before = await few();
  assert.equal(await counted(), before.length);
  const a = await accepted();
  const b = await accepted();
  for (const l of [a, b]) await work('POST', `${l.id}/lose`, { reason: 'price', fewAttempts: 'x' });
  const c = await accepted();
  for (const n of [1, 2, 3]) await work('POST', `${c.id}/calls`, { outcome: 'no-answer', text: String(n) });
  await work('POST', `${c.id}/lose`, { reason: 'no-answer' });
  assert.deepEqual([await few(), await counted()], [[b.id, a.id, ...before], before.length + 2]);
  assert.deepEqual((await few('&sort=received')).slice(-2), [a.id, b.id]);
  assert.deepEqual([await few('&status=Active'), await few('&kind=trial')], [[], []]);
  await work('POST', `${a.id}/undo`);
  assert.deepEqual([await few(), await counted()], [[b.id, ...before], before.length + 1]);
  await work('POST', `${a.id}/lose`, { reason: 'price', fewAttempts: 'again' });
  assert.deepEqual([await few(), await counted()], [[b.id, a.id, ...before], before.length + 2]);
  for (const l of [a, b]) await work('POST', `${l.id}/undo`);
});

test('open after one attempt: until there is another, or the lead is closed', async () => {
  const once = async () => (await server.get('/leads?progress=one-attempt&limit=500')).items.map((l) => l.id);
  const a = await server.lead(path, lead());
  const b = await accepted();
  const c = await accepted();
  for (const l of [a, b, c]) await work('POST', `${l.id}/calls`, { outcome: 'no-answer' });
  assert.deepEqual(await once(), [c.id, b.id, a.id]);
  assert.deepEqual((await server.get('/leads?progress=one-attempt&status=Active&sort=received')).items.map((l) => l.id), [b.id, c.id]);
  const first = await server.get('/leads?progress=one-attempt&limit=2');
  assert.deepEqual([first.items.map((l) => l.id), (await server.get(`/leads?progress=one-attempt&limit=2&after=${first.next}`)).items.map((l) => l.id)], [[c.id, b.id], [a.id]]);
  await work('POST', `${a.id}/calls`, { outcome: 'voicemail' });
  await work('POST', `${b.id}/lose`, { reason: 'price', fewAttempts: 'x' });
  assert.deepEqual(await once(), [c.id]);
  await work('POST', `${b.id}/undo`);
  assert.deepEqual(await once(), [c.id, b.id]);
});

test('what does not go with these lists is said', async () => {
  for (const [more, field] of [['q=x', 'q'], ['sort=due', 'sort'], ['response=owed', 'response']]) invalid(await server.api('GET', `/leads?progress=stalled&${more}`), field);
  assert.deepEqual((await server.get('/leads?progress=stalled')).items, [], 'nothing has been anywhere for a day');
});
