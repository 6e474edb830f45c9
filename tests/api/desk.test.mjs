// What people do with leads: transitions, undo, owners, the deal, notes, calls; two at once; roles.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid, nobody, problem, wireTime } from '../lib/asserts.mjs';
import { asked, sent } from '../lib/imports.mjs';
import { Person } from '../lib/people.mjs';
import { lead, publishedTestLead } from '../lib/leads.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
await server.offer('fabrikam.app');
const one = (more) => server.lead(path, lead(more));
const seller = await server.token('seller', 'contoso');
const viewer = await server.token('viewer', 'contoso');
const stranger = await server.token('manager', 'fabrikam');
const user = (email, role, publisher) => server.ok('user', 'add', email, '--role', role, ...(publisher ? ['--publisher', publisher] : []));
const kim = await user('kim@contoso.example', 'seller', 'contoso');

const ask = (method, route, json, options = {}) => server.api(method, `/leads/${route}`, { token: seller, json, ...options });
const does = async (method, route, json, options) => {
  const answer = await ask(method, route, json, options);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
const stage = (l) => [l.status, l.substatus];
const actions = (l) => l.engagement.actions.map((a) => a.action);
const entries = (l, type) => l.timeline.filter((t) => t.type === type);

test('a new lead says what can be done with it, and its state has an ETag', async () => {
  const l = await one();
  assert.deepEqual(actions(l), ['accept', 'decline']);
  assert.deepEqual(l.engagement.actions[0].reasons, []);
  assert.ok(l.engagement.actions[1].reasons.some((r) => r.reason === 'other' && r.noteRequired));
  assert.equal(Date.parse(l.engagement.expiresAt) - Date.parse(l.receivedAt), 14 * 86_400_000);
  assert.deepEqual([l.engagement.owner, l.engagement.undo, l.engagement.workable, l.engagement.favorite], [null, null, true, false]);
  const answer = await server.api('GET', `/leads/${l.id}`);
  assert.equal(answer.headers.etag, '"0-Received"');
  assert.equal(l.eTag, answer.headers.etag, 'for who cannot read headers');
});

test('accept, then win: with the deal, and everything in the timeline', async () => {
  const l = await one();
  const deal = {
    name: 'Roll-out', value: '12000.5', currency: 'EUR', purchaseTimeFrame: '1-3-months', closingOn: '2027-03-31', notes: 'Wants a demo',
    crmId: 'OPP-1', campaignId: 'spring', quality: 'High', purchaseIntent: 'Have not decided',
  };
  const accepted = await does('POST', `${l.id}/accept`, { ...deal, note: 'called in' });
  assert.deepEqual(stage(accepted), ['Active', 'Accepted']);
  for (const [key, value] of Object.entries({ ...deal, value: '12000.50' })) assert.equal(accepted.engagement[key], value, key);
  assert.match(accepted.engagement.acceptedAt, wireTime);
  assert.deepEqual(actions(accepted), ['win', 'lose']);
  assert.equal(accepted.firstResponse.respondedAt, null, 'a status is no answer');
  const won = await does('POST', `${l.id}/win`, { value: '15000' });
  assert.deepEqual(stage(won), ['Closed', 'Won']);
  assert.deepEqual([won.engagement.value, won.engagement.currency], ['15000.00', 'EUR']);
  assert.match(won.engagement.closedAt, wireTime);
  assert.deepEqual(actions(won), []);
  const [last, first] = entries(won, 'status');
  assert.deepEqual([first.detail.event, first.detail.note, first.actor], ['accept', 'called in', 'test-seller']);
  assert.deepEqual(first.detail.to, { status: 'Active', substatus: 'Accepted' });
  assert.deepEqual([last.detail.event, last.detail.from.substatus], ['win', 'Accepted']);
  assert.deepEqual(entries(won, 'deal')[0].detail.changes, [{ field: 'value', from: '12000.50', to: '15000.00' }]);
});

test('decline and lose want a known reason, other wants a note; nothing is half done', async () => {
  const l = await one();
  invalid(await ask('POST', `${l.id}/decline`, {}), 'reason');
  invalid(await ask('POST', `${l.id}/decline`, { reason: 'price' }), 'reason');
  invalid(await ask('POST', `${l.id}/decline`, { reason: 'other' }), 'note');
  invalid(await ask('POST', `${l.id}/accept`, { reason: 'price' }), 'reason');
  assert.deepEqual(stage(await server.get(`/leads/${l.id}`)), ['New', 'Received']);
  const declined = await does('POST', `${l.id}/decline`, { reason: 'other', note: 'Moon base' });
  assert.deepEqual([...stage(declined), declined.engagement.reason], ['Closed', 'Declined', 'other']);
  problem(await ask('POST', `${l.id}/accept`, {}), 409, 'lead.stage');
  problem(await ask('POST', `${l.id}/win`, {}), 409, 'lead.stage');
});

test('undo takes the last transition back, and says so', async () => {
  const l = await one();
  problem(await ask('POST', `${l.id}/undo`, {}), 409, 'lead.undo');
  await does('POST', `${l.id}/accept`, {});
  const lost = await does('POST', `${l.id}/lose`, { reason: 'price', fewAttempts: 'at once' });
  assert.deepEqual([lost.engagement.undo.action, lost.engagement.undo.to], ['lose', 'Accepted']);
  const back = await does('POST', `${l.id}/undo`, { note: 'wrong lead' });
  assert.deepEqual([...stage(back), back.engagement.reason, back.engagement.closedAt], ['Active', 'Accepted', null, null]);
  const [undone, was] = entries(back, 'status');
  assert.deepEqual([undone.detail.event, undone.detail.undoes, undone.detail.note], ['undo', was.id, 'wrong lead']);
  const first = await does('POST', `${l.id}/undo`, {});
  assert.deepEqual([...stage(first), first.engagement.acceptedAt], ['New', 'Received', null]);
});

test('two people at once: who saw an older state is told, and nothing of the first is lost', async () => {
  const l = await one();
  const seen = { headers: { 'If-Match': '"0-Received"' } };
  const [a, b] = await Promise.all([
    ask('PATCH', l.id, { name: 'from A' }, seen), ask('PATCH', l.id, { notes: 'from B' }, seen),
  ]);
  assert.deepEqual([a.status, b.status].sort(), [200, 412]);
  problem(a.status === 412 ? a : b, 412, 'lead.changed');
  const { engagement } = await server.get(`/leads/${l.id}`);
  assert.deepEqual([engagement.name, engagement.notes], a.status === 200 ? ['from A', null] : [null, 'from B']);
  // Both accept it, neither says what was seen: the table still lets one through.
  const both = await Promise.all([ask('POST', `${l.id}/accept`, {}), ask('POST', `${l.id}/accept`, {})]);
  assert.deepEqual(both.map((r) => r.status).sort(), [200, 409]);
  // A note or a call changes nothing that somebody could overwrite.
  const { headers } = await server.api('GET', `/leads/${l.id}`);
  await does('POST', `${l.id}/notes`, { text: 'meanwhile' });
  await does('PATCH', l.id, { name: 'as seen' }, { headers: { 'If-Match': headers.etag } });
  await does('PATCH', l.id, { name: 'any' }, { headers: { 'If-Match': '*' } });
});

test('the deal: empty takes a value away, what is wrong is named by field', async () => {
  const l = await one();
  invalid(await ask('PATCH', l.id, { value: '100' }), 'currency');
  invalid(await ask('PATCH', l.id, { currency: 'XXX' }), 'currency');
  invalid(await ask('PATCH', l.id, { value: '100.5', currency: 'KRW' }), 'value');
  invalid(await ask('PATCH', l.id, { value: '-1', currency: 'USD' }), 'value');
  invalid(await ask('PATCH', l.id, { closingOn: '2027-02-29' }), 'closingOn');
  invalid(await ask('PATCH', l.id, { purchaseTimeFrame: 'soon' }), 'purchaseTimeFrame');
  invalid(await ask('PATCH', l.id, { quality: 'Medium' }), 'quality');
  invalid(await ask('PATCH', l.id, { colour: 'red' }), 'colour');
  const set = await does('PATCH', l.id, { value: '100', currency: 'KRW', closingOn: '2028-02-29' });
  assert.deepEqual([set.engagement.value, set.engagement.closingOn], ['100', '2028-02-29']);
  const same = await does('PATCH', l.id, { value: '100' });
  assert.equal(entries(same, 'deal').length, 1, 'what is the same already is no change');
  const cleared = await does('PATCH', l.id, { value: '', currency: '' });
  assert.deepEqual([cleared.engagement.value, cleared.engagement.currency], [null, null]);
});

test('favourites', async () => {
  const l = await one();
  assert.equal((await does('POST', `${l.id}/favorite`, {})).engagement.favorite, true);
  assert.equal((await does('POST', `${l.id}/favorite`, { favorite: false })).engagement.favorite, false);
});

test('owners: given, given back, only to those who may', async () => {
  const l = await one();
  const gone = await user('gone@contoso.example', 'seller', 'contoso');
  await server.expect(200, 'PATCH', `/users/${gone}`, { json: { active: false } });
  const looks = await user('looks@contoso.example', 'viewer', 'contoso');
  const other = await user('other@fabrikam.example', 'seller', 'fabrikam');
  const boss = await user('boss@example.org', 'admin');
  for (const owner of [gone, looks, other, nobody, 'nobody@contoso.example', 'me']) invalid(await ask('POST', `${l.id}/owner`, { owner }), 'owner');
  // Who has an account elsewhere is nobody's business here: neither the answer nor what is refused first tells.
  const erp = await server.offer('contoso.mail');
  const info = await server.lead(erp, lead({ LeadSource: 'AppSource-DNC|contoso.mail', ActionCode: 'DNC' }));
  for (const [id, options] of [[l.id], [info.id], [l.id, { headers: { 'If-Match': '"7-Lost"' } }]]) {
    const told = async (owner) => {
      const { status, json } = await ask('POST', `${id}/owner`, { owner }, options);
      return { status, ...json, requestId: null, instance: null };
    };
    assert.deepEqual(await told('other@fabrikam.example'), await told('nobody@fabrikam.example'));
    assert.deepEqual(await told(other), await told(nobody));
  }
  const { items } = await does('GET', `${l.id}/owners`);
  assert.deepEqual(items.map((o) => o.id).filter((id) => [kim, gone, looks, other, boss].includes(id)).sort(), [kim, boss].sort());
  const given = await does('POST', `${l.id}/owner`, { owner: kim, why: 'speaks Korean' });
  assert.deepEqual([given.owner, given.engagement.owner.email], [kim, 'kim@contoso.example']);
  assert.deepEqual(entries(given, 'owner')[0].detail, { from: null, to: 'kim@contoso.example', why: 'speaks Korean' });
  assert.deepEqual((await server.get(`/leads?owner=${kim}`)).items.map((x) => [x.id, x.ownerName, x.teamName]), [[l.id, 'kim@contoso.example', null]], 'who has no name is called by their address');
  invalid(await server.api('GET', '/leads?owner=me', { token: seller }), 'owner');
  const back = await does('POST', `${l.id}/owner`, { owner: '' });
  assert.equal(back.owner, null);
  assert.equal(entries(back, 'owner')[0].detail.from, 'kim@contoso.example');
});

test('a call is an attempt; one that was taken is the first response, once', async () => {
  const l = await one();
  const overdue = async () => (await server.get('/leads?response=owed&limit=500')).items.some((x) => x.id === l.id);
  invalid(await ask('POST', `${l.id}/calls`, {}), 'outcome');
  const rang = await does('POST', `${l.id}/calls`, { outcome: 'no-answer' });
  assert.deepEqual([rang.firstResponse.respondedAt, rang.engagement.attempts, rang.engagement.calls, rang.engagement.reached], [null, 1, 1, 0]);
  assert.equal(await overdue(), true);
  const spoke = await does('POST', `${l.id}/calls`, { outcome: 'fit', text: 'They have 200 seats' });
  assert.match(spoke.firstResponse.respondedAt, wireTime);
  assert.equal(await overdue(), false);
  assert.deepEqual(stage(spoke), ['New', 'Received']);
  const again = await does('POST', `${l.id}/calls`, { outcome: 'unsure' });
  assert.equal(again.firstResponse.respondedAt, spoke.firstResponse.respondedAt);
  assert.deepEqual([again.engagement.attempts, again.engagement.reached], [3, 2]);
  assert.deepEqual(entries(again, 'call').map((t) => t.detail.outcome), ['unsure', 'fit', 'no-answer']);
  const mailed = await one();
  assert.match((await does('POST', `${mailed.id}/notes`, { text: 'Mailed the offer', answered: true })).firstResponse.respondedAt, wireTime);
});

test('notes: their author changes and withdraws them, and their history stays', async () => {
  const l = await one();
  invalid(await ask('POST', `${l.id}/notes`, {}), 'text');
  const [note] = entries(await does('POST', `${l.id}/notes`, { text: '첫 번째' }), 'note');
  const other = await server.ok('token', 'add', '--role', 'manager', '--name', 'test-seller', '--publisher', 'contoso');
  const edit = (json, options) => ask('PATCH', `${l.id}/notes/${note.id}`, json, options);
  problem(await edit({ text: 'mine' }, { token: other }), 403, 'lead.note-author');
  await edit({ text: 'second' });
  const [edited] = entries((await edit({ text: 'third' })).json, 'note');
  assert.equal(edited.detail.text, 'third');
  assert.deepEqual(edited.detail.history.map((h) => h.text), ['첫 번째', 'second']);
  const withdrawn = await does('DELETE', `${l.id}/notes/${note.id}`);
  const [gone] = entries(withdrawn, 'note');
  assert.equal(gone.detail.text, null);
  assert.deepEqual(gone.detail.history.map((h) => h.text), ['첫 번째', 'second', 'third']);
  problem(await edit({ text: 'again' }), 409, 'lead.note-withdrawn');
  problem(await ask('PATCH', `${l.id}/notes/${nobody}`, { text: 'x' }), 404);
  const call = entries(await does('POST', `${l.id}/calls`, { outcome: 'fit' }), 'call')[0];
  problem(await ask('PATCH', `${l.id}/notes/${call.id}`, { text: 'x' }), 404);
});

test('nobody works on information and on tests', async () => {
  const erp = await server.offer('contoso.erp');
  const info = await server.lead(erp, lead({ LeadSource: 'AppSource-DNC|contoso.erp', ActionCode: 'DNC' }));
  const fake = await server.lead(path, publishedTestLead);
  for (const [l, code] of [[info, 'lead.information'], [fake, 'lead.test']]) {
    assert.deepEqual([actions(l), l.engagement.workable, l.engagement.expiresAt], [[], false, null]);
    problem(await ask('POST', `${l.id}/accept`, {}), 409, code);
    problem(await ask('POST', `${l.id}/decline`, { reason: 'duplicate' }), 409, code);
    problem(await ask('POST', `${l.id}/owner`, { owner: kim }), 409, code);
    problem(await ask('POST', `${l.id}/calls`, { outcome: 'fit' }), 409, code);
    problem(await ask('POST', `${l.id}/notes`, { text: 'x', answered: true }), 409, code);
    await does('POST', `${l.id}/notes`, { text: 'for the record' });
  }
});

test('a viewer looks only, and another publisher finds nothing', async () => {
  const l = await one();
  const routes = [
    ['PATCH', l.id, { name: 'x' }], ['POST', `${l.id}/accept`, {}], ['POST', `${l.id}/decline`, { reason: 'duplicate' }], ['POST', `${l.id}/win`, {}],
    ['POST', `${l.id}/lose`, { reason: 'price' }], ['POST', `${l.id}/undo`, {}], ['POST', `${l.id}/owner`, { owner: kim }], ['GET', `${l.id}/owners`],
    ['POST', `${l.id}/notes`, { text: 'x' }], ['POST', `${l.id}/calls`, { outcome: 'fit' }], ['POST', `${l.id}/favorite`, {}],
  ];
  for (const [method, route, json] of routes) {
    problem(await ask(method, route, json, { token: viewer }), 403);
    problem(await ask(method, route, json, { token: stranger }), 404);
  }
  const after = await server.get(`/leads/${l.id}`);
  assert.deepEqual([stage(after), after.timeline.length], [stage(l), l.timeline.length]);
});

test('the command line does the same', async () => {
  const l = await one();
  await server.ok('lead', 'owner', l.id, 'kim@contoso.example', '--why', 'her market');
  await server.ok('lead', 'call', l.id, 'fit', '--text', 'Good talk');
  await server.ok('lead', 'note', l.id, 'Sent the offer');
  await server.ok('lead', 'accept', l.id, '--name', 'Deal', '--value', '10', '--currency', 'USD');
  await server.ok('lead', 'lose', l.id, '--reason', 'price', '--fewAttempts', 'at once');
  await server.ok('lead', 'undo', l.id);
  const won = await server.okJson('lead', 'win', l.id);
  assert.deepEqual([stage(won), won.engagement.value, won.owner], [['Closed', 'Won'], '10.00', kim]);
  assert.equal(entries(won, 'status')[0].actor, 'command line');
  const refused = await server.cli(['lead', 'decline', l.id, '--reason', 'duplicate']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /Won/);
});

test('an import whose leads were worked on is not taken back', async () => {
  const row = (n) => `Worker${n},Import${n},worker${n}@import${n}.example,Import ${n} Ltd,DE,contoso.crm,AppSource-PLT|contoso.crm,2026-11-0${n}T10:00:00Z\n`;
  const file = await sent(server, 'two.csv', `First Name,Last Name,Email,Company,Country,Offer,Lead Source,Created\n${row(1)}${row(2)}`, { publisher: 'contoso', offer: 'contoso.crm' });
  assert.equal((await asked(server, file.id, 'start')).state, 'done');
  const [l] = (await server.get('/leads?q=worker1')).items;
  await does('POST', `${l.id}/notes`, { text: 'spoke at the fair' });
  const held = await asked(server, file.id, 'undo');
  assert.equal(held.state, 'done', JSON.stringify(held));
  assert.match(held.problem, /was worked on since/);
  assert.equal((await server.get('/leads?q=worker2')).items.length, 1, 'nothing of it is gone');
});

test('a note that was changed very often says so, and the lead can still be read', async () => {
  const l = await one();
  const text = '가'.repeat(4000);
  const [note] = entries(await does('POST', `${l.id}/notes`, { text }), 'note');
  let answer;
  for (let n = 0; n < 8; n++) {
    answer = await ask('PATCH', `${l.id}/notes/${note.id}`, { text: `${n}${text.slice(1)}` });
    if (answer.status !== 200) break;
  }
  problem(answer, 413, 'lead.note-history');
  assert.ok(entries(await server.get(`/leads/${l.id}`), 'note')[0].detail.history.length >= 3);
});

test('an accept that is taken back gives owner and team back, as far as nobody else did', async () => {
  const ann = await Person.make(server, 'ann@contoso.example', 'seller', { publisher: 'contoso' });
  const team = await server.expect(201, 'POST', '/teams', { json: { publisher: 'contoso', name: 'Field', members: ['ann@contoso.example'] } });
  const inside = await server.expect(201, 'POST', '/teams', { json: { publisher: 'contoso', name: 'Inside', members: [] } });
  const accepted = async (l) => {
    const done = await ann.does(200, 'POST', `/leads/${l.id}/accept`, {});
    assert.deepEqual([done.engagement.owner.email, done.team], ['ann@contoso.example', team.id]);
    return done;
  };
  const l = await one();
  await does('POST', `${l.id}/team`, { team: inside.id });
  await accepted(l);
  const back = await does('POST', `${l.id}/undo`, {});
  assert.deepEqual([...stage(back), back.owner, back.engagement.owner, back.team], ['New', 'Received', null, null, inside.id]);
  assert.deepEqual(entries(back, 'owner').map((t) => [t.detail.from, t.detail.to]), [['ann@contoso.example', null], [null, 'ann@contoso.example']]);
  assert.deepEqual([entries(back, 'team')[0].detail.from, entries(back, 'team')[0].detail.to], ['Field', 'Inside']);
  // It can be accepted and taken back again, and by who may not see it any more afterwards.
  await accepted(l);
  await ann.does(200, 'POST', `/leads/${l.id}/undo`, {});
  // Who was given it since keeps it; the team that somebody chose since stays; one that is gone is none.
  const kept = await one();
  await accepted(kept);
  await does('POST', `${kept.id}/owner`, { owner: kim });
  const still = await does('POST', `${kept.id}/undo`, {});
  assert.deepEqual([...stage(still), still.engagement.owner.email], ['New', 'Received', 'kim@contoso.example']);
  const moved = await one();
  await accepted(moved);
  await does('POST', `${moved.id}/team`, { team: inside.id });
  const away = await does('POST', `${moved.id}/undo`, {});
  assert.deepEqual([away.engagement.owner, away.team], [null, inside.id]);
  // Closed and taken back twice: the acceptance is the second.
  const lost = await one();
  await accepted(lost);
  await does('POST', `${lost.id}/lose`, { reason: 'price', fewAttempts: 'at once' });
  assert.equal((await does('POST', `${lost.id}/undo`, {})).engagement.owner.email, 'ann@contoso.example');
  assert.deepEqual([(await does('POST', `${lost.id}/undo`, {})).owner, (await server.get(`/leads/${lost.id}`)).team], [null, null]);
});
