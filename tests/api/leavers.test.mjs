// An account that may own no leads any more does not keep its open ones: somebody gets them, or it stays as it is.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid, problem } from '../lib/asserts.mjs';
import { lead } from '../lib/leads.mjs';
import { Person } from '../lib/people.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
const other = await server.offer('fabrikam.app');
const contoso = { publisher: 'contoso' };
const lee = await Person.make(server, 'lee@contoso.example', 'seller', contoso);
const user = (email, role, ...more) => server.ok('user', 'add', email, '--role', role, ...more);
const of = (publisher) => ['--publisher', publisher];
const set = (id, json) => server.api('PATCH', `/users/${id}`, { json });
const now = (l) => server.get(`/leads/${l.id}`);
const ownerOf = async (l) => (await now(l)).engagement.owner?.email ?? null;
const isActive = async (id) => (await server.get('/users')).items.find((u) => u.id === id).active;
// Leads of an account.
const owned = async (n, owner, to = path) => {
  const all = [];
  for (let i = 0; i < n; i++) all.push(await server.lead(to, lead({}, { Email: `${owner}${to.length}${i}@customer.example` })));
  const given = await server.expect(200, 'POST', '/leads/bulk', { json: { action: 'owner', owner, ids: all.map((l) => l.id) } });
  assert.equal(given.done, n);
  return all;
};

test('who owns open leads is not closed until somebody is named, and nothing is changed before', async () => {
  const id = await user('gone@contoso.example', 'seller', ...of('contoso'));
  const [first, second, closed] = await owned(3, id);
  await server.expect(200, 'POST', `/leads/${closed.id}/decline`, { json: { reason: 'not-a-fit' } });
  for (const json of [{ active: false }, { role: 'viewer' }]) {
    const refused = problem(await set(id, json), 409, 'user.leads');
    assert.equal(refused.errors[0].field, 'heir');
    assert.match(refused.errors[0].message, /^2 open leads/);
  }
  const viewer = await user('looks@contoso.example', 'viewer', ...of('contoso'));
  const stranger = await user('stranger@fabrikam.example', 'seller', ...of('fabrikam'));
  for (const heir of [id, viewer, stranger, 'unheard@contoso.example']) invalid(await set(id, { active: false, heir }), 'heir');
  assert.deepEqual([await isActive(id), await ownerOf(first)], [true, 'gone@contoso.example']);

  await server.expect(200, 'PATCH', `/users/${id}`, { json: { active: false, heir: 'lee@contoso.example' } });
  assert.deepEqual([await isActive(id), await ownerOf(first), await ownerOf(second), await ownerOf(closed)], [false, 'lee@contoso.example', 'lee@contoso.example', 'gone@contoso.example']);
  const told = (await now(first)).timeline.find((t) => t.type === 'owner' && t.detail.cause);
  assert.deepEqual([told.detail.from, told.detail.to, told.detail.cause], ['gone@contoso.example', 'lee@contoso.example', 'owner-left']);
  assert.deepEqual(await lee.kinds(first), ['lead-assigned']);
  const verbs = (await server.get(`/audit?ref=${id}`)).items.filter((i) => i.verb === 'PATCH /api/v1/users/{id}').map((i) => i.status);
  assert.ok(verbs.includes(200) && verbs.includes(409), String(verbs));
});

test('given to nobody they stay in their team, and are found as leads that nobody owns', async () => {
  const id = await user('alone@contoso.example', 'seller', ...of('contoso'));
  const team = await server.ok('team', 'add', 'Field', ...of('contoso'), '--members', 'alone@contoso.example');
  const [l] = await owned(1, id);
  const refused = await server.cli(['user', 'set', 'alone@contoso.example', '--disabled']);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /1 open leads belong to this account.*heir/s);
  await server.ok('user', 'set', 'alone@contoso.example', '--disabled', '--heir', 'nobody');
  assert.deepEqual([await isActive(id), (await now(l)).team, await ownerOf(l)], [false, team, null]);
  assert.ok((await server.get('/leads?owner=none&publisher=contoso&limit=500')).items.some((i) => i.id === l.id));
});

test('an account of the whole installation: its heir may own the leads of every publisher, or gets none', async () => {
  const id = await user('both@example.org', 'manager');
  const heir = await user('heir@example.org', 'manager');
  const leads = [...await owned(1, id), ...await owned(1, id, other)];
  invalid(await set(id, { active: false, heir: lee.id }), 'heir');
  assert.deepEqual([await ownerOf(leads[0]), await ownerOf(leads[1])], ['both@example.org', 'both@example.org']);
  await server.expect(200, 'PATCH', `/users/${id}`, { json: { active: false, heir } });
  assert.deepEqual([await ownerOf(leads[0]), await ownerOf(leads[1])], ['heir@example.org', 'heir@example.org']);
});

test('what is refused for another reason hands nothing over; many are handed over at once', async () => {
  const half = await user('half@contoso.example', 'seller', ...of('contoso'));
  const [l] = await owned(1, half);
  invalid(await set(half, { active: false, heir: 'nobody', reach: 'offers', reachOffers: ['contoso.none'] }), 'reachOffers');
  assert.equal(await ownerOf(l), 'half@contoso.example');
  const id = await user('many@contoso.example', 'seller', ...of('contoso'));
  const leads = await owned(230, id);
  await server.expect(200, 'PATCH', `/users/${id}`, { json: { active: false, heir: 'nobody' } });
  const left = (await server.get(`/leads?owner=${id}&limit=500`)).items;
  assert.deepEqual(left, []);
  assert.equal(await ownerOf(leads[229]), null);
});
