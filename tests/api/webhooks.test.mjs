// Webhooks of referrals: registration in the original's words, what is told and when, and that nothing is lost.

import test from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { serving, using } from '../lib/serving.mjs';
import { nobody, uuid7 } from '../lib/asserts.mjs';
import { deliveriesOf, httpsAt } from '../lib/deliveries.mjs';
import { lead, person, publishedTestLead } from '../lib/leads.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { never, until } from '../lib/wait.mjs';

const server = await serving();
const base = '/webhooks/v1/registration';
const both = ['referral-created', 'referral-updated'];

async function call(token, method, path = '', json = undefined) {
  return server.raw(method, `${base}${path}`, { json, headers: { Authorization: `Bearer ${token}` } });
}
async function expect(status, token, method, path, json) {
  const answer = await call(token, method, path, json);
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
  return status === 204 ? undefined : answer.json;
}
const bodyFor = (receiver, events = both, more = {}) => ({ WebhookUrl: receiver.url(), WebhookEvents: events, AllowHttp: true, AllowPrivate: true, ...more });

let serial = 0;
// A publisher with one offer and, unless events is null, a webhook at a receiver of its own.
async function chain({ events = both, always = { status: 200 } } = {}) {
  serial += 1;
  const publisher = `pub${serial}`;
  const path = await server.offer(`${publisher}.app`, '--title', 'The App');
  const token = await server.token('admin', publisher);
  const receiver = await using(Receiver.start({ always }));
  const registered = events && await expect(200, token, 'POST', '', bodyFor(receiver, events));
  const patch = (l, ...ops) => server.raw('PATCH', `/v1.0/engagements/referrals/${l.id}`, {
    json: ops.map(([p, value]) => ({ op: 'replace', path: p, value })), headers: { Authorization: `Bearer ${token}` },
  });
  const note = async (l, text) => { const a = await patch(l, ['/details/notes', text]); assert.equal(a.status, 204, a.text); };
  const one = () => server.lead(path, lead({ LeadSource: `AppSource-PLT|${publisher}.app` }, person()));
  return { publisher, path, token, receiver, registered, patch, note, one };
}
const told = (receiver) => receiver.requests.map((r) => [r.json.EventName, r.json.ResourceUri.split('/').pop()]);
const delivery = async (l, event) => (await deliveriesOf(server, l)).find((d) => d.recipient === event);
const settled = (l, event, timeout = 15_000) => until(async () => (await delivery(l, event))?.state === 'done',
  { timeout, what: async () => `${event} is done: ${JSON.stringify(await delivery(l, event))}` });

