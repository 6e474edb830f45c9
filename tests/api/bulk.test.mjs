// One action on many leads: previewed, done, refused by name, taken back; by ids and by the list's filter.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid, problem } from '../lib/asserts.mjs';
import { Person } from '../lib/people.mjs';
import { lead, publishedTestLead } from '../lib/leads.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
const other = await server.offer('contoso.erp');
await server.offer('fabrikam.app');
const seller = await server.token('seller', 'contoso');
const kim = await server.ok('user', 'add', 'kim@contoso.example', '--role', 'seller', '--publisher', 'contoso');
const made = async (n, to = path) => { const all = []; for (let i = 0; i < n; i++) all.push(await server.lead(to, lead())); return all; };
const id0 = '00000000-0000-4000-8000-000000000001';
const ids = (leads) => leads.map((l) => l.id);
const ask = (json, token = seller) => server.api('POST', '/leads/bulk', { token, json });
const does = async (json, token) => { const answer = await ask(json, token); assert.equal(answer.status, 200, answer.text); return answer.json; };
const now = (l) => server.get(`/leads/${l.id}`);
const state = async (leads) => { const all = []; for (const l of leads) all.push((await now(l)).substatus); return all; };

test('a preview says what would be done and what refused, and does nothing', async () => {
  const leads = await made(3);
  await server.expect(200, 'POST', `/leads/${leads[1].id}/accept`, { json: {} });
  const told = await does({ action: 'decline', reason: 'not-a-fit', ids: ids(leads), dryRun: true });
  assert.deepEqual([told.done, told.refused, told.next], [2, 1, null]);
  assert.deepEqual(told.items.map((i) => [i.lead, i.done, i.code ?? null]), [[leads[0].id, true, null], [leads[1].id, false, 'lead.stage'], [leads[2].id, true, null]]);
  assert.ok(told.items[1].message);
  assert.deepEqual(await state(leads), ['Received', 'Accepted', 'Received']);
  assert.deepEqual((await now(leads[0])).timeline.filter((t) => t.type === 'status'), []);
});

test('what is done is told as by the single route, with what an undo needs, and is taken back', async () => {
  const leads = await made(2);
  const done = await does({ action: 'accept', note: 'all of them', ids: ids(leads) });
  assert.deepEqual([done.done, done.refused], [2, 0]);
  assert.deepEqual(await state(leads), ['Accepted', 'Accepted']);
  const first = await now(leads[0]);
  assert.equal(done.items[0].eTag, first.eTag.replaceAll('"', ''));
  assert.equal(first.timeline.find((t) => t.type === 'status').detail.note, 'all of them');
  await server.expect(200, 'PATCH', `/leads/${leads[1].id}`, { json: { name: 'changed since' } });
  const back = await does({ action: 'undo', ids: ids(leads), eTags: done.items.map((i) => i.eTag) });
  assert.deepEqual(back.items.map((i) => [i.done, i.code ?? null]), [[true, null], [false, 'lead.changed']]);
  assert.deepEqual(await state(leads), ['Received', 'Accepted']);
});

test('to the next stage, as far as there is one and the gate lets', async () => {
  const leads = await made(2);
  await does({ action: 'accept', ids: [leads[0].id] });
  const once = await does({ action: 'next', ids: ids(leads) });
  assert.deepEqual(once.items.map((i) => i.code ?? null), [null, 'lead.not-active']);
  assert.equal((await now(leads[0])).stage.key, 'qualify');
  const gate = await does({ action: 'next', ids: [leads[0].id] });
  assert.equal(gate.items[0].code, 'lead.gate');
  await server.expect(200, 'POST', `/leads/${leads[0].id}/stage`, { json: { stage: 'decision', override: true, reason: 'known' } });
  assert.equal((await does({ action: 'next', ids: [leads[0].id] })).items[0].code, 'lead.last-stage');
});

test('owners and notes, and what says whose it was', async () => {
  const leads = await made(2);
  const given = await does({ action: 'owner', owner: 'kim@contoso.example', note: 'her market', ids: ids(leads) });
  assert.deepEqual(given.items.map((i) => i.owner), [null, null]);
  assert.equal((await now(leads[0])).engagement.owner.id, kim);
  const back = await does({ action: 'owner', owner: '', ids: ids(leads) });
  assert.deepEqual(back.items.map((i) => i.owner), [kim, kim]);
  const noted = await does({ action: 'note', note: 'Mailed the offer', ids: ids(leads) });
  const { timeline } = await now(leads[1]);
  assert.equal(timeline.find((t) => t.type === 'note').id, noted.items[1].note);
});

