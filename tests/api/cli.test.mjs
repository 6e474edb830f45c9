// The command line beside a running server: what it prints, where, and how it ends.

import test from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serving, using } from '../lib/serving.mjs';
import { nobody, problem, uuid7 } from '../lib/asserts.mjs';
import { httpsAt } from '../lib/deliveries.mjs';
import { lead } from '../lib/leads.mjs';
import { run } from '../lib/proc.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { binary, engine, Site } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();

const wrong = [
  [], ['no-such-command'], ['offer'], ['offer', 'no-such-verb'], ['offer', 'add'], ['offer', 'add', 'a.b', 'c.d'],
  ['offer', 'add', 'a.b', '--no-such-option'], ['offer', 'add', 'a.b', '--title'], ['token', 'add'], ['token', 'add', '--role', 'emperor'],
  ['user', 'add', 'x@example.org', '--role', 'emperor'], ['serve', '--listen'], ['lead', 'list', '--limit', 'many'], ['destination', 'add', 'contoso'],
  ['simulate'], ['simulate', '--rate', 'fast', 'http://127.0.0.1/'], ['backup'], ['move'],
];
for (const args of wrong) {
  test(`wrong usage: leadline ${args.join(' ')}`, async () => {
    const done = await server.cli(args);
    assert.equal(done.code, 2, done.stderr + done.stdout);
    assert.equal(done.stdout, '');
    assert.ok(done.stderr.trim().length > 0, 'it says what was wrong');
  });
}

test('help is a result: standard output, exit 0, and names every command', async () => {
  const done = await server.cli(['--help']);
  assert.equal(done.code, 0);
  for (const word of ['serve', 'publisher', 'offer', 'user', 'token', 'destination', 'delivery', 'send-test', 'simulate', 'lead', 'customer', 'backup', 'restore', 'check', 'migrate', 'move']) {
    assert.match(done.stdout, new RegExp(`\\b${word}\\b`), word);
  }
  const version = await server.cli(['--version']);
  assert.equal(version.code, 0);
  assert.match(version.stdout, /\d+\.\d+/);
});

test('offer add prints the bare intake URL; again it says so and exits 1', async () => {
  const first = await server.cli(['offer', 'add', 'contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me,free-trial', '--transactable']);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^https?:\/\/\S+\/in\/[A-Za-z0-9_-]{20,}\n$/);
  const again = await server.cli(['offer', 'add', 'contoso.crm']);
  assert.equal(again.code, 1);
  assert.equal(again.stdout, '');
  assert.match(again.stderr, /contoso\.crm/);
});

test('offer add takes the URL\'s base from publicUrl', async () => {
  const done = await server.cli(['offer', 'add', 'contoso.public'], { env: { LEADLINE_PUBLIC_URL: 'https://leads.example.org/hub' } });
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /^https:\/\/leads\.example\.org\/hub\/in\//);
});

test('offer add refuses what is no publisher.offer and no listing', async () => {
  for (const id of ['contoso', '.crm', 'contoso.', 'con toso.crm', '']) assert.notEqual((await server.cli(['offer', 'add', id])).code, 0, id);
  assert.equal((await server.cli(['offer', 'add', 'contoso.list', '--listing', 'buy-now'])).code, 2);
});

test('an offer whose id has dots is cut at the first one', async () => {
  const path = await server.offer('dots.a.b.c');
  assert.equal((await server.lead(path, lead({ LeadSource: 'AppSource-PLT|dots.a.b.c' }))).offer.id, 'dots.a.b.c');
});

test('offer add makes the publisher; list and show know both', async () => {
  await server.ok('offer', 'add', 'fabrikam.app', '--title', 'App');
  assert.ok(JSON.stringify(await server.okJson('publisher', 'list')).includes('"fabrikam"'));
  assert.ok(JSON.stringify(await server.okJson('offer', 'list')).includes('fabrikam.app'));
  const shown = await server.okJson('offer', 'show', 'fabrikam.app');
  assert.ok(JSON.stringify(shown).includes('App'));
  assert.equal((await server.cli(['offer', 'show', 'fabrikam.nothing'])).code, 1);
});

test('publisher add, once', async () => {
  await server.ok('publisher', 'add', 'tailspin', '--name', 'Tailspin Toys');
  assert.equal((await server.cli(['publisher', 'add', 'tailspin'])).code, 1);
  assert.match(await server.ok('publisher', 'list'), /Tailspin Toys/);
});

