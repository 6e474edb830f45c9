// The store under test, looked at and meddled with from outside.

import { readFileSync } from 'node:fs';
import { sql } from './pg.mjs';
import { mustRun } from './proc.mjs';

const isPostgres = (db) => db.startsWith('postgresql:');

/** Runs a statement; the answer is what the engine's own shell prints: rows of columns between bars. */
export const query = (db, text) => (isPostgres(db) ? sql(db, text) : mustRun('sqlite3', ['-cmd', '.timeout 5000', db.slice('sqlite:'.length), text]));

/** Bytes as a literal. @param {string} db @param {string} hex */
export const bytes = (db, hex) => (isPostgres(db) ? `'\\x${hex}'::bytea` : `x'${hex}'`);

/**
 * All that the store holds, as text: on SQLite the bytes of the file, with what was deleted and not yet overwritten;
 * on PostgreSQL every row of every table, bytes as text.
 */
export async function everything(db) {
  if (!isPostgres(db)) {
    const file = db.slice('sqlite:'.length);
    await query(db, 'PRAGMA wal_checkpoint(TRUNCATE)');
    return readFileSync(file, 'latin1') + readFileSync(`${file}-wal`, 'latin1');
  }
  const columns = (await sql(db, `SELECT table_name || '|' || string_agg(CASE data_type WHEN 'bytea' THEN 'encode(' || quote_ident(column_name) || ', ''escape'')'
    ELSE quote_ident(column_name) || '::text' END, ', ') FROM information_schema.columns WHERE table_schema = 'public' GROUP BY table_name`)).trim().split('\n');
  const texts = [];
  for (const line of columns) {
    const [table, what] = line.split('|');
    texts.push(await sql(db, `SELECT concat_ws(' ', ${what}) FROM ${table}`));
  }
  return texts.join('\n');
}
