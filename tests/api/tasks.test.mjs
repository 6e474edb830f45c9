// Promises: tasks and meetings of a lead, what is due, what is proposed, and invitations for other calendars.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid, nobody, partly, problem, uuid7 } from '../lib/asserts.mjs';
import { lead, publishedTestLead } from '../lib/leads.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
const other = await server.offer('fabrikam.app');
const seller = await server.token('seller', 'contoso');
const viewer = await server.token('viewer', 'contoso');
const stranger = await server.token('manager', 'fabrikam');
const KIM = 'kim@contoso.example', LEE = 'lee@contoso.example';
const kim = await server.ok('user', 'add', KIM, '--role', 'seller', '--publisher', 'contoso');
await server.ok('user', 'add', LEE, '--role', 'seller', '--publisher', 'contoso', '--name', 'Lee, "the" Ünïque');
const DAY = 86_400_000;
const inDays = (n) => new Date(Math.floor(Date.now() / 1000) * 1000 + n * DAY).toISOString();
const ask = (method, route, json, token = seller) => server.api(method, route, { token, json });
const does = async (method, route, json, token) => {
  const answer = await ask(method, route, json, token);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
const promise = (l, more) => does('POST', `/leads/${l.id}/tasks`, { kind: 'call', text: 'Call again', dueAt: inDays(1), ...more });
const told = (l) => l.timeline.filter((t) => t.type === 'task').map((t) => t.detail);

test('a lead without a next step is told one, which goes by what was tried', async () => {
  let l = await server.lead(path, lead());
  assert.deepEqual([l.tasks, l.proposal.reason, l.proposal.kind], [[], 'first', 'call']);
  l = await does('POST', `/leads/${l.id}/calls`, { outcome: 'no-answer' });
  assert.equal(l.proposal.reason, 'again', 'nobody gives up after the first try');
  assert.ok(Date.parse(l.proposal.dueAt) > Date.now() + DAY - 60_000);
  l = await does('POST', `/leads/${l.id}/calls`, { outcome: 'fit' });
  assert.equal(l.proposal.reason, 'go-on');
  await does('POST', `/leads/${l.id}/calls`, { outcome: 'unsure' });
  await does('POST', `/leads/${l.id}/accept`, {});
  l = await does('POST', `/leads/${l.id}/lose`, { reason: 'timing' });
  assert.deepEqual([l.proposal.reason, l.proposal.kind], ['check-in', 'mail']);
  const { kind, text, dueAt } = l.proposal;
  l = await promise(l, { kind, text, dueAt });
  assert.equal(l.proposal, null);
  partly(l.tasks[0], { kind: 'mail', overdue: false, outcome: null, doneAt: null, endsAt: null, place: null });
  const declined = await does('POST', `/leads/${(await server.lead(path, lead())).id}/decline`, { reason: 'not-a-fit' });
  assert.equal(declined.proposal, null);
});

test('a proposal is in working time', async () => {
  const calendar = await server.expect(201, 'POST', '/calendars', { json: { publisher: 'contoso', name: 'Seldom', timeZone: 'UTC', hours: ['wed 10:00-11:00'] } });
  const { proposal } = await server.lead(path, lead());
  const at = new Date(proposal.dueAt);
  assert.equal(at.getUTCDay(), 3);
  assert.ok(at.getUTCHours() === 10, proposal.dueAt);
  await server.expect(204, 'DELETE', `/calendars/${calendar.id}`);
});

test('a task is set, changed and done, and each is in the timeline', async () => {
  let l = await promise(await server.lead(path, lead()), { owner: KIM, text: 'Send the offer', kind: 'mail' });
  const [task] = l.tasks;
  assert.match(task.id, uuid7);
  partly(task, { owner: { id: kim, email: KIM }, lead: { id: l.id }, text: 'Send the offer' });
  assert.equal(l.firstResponse.respondedAt, null);
  const due = inDays(3);
  l = await does('PATCH', `/tasks/${task.id}`, { dueAt: due, owner: LEE });
  partly(l.tasks[0], { dueAt: due, owner: { email: LEE }, text: 'Send the offer' });
  l = await does('POST', `/tasks/${task.id}/done`, { note: 'sent' });
  assert.deepEqual(l.tasks, []);
  assert.deepEqual(told(l).map((d) => d.event), ['done', 'changed', 'set']);
  partly(told(l)[0], { note: 'sent', task: task.id, kind: 'mail' });
  partly(told(l)[1], { was: { owner: KIM, dueAt: task.dueAt }, owner: LEE, dueAt: due });
  assert.equal(l.firstResponse.respondedAt, null, 'a status is no answer');
  partly(await server.get(`/tasks/${task.id}`), { outcome: 'done' });
  problem(await ask('POST', `/tasks/${task.id}/done`, {}), 409, 'task.done');
  problem(await ask('PATCH', `/tasks/${task.id}`, { text: 'no' }), 409, 'task.done');
});

test('a meeting that was held is a first response, one that is scheduled, missed or dropped is none', async () => {
  const meeting = { kind: 'meeting', text: 'Demo', place: 'Teams' };
  let l = await promise(await server.lead(path, lead()), { ...meeting, dueAt: inDays(2) });
  const [first] = l.tasks;
  assert.equal(Date.parse(first.endsAt) - Date.parse(first.dueAt), 30 * 60_000);
  assert.equal(l.firstResponse.respondedAt, null, 'only agreed on');
  problem(await ask('POST', `/tasks/${first.id}/done`, {}), 409, 'task.early');
  l = await does('PATCH', `/tasks/${first.id}`, { dueAt: inDays(-1) });
  assert.equal(Date.parse(l.tasks[0].endsAt) - Date.parse(l.tasks[0].dueAt), 30 * 60_000, 'moved, as long as it was');
  assert.equal(l.tasks[0].overdue, true);
  l = await does('POST', `/tasks/${first.id}/done`, { outcome: 'missed' });
  assert.deepEqual([l.firstResponse.respondedAt, l.engagement.attempts, l.engagement.reached], [null, 1, 0]);
  l = await promise(l, { ...meeting, dueAt: inDays(-1) });
  l = await does('POST', `/tasks/${l.tasks[0].id}/done`, { outcome: 'dropped' });
  assert.deepEqual([l.firstResponse.respondedAt, l.engagement.attempts], [null, 1]);
  l = await promise(l, { ...meeting, dueAt: inDays(-1) });
  l = await does('POST', `/tasks/${l.tasks[0].id}/done`, { outcome: 'done' });
  assert.ok(l.firstResponse.respondedAt);
  assert.deepEqual([l.engagement.attempts, l.engagement.reached], [2, 1]);
});

test('what was to be done is over with the lead, whoever closes it, and comes back when that is taken back', async () => {
  const closes = { decline: { reason: 'not-a-fit' }, win: {}, lose: { reason: 'price', fewAttempts: 'they wrote so' } };
  for (const [how, body] of Object.entries(closes)) {
    let l = await server.lead(path, lead());
    if (how !== 'decline') await does('POST', `/leads/${l.id}/accept`, {});
    await promise(l, { text: `Call ${how}`, dueAt: inDays(-1), owner: KIM });
    await promise(l, { kind: 'meeting', text: `Meet ${how}`, dueAt: inDays(2), owner: KIM });
    l = await promise(l, { text: `Over ${how}` });
    await does('POST', `/tasks/${l.tasks.find((t) => t.text.startsWith('Over')).id}/done`, { outcome: 'dropped' });
    const open = l.tasks.filter((t) => !t.text.startsWith('Over'));
    l = await does('POST', `/leads/${l.id}/${how}`, body);
    assert.deepEqual(l.tasks, [], how);
    assert.deepEqual(told(l).slice(0, 2).map((d) => [d.event, d.text]).sort(), [['closed', `Call ${how}`], ['closed', `Meet ${how}`]]);
    for (const t of open) partly(await server.get(`/tasks/${t.id}`), { outcome: 'closed' });
    const today = (await server.get('/tasks?limit=500')).items.filter((t) => t.lead.id === l.id);
    assert.deepEqual(today, [], 'nothing of it is to be done today');
    assert.ok((await server.api('GET', `/tasks/${open.find((t) => t.kind === 'meeting').id}/ics`)).text.includes('METHOD:CANCEL'));
    l = await promise(l, { text: 'Check in', kind: 'mail', dueAt: inDays(90) });
    l = await does('POST', `/leads/${l.id}/undo`, {});
    assert.deepEqual(l.tasks.map((t) => t.text), [`Call ${how}`, `Meet ${how}`, 'Check in'], 'and what was set since is as it was');
    partly(l.tasks[0], { owner: { email: KIM }, dueAt: open.find((t) => t.kind === 'call').dueAt, outcome: null });
    assert.deepEqual(told(l).slice(0, 2).map((d) => d.event), ['reopened', 'reopened']);
    await does('POST', `/leads/${l.id}/${how}`, body);
    l = await does('POST', `/leads/${l.id}/undo`, {});
    assert.deepEqual(l.tasks.map((t) => t.text), [`Call ${how}`, `Meet ${how}`, 'Check in'], 'each close has its own');
  }
});

test('what is over with the lead can be opened again by hand; no person says that it was', async () => {
  let l = await promise(await server.lead(path, lead()));
  const [task] = l.tasks;
  invalid(await ask('POST', `/tasks/${task.id}/done`, { outcome: 'closed' }), 'outcome');
  l = await does('POST', `/leads/${l.id}/decline`, { reason: 'not-a-fit' });
  l = await does('POST', `/tasks/${task.id}/reopen`, {});
  assert.deepEqual(l.tasks.map((t) => t.id), [task.id]);
  l = await does('POST', `/leads/${l.id}/undo`, {});
  assert.deepEqual(l.tasks.map((t) => t.id), [task.id], 'which the undo leaves alone');
});

test('what is due, whose it is, in order and by pages', async () => {
  const l = await server.lead(path, lead());
  for (const [days, owner] of [[-3, KIM], [-2, LEE], [-1, KIM], [4, KIM], [5, LEE]]) await promise(l, { dueAt: inDays(days), owner, text: `in ${days}` });
  const list = async (query, token = seller) => (await server.get(`/tasks?${query}`, { token })).items.filter((t) => t.lead.id === l.id).map((t) => t.text);
  assert.deepEqual(await list('limit=500'), ['in -3', 'in -2', 'in -1', 'in 4', 'in 5']);
  assert.deepEqual(await list(`owner=${kim}`), ['in -3', 'in -1', 'in 4']);
  assert.deepEqual(await list(`owner=${kim}&due=${inDays(0)}`), ['in -3', 'in -1']);
  const seen = [];
  let next = '';
  do {
    const page = await server.get(`/tasks?owner=${kim}&limit=2${next && `&after=${next}`}`, { token: seller });
    assert.ok(page.items.length <= 2);
    seen.push(...page.items.map((t) => t.id));
    next = page.next;
  } while (next);
  assert.deepEqual(seen, (await server.get(`/tasks?owner=${kim}&limit=500`, { token: seller })).items.map((t) => t.id));
  invalid(await ask('GET', '/tasks?owner=me'), 'owner');
  invalid(await ask('GET', '/tasks?after=x'), 'after');
  assert.deepEqual(await list('limit=500', stranger), []);
  const theirs = await server.lead(other, lead());
  await server.expect(200, 'POST', `/leads/${theirs.id}/tasks`, { token: stranger, json: { kind: 'other', text: 'theirs', dueAt: inDays(-9) } });
  assert.equal((await server.get('/tasks?limit=1')).items[0].text, 'theirs', 'over all publishers, the earliest first');
});

test('open tasks follow the lead to its new owner', async () => {
  let l = await server.lead(path, lead());
  await does('POST', `/leads/${l.id}/owner`, { owner: KIM });
  l = await promise(l, {});
  assert.equal(l.tasks[0].owner.email, KIM, 'the lead\'s owner, where nobody is named');
  await promise(l, { owner: '', text: 'anyone' });
  l = await does('POST', `/leads/${l.id}/owner`, { owner: LEE });
  assert.deepEqual(l.tasks.map((t) => t.owner?.email ?? null).sort(), [LEE, null].sort());
});

test('what is wrong is said by field, and who may not is refused', async () => {
  const l = await server.lead(path, lead());
  const bad = async (json, ...fields) => invalid(await ask('POST', `/leads/${l.id}/tasks`, { kind: 'call', text: 'x', dueAt: inDays(1), ...json }), ...fields);
  await bad({ kind: 'party' }, 'kind');
  await bad({ text: '' }, 'text');
  await bad({ dueAt: 'tomorrow' }, 'dueAt');
  await bad({ endsAt: inDays(2) }, 'endsAt');
  await bad({ kind: 'meeting', endsAt: inDays(0) }, 'endsAt');
  await bad({ kind: 'meeting', endsAt: inDays(30) }, 'endsAt');
  await bad({ owner: nobody }, 'owner');
  await bad({ owner: 'who@else.example' }, 'owner');
  const { tasks: [task] } = await promise(l);
  invalid(await ask('POST', `/tasks/${task.id}/done`, { outcome: 'fit' }), 'outcome');
  for (const [method, route, json] of [['GET', ''], ['PATCH', '', {}], ['POST', '/done', {}], ['GET', '/ics']]) {
    problem(await ask(method, `/tasks/${task.id}${route}`, json, stranger), 404);
    problem(await ask(method, `/tasks/${task.id}${route}`, json, viewer), 403);
  }
  problem(await ask('GET', `/tasks/${task.id}/ics`), 409, 'task.no-meeting');
  const { leads: [test_] } = await server.take(path, publishedTestLead);
  const dnc = await server.lead(path, lead({ ActionCode: 'DNC', LeadSource: 'AppSource-DNC|contoso.crm' }));
  assert.deepEqual([dnc.tasks, dnc.proposal], [[], null]);
  for (const [id, code] of [[test_, 'lead.test'], [dnc.id, 'lead.information']]) problem(await ask('POST', `/leads/${id}/tasks`, { kind: 'call', text: 'x', dueAt: inDays(1) }), 409, code);
});

// RFC 5545: content lines, unfolded.
function read(bytes) {
  for (const line of bytes.toString('latin1').split('\r\n')) assert.ok(line.length <= 75, `${line.length} octets`);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  assert.ok(text.endsWith('\r\n') && !/[^\r]\n/.test(text), 'CRLF only');
  for (const line of text.split('\r\n')) new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(line));
  return text.replace(/\r\n /g, '').split('\r\n').slice(0, -1);
}

