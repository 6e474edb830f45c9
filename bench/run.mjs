// The benchmarks of the whole, each figure beside its reference of the same run and its bar.
//
//   node bench/run.mjs [--quick] [--list] [SECTION...]
//
// Prints a table and writes build/bench.json. Needs the programs of `meson configure build -Dbench=true`.

import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { build, quick } from './lib/measure.mjs';
import { Report } from './lib/report.mjs';
import { destinations } from './sections/destinations.mjs';
import { imports } from './sections/import.mjs';
import { beside, intake, stalls } from './sections/intake.mjs';
import { delivery, visible } from './sections/live.mjs';
import { lists } from './sections/lists.mjs';
import { match } from './sections/match.mjs';
import { million } from './sections/million.mjs';
import { placement, postgres, stopPostgres } from './sections/place.mjs';
import { tick } from './sections/tick.mjs';
import { tls } from './sections/tls.mjs';

const sections = { intake, stalls, beside, tls, postgres, placement, visible, delivery, destinations, import: imports, match, tick, million, lists };

const asked = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const unknown = asked.filter((name) => !sections[name]);
if (unknown.length || process.argv.includes('--list')) {
  console.log(`sections: ${Object.keys(sections).join(' ')}`);
  process.exit(unknown.length ? 2 : 0);
}

const report = new Report();
const failures = [];
for (const name of asked.length ? asked : Object.keys(sections)) {
  try {
    await sections[name](report);
  } catch (error) {
    failures.push(name);
    console.error(`${name}: ${error.stack}`);
  }
}
await stopPostgres();
report.print();
writeFileSync(join(build, 'bench.json'), `${JSON.stringify({
  at: new Date().toISOString(), quick, cpus: cpus().length, model: cpus()[0].model, failures, figures: report.rows,
}, undefined, 2)}\n`);
if (failures.length) console.error(`not measured, because they failed: ${failures.join(', ')}`);
// A child that a failed section left behind must not keep us here; what ends with us ends it.
process.exit(failures.length ? 1 : 0);
