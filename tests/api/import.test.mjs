// `leadline import`: files of rows in, beside a server and without one.

import { lead, nameOf } from '../lib/leads.mjs';
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { binary, engine, Site } from '../lib/server.mjs';
import { sql } from '../lib/pg.mjs';
import { run } from '../lib/proc.mjs';
import { serving, using } from '../lib/serving.mjs';
import { bytes, query } from '../lib/store.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();
const path = await server.offer('contoso.crm', '--title', 'Contoso CRM');
const file = (name, content, site = server.site) => {
  writeFileSync(join(site.dir, name), content);
  return join(site.dir, name);
};
const imported = async (...args) => (await server.okJson('import', ...args)).items;
const one = async (...args) => (await imported(...args))[0];
const rows = (item) => {
  const { read, total, test: tests, ...outcomes } = item.rows;
  return Object.fromEntries(Object.entries(outcomes).filter(([, n]) => n));
};
const leadsOf = async (words) => (await server.get(`/leads?q=${encodeURIComponent(words)}&limit=500`)).items;
const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

const header = 'Lead ID,First name,Last name,Email,Phone,Customer Country/Region,Company,Job title,Lead source,Call to action,Offer name,Creation date,Status,Sub status';
const id = (n) => `a1b2c3d4-1111-2222-3333-${String(n).padStart(12, '0')}`;
const line = (n, { word = 'herring', date = '2026-01-05', status = 'New,Received', cta = 'Contact me' } = {}) =>
  `${id(n)},${nameOf(n)},${word},anna${n}@${word}.example,+49 30 1234${String(n).padStart(4, '0')},Germany,${word} GmbH,CTO,AppSource,${cta},Contoso CRM,${date},${status}`;

test('a row is a lead like any other, with its own date and status', async () => {
  const done = await one(file('first.csv', `${header}\n${line(1)}\n${line(2, { status: 'Active,Accepted', cta: 'Get it now' })}\n`));
  assert.deepEqual(rows(done), { new: 2 });
  assert.equal(done.about.dialect, 'partner-center-leads');
  assert.equal(done.state, 'done');
  const got = await leadsOf('herring');
  assert.equal(got.length, 2);
  const [first, second] = got.sort((a, b) => (a.customer.email < b.customer.email ? -1 : 1));
  assert.equal(first.receivedAt, '2026-01-05T00:00:00.000Z');
  assert.deepEqual([first.kind, first.action, first.status], ['interest', 'PLT', 'New']);
  assert.deepEqual([second.action, second.status, second.substatus], ['INS', 'Active', 'Accepted']);
  assert.equal(first.customer.country, 'DE');
  assert.equal(first.customer.phone, '+493012340001');
  assert.equal(first.firstResponse.dueAt, null, 'the past owes no answer');
  assert.equal(first.unread, false, 'the past is no news');
  const whole = await server.get(`/leads/${first.id}`);
  assert.equal(whole.asReceived.email, 'anna1@herring.example');
  assert.ok(whole.understanding.some((n) => n.rule === 'body.row'));
  assert.ok(whole.understanding.some((n) => n.field === 'email' && n.from === 'Email'));
});

test('the same file twice, and overlapping files', async () => {
  const lines = (from, to) => `${header}\n${Array.from({ length: to - from }, (_, i) => line(from + i, { word: 'sprat' })).join('\n')}\n`;
  const a = file('a.csv', lines(100, 160));
  assert.deepEqual(rows(await one(a)), { new: 60 });
  assert.deepEqual(rows(await one(a)), { known: 60 });
  const [b, c] = await imported(file('b.csv', lines(140, 180)), file('c.csv', lines(170, 190)));
  assert.deepEqual(rows(b), { new: 20, known: 20 });
  assert.deepEqual(rows(c), { new: 10, known: 10 });
  assert.equal((await leadsOf('sprat')).length, 90);
  const twice = file('twice.csv', `${header}\n${line(500, { word: 'twice' })}\n${line(500, { word: 'twice' })}\n`);
  assert.deepEqual(rows(await one(twice, '--dry-run')), { new: 1, known: 1 });
  assert.deepEqual(rows(await one(twice)), { new: 1, known: 1 });
});

