// The dynamics365 destination: a lead in Dataverse under a key of ours.

import test from 'node:test';
import assert from 'node:assert/strict';
import { Crm } from '../lib/crm.mjs';
import { chains, manners, tokenManners } from '../lib/crm-manners.mjs';
import { delivered, lastAttempt } from '../lib/deliveries.mjs';
import { publishedTestLead } from '../lib/leads.mjs';
import { serving } from '../lib/serving.mjs';

const server = await serving();
const secret = 'dyn~secret~value~0123456789';
const tenant = '7a1f3a9e-1111-4c1b-9a7e-0123456789ab';

// As many and as wordy as those of a real environment: half a megabyte.
const attributes = Array.from({ length: 200 }, (_, i) => ({
  LogicalName: `new_field${i}`, AttributeType: 'String', MaxLength: 100, IsValidForCreate: i !== 7, RequiredLevel: { Value: 'None' },
  DisplayName: { LocalizedLabels: [], UserLocalizedLabel: { Label: `필드 ${i}` } }, Description: { Text: 'x'.repeat(2500) },
}));
attributes.push({ LogicalName: 'lastname', AttributeType: 'String', MaxLength: 50, IsValidForCreate: true,
  RequiredLevel: { Value: 'ApplicationRequired' }, DisplayName: { UserLocalizedLabel: { Label: 'Last Name' } } });

// Dataverse as far as it goes: PATCH with If-None-Match creates, or says that it is there.
const peer = (options) => {
  const records = new Map();
  return Crm.start({
    ...options,
    records: (call) => {
      if (call.method === 'GET') return { status: 200, body: JSON.stringify({ value: attributes }) };
      if (records.has(call.path)) return { status: 412, body: JSON.stringify({ error: { code: '0x80060882', message: 'A record with matching key values already exists.' } }) };
      records.set(call.path, call.json);
      return { status: 204, headers: { 'OData-Version': '4.0', 'OData-EntityId': `https://x.example${call.path}` } };
    },
  }).then((crm) => Object.assign(crm, { leads: records, good: 204 }));
};
const settings = (crm) => [`url=${crm.base}/main.aspx?appid=1`, `loginUrl=${crm.base}`, `tenantId=${tenant}`, 'clientId=the-app', `clientSecret=${secret}`];
const chain = chains({ server, kind: 'dynamics365', peer, settings });

test('a lead is created under a key of ours, create only, with what Dataverse asks for', async () => {
  const { crm, send } = await chain();
  const got = await send({ Description: 'Wants a call' }, { FirstName: 'Ana', LastName: 'Müller', Company: "O'Neil & Söhne" });
  const done = await delivered(server, got);
  const [call] = crm.calls;
  const [asked] = crm.asked;
  assert.equal(asked.path, `/${tenant}/oauth2/v2.0/token`);
  assert.deepEqual(asked.form, { grant_type: 'client_credentials', client_id: 'the-app', client_secret: secret, scope: `${crm.base}/.default` });
  assert.equal(call.method, 'PATCH');
  const [, key] = /^\/api\/data\/v9\.2\/leads\(([0-9a-f-]{36})\)$/.exec(call.path);
  assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'version and variant as RFC 9562 wants them');
  assert.equal(call.headers['if-none-match'], '*');
  assert.equal(call.headers['odata-version'], '4.0');
  assert.match(call.headers['content-type'], /^application\/json; ?charset=utf-8$/i);
  assert.equal(call.json.firstname, 'Ana');
  assert.equal(call.json.companyname, "O'Neil & Söhne");
  assert.equal(call.json.subject, 'The App - Ana Müller');
  assert.match(call.json.description, new RegExp(`Wants a call[^]*LeadSource: AppSource-PLT[^]*${got.id ?? got}`));
  assert.equal(done.remoteId, key);
});

