// Import of a file of rows without a server: read, stored, placed; again, when all are known; and undone.

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { quick } from '../lib/measure.mjs';
import { binary, Site } from '../../tests/lib/server.mjs';

const rows = quick ? 50_000 : 1_000_000;
const header = 'Lead ID,First name,Last name,Email,Phone,Customer Country/Region,Company,Job title,Lead source,Call to action,Creation date,Status,Sub status\n';
const year = 300 * 86_400_000;
const orders = {
  'in order of date': (i) => i, // as a system writes its own out
  'in no order': (i) => (i * 7919) % rows,
};
const date = (k) => new Date(Date.UTC(2026, 0, 1) + Math.floor((year * k) / rows)).toISOString().slice(0, 19);
const row = (i, k) => `a1b2c3d4-1111-2222-3333-${String(i).padStart(12, '0')},Anna${i % 977},Meyer${i % 3571},p${i}@acme${i % 9973}.example,`
  + `+49 30 ${1_000_000 + i},Germany,Acme ${i % 9973} GmbH,CTO,AppSource-PLT|contoso.crm,Contact me,${date(k)}Z,New,Received\n`;

function write(path, order) {
  const fd = openSync(path, 'w');
  writeSync(fd, header);
  for (let i = 0; i < rows; i += 1000)
    writeSync(fd, Array.from({ length: Math.min(1000, rows - i) }, (_, n) => row(i + n, order(i + n))).join(''));
  closeSync(fd);
}

const status = (pid) => {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // it has just ended
  }
};

// Runs a command to its end; seconds, and the most memory early on and in all.
function timed(site, args) {
  return new Promise((done, failed) => {
    const began = performance.now();
    const child = spawn(binary, [...site.where, ...args], { env: site.env, stdio: 'ignore' });
    let early = 0, most = 0;
    const look = setInterval(() => {
      most = Math.max(most, status(child.pid));
      if (performance.now() - began < 5000) early = most;
    }, 100);
    child.on('close', (code) => {
      clearInterval(look);
      if (code) failed(new Error(`leadline ${args.join(' ')}: exit ${code}`));
      else done({ seconds: (performance.now() - began) / 1000, early, most });
    });
  });
}

async function one(report, what, order) {
  const site = await Site.make({ engine: 'sqlite' });
  const file = join(site.dir, 'rows.csv');
  write(file, order);
  await site.ok('offer', 'add', 'contoso.crm');
  const first = await timed(site, ['import', file]);
  const again = await timed(site, ['import', file]);
  const [, { id }] = (await site.okJson('import', 'list')).items;
  const undone = await timed(site, ['import', 'undo', id]);
  const note = `${rows} rows, ${what}`;
  report.add({ section: 'import', what: 'CSV rows read, stored and placed', unit: 'rows/s', least: 6000, value: rows / first.seconds, note });
  report.add({ section: 'import', what: 'the same file again', unit: 'rows/s', value: rows / again.seconds, note });
  report.add({ section: 'import', what: 'undone', unit: 'rows/s', value: rows / undone.seconds, note });
  report.add({ section: 'import', what: 'memory at the end, beside that of the first 5 s', unit: 'MB', value: first.most, reference: first.early, most: 128, note });
  await site.remove();
}

export async function imports(report) {
  for (const [what, order] of Object.entries(orders)) await one(report, what, order);
}
