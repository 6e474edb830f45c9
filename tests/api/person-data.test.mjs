// All that is known of a person, handed over whole however much it is, and told by the audit.

import test from 'node:test';
import assert from 'node:assert/strict';
import { delivered, httpsAt } from '../lib/deliveries.mjs';
import { invalid } from '../lib/asserts.mjs';
import { lead } from '../lib/leads.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { serving, using } from '../lib/serving.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
const PARTS = ['messages', 'entries', 'deliveries'];
const source = { LeadSource: 'AzurePortal-Create|contoso.crm' };
const person = { FirstName: 'Cornelius', LastName: 'Longhistory', Email: 'longhistory@customer.example' };
const data = (customer, query = '') => server.get(`/customers/${customer}/data${query}`);

test('nothing of a long history is left out, and each page is told by the audit', async () => {
  const mine = await server.lead(path, lead(source, person));
  const more = 170;
  for (let i = 0; i < more; i++) {
    const { status, text } = await server.post(path, lead({ ...source, Description: `${i} ${'word '.repeat(12000)}` }, person));
    assert.ok(status < 300, text);
  }
  await until(async () => (await server.get(`/leads/${mine.id}`)).touches === more + 1, { what: 'all of it is one lead', timeout: 90_000 });
  for (let i = 0; i < 510; i++) await server.expect(200, 'POST', `/leads/${mine.id}/notes`, { json: { text: `note number ${i}` } });

  const all = { messages: [], entries: [], deliveries: [] };
  let pages = 0;
  for (let after = ''; after !== null; pages++) {
    const page = await data(mine.customer.id, after && `?after=${after}`);
    for (const item of page.items) for (const name of PARTS) all[name].push(...item[name].map((x) => x.id));
    assert.equal(page.items.filter((i) => i.lead).length, pages ? 0 : 1, 'the lead itself stands on its first page');
    after = page.next;
  }
  assert.ok(pages > 1, 'it is more than a page');
  for (const name of PARTS) assert.equal(new Set(all[name]).size, all[name].length, `${name}: each once`);
  assert.equal(all.messages.length, more + 1);
  assert.ok(all.entries.length >= 510, String(all.entries.length));
  const told = (await server.get(`/audit?ref=${mine.customer.id}&limit=500`)).items.filter((i) => i.verb === 'GET /api/v1/customers/{id}/data');
  assert.equal(told.length, pages);
});

test('several leads, a page at a time, each with its own; a cursor that is none is refused', async () => {
  const other = { ...person, LastName: 'Shorthistory', Email: 'short@customer.example' };
  await httpsAt(server, 'contoso', await using(Receiver.start()));
  const first = await server.lead(path, lead(source, other));
  const second = await server.lead(path, lead({ LeadSource: 'AppSource-PLT|contoso.crm' }, other));
  assert.equal(second.customer.id, first.customer.id);
  await delivered(server, first);
  await delivered(server, second);
  const one = await data(first.customer.id, '?limit=1');
  const two = await data(first.customer.id, `?limit=1&after=${one.next}`);
  assert.deepEqual([...one.items, ...two.items].map((i) => [i.id, i.lead.id, i.messages.length, i.deliveries.length]), [[first.id, first.id, 1, 1], [second.id, second.id, 1, 1]]);
  assert.equal(two.next, null);
  assert.equal((await data(first.customer.id)).items.length, 2);
  for (const after of ['x', `${first.id}.9.0.${first.id}.0`, `${first.id}.1`, first.customer.id]) invalid(await server.api('GET', `/customers/${first.customer.id}/data?after=${after}`), 'after');
});
