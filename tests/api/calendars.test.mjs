// Working time: calendars, days off, who works by which, and the promise of a first response beside the clock.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid, nobody, partly, problem, uuid7 } from '../lib/asserts.mjs';
import { lead, publishedTestLead } from '../lib/leads.mjs';
import { run } from '../lib/proc.mjs';
import { binary } from '../lib/server.mjs';
import { bytes, query } from '../lib/store.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
const other = await server.offer('fabrikam.app');
const manager = await server.token('manager', 'contoso');
const seller = await server.token('seller', 'contoso');
const viewer = await server.token('viewer', 'contoso');
const stranger = await server.token('manager', 'fabrikam');
const HOUR = 3_600_000;
const ask = (method, route, json, token = manager) => server.api(method, route, { token, json });
const does = async (status, method, route, json, token) => {
  const answer = await ask(method, route, json, token);
  assert.equal(answer.status, status, answer.text);
  return answer.bytes.length ? answer.json : undefined;
};
const response = async (l) => (await server.get(`/leads/${l.id}`)).firstResponse;
const OFFICE = ['mon-fri 09:00-12:00 13:00-17:00'];

test('without a calendar the clock stands alone; the publisher\'s first calendar is its default one', async () => {
  const l = await server.lead(path, lead());
  partly(l.firstResponse, { workingDueAt: null, workingMs: null, workingPromiseMs: null, workingBreached: false, timeZone: null, calendar: null });
  const made = await does(201, 'POST', '/calendars', { name: 'Seoul', timeZone: 'Asia/Seoul', hours: OFFICE });
  assert.match(made.id, uuid7);
  partly(made, { publisher: 'contoso', name: 'Seoul', timeZone: 'Asia/Seoul', responseMinutes: 480, default: true });
  assert.deepEqual([made.hours.length, made.hours[0], made.days], [5, 'mon 09:00-12:00 13:00-17:00', []]);
  const r = await response(l);
  partly(r, { timeZone: 'Asia/Seoul', workingPromiseMs: 8 * HOUR, workingBreached: false, calendar: { id: made.id, name: 'Seoul' } });
  assert.equal(Date.parse(r.dueAt) - Date.parse(l.receivedAt), 24 * HOUR, 'the promise is the clock\'s, as before');
  const due = new Date(r.workingDueAt);
  assert.ok(due > new Date(l.receivedAt));
  assert.ok(![0, 6].includes(new Date(due.getTime() + 9 * HOUR).getUTCDay()), 'no weekend in Seoul');
});

test('around the clock the reading is what went by; a response ends it', async () => {
  const [seoul] = (await server.get('/calendars', { token: viewer })).items;
  const set = await does(200, 'PATCH', `/calendars/${seoul.id}`, { hours: ['mon-sun 00:00-24:00'], responseMinutes: 60 });
  partly(set, { name: 'Seoul', responseMinutes: 60, default: true });
  const l = await server.lead(path, lead());
  assert.equal(Date.parse(l.firstResponse.workingDueAt) - Date.parse(l.receivedAt), HOUR);
  const called = await does(200, 'POST', `/leads/${l.id}/calls`, { outcome: 'fit' });
  const r = called.firstResponse;
  assert.equal(r.workingMs, Date.parse(r.respondedAt) - Date.parse(l.receivedAt));
  assert.equal((await response(l)).workingMs, r.workingMs, 'it stays as it was');
  assert.equal(r.workingBreached, false);
});

test('no hours at all: nobody ever works so long', async () => {
  const [seoul] = (await server.get('/calendars', { token: viewer })).items;
  await does(200, 'PATCH', `/calendars/${seoul.id}`, { hours: [] });
  const l = await server.lead(path, lead());
  partly(l.firstResponse, { workingDueAt: null, workingMs: 0, workingBreached: false });
  await does(200, 'PATCH', `/calendars/${seoul.id}`, { hours: OFFICE });
});

test('tests of the marketplace and leads for information have no working time', async () => {
  const { leads: [id] } = await server.take(path, publishedTestLead);
  partly((await server.get(`/leads/${id}`)).firstResponse, { dueAt: null, workingDueAt: null, calendar: null });
  const dnc = await server.lead(path, lead({ ActionCode: 'DNC', LeadSource: 'AppSource-DNC|contoso.crm' }));
  partly(dnc.firstResponse, { dueAt: null, workingDueAt: null, workingMs: null });
});

