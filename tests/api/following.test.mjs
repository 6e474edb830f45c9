// Following: status and owner of a lead's record in the CRM come back, are shown, and change nothing of ours.

import test from 'node:test';
import assert from 'node:assert/strict';
import { Crm } from '../lib/crm.mjs';
import { chains } from '../lib/crm-manners.mjs';
import { delivered } from '../lib/deliveries.mjs';
import { serving } from '../lib/serving.mjs';
import { EventStream } from '../lib/sse.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();
const secret = 'salesforcesecret0123456789';
const json = (value, status = 200) => ({ status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });

// An org: leads by their external id, each with status, owner and time of change; a list in pages of `page`.
const org = async (options = {}) => {
  const crm = await Crm.start({
    tokenAnswer: (peer, token) => ({ access_token: token, instance_url: peer.base, token_type: 'Bearer', issued_at: '1795255200000' }),
    refusal: json([{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }], 401),
    ...options,
    records: (call) => {
      const [path, query] = call.path.split('?');
      if (path.endsWith('/queryAll')) { crm.queries.push(new URLSearchParams(query).get('q')); return crm.list(0); }
      const more = /\/query\/list-(\d+)$/.exec(path);
      if (more) { crm.queries.push(path); return crm.list(Number(more[1])); }
      const key = path.split('/').at(-1);
      const created = !crm.rows.has(key);
      const Id = crm.rows.get(key)?.Id ?? `00Q5g00000AbC${String(crm.rows.size).padStart(2, '0')}EAV`;
      crm.rows.set(key, { Id, Status: 'Open - Not Contacted', IsConverted: false, IsDeleted: false,
        Owner: { Name: 'Integration', Email: 'int@contoso.com' }, SystemModstamp: new Date().toISOString() });
      return json({ id: Id, success: true, created, errors: [] }, 201);
    },
  });
  return Object.assign(crm, {
    rows: new Map(), queries: [], page: 200, good: 201,
    list(from) {
      const all = [...this.rows.values()];
      const next = from + this.page;
      return json({ totalSize: all.length, done: next >= all.length, records: all.slice(from, next),
        nextRecordsUrl: next >= all.length ? undefined : `/services/data/v60.0/query/list-${next}` });
    },
    edit(key, change) { this.rows.set(key, { ...this.rows.get(key), SystemModstamp: new Date().toISOString(), ...change }); },
  });
};
const settings = (crm) => [`domain=${crm.base}`, 'clientId=3MVG9consumerkey', `clientSecret=${secret}`, 'externalIdField=Leadline_Id__c'];
const chain = chains({ server, kind: 'salesforce', peer: org, settings });

const detail = (lead) => server.get(`/leads/${lead.id ?? lead}`);
const entries = async (lead) => (await detail(lead)).timeline.filter((entry) => entry.type === 'crm');
const follow = (destination) => server.get(`/destinations/${destination}`).then((d) => d.follow);

// Asks now, and waits until the list was read to its end.
async function readBack(destination) {
  const before = await follow(destination);
  await server.expect(200, 'POST', `/destinations/${destination}/follow`);
  return until(async () => {
    const now = await follow(destination);
    return (now.readAt !== before.readAt || now.failures > before.failures) && Date.parse(now.nextAt) > Date.now() && now;
  }, { what: 'the records were read back' });
}

test('status and owner come back onto the lead and its timeline, and ours stay', async () => {
  const { crm, destination, send, publisher } = await chain();
  const lead = await send();
  await delivered(server, lead);
  await readBack(destination);
  let got = await detail(lead);
  assert.equal(got.records.length, 1);
  assert.equal(got.records[0].standing, 'open');
  assert.equal(got.records[0].owner, 'Integration');
  assert.equal(got.records[0].conflict, null);
  assert.deepEqual(await entries(lead), [], 'a record that nobody has touched is no news');

  crm.edit(got.id, { Status: 'Working - Contacted', Owner: { Name: '김민지', Email: 'minji@contoso.com' } });
  await readBack(destination);
  got = await detail(lead);
  const [record] = got.records;
  assert.deepEqual([record.status, record.standing, record.owner, record.ownerEmail, record.conflict],
    ['Working - Contacted', 'working', '김민지', 'minji@contoso.com', 'worked-on-there']);
  assert.equal(record.id, crm.rows.get(got.id).Id);
  assert.ok(record.link.endsWith(record.id));
  const [entry] = await entries(lead);
  assert.equal(entry.actor, `destination ${destination}`);
  assert.deepEqual(entry.detail.from, { status: 'Open - Not Contacted', standing: 'open', owner: 'Integration' });
  assert.deepEqual(entry.detail.to, { status: 'Working - Contacted', standing: 'working', owner: '김민지' });
  assert.equal(entry.detail.conflict, 'worked-on-there');
  assert.deepEqual([got.status, got.substatus, got.owner, got.firstResponse.respondedAt], ['New', 'Received', null, null]);
  assert.equal(got.publisher, publisher);
});

