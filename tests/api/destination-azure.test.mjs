// The azure-table destination against Microsoft's own emulator.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving, using } from '../lib/serving.mjs';
import { Azurite } from '../lib/azurite.mjs';
import { FaultProxy } from '../lib/faultproxy.mjs';
import { delivered, destinationAt, lastAttempt } from '../lib/deliveries.mjs';
import { lead, person } from '../lib/leads.mjs';

const server = await serving();
const azurite = await using(Azurite.start());

let serial = 0;
async function chain({ string = azurite.connectionString(), table, create = true, more = [] } = {}) {
  serial += 1;
  const publisher = `az${serial}`;
  const path = await server.offer(`${publisher}.app`, '--title', 'The App');
  const name = table ?? `Leads${serial}`;
  const id = await destinationAt(server, publisher, 'azure-table', `connectionString=${string}`, `table=${name}`,
    `createTable=${create}`, 'allowPrivate=true', 'allowHttp=true', ...more);
  return { publisher, path, table: name, id };
}
const send = (path, over = {}, who = {}) => server.lead(path, lead({ LeadSource: 'AppSource-PLT', ...over }, who));

test('the table is created and the row can be read back', async () => {
  const { publisher, path, table } = await chain();
  const who = person({ FirstName: '约翰', Company: "O'Neil & Söhne / #1" });
  const got = await send(path, { Description: '한국어 설명' }, who);
  const done = await delivered(server, got);
  assert.equal(lastAttempt(done).outcome, 'delivered');
  assert.ok((await azurite.tables()).includes(table));
  const [row] = await azurite.rows(table);
  const texts = Object.values(row).map(String);
  for (const text of [who.FirstName, who.Email, who.Company, '한국어 설명', 'AppSource-PLT']) {
    assert.ok(texts.some((t) => t.includes(text) || t.includes(JSON.stringify(text).slice(1, -1))), `${text} in ${JSON.stringify(row)}`);
  }
  assert.ok(texts.some((t) => t.includes(publisher)), 'the publisher is told');
});

test('a row that is there already counts as done', async () => {
  const { path, table } = await chain();
  const got = await send(path);
  const done = await delivered(server, got);
  await server.expect(200, 'POST', '/deliveries/replay', { json: { ids: [done.id] } });
  const again = await delivered(server, got, (d) => d.state === 'done' && d.attempts.length === 2);
  assert.equal(lastAttempt(again).outcome, 'already');
  assert.equal((await azurite.rows(table)).length, 1);
});

test('without createTable a missing table is a matter of configuration: parked, not lost', async () => {
  const { path, table, id } = await chain({ create: false });
  const got = await send(path);
  const parked = await delivered(server, got, 'parked');
  assert.equal(lastAttempt(parked).outcome, 'config');
  assert.match(lastAttempt(parked).code + lastAttempt(parked).detail, /table/i);
  assert.equal(await azurite.createTable(table), 201);
  await server.expect(200, 'POST', `/destinations/${id}/resume`);
  await delivered(server, got);
  assert.equal((await azurite.rows(table)).length, 1);
});

test('a wrong key is a matter of configuration', async () => {
  const { path } = await chain({ string: azurite.connectionString({ accountKey: Buffer.alloc(64, 7).toString('base64') }) });
  const parked = await delivered(server, await send(path), 'parked');
  assert.equal(lastAttempt(parked).outcome, 'config');
  assert.equal(lastAttempt(parked).status, 403);
});

test('the default table is MarketplaceLeads', async () => {
  const path = await server.offer('azdefault.app');
  await destinationAt(server, 'azdefault', 'azure-table', `connectionString=${azurite.connectionString()}`,
    'createTable=true', 'allowPrivate=true', 'allowHttp=true');
  await delivered(server, await send(path));
  assert.equal((await azurite.rows('MarketplaceLeads')).length, 1);
});

test('texts over the limit of a property are cut on a character, not refused', async () => {
  const { path, table } = await chain();
  const got = await send(path, { Description: '🚀'.repeat(15_000) });
  await delivered(server, got);
  assert.equal((await azurite.rows(table)).length, 1);
});

test('an answer that was lost does not make a second row', async () => {
  const proxy = await using(FaultProxy.start({ port: azurite.port, host: '127.0.0.1' }));
  const { path, table } = await chain({ string: azurite.connectionString({ port: proxy.port }) });
  await delivered(server, await send(path)); // the table is there now
  proxy.mode = 'cut:5';
  proxy.drop(); // a connection that is kept alive keeps its manners
  const got = await send(path);
  await delivered(server, got, (d) => d.attempts.length >= 1 && d.state !== 'done');
  proxy.mode = 'pass';
  proxy.drop();
  const done = await delivered(server, got);
  assert.equal(done.attempts[0].outcome, 'unknown');
  assert.equal(lastAttempt(done).outcome, 'already');
  assert.equal((await azurite.rows(table)).length, 2);
});

test('the connection string is checked where it is typed, and never shown', async () => {
  const bad = await server.cli(['destination', 'add', 'az1', 'azure-table', 'connectionString=AccountName=x']);
  assert.notEqual(bad.code, 0);
  const shown = JSON.stringify(await server.get('/destinations')) + await server.ok('destination', 'list', '--json') + server.log;
  assert.ok(!shown.includes('Eby8vdM02xNOcqFlq'), 'the account key');
});
