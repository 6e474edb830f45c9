// Source × action × offer gives the kind and the clock: the contract's table, row by row.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { hasFlags, hasNotFlags } from '../lib/asserts.mjs';
import { lead } from '../lib/leads.mjs';

const server = await serving();
const plain = await server.offer('contoso.crm');
const sold = await server.offer('contoso.sold', '--transactable');
const day = 24 * 60 * 60 * 1000;

//            LeadSource                        transactable  kind           clock  flag
const rows = [
  ['AppSource-PLT', false, 'interest', true],
  ['AppSource-PLT', true, 'interest', true],
  ['AppSource-INS', true, 'active', true],
  ['AppSource-INS', false, 'active', true],
  ['AzureMarketplace-INS', false, 'active', true],
  ['AzureMarketplace-INS', true, 'active', true],
  ['AzurePortal-Create', false, 'active', true],
  ['AzurePortal-Create', true, 'active', true],
  ['AzurePortal-Subscribe', true, 'active', true],
  ['TestDrive-StartTestDrive', false, 'trial', true],
  ['AzureMarketplace-StartTestDrive', false, 'trial', true],
  ['AppSource-StartTestDrive', false, 'trial', true],
  ['AppSource-DNC', false, 'information', false],
  ['AppSource-DNC', true, 'information', false],
  ['AzurePortal-PLT', false, 'interest', true, 'unusual-pair'],
  ['AzureMarketplace-PLT', false, 'interest', true, 'unusual-pair'],
  ['AzurePortal-DNC', false, 'information', false, 'unusual-pair'],
  ['AzureMarketplace-Create', false, 'active', true, 'unusual-pair'],
  ['AppSource-CONTACTME', false, 'unknown', true, 'unknown-action'],
  ['AzureMarketplace-XYZ', true, 'unknown', true, 'unknown-action'],
];

for (const [code, transactable, kind, clock, flag] of rows) {
  test(`${code}, ${transactable ? 'transactable' : 'not transactable'}: ${kind}${flag ? `, ${flag}` : ''}`, async () => {
    const offer = transactable ? 'contoso.sold' : 'contoso.crm';
    const got = await server.lead(transactable ? sold : plain, lead({ LeadSource: `${code}|${offer}`, ActionCode: undefined }));
    assert.equal(got.kind, kind);
    for (const one of ['unusual-pair', 'unknown-action']) (one === flag ? hasFlags : hasNotFlags)(got, one);
    if (clock) {
      assert.equal(Date.parse(got.firstResponse.dueAt) - Date.parse(got.receivedAt), day);
      assert.equal(got.firstResponse.respondedAt, null);
      assert.equal(got.firstResponse.breached, false);
    } else {
      assert.equal(got.firstResponse?.dueAt ?? null, null);
    }
    assert.equal(got.doNotContact, kind === 'information');
  });
}

test('a new lead is New and Received, owned by nobody', async () => {
  const got = await server.lead(plain, lead());
  assert.equal(got.status, 'New');
  assert.equal(got.substatus, 'Received');
  assert.equal(got.owner, null);
});

test('Create in Korean and Chinese is Create', async () => {
  for (const word of ['만들기', '创建', 'create', 'CREATE']) {
    const got = await server.lead(plain, lead({ LeadSource: `AzurePortal-${word}|contoso.crm`, ActionCode: undefined }));
    assert.equal(got.action, 'Create', word);
    assert.equal(got.kind, 'active', word);
  }
});

test('an unknown action keeps its literal', async () => {
  const got = await server.lead(plain, lead({ LeadSource: 'AppSource-GetItNow2|contoso.crm', ActionCode: undefined }));
  assert.equal(got.action, 'GetItNow2');
});

test('a DNC lead after a PLT lead of the same person leaves the earlier one contactable', async () => {
  const first = lead();
  const early = await server.lead(plain, first);
  const late = await server.lead(plain, { ...first, LeadSource: 'AppSource-DNC|contoso.crm', ActionCode: 'DNC' });
  assert.notEqual(late.id, early.id);
  assert.equal(late.doNotContact, true);
  const again = await server.get(`/leads/${early.id}`);
  assert.equal(again.doNotContact, false);
  assert.notEqual(again.firstResponse.dueAt, null);
});

test('a test lead has no clock and is no unread work', async () => {
  const { publishedTestLead } = await import('../lib/leads.mjs');
  const got = await server.lead(plain, publishedTestLead);
  assert.equal(got.test, true);
  assert.equal(got.firstResponse?.dueAt ?? null, null);
});
