// The board in the page: cards moved by keyboard alone and by mouse, the gate, nothing to show; three languages.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, settled, visit } from '../lib/browser.mjs';
import { lead } from '../lib/leads.mjs';
import { Server } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const password = 'a long sentence for the tests';
const seller = { email: 'kim@example.org', password };
let browser;
let server;
let intake;

async function account(email, role) {
  const made = await server.cli(['user', 'add', email, '--role', role, '--password-stdin'], { input: `${password}\n` });
  assert.equal(made.code, 0, made.stderr);
}

before(async () => {
  server = await Server.start();
  await account(seller.email, 'seller');
  await account('viewer@example.org', 'viewer');
  intake = await server.offer('contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me');
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const at = (path, body, options = {}) => visit(browser, server.base, path, body, { signIn: seller, ...options });
const accepted = async (name, deal = {}) => {
  const made = await server.lead(intake, lead({}, { FirstName: name, LastName: 'Cardholder', Company: `${name} Ltd` }));
  return server.expect(200, 'POST', `/leads/${made.id}/accept`, { json: deal });
};
const stageOf = async (made) => (await server.get(`/leads/${made.id}`)).stage.key;
const inColumn = (page, stage, name) => page.locator(`[data-stage=${stage}] .board-card`, { hasText: name });
const focused = (page, name) => until(() => page.evaluate(() => document.activeElement?.textContent ?? '').then((text) => text.includes(name)), { what: `focus on ${name}` });
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/board-${name}.png` });

test('a board without leads says what to do', async () => {
  await at('/board', async (page) => {
    await page.getByRole('heading', { name: 'No lead is under way' }).waitFor();
    await assertAccessible(page, 'an empty board');
    await page.getByRole('link', { name: 'To the leads' }).waitFor();
  });
});

test('by keyboard alone: there, along the cards, lifted, moved, put back, dropped, refused by the gate', async () => {
  const made = await accepted('Ada', { value: '1200', currency: 'EUR' });
  await accepted('Bea');
  await at('/leads', async (page, { wrong }) => {
    await settled(page);
    await page.locator('h1').focus();
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await inColumn(page, 'contact', 'Ada').waitFor();
    await page.locator('[data-stage=contact] header [title="€1,200.00"]', { hasText: '€1.2K' }).waitFor();
    await inColumn(page, 'contact', 'Bea').focus();
    await page.keyboard.press('ArrowUp');
    await focused(page, 'Ada');
    const said = page.locator('[aria-live=assertive]');
    await page.keyboard.press('Space');
    await said.filter({ hasText: 'Lifted Ada Cardholder, in First contact' }).waitFor({ state: 'attached' });
    await page.keyboard.press('ArrowRight');
    await said.filter({ hasText: 'Over Qualification, 0 leads' }).waitFor({ state: 'attached' });
    await assertAccessible(page, 'a lifted card');
    await page.keyboard.press('Escape');
    await said.filter({ hasText: 'Put back' }).waitFor({ state: 'attached' });
    assert.equal(await stageOf(made), 'contact');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await inColumn(page, 'qualify', 'Ada').waitFor();
    await said.filter({ hasText: 'Moved to Qualification' }).waitFor({ state: 'attached' });
    await focused(page, 'Ada');
    assert.equal(await stageOf(made), 'qualify');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    const gate = page.getByRole('dialog', { name: 'Not qualified yet' });
    await gate.getByRole('listitem').filter({ hasText: 'Who decides is known' }).waitFor();
    assert.match(wrong.splice(0).join(), /^console: .*409 \(Conflict\)$/);
    await page.keyboard.press('Escape');
    await gate.waitFor({ state: 'detached' });
    assert.equal(await stageOf(made), 'qualify');
    await inColumn(page, 'qualify', 'Ada').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Ada Cardholder' }).waitFor();
  });
});

test('by mouse, and taken back', async () => {
  const made = await accepted('Cleo');
  await at('/board', async (page) => {
    await inColumn(page, 'contact', 'Cleo').dragTo(page.locator('[data-stage=qualify]'));
    await inColumn(page, 'qualify', 'Cleo').waitFor();
    assert.equal(await stageOf(made), 'qualify');
    await page.locator('.toast', { hasText: 'Moved to Qualification' }).getByRole('button', { name: 'Undo' }).click();
    await inColumn(page, 'contact', 'Cleo').waitFor();
    assert.equal(await stageOf(made), 'contact');
  });
});

test('what others move is seen without asking', async () => {
  const made = await accepted('Dora');
  await at('/board', async (page) => {
    await inColumn(page, 'contact', 'Dora').waitFor();
    await server.expect(200, 'POST', `/leads/${made.id}/stage`, { json: { stage: 'qualify' } });
    await inColumn(page, 'qualify', 'Dora').waitFor();
    await inColumn(page, 'contact', 'Dora').waitFor({ state: 'detached' });
  });
});

test('a viewer sees the board and moves nothing', async () => {
  const made = await accepted('Elsa');
  await at('/board', async (page) => {
    await inColumn(page, 'contact', 'Elsa').focus();
    await page.keyboard.press('Space');
    assert.equal(await page.locator('.is-lifted').count(), 0);
  }, { signIn: { email: 'viewer@example.org', password } });
  assert.equal(await stageOf(made), 'contact');
});

test('a card keeps to its column, whatever it is called', async () => {
  const name = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(2);
  await accepted(name, { value: '123456789012', currency: 'EUR' });
  await at('/board', async (page) => {
    await inColumn(page, 'contact', name).waitFor();
    const wide = await page.evaluate(() => [...document.querySelectorAll('.board-column')].flatMap((column) => [...column.querySelectorAll('.board-card, .board-card *')]
      .filter((part) => part.getBoundingClientRect().right > column.getBoundingClientRect().right).map((part) => part.className || part.tagName)));
    assert.deepEqual(wide, []);
    await assertNoSidewaysScroll(page, 'the board');
  });
});

test('one attempt only is a view of the list', async () => {
  const made = await accepted('Fay');
  await server.expect(200, 'POST', `/leads/${made.id}/calls`, { json: { outcome: 'no-answer' } });
  await at('/leads?view=one-attempt', async (page) => {
    await page.getByRole('link', { name: 'Fay Cardholder' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Elsa Cardholder' }).count(), 0);
  });
});

test('favorites are a view of the list, and are narrowed by what was noted of them', async () => {
  const [made, other] = [await accepted('Hedda'), await accepted('Ivar')];
  for (const l of [made, other]) await server.expect(200, 'POST', `/leads/${l.id}/favorite`, { json: {} });
  await server.expect(200, 'PATCH', `/leads/${made.id}`, { json: { quality: 'High' } });
  await at('/leads?view=favorites', async (page) => {
    await page.getByRole('link', { name: 'Hedda Cardholder' }).waitFor();
    await page.getByRole('link', { name: 'Ivar Cardholder' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Fay Cardholder' }).count(), 0);
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('dialog').getByLabel('Lead quality').selectOption('High');
    await page.getByRole('dialog').getByRole('button', { name: 'Show' }).click();
    await page.getByRole('link', { name: 'Ivar Cardholder' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Hedda Cardholder' }).waitFor();
    await assertAccessible(page, 'favorites');
  });
});

test('every language, narrow and wide, light and dark', async () => {
  const made = await accepted('Gil', { value: '5000000', currency: 'KRW' });
  await server.expect(200, 'POST', `/leads/${made.id}/stage`, { json: { stage: 'proposal', override: true, reason: 'pictures' } });
  for (const [language, theme, width] of [['en', 'light', 1440], ['ko', 'dark', 1440], ['zh-Hans', 'light', 390], ['en', 'dark', 390]]) {
    await at('/board', async (page) => {
      await page.locator('.board-card').first().waitFor();
      await settled(page);
      await assertAccessible(page, `board in ${language}`);
      await assertNoSidewaysScroll(page, `board in ${language}`);
      await shot(page, `${language}-${theme}-${width}`);
    }, { prefs: { language, theme }, width });
  }
});
