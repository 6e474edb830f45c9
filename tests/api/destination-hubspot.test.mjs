// The hubspot destination against a peer by script: upsert, create, conflict, limits, fields.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving, using } from '../lib/serving.mjs';
import { Crm, tellsNone } from '../lib/crm.mjs';
import { delivered, destinationAt, lastAttempt } from '../lib/deliveries.mjs';
import { lead, person } from '../lib/leads.mjs';

const server = await serving();
const token = 'pat-na1-secret-of-the-test';
const json = (status, body) => ({ status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
const good = json(200, { status: 'COMPLETE', results: [{ id: '501', new: true, properties: {} }] });

let serial = 0;
async function chain(...more) {
  serial += 1;
  const crm = await using(Crm.start({ tokenPath: null, records: good }));
  const publisher = `hs${serial}`;
  const path = await server.offer(`${publisher}.app`, '--title', 'The App');
  const id = await destinationAt(server, publisher, 'hubspot', `token=${token}`, `baseUrl=${crm.base}`, 'allowPrivate=true', 'allowHttp=true', ...more);
  return { crm, path, id };
}
const send = (path, who = {}, over = {}) => server.lead(path, lead({ LeadSource: 'AppSource-PLT', ...over }, who));
const bodies = (crm) => crm.calls.map((call) => JSON.parse(call.text));

test('a contact by batch upsert, every value a string, the whole message kept', async () => {
  const { crm, path, id } = await chain();
  await server.expect(200, 'PATCH', `/destinations/${id}`, { json: { settings: { portalId: '62515' } } });
  const who = person();
  const got = await send(path, who, { Description: '한국어 설명' });
  const done = await delivered(server, got);
  assert.deepEqual([done.remoteId, done.remoteLink], ['501', 'https://app.hubspot.com/contacts/62515/record/0-1/501']);
  const [listed] = (await server.get(`/leads/${got.id}`)).deliveries;
  assert.equal(listed.remoteLink, done.remoteLink);
  const { health } = await server.get(`/destinations/${id}`);
  assert.ok(health.p50Ms > 0 && health.p50Ms <= health.p95Ms && health.p95Ms < 15_000, `${health.p50Ms} ms, ${health.p95Ms} ms from receipt to acknowledgement`);
  const [call] = crm.calls;
  assert.deepEqual([call.method, call.path, call.headers.authorization], ['POST', '/crm/objects/2026-09/contacts/batch/upsert', `Bearer ${token}`]);
  const [input] = bodies(crm)[0].inputs;
  assert.deepEqual([input.idProperty, input.id, input.properties.email, input.properties.jobtitle], ['email', who.Email, who.Email, who.Title]);
  assert.ok(Object.values(input.properties).every((value) => typeof value === 'string'));
  assert.match(input.properties.message, new RegExp(`한국어 설명\\nLeadSource: AppSource-PLT\\n(.*\\n)*Leadline: ${got.id}`));
  assert.deepEqual(await tellsNone(server, id, [token]), []);
});

test('a lead without an address is created', async () => {
  const { crm, path } = await chain();
  crm.script(json(201, { id: '502' }));
  const done = await delivered(server, await send(path, { Email: '' }));
  assert.deepEqual([done.remoteId, crm.calls[0].path], ['502', '/crm/objects/2026-09/contacts']);
});

test('with an id of our own, an address that is taken is updated instead', async () => {
  const { crm, path } = await chain('idProperty=leadline_id', 'apiPath=/crm/v3/objects');
  crm.script(json(409, { status: 'error', category: 'CONFLICT', message: 'Contact already exists. Existing ID: 51' }), json(200, { id: '51' }));
  const who = person();
  const got = await send(path, who);
  const done = await delivered(server, got);
  assert.deepEqual([done.attempts.length, done.remoteId], [1, '51']);
  assert.deepEqual(crm.calls.map((call) => `${call.method} ${decodeURIComponent(call.path)}`),
    ['POST /crm/v3/objects/contacts/batch/upsert', `PATCH /crm/v3/objects/contacts/${who.Email}?idProperty=email`]);
  assert.equal(bodies(crm)[0].inputs[0].id, got.id);
});

test('an unknown property parks, names it, and a mapping without it lets all go on', async () => {
  const { crm, path, id } = await chain();
  crm.records = (call) => (call.text.includes('"message"')
    ? json(400, { status: 'error', category: 'VALIDATION_ERROR', correlationId: 'c-1', message: 'Property "message" does not exist', errors: [{ code: 'PROPERTY_DOESNT_EXIST' }] }) : good);
  const first = await send(path);
  const parked = await delivered(server, first, 'parked');
  assert.deepEqual([lastAttempt(parked).outcome, lastAttempt(parked).code], ['config', 'property-missing']);
  await server.expect(200, 'PATCH', `/destinations/${id}`, { json: { settings: { mapping: 'message =' } } });
  await delivered(server, first);
});

test('answers that only look good are no delivery, and nothing is lost', async () => {
  const { crm, path } = await chain();
  crm.script(json(200, { status: 'COMPLETE', results: [] }));
  const first = await delivered(server, await send(path), (d) => d.attempts.length === 1);
  assert.deepEqual([first.state, lastAttempt(first).outcome, lastAttempt(first).code], ['due', 'unknown', 'unreadable-answer']);
});

test('a slow-down is honoured, with the pause that its policy means', async () => {
  const { crm, path } = await chain();
  crm.script(json(429, { status: 'error', policyName: 'DAILY', message: 'You have reached your daily limit.' }));
  const due = await delivered(server, await send(path), (d) => d.attempts.length === 1);
  assert.equal(lastAttempt(due).code, 'daily-quota');
  assert.ok(Date.parse(due.nextAttemptAt) - Date.parse(lastAttempt(due).at) >= 3_500_000);
});

test('its properties are asked for without a trace', async () => {
  const { crm, id } = await chain();
  crm.records = json(200, { results: [{ name: 'jobtitle', label: 'Job Title', type: 'string' }, { name: 'createdate', label: 'Created', type: 'datetime', modificationMetadata: { readOnlyValue: true } }] });
  const fields = await server.get(`/destinations/${id}/fields`);
  assert.deepEqual(fields.items.map((f) => f.name), ['jobtitle']);
  assert.deepEqual(crm.calls.map((call) => `${call.method} ${call.path}`), ['GET /crm/v3/properties/contacts']);
  crm.records = json(401, { status: 'error', category: 'INVALID_AUTHENTICATION', message: `${token} is unknown` });
  const refused = await server.expect(200, 'POST', `/destinations/${id}/test`, { json: { deliver: false } });
  assert.deepEqual([refused.outcome, refused.code], ['config', 'unauthorized']);
  assert.doesNotMatch(JSON.stringify(refused), /secret-of-the-test/);
});

test('a token that was given for one address is not sent to another one unless it is given again', async () => {
  const { crm, id, path } = await chain();
  const other = await using(Crm.start({ tokenPath: null, records: good }));
  const moved = (more) => server.api('PATCH', `/destinations/${id}`, { json: { settings: { baseUrl: other.base, ...more } } });
  const refused = await moved({});
  assert.deepEqual([refused.status, refused.json.errors.map((e) => [e.field, e.code])], [422, [['token', 'destination.secret-again']]]);
  await delivered(server, await send(path));
  assert.deepEqual([crm.calls.length, other.calls.length], [1, 0]);
  assert.equal((await moved({ token: 'pat-na1-another-one' })).status, 200);
  await delivered(server, await send(path));
  assert.equal(other.calls[0].headers.authorization, 'Bearer pat-na1-another-one');
  assert.equal((await server.api('PATCH', `/destinations/${id}`, { json: { name: 'Ours', settings: { baseUrl: other.base, portalId: '7' } } })).status, 200, 'the same address');
});
