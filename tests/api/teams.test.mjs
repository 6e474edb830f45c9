// Teams: who is in them, which leads belong to them, and how far an account reaches. What reach hides is in
// reach.test.mjs.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid, nobody, partly, problem, uuid7 } from '../lib/asserts.mjs';
import { lead } from '../lib/leads.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
await server.offer('contoso.erp');
await server.offer('fabrikam.app');
const address = (name) => `${name}@contoso.example`;
const account = (name, role = 'seller', publisher = 'contoso') => server.ok('user', 'add', address(name), '--role', role, ...(publisher ? ['--publisher', publisher] : []));
const kim = await account('kim'), lee = await account('lee'), max = await account('max');
const pat = await account('pat', 'manager', null);
const stranger = await account('stranger', 'seller', 'fabrikam');
const manager = await server.token('manager', 'contoso');
const does = (method, route, json, status = 200) => server.expect(status, method, route, { token: manager, json });
const asks = (method, route, json, token = manager) => server.api(method, route, { token, json });
const fresh = () => server.lead(path, lead({ LeadSource: 'AppSource-PLT|contoso.crm' }));
const names = (t) => t.members.map((m) => m.email.split('@')[0]).sort();
const own = (l, owner) => does('POST', `/leads/${l.id}/owner`, { owner });

let field, inside;
test('a team is made with members by id or address, also of the whole installation', async () => {
  field = await does('POST', '/teams', { name: 'Field sales', members: [kim, address('lee'), address('pat'), lee] }, 201);
  assert.match(field.id, uuid7);
  partly(field, { publisher: 'contoso', name: 'Field sales' });
  assert.deepEqual(names(field), ['kim', 'lee', 'pat']);
  inside = await does('POST', '/teams', { name: 'Inside sales', members: [lee, max] }, 201);
  assert.deepEqual((await does('GET', '/teams')).items.map((t) => t.name), ['Field sales', 'Inside sales']);
  const one = await does('GET', '/teams?limit=1');
  assert.deepEqual((await does('GET', `/teams?limit=1&after=${one.next}`)).items.map((t) => t.id), [inside.id]);
});

test('a name is needed; nobody is in it who has no account of this publisher, and nobody learns who has one elsewhere', async () => {
  invalid(await asks('POST', '/teams', { members: [] }), 'name');
  const [a, b] = [await asks('POST', '/teams', { name: 'x', members: [address('stranger')] }), await asks('POST', '/teams', { name: 'x', members: [address('nobody')] })];
  invalid(a, 'members');
  invalid(b, 'members');
  assert.equal(a.json.errors[0].message.replace('stranger', ''), b.json.errors[0].message.replace('nobody', ''));
  invalid(await asks('PATCH', `/teams/${field.id}`, { members: [stranger] }), 'members');
  assert.deepEqual(names(await does('GET', `/teams/${field.id}`)), ['kim', 'lee', 'pat'], 'nothing was changed');
  const other = await server.token('manager', 'fabrikam');
  problem(await asks('GET', `/teams/${field.id}`, undefined, other), 404);
  problem(await asks('DELETE', `/teams/${field.id}`, undefined, other), 404);
  problem(await asks('POST', '/teams', { name: 'x' }, await server.token('seller', 'contoso')), 403);
});

test('a lead comes into a team with its owner, and stays where it is when they are in it', async () => {
  let l = await fresh();
  assert.equal(l.team, null);
  l = await own(l, lee);
  assert.equal(l.team, field.id, 'the team that she joined first');
  l = await own(l, max);
  assert.equal(l.team, inside.id);
  l = await own(l, lee);
  assert.equal(l.team, inside.id, 'she is in this one too');
  l = await own(l, '');
  assert.deepEqual([l.owner, l.team], [null, inside.id], 'nobody owns it, and the team still has it');
  const found = await server.get(`/leads?team=${inside.id}`);
  assert.deepEqual(found.items.map((x) => x.id), [l.id]);
  for (const sort of ['due', '-due', 'received']) assert.deepEqual((await server.get(`/leads?team=${inside.id}&sort=${sort}&q=${l.customer.lastName}`)).items.map((x) => x.id), [l.id]);
  assert.deepEqual((await server.get(`/leads?team=${nobody}`)).items, []);
  invalid(await server.api('GET', '/leads?team=x'), 'team');
});

test('a lead is given to a team, or to none, and its timeline tells', async () => {
  let l = await own(await fresh(), kim);
  l = await does('POST', `/leads/${l.id}/team`, { team: inside.id, why: 'her market' });
  assert.deepEqual([l.owner, l.team], [kim, inside.id]);
  const told = () => l.timeline.filter((t) => t.type === 'team').map((t) => t.detail);
  assert.deepEqual(told(), [{ from: 'Field sales', to: 'Inside sales', why: 'her market' }]);
  l = await does('POST', `/leads/${l.id}/accept`, {});
  assert.equal(l.team, inside.id, 'what is done with it moves it nowhere');
  l = await does('POST', `/leads/${l.id}/team`, { team: null });
  assert.equal(l.team, null);
  assert.equal(told().length, 2);
  invalid(await asks('POST', `/leads/${l.id}/team`, { team: nobody }), 'team');
  const stale = await server.api('POST', `/leads/${l.id}/team`, { token: manager, json: { team: field.id }, headers: { 'If-Match': '"x"' } });
  problem(stale, 412);
});

