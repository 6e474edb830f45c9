// Puts a question into the store, as matching does: may these two leads be of one customer?

import { run } from './proc.mjs';
import { sql } from './pg.mjs';

const traits = ['name', 'email', 'phone', 'org', 'country', 'title'];
// Levels by trait, as src/identity/card.h counts them: one hexadecimal digit each, the first lowest.
export const patternOf = (levels) => traits.reduce((sum, trait, i) => sum + (levels[trait] ?? 0) * 16 ** i, 0);

const uuid = () => {
  const at = Date.now().toString(16).padStart(12, '0');
  const more = Array.from({ length: 18 }, () => Math.floor(Math.random() * 16).toString(16)).join('');
  return `${at}7${more.slice(0, 3)}8${more.slice(3)}`;
};

export async function addPair(server, x, y, { publisher = 'contoso', bits = 500, levels = { name: 1, org: 1, country: 1 } } = {}) {
  const [a, b] = [x, y].map((id) => id.replaceAll('-', '')).sort();
  const pair = uuid();
  const postgresql = server.site.db.startsWith('postgresql:');
  const bytes = (hex) => (postgresql ? `'\\x${hex}'` : `X'${hex}'`);
  const lead = (id) => `(SELECT customer_id FROM lead WHERE publisher_id = '${publisher}' AND lead_id = ${bytes(id)})`;
  const text = `UPDATE customer SET reviews = reviews + 1 WHERE publisher_id = '${publisher}' AND customer_id IN (${lead(a)}, ${lead(b)}); INSERT INTO match_pair (publisher_id, pair_id, lead_a, lead_b, state, bits, pattern, model, made_at) VALUES ` +
    `('${publisher}', ${bytes(pair)}, ${bytes(a)}, ${bytes(b)}, 'review', ${bits}, ${patternOf(levels)}, 0, ${Date.now()})`;
  if (postgresql) await sql(server.site.db, text);
  else {
    const done = await run('sqlite3', ['-cmd', '.timeout 5000', server.site.db.slice('sqlite:'.length), text]);
    if (done.code !== 0) throw new Error(done.stderr);
  }
  return pair.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
