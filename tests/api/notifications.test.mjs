// What the clock tells people: a warning, a breach, the chain behind it, what was handed over, what is due; each once.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { partly, problem, uuid7 } from '../lib/asserts.mjs';
import { lead, person, publishedTestLead } from '../lib/leads.mjs';
import { Person } from '../lib/people.mjs';
import { bytes, query } from '../lib/store.mjs';
import { EventStream } from '../lib/sse.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
await server.offer('fabrikam.app');
const contoso = { publisher: 'contoso' };
const kim = await Person.make(server, 'kim@contoso.example', 'seller', contoso);
const lee = await Person.make(server, 'lee@contoso.example', 'seller', contoso);
const boss = await Person.make(server, 'boss@contoso.example', 'manager', contoso);
const chief = await Person.make(server, 'chief@contoso.example', 'admin', contoso);
const stranger = await Person.make(server, 'ann@fabrikam.example', 'manager', { publisher: 'fabrikam' });
const all = [kim, lee, boss, chief, stranger];
const MINUTE = 60_000, HOUR = 60 * MINUTE;
const [WARNING, BREACHED, ESCALATED] = ['warning', 'breached', 'escalated'].map((k) => `first-response-${k}`);

const id = (l) => bytes(server.site.db, l.id.replaceAll('-', ''));
// The lead came so long ago that its response is due in so many ms.
async function due(l, inMs) {
  const at = Date.now() + inMs, db = server.site.db;
  await query(db, `UPDATE lead SET received_at = ${at - 24 * HOUR}, due_at = ${at}, due_sort = CASE WHEN due_sort < 4102444800000 THEN ${at} ELSE due_sort END WHERE lead_id = ${id(l)}`);
  await query(db, `UPDATE lead_watch SET due_at = ${at} WHERE lead_id = ${id(l)}`);
}
const seen = (who, l, kinds) => until(async () => {
  const got = await who.kinds(l);
  return kinds.every((k) => got.includes(k));
}, { timeout: 30_000, what: async () => `${who.email} is told ${kinds}` });
const make = async (owner) => {
  const l = await server.lead(path, lead());
  if (owner) await owner.does(200, 'POST', `/leads/${l.id}/owner`, { owner: 'me' });
  return l;
};
// A tick has gone by since: what is due behind everything else was told.
async function tick() {
  const last = await make(kim);
  await due(last, 3 * HOUR);
  await seen(kim, last, [WARNING]);
}
const HANDED = 'lead-handed-over';
const told = async (l) => Object.fromEntries((await Promise.all(all.map(async (who) => [who.email.split('@')[0], await who.kinds(l)]))).filter(([, kinds]) => kinds.length));

test('a warning goes to the owner alone, four hours before, once', async () => {
  const early = await make(kim), l = await make(kim);
  await due(early, 4 * HOUR + 5 * MINUTE);
  await due(l, 4 * HOUR - 5 * MINUTE);
  await seen(kim, l, [WARNING]);
  await tick();
  await tick();
  assert.deepEqual([await told(l), await told(early)], [{ kim: [WARNING] }, {}]);
  const [n] = await kim.told(l);
  assert.match(n.id, uuid7);
  partly(n, { publisher: 'contoso', readAt: null, overAt: null, mailedAt: null, task: null, lead: { id: l.id, status: 'New', respondedAt: null } });
});

test('a breach goes to owner and managers, four hours later to the managers, a day later to the admins', async () => {
  const l = await make(kim);
  await due(l, 3 * HOUR);
  await seen(kim, l, [WARNING]);
  await due(l, -MINUTE);
  await seen(boss, l, [BREACHED]);
  assert.deepEqual(await told(l), { kim: [BREACHED, WARNING], boss: [BREACHED] });
  await due(l, -5 * HOUR);
  await seen(boss, l, [ESCALATED]);
  await due(l, -25 * HOUR);
  await seen(chief, l, [ESCALATED]);
  await tick();
  assert.deepEqual(await told(l), { kim: [BREACHED, WARNING], boss: [ESCALATED, BREACHED], chief: [ESCALATED] });
});

test('what comes to light late is told each person once, as what it is by now', async () => {
  const l = await make(kim);
  await due(l, -30 * HOUR);
  await seen(chief, l, [ESCALATED]);
  assert.deepEqual(await told(l), { kim: [BREACHED], boss: [ESCALATED], chief: [ESCALATED] });
});