test('token add prints the bare token once; revoke ends it within a second', async () => {
  const done = await server.cli(['token', 'add', '--role', 'viewer', '--name', 'for-revoke']);
  assert.match(done.stdout, /^\S{32,}\n$/);
  const token = done.stdout.trim();
  await server.get('/leads', { token });
  const list = await server.cli(['token', 'list', '--json']);
  assert.ok(!list.stdout.includes(token));
  const rows = JSON.parse(list.stdout);
  const mine = (rows.items ?? rows).find((t) => t.name === 'for-revoke');
  await server.ok('token', 'revoke', mine.id);
  const started = Date.now();
  await until(async () => (await server.api('GET', '/leads', { token })).status === 401, { what: 'the token is dead' });
  assert.ok(Date.now() - started < 2500 * Number(process.env.LEADLINE_TEST_SLOW ?? 1));
  assert.equal((await server.cli(['token', 'revoke', nobody])).code, 1);
});

test('user add, list, set; a password too short is refused', async () => {
  await server.ok('user', 'add', 'ann@example.org', '--role', 'seller', '--publisher', 'fabrikam');
  assert.equal((await server.cli(['user', 'add', 'ann@example.org', '--role', 'seller'])).code, 1);
  assert.equal((await server.cli(['user', 'add', 'bob@example.org', '--role', 'seller', '--password-stdin'], { input: 'short\n' })).code, 1);
  assert.equal((await server.cli(['user', 'add', 'not-an-address', '--role', 'seller'])).code === 0, false);
  await server.ok('user', 'set', 'ann@example.org', '--role', 'manager');
  const users = await server.okJson('user', 'list');
  const ann = (users.items ?? users).find((u) => u.email === 'ann@example.org');
  assert.equal(ann.role, 'manager');
  assert.equal(ann.publisher, 'fabrikam');
});

test('destination add prints the bare id; list, pause, resume; a stranger\'s id is exit 1', async () => {
  const done = await server.cli(['destination', 'add', 'contoso', 'https', 'url=https://example.org/hook', 'secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']);
  assert.equal(done.code, 0, done.stderr);
  const id = done.stdout.trim();
  assert.match(id, uuid7);
  await server.ok('destination', 'pause', id);
  assert.match(await server.ok('destination', 'list'), new RegExp(id));
  await server.ok('destination', 'resume', id);
  await server.ok('destination', 'pause', id);
  for (const verb of ['pause', 'resume', 'test']) assert.equal((await server.cli(['destination', verb, nobody])).code, 1, verb);
  assert.notEqual((await server.cli(['destination', 'add', 'contoso', 'fax', 'number=1'])).code, 0);
  assert.notEqual((await server.cli(['destination', 'add', 'nobody-here', 'https', 'url=https://example.org/'])).code, 0);
  assert.notEqual((await server.cli(['destination', 'add', 'contoso', 'https'])).code, 0, 'the url is missing');
});

test('lead list and show, with the filters of the API', async () => {
  const path = await server.offer('listed.app');
  const got = await server.lead(path, lead({ LeadSource: 'AppSource-PLT|listed.app' }));
  await server.lead(path, lead({ LeadSource: 'AppSource-INS|listed.app', ActionCode: 'INS' }));
  const rows = await server.okJson('lead', 'list', '--offer', 'listed.app', '--action', 'PLT');
  assert.deepEqual((rows.items ?? rows).map((l) => l.id), [got.id]);
  const shown = await server.okJson('lead', 'show', got.id);
  assert.equal(shown.id, got.id);
  assert.equal(shown.asReceived.email, got.asReceived.email);
  assert.match(await server.ok('lead', 'list', '--offer', 'listed.app'), /Ana/);
  assert.equal((await server.cli(['lead', 'show', nobody])).code, 1);
  const customers = await server.okJson('customer', 'list');
  assert.ok((customers.items ?? customers).some((c) => c.id === got.customer.id));
  assert.equal((await server.okJson('customer', 'show', got.customer.id)).id, got.customer.id);
});

test('send-test follows one marked lead to every destination and prints the chain', async () => {
  await server.offer('chain.app');
  const receiver = await using(Receiver.start());
  await httpsAt(server, 'chain', receiver);
  // The command reaches the running server by its public address.
  const env = { LEADLINE_PUBLIC_URL: server.base };
  const good = await server.cli(['send-test', 'chain.app'], { env });
  assert.equal(good.code, 0, good.stderr + good.stdout);
  assert.match(good.stdout, /receipt/i);
  assert.match(good.stdout, /delivered|done/i);
  const [got] = await receiver.received(1);
  assert.match(got.json.UserDetails.FirstName, /^MSFT_TEST_\d+/);
  const { items } = await server.get('/leads?test=true&offer=chain.app');
  assert.equal(items.length, 1);
  receiver.always = { status: 401 };
  const bad = await server.cli(['send-test', 'chain.app'], { env });
  assert.equal(bad.code, 1, 'a destination that refuses is a failure');
  assert.match(bad.stdout + bad.stderr, /401/);
});

