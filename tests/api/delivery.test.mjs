// What becomes of a lead when its destination misbehaves.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving, using } from '../lib/serving.mjs';
import { nobody, problem, uuid7, wireTime } from '../lib/asserts.mjs';
import { delivered, destinationAt, httpsAt, lastAttempt } from '../lib/deliveries.mjs';
import { lead, person } from '../lib/leads.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { never, until } from '../lib/wait.mjs';

const server = await serving();

let serial = 0;
async function chain({ settings = [], tls, always } = {}) {
  serial += 1;
  const publisher = `pub${serial}`;
  const path = await server.offer(`${publisher}.app`);
  const receiver = await using(Receiver.start({ tls, always }));
  const destination = await httpsAt(server, publisher, receiver, ...settings);
  return { publisher, path, receiver, destination };
}
const send = (path, code = 'AppSource-PLT', who = {}) => server.lead(path, lead({ LeadSource: code, ActionCode: undefined }, who));
const destinationState = async (id) => (await server.get('/destinations')).items.find((d) => d.id === id);
const firstAttempt = async (got) => (await delivered(server, got, (d) => d.attempts.length >= 1)).attempts[0];

test('a delivery and its attempts have the members of the contract', async () => {
  const { path } = await chain();
  const got = await send(path);
  const done = await delivered(server, got);
  assert.match(done.id, uuid7);
  assert.equal(done.lead, got.id);
  assert.equal(done.state, 'done');
  const [attempt] = done.attempts;
  assert.equal(attempt.outcome, 'delivered');
  assert.match(attempt.at, wireTime);
  const { items } = await server.get(`/deliveries?state=done&limit=500`);
  assert.ok(items.some((d) => d.id === done.id));
});

// status      outcome      what becomes of the delivery
const answers = [
  [{ status: 204 }, 'delivered', 'done'],
  [{ status: 202 }, 'delivered', 'done'],
  [{ status: 400 }, 'rejected', 'rejected'],
  [{ status: 413 }, 'rejected', 'rejected'],
  [{ status: 415 }, 'rejected', 'rejected'],
  [{ status: 422 }, 'rejected', 'rejected'],
  [{ status: 401 }, 'config', 'parked'],
  [{ status: 403 }, 'config', 'parked'],
  [{ status: 404 }, 'config', 'parked'],
  [{ status: 405 }, 'config', 'parked'],
  [{ status: 408 }, 'retry', 'due'],
  [{ status: 425 }, 'retry', 'due'],
  [{ status: 500 }, 'retry', 'due'],
  [{ status: 502 }, 'retry', 'due'],
  [{ status: 503 }, 'retry', 'due'],
  [{ status: 429, retryAfter: 60 }, 'retry', 'due'],
];
for (const [step, outcome, state] of answers) {
  test(`an answer ${step.status} is ${outcome}, the delivery ${state}`, async () => {
    const { path } = await chain({ always: step });
    const got = await send(path);
    const after = await delivered(server, got, (d) => d.attempts.length >= 1 && d.state === state);
    assert.equal(after.attempts[0].outcome, outcome);
    assert.equal(after.attempts[0].status, step.status);
  });
}

test('a rejected lead does not hold up the others', async () => {
  const { path, receiver } = await chain();
  receiver.script({ status: 422, body: '{"error":"no such country"}' });
  const bad = await send(path);
  const rejected = await delivered(server, bad, 'rejected');
  assert.match(lastAttempt(rejected).detail, /no such country/, 'the peer\'s own words are kept');
  await delivered(server, await send(path));
});