test('a lead that nobody owns is the managers\'; it is no matter any more when somebody takes it', async () => {
  const l = await make();
  await due(l, 2 * HOUR);
  await seen(boss, l, ['ownerless']);
  assert.deepEqual(await told(l), { boss: ['ownerless'] });
  await lee.does(200, 'POST', `/leads/${l.id}/accept`, {});
  const [n] = await boss.told(l);
  assert.ok(n.overAt);
  assert.deepEqual(await boss.told(l, 'unread'), []);
  assert.deepEqual(await lee.told(l), [], 'who takes a lead is not told so');
});

test('who is handed a lead is told why, in the words of its timeline', async () => {
  const l = await make();
  await server.expect(200, 'POST', `/leads/${l.id}/owner`, { json: { owner: kim.id, why: 'She speaks Korean' } });
  assert.deepEqual((await kim.told(l)).map((n) => [n.kind, n.why]), [['lead-assigned', 'She speaks Korean']]);
  const done = await server.expect(200, 'POST', '/leads/bulk', { json: { action: 'owner', owner: lee.id, note: 'Kim is away', ids: [l.id] } });
  assert.equal(done.done, 1);
  assert.deepEqual((await lee.told(l)).map((n) => n.why), ['Kim is away']);
  const other = await make();
  await server.expect(200, 'POST', `/leads/${other.id}/owner`, { json: { owner: kim.id } });
  assert.equal((await kim.told(other))[0].why, null);
});

test('an owner who is gone is none', async () => {
  const gone = await Person.make(server, 'gone@contoso.example', 'seller', contoso);
  const l = await make(gone);
  await server.expect(200, 'PATCH', `/users/${gone.id}`, { json: { active: false, heir: 'nobody' } });
  await due(l, 2 * HOUR);
  await seen(boss, l, ['ownerless']);
});

const away = (who, until) => boss.does(204, 'POST', '/absences', { account: who.email, ...(until ? { until: new Date(Date.now() + until).toISOString() } : {}) });

test('while an owner is away the managers are warned beside them, and not any more when they are back', async () => {
  await away(kim, HOUR);
  const l = await make(kim);
  await due(l, 2 * HOUR);
  await seen(boss, l, [WARNING]);
  assert.deepEqual(await told(l), { kim: [WARNING], boss: [WARNING] });
  await away(kim);
  const other = await make(kim);
  await due(other, 2 * HOUR);
  await seen(kim, other, [WARNING]);
  await tick();
  assert.deepEqual(await told(other), { kim: [WARNING] });
});

test('while an owner is away it is their team that is warned, those of it who are there; else the managers', async () => {
  const [ann, ben, cid] = await Promise.all(['ann', 'ben', 'cid'].map((n) => Person.make(server, `${n}@contoso.example`, 'seller', contoso)));
  all.push(ann, ben, cid);
  await server.expect(201, 'POST', '/teams', { json: { publisher: 'contoso', name: 'North', members: [ann.email, ben.email, cid.email] } });
  const one = await make(ann), two = await make(ann);
  await away(ann, HOUR);
  await away(cid, HOUR);
  await due(one, 2 * HOUR);
  await seen(ben, one, [WARNING]);
  assert.deepEqual(await told(one), { ann: [WARNING], ben: [WARNING] });
  await away(ben, HOUR);
  await due(two, 2 * HOUR);
  await seen(boss, two, [WARNING]);
  assert.deepEqual(await told(two), { ann: [WARNING], boss: [WARNING] });
  await boss.does(200, 'POST', `/leads/${two.id}/tasks`, { kind: 'call', text: 'Call', dueAt: new Date(Date.now() - MINUTE).toISOString() });
  await seen(boss, two, ['task-due']);
  assert.deepEqual((await told(two)).ann, ['task-due', WARNING]);
  for (const who of [ann, ben, cid]) await away(who);
});

