// Who reaches many offers: each is a part of every list. A page of them is the page of one list, and takes the memory of one.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { lead } from '../lib/leads.mjs';

const OFFERS = 50, EACH = 40; // the most of one holder, with texts that would fill the memory of a request if all were kept
const server = await serving();
const offers = [];
for (let i = 0; i < OFFERS; i += 1) offers.push([`contoso.o${i}`, await server.offer(`contoso.o${i}`)]);
const out = await server.offer('contoso.out');
const token = async (reach) => (await server.expect(201, 'POST', '/tokens', { json: { role: 'seller', name: 'p', publisher: 'contoso', ...reach } })).token;
const limited = await token({ reach: 'offers', reachOffers: offers.map(([id]) => id) });
const whole = await token({});
const text = 'lorem ipsum dolor sit '.repeat(740).slice(0, 16000);

const waiting = Array.from({ length: OFFERS * EACH }, (_, i) => offers[i % OFFERS]);
await Promise.all(Array.from({ length: 16 }, async () => {
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const answer = await server.post(next[1], lead({ LeadSource: `AppSource-PLT|${next[0]}`, Description: text }));
    assert.equal(answer.status, 200, answer.text);
  }
}));
const secret = await server.lead(out, lead({ LeadSource: 'AppSource-PLT|contoso.out' }));
const { items: some } = await server.get('/leads?limit=60');
for (const [i, l] of some.filter((x) => x.id !== secret.id).entries()) {
  await server.expect(200, 'POST', `/leads/${l.id}/tasks`, { json: { kind: 'other', text: `task ${i}`, dueAt: `2031-01-${10 + (i * 7) % 20}T10:00:00Z` } });
}
await server.expect(200, 'POST', `/leads/${secret.id}/tasks`, { json: { kind: 'other', text: 'secret', dueAt: '2031-01-15T10:00:00Z' } });

const ask = async (bearer, path) => {
  const answer = await server.raw('GET', path, { headers: { Authorization: `Bearer ${bearer}` } });
  assert.equal(answer.status, 200, answer.text.slice(0, 300));
  return answer.json;
};
async function referrals(bearer, query) {
  const ids = [];
  for (let next = `/v1.0/engagements/referrals?${query}`; next;) {
    const { value, '@odata.nextLink': link } = await ask(bearer, next);
    ids.push(...value.map((r) => r.id));
    next = link && link.slice(link.indexOf('/v1.0'));
  }
  return ids;
}

for (const order of ['createdDateTime desc', 'createdDateTime asc', 'updatedDateTime desc', 'updatedDateTime asc']) {
  test(`referrals by ${order}: the pages of many parts are those of one list`, async () => {
    const query = `$top=200&$select=id&$orderby=${encodeURIComponent(order)}`;
    const [all, mine] = [await referrals(whole, query), await referrals(limited, query)];
    assert.equal(mine.length, OFFERS * EACH);
    assert.equal(new Set(mine).size, mine.length, 'nothing twice');
    assert.deepEqual(mine, all.filter((id) => id !== secret.id));
  });
}

test('a filter that finds nothing in many parts ends no request', async () => {
  for (const order of ['createdDateTime desc', 'updatedDateTime desc']) {
    const query = `$filter=${encodeURIComponent("contains(name,'zzzz')")}&$orderby=${encodeURIComponent(order)}&$count=true`;
    assert.deepEqual(await referrals(limited, query), []);
  }
});

test('tasks of many parts are the pages of one list', async () => {
  const tasks = async (bearer) => {
    const ids = [];
    for (let after = ''; after !== null;) {
      const { items, next } = await ask(bearer, `/api/v1/tasks?limit=7${after && `&after=${after}`}`);
      ids.push(...items.map((t) => [t.dueAt, t.id, t.lead.id, t.text]));
      after = next;
    }
    return ids;
  };
  const [all, mine] = [await tasks(whole), await tasks(limited)];
  assert.ok(mine.length > 50, `${mine.length} tasks`);
  assert.deepEqual(mine, all.filter(([, , l]) => l !== secret.id));
  assert.equal(all.length, mine.length + 1);
});
