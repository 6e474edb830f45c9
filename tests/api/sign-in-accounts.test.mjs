// Which account somebody is let into whom a provider vouches for, and who may set that.

import test from 'node:test';
import assert from 'node:assert/strict';
import { invalid, problem } from '../lib/asserts.mjs';
import { OidcProvider } from '../lib/oidc.mjs';
import { using } from '../lib/serving.mjs';
import { signInSite } from '../lib/sign-in.mjs';
import { until } from '../lib/wait.mjs';

const { server, addProvider, addUser, works, refused } = await signInSite();
const tenant = '11111111-2222-4333-8444-555555555555', object = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';

test('who is linked to no account is told so, and so is who is disabled', async () => {
  await refused('account', { person: { sub: 'stranger', email: 'kim@contoso.example', email_verified: true } });
  await addUser('lee@contoso.example');
  await server.ok('user', 'identity', 'lee@contoso.example', 'contoso', 'lee-1');
  await works({ person: { sub: 'lee-1' } });
  await server.ok('user', 'set', 'lee@contoso.example', '--disabled');
  await refused('inactive', { person: { sub: 'lee-1' } });
  await server.ok('user', 'set', 'lee@contoso.example', '--enabled');
  const again = await works({ person: { sub: 'lee-1' } });
  assert.equal(again.user.email, 'lee@contoso.example');
  // Unlinking ends the sessions, and the way in.
  await server.ok('user', 'no-identity', 'lee@contoso.example', 'contoso');
  await refused('account', { person: { sub: 'lee-1' } });
  await until(async () => await again.browser.who() === null, { what: 'the session is over' });
  await works();
});

test('an address links an account only where that is on, and the provider vouches for it', async () => {
  const other = await using(OidcProvider.start());
  await addProvider('mail', other, '--link-by-email', 'true');
  await addUser('max@contoso.example');
  const go = (person) => ({ provider: other, id: 'mail', person: { sub: 'max-9', email: 'Max@Contoso.example', ...person } });
  for (const unsaid of [{}, { email_verified: false }, { email_verified: 'no' }, { email_verified: null }, { xms_edov: true }]) await refused('account', go(unsaid));
  assert.equal((await works(go({ email_verified: true }))).user.email, 'max@contoso.example');
  assert.equal((await works(go({ email: 'other@contoso.example' }))).user.email, 'max@contoso.example', 'from then on by the subject');
  await refused('account', go({ sub: 'max-10', email_verified: true }));
  await server.ok('provider', 'set', 'mail', '--domains', 'fabrikam.example');
  await addUser('mia@contoso.example');
  await refused('account', go({ sub: 'mia', email: 'mia@contoso.example', email_verified: true }));
  await works(go({})); // who is linked stays
  const { items } = await server.get('/audit?limit=50');
  assert.ok(items.some((i) => i.verb === 'sign-in link'), JSON.stringify(items.slice(0, 6)));
  await server.ok('provider', 'remove', 'mail');
  await works();
});

test('accounts make themselves only where that is on, with the role and the reach that were set', async () => {
  const other = await using(OidcProvider.start());
  await server.offer('fabrikam.crm');
  await addProvider('jit', other, '--new-role', 'seller', '--new-reach', 'team', '--publisher', 'fabrikam', '--domains', 'Fabrikam.example,contoso.example');
  const go = (person) => ({ provider: other, id: 'jit', person: { sub: 'new-1', email: 'New@fabrikam.example', name: 'New Person', ...person } });
  await refused('account', go({}));
  for (const email of ['new@fabrikam.example.org', 'new@not-fabrikam.example', 'fabrikam.example', 'new@gmail.com']) await refused('account', go({ email, email_verified: true }));
  const { user } = await works(go({ email_verified: true }));
  assert.deepEqual([user.email, user.name, user.role, user.reach, user.publisher, user.hasPassword], ['new@fabrikam.example', 'New Person', 'seller', 'team', 'fabrikam', false]);
  assert.equal((await works(go({ email_verified: false }))).user.id, user.id);
  // An address that somebody has is not taken over.
  await refused('account', go({ sub: 'new-2', email: 'kim@contoso.example', email_verified: true }));
  // Nor does a provider of one publisher sign in another's.
  problem(await server.api('POST', `/users/${(await server.get('/users')).items.find((u) => u.email === 'kim@contoso.example').id}/identities`, { json: { provider: 'jit', subject: 'x' } }), 422);
  const { items } = await server.get('/audit?limit=50&publisher=fabrikam');
  assert.deepEqual(items.filter((i) => /sign-in/.test(i.verb)).map((i) => i.verb).sort(), ['GET /sign-in/{provider}/return', 'GET /sign-in/{provider}/return', 'sign-in account']);
  const { browser } = await works(go({}));
  await server.ok('provider', 'remove', 'jit');
  await until(async () => await browser.who() === null, { what: 'sessions end with the provider' });
  await works();
});

