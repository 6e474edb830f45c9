// The salesforce destination: a Lead over REST, with or without a field for the lead's id.

import test from 'node:test';
import assert from 'node:assert/strict';
import { Crm } from '../lib/crm.mjs';
import { chains, manners, tokenManners } from '../lib/crm-manners.mjs';
import { delivered, lastAttempt } from '../lib/deliveries.mjs';
import { publishedTestLead } from '../lib/leads.mjs';
import { serving } from '../lib/serving.mjs';

const server = await serving();
const secret = 'salesforcesecret0123456789';
const made = { id: '00Q5g00000AbCdEEAV', success: true, errors: [], created: true };
const notFound = [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }];

const fields = [
  { name: 'Id', createable: false },
  { name: 'LastName', label: 'Last Name', type: 'string', length: 80, createable: true, nillable: false, defaultedOnCreate: false, picklistValues: [] },
  { name: 'Industry', label: 'Industry', type: 'picklist', length: 255, createable: true, nillable: true, picklistValues: [{ label: 'x'.repeat(200_000) }] },
];

// An org as far as it goes: upsert by the field, a look by it, and plain creation.
const peer = (options) => {
  const leads = new Map();
  return Crm.start({
    tokenAnswer: (crm, token) => ({ access_token: token, instance_url: crm.instance ?? crm.base, token_type: 'Bearer', issued_at: '1795255200000', expires_in: crm.told }),
    ...options,
    records: (call) => {
      const key = call.path.split('?')[0];
      if (key.endsWith('/describe')) return { status: 200, body: JSON.stringify({ fields }) };
      if (call.method === 'GET') return leads.has(key)
        ? { status: 200, body: JSON.stringify({ Id: made.id }) } : { status: 404, body: JSON.stringify(notFound) };
      const created = !leads.has(key);
      leads.set(call.method === 'POST' ? `${key}#${leads.size}` : key, call.json);
      return { status: created ? 201 : 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...made, created }) };
    },
  }).then((crm) => Object.assign(crm, { leads, good: 201, told: options.life }));
};
const plain = (crm) => [`domain=${crm.base}`, 'clientId=3MVG9consumerkey', `clientSecret=${secret}`];
const keyed = (crm) => [...plain(crm), 'externalIdField=Leadline_Id__c'];
const chain = chains({ server, kind: 'salesforce', peer, settings: keyed });
const bareChain = chains({ server, kind: 'salesforce', peer, settings: plain });

test('a lead is upserted by the field that holds its id', async () => {
  const { crm, send } = await chain();
  const got = await send({ Description: 'Wants a call' }, { LastName: '', Company: '', Email: 'jo@example.com' });
  const done = await delivered(server, got);
  const [call] = crm.calls;
  assert.equal(crm.asked[0].path, '/services/oauth2/token');
  assert.equal(call.method, 'PATCH');
  assert.equal(call.path, `/services/data/v60.0/sobjects/Lead/Leadline_Id__c/${got.id ?? got}`);
  assert.equal(call.headers['sforce-duplicate-rule-header'], 'allowSave=true; includeRecordDetails=false; runAsCurrentUser=true');
  assert.equal(call.json.LastName, 'jo');
  assert.equal(call.json.Company, '[not provided]');
  assert.equal(call.json.LeadSource, 'AppSource');
  assert.ok(!('Leadline_Id__c' in call.json), 'the key is in the address only');
  assert.equal(done.remoteId, made.id);
});

test('a replay looks first, and leaves what is there as it is', async () => {
  const { crm, send } = await chain();
  const got = await send();
  const done = await delivered(server, got);
  await server.expect(200, 'POST', '/deliveries/replay', { json: { ids: [done.id] } });
  const again = await delivered(server, got, (d) => d.state === 'done' && d.attempts.length === 2);
  assert.equal(lastAttempt(again).outcome, 'already');
  assert.deepEqual(crm.calls.map((call) => call.method), ['PATCH', 'GET']);
});

