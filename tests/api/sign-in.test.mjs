// Signing in by an OpenID Connect provider, and by providers that lie, are broken, or are not the one that was asked.

import test from 'node:test';
import assert from 'node:assert/strict';
import { createHmac, createPublicKey, sign } from 'node:crypto';
import { request } from '../lib/http.mjs';
import { OidcProvider } from '../lib/oidc.mjs';
import { using } from '../lib/serving.mjs';
import { signInSite } from '../lib/sign-in.mjs';

const { server, idp, addProvider, Browser, works, refused } = await signInSite();

async function inMood(mood, page, pattern) {
  idp.mood = mood;
  try {
    const log = await refused(page);
    if (pattern) assert.match(log.slice(-1500), pattern);
  } finally {
    idp.mood = {};
  }
  assert.equal((await works()).user.email, 'kim@contoso.example');
}

test('the whole way: to the provider with PKCE, state and nonce, and back into a session', async () => {
  const browser = new Browser();
  const there = new URL(await browser.begin('contoso', '?next=%2Fcustomers%3Fq%3Da%2Bb'));
  const asked = Object.fromEntries(there.searchParams);
  assert.deepEqual(Object.keys(asked).sort(), ['client_id', 'code_challenge', 'code_challenge_method', 'nonce', 'redirect_uri', 'response_type', 'scope', 'state']);
  assert.equal(asked.code_challenge_method, 'S256');
  assert.equal(asked.redirect_uri, `${server.base}/sign-in/contoso/return`);
  assert.ok(asked.state.length >= 43 && asked.nonce.length >= 43 && asked.state !== asked.nonce);
  const back = await browser.get(idp.authorize(there.href));
  assert.equal(back.status, 303);
  assert.equal(back.headers.location, '/customers?q=a+b');
  assert.match(back.headers['cache-control'], /no-store/);
  const session = back.headers['set-cookie'].find((c) => c.startsWith('leadline_session='));
  assert.match(session, /HttpOnly; SameSite=Lax/);
  const user = await browser.who();
  assert.equal(user.email, 'kim@contoso.example');
  assert.equal(user.role, 'manager');
  assert.deepEqual(user.identities.map((i) => [i.provider, i.subject, typeof i.seenAt]), [['contoso', 'kim-1', 'string']]);
  // It is a session like any other.
  const { csrf } = (await browser.get('/api/v1/session')).json;
  const out = await request(`${server.base}/api/v1/session`, { method: 'DELETE', headers: { Cookie: `leadline_session=${browser.jar.get('leadline_session')}`, 'X-CSRF-Token': csrf } });
  assert.equal(out.status, 204);
  assert.equal(await browser.who(), null);
});

test('the sign-in page is told names and nothing else', async () => {
  const answer = await server.api('GET', '/sign-in', { token: null });
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.json, { items: [{ id: 'contoso', name: 'By contoso' }] });
});

test('the cookie of a sign-in under way is guarded, sealed, and holds nothing that can be read', async () => {
  const answer = await request(`${server.base}/sign-in/contoso`);
  const [cookie] = answer.headers['set-cookie'];
  assert.match(cookie, /^leadline_sign_in=[\w-]+; Path=\/sign-in; Max-Age=600; HttpOnly; SameSite=Lax$/);
  const state = new URL(answer.headers.location).searchParams.get('state');
  assert.ok(!Buffer.from(cookie.split(/[=;]/)[1], 'base64url').includes(state));
});

test('where it goes then is one of our own pages', async () => {
  for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/sign-in?token=x', '/api/v1/leads', '/a\r\nSet-Cookie: x=1', `/${'a'.repeat(600)}`, '', 'leads', '/\t/evil.example']) {
    const { to } = await works({ query: `?next=${encodeURIComponent(next)}` });
    assert.equal(to, '/leads', next);
  }
  assert.equal((await works({ query: `?next=${encodeURIComponent('/leads?q=한 "x"')}` })).to, '/leads?q=%ED%95%9C%20%22x%22');
  assert.equal((await works({ query: '?next=%2Fa&next=%2Fb' })).to, '/leads');
});

