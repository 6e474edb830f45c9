// What a person should look at: raised once, over when its cause is, seen by whom it concerns.

import test from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serving, using } from '../lib/serving.mjs';
import { delivered, httpsAt } from '../lib/deliveries.mjs';
import { lead } from '../lib/leads.mjs';
import { header as headerOf, MailSink, relayPassword } from '../lib/mailsink.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { until } from '../lib/wait.mjs';

const relay = await using(MailSink.start());
const server = await serving({ env: relay.env() });
const alarms = async (publisher, state = 'lasting') => (await server.get(`/alarms?publisher=${publisher}&state=${state}`)).items;
const raised = (publisher, fits = (all) => all.length) => until(async () => {
  const all = await alarms(publisher);
  return fits(all) && all;
}, { timeout: 60_000, what: `the alarms of ${publisher}` });

test('a destination that refuses raises one alarm, however many leads wait; new settings end it', async () => {
  const path = await server.offer('parked.app');
  const receiver = await using(Receiver.start({ always: { status: 401, body: 'who are you?' } }));
  const destination = await httpsAt(server, 'parked', receiver);
  assert.deepEqual(await alarms('parked'), []);
  const got = [];
  for (let n = 0; n < 3; n += 1) got.push(await server.lead(path, lead()));
  await delivered(server, got[0], 'parked');
  for (const one of got) await delivered(server, one, (d) => ['parked', 'due'].includes(d.state));
  const [one, ...more] = await raised('parked');
  assert.deepEqual([one.kind, one.ref, one.name, one.overAt, more.length], ['destination-parked', destination, 'https', null, 0]);
  assert.match(one.detail, /401/);
  receiver.always = { status: 200 };
  await server.expect(200, 'POST', `/destinations/${destination}/resume`);
  await raised('parked', (all) => all.length === 0);
  const [past, ...others] = await alarms('parked', 'all');
  assert.deepEqual([past.id, Boolean(past.overAt), others.length], [one.id, true, 0]);
});

test('one that was paused by hand is no alarm, one that asked us to stop is', async () => {
  const path = await server.offer('stopped.app');
  const receiver = await using(Receiver.start({ always: { status: 410 } }));
  const asked = await httpsAt(server, 'stopped', receiver);
  const quiet = await using(Receiver.start());
  await server.offer('stopped.other');
  const byHand = await httpsAt(server, 'stopped.other', quiet);
  await server.expect(200, 'POST', `/destinations/${byHand}/pause`);
  await server.lead(path, lead());
  const all = await raised('stopped');
  assert.deepEqual(all.map((a) => [a.kind, a.ref]), [['destination-stopped', asked]]);
});

test('an offer that used to have leads and has fallen silent is told; a lead ends it', async () => {
  const path = await server.offer('silent.app', '--title', 'Quiet App');
  const header = 'Lead ID,First name,Last name,Email,Phone,Customer Country/Region,Company,Job title,Lead source,Call to action,Offer name,Creation date,Status,Sub status';
  const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const rows = Array.from({ length: 12 }, (_, n) => `a1b2c3d4-1111-2222-3333-${String(n).padStart(12, '0')},Ana${n},Trout${n},ana${n}@trout${n}.example,,Germany,Trout ${n},CTO,AppSource,Contact me,Quiet App,${day(10 + n)},New,Received`);
  const file = join(server.site.dir, 'silent.csv');
  writeFileSync(file, `${header}\n${rows.join('\n')}\n`);
  await server.ok('import', file, '--offer', 'silent.app');
  const [one, ...more] = await raised('silent');
  assert.deepEqual([one.kind, one.ref, one.name, more.length], ['offer-silent', 'app', 'Quiet App', 0]);
  assert.equal(one.detail.slice(0, 10), day(10), 'since when');
  await server.lead(path, lead());
  await raised('silent', (all) => all.length === 0);
});

test('those who look after the publisher get one mail each, in their language, and only one', async () => {
  const path = await server.offer('told.app');
  const people = [['boss@told.example', 'manager', 'ko'], ['seller@told.example', 'seller', 'en'], ['admin@told.example', 'admin', 'zh-Hans']];
  for (const [email, role, language] of people) {
    const password = 'a long sentence for the tests';
    const made = await server.cli(['user', 'add', email, '--role', role, '--publisher', 'told', '--password-stdin'], { input: `${password}\n` });
    assert.equal(made.code, 0, made.stderr);
    const session = await server.api('POST', '/session', { token: null, json: { email, password } });
    const headers = { Cookie: session.headers['set-cookie'].map((c) => c.split(';')[0]).join('; '), 'X-CSRF-Token': session.json.csrf };
    await server.expect(200, 'PATCH', '/session/user', { token: null, headers, json: { language } });
  }
  const receiver = await using(Receiver.start({ always: { status: 403 } }));
  await httpsAt(server, 'told', receiver, 'header=X-Key: a-key-that-nobody-sees');
  await server.lead(path, lead());
  await raised('told', (all) => all.some((a) => a.toldAt));
  const [ko] = relay.mails('boss@told.example');
  const [zh] = relay.mails('admin@told.example');
  assert.match(headerOf(ko, 'Subject')[0], /리드 대기 중: https/);
  assert.match(headerOf(zh, 'Subject')[0], /潜在顾客正在等待：https/);
  assert.match(ko.text, /403.*\/destinations/s);
  assert.deepEqual(headerOf(ko, 'Auto-Submitted'), ['auto-generated']);
  assert.doesNotMatch(JSON.stringify([ko, zh]), /nobody-sees/);
  assert.equal(relay.mails('seller@told.example').length, 0);
  for (let n = 0; n < 2; n += 1) await server.lead(path, lead());
  // A second alarm is told after whatever would be told again of the first.
  const other = await server.offer('told.other');
  const second = await httpsAt(server, 'told.other', receiver);
  await server.lead(other, lead());
  await raised('told', (all) => all.filter((a) => a.toldAt).length === 2);
  assert.deepEqual((await alarms('told')).map((a) => a.ref).includes(second), true);
  assert.deepEqual([relay.mails('boss@told.example').length, relay.mails('admin@told.example').length], [2, 2]);
});

test('a relay that is down holds up neither the alarms nor the end of the server', async () => {
  const silent = await using(Receiver.start());
  const own = await serving({ env: relay.env({ LEADLINE_SMTP_URL: `smtp://localhost:${silent.port}` }) });
  const receiver = await using(Receiver.start({ always: { status: 401 } }));
  for (const name of ['one', 'two', 'three']) {
    const path = await own.offer(`${name}.app`);
    await httpsAt(own, name, receiver);
    await own.lead(path, lead());
  }
  await until(async () => (await own.get('/alarms')).items.length === 3, { timeout: 60_000, what: 'three alarms' });
  assert.ok((await own.get('/alarms')).items.every((a) => a.toldAt === null));
  await own.halt(); // within its time: one mail is waited for, not one for each alarm
});
