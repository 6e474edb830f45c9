// A colleague is mentioned in a note by keyboard, and finds it behind the bell; who does not see the lead is refused.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, visit } from '../lib/browser.mjs';
import { lead } from '../lib/leads.mjs';
import { Server } from '../lib/server.mjs';

const password = 'a long sentence for the tests';
let browser;
let server;
let intake;

before(async () => {
  server = await Server.start();
  intake = await server.offer('contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me');
  for (const [email, name, ...more] of [['ann@contoso.example', 'Ann Adams'], ['bea@contoso.example', 'Bea Brown'], ['near@contoso.example', 'Nea Own', '--reach', 'own']]) {
    const made = await server.cli(['user', 'add', email, '--role', 'seller', '--publisher', 'contoso', '--name', name, ...more, '--password-stdin'], { input: `${password}\n` });
    assert.equal(made.code, 0, made.stderr);
  }
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const at = (who, path, body, options = {}) => visit(browser, server.base, path, body, { signIn: { email: `${who}@contoso.example`, password }, ...options });
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/mentions-${name}.png`, fullPage: true });

test('somebody is mentioned by keys alone, told, and shown by name', async () => {
  const made = await server.lead(intake, lead());
  await at('ann', `/leads/${made.id}`, async (page) => {
    await page.keyboard.press('n');
    await page.keyboard.type('Please look, @be');
    const option = page.getByRole('option', { name: /Bea Brown/ });
    await option.waitFor();
    assert.equal(await option.getAttribute('aria-selected'), 'true');
    await assertAccessible(page, 'choosing');
    await shot(page, 'choosing');
    await page.keyboard.press('Enter');
    await page.keyboard.type('today');
    assert.equal(await page.locator('.composer textarea').inputValue(), 'Please look, @Bea Brown today');
    await page.keyboard.press('Control+Enter');
    await page.locator('.timeline .said', { hasText: 'Please look, @Bea Brown today' }).waitFor();
    // Another text keeps who is meant.
    await page.locator('.timeline').getByRole('button', { name: 'Edit the note' }).first().click();
    await page.getByRole('dialog').locator('textarea').fill('Tomorrow, @Bea Brown');
    await page.keyboard.press('Control+Enter');
    await page.locator('.timeline .said', { hasText: 'Tomorrow, @Bea Brown' }).waitFor();
    assert.match((await server.get(`/leads/${made.id}`)).timeline.find((t) => t.type === 'note').detail.text, /^Tomorrow, @\{[0-9a-f-]{36}\}$/);
    // Who does not see it.
    await page.keyboard.press('n');
    await page.keyboard.type('@nea');
    await page.getByRole('option', { name: /Nea Own/ }).click();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Nea Own does not see this lead.').waitFor();
    assert.equal(await page.locator('.composer textarea').inputValue(), '@Nea Own ', 'what was typed stays');
  });
  await at('bea', '/leads', async (page) => {
    await page.locator('.bell button').click();
    await page.getByText(/You were mentioned: /).waitFor();
    await shot(page, 'bell');
  });
});

test('three languages, narrow and wide, light and dark', async () => {
  const made = await server.lead(intake, lead());
  for (const [language, theme, width] of [['ko', 'dark', 1440], ['zh-Hans', 'light', 390]]) {
    await at('ann', `/leads/${made.id}`, async (page) => {
      await page.keyboard.press('n');
      await page.keyboard.type('@');
      await page.getByRole('option').nth(1).waitFor();
      await assertAccessible(page, language);
      await assertNoSidewaysScroll(page, language);
      await shot(page, language);
    }, { width, height: 2600, prefs: { language, theme } }); // so high that nothing lies under the bar of a phone
  }
});