test('the answer must be to what this browser asked', async (t) => {
  await t.test('another browser has no use for it', async () => {
    const there = await new Browser().begin();
    const back = await new Browser().get(idp.authorize(there));
    assert.equal(back.headers.location, '/sign-in?problem=again');
  });
  await t.test('a state of somebody else', async () => {
    const browser = new Browser();
    await browser.begin();
    const back = new URL(idp.authorize(await browser.begin()));
    for (const state of ['', 'guessed', back.searchParams.get('state').slice(1)]) {
      back.searchParams.set('state', state);
      assert.equal((await browser.get(back.href)).headers.location, '/sign-in?problem=again');
    }
    back.searchParams.delete('state');
    assert.equal((await browser.get(back.href)).headers.location, '/sign-in?problem=again');
    assert.equal(await browser.who(), null);
    await works();
  });
  await t.test('a cookie that was changed', async () => {
    const browser = new Browser();
    const there = await browser.begin();
    const cookie = browser.jar.get('leadline_sign_in');
    browser.jar.set('leadline_sign_in', `${cookie[0] === 'A' ? 'B' : 'A'}${cookie.slice(1)}`);
    assert.equal((await browser.get(idp.authorize(there))).headers.location, '/sign-in?problem=again');
    await works();
  });
  await t.test('no code, several, or an error', async () => {
    const answer = async (change) => {
      const browser = new Browser();
      const back = new URL(idp.authorize(await browser.begin()));
      change(back.searchParams);
      const { location } = (await browser.get(back.href)).headers;
      assert.equal(await browser.who(), null);
      await works();
      return location;
    };
    assert.equal(await answer((q) => q.delete('code')), '/sign-in?problem=provider');
    assert.equal(await answer((q) => q.append('code', 'x')), '/sign-in?problem=provider');
    assert.equal(await answer((q) => q.set('code', 'x'.repeat(5000))), '/sign-in?problem=provider');
    assert.equal(await answer((q) => q.set('error', 'access_denied')), '/sign-in?problem=denied');
    assert.equal(await answer((q) => q.set('error', 'invalid_scope')), '/sign-in?problem=provider');
    assert.match(server.log, /invalid_scope/);
    assert.equal(await answer((q) => q.set('error', 'kim@contoso.example <script>')), '/sign-in?problem=provider');
    assert.doesNotMatch(server.log, /<script>/);
  });
  await t.test('a code is good once', async () => {
    const browser = new Browser();
    const back = idp.authorize(await browser.begin());
    const cookie = browser.jar.get('leadline_sign_in');
    assert.equal((await browser.get(back)).headers.location, '/leads');
    assert.ok(!browser.jar.has('leadline_sign_in'), 'the browser forgets it');
    assert.equal((await browser.get(back)).headers.location, '/sign-in?problem=again');
    browser.jar.set('leadline_sign_in', cookie);
    assert.equal((await browser.get(back)).headers.location, '/sign-in?problem=again', 'the provider refuses the code');
    await works();
  });
});

test('an ID token that is not to be believed lets nobody in', async (t) => {
  const pem = () => createPublicKey(idp.keys[0].privateKey).export({ type: 'spki', format: 'pem' });
  const now = () => Math.floor(Date.now() / 1000);
  const moods = {
    'another nonce': { claims: (c) => { c.nonce = 'x'.repeat(43); } },
    'no nonce': { claims: (c) => { delete c.nonce; } },
    'another audience': { claims: (c) => { c.aud = 'somebody-else'; } },
    'no audience': { claims: (c) => { delete c.aud; } },
    'several audiences, issued to another': { claims: (c) => { c.aud = ['leadline', 'other']; c.azp = 'other'; } },
    'several audiences, issued to nobody': { claims: (c) => { c.aud = ['leadline', 'other']; } },
    'another issuer': { claims: (c) => { c.iss = 'https://evil.example'; } },
    'over': { claims: (c) => { c.exp = now() - 120; c.iat = now() - 600; } },
    'from the future': { claims: (c) => { c.iat = now() + 600; c.exp = now() + 1200; } },
    'not yet good': { claims: (c) => { c.nbf = now() + 600; } },
    'without times': { claims: (c) => { delete c.exp; } },
    'a time that is a text': { claims: (c) => { c.exp = String(c.exp); } },
    'no subject': { claims: (c) => { delete c.sub; } },
    'a subject that is too long': { claims: (c) => { c.sub = 'x'.repeat(256); } },
    'a subject with a NUL': { claims: (c) => { c.sub = 'kim-1\u0000'; } },
    'alg none': { header: (h) => { h.alg = 'none'; }, sign: 'none' },
    'alg NONE, signed': { header: (h) => { h.alg = 'NONE'; } },
    'HS256 with the public key': { header: (h) => { h.alg = 'HS256'; }, sign: (input) => createHmac('sha256', pem()).update(input).digest() },
    'HS256 with the secret': { header: (h) => { h.alg = 'HS256'; }, sign: (input) => createHmac('sha256', idp.secret).update(input).digest() },
    'RS256 by a key for ES256': { header: (h) => { h.alg = 'RS256'; h.kid = 'e1'; } },
    'ES256 by a key for RS256': { header: (h) => { h.alg = 'ES256'; } },
    'a signature of something else': { sign: (input, p) => sign('sha256', Buffer.from(`${input}x`), p.keys[0].privateKey) },
    'an empty signature of a curve': { key: 'e1', sign: () => Buffer.alloc(64) },
    'a DER signature of a curve': { key: 'e1', sign: (input, p) => sign('sha256', Buffer.from(input), p.keys[1].privateKey) },
    'a key brought along': { header: (h) => { h.jwk = idp.keys[0].jwk; h.kid = 'mine'; } },
    'an extension': { header: (h) => { h.crit = ['exp']; } },
    'an access token': { header: (h) => { h.typ = 'at+jwt'; } },
    'longer than a token': { claims: (c) => { c.more = 'x'.repeat(20_000); } },
  };
  for (const [name, mood] of Object.entries(moods)) await t.test(name, () => inMood(mood, 'provider', /sign-in\.failed .*oidc\.(token|key)/));
  await t.test('nothing of them is in the log', () => assert.doesNotMatch(server.log, /kim-1|evil\.example|eyJ/));
});

