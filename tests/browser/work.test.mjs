// What people do in the page, on made-up data: sign in, find, read, select, deliver again, connect.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertClean, openBrowser, openPage, settled } from '../lib/browser.mjs';
import { startMock } from '../lib/ui-mock.mjs';
import { until } from '../lib/wait.mjs';

const signIn = { email: 'admin@example.com', password: 'demo' };
let browser;
let mock;

before(async () => { mock = await startMock(); browser = await openBrowser(); });
after(async () => { await browser?.close(); await mock?.stop(); });

/** Opens a path as a signed-in person, gives the page to the body of the test, and checks it was quiet. */
async function at(path, body, options = {}) {
  const visit = await openPage(browser, mock.url, { signIn, prefs: { language: 'en' }, ...options });
  await visit.page.goto(path);
  await settled(visit.page);
  try {
    await body(visit.page, visit);
    await assertClean(visit, path);
  } finally {
    await visit.close();
  }
}

const row = (page, n) => page.locator('tbody tr').nth(n);

test('signing in: a wrong password is said, the right one leads to where one wanted to go', () => at('/deliveries?state=rejected', async (page) => {
  await page.waitForURL('**/sign-in?next=**');
  await page.getByLabel('E-mail').fill('admin@example.com');
  await page.getByLabel('Password').fill('guess');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('not right').waitFor();
  await assertAccessible(page, 'sign-in');
  await page.getByLabel('Password').fill('demo');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/deliveries?state=rejected');
}, { signIn: undefined }));

test('signing in: the empty form names what is missing and takes the focus there', () => at('/sign-in', async (page) => {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('This is needed.').first().waitFor();
  await until(() => page.getByLabel('E-mail').evaluate((e) => e === document.activeElement), { what: 'focus on the first wrong field' });
}, { signIn: undefined }));

test('signing in: a one-time link works and leaves no trace in the address; another page is never the target', () => at('/sign-in?token=once&next=//evil.example', async (page) => {
  await page.waitForURL('**/leads');
  assert.equal(new URL(page.url()).search, '');
}, { signIn: undefined }));

test('signing in: a used link is said, with the form below', () => at('/sign-in?token=used', async (page) => {
  await page.getByRole('alert').getByText('used before').waitFor();
  await page.getByLabel('Password').waitFor();
}, { signIn: undefined }));

test('signing out ends on the sign-in page', async () => {
  const visit = await openPage(browser, mock.url, { signIn });
  await visit.page.goto('/leads');
  await settled(visit.page);
  await visit.page.getByRole('button', { name: 'Your account' }).click();
  await visit.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await visit.page.waitForURL('**/sign-in?next=**');
  await visit.close();
});

test('keys: j and k move, x selects, Enter opens, brackets go on, Escape goes back', () => at('/leads?view=all', async (page) => {
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  assert.ok(await row(page, 1).evaluate((e) => e.contains(document.activeElement)));
  await page.keyboard.press('x');
  await page.getByText('1 selected').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.bulk').waitFor({ state: 'detached' });
  const second = await row(page, 1).locator('.row-link').innerText();
  const third = await row(page, 2).locator('.row-link').innerText();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: second }).waitFor();
  await page.keyboard.press(']');
  await page.getByRole('heading', { level: 1, name: third }).waitFor();
  await page.keyboard.press('[');
  await page.getByRole('heading', { level: 1, name: second }).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL('**/leads?view=all');
}));

test('keys: what is on the screen can be acted on by key at once', () => at('/leads?view=all', async (page) => {
  await page.keyboard.press('j');
  const left = await page.evaluate(async () => {
    const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    const shown = () => document.querySelector('.bulk');
    const changed = (done) => new Promise((go) => {
      const watch = new MutationObserver(() => { if (done()) { watch.disconnect(); go(); } });
      watch.observe(document.body, { childList: true, subtree: true });
    });
    const there = changed(shown);
    press('x');
    await there; // the drawing is there, what follows it has not run
    const gone = changed(() => !shown());
    press('Escape');
    return Promise.race([gone.then(() => 0), new Promise((go) => { setTimeout(() => go(1), 5000); })]);
  });
  assert.equal(left, 0, 'Escape was heard');
}));