test('a meeting is an invitation: folded, escaped, in UTC, the same id and a rising sequence', async () => {
  const text = `Демо; 데모, "demo" \\ ${'长'.repeat(60)}\nsecond line`;
  let l = await server.lead(path, lead({}, { FirstName: '"Ana"' }));
  l = await promise(l, { kind: 'meeting', text, place: 'Room 1; 2nd floor', dueAt: '2027-03-28T00:30:00+01:00', endsAt: '2027-03-28T01:45:00Z', owner: LEE });
  const [task] = l.tasks;
  const ics = async () => {
    const answer = await ask('GET', `/tasks/${task.id}/ics`);
    assert.equal(answer.headers['content-type'], 'text/calendar; charset=utf-8');
    assert.match(answer.headers['content-disposition'], /attachment; filename="meeting.ics"/);
    return read(answer.bytes);
  };
  const lines = await ics();
  assert.deepEqual([lines[0], lines.at(-1)], ['BEGIN:VCALENDAR', 'END:VCALENDAR']);
  for (const line of ['VERSION:2.0', 'METHOD:REQUEST', 'SEQUENCE:0', `UID:${task.id}@leadline`, 'DTSTART:20270327T233000Z', 'DTEND:20270328T014500Z', 'STATUS:CONFIRMED',
    `SUMMARY:${text.replace(/[\\;,]/g, '\\$&').replace('\n', '\\n')}`, 'LOCATION:Room 1\\; 2nd floor',
    `ORGANIZER;CN="Lee, the Ünïque":mailto:${LEE}`]) assert.ok(lines.includes(line), `${line} in\n${lines.join('\n')}`);
  assert.ok(lines.some((line) => /^ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="Ana .*":mailto:ana\./.test(line)), lines.join('\n'));
  assert.match(lines.find((line) => line.startsWith('DTSTAMP:')), /^DTSTAMP:\d{8}T\d{6}Z$/);
  await does('PATCH', `/tasks/${task.id}`, { text: 'Shorter' });
  const moved = await ics();
  for (const line of ['SEQUENCE:1', `UID:${task.id}@leadline`, 'SUMMARY:Shorter']) assert.ok(moved.includes(line), line);
  await does('PATCH', `/tasks/${task.id}`, { owner: '' });
  assert.ok((await ics()).includes('METHOD:PUBLISH'), 'nobody invites');
  await does('PATCH', `/tasks/${task.id}`, { owner: LEE });
  await does('POST', `/tasks/${task.id}/done`, { outcome: 'dropped' });
  const dropped = await ics();
  for (const line of ['METHOD:CANCEL', 'STATUS:CANCELLED', 'SEQUENCE:4']) assert.ok(dropped.includes(line), line);
});