test('what was read twice is noted once', async () => {
  const { crm, destination, send } = await chain();
  const lead = await send();
  await delivered(server, lead);
  crm.edit(lead.id ?? lead, { Status: 'Closed - Converted', IsConverted: true });
  for (let i = 0; i < 3; i += 1) await readBack(destination);
  assert.equal(crm.queries.length, 3);
  const all = await entries(lead);
  assert.equal(all.length, 1);
  assert.deepEqual([all[0].detail.from, all[0].detail.to.standing], [undefined, 'qualified']);
});

test('only what has changed is asked for, and a little more', async () => {
  const { crm, destination, send } = await chain();
  const lead = await send();
  await delivered(server, lead);
  const at = new Date(Date.now() + 3600_000).toISOString();
  crm.edit(lead.id ?? lead, { SystemModstamp: at });
  await readBack(destination);
  await readBack(destination);
  const since = (query) => Date.parse(/SystemModstamp>=(\S+)/.exec(query)[1]);
  assert.ok(since(crm.queries[0]) < Date.now());
  assert.equal(since(crm.queries[1]), Math.floor((Date.parse(at) - 120_000) / 1000) * 1000, 'two minutes before the newest change');
  assert.match(crm.queries[1], /AND Leadline_Id__c!=null ORDER BY SystemModstamp/);
});

test('a list in pages is read to its end', async () => {
  const { crm, destination, send } = await chain();
  crm.page = 2;
  const all = [];
  for (let i = 0; i < 5; i += 1) all.push(await send({ Description: `lead ${i}` }));
  for (const lead of all) await delivered(server, lead);
  for (const lead of all) crm.edit(lead.id ?? lead, { Status: 'Working' });
  await readBack(destination);
  await until(async () => (await entries(all.at(-1))).length === 1, { what: 'the last page was read' });
  for (const lead of all) assert.equal((await detail(lead)).records[0].standing, 'working');
  assert.equal(crm.queries.length, 3);
});