test('a dry run says the same and writes nothing', async () => {
  const name = file('dry.csv', `${header}\n${line(200, { word: 'dryfish' })}\n,,,,,,,,,,,,,\n,,,,,,,CTO,,,Nothing Known,,,\n`);
  const before = (await server.okJson('import', 'list')).items.length;
  const done = await one(name, '--dry-run');
  assert.deepEqual(rows(done), { new: 1, refused: 1, ignored: 1 });
  assert.equal(done.id, null);
  assert.equal((await server.okJson('import', 'list')).items.length, before);
  assert.deepEqual(await leadsOf('dryfish'), []);
  assert.deepEqual(rows(await one(name)), rows(done));
});

test('status moves forward; what went backwards is told and not taken over', async () => {
  const row = (status) => file('status.csv', `${header}\n${line(300, { word: 'turbot', status })}\n`);
  const status = async () => { const [l] = await leadsOf('turbot'); return `${l.status} ${l.substatus}`; };
  await one(row('New,Received'));
  assert.deepEqual(rows(await one(row('Active,Accepted'))), { changed: 1 });
  assert.equal(await status(), 'Active Accepted');
  assert.deepEqual(rows(await one(row('Active,Accepted'))), { known: 1 }, 'it is known by now');
  const back = await one(row('New,Received'));
  assert.deepEqual(rows(back), { changed: 1 });
  assert.equal(await status(), 'Active Accepted');
  const shown = await server.okJson('import', 'show', back.id);
  assert.match(shown.told[0].problem, /Status: "Active" → "New"|stays so/);
  assert.match(shown.told[0].problem, /the file says New \(Received\)/);
});

test('do not contact stays, whatever a later file says', async () => {
  const row = (dnc) => file('dnc.csv', `Lead ID,Email,Lead source,Do not contact\n${id(310)},dnc@plaice.example,AppSource-PLT|contoso.crm,${dnc}\n`);
  await one(row('yes'));
  assert.equal((await leadsOf('plaice'))[0].doNotContact, true);
  assert.deepEqual(rows(await one(row('no'))), { changed: 1 });
  assert.equal((await leadsOf('plaice'))[0].doNotContact, true);
});

const iconv = (text, to) => new Promise((done) => {
  const p = spawn('iconv', ['-f', 'UTF-8', '-t', to]);
  const parts = [];
  p.stdout.on('data', (x) => parts.push(x));
  p.on('close', () => done(Buffer.concat(parts)));
  p.stdin.end(text);
});

test('each encoding and delimiter, and headers in three languages', async () => {
  const ko = '이름,성,이메일,국가,회사,리드 소스\n민준,김,minjun@dorado.example,대한민국,한빛소프트,AppSource-PLT|contoso.crm\n';
  const zh = '名字;姓氏;电子邮件;国家/地区;公司;潜在客户来源\n伟;王;wei@dorado.example;中国;华为技术有限公司;AppSource-PLT|contoso.crm\n';
  const cases = [['ko-utf8.csv', Buffer.from(`\ufeff${ko}`), 'minjun', '한빛소프트'], ['ko-949.csv', await iconv(ko, 'CP949'), 'minjun', '한빛소프트'],
    ['ko-16.csv', Buffer.from(`\ufeff${ko}`, 'utf16le'), 'minjun', '한빛소프트'], ['zh-18030.csv', await iconv(zh, 'GB18030'), 'wei', '华为技术有限公司'],
    ['zh-utf8.csv', Buffer.from(zh), 'wei', '华为技术有限公司']];
  for (const [name, bytes, who, company] of cases) {
    const done = await one(file(name, bytes), '--dry-run');
    assert.deepEqual(rows(done), ['ko-utf8.csv', 'zh-18030.csv'].includes(name) ? { new: 1 } : { known: 1 }, `${name}: ${JSON.stringify(done.about)}`);
    const columns = Object.fromEntries(done.about.columns.map((c) => [c.field, c.name]));
    assert.ok(columns.email && columns.company && columns.country && columns.leadSource, name);
    await one(file(name, bytes));
    const [l] = await leadsOf(`${who} dorado`);
    assert.equal(l.customer.company, company, name);
  }
  assert.equal((await leadsOf('dorado')).length, 2, 'the same rows in other encodings are known');
});

