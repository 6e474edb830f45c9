// `leadline dedupe`: a contact list in, customers out, without a server or a database.

import test from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../lib/proc.mjs';
import { binary } from '../lib/server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'dedupe-'));
test.after(() => rmSync(folder, { recursive: true }));

const file = (name, text) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const dedupe = (...args) => run(binary, ['dedupe', ...args], { cwd: folder });

// Lines "id,customer" as an object.
async function customers(...args) {
  const done = await dedupe(...args);
  assert.equal(done.code, 0, done.stderr);
  const [header, ...lines] = done.stdout.trimEnd().split('\n');
  assert.equal(header, 'id,customer');
  return Object.fromEntries(lines.map((line) => line.split(',')));
}

const leads = [
  { FirstName: 'Anna', LastName: 'Meyer', Email: 'anna.meyer@acme.de', Phone: '+49 30 1234567', Country: 'Germany', Company: 'Acme GmbH', Title: 'CTO' },
  { FirstName: 'ANNA', LastName: 'MEYER', Email: 'Anna.Meyer+azure@acme.de', Phone: '030 1234567', Country: 'Deutschland', Company: 'Acme', Title: '' },
  { FirstName: 'Bert', LastName: 'Kunze', Email: 'bert.kunze@acme.de', Phone: '+49 30 1234567', Country: 'Germany', Company: 'Acme GmbH', Title: 'CEO' },
  { FirstName: '민준', LastName: '김', Email: 'mj@hanbit.co.kr', Phone: '010-2345-6789', Country: '대한민국', Company: '한빛소프트', Title: null },
  { FirstName: 'Minjun', LastName: 'Kim', Email: 'mj@hanbit.co.kr', Country: 'South Korea' },
];
const body = (user) => JSON.stringify({ UserDetails: user, LeadSource: 'AzureMarketplace-INS|contoso.crm', ActionCode: 'INS', OfferTitle: 'CRM', Description: '' });
const expected = { 1: '1', 2: '1', 3: '2', 4: '3', 5: '3' };
const keys = Object.keys(leads[0]);
const table = (delimiter) => [keys, ...leads.map((l) => keys.map((k) => l[k] ?? ''))].map((row) => row.join(delimiter)).join('\n') + '\n';

test('NDJSON of leads: numbers from 1 are the ids', async () => {
  assert.deepEqual(await customers(file('leads.ndjson', leads.map(body).join('\n') + '\n')), expected);
});

test('a JSON list of leads', async () => {
  assert.deepEqual(await customers(file('leads.json', `[\n${leads.map(body).join(',\n')}]\n`)), expected);
});

for (const [name, delimiter] of [['commas', ','], ['semicolons', ';'], ['tabs', '\t']]) {
  test(`a table with ${name}`, async () => {
    assert.deepEqual(await customers(file(`${name}.csv`, table(delimiter))), expected);
  });
}

test('a byte order mark, CRLF and quotes', async () => {
  const text = '\ufeffid,"First Name","Last Name","E-Mail"\r\n"a,1",Anna,"Mey""er",anna@acme.de\r\n"b",ANNA,"Mey""er",Anna@acme.de\r\n';
  const done = await dedupe(file('quotes.csv', text), '--id', 'id', '--map', 'E-Mail:email');
  assert.equal(done.stdout, 'id,customer\n"a,1",1\nb,1\n');
});

test('--map says what columns are, --id which one names the record; blanks round both are trimmed', async () => {
  const text = 'no , vorname, nachname, wo, geboren, kennung\nx1, Anna , Meyer , Kiel , 1971-06-24 , 4711\nx2, Ana , Meyer , Kiel , 24.06.1971 , 4711\nx3, Otto , Kunze , Bonn , 1950-01-02 , 815\n';
  const done = await customers(file('map.csv', text), '--id', 'no', '--map', 'vorname:first, nachname:last,wo:city,geboren:date,kennung:code');
  assert.deepEqual(done, { x1: '1', x2: '1', x3: '2' });
});

