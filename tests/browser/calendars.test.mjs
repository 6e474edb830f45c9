// Working time in the page: a calendar is made, seen on a lead, changed and removed; in three languages, light and dark.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, settled, visit } from '../lib/browser.mjs';
import { lead } from '../lib/leads.mjs';
import { Server } from '../lib/server.mjs';

const password = 'a long sentence for the tests';
const signIn = { email: 'mo@example.org', password };
let browser;
let server;
let intake;

before(async () => {
  server = await Server.start();
  const made = await server.cli(['user', 'add', signIn.email, '--role', 'manager', '--password-stdin'], { input: `${password}\n` });
  assert.equal(made.code, 0, made.stderr);
  intake = await server.offer('contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me');
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const at = (path, body, options = {}) => visit(browser, server.base, path, body, { signIn, ...options });
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/calendars-${name}.png`, fullPage: true });

test('a calendar is made in the page, and what is wrong is said at its field', () => at('/settings?section=calendars', async (page) => {
  await page.getByRole('button', { name: 'Add calendar' }).first().click();
  const drawer = page.getByRole('dialog', { name: 'Add calendar' });
  await drawer.getByLabel('Name').fill('Berlin office');
  await drawer.getByLabel('Time zone').selectOption('Europe/Berlin');
  await drawer.getByLabel('Friday').fill('09:00-12:00 11:00-13:00');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.getByText('do not overlap').waitFor();
  await drawer.getByLabel('Friday').fill('09:00-12:00 13:00-15:30');
  await drawer.getByLabel('Days off').fill('2026-12-25 Christmas\n05-01 Labour Day');
  await assertAccessible(page, 'calendar drawer');
  await shot(page, 'drawer');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Berlin office' }).waitFor();
  await page.getByText('Labour Day').waitFor();
  const [made] = (await server.get('/calendars')).items;
  assert.deepEqual([made.timeZone, made.hours[4], made.days.length, made.default], ['Europe/Berlin', 'fri 09:00-12:00 13:00-15:30', 2, true]);
  await page.getByLabel('Time zone').selectOption('Asia/Seoul');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('.facts', { hasText: signIn.email }).getByText('Asia/Seoul').waitFor();
}));

test('a lead says its working time beside the clock', async () => {
  const made = await server.lead(intake, lead());
  await at(`/leads/${made.id}`, async (page) => {
    await page.locator('.working-time', { hasText: 'In working time due' }).waitFor();
    await shot(page, 'lead');
  });
});

test('in each language, narrow and wide, light and dark, it is accessible', async () => {
  for (const [i, language] of ['en', 'ko', 'zh-Hans'].entries()) {
    await at('/settings?section=calendars', async (page) => {
      await page.getByRole('heading', { name: 'Berlin office' }).waitFor();
      await settled(page);
      await assertAccessible(page, `calendars ${language}`);
      await assertNoSidewaysScroll(page, `calendars ${language}`);
      await shot(page, language);
    }, { prefs: { language, theme: i % 2 ? 'dark' : 'light' }, ...(i === 2 ? { width: 390, height: 844 } : {}) });
    const made = await server.lead(intake, lead());
    await at(`/leads/${made.id}`, async (page) => {
      await page.locator('.working-time').waitFor();
      await shot(page, `lead-${language}`);
    }, { prefs: { language, theme: i % 2 ? 'dark' : 'light' } });
  }
});

test('what is removed is gone, and leads have the clock alone again', () => at('/settings?section=calendars', async (page) => {
  await page.getByRole('button', { name: 'Remove Berlin office' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('No calendar yet').waitFor();
}));

test('a calendar whose days off are refused is kept, and mended in the same drawer', async () => {
  await server.offer('fabrikam.erp');
  await at('/settings?section=calendars', async (page) => {
    await page.getByRole('button', { name: 'Add calendar' }).first().click();
    const drawer = page.getByRole('dialog', { name: 'Add calendar' });
    await drawer.getByLabel('Publisher').selectOption('fabrikam');
    await drawer.getByLabel('Name').fill('Two steps');
    await drawer.getByLabel('Days off').fill('2026-13-45 No such day');
    await drawer.getByRole('button', { name: 'Save' }).click();
    await drawer.locator('.field.is-bad', { has: page.getByLabel('Days off') }).waitFor();
    assert.equal(await drawer.getByLabel('Publisher').count(), 0, 'it is over there, at that publisher');
    await drawer.getByLabel('Days off').fill('2026-12-31 The last one');
    await drawer.getByRole('button', { name: 'Save' }).click();
    await drawer.waitFor({ state: 'detached' });
    await page.getByText('The last one').waitFor();
  });
  const made = (await server.get('/calendars')).items.filter((c) => c.name === 'Two steps');
  assert.deepEqual(made.map((c) => [c.publisher, c.days.map((d) => d.day)]), [['fabrikam', ['2026-12-31']]]);
});