test('by command: a task is set, listed and done', async () => {
  const l = await server.lead(path, lead());
  const set = await server.okJson('task', 'add', l.id, 'meeting', '2026-01-05T09:00:00Z', 'Kick-off', '--owner', KIM, '--place', 'Office');
  partly(set.tasks[0], { kind: 'meeting', place: 'Office', owner: { email: KIM } });
  assert.ok((await server.okJson('task', 'list', '--publisher', 'contoso', '--limit', '500')).items.some((t) => t.id === set.tasks[0].id));
  assert.match(await server.ok('task', 'list'), /Kick-off/);
  const held = await server.okJson('task', 'done', set.tasks[0].id, 'done', '--note', 'went well');
  assert.ok(held.firstResponse.respondedAt);
});

test('what was ended in error is open again; a meeting that counted is not', async () => {
  let l = await promise(await server.lead(path, lead()), { owner: KIM });
  const [task] = l.tasks;
  problem(await ask('POST', `/tasks/${task.id}/reopen`), 409, 'task.open');
  await does('POST', `/tasks/${task.id}/done`, {});
  l = await does('POST', `/tasks/${task.id}/reopen`);
  partly(l.tasks[0], { id: task.id, dueAt: task.dueAt, owner: { email: KIM }, outcome: null, doneAt: null });
  assert.deepEqual(told(l).map((d) => d.event), ['reopened', 'done', 'set']);
  await does('POST', `/tasks/${task.id}/done`, { outcome: 'dropped' });
  l = await promise(l, { kind: 'meeting', text: 'Demo', dueAt: inDays(-1) });
  const [meeting] = l.tasks;
  await does('POST', `/tasks/${meeting.id}/done`, {});
  problem(await ask('POST', `/tasks/${meeting.id}/reopen`), 409, 'task.counted');
  problem(await ask('POST', `/tasks/${task.id}/reopen`, undefined, viewer), 403);
  problem(await ask('POST', `/tasks/${task.id}/reopen`, undefined, stranger), 404);
});

