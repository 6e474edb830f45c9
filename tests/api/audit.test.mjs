// The audit: who changed what is written down, and meddling with it is seen.

import test from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lead } from '../lib/leads.mjs';
import { problem } from '../lib/asserts.mjs';
import { serving } from '../lib/serving.mjs';
import { bytes, query } from '../lib/store.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
const admin = await server.token('admin', 'contoso');
const seller = await server.token('seller', 'contoso');
const mine = { token: admin };
const list = async (filter = '', as = mine) => (await server.get(`/audit?limit=500${filter}`, as)).items;

// As the documentation has it, from what an export says.
function link(before, row) {
  const at = Date.parse(row.at);
  const text = ['leadline-audit-1', before, row.publisher ?? '', row.n, at, row.actor ?? '', row.verb, row.ref ?? '', row.status, ''].join('\n');
  return createHash('sha256').update(text).digest('hex');
}
const zero = '0'.repeat(64);

const taken = await server.lead(path, lead({}, { Email: 'audit@a.example' }));
await server.expect(200, 'POST', `/leads/${taken.id}/accept`, { token: seller, json: { note: 'herring' } });
await server.expect(409, 'POST', `/leads/${taken.id}/accept`, { token: seller, json: {} });

test('a change is told with who, what, to what and how it ended', async () => {
  const [refused, done] = await list(`&ref=${taken.id}`);
  assert.deepEqual([done.verb, done.status, done.ref, done.publisher], ['POST /api/v1/leads/{id}/accept', 200, taken.id, 'contoso']);
  assert.equal(done.actorName, 'test-seller');
  assert.equal(refused.status, 409);
  assert.equal(refused.n, done.n + 1);
  assert.deepEqual((await list(`&actor=${done.actor}`)).map((r) => r.id), [refused.id, done.id]);
  assert.deepEqual(await list(`&until=${new Date(Date.parse(done.at) - 1).toISOString()}&ref=${taken.id}`), []);
});

test('what is not an id is not written down', async () => {
  await server.api('POST', `/leads/${encodeURIComponent('kim@herring.example\nx')}/accept`, { token: seller, json: {} });
  const [last] = await list();
  assert.equal(last.ref, null);
  assert.equal(last.status, 404);
  for (const row of await list()) assert.ok(!JSON.stringify({ ...row, actorName: '' }).includes('herring'), JSON.stringify(row));
});

test('pages follow one another without a gap', async () => {
  const whole = (await list()).map((r) => r.id);
  const paged = [];
  for (let after = ''; after !== null;) {
    const page = await server.get(`/audit?limit=1${after && `&after=${after}`}`, mine);
    paged.push(...page.items.map((r) => r.id));
    after = page.next;
  }
  assert.deepEqual(paged, whole);
});

test('only admins see it, and a publisher sees its own', async () => {
  problem(await server.api('GET', '/audit', { token: seller }), 403);
  problem(await server.api('GET', '/audit/check', { token: await server.token('manager', 'contoso') }), 403);
  await server.ok('publisher', 'add', 'fabrikam');
  const theirs = { token: await server.token('admin', 'fabrikam') };
  assert.deepEqual(await list('', theirs), []);
  assert.deepEqual((await server.get('/audit/check', theirs)).items.map((c) => c.publisher), ['fabrikam']);
  problem(await server.api('GET', '/audit?publisher=contoso', theirs), 404);
  problem(await server.api('GET', '/audit?colour=red', mine), 400);
});

test('what a command changes stands in the chain of the installation', async () => {
  const rows = await list('', {});
  const added = rows.find((r) => r.verb === 'offer add' && r.ref === 'contoso.crm');
  assert.deepEqual([added?.actor, added?.publisher, added?.status], ['command line', null, 200]);
  const before = rows.length;
  await server.ok('lead', 'lose', taken.id, '--reason', 'price', '--fewAttempts', 'they said so at once');
  await server.ok('lead', 'list', '--json');
  const after = await list('', {});
  assert.equal(after.length, before + 1);
  assert.equal(after[0].verb, 'POST /api/v1/leads/{id}/lose');
  await server.ok('user', 'add', 'kim@herring.example', '--role', 'viewer');
  assert.equal((await list('', {}))[0].ref, null, 'an address is nobody else\'s business');
});

