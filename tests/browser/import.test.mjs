// Importing in the page: a file is sent, looked at, mapped, tried, read in, reported, taken back.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, settled, visit } from '../lib/browser.mjs';
import { sent } from '../lib/imports.mjs';
import { Server } from '../lib/server.mjs';

const password = 'a long sentence for the tests';
const signIn = { email: 'kim@example.org', password };
let browser;
let server;

async function account(email, role) {
  const made = await server.cli(['user', 'add', email, '--role', role, '--publisher', 'contoso', '--password-stdin'], { input: `${password}\n` });
  assert.equal(made.code, 0, made.stderr);
}

before(async () => {
  server = await Server.start();
  await server.offer('contoso.crm', '--title', 'Contoso CRM');
  await account(signIn.email, 'manager');
  await account('seller@example.org', 'seller');
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const at = (path, body, options = {}) => visit(browser, server.base, path, body, { signIn, ...options });

const file = (name, content) => {
  writeFileSync(join(server.site.dir, name), content);
  return join(server.site.dir, name);
};
const header = 'Lead ID,First name,Last name,Email,Phone,Customer Country/Region,Company,Job title,Lead source,Call to action,Offer name,Creation date,Status,Sub status';
const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
const row = (n, word, ago) => `c1b2c3d4-1111-2222-3333-${String(n).padStart(12, '0')},Anna,${word}${n},a${n}@${word}.example,,Germany,${word} GmbH,CTO,AppSource,Contact me,Contoso CRM,${day(ago)},New,Received`;

test('from the empty page to leads, and back without a trace', () => at('/import', async (page) => {
  await page.getByText('Nothing imported yet').waitFor();
  await assertAccessible(page, 'empty');
  const bad = `${row(9, 'dace', 3).replace('Contoso CRM', 'Unheard Of')}`;
  await page.locator('input[type=file]').setInputFiles(file('leads.csv', `${header}\n${[400, 160, 20, 1].map((ago, i) => row(i, 'dace', ago)).join('\n')}\n${bad}\n`));
  await page.waitForURL('**/import/*');
  await page.getByRole('heading', { name: 'What the columns hold' }).waitFor();
  await page.getByText('Partner Center, Leads download').waitFor();
  assert.equal(await page.getByLabel('What the column Email holds').inputValue(), 'email');
  await assertAccessible(page, 'preview');
  await page.getByRole('button', { name: 'Dry run' }).click();
  await page.getByText('What would become of the rows').waitFor();
  await page.getByText('has no offer').first().waitFor();
  await page.getByText('Partner Center’s clocks').or(page.getByText("Partner Center's clocks")).waitFor();
  await assertAccessible(page, 'tried');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('What became of the rows').waitFor();
  await page.locator('.chip', { hasText: 'Imported' }).waitFor();
  assert.equal(await page.locator('.figures dd').first().innerText(), '4');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download CSV' }).click();
  assert.match((await download).suggestedFilename(), /^import-.*\.csv$/);
  await assertAccessible(page, 'done');
  assert.equal((await server.get('/leads?q=dace')).items.length, 4);
  await page.getByRole('button', { name: 'Take back…' }).click();
  await assertAccessible(page, 'question');
  await page.getByRole('dialog').getByRole('button', { name: 'Take back…' }).click();
  await page.getByText('It was taken back by').waitFor();
  assert.deepEqual((await server.get('/leads?q=dace')).items, []);
  await page.goto('/import');
  await page.getByRole('link', { name: 'leads.csv' }).waitFor();
}));

test('what a column holds is said, and the offer of rows that name none', () => at('/import', async (page) => {
  await page.locator('input[type=file]').setInputFiles(file('list.csv', 'Wer;Adresse\nAnna Meyer;a@roach.example\n'));
  await page.getByText('No column holds a name').waitFor();
  await page.getByLabel('What the column Wer holds').selectOption('fullName');
  await page.getByText('No column holds a name').waitFor({ state: 'detached' });
  await page.getByLabel('What the column Adresse holds').selectOption('email');
  await page.getByLabel('Offer of rows that name none').selectOption('contoso.crm');
  await page.getByText('No column names the offer').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.locator('.chip', { hasText: 'Imported' }).waitFor();
  assert.equal((await server.get('/leads?q=roach')).items[0].customer.lastName, 'Meyer');
}));

test('a sending that was broken off goes on with the same file', async () => {
  const content = `${header}\n${row(50, 'ide', 2)}\n`;
  const { id } = await server.expect(201, 'POST', '/imports', { json: { publisher: 'contoso', file: 'half.csv', bytes: content.length } });
  await server.expect(200, 'PUT', `/imports/${id}/file`, { body: Buffer.from(content).subarray(0, 40) });
  await at(`/import/${id}`, async (page) => {
    await page.getByText('goes on where it was').waitFor();
    await page.locator('input[type=file]').setInputFiles(file('other.csv', 'x'));
    await page.getByText('another file').waitFor();
    await page.locator('input[type=file]').setInputFiles(file('half.csv', content));
    await page.getByRole('heading', { name: 'What the columns hold' }).waitFor();
  });
});

test('a seller looks on and changes nothing', async () => {
  const made = await sent(server, 'look.csv', `${header}\n${row(70, 'bleak', 2)}\n`, { publisher: 'contoso' });
  await at(`/import/${made.id}`, async (page) => {
    await page.getByRole('heading', { name: 'What the columns hold' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Import', exact: true }).count(), 0);
    assert.equal(await page.getByLabel('What the column Email holds').isDisabled(), true);
    await page.goto('/import');
    await settled(page);
    assert.equal(await page.locator('.drop').count(), 0);
  }, { signIn: { email: 'seller@example.org', password } });
});

for (const [theme, language] of [['light', 'en'], ['dark', 'ko'], ['dark', 'zh-Hans']]) {
  test(`readable by all and inside a narrow screen: ${theme}, ${language}`, async () => {
    const made = await sent(server, 'narrow.csv', `${header}\n${row(80, 'rudd', 2)}\n${row(81, 'rudd', 20)}\n`, { publisher: 'contoso' });
    for (const path of ['/import', `/import/${made.id}`]) {
      for (const width of [1280, 390]) {
        await at(path, async (page) => {
          if (path !== '/import') await page.locator('.mapping').waitFor();
          await assertNoSidewaysScroll(page, path);
          await assertAccessible(page, `${path} ${theme} ${width}`);

        }, { width, prefs: { theme, language } });
      }
    }
  });
}
