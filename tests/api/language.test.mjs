// The page's language: the account's, by a cookie that comes with the sign-in, before any script runs.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';

const server = await serving();
const password = 'a long enough passphrase 1';
const signIn = () => server.api('POST', '/session', { token: null, json: { email: 'mina@example.org', password } });
const cookies = (answer) => answer.headers['set-cookie'] ?? [];
const firstWords = async (headers) => (await server.raw('GET', '/', { headers })).text.slice(0, 400);

test('the language of the account comes with the sign-in, so that the first bytes of the page are in it', async () => {
  const added = await server.cli(['user', 'add', 'mina@example.org', '--role', 'admin', '--password-stdin'], { input: `${password}\n` });
  assert.equal(added.code, 0, added.stderr);
  const first = await signIn();
  assert.equal(cookies(first).length, 1, 'an account that chose none says none');
  const headers = { Cookie: cookies(first)[0].split(';')[0], 'X-CSRF-Token': first.json.csrf };
  const chosen = await server.api('PATCH', '/session/user', { token: null, headers, json: { language: 'ko' } });
  for (const answer of [chosen, await signIn()]) {
    const cookie = cookies(answer).find((c) => c.startsWith('leadline_language='));
    assert.match(cookie, /^leadline_language=ko; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
    assert.match(await firstWords({ Cookie: cookie.split(';')[0], 'Accept-Language': 'en' }), /<html[^>]* lang="?ko\b/);
  }
  assert.match(await firstWords({ 'Accept-Language': 'zh-CN' }), /<html[^>]* lang="?zh-Hans\b/, 'without it the browser says');
  const named = await server.api('PATCH', '/session/user', { token: null, headers, json: { name: 'Mina' } });
  assert.equal(cookies(named).length, 0, 'what is not about the language sets none');
});
