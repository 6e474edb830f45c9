// A lead that did not come by itself is entered in the page: what is missing is named, it goes the way of every lead, in three languages.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, settled, visit } from '../lib/browser.mjs';
import { Server } from '../lib/server.mjs';

const password = 'a long sentence for the tests';
const seller = { email: 'kim@example.org', password };
let browser;
let server;

async function account(email, ...options) {
  const made = await server.cli(['user', 'add', email, '--password-stdin', ...options], { input: `${password}\n` });
  assert.equal(made.code, 0, made.stderr);
}

before(async () => {
  server = await Server.start();
  await account(seller.email, '--role', 'seller');
  await account('viewer@example.org', '--role', 'viewer');
  await server.offer('contoso.crm', '--title', 'Contoso CRM');
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const at = (path, body, options = {}) => visit(browser, server.base, path, body, { signIn: seller, ...options });
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/enter-${name}.png` });
const drawerOf = async (page, title = 'Enter a lead') => {
  await page.getByRole('button', { name: title }).click();
  const drawer = page.getByRole('dialog', { name: title });
  await drawer.waitFor();
  return drawer;
};

test('with one offer, a name is enough; the lead opens, asked for and with its clock', () => at('/leads', async (page) => {
  const drawer = await drawerOf(page);
  await drawer.getByRole('button', { name: 'Enter', exact: true }).click();
  await drawer.getByRole('alert').getByText('Say who it is').waitFor();
  await drawer.getByLabel('Last name').fill('Caller');
  await drawer.getByLabel('Country or region').selectOption('KR');
  await drawer.getByLabel('What the customer said').fill('Please call back.');
  await drawer.getByRole('button', { name: 'Enter', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Caller' }).waitFor();
  const [made] = (await server.get('/leads')).items;
  assert.deepEqual([made.customer.lastName, made.customer.country, made.action, made.offer.id, made.owner], ['Caller', 'KR', 'PLT', 'contoso.crm', null]);
  assert.ok(made.dueAt ?? made.firstResponse.dueAt);
  await page.getByText('Please call back.').first().waitFor();
  assert.equal(await page.locator('.sentence').innerText(), 'Caller asked to be contacted about Contoso CRM.');
  await shot(page, 'lead');
}));

test('of several offers one is chosen, and who enters it may take it', async () => {
  await server.offer('contoso.erp', '--title', 'Contoso ERP');
  await at('/leads?view=all', async (page) => {
    const drawer = await drawerOf(page);
    await drawer.getByLabel('Company').fill('Fair Visitors Ltd');
    await drawer.getByRole('button', { name: 'Enter', exact: true }).click();
    await drawer.locator('.field.is-bad', { has: page.getByLabel('Offer') }).waitFor();
    await drawer.getByLabel('Offer').selectOption('contoso.erp');
    await drawer.getByLabel('The customer asked to be contacted').uncheck({ force: true });
    await drawer.getByLabel('I take it').check({ force: true });
    await drawer.getByRole('button', { name: 'Enter', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Fair Visitors Ltd' }).waitFor();
    assert.equal(await page.locator('.sentence').innerText(), 'Fair Visitors Ltd is interested in Contoso ERP.');
  });
  const [made] = (await server.get('/leads?q=visitors')).items;
  const one = await server.get(`/leads/${made.id}`);
  assert.deepEqual([one.offer.id, one.action, one.engagement.owner.email], ['contoso.erp', '', seller.email]);
});

test('what the server refuses is told at its field, or above the form', () => at('/leads?view=all', async (page, { wrong }) => {
  let change;
  await page.route('**/v1.0/engagements/referrals', (route) => {
    const body = route.request().postDataJSON();
    change(body);
    return route.continue({ postData: JSON.stringify(body) });
  });
  const drawer = await drawerOf(page);
  const send = (how) => { change = how; return drawer.getByRole('button', { name: 'Enter', exact: true }).click(); };
  await drawer.getByLabel('Offer').selectOption('contoso.crm');
  await drawer.getByLabel('Company').fill('Third Ltd');
  await drawer.getByLabel('Phone').fill('+4930901820');
  await send((body) => { body.customerProfile.team[0].phoneNumber = '1'.repeat(65); });
  await drawer.locator('.field.is-bad', { has: page.getByLabel('Phone') }).waitFor();
  await send((body) => { body.details.requirements.solutions[0].id = 'contoso.gone'; });
  await drawer.locator('.field.is-bad', { has: page.getByLabel('Offer') }).getByText('There is no such offer here any more').waitFor();
  await send((body) => { body.team = [{ email: 'viewer@example.org' }]; });
  await drawer.locator('.field', { has: page.getByLabel('I take it') }).getByText('at least a seller').waitFor();
  await page.unroute('**/v1.0/engagements/referrals');
  await send(() => {});
  await page.getByRole('heading', { level: 1, name: 'Third Ltd' }).waitFor();
  wrong.splice(0, Infinity, ...wrong.filter((line) => !/400 \(Bad Request\)$/.test(line)));
}));

test('what is kept and not placed yet is told so', () => at('/leads?view=all', async (page) => {
  await page.route('**/v1.0/engagements/referrals', (route) => route.fulfill({ status: 202, contentType: 'application/json', body: JSON.stringify({ id: '01a2092d-0862-7c90-8001-f2cdfdfff373' }) }));
  const drawer = await drawerOf(page);
  await drawer.getByLabel('Offer').selectOption('contoso.crm');
  await drawer.getByLabel('Company').fill('Later Ltd');
  await drawer.getByRole('button', { name: 'Enter', exact: true }).click();
  await page.getByText('It appears in a moment').waitFor();
  await drawer.waitFor({ state: 'detached' });
  assert.match(page.url(), /\/leads\?view=all$/);
}));

for (const [language, title, company, enter, text, told] of [['ko', '리드 입력', '회사', '입력', '가', '너무 깁니다. 줄여서 입력하세요.'], ['zh-Hans', '录入潜在顾客', '公司', '录入', '字', '内容过长，请缩短。']]) {
  test(`what is too long only for the server is told at its field (${language})`, () => at('/leads?view=all', async (page, { wrong }) => {
    const drawer = await drawerOf(page, title);
    await drawer.locator('select').first().selectOption('contoso.crm');
    await drawer.getByLabel(company, { exact: true }).fill(text.repeat(67));
    await drawer.getByRole('button', { name: enter, exact: true }).click();
    await drawer.locator('.field.is-bad', { has: page.getByLabel(company, { exact: true }) }).getByText(told).waitFor();
    await shot(page, `long-${language}`);
    wrong.splice(0, Infinity, ...wrong.filter((line) => !/400 \(Bad Request\)$/.test(line)));
  }, { prefs: { language } }));
}

for (const reach of ['own', 'team']) {
  test(`who reaches only their ${reach} is given what they enter, and not asked`, async () => {
    const email = `${reach}@example.org`;
    await account(email, '--role', 'seller', '--publisher', 'contoso', '--reach', reach);
    if (reach === 'team') await server.expect(201, 'POST', '/teams', { json: { publisher: 'contoso', name: 'Sellers', members: [email] } });
    await at('/leads?view=all', async (page) => {
      const drawer = await drawerOf(page);
      await drawer.getByLabel('Offer').selectOption('contoso.crm');
      await drawer.getByLabel('Company').fill(`Given to ${reach}`);
      assert.equal(await drawer.getByLabel('I take it').count(), 0);
      await drawer.getByRole('button', { name: 'Enter', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: `Given to ${reach}` }).waitFor();
    }, { signIn: { email, password } });
    const [made] = (await server.get(`/leads?q=${reach}`)).items;
    assert.equal(made.ownerName ?? (await server.get(`/leads/${made.id}`)).engagement.owner.email, email);
  });
}

test('who may only look is not offered it', () => at('/leads?view=all', async (page) => {
  await page.getByRole('heading', { level: 1, name: 'All leads' }).waitFor();
  await settled(page);
  assert.equal(await page.getByRole('button', { name: 'Enter a lead' }).count(), 0);
}, { signIn: { email: 'viewer@example.org', password } }));

for (const [i, [language, title]] of [['en', 'Enter a lead'], ['ko', '리드 입력'], ['zh-Hans', '录入潜在顾客']].entries()) {
  test(`the form is accessible, light and dark, wide and narrow (${language})`, async () => {
    for (const size of [{}, { width: 390, height: 844 }]) {
      await at('/leads?view=all', async (page) => {
        await shot(page, `list-${language}${size.width ?? ''}`);
        await assertNoSidewaysScroll(page, 'the list');
        await drawerOf(page, title);
        await assertAccessible(page, 'the form');
        await shot(page, `${language}${size.width ?? ''}`);
      }, { prefs: { language, theme: i % 2 ? 'dark' : 'light' }, ...size });
    }
  });
}
