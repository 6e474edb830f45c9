// The marketo destination against a peer by script: tokens, codes in the body, one address at a time.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving, using } from '../lib/serving.mjs';
import { Crm, tellsNone } from '../lib/crm.mjs';
import { delivered, destinationAt, lastAttempt } from '../lib/deliveries.mjs';
import { lead, person } from '../lib/leads.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();
const good = { status: 200, body: JSON.stringify({ success: true, result: [{ id: 77, status: 'created' }] }) };
const refusal = (code, message = 'as Marketo says it') => ({ status: 200, body: JSON.stringify({ success: false, errors: [{ code, message }] }) });
const secret = 'marketo-secret-that-nobody-sees';

let serial = 0;
async function chain(options = {}, ...more) {
  serial += 1;
  const crm = await using(Crm.start({ records: good, refusal: refusal('602', 'Access token expired'), ...options }));
  const publisher = `mk${serial}`;
  const path = await server.offer(`${publisher}.app`, '--title', 'The App');
  const id = await destinationAt(server, publisher, 'marketo', 'munchkinId=123-ABC-456', 'clientId=client', `clientSecret=${secret}`, 'formId=1001',
    `baseUrl=${crm.base}`, 'allowPrivate=true', 'allowHttp=true', ...more);
  return { crm, path, id };
}
const send = (path, who = {}, over = {}) => server.lead(path, lead({ LeadSource: 'AppSource-PLT', ...over }, who));

test('the form is filled in with the lead, under a token that was asked for once', async () => {
  const { crm, path, id } = await chain();
  const who = person({ FirstName: '约翰', Company: 'Söhne & Co' });
  const got = await Promise.all([send(path, who), send(path), send(path), send(path)]);
  for (const one of got) assert.equal((await delivered(server, one)).remoteId, '77');
  assert.equal(crm.asked.length, 1);
  assert.deepEqual(crm.asked[0].form, { grant_type: 'client_credentials', client_id: 'client', client_secret: secret });
  assert.ok(crm.calls.every((call) => call.method === 'POST' && call.path === '/rest/v1/leads/submitForm.json'));
  const fields = crm.calls.map((call) => JSON.parse(call.text)).map((body) => [body.formId, body.input.length, body.input[0].leadFormFields]);
  const mine = fields.find(([, , f]) => f.email === who.Email);
  assert.deepEqual(mine, [1001, 1, { firstName: '约翰', lastName: who.LastName, email: who.Email, phone: mine[2].phone, country: who.Country, company: who.Company, title: who.Title, leadSource: 'AppSource-PLT' }]);
  assert.deepEqual(await tellsNone(server, id, [secret, 'token-1-of-the-peer']), []);
});

test('a token that is over in the middle is renewed once, and the lead arrives', async () => {
  const { crm, path } = await chain();
  await delivered(server, await send(path));
  crm.revoke();
  const done = await delivered(server, await send(path));
  assert.deepEqual([done.attempts.length, crm.asked.length, crm.calls.map((call) => call.refused)], [1, 2, [false, true, false]]);
});

test('a wrong secret parks, loses nothing, and new settings send all of it in order', async () => {
  const { crm, path, id } = await chain();
  crm.tokenSteps = Array(50).fill({ status: 401, body: '{"error":"invalid_client","error_description":"Bad client credentials"}' });
  const got = [];
  for (let n = 0; n < 4; n += 1) got.push(await send(path));
  const parked = await delivered(server, got[0], 'parked');
  assert.deepEqual([lastAttempt(parked).outcome, lastAttempt(parked).code], ['config', 'token-invalid-client']);
  assert.match(lastAttempt(parked).detail, /set it here.*Bad client credentials/);
  for (const one of got) await delivered(server, one, (d) => ['parked', 'due'].includes(d.state)); // what comes to a parked one is due, and waits
  crm.tokenSteps = [];
  await server.expect(200, 'PATCH', `/destinations/${id}`, { json: { settings: { clientSecret: `${secret}-2` } } });
  for (const one of got) await delivered(server, one);
  assert.equal(crm.asked.at(-1).form.client_secret, `${secret}-2`);
  assert.deepEqual(await tellsNone(server, id, [secret]), []);
});