test('wrong credentials park the destination once; every lead waits and goes after resume', async () => {
  const { path, receiver, destination } = await chain({ always: { status: 401 } });
  const first = await send(path);
  await delivered(server, first, 'parked');
  const others = [await send(path), await send(path)];
  for (const one of others) await delivered(server, one, (d) => d.state === 'parked' || d.state === 'due');
  assert.notEqual((await destinationState(destination)).state, 'active');
  // What comes by now is due and waits: were it made parked, a resume just before its commit would leave it so for ever.
  await until(async () => (await destinationState(destination)).state === 'parked');
  const late = await send(path);
  await delivered(server, late, 'due');
  others.push(late);
  const asked = receiver.requests.length;
  assert.ok(asked <= 3, `${asked} requests with credentials that are wrong`);
  receiver.always = { status: 200 };
  await server.expect(200, 'POST', `/destinations/${destination}/resume`);
  for (const one of [first, ...others]) await delivered(server, one);
});

test('200 after the time-out: unknown, and to be tried again', async () => {
  const { path, receiver } = await chain({ settings: ['timeoutMs=1000'] });
  receiver.script({ delay: 2500, status: 200 });
  const waiting = await delivered(server, await send(path), (d) => d.attempts.length === 1);
  assert.equal(waiting.attempts[0].outcome, 'unknown');
  assert.equal(waiting.state, 'due');
  assert.ok(Date.parse(waiting.nextAttemptAt) > receiver.requests[0].at, waiting.nextAttemptAt);
});

test('429 with Retry-After: not before, for the whole destination', async () => {
  const { path, receiver } = await chain();
  receiver.script({ status: 429, retryAfter: 4 });
  const got = await send(path);
  const waiting = await delivered(server, got, (d) => d.attempts.length === 1 && d.state === 'due');
  const [asked] = receiver.requests;
  assert.ok(Date.parse(waiting.nextAttemptAt) - asked.at >= 3900, waiting.nextAttemptAt);
  const second = await send(path);
  await delivered(server, second);
  assert.ok(receiver.requests[1].at - asked.at >= 3900, 'the other lead waited too');
  await delivered(server, got);
});

test('Retry-After as a date is understood', async () => {
  const { path, receiver } = await chain({ always: { status: 503, retryAfter: new Date(Date.now() + 90_000).toUTCString() } });
  const got = await send(path);
  const waiting = await delivered(server, got, (d) => d.attempts.length === 1 && d.state === 'due');
  const wait = Date.parse(waiting.nextAttemptAt) - receiver.requests[0].at;
  assert.ok(wait > 80_000 && wait < 130_000, `${wait} ms`);
});

test('410: the destination asked us to stop, and is left alone', async () => {
  const { path, receiver, destination } = await chain({ always: { status: 410 } });
  const got = await send(path);
  assert.equal((await firstAttempt(got)).outcome, 'gone');
  assert.notEqual((await until(async () => {
    const d = await destinationState(destination);
    return d.state !== 'active' && d;
  }, { what: 'the destination is stopped' })).state, 'active');
  await send(path);
  await never(() => receiver.requests.length > 1, { what: 'a request after 410' });
});

test('webhook-delivery: disable is as good as 410', async () => {
  const { path } = await chain({ always: { status: 400, headers: { 'webhook-delivery': 'disable' } } });
  assert.equal((await firstAttempt(await send(path))).outcome, 'gone');
});

test('a redirect to a private address is never followed', async () => {
  const trap = await using(Receiver.start());
  const { path } = await chain({ always: { redirect: trap.url('/private') } });
  const got = await send(path);
  const attempt = await firstAttempt(got);
  assert.ok(['retry', 'config'].includes(attempt.outcome), attempt.outcome);
  assert.equal(attempt.status, 302);
  const parked = await delivered(server, got, 'parked');
  assert.ok(JSON.stringify(parked.attempts).includes(`127.0.0.1:${trap.port}`), 'the Location is shown');
  assert.equal(trap.requests.length, 0);
});

