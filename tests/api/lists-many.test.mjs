// Lists over more leads than are looked at one by one: whichever index leads, and however the engine finds words,
// a page has the rows that a plain comparison of all leads has, in every order.

import test from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameOf } from '../lib/leads.mjs';
import { serving } from '../lib/serving.mjs';

const LEADS = 20_000, PAGE = 60; // more than are compared one by one, and than are gathered by a word
const server = await serving();
const offers = ['contoso.even', 'contoso.third'];
for (const offer of offers) await server.offer(offer);

/** What lead n has, oldest first: words that are in all, in many, in few, at one end, here and there. */
const words = [
  ['everywhere', () => true],
  ['half', (n) => n % 2 === 0],
  ['thirtieth', (n) => n % 30 === 7],
  ['seldom', (n) => n % 900 === 5],
  ['once', (n) => n === 12_345],
  ['ancient', (n) => n < 6200],
  ['fresh', (n) => n >= LEADS - 40],
  ['sparse', (n) => n < 4000 ? n % 3 === 0 : n % 400 === 0],
];
const filters = [
  ['', () => true],
  ['country=DE', (n) => country(n) === 'DE'],
  ['country=IS', (n) => country(n) === 'IS'],
  ['country=EG', (n) => country(n) === 'EG'],
  [`offer=${offers[1]}`, (n) => offerOf(n) === offers[1]],
  [`offer=${offers[1]}&country=KR`, (n) => offerOf(n) === offers[1] && country(n) === 'KR'],
  ['status=Active', (n) => status(n)[0] === 'Active'],
  ['status=Closed&country=IS', (n) => status(n)[0] === 'Closed' && country(n) === 'IS'],
  ['status=New', (n) => status(n)[0] === 'New'],
];
const country = (n) => (n < 2500 ? 'EG' : n % 100 === 1 ? 'IS' : n % 5 === 0 ? 'KR' : 'DE');
const offerOf = (n) => offers[Number(n % 3 === 0)];
const status = (n) => (n % 50 === 3 ? ['Closed', 'Won'] : n > LEADS - 5000 && n % 2 ? ['Active', 'Accepted'] : n % 11 === 0 ? ['New', 'Received'] : ['Closed', 'Lost']);
const email = (n) => `${nameOf(n)}.${n}@${nameOf(n + 3)}.example`;
const sorts = ['-received', 'received', 'due', '-due'];

for (const offer of offers) {
  const rows = Array.from({ length: LEADS }, (_, n) => n).filter((n) => offerOf(n) === offer).map((n) => [nameOf(n), nameOf(n * 7 + 1), email(n), country(n), words.filter(([, has]) => has(n)).map(([word]) => word).join(' '),
    new Date(Date.UTC(2024, 0, 1) + n * 3_600_000).toISOString(), ...status(n)].join());
  const file = join(server.site.dir, `${offer}.csv`);
  writeFileSync(file, `First name,Last name,Email,Customer Country/Region,Description,Creation date,Status,Sub status\n${rows.join('\n')}\n`);
  const done = await server.cli(['import', file, '--offer', offer, '--json'], { timeout: 300_000 });
  assert.equal(JSON.parse(done.stdout).items[0].rows.new, rows.length, done.stderr);
}

const numbers = new Map(Array.from({ length: LEADS }, (_, n) => [email(n), n]));

/** The leads of a list by their numbers, up to so many pages. */
async function listed(query, limit, most = Infinity) {
  const all = [];
  for (let after = '', pages = 0; pages === 0 || (after && pages < most); pages += 1) {
    const page = await server.get(`/leads?${query}&limit=${limit}${after && `&after=${encodeURIComponent(after)}`}`);
    all.push(...page.items.map((l) => numbers.get(l.customer.email)));
    after = page.next;
  }
  return all;
}

for (const sort of sorts) {
  test(`words and filters, by ${sort}: the rows of a comparison of all leads`, async () => {
    const order = await listed(`sort=${sort}`, 500);
    assert.equal(new Set(order).size, LEADS);
    for (const [filter, fits] of filters) {
      for (const [word, has] of [['', () => true], ...words]) {
        const want = order.filter((n) => fits(n) && has(n)), found = await listed(`${filter}&sort=${sort}${word && `&q=${word}`}`, PAGE, 2);
        assert.deepEqual(found, want.slice(0, 2 * PAGE), `${filter} ${word}`);
      }
    }
  });
}

test('two words, and the beginning of one, beside filters: the rows of a comparison of all leads', async () => {
  const order = await listed('sort=-received', 500);
  for (const [q, has] of [['half ancient', (n) => n % 2 === 0 && n < 6200], ['thirtieth seldom', (n) => n % 30 === 7 && n % 900 === 5], ['thirt', (n) => n % 30 === 7], ['every anc', (n) => n < 6200], ['sel half', (n) => n % 900 === 5 && n % 2 === 0]]) {
    for (const [filter, fits] of filters) {
      const want = order.filter((n) => fits(n) && has(n));
      assert.deepEqual(await listed(`${filter}&q=${encodeURIComponent(q)}`, PAGE, 2), want.slice(0, 2 * PAGE), `${filter} ${q}`);
    }
  }
});
