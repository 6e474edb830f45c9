// Customers and duplicates in the page: where values come from, merge, split, undo, deciding by keyboard.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertClean, openBrowser, openPage, settled } from '../lib/browser.mjs';
import { startMock } from '../lib/ui-mock.mjs';

const signIn = { email: 'admin@example.com', password: 'demo' };
let browser;
let mock;

before(async () => { browser = await openBrowser(); });
after(async () => { await browser?.close(); });

/** Each with data of its own, because changes stay. */
async function at(path, body, options = {}) {
  mock = await startMock();
  const visit = await openPage(browser, mock.url, { signIn, prefs: { language: 'en' }, ...options });
  try {
    await visit.page.goto(typeof path === 'function' ? path() : path);
    await settled(visit.page);
    await body(visit.page, visit);
    await assertClean(visit, 'customers');
  } finally {
    await visit.close();
    await mock.stop();
  }
}

const someone = () => `/customers/${mock.state.leads.find((l) => !l.test).customer.id}`;
const counted = async (page) => Number(await page.locator('.panel', { hasText: 'Offer' }).locator('.count').first().innerText());

test('the list is searched and filtered, and says when nothing is found', () => at('/customers', async (page) => {
  const all = await page.locator('tbody tr').count();
  await page.locator('.search-page input').fill('Nordlicht');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/customers?q=Nordlicht');
  await settled(page);
  assert.ok(await page.locator('tbody tr').count() < all);
  await page.locator('.search-page input').fill('nothing like it');
  await page.keyboard.press('Enter');
  await page.locator('.empty').waitFor();
  await page.getByRole('button', { name: 'Clear' }).first().click();
  await page.locator('tbody tr').first().waitFor();
}));

test('a customer shows where each value comes from; a value can be set', () => at(someone, async (page) => {
  await page.getByText('the only value').first().waitFor();
  await page.getByRole('button', { name: 'Edit values' }).click();
  await page.getByRole('dialog').getByLabel('Job title').fill('Chief Buyer');
  await assertAccessible(page, 'edit');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('set by Alex Morgan').waitFor();
  await page.locator('.page-sub', { hasText: 'Chief Buyer' }).waitFor();
}));

test('leads are split off after a preview, and one click takes it back', () => at(someone, async (page) => {
  const before = await counted(page);
  await page.locator('tbody input[type=checkbox]').first().check();
  await page.getByRole('button', { name: 'Split off…' }).click();
  await page.locator('.preview').waitFor();
  await assertAccessible(page, 'preview');
  await page.getByRole('dialog').getByRole('button', { name: 'Split', exact: true }).click();
  await page.getByText('Split into two customers.').waitFor();
  await page.getByText('Split', { exact: true }).first().waitFor();
  await settled(page);
  assert.equal(await counted(page), before - 1);
  await page.locator('.toast-undo').click();
  await page.getByText('Taken back').first().waitFor();
  await page.getByText('Undone').waitFor();
  await settled(page);
  assert.equal(await counted(page), before);
}));

test('two customers are merged after a search and a preview; the history takes it back', () => at(someone, async (page) => {
  const before = await counted(page);
  await page.getByRole('button', { name: 'Merge with…' }).click();
  await page.getByRole('dialog').getByRole('searchbox').fill('a');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').locator('.row-main').first().click();
  await page.locator('.preview').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Merge', exact: true }).click();
  await page.getByText('Merged into one customer.').waitFor();
  await page.getByText('Merged', { exact: true }).waitFor();
  await settled(page);
  assert.ok(await counted(page) > before);
  await page.locator('.rows').getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Undone').waitFor();
  await settled(page);
  assert.equal(await counted(page), before);
}));

test('duplicates are decided by keyboard: later, same, different, undo; at the end it says so', () => at('/duplicates', async (page) => {
  const heads = () => page.locator('.versus thead').innerText();
  const first = await heads();
  await page.getByText('1 of 3').waitFor();
  await page.keyboard.press('l');
  await page.getByText('2 of 3').waitFor();
  assert.notEqual(await heads(), first);
  await page.keyboard.press('k');
  await page.getByText('1 of 3').waitFor();
  await page.keyboard.press('s');
  await page.getByText('They are one customer now.').waitFor();
  await page.getByText('1 of 2').waitFor();
  await page.keyboard.press('u');
  await page.getByText('1 of 3').waitFor();
  assert.equal(await heads(), first);
  for (const left of ['1 of 2', '1 of 1']) {
    await page.keyboard.press('d');
    await page.getByText(left).waitFor();
  }
  await assertAccessible(page, 'duplicates');
  await page.keyboard.press('d');
  await page.getByText('Nothing to decide').waitFor();
  await assertAccessible(page, 'no duplicates');
}));

