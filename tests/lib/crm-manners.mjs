// What a destination of a CRM owes to everybody, whatever the kind: tests that each kind runs on its own
// peer.
//
//   manners({ server, kind, secret, peer, settings, body })
//     kind      of the destination
//     secret    the text that must be told nobody: the value of the setting `secretName`
//     peer      (options of Crm.start) => a Crm with the kind's own answers
//     settings  (crm) => key=value settings that lead there, without those that let it be a test's
//     body      the body of the kind's good answer, for the steps that are cut or drip

import test from 'node:test';
import assert from 'node:assert/strict';
import { tellsNone } from './crm.mjs';
import { delivered, destinationAt, lastAttempt } from './deliveries.mjs';
import { lead } from './leads.mjs';
import { headLength, Receiver } from './receiver.mjs';
import { using } from './serving.mjs';
import { never, slow, until } from './wait.mjs';

const local = ['allowPrivate=true', 'allowHttp=true'];

let serial = 0;
// Chains of publisher, offer, peer and destination, each new.
export function chains({ server, kind, peer, settings }) {
  return async ({ options = {}, more = [], at = local, trusting = false } = {}) => {
    serial += 1;
    const publisher = `${kind.replaceAll('-', '').slice(0, 8)}${serial}`;
    const path = await server.offer(`${publisher}.app`, '--title', 'The App');
    const crm = await using(peer(options));
    const destination = await destinationAt(server, publisher, kind, ...settings(crm), ...at, ...more,
      ...(trusting ? [`caFile=${crm.caFile}`] : []));
    const send = (over = {}, who = {}) => server.lead(path, lead({ LeadSource: `AppSource-PLT|${publisher}.app`, ...over }, who));
    const ask = () => server.expect(200, 'POST', `/destinations/${destination}/test`);
    return { publisher, path, crm, destination, send, ask };
  };
}

const parkedWith = async (server, got, code) => {
  const parked = await delivered(server, got, 'parked');
  assert.equal(lastAttempt(parked).outcome, 'config');
  assert.match(`${lastAttempt(parked).code} ${lastAttempt(parked).detail}`, code);
  return parked;
};

// Of kinds with a token endpoint.
export function tokenManners({ server, chain, secretName }) {
  test('many leads at once ask for one token', async () => {
    const { crm, path } = await chain();
    crm.tokenDelay = 300;
    const many = Array.from({ length: 40 }, () => lead({ LeadSource: 'AppSource-PLT' }));
    const { leads } = await server.take(path, many);
    for (const one of leads) await delivered(server, one);
    assert.equal(crm.asked.length, 1);
    assert.equal(crm.taken.length, many.length);
  });

  test('a token that ends is renewed before it is refused', async () => {
    const life = 4 * slow; // a quarter of it is the time in which a renewed token must be used
    const { crm, send } = await chain({ options: { life } });
    await delivered(server, await send());
    await until(() => Date.now() > crm.asked[0].at + life * 1000, { what: 'the first token is over' });
    await delivered(server, await send());
    assert.equal(crm.asked.length, 2);
    assert.equal(crm.calls.filter((call) => call.refused).length, 0);
  });

  test('a token refused in the middle is replaced once, within the attempt', async () => {
    const { crm, send } = await chain();
    await delivered(server, await send());
    crm.revoke();
    const done = await delivered(server, await send());
    assert.equal(done.attempts.length, 1);
    assert.equal(crm.asked.length, 2);
    assert.equal(crm.calls.filter((call) => call.refused).length, 1);
  });

  test('a new token refused, too, parks; new settings release the queue in order', async () => {
    const { crm, send, destination } = await chain({ more: ['ordering=strict'] });
    crm.refuseAll = true;
    const all = [];
    for (let i = 0; i < 4; i += 1) all.push(await send({ Description: `lead ${i}` }));
    await parkedWith(server, all[0], /unauthorized|token/);
    await until(async () => (await server.get(`/destinations/${destination}`)).state === 'parked', { what: 'parked' });
    assert.ok(crm.asked.length <= 2, `${crm.asked.length} tokens for credentials that are wrong`);
    assert.equal(crm.taken.length, 0);
    crm.refuseAll = false;
    await server.expect(200, 'PATCH', `/destinations/${destination}`, { json: { settings: { [secretName]: 'the-right-secret-0123456789' } } });
    for (const one of all) await delivered(server, one);
    const order = crm.taken.filter((call) => call.method !== 'GET').map((call) => /lead (\d)/.exec(decodeURIComponent(call.text))?.[1]);
    assert.deepEqual(order, ['0', '1', '2', '3']);
    assert.match(JSON.stringify(crm.asked.at(-1).form) + crm.asked.at(-1).path, /the-right-secret/, 'the new secret is used');
  });

  test('the token endpoint is down: tried again, and nothing of the lead is sent', async () => {
    const { crm, send } = await chain();
    crm.scriptTokens({ status: 503 }, { cutHeader: 20 });
    const waiting = await delivered(server, await send(), (d) => d.attempts.length >= 1);
    assert.equal(waiting.attempts[0].outcome, 'retry');
    assert.equal(crm.calls.length, 0);
  });
}

