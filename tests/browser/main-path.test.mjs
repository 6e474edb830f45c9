// The main path by keyboard alone, in every language: sign in, take the most urgent lead, read it, call, qualify,
// move it on, close it as won. Nothing is clicked and no script sets the focus: it goes by keys, and where it is can
// always be seen. What was done is asked of the store; every page on the way is read by axe, light and dark.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertAccessible, assertClean, openBrowser, openPage, settled } from '../lib/browser.mjs';
import { lead } from '../lib/leads.mjs';
import { Server } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const password = 'a long sentence for the tests';
const email = 'kim@example.org';
let browser;
let server;
let intake;

before(async () => {
  server = await Server.start();
  const made = await server.cli(['user', 'add', email, '--role', 'seller', '--password-stdin'], { input: `${password}\n` });
  assert.equal(made.code, 0, made.stderr);
  intake = await server.offer('contoso.crm', '--title', 'Contoso CRM', '--listing', 'contact-me');
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

/** The keyboard of a person in front of a page, who looks where the focus is after every key. */
class Hands {
  constructor(page) { this.page = page; }

  /** What has the focus, and whether that can be seen: on the screen, and marked by an edge of its own or of what stands for it. */
  where() {
    return this.page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return { lost: true };
      const marked = (x) => Boolean(x) && getComputedStyle(x).outlineStyle !== 'none' && parseFloat(getComputedStyle(x).outlineWidth) > 0;
      const at = e.getBoundingClientRect();
      const seen = at.width > 0 && at.bottom > 0 && at.top < innerHeight && at.right > 0 && at.left < innerWidth;
      return {
        lost: false, seen, marked: e.id === 'main' || marked(e) || marked(e.nextElementSibling), tag: e.localName, type: e.type ?? '',
        text: (e.getAttribute('aria-label') ?? e.closest('label')?.innerText ?? e.innerText ?? '').trim(), name: e.getAttribute('name') ?? '', href: e.getAttribute('href') ?? '',
      };
    });
  }

  async look(after) {
    let at;
    await until(async () => { at = await this.where(); return !at.lost && at.seen && at.marked; }, { timeout: 5000, what: () => `the focus can be seen after ${after}: ${JSON.stringify(at)}` });
    return at;
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
    return this.look(keys.join(' '));
  }

  async type(text) {
    await this.page.keyboard.type(text);
    return this.look(text);
  }

  /** Tab until something of this kind is reached, as a person does who sees where it is going. */
  async tabTo(what, wanted, key = 'Tab') {
    for (let i = 0; i < 30; i++) if (wanted(await this.press(key))) return;
    assert.fail(`${what} is not reached by ${key}`);
  }
}

/** A page is read by axe, as it was drawn: each theme has a visit of its own. */
async function readable(page, where) {
  await assertAccessible(page, where);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/path-${where.replace(/\W+/g, '-')}.png` });
}

const now = (made) => server.get(`/leads/${made.id}`);
const dialog = (page, title) => page.getByRole('dialog', { name: title, exact: true });
const closed = (page) => page.waitForFunction(() => !document.querySelector('dialog[open]'));

async function signIn(hands, text, language) {
  const { page } = hands;
  await page.goto('/leads');
  await page.waitForURL('**/sign-in?next=**');
  await page.locator('.sign-in-card input').first().waitFor();
  assert.equal((await hands.look('opening')).name, 'email');
  await readable(page, `sign-in ${language}`);
  await hands.type(email);
  await hands.press('Tab');
  await hands.type(password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/leads');
  await page.getByRole('heading', { level: 1, name: text['view.first-response'] }).waitFor();
  await settled(page);
  await page.locator('tbody tr').first().waitFor();
  assert.equal((await hands.look('signing in')).tag, 'h1');
  await readable(page, `list ${language}`);
}

/** The first row of the first view is the most urgent lead; opening it reads it. */
async function open(hands, made, language) {
  const { page } = hands;
  const row = await hands.press('j');
  assert.equal(row.href, `/leads/${made.id}`);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/leads/${made.id}`);
  await settled(page);
  await until(async () => (await hands.look('opening the lead')).tag === 'h1', { what: 'the focus is on the name of the lead' });
  await until(async () => !(await now(made)).unread, { what: 'the lead is read' });
  await readable(page, `lead ${language}`);
}

