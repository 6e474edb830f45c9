// Views of the lead list: those that are shipped, with how many leads are in them, and those that people keep.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid, partly, problem } from '../lib/asserts.mjs';
import { EventStream } from '../lib/sse.mjs';
import { Person } from '../lib/people.mjs';
import { query } from '../lib/store.mjs';
import { until } from '../lib/wait.mjs';
import { lead, publishedTestLead } from '../lib/leads.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
const other = await server.offer('fabrikam.app');
const KIM = 'kim@contoso.example';
const kim = await server.ok('user', 'add', KIM, '--role', 'seller', '--publisher', 'contoso');
const list = async (query, options) => (await server.expect(200, 'GET', `/leads?publisher=contoso&limit=500&${query}`, options)).items.map((l) => l.id);
const counts = async () => { const { owed, overdue, unassigned, unassignedOwed } = await server.get('/counters?publisher=contoso'); return { owed, overdue, unassigned, unassignedOwed }; };
const does = (l, what, json) => server.expect(200, 'POST', `/leads/${l.id}/${what}`, { json });

const [boss, ann, bea] = [
  await Person.make(server, 'boss@contoso.example', 'manager', { publisher: 'contoso' }),
  await Person.make(server, 'ann@contoso.example', 'seller', { publisher: 'contoso' }),
  await Person.make(server, 'bea@contoso.example', 'seller', { publisher: 'contoso' }),
];
const admin = await Person.make(server, 'root@example.org', 'admin');
const foreign = await Person.make(server, 'far@fabrikam.example', 'admin', { publisher: 'fabrikam' });

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
  partly(json, { owed: 0, overdue: 0, unassigned: 0, unassignedOwed: 0 });
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

// ---- what people keep ----

const keep = (who, name, query = { kind: 'trial' }, more = {}) => who.does(201, 'POST', '/views', { name, query, ...more });
const named = async (who, query = '') => (await who.get(`/views?limit=500${query}`)).items.map((v) => v.name);
const change = (who, view, json, etag) => who.api('PATCH', `/views/${view.id}`, json, etag ? { 'If-Match': etag } : {});

test('a personal view is nobody else\'s business; a shared one is the publisher\'s', async () => {
  const own = await keep(ann, 'Trials in Korea', { kind: 'trial', country: 'KR', sort: 'due', q: 'hello' });
  partly(own, { name: 'Trials in Korea', visibility: 'personal', mine: true, mayChange: true, publisher: 'contoso', problems: [], query: { kind: 'trial', country: 'KR', sort: 'due', q: 'hello' } });
  const shared = await keep(boss, 'All tests', { test: true }, { visibility: 'shared' });
  assert.deepEqual(shared.query, { test: true });
  assert.deepEqual(await named(ann), ['All tests', 'Trials in Korea'], 'the shared ones first');
  assert.deepEqual(await named(bea), ['All tests']);
  assert.deepEqual(await named(boss), ['All tests']);
  assert.deepEqual(await named(foreign), []);
  assert.deepEqual(await named(admin), ['All tests'], 'nobody but herself, not even an admin');
  assert.deepEqual(await named(admin, '&publisher=contoso'), ['All tests']);
  for (const who of [bea, boss, foreign, admin]) {
    problem(await who.api('GET', `/views/${own.id}`), 404);
    problem(await change(who, own, { name: 'x' }), 404);
    problem(await who.api('DELETE', `/views/${own.id}`), 404);
  }
  partly(await ann.get(`/views/${shared.id}`), { mine: false, mayChange: false });
  problem(await change(ann, shared, { name: 'x' }), 403, 'view.share');
  problem(await ann.api('DELETE', `/views/${shared.id}`), 403, 'view.share');
  problem(await ann.api('POST', '/views', { name: 'Mine for all', query: {}, visibility: 'shared' }), 403, 'view.share');
  problem(await change(ann, own, { visibility: 'shared' }), 403, 'view.share');
  problem(await foreign.api('GET', `/views/${shared.id}`), 404);
  problem(await server.api('POST', '/views', { token: await server.token('viewer', 'contoso'), json: { name: 'x', query: {} } }), 403);
  await boss.does(204, 'DELETE', `/views/${shared.id}`);
  await ann.does(204, 'DELETE', `/views/${own.id}`);
});

