// Imports by the API: a file in pieces, its preview, the map, the dry run, progress, report, undo.

import test from 'node:test';
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, truncateSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { problem } from '../lib/asserts.mjs';
import { asked, sent } from '../lib/imports.mjs';
import { nameOf } from '../lib/leads.mjs';
import { EventStream } from '../lib/sse.mjs';
import { serving } from '../lib/serving.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();
await server.offer('contoso.crm', '--title', 'Contoso CRM');
await server.offer('fabrikam.app', '--title', 'Fabrikam App');
const contoso = { publisher: 'contoso' };
const leadsOf = async (words, limit = 500) => (await server.get(`/leads?q=${encodeURIComponent(words)}&limit=${limit}`)).items;
const outcomes = ({ rows }) => Object.fromEntries(['new', 'known', 'changed', 'refused', 'ignored'].filter((k) => rows[k]).map((k) => [k, rows[k]]));
const header = 'Lead ID,First name,Last name,Email,Company,Lead source,Creation date,Status,Sub status';
const id = (n) => `b1b2c3d4-1111-2222-3333-${String(n).padStart(12, '0')}`;
const line = (n, word, status = 'New,Received') => `${id(n)},${nameOf(n)},${word},p${n}@${word}.example,${word} AG,AppSource-PLT|contoso.crm,2026-01-05,${status}`;
const file = (from, to, word, status) => `${header}\n${Array.from({ length: to - from }, (_, i) => line(from + i, word, status)).join('\n')}\n`;
const spool = () => (existsSync(join(server.site.data, 'imports')) ? readdirSync(join(server.site.data, 'imports')) : []);

test('a file in pieces becomes leads, and is not kept', async () => {
  const stream = await EventStream.open(`${server.base}/api/v1/events`, { Authorization: `Bearer ${await server.token()}` });
  const made = await sent(server, 'first.csv', file(0, 40, 'herring'), { ...contoso, piece: 700 });
  assert.equal(made.bytesRead, made.bytes);
  assert.deepEqual(spool(), [made.id]);
  const done = await asked(server, made.id, 'start');
  assert.equal(done.state, 'done', done.problem);
  assert.deepEqual(outcomes(done), { new: 40 });
  assert.deepEqual([done.rows.total, done.placing, done.bytesRead], [40, 0, done.bytes]);
  assert.equal((await leadsOf('herring')).length, 40);
  await stream.next((e) => e.event === 'import' && e.json?.id === made.id && e.json.what === 'done', 'its end is told');
  stream.close();
  await until(() => !spool().length, { what: 'the file is gone' });
  assert.equal((await server.get('/imports?publisher=contoso')).items[0].id, made.id);
});

test('a piece at the wrong place, too many bytes, none, and a file over the limit', async () => {
  const whole = Buffer.from(file(50, 52, 'sprat'));
  const put = (to, at, body) => server.api('PUT', `/imports/${to}/file?at=${at}`, { body });
  const { id: made } = await server.expect(201, 'POST', '/imports', { json: { ...contoso, file: 'a.csv', bytes: whole.length } });
  assert.equal((await put(made, 0, whole.subarray(0, 10))).json.bytesRead, 10);
  const again = problem(await put(made, 0, whole.subarray(0, 10)), 409, 'import.offset');
  assert.match(again.detail ?? again.errors?.[0].message, /begins at byte 10/);
  problem(await put(made, 10, Buffer.concat([whole, whole])), 422);
  problem(await put(made, 10, Buffer.alloc(0)), 400);
  problem(await server.api('PUT', `/imports/${made}/file`, { body: 'x' }), 409);
  problem(await server.api('POST', `/imports/${made}/start`), 409);
  problem(await server.api('GET', `/imports/${made}/preview`), 409);
  assert.equal((await put(made, 10, whole.subarray(10))).json.state, 'ready');
  problem(await put(made, 0, whole), 409);
  await server.expect(204, 'DELETE', `/imports/${made}`);
  problem(await server.api('GET', `/imports/${made}`), 404);
  assert.deepEqual(spool(), []);
  problem(await server.api('POST', '/imports', { json: { ...contoso, file: 'b.csv', bytes: 2 ** 31 } }), 413);
  problem(await server.api('POST', '/imports', { json: { file: 'b.csv', bytes: 10 } }), 422);
  problem(await server.api('POST', '/imports', { json: { ...contoso, file: 'b.csv', bytes: 10, offer: 'fabrikam.app' } }), 422);
});