test('a lead tells why it is the same customer, piece by piece', () => at(() => `/leads/${mock.state.leads.find((l) => !l.test).id}`, async (page) => {
  await page.getByRole('button', { name: 'Why the same customer' }).click();
  const bars = page.getByRole('dialog').locator('.evidence li');
  await bars.first().waitFor();
  assert.equal(await bars.count(), 6);
  await page.getByText('Together').waitFor();
  await assertAccessible(page, 'why');
}));

test('a viewer looks, and is told what deciding needs', async () => {
  await at('/duplicates', async (page) => {
    mock.state.me.role = 'viewer';
    await page.reload();
    await settled(page);
    await page.getByText('Deciding needs the role seller.').waitFor();
    assert.equal(await page.getByRole('button', { name: /^Same/ }).count(), 0);
  });
});

test('all leads are matched anew: looked at first, done after a question, taken back', () => at('/duplicates', async (page) => {
  await page.getByText('Choose one publisher above').waitFor();
  mock.state.me.publisher = 'contoso';
  await page.reload();
  await settled(page);
  const panel = page.locator('.panel.rematch');
  await panel.getByText('This was not done yet.').waitFor();
  await panel.getByRole('button', { name: 'See what would change' }).click();
  await panel.locator('progress').waitFor();
  await panel.locator('.figures').waitFor();
  assert.deepEqual(await panel.locator('.figures dd').allInnerTexts(), ['4', '2', '9', '3', '1']);
  assert.equal(await panel.locator('tbody tr').count(), 10);
  assert.match(await panel.locator('tbody a').first().getAttribute('href'), /^\/customers\/[0-9a-f-]{36}$/);
  await assertAccessible(page, 'rematch');
  await panel.getByRole('button', { name: 'Match anew…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  assert.equal(mock.state.rematches, undefined, 'a question that was not answered does nothing');
  await panel.getByRole('button', { name: 'Match anew…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Match anew' }).click();
  await panel.getByText('4 merged, 2 split off, 9 leads moved').waitFor();
  await panel.getByRole('button', { name: 'Take it back…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click();
  await panel.getByText('Undone').waitFor();
  assert.equal(mock.state.rematches[0].state, 'undone');
}));

test('a person\'s data are handed over as a file', () => at(someone, async (page) => {
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download it all' }).click();
  const file = await waiting;
  assert.match(file.suggestedFilename(), /^customer-[0-9a-f-]{36}\.json$/);
  const parts = [];
  for await (const part of await file.createReadStream()) parts.push(part);
  const all = JSON.parse(Buffer.concat(parts).toString());
  assert.ok(all.customer.id && all.leads.length > 0);
}));

for (const [theme, language] of [['light', 'en'], ['dark', 'ko'], ['light', 'zh-Hans']]) {
  test(`a person's data are erased after a look and a word: ${language}`, () => at(someone, async (page) => {
    const panel = page.locator('.panel').last();
    await panel.getByRole('button').nth(1).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox').waitFor();
    await assertAccessible(page, `erase ${theme}`);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/erase-${language}.png` });
    const act = dialog.locator('.button-danger');
    assert.equal(await act.isDisabled(), true, 'nothing is erased by one press');
    assert.equal(mock.state.erased.size, 0);
    await dialog.getByRole('checkbox').check();
    await act.click();
    await dialog.waitFor({ state: 'detached' });
    await page.locator('.message').first().waitFor();
    assert.equal(mock.state.erased.size, 1);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/erased-${language}.png`, fullPage: true });
  }, { prefs: { theme, language } }));
}

test('who may not erase is not offered it', () => at(someone, async (page) => {
  await page.getByRole('button', { name: 'Erase personal data' }).waitFor();
  mock.state.me.role = 'manager';
  await page.reload();
  await page.getByRole('button', { name: 'Download it all' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Erase personal data' }).count(), 0);
}));
