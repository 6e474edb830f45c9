// The chain of a publisher, the mails of what people are told, and that all of it is told once, whatever dies.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving, using } from '../lib/serving.mjs';
import { invalid, partly, problem } from '../lib/asserts.mjs';
import { lead } from '../lib/leads.mjs';
import { header as headerOf, MailSink } from '../lib/mailsink.mjs';
import { Person } from '../lib/people.mjs';
import { Server } from '../lib/server.mjs';
import { bytes, query } from '../lib/store.mjs';
import { until } from '../lib/wait.mjs';

const relay = await using(MailSink.start());
const server = await serving({ env: relay.env() });
const db = server.site.db;
const MINUTE = 60_000, HOUR = 60 * MINUTE;
const [WARNING, BREACHED, ESCALATED] = ['warning', 'breached', 'escalated'].map((k) => `first-response-${k}`);
const hex = (uuid) => bytes(db, uuid.replaceAll('-', ''));
async function due(l, inMs) {
  const at = Date.now() + inMs;
  await query(db, `UPDATE lead SET received_at = ${at - 24 * HOUR}, due_at = ${at}, due_sort = ${at} WHERE lead_id = ${hex(l.id)}`);
  await query(db, `UPDATE lead_watch SET due_at = ${at} WHERE lead_id = ${hex(l.id)}`);
}
const seen = (who, l, kinds) => until(async () => {
  const got = await who.kinds(l);
  return kinds.every((k) => got.includes(k));
}, { timeout: 40_000, what: `${who.email} is told ${kinds}` });
const team = async (publisher, { language = 'en' } = {}) => ({
  path: await server.offer(`${publisher}.crm`, '--title', 'CRM, the 1st'),
  seller: await Person.make(server, `seller@${publisher}.example`, 'seller', { publisher, language }),
  boss: await Person.make(server, `boss@${publisher}.example`, 'manager', { publisher, language }),
});
async function make({ path, seller }, over) {
  const l = await server.lead(path, lead(over));
  await seller.does(200, 'POST', `/leads/${l.id}/owner`, { owner: 'me' });
  return l;
}
// As if it had been told so long ago.
const age = (who, ms) => query(db, `UPDATE notification SET at = at - ${ms} WHERE account_id = ${hex(who.id)} AND mail = 1`);
const mailed = (who, n) => until(() => relay.mails(who.email).length >= n && relay.mails(who.email), { timeout: 40_000, what: `${who.email} has ${n} mails` });

const SHIPPED = ['4h before: owner', 'due: owner managers', '4h after: managers', '24h after: admins'];

test('the shipped chain costs no row; another one is written as people say it, and reads back the same', async () => {
  const { boss, seller } = await team('chain');
  const first = await seller.get('/escalation');
  partly(first, { publisher: 'chain', shipped: true, version: 0, steps: SHIPPED });
  assert.deepEqual(first.moments.map((m) => [m.kind, m.minutes, m.to]), [[WARNING, -240, ['owner']], [BREACHED, 0, ['owner', 'managers']],
    [ESCALATED, 240, ['managers']], [ESCALATED, 1440, ['admins']]]);
  assert.equal((await query(db, "SELECT count(*) FROM alert_chain WHERE publisher_id = 'chain'")).trim(), '0');
  problem(await seller.api('PUT', '/escalation', { steps: [] }), 403);
  const own = await boss.does(200, 'PUT', '/escalation', { steps: ['1d after: admins,managers', '90m before: owner', ' due:  owner '] });
  partly(own, { shipped: false, version: 1, steps: ['90m before: owner', 'due: owner', '24h after: managers admins'] });
  assert.deepEqual(await boss.does(200, 'PUT', '/escalation', own).then((x) => x.steps), own.steps, 'what was read can be sent back');
  problem(await boss.api('PUT', '/escalation', { steps: [] }, { 'If-Match': '"1"' }), 412, 'chain.changed');
  const last = await boss.api('PUT', '/escalation', { steps: [] }, { 'If-Match': '"2"' });
  assert.deepEqual([last.status, last.json.steps], [200, []], 'nobody is told');
  for (const step of ['sometime: owner', '4h: owner', '4h before owner', '4h before: everybody', '0h before: owner', '13h before: owner',
    '15d after: owner', '4x after: owner', 'due:', '99999999999999999999h after: owner', '4h before: owner; 240m before: managers']) {
    invalid(await boss.api('PUT', '/escalation', { steps: [step] }), 'steps');
  }
  invalid(await boss.api('PUT', '/escalation', { steps: Array.from({ length: 11 }, (_, n) => `${n + 1}h after: owner`) }), 'steps');
  partly(await boss.does(200, 'DELETE', '/escalation'), { shipped: true, steps: SHIPPED });
  assert.match(await server.ok('escalation', 'set', '--publisher', 'chain', '2h before: owner', 'due: managers'), /2h before: owner/);
  assert.match(await server.ok('escalation', 'show', '--publisher', 'chain'), /due: managers/);
  assert.match(await server.ok('escalation', 'reset', '--publisher', 'chain'), /24h after: admins/);
});