test('a query is what the list takes, and nothing else', async () => {
  for (const [query, field] of [
    [{ kind: 'toys' }, 'kind'], [{ colour: 'red' }, 'colour'], [{ test: 'maybe' }, 'test'], [{ owner: 'kim' }, 'owner'], [{ since: 'yesterday' }, 'since'],
    [{ progress: 'stalled', q: 'x' }, 'q'], [{ owner: 'none', sort: 'received' }, 'sort'], [{ publisher: 'contoso' }, 'query'], [{ after: 'x' }, 'query'], [{ limit: 3 }, 'query'],
    [{ offer: 'contoso.none' }, 'offer'], [{ offer: 'fabrikam.app' }, 'offer'], [{ team: '0190aaaa-0000-7000-8000-000000000000' }, 'team'], [{ customer: '0190aaaa-0000-7000-8000-000000000000' }, 'customer'],
    [{ owner: foreign.id }, 'owner'],
  ]) invalid(await ann.api('POST', '/views', { name: 'Wrong', query }), field);
  for (const body of [{ query: {} }, { name: '  ', query: {} }, { name: 'x'.repeat(200), query: {} }]) invalid(await ann.api('POST', '/views', body), 'name');
  invalid(await ann.api('POST', '/views', { name: 'No query' }), 'query');
  const all = await keep(ann, 'Everything it can be', { offer: 'contoso.crm', source: 'AppSource', action: 'PLT', kind: 'interest', status: 'New', substatus: 'Received', owner: kim, country: 'US', unread: true, response: 'owed', since: '2026-01-01T00:00:00Z', until: '2031-01-01T00:00:00Z', q: 'ana', sort: '-due' });
  assert.equal((await ann.api('GET', `/leads?${new URLSearchParams(all.query)}`)).status, 200, 'it can be asked as it is');
  await ann.does(204, 'DELETE', `/views/${all.id}`);
});

test('names are once, order is chosen, changes tell who was faster', async () => {
  const [a, b] = [await keep(ann, 'First'), await keep(ann, 'Second')];
  problem(await ann.api('POST', '/views', { name: ' second ', query: {} }), 409, 'view.name');
  problem(await change(ann, a, { name: 'SECOND' }), 409, 'view.name');
  const hers = await keep(bea, 'First'); // hers is another list
  await bea.does(204, 'DELETE', `/views/${hers.id}`);
  assert.deepEqual(await named(ann), ['First', 'Second']);
  const moved = await change(ann, a, { position: b.position + 1 }, a.eTag);
  assert.equal(moved.status, 200, moved.text);
  assert.equal(moved.headers.etag, moved.json.eTag);
  assert.deepEqual(await named(ann), ['Second', 'First']);
  problem(await change(ann, a, { name: 'Third' }, a.eTag), 412, 'view.changed');
  const renamed = await change(ann, a, { name: 'Third', query: { status: 'New', q: 'x' } }, moved.json.eTag);
  partly(renamed.json, { name: 'Third', query: { status: 'New', q: 'x' }, position: b.position + 1 });
  // Removed, and had back as it was; meanwhile it is not there, and its name is free.
  await ann.does(204, 'DELETE', `/views/${a.id}`);
  problem(await ann.api('GET', `/views/${a.id}`), 404);
  problem(await bea.api('POST', `/views/${a.id}/restore`), 404);
  const other = await keep(ann, 'Third');
  problem(await ann.api('POST', `/views/${a.id}/restore`), 409, 'view.name');
  await ann.does(204, 'DELETE', `/views/${other.id}`);
  partly(await ann.does(200, 'POST', `/views/${a.id}/restore`), { id: a.id, name: 'Third', query: { status: 'New', q: 'x' } });
  problem(await ann.api('POST', `/views/${a.id}/restore`), 404);
  for (const v of [a, b]) await ann.does(204, 'DELETE', `/views/${v.id}`);
});