test('more encodings: Chinese, Japanese and European ones', async () => {
  const names = 'First name,Last name,Email,Company,Lead source\n';
  const many = (row, n) => Array.from({ length: n }, (_, i) => row(i)).join('');
  for (const [name, encoding, text, company] of [
    ['big5', 'BIG5', `名字,姓氏,電子郵件,公司,潛在客戶來源\n${many((i) => `怡君,陳,yijun${i}@big5.example,台灣積體電路製造股份有限公司,AppSource-PLT|contoso.crm\n`, 3)}`, '台灣積體電路製造股份有限公司'],
    ['sjis', 'SHIFT_JIS', `名,姓,メールアドレス,会社名,Lead source\n${many((i) => `花子,山田,hanako${i}@sjis.example,株式会社ひまわり商事,AppSource-PLT|contoso.crm\n`, 3)}`, '株式会社ひまわり商事'],
    ['w1252', 'WINDOWS-1252', `${names}${many((i) => `Zoë,Müller,zoe${i}@wwest.example,Käse & Söhne GmbH,AppSource-PLT|contoso.crm\n`, 3)}`, 'Käse & Söhne GmbH'],
    ['w1250', 'WINDOWS-1250', `Jméno,Příjmení,Email,Společnost,Lead source\n${many((i) => `Jiří,Dvořák,jiri${i}@wmid.example,Žižkovské pekařství,AppSource-PLT|contoso.crm\n`, 3)}`, 'Žižkovské pekařství'],
    ['w1251', 'WINDOWS-1251', `Имя,Фамилия,Email,Компания,Lead source\n${many((i) => `Ольга,Смирнова,olga${i}@weast.example,Северное сияние,AppSource-PLT|contoso.crm\n`, 3)}`, 'Северное сияние'],
    ['w1253', 'WINDOWS-1253', `Όνομα,Επώνυμο,Email,Εταιρεία,Lead source\n${many((i) => `Ελένη,Παπαδοπούλου,eleni${i}@wgreek.example,Ηλιακή Ενέργεια,AppSource-PLT|contoso.crm\n`, 3)}`, 'Ηλιακή Ενέργεια'],
  ]) {
    const done = await one(file(`${name}.csv`, await iconv(text, encoding)));
    assert.deepEqual(rows(done), { new: 3 }, `${name}: ${JSON.stringify(done.about)}`);
    const found = await leadsOf(text.match(/\w+0@(\w+)/)[1]);
    assert.deepEqual(found.map((l) => l.customer.company), [company, company, company], `${name}: ${done.about.encoding}`);
  }
  const be = Buffer.from(`\ufeff${names}Bo,Big,bo@utfbe.example,Größe,AppSource-PLT|contoso.crm\n`, 'utf16le').swap16();
  await one(file('utf16be.csv', be));
  assert.equal((await leadsOf('utfbe'))[0].customer.company, 'Größe');
});

