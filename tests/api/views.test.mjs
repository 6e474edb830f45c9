// Views of the lead list: those that are shipped, and how many leads are in them.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid, partly, problem } from '../lib/asserts.mjs';
import { lead, publishedTestLead } from '../lib/leads.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
const other = await server.offer('fabrikam.app');
const KIM = 'kim@contoso.example';
const kim = await server.ok('user', 'add', KIM, '--role', 'seller', '--publisher', 'contoso');
const list = async (query, options) => (await server.expect(200, 'GET', `/leads?publisher=contoso&limit=500&${query}`, options)).items.map((l) => l.id);
const counts = async () => { const { owed, overdue, unassigned, unassignedOwed } = await server.get('/counters?publisher=contoso'); return { owed, overdue, unassigned, unassignedOwed }; };
const does = (l, what, json) => server.expect(200, 'POST', `/leads/${l.id}/${what}`, { json });

// ---- what is shipped ----

test('open leads that nobody owns are a list by the clock, and counted', async () => {
  const made = { bare: await server.lead(path, lead()), owned: await server.lead(path, lead()), answered: await server.lead(path, lead()), closed: await server.lead(path, lead()),
    dnc: await server.lead(path, lead({ LeadSource: 'AppSource-DNC|contoso.crm', ActionCode: 'DNC' })), test: await server.lead(path, publishedTestLead), foreign: await server.lead(other, lead({ LeadSource: 'AppSource-PLT|fabrikam.app' })) };
  assert.deepEqual(await counts(), { owed: 4, overdue: 0, unassigned: 4, unassignedOwed: 4 });
  await does(made.owned, 'owner', { owner: KIM });
  await does(made.answered, 'notes', { text: 'Mailed', answered: true });
  await does(made.closed, 'decline', { reason: 'not-a-fit' });
  assert.deepEqual(await list('owner=none'), [made.bare.id, made.answered.id], 'those that owe an answer come first');
  assert.deepEqual(await list('owner=none&sort=-due'), [made.answered.id, made.bare.id]);
  assert.deepEqual(await list('owner=none&response=owed'), [made.bare.id]);
  assert.deepEqual(await list('owner=none&status=Closed'), []);
  assert.deepEqual(await list('owner=none&test=true'), []);
  assert.deepEqual(await list(`owner=none&q=${encodeURIComponent(made.bare.customer.lastName)}`), [made.bare.id]);
  assert.deepEqual(await list(`owner=none&offer=contoso.crm&country=US`), [made.bare.id, made.answered.id]);
  assert.deepEqual(await counts(), { owed: 2, overdue: 0, unassigned: 2, unassignedOwed: 1 });
  // Given back, it is nobody's again; taken, it is out.
  await does(made.owned, 'owner', { owner: null });
  assert.deepEqual((await list('owner=none')).sort(), [made.bare.id, made.owned.id, made.answered.id].sort());
  const page = await server.get('/leads?publisher=contoso&owner=none&limit=1');
  const rest = await server.get(`/leads?publisher=contoso&owner=none&limit=5&after=${encodeURIComponent(page.next)}`);
  assert.deepEqual([...page.items, ...rest.items].map((l) => l.id), await list('owner=none'));
  await does(made.bare, 'accept', {}); // by a token, who can own nothing
  await server.cli(['lead', 'owner', made.owned.id, KIM]);
  assert.equal((await counts()).unassigned, (await list('owner=none')).length);
});

test('nobody\'s leads have one order', async () => {
  invalid(await server.api('GET', '/leads?owner=none&sort=received'), 'sort');
  invalid(await server.api('GET', '/leads?owner=none&sort=-received'), 'sort');
  assert.equal((await server.api('GET', '/leads?owner=none&progress=stalled')).status, 200);
  assert.equal((await server.api('GET', '/leads?owner=nobody')).status, 422);
  assert.equal((await server.api('POST', '/leads/bulk', { json: { action: 'accept', dryRun: true, filter: { owner: 'none' } } })).status, 200);
});

test('those who do not reach all see nobody\'s leads only where they reach them', async () => {
  const seller = await server.ok('user', 'add', 'own@contoso.example', '--role', 'seller', '--publisher', 'contoso', '--reach', 'own');
  const link = await server.ok('user', 'link', 'own@contoso.example');
  const session = await server.api('POST', '/session', { token: null, json: { token: new URL(link).searchParams.get('token') } });
  const headers = { Cookie: session.headers['set-cookie'].map((c) => c.split(';')[0]).join('; ') };
  assert.ok(seller);
  const got = await server.api('GET', '/leads?owner=none', { token: null, headers });
  assert.deepEqual(got.json.items, []);
  const { json } = await server.api('GET', '/counters', { token: null, headers });
  partly(json, { owed: null, overdue: null, unassigned: null, unassignedOwed: null });
});

test('a trial is warm for an hour, until it is answered', async () => {
  const trial = () => server.lead(path, lead({ LeadSource: 'AzureMarketplace-StartTestDrive|contoso.crm', ActionCode: 'StartTestDrive' }));
  const [one, two] = [await trial(), await trial()];
  assert.equal(one.kind, 'trial');
  assert.ok(Date.parse(one.warmUntil) > Date.now());
  assert.deepEqual(await list('response=warm&sort=received'), [one.id, two.id]);
  assert.deepEqual(await list('response=warm&sort=due'), [one.id, two.id]);
  assert.deepEqual(await list('response=warm&kind=interest'), []);
  await does(one, 'calls', { outcome: 'fit' });
  assert.deepEqual(await list('response=warm'), [two.id]);
  assert.deepEqual(await list(`response=warm&until=${new Date(Date.now() - 2 * 3_600_000).toISOString()}`), []);
});