test('who joins brings the leads that have no team; who leaves leaves them', async () => {
  const eve = await account('eve');
  let l = await own(await fresh(), eve);
  assert.equal(l.team, null);
  await does('PATCH', `/teams/${inside.id}`, { members: [lee, max, eve] });
  assert.equal((await server.get(`/leads/${l.id}`)).team, inside.id);
  await does('PATCH', `/teams/${inside.id}`, { members: [lee, max] });
  l = await server.get(`/leads/${l.id}`);
  assert.deepEqual([l.owner, l.team], [eve, inside.id]);
  await does('PATCH', `/teams/${inside.id}`, { name: 'Inside' });
  assert.deepEqual(names(await does('GET', `/teams/${inside.id}`)), ['lee', 'max'], 'another name leaves the members');
});

test('a team with leads stays; without any it goes', async () => {
  problem(await asks('DELETE', `/teams/${inside.id}`), 409, 'team.leads');
  const t = await does('POST', '/teams', { name: 'Short-lived', members: [pat] }, 201);
  await does('DELETE', `/teams/${t.id}`, undefined, 204);
  problem(await asks('GET', `/teams/${t.id}`), 404);
});

test('a reach wants its offers, of this publisher, and no other reach has any', async () => {
  const set = (json) => server.api('PATCH', `/users/${kim}`, { json });
  invalid(await set({ reach: 'offers' }), 'reachOffers');
  invalid(await set({ reach: 'offers', reachOffers: ['contoso.crm', 'contoso.none'] }), 'reachOffers');
  invalid(await set({ reach: 'offers', reachOffers: ['fabrikam.app'] }), 'reachOffers');
  invalid(await set({ reach: 'own', reachOffers: ['contoso.crm'] }), 'reachOffers');
  invalid(await set({ reachOffers: ['contoso.crm'] }), 'reachOffers');
  invalid(await set({ reach: 'everything' }), 'reach');
  let user = await server.expect(200, 'PATCH', `/users/${kim}`, { json: { reach: 'offers', reachOffers: ['contoso.erp', 'contoso.crm'] } });
  assert.deepEqual([user.reach, user.reachOffers], ['offers', ['contoso.crm', 'contoso.erp']]);
  invalid(await set({ reachOffers: ['contoso.none'] }), 'reachOffers');
  user = await server.expect(200, 'PATCH', `/users/${kim}`, { json: { reachOffers: ['contoso.erp'] } });
  assert.deepEqual([user.reach, user.reachOffers], ['offers', ['contoso.erp']]);
  user = await server.expect(200, 'PATCH', `/users/${kim}`, { json: { reach: 'all' } });
  assert.deepEqual([user.reach, user.reachOffers], ['all', []]);
  const made = await server.expect(201, 'POST', '/users', { json: { email: address('new'), role: 'seller', publisher: 'contoso', reach: 'team' } });
  assert.equal(made.reach, 'team');
  invalid(await server.api('POST', '/users', { json: { email: address('never'), role: 'seller', publisher: 'contoso', reach: 'offers' } }), 'reachOffers');
  assert.ok(!(await server.get('/users')).items.some((u) => u.email === address('never')), 'who could not reach as asked was not made');
  invalid(await server.api('POST', '/tokens', { json: { role: 'seller', publisher: 'contoso', reach: 'own' } }), 'reach');
});

test('by command', async () => {
  const id = await server.ok('team', 'add', 'By command', '--publisher', 'contoso', '--members', `${address('pat')},${address('max')}`);
  assert.match(id, uuid7);
  const shown = JSON.parse(await server.ok('team', 'show', id, '--json'));
  assert.deepEqual(names(shown), ['max', 'pat']);
  await server.ok('team', 'set', id, '--name', 'Renamed', '--members', address('pat'));
  assert.deepEqual(names(await does('GET', `/teams/${id}`)), ['pat']);
  assert.match(await server.ok('team', 'list'), /Renamed/);
  await server.ok('team', 'remove', id);
  problem(await asks('GET', `/teams/${id}`), 404);
  await server.ok('user', 'set', address('max'), '--reach', 'offers', '--offers', 'contoso.crm');
  const users = JSON.parse(await server.ok('user', 'list', '--json')).items;
  assert.equal(users.find((u) => u.id === max).reach, 'offers');
  const refused = await server.cli(['user', 'set', address('max'), '--reach', 'offers', '--offers', 'contoso.none']);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /contoso\.none/);
  const log = (await server.get('/audit?limit=100')).items.map((a) => a.verb);
  for (const verb of ['POST /api/v1/teams', 'PATCH /api/v1/teams/{id}', 'DELETE /api/v1/teams/{id}', 'POST /api/v1/leads/{id}/team', 'PATCH /api/v1/users/{id}']) assert.ok(log.includes(verb), `${verb} in ${log}`);
});
