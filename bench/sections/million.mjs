// A store with a million leads: start, memory at rest, the views, every filter and search in every
// order; the lists on PostgreSQL too, from the same leads.
//
// Making the file takes minutes, so it is kept under build/ and made anew when the migrations change.

import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build, load, measured, median, metrics, quick, resident, root, startServer } from '../lib/measure.mjs';
import { Postgres, sql } from '../../tests/lib/pg.mjs';
import { freePort } from '../../tests/lib/ports.mjs';
import { Daemon } from '../../tests/lib/proc.mjs';
import { binary, Site } from '../../tests/lib/server.mjs';
import { request } from '../../tests/lib/http.mjs';
import { until } from '../../tests/lib/wait.mjs';
import { desk, workOn } from './desk.mjs';

const count = quick ? 100_000 : 1_000_000;
// One more than a fifth: five leads of each, that go round the offers.
const people = count / 5 + 1;

// In pieces, so that the backlog never makes intake yield. Some of a person's are touches of her leads.
async function fill(server) {
  const piece = 25_000;
  let placed = {};
  for (let sent = 0; (placed.leadline_place_leads_total ?? 0) < count; sent += piece) {
    await load(server.port, server.paths, { count: piece, first: sent, people, mark: 'lead', connections: 64 });
    await until(async () => { placed = await metrics(server); return placed.leadline_place_receipts_total >= sent + piece; },
      { timeout: 600_000, every: 50, what: 'the leads are placed' });
  }
}

function cacheDir() {
  const hash = createHash('sha256').update(String(count));
  const migrations = join(root, 'src/store/migrations');
  for (const name of readdirSync(migrations).sort()) hash.update(readFileSync(join(migrations, name)));
  for (const name of ['body.c', 'sections/desk.mjs', 'sections/million.mjs']) hash.update(readFileSync(join(root, 'bench', name)));
  return join(build, 'bench-cache', hash.digest('hex').slice(0, 16));
}

async function filledSite() {
  const cache = cacheDir();
  if (!existsSync(cache)) {
    const server = await startServer();
    await fill(server);
    await workOn(server, count);
    await server.halt();
    rmSync(join(build, 'bench-cache'), { recursive: true, force: true });
    mkdirSync(join(build, 'bench-cache'), { recursive: true });
    writeFileSync(join(server.site.data, 'paths.json'), JSON.stringify(server.paths));
    cpSync(server.site.data, `${cache}.new`, { recursive: true });
    renameSync(`${cache}.new`, cache);
  }
  const site = await Site.make();
  cpSync(cache, site.data, { recursive: true });
  return { site, paths: JSON.parse(readFileSync(join(cache, 'paths.json'), 'utf8')) };
}

// From the start of the process to the first lead acknowledged, in ms.
async function startTime(site, path) {
  const port = await freePort();
  const body = JSON.stringify({ UserDetails: { Email: `start.${process.hrtime.bigint()}@example.com` }, LeadSource: 'AppSource-PLT' });
  const began = performance.now();
  const proc = new Daemon(binary, [...site.where, 'serve', '--listen', `127.0.0.1:${port}`], { env: { ...site.env, LEADLINE_API_PER_MINUTE: '6000000' }, cwd: site.dir });
  await until(async () => (await request(`http://127.0.0.1:${port}${path}`, { method: 'POST', body })).status === 200,
    { every: 1, what: () => `the first lead is acknowledged\n${proc.log}` });
  const took = performance.now() - began;
  await proc.end();
  return took;
}