test('keys: g and a letter goes to a page, ? shows the sheet, / goes to the search, typing is left alone', () => at('/leads?view=all', async (page) => {
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await page.getByRole('heading', { level: 1, name: 'Deliveries' }).waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await assertAccessible(page, 'shortcut sheet');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('/');
  await page.keyboard.type('gd한빛');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/leads\?.*q=gd/);
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'All leads');
}));

test('filters live in the address, as chips, and survive a reload', () => at('/leads?view=all', async (page) => {
  await page.getByRole('button', { name: 'Filters' }).click();
  const drawer = page.getByRole('dialog', { name: 'Filters' });
  await drawer.getByLabel('Country or region').selectOption('KR');
  await drawer.getByLabel('Source').selectOption('AppSource');
  await assertAccessible(page, 'filter drawer');
  await drawer.getByRole('button', { name: 'Show results' }).click();
  await page.waitForURL(/country=KR/);
  await page.reload();
  await settled(page);
  await page.locator('.filter-chip', { hasText: 'South Korea' }).waitFor();
  const countries = await page.locator('.td-country').allInnerTexts();
  assert.ok(countries.length && countries.every((c) => c === 'South Korea'));
  await page.getByRole('button', { name: 'Clear all' }).click();
  await page.waitForURL((url) => !url.search.includes('country'));
}));

test('sorting by a column tells which way, and is in the address', () => at('/leads?view=all', async (page) => {
  await page.getByRole('button', { name: 'Response' }).click();
  await page.waitForURL(/sort=-due/);
  await settled(page);
  assert.equal(await page.locator('th.th-clock').getAttribute('aria-sort'), 'descending');
}));

test('columns can be chosen and are remembered', () => at('/leads?view=all', async (page) => {
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('dialog', { name: 'Columns' }).getByLabel('E-mail').check();
  await page.locator('th', { hasText: 'E-mail' }).waitFor();
  await page.reload();
  await settled(page);
  assert.equal(await page.locator('th', { hasText: 'E-mail' }).count(), 1);
}));

test('more rows come when asked for, none twice', () => at('/leads?view=all', async (page) => {
  const first = await page.locator('tbody tr').count();
  await page.getByRole('button', { name: 'Load more' }).click();
  await until(async () => await page.locator('tbody tr').count() > first, { what: 'more rows' });
  const links = await page.locator('.row-link').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  assert.equal(new Set(links).size, links.length);
}));

