// bench/slowsync.c as a tool of tests: every sync takes a given time, and a log says in which order
// syncs ended and answers left.

import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun } from './proc.mjs';
import { tempDir } from './temp.mjs';

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../../bench/slowsync.c');
let library;

async function build() {
  const dir = tempDir('slowsync');
  chmodSync(dir, 0o755); // the database's user loads it too
  const file = join(dir, 'slowsync.so');
  await mustRun('cc', ['-shared', '-fPIC', '-O1', '-D_GNU_SOURCE', '-o', file, source, '-ldl']);
  return file;
}

// The environment that loads it: {delayUs, log}.
export async function slowSync({ delayUs = 0, log } = {}) {
  library ??= await build();
  return { LD_PRELOAD: library, SLOWSYNC_US: String(delayUs), ...(log ? { SLOWSYNC_LOG: log } : {}) };
}

// The log's events in order of time: {ns, what, fd, result, text}.
export function readLog(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => {
    const [, ns, , what, fd, result, text] = /^(\d+) (\d+) (\S+) (-?\d+) (-?\d+)(?: "(.*)")?$/.exec(line);
    return { ns: BigInt(ns), what, fd: Number(fd), result: Number(result), text: text ?? '' };
  }).sort((a, b) => (a.ns < b.ns ? -1 : 1));
}
