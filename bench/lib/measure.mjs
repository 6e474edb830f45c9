// What every section measures with: the load generator, the reference, the server, and /proc.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Daemon, mustRun } from '../../tests/lib/proc.mjs';
import { Server, Site } from '../../tests/lib/server.mjs';
import { request } from '../../tests/lib/http.mjs';
import { tempDir } from '../../tests/lib/temp.mjs';
import { until } from '../../tests/lib/wait.mjs';

export const root = resolve(fileURLToPath(import.meta.url), '../../..');
export const build = join(root, 'build');
export const quick = process.argv.includes('--quick') || Boolean(process.env.QUICK);
export const offers = ['analytics-suite', 'secure-gateway', 'field-service-pro', 'invoice-capture'].map((o) => `contoso.${o}`);

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']));

export const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
export const medianOf = (list, key) => median(list.map((item) => item[key]));

// Environment of a process whose syncs take a millisecond longer.
export const slowSync = { LD_PRELOAD: join(build, 'bench/slowsync.so'), SLOWSYNC_US: '1000' };

// User and system time of a process in microseconds. The command name may hold blanks and brackets,
// so fields are counted from its last bracket.
export function cpu(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * (1e6 / ticksPerSecond);
}

// Resident memory in MB.
export const resident = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) / 1024;

// Runs the load generator. Answers its figures and, with a pid, the CPU the process spent per answer.
export async function load(port, paths, options = {}, pid) {
  const flags = Object.entries({ seconds: quick ? 1 : 3, warmup: quick ? 0.3 : 1, ...options })
    .filter(([, value]) => value !== undefined && value !== false)
    .flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, String(value)]));
  const before = pid ? cpu(pid) : 0;
  const out = await mustRun(join(build, 'bench/load'), ['--port', String(port), ...flags, ...[paths].flat()], { timeout: 900_000 });
  const result = JSON.parse(out);
  if (pid) result.cpu = (cpu(pid) - before) / Math.max(result.answered, 1);
  return result;
}

// As cpu(), to the nanosecond, of the threads that a process has; by ticks where the kernel keeps no such account.
function ran(pid) {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'latin1').split(' ')[0]));
    return threads.reduce((sum, ns) => sum + ns, 0) / 1000;
  } catch {
    return cpu(pid);
  }
}

// CPU of the server, and of the processes of its PostgreSQL when server.postmaster says which that is.
function spent(server) {
  const parent = (pid) => { try { return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]); } catch { return 0; } };
  const backends = server.postmaster ? readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parent(name) === server.postmaster) : [];
  return [server.pid, ...backends].reduce((sum, pid) => { try { return sum + ran(pid); } catch { return sum; } }, 0);
}

// GETs a page again and again over one connection; header says who asks. cpu_ms: of each answer, which a busy machine
// leaves alone.
export async function measured(server, header, path, count = quick ? 50 : 200) {
  const before = spent(server);
  const got = await load(server.port, path, { get: true, header, connections: 1, count, warmup: 0.05 });
  return { ...got, cpu_ms: (spent(server) - before) / 1000 / Math.max(got.answered, 1) };
}

// The bare program, on a file of its own.
export class Reference {
  static async start(env = {}) {
    const reference = new Reference();
    const file = join(tempDir('reference'), 'reference.db');
    reference.proc = new Daemon(join(build, 'bench/reference'), [file], { env: { ...process.env, ...env } });
    await until(() => /listening (\d+)/.test(reference.proc.log), { what: 'the reference listens' });
    reference.port = Number(/listening (\d+)/.exec(reference.proc.log)[1]);
    reference.paths = ['/in/reference'];
    return reference;
  }

  get pid() { return this.proc.pid; }

  stop() { return this.proc.end('SIGTERM'); }
}

// A server with four offers; `paths` are their intake addresses. env is for this start only: another
// start on the same site begins without it.
export async function startServer({ site, engine, env } = {}) {
  // One token asks for everybody here.
  const server = await Server.start({ site: site ?? await Site.make({ engine }), env: { LEADLINE_API_PER_MINUTE: '6000000', ...env } });
  server.ownsSite = !site;
  server.paths = [];
  if (!site) for (const id of offers) server.paths.push(await server.offer(id, '--listing', 'contact-me'));
  return server;
}

// Numbers of /metrics by name.
export async function metrics(server) {
  const { text } = await request(server.url('/metrics'));
  return Object.fromEntries([...text.matchAll(/^(\w+) (\S+)$/gm)].map(([, name, value]) => [name, Number(value)]));
}

// Watches a counter of a fresh process until it is n; answers n per second, from the first tenth on, so
// that starting up is not counted.
export async function drainRate(server, counter, n) {
  const seen = [];
  await until(async () => {
    const done = (await metrics(server))[counter] ?? 0;
    seen.push({ at: performance.now(), done });
    return done >= n;
  }, { timeout: 300_000, every: 50, what: () => `${counter} reaches ${n}; ${JSON.stringify(seen.at(-1))}` });
  const from = seen.find(({ done }) => done >= n / 10) ?? seen[0];
  const to = seen.at(-1);
  return (to.done - from.done) / ((to.at - from.at) / 1000);
}
