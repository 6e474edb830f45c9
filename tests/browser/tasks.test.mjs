// Promises in the page: the proposed next step is taken, changed and done; a meeting is agreed on and held; what is due today.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, settled, visit } from '../lib/browser.mjs';
import { lead } from '../lib/leads.mjs';
import { Server } from '../lib/server.mjs';

const password = 'a long sentence for the tests';
const signIn = { email: 'kim@example.org', password };
let browser;
let server;
let intake;

before(async () => {
  server = await Server.start();
  const made = await server.cli(['user', 'add', signIn.email, '--role', 'seller', '--password-stdin'], { input: `${password}\n` });
  assert.equal(made.code, 0, made.stderr);
  intake = await server.offer('contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me');
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const at = (path, body, options = {}) => visit(browser, server.base, path, body, { signIn, ...options });
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/tasks-${name}.png`, fullPage: true });
const now = (l) => server.get(`/leads/${l.id}`);
const steps = (page) => page.locator('.panel.tasks');

test('a lead without a next step proposes one, which is taken, changed and done', async () => {
  const made = await server.lead(intake, lead());
  await at(`/leads/${made.id}`, async (page) => {
    await steps(page).getByText('No next step').waitFor();
    await shot(page, 'proposed');
    await steps(page).getByRole('button', { name: 'Take it' }).click();
    await steps(page).locator('.task', { hasText: 'Call for the first time' }).waitFor();
    await steps(page).getByRole('button', { name: 'Change Call for the first time' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change next step' });
    await dialog.getByLabel('What is to be done').fill('Call Ana at noon');
    await assertAccessible(page, 'a task');
    await page.keyboard.press('Enter');
    await steps(page).locator('.task', { hasText: 'Call Ana at noon' }).waitFor();
    await page.locator('.timeline li', { hasText: 'Changed' }).first().waitFor();
    await steps(page).getByRole('button', { name: 'Done' }).click();
    await steps(page).getByText('No next step').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await steps(page).locator('.task', { hasText: 'Call Ana at noon' }).waitFor();
    await page.locator('.timeline li', { hasText: 'To be done after all' }).first().waitFor();
    await steps(page).getByRole('button', { name: 'Done' }).click();
    await steps(page).getByText('No next step').waitFor();
    await page.locator('.timeline li', { hasText: 'Call Ana at noon' }).first().waitFor();
    assert.deepEqual((await now(made)).tasks, []);
    assert.equal((await now(made)).firstResponse.respondedAt, null);
  });
});

test('a meeting is agreed on, put into a calendar, and held', async () => {
  const made = await server.lead(intake, lead());
  await at(`/leads/${made.id}`, async (page) => {
    await steps(page).getByRole('button', { name: 'Add next step' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add next step' });
    await dialog.locator('label', { hasText: 'Meeting' }).click();
    await dialog.getByLabel('What is to be done').fill('Demo of the product');
    await dialog.getByLabel('Begins').fill('2026-01-05T10:00');
    await dialog.getByLabel('Length').selectOption('45');
    await dialog.getByLabel('Where').fill('Teams');
    await assertAccessible(page, 'a meeting');
    await shot(page, 'meeting');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const row = steps(page).locator('.task', { hasText: 'Demo of the product' });
    await row.getByText('Overdue').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), row.getByRole('link', { name: 'For your calendar' }).click()]);
    assert.equal(download.suggestedFilename(), 'meeting.ics');
    await row.getByRole('button', { name: 'Was held' }).click();
    await page.getByText('Meeting noted').waitFor();
    assert.ok((await now(made)).firstResponse.respondedAt);
  });
});

test('today: what is late stands before what is due, in three languages, wide and narrow', async () => {
  const due = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const made = await server.lead(intake, lead({}, { FirstName: 'Ines', LastName: 'Prado', Company: 'Prado Lda' }));
  for (const [kind, text, hours] of [['call', 'Call back', -30], ['mail', 'Send the offer', 30], ['other', 'Ask the partner', 80]]) {
    await server.expect(200, 'POST', `/leads/${made.id}/tasks`, { json: { kind, text, dueAt: due(hours), owner: signIn.email } });
  }
  for (const [i, language] of ['en', 'ko', 'zh-Hans'].entries()) {
    await at('/today', async (page) => {
      await page.locator('.today-late .task', { hasText: 'Call back' }).waitFor();
      await page.locator('.today-soon .task', { hasText: 'Ask the partner' }).waitFor();
      await settled(page);
      await assertAccessible(page, `today ${language}`);
      await assertNoSidewaysScroll(page, `today ${language}`);
      await shot(page, `today-${language}`);
    }, { prefs: { language, theme: i % 2 ? 'dark' : 'light' }, ...(i === 2 ? { width: 390, height: 844 } : {}) });
    await at(`/leads/${made.id}`, async (page) => {
      await steps(page).locator('.task').first().waitFor();
      await settled(page);
      await assertAccessible(page, `tasks of a lead ${language}`);
      await assertNoSidewaysScroll(page, `tasks of a lead ${language}`);
      await shot(page, `lead-${language}`);
    }, { prefs: { language, theme: i % 2 ? 'dark' : 'light' }, ...(i === 2 ? { width: 390, height: 844 } : {}) });
  }
  await at('/today', async (page) => {
    await page.locator('.today-late .task', { hasText: 'Call back' }).getByRole('button', { name: 'Done' }).click();
    await page.locator('.today-late').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Ines Prado, Prado Lda' }).first().click();
    await page.getByRole('heading', { name: 'Ines Prado' }).waitFor();
  });
});

test('a call that was planned ends with the call that it was', async () => {
  const made = await server.lead(intake, lead());
  await server.expect(200, 'POST', `/leads/${made.id}/tasks`, { json: { kind: 'call', text: 'Call Bo', dueAt: new Date().toISOString() } });
  await at(`/leads/${made.id}`, async (page) => {
    await steps(page).locator('.task', { hasText: 'Call Bo' }).waitFor();
    await page.locator('.composer .segment', { hasText: 'Call' }).click();
    await page.getByLabel('This was: Call Bo').check();
    await assertAccessible(page, 'a call that was planned');
    await page.locator('.composer-send').click();
    await steps(page).locator('.task', { hasText: 'Call Bo' }).waitFor({ state: 'detached' });
    assert.deepEqual((await now(made)).tasks, []);
  });
});
