// Everything out: CSV for machines and for spreadsheet programs, NDJSON, spreadsheets.

import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { serving } from '../lib/serving.mjs';
import { lead } from '../lib/leads.mjs';
import { run } from '../lib/proc.mjs';
import { binary } from '../lib/server.mjs';

const server = await serving();
const path = await server.offer('contoso.crm', '--title', 'Contoso CRM');
const formula = '=HYPERLINK("http://evil.example.org";"x")';
const one = await server.lead(path, lead({ Description: 'two\nlines, "quoted"' }, { Company: formula, Phone: '+1 617 555 0100' }));
await server.lead(path, lead());

const exported = async (what, ...flags) => {
  const done = await server.cli(['export', what, ...flags]);
  assert.equal(done.code, 0, done.stderr);
  return done.stdout;
};

test('CSV has every column, texts as they are', async () => {
  const text = await exported('leads', '--format', 'csv');
  assert.match(text, /^id,publisher,offer,offerTitle,customerId,receivedAt,/);
  assert.ok(text.includes(`"${formula.replaceAll('"', '""')}"`), text);
  assert.ok(text.includes('"two\nlines, ""quoted"""'), text);
  assert.ok(text.includes(one.id));
  assert.equal(text.match(/\r\n/g).length, 3);
});

test('for spreadsheet programs: a mark, and no formula', async () => {
  const text = await exported('leads', '--format', 'csv', '--spreadsheet');
  assert.equal(text.charCodeAt(0), 0xfeff);
  assert.ok(text.includes(`"'=HYPERLINK(`), text);
  assert.ok(text.includes(`"'+1`), text);
});

test('NDJSON has numbers, booleans and null', async () => {
  const rows = (await exported('leads', '--format', 'ndjson')).trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(rows.length, 2);
  const row = rows.find((r) => r.id === one.id);
  assert.equal(row.company, formula);
  assert.equal(row.touches, 1);
  assert.equal(row.test, false);
  assert.equal(row.respondedAt, null);
});

test('a spreadsheet opens elsewhere, with the same rows', async () => {
  const file = join(server.site.dir, 'leads.xlsx');
  const args = [binary, ...server.site.where, 'export', 'leads', '--format', 'xlsx'];
  const done = await run('sh', ['-c', 'out=$1; shift; exec "$@" > "$out"', 'sh', file, ...args], { cwd: server.site.dir, env: server.site.env });
  assert.equal(done.code, 0, done.stderr);
  const read = `import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
sys.stdout.write(z.read("xl/worksheets/sheet1.xml").decode())`;
  const sheet = execFileSync('python3', ['-c', read, file], { encoding: 'utf8' });
  assert.equal(sheet.match(/<row>/g).length, 3);
  assert.ok(sheet.includes(one.id));
  assert.ok(sheet.includes('=HYPERLINK(&quot;'), 'a text, in a text cell');
});

test('wrong formats are wrong usage', async () => {
  for (const format of ['json', 'pdf', '']) assert.equal((await server.cli(['export', 'leads', '--format', format])).code, 2, format);
});

test('a customer that was merged into another one is not exported; its leads name the other', async () => {
  const rows = async (what) => (await exported(what, '--format', 'ndjson')).trim().split('\n').map((line) => JSON.parse(line));
  const before = await rows('customers');
  const [a, b] = before.map((c) => c.id);
  const done = await server.api('POST', '/customers/merge', { json: { customers: [a, b], into: b } });
  assert.equal(done.status, 200, done.text);
  assert.deepEqual((await rows('customers')).map((c) => [c.id, c.leads]), [[b, 2]]);
  assert.deepEqual((await rows('leads')).map((l) => l.customerId), [b, b]);
  await server.api('POST', `/customers/history/${done.json.regroup}/undo`, { json: {} });
  assert.deepEqual(await rows('customers'), before);
});