// What design names a standard view; the order of each is its own.
const standard = {
  'needs first response': '?response=owed&sort=due',
  overdue: '?response=overdue&sort=due',
  unassigned: '?owner=none',
  'warm now': '?response=warm&sort=received',
  'all, newest first': '',
  trials: '?kind=trial',
  'information only': '?kind=information',
  'test leads': '?test=true',
  unread: '?unread=true',
  closed: '?status=Closed',
};
// Each in every order.
const orders = ['-received', 'received', 'due', '-due'];
const word = encodeURIComponent;
const filters = (ends) => ({
  none: '',
  offer: 'offer=contoso.secure-gateway',
  source: 'source=AppSource',
  'a rare source': 'source=SPZA',
  action: 'action=PLT',
  kind: 'kind=interest',
  'a kind without a clock': 'kind=information',
  'status New': 'status=New',
  'status Active': 'status=Active',
  substatus: 'substatus=Won',
  owner: 'owner=0190aaaa-0000-7000-8000-000000000000',
  customer: `customer=${ends.customer}`,
  country: 'country=KR',
  'no such country': 'country=ZW',
  test: 'test=true',
  unread: 'unread=true',
  owed: 'response=owed',
  overdue: 'response=overdue',
  'received lately': `since=${word(ends.last)}`,
  'received at first': `until=${word(ends.first)}`,
  'offer and country': 'offer=contoso.invoice-capture&country=KR',
  'source and action': 'source=AppSource&action=INS',
  'a pair that is not': 'source=TestDrive&action=PLT',
  'kind and country': 'kind=active&country=DE',
  'unread of an offer': 'unread=true&offer=contoso.invoice-capture',
  'owed in a country': 'response=owed&country=CN',
  'search: a company': 'q=tailspin',
  'search: a common word': 'q=manager',
  'search: what all have': 'q=contoso',
  'search: two words': `q=${word('tailspin manager')}`,
  'search: Korean, two characters': `q=${word('서연')}`,
  'search: Chinese, one character': `q=${word('王')}`,
  'search: many ends of numbers': 'q=000777',
  'search: nothing': 'q=zzyzxq',
  'search and country': 'q=relecloud&country=NG',
  'search and kind': 'q=manager&kind=interest',
});

const ask = async (server, token, path) => (await request(server.url(`/api/v1/${path}`), { headers: { Authorization: `Bearer ${token}` } })).json;
const get = async (server, token, query) => (await ask(server, token, `leads?${query}`)).items;

// A range of time that has some leads at either end, and a customer.
async function endsOf(server, token) {
  const newest = await get(server, token, 'limit=200'), oldest = await get(server, token, 'limit=200&sort=received');
  return { customer: newest[0].customer.id, last: newest.at(-1).receivedAt, first: oldest.at(-1).receivedAt };
}

const asked = (server, token, path, times) => measured(server, `Authorization: Bearer ${token}`, `/api/v1/${path}`, times);

const refused = (got) => (got.ok === got.answered ? '' : `, ${got.answered - got.ok} refused`);

async function lists(report, server, engine) {
  const token = await server.token('viewer');
  for (const [what, query] of Object.entries(standard)) {
    const got = await asked(server, token, `leads${query}`, quick ? 100 : 300);
    report.add({ section: 'views', what: `${engine}, ${what}: p99`, unit: 'ms', value: got.p99_ms, most: 5, note: `median ${got.p50_ms}, ${got.cpu_ms.toFixed(2)} CPU${refused(got)}` });
  }
  for (const [what, query] of Object.entries(filters(await endsOf(server, token)))) {
    let worst;
    for (const order of orders) {
      const got = await asked(server, token, `leads?${query}&sort=${order}`, quick ? 20 : 50);
      if (!worst || got.p99_ms > worst.p99_ms || got.ok !== got.answered) worst = { ...got, order };
    }
    report.add({ section: 'filters', what: `${engine}, ${what}: p99 of its slowest order`, unit: 'ms', value: worst.p99_ms, most: 25,
      note: `${worst.order}, median ${worst.p50_ms}, ${worst.cpu_ms.toFixed(2)} CPU${refused(worst)}` });
  }
}

