// Matching beside many leads: a match alone, placing with it, what stands in memory, and how long that takes to come.
//
//   node bench/run.mjs match [--leads=1000000]
//
// LEADLINE_BENCH_LEADS names a CSV file of leads to be taken in place of the invented ones.

import { closeSync, openSync, writeSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { build, cpu, drainRate, load, metrics, quick, resident, startServer } from '../lib/measure.mjs';
import { mustRun } from '../../tests/lib/proc.mjs';
import { until } from '../../tests/lib/wait.mjs';
import { nameOf } from '../../tests/lib/leads.mjs';

const asked = process.argv.map((arg) => /^--leads=(\d+)$/.exec(arg)?.[1]).find(Boolean);
const leads = Number(asked ?? (quick ? 20_000 : 100_000));
const arriving = quick ? 10_000 : 30_000;

// Numbers that look like drawn ones, the same in every run.
const mixed = (n) => (Math.imul(n ^ (n >>> 15), 0x9e3779b1) ^ (n * 31)) >>> 0;
const big = (text) => text[0].toUpperCase() + text.slice(1);

// Nearly half the leads are of somebody who came before, and say it otherwise.
function row(i) {
  const known = i > 10 && mixed(i) % 100 < 45;
  const who = known ? mixed(i * 7) % i : i, form = known ? mixed(i) % 4 : 0;
  const first = big(nameOf(mixed(who) % 3000)).slice(0, 6), last = big(nameOf(who + 5000)), company = nameOf(mixed(who) % (leads / 8));
  const mail = form === 3 ? '' : `${first}.${last}${form === 1 ? '+info' : ''}@${company}.example`.toLowerCase();
  const phone = `${4000000 + mixed(who) % 5000000}`;
  return [i + 1, form === 2 ? `${first[0]}.` : first, last, mail, form === 1 ? `030 ${phone}` : `+49 30 ${phone}`, form === 1 ? 'Germany' : 'DE',
    `${big(company)}${form === 2 ? '' : ' GmbH'}`, 'CTO'].join(',');
}

function write(path) {
  const fd = openSync(path, 'w');
  writeSync(fd, 'id,first_name,last_name,email,phone,country,company,title\n');
  for (let i = 0; i < leads; i += 1000)
    writeSync(fd, `${Array.from({ length: Math.min(1000, leads - i) }, (_, k) => row(i + k)).join('\n')}\n`);
  closeSync(fd);
  return path;
}

async function alone(add, file) {
  const one = JSON.parse(await mustRun(join(build, 'bench/match'), [file], { timeout: 1_800_000 }));
  add('one match, once all are known: p99', 'us', one.p99_us, { most: 200 });
  add('one match: median', 'us', one.p50_us);
  add('in memory', 'bytes/lead', one.bytes_a_lead);
}

// The store is filled; receipts wait; a new process has to read all leads before it may place them.
async function placing(add, file) {
  const made = await startServer({ engine: 'sqlite' });
  const { site, paths } = made;
  await made.halt();
  const filling = performance.now();
  await site.ok('import', file, '--offer', 'contoso.analytics-suite');
  add('CSV rows read, matched and placed', 'rows/s', leads / ((performance.now() - filling) / 1000));
  const paused = await startServer({ site, env: { LEADLINE_PLACE_PAUSED: 'true' } });
  await load(paused.port, paths, { count: arriving, connections: 64 });
  await paused.halt();
  const began = performance.now();
  const server = await startServer({ site });
  const placed = async () => (await metrics(server)).leadline_place_leads_total;
  await until(async () => await placed() > 0, { timeout: 600_000, every: 20, what: 'the first lead is placed' });
  add('start to the first lead placed', 's', (performance.now() - began) / 1000);
  const before = cpu(server.pid), from = await placed();
  add('placing with matching', 'leads/s', await drainRate(server, 'leadline_place_leads_total', arriving * 0.9), { least: 5000 });
  add('placing with matching: server CPU', 'us/lead', (cpu(server.pid) - before) / (await placed() - from));
  add('resident', 'MB', resident(server.pid), { most: 500 });
  await server.halt();
  await site.remove();
}

export async function match(report) {
  const note = `${leads} leads, load ${loadavg()[0].toFixed(1)}`;
  const add = (what, unit, value, bar = {}) => report.add({ section: 'match', what, unit, value, note, ...bar });
  const file = process.env.LEADLINE_BENCH_LEADS ?? write(join(build, 'bench-leads.csv'));
  await alone(add, file);
  await placing(add, file);
}
