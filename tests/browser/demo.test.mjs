// Every page that links lead to, on the demonstration's leads: readable by all, quiet, nothing cut off, in each language.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { assertAccessible, assertClean, assertNoSidewaysScroll, openBrowser, openPage, settled } from '../lib/browser.mjs';
import { Server } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
let browser, server, signIn, paths;

/** Pages that differ in an id, or in how a list is filtered, are one; views and sections are not. */
function kindOf(path) {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  return [pathname.replace(ID, 'ID'), searchParams.get('view'), searchParams.get('section')].join(' ');
}

/** From link to link, one page of each kind. */
async function crawl() {
  const visit = await openPage(browser, server.base, { signIn, prefs: { language: 'en' } });
  const found = new Map([['/leads', '/leads']]);
  for (const path of found.values()) { // grows while it is walked
    await visit.page.goto(path);
    await settled(visit.page);
    const links = await visit.page.locator('a[href^="/"]:not([target]):not([download])').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    for (const link of links) if (!/^\/(api|assets|v1\.0|in|demo)\//.test(link) && !found.has(kindOf(link))) found.set(kindOf(link), link);
  }
  await visit.close();
  return [...found.values()];
}

before(async () => {
  server = await Server.start({ args: ['--demo'] });
  await until(() => server.log.includes('Send a lead:'), { timeout: 60_000, what: () => `the demo is told\n${server.log}` });
  signIn = { email: 'admin@localhost', password: /with the password (\S+)/.exec(server.log)[1] };
  browser = await openBrowser();
  paths = await crawl();
});
after(async () => { await browser?.close(); await server?.stop(); });

test('links lead to every page', () => {
  const seen = paths.map(kindOf).join('\n');
  for (const page of ['/leads/ID', '/today', '/board', '/customers/ID', '/duplicates', '/deliveries', '/destinations', '/receipts', '/import', '/settings']) assert.ok(seen.includes(page), `${page} in\n${seen}`);
});

for (const [theme, language] of [['light', 'en'], ['dark', 'ko'], ['contrast', 'zh-Hans']]) {
  test(`every page is accessible, quiet and in its language: ${theme}, ${language}`, async () => {
    const visit = await openPage(browser, server.base, { signIn, prefs: { theme, language } });
    const keys = Object.keys(JSON.parse(readFileSync(join(root, `ui/locales/${language}.json`), 'utf8'))).filter((key) => key.split('.').length > 1);
    const findings = [];
    for (const path of paths) {
      await visit.page.goto(path);
      await settled(visit.page);
      const shown = await visit.page.locator('body').innerText();
      findings.push(...keys.filter((key) => shown.includes(key)).map((key) => `${path} shows the bare key ${key}`));
      await assertAccessible(visit.page, `${path} ${theme}`).catch((error) => findings.push(error.message));
      await assertClean(visit, path);
    }
    assert.deepEqual(findings, []);
    await visit.close();
  });
}

test('nothing is cut off on a phone', async () => {
  const visit = await openPage(browser, server.base, { signIn, width: 390, height: 800, prefs: { language: 'ko' } });
  const findings = [];
  for (const path of paths) {
    await visit.page.goto(path);
    await settled(visit.page);
    await assertNoSidewaysScroll(visit.page, path).catch((error) => findings.push(error.message));
  }
  assert.deepEqual(findings, []);
  await visit.close();
});