test('tokens that are right in another way are taken', async () => {
  for (const mood of [{ key: 'e1' }, { claims: (c) => { c.aud = ['leadline']; } }, { claims: (c) => { c.aud = ['leadline', 'other']; c.azp = 'leadline'; } }, { header: (h) => { delete h.typ; } }, { claims: (c) => { c.exp = Math.floor(Date.now() / 1000) - 20; c.iat = c.exp - 300; } }]) {
    idp.mood = mood;
    try { await works(); } finally { idp.mood = {}; }
  }
});

test('a provider that is broken is named so, soon', async (t) => {
  const idle = new Set();
  const broken = {
    'redirects': (path, response) => { response.writeHead(302, { Location: path }); response.end(); },
    'an error': (path, response) => { response.writeHead(500); response.end('{}'); },
    'no JSON': (path, response) => response.end('<html>down for maintenance</html>'),
    'endless': (path, response) => { response.writeHead(200, { 'Content-Type': 'application/json' }); response.end(`{"a":"${'x'.repeat(3_000_000)}"}`); },
    'hangs up': (path, response) => response.destroy(),
  };
  for (const [name, answer] of Object.entries(broken)) {
    await t.test(`its token endpoint ${name}`, () => inMood({ answer: (path, response) => path === '/token' && (answer(path, response), true) }, 'provider'));
    await t.test(`its discovery document ${name}`, async () => {
      const other = await OidcProvider.start();
      try {
        other.mood.answer = (path, response) => { answer(path, response); return true; };
        const id = `broken-${name.replace(/\W/g, '').toLowerCase()}`;
        await addProvider(id, other);
        const first = await new Browser().get(`/sign-in/${id}`);
        assert.equal(first.headers.location, '/sign-in?problem=provider');
        assert.equal(first.headers['set-cookie'], undefined);
        other.mood = {};
        await new Browser().begin(id); // a document that is none was not kept
        await server.ok('provider', 'remove', id);
        await works();
      } finally {
        await other.stop();
      }
    });
  }
  await t.test('drips', async () => {
    const other = await OidcProvider.start();
    try {
      other.mood.answer = (path, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        const timer = setInterval(() => response.write(' '), 100);
        idle.add(timer);
        response.on('close', () => clearInterval(timer));
        return true;
      };
      await addProvider('drips', other);
      const [slow, page] = [new Browser().get('/sign-in/drips'), server.api('GET', '/sign-in', { token: null })];
      assert.equal((await page).status, 200, 'others are served meanwhile');
      assert.equal((await slow).headers.location, '/sign-in?problem=provider');
      await server.ok('provider', 'remove', 'drips');
    } finally {
      for (const timer of idle) clearInterval(timer);
      await other.stop();
    }
  });
});

test('many who wait for a slow provider do not keep the others from being served', async () => {
  const other = await OidcProvider.start();
  const held = [];
  try {
    other.mood.answer = (path, response) => { held.push(response); return true; };
    await addProvider('slow', other);
    const all = Array.from({ length: 8 }, () => new Browser().get('/sign-in/slow'));
    assert.equal((await server.api('GET', '/sign-in', { token: null })).status, 200);
    const told = (await Promise.all(all)).map((a) => a.headers.location);
    assert.ok(told.filter((l) => l === '/sign-in?problem=busy').length >= 4, told.join(' '));
    assert.ok(held.length <= 2, `${held.length} asked at once`);
    await works();
  } finally {
    await server.ok('provider', 'remove', 'slow');
    await other.stop();
  }
});

