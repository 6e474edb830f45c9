// How many open questions there are about a customer is kept in its row: after whatever is done to customers, the
// count is what the pairs say, and the list of those that may be the same as another one is complete.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lead } from '../lib/leads.mjs';
import { addPair } from '../lib/pairs.mjs';
import { serving } from '../lib/serving.mjs';
import { query } from '../lib/store.mjs';

const server = await serving();
const path = await server.offer('contoso.crm', '--title', 'Contoso CRM');
let dice = 20261123;
const roll = (n) => {
  dice = (Math.imul(dice, 1664525) + 1013904223) >>> 0;
  return Math.floor((dice / 2 ** 32) * n);
};
const pick = (list) => list[roll(list.length)];

// People of few names in few companies: the matcher joins some and asks about others.
const names = ['Ottilie', 'Jun', 'Pilar', 'Mehmet'], surnames = ['Brandmeier', 'Watanabe', 'Zubizarreta'];
const companies = ['Kupferkessel', 'Kaisei', 'Norte'], countries = ['DE', 'JP', 'ES', ''];
const someone = (n) => ({
  FirstName: pick(names), LastName: pick(surnames), Company: pick(companies), Country: pick(countries), Title: '',
  Email: roll(3) ? `${n}@mail.example` : '', Phone: roll(4) ? '' : `+49309018${1000 + roll(4)}`,
});
let serial = 0;
const leads = [];
async function arrives() {
  const n = ++serial, ActionCode = pick(['PLT', 'INS', 'CTM']);
  leads.push((await server.lead(path, lead({ Description: `number ${n}`, ActionCode, LeadSource: `AppSource-${ActionCode}|contoso.crm` }, someone(n)))).id);
}

// Every customer's count beside the one that its leads' pairs give.
const recounted = `SELECT count(*) FROM customer c WHERE c.reviews <>
  (SELECT count(*) FROM match_pair p JOIN lead l ON l.publisher_id = p.publisher_id AND (l.lead_id = p.lead_a OR l.lead_id = p.lead_b)
    WHERE p.publisher_id = c.publisher_id AND p.state = 'review' AND l.customer_id = c.customer_id)`;
async function right(what) {
  assert.equal((await query(server.site.db, recounted)).trim(), '0', `${what}: counts that are not what the pairs say`);
  const open = (await server.get('/matches?state=review&limit=500')).items;
  const listed = (await server.get('/customers?hasReview=true&limit=500')).items;
  const ids = (list) => [...new Set(list)].sort();
  assert.deepEqual(ids(listed.map((c) => c.id)), ids(open.flatMap((m) => [m.a.customer.id, m.b.customer.id])), what);
  return open;
}

const post = (route, json = {}) => server.api('POST', route, { json });
const customerOf = async (id) => (await server.get(`/leads/${id}`)).customer.id;
const changes = [];
async function took(answer) {
  assert.ok([200, 404, 409, 422].includes(answer.status), answer.text);
  if (answer.status === 200 && answer.json.regroup) changes.push(answer.json.regroup);
}
const header = 'Lead ID,First name,Last name,Email,Phone,Customer Country/Region,Company,Job title,Lead source,Call to action,Offer name,Creation date,Status,Sub status';
async function importAndUndo() {
  const file = join(server.site.dir, `rows${++serial}.csv`);
  const row = (n) => {
    const p = someone(n);
    return `a1b2c3d4-1111-2222-3333-${String(n).padStart(12, '0')},${p.FirstName},${p.LastName},${p.Email},${p.Phone},${p.Country},${p.Company},,AppSource,Contact me,Contoso CRM,2026-01-05,New,Received`;
  };
  writeFileSync(file, `${header}\n${Array.from({ length: 12 }, () => row(++serial)).join('\n')}\n`);
  const [done] = (await server.okJson('import', file)).items;
  await right('import');
  await server.cli(['import', 'undo', done.id]);
}
const steps = {
  arrives,
  merge: async () => took(await post('/customers/merge', { customers: [await customerOf(pick(leads)), await customerOf(pick(leads))] })),
  split: async () => {
    const id = pick(leads);
    await took(await post(`/customers/${await customerOf(id)}/split`, { leads: [id] }));
  },
  verdict: async (open) => open.length && took(await post(`/matches/${pick(open).id}`, { verdict: pick(['same', 'different']) })),
  undo: async () => changes.length && took(await post(`/customers/history/${pick(changes)}/undo`)),
  question: async () => {
    const [a, b] = [pick(leads), pick(leads)];
    if (await customerOf(a) !== await customerOf(b)) await addPair(server, a, b).catch((error) => assert.match(error.message, /unique/i));
  },
  erase: async () => {
    const gone = await customerOf(pick(leads));
    await server.expect(200, 'POST', `/customers/${gone}/erase`, { json: {} });
  },
  importAndUndo,
};
const often = { arrives: 6, merge: 6, split: 5, verdict: 8, undo: 8, question: 6, erase: 2, importAndUndo: 1 };
const all = Object.entries(often).flatMap(([name, n]) => Array(n).fill(name));

test('the count of open questions is what the pairs say, whatever was done', { timeout: 600_000 }, async () => {
  for (let n = 0; n < 30; n++) await arrives();
  let open = await right('leads that came');
  assert.ok(open.length > 0, 'the matcher asks something');
  for (const name of [...all, ...Array.from({ length: 50 }, () => pick(all))]) {
    await steps[name](open);
    open = await right(name);
  }
  const done = await server.cli(['rematch', '--publisher', 'contoso', '--json', '--threshold', '30']);
  assert.equal(done.code, 0, done.stderr);
  await right('rematch');
  await server.cli(['rematch', '--publisher', 'contoso', '--json', '--undo', JSON.parse(done.stdout).rematch]);
  await right('rematch taken back');
});

test('an upgrade counts what is there', async () => {
  const open = await right('before');
  assert.ok(open.length > 0);
  const folder = new URL('../../src/store/migrations/', import.meta.url);
  const text = readFileSync(new URL(readdirSync(folder).find((name) => name.endsWith('_reviews.sql')), folder), 'utf8');
  const update = /^UPDATE customer SET reviews[\s\S]*?;/m.exec(text)[0];
  await query(server.site.db, 'UPDATE customer SET reviews = 0');
  await query(server.site.db, update);
  await right('counted anew');
});