test('a task is told of before its lead is closed, not behind it; what was told of it is over', async () => {
  const [l, closed] = [await make(kim), await make(kim)];
  const task = (x) => boss.does(200, 'POST', `/leads/${x.id}/tasks`, { kind: 'call', text: 'Call', dueAt: new Date(Date.now() + 200).toISOString() });
  await task(l);
  await seen(kim, l, ['task-due']);
  await kim.does(200, 'POST', `/leads/${l.id}/decline`, { reason: 'not-a-fit' });
  assert.ok((await kim.told(l))[0].overAt);
  await boss.does(200, 'POST', `/leads/${closed.id}/tasks`, { kind: 'call', text: 'Call', dueAt: new Date(Date.now() + 24 * HOUR).toISOString() });
  await kim.does(200, 'POST', `/leads/${closed.id}/decline`, { reason: 'not-a-fit' });
  await query(server.site.db, `UPDATE task SET due_at = 1000 WHERE lead_id = ${id(closed)}`);
  await tick();
  assert.deepEqual(await kim.kinds(closed), []);
  await kim.does(200, 'POST', `/leads/${closed.id}/undo`, {});
  await seen(kim, closed, ['task-due']);
});

test('a response just before it is due: no breach, and the warning is no matter any more', async () => {
  const l = await make(kim);
  await due(l, 3 * HOUR);
  await seen(kim, l, [WARNING]);
  await due(l, 3000);
  await kim.does(200, 'POST', `/leads/${l.id}/calls`, { outcome: 'fit' });
  await due(l, -HOUR);
  await tick();
  assert.deepEqual(await told(l), { kim: [WARNING] });
  assert.ok((await kim.told(l))[0].overAt);
});

test('a lead that is handed over tells its new owner; reassigned between warning and breach, the breach is theirs', async () => {
  const l = await make(kim);
  await due(l, 3 * HOUR);
  await seen(kim, l, [WARNING]);
  await boss.does(200, 'POST', `/leads/${l.id}/owner`, { owner: lee.email, why: 'Kim is away' });
  assert.deepEqual(await told(l), { kim: [HANDED, WARNING], lee: ['lead-assigned'] });
  await due(l, -MINUTE);
  await seen(lee, l, [BREACHED]);
  assert.deepEqual(await told(l), { kim: [HANDED, WARNING], lee: [BREACHED, 'lead-assigned'], boss: [BREACHED] });
  await boss.does(200, 'POST', `/leads/${l.id}/owner`, { owner: kim.email });
  await boss.does(200, 'POST', `/leads/${l.id}/owner`, { owner: lee.email });
  assert.deepEqual((await lee.kinds(l)).filter((k) => k === 'lead-assigned').length, 2, 'each handing over is one');
  assert.deepEqual((await lee.told(l, 'unread')).filter((n) => n.kind === 'lead-assigned').length, 1, 'the last one matters');
  assert.deepEqual((await kim.told(l, 'unread')).filter((n) => n.kind === 'lead-assigned').length, 0);
  await boss.does(200, 'POST', `/leads/${l.id}/owner`, { owner: '' });
  assert.deepEqual((await lee.told(l, 'unread')).filter((n) => n.kind === 'lead-assigned').length, 0);
});

test('whose lead was handed over is told, with why, until it is theirs again; who gave it away is not', async () => {
  const l = await make(kim), handed = async (who, state) => (await who.told(l, state)).filter((n) => n.kind === HANDED);
  const owner = (who, body) => who.does(200, 'POST', `/leads/${l.id}/owner`, body);
  await owner(lee, { owner: 'me', why: 'I know them' });
  assert.deepEqual((await handed(kim, 'unread')).map((n) => n.why), ['I know them']);
  assert.deepEqual(await handed(lee), [], 'who takes one needs no telling');
  await owner(boss, { owner: kim.email });
  assert.deepEqual([(await handed(kim, 'unread')).length, (await handed(lee, 'unread')).length], [0, 1], 'what is theirs again is no news');
  assert.ok((await handed(kim))[0].overAt);
  await owner(kim, { owner: '' });
  assert.equal((await handed(kim)).length, 1, 'who gives it back themselves knows');
  await owner(kim, { owner: 'me' });
  await owner(boss, { owner: '' });
  assert.deepEqual([(await handed(kim, 'unread')).length, (await handed(boss)).length], [1, 0], 'nobody\'s, by another one');
  await kim.does(200, 'POST', `/leads/${l.id}/accept`, {});
  await boss.does(200, 'POST', `/leads/${l.id}/undo`, { note: 'of another market' });
  assert.deepEqual((await handed(kim, 'unread')).map((n) => n.why), ['of another market'], 'an accept that somebody else took back, with why');
  const settings = { mail: true, quietHours: true };
  partly(await kim.does(200, 'PUT', '/notifications/settings', { ...settings, mutedKinds: [HANDED] }), { mutedKinds: [HANDED] });
  await kim.does(200, 'PUT', '/notifications/settings', { ...settings, mutedKinds: [] });
});

