// Signing in by a provider in the page: by keyboard alone, in three languages, and what is said when it does not work.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, settled, visit } from '../lib/browser.mjs';
import { OidcProvider } from '../lib/oidc.mjs';
import { Server } from '../lib/server.mjs';

const password = 'a long sentence for the tests';
const KIM = 'kim@contoso.example';
let browser;
let server;
let idp;

before(async () => {
  server = await Server.start();
  idp = await OidcProvider.start();
  await server.offer('contoso.crm', '--title', 'Contoso CRM');
  for (const [email, role, name] of [['ada@example.org', 'admin', 'Ada'], [KIM, 'manager', 'Kim Park']]) {
    const made = await server.cli(['user', 'add', email, '--role', role, '--password-stdin', '--name', name], { input: `${password}\n` });
    assert.equal(made.code, 0, made.stderr);
  }
  const added = await server.cli(['provider', 'add', 'contoso', '--issuer', idp.issuer, '--name', 'Contoso accounts', '--client-id', idp.clientId, '--secret-stdin', '--allow-http', 'true', '--allow-private', 'true'], { input: `${idp.secret}\n` });
  assert.equal(added.code, 0, added.stderr);
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); await idp?.stop(); });

const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/sign-in-${name}.png`, fullPage: true });
const ada = { signIn: { email: 'ada@example.org', password } };
const LANGUAGES = { en: /Sign in with Contoso accounts/, ko: /Contoso accounts\(으\)로 로그인/, 'zh-Hans': /使用 Contoso accounts 登录/ };

// Goes on with Tab until this has the focus.
async function tabTo(page, locator) {
  await locator.waitFor();
  for (let n = 0; n < 30; n += 1) {
    if (await locator.evaluate((node) => node === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail('Tab does not come to it');
}

test('an administrator links an account on the users page, and can undo it', () => visit(browser, server.base, '/settings?section=users', async (page) => {
  await page.getByRole('button', { name: 'Kim Park' }).click();
  const drawer = page.getByRole('dialog', { name: 'Edit user' });
  await drawer.getByLabel('Person there').fill('somebody');
  await drawer.getByRole('button', { name: 'Link', exact: true }).click();
  await drawer.getByText('somebody', { exact: true }).waitFor();
  await assertAccessible(page, 'identities');
  await shot(page, 'users');
  await drawer.getByRole('button', { name: 'Unlink Contoso accounts' }).click();
  await drawer.getByText('somebody', { exact: true }).waitFor({ state: 'detached' });
  await drawer.getByLabel('Person there').fill('kim-1');
  await drawer.getByRole('button', { name: 'Link', exact: true }).click();
  await drawer.getByText('kim-1', { exact: true }).waitFor();
  const user = (await server.get('/users')).items.find((u) => u.email === KIM);
  assert.deepEqual(user.identities.map((i) => [i.provider, i.subject]), [['contoso', 'kim-1']]);
}, ada));

for (const [language, words] of Object.entries(LANGUAGES)) {
  test(`by keyboard from the page that was asked for, to the provider, and back to it (${language})`, () => visit(browser, server.base, '/customers?q=kim', async (page) => {
    await page.waitForURL(/\/sign-in/);
    const way = page.getByRole('link', { name: words });
    await way.waitFor();
    await assertAccessible(page, `sign-in ${language}`);
    await assertNoSidewaysScroll(page);
    await shot(page, `page-${language}`);
    await tabTo(page, way);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${idp.issuer}/**`);
    await tabTo(page, page.getByRole('link', { name: 'Continue as Kim Park' }));
    await page.keyboard.press('Enter');
    await page.waitForURL(`${server.base}/customers?q=kim`);
    await settled(page);
    await page.locator('h1').first().waitFor();
    assert.equal(await page.getByText(/code=|state=/).count(), 0);
  }, { prefs: { language } }));

  test(`what does not work is said in words (${language})`, async () => {
    const person = idp.person;
    idp.person = { sub: 'stranger', name: 'Kim Park' };
    try {
      await visit(browser, server.base, '/sign-in', async (page) => {
        await page.getByRole('link', { name: words }).click();
        await page.getByRole('link', { name: 'Continue as Kim Park' }).click();
        await page.waitForURL('**/sign-in?problem=account');
        const said = new Set([await page.getByRole('alert').innerText()]);
        await assertAccessible(page, `problem ${language}`);
        await shot(page, `problem-${language}`);
        for (const problem of ['again', 'busy', 'denied', 'gone', 'inactive', 'provider']) {
          await page.goto(`/sign-in?problem=${problem}`);
          await settled(page);
          said.add(await page.getByRole('alert').innerText());
        }
        assert.equal(said.size, 7, [...said].join(' | '));
        for (const words of said) assert.ok(words.length > 10 && !words.includes('signIn.'), words);
      }, { prefs: { language } });
    } finally {
      idp.person = person;
    }
  });
}

test('on a phone', () => visit(browser, server.base, '/sign-in', async (page) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole('link', { name: /Contoso accounts/ }).waitFor();
  await assertNoSidewaysScroll(page);
  await shot(page, 'phone');
}));
