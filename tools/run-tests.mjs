#!/usr/bin/env node
// run-tests [SET|SUITE...] - builds what the suites need, runs them, prints failures, and ends with
// one line `N passed, N failed, N skipped`. Sets and suites are in tools/suites.mjs; the default is
// the set `test`. The whole output of a suite is in build/test-logs/<suite>.log. Exit 1 when
// anything failed or a suite ran nothing.

import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Postgres } from '../tests/lib/pg.mjs';
import { builds, sets, suites } from './suites.mjs';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
const logs = 'build/test-logs';

// Runs a command with its output in a file; ends it with its whole group after the given time.
function logged(command, args, { log, env = {}, minutes, append = false }) {
  const out = openSync(log, append ? 'a' : 'w');
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', out, out], detached: true });
    const timer = setTimeout(() => {
      process.kill(-child.pid, 'SIGKILL');
      resolve({ code: -1, why: `stopped after ${minutes} minutes` });
    }, minutes * 60_000);
    child.on('error', (error) => resolve({ code: -1, why: String(error) }));
    child.on('exit', (code, signal) => resolve({ code: code ?? -1, why: signal ?? `exit ${code}` }));
    child.on('close', () => { clearTimeout(timer); closeSync(out); });
  });
}

const tail = (file, lines = 40) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
const failure = (name, why) => ({ name, result: 'failed', why });

const built = new Map();

// Sets a build folder up and brings it up to date, once; answers a failure or nothing.
function build(name) {
  if (!built.has(name)) built.set(name, buildNow(name));
  return built.get(name);
}

async function buildNow(name) {
  const { dir, env, options } = builds[name];
  const log = join(logs, `build-${name}.log`);
  const again = existsSync(join(dir, 'build.ninja')) ? ['--reconfigure'] : []; // `make build` has no tests
  const steps = [['meson', ['setup', ...again, '-Dtests=true', ...options, dir]], ['ninja', ['-C', dir]]];
  writeFileSync(log, '');
  for (const [command, args] of steps) {
    const done = await logged(command, args, { log, env, minutes: 20, append: true });
    if (done.code !== 0) return failure(`build of ${dir}`, `${command}: ${done.why}\n${tail(log)}`);
  }
  return undefined;
}