test('--map COL:ignore leaves a column out', async () => {
  const path = file('ignore.csv', 'email,phone,first name,last name\nanna@acme.de,,Anna,Meyer\nanna@acme.de,,Anna,Meyer\n');
  assert.deepEqual(await customers(path), { 1: '1', 2: '1' });
  assert.deepEqual(await customers(path, '--map', 'email:ignore,first name:ignore,last name:ignore'), { 1: '1', 2: '2' });
});

test('--out writes a file, and nothing to standard output', async () => {
  const done = await dedupe(file('out.ndjson', leads.map(body).join('\n')), '--out', 'result.csv');
  assert.equal(done.code, 0, done.stderr);
  assert.equal(done.stdout, '');
  assert.equal(readFileSync(join(folder, 'result.csv'), 'utf8'), 'id,customer\n1,1\n2,1\n3,2\n4,3\n5,3\n');
});

test('--json answers the same', async () => {
  const done = await dedupe(file('json.ndjson', leads.map(body).join('\n')), '--json');
  const items = JSON.parse(done.stdout).items;
  assert.deepEqual(Object.fromEntries(items.map((x) => [x.id, String(x.customer)])), expected);
});

test('--explain: the evidence sums to the weight', async () => {
  const path = file('explain.ndjson', leads.map(body).join('\n'));
  const same = JSON.parse((await dedupe(path, '--explain', '1,2', '--json')).stdout);
  const other = JSON.parse((await dedupe(path, '--explain', '1, 3', '--json')).stdout);
  for (const x of [same, other]) {
    const sum = x.evidence.reduce((total, step) => total + step.bits, x.prior);
    assert.ok(Math.abs(sum - x.weight) < 0.01, JSON.stringify(x));
  }
  assert.equal(same.sameCustomer, true);
  assert.ok(same.weight >= same.threshold);
  assert.ok(same.evidence.some((step) => step.field === 'email' && step.finding === 'the same mailbox'));
  assert.equal(other.sameCustomer, false);
  assert.ok(other.weight < other.threshold);
  const text = (await dedupe(path, '--explain', '1,3')).stdout;
  assert.match(text, /two users at one company/);
  assert.match(text, /two customers\n$/);
});

test('any number of threads gives the same bytes', async () => {
  const rows = Array.from({ length: 3000 }, (_, i) => body({ ...leads[i % 5], LastName: `Meyer${i % 700}`, Email: i % 3 ? `p${i % 700}@acme${i % 90}.de` : '' }));
  const path = file('threads.ndjson', rows.join('\n'));
  const one = await dedupe(path, '--threads', '1');
  assert.equal(one.code, 0, one.stderr);
  for (const n of ['2', '4']) assert.equal((await dedupe(path, '--threads', n)).stdout, one.stdout, n);
});

test('no server and no data directory are needed, and none is made', async () => {
  await customers(file('alone.csv', table(',')));
  assert.ok(!existsSync(join(folder, 'leadline-data')));
});

const list = file('wrong.csv', 'a,b\n1,2\n');
for (const args of [[], ['--map', 'a:first'], [list, '--map', 'a'], [list, '--map', 'a:nonsense'], [list, '--map', 'c:first'], [list, '--id', 'c'], [list, '--explain', '1']]) {
  test(`wrong usage: dedupe ${args.map((a) => a.replace(folder, '.')).join(' ')}`, async () => {
    const done = await dedupe(...args);
    assert.equal(done.code, 2, done.stderr);
    assert.equal(done.stdout, '');
  });
}

for (const [name, text] of [['an empty file', ''], ['broken JSON', '{"UserDetails":}\n']]) {
  test(`${name} fails and says why`, async () => {
    const done = await dedupe(file('bad', text));
    assert.equal(done.code, 1);
    assert.equal(done.stdout, '');
    assert.match(done.stderr, /leadline: \S/);
  });
}

test('a file that is not there fails', async () => {
  assert.equal((await dedupe('no-such-file.csv')).code, 1);
});

test('a list of no records gives its header', async () => {
  assert.deepEqual(await customers(file('none.csv', 'email,name\n')), {});
});