test('bytes that came before a crash and were never taken are cut off by the piece that comes again', async () => {
  const whole = Buffer.from(file(60, 64, 'whiting'));
  const { id: made } = await server.expect(201, 'POST', '/imports', { json: { ...contoso, file: 'a.csv', bytes: whole.length } });
  const put = (at, body) => server.api('PUT', `/imports/${made}/file?at=${at}`, { body });
  assert.equal((await put(0, whole.subarray(0, 100))).json.bytesRead, 100);
  appendFileSync(join(server.site.data, 'imports', made), 'half a piece that nobody knows of');
  assert.equal((await put(100, whole.subarray(100))).json.state, 'ready');
  assert.deepEqual(outcomes(await asked(server, made, 'start')), { new: 4 });
});

test('of two pieces that come at once for one place one is taken', async () => {
  const whole = Buffer.from(file(65, 69, 'pollack'));
  const { id: made } = await server.expect(201, 'POST', '/imports', { json: { ...contoso, file: 'a.csv', bytes: whole.length } });
  const put = (at, body) => server.api('PUT', `/imports/${made}/file?at=${at}`, { body });
  const both = await Promise.all([put(0, whole.subarray(0, 300)), put(0, whole.subarray(0, 120))]);
  assert.deepEqual(both.map((a) => a.status).sort(), [200, 409]);
  const { bytesRead } = await server.get(`/imports/${made}`);
  assert.equal((await put(bytesRead, whole.subarray(bytesRead))).json.state, 'ready');
  assert.deepEqual(outcomes(await asked(server, made, 'start')), { new: 4 });
});