test('Entra ID: people of the tenants that were named, by tid and oid, and never by what email says', async () => {
  const entra = await using(OidcProvider.start({ path: '/organizations/v2.0' }));
  const template = entra.issuer.replace('organizations', '{tenantid}');
  const issuerOf = (tid) => template.replace('{tenantid}', tid);
  entra.mood.discovery = (d) => ({ ...d, issuer: template });
  await addProvider('entra', entra, '--tenants', tenant.toUpperCase(), '--link-by-email', 'true');
  await addUser('pat@contoso.example', 'admin');
  const go = (person) => ({ provider: entra, id: 'entra', person: { sub: 'pairwise', iss: issuerOf(person.tid ?? tenant), tid: tenant, oid: object, ...person } });
  // nOAuth: an address that anybody may write into a directory of their own.
  await refused('account', go({ email: 'pat@contoso.example', email_verified: true, preferred_username: 'pat@contoso.example', upn: 'pat@contoso.example' }));
  await refused('account', go({ email: 'pat@contoso.example', xms_edov: false }));
  await server.ok('user', 'identity', 'pat@contoso.example', 'entra', object.toUpperCase());
  const { user } = await works(go({}));
  assert.equal(user.email, 'pat@contoso.example');
  assert.equal(user.identities[0].subject, `${tenant}/${object}`);
  const elsewhere = '99999999-2222-4333-8444-555555555555';
  await refused('account', go({ tid: elsewhere }));
  assert.match(server.log, /tenant that is not among/);
  await refused('provider', go({ iss: issuerOf(elsewhere) }));
  await refused('provider', go({ oid: undefined }));
  await refused('account', go({ tid: undefined, iss: template }));
  await refused('account', go({ oid: 'aaaaaaaa-bbbb-4ccc-8ddd-000000000000' }));
  await works(go({}));
  await server.ok('user', 'no-identity', 'pat@contoso.example', 'entra');
  await refused('account', go({ email: 'pat@contoso.example', xms_edov: true })); // administrators are linked by hand
  await addUser('edo@contoso.example', 'manager');
  assert.equal((await works(go({ email: 'edo@contoso.example', xms_edov: true }))).user.email, 'edo@contoso.example');
  // With tenants people are told apart in another way.
  problem(await server.api('PATCH', '/providers/entra', { json: { tenants: [] } }), 409);
  await server.ok('provider', 'remove', 'entra');
});

test('a provider may be the only way in for who is linked; a link of the command line still is one', async () => {
  const password = 'correct horse battery staple 9';
  const done = await server.cli(['user', 'add', 'ada@contoso.example', '--role', 'admin', '--password-stdin'], { input: `${password}\n` });
  assert.equal(done.code, 0, done.stderr);
  const byPassword = (word = password) => server.api('POST', '/session', { token: null, json: { email: 'ada@contoso.example', password: word } });
  assert.equal((await byPassword()).status, 200);
  await server.ok('user', 'identity', 'ada@contoso.example', 'contoso', 'ada-1');
  assert.equal((await byPassword()).status, 200, 'beside each other');
  const { headers } = await byPassword();
  const session = () => server.api('GET', '/session', { token: null, headers: { Cookie: String(headers['set-cookie']).split(';')[0] } });
  assert.equal((await session()).json.user?.email ?? (await session()).status, 'ada@contoso.example');
  await server.ok('provider', 'set', 'contoso', '--name', 'Contoso too');
  assert.equal((await session()).json.user?.email, 'ada@contoso.example', 'another name ends nothing');
  await server.ok('provider', 'set', 'contoso', '--only-way', 'true');
  await until(async () => !(await session()).json.user, { what: 'a session by password is over' });
  problem(await byPassword(), 403, 'auth.provider-only');
  problem(await byPassword('a wrong password'), 401);
  const { browser } = await works({ person: { sub: 'ada-1' } });
  const { csrf } = (await browser.get('/api/v1/session')).json;
  const cookie = { Cookie: `leadline_session=${browser.jar.get('leadline_session')}`, 'X-CSRF-Token': csrf };
  problem(await server.api('PATCH', '/session/user', { token: null, headers: cookie, json: { password: 'another long password 77', currentPassword: password } }), 409);
  const link = new URL(await server.ok('user', 'link', 'ada@contoso.example'));
  assert.equal((await server.api('POST', '/session', { token: null, json: { token: link.searchParams.get('token') } })).status, 200);
  await server.ok('provider', 'set', 'contoso', '--only-way', 'false');
  assert.equal((await byPassword()).status, 200);
});