test('a person has fifty views', async () => {
  const made = [];
  for (let i = 0; i < 50; i++) made.push(await keep(bea, `View ${i}`, {}));
  problem(await bea.api('POST', '/views', { name: 'One more', query: {} }), 409, 'view.many');
  const page = await bea.get('/views?limit=20'), rest = await bea.get(`/views?limit=500&after=${page.next}`);
  assert.deepEqual([...page.items, ...rest.items].map((v) => v.id), made.map((v) => v.id));
  for (const v of made) await bea.does(204, 'DELETE', `/views/${v.id}`);
});

test('sharing, and keeping for oneself again', async () => {
  const mine = await keep(boss, 'Boss list');
  await change(boss, mine, { visibility: 'shared' });
  assert.deepEqual(await named(ann), ['Boss list']);
  const second = await Person.make(server, 'second@contoso.example', 'manager', { publisher: 'contoso' });
  partly((await change(second, mine, { name: 'Our list' })).json, { name: 'Our list', mine: false, mayChange: true });
  assert.equal((await change(second, mine, { visibility: 'personal' })).status, 200);
  assert.deepEqual(await named(second), []);
  assert.deepEqual(await named(boss), ['Our list'], 'it is whose it was');
  await boss.does(204, 'DELETE', `/views/${mine.id}`);
  const token = await server.token('manager', 'contoso');
  invalid(await server.api('POST', '/views', { token, json: { name: 'Of a program', query: {} } }), 'visibility');
  const shared = await server.expect(201, 'POST', '/views', { token, json: { name: 'Of a program', query: { owner: 'me' }, visibility: 'shared' } });
  assert.deepEqual(await named(ann), ['Of a program']);
  invalid(await change(boss, shared, { visibility: 'personal' }), 'visibility');
  await boss.does(204, 'DELETE', `/views/${shared.id}`);
  const wide = await keep(admin, 'Of the installation', {}, { visibility: 'shared' });
  assert.equal(wide.publisher, null);
  assert.deepEqual(await named(boss), [], 'those of a publisher do not see it');
  const given = await keep(admin, 'From above', {}, { visibility: 'shared', publisher: 'contoso' });
  assert.deepEqual(await named(boss), ['From above']);
  problem(await boss.api('POST', '/views', { name: 'x', query: {}, publisher: 'fabrikam' }), 404);
  for (const v of [wide, given]) await admin.does(204, 'DELETE', `/views/${v.id}`);
});

test('what a view filters by is gone: it says so', async () => {
  const team = await server.expect(201, 'POST', '/teams', { json: { publisher: 'contoso', name: 'Short-lived', members: [] } });
  const view = await keep(boss, 'Of the team', { team: team.id }, { visibility: 'shared' });
  assert.deepEqual(view.problems, []);
  await server.expect(204, 'DELETE', `/teams/${team.id}`);
  const [{ problems }] = (await ann.get('/views')).items;
  assert.equal(problems.length, 1);
  partly(problems[0], { field: 'team', code: 'view.gone' });
  partly((await change(boss, view, { query: { status: 'New' } })).json, { problems: [] });
  // A value that an older version knew.
  await query(server.site.db, `UPDATE saved_view SET query = '{"kind":"toys"}' WHERE name = 'Of the team'`);
  partly((await boss.get(`/views/${view.id}`)).problems[0], { field: 'kind', code: 'field.choice' });
  await boss.does(204, 'DELETE', `/views/${view.id}`);
});

test('the first view is a person\'s own choice', async () => {
  const own = await keep(ann, 'My morning');
  partly((await ann.get('/session')).user, { leadView: null });
  for (const leadView of ['overdue', own.id]) partly((await ann.does(200, 'PATCH', '/session/user', { leadView })).user, { leadView });
  partly((await ann.does(200, 'PATCH', '/session/user', { theme: 'dark' })).user, { leadView: own.id });
  invalid(await ann.api('PATCH', '/session/user', { leadView: 'nothing-like-it' }), 'leadView');
  invalid(await bea.api('PATCH', '/session/user', { leadView: own.id }), 'leadView');
  partly((await ann.does(200, 'PATCH', '/session/user', { leadView: '' })).user, { leadView: null });
  await ann.does(204, 'DELETE', `/views/${own.id}`);
});

