// Customers for who does not reach all: found by the leads in reach, made of them, page by page.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { problem } from '../lib/asserts.mjs';
import { lead } from '../lib/leads.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();
const paths = { one: await server.offer('contoso.one'), two: await server.offer('contoso.two'), far: await server.offer('contoso.far') };
const { token } = await server.expect(201, 'POST', '/tokens', { json: { role: 'viewer', name: 'partner', publisher: 'contoso', reach: 'offers', reachOffers: ['contoso.one', 'contoso.two'] } });
const ask = (/** @type {string} */ path) => server.api('GET', path, { token });
async function get(/** @type {string} */ path) {
  const answer = await ask(path);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}
async function pages(/** @type {string} */ query, /** @type {number} */ limit) {
  const all = [];
  let after = '';
  for (let turn = 0; turn < 100; turn++) {
    const page = await get(`/customers?${query}&limit=${limit}${after && `&after=${encodeURIComponent(after)}`}`);
    assert.ok(page.items.length <= limit);
    all.push(...page.items);
    if (!page.next) return all;
    after = page.next;
  }
  assert.fail('no end of pages');
}
const who = (/** @type {number} */ n, /** @type {object} */ more = {}) => ({ FirstName: `Pia${n}`, LastName: `Person${n}`, Email: `pia${n}@person${n}.example`, Phone: '', Country: n % 3 ? 'DE' : 'FR', ...more });
const post = (/** @type {'one' | 'two' | 'far'} */ offer, /** @type {object} */ person) => server.lead(paths[offer], lead({ LeadSource: `AppSource-PLT|contoso.${offer}` }, person));

// Ten people; some have leads of both offers, most have one that is out of reach, which is the newest for some.
for (let n = 0; n < 10; n++) {
  if (n % 2) await post('far', who(n, { Title: 'Secret' }));
  await post(n % 4 < 2 ? 'one' : 'two', who(n));
}
for (const n of [1, 4, 8]) await post('two', who(n, { Title: 'Buyer' }));
for (const n of [0, 3, 5]) await post('far', who(n, { Title: 'Secret', Country: 'JP' }));
await post('far', who(77));

const leads = (await get('/leads?limit=500')).items;
const order = [...new Set(leads.map((/** @type {any} */ l) => l.customer.id))];
const ids = (/** @type {any[]} */ all) => all.map((c) => c.id);

test('each stands once, where its newest lead in reach is; pages of any size tell the same', async () => {
  assert.equal(order.length, 10);
  for (const limit of [1, 3, 10, 500]) {
    assert.deepEqual(ids(await pages('sort=-last', limit)), order, `pages of ${limit}`);
    assert.deepEqual(ids(await pages('sort=last', limit)), [...order].reverse(), `the other way, pages of ${limit}`);
    assert.deepEqual(ids(await pages('q=example', limit)), order, 'with words');
    assert.deepEqual(ids(await pages('q=example&sort=last', limit)), [...order].reverse(), 'with words, the other way');
  }
  problem(await ask('/customers?after=nothing'), 422);
});

test('values and numbers are of the leads in reach', async () => {
  for (const c of await pages('', 500)) {
    const of = leads.filter((/** @type {any} */ l) => l.customer.id === c.id);
    assert.equal(c.leads, of.length);
    assert.deepEqual([c.lastAt, c.createdAt], [of.map((/** @type {any} */ l) => l.touchedAt).sort().at(-1), of.map((/** @type {any} */ l) => l.receivedAt).sort()[0]]);
    assert.notEqual(c.title, 'Secret');
    const whole = await get(`/customers/${c.id}`);
    assert.deepEqual(ids(whole.leadList), ids(of));
    for (const [name, value] of Object.entries(c)) assert.deepEqual(whole[name], value, name);
    assert.doesNotMatch(JSON.stringify(whole), /Secret|contoso\.far/);
  }
});