test('what was given away goes back to whom and to which team it belonged, unless somebody changed it since', async () => {
  const field = await server.ok('team', 'add', 'Field', '--publisher', 'contoso');
  await server.ok('team', 'add', 'Desk', '--publisher', 'contoso', '--members', 'kim@contoso.example');
  const lee = await server.ok('user', 'add', 'lee@contoso.example', '--role', 'seller', '--publisher', 'contoso');
  const leads = await made(4);
  const whose = async (l) => { const { engagement, teamName } = await now(l); return [engagement.owner?.id ?? null, teamName ?? null]; };
  for (const l of leads.slice(0, 3)) await server.expect(200, 'POST', `/leads/${l.id}/team`, { json: { team: field } });
  await server.expect(200, 'POST', `/leads/${leads[1].id}/owner`, { json: { owner: lee } });
  const given = await does({ action: 'owner', owner: kim, ids: ids(leads) });
  assert.deepEqual(given.items.map((i) => [i.owner, i.team]), [[null, field], [lee, field], [null, field], [null, null]]);
  assert.deepEqual(await whose(leads[0]), [kim, 'Desk']);
  await server.expect(200, 'POST', `/leads/${leads[2].id}/owner`, { json: { owner: lee } });
  const lists = { ids: ids(leads), eTags: given.items.map((i) => i.eTag), owners: given.items.map((i) => i.owner ?? ''), teams: given.items.map((i) => i.team ?? '') };
  const back = await does({ action: 'restore', ...lists });
  assert.deepEqual(back.items.map((i) => i.code ?? null), [null, null, 'lead.changed', null]);
  assert.deepEqual([await whose(leads[0]), await whose(leads[1]), await whose(leads[2]), await whose(leads[3])], [[null, 'Field'], [lee, 'Field'], [lee, 'Desk'], [null, null]]);
  // Who may not own it by now is that lead's refusal, not the call's.
  const gone = await does({ action: 'restore', ids: ids(leads).slice(0, 2), owners: [id0, lee], teams: ['', field] });
  assert.deepEqual(gone.items.map((i) => i.code ?? null), ['lead.owner', null]);
  assert.deepEqual(await whose(leads[0]), [null, 'Field']);
  invalid(await ask({ action: 'restore', ids: ids(leads) }), 'owners');
  invalid(await ask({ action: 'restore', ids: ids(leads), owners: ['', '', '', ''] }), 'teams');
  invalid(await ask({ action: 'accept', ids: [leads[0].id], owners: [''], teams: [''] }), 'owners');
  invalid(await ask({ action: 'restore', ids: [leads[0].id], owners: ['x'], teams: [''] }), 'owners');
});

test('an accept that is taken back leaves nobody the owner who was none', async () => {
  const leads = await made(2);
  const ann = await Person.make(server, 'ann@contoso.example', 'seller', { publisher: 'contoso' });
  const bulk = (json) => ann.does(200, 'POST', '/leads/bulk', json);
  const done = await bulk({ action: 'accept', ids: ids(leads) });
  assert.equal((await now(leads[0])).engagement.owner.email, 'ann@contoso.example');
  const back = await bulk({ action: 'undo', ids: ids(leads), eTags: done.items.map((i) => i.eTag), owners: ['', ''], teams: ['', ''] });
  assert.equal(back.done, 2);
  assert.deepEqual([(await now(leads[0])).engagement.owner, await state(leads)], [null, ['Received', 'Received']]);
});

