// Work on a lead in the page: the main path by keyboard, two people at once, who may do what, three languages.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertNoSidewaysScroll, openBrowser, settled, visit } from '../lib/browser.mjs';
import { lead } from '../lib/leads.mjs';
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
  await account(signIn.email, 'seller');
  await account('lee@example.org', 'seller');
  await account('viewer@example.org', 'viewer');
  intake = await server.offer('contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me');
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const at = (path, body, options = {}) => visit(browser, server.base, path, body, { signIn, ...options });
const one = (more, who) => server.lead(intake, lead(more, who));
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/desk-${name}.png` });
const here = (page, name) => page.locator('.stage[aria-current=step]', { hasText: name }).waitFor();

test('a lead is called, accepted, changed and won by keyboard alone', async () => {
  const made = await one();
  await at(`/leads/${made.id}`, async (page) => {
    await here(page, 'Received');
    await page.getByText('Asked to be contacted').waitFor();
    await page.keyboard.press('c');
    await page.keyboard.type('They have 200 seats');
    await page.keyboard.press('Control+Enter');
    await page.locator('.timeline li', { hasText: 'Reached: it fits' }).getByText('They have 200 seats').waitFor();
    assert.ok((await server.get(`/leads/${made.id}`)).firstResponse.respondedAt);
    await page.locator('h1').focus();
    await page.keyboard.press('a');
    await page.getByRole('dialog', { name: 'Accept the lead' }).waitFor();
    await until(() => page.getByLabel('Name of the deal').evaluate((e) => e === document.activeElement), { what: 'focus on the first field' });
    await page.keyboard.type('Roll-out');
    await page.keyboard.press('Tab');
    await page.keyboard.type('12,000.50');
    await assertAccessible(page, 'accept');
    await shot(page, 'accept');
    await page.keyboard.press('Enter');
    const currency = page.locator('.field.is-bad', { hasText: 'Currency' }).locator('select, input');
    await until(() => currency.evaluate((e) => e === document.activeElement), { what: 'focus on what is wrong' });
    await page.keyboard.type('E');
    await until(async () => await page.getByLabel('Currency').inputValue() === 'EUR', { what: 'the currency is chosen' });
    await page.getByLabel('Name of the deal').focus();
    await page.keyboard.press('Enter');
    await here(page, 'Accepted');
    await page.locator('dl.facts', { hasText: '€12,000.50' }).waitFor();
    await page.getByRole('button', { name: 'Owner: kim@example.org' }).or(page.locator('.owner-menu', { hasText: 'kim@example.org' })).first().waitFor();
    await page.locator('h1').focus();
    await page.keyboard.press('a');
    await page.getByRole('dialog', { name: 'Close as won' }).waitFor();
    await page.keyboard.press('Enter');
    await here(page, 'Won');
    await assertAccessible(page, 'won');
    await shot(page, 'won');
    await page.getByRole('button', { name: 'Undo', exact: true }).first().focus();
    await page.keyboard.press('Enter');
    await here(page, 'Accepted');
    await page.locator('.timeline li', { hasText: 'Taken back: Won → Accepted' }).waitFor();
  });
});

test('declining asks why, and other asks for a note', async () => {
  const made = await one();
  await at(`/leads/${made.id}`, async (page) => {
    await page.getByRole('button', { name: 'Decline' }).click();
    const dialog = page.getByRole('dialog', { name: 'Decline the lead' });
    await dialog.getByRole('button', { name: 'Decline' }).click();
    await dialog.getByText('This is needed.').waitFor();
    await dialog.getByLabel('Reason').selectOption('other');
    await dialog.getByRole('button', { name: 'Decline' }).click();
    await dialog.locator('.field.is-bad', { hasText: 'Note' }).waitFor();
    await dialog.getByLabel('Note').fill('Moon base');
    await dialog.getByRole('button', { name: 'Decline' }).click();
    await here(page, 'Declined');
    await page.locator('.timeline').getByText('Moon base').waitFor();
  });
});

test('what somebody else changed meanwhile is said, and one\'s own input is kept', async () => {
  const made = await one();
  await at(`/leads/${made.id}`, async (page) => {
    await page.getByRole('button', { name: 'Edit the deal' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit the deal' });
    await dialog.getByLabel('Notes').fill('my own words');
    await server.expect(200, 'PATCH', `/leads/${made.id}`, { json: { name: 'from somebody else' } });
    await dialog.getByRole('status').getByText('changed this lead meanwhile').waitFor();
    await assertAccessible(page, 'changed meanwhile');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').getByText('Your input is kept').waitFor();
    await until(() => dialog.getByRole('alert').evaluate((e) => e.getBoundingClientRect().top >= e.closest('.dialog-body').getBoundingClientRect().top), { what: 'the news is on the screen' });
    await shot(page, 'changed');
    assert.equal(await dialog.getByLabel('Notes').inputValue(), 'my own words');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { engagement } = await server.get(`/leads/${made.id}`);
    assert.deepEqual([engagement.name, engagement.notes], ['from somebody else', 'my own words']);
  });
});

test('only what can be nothing but separators of thousands leaves a value', async () => {
  const made = await one();
  await at(`/leads/${made.id}`, async (page) => {
    await page.getByRole('button', { name: 'Edit the deal' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit the deal' });
    const value = dialog.getByLabel('Estimated value');
    const save = dialog.getByRole('button', { name: 'Save' });
    await dialog.getByLabel('Currency').selectOption('EUR');
    for (const typed of ['12000,50', '12,00', '1 2000', '12.000,50', '1,234 567']) {
      await value.fill(typed);
      const [answer] = await Promise.all([page.waitForResponse((r) => r.request().method() === 'PATCH'), save.click()]);
      assert.equal(answer.status(), 422, typed);
      await dialog.locator('.field.is-bad', { hasText: 'Estimated value' }).getByText('A number such as 12000.50').waitFor();
      assert.equal(await value.inputValue(), typed);
    }
    assert.ok(!(await server.get(`/leads/${made.id}`)).engagement.value);
    await value.fill(' 1\u00a0234\u00a0567.5');
    await save.click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal((await server.get(`/leads/${made.id}`)).engagement.value, '1234567.50');
  });
});

test('an undo of one lead leaves the next one on the screen', async () => {
  for (const name of ['One', 'Two']) await one({}, { FirstName: name, LastName: 'Undoing', Company: `${name} Undoing` });
  await at('/leads?q=Undoing', async (page) => {
    await page.getByRole('link', { name: 'Two Undoing' }).click();
    await page.getByRole('heading', { level: 1, name: 'Two Undoing' }).waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1);
    await page.keyboard.press('a');
    await page.getByRole('dialog', { name: 'Accept the lead' }).getByRole('button', { name: 'Accept' }).click();
    await here(page, 'Accepted');
    await page.locator('h1').focus();
    await page.keyboard.press(']');
    await page.getByRole('heading', { level: 1, name: 'One Undoing' }).waitFor();
    await page.locator('.toast', { hasText: 'Accepted' }).getByRole('button', { name: 'Undo' }).click();
    await page.locator('.toast', { hasText: 'Taken back' }).waitFor();
    assert.equal(await page.locator('h1').textContent(), 'One Undoing');
    assert.equal((await server.get(`/leads/${id}`)).status, 'New');
  });
});

test('a failure of another kind does not take somebody else\'s change for seen', async () => {
  const made = await one();
  const news = (name) => server.expect(200, 'PATCH', `/leads/${made.id}`, { json: { name } });
  await at(`/leads/${made.id}`, async (page, { wrong }) => {
    await page.getByRole('button', { name: 'Edit the deal' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit the deal' });
    const changed = dialog.getByRole('status').getByText('changed this lead meanwhile');
    const refused = dialog.getByRole('alert').getByText('Your input is kept');
    const save = async () => {
      const [answer] = await Promise.all([page.waitForResponse((r) => r.request().method() === 'PATCH'), dialog.getByRole('button', { name: 'Save' }).click()]);
      return answer.status();
    };
    await dialog.getByLabel('Notes').fill('my own words');
    await page.route(`**/leads/${made.id}`, (route) => (route.request().method() === 'PATCH' ? route.abort('connectionrefused') : route.fallback()));
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').getByText('The server cannot be reached').waitFor();
    await page.unroute(`**/leads/${made.id}`);
    assert.match(wrong.splice(0).join('\n'), /^console: .*ERR_CONNECTION_REFUSED$/);
    await news('from somebody else');
    await changed.waitFor();
    await assertAccessible(page, 'a failure and news');
    assert.equal(await save(), 412);
    await refused.waitFor();
    await changed.waitFor({ state: 'detached' });
    await news('and once more'); // after what the refusal told
    await changed.waitFor();
    assert.equal(await save(), 412);
    await changed.waitFor({ state: 'detached' });
    assert.equal(await save(), 200);
    await dialog.waitFor({ state: 'detached' });
    const { engagement } = await server.get(`/leads/${made.id}`);
    assert.deepEqual([engagement.name, engagement.notes], ['and once more', 'my own words']);
  });
});

test('owner, heart and notes', async () => {
  const made = await one();
  await at(`/leads/${made.id}`, async (page) => {
    await page.locator('.owner-menu > button').click();
    await page.getByRole('menuitem', { name: 'Take it' }).waitFor();
    await assertAccessible(page, 'owner menu');
    await page.keyboard.press('Enter');
    await page.locator('.owner-menu', { hasText: 'kim@example.org' }).waitFor();
    await page.getByRole('button', { name: 'Favorite' }).click();
    await page.locator('button[aria-pressed=true]', { has: page.locator('.icon') }).first().waitFor();
    await page.locator('h1').focus();
    await page.keyboard.press('n');
    await page.keyboard.type('first words');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Edit the note' }).click();
    await page.getByRole('dialog').getByLabel('Note').fill('second words');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.locator('.timeline .said', { hasText: 'second words' }).waitFor();
    await page.locator('.timeline summary').click();
    await page.locator('.timeline .said', { hasText: 'first words' }).waitFor();
  });
});

test('a call says when it was, and one on the wrong lead is withdrawn', async () => {
  const made = await one();
  await at(`/leads/${made.id}`, async (page) => {
    await here(page, 'Received');
    assert.equal(await page.getByLabel('When, if not now').count(), 0, 'a note that answers nobody has no time of its own');
    await page.keyboard.press('c');
    await page.keyboard.type('Wrong number');
    const then = new Date(Date.parse(made.receivedAt) - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
    await page.getByLabel('When, if not now').fill(then);
    const { width } = await page.getByLabel('When, if not now').boundingBox();
    assert.ok(width >= 150, `what is said can be read: ${width} px`);
    await shot(page, 'when');
    await page.evaluate(() => scrollTo(0, 0)); // nothing half below the bar
    await assertAccessible(page, 'when');
    await page.getByRole('button', { name: 'Log the call' }).click();
    const entry = page.locator('.timeline li', { hasText: 'Reached: it fits' });
    await entry.getByText('It was').waitFor();
    assert.equal((await server.get(`/leads/${made.id}`)).firstResponse.respondedAt, made.receivedAt);
    await entry.getByRole('button', { name: 'Withdraw' }).click();
    const dialog = page.getByRole('dialog', { name: 'Withdraw' });
    await dialog.getByText('It counts no more').waitFor();
    await assertAccessible(page, 'withdraw');
    await shot(page, 'withdraw');
    await dialog.getByRole('button', { name: 'Withdraw' }).click();
    await entry.getByText('Withdrawn').waitFor();
    assert.equal(await entry.getByRole('button', { name: 'Withdraw' }).count(), 0);
    await shot(page, 'withdrawn');
    const { firstResponse, engagement } = await server.get(`/leads/${made.id}`);
    assert.deepEqual([firstResponse.respondedAt, firstResponse.owed, engagement.attempts], [null, true, 0]);
  });
});

test('a mail that was sent answers the customer until it is said to have come back', async () => {
  const made = await one();
  await at(`/leads/${made.id}`, async (page) => {
    await here(page, 'Received');
    await page.getByRole('radio', { name: 'E-mail' }).check();
    await page.getByPlaceholder('What the mail said').fill('Here is our offer');
    await page.getByRole('button', { name: 'Log the mail' }).click();
    const entry = page.locator('.timeline li', { hasText: 'Here is our offer' });
    await entry.getByRole('button', { name: 'Came back, or withdraw' }).click();
    assert.equal((await server.get(`/leads/${made.id}`)).firstResponse.owed, false);
    const dialog = page.getByRole('dialog', { name: 'Withdraw' });
    await dialog.getByText('stays an attempt').waitFor();
    await assertAccessible(page, 'bounced');
    await shot(page, 'bounced');
    await dialog.getByRole('button', { name: 'It came back' }).click();
    await entry.getByText('no answer').waitFor();
    assert.equal((await server.get(`/leads/${made.id}`)).firstResponse.owed, true);
    await page.mouse.move(0, 0);
    await shot(page, 'mail-back');
  });
});

test('Ctrl+Enter twice writes down once', async () => {
  const made = await one();
  await at(`/leads/${made.id}`, async (page) => {
    for (const [key, what] of [['n', 'notes'], ['c', 'calls']]) {
      const asked = [];
      await page.route(`**/leads/${made.id}/${what}`, (route) => { asked.push(route); });
      await page.locator('h1').focus();
      await page.keyboard.press(key);
      await page.keyboard.type(`once among the ${what}`);
      await page.keyboard.press('Control+Enter');
      await until(() => asked.length, { what: 'it is sent' });
      await page.keyboard.press('Control+Enter');
      await page.evaluate(() => fetch('/healthz')); // later than whatever the second one sends
      assert.equal(asked.length, 1, what);
      await asked[0].continue();
      await page.locator('.timeline li', { hasText: `once among the ${what}` }).waitFor();
      await until(() => page.locator('.composer textarea').inputValue().then((text) => text === ''), { what: 'room for the next' });
    }
    await page.unroute(`**/leads/${made.id}/calls`);
    await page.keyboard.press('Control+Enter'); // the composer goes on: a call needs no words
    await page.locator('.timeline li', { hasText: 'Reached: it fits' }).nth(1).waitFor();
    const { timeline } = await server.get(`/leads/${made.id}`);
    assert.deepEqual(timeline.map((e) => e.type).filter((type) => type === 'note' || type === 'call').sort(), ['call', 'call', 'note']);
  });
});

test('one\'s own leads are a view of the list', async () => {
  const made = await one({}, { FirstName: 'Mine', LastName: 'Ownership' });
  await server.ok('lead', 'owner', made.id, signIn.email);
  await one({}, { FirstName: 'Free', LastName: 'Ownership' });
  await at('/leads?view=mine', async (page) => {
    await page.getByRole('link', { name: 'Mine Ownership' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Free Ownership' }).count(), 0);
  });
});

test('a viewer sees the work and can do none', async () => {
  const made = await one();
  await at(`/leads/${made.id}`, async (page) => {
    await here(page, 'Received');
    assert.equal(await page.getByRole('button', { name: 'Accept' }).count(), 0);
    assert.equal(await page.locator('.composer').count(), 0);
    await page.keyboard.press('a');
    assert.equal(await page.getByRole('dialog').count(), 0);
  }, { signIn: { email: 'viewer@example.org', password } });
});

test('every language, narrow and wide, light and dark', async () => {
  const made = await one({ Description: 'The lead of the pictures' });
  await server.expect(200, 'POST', `/leads/${made.id}/accept`, { json: { name: 'Roll-out', value: '12000.50', currency: 'EUR', purchaseTimeFrame: '1-3-months', closingOn: '2027-03-31', purchaseIntent: 'Yes', quality: 'High' } });
  await server.expect(200, 'POST', `/leads/${made.id}/calls`, { json: { outcome: 'unsure', text: 'Wants to see a demo first' } });
  await server.expect(200, 'POST', `/leads/${made.id}/owner`, { json: { owner: 'lee@example.org', why: 'her market' } });
  for (const [language, theme, width] of [['en', 'light', 1440], ['ko', 'dark', 1440], ['zh-Hans', 'light', 390], ['en', 'dark', 390]]) {
    await at(`/leads/${made.id}`, async (page) => {
      await settled(page);
      await assertAccessible(page, `lead in ${language}`);
      await assertNoSidewaysScroll(page, `lead in ${language}`);
      await shot(page, `${language}-${theme}-${width}`);
      await page.keyboard.press('a');
      await page.getByRole('dialog').waitFor();
      await assertAccessible(page, `won in ${language}`);
      await shot(page, `${language}-${theme}-${width}-dialog`);
    }, { prefs: { language, theme }, width });
  }
});