test('a file that is shorter than it was says so, and nothing of it is read in', async () => {
  const made = await sent(server, 'short.csv', file(70, 74, 'turbot'), contoso);
  truncateSync(join(server.site.data, 'imports', made.id), 200);
  assert.match(problem(await server.api('GET', `/imports/${made.id}/preview`), 400, 'import.file-short').detail, /200 of the file's/);
  const tried = await asked(server, made.id, 'start');
  assert.deepEqual([tried.state, /200 of the file's/.test(tried.problem), tried.rows.read], ['ready', true, 0]);
  unlinkSync(join(server.site.data, 'imports', made.id));
  problem(await server.api('GET', `/imports/${made.id}/preview`), 409, 'import.file-gone');
  await server.expect(204, 'DELETE', `/imports/${made.id}`);
});

test('the preview tells what the file is and what should be looked at', async () => {
  const made = await sent(server, 'wer.csv', 'Wer;Adresse;Rest\nAnna Meyer;a@ling.example;"x;y"\nOtto;o@ling.example\n', contoso);
  const look = await server.get(`/imports/${made.id}/preview`);
  assert.deepEqual([look.about.format, look.about.delimiter, look.about.encoding, look.about.encodingSure], ['csv', ';', 'UTF-8', true]);
  assert.deepEqual(look.about.columns.map((c) => c.name), ['Wer', 'Adresse', 'Rest']);
  assert.deepEqual(look.rows[0].cells, ['Anna Meyer', 'a@ling.example', 'x;y']);
  assert.match(look.rows[1].problem, /fewer|short|cells/i);
  const codes = look.problems.map((p) => p.code);
  assert.ok(codes.includes('contact') && codes.includes('offer') && codes.includes('date'), codes.join());
  assert.ok(look.fields.includes('email'));

  const tried = await asked(server, made.id, 'check');
  assert.deepEqual([tried.state, outcomes(tried)], ['checked', { refused: 2 }]);
  const { items } = await server.get(`/imports/${made.id}/rows?outcome=refused`);
  assert.deepEqual(items.map((r) => r.row), [1, 2]);
  assert.match(items[0].problem, /Say which columns hold them/);

  const said = await server.expect(200, 'PATCH', `/imports/${made.id}`, { json: { offer: 'contoso.crm', map: { Wer: 'fullName', Adresse: 'email', Rest: 'ignore' } } });
  assert.deepEqual([said.state, said.said.offer, said.said.map.length], ['ready', 'contoso.crm', 3]);
  const after = await server.get(`/imports/${made.id}/preview`);
  assert.deepEqual(after.about.columns.map((c) => [c.field, c.confidence]), [['fullName', 'sure'], ['email', 'sure'], [null, 'sure']]);
  assert.deepEqual(after.problems.map((p) => p.code), ['date']);
  assert.deepEqual((await server.get(`/imports/${made.id}/rows`)).items, [], 'what the dry run said does not count any more');
  assert.deepEqual(outcomes(await asked(server, made.id, 'check')), { new: 2 });
  assert.deepEqual(await leadsOf('ling'), [], 'a dry run writes nothing');
  const done = await asked(server, made.id, 'start');
  assert.deepEqual(outcomes(done), { new: 2 });
  assert.equal((await leadsOf('ling'))[0].customer.email.endsWith('@ling.example'), true);
  problem(await server.api('PATCH', `/imports/${made.id}`, { json: { offer: '' } }), 409);
  problem(await server.api('DELETE', `/imports/${made.id}`), 409);
});

test('a wrong map names the field and the remedy', async () => {
  const made = await sent(server, 'm.csv', 'A,B\nx,y\n', contoso);
  const patch = (json) => server.api('PATCH', `/imports/${made.id}`, { json });
  assert.equal(problem(await patch({ map: { A: 'nothing' } }), 422).errors[0].field, 'map');
  problem(await patch({ map: { A: 7 } }), 422);
  problem(await patch({ delimiter: 'x' }), 422);
  problem(await patch({ offer: 'contoso.unknown' }), 422);
  await server.expect(200, 'PATCH', `/imports/${made.id}`, { json: { map: { 'No, such column': 'email' } } });
  assert.match(problem(await server.api('GET', `/imports/${made.id}/preview`), 422).errors[0].message, /no column "No, such column"/);
  await server.expect(202, 'POST', `/imports/${made.id}/start`);
  let now;
  await until(async () => { now = await server.get(`/imports/${made.id}`); return now.state === 'ready' && now.problem; }, { what: 'it is given back with the reason' });
  assert.match(now.problem, /no column/);
  await server.expect(204, 'DELETE', `/imports/${made.id}`);
});

test('an encoding that is said', async () => {
  const made = await sent(server, 'k.csv', Buffer.from([0x45, 0x6d, 0x61, 0x69, 0x6c, 0x2c, 0x4e, 0x61, 0x6d, 0x65, 0x0a, 0x61, 0x40, 0x62, 0x2e, 0x64, 0x65, 0x2c, 0xe4, 0xf6, 0xfc, 0x0a]), contoso);
  await server.expect(200, 'PATCH', `/imports/${made.id}`, { json: { encoding: 'windows-1252' } });
  const look = await server.get(`/imports/${made.id}/preview`);
  assert.equal(look.rows[0].cells[1], 'äöü');
  await server.expect(204, 'DELETE', `/imports/${made.id}`);
});

test('the report: paged, by outcome, and as CSV', async () => {
  const bad = Array.from({ length: 30 }, (_, i) => `${id(2000 + i)},X,=cmd,x${i}@dab.example,,Unheard Of,,,`);
  const made = await sent(server, 'bad.csv', `${header.replace('Lead source', 'Offer name')}\n${bad.join('\n')}\n`, contoso);
  const done = await asked(server, made.id, 'start');
  assert.deepEqual(outcomes(done), { refused: 30 });
  const seen = [];
  let after = '';
  do {
    const page = await server.get(`/imports/${made.id}/rows?limit=8${after && `&after=${after}`}`);
    seen.push(...page.items.map((r) => r.row));
    after = page.next;
  } while (after);
  assert.deepEqual(seen, Array.from({ length: 30 }, (_, i) => i + 1));
  const csv = await server.api('GET', `/imports/${made.id}/report?outcome=refused`);
  assert.equal(csv.status, 200);
  assert.match(csv.headers['content-disposition'], /attachment; filename="import-/);
  assert.equal(csv.text.trim().split('\r\n').length, 31);
  assert.match(csv.text, /2,3,refused,"?contoso has no offer ""Unheard Of"": add it/);
});

test('undo, its refusal, and the past in the list', async () => {
  const made = await sent(server, 'u.csv', file(3000, 3700, 'turbot'), contoso);
  await asked(server, made.id, 'start');
  assert.equal((await leadsOf('turbot')).length, 500);
  const undone = await asked(server, made.id, 'undo');
  assert.equal(undone.state, 'undone', undone.problem);
  assert.ok(undone.undoneAt && undone.undoneBy);
  assert.deepEqual(await leadsOf('turbot'), []);
  problem(await server.api('POST', `/imports/${made.id}/undo`), 409);

  const first = await sent(server, 'v.csv', file(4000, 4001, 'plaice'), contoso);
  await asked(server, first.id, 'start');
  const second = await sent(server, 'v.csv', file(4000, 4001, 'plaice', 'Active,Accepted'), contoso);
  assert.deepEqual(outcomes(await asked(server, second.id, 'start')), { changed: 1 });
  const refused = await asked(server, first.id, 'undo');
  assert.equal(refused.state, 'done');
  assert.match(refused.problem, /changed by a later import/);
  assert.equal(refused.undoneBy, null);
  assert.equal((await leadsOf('plaice'))[0].status, 'Active');
  assert.equal((await asked(server, second.id, 'undo')).state, 'undone');
  assert.equal((await asked(server, first.id, 'undo')).state, 'undone');
});

test('the files of a publisher one after the other, of two side by side', async () => {
  const a = await sent(server, 'a.csv', file(5000, 5600, 'bream'), contoso);
  const b = await sent(server, 'b.csv', file(5500, 6000, 'bream'), contoso);
  const c = await sent(server, 'c.csv', 'Name,Email\nC,c@bream.example\n', { publisher: 'fabrikam', offer: 'fabrikam.app' });
  const ids = [a.id, b.id, c.id];
  for (const made of ids) await server.expect(202, 'POST', `/imports/${made}/start`);
  problem(await server.api('POST', `/imports/${a.id}/check`), 409);
  let all;
  await until(async () => {
    all = await Promise.all(ids.map((made) => server.get(`/imports/${made}`)));
    return all.every((i) => i.state === 'done');
  }, { what: 'all are done', timeout: 60_000 });
  assert.deepEqual(all.map(outcomes), [{ new: 600 }, { new: 400, known: 100 }, { new: 1 }]);
});

test('a restart in the middle: it goes on where it was, and counts the same', { timeout: 180_000 }, async () => {
  const rows = 12_000;
  const made = await sent(server, 'long.csv', file(10_000, 10_000 + rows, 'cod'), contoso);
  await server.expect(202, 'POST', `/imports/${made.id}/start`);
  await until(async () => (await server.get(`/imports/${made.id}`)).rows.read >= 1000, { what: 'some rows are read' });
  await server.kill();
  await server.launch();
  let now;
  await until(async () => { now = await server.get(`/imports/${made.id}`); return now.state === 'done'; }, { what: 'it went on', timeout: 120_000 });
  assert.deepEqual([outcomes(now), now.rows.total], [{ new: rows }, rows]);
  const again = await sent(server, 'long.csv', file(10_000, 10_000 + rows, 'cod'), contoso);
  assert.deepEqual(outcomes(await asked(server, again.id, 'check')), { known: rows });
});
