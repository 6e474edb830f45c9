#!/usr/bin/env node
// tidy [--deep] BUILD_DIR [FILE...] - clang-tidy over the files of src/ that BUILD_DIR compiles, or the
// given ones of them, warnings fatal. A file whose preprocessor input of ours has not changed since it
// passed is not read again. The analyzer, nine tenths of the time, follows a function through 20,000
// states; with --deep through 225,000, its own limit, which takes four times as long.

import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const deep = process.argv[2] === '--deep';
const [dir = 'build', ...files] = process.argv.slice(deep ? 3 : 2);
const stampFile = join(dir, deep ? 'tidy-deep.json' : 'tidy.json');
const budget = ['-analyzer-config', 'max-nodes=20000'].flatMap((word) => ['--extra-arg=-Xclang', `--extra-arg=${word}`]);
const tidy = ['-p', dir, '--quiet', '--warnings-as-errors=*', ...(deep ? [] : budget)];
const here = process.cwd();

const units = JSON.parse(readFileSync(join(dir, 'compile_commands.json'), 'utf8'))
  .map((unit) => ({ ...unit, path: relative(here, resolve(unit.directory, unit.file)) }))
  .filter((unit) => unit.path.startsWith('src/'));
const asked = files.map((file) => relative(here, resolve(file)));
const unknown = asked.filter((file) => !units.some(({ path }) => path === file));
if (unknown.length) {
  console.error(`${dir} does not compile ${unknown.join(', ')} below src/`);
  process.exit(2);
}
const stamps = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};

// The files of ours that a unit reads, by the compiler's own account in ninja's log; undefined while it has not been built.
async function headersOf() {
  const { stdout } = await exec('ninja', ['-C', dir, '-t', 'deps'], { maxBuffer: 1 << 28 });
  const found = new Map();
  let current;
  for (const line of stdout.split('\n')) {
    if (/^\S/.test(line)) found.set(line.split(':')[0], current = []);
    else if (line.trim()) current.push(resolve(dir, line.trim()));
  }
  return (unit) => found.get(unit.output)?.filter((f) => f.startsWith(`${here}/`) && existsSync(f));
}

const headers = await headersOf();
const digest = (unit) => {
  if (!headers(unit)) return undefined; // what it reads is not known: it is read again each time
  const hash = createHash('sha256').update(unit.command);
  for (const file of ['.clang-tidy', ...headers(unit)]) hash.update(readFileSync(file));
  return hash.digest('hex');
};

const wanted = asked.length ? units.filter(({ path }) => asked.includes(path)) : units;
const due = wanted.map((unit) => ({ ...unit, digest: digest(unit) })).filter((unit) => !unit.digest || stamps[unit.path] !== unit.digest);
let failed = 0;

async function worker() {
  for (let unit = due.shift(); unit; unit = due.shift()) {
    try {
      await exec('clang-tidy-14', [...tidy, unit.path], { maxBuffer: 1 << 26 });
      stamps[unit.path] = unit.digest;
    } catch (error) {
      failed += 1;
      console.log(`${unit.path}:\n${error.stdout}`);
    }
  }
}

const cores = cpus().length;
console.log(`clang-tidy: ${due.length} of ${wanted.length} files`);
await Promise.all(Array.from({ length: cores }, worker));
writeFileSync(stampFile, JSON.stringify(stamps, null, 1));
process.exitCode = failed ? 1 : 0;