test('NDJSON, JSON and Azure Table rows', async () => {
  const body = (n) => ({ UserDetails: { FirstName: ['', 'Otto', 'Berta', 'Ines', 'Dora'][n], LastName: 'Conger', Email: `n${n}@conger.example`, Country: 'KR' }, LeadSource: 'AppSource-PLT|contoso.crm', ActionCode: 'PLT', OfferTitle: 'Contoso CRM' });
  assert.deepEqual(rows(await one(file('l.ndjson', `${JSON.stringify(body(1))}\n{"broken"\n${JSON.stringify(body(2))}\n`))), { new: 2, refused: 1 });
  assert.deepEqual(rows(await one(file('l.json', JSON.stringify({ value: [body(3), body(4)] })))), { new: 2 });
  const azure = 'PartitionKey,RowKey,Timestamp,ProductId,LeadSource,ActionCode,PublisherDisplayName,OfferDisplayName,CreatedTime,Description,CustomerInfo\n'
    + `1,2,2026-02-02T00:00:00Z,crm,AppSource-PLT|contoso.crm,PLT,Contoso,Contoso CRM,2026-02-01T10:00:00Z,hi,"${JSON.stringify({ FirstName: 'A', LastName: 'Conger', Email: 'a@conger.example' }).replaceAll('"', '""')}"\n`;
  assert.deepEqual(rows(await one(file('azure.csv', azure))), { new: 1 });
  const found = await leadsOf('conger');
  assert.equal(found.length, 5);
  assert.ok(found.some((l) => l.receivedAt === '2026-02-01T10:00:00.000Z'), 'the time of the table row');
});

