// When a customer was answered, which is not when somebody wrote it down; and what was written down in error.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serving } from '../lib/serving.mjs';
import { invalid, nobody, partly, problem, wireTime } from '../lib/asserts.mjs';
import { lead } from '../lib/leads.mjs';
import { Person } from '../lib/people.mjs';
import { bytes, query } from '../lib/store.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
const contoso = { publisher: 'contoso' };
const kim = await Person.make(server, 'kim@contoso.example', 'seller', contoso);
const lee = await Person.make(server, 'lee@contoso.example', 'seller', contoso);
const boss = await Person.make(server, 'boss@contoso.example', 'manager', contoso);
const HOUR = 3_600_000, DAY = 24 * HOUR;
const where = (l) => `lead_id = ${bytes(server.site.db, l.id.replaceAll('-', ''))}`;
const wire = (ms) => new Date(ms).toISOString();
const does = (l, what, json, who = kim) => who.does(200, 'POST', `/leads/${l.id}/${what}`, json);
const asks = (l, what, json, who = kim) => who.api('POST', `/leads/${l.id}/${what}`, json);
const withdraws = (l, what, entry, who = kim) => who.does(200, 'DELETE', `/leads/${l.id}/${what}/${entry}`);
const newest = (l, type) => l.timeline.find((t) => t.type === type && !t.detail.withdrawnAt);
const counts = ({ engagement: e, firstResponse: r }) => ({ attempts: e.attempts, calls: e.calls, reached: e.reached, respondedAt: r.respondedAt });
const NONE = { attempts: 0, calls: 0, reached: 0, respondedAt: null };
// A lead that came so long ago.
async function made(ago) {
  const l = await server.lead(path, lead()), at = Date.now() - ago;
  await query(server.site.db, `UPDATE lead SET received_at = ${at}, due_at = ${at + DAY}, due_sort = ${at + DAY} WHERE ${where(l)}`);
  await query(server.site.db, `UPDATE lead_watch SET due_at = ${at + DAY} WHERE ${where(l)}`);
  return server.get(`/leads/${l.id}`);
}

test('called in hour 23 and written down in hour 25: in time', async () => {
  for (const [what, body] of [['calls', { outcome: 'fit' }], ['notes', { text: 'Mailed them', answered: true }]]) {
    const l = await made(25 * HOUR), at = Date.parse(l.receivedAt) + 23 * HOUR;
    assert.equal(l.firstResponse.breached, true);
    const done = await does(l, what, { ...body, at: wire(at) });
    partly(done.firstResponse, { respondedAt: wire(at), breached: false, owed: false });
    const entry = newest(done, what.slice(0, -1));
    assert.equal(entry.detail.at, wire(at));
    assert.ok(Date.parse(entry.at) > at + HOUR, 'the timeline has when it was written down');
  }
});

test('a meeting that was held in time is in time, whenever somebody says so', async () => {
  const l = await made(40 * HOUR), at = Date.parse(l.receivedAt) + 20 * HOUR;
  const set = await does(l, 'tasks', { kind: 'meeting', text: 'Demo', dueAt: wire(at) });
  const held = await kim.does(200, 'POST', `/tasks/${set.tasks[0].id}/done`, { outcome: 'done' });
  partly(held.firstResponse, { respondedAt: wire(at), breached: false });
});

test('the earlier of two answers is the first, in whatever order they are written down', async () => {
  const l = await made(10 * HOUR), at = (h) => wire(Date.parse(l.receivedAt) + h * HOUR);
  await does(l, 'calls', { outcome: 'fit', at: at(5) });
  await does(l, 'notes', { text: 'before', answered: true, at: at(2) });
  const done = await does(l, 'calls', { outcome: 'no-answer', at: at(1) });
  assert.deepEqual(counts(done), { attempts: 3, calls: 2, reached: 1, respondedAt: at(2) });
});