test('another chain tells nobody again what they were told, and leaves out nothing that comes', async () => {
  const { boss, seller, ...more } = await team('rechain');
  const l = await make({ seller, ...more });
  await due(l, 3 * HOUR);
  await seen(seller, l, [WARNING]);
  await boss.does(200, 'PUT', '/escalation', { steps: ['due: owner', '2h after: owner managers'] });
  await due(l, -MINUTE);
  await seen(seller, l, [BREACHED]);
  assert.deepEqual(await boss.kinds(l), []);
  await boss.does(200, 'PUT', '/escalation', { steps: ['8h before: owner', '4h before: owner', 'due: owner managers', '1h after: owner', '2h after: managers'] });
  await due(l, -2.5 * HOUR);
  await seen(boss, l, [ESCALATED]);
  assert.deepEqual([await seller.kinds(l), await boss.kinds(l)], [[ESCALATED, BREACHED, WARNING], [ESCALATED]]);
});

test('mails are gathered: one for all that was told in five minutes, in the person\'s language, and only one', async () => {
  const { boss, seller, ...more } = await team('post', { language: 'ko' });
  const a = await make({ seller, ...more }), b = await make({ seller, ...more });
  await due(a, 3 * HOUR);
  await due(b, -MINUTE);
  await seen(seller, a, [WARNING]);
  await seen(seller, b, [BREACHED]);
  assert.deepEqual(relay.mails(seller.email), []);
  await age(seller, 6 * MINUTE);
  const [mail, ...rest] = await mailed(seller, 1);
  assert.equal(rest.length, 0);
  assert.match(headerOf(mail, 'Subject')[0], /^기한 지남: 1, 곧 응답 기한: 1$/);
  assert.match(mail.text, new RegExp(`기한 지남 - .* - CRM, the 1st - 기한 \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC\\n.*/leads/${b.id}`));
  assert.match(mail.text, new RegExp(`/leads/${a.id}`));
  assert.doesNotMatch(mail.raw ?? '', new RegExp(b.contact?.email ?? 'ana\\.'), 'it names nobody');
  assert.deepEqual(headerOf(mail, 'Auto-Submitted'), ['auto-generated']);
  await until(async () => (await seller.told(a))[0].mailedAt, { what: 'it is marked' });
  // What was read needs no mail; what is answered needs none either.
  const c = await make({ seller, ...more });
  await due(c, 3 * HOUR);
  await seen(seller, c, [WARNING]);
  await seller.does(200, 'POST', '/notifications/read', {});
  await age(boss, 6 * MINUTE);
  assert.match(headerOf((await mailed(boss, 1))[0], 'Subject')[0], /^기한 지남: 1$/);
  assert.equal(relay.mails(seller.email).length, 1);
});

