// Destinations that are CRMs, in the page: the guide, the mapping, a preview, and Validate that sends nothing.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, settled, visit } from '../lib/browser.mjs';
import { Crm } from '../lib/crm.mjs';
import { lead } from '../lib/leads.mjs';
import { Server } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const password = 'a long sentence for the tests';
const signIn = { email: 'kim@example.org', password };
const json = (status, body) => ({ status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
const contact = { id: '501', properties: { hs_lead_status: 'CONNECTED', lifecyclestage: 'lead', hubspot_owner_id: '77', lastmodifieddate: '2026-11-22T09:30:00Z' } };
const records = (call) => (call.path.endsWith('/search') ? json(200, { total: 1, results: [contact] }) : call.method === 'GET'
  ? json(200, { results: [{ name: 'jobtitle', label: 'Job Title', type: 'string' }, { name: 'lead_offer', label: 'Offer', type: 'string' }] })
  : json(200, { status: 'COMPLETE', results: [{ id: '501' }] }));
let browser;
let server;
let crm;

before(async () => {
  server = await Server.start();
  const made = await server.cli(['user', 'add', signIn.email, '--role', 'admin', '--password-stdin'], { input: `${password}\n` });
  assert.equal(made.code, 0, made.stderr);
  await server.take(await server.offer('contoso.app', '--title', 'The App'), lead({ LeadSource: 'AppSource-PLT|contoso.app' }, { FirstName: '민준', LastName: '이', Company: '한빛' }));
  crm = await Crm.start({ tokenPath: null, records });
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await crm?.stop(); await server?.stop(); });

const at = (path, body, options = {}) => visit(browser, server.base, path, body, { signIn, ...options });

test('a CRM is connected by its guide; Validate proves the token and sends nothing until it is asked to', () => at('/destinations', async (page) => {
  await page.getByRole('button', { name: 'Add destination' }).first().click();
  await page.getByRole('radio', { name: /HubSpot/ }).check();
  await page.getByText('What to do in HubSpot').waitFor();
  await assertAccessible(page, 'the form');
  await page.getByLabel('Token').fill('pat-na1-1');
  await page.getByText('More settings').click();
  await page.getByLabel('Base address').fill(crm.base);
  await page.getByText('Allow plain HTTP').click();
  await page.getByText('Allow private addresses').click();
  await page.getByRole('button', { name: 'Save' }).click();
  const card = page.locator('article', { hasText: 'HubSpot' });
  await card.getByRole('button', { name: 'Validate' }).click();
  await card.getByText('nothing was sent yet').waitFor();
  assert.deepEqual(crm.calls.map((call) => call.method), ['GET']);
  await card.getByRole('button', { name: 'Send a test lead' }).click();
  await card.getByText('nothing was sent yet').waitFor({ state: 'detached' });
  assert.deepEqual(crm.calls.map((call) => call.method), ['GET', 'POST']);
}));

test('the mapping is changed with the peer’s own fields, tried on a lead, and kept', () => at('/destinations', async (page) => {
  await page.getByRole('button', { name: 'Edit HubSpot' }).click();
  await page.getByText('Mapping of fields').click();
  await page.getByRole('button', { name: 'Read its fields' }).click();
  await page.getByText('2 fields to choose from').waitFor();
  await page.getByLabel('jobtitle', { exact: true }).fill('');
  await page.getByLabel('Field over there').fill('lead_offer');
  await page.getByRole('button', { name: 'Add field' }).click();
  await page.getByLabel('lead_offer', { exact: true }).fill('{offerTitle|offer} ({nobody})');
  await page.getByLabel('Lead to show it with').selectOption({ label: '이민준' });
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('no such field of a lead').waitFor();
  await page.getByLabel('lead_offer', { exact: true }).fill('{offerTitle|offer}!');
  await page.getByRole('button', { name: 'Preview' }).click();
  const shown = page.locator('.mapping-editor .facts');
  await shown.getByText('The App!').waitFor();
  assert.equal(await shown.getByText('jobtitle').count(), 0, 'left out');
  await assertAccessible(page, 'the mapping');
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/dest-mapping.png` });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const [kept] = (await server.get('/destinations')).items;
  assert.equal(kept.settings.mapping, 'jobtitle = \nlead_offer = {offerTitle|offer}!');
  await page.getByRole('button', { name: 'Edit HubSpot' }).click();
  await page.getByText('Mapping of fields').click();
  await page.getByRole('button', { name: 'Back to the default of jobtitle' }).click();
  assert.equal(await page.getByLabel('jobtitle', { exact: true }).inputValue(), '{title}');
}));

test('a type that a line gives to a default field outlives a change of another line', () => at('/destinations', async (page) => {
  const find = async () => (await server.get('/destinations')).items[0];
  await server.expect(200, 'PATCH', `/destinations/${(await find()).id}`, { json: { settings: { mapping: 'company:int = 5' } } });
  await page.reload();
  await page.getByRole('button', { name: 'Edit HubSpot' }).click();
  await page.getByText('Mapping of fields').click();
  await page.getByLabel('jobtitle', { exact: true }).fill('{company}');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal((await find()).settings.mapping, 'company:int = 5\njobtitle = {company}');
}));

test('the form of a CRM is readable on a telephone, in three languages', async () => {
  for (const language of ['en', 'ko', 'zh-Hans']) {
    await at('/destinations', async (page) => {
      await page.locator('.card-foot button').nth(2).click();
      await page.locator('.guide, .mapping-editor, form').first().waitFor();
      for (const fold of await page.locator('details.fold > summary').all()) if (!await fold.evaluate((e) => e.parentElement.open)) await fold.click();
      await settled(page);
      await assertNoSidewaysScroll(page, language);
      await assertAccessible(page, `${language}, narrow and dark`);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/dest-${language}.png`, fullPage: false });
    }, { width: 390, height: 844, prefs: { language, theme: 'dark' } });
  }
});