// Every other page that people read, at both ends of the store.
async function pages(report, server, engine) {
  const token = await server.token('seller');
  const [newest] = await get(server, token, 'limit=1'), [oldest] = await get(server, token, 'limit=1&sort=received');
  const [pair] = (await ask(server, token, 'matches?limit=1')).items;
  const [receipt] = (await ask(server, token, 'receipts?limit=1')).items;
  const all = {
    'the newest lead': `leads/${newest.id}`,
    'the oldest lead': `leads/${oldest.id}`,
    'the customer of the newest lead': `customers/${newest.customer.id}`,
    'the customer of the oldest lead': `customers/${oldest.customer.id}`,
    'customers, last heard of first': 'customers',
    'customers, last heard of last': 'customers?sort=last',
    'customers of a country': 'customers?country=KR',
    'customers of no such country': 'customers?country=ZW',
    'customers: a company': 'customers?q=tailspin',
    'customers: two words': `customers?q=${word('tailspin manager')}`,
    'customers: an address': `customers?email=${word(oldest.customer.email)}`,
    'customers: a common word': 'customers?q=manager',
    'customers: a word that all have': 'customers?q=contoso',
    'customers: a word, the oldest first': 'customers?q=tailspin&sort=last',
    'customers: a word and a country': 'customers?q=tailspin&country=KR',
    'customers: many ends of numbers': 'customers?q=000777',
    'customers: Korean, two characters': `customers?q=${word('서연')}`,
    'customers: no such word': 'customers?q=zzyzxq',
    'customers with likely duplicates': 'customers?hasReview=true',
    'customers with likely duplicates in a country': 'customers?hasReview=true&country=KR',
    'customers with likely duplicates in none': 'customers?hasReview=true&country=ZW',
    'likely duplicates': 'matches',
    'a likely duplicate': pair && `matches/${pair.id}`,
    'receipts': 'receipts',
    'receipts in trouble': 'receipts?state=unreadable',
    'a receipt': `receipts/${receipt.id}`,
    'counters': 'counters',
  };
  for (const [what, path] of Object.entries(all).filter(([, path]) => path)) {
    const got = await asked(server, token, path, quick ? 50 : 200);
    report.add({ section: 'pages', what: `${engine}, ${what}: p99`, unit: 'ms', value: got.p99_ms, most: 25, note: `median ${got.p50_ms}, ${got.cpu_ms.toFixed(2)} CPU${refused(got)}` });
  }
}

// The same leads in PostgreSQL; not durable, because nothing is written while lists are measured.
async function onPostgres(report) {
  const { site } = await filledSite();
  const pg = await Postgres.start({ settings: { shared_buffers: '512MB', max_wal_size: '4GB' } });
  await sql(pg.url('postgres'), "CREATE DATABASE leads TEMPLATE template0 ENCODING 'UTF8'");
  const moved = await site.cli(['move', '--to', pg.url('leads')], { timeout: 900_000 });
  if (moved.code !== 0) throw new Error(moved.stderr);
  await sql(pg.url('leads'), 'VACUUM ANALYZE');
  site.db = pg.url('leads');
  const server = await startServer({ site });
  server.postmaster = pg.proc.pid;
  await lists(report, server, 'PostgreSQL');
  await pages(report, server, 'PostgreSQL');
  await desk(report, server, 'PostgreSQL');
  await server.halt();
  await pg.stop();
}

// A server that has nothing to do and nothing to remember.
async function atRest(report) {
  const server = await startServer();
  await pause(2000);
  report.add({ section: 'million', what: 'memory at rest, an empty store', unit: 'MB', value: resident(server.pid), most: 30 });
  await server.stop();
}

export async function million(report) {
  await atRest(report);
  const { site, paths } = await filledSite();
  const starts = [];
  for (let i = 0; i < (quick ? 3 : 5); i++) starts.push(await startTime(site, paths[0]));
  const note = `${count.toLocaleString('en')} leads`;
  report.add({ section: 'million', what: 'start to first lead acknowledged', unit: 'ms', value: median(starts), most: 100, note });
  const server = await startServer({ site });
  await pause(2000); // it has begun by then
  await until(async () => (await metrics(server)).leadline_match_warming === 0, { timeout: 120_000, what: 'matching knows all leads' });
  report.add({ section: 'million', what: 'memory at rest', unit: 'MB', value: resident(server.pid), most: 500, note: `${note}, all remembered for matching` });
  await lists(report, server, 'SQLite');
  await pages(report, server, 'SQLite');
  await desk(report, server, 'SQLite');
  report.add({ section: 'million', what: 'memory after the lists', unit: 'MB', value: resident(server.pid), note });
  await server.halt();
  await site.remove();
  await onPostgres(report);
}
