// Full text: whole words, beginnings of words, and two-character words of Korean and Chinese.

import test from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serving } from '../lib/serving.mjs';
import { lead } from '../lib/leads.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();
const path = await server.offer('contoso.crm', '--title', 'Contoso CRM');
const add = (description, who) => server.lead(path, lead({ Description: description }, who));

const korean = await add('데이터 분석 플랫폼 도입을 상담하고 싶습니다', { FirstName: '민준', LastName: '김', Company: '한빛소프트웨어' });
const chinese = await add('我们需要市场营销自动化方案', { FirstName: '伟', LastName: '王', Company: '上海示例科技有限公司' });
const japanese = await add('在庫管理システムについて', { FirstName: '太郎', LastName: '山田', Company: 'サンプル株式会社' });
const english = await add('We want to migrate our Warehouse inventory', { FirstName: 'Zoë', LastName: "O'Brien-Smith", Company: 'Blåbær Ønsker AS' });

const find = async (q, more = '') => (await server.get(`/leads?q=${encodeURIComponent(q)}${more}`)).items.map((l) => l.id);

const hits = [
  ['분석', korean], ['상담', korean], ['데이터', korean], ['김', korean], ['민준', korean], ['한빛', korean], ['소프트웨어', korean],
  ['市场', chinese], ['营销', chinese], ['自动化方案', chinese], ['上海', chinese], ['王', chinese], ['科技', chinese],
  ['在庫', japanese], ['山田', japanese], ['システム', japanese],
  ['warehouse', english], ['WAREHOUSE', english], ['inventory migrate', english], ['zoe', english], ['smith', english],
  ['Blåbær', english], ["o'brien", english], ['wareh', english],
];
for (const [q, want] of hits) {
  test(`search ${q} finds its lead`, async () => {
    await until(async () => (await find(q)).includes(want.id), { what: `${q} is found`, timeout: 3000 });
  });
}

test('search by e-mail, whole and in part', async () => {
  assert.ok((await find(english.customer.email)).includes(english.id));
  assert.ok((await find('example')).length >= 4);
});

test('search does not find what is not there', async () => {
  for (const q of ['분홍', '市民', 'warehousing', 'zzzz']) assert.deepEqual(await find(q), [], q);
});

test('search words are joined by and', async () => {
  assert.deepEqual(await find('warehouse 분석'), []);
});

test('search and filters are joined by and', async () => {
  assert.deepEqual(await find('분석', '&country=DE'), []);
  assert.ok((await find('분석', '&source=AppSource')).includes(korean.id));
});

test('search syntax of the engines is only text', async () => {
  for (const q of ['"', '*', '(', 'a AND', 'NOT x', 'x:y', "'", '%', '_', '\\', '-', '&|!', 'NEAR(a b)', '^a', '🚀', ' ', '<->', 'a & !b', '\u0000']) {
    const answer = await server.api('GET', `/leads?q=${encodeURIComponent(q)}`);
    assert.ok([200, 400, 422].includes(answer.status), `${JSON.stringify(q)}: ${answer.status} ${answer.text}`);
  }
});

test('search pages like the list does', async () => {
  await server.take(path, Array.from({ length: 9 }, () => lead({ Description: 'pagingword here' })));
  const seen = [];
  let after = '';
  do {
    const got = await server.get(`/leads?q=pagingword&limit=4${after && `&after=${encodeURIComponent(after)}`}`);
    seen.push(...got.items.map((l) => l.id));
    after = got.next;
  } while (after);
  assert.equal(new Set(seen).size, 9);
});

// The newest leads alone do not tell which words there are.
test('a beginning is found in old leads too, where the newest have it as a whole word', async () => {
  const rows = (name, n, from) => Array.from({ length: n }, (_, i) => `${name},p${from + i}@quendor.example,contoso.crm\n`).join('');
  const take = async (name, n, from) => {
    const file = join(server.site.dir, `${name}.csv`);
    writeFileSync(file, `Last name,Email,Offer ID\n${rows(name, n, from)}`);
    await server.ok('import', file, '--publisher', 'contoso', '--offer', 'contoso.crm');
  };
  await take('Quendorland', 2, 1);
  await take('Quendor', 330, 10);
  const all = (q, more = '') => server.get(`/leads?q=${q}&limit=500${more}`);
  for (const sort of ['-received', 'received', 'due', '-due']) {
    const names = (await all('quendor', `&sort=${sort}`)).items.map((l) => l.customer.lastName);
    assert.deepEqual([names.length, names.filter((n) => n === 'Quendorland').length], [332, 2], sort);
  }
  assert.equal((await all('quendorl%20quen')).items.length, 2);
  assert.equal((await all('p339%20quendor')).items.length, 1, 'and what no word goes on behind');
  const beginnings = Array.from({ length: 9 }, (_, i) => 'quendorland'.slice(0, 11 - i));
  assert.equal((await all(beginnings.join('%20'))).items.length, 2, 'more than are asked for one by one');
});

test('test leads are hidden from search unless asked for', async () => {
  const { publishedTestLead, testToken } = await import('../lib/leads.mjs');
  const got = await server.lead(path, publishedTestLead);
  assert.deepEqual(await find(testToken), []);
  assert.ok((await find(testToken, '&test=true')).includes(got.id));
});