const narrowed = {
  own: async ({ boss }, l) => { await boss.does(200, 'POST', `/leads/${l.id}/owner`, { owner: 'me' }); return { reach: 'own' }; },
  team: async ({ boss, publisher }, l) => {
    const made = await server.expect(201, 'POST', '/teams', { json: { publisher, name: 'Near', members: [boss.email] } });
    await server.expect(200, 'POST', `/leads/${l.id}/team`, { json: { team: made.id } });
    return { reach: 'team' };
  },
  offers: async ({ publisher }) => ({ reach: 'offers', reachOffers: [`${publisher}.near`] }),
};
for (const [kind, narrow] of Object.entries(narrowed)) {
  test(`a mail names no lead that went out of reach after it was told of: ${kind}`, async () => {
    const publisher = `mail${kind}`, all = { publisher, ...await team(publisher) }, { boss } = all;
    const near = await make({ ...all, path: await server.offer(`${publisher}.near`) }), far = await make(all);
    const reach = await narrow(all, near);
    for (const l of [near, far]) await due(l, -MINUTE);
    for (const l of [near, far]) await seen(boss, l, [BREACHED]);
    await server.expect(200, 'PATCH', `/users/${boss.id}`, { json: reach });
    await age(boss, 6 * MINUTE);
    const [mail] = await mailed(boss, 1);
    assert.match(mail.text, new RegExp(`/leads/${near.id}`));
    assert.doesNotMatch(mail.raw ?? mail.text, new RegExp(far.id));
    assert.match(headerOf(mail, 'Subject')[0], /^Late: 1(, |$)/);
  });
}

test('a person turns off mail, or kinds of it; a dozen a day is enough', async () => {
  const { boss, seller, ...more } = await team('muted');
  assert.deepEqual(await seller.get('/notifications/settings').then(({ mail, quietHours, mutedKinds }) => [mail, quietHours, mutedKinds]), [true, true, []]);
  partly(await seller.does(200, 'PUT', '/notifications/settings', { mail: true, quietHours: false, mutedKinds: [WARNING] }), { quietHours: false, mutedKinds: [WARNING] });
  invalid(await seller.api('PUT', '/notifications/settings', { mail: true, quietHours: false, mutedKinds: ['weather'] }), 'mutedKinds');
  await boss.does(200, 'PUT', '/notifications/settings', { mail: false, quietHours: true, mutedKinds: [] });
  const l = await make({ seller, ...more }), late = await make({ seller, ...more });
  await due(l, 3 * HOUR);
  await due(late, -MINUTE);
  await seen(seller, l, [WARNING]);
  await seen(boss, late, [BREACHED]);
  await age(seller, 6 * MINUTE);
  await age(boss, 6 * MINUTE);
  const [mail] = await mailed(seller, 1);
  assert.equal(headerOf(mail, 'Subject')[0], 'Late: 1');
  await query(db, `UPDATE account_notice SET day_mails = 12 WHERE account_id = ${hex(seller.id)}`);
  const again = await make({ seller, ...more });
  await due(again, -MINUTE);
  await seen(seller, again, [BREACHED]);
  await age(seller, 6 * MINUTE);
  // Another person's mail comes after theirs would have come.
  const other = await team('aftermuted');
  const barrier = await make(other);
  await due(barrier, -MINUTE);
  await seen(other.seller, barrier, [BREACHED]);
  await age(other.seller, 6 * MINUTE);
  await mailed(other.seller, 1);
  assert.deepEqual([relay.mails(seller.email).length, relay.mails(boss.email).length], [1, 0]);
  await query(db, `UPDATE account_notice SET day_at = day_at - ${25 * HOUR} WHERE account_id = ${hex(seller.id)}`);
  assert.equal(headerOf((await mailed(seller, 2))[1], 'Subject')[0], 'Late: 1', 'it waited for the next day');
});