test('received twice: a second touch does not start the clock again', async () => {
  const who = person();
  const l = await server.lead(path, lead({}, who));
  await kim.does(200, 'POST', `/leads/${l.id}/owner`, { owner: 'me' });
  await due(l, 3 * HOUR);
  await seen(kim, l, [WARNING]);
  const again = await server.lead(path, lead({ Description: 'Are you there?' }, who));
  assert.deepEqual([again.id, again.touchCount ?? again.touches], [l.id, 2]);
  await tick();
  assert.deepEqual(await told(l), { kim: [WARNING] });
  const [row] = (await query(server.site.db, `SELECT step FROM lead_watch WHERE lead_id = ${id(l)}`)).trim().split('\n');
  assert.equal(row, '1');
});

test('a response before assignment: nothing is told of the clock, before or after', async () => {
  const l = await make();
  await lee.does(200, 'POST', `/leads/${l.id}/calls`, { outcome: 'unsure' });
  await due(l, -HOUR);
  await boss.does(200, 'POST', `/leads/${l.id}/owner`, { owner: kim.email });
  await tick();
  assert.deepEqual(await told(l), { kim: ['lead-assigned'] });
});

test('a mail that bounced is no response, nor a note of one, nor is a task that says it was sent, nor a call that nobody took', async () => {
  const l = await make(kim);
  await kim.does(200, 'POST', `/leads/${l.id}/notes`, { text: 'Mail bounced: mailbox unavailable' });
  const { tasks: [task] } = await kim.does(200, 'POST', `/leads/${l.id}/tasks`, { kind: 'mail', text: 'Write', dueAt: new Date(Date.now() + HOUR).toISOString() });
  await kim.does(200, 'POST', `/tasks/${task.id}/done`, { note: 'undeliverable' });
  const sent = await kim.does(200, 'POST', `/leads/${l.id}/mails`, { text: 'Hello' });
  await kim.does(200, 'POST', `/leads/${l.id}/mails/${sent.timeline.find((t) => t.type === 'mail').id}/bounced`);
  await kim.does(200, 'POST', `/leads/${l.id}/calls`, { outcome: 'no-answer' });
  await due(l, -MINUTE);
  await seen(kim, l, [BREACHED]);
});

const unread = async (who, l) => (await who.does(200, 'GET', '/notifications?state=unread&limit=500')).items.filter((n) => n.lead.id === l.id).map((n) => n.kind).sort();

test('what has no clock is told nothing: information only, tests of the marketplace', async () => {
  const info = await server.lead(path, lead({ LeadSource: 'AppSource-DNC', ActionCode: 'DNC' }));
  const { leads: [trial] } = await server.take(path, publishedTestLead);
  for (const l of [info, { id: trial }]) {
    await due(l, -HOUR);
    assert.equal((await query(server.site.db, `SELECT count(*) FROM lead_watch WHERE lead_id = ${id(l)}`)).trim(), '0');
  }
  await tick();
  assert.deepEqual([await told(info), await told({ id: trial })], [{}, {}]);
});

// The trial began so long ago that its window ends in so many ms.
async function warm(l, inMs) {
  const at = Date.now() + inMs, db = server.site.db;
  await query(db, `UPDATE lead SET warm_until = ${at} WHERE lead_id = ${id(l)}`);
  await query(db, `UPDATE lead_watch SET warm_at = ${at - 15 * MINUTE} WHERE lead_id = ${id(l)}`);
}
const trial = async (owner) => {
  const l = await server.lead(path, lead({ LeadSource: 'AzureMarketplace-StartTestDrive|contoso.crm', ActionCode: 'StartTestDrive' }));
  if (owner) await owner.does(200, 'POST', `/leads/${l.id}/owner`, { owner: 'me' });
  return l;
};
const warmAt = async (l) => (await query(server.site.db, `SELECT COALESCE(warm_at, 0) FROM lead_watch WHERE lead_id = ${id(l)}`)).trim();

