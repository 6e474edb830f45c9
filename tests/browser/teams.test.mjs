// Teams and reach in the page: a team is made, an account is limited to it, and sees no more than it should.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, settled, visit } from '../lib/browser.mjs';
import { lead } from '../lib/leads.mjs';
import { Server } from '../lib/server.mjs';

const password = 'a long sentence for the tests';
const KIM = 'kim@contoso.example';
let browser;
let server;
let intake;
const ids = {};

before(async () => {
  server = await Server.start();
  intake = await server.offer('contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me');
  await server.offer('contoso.erp', '--title', 'Contoso ERP');
  for (const [email, role, ...more] of [['ada@example.org', 'admin'], [KIM, 'manager', '--publisher', 'contoso', '--name', 'Kim Lee']]) {
    const made = await server.cli(['user', 'add', email, '--role', role, '--password-stdin', ...more], { input: `${password}\n` });
    assert.equal(made.code, 0, made.stderr);
    ids[email] = made.stdout.trim();
  }
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const at = (path, body, { email = 'ada@example.org', ...options } = {}) => visit(browser, server.base, path, body, { signIn: { email, password }, ...options });
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/teams-${name}.png`, fullPage: true });

test('the empty page says what a team is for, and one is made with its members', () => at('/settings?section=teams', async (page) => {
  await page.getByText('No teams yet').waitFor();
  await shot(page, 'empty');
  await page.getByRole('button', { name: 'Add team' }).click();
  const drawer = page.getByRole('dialog', { name: 'Add team' });
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.locator('.is-bad').waitFor();
  await drawer.getByLabel('Name').fill('Field sales');
  await drawer.getByRole('checkbox', { name: 'Kim Lee' }).check();
  await assertAccessible(page, 'team drawer');
  await shot(page, 'drawer');
  await drawer.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('row', { name: /Field sales/ });
  await row.getByText('Kim Lee').waitFor();
  await shot(page, 'list');
  const [team] = (await server.get('/teams')).items;
  assert.deepEqual(team.members.map((m) => m.id), [ids[KIM]]);
}));

test('who saved a team meanwhile is not written over: the second is told', () => at('/settings?section=teams', async (page) => {
  const [team] = (await server.get('/teams')).items;
  await page.getByRole('button', { name: 'Field sales', exact: true }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Name').fill('Mine');
  await server.expect(200, 'PATCH', `/teams/${team.id}`, { json: { name: 'Theirs' } });
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.getByText('Somebody else changed this team meanwhile').waitFor();
  assert.equal(await drawer.getByLabel('Name').inputValue(), 'Mine', 'what was typed is kept');
  assert.equal((await server.get(`/teams/${team.id}`)).name, 'Theirs');
  await shot(page, 'changed');
  await drawer.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Theirs', exact: true }).click();
  await drawer.getByLabel('Name').fill('Field sales');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('row', { name: /Field sales/ }).waitFor();
}));

test('an account is limited to offers, which are asked for, then to its team', async () => {
  await at('/settings?section=users', async (page) => {
    await page.getByRole('button', { name: 'Kim Lee' }).click();
    const drawer = page.getByRole('dialog', { name: 'Edit user' });
    await drawer.getByLabel('Sees').selectOption('offers');
    await drawer.getByRole('button', { name: 'Save' }).click();
    await drawer.getByText('Choose at least one offer.').waitFor();
    await drawer.getByRole('checkbox', { name: /Contoso ERP/ }).check();
    await shot(page, 'user');
    await drawer.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /Kim Lee/ }).getByText('contoso.erp').waitFor();
    await page.getByRole('button', { name: 'Kim Lee' }).click();
    await drawer.getByLabel('Sees').selectOption('team');
    await drawer.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /Kim Lee/ }).getByText('Team leads').waitFor();
  });
  const kim = (await server.get('/users')).items.find((u) => u.id === ids[KIM]);
  assert.deepEqual([kim.reach, kim.reachOffers], ['team', []]);
});

test('a lead is given to a team by its owner menu, which says who is in which', async () => {
  const l = await server.lead(intake, lead());
  await at(`/leads/${l.id}`, async (page) => {
    await page.locator('.owner-menu > button').click();
    await page.getByRole('menuitemradio', { name: /Kim Lee/ }).or(page.getByRole('menuitem', { name: /Kim Lee/ })).first().waitFor();
    await shot(page, 'owner');
    await page.locator('.owner-menu .popup').getByText('Kim Lee').click();
    await page.getByRole('button', { name: /Kim Lee · Field sales/ }).waitFor();
    await page.locator('.owner-menu > button').click();
    await page.locator('.owner-menu .popup').getByText('No team').click();
    await page.locator('.timeline').getByText('Field sales').waitFor();
    await shot(page, 'timeline');
  });
  await server.expect(200, 'POST', `/leads/${l.id}/team`, { json: { team: (await server.get('/teams')).items[0].id } });
  ids.mine = l.id;
});

test('who does not see all leads has their own, the numbers of these, and no door that is closed', async () => {
  const other = await server.lead(intake, lead());
  const fresh = await server.lead(intake, lead());
  await server.expect(200, 'POST', `/leads/${fresh.id}/team`, { json: { team: (await server.get('/teams')).items[0].id } });
  const failed = [];
  await at('/leads?view=all', async (page) => {
    page.on('response', (r) => { if (r.status() >= 400) failed.push(`${r.status()} ${r.url()}`); });
    await page.reload();
    await page.locator(`a[href*="${ids.mine}"]`).first().waitFor();
    assert.equal(await page.locator(`a[href*="${other.id}"]`).count(), 0);
    const links = await page.locator('nav.nav a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    assert.deepEqual(links, ['/leads', '/today', '/board', '/customers', '/settings']);
    await page.locator('nav.nav .badge').getByText('1', { exact: true }).waitFor();
    assert.equal(await page.locator('nav.nav .badge').count(), 1);
    await page.locator('nav.tabs a[href*="view=new"] .count').getByText('1', { exact: true }).waitFor();
    await assertAccessible(page, 'leads in reach');
    await shot(page, 'limited');
    await page.goto(`${server.base}/leads/${ids.mine}`);
    await page.locator('.stages').waitFor();
    await page.goto(`${server.base}/customers`);
    await page.locator('tbody a[href^="/customers/"]').first().waitFor();
    await assertAccessible(page, 'customers in reach');
    await shot(page, 'limited-customers');
    await page.goto(`${server.base}${await page.locator('tbody a[href^="/customers/"]').first().getAttribute('href')}`);
    await page.locator('.golden').waitFor();
    for (const name of ['Edit values', 'Merge with…']) assert.equal(await page.getByRole('button', { name }).count(), 0, name);
    await shot(page, 'limited-customer');
    await page.goto(`${server.base}/settings`);
    await page.getByText('Team leads').waitFor();
    assert.deepEqual(await page.locator('nav.tabs a').evaluateAll((all) => all.map((a) => a.textContent.trim())), ['Profile', 'Notifications', 'Assignment', 'About']);
    await page.goto(`${server.base}/today`);
    await settled(page);
    assert.deepEqual(failed, [], 'nothing is asked for that is refused');
  }, { email: KIM });
});

test('in each language, narrow and wide, light and dark, it is accessible', async () => {
  for (const [i, language] of ['en', 'ko', 'zh-Hans'].entries()) {
    await at('/settings?section=teams', async (page) => {
      await page.getByRole('button', { name: 'Field sales', exact: true }).waitFor();
      await settled(page);
      await assertAccessible(page, `teams in ${language}`);
      await assertNoSidewaysScroll(page, `teams in ${language}`);
      await shot(page, `all-${language}`);
    }, { prefs: { language, theme: i % 2 ? 'dark' : 'light' }, ...(i === 2 ? { width: 390, height: 844 } : {}) });
  }
});

test('an account with open leads is closed when it is said who gets them, in every language', async () => {
  const gone = await server.ok('user', 'add', 'gone@contoso.example', '--role', 'seller', '--publisher', 'contoso', '--name', 'Robin Gone');
  const leads = [];
  for (let i = 0; i < 2; i++) leads.push(await server.lead(intake, lead({}, { LastName: `Leaver${i}`, Email: `leaver${i}@customer.example` })));
  await server.expect(200, 'POST', '/leads/bulk', { json: { action: 'owner', owner: gone, ids: leads.map((l) => l.id) } });
  for (const [language, width] of [['ko', 390], ['zh-Hans', 1440], ['en', 1440]]) {
    await at('/settings?section=users', async (page, { wrong }) => {
      await page.getByRole('button', { name: 'Robin Gone' }).click();
      const drawer = page.getByRole('dialog');
      await drawer.getByRole('switch').uncheck();
      await drawer.locator('button[type=submit]').click();
      await drawer.locator('select[name=heir]').waitFor();
      await drawer.locator('.message', { hasText: /2/ }).waitFor();
      assert.match(wrong.splice(0).join(), /^console: .*409 \(Conflict\)$/);
      await assertAccessible(page, `leads of somebody who leaves, in ${language}`);
      await assertNoSidewaysScroll(page, `leads of somebody who leaves, in ${language}`);
      await shot(page, `leaver-${language}`);
      if (language !== 'en') return;
      await drawer.getByText('2 open leads belong to this account. Say who gets them.').waitFor();
      await drawer.getByRole('button', { name: 'Save' }).click();
      await drawer.locator('.is-bad').waitFor(); // nobody is chosen by silence
      await drawer.getByLabel('Open leads go to').selectOption({ label: 'Kim Lee' });
      await drawer.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('row', { name: /Robin Gone/ }).getByText('Kept out').waitFor();
    }, { prefs: { language }, width });
  }
  assert.equal((await server.get(`/leads/${leads[0].id}`)).engagement.owner.id, ids[KIM]);
  await at(`/leads/${leads[0].id}`, async (page) => {
    await page.getByText('The account owns no leads any more.').waitFor();
  });
});
