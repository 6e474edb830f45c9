// Starts the program under test as its users do, and talks to it from outside.
//
//   LEADLINE_BIN          the program (default build/leadline)
//   LEADLINE_TEST_ENGINE  sqlite (default) or postgresql
//   LEADLINE_TEST_PG      an administrator's URL of a running PostgreSQL, see pg.mjs
//   LEADLINE_TEST_KEEP    keep scratch folders and print where they are

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from './http.mjs';
import { dropDatabase, freshDatabase } from './pg.mjs';
import { Daemon, run } from './proc.mjs';
import { tempDir } from './temp.mjs';
import { slow, until } from './wait.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = resolve(process.env.LEADLINE_BIN ?? join(root, 'build/leadline'));
export const engine = process.env.LEADLINE_TEST_ENGINE ?? 'sqlite';

// Sanitizers write one file for each process that has something to say.
function sanitizerEnv(dir) {
  const log = `log_path=${join(dir, 'sanitizer')}`;
  const suppressions = join(root, 'tests/lib/tsan.supp');
  const kept = join(root, 'tests/lib/lsan.supp');
  return {
    ASAN_OPTIONS: `${log}:detect_leaks=1:detect_stack_use_after_return=1:exitcode=99`,
    LSAN_OPTIONS: `report_objects=1:print_suppressions=0:suppressions=${kept}`,
    UBSAN_OPTIONS: `${log}:print_stacktrace=1:halt_on_error=1`,
    TSAN_OPTIONS: `${log}:exitcode=66:second_deadlock_stack=1:history_size=4:suppressions=${suppressions}`,
  };
}

// Settings of the environment that runs the tests must not leak into the program under test.
function cleanEnv(extra, dir) {
  const env = { ...process.env, ...sanitizerEnv(dir) };
  for (const key of Object.keys(env)) if (key.startsWith('LEADLINE_')) delete env[key];
  for (const key of ['http_proxy', 'https_proxy', 'all_proxy']) delete env[key];
  return { ...env, ...extra };
}

// A place with a store: what --data and --db name. Commands can be run on it with no server there.
export class Site {
  static async make({ engine: kind = engine, env = {}, db } = {}) {
    const site = new Site();
    site.dir = tempDir('site');
    site.data = join(site.dir, 'data');
    site.db = db ?? (kind === 'postgresql' ? await freshDatabase() : `sqlite:${join(site.data, 'leadline.db')}`);
    site.ownsDb = kind === 'postgresql' && !db;
    site.env = cleanEnv(env, site.dir);
    if (process.env.LEADLINE_TEST_KEEP) console.error(`kept: ${site.dir} ${site.db}`);
    return site;
  }

  get where() { return ['--db', this.db, '--data', this.data]; }

  // Runs a command to its end: {code, stdout, stderr}.
  cli(args, { input, env, timeout } = {}) {
    return run(binary, [...this.where, ...args], { input, timeout, cwd: this.dir, env: { ...this.env, ...env } });
  }

  // Runs a command that must succeed; its standard output without the last line end.
  async ok(...args) {
    const done = await this.cli(args);
    assert.equal(done.code, 0, `leadline ${args.join(' ')}: exit ${done.code ?? done.signal}\n${done.stderr}${done.stdout}`);
    return done.stdout.replace(/\n$/, '');
  }

  async okJson(...args) { return JSON.parse(await this.ok(...args, '--json')); }

  assertNoSanitizerReport() {
    const reports = readdirSync(this.dir).filter((name) => name.startsWith('sanitizer'));
    const text = reports.map((name) => readFileSync(join(this.dir, name), 'utf8')).join('\n');
    assert.equal(text.trim(), '', `a sanitizer spoke up:\n${text.slice(0, 12_000)}`);
  }

  async remove() {
    this.assertNoSanitizerReport();
    if (this.ownsDb) await dropDatabase(this.db);
  }
}

export class Server {
  // Options: env, args (of serve), site (else a fresh one), under (a command to run it with).
  static async start({ env = {}, args = [], site, under = [], engine: kind, db } = {}) {
    const server = new Server();
    server.site = site ?? await Site.make({ env, engine: kind, db });
    server.ownsSite = !site;
    server.extraEnv = env;
    server.args = args;
    server.under = under;
    server.tokens = new Map();
    process.on('exit', () => server.proc.kill('SIGKILL')); // should the test file die before its end
    await server.launch();
    return server;
  }