test('what the CRM says of a lead is on its page, beside what we say', async () => {
  const [destination] = (await server.get('/destinations')).items;
  await server.expect(200, 'PATCH', `/destinations/${destination.id}`, { json: { settings: { mapping: '', portalId: '62515' } } });
  await server.take(await server.offer('contoso.crm', '--title', 'Contoso CRM'), lead({ LeadSource: 'AppSource-PLT|contoso.crm' }, { FirstName: '지현', LastName: '김' }));
  const got = await until(async () => (await server.get('/leads?offer=contoso.crm')).items[0], { what: 'the lead' });
  await until(async () => (await server.get(`/leads/${got.id}`)).deliveries[0]?.state === 'done', { what: 'it was delivered' });
  await at(`/leads/${got.id}`, async (page) => {
    await server.expect(200, 'POST', `/destinations/${destination.id}/follow`);
    const panel = page.locator('.records');
    await panel.getByText('CONNECTED').waitFor(); // it comes by itself
    await panel.getByText('Being worked on').waitFor();
    await panel.getByText('here it is still new').waitFor();
    assert.equal(await panel.getByRole('link', { name: 'Open in the CRM' }).getAttribute('href'), 'https://app.hubspot.com/contacts/62515/record/0-1/501');
    await page.locator('.timeline').getByText('Heard from the CRM').waitFor();
    await page.locator('.timeline').getByText('Owner: #77').waitFor();
    await assertAccessible(page, 'a lead with its record');
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/record.png`, fullPage: true });
  });
  for (const language of ['ko', 'zh-Hans']) {
    await at(`/leads/${got.id}`, async (page) => {
      await page.locator('.record').waitFor();
      await settled(page);
      await assertNoSidewaysScroll(page, language);
      await assertAccessible(page, `${language}, narrow and dark`);
      if (process.env.SHOTS) await page.locator('.record').screenshot({ path: `${process.env.SHOTS}/record-${language}.png` });
    }, { width: 390, height: 844, prefs: { language, theme: 'dark' } });
  }
  await at('/destinations', async (page) => {
    await page.getByText('Read back').first().waitFor();
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/record-destinations.png` });
  });
});

test('what a person should look at is behind the bell, and gone when its cause is', async () => {
  crm.records = json(401, { status: 'error', category: 'INVALID_AUTHENTICATION', message: 'token is unknown' });
  await server.take(await server.offer('contoso.bell'), lead({ LeadSource: 'AppSource-PLT|contoso.bell' }));
  await until(async () => (await server.get('/alarms')).items.length, { timeout: 20_000, what: 'an alarm' });
  await at('/leads', async (page) => {
    await page.getByRole('button', { name: '1 thing to look at' }).click();
    await page.getByText('HubSpot refuses leads; they wait').waitFor();
    await assertAccessible(page, 'alarms');
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/alarms.png` });
    await page.getByRole('link', { name: /refuses leads/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Destinations' }).waitFor();
  });
  crm.records = records;
  const [{ id }] = (await server.get('/destinations')).items;
  await server.expect(200, 'POST', `/destinations/${id}/resume`);
  await until(async () => !(await server.get('/alarms')).items.length, { timeout: 20_000, what: 'no alarm' });
  await at('/leads', async (page) => { assert.equal(await page.getByRole('button', { name: /\d things? to look at/ }).count(), 0); });
});
