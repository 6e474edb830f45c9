// The bell: what one is told comes live, is read by keyboard, and is not mixed with what deliveries need; the chain and one's wishes.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, visit } from '../lib/browser.mjs';
import { lead } from '../lib/leads.mjs';
import { Server } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const password = 'a long sentence for the tests';
let browser;
let server;
let intake;
const person = async (email, role) => {
  const made = await server.cli(['user', 'add', email, '--role', role, '--publisher', 'contoso', '--password-stdin'], { input: `${password}\n` });
  assert.equal(made.code, 0, made.stderr);
};

before(async () => {
  server = await Server.start();
  intake = await server.offer('contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me');
  await person('kim@example.org', 'seller');
  await person('boss@example.org', 'manager');
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const as = (email, path, body, options = {}) => visit(browser, server.base, path, body, { signIn: { email, password }, ...options });
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/notifications-${name}.png` });
const hand = async (l, to = 'kim@example.org') => server.expect(200, 'POST', `/leads/${l.id}/owner`, { json: { owner: to, why: 'She knows the customer' } });
const bell = (page, name) => page.getByRole('button', { name, exact: true });

test('the bell is empty and says what comes there; a lead that is handed over rings it live, and is read by keyboard', async () => {
  const made = await server.lead(intake, lead());
  await as('kim@example.org', '/leads', async (page) => {
    await bell(page, 'Nothing to look at').click();
    await page.getByText('Nothing waits for you.').waitFor();
    await assertAccessible(page, 'the empty bell');
    await shot(page, 'empty');
    await page.keyboard.press('Escape');
    await page.locator('.live-live').waitFor();
    await hand(made);
    await bell(page, '1 thing to look at').waitFor();
    await bell(page, '1 thing to look at').focus();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('dialog', { name: '1 thing to look at' });
    await panel.getByText('Yours now:').waitFor();
    await panel.getByText('She knows the customer').waitFor();
    await assertAccessible(page, 'the bell');
    await shot(page, 'told');
    await panel.getByRole('link', { name: /Yours now/ }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/leads/${made.id}`);
    await bell(page, 'Nothing to look at').waitFor();
  });
});

test('one, then all are marked read; in three languages, light and dark, narrow and wide', async () => {
  for (let n = 0; n < 3; n += 1) await hand(await server.lead(intake, lead()));
  for (const [language, name, theme, width] of [['ko', '확인할 사항 3', 'dark', 400], ['zh-Hans', '3 项需要查看', 'light', 1440]]) {
    await as('kim@example.org', '/today', async (page) => {
      await bell(page, name).click();
      await page.locator('.bell-panel').waitFor();
      await assertAccessible(page, `the bell in ${language}`);
      await assertNoSidewaysScroll(page, `the bell in ${language}`);
      await shot(page, language);
    }, { prefs: { language, theme }, width });
  }
  await as('kim@example.org', '/today', async (page) => {
    await bell(page, '3 things to look at').click();
    await page.getByRole('button', { name: /^Mark read: Yours now/ }).first().click();
    await bell(page, '2 things to look at').waitFor();
    await page.getByRole('button', { name: 'Mark all read' }).click();
    await page.getByText('Nothing waits for you.').waitFor();
  }, { prefs: { language: 'en', theme: 'dark' } });
});

test('a person says what comes by mail; a manager changes the chain, a slip is told at its field', async () => {
  await as('boss@example.org', '/settings?section=notices', async (page) => {
    await page.getByLabel('Steps, a line each').waitFor();
    await assertAccessible(page, 'the settings of notifications');
    await shot(page, 'settings');
    await page.getByText('By mail: Tasks that are due').click();
    await page.getByRole('button', { name: 'Save' }).first().click();
    await until(async () => (await page.request.get(`${server.base}/api/v1/notifications/settings`)).json().then((s) => s.mutedKinds.join() === 'task-due'), { what: 'it is kept' });
    const steps = page.getByLabel('Steps, a line each');
    await steps.fill('4h before: everybody');
    await page.getByRole('button', { name: 'Save' }).last().click();
    await page.getByText(/"4h before: everybody" is no step/).first().waitFor();
    await steps.fill('2h before: owner\ndue: owner managers');
    await page.getByRole('button', { name: 'Save' }).last().click();
    await page.getByRole('button', { name: 'Use the shipped chain' }).click();
    await until(async () => (await server.get('/escalation?publisher=contoso')).shipped, { what: 'the shipped one again' });
    await until(async () => /24h after: admins/.test(await steps.inputValue()), { what: 'it is shown' });
  });
  await as('kim@example.org', '/settings?section=notices', async (page) => {
    await page.getByText('4h before: owner').waitFor();
    assert.equal(await page.getByLabel('Steps, a line each').count(), 0);
  });
});
