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
      assert.equal(views.length, 14);
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

const menu = async (page, item) => {
  await page.locator('.filter-bar').getByRole('button', { name: 'Views', exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
};
const rows = (page) => page.locator('.table tbody tr');
const mine = async (who) => (await server.api('GET', '/views', { token: null, headers: { Cookie: await session(who) } })).json.items;
async function session(who) {
  const { headers } = await server.api('POST', '/session', { token: null, json: { email: people[who], password } });
  return headers['set-cookie'].map((c) => c.split(';')[0]).join('; ');
}

test('a list is kept as a view, opened by its address, changed, put in order and removed, with an undo', async () => {
  for (const Country of ['KR', 'KR', 'DE']) await server.lead(intake, lead({}, { Country }));
  await at('kim', '/leads?view=all&country=KR', async (page) => {
    await rows(page).nth(1).waitFor();
    await menu(page, 'Save as a new view');
    const dialog = page.getByRole('dialog', { name: 'Save view' });
    await dialog.getByLabel('Name').fill('Korea');
    assert.equal(await dialog.getByText('Shared').count(), 0, 'a seller shares nothing');
    await assertAccessible(page, 'saving');
    await shot(page, 'save');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Korea' }).waitFor();
    await settled(page);
    assert.match(page.url(), /country=KR.*from=/, 'the address holds the whole question');
    assert.equal(await rows(page).count(), 2);
    await shot(page, 'saved');
    // Another question of the same view.
    assert.equal(await page.getByRole('button', { name: 'Save changes' }).count(), 0);
    await page.getByRole('button', { name: 'Response' }).click();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('View “Korea” changed').waitFor();
    assert.deepEqual((await mine('kim'))[0].query, { country: 'KR', sort: '-due' });
    await page.getByRole('button', { name: 'Save changes' }).waitFor({ state: 'detached' });
  });
  const [korea] = await mine('kim');
  await at('kim', `/leads?view=${korea.id}`, async (page, visit) => {
    await page.getByRole('heading', { level: 1, name: 'Korea' }).waitFor();
    await rows(page).nth(1).waitFor();
    assert.match(page.url(), /sort=-due/);
    // Its name is taken.
    await menu(page, 'Save as a new view');
    await page.getByLabel('Name').fill('korea');
    await page.keyboard.press('Enter');
    await page.getByText('There is a view of that name already').waitFor();
    visit.wrong.splice(0, Infinity, ...visit.wrong.filter((line) => !/409 \(Conflict\)$/.test(line)));
    await page.getByLabel('Name').fill('Korea, too');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Korea, too' }).waitFor();
    await menu(page, 'Manage views');
    const drawer = page.getByRole('dialog', { name: 'Saved views' });
    await drawer.getByRole('button', { name: 'Move Korea, too up' }).click();
    await page.waitForFunction(() => document.querySelector('.views li')?.textContent?.includes('Korea, too'));
    await drawer.getByLabel('Begin with').selectOption({ label: 'Korea' });
    await assertAccessible(page, 'managing');
    await shot(page, 'manage');
    await drawer.getByRole('button', { name: 'Change Korea', exact: true }).click();
    await page.getByLabel('Name').fill('South Korea');
    await page.keyboard.press('Enter');
    await drawer.getByRole('link', { name: 'South Korea' }).waitFor();
    await drawer.getByRole('button', { name: 'Remove Korea, too' }).click();
    await drawer.getByRole('link', { name: 'Korea, too' }).waitFor({ state: 'detached' });
    await drawer.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await tab(page, 'Korea, too').waitFor();
    // What one begins with, and what the palette finds.
    await page.goto('/leads');
    await page.getByRole('heading', { level: 1, name: 'South Korea' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('korea, t');
    await page.getByRole('option', { name: 'Korea, too' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Korea, too' }).waitFor();
  });
});

test('a shared view reaches colleagues; one that means nothing any more says so and shows nothing', async () => {
  const team = await server.expect(201, 'POST', '/teams', { json: { publisher: 'contoso', name: 'Soon gone', members: [people.boss] } });
  await at('boss', `/leads?view=all&team=${team.id}`, async (page) => {
    await page.getByText('Team: Soon gone').waitFor();
    await page.getByText('No lead fits').or(page.locator('.empty')).first().waitFor();
    await menu(page, 'Save as a new view');
    await page.getByLabel('Name').fill('Of the team');
    await page.getByText('Shared', { exact: true }).click();
    await shot(page, 'share');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Of the team' }).waitFor();
  });
  await at('kim', '/leads?view=all', async (page) => {
    await tab(page, 'Of the team').click();
    await page.getByText('A shared view').waitFor();
    await server.expect(204, 'DELETE', `/teams/${team.id}`);
    await page.goto('/leads?view=all');
    await tab(page, 'Of the team').click();
    await page.getByText('What this view filters by is not there any more').waitFor();
    await page.getByRole('heading', { name: 'Cannot be shown' }).waitFor();
    assert.equal(await rows(page).count(), 0);
    await assertAccessible(page, 'broken');
    await shot(page, 'broken');
    await page.goto('/leads?view=0190aaaa-0000-7000-8000-000000000000');
    await page.getByRole('heading', { level: 1, name: 'View not found' }).waitFor();
  });
});

test('three languages, narrow and wide, light and dark', async () => {
  for (const [language, theme, width] of [['en', 'dark', 390], ['ko', 'dark', 1440], ['zh-Hans', 'light', 390]]) {
    await at('boss', '/leads?view=all&country=KR', async (page) => {
      await page.locator('.filter-bar .popup-box button').first().click();
      await page.getByRole('menuitem').nth(1).click();
      await page.getByRole('dialog').waitFor();
      await settled(page);
      await assertAccessible(page, `managing in ${language}`);
      await assertNoSidewaysScroll(page, `managing in ${language}`);
      assert.doesNotMatch(await page.locator('body').innerText(), /views\.|view\./);
      await shot(page, `manage-${language}`);
    }, { width, prefs: { language, theme } });
  }
});
