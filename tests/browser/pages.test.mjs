// Every page of the signed-in web page, on made-up data: readable by all, quiet, and inside its budgets.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { assertAccessible, assertClean, assertNoSidewaysScroll, openBrowser, openPage, settled } from '../lib/browser.mjs';
import { until } from '../lib/wait.mjs';
import { startMock } from '../lib/ui-mock.mjs';
import { assets } from '../../tools/ui-assets';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const signIn = { email: 'admin@example.com', password: 'demo' };
let browser;
let mock;

before(async () => { mock = await startMock(); browser = await openBrowser(); });
after(async () => { await browser?.close(); await mock?.stop(); });

const pages = () => [
  '/leads', '/leads?view=all&source=AppSource', '/leads?view=test', '/leads?view=all&q=nothing-like-it', `/leads/${mock.state.leads[0].id}`, `/leads/${mock.state.leads[7].id}`, '/leads/01930000-0000-7000-8000-000000000000',
  '/customers', '/customers?q=nothing-like-it', '/customers?hasReview=true', `/customers/${mock.state.leads[0].customer.id}`, '/duplicates', '/import', '/deliveries', `/deliveries/${mock.state.deliveries[1].id}`, '/destinations',
  '/receipts', `/receipts/${mock.state.receipts[0].id}`, '/settings', '/settings?section=offers', '/settings?section=users', '/settings?section=tokens', '/settings?section=audit', '/settings?section=audit&ref=nothing-like-it', '/settings?section=about', '/no/such/page',
];

for (const [theme, language] of [['light', 'en'], ['dark', 'ko'], ['contrast', 'zh-Hans']]) {
  test(`every page is accessible and quiet: ${theme}, ${language}`, async () => {
    const visit = await openPage(browser, mock.url, { signIn, prefs: { theme, language } });
    const findings = [];
    const texts = Object.keys(JSON.parse(readFileSync(join(root, `ui/locales/${language}.json`), 'utf8')));
    for (const path of pages()) {
      await visit.page.goto(path);
      await settled(visit.page);
      assert.equal(await visit.page.locator('html').getAttribute('lang'), language);
      const shown = await visit.page.locator('body').innerText();
      assert.deepEqual(texts.filter((key) => shown.includes(key) && key.split('.').length > 1), [], `${path} shows bare keys`);
      assert.match(await visit.page.title(), /Leadline/);
      await assertAccessible(visit.page, `${path} ${theme}`).catch((error) => findings.push(error.message));
      await assertClean(visit, path);
    }
    assert.deepEqual(findings, []);
    await visit.close();
  });
}

for (const width of [390, 320]) {
  test(`nothing is cut off on a screen of ${width} pixels`, async () => {
    const visit = await openPage(browser, mock.url, { signIn, width, height: 800, prefs: { language: 'en' } });
    const findings = [];
    for (const path of pages()) {
      await visit.page.goto(path);
      await settled(visit.page);
      await assertNoSidewaysScroll(visit.page, path).catch((error) => findings.push(error.message));
    }
    assert.deepEqual(findings, []);
    await visit.page.goto('/leads');
    await settled(visit.page);
    await assertAccessible(visit.page, `/leads at ${width}`);
    await assertClean(visit, 'narrow');
    await visit.close();
  });
}

test('on a phone the bar has the first pages, and the others open above it', async () => {
  const visit = await openPage(browser, mock.url, { signIn, width: 390, height: 800, prefs: { language: 'en' } });
  const { page } = visit;
  await page.goto('/leads');
  await settled(page);
  const links = page.locator('.nav li:visible > a .nav-text');
  assert.deepEqual(await links.allInnerTexts(), ['Leads', 'Today', 'Board', 'Customers']);
  for (const text of await links.all()) assert.ok(await text.evaluate((e) => e.scrollWidth <= e.clientWidth), `${await text.innerText()} is cut off`);
  await page.getByRole('button', { name: 'More', exact: true }).click();
  const menu = page.getByRole('menu', { name: 'More' });
  assert.ok((await menu.boundingBox()).y >= 0, 'the menu is on the screen');
  await assertAccessible(page, 'the menu of pages');
  await menu.getByRole('menuitem', { name: 'Deliveries' }).click();
  await page.waitForURL('**/deliveries');
  assert.equal(await menu.count(), 0, 'it closes');
  await page.setViewportSize({ width: 1440, height: 900 });
  assert.equal(await page.getByRole('button', { name: 'More', exact: true }).count(), 0, 'a wide screen has no need of it');
  await assertClean(visit, 'the menu of pages');
  await visit.close();
});