  // Starts the process; also after stop() or kill(), on the same store.
  async launch({ ready = true, listen = '127.0.0.1:0' } = {}) {
    const command = [...this.under, binary, ...this.site.where, 'serve', '--listen', listen, ...this.args];
    this.proc = new Daemon(command[0], command.slice(1), { cwd: this.site.dir, env: { ...this.site.env, ...this.extraEnv } });
    const found = await until(() => {
      if (!this.proc.running) throw new Error(`serve ended with ${JSON.stringify(this.proc.result)}:\n${this.proc.log}`);
      return /(https?):\/\/127\.0\.0\.1:(\d+)/.exec(this.proc.log);
    }, { timeout: 30_000, what: () => `serve prints its address\n${this.proc.log}` });
    this.port = Number(found[2]);
    this.base = `${found[1]}://127.0.0.1:${this.port}`;
    if (ready) await this.ready();
  }

  ready() {
    return until(async () => {
      if (!this.proc.running) throw new Error(`serve ended:\n${this.proc.log}`);
      return (await request(`${this.base}/readyz`)).status === 200;
    }, { timeout: 30_000, what: () => `/readyz answers 200\n${this.proc.log.slice(-4000)}` });
  }

  get pid() { return this.proc.pid; }

  get log() { return this.proc.log; }

  cli(args, options) { return this.site.cli(args, options); }

  ok(...args) { return this.site.ok(...args); }

  okJson(...args) { return this.site.okJson(...args); }

  // A bearer token of a role; one for each (role, publisher), made through the command line.
  async token(role = 'admin', publisher) {
    const key = `${role} ${publisher ?? ''}`;
    if (!this.tokens.has(key)) {
      const scope = publisher ? ['--publisher', publisher] : [];
      this.tokens.set(key, await this.ok('token', 'add', '--role', role, '--name', `test-${role}`, ...scope));
    }
    return this.tokens.get(key);
  }

  // Makes an offer beside the server; answers the path of its intake URL once the server knows it.
  async offer(id, ...options) {
    const { pathname } = new URL(await this.ok('offer', 'add', id, ...options));
    await until(async () => (await this.raw('GET', pathname)).status === 200, { what: `the key of ${id} is known` });
    return pathname;
  }

  url(path) { return path.startsWith('http') ? path : this.base + path; }

  // One request as it is. `json` is sent as a JSON body; `token: null` sends no credentials.
  raw(method, path, { json, headers = {}, ...rest } = {}) {
    const body = json === undefined ? rest.body : JSON.stringify(json);
    const type = json === undefined ? {} : { 'Content-Type': 'application/json' };
    return request(this.url(path), { ...rest, method, body, headers: { ...type, ...headers } });
  }

  // One API request under /api/v1 as administrator, or with the given token.
  async api(method, path, { token, headers = {}, ...rest } = {}) {
    const bearer = token === undefined ? await this.token() : token;
    const auth = bearer === null ? {} : { Authorization: `Bearer ${bearer}` };
    return this.raw(method, `/api/v1${path}`, { ...rest, headers: { ...auth, ...headers } });
  }

  // As api(), and the answer must have this status; gives its JSON.
  async expect(status, method, path, options) {
    const answer = await this.api(method, path, options);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text.slice(0, 600)}`);
    return answer.bytes.length ? answer.json : undefined;
  }

  get(path, options) { return this.expect(200, 'GET', path, options); }

  // Posts a body to an intake path; answers the whole answer.
  post(path, body, { type = 'application/json', headers = {} } = {}) {
    const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    return this.raw('POST', path, { body: bytes, headers: { ...(type ? { 'Content-Type': type } : {}), ...headers } });
  }

  // Posts a body that must be taken; waits until it is placed and answers {receipt, leads}.
  async take(path, body, options) {
    const answer = await this.post(path, body, options);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.understood, true, answer.text);
    return this.placed(answer.json.receipt);
  }

  async placed(id) {
    let receipt;
    await until(async () => {
      receipt = await this.get(`/receipts/${id}`);
      return receipt.state === 'placed';
    }, { what: () => `the receipt is placed: ${JSON.stringify(receipt)}` });
    return { receipt, leads: receipt.leads };
  }

  // Posts a body that makes one lead; answers the lead's whole detail.
  async lead(path, body, options) {
    const { leads } = await this.take(path, body, options);
    assert.equal(leads.length, 1, `one lead expected: ${JSON.stringify(leads)}`);
    return this.get(`/leads/${leads[0]}`);
  }

  // Ends the process as an operator would: exit 0, in time, and nothing from the sanitizers.
  async halt() {
    const end = await this.proc.end('SIGTERM');
    this.site.assertNoSanitizerReport();
    assert.equal(end.late, false, `serve did not end within ${20 * slow} s of SIGTERM:\n${this.log.slice(-4000)}`);
    assert.equal(end.code, 0, `serve ended with ${JSON.stringify(end)}:\n${this.log.slice(-4000)}`);
  }

  async kill() {
    await this.proc.end('SIGKILL');
  }

  // halt(), and the store goes too when it was made for this server.
  async stop() {
    if (this.proc.running) await this.halt();
    if (this.ownsSite) await this.site.remove();
  }
}
