// The command palette: opened, typed into and left by keys alone; what it finds and does; three languages.

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
  for (const [email, role] of [[signIn.email, 'seller'], ['viewer@example.org', 'viewer']]) {
    const made = await server.cli(['user', 'add', email, '--role', role, '--password-stdin'], { input: `${password}\n` });
    assert.equal(made.code, 0, made.stderr);
  }
  intake = await server.offer('contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me');
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const at = (path, body, options = {}) => visit(browser, server.base, path, body, { signIn, ...options });
const made = (who) => server.lead(intake, lead({}, who));
const option = (page, name) => page.getByRole('option', { name });
const field = (page) => page.getByRole('combobox', { name: 'Commands' });
/** What the field says is chosen. */
const chosen = (page) => page.evaluate(() => document.getElementById(document.activeElement?.getAttribute('aria-activedescendant') ?? '')?.innerText ?? '');
const open = async (page) => { await page.keyboard.press('Control+k'); await field(page).waitFor(); };

test('a page, an action, a lead and a customer are found by a few letters and run by Enter', async () => {
  const one = await made({ FirstName: 'Zoe', LastName: 'Quimby', Company: 'Quimby Works' });
  await at('/leads', async (page) => {
    await open(page);
    await page.keyboard.type('delive');
    await until(async () => (await chosen(page)).includes('Deliveries'), { what: 'the page is chosen' });
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Deliveries' }).waitFor();
    await open(page);
    await page.keyboard.type('quimby');
    await option(page, /Zoe Quimby.*Contoso CRM/).waitFor();
    await assertAccessible(page, 'found');
    await until(async () => (await chosen(page)).includes('Zoe Quimby'), { what: 'the lead is chosen' });
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/leads/${one.id}`);
    await settled(page);
    await open(page);
    await option(page, 'Accept').waitFor();
    await option(page, 'Decline').waitFor();
    await page.keyboard.type('decl');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Decline the lead' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await open(page);
    await page.keyboard.type('quimby');
    await until(() => page.getByRole('group', { name: 'Customers' }).getByRole('option').count(), { what: 'the customer' });
    await page.keyboard.press('ArrowUp'); // round to the last
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/customers/${one.customer.id}`);
    await settled(page);
    await open(page);
    await page.getByRole('group', { name: 'Looked at last' }).getByRole('option').first().waitFor();
    assert.equal(await page.getByRole('group', { name: 'Looked at last' }).getByRole('option').count(), 2);
    assert.equal(await page.getByRole('option', { name: 'Accept' }).count(), 0, 'what belongs to another page is not offered');
  });
});

test('a note begins where it is written, by a few letters', async () => {
  const one = await made();
  await at(`/leads/${one.id}`, async (page) => {
    await open(page);
    await page.keyboard.type('call');
    await until(async () => /^Call/.test(await chosen(page)), { what: 'the call is chosen' });
    await page.keyboard.press('Enter');
    await until(() => page.locator('.composer textarea').evaluate((e) => e === document.activeElement), { what: 'the focus is in the composer' });
  });
});

test('it is left by Escape with the focus where it was, opened out of a field too, and says when nothing is found', async () => {
  await at('/leads', async (page) => {
    await page.keyboard.press('/');
    await page.keyboard.type('abc');
    await open(page);
    await page.keyboard.type('nothing is like it');
    await page.getByText('Nothing found: try other words.').waitFor();
    await assertAccessible(page, 'nothing');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await field(page).waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'q');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Command palette').waitFor();
  });
});

test('few questions are asked while somebody types', async () => {
  await at('/leads', async (page) => {
    const asked = [];
    page.on('request', (r) => { if (/\/api\/v1\/leads\?.*q=/.test(r.url())) asked.push(new URL(r.url()).searchParams); });
    await open(page);
    await page.keyboard.type('quimby');
    await option(page, /Zoe Quimby/).first().waitFor();
    assert.ok(asked.length < 6, `${asked.length} questions`);
    assert.ok(asked.every((query) => query.get('limit') === '6' && query.get('q').length > 1));
  });
});

test('who may only look is offered nothing else, and letters are keys in any alphabet', async () => {
  const one = await made();
  await at(`/leads/${one.id}`, async (page) => {
    await open(page);
    await page.getByRole('option', { name: 'Board', exact: true }).waitFor();
    assert.equal(await option(page, 'Accept').count(), 0);
    assert.equal(await option(page, 'Receipts').count(), 0);
  }, { signIn: { email: 'viewer@example.org', password } });
  await at(`/leads/${one.id}`, async (page) => {
    await page.evaluate(() => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ㅁ', code: 'KeyA', bubbles: true })));
    await page.getByRole('dialog', { name: 'Accept the lead' }).waitFor();
  });
});

test('every language, narrow and wide, light and dark', async () => {
  const one = await made();
  for (const [language, theme, width] of [['en', 'light', 1440], ['ko', 'dark', 1440], ['zh-Hans', 'light', 390], ['en', 'dark', 390]]) {
    await at(`/leads/${one.id}`, async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').waitFor();
      await assertAccessible(page, `palette in ${language}`);
      await assertNoSidewaysScroll(page, `palette in ${language}`);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/palette-${language}-${theme}-${width}.png` });
    }, { prefs: { language, theme }, width });
  }
});