test('one mail for what several publishers have told somebody of the installation', async () => {
  const chief = await Person.make(server, 'chief@installation.example', 'admin');
  const leads = [];
  for (const publisher of ['several1', 'several2']) {
    const path = await server.offer(`${publisher}.crm`);
    leads.push(await server.lead(path, lead()));
    await due(leads.at(-1), -25 * HOUR);
    await seen(chief, leads.at(-1), [ESCALATED]);
  }
  await age(chief, 6 * MINUTE);
  const [mail] = await mailed(chief, 1);
  for (const l of leads) {
    assert.match(mail.text, new RegExp(`/leads/${l.id}`));
    await until(async () => (await chief.told(l)).every((n) => n.mailedAt), { what: 'it is marked' });
  }
  assert.equal(relay.mails(chief.email).length, 1);
  assert.equal((await query(db, `SELECT day_mails FROM account_notice WHERE account_id = ${hex(chief.id)}`)).trim(), '1');
});

test('what is told while a mail is under way is in the next one, though it may be older', async () => {
  const path = await server.offer('midway.crm');
  const seller = await Person.make(server, 'slow@midway.example', 'seller', { publisher: 'midway' });
  const [a, b] = [await make({ path, seller }), await make({ path, seller })];
  const at = (l, ms) => query(db, `UPDATE notification SET at = ${Date.now() + ms} WHERE lead_id = ${hex(l.id)}`);
  for (const l of [a, b]) {
    await due(l, 3 * HOUR);
    await seen(seller, l, [WARNING]);
  }
  await at(b, HOUR); // not there yet
  await at(a, -6 * MINUTE);
  const [first] = await mailed(seller, 1);
  await at(b, -15 * MINUTE);
  relay.go();
  await until(async () => (await seller.told(a))[0].mailedAt, { timeout: 40_000, what: 'the first is marked' });
  const mails = await mailed(seller, 2);
  assert.doesNotMatch(first.text, new RegExp(b.id));
  assert.match(mails.at(-1).text, new RegExp(b.id));
});

test('what is wrong with one publisher is counted, and the others are told', async () => {
  await team('aaa-broken');
  const { boss, ...more } = await team('zzz-sound');
  await query(db, "INSERT INTO alert_chain (publisher_id, version, steps, changed_at) VALUES ('aaa-broken', 1, 'whenever: owner', 0)");
  const l = await make({ boss, ...more });
  await due(l, -MINUTE);
  await seen(boss, l, [BREACHED]);
  const failures = async () => Number(/^leadline_job_failures_total (\d+)$/m.exec((await server.raw('GET', '/metrics')).text)[1]);
  await until(async () => await failures() > 0, { what: 'it is counted' });
  await query(db, "DELETE FROM alert_chain WHERE publisher_id = 'aaa-broken'");
});

test('a clock that was set back leaves nobody waiting for what was taken in the future', async () => {
  const { boss, ...more } = await team('setback');
  const until_ = Date.now() + 24 * HOUR;
  await query(db, `UPDATE lease SET holder = ${hex(boss.id)}, until_at = ${until_} WHERE name = 'alerts'`);
  const l = await make({ boss, ...more });
  await due(l, -MINUTE);
  await seen(boss, l, [BREACHED]);
  await boss.does(200, 'PUT', '/notifications/settings', { mail: true, quietHours: true, mutedKinds: [] });
  await query(db, `UPDATE account_notice SET taken_until = ${until_} WHERE account_id = ${hex(boss.id)}`);
  await age(boss, 6 * MINUTE);
  await mailed(boss, 1);
});