test('settings that would let others in, or lead elsewhere, are refused by name', async () => {
  const post = (json) => server.api('POST', '/providers', { json: { id: 'x', name: 'X', clientId: 'c', issuer: 'https://id.example', ...json } });
  const field = async (json, name) => assert.equal(problem(await post(json), 422).errors[0].field, name, JSON.stringify(json));
  await field({ issuer: 'http://id.example' }, 'issuer');
  await field({ issuer: 'https://id.example/?a=b' }, 'issuer');
  await field({ issuer: 'https://login.microsoftonline.com/common/v2.0' }, 'tenants');
  await field({ issuer: 'https://LOGIN.microsoftonline.com/organizations/v2.0', tenants: [] }, 'tenants');
  await field({ tenants: ['contoso.com'] }, 'tenants');
  await field({ id: 'Has Blanks' }, 'id');
  await field({ id: '../x' }, 'id');
  await field({ newRole: 'admin' }, 'newRole');
  await field({ newRole: 'seller', newReach: 'offers' }, 'newReach');
  await field({ newRole: 'viewer' }, 'domains');
  await field({ newRole: 'viewer', domains: [] }, 'domains');
  for (const wrong of ['@contoso.com', 'contoso.com.', 'con toso.com', 'kim@contoso.com']) await field({ domains: [wrong] }, 'domains');
  invalid(await server.api('POST', '/providers', { json: { id: 'y' } }), 'clientId', 'issuer', 'name');
  problem(await post({ publisher: 'nobody-has-it' }), 404);
  problem(await post({ id: 'contoso' }), 409, 'provider.exists');
  invalid(await server.api('PATCH', '/providers/contoso', { json: { issuer: 'https://evil.example' } }), 'issuer');
  problem(await server.api('GET', '/providers/none', {}), 404);
  problem(await server.api('POST', '/users/01890000-0000-7000-8000-000000000001/identities', { json: { provider: 'contoso', subject: 'x' } }), 404);
});

test('only the installation sets providers; each publisher links its own accounts at its own', async () => {
  await server.offer('woodgrove.crm');
  const theirs = { token: await server.token('admin', 'woodgrove') };
  const id = await server.ok('user', 'add', 'wu@woodgrove.example', '--role', 'seller', '--publisher', 'woodgrove');
  assert.deepEqual((await server.get('/providers', theirs)).items, []);
  problem(await server.api('POST', '/providers', { ...theirs, json: { id: 'w', name: 'W', clientId: 'c', issuer: 'https://id.example', publisher: 'woodgrove' } }), 403, 'provider.installation');
  problem(await server.api('PATCH', '/providers/contoso', { ...theirs, json: { name: 'Mine' } }), 404);
  problem(await server.api('DELETE', '/providers/contoso', theirs), 404);
  problem(await server.api('POST', `/users/${id}/identities`, { ...theirs, json: { provider: 'contoso', subject: 'kim-2' } }), 404);
  await server.expect(200, 'POST', `/users/${id}/identities`, { json: { provider: 'contoso', subject: 'kim-2' } });
  problem(await server.api('DELETE', `/users/${id}/identities/contoso`, theirs), 404); // they could not link it again
  const subjects = async (token) => (await server.get('/users', { token })).items.find((u) => u.id === id).identities.map((i) => i.subject);
  assert.deepEqual([await subjects(theirs.token), await subjects(await server.token('manager', 'woodgrove'))], [['kim-2'], [null]], 'who they are there is for who links');
  await server.expect(204, 'DELETE', `/users/${id}/identities/contoso`);
  await server.expect(201, 'POST', '/providers', { json: { id: 'w', name: 'W', clientId: 'c', issuer: 'https://id.example', publisher: 'woodgrove' } });
  assert.equal((await server.get('/providers', theirs)).items.length, 1);
  problem(await server.api('PATCH', '/providers/w', { ...theirs, json: { name: 'Mine' } }), 403);
  await server.expect(200, 'POST', `/users/${id}/identities`, { ...theirs, json: { provider: 'w', subject: 'wu-1' } });
  problem(await server.api('POST', `/users/${id}/identities`, { ...theirs, json: { provider: 'w', subject: 'wu-2' } }), 409, 'provider.linked');
  await server.expect(204, 'DELETE', `/users/${id}/identities/w`, theirs);
  problem(await server.api('DELETE', `/users/${id}/identities/w`, theirs), 404);
  for (const role of ['viewer', 'seller', 'manager']) problem(await server.api('GET', '/providers', { token: await server.token(role) }), 403);
});
