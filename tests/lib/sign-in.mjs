// Signing in by a scripted provider: a server with one, a browser as far as its cookies go, and the whole way there and back.

import assert from 'node:assert/strict';
import { request } from './http.mjs';
import { OidcProvider } from './oidc.mjs';
import { serving, using } from './serving.mjs';

// A server where kim@contoso.example is kim-1 at the provider `contoso`, and what tests do with it.
export async function signInSite() {
  const server = await serving();
  const idp = await using(OidcProvider.start());

  const loopback = ['--allow-http', 'true', '--allow-private', 'true'];
  async function addProvider(id, provider, ...more) {
    const done = await server.cli(['provider', 'add', id, '--issuer', provider.issuer, '--name', `By ${id}`, '--client-id', provider.clientId, '--secret-stdin', ...loopback, ...more], { input: `${provider.secret}\n` });
    assert.equal(done.code, 0, done.stderr);
    return done.stdout.trim();
  }
  const addUser = (email, role = 'seller', ...more) => server.ok('user', 'add', email, '--role', role, ...more);

  await addUser('kim@contoso.example', 'manager');
  await addProvider('contoso', idp);
  await server.ok('user', 'identity', 'kim@contoso.example', 'contoso', 'kim-1');

  // A browser's jar, as far as these cookies need one.
  class Browser {
    jar = new Map();

    async get(address) {
      const url = new URL(address, server.base);
      const cookies = [...this.jar].map(([k, v]) => `${k}=${v}`).join('; ');
      const answer = await request(url.href, { headers: cookies ? { Cookie: cookies } : {} });
      for (const line of answer.headers['set-cookie'] ?? []) {
        const [name, value] = line.split(';')[0].split(/=(.*)/s);
        if (value && !/Max-Age=0/.test(line)) this.jar.set(name, value); else this.jar.delete(name);
      }
      return answer;
    }

    async begin(id = 'contoso', query = '') {
      const answer = await this.get(`/sign-in/${id}${query}`);
      assert.equal(answer.status, 303, answer.text);
      return answer.headers.location;
    }

    // What here() says of who is signed in.
    async who() {
      const answer = await this.get('/api/v1/session');
      return answer.status === 200 ? answer.json.user : null;
    }
  }

  // The whole way; answers where the browser was sent at its end.
  async function signIn({ provider = idp, id = 'contoso', person, browser = new Browser(), query = '' } = {}) {
    const there = await browser.begin(id, query);
    assert.ok(there.startsWith(provider.issuer), there);
    const back = await browser.get(provider.authorize(there, person ?? provider.person));
    assert.equal(back.status, 303, back.text);
    return { to: back.headers.location, browser, back };
  }

  async function works(options) {
    const { to, browser } = await signIn(options);
    assert.doesNotMatch(to, /problem/, server.log.slice(-1500));
    return { to, browser, user: await browser.who() };
  }

  // Refused in these words; nobody is signed in; and the same way works again once the provider behaves.
  async function refused(page, options = {}) {
    const { to, browser, back } = await signIn(options);
    assert.equal(to, `/sign-in?problem=${page}`, server.log.slice(-1500));
    assert.ok(!(back.headers['set-cookie'] ?? []).some((c) => c.startsWith('leadline_session=')), 'no session');
    assert.equal(await browser.who(), null);
    return server.log;
  }

  return { server, idp, addProvider, addUser, Browser, signIn, works, refused };
}
