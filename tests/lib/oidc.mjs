// A scripted OpenID Connect provider on loopback. It behaves, unless its mood says otherwise:
//
//   header, claims      functions that change what an ID token says before it is signed
//   sign                in place of the signature: (input, provider) => Buffer, or 'none'
//   key                 the name of the key that signs; see rotate()
//   discovery, jwks     functions that change these documents
//   answer              (path, response) => true when it has answered by itself
//   reuse               codes may be used again
//
// People are what `person` says at the moment of authorize().

import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';

const b64 = (value) => Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');

function makeKey(kid, kind = 'rsa') {
  const { privateKey } = kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const jwk = { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid, use: 'sig', alg: kind === 'rsa' ? 'RS256' : 'ES256' };
  return { kid, privateKey, jwk, alg: jwk.alg };
}

// A port is given again, and documents are kept by their address: each provider has a path of its own.
let serial = 0;

export class OidcProvider {
  static async start(options = {}) {
    const provider = new OidcProvider();
    Object.assign(provider, { clientId: 'leadline', secret: 'the secret & its %signs', mood: {}, codes: new Map(), seen: [], person: { sub: 'kim-1', name: 'Kim Park' } }, options);
    provider.keys = [makeKey('k1'), makeKey('e1', 'ec')];
    provider.server = createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => provider.#serve(request, Buffer.concat(chunks).toString(), response));
    });
    await new Promise((done) => { provider.server.listen(0, '127.0.0.1', done); });
    provider.issuer = `http://127.0.0.1:${provider.server.address().port}${options.path ?? `/${serial += 1}`}`;
    return provider;
  }

  async stop() {
    this.server.closeAllConnections?.();
    await new Promise((done) => { this.server.close(done); });
  }

  // Which key signs from now on; the old one is withdrawn.
  rotate(kid, kind) {
    this.keys = [makeKey(kid, kind)];
    this.mood.key = kid;
  }

  discovery() {
    const base = this.issuer;
    return { issuer: base, authorization_endpoint: `${base}/authorize`, token_endpoint: `${base}/token`, jwks_uri: `${base}/keys`, response_types_supported: ['code'], code_challenge_methods_supported: ['S256'] };
  }

  // What a browser gets at the authorization endpoint once the person has signed in: a redirect.
  authorize(address, person = this.person) {
    const query = new URL(address).searchParams;
    const code = randomBytes(24).toString('base64url');
    this.codes.set(code, { query, person });
    const back = new URL(query.get('redirect_uri'));
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state'));
    if (this.mood.iss) back.searchParams.set('iss', this.mood.iss);
    return back.href;
  }

  token({ query, person }) {
    const now = Math.floor(Date.now() / 1000);
    const key = this.keys.find((k) => k.kid === (this.mood.key ?? 'k1'));
    const header = { alg: key.alg, typ: 'JWT', kid: key.kid };
    const claims = { iss: this.issuer, aud: query.get('client_id'), exp: now + 300, iat: now, nonce: query.get('nonce'), ...person };
    this.mood.header?.(header);
    this.mood.claims?.(claims);
    const input = `${b64(header)}.${b64(claims)}`;
    if (this.mood.sign === 'none') return `${input}.`;
    const signature = this.mood.sign ? this.mood.sign(input, this) : sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${input}.${b64(signature)}`;
  }

  #exchange(body, headers) {
    const form = new URLSearchParams(body);
    const [id, secret] = headers.authorization
      ? Buffer.from(headers.authorization.replace(/^Basic /, ''), 'base64').toString().split(':').map((s) => decodeURIComponent(s.replaceAll('+', '%20')))
      : [form.get('client_id'), form.get('client_secret')];
    if (id !== this.clientId || secret !== this.secret) return [401, { error: 'invalid_client' }];
    const grant = this.codes.get(form.get('code'));
    if (!grant || grant.query.get('redirect_uri') !== form.get('redirect_uri')) return [400, { error: 'invalid_grant' }];
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    if (grant.query.get('code_challenge_method') !== 'S256' || grant.query.get('code_challenge') !== challenge) return [400, { error: 'invalid_grant' }];
    if (!this.mood.reuse) this.codes.delete(form.get('code'));
    return [200, { token_type: 'Bearer', access_token: 'unused', expires_in: 300, id_token: this.token(grant) }];
  }

  #serve(request, body, response) {
    const url = new URL(request.url, this.issuer);
    const path = url.pathname.slice(new URL(this.issuer).pathname.replace(/\/$/, '').length);
    this.seen.push({ path, method: request.method, body, headers: request.headers });
    if (this.mood.answer?.(path, response, request)) return;
    const json = (status, value) => { response.writeHead(status, { 'Content-Type': 'application/json' }); response.end(JSON.stringify(value)); };
    if (path === '/.well-known/openid-configuration') return json(200, this.mood.discovery ? this.mood.discovery(this.discovery()) : this.discovery());
    if (path === '/keys') return json(200, this.mood.jwks ? this.mood.jwks(this.keys) : { keys: this.keys.map((k) => k.jwk) });
    if (path === '/token') return json(...this.#exchange(body, request.headers));
    if (path === '/authorize') {
      const back = this.authorize(url.href);
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
      return response.end(`<!doctype html><html lang="en"><title>Contoso accounts</title><h1>Contoso accounts</h1><p><a id="go" href="${back.replaceAll('&', '&amp;')}" autofocus>Continue as ${this.person.name}</a></p></html>`);
    }
    return json(404, {});
  }

  asked(path) { return this.seen.filter((s) => s.path === path).length; }
}