// One meson test is a program; cmocka and TAP tell how many cases were in it.
function mesonCases({ name, result, stdout = '', stderr = '' }) {
  const text = stdout + stderr;
  const count = (pattern) => [...text.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1] ?? 1), 0);
  const passed = count(/^\[  PASSED  \] (\d+) test\(s\)/gm) || count(/^ok \d+(?! .*# SKIP)/gm);
  const cases = (n, kind) => Array.from({ length: n }, () => ({ name, result: kind }));
  if (result === 'SKIP') return cases(1, 'skipped');
  const skipped = count(/^\[  SKIPPED \] (\d+) test\(s\)/gm) || count(/^ok \d+ .*# SKIP/gm);
  const good = [...cases(passed, 'passed'), ...cases(skipped, 'skipped')];
  if (result === 'OK' || result === 'EXPECTEDFAIL') return good.length ? good : cases(1, 'passed');
  return [...good, failure(name, `${result}\n${text.trimEnd().split('\n').slice(-60).join('\n')}`)];
}

const kinds = {
  async steps(suite, log) {
    const results = [];
    for (const [name, [command, ...args]] of Object.entries(suite.steps)) {
      const own = log.replace(/\.log$/, `-${name}.log`);
      const done = await logged(command, args, { log: own, minutes: suite.minutes });
      results.push(done.code === 0 ? { name, result: 'passed' } : failure(name, `${done.why}\n${tail(own)}`));
    }
    return results;
  },

  async fuzz(suite, log) {
    const folder = join(builds[suite.build].dir, 'tests/fuzz');
    const targets = existsSync(folder) ? readdirSync(folder).filter((f) => /^fuzz_\w+$/.test(f)) : [];
    const results = [];
    for (const target of targets) {
      const name = target.slice('fuzz_'.length);
      const own = log.replace(/\.log$/, `-${name}.log`);
      const found = join(folder, `found-${name}`); // inputs that reach something new
      mkdirSync(found, { recursive: true });
      const corpus = [`tests/fuzz/corpus/${name}`, `tests/golden/${name}`].filter(existsSync);
      const words = `tests/fuzz/${name}.dict`;
      const args = [`-max_total_time=${suite.seconds}`, '-timeout=10', '-rss_limit_mb=2048', `-artifact_prefix=${join(logs, `${name}-`)}`,
        ...(existsSync(words) ? [`-dict=${words}`] : []), found, ...corpus];
      const done = await logged(join(folder, target), args, { log: own, minutes: suite.minutes, env: suiteEnv(suite) });
      results.push(done.code === 0 ? { name, result: 'passed' } : failure(name, `${done.why}\n${tail(own)}`));
    }
    return results;
  },

  async meson(suite, log) {
    const { dir } = builds[suite.build];
    const args = ['test', '-C', dir, '--no-rebuild', '--num-processes', '2', ...suite.args];
    const done = await logged('meson', args, { log, minutes: suite.minutes, env: suiteEnv(suite) });
    const json = join(dir, 'meson-logs/testlog.json');
    const tests = existsSync(json) ? readFileSync(json, 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line)) : [];
    const results = tests.flatMap(mesonCases);
    const told = results.some((r) => r.result === 'failed');
    return done.code === 0 || told ? results : [...results, failure('meson test', `${done.why}\n${tail(log)}`)];
  },

  async node(suite, log) {
    if (!existsSync(suite.folder)) return [];
    const files = readdirSync(suite.folder).filter((f) => f.endsWith('.test.mjs')).sort().map((f) => join(suite.folder, f));
    const args = ['--test', `--test-concurrency=${suite.jobs ?? 2}`, '--test-reporter=./tests/lib/reporter.mjs',
      '--test-reporter-destination=stdout', ...files];
    const done = await logged(process.execPath, args, { log, minutes: suite.minutes, env: suiteEnv(suite) });
    const lines = readFileSync(log, 'utf8').split('\n').filter((line) => line.startsWith('{"name"'));
    const results = lines.map((line) => JSON.parse(line)).map((r) => ({ ...r, name: `${r.file}: ${r.name}` }));
    const told = results.some((r) => r.result === 'failed');
    return done.code === 0 || told ? results : [...results, failure('node --test', `${done.why}\n${tail(log)}`)];
  },
};

let postgres;

const suiteEnv = (suite) => ({
  LEADLINE_BIN: join(builds[suite.build].dir, 'leadline'),
  LEADLINE_TEST_ENGINE: suite.engine ?? 'sqlite',
  LEADLINE_TEST_SLOW: String(suite.slow ?? 1),
  LEADLINE_TEST_PG: postgres.url('postgres'),
  ASAN_OPTIONS: 'detect_leaks=1',
  UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1',
  ...suite.env,
});

async function runSuite(name) {
  const suite = suites[name];
  const broken = await build(suite.build);
  if (broken) return [broken];
  const results = await kinds[suite.kind](suite, join(logs, `${name}.log`));
  return results.length ? results : [failure(name, 'ran no test')];
}

const count = (results, kind) => results.filter((r) => r.result === kind).length;
const summary = (results) => `${count(results, 'passed')} passed, ${count(results, 'failed')} failed, ${count(results, 'skipped')} skipped`;

function wanted(args) {
  const names = (args.length ? args : ['test']).flatMap((arg) => sets[arg] ?? [arg]);
  const unknown = names.filter((name) => !suites[name]);
  if (unknown.length === 0) return names;
  const known = [...Object.keys(sets), ...Object.keys(suites)];
  console.error(`run-tests: no suite ${unknown.join(', ')}; there are: ${known.join(' ')}`);
  process.exit(2);
}

async function main() {
  const names = wanted(process.argv.slice(2));
  mkdirSync(logs, { recursive: true });
  postgres = await Postgres.start();
  const all = [];
  for (const name of names) {
    const started = Date.now();
    const results = await runSuite(name);
    all.push(...results);
    console.log(`${name.padEnd(22)} ${summary(results)} (${Math.round((Date.now() - started) / 1000)} s)`);
    for (const r of results.filter((one) => one.result === 'failed')) console.log(`\nFAILED ${name}: ${r.name}\n${r.why}\n`);
  }
  await postgres.stop();
  console.log(summary(all));
  process.exitCode = count(all, 'failed') ? 1 : 0;
}

await main();
