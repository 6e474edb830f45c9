// A tick over the clocks of a million open leads, one in twenty of them due: half to be warned of, half late.
// The store is filled by the engines' own shells: what is measured is the tick.

import { join } from 'node:path';
import { build, quick } from '../lib/measure.mjs';
import { Postgres, sql } from '../../tests/lib/pg.mjs';
import { mustRun } from '../../tests/lib/proc.mjs';
import { Site } from '../../tests/lib/server.mjs';
import { query } from '../../tests/lib/store.mjs';

const count = quick ? 100_000 : 1_000_000;
const HOUR = 3_600_000, NOW = 1_800_000_000_000;
const owners = 50;

const word = { sqlite: (n) => `CAST(printf('%016d', ${n}) AS BLOB)`, postgresql: (n) => `convert_to(lpad((${n})::text, 16, '0'), 'UTF8')` };
const numbers = {
  sqlite: (n) => `WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < ${n})`,
  postgresql: (n) => `WITH t AS (SELECT n FROM generate_series(1, ${n}) AS t(n))`,
};

// Of each hundred leads two are due in an hour, three are late by one, and the rest have longer than is warned of.
const due = `CASE WHEN n % 100 < 2 THEN ${NOW + HOUR} WHEN n % 100 < 5 THEN ${NOW - HOUR} ELSE ${NOW + 5 * HOUR} + n * 60 END`;

async function fill(engine, db) {
  const id = word[engine], rows = numbers[engine];
  const step = (text) => query(db, text);
  await step(`${rows(owners + 5)} INSERT INTO account (account_id, publisher_id, email, name, role, language, theme, density, active, created_at)
    SELECT ${id(`n + 5000000`)}, 'contoso', 'u' || n || '@contoso.example', '', CASE WHEN n <= 2 THEN 'manager' ELSE 'seller' END, '', '', '', 1, 0 FROM t`);
  await step(`${rows(count)} INSERT INTO lead (publisher_id, lead_id, seq, offer_id, customer_id, source, action, kind, status, substatus, owner_id,
      received_at, touched_at, touches, test, dnc, bought, hot, due_at, due_sort, flags)
    SELECT 'contoso', ${id('n')}, n, 'crm', ${id('n')}, 'AppSource', 'PLT', 'interest', 'New', 'Received', ${id(`5000003 + n % ${owners}`)},
      ${due} - ${24 * HOUR}, 0, 1, 0, 0, 0, 1, ${due}, ${due}, 0 FROM t`);
  await step(`INSERT INTO lead_watch (publisher_id, lead_id, due_at, step) SELECT publisher_id, lead_id, due_at, 0 FROM lead`);
  await step('ANALYZE');
}

async function measured(report, engine, db, site) {
  const note = `${count.toLocaleString('en')} open leads, ${(count / 20).toLocaleString('en')} due`;
  await site.ok('offer', 'add', 'contoso.crm'); // makes the tables
  await fill(engine, db);
  const got = JSON.parse(await mustRun(join(build, 'bench/tick'), [db, 'contoso', String(NOW)], { timeout: 600_000 }));
  const told = Number((await query(db, 'SELECT count(*) FROM notification')).trim());
  if (told !== (count / 100) * 2 + (count / 100) * 9) throw new Error(`${told} were told`);
  const name = { sqlite: 'SQLite', postgresql: 'PostgreSQL' }[engine];
  const add = (what, unit, value, more) => report.add({ section: 'tick', what: `${name}, ${what}`, unit, value, ...more });
  add('all that is due', 's', got.ms / 1000, { most: 5, note: `${note}; ${told.toLocaleString('en')} notifications` });
  add('the longest piece', 'ms', got.longest_ms, { note: `of ${got.pieces}` });
  add('a tick with nothing to do', 'us', got.idle_us);
  add('memory more after than before', 'MB', (got.after_kb - got.before_kb) / 1024, { most: 16 });
}

export async function tick(report) {
  const site = await Site.make({ engine: 'sqlite' });
  await measured(report, 'sqlite', site.db, site);
  await site.remove();
  const pg = await Postgres.start({ settings: { shared_buffers: '512MB', max_wal_size: '4GB' } });
  await sql(pg.url('postgres'), "CREATE DATABASE leads TEMPLATE template0 ENCODING 'UTF8'");
  const other = await Site.make({ db: pg.url('leads') });
  await measured(report, 'postgresql', other.db, other);
  await pg.stop();
}