test('a trial: its owner is told a quarter of an hour before it goes cold, and when it has without an answer; each once', async () => {
  const early = await trial(kim), l = await trial(kim);
  assert.equal(early.kind, 'trial');
  assert.equal(await warmAt(l), String(Date.parse(l.warmUntil) - 15 * MINUTE), 'from the moment it came');
  await warm(early, 20 * MINUTE);
  await warm(l, 10 * MINUTE);
  await seen(kim, l, ['warm-ending']);
  await tick();
  assert.deepEqual([await told(l), await told(early)], [{ kim: ['warm-ending'] }, {}]);
  const [n] = await kim.told(l);
  assert.deepEqual([Date.parse(n.lead.warmUntil) > Date.now(), n.overAt], [true, null]);
  await query(server.site.db, `UPDATE lead SET warm_until = ${Date.now() - MINUTE} WHERE lead_id = ${id(l)}`);
  await query(server.site.db, `UPDATE lead_watch SET warm_at = ${Date.now() - MINUTE} WHERE lead_id = ${id(l)}`);
  await seen(kim, l, ['warm-ended']);
  await tick();
  assert.deepEqual(await told(l), { kim: ['warm-ended', 'warm-ending'] });
  assert.deepEqual([await unread(kim, l), await warmAt(l)], [['warm-ended'], '0'], 'what it was before is no matter any more, and nothing more is told');
  await kim.does(200, 'POST', `/leads/${l.id}/calls`, { outcome: 'fit' });
  assert.deepEqual(await unread(kim, l), [], 'an answer ends it');
});

test('a trial that nobody owns is the managers\'; answered or closed in time, nobody hears of it; long past, of the end alone', async () => {
  const nobodys = await trial(), answered = await trial(kim), closed = await trial(kim), late = await trial(kim), breached = await trial(kim);
  await kim.does(200, 'POST', `/leads/${answered.id}/calls`, { outcome: 'unsure' });
  await kim.does(200, 'POST', `/leads/${closed.id}/decline`, { reason: 'not-a-fit' });
  for (const l of [nobodys, answered, closed]) await warm(l, 5 * MINUTE);
  await warm(late, -HOUR);
  await due(breached, -MINUTE);
  await warm(breached, -23 * HOUR);
  await seen(boss, nobodys, ['warm-ending']);
  await seen(kim, late, ['warm-ended']);
  await seen(kim, breached, [BREACHED]);
  await tick();
  const clock = async (l) => Object.values(await told(l)).flat().filter((k) => k !== 'lead-assigned');
  assert.deepEqual([await told(nobodys), await told(late), await clock(answered), await clock(closed), await told(breached)],
    [{ boss: ['warm-ending'] }, { kim: ['warm-ended'] }, [], [], { kim: [BREACHED], boss: [BREACHED] }]);
});

test('an undone close of a trial that is warm still lets its window go on, and tells nothing twice', async () => {
  const l = await trial(kim);
  await warm(l, 5 * MINUTE);
  await seen(kim, l, ['warm-ending']);
  await kim.does(200, 'POST', `/leads/${l.id}/decline`, { reason: 'not-a-fit' });
  assert.deepEqual(await unread(kim, l), []);
  await kim.does(200, 'POST', `/leads/${l.id}/undo`, {});
  await tick();
  assert.deepEqual(await told(l), { kim: ['warm-ending'] });
  assert.notEqual(await warmAt(l), '0', 'that it ends is still to be told');
});

test('no other kind of lead is warm', async () => {
  const info = await server.lead(path, lead({ LeadSource: 'AppSource-DNC', ActionCode: 'DNC' })), plain = await make(kim);
  await query(server.site.db, `UPDATE lead SET warm_until = ${Date.now() - MINUTE} WHERE lead_id IN (${id(info)}, ${id(plain)})`);
  assert.deepEqual([await warmAt(info), await warmAt(plain)], ['', '0'], 'no clock at all; a clock without a window');
  await tick();
  assert.deepEqual([await told(info), await told(plain)], [{}, {}]);
});

