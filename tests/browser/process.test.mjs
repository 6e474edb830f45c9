// The process of a lead in the page: its stages by keyboard, the gate, the checklist, and the settings; three languages.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, settled, visit } from '../lib/browser.mjs';
import { lead } from '../lib/leads.mjs';
import { Server } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const password = 'a long sentence for the tests';
const seller = { email: 'kim@example.org', password };
const manager = { email: 'boss@example.org', password };
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
  await account(manager.email, 'manager');
  intake = await server.offer('contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me');
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const at = (path, body, options = {}) => visit(browser, server.base, path, body, { signIn: seller, ...options });
const accepted = async (more, who) => {
  const made = await server.lead(intake, lead(more, who));
  return server.expect(200, 'POST', `/leads/${made.id}/accept`, { json: {} });
};
const now = (made) => server.get(`/leads/${made.id}`);
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/process-${name}.png`, fullPage: true });
const here = (page, name) => page.locator('.way-stage.is-here', { hasText: name }).waitFor();

test('by keyboard alone: along the stages, stopped at the gate, the checklist ticked, and on', async () => {
  const made = await accepted();
  await at(`/leads/${made.id}`, async (page, { wrong }) => {
    await here(page, 'First contact');
    await page.keyboard.press('m');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await here(page, 'Qualification');
    assert.equal((await now(made)).stage.key, 'qualify');
    await page.keyboard.press('m');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    const gate = page.getByRole('dialog', { name: 'Not qualified yet' });
    await gate.getByRole('listitem').filter({ hasText: 'Who decides is known' }).waitFor();
    assert.equal(await gate.getByRole('listitem').count(), 3);
    assert.match(wrong.splice(0).join(), /^console: .*409 \(Conflict\)$/);
    await gate.getByText('A manager may pass over them').waitFor();
    await assertAccessible(page, 'gate');
    await shot(page, 'gate');
    await page.keyboard.press('Escape');
    await gate.waitFor({ state: 'detached' });
    await page.getByRole('checkbox', { name: 'The need is known' }).focus();
    await page.keyboard.press('Space');
    const ask = page.getByRole('dialog', { name: 'The need is known' });
    await ask.getByText('This item needs evidence: what was said').waitFor();
    await ask.getByRole('button', { name: 'Met' }).click();
    await ask.locator('.field.is-bad', { hasText: 'This item needs evidence: write' }).waitFor();
    await assertAccessible(page, 'an item that needs evidence');
    await shot(page, 'evidence');
    await page.keyboard.press('Escape');
    await ask.waitFor({ state: 'detached' });
    assert.equal((await now(made)).checklist[0].met, false);
    for (const item of ['The need is known', 'Who decides is known', 'When they want to buy']) {
      await page.getByRole('checkbox', { name: item }).focus();
      await page.keyboard.press('Space');
      await page.getByRole('dialog').getByLabel('Evidence').waitFor();
      await page.keyboard.type(`evidence of ${item}`);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.locator('.check-proof', { hasText: `evidence of ${item}` }).waitFor();
    }
    await page.locator('.chip', { hasText: 'Qualified' }).waitFor();
    await page.locator('h1').focus();
    await page.keyboard.press('m');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await here(page, 'Solution');
    await page.locator('.timeline li', { hasText: 'Qualification → Solution' }).waitFor();
    await page.locator('.toast', { hasText: 'Moved to Solution' }).getByRole('button', { name: 'Undo' }).click();
    await here(page, 'Qualification');
    await page.getByRole('checkbox', { name: 'The need is known' }).click();
    await page.locator('.chip', { hasText: '1 required item is open' }).waitFor();
    const { checklist, stage } = await now(made);
    assert.deepEqual([stage.key, checklist[0].met, checklist[1].actor], ['qualify', false, seller.email]);
  });
});

test('a call or a mail of the lead is the evidence, and is found from the item', async () => {
  const made = await accepted();
  await server.expect(200, 'POST', `/leads/${made.id}/calls`, { json: { outcome: 'fit', text: '200 seats' } });
  const { timeline } = await server.expect(200, 'POST', `/leads/${made.id}/mails`, { json: { text: 'As we said: by May' } });
  await at(`/leads/${made.id}`, async (page) => {
    await page.getByRole('checkbox', { name: 'The need is known' }).click();
    const ask = page.getByRole('dialog', { name: 'The need is known' });
    await ask.getByLabel('Note, call or mail that says so').selectOption(timeline.find((x) => x.type === 'call').id);
    await shot(page, 'entry');
    await ask.getByRole('button', { name: 'Met' }).click();
    const proof = page.locator('.check-proof', { hasText: seller.email });
    await proof.getByRole('button', { name: '200 seats' }).click();
    await page.locator('.timeline li:focus', { hasText: '200 seats' }).waitFor();
    await page.getByRole('checkbox', { name: 'When they want to buy' }).click();
    const when = page.getByRole('dialog', { name: 'When they want to buy' });
    await when.getByLabel('Note, call or mail that says so').selectOption({ label: await when.locator('option', { hasText: 'by May' }).innerText() });
    await when.getByRole('button', { name: 'Met' }).click();
    await page.locator('.check-proof').getByRole('button', { name: 'by May' }).click();
    await page.locator('.timeline li:focus', { hasText: 'by May' }).waitFor();
    await assertAccessible(page, 'an item with a call');
    await shot(page, 'proof');
  });
});

test('a manager passes over the gate with a reason', async () => {
  const made = await accepted();
  await at(`/leads/${made.id}`, async (page, { wrong }) => {
    await page.getByRole('button', { name: 'Proposal' }).click();
    const gate = page.getByRole('dialog', { name: 'Not qualified yet' });
    await gate.getByRole('button', { name: 'Move anyway' }).click();
    await gate.locator('.field.is-bad').waitFor();
    assert.match(wrong.splice(0).join(), /^console: .*409 \(Conflict\)$/);
    await gate.getByLabel('Why they are passed over').fill('Known for years');
    await gate.getByRole('button', { name: 'Move anyway' }).click();
    await here(page, 'Proposal');
    await page.locator('.timeline li', { hasText: 'Passed over' }).getByText('Known for years').waitFor();
  }, { signIn: manager });
  assert.equal((await now(made)).stage.key, 'proposal');
});

test('who gives up too soon is asked why', async () => {
  const made = await accepted();
  await at(`/leads/${made.id}`, async (page) => {
    await page.getByRole('button', { name: 'Lost' }).click();
    const dialog = page.getByRole('dialog', { name: 'Close as lost' });
    await dialog.getByText('0 attempts of 3 were made.').waitFor();
    await dialog.getByLabel('Reason').selectOption('no-answer');
    await dialog.getByRole('button', { name: 'Lost' }).click();
    await dialog.locator('.field.is-bad', { hasText: 'Why give it up so soon' }).waitFor();
    await dialog.getByLabel('Why give it up so soon').fill('The company is closed');
    await dialog.getByRole('button', { name: 'Lost' }).click();
    await page.locator('.timeline li', { hasText: 'The company is closed' }).waitFor();
    assert.equal(await page.locator('.way').count(), 0);
  });
  assert.equal((await now(made)).substatus, 'Lost');
});

test('a process is copied, changed and given to an offer', async () => {
  await at('/settings?section=processes', async (page) => {
    await page.getByRole('heading', { name: 'Default process' }).waitFor();
    await assertAccessible(page, 'processes');
    await page.getByRole('button', { name: 'Copy' }).click();
    const form = page.getByRole('dialog', { name: 'New process' });
    await form.getByLabel('Name', { exact: true }).fill('Enterprise');
    await form.getByLabel('Contoso CRM').check();
    const first = form.getByRole('group', { name: 'First contact' });
    await first.getByLabel('Target days').fill('4');
    await form.getByRole('group', { name: 'There is a budget' }).getByLabel('evidence needed').uncheck();
    await form.getByRole('button', { name: 'Remove Decision' }).first().click();
    await form.getByRole('button', { name: 'Add a stage' }).click();
    await form.getByRole('group', { name: 'Stage', exact: true }).getByLabel('Stage').fill('Signature');
    await assertAccessible(page, 'the form of a process');
    await shot(page, 'editor');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Enterprise' }).waitFor();
    const { items } = await server.get('/processes?publisher=contoso');
    const own = items.find((p) => p.name === 'Enterprise');
    assert.deepEqual([own.offers, own.stages.map((s) => [s.key.replace(/-[0-9a-z]+-4$/, '-new'), s.shipped])], [['contoso.crm'], [['contact', true], ['qualify', true], ['solution', true], ['proposal', true], ['stage-new', false]]]);
    assert.equal(own.stages[0].targetDays, 4);
    assert.deepEqual(own.checklist.map((x) => x.needsEvidence), [true, true, true, false, false]);
    const card = page.locator('.card', { has: page.getByRole('heading', { name: 'Enterprise' }) });
    const takeAway = async () => {
      await card.getByRole('button', { name: 'Remove' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    };
    await page.route('**/api/v1/processes/*', async (route) => { // somebody is faster
      const json = { ...own, stages: own.stages.map((s) => ({ ...s, targetDays: 9 })) };
      await server.expect(200, 'PUT', `/processes/${encodeURIComponent(own.id)}`, { json });
      await route.continue();
    }, { times: 1 });
    await takeAway();
    await page.getByText('Somebody else changed this process meanwhile').waitFor();
    await card.getByText('9 days').first().waitFor(); // as it is now
    await takeAway();
    await until(async () => (await server.get('/processes?publisher=contoso')).items.length === 1, { what: 'it is gone' });
  }, { signIn: manager });
});

test('who may not change a process sees it', async () => {
  await at('/settings?section=processes', async (page) => {
    await page.getByRole('heading', { name: 'Default process' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Edit' }).count(), 0);
  });
});

test('every language, narrow and wide, light and dark', async () => {
  const made = await accepted({ Description: 'The lead of the pictures' });
  await server.expect(200, 'POST', `/leads/${made.id}/stage`, { json: { stage: 'qualify' } });
  await server.expect(200, 'PUT', `/leads/${made.id}/checklist/need`, { json: { evidence: '200 seats, by phone' } });
  for (const [language, theme, width] of [['en', 'light', 1440], ['ko', 'dark', 1440], ['zh-Hans', 'light', 390], ['en', 'dark', 390]]) {
    for (const [name, path] of [['lead', `/leads/${made.id}`], ['settings', '/settings?section=processes']]) {
      await at(path, async (page) => {
        await page.locator(name === 'lead' ? '.way' : '.process-stages').first().waitFor();
        await settled(page);
        await assertAccessible(page, `${name} in ${language}`);
        await assertNoSidewaysScroll(page, `${name} in ${language}`);
        await shot(page, `${name}-${language}-${theme}-${width}`);
      }, { prefs: { language, theme }, width, signIn: manager });
    }
  }
});