test('a conflict that the page has no words for is told in the server\'s', async () => {
  const visit = await openPage(browser, mock.url, { signIn, prefs: { language: 'ko' } });
  await visit.page.goto('/leads');
  await settled(visit.page);
  const told = await visit.page.evaluate(async () => {
    const main = document.querySelector('script[type=module]').src;
    const { Problem } = await import(main.replace('main.js', 'api.js'));
    return ['thing.exists', 'team.leads', ''].map((code) => new Problem(409, { code, detail: 'There is one already.' }).text());
  });
  assert.equal(told[0], 'There is one already.');
  assert.match(told[1], /팀/, 'words of its own');
  assert.match(told[2], /[가-힣]/, 'words for all conflicts');
  await visit.close();
});

test('on a phone the present tab is seen, however far behind it is', async () => {
  const visit = await openPage(browser, mock.url, { signIn, width: 390, height: 800, prefs: { language: 'en' } });
  await visit.page.goto('/settings?section=about');
  await settled(visit.page);
  await until(async () => {
    const box = await visit.page.locator('.tabs [aria-current]').boundingBox();
    return box && box.x >= 0 && box.x + box.width <= 390;
  }, { what: 'the tab is on the screen' });
  await visit.close();
});

test('a page whose script arrives between drawing and asking for it is shown', async () => {
  const visit = await openPage(browser, mock.url, { signIn, prefs: { language: 'en' } });
  await visit.page.addInitScript(() => { // what runs after drawing runs late, as on a busy machine
    const later = setTimeout;
    globalThis.requestAnimationFrame = (then) => later(then, 700);
    globalThis.setTimeout = (then, ms, ...rest) => later(then, ms > 0 && ms < 700 ? 700 : ms, ...rest);
  });
  await visit.page.goto(`/leads/${mock.state.leads[0].id}`);
  await settled(visit.page);
  assert.notEqual(await visit.page.locator('h1').first().innerText(), '');
  await visit.close();
});

test('the page stays usable when the system forces its colours', async () => {
  const visit = await openPage(browser, mock.url, { signIn });
  await visit.page.emulateMedia({ forcedColors: 'active' });
  await visit.page.goto('/leads?view=all');
  await settled(visit.page);
  const chip = await visit.page.locator('.table .chip').first().evaluate((e) => getComputedStyle(e).borderTopWidth);
  assert.notEqual(chip, '0px', 'a chip has an edge when backgrounds are gone');
  await assertClean(visit, 'forced colours');
  await visit.close();
});

test('text stays text: markup in a lead is shown, never run', async () => {
  const nasty = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
  const lead = mock.state.leads[20];
  const before = { ...lead.customer };
  Object.assign(lead.customer, { firstName: nasty, company: nasty, title: `javascript:${nasty}`, email: 'javascript:alert(3)' });
  lead.description = nasty;
  const visit = await openPage(browser, mock.url, { signIn });
  for (const path of ['/leads?view=all', `/leads/${lead.id}`, `/customers/${lead.customer.id}`]) {
    await visit.page.goto(path);
    await settled(visit.page);
    assert.equal(await visit.page.locator('main img, main script').count(), 0);
    assert.equal(await visit.page.locator('a[href^="javascript:"]').count(), 0);
    await assertClean(visit, path);
  }
  assert.equal(await visit.page.getByText('onerror').count() > 0, true);
  Object.assign(lead.customer, before);
  await visit.close();
});

test('the page is small: scripts at most 141 KB, styles at most 15 KB, compressed', () => {
  const files = assets(join(root, 'node_modules'));
  const weight = (suffix) => files.filter(([path]) => path.endsWith(suffix)).reduce((sum, [, text]) => sum + gzipSync(text, { level: 9 }).length, 0);
  assert.ok(weight('.js') <= 141 * 1024, `scripts ${weight('.js')} bytes`);
  assert.ok(weight('.css') <= 15 * 1024, `styles ${weight('.css')} bytes`);
});

test('the first view needs at most 45 KB of scripts', () => {
  const files = new Map(assets(join(root, 'node_modules')).map(([path, text]) => [path, String(text)]));
  const needed = ['js/main.js'];
  for (const path of needed) {
    for (const [, from] of files.get(path).matchAll(/from ?['"](\.[^'"]+)['"]/g)) {
      const target = posix.normalize(posix.join(posix.dirname(path), from));
      if (!needed.includes(target)) needed.push(target);
    }
  }
  const bytes = needed.reduce((sum, path) => sum + gzipSync(files.get(path), { level: 9 }).length, 0);
  assert.ok(needed.length > 15 && bytes <= 45 * 1024, `${needed.length} modules, ${bytes} bytes`);
});