test('closing stops the clock, taking it back lets it go on, and tells nothing a second time', async () => {
  const l = await make(kim);
  await due(l, 3 * HOUR);
  await seen(kim, l, [WARNING]);
  await kim.does(200, 'POST', `/leads/${l.id}/decline`, { reason: 'not-a-fit' });
  await due(l, -MINUTE);
  await tick();
  assert.deepEqual(await told(l), { kim: [WARNING] });
  await kim.does(200, 'POST', `/leads/${l.id}/undo`, {});
  await seen(kim, l, [BREACHED]);
  assert.deepEqual(await told(l), { kim: [BREACHED, WARNING], boss: [BREACHED] });
  await kim.does(200, 'POST', `/leads/${l.id}/decline`, { reason: 'not-a-fit' });
  assert.deepEqual(await unread(kim, l), []);
  await kim.does(200, 'POST', `/leads/${l.id}/undo`, {});
  assert.deepEqual(await unread(kim, l), [BREACHED, WARNING], 'what was told before matters again');
});

test('a task that is due is told its owner, once for each time; done, it is no matter any more', async () => {
  const l = await make(kim);
  const past = (n) => new Date(Date.now() - n * MINUTE).toISOString();
  const { tasks: [task] } = await kim.does(200, 'POST', `/leads/${l.id}/tasks`, { kind: 'call', text: 'Call again', dueAt: past(5) });
  const later = await kim.does(200, 'POST', `/leads/${l.id}/tasks`, { kind: 'call', text: 'Later', dueAt: new Date(Date.now() + HOUR).toISOString() });
  await seen(kim, l, ['task-due']);
  await tick();
  partly((await kim.told(l))[0], { task: { id: task.id, text: 'Call again' } });
  assert.equal((await kim.told(l)).length, 1);
  await kim.does(200, 'PATCH', `/tasks/${task.id}`, { dueAt: past(1) });
  await until(async () => (await kim.told(l)).length === 2, { timeout: 30_000, what: 'the new time is told' });
  assert.equal((await kim.told(l, 'unread')).length, 1, 'the old one is no matter');
  await boss.does(200, 'POST', `/leads/${l.id}/owner`, { owner: lee.email });
  await kim.does(200, 'PATCH', `/tasks/${task.id}`, { owner: lee.email });
  await seen(lee, l, ['task-due']);
  assert.deepEqual(await kim.kinds(l, 'unread'), [HANDED], 'it went with the lead');
  await lee.does(200, 'POST', `/tasks/${task.id}/done`, {});
  assert.deepEqual((await lee.told(l, 'unread')).map((n) => n.kind), ['lead-assigned']);
  assert.equal(later.tasks.length, 2);
});

test('a task that is reopened, and one that comes back to whom it was, is told again', async () => {
  const l = await make(kim);
  const dueAt = new Date(Date.now() - 5 * MINUTE).toISOString();
  const { tasks: [task] } = await kim.does(200, 'POST', `/leads/${l.id}/tasks`, { kind: 'call', text: 'Call', dueAt });
  const due = (who) => until(async () => (await unread(who, l)).includes('task-due'), { timeout: 30_000, what: `${who.email} is told` });
  await due(kim);
  await kim.does(200, 'POST', `/notifications/${(await kim.told(l))[0].id}/read`);
  await kim.does(200, 'POST', `/tasks/${task.id}/done`, {});
  assert.ok((await kim.told(l))[0].overAt);
  await kim.does(200, 'POST', `/tasks/${task.id}/reopen`, {});
  await due(kim);
  partly((await kim.told(l))[0], { readAt: null, overAt: null, task: { id: task.id } });
  await kim.does(200, 'PATCH', `/tasks/${task.id}`, { owner: lee.email });
  await due(lee);
  assert.deepEqual(await unread(kim, l), []);
  await kim.does(200, 'PATCH', `/tasks/${task.id}`, { owner: kim.email });
  await due(kim);
  assert.deepEqual([await unread(lee, l), (await kim.told(l)).length], [[], 1]);
});

test('a due task that is nobody\'s falls to whoever has the lead, and back to the managers', async () => {
  const l = await make();
  await boss.does(200, 'POST', `/leads/${l.id}/tasks`, { kind: 'call', text: 'Call', owner: '', dueAt: new Date(Date.now() - 5 * MINUTE).toISOString() });
  const due = (who) => until(async () => (await unread(who, l)).includes('task-due'), { timeout: 30_000, what: `${who.email} is told` });
  await due(boss);
  await lee.does(200, 'POST', `/leads/${l.id}/owner`, { owner: 'me' });
  await due(lee);
  assert.deepEqual(await unread(boss, l), [], 'somebody has it now');
  await lee.does(200, 'POST', `/leads/${l.id}/owner`, { owner: '' });
  await due(boss);
  assert.deepEqual(await unread(lee, l), [], 'who gave it back has it no more');
});

