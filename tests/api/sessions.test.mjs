// Signing in: password, one-time link, cookie, CSRF, throttling, signing out.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid, problem } from '../lib/asserts.mjs';
import { Server } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();
const password = 'correct horse battery staple 9';

async function addUser(email, role = 'admin', ...more) {
  const done = await server.cli(['user', 'add', email, '--role', role, '--password-stdin', ...more], { input: `${password}\n` });
  assert.equal(done.code, 0, done.stderr);
}

const signIn = (email, word = password, options = {}) => server.api('POST', '/session', { token: null, json: { email, password: word }, ...options });
const cookieOf = (answer) => (answer.headers['set-cookie'] ?? []).map((c) => c.split(';')[0]).join('; ');
const as = (cookie, csrf) => ({ token: null, headers: { Cookie: cookie, ...(csrf ? { 'X-CSRF-Token': csrf } : {}) } });

test('signing in sets a guarded cookie and answers the csrf token', async () => {
  await addUser('anna@example.org');
  const answer = await signIn('anna@example.org');
  assert.equal(answer.status, 200, answer.text);
  assert.equal(typeof answer.json.csrf, 'string');
  const [cookie] = answer.headers['set-cookie'];
  assert.match(cookie, /HttpOnly/i);
  assert.match(cookie, /SameSite=(Lax|Strict)/i);
  assert.match(cookie, /Path=\//i);
  assert.ok(cookie.split(';')[0].split('=')[1].length >= 32, 'the session is not guessable');

  const session = await server.get('/session', as(cookieOf(answer)));
  assert.equal(session.user.email, 'anna@example.org');
  assert.equal(session.user.role, 'admin');
  assert.equal(session.csrf, answer.json.csrf);
});

test('the address is compared without regard to case', async () => {
  await addUser('Berta@Example.org');
  assert.equal((await signIn('bERTA@exAMPLE.ORG')).status, 200);
});

test('writing by cookie needs the csrf token; reading does not', async () => {
  await addUser('carl@example.org');
  const answer = await signIn('carl@example.org');
  const cookie = cookieOf(answer);
  await server.get('/leads', as(cookie));
  problem(await server.api('DELETE', '/session', as(cookie)), 403);
  problem(await server.api('DELETE', '/session', as(cookie, 'guessed')), 403);
  const other = await signIn('anna@example.org');
  problem(await server.api('DELETE', '/session', as(cookie, other.json.csrf)), 403);
  await server.get('/session', as(cookie));
});

test('signing out ends the session', async () => {
  await addUser('dora@example.org');
  const answer = await signIn('dora@example.org');
  const cookie = cookieOf(answer);
  const out = await server.api('DELETE', '/session', as(cookie, answer.json.csrf));
  assert.ok([200, 204].includes(out.status), out.text);
  problem(await server.api('GET', '/session', as(cookie)), 401);
});

test('a made-up or absent cookie is nobody', async () => {
  problem(await server.api('GET', '/session', { token: null }), 401);
  await addUser('emil@example.org');
  const name = cookieOf(await signIn('emil@example.org')).split('=')[0];
  problem(await server.api('GET', '/leads', as(`${name}=${'A'.repeat(43)}`)), 401);
});

test('a wrong password and an unknown address look alike', async () => {
  await addUser('fritz@example.org');
  const wrong = await signIn('fritz@example.org', 'wrong password 1');
  const unknown = await signIn('nobody@example.org', 'wrong password 1');
  assert.deepEqual(problem(wrong, 401), problem(unknown, 401));
  assert.equal(wrong.headers['set-cookie'], undefined);
});

test('a sign-in with missing or unknown members is refused by field', async () => {
  const post = (json) => server.api('POST', '/session', { token: null, json });
  problem(await post({}), 422);
  invalid(await post({ email: 'x@example.org' }), 'password');
  invalid(await post({ email: 'x@example.org', password: 'x', colour: 'red' }), 'colour');
  invalid(await post({ email: 'x@example.org', password: 5 }), 'password');
  problem(await server.api('POST', '/session', { token: null, body: '{"email":', headers: { 'Content-Type': 'application/json' } }), 400);
});

test('guessing is slowed down: 429 with Retry-After, and the right password waits too', async () => {
  await addUser('gustav@example.org');
  let answer;
  for (let n = 0; n < 30; n += 1) {
    answer = await signIn('gustav@example.org', `guess number ${n}`);
    if (answer.status === 429) break;
    assert.equal(answer.status, 401);
  }
  problem(answer, 429);
  assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
  problem(await signIn('gustav@example.org'), 429);
});

test('a one-time link signs in once', async () => {
  await server.ok('user', 'add', 'link@example.org', '--role', 'manager');
  const link = new URL(await server.ok('user', 'link', 'link@example.org'));
  // Looking at the page does not use the link up: mail scanners look at every link.
  for (let n = 0; n < 2; n += 1) assert.equal((await server.raw('GET', link.pathname + link.search)).headers['set-cookie'], undefined);
  const use = () => server.api('POST', '/session', { token: null, json: { token: link.searchParams.get('token') } });
  const entered = await use();
  assert.equal(entered.status, 200, entered.text);
  const session = await server.get('/session', as(cookieOf(entered)));
  assert.equal(session.user.email, 'link@example.org');
  assert.equal(session.user.role, 'manager');
  const again = await use();
  problem(again, 401);
  assert.equal(again.headers['set-cookie'], undefined, 'a second use must not sign in');
});

test('the first start makes an administrator, shows the password once, and it works', async () => {
  const own = await Server.start();
  try {
    const shown = /password[^\n]*?[\s:="]+(\S{12,})["\s]/i.exec(own.log);
    assert.ok(shown, `a password in:\n${own.log}`);
    const email = /\b([\w.+-]+@[\w.-]+\w)/.exec(own.log)[1];
    const answer = await own.api('POST', '/session', { token: null, json: { email, password: shown[1] } });
    assert.equal(answer.status, 200, answer.text);
    assert.equal((await own.get('/session', as(cookieOf(answer)))).user.role, 'admin');
    await own.halt();
    await own.launch();
    assert.ok(!own.log.includes(shown[1]), 'shown again at the second start');
    assert.doesNotMatch(own.log, /password/i);
  } finally {
    await own.stop();
  }
});

test('a disabled user is signed out and cannot come back', async () => {
  await addUser('hans@example.org', 'seller');
  const cookie = cookieOf(await signIn('hans@example.org'));
  await server.get('/leads', as(cookie));
  await server.ok('user', 'set', 'hans@example.org', '--disabled');
  await until(async () => (await server.api('GET', '/leads', as(cookie))).status === 401, { what: 'the session is dead', timeout: 2000 });
  assert.notEqual((await signIn('hans@example.org')).status, 200);
});