test('those who do not reach all see shared views, but not what they tell of others', async () => {
  const near = await Person.make(server, 'near@contoso.example', 'manager', { publisher: 'contoso' });
  const secret = await server.expect(201, 'POST', '/offers', { json: { id: 'contoso.secret', title: 'Secret' } });
  const made = [await keep(boss, 'Plain', { kind: 'trial' }, { visibility: 'shared' }), await keep(boss, 'Of the secret', { offer: secret.id }, { visibility: 'shared' }), await keep(boss, 'Looks for somebody', { q: 'mackerel' }, { visibility: 'shared' })];
  await server.ok('user', 'set', 'near@contoso.example', '--reach', 'offers', '--offers', 'contoso.crm');
  await until(async () => (await named(near)).length === 1, { what: 'the reach holds' });
  assert.deepEqual(await named(near), ['Plain']);
  for (const v of made.slice(1)) problem(await near.api('GET', `/views/${v.id}`), 404);
  problem(await change(near, made[0], { name: 'x' }), 403, 'view.share');
  problem(await near.api('POST', '/views', { name: 'x', query: {}, visibility: 'shared' }), 403, 'view.share');
  invalid(await near.api('POST', '/views', { name: 'x', query: { offer: secret.id } }), 'offer');
  const own = await keep(near, 'Mine', { offer: 'contoso.crm', q: 'x' });
  assert.deepEqual(await named(near), ['Plain', 'Mine']);
  await near.does(204, 'DELETE', `/views/${own.id}`);
  for (const v of made) await boss.does(204, 'DELETE', `/views/${v.id}`);
});

test('who is erased is no longer looked for', async () => {
  const who = await server.lead(path, lead({}, { FirstName: 'Ottoline', LastName: 'Quagmire', Email: 'o.quagmire@puddle.example', Phone: '+16175550188' }));
  const texts = { last: 'quagmire berlin', mail: 'O.Quagmire@puddle.example', phone: '+1 617 555 0188', first: 'Ottoline', company: 'puddle' };
  const made = {};
  for (const [name, q] of Object.entries(texts)) made[name] = await keep(ann, `By ${name}`, { q, status: 'New' });
  const called = await keep(boss, 'Ottoline Quagmire, all of it', { kind: 'interest' }, { visibility: 'shared' });
  const wide = await keep(admin, 'Wide', { q: 'Quagmire' });
  const removed = await keep(bea, 'Removed', { q: 'quagmire' });
  await bea.does(204, 'DELETE', `/views/${removed.id}`);
  await server.expect(200, 'POST', `/customers/${who.customer.id}/erase`, { json: {} });
  for (const name of ['last', 'mail', 'phone']) {
    const view = await ann.get(`/views/${made[name].id}`);
    assert.deepEqual(view.query, { status: 'New' }, name);
    partly(view.problems[0], { field: 'q', code: 'view.erased' });
    assert.notEqual(view.eTag, made[name].eTag);
  }
  for (const name of ['first', 'company']) assert.deepEqual((await ann.get(`/views/${made[name].id}`)).query.q, texts[name], 'what is of many stays');
  partly(await boss.get(`/views/${called.id}`), { name: '', problems: [] });
  partly(await admin.get(`/views/${wide.id}`), { query: {} });
  partly((await bea.does(200, 'POST', `/views/${removed.id}/restore`)), { query: {} });
  const rows = JSON.stringify(await query(server.site.db, 'SELECT name, words, query FROM saved_view'));
  assert.doesNotMatch(rows, /quagmire/i);
  // Another question makes it whole.
  partly((await change(ann, made.last, { query: { q: 'berlin' } })).json, { problems: [], erasedAt: null });
});

test('shared views are told on the stream, others\' personal ones are not', async () => {
  const stream = await EventStream.open(`${server.base}/api/v1/events`, ann.headers);
  const own = await keep(bea, 'Quiet');
  const shared = await keep(boss, 'Loud', {}, { visibility: 'shared' });
  await stream.next((e) => e.json?.id === shared.id, 'the shared one');
  assert.ok(!stream.events.some((e) => e.data.includes(own.id)));
  stream.close();
});
