// Backup, restore, move, migrate: the whole store in other places, and still the same.

import test from 'node:test';
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { serving, using } from '../lib/serving.mjs';
import { delivered, httpsAt } from '../lib/deliveries.mjs';
import { lead } from '../lib/leads.mjs';
import { dropDatabase, freshDatabase } from '../lib/pg.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { engine, Server, Site } from '../lib/server.mjs';

const server = await serving();
const receiver = await using(Receiver.start());
const path = await server.offer('contoso.crm', '--title', 'Contoso CRM');
await httpsAt(server, 'contoso', receiver);
const body = Buffer.from('{"LeadSource":"AppSource-PLT|contoso.crm","UserDetails":{"Email":"kept@example.org","FirstName":"김\\u0000"}}');
const kept = await server.lead(path, body);
await delivered(server, kept);
for (let n = 0; n < 20; n += 1) await server.lead(path, lead());
const token = await server.token();

const everything = async (from) => {
  const all = {};
  for (const route of ['/leads?limit=500', '/customers?limit=500', '/receipts?limit=500', '/deliveries?limit=500', '/destinations', '/offers', '/users', `/leads/${kept.id}`]) {
    // Addresses are printed with the server's own base.
    all[route] = JSON.parse(JSON.stringify(await from.get(route, { token })).replaceAll(from.base, ''));
  }
  delete all[`/leads/${kept.id}`].proposal.dueAt; // reckoned from now on
  const [touch] = all[`/leads/${kept.id}`].timeline.filter((t) => t.receipt);
  all.body = (await from.api('GET', `/receipts/${touch.receipt}/body`, { token })).bytes.toString('hex');
  return all;
};
const before = await everything(server);

// A server on a site that was made by restore or move; the sealing key goes along by hand.
async function serveCopy(site) {
  mkdirSync(site.data, { recursive: true });
  copyFileSync(join(server.site.data, 'leadline.key'), join(site.data, 'leadline.key'));
  const copy = await Server.start({ site });
  copy.tokens.set('admin ', token); // tokens are in the store: the old one must do
  return copy;
}

async function sameAfterwards(site) {
  const copy = await serveCopy(site);
  try {
    assert.deepEqual(await everything(copy), before);
    // The keys and secrets work there too.
    const more = await copy.take(path, lead());
    await delivered(copy, more.leads[0]);
  } finally {
    await copy.halt();
  }
}

const places = { sqlite: async () => Site.make({ engine: 'sqlite' }), postgresql: async () => Site.make({ engine: 'postgresql' }) };

test('a backup beside the running server, restored elsewhere, is the same store', async () => {
  const file = join(server.site.dir, 'backup.leadline');
  await server.ok('backup', file);
  assert.ok(existsSync(file));
  const site = await places[engine]();
  const done = await site.cli(['restore', file]);
  assert.equal(done.code, 0, done.stderr);
  await sameAfterwards(site);
  await site.remove();
});

test('a backup holds no sealing key', async () => {
  const file = join(server.site.dir, 'backup2.leadline');
  await server.ok('backup', file);
  const key = readFileSync(join(server.site.data, 'leadline.key'));
  assert.equal(readFileSync(file).includes(key), false);
});

test('a backup refuses to overwrite, a restore refuses a store that has leads', async () => {
  const file = join(server.site.dir, 'backup3.leadline');
  await server.ok('backup', file);
  assert.equal((await server.cli(['backup', file])).code, 1);
  await server.halt();
  const done = await server.cli(['restore', file]);
  await server.launch();
  assert.equal(done.code, 1, done.stdout);
  assert.equal((await server.get('/leads?limit=500')).items.length, before['/leads?limit=500'].items.length);
});

test('a broken backup is refused and leaves nothing behind', async () => {
  const file = join(server.site.dir, 'backup4.leadline');
  await server.ok('backup', file);
  const bytes = readFileSync(file);
  const cases = { cut: bytes.subarray(0, bytes.length >> 1), empty: Buffer.alloc(0), rubbish: Buffer.alloc(8192, 7) };
  for (const [what, content] of Object.entries(cases)) {
    const broken = join(server.site.dir, `broken-${what}`);
    writeFileSync(broken, content);
    const site = await places[engine]();
    const done = await site.cli(['restore', broken]);
    assert.equal(done.code, 1, `${what}: ${done.stdout}`);
    assert.ok(done.stderr.length > 5);
    await site.remove();
  }
  assert.equal((await (await places[engine]()).cli(['restore', join(server.site.dir, 'not-there')])).code, 1);
});

for (const to of ['sqlite', 'postgresql']) {
  test(`move to ${to}: everything arrives, also when it is another engine`, async () => {
    const site = await places[to]();
    mkdirSync(dirname(site.data), { recursive: true });
    const source = await Site.make({ db: server.site.db });
    source.data = server.site.data;
    source.ownsDb = false;
    await server.halt();
    mkdirSync(site.data, { recursive: true });
    const done = await source.cli(['move', '--to', site.db]);
    await server.launch();
    assert.equal(done.code, 0, done.stderr);
    await sameAfterwards(site);
    await site.remove();
  });
}

test('move refuses a target that is not empty', async () => {
  const other = await Server.start({ site: await places[engine]() });
  await other.ok('offer', 'add', 'some.thing');
  await other.halt();
  const done = await server.cli(['move', '--to', other.site.db]);
  assert.equal(done.code, 1, done.stdout);
  await other.site.remove();
});

test('a server refuses a store of a newer schema', async () => {
  const { sql } = await import('../lib/pg.mjs');
  const { run } = await import('../lib/proc.mjs');
  const site = await places[engine]();
  await site.ok('migrate');
  const statement = 'UPDATE migration SET number = number + 1000';
  if (engine === 'sqlite') assert.equal((await run('sqlite3', [site.db.slice(7), statement])).code, 0);
  else await sql(site.db, statement);
  const done = await site.cli(['serve', '--listen', '127.0.0.1:0'], { timeout: 20_000 });
  assert.equal(done.code, 1, done.stderr);
  assert.match(done.stderr, /newer|version|schema/i);
  await site.remove();
});

test('a database is made with nothing but its URL', async () => {
  const db = engine === 'sqlite' ? undefined : await freshDatabase();
  const site = await Site.make({ db });
  await site.ok('migrate');
  await site.ok('migrate');
  assert.match(await site.ok('offer', 'add', 'a.b'), /\/in\//);
  if (db) await dropDatabase(db);
});