test('when it was is behind the receipt, not to come, and of an answer', async () => {
  const l = await made(2 * HOUR);
  for (const [what, body] of [['calls', { outcome: 'fit' }], ['notes', { text: 'x', answered: true }]]) {
    invalid(await asks(l, what, { ...body, at: wire(Date.parse(l.receivedAt) - 1000) }), 'at');
    invalid(await asks(l, what, { ...body, at: wire(Date.now() + HOUR) }), 'at');
    invalid(await asks(l, what, { ...body, at: 'yesterday' }), 'at');
  }
  invalid(await asks(l, 'notes', { text: 'x', at: wire(Date.now() - HOUR) }), 'at');
  assert.deepEqual(counts(await server.get(`/leads/${l.id}`)), NONE);
  const soon = await does(l, 'calls', { outcome: 'fit', at: wire(Date.now() + 30_000) });
  assert.ok(Date.parse(soon.firstResponse.respondedAt) <= Date.now(), 'a clock that is ahead a little says now');
  const same = await made(2 * HOUR), received = Date.parse(same.receivedAt);
  const minute = await does(same, 'calls', { outcome: 'fit', at: wire(received - (received % 60_000)) });
  assert.equal(minute.firstResponse.respondedAt, same.receivedAt, 'the minute in which it came is not before it');
  const cli = await made(2 * HOUR), at = wire(Date.parse(cli.receivedAt) + HOUR);
  await server.ok('lead', 'call', cli.id, 'voicemail', '--at', at);
  assert.equal((await server.get(`/leads/${cli.id}`)).firstResponse.respondedAt, at);
});

test('a call on the wrong lead is withdrawn: nothing of it counts, the clock runs again, the entry stays', async () => {
  const l = await made(2 * HOUR);
  const call = newest(await does(l, 'calls', { outcome: 'fit', text: 'They want 20 seats' }), 'call');
  const gone = await withdraws(l, 'calls', call.id);
  assert.deepEqual(counts(gone), NONE);
  partly(gone.firstResponse, { owed: true, breached: false, dueAt: l.firstResponse.dueAt });
  const left = gone.timeline.find((t) => t.id === call.id);
  partly(left, { actor: kim.email, type: 'call' });
  partly(left.detail, { outcome: 'fit', text: null, withdrawnBy: kim.email });
  assert.match(left.detail.withdrawnAt, wireTime);
  assert.deepEqual(left.detail.history.map((h) => h.text), ['They want 20 seats']);
  assert.ok((await server.get('/leads?response=owed&limit=500')).items.some((x) => x.id === l.id), 'it is waited for');
  problem(await kim.api('DELETE', `/leads/${l.id}/calls/${call.id}`), 409, 'lead.withdrawn');
  assert.equal((await kim.get(`/leads/${l.id}`)).proposal.reason, 'first');
});

test('their author withdraws them, or a manager; nobody else', async () => {
  let l = await made(HOUR);
  const call = newest(await does(l, 'calls', { outcome: 'fit' }), 'call');
  const note = newest(await does(l, 'notes', { text: 'Mailed', answered: true }), 'note');
  const own = newest(await does(l, 'notes', { text: 'for myself' }), 'note');
  problem(await lee.api('DELETE', `/leads/${l.id}/calls/${call.id}`), 403, 'lead.withdraw-author');
  problem(await lee.api('DELETE', `/leads/${l.id}/notes/${note.id}`), 403, 'lead.withdraw-author');
  problem(await boss.api('DELETE', `/leads/${l.id}/notes/${own.id}`), 403, 'lead.withdraw-author');
  problem(await boss.api('DELETE', `/leads/${l.id}/notes/${call.id}`), 404);
  problem(await boss.api('DELETE', `/leads/${l.id}/calls/${nobody}`), 404);
  await withdraws(l, 'calls', call.id, boss);
  l = await withdraws(l, 'notes', note.id, boss);
  assert.deepEqual(counts(l), NONE);
  assert.equal(l.timeline.find((t) => t.id === note.id).detail.withdrawnBy, boss.email);
  problem(await kim.api('PATCH', `/leads/${l.id}/notes/${note.id}`, { text: 'again' }), 409, 'lead.note-withdrawn');
});

test('what was told of the clock matters again when the answer was none, and its next step is told', async () => {
  const l = await made(21 * HOUR);
  await does(l, 'owner', { owner: 'me' });
  const kinds = (who, state) => who.kinds(l, state);
  await until(async () => (await kinds(kim)).includes('first-response-warning'), { timeout: 60_000, what: 'the warning' });
  const call = newest(await does(l, 'calls', { outcome: 'fit' }), 'call');
  assert.deepEqual(await kinds(kim, 'unread'), []);
  await withdraws(l, 'calls', call.id);
  assert.deepEqual(await kinds(kim, 'unread'), ['first-response-warning']);
  const at = Date.now() - 60_000;
  await query(server.site.db, `UPDATE lead SET received_at = ${at - DAY}, due_at = ${at}, due_sort = ${at} WHERE ${where(l)}`);
  await query(server.site.db, `UPDATE lead_watch SET due_at = ${at} WHERE ${where(l)}`);
  await until(async () => (await kinds(boss)).includes('first-response-breached'), { timeout: 60_000, what: 'the breach' });
  assert.deepEqual((await kinds(kim)).filter((k) => k === 'first-response-warning').length, 1, 'once');
});