async function callAndAccept(hands, made, text, language) {
  const { page } = hands;
  await hands.press('c');
  await hands.type('They have 200 seats');
  assert.equal((await hands.press('Shift+Tab')).tag, 'select');
  await hands.press('ArrowDown', 'ArrowDown'); // fit, no fit, unsure
  await hands.press('Tab');
  await hands.press('Control+Enter');
  await page.locator('.timeline li', { hasText: text['desk.outcome.unsure'] }).waitFor();
  const { timeline, firstResponse } = await now(made);
  const call = timeline.find((e) => e.type === 'call');
  assert.deepEqual([call.detail.outcome, call.detail.text, call.actor], ['unsure', 'They have 200 seats', email]);
  assert.ok(firstResponse.respondedAt);
  assert.equal((await hands.press('Escape')).tag, 'h1');
  await hands.press('a');
  await dialog(page, text['desk.accept.title']).waitFor();
  await hands.look('the dialog');
  await readable(page, `accept ${language}`);
  await hands.type('Roll-out');
  await hands.press('Control+Enter');
  await closed(page);
  await page.locator('.stage[aria-current=step]', { hasText: text['status.Accepted'] }).waitFor();
  assert.equal((await hands.look('accepting')).tag, 'h1');
  const { status, engagement } = await now(made);
  assert.deepEqual([status, engagement.name, engagement.owner.email], ['Active', 'Roll-out', email]);
}

/** To the gate, stopped there, the required items of the checklist met with evidence, and on. */
async function qualify(hands, made, text, language) {
  const { page } = hands;
  const stage = async (key) => {
    await page.locator('.way-stage.is-here', { hasText: text[`process.stage.${key}`] }).waitFor();
    assert.equal((await now(made)).stage.key, key);
    await hands.look(`moving to ${key}`);
  };
  await hands.press('m');
  await hands.press('ArrowRight');
  await hands.press('Enter');
  await stage('qualify');
  await hands.press('ArrowRight');
  await hands.press('Enter');
  await dialog(page, text['process.gate.title']).waitFor();
  await hands.look('the gate');
  await dialog(page, text['process.gate.title']).getByRole('listitem').first().waitFor();
  await readable(page, `gate ${language}`);
  await page.keyboard.press('Escape');
  await closed(page);
  assert.equal((await hands.look('the gate is closed')).tag, 'button');
  for (const item of (await now(made)).checklist.filter((x) => x.required)) {
    const at = await hands.press('q');
    assert.ok(at.type === 'checkbox' && at.text.includes(text[`process.item.${item.key}`]), JSON.stringify(at));
    await hands.press('Space');
    await dialog(page, text[`process.item.${item.key}`]).waitFor();
    await hands.look('the evidence is asked');
    if (item.key === 'need') await readable(page, `evidence ${language}`);
    await hands.type(`evidence of ${item.key}`);
    await hands.press('Control+Enter');
    await closed(page);
    await page.locator('.check-proof', { hasText: `evidence of ${item.key}` }).waitFor();
    assert.equal((await hands.look('the item is met')).type, 'checkbox');
  }
  const { checklist } = await now(made);
  for (const x of checklist.filter((y) => y.required)) assert.deepEqual([x.met, x.evidence, x.actor], [true, `evidence of ${x.key}`, email]);
  await readable(page, `qualified ${language}`);
  await hands.press('m');
  await hands.press('ArrowRight');
  await hands.press('Enter');
  await stage('solution');
  await hands.press('z'); // taken back, and done again
  await stage('qualify');
  await hands.press('m');
  await hands.press('ArrowRight');
  await hands.press('Enter');
  await stage('solution');
}