test('read one, read all up to the newest that was seen; what is open says so live', async () => {
  const a = await make(boss), b = await make(boss);
  await chief.does(200, 'POST', `/leads/${a.id}/owner`, { owner: lee.email });
  const events = await EventStream.open(server.url('/api/v1/events'), lee.headers);
  await chief.does(200, 'POST', `/leads/${b.id}/owner`, { owner: lee.email });
  await until(() => events.events.some((x) => x.event === 'notification' && x.data.includes(`"id":"${lee.id}"`) && x.data.includes('lead-assigned')), { what: 'the event' });
  events.close();
  const before = (await lee.get('/notifications')).unread;
  const [of] = await lee.told(a);
  assert.equal((await lee.does(200, 'POST', `/notifications/${of.id}/read`)).unread, before - 1);
  assert.equal((await lee.does(200, 'POST', `/notifications/${of.id}/read`)).unread, before - 1, 'twice is once');
  assert.ok((await lee.told(a))[0].readAt);
  problem(await kim.api('POST', `/notifications/${of.id}/read`), 404);
  const [newest] = await lee.told(b);
  const c = await make(boss);
  await chief.does(200, 'POST', `/leads/${c.id}/owner`, { owner: lee.email });
  assert.equal((await lee.does(200, 'POST', '/notifications/read', { until: newest.id })).unread, 1);
  assert.deepEqual((await lee.get('/notifications')).items.map((n) => n.lead.id), [c.id]);
  assert.equal((await lee.does(200, 'POST', '/notifications/read', {})).unread, 0);
});

test('the list goes by pages, by kind, and shows each their own alone', async () => {
  const { items: whole, unread } = await kim.get('/notifications?state=all&limit=500');
  assert.ok(whole.length > 4 && unread <= whole.length);
  const got = [];
  for (let after = ''; after !== null;) {
    const page = await kim.get(`/notifications?state=all&limit=2${after && `&after=${after}`}`);
    got.push(...page.items);
    after = page.next;
  }
  assert.deepEqual(got.map((n) => n.id), whole.map((n) => n.id));
  const { items } = await kim.get(`/notifications?state=all&kind=${WARNING}&limit=500`);
  assert.deepEqual(items.map((n) => n.id), whole.filter((n) => n.kind === WARNING).map((n) => n.id));
  assert.deepEqual((await stranger.get('/notifications?state=all')).items, []);
  problem(await stranger.api('GET', '/notifications?publisher=contoso'), 404);
  problem(await kim.api('GET', '/notifications?kind=weather'), 422);
  problem(await kim.api('GET', '/notifications?after=x'), 422);
  const token = await server.token('seller', 'contoso');
  assert.deepEqual((await server.get('/notifications?state=all', { token })).items, [], 'a token is nobody');
  problem(await server.api('GET', '/notifications/settings', { token }), 400, 'notifications.me');
});

test('nobody is told of a lead that is out of their reach, in the list, by mail or on the stream', async () => {
  const aside = await Person.make(server, 'aside@contoso.example', 'manager', contoso);
  const half = await Person.make(server, 'half@contoso.example', 'seller', contoso);
  const reach = (who, kind) => server.expect(200, 'PATCH', `/users/${who.id}`, { json: { reach: kind } });
  await reach(aside, 'own');
  await reach(half, 'own');
  const l = await make(boss);
  await boss.does(200, 'POST', `/leads/${l.id}/owner`, { owner: half.email });
  await due(l, -MINUTE);
  await seen(boss, l, [BREACHED]);
  assert.deepEqual([await half.kinds(l), await aside.kinds(l)], [[BREACHED, 'lead-assigned'], []]);
  const theirs = await EventStream.open(server.url('/api/v1/events'), half.headers);
  const b = await make(boss);
  await boss.does(200, 'POST', `/leads/${b.id}/owner`, { owner: half.email });
  await theirs.next((x) => x.event === 'notification' && x.json.id === half.id);
  theirs.close();
  assert.deepEqual(await half.kinds(b), ['lead-assigned']);
  const before = (await half.get('/notifications')).unread;
  await boss.does(200, 'POST', `/leads/${l.id}/owner`, { owner: kim.email });
  assert.deepEqual([await half.kinds(l), (await half.get('/notifications')).unread], [[], before - 2]);
});
