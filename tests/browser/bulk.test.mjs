// Many leads at once in the page: chosen by keys, previewed, done, refused by name, taken back; three languages.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, settled, visit } from '../lib/browser.mjs';
import { lead } from '../lib/leads.mjs';
import { Server } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const password = 'a long sentence for the tests';
const signIn = { email: 'kim@example.org', password };
let browser;
let server;
let intake;

before(async () => {
  server = await Server.start();
  for (const [email, role] of [[signIn.email, 'seller'], ['viewer@example.org', 'viewer'], ['boss@example.org', 'manager']]) {
    const made = await server.cli(['user', 'add', email, '--role', role, '--password-stdin'], { input: `${password}\n` });
    assert.equal(made.code, 0, made.stderr);
  }
  intake = await server.offer('contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me');
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const at = (path, body, options = {}) => visit(browser, server.base, path, body, { signIn, ...options });
const made = async (n, word) => { const all = []; for (let i = 0; i < n; i++) all.push(await server.lead(intake, lead({}, { FirstName: `${word}${i}`, LastName: word }))); return all; };
const state = async (leads) => { const all = []; for (const l of leads) all.push((await server.get(`/leads/${l.id}`)).substatus); return all; };
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/bulk-${name}.png` });

test('declined by keyboard alone: previewed, what is refused is named, done, and taken back', async () => {
  const leads = await made(3, 'Brindle');
  await server.expect(200, 'POST', `/leads/${leads[0].id}/accept`, { json: {} });
  await at('/leads?view=all&q=Brindle', async (page) => {
    for (let i = 0; i < 3; i++) { await page.keyboard.press('j'); await page.keyboard.press('x'); }
    await page.getByText('3 selected').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    await page.keyboard.type('decline');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Decline' });
    await dialog.getByText('Fill in what is needed').waitFor();
    assert.equal(await dialog.getByRole('button', { name: 'Decline' }).isDisabled(), true);
    await page.keyboard.type('Not a');
    await dialog.getByText('2 leads will be changed.').waitFor();
    await dialog.getByText('1 lead refused').waitFor();
    await assertAccessible(page, 'the preview');
    await shot(page, 'preview');
    assert.deepEqual(await state(leads), ['Accepted', 'Received', 'Received']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+Enter');
    await page.locator('.toast', { hasText: 'Done with 2 leads' }).waitFor();
    assert.deepEqual(await state(leads), ['Accepted', 'Declined', 'Declined']);
    await page.waitForFunction(() => !document.querySelector('dialog[open]') && document.activeElement && document.activeElement !== document.body);
    await page.keyboard.press('z');
    await page.locator('.toast', { hasText: 'Taken back' }).waitFor();
    assert.deepEqual(await state(leads), ['Accepted', 'Received', 'Received']);
  });
});

test('given to somebody, and all that match beyond the page', async () => {
  const leads = await made(2, 'Merle');
  await made(51, 'Sorrel');
  await at('/leads?view=all&q=Merle', async (page) => {
    await page.getByRole('checkbox', { name: /all/i }).first().check();
    await page.getByRole('button', { name: 'Actions', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Give to somebody' }).click();
    const dialog = page.getByRole('dialog', { name: 'Give to somebody' });
    await dialog.getByLabel('Owner').selectOption({ label: signIn.email });
    await dialog.getByText('2 leads will be changed.').waitFor();
    await dialog.getByRole('button', { name: 'Give to somebody (2)' }).click();
    await until(async () => (await server.get(`/leads/${leads[1].id}`)).engagement.owner?.email === signIn.email, { what: 'it is given' });
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await server.get(`/leads/${leads[1].id}`)).engagement.owner === null, { what: 'it is given back' });
  });
  await at('/leads?view=all&q=Sorrel', async (page) => {
    await page.getByRole('checkbox', { name: /all/i }).first().check();
    await page.getByRole('button', { name: 'All that match' }).click();
    await page.getByRole('button', { name: 'Actions', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Accept' }).click();
    const dialog = page.getByRole('dialog', { name: 'Accept' });
    await dialog.getByText('51 leads will be changed.').waitFor();
    const [late] = await made(1, 'Sorrel'); // nobody saw it: it is none of them
    await dialog.getByRole('button', { name: 'Accept (51)' }).click();
    await page.locator('.toast', { hasText: 'Done with 51 leads' }).waitFor();
    assert.deepEqual(await state([late]), ['Received']);
    const { items } = await server.get('/leads?q=Sorrel&status=Active&limit=100');
    assert.equal(items.length, 51);
    await server.expect(200, 'PATCH', `/leads/${items[0].id}`, { json: { name: 'a deal by now' } });
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
    await page.locator('.toast', { hasText: 'Taken back: 50 · 1 lead refused: Somebody changed it meanwhile.' }).waitFor();
    const after = await server.get(`/leads?q=Sorrel&status=Active&limit=100`);
    assert.deepEqual(after.items.map((l) => l.id), [items[0].id]);
    assert.equal((await server.get(`/leads/${items[1].id}`)).engagement.owner, null, 'who accepted it does not keep it');
  });
});

test('whoever looks after others finds somebody\'s leads by name, and hands them over as a set', async () => {
  const leads = (await made(3, 'Dapple')).slice(1);
  const kim = (await server.get('/users')).items.find((u) => u.email === signIn.email);
  await server.expect(200, 'POST', '/leads/bulk', { json: { action: 'owner', owner: kim.id, ids: leads.map((l) => l.id) } });
  const boss = { signIn: { email: 'boss@example.org', password } };
  await at('/leads?view=all&q=Dapple', async (page) => {
    await page.locator('.table [data-row-link]').nth(2).waitFor();
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('dialog').getByLabel('Owner').selectOption({ label: signIn.email });
    await page.getByRole('dialog').getByRole('button', { name: 'Show' }).click();
    await page.locator('.filter-chip', { hasText: signIn.email }).waitFor();
    await until(async () => (await page.locator('.table [data-row-link]').count()) === 2, { what: 'her leads alone' });
    await shot(page, 'owner-filter');
    await page.getByRole('checkbox', { name: /all/i }).first().check();
    await page.getByRole('button', { name: 'Actions', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Give to somebody' }).click();
    const dialog = page.getByRole('dialog', { name: 'Give to somebody' });
    await dialog.getByLabel('Owner').selectOption({ label: 'boss@example.org' });
    await dialog.getByLabel('Note').fill('Kim is away');
    await dialog.getByRole('button', { name: 'Give to somebody (2)' }).click();
    await until(async () => (await server.get(`/leads/${leads[1].id}`)).engagement.owner?.email === 'boss@example.org', { what: 'they are handed over' });
  }, boss);
  // The address alone names the person, too; who sees no list of people is offered none.
  await at(`/leads?view=all&owner=${kim.id}`, (page) => page.locator('.filter-chip', { hasText: signIn.email }).waitFor(), boss);
  await at('/leads?view=all', async (page) => {
    await page.getByRole('button', { name: 'Filters' }).click();
    assert.equal(await page.getByRole('dialog').getByLabel('Owner').locator('option').count(), 3);
  });
});

test('who may only look is offered none of it', async () => {
  await made(1, 'Roan');
  await at('/leads?view=all&q=Roan', async (page) => {
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('1 selected').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Actions', exact: true }).count(), 0);
  }, { signIn: { email: 'viewer@example.org', password } });
});

test('every language, narrow and wide, light and dark', async () => {
  await made(1, 'Piebald');
  for (const [language, theme, width] of [['en', 'light', 1440], ['ko', 'dark', 1440], ['zh-Hans', 'light', 390], ['en', 'dark', 390]]) {
    await at('/leads?view=all&q=Piebald', async (page) => {
      await page.keyboard.press('j');
      await page.keyboard.press('x');
      await page.locator('.bulk .popup-box button').click();
      await assertAccessible(page, `menu in ${language}`);
      await shot(page, `menu-${language}-${theme}-${width}`);
      await page.locator('.bulk [role=menuitem]').nth(3).click();
      await page.getByRole('dialog').locator('.message, p').first().waitFor();
      await settled(page);
      await assertAccessible(page, `dialog in ${language}`);
      await assertNoSidewaysScroll(page, `dialog in ${language}`);
      await shot(page, `dialog-${language}-${theme}-${width}`);
    }, { prefs: { language, theme }, width });
  }
});