test('no mail outside of working time, where there is a calendar and nobody says otherwise', async () => {
  const { boss, seller, ...more } = await team('quiet');
  const today = new Date().getUTCDay();
  const day = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(today + 3) % 7];
  await server.expect(201, 'POST', '/calendars', { json: { publisher: 'quiet', name: 'Seldom', timeZone: 'UTC', hours: [`${day} 10:00-11:00`] } });
  await boss.does(200, 'PUT', '/notifications/settings', { mail: true, quietHours: false, mutedKinds: [] });
  const l = await make({ seller, ...more });
  await due(l, -MINUTE);
  await seen(seller, l, [BREACHED]);
  await seen(boss, l, [BREACHED]);
  await age(seller, 6 * MINUTE);
  await age(boss, 6 * MINUTE);
  await mailed(boss, 1);
  assert.equal(relay.mails(seller.email).length, 0, 'the wall clock tells in the page; the mail waits for the morning');
  await seller.does(200, 'PUT', '/notifications/settings', { mail: true, quietHours: false, mutedKinds: [] });
  await mailed(seller, 1);
});

test('erasing a customer ends the clock of their leads and takes out what was told of them', async () => {
  const { boss, seller, ...more } = await team('forget');
  const l = await make({ seller, ...more });
  await due(l, -MINUTE);
  await seen(boss, l, [BREACHED]);
  await server.expect(200, 'POST', `/customers/${l.customer.id}/erase`, { json: {} });
  assert.deepEqual([await seller.told(l), await boss.told(l)], [[], []]);
  for (const table of ['lead_watch', 'notification']) assert.equal((await query(db, `SELECT count(*) FROM ${table} WHERE lead_id = ${hex(l.id)}`)).trim(), '0');
});

test('killed in the middle and started again: each is told once, none is forgotten', { timeout: 180_000 }, async () => {
  const own = await serving();
  const site = own.site.db, key = (x) => bytes(site, x.replaceAll('-', ''));
  const path = await own.offer('killed.crm');
  await Person.make(own, 'boss@killed.example', 'manager', { publisher: 'killed' });
  const leads = [];
  for (let n = 0; n < 40; n += 1) leads.push(await own.lead(path, lead()));
  await own.kill();
  const at = Date.now() - 5 * HOUR;
  const ids = leads.map((l) => key(l.id)).join(', ');
  await query(site, `UPDATE lead SET received_at = ${at - 24 * HOUR}, due_at = ${at}, due_sort = ${at} WHERE lead_id IN (${ids})`);
  await query(site, `UPDATE lead_watch SET due_at = ${at} WHERE lead_id IN (${ids})`);
  const rows = async () => (await query(site, 'SELECT count(*) FROM notification')).trim();
  for (let n = 0; n < 2; n += 1) {
    await own.launch();
    await until(async () => (await rows()) !== '0', { timeout: 40_000, every: 1, what: 'it has begun' });
    await own.kill();
  }
  // Half of the steps are forgotten, as if the rows had been written by a server that died before the next.
  await query(site, `UPDATE lead_watch SET step = 0 WHERE lead_id IN (${leads.slice(20).map((l) => key(l.id)).join(', ')})`);
  await own.launch();
  await until(async () => (await query(site, 'SELECT count(*) FROM lead_watch WHERE step < 3')).trim() === '0', { timeout: 40_000, what: 'all is told' });
  assert.equal(await rows(), '40', 'an escalation of each to the manager');
});

// A file has one server.
if (!db.startsWith('sqlite:')) test('two servers tell each thing once', { timeout: 180_000 }, async () => {
  const { boss, seller, ...more } = await team('twins');
  const second = await using(Server.start({ db, env: relay.env() }));
  const leads = [];
  for (let n = 0; n < 20; n += 1) leads.push(await make({ seller, ...more }));
  await Promise.all(leads.map((l) => due(l, -5 * HOUR)));
  for (const l of leads) await seen(boss, l, [ESCALATED]);
  assert.ok(second.pid);
  const count = async () => (await query(db, "SELECT count(*) FROM notification WHERE publisher_id = 'twins'")).trim();
  assert.equal(await count(), String(leads.length * 2));
});