test('days off: added, named anew, taken away, replaced as a whole', async () => {
  const made = await does(201, 'POST', '/calendars', { name: 'Days', timeZone: 'Europe/Berlin', hours: OFFICE });
  assert.equal(made.default, false);
  const days = (json) => does(200, 'POST', `/calendars/${made.id}/days`, json);
  let c = await days({ days: ['2026-12-25 Christmas', '05-01, Labour Day', '2027-01-01'] });
  assert.deepEqual(c.days, [{ day: '05-01', name: 'Labour Day' }, { day: '2026-12-25', name: 'Christmas' }, { day: '2027-01-01', name: '' }]);
  c = await days({ days: ['2027-01-01 New Year'] });
  assert.equal(c.days[2].name, 'New Year');
  c = await does(200, 'DELETE', `/calendars/${made.id}/days/05-01`);
  assert.deepEqual(c.days.map((d) => d.day), ['2026-12-25', '2027-01-01']);
  for (const bad of ['2026-02-29', '25.12.2026', 'Christmas', '13-01 x']) invalid(await ask('POST', `/calendars/${made.id}/days`, { days: ['2028-01-01', bad] }), 'days');
  assert.equal((await server.get(`/calendars/${made.id}`)).days.length, 2, 'nothing is half done');
  c = await days({ days: ['12-24'], replace: true });
  assert.deepEqual(c.days, [{ day: '12-24', name: '' }]);
});

test('an owner in another zone: their own zone, or their own calendar', async () => {
  const address = 'kim@contoso.example';
  const kim = await server.ok('user', 'add', address, '--role', 'seller', '--publisher', 'contoso');
  const l = await server.lead(path, lead());
  await does(200, 'POST', `/leads/${l.id}/owner`, { owner: address });
  assert.equal((await response(l)).timeZone, 'Asia/Seoul');
  await does(204, 'POST', '/working-times', { account: address, timeZone: 'America/Los_Angeles' });
  partly(await response(l), { timeZone: 'America/Los_Angeles', calendar: { name: 'Seoul' } });
  const days = (await server.get('/calendars', { token: viewer })).items.find((c) => c.name === 'Days');
  await does(204, 'POST', '/working-times', { account: kim, calendar: days.id });
  partly(await response(l), { timeZone: 'Europe/Berlin', calendar: { name: 'Days' } });
  assert.deepEqual((await server.get('/working-times', { token: seller })).items.map((w) => [w.email, w.calendar, w.timeZone]), [[address, days.id, null]]);
  // What they worked by is gone: they work by the default one.
  await does(204, 'DELETE', `/calendars/${days.id}`);
  partly(await response(l), { timeZone: 'Asia/Seoul', calendar: { name: 'Seoul' } });
  await does(204, 'POST', '/working-times', { account: address });
  assert.deepEqual((await server.get('/working-times', { token: seller })).items, []);
  invalid(await ask('POST', '/working-times', { account: address, calendar: nobody }), 'calendar');
  invalid(await ask('POST', '/working-times', { account: address, timeZone: 'Mars/Phobos' }), 'timeZone');
  invalid(await ask('POST', '/working-times', { account: 'who@else.example' }), 'account');
  problem(await ask('POST', '/working-times', { account: address, timeZone: 'UTC' }, seller), 403);
});

test('handed over, an answered lead keeps the hours by which its answer was judged; one that waits has the new owner\'s', async () => {
  const night = await does(201, 'POST', '/calendars', { name: 'Strict', timeZone: 'UTC', hours: ['mon-sun 00:00-24:00'], responseMinutes: 1 });
  const [early, late] = ['early@contoso.example', 'late@contoso.example'];
  for (const address of [early, late]) await server.ok('user', 'add', address, '--role', 'seller', '--publisher', 'contoso');
  await does(204, 'POST', '/working-times', { account: early, timeZone: 'America/Los_Angeles' });
  await does(204, 'POST', '/working-times', { account: late, calendar: night.id });
  const waits = await server.lead(path, lead()), l = await server.lead(path, lead());
  const back = `UPDATE lead SET received_at = received_at - 600000 WHERE lead_id IN (${[waits, l].map((x) => bytes(server.site.db, x.id.replaceAll('-', ''))).join(', ')})`;
  await query(server.site.db, back);
  for (const x of [waits, l]) await does(200, 'POST', `/leads/${x.id}/owner`, { owner: early });
  const judged = (await does(200, 'POST', `/leads/${l.id}/calls`, { outcome: 'fit' })).firstResponse;
  partly(judged, { workingBreached: false, timeZone: 'America/Los_Angeles', calendar: { name: 'Seoul' } });
  for (const x of [waits, l]) await does(200, 'POST', `/leads/${x.id}/owner`, { owner: late });
  assert.deepEqual(await response(l), judged, 'handed over, it is what it was');
  partly(await response(waits), { workingBreached: true, calendar: { name: 'Strict' } });
  // A call on the wrong lead: it waits again, by the hours of who has it now.
  const call = (await server.get(`/leads/${l.id}`)).timeline.find((t) => t.type === 'call');
  await does(200, 'DELETE', `/leads/${l.id}/contacts/${call.id}`);
  partly(await response(l), { owed: true, workingBreached: true, calendar: { name: 'Strict' } });
  await does(200, 'POST', `/leads/${l.id}/calls`, { outcome: 'fit' });
  partly(await response(l), { owed: false, workingBreached: true, calendar: { name: 'Strict' } });
  // The calendar by which it was judged is gone: by that of who has it.
  await does(204, 'POST', '/working-times', { account: late });
  partly(await response(l), { workingBreached: true, calendar: { name: 'Strict' } });
  await does(204, 'DELETE', `/calendars/${night.id}`);
  partly(await response(l), { workingBreached: false, calendar: { name: 'Seoul' } });
  for (const address of [early, late]) await does(204, 'POST', '/working-times', { account: address });
});