test('a lead that comes and changes is told, signed, without a word of it', async () => {
  const { registered, receiver, token, one, note } = await chain();
  assert.match(registered.SubscriberId, uuid7);
  assert.match(registered.Secret, /^whsec_/);
  const l = await one();
  await receiver.received(1);
  await settled(l, 'referral-created');
  await note(l, 'Wants a demo');
  await receiver.received(2);
  assert.deepEqual(told(receiver), [['referral-created', l.id], ['referral-updated', l.id]]);
  const webhook = new Webhook(registered.Secret);
  for (const got of receiver.requests) {
    assert.deepEqual(webhook.verify(got.text, got.headers), got.json);
    assert.throws(() => webhook.verify(`${got.text} `, got.headers));
    assert.deepEqual(Object.keys(got.json), ['EventName', 'ResourceUri', 'ResourceName', 'AuditUri', 'ResourceChangeUtcDate']);
    assert.deepEqual([got.json.ResourceName, got.json.AuditUri], ['referral', null]);
    assert.match(got.json.ResourceChangeUtcDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
    for (const word of Object.values(l.customer).filter((v) => typeof v === 'string' && v !== l.customer.id)) assert.ok(!got.text.includes(word));
    const resource = await server.raw('GET', got.json.ResourceUri, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal(resource.json.id, l.id, 'its address is a real one');
  }
  assert.notEqual(receiver.requests[0].headers['webhook-id'], receiver.requests[1].headers['webhook-id']);
});

test('each further change is told anew, under an id of its own; a touch is one', async () => {
  const { receiver, one, note, path, publisher } = await chain();
  const who = person();
  const l = await server.lead(path, lead({ LeadSource: `AppSource-PLT|${publisher}.app` }, who));
  await receiver.received(1);
  for (const n of [2, 3]) {
    await note(l, `note ${n}`);
    await receiver.received(n);
    await settled(l, 'referral-updated');
  }
  await server.take(path, lead({ LeadSource: `AppSource-PLT|${publisher}.app`, Description: 'once more' }, who));
  await receiver.received(4);
  assert.deepEqual(told(receiver).slice(1), Array(3).fill(['referral-updated', l.id]));
  assert.equal(new Set(receiver.requests.map((r) => r.headers['webhook-id'])).size, 4);
  const other = await one();
  await receiver.received(5);
  assert.deepEqual(told(receiver)[4], ['referral-created', other.id]);
});

test('many changes before it is sent are one; first that it is there', async () => {
  const { registered, receiver, one, note } = await chain();
  await server.expect(200, 'POST', `/destinations/${registered.SubscriberId}/pause`);
  const l = await one();
  for (let n = 0; n < 20; n += 1) await note(l, `note ${n}`);
  assert.equal((await deliveriesOf(server, l)).length, 2);
  await never(() => receiver.requests.length, { what: 'a paused webhook is told' });
  await server.expect(200, 'POST', `/destinations/${registered.SubscriberId}/resume`);
  await settled(l, 'referral-updated');
  assert.deepEqual(told(receiver), [['referral-created', l.id], ['referral-updated', l.id]]);
});

test('a change while its event is under way is told once more', async () => {
  let release;
  const held = new Promise((go) => { release = go; });
  const { receiver, one, note } = await chain({ events: ['referral-updated'] });
  const l = await one();
  receiver.always = async () => { if (receiver.requests.length === 1) await held; return { status: 200 }; };
  await note(l, 'first');
  await receiver.received(1);
  await note(l, 'second');
  release();
  await receiver.received(2);
  await settled(l, 'referral-updated');
  assert.equal(receiver.requests.length, 2);
  assert.notEqual(receiver.requests[0].headers['webhook-id'], receiver.requests[1].headers['webhook-id']);
});

test('what the receiver refuses is tried again, the same message', async () => {
  const { receiver, one } = await chain();
  receiver.script({ status: 404 });
  const l = await one();
  await receiver.received(1);
  await until(async () => (await delivery(l, 'referral-created')).attempts === 1 && (await delivery(l, 'referral-created')).state === 'due');
  await receiver.received(2, { timeout: 15_000 });
  const [first, second] = receiver.requests;
  assert.equal(first.headers['webhook-id'], second.headers['webhook-id']);
  assert.equal(first.text, second.text);
  await settled(l, 'referral-created');
});

test('a lead that comes into a team with its owner is told', async () => {
  const { receiver, token, one, publisher } = await chain({ events: ['referral-updated'] });
  const does = (method, path, json) => server.expect(method === 'PATCH' || path.endsWith('owner') ? 200 : 201, method, path, { token, json });
  const kim = await server.ok('user', 'add', `kim@${publisher}.example`, '--role', 'seller', '--publisher', publisher);
  const l = await one(), other = await one();
  await does('POST', `/leads/${l.id}/owner`, { owner: kim });
  await receiver.received(1);
  await settled(l, 'referral-updated');
  const t = await does('POST', '/teams', { name: 'Field', members: [] });
  await does('PATCH', `/teams/${t.id}`, { members: [kim] });
  await receiver.received(2);
  assert.deepEqual(told(receiver), Array(2).fill(['referral-updated', l.id]));
  assert.equal(await delivery(other, 'referral-updated'), undefined);
});

test('a lead that an import added to is told when that is taken back', async () => {
  const { receiver, one, publisher } = await chain({ events: ['referral-updated'] });
  const l = await one();
  const { firstName, lastName, email } = l.customer;
  const rows = join(server.site.dir, `${publisher}.csv`);
  writeFileSync(rows, 'Lead ID,First name,Last name,Email,Lead source,Creation date,Status,Sub status\n'
    + `a1b2c3d4-1111-2222-3333-000000000001,${firstName},${lastName},${email},AppSource-PLT|${publisher}.app,${new Date(Date.now() - 1000).toISOString()},New,Received\n`);
  const [done] = (await server.okJson('import', rows, '--publisher', publisher)).items;
  await receiver.received(1);
  await settled(l, 'referral-updated');
  assert.equal((await server.get(`/leads/${l.id}`)).touches, 2);
  await server.ok('import', 'undo', done.id);
  await receiver.received(2);
  assert.equal((await server.get(`/leads/${l.id}`)).touches, 1);
  assert.deepEqual(told(receiver), Array(2).fill(['referral-updated', l.id]));
});

test('410 pauses it; what changes meanwhile waits, and goes when it is resumed', async () => {
  const { registered, receiver, one, note } = await chain({ always: { status: 410 } });
  const l = await one();
  await until(async () => (await server.get(`/destinations/${registered.SubscriberId}`)).state === 'paused');
  await note(l, 'meanwhile');
  receiver.always = { status: 200 };
  const before = receiver.requests.length;
  await server.expect(200, 'POST', `/destinations/${registered.SubscriberId}/resume`);
  await settled(l, 'referral-updated');
  assert.deepEqual(told(receiver).slice(before), [['referral-created', l.id], ['referral-updated', l.id]]);
});

test('who said 410 and registers again is told again; what a person paused stays so', async () => {
  const { registered, receiver, token, one } = await chain({ always: { status: 410 } });
  const state = async () => (await server.get(`/destinations/${registered.SubscriberId}`)).state;
  const l = await one();
  await until(async () => await state() === 'paused');
  receiver.always = { status: 200 };
  await expect(200, token, 'PUT', '', bodyFor(receiver));
  await settled(l, 'referral-created');
  await server.expect(200, 'POST', `/destinations/${registered.SubscriberId}/pause`);
  await expect(200, token, 'PUT', '', bodyFor(receiver));
  assert.equal(await state(), 'paused');
});

test('what was committed is told after a kill -9', async () => {
  const { receiver, one, note } = await chain({ always: { hang: true } });
  const l = await one();
  await receiver.received(1);
  await note(l, 'before the crash');
  await server.kill();
  receiver.always = { status: 200 };
  await server.launch();
  await settled(l, 'referral-updated', 100_000); // with several servers, not before the lease is over
  await settled(l, 'referral-created');
  assert.deepEqual([...new Set(told(receiver).map(([event]) => event))], both);
  assert.equal(receiver.requests.at(-1).json.ResourceUri, `${server.base}/v1.0/engagements/referrals/${l.id}`, 'its address is known before anything is sent');
});

test('only what was registered is told, and nothing of test leads or of another publisher', async () => {
  const { receiver, one, note, path, publisher } = await chain({ events: ['referral-updated'] });
  const other = await chain();
  const l = await one();
  await server.take(path, publishedTestLead);
  const far = await other.one();
  await other.receiver.received(1);
  await note(l, 'x');
  await receiver.received(1);
  await settled(l, 'referral-updated');
  assert.deepEqual(told(receiver), [['referral-updated', l.id]]);
  assert.deepEqual(told(other.receiver), [['referral-created', far.id]]);
});

test('it stands beside the destinations that leads are owed to', async () => {
  const { publisher, one, receiver } = await chain();
  const crm = await using(Receiver.start());
  await httpsAt(server, publisher, crm);
  const l = await one();
  await crm.received(1);
  await receiver.received(1);
  assert.equal((await deliveriesOf(server, l)).length, 2);
  assert.ok(crm.requests[0].json.UserDetails);
});

test('a private address is not dialled unless the registration says so', async () => {
  const { token, receiver, one } = await chain({ events: null });
  const { SubscriberId: id } = await expect(200, token, 'POST', '', bodyFor(receiver, both, { AllowPrivate: false }));
  const l = await one();
  await until(async () => (await delivery(l, 'referral-created')).attempts > 0);
  const all = await server.get(`/deliveries/${(await delivery(l, 'referral-created')).id}`);
  assert.match(JSON.stringify(all.attempts), /private|address|loopback/i);
  assert.equal(receiver.requests.length, 0);
  assert.equal((await server.get(`/destinations/${id}`)).kind, 'referral-webhook');
});

test('what was owed of an event that is registered no more is not sent', async () => {
  const { receiver, token, one, note } = await chain({ always: { status: 503 } });
  const l = await one();
  await note(l, 'Wants a demo');
  const waits = (event) => until(async () => (await delivery(l, event))?.state === 'due', { timeout: 30_000, what: `${event} waits` });
  await waits('referral-updated');
  await expect(200, token, 'PUT', '', bodyFor(receiver, ['referral-created']));
  const dropped = await delivery(l, 'referral-updated');
  assert.equal(dropped.state, 'cancelled');
  await waits('referral-created');
  receiver.always = { status: 200 };
  await settled(l, 'referral-created', 60_000);
  const before = receiver.requests.length;
  await expect(200, token, 'PUT', '', bodyFor(receiver));
  assert.equal((await delivery(l, 'referral-updated')).state, 'cancelled', 'what was is past');
  await note(l, 'Still does');
  await settled(l, 'referral-updated', 60_000);
  assert.deepEqual(told(receiver).slice(before), [['referral-updated', l.id]]);
});

test('registration: 404, 200, 409, PUT, rotation, DELETE', async () => {
  const { token, receiver, one, note } = await chain({ events: null });
  await expect(404, token, 'GET');
  await expect(404, token, 'PUT', '', bodyFor(receiver));
  const made = await expect(200, token, 'POST', '', { ...bodyFor(receiver), SignatureTokenToMsSignatureHeader: true });
  assert.deepEqual([made.WebhookUrl, made.WebhookEvents], [receiver.url(), both]);
  const again = await expect(409, token, 'POST', '', bodyFor(receiver));
  assert.equal(again.error.innerError.code, 'webhook.exists');
  const seen = await expect(200, token, 'GET');
  assert.deepEqual(seen, { SubscriberId: made.SubscriberId, WebhookUrl: receiver.url(), WebhookEvents: both, AllowHttp: true, AllowPrivate: true, CaFile: null });
  const put = await expect(200, token, 'PUT', '', { ...seen, WebhookEvents: ['referral-updated'] });
  assert.deepEqual([put.Secret, put.SubscriberId, put.WebhookEvents], [undefined, made.SubscriberId, ['referral-updated']]);
  const rotated = await expect(200, token, 'PUT', '', { ...bodyFor(receiver, ['referral-updated']), RotateSecret: true });
  assert.notEqual(rotated.Secret, made.Secret);
  const l = await one();
  await note(l, 'x');
  await receiver.received(1);
  new Webhook(rotated.Secret).verify(receiver.requests[0].text, receiver.requests[0].headers);
  assert.throws(() => new Webhook(made.Secret).verify(receiver.requests[0].text, receiver.requests[0].headers));
  await settled(l, 'referral-updated');
  await expect(204, token, 'DELETE');
  await expect(404, token, 'GET');
  await expect(404, token, 'DELETE');
  await note(l, 'y');
  await never(() => receiver.requests.length > 1, { what: 'it is told after it was removed' });
  await expect(200, token, 'POST', '', bodyFor(receiver));
});

test('what cannot be registered is refused by its name', async () => {
  const { token, receiver } = await chain({ events: null });
  const bad = [
    ['WebhookUrl', { WebhookUrl: 'ftp://x.example' }], ['WebhookUrl', { AllowHttp: false }], ['WebhookEvents', { WebhookEvents: ['deal-closed'] }],
    ['WebhookEvents', { WebhookEvents: [] }], ['WebhookUrl', { WebhookUrl: undefined }], ['Colour', { Colour: 'red' }],
  ];
  for (const [target, change] of bad) {
    const { error } = await expect(400, token, 'POST', '', { ...bodyFor(receiver), ...change });
    assert.deepEqual([error.code, error.target], ['invalidRequest', target], JSON.stringify(change));
  }
  await expect(200, token, 'POST', '', bodyFor(receiver));
  const { error } = await expect(400, token, 'PUT', '', { ...bodyFor(receiver), SubscriberId: nobody });
  assert.equal(error.target, 'SubscriberId');
});

test('the other door: as a destination there is one, too, and none of one offer', async () => {
  const { publisher, receiver, token } = await chain({ events: null });
  const settings = { url: receiver.url(), allowHttp: true, allowPrivate: true };
  const post = (where) => server.api('POST', '/destinations', { json: { ...where, kind: 'referral-webhook', settings } });
  assert.equal((await post({ offer: `${publisher}.app` })).status, 422);
  assert.equal((await post({ publisher })).status, 201);
  assert.equal((await post({ publisher })).status, 409);
  const seen = await expect(200, token, 'GET');
  assert.deepEqual(seen.WebhookEvents, [...both, 'test-created']);
  assert.equal((await server.api('DELETE', `/destinations/${seen.SubscriberId}`)).status, 204);
  await expect(404, token, 'GET');
});

test('the validation event, and two a minute', async () => {
  const { token, receiver, registered } = await chain({ events: [...both, 'test-created'] });
  const { correlationId } = await expect(200, token, 'POST', '/validationEvents');
  const [got] = receiver.requests;
  assert.deepEqual([got.json.EventName, got.json.ResourceName, got.headers['webhook-id']], ['test-created', 'test', correlationId]);
  new Webhook(registered.Secret).verify(got.text, got.headers);
  const result = await expect(200, token, 'GET', `/validationEvents/${correlationId}`);
  assert.deepEqual([result.correlationId, result.status, result.callbackUrl, result.results.length], [correlationId, 'completed', receiver.url(), 1]);
  assert.deepEqual([result.results[0].responseCode, result.results[0].systemError], ['OK', false]);
  assert.ok(got.json.ResourceUri.endsWith(`${base}/validationEvents/${correlationId}`));
  receiver.always = { status: 500 };
  const second = await expect(200, token, 'POST', '/validationEvents');
  const failed = await expect(200, token, 'GET', `/validationEvents/${second.correlationId}`);
  assert.equal(failed.results[0].responseCode, '500');
  const third = await call(token, 'POST', '/validationEvents');
  assert.equal(third.status, 429);
  assert.equal(third.json.statusCode, 429);
  assert.ok(Number(third.headers['retry-after']) > 0);
  assert.equal(receiver.requests.length, 2);
  await expect(404, token, 'GET', `/validationEvents/${nobody}`);
});

test('without test-created there is no validation event', async () => {
  const { token } = await chain();
  const { error } = await expect(400, token, 'POST', '/validationEvents');
  assert.equal(error.target, 'WebhookEvents');
});

test('whose it is: administrators of the publisher; another\'s is not seen', async () => {
  const { publisher, registered, receiver } = await chain({ events: [...both, 'test-created'] });
  const mine = await server.token('admin', publisher);
  const { correlationId } = await expect(200, mine, 'POST', '/validationEvents');
  const far = (await chain({ events: null })).token;
  await expect(404, far, 'GET');
  await expect(404, far, 'DELETE');
  await expect(404, far, 'GET', `/validationEvents/${correlationId}`);
  await expect(404, far, 'GET', `?publisher=${publisher}`);
  await expect(404, far, 'POST', `?publisher=${publisher}`, bodyFor(receiver));
  for (const role of ['viewer', 'seller', 'manager']) {
    const token = await server.token(role, publisher);
    await expect(403, token, 'GET');
    await expect(403, token, 'DELETE');
    await expect(403, token, 'POST', '/validationEvents');
    assert.deepEqual(await expect(200, token, 'GET', '/events'), [...both, 'test-created']);
  }
  const all = await server.token('admin');
  await expect(400, all, 'GET');
  assert.equal((await expect(200, all, 'GET', `?publisher=${publisher}`)).SubscriberId, registered.SubscriberId);
  const shown = JSON.stringify([await server.get('/destinations'), await expect(200, mine, 'GET')]);
  assert.ok(!shown.includes(registered.Secret));
});

test('its headers are the original\'s', async () => {
  const { token } = await chain();
  const answer = await server.raw('GET', base, { headers: { Authorization: `Bearer ${token}`, 'MS-CorrelationId': 'abc-1' } });
  assert.equal(answer.headers['ms-correlationid'], 'abc-1');
  assert.match(answer.headers['ms-requestid'], uuid7);
});