test('filters compare what is in reach', async () => {
  const france = leads.filter((/** @type {any} */ l) => l.customer.country === 'FR').map((/** @type {any} */ l) => l.customer.id);
  assert.deepEqual(ids(await pages('country=FR', 2)), [...new Set(france)]);
  assert.deepEqual(await pages('country=JP', 5), [], 'a country that only leads out of reach say');
  assert.deepEqual(ids(await pages('email=PIA4%40person4.example', 5)), [leads.find((/** @type {any} */ l) => l.customer.email === 'pia4@person4.example').customer.id]);
  assert.deepEqual(await pages('email=pia77%40person77.example', 5), []);
  for (const none of ['nobody', 'x', 'test%40test.com']) assert.deepEqual(await pages(`email=${none}`, 5), [], none);
  assert.deepEqual(await pages('q=Secret', 5), []);
  const at = leads[5].receivedAt;
  assert.deepEqual(ids(await pages(`since=${at}`, 2)), order.filter((id) => leads.find((/** @type {any} */ l) => l.customer.id === id).receivedAt >= at));
  assert.deepEqual(ids(await pages(`until=${at}`, 2)), order.filter((id) => leads.find((/** @type {any} */ l) => l.customer.id === id).receivedAt <= at));
});

test('a mailbox is found however it is spelt, where it is by the leads in reach', async () => {
  const at = (/** @type {string} */ email) => ({ FirstName: 'Quentin', LastName: 'Quill', Email: email, Phone: '+16175550199' });
  const near = await post('one', at('quentin.quill@gmail.com'));
  const far = await post('far', at('quentinquill@gmail.com'));
  assert.equal(far.customer.id, near.customer.id);
  const hidden = await post('far', who(88, { Email: 'ursula.unger@gmail.com' }));
  for (const email of ['quentin.quill@gmail.com', 'quentinquill@gmail.com', 'Quentin.Quill+list@gmail.com', 'q.uentinquill@googlemail.com', 'mailto:quentinquill@gmail.com']) {
    const ask = `email=${encodeURIComponent(email)}`;
    for (const query of [ask, `${ask}&sort=last`, `${ask}&q=quill`]) assert.deepEqual(ids(await pages(query, 1)), [near.customer.id], query);
    for (const query of [`${ask}&q=herring`, `${ask}&until=${new Date(Date.parse(near.receivedAt) - 1).toISOString()}`, `${ask}&country=JP`]) assert.deepEqual(await pages(query, 1), [], query);
  }
  assert.equal((await server.get('/customers?email=ursulaunger%40gmail.com')).items[0].id, hidden.customer.id);
  assert.deepEqual(await pages('email=ursulaunger%40gmail.com', 5), []);
});

test('of a person with very many leads, those in reach are found however old they are', async () => {
  const old = await post('one', who(500));
  const body = (/** @type {number} */ from) => JSON.stringify(Array.from({ length: 100 }, (_, i) => lead({ LeadSource: 'AppSource-PLT|contoso.far' }, who(1000 + from + i, { Title: 'Secret' }))));
  const before = (await server.get('/counters')).leads;
  for (const from of [0, 100, 200]) await server.post(paths.far, body(from));
  await until(async () => (await server.get('/counters')).leads === before + 300, { what: 'all are placed', timeout: 60_000 });
  const others = [...new Set((await server.get('/leads?limit=500&offer=contoso.far')).items.filter((/** @type {any} */ l) => /^pia1\d{3}@/.test(l.customer.email)).map((/** @type {any} */ l) => l.customer.id))];
  assert.ok(others.length >= 290, `${others.length}`);
  for (let i = 0; i < others.length; i += 90) {
    await server.expect(200, 'POST', '/customers/merge', { json: { customers: [old.customer.id, ...others.slice(i, i + 90)], into: old.customer.id } });
  }
  assert.ok((await server.get(`/customers/${old.customer.id}`)).leads > 256);
  const c = await get(`/customers/${old.customer.id}`);
  assert.deepEqual([c.leads, ids(c.leadList), c.email, c.title, c.lastAt], [1, [old.id], 'pia500@person500.example', old.customer.title, old.touchedAt]);
  assert.deepEqual((await pages('', 3))[0], Object.fromEntries(Object.keys((await pages('', 500))[0]).map((k) => [k, c[k]])));
});