test('what a preview counted is what is done: not what came since, nor what was changed', async () => {
  const path2 = await server.offer('contoso.since');
  const leads = await made(2, path2);
  const filter = { offer: 'contoso.since', status: 'New' };
  const seen = await does({ action: 'decline', reason: 'not-a-fit', filter, dryRun: true });
  const [late] = await made(1, path2);
  await server.expect(200, 'PATCH', `/leads/${leads[0].id}`, { json: { name: 'changed since' } });
  const done = await does({ action: 'decline', reason: 'not-a-fit', ids: seen.items.map((i) => i.lead), eTags: seen.items.map((i) => i.eTag) });
  assert.deepEqual(Object.fromEntries(done.items.map((i) => [i.lead, i.code ?? null])), { [leads[0].id]: 'lead.changed', [leads[1].id]: null });
  assert.deepEqual(await state([...leads, late]), ['Received', 'Declined', 'Received']);
});

test('by the list\'s own filter', async () => {
  const leads = await made(3, other);
  const filter = { offer: 'contoso.erp', status: 'New' };
  const seen = await does({ action: 'accept', filter, dryRun: true });
  assert.deepEqual([seen.done, seen.refused, seen.next], [3, 0, null]);
  assert.deepEqual(seen.items.map((i) => i.lead).sort(), ids(leads).sort());
  await does({ action: 'accept', filter });
  assert.deepEqual(await state(leads), ['Accepted', 'Accepted', 'Accepted']);
  assert.equal((await does({ action: 'accept', filter })).done, 0);
  invalid(await ask({ action: 'accept', filter: { status: 'Nothing' } }), 'status');
  invalid(await ask({ action: 'accept', filter: { unheard: 'of' } }), 'unheard');
});

test('what is wrong with the call is said once, and nothing is done', async () => {
  const leads = await made(2);
  invalid(await ask({ action: 'accept' }), 'ids');
  invalid(await ask({ action: 'accept', ids: ids(leads), filter: {} }), 'ids');
  invalid(await ask({ action: 'accept', ids: [leads[0].id, 'x'] }), 'ids');
  invalid(await ask({ action: 'accept', ids: ids(leads), eTags: ['0-Received'] }), 'eTags');
  invalid(await ask({ action: 'win', ids: ids(leads) }), 'action');
  invalid(await ask({ action: 'decline', ids: ids(leads) }), 'reason');
  invalid(await ask({ action: 'owner', owner: 'nobody@contoso.example', ids: ids(leads) }), 'owner');
  invalid(await ask({ action: 'note', ids: ids(leads) }), 'text');
  invalid(await ask({ action: 'accept', ids: Array.from({ length: 501 }, () => leads[0].id) }), 'ids');
  assert.deepEqual(await state(leads), ['Received', 'Received']);
});

test('leads of others, out of reach, and those nobody works on are refused; who may only look may not', async () => {
  const [one] = await made(1);
  const trial = await server.lead(path, publishedTestLead);
  const stranger = await server.token('manager', 'fabrikam');
  const foreign = await does({ action: 'accept', ids: [one.id] }, stranger);
  assert.deepEqual(foreign.items.map((i) => [i.done, i.code]), [[false, 'not-found']]);
  assert.equal((await does({ action: 'accept', filter: {} }, stranger)).items.length, 0);
  assert.equal((await does({ action: 'accept', ids: [trial.id] })).items[0].code, 'lead.test');
  problem(await ask({ action: 'accept', ids: [one.id] }, await server.token('viewer', 'contoso')), 403);
  const { token: narrow } = await server.expect(201, 'POST', '/tokens', { json: { role: 'seller', name: 'narrow', publisher: 'contoso', reach: 'offers', reachOffers: ['contoso.erp'] } });
  assert.equal((await does({ action: 'accept', ids: [one.id] }, narrow)).items[0].code, 'not-found');
  assert.ok((await does({ action: 'note', note: 'x', filter: {}, dryRun: true }, narrow)).items.every((i) => i.lead !== one.id));
  assert.equal((await now(one)).substatus, 'Received');
});

test('each lead has its entry in the audit, a preview none', async () => {
  const leads = await made(2);
  const of = async (l) => (await server.get(`/audit?ref=${l.id}`)).items.filter((i) => i.verb === 'POST /api/v1/leads/bulk').length;
  await does({ action: 'note', note: 'looked at', ids: ids(leads), dryRun: true });
  assert.deepEqual([await of(leads[0]), await of(leads[1])], [0, 0]);
  await does({ action: 'note', note: 'looked at', ids: ids(leads) });
  assert.deepEqual([await of(leads[0]), await of(leads[1])], [1, 1]);
});
