// Assignment rules in the page: the empty page leads on, a rule is made, refused, and told on the lead that it gave away.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, settled, visit } from '../lib/browser.mjs';
import { lead, person } from '../lib/leads.mjs';
import { Server } from '../lib/server.mjs';

const password = 'a long sentence for the tests';
let browser;
let server;
let intake;
const ids = {};

before(async () => {
  server = await Server.start();
  intake = await server.offer('contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me');
  await server.offer('contoso.erp', '--title', 'Contoso ERP');
  for (const [email, role, name] of [['ada@example.org', 'admin', 'Ada'], ['kim@contoso.example', 'seller', 'Kim Lee'], ['sam@contoso.example', 'seller', 'Sam Roy']]) {
    const made = await server.cli(['user', 'add', email, '--role', role, '--name', name, '--password-stdin', ...(role === 'admin' ? [] : ['--publisher', 'contoso'])], { input: `${password}\n` });
    assert.equal(made.code, 0, made.stderr);
    ids[name] = made.stdout.trim();
  }
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const at = (path, body, { email = 'ada@example.org', ...options } = {}) => visit(browser, server.base, path, body, { signIn: { email, password }, ...options });
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/assignment-${name}.png`, fullPage: true });
const from = async (country) => server.lead(intake, lead({}, { ...person(), Country: country }));

test('the empty page says what to do; a form with mistakes says what is missing', () => at('/settings?section=assignment', async (page) => {
  await page.getByText('No rules yet').waitFor();
  await shot(page, 'empty');
  await page.getByRole('button', { name: 'Add rule' }).click();
  const drawer = page.getByRole('dialog', { name: 'Add rule' });
  await drawer.getByText('There is no team yet').waitFor();
  await drawer.getByRole('button', { name: 'Save' }).click();
  assert.equal(await drawer.locator('.is-bad').count(), 2, 'name and team');
  await assertAccessible(page, 'rule drawer');
}));

test('rules are made by form, shown by precedence, and one for the same is refused by name', async () => {
  await server.expect(201, 'POST', '/teams', { json: { publisher: 'contoso', name: 'Field sales', members: [ids['Kim Lee'], ids['Sam Roy']] } });
  await at('/settings?section=assignment', async (page) => {
    const drawer = page.getByRole('dialog', { name: 'Add rule' });
    const make = async (fill) => {
      await page.getByRole('button', { name: 'Add rule' }).click();
      await fill();
      await drawer.getByRole('button', { name: 'Save' }).click();
    };
    await make(async () => {
      await drawer.getByLabel('Name').fill('Everything else');
      await drawer.getByLabel('Team').selectOption({ label: 'Field sales' });
    });
    await page.getByRole('row', { name: /Everything else/ }).getByText('Field sales').waitFor();
    await make(async () => {
      await drawer.getByLabel('Name').fill('CRM in German');
      await drawer.getByLabel('Offer').selectOption({ label: 'Contoso CRM' });
      await drawer.getByLabel('Countries').fill('de, at, Switzerland');
      await drawer.getByLabel('Give them').selectOption('person');
      await drawer.getByLabel('Person').selectOption({ label: 'Kim Lee · kim@contoso.example' });
      await shot(page, 'drawer');
    });
    await page.getByRole('row', { name: /CRM in German/ }).getByText(/Germany/).waitFor();
    const classes = await page.getByRole('row').evaluateAll((all) => all.slice(1).map((r) => r.querySelector('.chip').textContent.trim()));
    assert.deepEqual(classes, ['1. Offer and country', '4. Everything else']);
    await make(async () => {
      await drawer.getByLabel('Name').fill('Mine');
      await drawer.getByLabel('Offer').selectOption({ label: 'Contoso CRM' });
      await drawer.getByLabel('Countries').fill('AT');
      await drawer.getByLabel('Team').selectOption({ label: 'Field sales' });
    });
    await drawer.getByText('The rule CRM in German is for the same already').waitFor();
    await shot(page, 'refused');
    await drawer.getByRole('button', { name: 'Cancel' }).click();
    await shot(page, 'list');
  });
});

test('the lead says by which rule it came to whom, and why', async () => {
  const german = await from('DE');
  assert.equal(german.owner, ids['Kim Lee']);
  await at(`/leads/${german.id}`, async (page) => {
    await page.locator('.timeline').getByText('Rule CRM in German', { exact: false }).waitFor();
    await page.locator('.timeline').getByRole('button', { name: 'Why?' }).click();
    const drawer = page.getByRole('dialog', { name: 'Why?' });
    await drawer.getByText('The rule names this person.').waitFor();
    await drawer.getByText('Everything else').waitFor();
    await assertAccessible(page, 'why');
    await shot(page, 'why');
  });
});

test('rules are tried over what has come, and one that is only typed as well', async () => {
  await from('FR');
  await at('/settings?section=assignment', async (page) => {
    await page.getByRole('button', { name: 'Try on the last 30 days' }).click();
    const table = page.getByRole('table', { name: 'Try on the last 30 days' });
    await table.getByRole('row', { name: /CRM in German/ }).getByText('kim@contoso.example: 1').waitFor();
    await page.getByText('2 leads came.').waitFor();
    await assertAccessible(page, 'trial');
    await shot(page, 'trial');
    await page.getByRole('button', { name: 'Add rule' }).click();
    const drawer = page.getByRole('dialog', { name: 'Add rule' });
    await drawer.getByLabel('Name').fill('France');
    await drawer.getByLabel('Countries').fill('FR');
    await drawer.getByLabel('Give them').selectOption('person');
    await drawer.getByLabel('Person').selectOption({ label: 'Sam Roy · sam@contoso.example' });
    await drawer.getByRole('button', { name: 'Try on the last 30 days' }).click();
    await drawer.getByRole('row', { name: /France/ }).getByText('sam@contoso.example: 1').waitFor();
    await shot(page, 'draft');
  });
  assert.equal((await server.get('/assignment/rules')).items.length, 2);
});

test('who is away is passed over; back again with one press', async () => {
  await at('/settings?section=assignment', async (page) => {
    await page.getByText('Nobody is away.').waitFor();
    await page.getByLabel('Who').selectOption({ label: 'Kim Lee' });
    await page.getByLabel('Away up to and including').fill(new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10));
    await page.getByRole('button', { name: 'Set away' }).click();
    await page.locator('li').getByText('kim@contoso.example').waitFor();
    await shot(page, 'away');
    const other = await from('BR');
    assert.equal(other.owner, ids['Sam Roy']);
    await page.getByRole('button', { name: 'Here again' }).click();
    await page.getByText('Nobody is away.').waitFor();
  });
});

test('what nobody owns is given away when that is asked for, and counted before', async () => {
  const l = await from('BR');
  await server.expect(200, 'POST', `/leads/${l.id}/owner`, { json: { owner: null } });
  await server.expect(200, 'POST', `/leads/${l.id}/team`, { json: { team: null } });
  await at('/settings?section=assignment', async (page) => {
    await page.getByRole('button', { name: 'Give away what nobody owns' }).click();
    const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'));
    await dialog.getByText('1 open lead has neither owner nor team. By the rules 1 would get an owner').waitFor();
    await shot(page, 'apply');
    await dialog.getByRole('button', { name: 'Give them away' }).click();
    await page.getByText('1 lead was given away.').waitFor();
  });
  assert.ok((await server.get(`/leads/${l.id}`)).owner);
});

test('a seller reads the rules and says of themselves that they are away', () => at('/settings?section=assignment', async (page) => {
  await page.getByRole('row', { name: /CRM in German/ }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Add rule' }).count(), 0);
  assert.equal(await page.getByLabel('Who').count(), 0);
  await page.getByLabel('Away up to and including').fill(new Date(Date.now() + 86_400_000).toISOString().slice(0, 10));
  await page.getByRole('button', { name: 'Set away' }).click();
  await page.getByRole('button', { name: 'Here again' }).click();
  await page.getByText('Nobody is away.').waitFor();
}, { email: 'sam@contoso.example' }));

test('who reaches less says that they are away, and is shown no rules', async () => {
  await server.ok('user', 'set', 'sam@contoso.example', '--reach', 'own');
  await at('/settings?section=assignment', async (page) => {
    await page.getByLabel('Away up to and including').fill(new Date(Date.now() + 86_400_000).toISOString().slice(0, 10));
    await page.getByRole('button', { name: 'Set away' }).click();
    await page.getByRole('button', { name: 'Here again' }).click();
    await page.getByText('Nobody is away.').waitFor();
    assert.equal(await page.getByText('CRM in German').count(), 0);
    await assertAccessible(page, 'away');
  }, { email: 'sam@contoso.example' });
});

test('in each language, narrow and wide, light and dark, it is accessible', async () => {
  for (const [i, language] of ['en', 'ko', 'zh-Hans'].entries()) {
    await at('/settings?section=assignment', async (page) => {
      await page.getByRole('button', { name: 'CRM in German', exact: true }).waitFor();
      await settled(page);
      await assertAccessible(page, `rules in ${language}`);
      await assertNoSidewaysScroll(page, `rules in ${language}`);
      await shot(page, `all-${language}`);
    }, { prefs: { language, theme: i % 2 ? 'dark' : 'light' }, ...(i === 2 ? { width: 390, height: 844 } : {}) });
  }
});