test('a mail that was sent is a first response, and one that bounced is none: the clock runs as if it had not been sent', async () => {
  const l = await made(25 * HOUR), at = wire(Date.parse(l.receivedAt) + 3 * HOUR);
  const { tasks: [task] } = await does(l, 'tasks', { kind: 'mail', text: 'Write to them', dueAt: wire(Date.now() + HOUR) });
  invalid(await asks(l, 'mails', { text: 'x', at: wire(Date.parse(l.receivedAt) - HOUR) }), 'at');
  invalid(await asks(l, 'calls', { outcome: 'fit', task: task.id }), 'task');
  const sent = await does(l, 'mails', { text: 'Here is our offer', at, task: task.id });
  assert.deepEqual(counts(sent), { attempts: 1, calls: 0, reached: 0, respondedAt: at });
  partly(sent.firstResponse, { owed: false, breached: false });
  assert.deepEqual(sent.tasks, [], 'the task was that mail');
  const entry = newest(sent, 'mail');
  partly(entry, { actor: kim.email, detail: { text: 'Here is our offer', at, author: kim.id } });
  problem(await lee.api('POST', `/leads/${l.id}/mails/${entry.id}/bounced`), 403, 'lead.withdraw-author');
  problem(await kim.api('POST', `/leads/${l.id}/mails/${nobody}/bounced`), 404);
  const back = await kim.does(200, 'POST', `/leads/${l.id}/mails/${entry.id}/bounced`);
  assert.deepEqual(counts(back), { ...NONE, attempts: 1 }, 'it was tried, and nobody was answered');
  partly(back.firstResponse, { owed: true, breached: true, dueAt: l.firstResponse.dueAt });
  const left = back.timeline.find((t) => t.id === entry.id);
  partly(left.detail, { text: 'Here is our offer', bouncedBy: kim.email });
  assert.match(left.detail.bouncedAt, wireTime);
  assert.ok((await server.get('/leads?response=owed&limit=500')).items.some((x) => x.id === l.id), 'it is waited for');
  problem(await kim.api('POST', `/leads/${l.id}/mails/${entry.id}/bounced`), 409, 'lead.mail-bounced');
  const gone = await withdraws(l, 'contacts', entry.id, boss);
  assert.deepEqual(counts(gone), NONE);
  partly(gone.timeline.find((t) => t.id === entry.id).detail, { text: null, bouncedBy: kim.email, withdrawnBy: boss.email });
  problem(await kim.api('POST', `/leads/${l.id}/mails/${entry.id}/bounced`), 409, 'lead.withdrawn');
});

test('a mail is written down, comes back and is withdrawn by command; so is a call', async () => {
  const l = await made(2 * HOUR), at = wire(Date.parse(l.receivedAt) + HOUR), now = () => server.get(`/leads/${l.id}`);
  await server.ok('lead', 'mail', l.id, 'The offer', '--at', at);
  const mail = newest(await now(), 'mail');
  assert.deepEqual(counts(await now()), { ...NONE, attempts: 1, respondedAt: at });
  await server.ok('lead', 'bounced', l.id, mail.id);
  assert.deepEqual(counts(await now()), { ...NONE, attempts: 1 });
  await server.ok('lead', 'withdraw', l.id, mail.id);
  await server.ok('lead', 'call', l.id, 'fit');
  await server.ok('lead', 'withdraw', l.id, newest(await now(), 'call').id);
  assert.deepEqual(counts(await now()), NONE);
});

test('a meeting that counted is withdrawn, and can be opened again and held', async () => {
  const l = await made(30 * HOUR), at = wire(Date.parse(l.receivedAt) + 20 * HOUR);
  const { tasks: [task] } = await does(l, 'tasks', { kind: 'meeting', text: 'Demo', dueAt: at });
  const held = await kim.does(200, 'POST', `/tasks/${task.id}/done`, { outcome: 'done', note: 'went well' });
  problem(await kim.api('POST', `/tasks/${task.id}/reopen`), 409, 'task.counted');
  const [entry, set] = held.timeline.filter((t) => t.type === 'task');
  assert.deepEqual([entry.detail.event, set.detail.event].sort(), ['done', 'set']);
  const done = [entry, set].find((t) => t.detail.event === 'done');
  problem(await lee.api('DELETE', `/leads/${l.id}/contacts/${done.id}`), 403, 'lead.withdraw-author');
  problem(await boss.api('DELETE', `/leads/${l.id}/contacts/${[entry, set].find((t) => t !== done).id}`), 404);
  const gone = await withdraws(l, 'contacts', done.id);
  assert.deepEqual(counts(gone), NONE);
  partly(gone.firstResponse, { owed: true, breached: true });
  partly(gone.timeline.find((t) => t.id === done.id).detail, { event: 'done', text: 'Demo', note: 'went well', withdrawnBy: kim.email });
  problem(await kim.api('DELETE', `/leads/${l.id}/contacts/${done.id}`), 409, 'lead.withdrawn');
  await kim.does(200, 'POST', `/tasks/${task.id}/reopen`);
  const again = await kim.does(200, 'POST', `/tasks/${task.id}/done`, { outcome: 'missed' });
  assert.deepEqual(counts(again), { ...NONE, attempts: 1 });
});

