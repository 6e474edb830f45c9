// What the lead list finds, as a file: the same leads in the same order, and what became of them.

import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import { serving } from '../lib/serving.mjs';
import { invalid, problem } from '../lib/asserts.mjs';
import { lead } from '../lib/leads.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();
const path = await server.offer('contoso.crm', '--title', 'Contoso CRM');
const seller = await server.ok('user', 'add', 'kim@contoso.example', '--role', 'seller', '--publisher', 'contoso');
const formula = '=HYPERLINK("http://evil.example.org";"x")';
const does = (method, to, json, expected = 200) => server.expect(expected, method, to, { json });
const ndjson = (text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
const rows = async (query = '') => {
  const answer = await server.api('GET', `/leads/export?format=ndjson${query}`);
  assert.equal(answer.status, 200, answer.text);
  return ndjson(answer.text);
};

const all = [];
for (let i = 0; i < 5; i += 1) all.push(await server.lead(path, lead({}, { Company: i ? `Company ${i}` : formula, Email: `p${i}@c${i}.example` })));
const [won, lost, declined, fresh, open] = all;
const team = await does('POST', '/teams', { publisher: 'contoso', name: 'Field sales', members: ['kim@contoso.example'] }, 201);
await does('POST', `/leads/${won.id}/owner`, { owner: seller });
await does('POST', `/leads/${won.id}/calls`, { outcome: 'fit' });
await does('POST', `/leads/${won.id}/accept`, { quality: 'High', purchaseIntent: 'Yes' });
await does('POST', `/leads/${won.id}/favorite`, { favorite: true });
await does('POST', `/leads/${won.id}/win`, {});
await does('POST', `/leads/${lost.id}/accept`, {});
await does('POST', `/leads/${lost.id}/lose`, { reason: 'price', fewAttempts: 'they signed elsewhere' });
await does('POST', `/leads/${declined.id}/decline`, { reason: 'not-a-fit' });
await does('POST', `/leads/${open.id}/accept`, {});

test('a row says what became of the lead, in the words of Partner Center', async () => {
  const of = Object.fromEntries((await rows()).map((r) => [r.id, r]));
  const w = of[won.id];
  assert.deepEqual([w.status, w.substatus, w.owner, w.team, w.calls, w.attempts, w.quality, w.purchaseIntent, w.favorite, w.statusReason, w.stage],
    ['Closed', 'Won', 'kim@contoso.example', team.name, 1, 1, 'High', 'Yes', true, null, null]);
  for (const at of [w.acceptedAt, w.wonAt, w.respondedAt]) assert.match(at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual([w.lostAt, w.declinedAt, w.expiredAt], [null, null, null]);
  const engaged = (await server.get(`/leads/${lost.id}`)).engagement;
  const l = of[lost.id];
  assert.deepEqual([l.substatus, l.acceptedAt, l.lostAt, l.wonAt, l.statusReason, l.calls, l.favorite], ['Lost', engaged.acceptedAt, engaged.closedAt, null, 'price', 0, false]);
  assert.deepEqual([of[declined.id].statusReason, of[declined.id].acceptedAt], ['not-a-fit', null]);
  assert.ok(of[declined.id].declinedAt);
  assert.deepEqual([of[fresh.id].acceptedAt, of[fresh.id].owner, of[fresh.id].stage, of[fresh.id].attempts], [null, null, null, 0]);
  assert.equal(of[open.id].stage, 'contact');
});

test('the command writes the same rows', async () => {
  const done = await server.cli(['export', 'leads', '--format', 'ndjson']);
  assert.deepEqual(ndjson(done.stdout), await rows('&sort=received'));
});

test('filters and order are those of the list', async () => {
  for (const query of ['', '&sort=received', '&sort=due', '&sort=-due', '&status=Closed', '&owner=none', `&owner=${seller}`, '&q=company', '&q=company&sort=due', '&favorite=true',
    '&quality=High', '&response=owed', '&test=true', `&team=${team.id}`, '&until=2020-01-01T00:00:00Z', '&progress=one-attempt', `&customer=${won.customer.id}`]) {
    assert.deepEqual((await rows(query)).map((r) => r.id), (await server.get(`/leads?limit=500${query}`)).items.map((l) => l.id), query);
  }
  assert.equal((await rows('&status=Closed')).length, 3);
});

test('more than a page of them, each once', async () => {
  const count = 1203;
  const file = join(server.site.dir, 'many.csv');
  writeFileSync(file, `Email,Company,Offer ID\n${Array.from({ length: count }, (_, i) => `m${i}@many.example,Many ${i},contoso.crm\n`).join('')}`);
  await server.ok('import', file, '--publisher', 'contoso', '--offer', 'contoso.crm');
  const total = await until(async () => { const n = (await rows()).length; return n >= count + all.length && n; }, { what: 'the imported leads to be exported', timeout: 60_000 });
  assert.equal(total, count + all.length);
  for (const sort of ['-received', 'received', 'due', '-due']) {
    const ids = (await rows(`&sort=${sort}`)).map((r) => r.id);
    assert.equal(new Set(ids).size, total, sort);
    const listed = [];
    for (let next = ''; next !== null;) {
      const page = await server.get(`/leads?limit=500&sort=${sort}${next && `&after=${next}`}`);
      listed.push(...page.items.map((l) => l.id));
      next = page.next;
    }
    assert.deepEqual(ids, listed, sort);
  }
});

test('CSV opens in a spreadsheet program: a mark, a name, no formula', async () => {
  const answer = await server.api('GET', '/leads/export?format=csv&until=2999-01-01T00:00:00Z');
  assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8');
  assert.match(answer.headers['content-disposition'], /^attachment; filename="leads-\d{4}-\d\d-\d\d\.csv"$/);
  assert.equal(Number(answer.headers['content-length']), answer.bytes.length);
  assert.match(answer.text, /^\ufeffid,publisher,offer,offerTitle,customerId,receivedAt,/);
  assert.ok(answer.text.includes(`"'=HYPERLINK(`));
  assert.ok(!/(^|[,;\t\r\n"])=HYPERLINK/.test(answer.text));
});

test('a spreadsheet is a spreadsheet', async () => {
  const answer = await server.api('GET', '/leads/export?format=xlsx&status=Closed');
  assert.equal(answer.headers['content-type'], 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
  const file = join(server.site.dir, 'leads.xlsx');
  writeFileSync(file, answer.bytes);
  const sheet = execFileSync('python3', ['-c', 'import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nsys.stdout.write(z.read("xl/worksheets/sheet1.xml").decode())', file], { encoding: 'utf8' });
  assert.equal(sheet.match(/<row>/g).length, 4);
});

test('what is wrong is said before a byte of the file', async () => {
  invalid(await server.api('GET', '/leads/export'), 'format');
  invalid(await server.api('GET', '/leads/export?format=json'), 'format');
  invalid(await server.api('GET', '/leads/export?format=csv&owner=none&sort=received'), 'sort');
  problem(await server.api('GET', '/leads/export?format=csv&limit=3'), 400);
  problem(await server.api('GET', '/leads/export?format=csv&publisher=nobody'), 404);
  problem(await server.api('GET', '/leads/export?format=csv', { token: null }), 401);
});

test('it stands in the audit; HEAD has the size and no body', async () => {
  const head = await server.api('HEAD', '/leads/export?format=ndjson&status=Closed');
  assert.equal(head.status, 200);
  assert.equal(Number(head.headers['content-length']), Buffer.byteLength((await server.api('GET', '/leads/export?format=ndjson&status=Closed')).text));
  const told = (await server.get('/audit?limit=5')).items.filter((i) => i.verb === 'GET /api/v1/leads/export');
  assert.ok(told.length >= 1);
  assert.equal(told[0].status, 200);
});

/* Asks for an export and reads nothing of what comes behind its head. */
async function stalled(from, query) {
  const url = new URL(from.base), socket = net.connect(Number(url.port), url.hostname);
  after(() => socket.destroy());
  socket.write(`GET /api/v1/leads/export?${query} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await from.token()}\r\n\r\n`);
  await new Promise((resolve, reject) => { socket.once('readable', resolve); socket.once('error', reject); });
  return { socket, head: String(socket.read()).split('\r\n')[0] };
}

/* Texts that no buffer between the two takes. */
async function longOnes(at, count) {
  const file = join(at.site.dir, 'long.csv');
  writeFileSync(file, `Email,Company,Description,Offer ID\n${Array.from({ length: count }, (_, i) => `l${i}@long.example,Long ${i},${'long text '.repeat(1500)},contoso.crm\n`).join('')}`);
  await at.ok('import', file, '--publisher', 'contoso', '--offer', 'contoso.crm');
}

test('who breaks off, or stays and reads nothing, keeps nobody from the next export, until there are many', async () => {
  const busy = await serving();
  await busy.offer('contoso.crm');
  await longOnes(busy, 700);
  const found = async () => (await busy.api('GET', '/leads/export?format=ndjson')).text.split('\n').length > 700;
  await until(found, { what: 'the long ones to be placed', timeout: 60_000 });
  const open = [];
  for (let i = 0; i < 4; i += 1) {
    const one = await stalled(busy, 'format=ndjson');
    assert.equal(one.head, 'HTTP/1.1 200 OK');
    open.push(one.socket);
    if (!i) open.shift().destroy(); // gone, and is not counted any more soon
  }
  const closed = async () => (await busy.api('GET', '/leads/export?format=ndjson&status=Closed')).status === 200;
  await until(closed, { what: 'the place of the one that is gone', timeout: 60_000 });
  // The place of the one that is answered is given back a moment later.
  await until(async () => {
    const { head, socket } = await stalled(busy, 'format=ndjson');
    if (head === 'HTTP/1.1 200 OK') return open.push(socket);
    socket.destroy();
    return false;
  }, { what: 'a place for the fourth', timeout: 60_000 });
  const answer = await busy.api('GET', '/leads/export?format=csv');
  assert.equal(problem(answer, 429).code, 'leads.export-busy');
  assert.ok(Number(answer.headers['retry-after']) > 0);
  open.pop().destroy();
  await until(async () => (await busy.api('GET', '/leads/export?format=csv&status=Closed')).status === 200, { what: 'room for another', timeout: 60_000 });
});

test('more leads, or bytes, than the server allows are refused, and leave nothing behind', async () => {
  const small = await serving({ env: { LEADLINE_EXPORT_ROWS: '3', LEADLINE_EXPORT_BYTES: '20000' } });
  const to = await small.offer('contoso.crm');
  const send = (i, more = {}) => small.lead(to, lead(more, { Company: `Small ${i}`, Email: `s${i}@small.example` }));
  for (let i = 0; i < 3; i += 1) await send(i);
  assert.equal((await small.api('GET', '/leads/export?format=csv')).status, 200, 'as many as may be');
  const last = await send(3);
  const many = problem(await small.api('GET', '/leads/export?format=csv'), 413);
  assert.equal(many.code, 'leads.export');
  assert.match(many.detail, /More than 3 leads.*since and until.*command export/);
  assert.equal((await small.api('GET', `/leads/export?format=csv&customer=${last.customer.id}`)).status, 200, 'narrowed');
  const long = await send(4, { Description: 'word '.repeat(3000) });
  const other = await send(5, { Description: 'word '.repeat(3000) });
  const both = await small.api('GET', `/leads/export?format=ndjson&since=${long.receivedAt}`);
  assert.equal(problem(both, 413).code, 'leads.export-bytes');
  for (let i = 0; i < 5; i += 1) assert.equal((await small.api('GET', `/leads/export?format=ndjson&customer=${other.customer.id}`)).status, 200, 'a refused one takes no place');
});
