// `leadline rematch` beside a running server: a plan, carried out, taken back, and what users said.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { lead } from '../lib/leads.mjs';

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

test('what cannot be rematched says why', async () => {
  const words = async (args) => (await server.cli(['rematch', ...args])).stderr;
  assert.match(await words(['--publisher', 'nobody']), /no publisher/);
  assert.match(await words(['--publisher', 'contoso', '--threshold', 'much']), /number of bits/);
  assert.match(await words(['--publisher', 'contoso', '--undo', '01a202bb-5a3b-7001-841a-4916d2c5c020']), /no such rematch/);
  assert.match(await words(['--publisher', 'contoso', '--model', '77']), /no model 77/i);
});