async function win(hands, made, text, language) {
  const { page } = hands;
  await hands.press('a');
  await dialog(page, text['desk.win.title']).waitFor();
  await hands.look('the dialog');
  await hands.type('12,000.50');
  await hands.press('Tab');
  await hands.type('E'); // EUR
  await hands.press('Tab');
  await hands.type('They signed');
  await hands.press('Control+Enter');
  await closed(page);
  await page.locator('.stage[aria-current=step]', { hasText: text['status.Won'] }).waitFor();
  assert.equal((await hands.look('winning')).tag, 'h1'); // the stage that had the focus is gone with the bar of stages
  await readable(page, `won ${language}`);
  const { status, substatus, stage, engagement } = await now(made);
  assert.deepEqual([status, substatus, stage, engagement.value, engagement.currency], ['Closed', 'Won', null, '12000.50', 'EUR']);
}

const visits = ['en', 'ko', 'zh-Hans'].flatMap((language) => ['light', 'dark'].map((theme) => [language, theme]));
for (const [language, theme] of visits) {
  test(`from signing in to a lead that is won, by keyboard alone: ${language}, ${theme}`, async () => {
    const text = JSON.parse(readFileSync(join(root, `ui/locales/${language}.json`), 'utf8'));
    const made = await server.lead(intake, lead());
    const later = await server.lead(intake, lead()); // less urgent, and still there when the first one is done
    const visit = await openPage(browser, server.base, { prefs: { language, theme } });
    const hands = new Hands(visit.page);
    const where = `${language}, ${theme}`;
    await signIn(hands, text, where);
    assert.equal(await visit.page.locator('html').getAttribute('lang'), language);
    await open(hands, made, where);
    await callAndAccept(hands, made, text, where);
    await qualify(hands, made, text, where);
    await win(hands, made, text, where);
    const back = await (async () => { await visit.page.keyboard.press('Escape'); await visit.page.waitForURL('**/leads'); await visit.page.locator(`[data-row-link][href="/leads/${later.id}"]`).waitFor(); return hands.look('going back'); })();
    assert.ok(back.tag === 'h1' || back.href, JSON.stringify(back));
    assert.equal((await hands.press('j')).href, `/leads/${later.id}`);
    visit.wrong.splice(0, Infinity, ...visit.wrong.filter((line) => !/409 \(Conflict\)$/.test(line))); // the gate
    await assertClean(visit, language);
    await visit.close();
    await server.expect(200, 'POST', `/leads/${later.id}/accept`, { json: {} });
    await server.expect(200, 'POST', `/leads/${later.id}/calls`, { json: { outcome: 'voicemail' } });
    await server.expect(200, 'POST', `/leads/${later.id}/tasks`, { json: { kind: 'call', text: 'Call again', dueAt: new Date(Date.now() + 3600e3).toISOString() } });
    await boardAndToday(language, theme, text);
  });
}

/** The board and what is to be done today, gone to by keys. */
async function boardAndToday(language, theme, text) {
  const visit = await openPage(browser, server.base, { signIn: { email, password }, prefs: { language, theme } });
  const hands = new Hands(visit.page);
  await visit.page.goto('/leads');
  await settled(visit.page);
  for (const [key, name, content] of [['b', 'nav.board', '.board-card'], ['o', 'nav.today', '.today .panel']]) {
    await visit.page.keyboard.press('g');
    await visit.page.keyboard.press(key);
    await visit.page.getByRole('heading', { level: 1, name: text[name], exact: true }).waitFor();
    await settled(visit.page);
    if (name === 'nav.today') { // those that nobody owns too
      await hands.look('today');
      await hands.tabTo('the button', (at) => at.text === text['today.everybody']);
      await hands.press('Space');
    }
    await visit.page.locator(content).first().waitFor();
    await settled(visit.page);
    await hands.look(name);
    await readable(visit.page, `${name} ${language}, ${theme}`);
  }
  await assertClean(visit, language);
  await visit.close();
}
