// A file with a million leads: start, memory at rest, lists, filters and searches.
//
// Making it takes minutes, so it is kept under build/ and made anew when the migrations change.

import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build, load, median, metrics, quick, resident, root, startServer } from '../lib/measure.mjs';
import { freePort } from '../../tests/lib/ports.mjs';
import { Daemon } from '../../tests/lib/proc.mjs';
import { binary, Site } from '../../tests/lib/server.mjs';
import { request } from '../../tests/lib/http.mjs';
import { until } from '../../tests/lib/wait.mjs';

const count = quick ? 100_000 : 1_000_000;

// In pieces, so that the backlog never makes intake yield; the last one ends when all is placed.
async function fill(server) {
  const piece = 25_000;
  for (let sent = 0; sent < count; sent += piece) {
    await load(server.port, server.paths, { count: piece, connections: 64 });
    await until(async () => (await metrics(server)).leadline_place_leads_total >= sent + piece,
      { timeout: 300_000, every: 50, what: 'the leads are placed' });
  }
}

function cacheDir() {
  const hash = createHash('sha256').update(String(count));
  const migrations = join(root, 'src/store/migrations');
  for (const name of readdirSync(migrations).sort()) hash.update(readFileSync(join(migrations, name)));
  for (const name of ['body.c', 'sections/million.mjs']) hash.update(readFileSync(join(root, 'bench', name)));
  return join(build, 'bench-cache', hash.digest('hex').slice(0, 16));
}

async function filledSite() {
  const cache = cacheDir();
  if (!existsSync(cache)) {
    const server = await startServer();
    await fill(server);
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
  const proc = new Daemon(binary, [...site.where, 'serve', '--listen', `127.0.0.1:${port}`], { env: site.env, cwd: site.dir });
  await until(async () => (await request(`http://127.0.0.1:${port}${path}`, { method: 'POST', body })).status === 200,
    { every: 1, what: () => `the first lead is acknowledged\n${proc.log}` });
  const took = performance.now() - began;
  await proc.end();
  return took;
}

const standard = {
  'needs first response': '?response=owed&sort=due',
  overdue: '?response=overdue&sort=due',
  'all, newest first': '',
  trials: '?kind=trial',
  'information only': '?kind=information',
  'test leads': '?test=true',
  unread: '?unread=true',
  closed: '?status=Closed',
};
const other = {
  'one offer': '?offer=contoso.secure-gateway',
  'offer and country': '?offer=contoso.secure-gateway&country=KR',
  'country, oldest first': '?country=CN&sort=received',
  'source and action by due': '?source=AppSource&action=PLT&sort=due',
  'offer by last due': '?offer=contoso.invoice-capture&sort=-due',
  'kind and a time range': `?kind=active&since=${encodeURIComponent('2020-01-01T00:00:00.000Z')}&sort=received`,
  'new ones of a country by due': '?status=New&country=DE&sort=due',
  'a status nobody has': '?status=Active&sort=due',
  'search: a company': '?q=tailspin',
  'search: a common word': '?q=manager',
  'search: Korean, two characters': `?q=${encodeURIComponent('대한')}`,
  'search: one lead': '?q=000777',
  'search: nothing': '?q=zzyzxq',
  'search and filters': '?q=relecloud&country=NG&kind=interest&sort=due',
};

async function lists(report, server) {
  const token = await server.token('viewer');
  const sections = [['views', standard, 5], ['filters', other, 25]];
  for (const [section, queries, most] of sections) {
    for (const [what, query] of Object.entries(queries)) {
      const got = await load(server.port, `/api/v1/leads${query}`,
        { get: true, bearer: token, connections: 1, count: quick ? 100 : 400 });
      report.add({ section, what: `${what}: p99`, unit: 'ms', value: got.p99_ms, most,
        note: `median ${got.p50_ms}${got.ok === got.answered ? '' : `, ${got.answered - got.ok} refused`}` });
    }
  }
}

export async function million(report) {
  const { site, paths } = await filledSite();
  const starts = [];
  for (let i = 0; i < (quick ? 3 : 5); i++) starts.push(await startTime(site, paths[0]));
  const note = `${count.toLocaleString('en')} leads`;
  report.add({ section: 'million', what: 'start to first lead acknowledged', unit: 'ms', value: median(starts), most: 100, note });
  const server = await startServer({ site });
  await pause(2000);
  report.add({ section: 'million', what: 'memory at rest', unit: 'MB', value: resident(server.pid), most: 30, note });
  await lists(report, server);
  report.add({ section: 'million', what: 'memory after the lists', unit: 'MB', value: resident(server.pid), note });
  await server.halt();
  await site.remove();
}
