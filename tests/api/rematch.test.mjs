// `leadline rematch` beside a running server: a plan, carried out, taken back, and what users said.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { lead } from '../lib/leads.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
const person = { FirstName: 'Anna', LastName: 'Meyer', Country: 'DE', Company: '', Title: '', Email: 'anna.meyer@acme.de', Phone: '' };
let serial = 0;
const actions = ['PLT', 'INS', 'CTM'];
const one = (fields = {}) => {
  const ActionCode = actions[serial++ % actions.length];
  return server.lead(path, lead({ Description: `number ${serial}`, ActionCode, LeadSource: `AppSource-${ActionCode}|contoso.crm` },
    { ...person, ...fields }));
};

async function rematch(...args) {
  const done = await server.cli(['rematch', '--publisher', 'contoso', '--json', ...args]);
  assert.equal(done.code, 0, done.stderr);
  return JSON.parse(done.stdout);
}
const customers = async () => (await server.get('/customers')).items.length;

test('a rematch is planned, carried out, shown and taken back', async () => {
  await one();
  await one({ Company: 'Acme GmbH' });
  await one({ FirstName: 'Carl', LastName: 'Iversen', Email: 'carl@nordlys.no', Country: 'NO' });
  const before = await customers();

  const dry = await rematch('--dry-run', '--threshold', '39');
  assert.equal(dry.dryRun, true);
  assert.equal(dry.rematch, null);
  assert.equal(dry.customersBefore, before);
  assert.ok(dry.split > 0 && dry.changes[0].change === 'split' && dry.changes[0].steps.length > 0);
  assert.equal(await customers(), before, 'a dry run changes nothing');

  const apart = await rematch('--threshold', '39.5');
  assert.equal(apart.split, dry.split);
  assert.equal(await customers(), apart.customers);
  const again = await rematch();
  assert.equal(again.merged, apart.split);
  const merge = again.changes.find((c) => c.change === 'merge');
  assert.ok(merge.bits > 2);
  const shown = await server.get(`/customers/${merge.to}`);
  assert.equal(shown.history[0].verb, 'rematch');
  assert.ok(shown.history[0].why.bits > 2);

  const back = await rematch('--undo', again.rematch);
  assert.deepEqual([back.changesKept, back.changesTakenBack > 0], [0, true]);
  assert.equal(await customers(), apart.customers);
  assert.equal((await rematch()).customers, before);
});

test('what is doubtful waits for a person, and is taken back with the rest', async () => {
  const who = { FirstName: 'Liam', LastName: 'Byrne', Email: 'liam@liffey.ie', Country: 'IE' };
  await one(who);
  const { id } = await one({ ...who, Company: 'Liffey Ltd' });
  const { why } = (await server.get(`/leads/${id}`)).match, before = await customers();
  const open = async () => (await server.get('/matches?state=review&publisher=contoso')).items;
  // One bit more than their link has: apart, and a person should look.
  const doubtful = ['--threshold', String(why.bits + 1)], known = await open();
  const plan = await rematch('--dry-run', ...doubtful);
  assert.deepEqual([plan.review > 0, plan.asked, (await open()).length], [true, 0, known.length], 'a plan asks nobody');
  const done = await rematch(...doubtful), asked = await open();
  assert.ok(done.asked > 0 && done.asked <= done.review, `${done.asked} of ${done.review}`);
  assert.equal(asked.length, known.length + done.asked);
  assert.ok(asked.some((pair) => [pair.a, pair.b].some((side) => side.lead.id === id) && pair.why.bits > why.bits - 3), JSON.stringify(asked));
  await rematch('--undo', done.rematch);
  assert.deepEqual([(await open()).length, await customers()], [known.length, before]);
});

test('what cannot be rematched says why', async () => {
  const words = async (args) => (await server.cli(['rematch', ...args])).stderr;
  assert.match(await words(['--publisher', 'nobody']), /no publisher/);
  assert.match(await words(['--publisher', 'contoso', '--threshold', 'much']), /number of bits/);
  assert.match(await words(['--publisher', 'contoso', '--undo', '01a202bb-5a3b-7001-841a-4916d2c5c020']), /no such rematch/);
  assert.match(await words(['--publisher', 'contoso', '--model', '77']), /no model 77/i);
});

// The job that was asked for, once it is over.
async function job(json, status = 202) {
  const asked = await server.api('POST', '/rematch', { json: { publisher: 'contoso', ...json } });
  assert.equal(asked.status, status, asked.text);
  return over();
}
async function over() {
  return until(async () => {
    const now = await server.get('/rematch?publisher=contoso');
    return ['done', 'failed'].includes(now.state) && now;
  }, { what: 'the rematch is over' });
}

test('by the API: a plan, what it would do and why, then doing it and taking it back', async () => {
  const before = await customers();
  const plan = await job({ dryRun: true, threshold: '39' });
  assert.deepEqual([plan.state, plan.dryRun, plan.rematch, plan.percent], ['done', true, null, 100]);
  assert.ok(plan.plan.split > 0);
  assert.equal(plan.plan.changes[0].change, 'split');
  assert.ok(plan.plan.changes[0].steps.some((s) => s.trait === 'name' && s.bits > 0));
  assert.equal(await customers(), before);

  const done = await job({ threshold: '39' });
  assert.equal(await customers(), done.plan.customers);
  assert.deepEqual([done.past[0].id, done.past[0].state, done.past[0].threshold], [done.rematch, 'done', 39]);
  const undo = await server.api('POST', `/rematch/${done.rematch}/undo`, {});
  assert.equal(undo.status, 202, undo.text);
  const back = await over();
  assert.equal(back.state, 'done', back.problem);
  assert.equal(back.past[0].state, 'undone');
  assert.equal(await customers(), before);
  await server.api('POST', `/rematch/${done.rematch}/undo`, {});
  assert.match((await over()).problem, /taken back before/);
});

test('by the API: what is wrong is said', async () => {
  const bad = await server.api('POST', '/rematch', { json: { publisher: 'contoso', threshold: 'much' } });
  assert.ok([400, 422].includes(bad.status), bad.text);
  const unknown = await server.api('POST', '/rematch', { json: { publisher: 'nobody' } });
  assert.equal(unknown.status, 404);
  const failed = await job({ model: 77, dryRun: true });
  assert.equal(failed.state, 'failed');
  assert.match(failed.problem, /no model 77/i);
});
