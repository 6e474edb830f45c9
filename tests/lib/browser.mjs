// Chromium for the tests of the page: signs in, listens for everything a page must not do, runs axe.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { until } from './wait.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const axeSource = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const openBrowser = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS });

/** Nobody signed in (401), nothing there (404), somebody else was faster (412), more than is given at once (413) and a form with mistakes (422) are answers, but the browser notes them as errors. */
const EXPECTED = /Failed to load resource: the server responded with a status of (401|404|412|413|422)/;

/** What each page has asked for and not yet got; the stream of news never ends. */
const underWay = new WeakMap();
function watchRequests(page) {
  const open = new Set();
  let onTheWay; // to another document: what the one before was waiting for ends with it, and nobody tells
  underWay.set(page, open);
  page.on('request', (r) => {
    if (!r.url().endsWith('/events')) open.add(r);
    if (r.isNavigationRequest() && r.frame() === page.mainFrame()) onTheWay = r;
  });
  page.on('framenavigated', (frame) => {
    if (frame !== page.mainFrame() || !onTheWay) return;
    for (const r of open) if (r !== onTheWay) open.delete(r);
    onTheWay = undefined;
  });
  for (const over of ['requestfinished', 'requestfailed']) page.on(over, (r) => open.delete(r));
  page.on('requestfailed', (r) => { if (r === onTheWay) onTheWay = undefined; });
}

/**
 * A page of a person of its own.
 * signIn: the body of POST /api/v1/session, or nothing to stay outside; prefs: what the browser remembers.
 */
export async function openPage(browser, base, { signIn, prefs = {}, width = 1440, height = 900, locale = 'en-GB' } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, baseURL: base, locale, reducedMotion: 'reduce' });
  context.on('page', watchRequests);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const wrong = [];
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type()) && !EXPECTED.test(message.text())) wrong.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => wrong.push(`exception: ${error.message}`));
  page.on('dialog', (dialog) => { wrong.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.addInitScript((remembered) => {
    globalThis.violations = [];
    document.addEventListener('securitypolicyviolation', (e) => globalThis.violations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}`));
    if (!localStorage.getItem('leadline.prefs')) localStorage.setItem('leadline.prefs', JSON.stringify({ theme: 'light', density: 'compact', columns: {}, ...remembered }));
  }, prefs);
  if (signIn) {
    const answer = await context.request.post('/api/v1/session', { data: signIn });
    assert.equal(answer.status(), 200, await answer.text());
  }
  return { context, page, wrong, close: () => context.close() };
}

/** The page has nothing to be ashamed of: no error, no blocked resource. */
export async function assertClean({ page, wrong }, where) {
  assert.deepEqual(wrong, [], `${where}: the page complained`);
  assert.deepEqual(await page.evaluate(() => globalThis.violations), [], `${where}: the content policy was broken`);
}

/** Drawn, and what follows a drawing has run: the page listens to keys. */
const drawn = (page) => page.evaluate(() => new Promise((go) => { requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(() => setTimeout(go)))); }));
const waits = (page) => page.evaluate(() => Boolean(!document.querySelector('h1') || document.querySelector('.skeleton, [aria-busy=true]')));

/** Loaded, with its data on the screen, and ready for keys. */
export async function settled(page) {
  await page.locator('h1').first().waitFor();
  const rests = async () => underWay.get(page).size === 0 && !await waits(page);
  await until(async () => await rests() && (await drawn(page), await rests()), { what: () => `the page rests: ${[...underWay.get(page)].map((r) => r.url())}`, timeout: 30_000 });
}

// What is about to stand: axe sees by its place that a dialog is in front of everything else.
const stands = (page) => page.evaluate(() => Promise.allSettled(document.getAnimations()
  .filter((a) => Number.isFinite(a.effect.getComputedTiming().endTime)).map((a) => a.finished)));

export async function assertAccessible(page, where) {
  await stands(page);
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(axeSource);
  const found = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ['violations'] })
    .then((r) => r.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} (${n.any.map((a) => a.message).join('; ')})`).join(' | ')}`)), TAGS);
  assert.deepEqual(found, [], `${where}: axe`);
}

export async function assertNoSidewaysScroll(page, where) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${where}: ${over} px wider than the screen`);
}

/** One visit to a page of the server: what it does there, and that nothing was wrong on the way. */
export async function visit(browser, base, path, body, options = {}) {
  const one = await openPage(browser, base, { prefs: { language: 'en' }, ...options });
  try {
    await one.page.goto(path);
    await settled(one.page);
    await body(one.page, one);
    await assertClean(one, path);
  } finally {
    await one.close();
  }
}