test('what cannot be taken is told by row, line and remedy', async () => {
  const name = file('bad.csv', `${header}\n${line(600, { word: 'goby' })}\n,,,,,,,,AppSource,,Unheard Of,,,\n"${id(601)}",Multi,"go\nby",m@goby.example,,,,,AppSource,,Contoso CRM,31st of May,Odd,\n`);
  const report = join(server.site.dir, 'report.csv');
  assert.deepEqual(rows(await one(name, '--report', report)), { new: 2, refused: 1 });
  const text = readFileSync(report, 'utf8');
  assert.match(text, /^\ufefffile,row,line,outcome,problem,receipt\r\n/);
  assert.match(text, /bad\.csv,2,3,refused,"contoso has no offer ""Unheard Of"": add it/);
  assert.match(text, /bad\.csv,3,4,new,"""31st of May"" is no date/);
  assert.equal(text.trim().split('\r\n').length, 4);
  const none = await server.cli(['import', file('none.csv', `${header}\n,,,,,,,,AppSource,,Unheard Of,,,\n`)]);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /no row could be imported/);
});

test('the offer of rows that name none, columns said outright, wrong usage', async () => {
  const name = file('list.csv', 'Wer,Adresse\nAnna Meyer,a@ling.example\n');
  assert.equal((await server.cli(['import', name])).code, 1);
  const done = await one(name, '--offer', 'contoso.crm', '--map', 'Wer:fullName,Adresse:email');
  assert.deepEqual(rows(done), { new: 1 });
  const [l] = await leadsOf('ling');
  assert.deepEqual([l.customer.firstName, l.customer.lastName, l.firstResponse.dueAt], ['Anna', 'Meyer', null]);
  for (const [args, code] of [[['--map', 'Nix:email'], 1], [['--map', 'Wer:nix'], 1], [['--delimiter', 'ab'], 2], [['--publisher', 'nobody'], 1],
    [['--offer', 'contoso.nothing'], 1], [['--offer', 'nodot'], 2], [['--offer', 'contoso.crm', '--publisher', 'fabrikam'], 2]]) {
    assert.equal((await server.cli(['import', name, ...args])).code, code, args.join(' '));
  }
  assert.equal((await server.cli(['import'])).code, 2);
  assert.equal((await server.cli(['import', join(server.site.dir, 'missing.csv')])).code, 1);
  assert.equal((await server.cli(['import', file('empty.csv', '')])).code, 1);
});

test('the clocks of Partner Center, and test leads', async () => {
  const ages = [400, 160, 20, 10, 1].map((ago, i) => line(700 + i, { word: 'wrasse', date: day(ago) }));
  const probe = line(710, { word: 'wrasse', date: day(1) }).replace(nameOf(710), 'MSFT_TEST_1');
  const done = await one(file('clocks.csv', `${header}\n${ages.join('\n')}\n${probe}\n`));
  assert.deepEqual(done.partnerCenter, { archived: 1, archivesSoon: 1, expired: 3, expiresSoon: 1 });
  assert.equal(done.rows.test, 1);
  assert.equal((await leadsOf('wrasse')).length, 5, 'tests are not among the leads');
});

test('nothing is delivered unless asked for', async () => {
  await server.ok('destination', 'add', 'contoso', 'https', 'url=https://127.0.0.1:9/x', 'allowPrivate=true');
  await until(async () => (await server.get('/destinations')).items.length === 1, { what: 'the destination is known' });
  const count = async () => (await server.get('/deliveries?limit=500')).items.length;
  const before = await count();
  await one(file('quiet.csv', `${header}\n${line(800, { word: 'bream' })}\n`));
  assert.equal(await count(), before);
  const live = file('loud.csv', `${header}\n${line(801, { word: 'bream' })}\n`);
  await server.ok('import', live, '--deliver');
  await until(async () => await count() === before + 1, { what: 'it is owed' });
});

test('a lead that arrives joins the customer of an imported one', async () => {
  await one(file('old.csv', `${header}\n${line(900, { word: 'gurnard' })}\n`));
  const live = await server.lead(path, { UserDetails: { FirstName: nameOf(900), LastName: 'gurnard', Email: 'anna900@gurnard.example' }, LeadSource: 'AppSource-PLT|contoso.crm' });
  const [a, b] = await leadsOf('gurnard');
  assert.equal(a.customer.id, b.customer.id);
  assert.ok(live.firstResponse.dueAt, 'a clock runs for the one that arrived');
});

test('without a server, killed in the middle, and again: nothing twice', { timeout: 180_000 }, async () => {
  const site = await using((async () => { const s = await Site.make(); s.stop = () => s.remove(); return s; })());
  await site.ok('offer', 'add', 'contoso.crm', '--title', 'Contoso CRM');
  const n = 5001; // one more than Partner Center puts into a file
  const name = file('many.csv', `${header}\n${Array.from({ length: n }, (_, i) => line(i, { word: 'cod' })).join('\n')}\n`, site);
  const child = spawn(binary, [...site.where, 'import', name], { env: site.env, stdio: 'ignore' });
  const ended = new Promise((done) => { child.on('close', done); });
  await until(async () => {
    const { items } = await site.okJson('import', 'list');
    return child.exitCode !== null || items[0]?.rows.new >= 1000;
  }, { what: 'some rows are there', timeout: 60_000 });
  child.kill('SIGKILL');
  await ended;
  const [again] = (await site.okJson('import', name)).items;
  assert.equal(again.rows.new + again.rows.known, n);
  assert.ok(again.rows.known >= 500, 'what was stored before is known');
  const all = (await site.ok('export', 'leads', '--format', 'ndjson')).split('\n').map((l) => JSON.parse(l));
  assert.equal(all.length, n, `${engine}`);
  assert.equal(new Set(all.map((l) => l.email)).size, n);
});

// Every table that an import writes to, row by row; what is counted down to nothing is nothing.
const tables = {
  receipt: '*', lead: '*', touch: '*', customer: '*', customer_override: '*', delivery: '*', match_pair: '*',
  counter: "publisher_id, name, n FROM counter WHERE n <> 0 --",
};
const inStore = async (site, text) => (engine === 'sqlite' ? (await run('sqlite3', [site.db.slice('sqlite:'.length), '.mode quote', text])).stdout : sql(site.db, text));
async function dump(site) {
  const all = {};
  // When a lead was changed last only goes up: also by an undo, which is a change.
  await inStore(site, 'UPDATE lead SET updated_seq = NULL');
  const words = engine === 'sqlite' ? 'term, doc FROM lead_word' : 'seq, tokens FROM lead_search';
  for (const [table, what] of Object.entries({ ...tables, words: `${words} --` })) {
    const text = `SELECT ${what} FROM ${table}`.replace(/ --.*/, '');
    all[table] = (await inStore(site, text)).trim().split('\n').sort();
  }
  return all;
}
async function alone() {
  const site = await using((async () => { const s = await Site.make(); s.stop = () => s.remove(); return s; })());
  await site.ok('offer', 'add', 'contoso.crm', '--title', 'Contoso CRM');
  return site;
}
const importOn = async (site, ...args) => (await site.okJson('import', ...args)).items[0];

test('undo leaves no trace', async () => {
  const site = await alone();
  const soon = new Date(Date.now() - 60_000).toISOString();
  const kept = `${header}\n${line(1, { date: soon })}\n${line(2)}\n`;
  await importOn(site, file('kept.csv', kept, site));
  const before = await dump(site);
  assert.equal(before.lead.length, 2);
  const rowsOf = [
    line(1, { date: '2025-03-04' }).replace(id(1), id(51)).replace('CTO', 'Chair'), // another lead of a customer that was there
    line(1, { date: new Date(Date.now() - 30_000).toISOString() }).replace(id(1), id(52)), // one more touch of a lead that was there
    line(53), line(53).replace(id(53), id(54)), // a customer of its own, twice
    line(55, { date: soon }).replace(nameOf(55), 'MSFT_TEST_55'),
    ...Array.from({ length: 450 }, (_, i) => line(1000 + i, { word: 'whiting' })),
  ];
  const done = await importOn(site, file('gone.csv', `${header}\n${rowsOf.join('\n')}\n`, site));
  assert.equal(done.rows.new, rowsOf.length);
  assert.notDeepEqual((await dump(site)).customer, before.customer);
  await site.ok('import', 'undo', done.id);
  const after = await dump(site);
  for (const table of Object.keys(before)) assert.deepEqual(after[table], before[table], table);
  const listed = (await site.okJson('import', 'list')).items.find((i) => i.id === done.id);
  assert.equal(listed.state, 'undone');
  assert.equal((await site.cli(['import', 'undo', done.id])).code, 1);
  assert.equal((await importOn(site, join(site.dir, 'gone.csv'))).rows.new, rowsOf.length, 'it can be imported again');
});

test('undo parts customers that the leads of the import have joined', async () => {
  const who = { FirstName: 'Anna', LastName: 'Meyer', Country: 'DE', Company: '', Title: '', Email: '', Phone: '' };
  const a = await server.lead(path, lead({ Description: 'a' }, { ...who, Email: 'anna.meyer@acme.de', Company: 'Acme GmbH' }));
  const b = await server.lead(path, lead({ Description: 'b' }, { ...who, Phone: '+4930901820' }));
  assert.notEqual(a.customer.id, b.customer.id);
  const customer = async (l) => {
    const { history, matches, ...rest } = await server.get(`/customers/${l.customer.id}`);
    return rest;
  };
  const before = [await customer(a), await customer(b)];
  const done = await one(file('joined.csv', `${header}\n${id(990)},Anna,Meyer,anna.meyer@acme.de,+49 30 901820,Germany,Acme,,AppSource,Get it now,Contoso CRM,2026-02-05,New,Received\n`));
  assert.equal((await customer(b)).id, (await customer(a)).id);
  await server.site.ok('import', 'undo', done.id);
  assert.deepEqual([await customer(a), await customer(b)], before);
});

test('undo gives back what an import has changed, the newest first', async () => {
  const site = await alone();
  const row = (status) => file('status.csv', `${header}\n${line(1, { status })}\n`, site);
  const first = await importOn(site, row('New,Received'));
  const before = await dump(site);
  const second = await importOn(site, row('Active,Accepted'));
  const refused = await site.cli(['import', 'undo', first.id]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /changed by a later import/);
  await site.ok('import', 'undo', second.id);
  const after = await dump(site);
  for (const table of Object.keys(before)) assert.deepEqual(after[table], before[table], table);
  await site.ok('import', 'undo', first.id);
  assert.deepEqual((await dump(site)).lead, ['']);
  assert.deepEqual((await dump(site)).customer, ['']);
});

test('undo leaves what people decided since', async () => {
  const email = 'since@dory.example';
  const found = async () => (await leadsOf('dory'))[0];
  const row = (name, dnc) => file(name, `Lead ID,Email,Lead source,Do not contact\n${id(320)},${email},AppSource-PLT|contoso.crm,${dnc}\n`);
  await one(row('dory.csv', 'no'));
  const only = await one(row('dory-dnc.csv', 'yes'));
  const lead = await found();
  await server.expect(200, 'POST', `/leads/${lead.id}/accept`, { json: {} });
  await server.expect(200, 'POST', `/leads/${lead.id}/win`, { json: {} });
  await server.site.ok('import', 'undo', only.id);
  assert.deepEqual([(await found()).substatus, (await found()).doNotContact], ['Won', false], 'only what the import had moved');

  const status = (value) => file('gar.csv', `${header}\n${line(321, { word: 'garfish', status: value })}\n`);
  await one(status('New,Received'));
  const expired = await one(status('Closed,Expired'));
  const [closed] = await leadsOf('garfish');
  assert.equal(closed.substatus, 'Expired');
  await server.expect(200, 'POST', `/leads/${closed.id}/decline`, { json: { reason: 'other', note: 'not ours' } });
  const refused = await server.cli(['import', 'undo', expired.id]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /another status since/);
  assert.equal((await leadsOf('garfish'))[0].substatus, 'Declined');
});

test('undo gives the clock back that an accepted lead had, and none to one that a file said was under way', async () => {
  const status = (n, value) => file('goby.csv', `${header}\n${line(n, { word: `goby${n}`, status: value, date: new Date().toISOString() })}\n`);
  const clocks = async (n) => {
    const [l] = await leadsOf(`goby${n}`);
    const where = `lead_id = ${bytes(server.site.db, l.id.replaceAll('-', ''))}`;
    const of = async (text) => (await query(server.site.db, text)).trim();
    return [l.status, await of(`SELECT CASE WHEN due_sort < 4102444800000 THEN 1 ELSE 0 END FROM lead WHERE ${where}`), await of(`SELECT count(*) FROM lead_watch WHERE ${where}`)];
  };
  await one(status(330, 'New,Received'));
  await server.expect(200, 'POST', `/leads/${(await leadsOf('goby330'))[0].id}/accept`, { json: {} });
  await one(status(331, 'Active,Accepted'));
  const before = [await clocks(330), await clocks(331)];
  assert.deepEqual(before, [['Active', '1', '1'], ['Active', '0', '0']]);
  for (const n of [330, 331]) {
    const done = await one(status(n, 'Closed,Won'));
    assert.deepEqual(await clocks(n), ['Closed', '0', '0']);
    await server.site.ok('import', 'undo', done.id);
  }
  assert.deepEqual([await clocks(330), await clocks(331)], before);
});

test('what the clock has closed is no word against a decision', async () => {
  const status = (value) => file('sculpin.csv', `${header}\n${line(322, { word: 'sculpin', status: value })}\n`);
  const now = async () => { const [l] = await leadsOf('sculpin'); return `${l.status} ${l.substatus}`; };
  await one(status('New,Received'));
  for (const [told, is] of [['Closed,Expired', 'Closed Expired'], ['New,Received', 'Closed Expired'], ['Active,Accepted', 'Active Accepted'],
    ['Closed,Expired', 'Active Accepted'], ['Closed,Won', 'Closed Won'], ['Active,Accepted', 'Closed Won']]) {
    const done = await one(status(told));
    assert.equal(await now(), is, `${told}: ${JSON.stringify(rows(done))}`);
  }
});

test('undo is refused when a lead was delivered or joined since', async () => {
  const done = await one(file('joined.csv', `${header}\n${line(950, { word: 'tench', date: new Date(Date.now() - 1000).toISOString() })}\n`));
  await server.take(path, { UserDetails: { FirstName: nameOf(950), LastName: 'tench', Email: 'anna950@tench.example' }, LeadSource: 'AppSource-PLT|contoso.crm' });
  const refused = await server.cli(['import', 'undo', done.id]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /was joined by messages that came otherwise/);
  assert.equal((await leadsOf('tench')).length, 1, 'nothing went');
});

test('the round trip: a downloaded file comes back with our edits and nothing else', async () => {
  const site = server.site;
  const quirky = (n, status) => `${id(n)}, "${nameOf(n)}" ,"Tench ""the"" ${n}",t${n}@burbot.example,,"Deutschland",Burbot;Co,,AppSource,Contact me,Contoso CRM,2026-01-05,${status}`;
  const rowsOf = (status) => [quirky(9501, 'New,Received'), quirky(9502, '"New",Received'), quirky(9503, status), '', quirky(9504, status), ',,,,,,,,,,,,,'];
  const before = `\ufeff${header}\r\n${rowsOf('New,"Received"').join('\r\n')}\r\n`;
  const name = file('burbot.csv', before);
  await one(name);
  const same = await server.cli(['export', 'leads', '--like', name]);
  assert.equal(same.code, 0, same.stderr);
  const kept = before.replace('\r\n\r\n', '\r\n'); // blank lines are no rows
  assert.equal(same.stdout.replace(/^\ufeff/, ''), kept.replace(/^\ufeff/, ''), 'nothing was edited');
  await one(file('edited.csv', `${header}\n${quirky(9503, 'Closed,Won')}\n${quirky(9504, 'Active,Accepted')}\n`));
  const out = join(site.dir, 'back.csv');
  const done = await server.cli(['export', 'leads', '--like', name, '--out', out]);
  assert.match(done.stderr, /5 rows, 2 edited, 1 of no lead/);
  const want = kept.replace(`${quirky(9503, 'New,"Received"')}`, quirky(9503, 'Closed,"Won"')).replace(`${quirky(9504, 'New,"Received"')}`, quirky(9504, 'Active,"Accepted"'));
  assert.equal(readFileSync(out, 'utf8'), want);
  symlinkSync(name, join(site.dir, 'other-name.csv'));
  for (const over of [name, join(site.dir, 'other-name.csv')]) {
    const refused = await server.cli(['export', 'leads', '--like', name, '--out', over]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /would write over/);
  }
  assert.equal(readFileSync(name, 'utf8'), before, 'the file that is read stays as it is');
});

test('the round trip: files of 1,000 rows, each with the header; and what cannot be given back', async () => {
  const n = 2001;
  const name = file('thousands.csv', `${header}\n${Array.from({ length: n }, (_, i) => line(7000 + i, { word: 'asp' })).join('\n')}\n`);
  await one(name);
  const wanted = readFileSync(name, 'utf8').slice(header.length + 1).split('\n');
  const out = join(server.site.dir, 'asp.csv');
  assert.equal((await server.cli(['export', 'leads', '--like', name, '--out', out])).code, 0);
  const files = [out, out.replace('.csv', '-2.csv'), out.replace('.csv', '-3.csv')].map((f) => readFileSync(f, 'utf8'));
  assert.deepEqual(files.map((f) => f.trim().split('\n').length), [1001, 1001, 2]);
  assert.ok(files.every((f) => f.startsWith(`${header}\n`)));
  const given = files.map((f) => f.slice(header.length + 1)).join('').split('\n');
  assert.deepEqual(given.filter((text, i) => text !== wanted[i]), []);
  assert.equal(given.length, wanted.length);
  const wide = await server.cli(['export', 'leads', '--like', file('wide.csv', Buffer.from(`\ufeff${header}\n${line(1)}\n`, 'utf16le'))]);
  assert.equal(wide.code, 1);
  assert.match(wide.stderr, /Only CSV in UTF-8/);
  assert.equal((await server.cli(['export', 'customers', '--like', name])).code, 2);
  assert.equal((await server.cli(['export', 'leads'])).code, 2);
});