test('a list that cannot be read on is begun anew', async () => {
  const { crm, destination, send } = await chain();
  crm.page = 1;
  const all = [await send(), await send({ Description: 'other' }, { Email: 'other@example.com' })];
  for (const lead of all) await delivered(server, lead);
  for (const lead of all) crm.edit(lead.id ?? lead, { Status: 'Working' });
  crm.script((call) => crm.records(call), json([{ errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' }], 400));
  const refused = await readBack(destination);
  assert.equal(refused.error?.code, 'list-over');
  crm.page = 200;
  await readBack(destination);
  for (const lead of all) assert.equal((await detail(lead)).records[0].standing, 'working');
});

test('who may not read is told so, and deliveries go on', async () => {
  const { crm, destination, send } = await chain();
  await delivered(server, await send());
  crm.script(json([{ errorCode: 'INSUFFICIENT_ACCESS', message: `no read for ${secret}` }], 403));
  const now = await readBack(destination);
  assert.equal(now.error.code, 'no-read-access');
  assert.ok(!JSON.stringify(now).includes(secret));
  assert.equal(now.failures, 1);
  const wait = Date.parse(now.nextAt) - Date.now();
  assert.ok(wait > 5 * 60_000 && wait <= 10 * 60_000, `asked again in ${wait} ms`);
  assert.equal((await server.get(`/destinations/${destination}`)).state, 'active');
  await delivered(server, await send({ Description: 'another' }, { Email: 'next@example.com' }));
  const asked = crm.queries.length;
  await server.expect(200, 'PATCH', `/destinations/${destination}`, { json: { name: 'mended' } });
  await until(() => crm.queries.length > asked, { what: 'asked again with new settings' });
  await until(async () => (await follow(destination)).error === null, { what: 'the error is over' });
});

test('a token that is over is replaced within the question', async () => {
  const { crm, destination, send } = await chain();
  await delivered(server, await send());
  await readBack(destination);
  const asked = crm.asked.length;
  await readBack(destination);
  assert.equal(crm.asked.length, asked, 'the token is kept between questions');
  crm.revoke();
  const now = await readBack(destination);
  assert.equal(now.error, null);
  assert.equal(crm.asked.length, asked + 1);
});

test('a peer that is down or cut off is asked again later', async () => {
  const { crm, destination, send } = await chain();
  await delivered(server, await send());
  for (const step of [{ cutHeader: 20 }, { status: 503 }, { status: 200, body: '{"records":' }, { redirect: 'http://127.0.0.1:9/' }]) {
    crm.script(step);
    const now = await readBack(destination);
    assert.ok(now.error?.code, JSON.stringify(step));
  }
  assert.equal((await readBack(destination)).error, null);
});

test('followMinutes 0: it is not asked, and says why', async () => {
  const { crm, destination, send } = await chain({ more: ['followMinutes=0'] });
  await delivered(server, await send());
  assert.equal(await follow(destination), null);
  const refused = await server.expect(409, 'POST', `/destinations/${destination}/follow`);
  assert.equal(refused.code, 'destination.follow-off');
  assert.equal(crm.queries.length, 0);
});

test('other kinds say that they cannot', async () => {
  await server.offer('plainfollow.app', '--title', 'App');
  const id = (await server.ok('destination', 'add', 'plainfollow', 'https', 'url=https://hooks.example.com/x')).trim().split('\n')[0];
  const refused = await server.expect(409, 'POST', `/destinations/${id}/follow`);
  assert.equal(refused.code, 'destination.no-follow');
  assert.equal(await follow(id), null);
});

test('open pages hear of it', async () => {
  const { crm, destination, send } = await chain();
  const lead = await send();
  await delivered(server, lead);
  crm.edit(lead.id ?? lead, { Status: 'Working' });
  const stream = await EventStream.open(`${server.base}/api/v1/events`, { Authorization: `Bearer ${await server.token()}` });
  await readBack(destination);
  await stream.next((e) => e.event === 'lead' && e.json?.id === (lead.id ?? lead) && e.data.includes('crm'), 'the lead, and why');
  stream.close();
});

// ---- what is answered over there ----

const ANSWERS = 'statusAnswers=Contacted, working - contacted';
const later = (lead, ms = 1000) => new Date(Date.parse(lead.receivedAt) + ms).toISOString();
const past = (ms) => until(() => Date.now() > ms, { what: 'that time has come' });

test('a status that somebody else sets over there is a first response where the destination says so, and is withdrawn like a call', async () => {
  const { crm, destination, send } = await chain({ more: [ANSWERS] });
  const lead = await send();
  await delivered(server, lead);
  crm.edit(lead.id, { CreatedById: 'us', LastModifiedById: 'us' });
  await readBack(destination);
  const at = later(lead);
  await past(Date.parse(at));
  crm.edit(lead.id, { Status: 'Working - Contacted', LastModifiedById: 'minji', SystemModstamp: at });
  await readBack(destination);
  let got = await detail(lead);
  assert.deepEqual([got.status, got.firstResponse.respondedAt, got.firstResponse.owed, got.engagement.attempts], ['New', at, false, 1]);
  const [entry] = await entries(lead);
  assert.deepEqual([entry.detail.answered, entry.detail.at, entry.detail.to.status], [true, at, 'Working - Contacted']);
  crm.edit(lead.id, { Status: 'Contacted', LastModifiedById: 'minji' });
  await readBack(destination);
  got = await detail(lead);
  assert.deepEqual([got.firstResponse.respondedAt, got.engagement.attempts, (await entries(lead)).length], [at, 1, 2], 'what comes later is news, and no attempt');
  got = await server.expect(200, 'DELETE', `/leads/${lead.id}/contacts/${entry.id}`);
  assert.deepEqual([got.firstResponse.respondedAt, got.firstResponse.owed, got.engagement.attempts], [null, true, 0]);
  assert.ok(got.timeline.find((t) => t.id === entry.id).detail.withdrawnAt);
  crm.edit(lead.id, { Owner: { Name: 'Somebody', Email: 'else@contoso.com' } });
  await readBack(destination);
  assert.equal((await detail(lead)).firstResponse.owed, true, 'another owner is no answer');
});

test('a status alone is no response: of no list, our own, seen for the first time, by a rule in our name, of a lead for information', async () => {
  const cases = [
    { more: [], to: { LastModifiedById: 'minji' } },
    { more: ['statusAnswers=Contacted'], to: { LastModifiedById: 'minji' } },
    { more: [ANSWERS], to: { LastModifiedById: 'us' } },
    { more: [ANSWERS], to: {} , nobody: true },
    { more: [ANSWERS], to: { LastModifiedById: 'minji' }, first: true },
    { more: [ANSWERS], to: { LastModifiedById: 'minji', SystemModstamp: '2020-01-01T00:00:00.000Z' } },
    { more: [ANSWERS, 'doNotContact=forward'], to: { LastModifiedById: 'minji' }, over: { LeadSource: 'AppSource-DNC', ActionCode: 'DNC' } },
  ];
  for (const { more, to, nobody, first, over } of cases) {
    const { crm, destination, send } = await chain({ more });
    const lead = await send(over);
    await delivered(server, lead);
    if (!nobody) crm.edit(lead.id, { CreatedById: 'us', LastModifiedById: 'us' });
    if (!first) await readBack(destination);
    crm.edit(lead.id, { Status: 'Working - Contacted', ...to });
    await readBack(destination);
    const got = await detail(lead);
    assert.equal(got.records[0].status, 'Working - Contacted');
    assert.deepEqual([got.firstResponse.respondedAt, got.engagement.attempts], [null, 0], JSON.stringify({ more, to, first }));
    assert.ok((await entries(lead)).every((e) => e.detail.answered === undefined));
  }
});

test('a mapping that writes the status is refused beside statusAnswers: it would be our own word', async () => {
  const { destination } = await chain({ more: [ANSWERS] });
  const refused = await server.expect(422, 'PATCH', `/destinations/${destination}`, { json: { settings: { mapping: 'status = Contacted' } } });
  assert.equal(refused.errors[0].field, 'statusAnswers');
});

// ---- the other kinds, each with a list of its own shape ----

test('dynamics365: by the key that we gave it', async () => {
  const records = new Map();
  const shown = '@OData.Community.Display.V1.FormattedValue';
  const dynamics = (options) => Crm.start({ ...options, records: (call) => {
    if (call.method === 'GET') return json({ value: [...records.values()] });
    const leadid = /leads\(([0-9a-f-]+)\)/.exec(call.path)[1];
    records.set(leadid, { leadid, statecode: 0, statuscode: 1, [`statuscode${shown}`]: 'New', modifiedon: new Date().toISOString() });
    return { status: 204 };
  } });
  const at = (crm) => [`url=${crm.base}`, `loginUrl=${crm.base}`, 'tenantId=contoso.example', 'clientId=app', 'clientSecret=dyn~secret~0123456789'];
  const { crm, destination, send } = await chains({ server, kind: 'dynamics365', peer: dynamics, settings: at })();
  const lead = await send();
  await delivered(server, lead);
  const [leadid] = records.keys();
  records.set(leadid, { ...records.get(leadid), statecode: 2, statuscode: 6, [`statuscode${shown}`]: '더 이상 관심 없음', [`_ownerid_value${shown}`]: '김민지',
    owninguser: { internalemailaddress: 'minji@contoso.com' } });
  await readBack(destination);
  const [record] = (await detail(lead)).records;
  assert.deepEqual([record.id, record.status, record.standing, record.owner, record.ownerEmail, record.conflict],
    [leadid, '더 이상 관심 없음', 'lost', '김민지', 'minji@contoso.com', 'closed-there']);
  const asked = crm.calls.find((call) => call.method === 'GET');
  assert.match(asked.headers.prefer, /include-annotations/);
});

test('dynamics365: a status that somebody else has set is a first response', async () => {
  const records = new Map();
  const shown = '@OData.Community.Display.V1.FormattedValue';
  const dynamics = (options) => Crm.start({ ...options, records: (call) => {
    if (call.method === 'GET') return json({ value: [...records.values()] });
    const leadid = /leads\(([0-9a-f-]+)\)/.exec(call.path)[1];
    records.set(leadid, { leadid, statecode: 0, statuscode: 1, [`statuscode${shown}`]: 'New', modifiedon: new Date().toISOString(), _createdby_value: 'us', _modifiedby_value: 'us' });
    return { status: 204 };
  } });
  const at = (crm) => [`url=${crm.base}`, `loginUrl=${crm.base}`, 'tenantId=contoso.example', 'clientId=app', 'clientSecret=dyn~secret~0123456789', 'statusAnswers=Contacted'];
  const { destination, send } = await chains({ server, kind: 'dynamics365', peer: dynamics, settings: at })();
  const lead = await send();
  await delivered(server, lead);
  await readBack(destination);
  const [leadid] = records.keys(), modifiedon = later(lead);
  await past(Date.parse(modifiedon));
  records.set(leadid, { ...records.get(leadid), statuscode: 2, [`statuscode${shown}`]: 'Contacted', _modifiedby_value: 'minji', modifiedon });
  await readBack(destination);
  assert.equal((await detail(lead)).firstResponse.respondedAt, modifiedon);
});

test('hubspot: who was contacted after the lead came was answered then, at the first sight too, and once', async () => {
  const contact = { hs_lead_status: 'CONNECTED', lifecyclestage: 'lead', hubspot_owner_id: '77' };
  let contacted = '2020-01-01T00:00:00Z';
  const hubspot = () => Crm.start({ tokenPath: null, records: (call) => (call.path.endsWith('/search')
    ? json({ total: 1, results: [{ id: '501', properties: { ...contact, lastmodifieddate: new Date().toISOString(), notes_last_contacted: contacted } }] })
    : json({ status: 'COMPLETE', results: [{ id: '501', properties: {} }] })) });
  const at = (crm) => ['token=pat-na1-secret-of-the-test', `baseUrl=${crm.base}`, 'statusAnswers=connected'];
  const { destination, send } = await chains({ server, kind: 'hubspot', peer: hubspot, settings: at })();
  const lead = await send();
  await delivered(server, lead);
  await readBack(destination);
  assert.equal((await detail(lead)).firstResponse.respondedAt, null, 'that was before the lead came');
  contacted = later(lead);
  await past(Date.parse(contacted));
  await readBack(destination);
  assert.equal((await detail(lead)).firstResponse.respondedAt, contacted);
  const entry = (await entries(lead)).find((e) => e.detail.answered);
  await server.expect(200, 'DELETE', `/leads/${lead.id}/contacts/${entry.id}`);
  await readBack(destination);
  assert.equal((await detail(lead)).firstResponse.owed, true, 'what was withdrawn is not written down again');
});

test('hubspot: what is said of a contact is said of every lead of theirs', async () => {
  const hubspot = () => Crm.start({ tokenPath: null, records: (call) => (call.path.endsWith('/search')
    ? json({ total: 1, results: [{ id: '501', properties: { hs_lead_status: 'CONNECTED', lifecyclestage: 'lead', hubspot_owner_id: '77', lastmodifieddate: new Date().toISOString() } },
      { id: '999', properties: { hs_lead_status: 'NEW', lastmodifieddate: new Date().toISOString() } }] })
    : json({ status: 'COMPLETE', results: [{ id: '501', properties: {} }] })) });
  const at = (crm) => ['token=pat-na1-secret-of-the-test', `baseUrl=${crm.base}`];
  const { destination, send } = await chains({ server, kind: 'hubspot', peer: hubspot, settings: at })();
  const both = [await send({}, { Email: 'same@example.com' }), await send({ LeadSource: 'AppSource-INS' }, { Email: 'same@example.com' })];
  for (const lead of both) await delivered(server, lead);
  await readBack(destination);
  for (const lead of both) {
    const got = await detail(lead);
    assert.deepEqual(got.records.map((r) => [r.id, r.status, r.standing, r.owner]), [['501', 'CONNECTED', 'working', '#77']]);
    assert.equal((await entries(lead)).length, 1);
  }
});
