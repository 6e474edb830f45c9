// The list and the detail: shape, filters, sorts, pages, what is refused.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid, nobody, partly, problem, uuid7, wireTime } from '../lib/asserts.mjs';
import { lead, person, publishedTestLead } from '../lib/leads.mjs';

const server = await serving();
const crm = await server.offer('contoso.crm', '--title', 'Contoso CRM');
const erp = await server.offer('contoso.erp', '--title', 'Contoso ERP');
const other = await server.offer('fabrikam.app');
const list = async (query = '') => (await server.get(`/leads?limit=500${query}`)).items;
const ids = (items) => items.map((l) => l.id);

// Five leads whose every filter has an answer.
const made = {
  plt: await server.lead(crm, lead({ Description: 'first of all' }, { Country: 'US' })),
  ins: await server.lead(erp, lead({ LeadSource: 'AzureMarketplace-INS|contoso.erp', ActionCode: 'INS' }, { Country: 'Deutschland' })),
  create: await server.lead(crm, lead({ LeadSource: 'AzurePortal-Create|contoso.crm', ActionCode: 'Create' }, { Country: 'KR' })),
  dnc: await server.lead(erp, lead({ LeadSource: 'AppSource-DNC|contoso.erp', ActionCode: 'DNC' }, { Country: '' })),
  foreign: await server.lead(other, lead({ LeadSource: 'AppSource-PLT|fabrikam.app' }, { Country: 'US' })),
};
const testLead = await server.lead(crm, publishedTestLead);

const keys = ['id', 'publisher', 'offer', 'source', 'action', 'kind', 'leadSource', 'description', 'receivedAt', 'touches', 'test',
  'doNotContact', 'status', 'substatus', 'owner', 'firstResponse', 'customer', 'flags'];

test('a lead of the list has every member of the contract', async () => {
  const item = (await list()).find((l) => l.id === made.plt.id);
  for (const key of keys) assert.ok(key in item, key);
  assert.match(item.id, uuid7);
  assert.match(item.receivedAt, wireTime);
  assert.match(item.firstResponse.dueAt, wireTime);
  assert.deepEqual(Object.keys(item.offer).sort(), ['id', 'title']);
  assert.deepEqual(item.offer, { id: 'contoso.crm', title: 'Contoso CRM' });
  assert.equal(item.publisher, 'contoso');
  for (const key of ['id', 'firstName', 'lastName', 'email', 'phone', 'country', 'company', 'title']) assert.ok(key in item.customer, key);
});

test('the detail adds what was received, understood, done, delivered, and the customer\'s other leads', async () => {
  const got = await server.get(`/leads/${made.plt.id}`);
  for (const key of [...keys, 'asReceived', 'understanding', 'timeline', 'deliveries', 'otherLeads', 'match']) assert.ok(key in got, key);
  assert.ok(got.timeline.length >= 1);
  assert.match(got.timeline[0].at, wireTime);
  assert.deepEqual(got.deliveries, []);
  assert.deepEqual(got.otherLeads, []);
  const item = (await list()).find((l) => l.id === made.plt.id);
  for (const key of keys.filter((k) => !['touches', 'firstResponse'].includes(k))) assert.deepEqual(got[key], item[key], key);
  partly(got.firstResponse, item.firstResponse); // with the working time beside it
});

test('the newest lead comes first', async () => {
  const items = await list();
  const times = items.map((l) => l.receivedAt);
  assert.deepEqual(times, [...times].sort().reverse());
});

test('test leads are hidden unless asked for', async () => {
  assert.ok(!ids(await list()).includes(testLead.id));
  assert.deepEqual(ids(await list('&test=true')), [testLead.id]);
  assert.ok(!ids(await list('&test=false')).includes(testLead.id));
});

const filters = {
  'publisher=fabrikam': ['foreign'],
  'offer=contoso.crm': ['plt', 'create'],
  'source=AppSource': ['plt', 'dnc', 'foreign'],
  'source=AzurePortal': ['create'],
  'action=INS': ['ins'],
  'kind=information': ['dnc'],
  'kind=active': ['ins', 'create'],
  'status=New': ['plt', 'ins', 'create', 'dnc', 'foreign'],
  'status=Closed': [],
  'substatus=Received': ['plt', 'ins', 'create', 'dnc', 'foreign'],
  'country=US': ['plt', 'foreign'],
  'country=DE': ['ins'],
  [`customer=${made.ins.customer.id}`]: ['ins'],
  [`customer=${nobody}`]: [],
  'offer=contoso.crm&action=Create': ['create'],
  'publisher=contoso&country=US': ['plt'],
  'since=2000-01-01T00:00:00.000Z': ['plt', 'ins', 'create', 'dnc', 'foreign'],
  'until=2000-01-01T00:00:00.000Z': [],
  [`since=${made.create.receivedAt}`]: ['create', 'dnc', 'foreign'],
};
for (const [query, names] of Object.entries(filters)) {
  test(`filter ${query.replace(/[0-9a-f-]{36}/, 'ID').replace(/20\d\d-.*Z/, 'TIME')}`, async () => {
    assert.deepEqual(ids(await list(`&${query}`)).sort(), names.map((n) => made[n].id).sort());
  });
}

