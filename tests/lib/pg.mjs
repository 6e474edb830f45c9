// A private PostgreSQL: made by initdb in a scratch folder, reached by its own socket, gone with the
// test. The runner starts one for all suites and names it in LEADLINE_TEST_PG; a test file that is
// run alone starts its own.

import { chownSync, existsSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Daemon, mustRun, run } from './proc.mjs';
import { freePort } from './ports.mjs';
import { tempDir } from './temp.mjs';
import { until } from './wait.mjs';

const versions = '/usr/lib/postgresql';

function binDir() {
  const found = existsSync(versions) ? readdirSync(versions).sort((a, b) => b - a) : [];
  const dir = found.map((v) => join(versions, v, 'bin')).find((d) => existsSync(join(d, 'initdb')));
  if (!dir) throw new Error(`no PostgreSQL under ${versions}`);
  return dir;
}

// PostgreSQL refuses to run as root; Debian's package made a user for it.
function servant() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres']).toString());
  return { uid: id('-u'), gid: id('-g') };
}

// Options: durable (fsync on, off by default), tcp (also listen on a loopback port), settings, env.
export class Postgres {
  static async start({ durable = false, tcp = false, settings = {}, env = {} } = {}) {
    const pg = new Postgres();
    pg.env = { ...process.env, ...env };
    pg.dir = tempDir('pg');
    pg.as = servant();
    if (pg.as.uid !== undefined) chownSync(pg.dir, pg.as.uid, pg.as.gid);
    pg.data = join(pg.dir, 'data');
    pg.port = tcp ? await freePort() : 5432;
    pg.settings = {
      unix_socket_directories: pg.dir,
      listen_addresses: tcp ? '127.0.0.1' : '',
      port: pg.port,
      max_connections: 200,
      ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
      ...settings,
    };
    await mustRun(join(binDir(), 'initdb'),
      ['-D', pg.data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
      { ...pg.as, cwd: pg.dir });
    await pg.launch();
    return pg;
  }

  // Starts the server process; also used after stop() or a kill, with the same data.
  async launch() {
    const set = Object.entries(this.settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    this.proc = new Daemon(join(binDir(), 'postgres'), ['-D', this.data, ...set], { ...this.as, cwd: this.dir, env: this.env });
    await until(async () => {
      if (!this.proc.running) throw new Error(`PostgreSQL ended:\n${this.proc.log}`);
      return (await run('psql', [this.url('postgres'), '-qAtc', 'SELECT 1'])).code === 0;
    }, { what: () => `PostgreSQL answers\n${this.proc.log}`, timeout: 30_000, every: 50 });
  }

  url(database) {
    return `postgresql://postgres@/${database}?host=${encodeURIComponent(this.dir)}&port=${this.port}`;
  }

  tcpUrl(database) { return `postgresql://postgres@127.0.0.1:${this.port}/${database}`; }

  // SIGINT: does not wait for clients. SIGQUIT: as a crash, without a checkpoint.
  stop(signal = 'SIGINT') { return this.proc.end(signal); }
}

export const sql = (url, text) => mustRun('psql', [url, '-qAt', '-v', 'ON_ERROR_STOP=1', '-c', text]);

let shared;

// A fresh, empty database on the run's PostgreSQL; the URL of it.
export async function freshDatabase() {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const admin = process.env.LEADLINE_TEST_PG ?? (await (shared ??= startShared())).url('postgres');
  await sql(admin, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  return admin.replace('/postgres?', `/${name}?`);
}

async function startShared() {
  const pg = await Postgres.start();
  // Without this the child would keep the test process alive.
  pg.proc.child.unref();
  pg.proc.child.stdout.unref();
  pg.proc.child.stderr.unref();
  process.on('exit', () => pg.proc.kill('SIGINT'));
  return pg;
}

export const dropDatabase = (url) => {
  const name = new URL(url.replace('postgresql://postgres@/', 'postgresql://postgres@h/')).pathname.slice(1);
  return sql(url.replace(`/${name}?`, '/postgres?'), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
};
