// The grammar Source-Action|publisher.offer with the traps that were seen in the wild.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { hasFlags, hasNotFlags } from '../lib/asserts.mjs';
import { fullWidthSource, lead } from '../lib/leads.mjs';

const server = await serving();
const offers = new Map();
async function at(offer) {
  if (!offers.has(offer)) offers.set(offer, await server.offer(offer));
  return offers.get(offer);
}
const crm = 'contoso.crm';

// what it shows        text                                    offer   source             action        flags
const traps = [
  ['SPZA in brackets', 'AppSource (SPZA)-PLT|contoso.crm', crm, 'AppSource', 'PLT'],
  ['bare SPZA, blanks round the bar', 'SPZA-PLT | contoso.crm', crm, 'AppSource', 'PLT'],
  ['Create in the portal', 'AzurePortal-Create|bitnami.openedxcypress', 'bitnami.openedxcypress', 'AzurePortal', 'Create'],
  ['hyphens inside the offer', 'AzureMarketplace-INS|checkpoint.check-point-r77-10sg-byol', 'checkpoint.check-point-r77-10sg-byol', 'AzureMarketplace', 'INS'],
  ['an offer that looks like a GUID and is none', 'AzureMarketplace-INS|docusign.3701c77e-1cfa-4c56-91e6-3ed0b622145', 'docusign.3701c77e-1cfa-4c56-91e6-3ed0b622145', 'AzureMarketplace', 'INS'],
  ['a bracket instead of the bar', 'AppSource-PLT]contoso.crm', crm, 'AppSource', 'PLT'],
  ['an escaped bar', 'AppSource-PLT\\|contoso.crm', crm, 'AppSource', 'PLT'],
  ['no offer', 'AppSource-PLT', crm, 'AppSource', 'PLT'],
  ['an empty offer', 'AppSource-PLT|', crm, 'AppSource', 'PLT'],
  ['lower case', 'appsource-plt|contoso.crm', crm, 'AppSource', 'PLT'],
  ['upper case', 'AZUREMARKETPLACE-INS|CONTOSO.CRM', crm, 'AzureMarketplace', 'INS'],
  ['blanks at the ends', '  AppSource-PLT|contoso.crm \t', crm, 'AppSource', 'PLT'],
  ['blanks round the hyphen', 'AppSource - PLT | contoso.crm', crm, 'AppSource', 'PLT'],
  ['full-width hyphen and bar', fullWidthSource, crm, 'AppSource', 'PLT'],
  ['the fourth source', 'TestDrive-StartTestDrive|contoso.crm', crm, 'TestDrive', 'StartTestDrive'],
];

for (const [what, text, offer, source, action] of traps) {
  test(`LeadSource: ${what}`, async () => {
    const got = await server.lead(await at(offer), lead({ LeadSource: text, ActionCode: undefined, OfferTitle: undefined }));
    assert.equal(got.source, source);
    assert.equal(got.action, action);
    assert.equal(got.offer.id, offer);
    assert.equal(got.leadSource, text, 'as it came');
    hasNotFlags(got, 'offer-conflict', 'action-conflict', 'unknown-action', 'unknown-source');
  });
}

test('LeadSource: several bars in an offer name: only the first one cuts', async () => {
  const got = await server.lead(await at(crm), lead({ LeadSource: 'AppSource-PLT|CRM | Gold | 2026', ActionCode: undefined, OfferTitle: undefined }));
  assert.equal(got.source, 'AppSource');
  assert.equal(got.action, 'PLT');
  assert.equal(got.leadSource, 'AppSource-PLT|CRM | Gold | 2026');
});

test('LeadSource: dup- before the action is a flag, not an action', async () => {
  const got = await server.lead(await at(crm), lead({ LeadSource: 'AppSource-dup-PLT|contoso.crm', ActionCode: undefined }));
  assert.equal(got.action, 'PLT');
  hasFlags(got, 'sender-duplicate');
});

test('LeadSource: bare source, the action comes from ActionCode', async () => {
  const got = await server.lead(await at(crm), lead({ LeadSource: 'AzurePortal', ActionCode: 'Create' }));
  assert.equal(got.source, 'AzurePortal');
  assert.equal(got.action, 'Create');
});

test('LeadSource: free text of 2018 is kept', async () => {
  const got = await server.lead(await at(crm), lead({ LeadSource: 'Partner web site', ActionCode: undefined }));
  assert.equal(got.leadSource, 'Partner web site');
  hasFlags(got, 'unknown-source');
});

test('LeadSource says INS, ActionCode says PLT: LeadSource is shown, both kept, flagged', async () => {
  const got = await server.lead(await at(crm), lead({ LeadSource: 'AppSource-INS|contoso.crm', ActionCode: 'PLT' }));
  assert.equal(got.action, 'INS');
  assert.equal(got.asReceived.actionCode, 'PLT');
  hasFlags(got, 'action-conflict');
});

test('LeadSource and ActionCode that agree but for case are no conflict', async () => {
  hasNotFlags(await server.lead(await at(crm), lead({ LeadSource: 'AppSource-PLT|contoso.crm', ActionCode: 'plt' })), 'action-conflict');
});

test('another offer in LeadSource: the offer of the URL is shown, flagged', async () => {
  const got = await server.lead(await at(crm), lead({ LeadSource: 'AppSource-PLT|fabrikam.erp' }));
  assert.equal(got.offer.id, crm);
  assert.equal(got.publisher, 'contoso');
  assert.equal(got.leadSource, 'AppSource-PLT|fabrikam.erp');
  hasFlags(got, 'offer-conflict');
});

test('another OfferTitle than the known one is flagged; the same but for case and blanks is not', async () => {
  const path = await server.offer('contoso.titled', '--title', 'Contoso Titled');
  const send = (title) => server.lead(path, lead({ LeadSource: 'AppSource-PLT|contoso.titled', OfferTitle: title }));
  hasFlags(await send('Something Else'), 'offer-conflict');
  hasNotFlags(await send(' contoso titled '), 'offer-conflict');
});