test('handed over, a lead that was closed without an answer keeps the hours by which it was judged; reopened, it has the new owner\'s', async () => {
  const strict = await does(201, 'POST', '/calendars', { name: 'Strict', timeZone: 'UTC', hours: ['mon-sun 00:00-24:00'], responseMinutes: 1 });
  const [early, late] = ['dawn@contoso.example', 'dusk@contoso.example'];
  for (const address of [early, late]) await server.ok('user', 'add', address, '--role', 'seller', '--publisher', 'contoso');
  await does(204, 'POST', '/working-times', { account: early, timeZone: 'America/Los_Angeles' });
  await does(204, 'POST', '/working-times', { account: late, calendar: strict.id });
  const l = await server.lead(path, lead()), own = (owner) => does(200, 'POST', `/leads/${l.id}/owner`, { owner });
  await query(server.site.db, `UPDATE lead SET received_at = received_at - 600000 WHERE lead_id = ${bytes(server.site.db, l.id.replaceAll('-', ''))}`);
  await own(early);
  const judged = (await does(200, 'POST', `/leads/${l.id}/decline`, { reason: 'not-a-fit' })).firstResponse;
  partly(judged, { respondedAt: null, workingBreached: false, timeZone: 'America/Los_Angeles', calendar: { name: 'Seoul' } });
  await own(late);
  assert.deepEqual(await response(l), judged, 'handed over, it is what it was');
  const called = (await does(200, 'POST', `/leads/${l.id}/calls`, { outcome: 'fit' })).firstResponse;
  assert.deepEqual(called, { ...judged, respondedAt: called.respondedAt }, 'its clock had ended');
  const call = (await server.get(`/leads/${l.id}`)).timeline.find((t) => t.type === 'call');
  await does(200, 'DELETE', `/leads/${l.id}/contacts/${call.id}`);
  assert.deepEqual(await response(l), judged);
  // Reopened it waits, by the hours of who has it; closed once more, it is judged by theirs.
  partly((await does(200, 'POST', `/leads/${l.id}/undo`, {})).firstResponse, { owed: true, workingBreached: true, calendar: { name: 'Strict' } });
  await does(200, 'POST', `/leads/${l.id}/decline`, { reason: 'not-a-fit' });
  await own(early);
  partly(await response(l), { workingBreached: true, calendar: { name: 'Strict' } });
  await does(204, 'POST', '/working-times', { account: late });
  await does(204, 'DELETE', `/calendars/${strict.id}`);
  partly(await response(l), { workingBreached: false, timeZone: 'America/Los_Angeles', calendar: { name: 'Seoul' } });
  for (const address of [early, late]) await does(204, 'POST', '/working-times', { account: address });
});

test('one default calendar, which goes last; wrong words are named by field', async () => {
  const [seoul] = (await server.get('/calendars', { token: viewer })).items;
  const second = await does(201, 'POST', '/calendars', { name: 'Second', timeZone: 'UTC', hours: OFFICE, default: true });
  const all = (await server.get('/calendars', { token: viewer })).items;
  assert.deepEqual(all.filter((c) => c.default).map((c) => c.id), [second.id]);
  problem(await ask('DELETE', `/calendars/${second.id}`), 409, 'calendar.default');
  await does(200, 'PATCH', `/calendars/${seoul.id}`, { default: true });
  await does(204, 'DELETE', `/calendars/${second.id}`);
  const bad = (json, field) => ask('POST', '/calendars', { name: 'x', timeZone: 'UTC', ...json }).then((answer) => invalid(answer, field));
  await bad({ timeZone: 'GMT+5' }, 'timeZone');
  await bad({ hours: ['mon 09:00-12:00 11:00-13:00'] }, 'hours');
  await bad({ hours: ['someday 09:00-12:00'] }, 'hours');
  await bad({ responseMinutes: 0 }, 'responseMinutes');
  invalid(await ask('POST', '/calendars', {}), 'name', 'timeZone');
  invalid(await ask('PATCH', `/calendars/${seoul.id}`, { timeZone: '' }), 'timeZone');
});

