// An installation of very many publishers: a page over all of them takes the memory of one.

import test from 'node:test';
import assert from 'node:assert/strict';
import { lead } from '../lib/leads.mjs';
import { serving } from '../lib/serving.mjs';
import { query } from '../lib/store.mjs';

const OTHERS = 1500; // one after the other they were too much at once
const server = await serving();
const here = [];
for (const [publisher, company] of [['aaa', 'Anvil'], ['mmm', 'Bellows'], ['zzz', 'Chisel']]) {
  const path = await server.offer(`${publisher}.crm`);
  for (let i = 0; i < 3; i += 1) here.push((await server.lead(path, lead({}, { Company: `${company} Traders ${i}`, Email: `p${i}@${company}${i}.example`.toLowerCase() }))).customer.id);
}
await query(server.site.db, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${OTHERS}) INSERT INTO publisher (publisher_id, name, created_at) SELECT 'p' || i, 'Publisher ' || i, 1700000000000 FROM n`);

const found = async (query_) => {
  const ids = [];
  for (let next = ''; next !== null;) {
    const page = await server.get(`/customers?${query_}${next && `&after=${next}`}`);
    ids.push(...page.items.map((/** @type {any} */ c) => c.id));
    next = page.next;
  }
  return ids;
};

test('a text among the customers of very many publishers', async () => {
  assert.deepEqual(await found('q=traders&limit=500'), [...here].reverse());
  assert.deepEqual(await found('q=traders&limit=500&sort=last'), here);
});

test('page by page, each once and in order', async () => {
  assert.deepEqual(await found('q=traders&limit=2'), [...here].reverse());
  assert.deepEqual(await found('q=traders&limit=4&sort=last'), here);
});

// What is of one publisher, or of a person, is refused by its own words.
const EXCEPTIONS = {
  '/api/v1/escalation': 'field.required',
  '/api/v1/notifications/settings': 'notifications.me',
  '/api/v1/rematch': 'rematch.publisher',
  '/webhooks/v1/registration': 'field.required',
};

test('every list and number over all of them is answered', async () => {
  const { paths } = await server.get('/openapi.json');
  const needed = { from: '2026-01-01', email: 'p1@anvil1.example', path: 'leads', process: 'aaa.default', stage: 'contact' };
  let asked = 0;
  for (const [path, { get }] of Object.entries(paths)) {
    const parameters = get?.parameters ?? [];
    if (!get || path.includes('{') || /events|openapi/.test(path)) continue;
    const has = (/** @type {string} */ name) => parameters.some((/** @type {any} */ p) => p.name === name);
    const query = new URLSearchParams(has('limit') ? { limit: '500' } : has('$top') ? { $top: '200' } : {});
    for (const p of parameters) if (p.required && p.in === 'query' && !query.has(p.name)) query.set(p.name, p.schema?.enum?.[0] ?? needed[p.name] ?? 'traders');
    for (const q of has('q') ? ['', 'traders', 'nobody'] : ['']) {
      if (q) query.set('q', q);
      const answer = await server.raw('GET', `${path}?${query}`, { headers: { Authorization: `Bearer ${await server.token()}` } });
      const { code, error } = answer.status === 200 ? {} : JSON.parse(answer.text);
      assert.equal(code ?? error?.innerError.code, EXCEPTIONS[path], `${path}?${query}: ${answer.status} ${answer.text?.slice(0, 200)}`);
      assert.equal((await server.raw('GET', '/healthz')).status, 200, `after ${path}?${query}`);
      asked += 1;
    }
  }
  assert.ok(asked > 40, `${asked} questions`);
});
