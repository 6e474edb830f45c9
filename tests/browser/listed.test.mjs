// What goes beyond the rows of a list in view: the next lead, the file of all that is listed, the flame, the sheet of keys.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, settled, visit } from '../lib/browser.mjs';
import { lead } from '../lib/leads.mjs';
import { Server } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const password = 'a long sentence for the tests';
const seller = { email: 'kim@example.org', password };
const MANY = 120;
let browser;
let server;
let hot;
let quiet;

before(async () => {
  server = await Server.start();
  const made = await server.cli(['user', 'add', seller.email, '--role', 'seller', '--password-stdin'], { input: `${password}\n` });
  assert.equal(made.code, 0, made.stderr);
  const path = await server.offer('contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me');
  const file = join(server.site.dir, 'many.csv');
  writeFileSync(file, `Email,Company,Offer ID,Created\n${Array.from({ length: MANY }, (_, i) => `m${i}@many.example,Many ${i},contoso.crm,2026-01-01T00:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}Z\n`).join('')}`);
  await server.ok('import', file, '--publisher', 'contoso', '--offer', 'contoso.crm');
  hot = await server.lead(path, lead({ LeadSource: 'AppSource-PLT|contoso.crm' }, { FirstName: 'Ada', LastName: 'Flame', Email: 'ada@flame.example', Company: '=1+1' }));
  quiet = await server.lead(path, lead({ LeadSource: 'AppSource-DNC|contoso.crm' }, { FirstName: 'Dan', LastName: 'Quiet', Email: 'dan@quiet.example' }));
  await until(async () => (await server.get('/leads?limit=500')).items.length === MANY + 2, { what: 'all leads', timeout: 60_000 });
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const at = (path, body, options = {}) => visit(browser, server.base, path, body, { signIn: seller, ...options });
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/listed-${name}.png` });

test('from lead to lead goes on behind the rows that the list had loaded, to its end', () => at('/leads?view=all&sort=received', async (page) => {
  const order = [];
  for (let next = ''; next !== null;) {
    const some = await server.get(`/leads?limit=500&sort=received${next && `&after=${next}`}`);
    order.push(...some.items.map((l) => l.id));
    next = some.next;
  }
  await page.locator('tbody tr').nth(49).locator('.row-link').click();
  await settled(page);
  await page.getByText('50 of 50+').waitFor();
  const here = (n) => page.waitForURL(`**/leads/${order[n - 1]}`);
  await here(50);
  await settled(page);
  await page.keyboard.press(']');
  await here(51);
  await page.getByText('51 of 100+').waitFor();
  await page.getByRole('button', { name: 'Next lead' }).click();
  await here(52);
  await settled(page);
  await page.keyboard.press('[');
  await here(51);
  for (let n = 52; n <= MANY + 2; n += 1) {
    await settled(page);
    await page.keyboard.press(']');
    await here(n);
  }
  await page.getByText(`${MANY + 2} of ${MANY + 2}`, { exact: true }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Next lead' }).isDisabled(), true);
}));

test('what is listed is exported, by its filters and order', () => at('/leads?view=all&q=many&sort=received', async (page) => {
  await page.getByRole('button', { name: 'Export what is listed' }).click();
  await shot(page, 'menu');
  await assertAccessible(page, 'the menu of exports');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV' }).click()]);
  assert.match(download.suggestedFilename(), /^leads-\d{4}-\d\d-\d\d\.csv$/);
  const rows = readFileSync(await download.path(), 'utf8').trim().split('\r\n');
  assert.equal(rows.length, MANY + 1);
  assert.ok(rows[1].includes('m0@many.example') && rows[MANY].includes(`m${MANY - 1}@many.example`));
  await page.getByText('was exported').waitFor();
}));

test('an export that is refused says why, and saves nothing', () => at('/leads?view=all', async (page) => {
  const saved = [];
  page.on('download', (download) => saved.push(download));
  await page.route('**/leads/export?*', (route) => route.fulfill({ status: 413, contentType: 'application/problem+json', body: JSON.stringify({ status: 413, code: 'leads.export', detail: 'x' }) }));
  await page.getByRole('button', { name: 'Export what is listed' }).click();
  await page.getByRole('menuitem', { name: 'Excel' }).click();
  await page.getByText('These are more leads than an export may have').waitFor();
  await settled(page);
  assert.equal(saved.length, 0);
}));

test('only what goes together is offered, and what is asked for next leaves what it does not go with', () => at('/leads?view=unassigned', async (page) => {
  await server.expect(200, 'PATCH', `/leads/${(await server.get('/leads?q=m7')).items[0].id}`, { json: { quality: 'High' } });
  const drawer = page.getByRole('dialog', { name: 'Filters' });
  const noFailure = async () => { await settled(page); assert.equal(await page.getByRole('alert').count(), 0); };
  await page.getByRole('button', { name: 'Filters' }).click();
  await drawer.getByLabel('Lead quality').selectOption('High');
  await drawer.getByLabel('Response').waitFor({ state: 'detached' });
  await drawer.getByRole('button', { name: 'Show results' }).click();
  await noFailure();
  await page.getByRole('columnheader', { name: 'Received' }).getByRole('button').click();
  await page.waitForURL((url) => url.searchParams.get('sort') === 'received');
  await noFailure();
  const marked = page.url();
  await page.getByRole('button', { name: 'Remove the filter Lead quality' }).click();
  await page.waitForURL((url) => !url.searchParams.has('quality'));
  await noFailure();
  assert.equal(await page.locator('th.th-clock').getAttribute('aria-sort'), 'ascending', 'its own order');
  await page.goto(marked);
  await noFailure();
  await page.locator('.search input').press('Enter');
  await settled(page);
  assert.equal(page.url(), marked, 'nothing is searched for');
  await page.locator('.search input').fill('many');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('q') === 'many' && !url.searchParams.has('quality'));
  await noFailure();
  await page.goto('/leads?view=all');
  await settled(page);
  await page.getByRole('columnheader', { name: 'Response' }).getByRole('button').click();
  await page.waitForURL((url) => url.searchParams.get('sort') === '-due');
  await noFailure();
  await page.getByRole('button', { name: 'Filters' }).click();
  await drawer.getByLabel('Lead quality').selectOption('High');
  await drawer.getByRole('button', { name: 'Show results' }).click();
  await page.waitForURL((url) => url.searchParams.has('quality'));
  await noFailure();
  await page.goto('/leads?view=favorites');
  await noFailure();
  await page.locator('.search input').press('Enter');
  await settled(page);
  assert.equal(new URL(page.url()).searchParams.get('view'), 'favorites');
  await page.goto('/leads?view=first-response');
  await noFailure();
  await page.getByRole('button', { name: 'Filters' }).click();
  await drawer.getByLabel('Offer').waitFor();
  for (const name of ['Progress', 'Favorite', 'Lead quality', 'Marketplace purchase intent']) assert.equal(await drawer.getByLabel(name).count(), 0, name);
}));

test('an export when the session has ended leads to the sign-in page', () => at('/leads?view=all', async (page) => {
  await page.route('**/leads/export?*', (route) => route.fulfill({ status: 401, contentType: 'application/problem+json', body: JSON.stringify({ status: 401, code: 'auth.session', detail: 'x' }) }));
  await page.getByRole('button', { name: 'Export what is listed' }).click();
  await page.getByRole('menuitem', { name: 'CSV' }).click();
  await page.waitForURL('**/sign-in?next=**');
}));

for (const [language, text] of [['en', 'Asked to be contacted'], ['ko', '연락을 요청함'], ['zh-Hans', '请求联系']]) {
  test(`the flame: in the list and on the board, in words too, and never of who is not to be contacted (${language})`, async () => {
    const options = { prefs: { language, theme: language === 'ko' ? 'dark' : 'light' }, ...(language === 'zh-Hans' ? { width: 390, height: 844 } : {}) };
    await at('/leads?view=all', async (page) => {
      const row = (id) => page.locator('tbody tr', { has: page.locator(`a[href="/leads/${id}"]`) });
      await row(hot.id).locator('.flame').getByText(text).waitFor();
      assert.match(await row(hot.id).locator('.flame').getAttribute('title'), /72/);
      assert.equal(await row(quiet.id).locator('.flame').count(), 0);
      assert.equal(await page.locator('.flame').count(), 1, 'of all these, one is fresh');
      await assertAccessible(page, 'a list with a flame');
      await assertNoSidewaysScroll(page, 'a list with a flame');
      await shot(page, `list-${language}`);
    }, options);
    if ((await server.get(`/leads/${hot.id}`)).status === 'New') await server.expect(200, 'POST', `/leads/${hot.id}/accept`, { json: {} });
    await at('/board', async (page) => {
      await page.locator('.board-card', { hasText: 'Ada' }).locator('.flame').getByText(text).waitFor();
      await assertAccessible(page, 'a board with a flame');
      await shot(page, `board-${language}`);
    }, options);
  });
}

test('how many were given up after too few attempts stands at their list, and leads there', async () => {
  if ((await server.get(`/leads/${hot.id}`)).status === 'New') await server.expect(200, 'POST', `/leads/${hot.id}/accept`, { json: {} });
  await server.expect(200, 'POST', `/leads/${hot.id}/lose`, { json: { reason: 'price', fewAttempts: 'they signed elsewhere' } });
  for (const language of ['en', 'ko', 'zh-Hans']) {
    await at('/leads?view=all', async (page) => {
      const tab = page.locator('.tabs a[href^="/leads?view=few-attempts"]');
      await tab.locator('.count', { hasText: '1' }).waitFor();
      await tab.click();
      await settled(page);
      await page.locator('tbody tr').getByText('Ada Flame').waitFor();
      assert.equal(await page.locator('tbody tr').count(), 1);
      assert.equal(await page.locator('.flame').count(), 0, 'what is closed burns no more');
      await assertAccessible(page, 'what was given up early');
      await shot(page, `few-${language}`);
    }, { prefs: { language, theme: language === 'en' ? 'dark' : 'light' }, ...(language === 'ko' ? { width: 390, height: 844 } : {}) });
  }
  await server.expect(200, 'POST', `/leads/${hot.id}/undo`, { json: {} });
});

test('the sheet of keys has every key that acts on the page, each with its words', async () => {
  for (const path of ['/leads?view=all', `/leads/${hot.id}`, '/board', '/customers', '/deliveries', '/receipts', '/duplicates', '/today', '/settings']) {
    await at(path, async (page) => {
      await page.locator('h1').first().focus();
      const registered = await page.evaluate(async () => {
        const from = performance.getEntriesByType('resource').map((r) => r.name).find((name) => name.endsWith('/js/keys.js'));
        return (await import(from)).shortcuts().map((s) => s.key);
      });
      assert.ok(registered.includes('?') && registered.includes('g l'), path);
      await page.keyboard.press('?');
      const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
      await sheet.waitFor();
      const shown = await sheet.locator('[data-key]').evaluateAll((all) => all.map((e) => ({ key: e.dataset.key, text: e.closest('div').querySelector('dt').textContent })));
      for (const key of registered) assert.ok(shown.some((s) => s.key === key), `${path}: ${key} is not on the sheet`);
      for (const { key, text } of shown) assert.ok(text.trim() && text !== key, `${path}: ${key} has no words`);
      await assertAccessible(page, `the sheet of keys on ${path}`);
      if (path.startsWith('/leads/')) await shot(page, 'keys');
    });
  }
});
