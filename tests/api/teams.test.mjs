// Teams: who is in them, which leads belong to them, and how far an account reaches. What reach hides is in
// reach.test.mjs.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid, nobody, partly, problem, uuid7 } from '../lib/asserts.mjs';
import { lead } from '../lib/leads.mjs';
import { EventStream } from '../lib/sse.mjs';

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
  assert.deepEqual(found.items.map((x) => [x.owner, x.ownerName, x.teamName]), [[null, null, 'Inside sales']]);
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

// ---- what two do at once, and what is half right ----

/** Somebody of contoso who is signed in. */
async function person(name, role, ...more) {
  const id = await server.ok('user', 'add', address(name), '--role', role, '--publisher', 'contoso', ...more);
  const link = await server.ok('user', 'link', address(name));
  const answer = await server.api('POST', '/session', { token: null, json: { token: new URL(link).searchParams.get('token') } });
  const cookie = answer.headers['set-cookie'].map((c) => c.split(';')[0]).find((c) => c.startsWith('leadline_session'));
  const headers = { Cookie: cookie, 'X-CSRF-Token': answer.json.csrf };
  return { id, headers, api: (method, route, json) => server.raw(method, `/api/v1${route}`, { headers, json }) };
}
const userOf = async (id) => (await server.get('/users?limit=500')).items.find((u) => u.id === id);

test('who is in a team is told to those who work with the leads of all; of reach "team", only their own teams are', async () => {
  const own = await person('member', 'seller', '--reach', 'team');
  const a = await does('POST', '/teams', { name: 'Seen', members: [own.id, address('lee')] }, 201);
  const b = await does('POST', '/teams', { name: 'Unseen', members: [address('lee')] }, 201);
  const viewer = await person('looker', 'viewer'), seller = await person('works', 'seller'), alone = await person('alone', 'manager', '--reach', 'own'), partner = await person('partner', 'seller', '--reach', 'offers', '--offers', 'contoso.crm');
  for (const who of [viewer, own, alone, partner]) {
    const { json, text } = await who.api('GET', '/teams?limit=100');
    assert.ok(json.items.every((t) => t.members === null), text);
    assert.ok(json.items.some((t) => t.name === 'Seen'));
    assert.equal(json.items.some((t) => t.name === 'Unseen'), who !== own);
    const one = await who.api('GET', `/teams/${a.id}`);
    assert.equal(one.json.members, null);
    assert.ok(!`${text}${one.text}`.includes('lee@'), 'no address');
    assert.equal((await who.api('GET', `/teams/${b.id}`)).status, who === own ? 404 : 200);
  }
  assert.deepEqual(names((await seller.api('GET', `/teams/${a.id}`)).json), ['lee', 'member']);
});

test('an account or a token is made or changed as a whole or not at all', async () => {
  const half = async (...args) => assert.notEqual((await server.cli(['user', ...args])).code, 0);
  await half('add', address('half'), '--role', 'seller', '--publisher', 'contoso', '--reach', 'offers', '--offers', 'contoso.none');
  await half('add', address('half'), '--role', 'seller', '--publisher', 'contoso', '--reach', 'offers');
  assert.ok(!(await server.get('/users?limit=500')).items.some((u) => u.email === address('half')), 'nobody was made who reaches all');
  const id = await server.ok('user', 'add', address('whole'), '--role', 'seller', '--publisher', 'contoso', '--reach', 'offers', '--offers', 'contoso.crm');
  const kept = async () => { const u = await userOf(id); assert.deepEqual([u.role, u.reach, u.reachOffers, u.active], ['seller', 'offers', ['contoso.crm'], true]); };
  await kept();
  await half('set', address('whole'), '--role', 'admin', '--reach', 'own', '--offers', 'contoso.crm');
  await half('set', address('whole'), '--role', 'admin', '--reach', 'offers', '--offers', 'contoso.none', '--disabled');
  invalid(await server.api('PATCH', `/users/${id}`, { json: { role: 'admin', active: false, reachOffers: ['contoso.erp', 'contoso.none'] } }), 'reachOffers');
  const short = await server.cli(['user', 'set', address('whole'), '--role', 'admin', '--password-stdin'], { input: 'short\n' });
  assert.notEqual(short.code, 0);
  await kept();
  const tokens = async () => (await server.get('/tokens?limit=500')).items.length;
  const before = await tokens();
  invalid(await server.api('POST', '/tokens', { json: { role: 'seller', publisher: 'contoso', reach: 'offers', reachOffers: ['contoso.crm', 'contoso.none'] } }), 'reachOffers');
  assert.equal(await tokens(), before);
});