test('marking leads read can be undone', () => at('/leads?view=all', async (page) => {
  for (const lead of mock.state.leads) lead.unread = true;
  await page.reload();
  await settled(page);
  await row(page, 0).locator('input').check();
  await row(page, 1).locator('input').check();
  await page.getByRole('button', { name: 'Mark as read', exact: true }).click();
  await until(() => mock.state.leads.filter((l) => !l.test).slice(0, 2).every((l) => !l.unread), { what: 'both are read' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await until(() => mock.state.leads.filter((l) => !l.test).slice(0, 2).every((l) => l.unread), { what: 'both are unread again' });
}));

test('a lead that arrives is shown by itself', () => at('/leads?view=all', async (page) => {
  await page.mouse.move(5, 5);
  await page.locator('.live-live').waitFor();
  const { id } = mock.arrive();
  await page.locator(`a[href="/leads/${id}"]`).waitFor({ timeout: 2000 });
}));

test('a lead that arrives while one reads the list waits behind a bar, and nothing moves', () => at('/leads?view=all', async (page) => {
  await page.locator('.live-live').waitFor();
  await row(page, 3).hover();
  const top = await row(page, 0).locator('.row-link').getAttribute('href');
  const { id } = mock.arrive();
  await page.getByRole('button', { name: '1 new lead' }).waitFor();
  assert.equal(await row(page, 0).locator('.row-link').getAttribute('href'), top);
  await page.getByRole('button', { name: '1 new lead' }).click();
  await page.locator(`a[href="/leads/${id}"]`).waitFor();
}));

test('several pages of one browser share one stream, and it is handed on when its page closes', async () => {
  const visit = await openPage(browser, mock.url, { signIn, prefs: { language: 'en' } });
  const second = await visit.context.newPage();
  for (const page of [visit.page, second]) {
    await page.goto('/leads?view=all');
    await settled(page);
    await page.locator('.live-live').waitFor();
  }
  assert.equal(mock.state.streams.size, 1);
  const first = mock.arrive();
  await second.locator(`a[href="/leads/${first.id}"]`).waitFor();
  const [held] = mock.state.streams;
  await visit.page.close();
  await until(() => mock.state.streams.size === 1 && !mock.state.streams.has(held), { what: 'the other page has opened the stream' });
  await second.locator('.live-live').waitFor();
  const next = mock.arrive();
  await second.locator(`a[href="/leads/${next.id}"]`).waitFor();
  await visit.close();
});

test('opening a lead reads it; the counter follows', () => at('/leads?view=all', async (page) => {
  const lead = mock.state.leads.find((l) => l.unread && !l.test);
  await page.locator(`a[href="/leads/${lead.id}"]`).click();
  await until(() => !lead.unread, { what: 'the lead is read' });
  await page.getByRole('button', { name: 'Mark as unread' }).click();
  await until(() => lead.unread, { what: 'the lead is unread' });
}));

test('a lead explains itself: the sentence, the facts as they came, the raw message', async () => {
  const lead = mock.state.leads.find((l) => l.action === 'PLT' && l.customer.country === 'KR' && !l.test);
  await at(`/leads/${lead.id}`, async (page) => {
    const sentence = await page.locator('.sentence').innerText();
    assert.match(sentence, /pressed “Contact me” for/);
    assert.ok(sentence.includes(lead.offer.title));
    await page.getByText(`received as “${lead._raw.country}”`).waitFor();
    await page.getByRole('button', { name: 'Show the receipt' }).click();
    const drawer = page.getByRole('dialog', { name: 'Receipt' });
    await drawer.locator('pre', { hasText: '"LeadSource"' }).waitFor();
    await drawer.getByRole('button', { name: 'As it arrived' }).click();
    await drawer.locator('pre', { hasText: '{"UserDetails"' }).waitFor();
    await assertAccessible(page, 'receipt drawer');
  });
});

test('what the customer did is one true sentence, with a source and an action, or without', async () => {
  const lead = mock.state.leads.find((l) => l.action === 'PLT' && !l.test);
  const before = { ...lead };
  const said = [
    [{ source: 'AppSource', action: 'PLT' }, 'WHO pressed “Contact me” for OFFER on AppSource and agreed to be contacted.'],
    [{ source: '', action: 'PLT' }, 'WHO asked to be contacted about OFFER.'],
    [{ source: '', action: '' }, 'WHO is interested in OFFER.'],
    [{ source: 'AppSource', action: '' }, 'WHO came to OFFER on AppSource. What they did there was not said.'],
    [{ source: '', action: 'INS' }, 'WHO chose “Get it now” for OFFER and started to use it or is interested in it.'],
    [{ source: '', action: 'INS', bought: true }, 'WHO bought OFFER: the purchase is complete.'],
    [{ source: '', action: 'Create', bought: true }, 'WHO purchased OFFER and created it.'],
    [{ source: '', action: 'StartTestDrive', kind: 'trial' }, 'WHO started a test drive of OFFER.'],
    [{ source: 'AzureMarketplace', action: 'Free trial', kind: 'trial' }, 'WHO started a trial of OFFER.'],
    [{ source: '', action: 'XYZ', kind: 'unknown' }, 'WHO did something that this version does not know (XYZ) with OFFER.'],
    [{ source: 'Elsewhere', action: 'XYZ', kind: 'unknown' }, 'WHO did something that this version does not know (XYZ, Elsewhere) with OFFER.'],
  ];
  for (const [what, sentence] of said) {
    Object.assign(lead, { bought: false, kind: 'active' }, what);
    await at(`/leads/${lead.id}`, async (page) => {
      const [who, offer] = await page.locator('.sentence strong').allInnerTexts();
      assert.equal((await page.locator('.sentence').innerText()).replace(who, 'WHO').replace(offer, 'OFFER').replace(/[“”"]XYZ[“”"]/, 'XYZ'), sentence);
    });
  }
  Object.assign(lead, before);
});

test('a lead is entered here too, and another path of that side is unknown', () => at('/leads?view=all', async (page) => {
  await page.getByRole('button', { name: 'Enter a lead' }).click();
  const drawer = page.getByRole('dialog', { name: 'Enter a lead' });
  await drawer.getByLabel('Offer').selectOption(mock.state.offers[0].id);
  await drawer.getByLabel('Last name').fill('Caller');
  await drawer.getByRole('button', { name: 'Enter', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Caller' }).waitFor();
  assert.equal(await page.evaluate(() => fetch('/v1.0/engagements/others').then((r) => r.status)), 404);
}));

test('a lead that must not be contacted offers no way to do it by mistake', async () => {
  const lead = mock.state.leads.find((l) => l.doNotContact && !l.test);
  await at(`/leads/${lead.id}`, async (page) => {
    await page.getByText('No action needed').waitFor();
    assert.equal(await page.locator('a[href^="mailto:"], a[href^="tel:"]').count(), 0);
  });
});

test('deliveries: what matches is counted before anything is sent again', () => at('/deliveries?state=rejected', async (page) => {
  const due = mock.state.deliveries.filter((d) => d.state === 'rejected').length;
  await page.getByRole('button', { name: 'Replay all that match' }).click();
  const dialog = page.getByRole('dialog', { name: 'Replay all that match' });
  await dialog.getByText(`${due} deliveries match`).waitFor();
  assert.equal(mock.state.deliveries.filter((d) => d.state === 'rejected').length, due);
  await dialog.getByRole('button', { name: `Replay ${due}` }).click();
  await until(() => !mock.state.deliveries.some((d) => d.state === 'rejected'), { what: 'all are sent again' });
}));

test('deliveries: attempts are in the drawer, one and some can be sent again', () => at('/deliveries?state=parked', async (page) => {
  await row(page, 0).locator('.row-link').click();
  await page.getByRole('dialog', { name: 'Delivery' }).getByText('Attempt 3').waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL('**/deliveries?state=parked');
  const before = mock.state.deliveries.filter((d) => d.state === 'parked').length;
  await row(page, 0).locator('input').check();
  await page.locator('.bulk').getByRole('button', { name: 'Replay' }).click();
  await until(() => mock.state.deliveries.filter((d) => d.state === 'parked').length === before - 1, { what: 'one less is parked' });
}));

test('a destination is added by the form of its kind: mistakes are named at their fields, secrets stay hidden', () => at('/destinations', async (page) => {
  await page.getByRole('button', { name: 'Add destination' }).click();
  const drawer = page.getByRole('dialog', { name: 'Add destination' });
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.getByText('This is needed.').waitFor();
  await drawer.getByRole('textbox', { name: 'Address' }).fill('http://crm.example.com/in');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.getByText('Plain HTTP is not allowed here.').waitFor();
  assert.equal(await drawer.getByRole('textbox', { name: 'Address' }).getAttribute('aria-invalid'), 'true');
  await assertAccessible(page, 'destination form');
  await drawer.getByRole('textbox', { name: 'Address' }).fill('https://crm.example.com/in');
  await drawer.getByRole('textbox', { name: 'Name', exact: false }).first().fill('My CRM');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog', { name: 'Destination saved' }).getByText('whsec_').waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  const card = page.locator('.card', { hasText: 'My CRM' });
  await card.getByRole('button', { name: 'Validate' }).click();
  await card.getByText('It works').waitFor();
  await card.getByRole('button', { name: 'Pause' }).click();
  await card.getByText('Paused').waitFor();
  await card.getByRole('button', { name: 'Edit My CRM' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit destination' });
  assert.equal(await edit.getByRole('textbox', { name: 'Address' }).inputValue(), '');
  assert.match(await edit.getByRole('textbox', { name: 'Address' }).getAttribute('placeholder'), /leave empty/);
  await edit.getByRole('button', { name: 'Save' }).click();
  await edit.waitFor({ state: 'detached' });
  await card.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await card.waitFor({ state: 'detached' });
}));

test('settings: language and theme change at once and stay', () => at('/settings', async (page) => {
  await page.locator('label', { hasText: '한국어' }).click();
  await page.getByRole('heading', { level: 1, name: '설정' }).waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'ko');
  await page.locator('label', { hasText: '어둡게' }).click();
  await page.reload();
  await settled(page);
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
  assert.equal(await page.locator('h1').innerText(), '설정');
  mock.state.me.language = null;
  mock.state.me.theme = undefined;
}));

test('settings: an offer gets its intake URL, a token is shown once, a short password is refused', () => at('/settings?section=offers', async (page) => {
  await page.getByRole('button', { name: 'Add offer' }).click();
  const drawer = page.getByRole('dialog', { name: 'Add offer' });
  await drawer.getByLabel('Publisher and offer ID').fill('nodot');
  await drawer.getByRole('button', { name: 'Add offer' }).click();
  await drawer.getByText('publisher.offer').waitFor();
  await drawer.getByLabel('Publisher and offer ID').fill('contoso.new-thing');
  await drawer.getByRole('button', { name: 'Add offer' }).click();
  await page.getByRole('dialog', { name: 'Offer added' }).getByText('/in/').waitFor();
  await page.keyboard.press('Escape');
  await page.goto('/settings?section=tokens');
  await settled(page);
  await page.getByRole('button', { name: 'Create token' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Nightly export');
  await page.getByRole('dialog').getByRole('button', { name: 'Create token' }).click();
  await page.getByText('llt_4pQ9mZ2xW7vK1sD8').waitFor();
  await page.keyboard.press('Escape');
  await page.goto('/settings');
  await settled(page);
  await page.getByLabel('Present password').fill('demo');
  await page.getByLabel('New password').fill('short');
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByText('At least 12 characters.', { exact: true }).waitFor();
}));

test('a session that ended leads to the sign-in page, and back', async () => {
  const visit = await openPage(browser, mock.url, { signIn, prefs: { language: 'en' } });
  await visit.page.goto('/leads?view=all');
  await settled(visit.page);
  await visit.context.clearCookies();
  await visit.page.getByRole('link', { name: 'Customers' }).click();
  await visit.page.waitForURL('**/sign-in?next=%2Fcustomers');
  await visit.close();
});

test('a server that is away is said, with a way to try again', async () => {
  const visit = await openPage(browser, mock.url, { signIn, prefs: { language: 'en' } });
  await visit.page.goto('/leads?view=all');
  await settled(visit.page);
  await visit.context.setOffline(true);
  await visit.page.getByRole('link', { name: 'Overdue' }).click();
  await visit.page.getByText('cannot be reached').waitFor();
  await visit.context.setOffline(false);
  await visit.page.getByRole('button', { name: 'Try again' }).click();
  await visit.page.locator('tbody tr').first().waitFor();
  await visit.close();
});