test('withdrawn behind the close nothing is owed, until the close is taken back', async () => {
  const l = await made(HOUR);
  const call = newest(await does(l, 'calls', { outcome: 'no-fit' }), 'call');
  await does(l, 'decline', { reason: 'not-a-fit' });
  const gone = await withdraws(l, 'calls', call.id);
  partly(gone.firstResponse, { owed: false, breached: false, respondedAt: null });
  partly((await does(l, 'undo', {})).firstResponse, { owed: true, respondedAt: null });
});

test('declined in time, a lead is never late, whoever calls once more behind that', async () => {
  const l = await made(HOUR), back = 36 * HOUR;
  await does(l, 'decline', { reason: 'not-a-fit' });
  for (const set of ['lead SET received_at = received_at - $, due_at = due_at - $', 'engagement SET closed_at = closed_at - $', 'lead_move SET at = at - $']) {
    await query(server.site.db, `UPDATE ${set.replaceAll('$', back)} WHERE ${where(l)}`);
  }
  partly((await server.get(`/leads/${l.id}`)).firstResponse, { respondedAt: null, breached: false });
  const called = await does(l, 'calls', { outcome: 'fit' });
  assert.ok(Date.parse(called.firstResponse.respondedAt) > Date.parse(called.firstResponse.dueAt));
  partly(called.firstResponse, { owed: false, breached: false });
  assert.equal((await server.get(`/leads?customer=${l.customer.id}`)).items[0].firstResponse.breached, false, 'nor in lists');
});

test('what owed nothing before it was closed owes nothing when that is taken back', async () => {
  const file = join(server.site.dir, 'under-way.csv'), came = wire(Date.now() - 20 * HOUR);
  const says = async (status) => {
    writeFileSync(file, `Lead ID,First name,Last name,Email,Company,Lead source,Call to action,Creation date,Status,Sub status\n`
      + `a1b2c3d4-1111-2222-3333-000000000001,Zoe,Quillfeather,zoe@quillfeather.example,Quillfeather,AppSource-PLT|contoso.crm,PLT,${came},${status}\n`);
    await server.ok('import', file);
    return until(async () => (await server.get('/leads?q=quillfeather')).items[0], { what: 'the lead of the file' });
  };
  let l = await says('New,Received');
  partly(l.firstResponse, { owed: true, breached: false });
  l = await says('Active,Accepted');
  partly(l.firstResponse, { owed: false, breached: false });
  await does(l, 'lose', { reason: 'price', fewAttempts: 'known for years' });
  const back = await does(l, 'undo', {});
  partly(back.firstResponse, { owed: false, breached: false });
  assert.equal((await query(server.site.db, `SELECT count(*) FROM lead_watch WHERE ${where(l)}`)).trim(), '0');
  await does(l, 'lose', { reason: 'price', fewAttempts: 'known for years' });
  const call = newest(await does(l, 'calls', { outcome: 'no-fit' }), 'call');
  await does(l, 'undo', {});
  partly((await withdraws(l, 'calls', call.id)).firstResponse, { owed: false, breached: false, respondedAt: null });
});

// What the lead says, reckoned from all that was done with it, from the beginning.
function naive(done, due) {
  const left = done.filter((c) => !c.withdrawn);
  const answers = left.filter((c) => c.response).map((c) => c.at).sort();
  return {
    attempts: left.length, calls: left.filter((c) => c.kind === 'call').length, reached: left.filter((c) => c.reached).length,
    respondedAt: answers[0] ?? null, owed: !answers.length, breached: (answers[0] ?? wire(Date.now())) > due, stuck: left.length === 1,
  };
}

