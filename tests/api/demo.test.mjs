// serve --demo: what a newcomer meets first is a team at work, made by the same rules as everything else.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

let server, leads;

const every = async (path) => {
  const all = [];
  for (let next = ''; next !== null;) {
    const page = await server.get(`${path}${next && `&after=${encodeURIComponent(next)}`}`);
    all.push(...page.items);
    next = page.next;
  }
  return all;
};

before(async () => {
  server = await Server.start({ args: ['--demo'] });
  await until(() => server.log.includes('Send a lead:'), { timeout: 60_000, what: () => `the demo is told\n${server.log}` });
  leads = await every('/leads?limit=200');
});
after(() => server.stop());

const COLLEAGUES = ['Admin', 'Sara Lindqvist', '박미나', '陈伟'];

const users = async () => (await server.get('/users?limit=50')).items;

test('its people have won, lost and declined leads, and have some under way', async () => {
  const of = (substatus) => leads.filter((l) => l.substatus === substatus);
  for (const substatus of ['Received', 'Accepted', 'Won', 'Lost', 'Declined']) assert.ok(of(substatus).length >= 3, `${substatus}: ${of(substatus).length}`);
  const owners = new Set(leads.map((l) => l.owner));
  assert.deepEqual((await users()).filter((u) => owners.has(u.id)).map((u) => u.name).sort(), COLLEAGUES.sort());
  const stages = new Set(of('Accepted').map((l) => l.stage.key));
  assert.deepEqual([...stages].sort(), ['contact', 'decision', 'proposal', 'qualify', 'solution'].sort());
});

test('most were answered in time, a few are late, nobody worked on what is no request', () => {
  const owed = leads.filter((l) => l.firstResponse.dueAt && !l.firstResponse.respondedAt && l.status !== 'Closed');
  const late = owed.filter((l) => Date.parse(l.firstResponse.dueAt) < Date.now());
  assert.ok(owed.length >= 10 && late.length >= 1 && late.length < owed.length / 2, `${late.length} of ${owed.length} are late`);
  for (const lead of leads) if (lead.kind === 'information') assert.equal(lead.owner ?? null, null, lead.id);
});

test('nothing is of the future but promises', async () => {
  const won = leads.find((l) => l.substatus === 'Won');
  const { timeline } = await server.get(`/leads/${won.id}`);
  assert.ok(timeline.some((entry) => entry.type === 'call'), JSON.stringify(timeline.map((entry) => entry.type)));
  const times = timeline.map((entry) => Date.parse(entry.at));
  assert.ok(times.every((at) => at <= Date.now()), 'no entry is later than now');
  assert.ok(times.every((at) => at >= Date.parse(won.receivedAt) - 1000), 'none is older than the lead');
});

test('the board has sums, today has promises, the counters count what is unread', async () => {
  const board = await server.get('/board?process=contoso.default');
  assert.ok(board.columns.some((column) => column.values.length > 1), JSON.stringify(board.columns));
  const tasks = await server.get('/tasks?publisher=contoso&limit=200');
  assert.ok(tasks.items.length >= 10, `${tasks.items.length} tasks`);
  const unread = await every('/leads?unread=true&limit=200');
  assert.equal((await server.get('/counters')).unread, unread.length);
});

test('another start adds nothing', async () => {
  await server.halt();
  await server.launch();
  await until(() => server.log.includes('Send a lead:'), { timeout: 60_000, what: 'the demo is told again' });
  assert.equal((await every('/leads?limit=200')).length, leads.length);
  assert.equal((await users()).length, COLLEAGUES.length);
});