test('a call ends the task that one says it was, and no other', async () => {
  let l = await promise(await server.lead(path, lead()));
  l = await promise(l, { kind: 'mail', text: 'Write' });
  const call = l.tasks.find((t) => t.kind === 'call'), mail = l.tasks.find((t) => t.kind === 'mail');
  l = await does('POST', `/leads/${l.id}/calls`, { outcome: 'no-answer' });
  assert.equal(l.tasks.length, 2);
  for (const task of [mail.id, 'x', '0190aaaa-0000-7000-8000-000000000000']) invalid(await ask('POST', `/leads/${l.id}/calls`, { outcome: 'fit', task }), 'task');
  const elsewhere = (await promise(await server.lead(path, lead()))).tasks[0];
  invalid(await ask('POST', `/leads/${l.id}/calls`, { outcome: 'fit', task: elsewhere.id }), 'task');
  assert.equal((await server.get(`/leads/${l.id}`)).firstResponse.respondedAt, null, 'what is refused leaves nothing');
  l = await does('POST', `/leads/${l.id}/calls`, { outcome: 'fit', task: call.id });
  assert.deepEqual(l.tasks.map((t) => t.id), [mail.id]);
  problem(await ask('POST', `/leads/${l.id}/calls`, { outcome: 'fit', task: call.id }), 409, 'task.done');
});