test('a replay changes nothing over there, and counts as delivered', async () => {
  const { crm, send } = await chain();
  const got = await send();
  const done = await delivered(server, got);
  await server.expect(200, 'POST', '/deliveries/replay', { json: { ids: [done.id] } });
  const again = await delivered(server, got, (d) => d.state === 'done' && d.attempts.length === 2);
  assert.equal(lastAttempt(again).outcome, 'already');
  assert.equal(again.remoteId, done.remoteId);
  assert.equal(crm.leads.size, 1);
});

test('an answer that was lost after it was made does not make a second lead', async () => {
  const { crm, send } = await chain();
  crm.script((call) => { crm.leads.set(call.path, call.json); return { cutHeader: 40 }; });
  const got = await send();
  await delivered(server, got, (d) => d.attempts.length >= 2);
  const done = await delivered(server, got);
  assert.deepEqual(done.attempts.map((a) => a.outcome), ['unknown', 'already']);
  assert.equal(crm.leads.size, 1);
});

test('test leads are marked; do-not-contact sets three flags; own fields are typed', async () => {
  const { crm, path, send } = await chain({ more: ['mapping=leadsourcecode:int = 8\njobtitle =\nownerid@odata.bind = /teams(11111111-2222-3333-4444-555555555555)'] });
  await delivered(server, await send({ ActionCode: 'DNC', LeadSource: 'AppSource-DNC|x.app' }, { Title: 'CTO' }));
  await delivered(server, await server.lead(path, publishedTestLead));
  const [dnc, marked] = crm.calls;
  for (const flag of ['donotemail', 'donotphone', 'donotbulkemail']) assert.equal(dnc.json[flag], true);
  assert.equal(dnc.json.leadsourcecode, 8);
  assert.equal(dnc.json['ownerid@odata.bind'], '/teams(11111111-2222-3333-4444-555555555555)');
  assert.ok(!('jobtitle' in dnc.json));
  assert.match(marked.json.subject, /^\[TEST\] /);
});

test('the environment\'s own fields are read, which writes nothing', async () => {
  const { crm, destination } = await chain();
  const { items } = await server.get(`/destinations/${destination}/fields`);
  assert.equal(items.length, 200, 'without the one that cannot be set');
  assert.deepEqual(items.at(-1), { name: 'lastname', label: 'Last Name', type: 'String', max: 50, required: true });
  assert.match(crm.calls[0].path, /^\/api\/data\/v9\.2\/EntityDefinitions\(LogicalName='lead'\)\/Attributes\?/);
  const asked = await server.expect(200, 'POST', `/destinations/${destination}/test`, { json: { deliver: false } });
  assert.equal(asked.outcome, 'delivered');
  assert.equal(crm.leads.size, 0);
});

test('the record\'s page is linked', async () => {
  const { crm, send } = await chain();
  const done = await delivered(server, await send());
  assert.equal(done.remoteLink, `${crm.base}/main.aspx?pagetype=entityrecord&etn=lead&id=${done.remoteId}`);
});

test('a published error of Dynamics names its remedy', async () => {
  const { crm, send } = await chain();
  crm.script({ status: 403, body: JSON.stringify({ error: { code: '0x80042f09', message: 'SecLib::RetrievePrivilegeForUser failed - no roles are assigned to user.' } }) });
  const parked = await delivered(server, await send(), 'parked');
  assert.equal(lastAttempt(parked).code, 'no-roles');
  assert.match(lastAttempt(parked).detail, /Lead Writer/);
});

test('the tenant is not found: the remedy names it, and nothing of the lead is sent', async () => {
  const { crm, send } = await chain();
  crm.scriptTokens({ status: 400, body: JSON.stringify({ error: 'invalid_request', error_description: `AADSTS90002: Tenant '${tenant}' not found.` }) });
  const parked = await delivered(server, await send(), 'parked');
  assert.equal(lastAttempt(parked).code, 'token-invalid-request');
  assert.match(lastAttempt(parked).detail, /tenant.*AADSTS90002/i);
  assert.equal(crm.calls.length, 0);
});

manners({ server, chain, secret, body: '' });
tokenManners({ server, chain, secretName: 'clientSecret' });