test('leads of one address go one after another, for two at once would make two people', async () => {
  const { crm, path } = await chain();
  let running = 0, most = 0;
  crm.records = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((go) => { setTimeout(go, 60); });
    running -= 1;
    return good;
  };
  const who = person();
  const got = [];
  for (let n = 0; n < 3; n += 1) got.push(await send(path, who, { LeadSource: ['AppSource-PLT', 'AppSource-INS', 'AppSource-DNC'][n] }));
  for (const one of got) await delivered(server, one);
  assert.equal(most, 1);
});

test('codes in a good answer are no delivery', async () => {
  const slow = await chain();
  slow.crm.script(refusal('606'));
  const first = await send(slow.path);
  const due = await delivered(server, first, (d) => d.attempts.length === 1 && d.state === 'due');
  assert.equal(lastAttempt(due).code, 'rate-limit');
  assert.ok(Date.parse(due.nextAttemptAt) - Date.parse(lastAttempt(due).at) >= 20_000, 'not before 20 seconds');
  const { crm, path, id } = await chain();
  crm.script(refusal('610'));
  const parked = await delivered(server, await send(path), 'parked');
  assert.equal(lastAttempt(parked).code, 'not-found');
  assert.equal((await server.get(`/destinations/${id}`)).state, 'parked');
});

test('leads without an address that Marketo takes are refused before anything is sent', async () => {
  const { crm, path } = await chain();
  const codes = [];
  for (const Email of ['', 'ánna@example.com']) {
    const refused = await delivered(server, await send(path, { Email }), 'rejected');
    codes.push(lastAttempt(refused).code);
  }
  assert.deepEqual(codes, ['email-missing', 'email-not-ascii']);
  assert.equal(crm.calls.length, 0);
});

test('its fields are asked for without a trace, and a preview shows what would be sent', async () => {
  const { crm, id, path } = await chain();
  crm.records = (call) => (call.path.endsWith('describe.json')
    ? { status: 200, body: JSON.stringify({ success: true, result: [
      { id: 2, displayName: 'Company Name', dataType: 'string', length: 255, rest: { name: 'company', readOnly: false } },
      { id: 3, displayName: 'Score', dataType: 'integer', rest: { name: 'leadScore', readOnly: true } }] }) } : good);
  const fields = await server.get(`/destinations/${id}/fields`);
  assert.deepEqual([fields.outcome, fields.items], ['delivered', [{ name: 'company', label: 'Company Name', type: 'string', max: 255, required: false }]]);
  const asked = await server.expect(200, 'POST', `/destinations/${id}/test`, { json: { deliver: false } });
  assert.deepEqual([asked.outcome, asked.delivered], ['delivered', false]);
  assert.ok(crm.calls.every((call) => call.method === 'GET'), 'nothing was written over there');
  const got = await send(path, {}, { Description: 'x'.repeat(300) });
  await delivered(server, got);
  const shown = await server.expect(200, 'POST', `/destinations/${id}/preview`, { json: { lead: got.id, settings: { mapping: 'company = {description}\ntitle =\nRating = {kind}!' } } });
  assert.equal(shown.truncated, 'company');
  const value = Object.fromEntries(shown.values.map((v) => [v.field, v.value]));
  assert.deepEqual([value.Rating, value.title, value.company.length], ['interest!', undefined, 255]);
  assert.equal((await server.get(`/destinations/${id}`)).settings.mapping, null, 'tried, not kept');
});

test('a mapping that cannot be read names the line', async () => {
  const { id } = await chain();
  const answer = await server.api('PATCH', `/destinations/${id}`, { json: { settings: { mapping: 'a = {nobody}\nno line\nb = {email' } } });
  assert.equal(answer.status, 422);
  assert.equal(answer.json.errors.filter((e) => e.field === 'mapping').length, 3);
  assert.match(JSON.stringify(answer.json.errors), /nobody.*no line.*not closed/s);
});

test('a token endpoint that stalls: one question is out, however many wait', async () => {
  const { crm, path } = await chain();
  crm.tokenDelay = 300;
  const got = [];
  for (let n = 0; n < 8; n += 1) got.push(await send(path));
  for (const one of got) await delivered(server, one);
  await until(() => crm.calls.length === 8, { what: 'eight calls' });
  assert.equal(crm.asked.length, 1);
});