for (const tls of ['wrong-name', 'unknown-authority']) {
  test(`TLS: a certificate with ${tls.replace('-', ' ')} is a matter of configuration, and nothing is sent`, async () => {
    serial += 1;
    const publisher = `pub${serial}`;
    const path = await server.offer(`${publisher}.app`);
    const receiver = await using(Receiver.start({ tls }));
    await destinationAt(server, publisher, 'https', `url=${receiver.url()}`, 'allowPrivate=true', `caFile=${receiver.caFile}`);
    const parked = await delivered(server, await send(path), 'parked');
    assert.equal(lastAttempt(parked).outcome, 'config');
    assert.match(`${lastAttempt(parked).code} ${lastAttempt(parked).detail}`, /certificate|tls|ssl/i);
    assert.equal(receiver.requests.length, 0);
  });
}

test('nobody listens: retry, and the lead goes when somebody does', async () => {
  const { path, receiver } = await chain();
  await receiver.stop();
  const got = await send(path);
  assert.equal((await firstAttempt(got)).outcome, 'retry');
});

const cuts = {
  'half a header line': { cutHeader: 24 },
  'a status line and a header, but no blank line': { cutHeader: 49 },
  'half a status line': { cutHeader: 9 },
  'half of the announced body': { cutBody: 3, body: '{"ok":true}' },
  'a reset': { reset: true },
};
for (const [what, step] of Object.entries(cuts)) {
  test(`an answer that ends with ${what} is not a success: unknown, tried again`, async () => {
    const { path, receiver } = await chain();
    receiver.script(step);
    const done = await delivered(server, await send(path));
    assert.equal(done.attempts[0].outcome, 'unknown', JSON.stringify(done.attempts[0]));
    assert.equal(done.attempts.length, 2);
    assert.equal(receiver.requests[0].headers['webhook-id'], receiver.requests[1].headers['webhook-id']);
  });
}

test('204 cut before the blank line is not a success', async () => {
  const { path, receiver } = await chain();
  receiver.script({ status: 204, headers: {}, cutHeader: 40 });
  const done = await delivered(server, await send(path));
  assert.equal(done.attempts[0].outcome, 'unknown');
});

test('an endless answer is read to its limit only', async () => {
  const { path, receiver } = await chain({ always: { endless: true }, settings: ['timeoutMs=2000'] });
  await firstAttempt(await send(path));
  await until(() => receiver.sockets.size === 0, { what: 'the connection is dropped' });
  assert.ok(receiver.requests[0].step.sent < 8 << 20, `${receiver.requests[0].step.sent} bytes were taken`);
});

test('a dripping answer ends with the time-out', async () => {
  const { path } = await chain({ always: { drip: 300, body: 'x'.repeat(100) }, settings: ['timeoutMs=1000'] });
  await firstAttempt(await send(path));
});

test('a hanging destination holds up nobody else', async () => {
  const hanging = await chain({ always: { hang: true }, settings: ['timeoutMs=20000'] });
  for (let n = 0; n < 20; n += 1) await send(hanging.path);
  const healthy = await chain();
  const started = Date.now();
  await delivered(server, await send(healthy.path));
  assert.ok(Date.now() - started < 5000 * Number(process.env.LEADLINE_TEST_SLOW ?? 1));
});

test('per-contact: the second lead of a person waits for the first, other persons do not', async () => {
  const { path, receiver } = await chain({ settings: ['ordering=per-contact'] });
  const who = person();
  receiver.script({ status: 503 });
  const first = await send(path, 'AppSource-PLT', who);
  await receiver.received(1);
  const second = await send(path, 'AppSource-INS', who);
  const stranger = await send(path);
  await delivered(server, stranger);
  await delivered(server, second);
  await delivered(server, first);
  const order = receiver.requests.filter((r) => r.step.status === 200).map((r) => `${r.json.UserDetails.Email} ${r.json.ActionCode}`);
  assert.ok(order.indexOf(`${who.Email} PLT`) < order.indexOf(`${who.Email} INS`), order.join(', '));
  assert.ok(order.indexOf(`${stranger.asReceived.email} PLT`) < order.indexOf(`${who.Email} PLT`), order.join(', '));
});