test('simulate plays the marketplace: count, duplicates by other bytes, broken bodies', async () => {
  const path = await server.offer('play.app');
  const done = await server.cli(['simulate', '--count', '60', '--rate', '200', '--duplicates', '0.3', '--broken', '0.2', server.base + path]);
  assert.equal(done.code, 0, done.stderr);
  let receipts;
  await until(async () => {
    receipts = (await server.get('/receipts?offer=play.app&limit=500')).items;
    return receipts.length >= 55 && receipts.every((r) => r.state !== 'waiting');
  }, { what: () => `receipts: ${receipts.length}` });
  const broken = receipts.filter((r) => r.state === 'unreadable').length;
  assert.ok(broken >= 3 && broken <= 30, `${broken} broken`);
  const leads = (await server.get('/leads?offer=play.app&limit=500')).items;
  const customers = new Set(leads.map((l) => l.customer.id));
  assert.ok(customers.size < receipts.length - broken, 'some came twice');
  const unreachable = await server.cli(['simulate', '--count', '2', 'http://127.0.0.1:1/in/x']);
  assert.equal(unreachable.code, 1);
});

test('commands beside the server are seen within a second', async () => {
  const started = Date.now();
  const path = await server.offer('seen.app');
  await until(async () => (await server.post(path, lead())).status === 200, { timeout: 3000, what: 'the new key works' });
  assert.ok(Date.now() - started < 3000 * Number(process.env.LEADLINE_TEST_SLOW ?? 1));
});

test('check inspects configuration and database', async () => {
  const done = await server.cli(['check']);
  assert.equal(done.code, 0, done.stdout + done.stderr);
  const config = join(server.site.dir, 'broken.conf');
  writeFileSync(config, 'no-such-option = 1\n');
  const broken = await server.cli(['--config', config, 'check']);
  assert.equal(broken.code, 1, broken.stdout + broken.stderr);
  assert.match(broken.stdout + broken.stderr, /no-such-option/);
});

test('migrate on a store that is up to date does nothing and says so', async () => {
  const done = await server.cli(['migrate']);
  assert.equal(done.code, 0, done.stderr);
});

test('flag beats environment beats file', async () => {
  const site = await Site.make({ engine: 'sqlite' });
  const config = join(site.dir, 'some.conf');
  for (const place of ['file', 'env', 'flag']) mkdirSync(join(site.dir, place));
  writeFileSync(config, `data = ${join(site.dir, 'file')}\n`);
  const made = async (args, env) => {
    const done = await run(binary, ['--config', config, ...args, 'offer', 'add', 'a.b'], { env: { ...site.env, ...env }, cwd: site.dir });
    assert.equal(done.code, 0, done.stderr);
  };
  const env = { LEADLINE_DATA: join(site.dir, 'env') };
  await made([], {});
  await made([], env);
  await made(['--data', join(site.dir, 'flag')], env);
  for (const place of ['file', 'env', 'flag']) assert.ok(statSync(join(site.dir, place, 'leadline.db')).size > 0, place);
  await site.remove();
});

test('the sealing key is a file of its own that nobody else may read', () => {
  assert.equal(statSync(join(server.site.data, 'leadline.key')).mode & 0o777, 0o600);
});

test('a second server on the same address says so and exits 1', async () => {
  const other = await Site.make({ engine: 'sqlite' });
  const done = await other.cli(['serve', '--listen', `127.0.0.1:${server.port}`], { timeout: 20_000 });
  assert.equal(done.code, 1, done.stderr);
  assert.match(done.stderr, new RegExp(String(server.port)));
  const same = await server.cli(['serve', '--listen', '127.0.0.1:0'], { timeout: 20_000 });
  assert.equal(same.code, 1, 'two servers in one data directory');
});

test('a store that cannot be reached is exit 1 with a reason, and no password in it', async () => {
  const site = await Site.make({ db: engine === 'sqlite' ? 'sqlite:/nonexistent/place/x.db' : 'postgresql://someone:topsecret@127.0.0.1:1/none' });
  const done = await site.cli(['lead', 'list']);
  assert.equal(done.code, 1, done.stdout);
  assert.ok(done.stderr.length > 10);
  assert.ok(!done.stderr.includes('topsecret'));
  problem(await server.api('GET', '/leads', { token: null }), 401);
});
