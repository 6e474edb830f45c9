// The address guard: by default nothing private is dialled, whatever the URL looks like.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving, using } from '../lib/serving.mjs';
import { delivered, destinationAt, lastAttempt } from '../lib/deliveries.mjs';
import { lead } from '../lib/leads.mjs';
import { Receiver } from '../lib/receiver.mjs';

const proxy = await using(Receiver.start());
// A proxy of the environment would be dialled in place of the destination, past the guard.
const server = await serving({ env: { http_proxy: proxy.base, https_proxy: proxy.base, all_proxy: proxy.base } });
const receiver = await using(Receiver.start());
await server.offer('contoso.crm');
const { port } = receiver;

const forms = [
  `http://127.0.0.1:${port}/`, `http://localhost:${port}/`, `http://2130706433:${port}/`, `http://0x7f.1:${port}/`,
  `http://0177.0.0.1:${port}/`, `http://127.1:${port}/`, `http://[::1]:${port}/`, `http://[::ffff:127.0.0.1]:${port}/`,
  `http://0.0.0.0:${port}/`, `http://[::]:${port}/`, 'http://10.0.0.1/', 'http://172.16.0.1/', 'http://192.168.0.1/',
  'http://169.254.169.254/latest/meta-data', 'http://[fd00:ec2::254]/', 'http://[fe80::1]/', 'http://100.64.0.1/', 'http://198.18.0.1/',
  'http://[64:ff9b::7f00:1]/', 'http://[2002:7f00:1::]/', 'http://224.0.0.1/', 'http://255.255.255.255/',
];
for (const url of forms) {
  test(`refused when the connection is made: ${url.replace(/:\d{4,5}\//, ':PORT/')}`, async () => {
    const added = await server.cli(['destination', 'add', 'contoso', 'https', `url=${url}`, 'allowHttp=true', 'timeoutMs=3000']);
    if (added.code !== 0) return; // a form may be refused where it is typed already
    const id = added.stdout.trim();
    const tried = await server.cli(['destination', 'test', id]);
    await server.expect(200, 'POST', `/destinations/${id}/pause`);
    assert.equal(tried.code, 1, tried.stdout + tried.stderr);
    assert.match(tried.stdout + tried.stderr, /private|address|not allowed|refused by/i, 'it says why');
    assert.equal(receiver.requests.length, 0);
  });
}

test('a lead for a private address waits as a failure to connect, not lost', async () => {
  const own = await server.offer('fabrikam.app');
  await destinationAt(server, 'fabrikam', 'https', `url=http://127.0.0.1:${port}/`, 'allowHttp=true');
  const got = await server.lead(own, lead({ LeadSource: 'AppSource-PLT' }));
  const after = await delivered(server, got, (d) => d.attempts.length >= 1);
  assert.ok(['retry', 'config'].includes(lastAttempt(after).outcome));
  assert.equal(receiver.requests.length, 0);
});

test('a proxy of the environment is not used', async () => {
  const own = await server.offer('proxied.app');
  await destinationAt(server, 'proxied', 'https', `url=${receiver.url()}`, 'allowHttp=true', 'allowPrivate=true');
  await delivered(server, await server.lead(own, lead({ LeadSource: 'AppSource-PLT' })));
  assert.equal(proxy.requests.length, 0);
  assert.equal(receiver.requests.length, 1);
});

test('what a URL must not have is refused where it is typed', async () => {
  for (const url of ['http://example.org/', 'ftp://example.org/', 'file:///etc/passwd', 'https://user:pw@example.org/', 'https://example.org/#part', 'https://', 'example.org', 'gopher://x/', 'https://exa mple.org/']) {
    const added = await server.cli(['destination', 'add', 'contoso', 'https', `url=${url}`]);
    assert.notEqual(added.code, 0, url);
    assert.equal(added.stdout, '', url);
  }
});

test('settings that do not exist or do not fit are refused by name', async () => {
  const bad = [['colour=red', /colour/], ['timeoutMs=soon', /timeoutMs/], ['ordering=random', /ordering/], ['doNotContact=maybe', /doNotContact/],
    ['testLeads=eat', /testLeads/], ['allowPrivate=perhaps', /allowPrivate/], ['secret=whsec_short', /secret/]];
  for (const [setting, name] of bad) {
    const added = await server.cli(['destination', 'add', 'contoso', 'https', 'url=https://example.org/', setting]);
    assert.notEqual(added.code, 0, setting);
    assert.match(added.stderr, name);
  }
});
