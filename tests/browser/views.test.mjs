// Views in the page: what is shipped, with its numbers, and where a manager is told of what nobody owns.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, settled, visit } from '../lib/browser.mjs';
import { lead } from '../lib/leads.mjs';
import { Server } from '../lib/server.mjs';

const password = 'a long sentence for the tests';
const people = { kim: 'kim@contoso.example', boss: 'boss@contoso.example' };
let browser;
let server;
let intake;

before(async () => {
  server = await Server.start();
  intake = await server.offer('contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me');
  for (const [name, role] of [['kim', 'seller'], ['boss', 'manager']]) {
    const made = await server.cli(['user', 'add', people[name], '--role', role, '--publisher', 'contoso', '--password-stdin'], { input: `${password}\n` });
    assert.equal(made.code, 0, made.stderr);
  }
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const at = (who, path, body, options = {}) => visit(browser, server.base, path, body, { signIn: { email: people[who], password }, ...options });
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/views-${name}.png`, fullPage: true });
const tab = (page, name) => page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name });

test('what nobody owns is counted, told to who manages, and one click away', async () => {
  const [one, two] = [await server.lead(intake, lead()), await server.lead(intake, lead())];
  await at('boss', '/today', async (page) => {
    await page.getByText('2 leads owe an answer and belong to nobody.').waitFor();
    await assertAccessible(page, 'today');
    await shot(page, 'today');
    await page.getByRole('link', { name: 'Give them to somebody' }).click();
    await page.getByRole('heading', { level: 1, name: 'Unassigned' }).waitFor();
    await settled(page);
    assert.equal(await tab(page, /^Unassigned/).innerText(), 'Unassigned2');
    assert.equal(await page.locator('.table tbody tr').count(), 2);
    assert.equal(await page.getByRole('button', { name: 'Received', exact: true }).count(), 0, 'an order without an index is not offered');
    await page.getByRole('button', { name: 'Response', exact: true }).waitFor();
    await assertAccessible(page, 'unassigned');
    await shot(page, 'unassigned');
    await server.expect(200, 'POST', `/leads/${one.id}/owner`, { json: { owner: people.kim } });
    await page.waitForFunction(() => document.querySelector('.tabs [aria-current] .count')?.textContent === '1');
  });
  await at('kim', '/today', async (page) => {
    assert.equal(await page.getByText('belongs to nobody').count(), 0, 'it is for who manages');
  });
  await server.expect(200, 'POST', `/leads/${two.id}/owner`, { json: { owner: people.kim } });
  await at('boss', '/leads?view=unassigned', async (page) => {
    await page.getByText('No leads in this view').waitFor();
  });
});

test('every shipped view opens, and says what it is in every language', async () => {
  for (const [language, theme, width] of [['en', 'light', 1440], ['ko', 'dark', 1440], ['zh-Hans', 'light', 390]]) {
    await at('boss', '/leads', async (page) => {
      const views = await page.locator('.tabs a[href^="/leads"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
      assert.equal(views.length, 12);
      for (const href of views) {
        await page.goto(href);
        await settled(page);
        const shown = await page.locator('main').innerText();
        assert.doesNotMatch(shown, /view\.|empty\./, href);
        assert.equal(await page.locator('.message-bad').count(), 0, `${href}: ${shown}`);
        await assertNoSidewaysScroll(page, href);
      }
      await assertAccessible(page, language);
      await shot(page, `all-${language}`);
    }, { width, prefs: { language, theme } });
  }
});