test('sort by due time, either way: no lead is lost, clocks are in order', async () => {
  const all = (await list()).length;
  for (const [sort, sign] of [['due', 1], ['-due', -1]]) {
    const items = await list(`&sort=${sort}`);
    assert.equal(items.length, all, sort);
    const due = items.map((l) => l.firstResponse?.dueAt).filter(Boolean);
    assert.deepEqual(due, [...due].sort((a, b) => sign * (a < b ? -1 : 1)), sort);
  }
});

test('sort by time received is the reverse of its reverse', async () => {
  assert.deepEqual(ids(await list('&sort=received')), ids(await list('&sort=-received')).reverse());
});

test('pages: every lead once, in order, also while new ones arrive', async () => {
  const path = await server.offer('paging.app');
  const batch = Array.from({ length: 7 }, () => lead({ LeadSource: 'AppSource-PLT|paging.app' }));
  await server.take(path, batch);
  for (const sort of ['received', '-received', 'due', '-due']) {
    const whole = ids(await list(`&offer=paging.app&sort=${sort}`));
    const seen = [];
    let after = '';
    for (let page = 0; page < 20 && after !== null; page += 1) {
      const got = await server.get(`/leads?offer=paging.app&sort=${sort}&limit=2${after && `&after=${encodeURIComponent(after)}`}`);
      assert.ok(got.items.length <= 2);
      seen.push(...ids(got.items));
      after = got.next;
      if (page === 0) await server.take(path, lead({ LeadSource: 'AppSource-PLT|paging.app' }));
    }
    assert.equal(after, null);
    assert.equal(new Set(seen).size, seen.length, `${sort}: none twice`);
    for (const id of whole) assert.ok(seen.includes(id), `${sort}: none lost`);
    assert.deepEqual(seen.filter((id) => whole.includes(id)), whole, `${sort}: in order`);
  }
});

test('limit: 50 by default, at most 500, never zero', async () => {
  const path = await server.offer('many.app');
  await server.take(path, Array.from({ length: 60 }, () => lead({ LeadSource: 'AppSource-PLT|many.app' })));
  const page = await server.get('/leads?offer=many.app');
  assert.equal(page.items.length, 50);
  assert.equal(typeof page.next, 'string');
  assert.equal((await server.get('/leads?limit=1')).items.length, 1);
  for (const limit of ['0', '-1', '501', 'x', '1.5', '']) {
    const answer = await server.api('GET', `/leads?limit=${limit}`);
    assert.ok([400, 422].includes(answer.status), `limit=${limit}: ${answer.status}`);
  }
});

test('a cursor of somebody else\'s making is refused', async () => {
  for (const after of ['x', '%00', 'A'.repeat(5000), '-1', "' OR 1=1"]) {
    const answer = await server.api('GET', `/leads?after=${encodeURIComponent(after)}`);
    assert.ok([400, 422].includes(answer.status), `${after.slice(0, 20)}: ${answer.status}`);
  }
});

test('unknown parameters are refused, never ignored', async () => {
  for (const route of ['/leads', '/receipts', '/deliveries', '/customers', '/destinations', `/leads/${made.plt.id}`]) {
    problem(await server.api('GET', `${route}?colour=red`), 400);
  }
});

test('values that cannot be are 422 and named', async () => {
  invalid(await server.api('GET', '/leads?kind=cold'), 'kind');
  invalid(await server.api('GET', '/leads?sort=colour'), 'sort');
  invalid(await server.api('GET', '/leads?since=yesterday&until=tomorrow'), 'since', 'until');
  invalid(await server.api('GET', '/leads?test=perhaps'), 'test');
  invalid(await server.api('GET', '/leads?customer=17'), 'customer');
});

test('a lead that is not there is 404, an id that is none too', async () => {
  problem(await server.api('GET', `/leads/${nobody}`), 404);
  problem(await server.api('GET', '/leads/17'), 404);
  problem(await server.api('GET', `/leads/${made.plt.id.toUpperCase()}x`), 404);
});

test('customers: list and detail know their leads', async () => {
  const { customer } = made.plt;
  const got = await server.get(`/customers/${customer.id}`);
  assert.equal(got.id, customer.id);
  assert.equal(got.email, customer.email);
  const { items } = await server.get('/customers?limit=500');
  assert.ok(items.some((c) => c.id === customer.id));
  problem(await server.api('GET', `/customers/${nobody}`), 404);
});

test('receipts: filters by offer, state and time', async () => {
  const of = async (query) => (await server.get(`/receipts?limit=500&${query}`)).items;
  const mine = await of('offer=fabrikam.app');
  assert.equal(mine.length, 1);
  assert.deepEqual(mine[0].leads, [made.foreign.id]);
  assert.match(mine[0].receivedAt, wireTime);
  assert.ok((await of('state=placed')).length >= 6);
  assert.deepEqual(await of('state=set-aside'), []);
  assert.deepEqual(await of('until=2000-01-01T00:00:00.000Z'), []);
  invalid(await server.api('GET', '/receipts?state=lost'), 'state');
});

test('reading a lead marks it, for the counters too', async () => {
  const got = await server.lead(crm, lead({}, person()));
  assert.equal((await list()).find((l) => l.id === got.id).unread, true);
  const answer = await server.api('POST', `/leads/${got.id}/read`);
  assert.ok([200, 204].includes(answer.status), answer.text);
  assert.equal((await list()).find((l) => l.id === got.id).unread, false);
});
