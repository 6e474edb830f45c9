// The clock of a first response while a lead goes from hand to hand, against a calculation of its own: quarter hours
// counted one by one, in the zones of the JavaScript engine.

import assert from 'node:assert/strict';
import test from 'node:test';
import { lead } from '../lib/leads.mjs';
import { chance, pick, seed } from '../lib/random.mjs';
import { serving } from '../lib/serving.mjs';
import { bytes, query } from '../lib/store.mjs';

const server = await serving();
const MINUTE = 60_000, QUARTER = 15 * MINUTE, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const zones = ['Asia/Seoul', 'Asia/Shanghai', 'Asia/Kathmandu', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Auckland', 'Europe/Berlin', 'America/St_Johns',
  'America/New_York', 'America/Sao_Paulo', 'UTC'];
const two = (n) => String(n).padStart(2, '0');
const clockText = (quarter) => `${two(Math.floor(quarter / 4))}:${two((quarter % 4) * 15)}`;

// ---- the other calculation ----

const formats = new Map(zones.map((zone) => [zone, new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' })]));
const known = new Map();
function local(zone, at) {
  const key = `${zone} ${at}`;
  if (!known.has(key)) {
    const p = Object.fromEntries(formats.get(zone).formatToParts(at).map(({ type, value }) => [type, value]));
    known.set(key, { weekday: p.weekday.toLowerCase(), day: `${p.year}-${p.month}-${p.day}`, quarter: Number(p.hour) * 4 + Number(p.minute) / 15 });
  }
  return known.get(key);
}
function works({ hours, days }, zone, at) {
  const here = local(zone, at);
  return !days.includes(here.day) && !days.includes(here.day.slice(5)) && (hours[here.weekday] ?? []).some(([from, to]) => from <= here.quarter && here.quarter < to);
}
function worked(calendar, zone, from, to) {
  let sum = 0;
  for (let cell = Math.floor(from / QUARTER) * QUARTER; cell < to; cell += QUARTER) if (works(calendar, zone, cell)) sum += Math.min(to, cell + QUARTER) - Math.max(from, cell);
  return sum;
}
function after(calendar, zone, from, promise) {
  let left = promise;
  for (let cell = Math.floor(from / QUARTER) * QUARTER; cell < from + 60 * DAY; cell += QUARTER) {
    if (!works(calendar, zone, cell)) continue;
    const start = Math.max(from, cell), room = cell + QUARTER - start;
    if (left <= room) return start + left;
    left -= room;
  }
  return null;
}

// ---- calendars and people by chance ----

function someHours() {
  const hours = {};
  for (const day of WEEK) {
    if (chance() < 0.25) continue;
    const from = Math.floor(chance() * 60), to = from + 1 + Math.floor(chance() * (95 - from)), spans = [[from, to]];
    if (to < 90 && chance() < 0.5) spans.push([to + 2, to + 2 + Math.floor(chance() * (93 - to)) + 1]);
    hours[day] = spans.map(([a, b]) => [a, Math.min(b, 96)]);
  }
  hours.wed ??= [[32, 72]]; // there is some time each week
  return hours;
}
const isoDay = (at) => new Date(at).toISOString().slice(0, 10);
async function someCalendar(publisher, name) {
  const hours = someHours(), zone = pick(zones), responseMinutes = pick([60, 240, 480, 1000]);
  const days = [...new Set(Array.from({ length: 4 }, () => isoDay(Date.now() + (chance() * 20 - 12) * DAY)).map((d) => (chance() < 0.3 ? d.slice(5) : d)))];
  const lines = Object.entries(hours).map(([day, spans]) => `${day} ${spans.map(([a, b]) => `${clockText(a)}-${clockText(b)}`).join(' ')}`);
  const { id } = await server.expect(201, 'POST', '/calendars', { json: { publisher, name, timeZone: zone, hours: lines, responseMinutes } });
  await server.expect(200, 'POST', `/calendars/${id}/days`, { json: { days } });
  return { id, name, hours, days, zone, promise: responseMinutes * MINUTE };
}

async function world(publisher) {
  const path = await server.offer(`${publisher}.crm`);
  const usual = await someCalendar(publisher, 'usual'), second = await someCalendar(publisher, 'second');
  const people = [{ email: '', calendar: usual, zone: usual.zone }];
  for (const [name, calendar, zone] of [['plain', null, null], ['far', null, pick(zones)], ['own', second, null], ['both', second, pick(zones)]]) {
    const email = `${name}@${publisher}.example`;
    await server.ok('user', 'add', email, '--role', 'seller', '--publisher', publisher);
    if (calendar ?? zone) await server.expect(204, 'POST', '/working-times', { json: { publisher, account: email, ...(calendar && { calendar: calendar.id }), ...(zone && { timeZone: zone }) } });
    people.push({ email, calendar: calendar ?? usual, zone: zone ?? (calendar ?? usual).zone });
  }
  return { path, people };
}

/** What the lead says now, against what is right for whom it belongs to. */
async function compare(id, received, { email, calendar, zone }, said) {
  const from = Date.now();
  const r = (await server.get(`/leads/${id}`)).firstResponse;
  const end = r.respondedAt ? [Date.parse(r.respondedAt), Date.parse(r.respondedAt)] : [from, Date.now()];
  const what = `LEADLINE_TEST_SEED=${seed}: ${said}, ${email || 'nobody'}, ${calendar.name} in ${zone}, received ${new Date(received).toISOString()}`;
  assert.equal(r.timeZone, zone, what);
  assert.equal(Date.parse(r.dueAt), received + 24 * HOUR, `${what}: the promise is the clock's, whoever has it`);
  assert.equal(r.breached, end[0] > received + 24 * HOUR, what);
  const [low, high] = end.map((at) => worked(calendar, zone, received, at));
  assert.ok(r.workingMs >= low && r.workingMs <= high, `${what}: ${r.workingMs} ms worked, not ${low} to ${high}`);
  const due = after(calendar, zone, received, calendar.promise);
  assert.equal(r.workingDueAt && Date.parse(r.workingDueAt), due, `${what}: due`);
  if (due === null || end[0] > due || end[1] <= due) assert.equal(r.workingBreached, due !== null && end[0] > due, what);
}

for (const round of [1, 2, 3]) {
  test(`handed over again and again, the clock is that of who has the lead (${round})`, async () => {
    const { path, people } = await world(`hands${round}`);
    for (let n = 0; n < 8; n += 1) {
      const { id } = await server.lead(path, lead());
      const received = Date.now() - Math.floor(chance() * 12 * DAY), due = received + 24 * HOUR;
      await query(server.site.db, `UPDATE lead SET received_at = ${received}, due_at = ${due}, due_sort = ${due} WHERE lead_id = ${bytes(server.site.db, id.replaceAll('-', ''))}`);
      let owner = people[0];
      for (let step = 0; step < 5; step += 1) {
        owner = pick(people);
        await server.expect(200, 'POST', `/leads/${id}/owner`, { json: { owner: owner.email } });
        await compare(id, received, owner, `step ${step}`);
      }
      await server.expect(200, 'POST', `/leads/${id}/calls`, { json: { outcome: 'unsure' } });
      await compare(id, received, owner, 'answered');
    }
  });
}