// Of every kind with a peer on HTTP.
export function manners({ server, chain, secret, body }) {
  test('an answer that is cut at any byte of its head is never taken for done', async () => {
    const { crm, ask } = await chain();
    const good = { status: crm.good ?? 200, body };
    assert.equal((await ask()).outcome, 'delivered');
    const wrong = [];
    for (let cut = 0; cut < headLength(good); cut += 1) {
      crm.script({ ...good, cutHeader: cut });
      const { outcome } = await ask();
      if (outcome !== 'unknown') wrong.push([cut, outcome]);
    }
    assert.deepEqual(wrong, []);
    assert.equal((await ask()).outcome, 'delivered');
  });

  test('an answer that drips is waited for', async () => {
    const { crm, send } = await chain();
    if (!body) return;
    crm.script({ status: crm.good ?? 200, body, drip: 5 });
    const done = await delivered(server, await send());
    assert.equal(done.attempts.length, 1);
  });

  test('an answer that was lost is unknown, and the lead goes again under the same key', async () => {
    const { crm, send } = await chain();
    crm.script({ cutHeader: 40 });
    const got = await send();
    await delivered(server, got, (d) => d.attempts.length >= 2);
    const done = await delivered(server, got);
    assert.equal(done.attempts[0].outcome, 'unknown');
    assert.ok(['delivered', 'already'].includes(lastAttempt(done).outcome), lastAttempt(done).outcome);
  });

  test('a redirect is shown and never followed', async () => {
    const { crm, send } = await chain();
    const trap = await using(Receiver.start());
    crm.script({ redirect: trap.url('/metadata') });
    const after = await delivered(server, await send(), (d) => d.attempts.length >= 1);
    assert.ok(['retry', 'config'].includes(after.attempts[0].outcome), after.attempts[0].outcome);
    assert.ok(after.attempts[0].detail.includes(`127.0.0.1:${trap.port}`), after.attempts[0].detail);
    assert.equal(trap.requests.length, 0);
  });

  test('a private address is not dialled unless allowed', async () => {
    const { crm, send } = await chain({ at: ['allowHttp=true'] });
    const after = await delivered(server, await send(), (d) => d.attempts.length >= 1);
    assert.equal(after.attempts[0].outcome, 'retry');
    assert.equal(crm.requests.length, 0);
  });

  test('an untrusted certificate is a matter of configuration, and nothing is sent', async () => {
    const { crm, send } = await chain({ options: { tls: 'unknown-authority' }, at: ['allowPrivate=true'] });
    await parkedWith(server, await send(), /certificate/i);
    assert.equal(crm.requests.length, 0);
  });

  test('a peer that is too busy is left alone for as long as it says', async () => {
    const { crm, send } = await chain({ more: ['ordering=strict'] });
    crm.script({ status: 429, retryAfter: 120 });
    const waiting = await delivered(server, await send(), (d) => d.attempts.length === 1 && d.state === 'due');
    assert.equal(waiting.attempts[0].outcome, 'retry');
    assert.ok(Date.parse(waiting.nextAttemptAt) - Date.now() > 60_000, waiting.nextAttemptAt);
    await send();
    await never(() => crm.calls.length > 1, { during: 700 * slow, what: 'a call while it is left alone' });
  });

  test('its secrets are told nobody', async () => {
    const { crm, send, destination } = await chain();
    const echo = JSON.stringify([{ errorCode: 'X', message: `you sent ${secret} and token-1-of-the-peer` }]);
    crm.script({ status: 400, body: echo });
    await delivered(server, await send(), (d) => d.attempts.length >= 1);
    assert.deepEqual(await tellsNone(server, destination, [secret, 'token-1-of-the-peer']), []);
  });
}
