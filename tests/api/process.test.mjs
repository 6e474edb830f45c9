// Processes: stages, the gate and its checklist, overrides, undo, attempts; who may change them.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid, problem, wireTime } from '../lib/asserts.mjs';
import { lead, publishedTestLead } from '../lib/leads.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
const other = await server.offer('contoso.erp');
await server.offer('fabrikam.app');
const seller = await server.token('seller', 'contoso');
const viewer = await server.token('viewer', 'contoso');
const manager = await server.token('manager', 'contoso');
const stranger = await server.token('manager', 'fabrikam');

const ask = (method, route, json, options = {}) => server.api(method, `/leads/${route}`, { token: seller, json, ...options });
const does = async (method, route, json, options) => {
  const answer = await ask(method, route, json, options);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
const process = (method, id, json, options = {}) => server.api(method, `/processes/${id}`, { token: manager, json, ...options });
const one = (more, at = path) => server.lead(at, lead(more));
const accepted = async (more, at) => does('POST', `${(await one(more, at)).id}/accept`, {});
const entries = (l, type) => l.timeline.filter((t) => t.type === type);
const SHIPPED = ['contact', 'qualify', 'solution', 'proposal', 'decision'];
const REQUIRED = ['need', 'decision', 'timing'];
const qualify = async (id) => {
  for (const item of REQUIRED) await does('PUT', `${id}/checklist/${item}`, { evidence: `${item}, by phone` });
};

test('every publisher has a process from the first lead on', async () => {
  const { items } = await server.get('/processes?publisher=fabrikam');
  assert.deepEqual(items.map((p) => [p.id, p.default, p.version, p.attempts]), [['fabrikam.default', true, 0, 3]]);
  assert.deepEqual(items[0].stages.map((s) => s.key), SHIPPED);
  assert.deepEqual(items[0].stages.filter((s) => s.gate).map((s) => s.key), ['qualify']);
  assert.ok(items[0].stages.every((s) => s.shipped && s.entry && s.exit && s.targetDays > 0));
  assert.deepEqual(items[0].checklist.filter((x) => x.required).map((x) => x.key), REQUIRED);
  assert.deepEqual((await server.get('/processes?publisher=contoso')).items.map((p) => p.id), ['contoso.default']);
});

test('a lead stands in the first stage when it is accepted, and nowhere before and behind', async () => {
  const l = await one();
  assert.deepEqual([l.stage, l.process.id, l.checklist.length], [null, 'contoso.default', 5]);
  problem(await ask('POST', `${l.id}/stage`, { stage: 'qualify' }), 409, 'lead.not-active');
  const there = await does('POST', `${l.id}/accept`, {});
  assert.deepEqual([there.stage.process, there.stage.key, there.stage.name, there.stage.shipped, there.stage.overdue], ['default', 'contact', 'First contact', true, false]);
  assert.match(there.stage.enteredAt, wireTime);
  assert.equal(Date.parse(there.stage.dueAt) - Date.parse(there.stage.enteredAt), 86_400_000);
  const listed = (await server.get('/leads?status=Active&limit=500')).items.find((x) => x.id === l.id);
  assert.deepEqual(listed.stage, there.stage);
  const won = await does('POST', `${l.id}/win`, {});
  assert.equal(won.stage, null);
});

test('the gate names what is open; ticks carry evidence, who and when', async () => {
  const l = await accepted();
  assert.equal((await does('POST', `${l.id}/stage`, { stage: 'qualify', note: 'called' })).stage.key, 'qualify');
  const refused = await ask('POST', `${l.id}/stage`, { stage: 'solution' });
  problem(refused, 409, 'lead.gate');
  assert.match(refused.json.detail, /The need is known.*, Who decides is known, When they want to buy is known/);
  const ticked = await does('PUT', `${l.id}/checklist/need`, { evidence: '200 seats, by phone' });
  const [need] = ticked.checklist;
  assert.deepEqual([need.key, need.met, need.evidence, need.actor], ['need', true, '200 seats, by phone', 'test-seller']);
  assert.match(need.at, wireTime);
  problem(await ask('PUT', `${l.id}/checklist/colour`, {}), 404);
  problem(await ask('DELETE', `${l.id}/checklist/budget`), 404);
  problem(await ask('POST', `${l.id}/stage`, { stage: 'decision' }), 409, 'lead.gate');
  await qualify(l.id);
  const moved = await does('POST', `${l.id}/stage`, { stage: 'proposal' });
  assert.equal(moved.stage.key, 'proposal');
  const open = await does('DELETE', `${l.id}/checklist/need`);
  assert.equal(open.checklist[0].met, false);
  // Behind the gate already, and back: nothing is asked.
  await does('POST', `${l.id}/stage`, { stage: 'decision' });
  const back = await does('POST', `${l.id}/stage`, { stage: 'contact' });
  assert.equal(back.stage.key, 'contact');
  problem(await ask('POST', `${l.id}/stage`, { stage: 'solution' }), 409, 'lead.gate');
  assert.deepEqual(entries(back, 'stage').map((t) => [t.detail.from.key, t.detail.to.key]), [['decision', 'contact'], ['proposal', 'decision'], ['qualify', 'proposal'], ['contact', 'qualify']]);
  assert.equal(entries(back, 'stage')[3].detail.note, 'called');
  assert.deepEqual(entries(back, 'check').map((t) => [t.detail.item, t.detail.met]), [['need', false], ['timing', true], ['decision', true], ['need', true], ['need', true]]);
  invalid(await ask('POST', `${l.id}/stage`, { stage: 'moon' }), 'stage');
  invalid(await ask('POST', `${l.id}/stage`, {}), 'stage');
});

test('an item that needs evidence is not ticked without: words, or a note, call or mail of this lead', async () => {
  const l = await accepted();
  assert.deepEqual(l.checklist.map((x) => [x.key, x.needsEvidence]), [['need', true], ['decision', true], ['timing', true], ['budget', true], ['contact', false]]);
  const tick = (item, json, of = l) => ask('PUT', `${of.id}/checklist/${item}`, json);
  for (const nothing of [{}, { evidence: ' \n' }, { evidence: '', entry: '' }]) {
    const refused = await tick('need', nothing);
    invalid(refused, 'evidence');
    assert.match(refused.json.errors[0].message, /note, a call or a mail of this lead/);
  }
  assert.equal((await server.get(`/leads/${l.id}`)).checklist.some((x) => x.met), false);
  assert.equal((await does('PUT', `${l.id}/checklist/contact`, {})).checklist[4].met, true);
  const other = await does('POST', `${(await one()).id}/notes`, { text: 'of another lead' });
  const talked = await does('POST', `${l.id}/calls`, { outcome: 'fit', text: '200 seats' });
  const [call] = entries(talked, 'call');
  const [note] = entries(await does('POST', `${l.id}/notes`, { text: 'the CFO signs' }), 'note');
  for (const entry of ['soon', entries(other, 'note')[0].id, entries(talked, 'status')[0].id, '00000000-0000-7000-8000-000000000000']) invalid(await tick('need', { entry }), 'entry');
  const [need] = (await does('PUT', `${l.id}/checklist/need`, { entry: call.id })).checklist;
  assert.deepEqual([need.met, need.evidence, need.entry, need.actor], [true, null, call.id, 'test-seller']);
  const both = await does('PUT', `${l.id}/checklist/decision`, { evidence: 'the CFO', entry: note.id });
  assert.deepEqual([both.checklist[1].evidence, both.checklist[1].entry], ['the CFO', note.id]);
  assert.deepEqual(entries(both, 'check')[0].detail.entry, note.id);
  // What is withdrawn speaks for nothing any more: the tick goes with it where it stood alone.
  const less = await does('DELETE', `${l.id}/calls/${call.id}`);
  assert.deepEqual(less.checklist.map((x) => x.met), [false, true, false, false, true]);
  assert.deepEqual([entries(less, 'check')[0].detail.item, entries(less, 'check')[0].detail.met], ['need', false]);
  assert.notEqual(less.eTag, both.eTag);
  assert.deepEqual((await does('DELETE', `${l.id}/notes/${note.id}`)).checklist[1].met, true);
  invalid(await tick('need', { entry: call.id }), 'entry');
  // A process may ask for less, and for more.
  const own = { ...l.process, name: 'Own', checklist: [{ key: 'need', required: true }, { key: 'seats', name: 'Seats', needsEvidence: true }] };
  const made = await process('PUT', 'contoso.default', own);
  assert.equal(made.status, 200, made.text);
  assert.deepEqual(made.json.checklist.map((x) => [x.key, x.required, x.needsEvidence]), [['need', true, false], ['seats', false, true]]);
  assert.equal((await does('PUT', `${l.id}/checklist/need`, {})).checklist[0].met, true);
  invalid(await tick('seats', {}), 'evidence');
  assert.equal((await process('PUT', 'contoso.default', { ...own, checklist: [{ key: 'need', needsEvidence: 1 }] })).status, 422);
  assert.equal((await process('DELETE', 'contoso.default')).status, 204);
});

test('a mail that was sent is evidence until it comes back or is withdrawn', async () => {
  const l = await accepted(), met = (x) => x.checklist.filter((c) => c.met).map((c) => [c.key, c.entry]);
  const mail = async () => entries(await does('POST', `${l.id}/mails`, { text: 'As agreed: 200 seats' }), 'mail')[0].id;
  const [first, second] = [await mail(), await mail()];
  await does('PUT', `${l.id}/checklist/need`, { entry: first });
  assert.deepEqual(met(await does('PUT', `${l.id}/checklist/timing`, { entry: second })), [['need', first], ['timing', second]]);
  const back = await does('POST', `${l.id}/mails/${first}/bounced`);
  assert.deepEqual(met(back), [['timing', second]]);
  assert.deepEqual([entries(back, 'check')[0].detail.item, entries(back, 'check')[0].detail.met], ['need', false]);
  const refused = await ask('PUT', `${l.id}/checklist/need`, { entry: first });
  invalid(refused, 'entry');
  assert.match(refused.json.errors[0].message, /came back/);
  assert.deepEqual(met(await does('DELETE', `${l.id}/contacts/${second}`)), []);
});

test('what is withdrawn while the lead is closed speaks for nothing when the close is taken back', async () => {
  const l = await accepted(), met = (x) => x.checklist.filter((c) => c.met).map((c) => c.key);
  const call = async () => entries(await does('POST', `${l.id}/calls`, { outcome: 'fit' }), 'call')[0].id;
  const [wrong, right] = [await call(), await call()];
  await does('PUT', `${l.id}/checklist/need`, { entry: wrong });
  await does('PUT', `${l.id}/checklist/decision`, { entry: wrong, evidence: 'the CFO' });
  await does('PUT', `${l.id}/checklist/timing`, { entry: right });
  await does('PUT', `${l.id}/checklist/contact`, {});
  await does('POST', `${l.id}/lose`, { reason: 'price', fewAttempts: 'they said so' });
  const left = ['decision', 'timing', 'contact'];
  const closed = await does('DELETE', `${l.id}/contacts/${wrong}`);
  assert.deepEqual(met(closed), left);
  assert.deepEqual([closed.status, entries(closed, 'check')[0].detail.item, entries(closed, 'check')[0].detail.met], ['Closed', 'need', false]);
  assert.deepEqual(met(await does('POST', `${l.id}/undo`, {})), left);
  problem(await ask('POST', `${l.id}/stage`, { stage: 'decision' }), 409, 'lead.gate');
});

test('a manager passes over the gate with a reason, and it is on the record', async () => {
  const l = await accepted();
  problem(await ask('POST', `${l.id}/stage`, { stage: 'solution', override: true, reason: 'they are in a hurry' }), 403, 'lead.gate-override');
  invalid(await ask('POST', `${l.id}/stage`, { stage: 'solution', override: true }, { token: manager }), 'reason');
  const moved = await does('POST', `${l.id}/stage`, { stage: 'solution', override: true, reason: 'they are in a hurry' }, { token: manager });
  assert.equal(moved.stage.key, 'solution');
  const [entry] = entries(moved, 'stage');
  assert.deepEqual([entry.actor, entry.detail.override], ['test-manager', 'they are in a hurry']);
  assert.match(entry.detail.missing, /The need is known/);
});

test('undo of moves is exact, one after the other, and of what closed the lead', async () => {
  const l = await accepted();
  const first = l.stage;
  const second = (await does('POST', `${l.id}/stage`, { stage: 'qualify' })).stage;
  const lost = await does('POST', `${l.id}/lose`, { reason: 'price', fewAttempts: 'They signed with somebody else' });
  assert.equal(lost.stage, null);
  const open = await does('POST', `${l.id}/undo`, {});
  assert.deepEqual([open.status, open.stage], ['Active', second]);
  assert.deepEqual([open.engagement.undo.action, open.engagement.undo.stage], ['stage', 'contact']);
  const back = await does('POST', `${l.id}/undo`, { note: 'slipped' });
  assert.deepEqual(back.stage, first);
  const [entry] = entries(back, 'stage');
  assert.deepEqual([entry.detail.event, entry.detail.from.key, entry.detail.to.key, entry.detail.note], ['undo', 'qualify', 'contact', 'slipped']);
  const fresh = await does('POST', `${l.id}/undo`, {});
  assert.deepEqual([fresh.status, fresh.stage], ['New', null]);
});

test('two people at once move one lead', async () => {
  const l = await accepted();
  const seen = { headers: { 'If-Match': l.eTag } };
  const both = await Promise.all(['qualify', 'qualify'].map((stage) => ask('POST', `${l.id}/stage`, { stage }, seen)));
  assert.deepEqual(both.map((r) => r.status).sort(), [200, 412]);
  problem(await ask('PUT', `${l.id}/checklist/need`, { evidence: 'by mail' }, seen), 412, 'lead.changed');
});

test('giving up too soon asks why, and is counted until it is taken back', async () => {
  const few = async () => (await server.get('/counters?publisher=contoso')).lostAfterFewAttempts;
  const l = await accepted();
  const before = await few();
  assert.equal(l.engagement.attemptsWanted, 3);
  invalid(await ask('POST', `${l.id}/lose`, { reason: 'no-answer' }), 'fewAttempts');
  assert.equal(await few(), before);
  const lost = await does('POST', `${l.id}/lose`, { reason: 'no-answer', fewAttempts: 'The company is closed' });
  assert.equal(entries(lost, 'status')[0].detail.fewAttempts, 'The company is closed');
  assert.equal(await few(), before + 1);
  await does('POST', `${l.id}/undo`, {});
  assert.equal(await few(), before);
  for (let i = 0; i < 3; i++) await does('POST', `${l.id}/calls`, { outcome: 'no-answer' });
  await does('POST', `${l.id}/lose`, { reason: 'no-answer' });
  assert.equal(await few(), before);
});

test('nobody works on information and on tests: they have no process', async () => {
  const info = await one({ LeadSource: 'AppSource-DNC|contoso.crm', ActionCode: 'DNC' });
  const fake = await server.lead(path, publishedTestLead);
  for (const l of [info, fake]) {
    assert.deepEqual([l.stage, l.process, l.checklist], [null, null, null]);
    problem(await ask('POST', `${l.id}/stage`, { stage: 'qualify' }), 409);
    problem(await ask('PUT', `${l.id}/checklist/need`, {}), 409);
  }
});

const OWN = {
  name: '기업 영업', attempts: 5, offers: ['contoso.erp'],
  stages: [
    { key: 'first', name: '첫 상담', entry: '담당자가 정해졌습니다', exit: '다음 날짜가 정해졌습니다', targetDays: 2, gate: true },
    { key: 'proposal', targetDays: null }, { key: 'sign', name: 'Signature' },
  ],
  checklist: [{ key: 'seats', name: 'Number of seats', required: true }, { key: 'need' }],
};

test('a process of its own for an offer; leads that are there already stay where they are', async () => {
  const before = await accepted({}, other);
  const made = await process('PUT', 'contoso.enterprise', OWN);
  assert.equal(made.status, 200, made.text);
  assert.ok(made.json.version > 0);
  assert.deepEqual([made.json.id, made.json.name, made.json.attempts, made.json.offers], ['contoso.enterprise', '기업 영업', 5, ['contoso.erp']]);
  assert.deepEqual(made.json.stages.map((s) => [s.key, s.name, s.shipped, s.targetDays, s.gate]), [['first', '첫 상담', false, 2, true], ['proposal', 'Proposal', true, null, false], ['sign', 'Signature', false, null, false]]);
  assert.deepEqual(made.json.stages.map((s) => [s.entry, s.exit]), [['담당자가 정해졌습니다', '다음 날짜가 정해졌습니다'], ['The customer wants to know price and terms.', 'The customer has a proposal with price and terms.'], ['', '']]);
  assert.equal((await server.get(`/leads/${before.id}`)).process.id, 'contoso.default');
  const l = await accepted({}, other);
  assert.deepEqual([l.process.id, l.stage.key, l.stage.name, l.engagement.attemptsWanted], ['contoso.enterprise', 'first', '첫 상담', 5]);
  problem(await ask('POST', `${l.id}/stage`, { stage: 'sign' }), 409, 'lead.gate');
  await does('PUT', `${l.id}/checklist/seats`, { evidence: '200' });
  const moved = await does('POST', `${l.id}/stage`, { stage: 'sign' });
  assert.deepEqual([moved.stage.dueAt, moved.stage.overdue], [null, false]);
  // A stage in which leads stand cannot be left out.
  problem(await process('PUT', 'contoso.enterprise', { ...OWN, stages: OWN.stages.slice(0, 2) }), 409, 'process.stage-used');
  problem(await process('DELETE', 'contoso.enterprise'), 409, 'process.used');
  // What was read can be sent back, and who saw an older one is told.
  const read = await process('GET', 'contoso.enterprise');
  const { etag } = read.headers;
  assert.equal(etag, `"${made.json.version}"`);
  const again = await process('PUT', 'contoso.enterprise', read.json, { headers: { 'If-Match': etag } });
  assert.deepEqual([again.status, again.json], [200, { ...read.json, version: read.json.version + 1 }]);
  problem(await process('PUT', 'contoso.enterprise', read.json, { headers: { 'If-Match': etag } }), 412, 'process.changed');
  await does('POST', `${l.id}/lose`, { reason: 'price', fewAttempts: 'x' });
  for (const stale of [etag, '"none"']) problem(await process('DELETE', 'contoso.enterprise', undefined, { headers: { 'If-Match': stale } }), 412, 'process.changed');
  assert.equal((await process('DELETE', 'contoso.enterprise', undefined, { headers: { 'If-Match': again.headers.etag } })).status, 204);
  problem(await process('GET', 'contoso.enterprise'), 404);
  // The undo comes to a lead whose process is gone: it begins that of its offer.
  const back = await does('POST', `${l.id}/undo`, {});
  assert.deepEqual([back.process.id, back.stage.key], ['contoso.default', 'contact']);
});

test('the default one can be changed and set back; targets move the clocks of those who stand there', async () => {
  const l = await accepted();
  const shipped = (await process('GET', 'contoso.default')).json;
  const changed = structuredClone(shipped);
  changed.stages[0].targetDays = 5;
  changed.stages[1].name = 'Discovery';
  const done = await process('PUT', 'contoso.default', changed);
  assert.deepEqual([done.json.shipped, done.json.stages[1].name, done.json.stages[1].shipped, done.json.stages[2].shipped], [true, 'Discovery', false, true]);
  const { stage } = await server.get(`/leads/${l.id}`);
  assert.equal(Date.parse(stage.dueAt) - Date.parse(stage.enteredAt), 5 * 86_400_000);
  assert.equal((await process('DELETE', 'contoso.default')).status, 204);
  assert.deepEqual((await process('GET', 'contoso.default')).json, shipped);
  assert.deepEqual((await server.get(`/leads/${l.id}`)).stage, l.stage);
});

test('an item that opens on a closed lead has the name that it had in the process of the lead', async () => {
  assert.equal((await process('PUT', 'contoso.large', { ...OWN, name: 'Large' })).status, 200);
  const l = await accepted({}, other);
  const call = entries(await does('POST', `${l.id}/calls`, { outcome: 'fit' }), 'call')[0].id;
  await does('PUT', `${l.id}/checklist/seats`, { entry: call });
  await does('POST', `${l.id}/lose`, { reason: 'price', fewAttempts: 'x' });
  assert.equal((await process('PUT', 'contoso.large', { ...OWN, name: 'Large', offers: [] })).status, 200);
  const { detail } = entries(await does('DELETE', `${l.id}/contacts/${call}`), 'check')[0];
  assert.deepEqual([detail.item, detail.met, detail.name], ['seats', false, 'Number of seats']);
});

test('what is wrong with a process is said', async () => {
  const bad = async (change, field) => invalid(await process('PUT', 'contoso.bad', { ...OWN, offers: [], ...change }), field);
  await bad({ stages: [] }, 'stages');
  await bad({ stages: 'many' }, 'stages');
  await bad({ stages: [{ key: 'x' }] }, 'stages');
  await bad({ stages: [{ key: 'A b', name: 'x' }] }, 'stages');
  await bad({ stages: [{ key: 'a', name: 'x' }, { key: 'a', name: 'y' }] }, 'stages');
  await bad({ stages: [{ key: 'a', name: 'x', gate: true }, { key: 'b', name: 'y', gate: true }] }, 'stages');
  await bad({ stages: [{ key: 'a', name: 'x', targetDays: -1 }] }, 'stages');
  await bad({ stages: [{ key: 'a', name: 'x', colour: 'red' }] }, 'stages');
  await bad({ stages: Array.from({ length: 13 }, (_, i) => ({ key: `s${i}`, name: 'x' })) }, 'stages');
  await bad({ checklist: [{ key: 'z' }] }, 'checklist');
  await bad({ checklist: ['z'] }, 'checklist');
  await bad({ name: '' }, 'name');
  await bad({ attempts: -1 }, 'attempts');
  await bad({ offers: ['contoso.none'] }, 'offers');
  await bad({ offers: ['fabrikam.app'] }, 'offers');
  problem(await process('GET', 'contoso.bad'), 404);
});

test('sellers use a process, managers change it, and another publisher finds none of it', async () => {
  const l = await accepted();
  for (const token of [seller, viewer]) {
    problem(await process('PUT', 'contoso.default', OWN, { token }), 403);
    problem(await process('DELETE', 'contoso.default', undefined, { token }), 403);
    assert.equal((await process('GET', 'contoso.default', undefined, { token })).status, 200);
  }
  for (const method of ['GET', 'PUT', 'DELETE']) problem(await process(method, 'contoso.default', method === 'PUT' ? OWN : undefined, { token: stranger }), 404);
  for (const [method, route, json] of [['POST', `${l.id}/stage`, { stage: 'qualify' }], ['PUT', `${l.id}/checklist/need`, {}], ['DELETE', `${l.id}/checklist/need`]]) {
    problem(await ask(method, route, json, { token: viewer }), 403);
    problem(await ask(method, route, json, { token: stranger }), 404);
  }
});

test('by command', async () => {
  const l = await accepted();
  await server.ok('lead', 'check', l.id, 'need', '--evidence', 'by phone');
  await server.ok('lead', 'uncheck', l.id, 'need');
  const [said] = entries(await does('POST', `${l.id}/notes`, { text: 'by mail' }), 'note');
  assert.equal((await server.cli(['lead', 'check', l.id, 'need'])).code, 1);
  await server.ok('lead', 'check', l.id, 'need', '--entry', said.id);
  await server.ok('lead', 'uncheck', l.id, 'need');
  const moved = JSON.parse(await server.ok('lead', 'move', l.id, 'proposal', '--override', '--reason', 'known for years', '--json'));
  assert.deepEqual([moved.stage.key, moved.checklist[0].met], ['proposal', false]);
  assert.match(await server.ok('process', 'list'), /contoso\.default/);
  const shown = JSON.parse(await server.ok('process', 'show', 'contoso.default', '--json'));
  const set = await server.cli(['process', 'set', 'contoso.files', '-'], { input: JSON.stringify({ ...shown, name: 'By file' }, null, 2) });
  assert.equal(set.code, 0, set.stderr);
  assert.equal((await server.get('/processes/contoso.files')).name, 'By file');
  await server.ok('process', 'remove', 'contoso.files');
  problem(await process('GET', 'contoso.files'), 404);
});
