// The store is gone for ten seconds: PostgreSQL stopped or frozen, the SQLite file held by somebody
// else. What is answered meanwhile is 503 with Retry-After, nothing acknowledged is lost, and service
// comes back by itself. A held SQLite file is waited for before it is given up, so only a stopped
// PostgreSQL must be answered for at once.

import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { Crowd, leadsByEmail } from '../lib/crowd.mjs';
import { delivered, httpsAt } from '../lib/deliveries.mjs';
import { lead } from '../lib/leads.mjs';
import { Postgres, sql } from '../lib/pg.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { engine, Server } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const stops = [];
after(async () => { for (const stop of stops.reverse()) await stop(); });
const pause = (ms) => new Promise((go) => setTimeout(go, ms));
const gone = 10_000;

async function server() {
  const pg = engine === 'postgresql' ? await Postgres.start({ durable: true }) : undefined;
  if (pg) {
    stops.push(() => pg.stop());
    await sql(pg.url('postgres'), 'CREATE DATABASE leadline');
  }
  const started = await Server.start({ db: pg?.url('leadline') });
  stops.push(() => started.stop());
  return { pg, server: started };
}

// Takes the SQLite file for itself, as a careless shell would.
function holdFile(file) {
  const shell = spawn('sqlite3', [file], { stdio: ['pipe', 'ignore', 'inherit'] });
  shell.stdin.write('.timeout 20000\nBEGIN EXCLUSIVE;\n');
  return () => new Promise((go) => { shell.on('close', go); shell.stdin.end('ROLLBACK;\n.quit\n'); });
}

const ways = {
  'the store is stopped': {
    sqlite: async (s) => holdFile(s.site.db.slice(7)),
    postgresql: async (s, pg) => { await pg.stop('SIGINT'); return () => pg.launch(); },
  },
  'the store crashed': {
    sqlite: async (s) => holdFile(s.site.db.slice(7)),
    postgresql: async (s, pg) => { await pg.stop('SIGQUIT'); return () => pg.launch(); },
  },
};

async function refusesAtOnce(s, path, crowd) {
  await until(() => crowd.refused.get(503) >= 3, { timeout: 30_000, what: () => `503 soon: ${JSON.stringify([...crowd.refused])} broken ${crowd.broken}` });
  assert.match(crowd.retryAfter, /^\d+$/);
  const started = performance.now();
  assert.equal((await s.post(path, lead())).status, 503);
  assert.ok(performance.now() - started < 6000, `503 took ${performance.now() - started} ms`);
  assert.equal((await s.raw('GET', '/healthz')).status, 200, 'the process is well');
  assert.equal((await s.raw('GET', '/readyz')).status, 503, 'but not ready');
}

for (const [what, way] of Object.entries(ways)) {
  test(`${what} for ten seconds`, { timeout: 180_000 }, async (t) => {
    const { pg, server: s } = await server();
    const receiver = await Receiver.start();
    stops.push(() => receiver.stop());
    const path = await s.offer('contoso.crm');
    await httpsAt(s, 'contoso', receiver);
    const crowd = new Crowd({ url: () => s.base + path, senders: 4, pace: 10 });
    t.after(() => crowd.goHome());
    await until(() => crowd.acknowledged.size > 20, { what: 'leads are taken' });

    const giveBack = await way[engine](s, pg);
    stops.push(giveBack);
    if (pg) await refusesAtOnce(s, path, crowd);
    await pause(gone);
    stops.pop();
    await giveBack();

    const kept = crowd.acknowledged.size;
    await until(() => crowd.acknowledged.size > kept + 20, { timeout: 30_000, what: 'leads are taken again' });
    await crowd.goHome();
    await s.ready();
    for (const status of crowd.refused.keys()) assert.equal(status, 503);
    await until(async () => (await s.get('/receipts?state=waiting&limit=1')).items.length === 0, { what: 'all are placed', timeout: 60_000 });
    const found = await leadsByEmail(s);
    for (const email of crowd.acknowledged.keys()) assert.equal(found.get(email)?.length, 1, `${email}: ${found.get(email)}`);
    await delivered(s, await s.lead(path, lead({ LeadSource: 'AppSource-PLT' })));
  });
}

test('a frozen store gives back what it was asked, once it is thawed', { timeout: 120_000 }, async () => {
  const { pg, server: s } = await server();
  const path = await s.offer('contoso.crm');
  await s.lead(path, lead({ LeadSource: 'AppSource-PLT' }));
  const thaw = pg ? await freeze(pg) : await holdFile(s.site.db.slice(7));
  const posts = Array.from({ length: 20 }, () => s.post(path, lead({ LeadSource: 'AppSource-PLT' })).catch((error) => ({ status: String(error) })));
  await pause(3000);
  await thaw();
  assert.equal((await s.raw('GET', '/healthz')).status, 200);
  for (const { status } of await Promise.all(posts)) assert.ok([200, 503].includes(status), `${status}`);
  await until(async () => (await s.post(path, lead({ LeadSource: 'AppSource-PLT' }))).status === 200, { what: 'taken again', timeout: 30_000 });
});

// Every process of the database, its workers too.
async function freeze(pg) {
  const all = (await sql(pg.url('postgres'), 'SELECT pid FROM pg_stat_activity')).trim().split('\n').map(Number);
  const signal = (name) => { for (const pid of [pg.proc.pid, ...all]) try { process.kill(pid, name); } catch { /* it ended meanwhile */ } };
  signal('SIGSTOP');
  return async () => signal('SIGCONT');
}