test('strict: everything waits for the head', async () => {
  const { path, receiver } = await chain({ settings: ['ordering=strict'] });
  receiver.script({ status: 503 });
  const leads = [await send(path), await send(path), await send(path)];
  for (const one of leads) await delivered(server, one);
  const good = receiver.requests.filter((r) => r.step.status === 200).map((r) => r.json.UserDetails.Email);
  assert.deepEqual(good, leads.map((l) => l.asReceived.email));
});

test('pause holds, resume sends', async () => {
  const { path, receiver, destination } = await chain();
  await server.expect(200, 'POST', `/destinations/${destination}/pause`);
  assert.notEqual((await destinationState(destination)).state, 'active');
  const got = await send(path);
  await never(() => receiver.requests.length, { during: 800, what: 'a request while paused' });
  await server.expect(200, 'POST', `/destinations/${destination}/resume`);
  await delivered(server, got);
});

test('replay: one, several, by filter and time; a dry run only counts', async () => {
  const { publisher, path, receiver } = await chain({ always: { status: 422 } });
  const leads = [await send(path), await send(path), await send(path)];
  const rejected = [];
  for (const one of leads) rejected.push(await delivered(server, one, 'rejected'));
  receiver.always = { status: 200 };

  const dry = await server.expect(200, 'POST', '/deliveries/replay', { json: { filter: { state: 'rejected', publisher }, dryRun: true } });
  assert.ok(JSON.stringify(dry).includes('3'), JSON.stringify(dry));
  await never(() => receiver.requests.length > 3, { what: 'a request by a dry run' });

  await server.expect(200, 'POST', '/deliveries/replay', { json: { ids: [rejected[0].id] } });
  await delivered(server, leads[0]);
  const between = { since: leads[1].receivedAt, until: new Date(Date.now() + 1000).toISOString() };
  await server.expect(200, 'POST', '/deliveries/replay', { json: { filter: { state: 'rejected', publisher, ...between } } });
  for (const one of leads) await delivered(server, one);
  const ids = receiver.requests.map((r) => r.headers['webhook-id']);
  assert.equal(new Set(ids).size, 3, 'replays keep their ids');
});

test('replay by nothing at all, by strangers\' ids or unknown members is refused', async () => {
  problem(await server.api('POST', '/deliveries/replay', { json: {} }), 422);
  problem(await server.api('POST', '/deliveries/replay', { json: { ids: ['17'] } }), 422);
  problem(await server.api('POST', '/deliveries/replay', { json: { ids: [nobody] } }), 404);
  problem(await server.api('POST', '/deliveries/replay', { json: { filter: { colour: 'red' } } }), 422);
  problem(await server.api('POST', '/deliveries/replay', { json: { colour: 'red' } }), 422);
});

test('the command line lists and replays too', async () => {
  const { path, receiver } = await chain({ always: { status: 400 } });
  const got = await send(path);
  const rejected = await delivered(server, got, 'rejected');
  const listed = await server.okJson('delivery', 'list', '--state', 'rejected');
  assert.ok(JSON.stringify(listed).includes(rejected.id));
  receiver.always = { status: 200 };
  await server.ok('delivery', 'replay', rejected.id, '--dry-run');
  await never(() => receiver.requests.length > 1, { what: 'a request by a dry run' });
  await server.ok('delivery', 'replay', rejected.id);
  await delivered(server, got);
});

test('a destination that is added later does not get the leads of before', async () => {
  const path = await server.offer('late.app');
  await send(path);
  const receiver = await using(Receiver.start());
  await httpsAt(server, 'late', receiver);
  await delivered(server, await send(path));
  assert.equal(receiver.requests.length, 1);
});

test('what was due is delivered after a restart', async () => {
  const { path, receiver } = await chain({ always: { status: 503 } });
  const got = await send(path);
  await firstAttempt(got);
  await server.halt();
  receiver.always = { status: 200 };
  await server.launch();
  await delivered(server, got);
});