test('keys that are new are found, and nobody makes us ask for them without end', async () => {
  const other = await using(OidcProvider.start());
  await addProvider('rotates', other, '--link-by-email', 'true');
  other.person = { sub: 'r1', email: 'kim@contoso.example', email_verified: true };
  const go = { provider: other, id: 'rotates' };
  await works(go);
  await works(go);
  assert.equal(other.asked('/keys'), 1, 'kept');
  assert.equal(other.asked('/.well-known/openid-configuration'), 1, 'kept');
  other.rotate('k2');
  await refused('provider', go);
  await refused('provider', go);
  assert.equal(other.asked('/keys'), 1, 'not again within a minute');
  await works();
  // As after that minute: another way of asking is another document.
  await server.ok('provider', 'set', 'rotates', '--ca-file', '/etc/ssl/certs/ca-certificates.crt');
  await works(go);
  other.mood.header = (h) => { h.kid = 'k1'; };
  await refused('provider', go);
  other.mood = { key: 'k2' };
  await works(go);
  await server.ok('provider', 'remove', 'rotates');
});

test('two providers are never taken for each other', async () => {
  const evil = await using(OidcProvider.start());
  await addProvider('evil', evil);
  // The answer to one, given to the other's return address.
  const browser = new Browser();
  const back = new URL(idp.authorize(await browser.begin('contoso')));
  back.pathname = '/sign-in/evil/return';
  assert.equal((await browser.get(back.href)).headers.location, '/sign-in?problem=again');
  assert.equal(evil.asked('/token'), 0, 'no code goes to the wrong provider');
  // One that says of itself that its answers name it.
  evil.mood.iss = idp.issuer;
  await refused('provider', { provider: evil, id: 'evil' });
  assert.equal(evil.asked('/token'), 0, 'no code goes to the wrong provider');
  // A provider that says it is another, or signs for another.
  evil.mood = { discovery: (d) => ({ ...d, issuer: idp.issuer }) };
  await server.ok('provider', 'set', 'evil', '--ca-file', '/etc/ssl/certs/ca-certificates.crt');
  assert.equal((await new Browser().get('/sign-in/evil')).headers.location, '/sign-in?problem=provider');
  assert.match(server.log, /another issuer/);
  evil.mood = {};
  await works();
  // The same subject at another provider is another person.
  await server.ok('provider', 'remove', 'evil');
  await addProvider('evil', evil);
  await refused('account', { provider: evil, id: 'evil', person: { sub: 'kim-1' } });
  await server.ok('provider', 'remove', 'evil');
  await works();
});

test('a secret that is over is named, and is nowhere to be read', async () => {
  const done = await server.cli(['provider', 'set', 'contoso', '--secret-stdin'], { input: 'an older secret\n' });
  assert.equal(done.code, 0, done.stderr);
  await refused('provider');
  assert.match(server.log, /oidc\.client/);
  assert.equal((await server.cli(['provider', 'set', 'contoso', '--secret-stdin'], { input: `${idp.secret}\n` })).code, 0);
  await works();
  const told = JSON.stringify(await server.get('/providers')) + await server.ok('provider', 'list', '--json') + server.log;
  assert.ok(!told.includes('an older secret') && !told.includes(idp.secret));
  assert.deepEqual((await server.get('/providers/contoso')).clientSecret, { set: true });
  for (const asked of idp.seen) assert.ok(!JSON.stringify(asked.path).includes('secret'));
});

test('the secret goes in the body where the provider wants it there; without one PKCE alone serves', async () => {
  const other = await using(OidcProvider.start());
  other.mood.discovery = (d) => ({ ...d, token_endpoint_auth_methods_supported: ['client_secret_post'] });
  await addProvider('post', other);
  await server.ok('user', 'identity', 'kim@contoso.example', 'post', 'kim-1');
  await works({ provider: other, id: 'post' });
  assert.equal(other.seen.find((s) => s.path === '/token').headers.authorization, undefined);
  other.secret = null;
  assert.equal((await server.cli(['provider', 'set', 'post', '--secret-stdin'], { input: '\n' })).code, 0);
  await works({ provider: other, id: 'post' });
  await server.ok('provider', 'remove', 'post');
});

test('trying is slowed down like passwords are', async () => {
  let answer;
  for (let n = 0; n < 40; n += 1) {
    answer = await new Browser().get('/sign-in/contoso');
    if (answer.headers.location === '/sign-in?problem=busy') break;
  }
  assert.equal(answer.headers.location, '/sign-in?problem=busy');
});