test('any calls, mails, answers, meetings and withdrawals: the lead says what is reckoned anew from what is left', { timeout: 300_000 }, async () => {
  const seed = Number(process.env.LEADLINE_TEST_SEED ?? Date.now() % 1e9);
  let x = seed;
  const random = (n) => { x = (Math.imul(x, 1103515245) + 12345) >>> 0; return Math.floor(x / 65536) % n; };
  const REACHED = ['fit', 'no-fit', 'unsure'], OUTCOMES = [...REACHED, 'voicemail', 'no-answer'];
  for (let round = 0; round < 6; round++) {
    let l = await made(30 * HOUR);
    const done = [], received = Date.parse(l.receivedAt), some = () => wire(received + random(29 * 60) * 60_000);
    for (let step = 0; step < 14; step++) {
      const what = random(7), open = done.filter((c) => !c.withdrawn), at = some(), mails = open.filter((c) => c.kind === 'mail' && c.response);
      if (what === 0) {
        const outcome = OUTCOMES[random(5)];
        l = await does(l, 'calls', { outcome, at });
        done.push({ kind: 'call', id: newest(l, 'call').id, at, reached: REACHED.includes(outcome), response: outcome !== 'no-answer' });
      } else if (what === 1) {
        l = await does(l, 'notes', { text: `note ${step}`, answered: true, at });
        done.push({ kind: 'note', id: newest(l, 'note').id, at, reached: false, response: true });
      } else if (what === 2) {
        l = await does(l, 'tasks', { kind: 'meeting', text: `meeting ${step}`, dueAt: at });
        const outcome = ['done', 'missed', 'dropped'][random(3)];
        l = await kim.does(200, 'POST', `/tasks/${l.tasks[0].id}/done`, { outcome });
        const event = (t) => t.type === 'task' && t.detail.text === `meeting ${step}` && t.detail.event === outcome;
        if (outcome !== 'dropped') done.push({ kind: 'meeting', id: l.timeline.find(event).id, at, reached: outcome === 'done', response: outcome === 'done' });
      } else if (what === 3) {
        l = await does(l, 'mails', { text: `mail ${step}`, at });
        done.push({ kind: 'mail', id: newest(l, 'mail').id, at, reached: false, response: true });
      } else if (what === 4 && mails.length) {
        const one = mails[random(mails.length)];
        l = await kim.does(200, 'POST', `/leads/${l.id}/mails/${one.id}/bounced`);
        one.response = false;
      } else if (open.length) {
        const one = open[random(open.length)];
        l = await withdraws(l, ['call', 'note'].includes(one.kind) ? `${one.kind}s` : 'contacts', one.id, random(2) ? kim : boss);
        one.withdrawn = true;
      } else {
        l = await does(l, 'notes', { text: 'no answer' });
      }
      const { stuck, ...says } = naive(done, l.firstResponse.dueAt);
      assert.deepEqual({ ...counts(l), owed: l.firstResponse.owed, breached: l.firstResponse.breached }, says, `seed ${seed} round ${round} step ${step}`);
      const row = (await query(server.site.db, `SELECT (SELECT CASE WHEN once_seq IS NULL THEN 0 ELSE 1 END FROM engagement WHERE ${where(l)}), (SELECT count(*) FROM lead_watch WHERE ${where(l)})`)).trim();
      assert.equal(row, `${stuck ? 1 : 0}|${says.owed ? 1 : 0}`, `seed ${seed} round ${round} step ${step}: tried once, watched`);
    }
  }
});

test('what was written down before there was a row for it is read from the timeline, once', async () => {
  const l = await made(5 * HOUR);
  await does(l, 'notes', { text: 'It is no ,"answered":true,"author":"x" of mine' });
  await does(l, 'calls', { outcome: 'no-answer', text: '{"outcome":"fit"' });
  const edited = newest(await does(l, 'notes', { text: 'Mailed', answered: true }), 'note');
  await kim.does(200, 'PATCH', `/leads/${l.id}/notes/${edited.id}`, { text: 'Mailed "them"' });
  const count = async () => query(server.site.db, 'SELECT kind, count(*), sum(reached), sum(response) FROM lead_contact WHERE kind <> \'mail\' GROUP BY kind ORDER BY kind');
  const before = await count();
  const folder = new URL('../../src/store/migrations/', import.meta.url);
  const text = readFileSync(new URL(readdirSync(folder).find((name) => name.endsWith('_contact.sql')), folder), 'utf8').replace(/^--.*$/gm, '');
  await query(server.site.db, 'DELETE FROM lead_contact');
  for (const step of text.split(/;\s*$/m).filter((s) => s.includes('INSERT'))) await query(server.site.db, step.trim());
  assert.equal(await count(), before);
  const gone = await withdraws(l, 'notes', edited.id);
  assert.deepEqual(counts(gone), { attempts: 1, calls: 1, reached: 0, respondedAt: null });
});
