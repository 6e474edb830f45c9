// The page and the program together: what is posted to an intake URL is seen, explained and delivered.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, openBrowser, settled, visit } from '../lib/browser.mjs';
import { lead } from '../lib/leads.mjs';
import { addPair } from '../lib/pairs.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { Server } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const password = 'a long sentence for the tests';
const signIn = { email: 'kim@example.org', password };
let browser;
let server;
let intake;

async function account(email, role) {
  const made = await server.cli(['user', 'add', email, '--role', role, '--password-stdin'], { input: `${password}\n` });
  assert.equal(made.code, 0, made.stderr);
}

before(async () => {
  server = await Server.start();
  await account(signIn.email, 'admin');
  await account('viewer@example.org', 'viewer');
  intake = await server.offer('contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me');
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const at = (path, body, options = {}) => visit(browser, server.base, path, body, { signIn, ...options });

test('an empty installation says what to do next, and offers the intake URL', () => at('/leads', async (page) => {
  await page.getByText('Waiting for the first lead').waitFor();
  await assertAccessible(page, 'empty list');
  await page.getByRole('link', { name: 'Show the intake URLs' }).click();
  await page.getByText(intake).waitFor();
}));

test('a posted lead is seen in the open page within a moment, and explained', () => at('/leads?view=all', async (page) => {
  await page.mouse.move(5, 5);
  await page.locator('.live-live').waitFor();
  const body = lead({ LeadSource: 'AppSource-PLT|contoso.crm', Description: '다음 주에 전화 주세요.' }, { FirstName: '민준', LastName: '이', Country: '대한민국', Phone: '02-1234-5678', Company: '한빛' });
  const { leads } = await server.take(intake, body);
  await page.locator(`a[href="/leads/${leads[0]}"]`).click();
  await page.getByRole('heading', { level: 1, name: '이민준' }).waitFor();
  assert.match(await page.locator('.sentence').innerText(), /이민준 pressed “Contact me” for Contoso CRM on AppSource/);
  await page.getByText('다음 주에 전화 주세요.').waitFor();
  await page.getByText('received as “대한민국”').waitFor();
  await page.getByRole('link', { name: '+82212345678' }).waitFor();
  await page.getByRole('button', { name: 'Show the receipt' }).click();
  await page.locator('dialog pre', { hasText: '한빛' }).waitFor();
  await page.keyboard.press('Escape');
  await assertAccessible(page, 'lead');
  await until(async () => !(await server.get(`/leads/${leads[0]}`)).unread, { what: 'the lead is read' });
}));

test('two Korean characters find a lead from the search box', () => at('/leads', async (page) => {
  await page.keyboard.press('/');
  await page.keyboard.type('한빛');
  await page.keyboard.press('Enter');
  await page.locator('tbody tr', { hasText: '이민준' }).waitFor();
}));

test('every page of the program is accessible and breaks no policy', async () => {
  const paths = ['/', '/leads?view=all', '/today', '/customers', '/deliveries', '/destinations', '/receipts?state=all', '/settings', '/settings?section=offers',
    '/settings?section=users', '/settings?section=calendars', '/settings?section=tokens', '/settings?section=about'];
  for (const [i, path] of paths.entries()) {
    const language = ['en', 'ko', 'zh-Hans'][i % 3];
    await at(path, (page) => assertAccessible(page, `${path} ${language}`), { prefs: { language } });
  }
});

test('a destination made in the page is validated and gets the next lead', async () => {
  const receiver = await Receiver.start();
  try {
    await at('/destinations', async (page) => {
      await page.getByRole('button', { name: 'Add destination' }).click();
      const drawer = page.getByRole('dialog', { name: 'Add destination' });
      await drawer.getByRole('textbox', { name: 'Name' }).fill('Test CRM');
      await drawer.getByRole('textbox', { name: 'Address' }).fill(receiver.url());
      await drawer.getByRole('button', { name: 'Save' }).click();
      await drawer.getByText('Plain HTTP is not allowed here.').or(drawer.getByText('It must begin with https://')).waitFor();
      await drawer.getByText('More settings').click();
      await drawer.locator('label', { hasText: 'Allow plain HTTP' }).click();
      await drawer.locator('label', { hasText: 'Allow private addresses' }).click();
      await drawer.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('dialog', { name: 'Destination saved' }).getByText('whsec_').waitFor();
      await page.getByRole('button', { name: 'Done' }).click();
      const card = page.locator('.card', { hasText: 'Test CRM' });
      await card.getByRole('button', { name: 'Validate' }).click();
      await card.getByText('It works').waitFor();
      const { leads } = await server.take(intake, lead());
      await until(async () => (await server.get(`/deliveries?lead=${leads[0]}&state=done`)).items.length === 1, { what: 'the lead is delivered' });
      await page.goto(`/leads/${leads[0]}`);
      await settled(page);
      const panel = page.locator('.panel', { has: page.getByRole('heading', { name: 'Deliveries' }) });
      await panel.getByText('Delivered').waitFor();
      const before = receiver.requests.length;
      await panel.getByRole('button', { name: 'Replay to Test CRM' }).click();
      await until(() => receiver.requests.length > before, { what: 'it is sent again' });
      await page.goto('/deliveries?state=done');
      await settled(page);
      await page.locator('tbody .row-link').first().click();
      await page.getByRole('dialog', { name: 'Delivery' }).getByText('Attempt 1').waitFor();
      await assertAccessible(page, 'delivery drawer');
    });
  } finally {
    await receiver.stop();
  }
});

test('a message that cannot be read is listed with its bytes, and can be read again', async () => {
  assert.equal((await server.post(intake, 'hello, is this thing on?', { type: 'text/plain' })).status, 400);
  await at('/receipts', async (page) => {
    await page.locator('tbody .row-link').first().click();
    const drawer = page.getByRole('dialog', { name: 'Receipt' });
    await drawer.locator('pre', { hasText: 'is this thing on' }).waitFor();
    await drawer.getByRole('button', { name: 'Read again' }).click();
    await page.getByText('It was read again').waitFor();
  });
});

test('a one-time link signs in once', async () => {
  const link = new URL((await server.ok('user', 'link', signIn.email)).trim().split('\n').at(-1));
  await at(link.pathname + link.search, (page) => page.waitForURL('**/leads'), { signIn: undefined });
  await at(link.pathname + link.search, (page) => page.getByRole('alert').getByText('used before').waitFor(), { signIn: undefined });
});

test('a password is changed in the page, and the session goes on', () => at('/settings', async (page) => {
  await page.getByLabel('Present password').fill('not this one at all');
  await page.getByLabel('New password').fill('another long sentence, for later');
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByText('The present password is another one.').waitFor();
  await page.getByLabel('Present password').fill(password);
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByText('The password is set').waitFor();
  await page.locator('label', { hasText: 'Comfortable' }).click();
  await until(async () => (await page.evaluate(() => fetch('/api/v1/session').then((r) => r.json()))).user.density === 'comfortable', { what: 'the next change is taken' });
}, { signIn: { email: 'viewer@example.org', password } }));

test('a viewer is offered nothing that is refused', () => at('/leads?view=all', async (page) => {
  const nav = page.getByRole('navigation', { name: 'Main' });
  assert.equal(await nav.getByRole('link', { name: 'Receipts' }).count(), 0);
  await nav.getByRole('link', { name: 'Destinations' }).click();
  await page.locator('.card').first().waitFor();
  assert.equal(await page.locator('.card-foot').count(), 0);
  assert.equal(await page.getByRole('button', { name: 'Add destination' }).count(), 0);
  await page.goto('/settings?section=users');
  await settled(page);
  assert.equal(await page.getByRole('link', { name: 'Users' }).count(), 0);
}, { signIn: { email: 'viewer@example.org', password: 'another long sentence, for later' } }));

test('a likely duplicate is decided in the page, seen at the customer, and taken back there', async () => {
  const post = (fields) => server.lead(intake, lead({ LeadSource: 'AppSource-PLT|contoso.crm' }, fields));
  const one = await post({ FirstName: 'Ottilie', LastName: 'Brandmeier', Email: 'ob@kupfer.example', Company: 'Kupfer', Country: 'DE', Title: 'Buyer' });
  const other = await post({ FirstName: 'Tilly', LastName: 'Oberland', Email: 'tilly@silber.example', Company: 'Silber', Country: 'AT', Title: 'Owner' });
  await addPair(server, one.id, other.id);
  await at('/duplicates', async (page) => {
    await page.locator('.versus').getByText('ob@kupfer.example').waitFor();
    await page.locator('.evidence-total').waitFor();
    await page.keyboard.press('s');
    await page.getByText('Nothing to decide').waitFor();
    await page.goto(`/customers/${other.customer.id}`);
    await settled(page);
    await page.getByText('Told to be the same').waitFor();
    await page.locator('.golden .others').getByText('Buyer').or(page.locator('.golden .others').getByText('Owner')).first().waitFor();
    await assertAccessible(page, 'a merged customer');
    await page.locator('.rows').getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone').waitFor();
  });
  assert.equal((await server.get(`/leads/${other.id}`)).customer.id, other.customer.id);
});