test('many at once make one chain', async () => {
  const at = (await list()).length;
  await Promise.all(Array.from({ length: 24 }, () => server.api('POST', `/leads/${taken.id}/undo`, { token: seller, json: {} })));
  assert.equal((await list()).length, at + 24);
  const { items } = await server.get('/audit/check');
  assert.ok(items.length >= 2 && items.every((c) => c.result === 'whole'), JSON.stringify(items));
  assert.equal(items.find((c) => c.publisher === 'contoso').entries, at + 24);
});

test('an export can be computed again by anybody', async () => {
  const rows = (await server.ok('export', 'audit', '--format', 'ndjson')).split('\n').map((line) => JSON.parse(line));
  const heads = {};
  for (const row of rows) {
    const key = row.publisher ?? '';
    assert.equal(row.n, (heads[key]?.n ?? 0) + 1);
    assert.equal(row.hash, link(heads[key]?.hash ?? zero, row), JSON.stringify(row));
    heads[key] = row;
  }
  for (const chain of (await server.get('/audit/check')).items.filter((c) => c.entries)) {
    assert.equal(chain.hash, heads[chain.publisher ?? ''].hash);
  }
});

test('check finds it whole', async () => {
  assert.match(await server.ok('check'), /audit\s+ok\s+whole/);
  assert.match(await server.ok('audit', 'check'), /contoso\s+whole/);
  assert.match(await server.ok('audit', 'list', '--limit', '1'), /command line|POST/);
});

test('signing in is told, being refused is not: that could be asked for without end', async () => {
  const made = { email: 'lee@a.example', password: 'a long sentence, to sign in with' };
  await server.expect(201, 'POST', '/users', { ...mine, json: { email: made.email, password: made.password, role: 'seller' } });
  await server.expect(401, 'POST', '/session', { token: null, json: { email: made.email, password: 'another one, not right' } });
  await server.expect(200, 'POST', '/session', { token: null, json: made });
  const [last, before] = await list();
  assert.deepEqual([last.verb, last.actorName, last.status], ['POST /api/v1/session', 'lee@a.example', 200]);
  assert.equal(before.verb, 'POST /api/v1/users');
});

// Each meddles with the chain of contoso, is seen, and is put right again.
const { db } = server.site;
const where = "publisher_id = 'contoso'";
const seen = async (result, at) => {
  const chain = (await server.get('/audit/check', mine)).items[0];
  assert.deepEqual([chain.result, chain.at], [result, at]);
  assert.equal((await server.cli(['audit', 'check'])).code, 1);
  assert.equal((await server.cli(['check'])).code, 1);
};

test('a row that was changed is seen', async () => {
  await query(db, `UPDATE audit SET status = 418 WHERE ${where} AND n = 2`);
  await seen('changed', 2);
  await query(db, `UPDATE audit SET status = 409 WHERE ${where} AND n = 2`);
  assert.equal((await server.get('/audit/check', mine)).items[0].result, 'whole');
});

test('a row that was taken out is seen', async () => {
  await query(db, `UPDATE audit SET n = -3 WHERE ${where} AND n = 3`);
  await seen('gap', 3);
  await query(db, `UPDATE audit SET n = 3 WHERE ${where} AND n = -3`);
});

test('an end that was cut off is seen, also with its head', async () => {
  const last = (await list())[0];
  const kept = (await query(db, `SELECT count(*) FROM audit WHERE ${where}`)).trim();
  await query(db, `UPDATE audit SET publisher_id = 'aside' WHERE ${where} AND n = ${kept}`);
  await seen('cut', Number(kept));
  const before = (await list())[0];
  await query(db, `UPDATE audit_head SET n = ${kept} - 1, hash = ${bytes(db, before.hash)} WHERE ${where}`);
  await seen('unsealed', Number(kept) - 1);
  await query(db, `UPDATE audit_head SET n = ${kept}, hash = ${bytes(db, last.hash)} WHERE ${where}`);
  await query(db, `UPDATE audit SET publisher_id = 'contoso' WHERE publisher_id = 'aside'`);
  assert.equal((await server.get('/audit/check', mine)).items[0].result, 'whole');
});

test('a chain that was written anew is seen by who has the key', async () => {
  const row = { ...(await list())[0], verb: 'GET /nothing' };
  const before = (await list())[1];
  const hash = link(before.hash, { ...row, publisher: 'contoso' });
  await query(db, `UPDATE audit SET verb = '${row.verb}', hash = ${bytes(db, hash)} WHERE ${where} AND n = ${row.n}`);
  await query(db, `UPDATE audit_head SET hash = ${bytes(db, hash)} WHERE ${where}`);
  await seen('unsealed', row.n);
});