test('the last admin who reaches all keeps role and reach', async () => {
  for (const u of (await server.get('/users?limit=500')).items.filter((x) => x.role === 'admin' && !x.publisher).slice(1)) await server.expect(200, 'PATCH', `/users/${u.id}`, { json: { role: 'viewer' } });
  let last = (await server.get('/users?limit=500')).items.find((x) => x.role === 'admin' && !x.publisher)?.id;
  last ??= await server.ok('user', 'add', 'last@example.org', '--role', 'admin');
  const second = await server.ok('user', 'add', 'second@example.org', '--role', 'admin', '--reach', 'offers', '--offers', 'contoso.crm');
  for (const json of [{ reach: 'own' }, { role: 'viewer' }, { active: false }, { reach: 'offers', reachOffers: ['contoso.crm'] }]) problem(await server.api('PATCH', `/users/${last}`, { json }), 409, 'user.last-admin');
  const u = await userOf(last);
  assert.deepEqual([u.role, u.reach, u.reachOffers, u.active], ['admin', 'all', [], true]);
  await server.expect(200, 'PATCH', `/users/${second}`, { json: { reach: 'all' } });
  const both = await Promise.all([last, second].map((id) => server.api('PATCH', `/users/${id}`, { json: { role: 'viewer' } })));
  assert.deepEqual(both.map((r) => r.status).sort(), [200, 409], 'two cannot each leave it to the other');
});

test('own settings never bring back a reach that was taken away', async () => {
  const who = await person('racer', 'seller');
  for (let i = 0; i < 15; i += 1) {
    await server.expect(200, 'PATCH', `/users/${who.id}`, { json: { reach: 'all' } });
    const sets = [1, 2, 3, 4, 5, 6].map(() => who.api('PATCH', '/session/user', { density: i % 2 ? 'compact' : 'comfortable' }));
    await server.expect(200, 'PATCH', `/users/${who.id}`, { json: { reach: 'own' } });
    for (const r of await Promise.all(sets)) assert.equal(r.status, 200, r.text);
    assert.equal((await userOf(who.id)).reach, 'own', `round ${i}`);
  }
});

test('a removed team stays removed, no lead belongs to it, and of two changes none is lost', async () => {
  for (let i = 0; i < 10; i += 1) {
    const t = await does('POST', '/teams', { name: `Race ${i}`, members: [max] }, 201);
    const l = await fresh();
    const [gone, , given] = await Promise.all([asks('DELETE', `/teams/${t.id}`), asks('PATCH', `/teams/${t.id}`, { name: 'again', members: [max] }), asks('POST', `/leads/${l.id}/team`, { team: t.id })]);
    const is = await asks('GET', `/teams/${t.id}`), where = (await server.get(`/leads/${l.id}`)).team;
    assert.equal(is.status, gone.status === 204 ? 404 : 200, `${gone.status}`);
    assert.equal(where, given.status === 200 ? t.id : null);
    assert.ok(gone.status === 204 ? where === null : where === t.id, 'a lead has a team that is there');
    const u = await does('POST', '/teams', { name: 'Before', members: [] }, 201);
    await Promise.all([does('PATCH', `/teams/${u.id}`, { name: 'After' }), does('PATCH', `/teams/${u.id}`, { members: [lee] })]);
    const after = await does('GET', `/teams/${u.id}`);
    assert.deepEqual([after.name, names(after)], ['After', ['lee']]);
    await does('DELETE', `/teams/${u.id}`, undefined, 204);
  }
});

test('streams of the team hear of the leads that somebody brings', async () => {
  const listener = await person('listener', 'seller', '--reach', 'team'), joins = await person('joins', 'seller');
  const t = await does('POST', '/teams', { name: 'Listening', members: [listener.id] }, 201);
  const leads = [await own(await fresh(), joins.id), await own(await fresh(), joins.id)];
  const stream = await EventStream.open(server.url('/api/v1/events'), listener.headers);
  await does('PATCH', `/teams/${t.id}`, { members: [listener.id, joins.id] });
  for (const l of leads) await stream.next((e) => e.json?.id === l.id && e.json.what === 'team', `hears of ${l.id}`);
  assert.equal((await listener.api('GET', `/leads/${leads[0].id}`)).json.team, t.id);
  stream.close();
});

test('two people edit one team: who saw an older one is told, and nothing of the first is lost', async () => {
  const shared = await does('POST', '/teams', { name: 'Shared', members: [kim, lee, pat] }, 201);
  const seen = await asks('GET', `/teams/${shared.id}`);
  assert.equal(seen.headers.etag, seen.json.eTag);
  const change = (json, etag, method = 'PATCH') => server.api(method, `/teams/${shared.id}`, { token: manager, json, headers: { 'If-Match': etag } });
  const both = await Promise.all([change({ name: 'From A' }, seen.json.eTag), change({ members: [kim] }, seen.json.eTag)]);
  assert.deepEqual(both.map((r) => r.status).sort(), [200, 412]);
  problem(both.find((r) => r.status === 412), 412, 'team.changed');
  const now = await does('GET', `/teams/${shared.id}`);
  assert.equal((await does('GET', '/teams')).items.find((t) => t.id === shared.id).eTag, now.eTag);
  assert.notEqual(now.eTag, seen.json.eTag);
  problem(await change(undefined, seen.json.eTag, 'DELETE'), 412, 'team.changed');
  const back = await change({ name: 'Shared', members: [kim, lee, pat] }, now.eTag);
  assert.deepEqual([back.status, back.json.eTag, back.headers.etag], [200, seen.json.eTag, seen.json.eTag], 'as it was');
  // Who is not named differently for it: what an account is called is no matter.
  await server.expect(200, 'PATCH', `/users/${lee}`, { json: { name: 'Lee Wu' } });
  assert.equal((await does('GET', `/teams/${shared.id}`)).eTag, seen.json.eTag);
  assert.equal((await change({ name: 'Shared' }, '*')).status, 200);
});