test('another publisher\'s calendars are not found, and sellers change none', async () => {
  const [seoul] = (await server.get('/calendars', { token: viewer })).items;
  await server.lead(other, lead());
  assert.deepEqual((await server.get('/calendars', { token: stranger })).items, []);
  for (const [method, route, json] of [['GET', ''], ['PATCH', '', {}], ['DELETE', ''], ['POST', '/days', { days: [] }], ['DELETE', '/days/05-01']]) {
    problem(await ask(method, `/calendars/${seoul.id}${route}`, json, stranger), 404);
  }
  problem(await ask('GET', '/calendars?publisher=contoso', undefined, stranger), 404);
  for (const token of [viewer, seller]) problem(await ask('POST', '/calendars', { name: 'x', timeZone: 'UTC' }, token), 403);
  problem(await ask('GET', '/working-times', undefined, viewer), 403);
  invalid(await server.api('POST', '/calendars', { json: { name: 'whose', timeZone: 'UTC' } }), 'publisher');
});

test('by command: a calendar, its days from a list, and who works by it', async () => {
  const id = await server.ok('calendar', 'add', 'Office', 'America/New_York', '--hours', 'mon-thu 09:00-18:00,fri 09:00-15:00', '--response-minutes', '240', '--publisher', 'fabrikam');
  assert.match(id, uuid7);
  const fed = await run(binary, [...server.site.where, 'calendar', 'days', id, '--replace', '--json'], { env: server.site.env, input: '2026-11-26 Thanksgiving\n\n12-25,Christmas\n' });
  assert.equal(fed.code, 0, fed.stderr);
  assert.deepEqual(JSON.parse(fed.stdout).days, [{ day: '12-25', name: 'Christmas' }, { day: '2026-11-26', name: 'Thanksgiving' }]);
  await server.ok('user', 'add', 'lee@fabrikam.example', '--role', 'seller', '--publisher', 'fabrikam');
  await server.ok('calendar', 'person', 'lee@fabrikam.example', '--time-zone', 'America/Chicago', '--publisher', 'fabrikam');
  const set = await server.okJson('calendar', 'set', id, '--name', 'HQ');
  partly(set, { name: 'HQ', responseMinutes: 240, default: true, timeZone: 'America/New_York' });
  assert.deepEqual((await server.okJson('calendar', 'list', '--publisher', 'fabrikam')).items.map((c) => c.name), ['HQ']);
  const shown = await server.ok('calendar', 'list');
  assert.match(shown, /HQ/);
  await server.ok('calendar', 'remove', id);
  assert.deepEqual((await server.get('/calendars', { token: stranger })).items, []);
});

test('two people edit one calendar: who saw an older one is told, its days off included', async () => {
  const made = await does(201, 'POST', '/calendars', { name: 'Shared', timeZone: 'Asia/Seoul', hours: OFFICE });
  const seen = (await ask('GET', `/calendars/${made.id}`)).headers.etag;
  assert.equal(seen, made.eTag);
  const change = (method, what, json, etag = seen) => server.api(method, `/calendars/${made.id}${what}`, { token: manager, json, headers: { 'If-Match': etag } });
  const both = await Promise.all([change('PATCH', '', { name: 'From A' }), change('POST', '/days', { days: ['2027-01-01 New Year'] })]);
  assert.deepEqual(both.map((r) => r.status).sort(), [200, 412]);
  problem(both.find((r) => r.status === 412), 412, 'calendar.changed');
  const first = both.find((r) => r.status === 200).json;
  assert.deepEqual([first.name, first.days.length], both[0].status === 200 ? ['From A', 0] : ['Shared', 1]);
  const named = await change('PATCH', '', { responseMinutes: 240 }, first.eTag);
  const days = await change('POST', '/days', { replace: true, days: ['2027-01-01', '05-01'] }, named.json.eTag);
  assert.equal(days.status, 200, days.text);
  problem(await change('DELETE', '/days/05-01', undefined, named.json.eTag), 412, 'calendar.changed');
  problem(await change('DELETE', '', undefined), 412, 'calendar.changed');
  assert.deepEqual((await does(200, 'GET', `/calendars/${made.id}`)).days.map((d) => d.day).sort(), ['05-01', '2027-01-01']);
  const left = await change('DELETE', '/days/05-01', undefined, days.json.eTag);
  assert.equal((await does(200, 'GET', '/calendars')).items.find((c) => c.id === made.id).eTag, left.json.eTag);
  assert.equal((await change('DELETE', '', undefined, left.json.eTag)).status, 204);
});
