// Walking a list page by page while leads arrive: every older lead comes once, in order, whatever the
// order and the filters, also where the list is made of several (classes, publishers, spans of words).

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { lead } from '../lib/leads.mjs';

const server = await serving();
const paths = { crm: await server.offer('contoso.crm'), erp: await server.offer('contoso.erp'), other: await server.offer('fabrikam.app') };
const actions = ['AppSource-PLT', 'AppSource-INS', 'AppSource-DNC', 'AzurePortal-Create', 'TestDrive-StartTestDrive'];
const countries = ['KR', 'DE', 'US'];

let made = 0;
function one(offer) {
  const n = made++;
  const source = actions[n % actions.length];
  return lead(
    { LeadSource: `${source}|${offer}`, ActionCode: source.split('-')[1], Description: n % 2 ? 'asks for a demonstration' : '데모 요청' },
    { Country: countries[n % countries.length], Email: `walker${n}@walk.example.org` },
  );
}

const crowd = (path, offer, n) => server.take(path, Array.from({ length: n }, () => one(offer)));
for (let i = 0; i < 4; i += 1) {
  await crowd(paths.crm, 'contoso.crm', 10);
  await crowd(paths.erp, 'contoso.erp', 7);
  await crowd(paths.other, 'fabrikam.app', 5);
}

const begun = new Date(Date.now() - 3_600_000).toISOString();
const later = new Date(Date.now() + 3_600_000).toISOString();
const filters = [
  '', 'publisher=contoso', 'offer=contoso.crm', 'country=KR', 'kind=information', 'source=AppSource', 'action=INS',
  'source=AppSource&action=PLT&country=DE', 'offer=contoso.erp&country=US', 'unread=true', 'status=New', 'status=Closed',
  'substatus=Received&kind=active', 'response=owed', 'response=owed&country=KR', 'response=overdue', `since=${begun}&until=${later}`,
  `until=${begun}`, 'q=demonstration', 'q=demo&offer=contoso.crm', `q=${encodeURIComponent('데모')}`, 'q=walk.example&response=owed',
  'q=zzyzxq', 'test=true',
];
const ids = (items) => items.map((l) => l.id);

async function walk(query, between) {
  const seen = [];
  for (let after = '', page = 0; after !== null; page += 1) {
    assert.ok(page < 200, 'the walk ends');
    const got = await server.get(`/leads?${query}&limit=6${after && `&after=${encodeURIComponent(after)}`}`);
    assert.ok(got.items.length <= 6);
    assert.ok(got.next === null || got.items.length === 6, 'a page that has a next one is full');
    seen.push(...got.items);
    after = got.next;
    if (page === 1) await between();
  }
  return seen;
}

for (const sort of ['received', '-received', 'due', '-due']) {
  for (const filter of filters) {
    test(`${sort}: ${decodeURIComponent(filter).replace(/20\d\d-\S+?Z/g, 'TIME') || 'all'}`, async () => {
      const query = `${filter}&sort=${sort}`;
      const whole = (await server.get(`/leads?${query}&limit=500`)).items;
      const seen = await walk(query, async () => {
        await crowd(paths.crm, 'contoso.crm', 2);
        await crowd(paths.other, 'fabrikam.app', 1);
      });
      assert.equal(new Set(ids(seen)).size, seen.length, 'no lead twice');
      const old = new Set(ids(whole));
      assert.deepEqual(ids(seen.filter((l) => old.has(l.id))), ids(whole), 'every older lead, in the order of the whole list');
    });
  }
}

// What the filters say, told from the whole list alone: the index that leads must not change what is found.
test('every filter finds what the whole list has of it, in each order', async () => {
  const all = (await server.get('/leads?limit=500')).items;
  assert.ok(all.length > 80 && all.length < 500);
  const says = {
    'offer=contoso.crm': (l) => l.offer.id === 'contoso.crm',
    'country=KR': (l) => l.customer.country === 'KR',
    'kind=information': (l) => l.kind === 'information',
    'source=AppSource&action=PLT&country=DE': (l) => l.source === 'AppSource' && l.action === 'PLT' && l.customer.country === 'DE',
    'offer=contoso.erp&country=US': (l) => l.offer.id === 'contoso.erp' && l.customer.country === 'US',
    'response=owed': (l) => l.firstResponse.dueAt !== null,
    'response=owed&country=KR': (l) => l.firstResponse.dueAt !== null && l.customer.country === 'KR',
    'q=demonstration': (l) => l.description.includes('demonstration'),
    'q=demo&offer=contoso.crm': (l) => l.description.includes('demonstration') && l.offer.id === 'contoso.crm',
    'q=demonstration&response=owed': (l) => l.description.includes('demonstration') && l.firstResponse.dueAt !== null,
  };
  for (const [filter, fits] of Object.entries(says)) {
    for (const sort of ['received', '-received', 'due', '-due']) {
      const got = (await server.get(`/leads?${filter}&sort=${sort}&limit=500`)).items;
      assert.deepEqual(ids(got).sort(), ids(all.filter(fits)).sort(), `${filter}, ${sort}`);
    }
  }
});