test('a second attempt that finds nothing writes, in the same attempt', async () => {
  const { crm, send } = await chain();
  crm.script({ cutHeader: 40 });
  const got = await send();
  await delivered(server, got, (d) => d.attempts.length >= 2);
  const done = await delivered(server, got);
  assert.deepEqual(done.attempts.map((a) => a.outcome), ['unknown', 'delivered']);
  assert.deepEqual(crm.calls.map((call) => call.method), ['PATCH', 'GET', 'PATCH']);
  assert.equal(crm.leads.size, 1);
});

test('without such a field a lost answer may make it twice, and that is said', async () => {
  const { crm, send } = await bareChain();
  await delivered(server, await send()); // a connection is open now, and not used for what may not go twice
  crm.leads.clear();
  crm.script((call) => { crm.leads.set('lost', call.json); return { reset: true }; });
  const got = await send();
  await delivered(server, got, (d) => d.attempts.length >= 2);
  const done = await delivered(server, got);
  assert.deepEqual(done.attempts.map((a) => a.outcome), ['unknown', 'delivered']);
  assert.equal(lastAttempt(done).code, 'delivered-perhaps-twice');
  for (const record of crm.leads.values()) assert.match(record.Description, new RegExp(`Leadline: ${got.id ?? got}`));
});

test('records go where the token says', async () => {
  const { crm, send } = await chain();
  const other = await peer({});
  try {
    crm.instance = other.base;
    other.tokens = crm.tokens;
    await delivered(server, await send());
    assert.equal(other.calls.length, 1);
    assert.equal(crm.calls.length, 0);
  } finally {
    await other.stop();
  }
});

test('a token that leads to an address which is not encrypted is not followed', async () => {
  const { crm, send } = await chain({ options: { tls: true }, at: ['allowPrivate=true'], trusting: true });
  crm.instance = 'http://127.0.0.1:1';
  const after = await delivered(server, await send(), (d) => d.attempts.length >= 1);
  assert.equal(after.attempts[0].code, 'token-unreadable');
  assert.equal(crm.calls.length, 0);
});

test('the org\'s own fields are read, and the record\'s page is linked', async () => {
  const { crm, send, destination } = await chain();
  const { items } = await server.get(`/destinations/${destination}/fields`);
  assert.deepEqual(items, [
    { name: 'LastName', label: 'Last Name', type: 'string', max: 80, required: true },
    { name: 'Industry', label: 'Industry', type: 'picklist', max: 255, required: false },
  ]);
  const done = await delivered(server, await send());
  assert.equal(done.remoteLink, `${crm.base}/${made.id}`);
});

test('a duplicate rule that blocks refuses this lead, and names the record', async () => {
  const { crm, send } = await chain();
  crm.script({ status: 400, body: JSON.stringify([{ errorCode: 'DUPLICATES_DETECTED', message: 'Use one of these records?',
    duplicateResut: { matchResults: [{ matchRecords: [{ record: { Id: '00Q5g00000ZzZzZEAV' } }] }] } }]) });
  const refused = await delivered(server, await send(), 'rejected');
  assert.equal(lastAttempt(refused).code, 'duplicate-detected');
  assert.equal(refused.remoteId, '00Q5g00000ZzZzZEAV');
});

test('the requests of the day are used up: the destination waits for an hour', async () => {
  const { crm, send } = await chain();
  crm.script({ status: 403, body: JSON.stringify([{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }]) });
  const waiting = await delivered(server, await send(), (d) => d.attempts.length === 1 && d.state === 'due');
  assert.equal(waiting.attempts[0].code, 'request-limit');
  assert.ok(Date.parse(waiting.nextAttemptAt) - Date.now() > 50 * 60_000, waiting.nextAttemptAt);
});

test('test leads are marked, do-not-contact is flagged', async () => {
  const { crm, path, send } = await chain();
  await delivered(server, await send({ ActionCode: 'DNC', LeadSource: 'AppSource-DNC|x.app' }));
  await delivered(server, await server.lead(path, publishedTestLead));
  const [dnc, marked] = crm.calls;
  assert.equal(dnc.json.HasOptedOutOfEmail, true);
  assert.equal(dnc.json.DoNotCall, true);
  assert.match(marked.json.Company, /^\[TEST\] /);
});

manners({ server, chain, secret, body: JSON.stringify(made) });
tokenManners({ server, chain, secretName: 'clientSecret' });
