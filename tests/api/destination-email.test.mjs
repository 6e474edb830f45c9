// The email destination, against a real relay that wants STARTTLS and a sign-in.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serving, using } from '../lib/serving.mjs';
import { delivered, deliveriesOf, destinationAt } from '../lib/deliveries.mjs';
import { lead, person } from '../lib/leads.mjs';
import { header, MailSink, relayPassword } from '../lib/mailsink.mjs';
import { tempDir } from '../lib/temp.mjs';
import { until } from '../lib/wait.mjs';

const relay = await using(MailSink.start());
const passwordFile = join(tempDir('secret'), 'password');
writeFileSync(passwordFile, `${relayPassword}\n`);
const server = await serving({ env: relay.env({ LEADLINE_SMTP_PASSWORD: `@${passwordFile}` }) });

let serial = 0;
async function chain(on, to, ...settings) {
  serial += 1;
  const publisher = `mail${serial}`;
  const path = await on.offer(`${publisher}.app`, '--title', 'The App');
  const destination = await destinationAt(on, publisher, 'email', `to=${to}`, ...settings);
  return { publisher, path, destination, source: `AppSource-PLT|${publisher}.app` };
}

// The deliveries of a lead by their recipient, once each is in one of the states.
async function settled(on, got, ...states) {
  let last;
  await until(async () => {
    last = await deliveriesOf(on, got);
    return last.length && last.every((d) => states.includes(d.state));
  }, { timeout: 30_000, what: () => `the deliveries are ${states}: ${JSON.stringify(last)}` });
  return Object.fromEntries(last.map((d) => [d.recipient, d]));
}

test('each address gets a mail by itself, encrypted and signed in; the recipient is shown everywhere', async () => {
  const { path, source, destination } = await chain(server, 'anna@one.example; bert@one.example');
  const who = person({ FirstName: '민준', LastName: '김', Company: '한빛소프트' });
  const got = await server.lead(path, lead({ LeadSource: source, Description: '데모를 보고 싶습니다.\n다음 주에.' }, who));
  const by = await settled(server, got, 'done');
  assert.deepEqual(Object.keys(by).sort(), ['anna@one.example', 'bert@one.example']);
  for (const to of Object.keys(by)) {
    const [mail, ...more] = relay.mails(to);
    assert.equal(more.length, 0);
    assert.deepEqual(mail.to, [to]);
    assert.equal(mail.from, 'leads@contoso.example');
    assert.ok(mail.tls && mail.signedIn);
    assert.equal(mail.hello, 'leadline.example');
    assert.deepEqual(header(mail, 'To'), [to]);
    assert.deepEqual(header(mail, 'From'), ['Contoso leads <leads@contoso.example>']);
    assert.deepEqual(header(mail, 'Reply-To'), [who.Email]);
    assert.deepEqual(header(mail, 'Auto-Submitted'), ['auto-generated']);
    assert.deepEqual(header(mail, 'Message-ID'), [`<${by[to].id}@contoso.example>`]);
    assert.equal(header(mail, 'Subject')[0], '한빛소프트 – Asked to be contacted: The App');
    assert.deepEqual(mail.defects, []);
    assert.match(mail.text, /데모를 보고 싶습니다\.\n다음 주에\./);
    assert.match(mail.html, /김민준/);
    assert.ok(mail.text.includes(`${server.base}/leads/${got.id}`), 'a link to the lead');
    assert.match(by[to].remoteId, /^T\d{4}$/, 'the relay\'s own id');
  }
  const listed = await server.okJson('delivery', 'list', '--destination', destination);
  assert.deepEqual((listed.items ?? listed).map((d) => d.recipient).sort(), Object.keys(by).sort());
  const exported = await server.ok('export', 'deliveries', '--format', 'csv');
  assert.match(exported, /anna@one\.example/);
});

test('the language is a setting; a test lead is marked', async () => {
  const { path, publisher } = await chain(server, 'korea@two.example', 'language=ko');
  await server.lead(path, lead({ LeadSource: `AzureMarketplace-INS|${publisher}.app` }, person({ Company: 'Contoso' })));
  const [mail] = await relay.received(1, 'korea@two.example');
  assert.match(header(mail, 'Subject')[0], /^Contoso – ‘지금 가져오기’를 누름/);
  assert.match(mail.text, /리드 열기/);
});

test('nothing that a customer writes becomes a header, a recipient or HTML', async () => {
  const { path, source } = await chain(server, 'safe@three.example');
  const evil = 'x\r\nBcc: victim@three.example\r\n\r\n<script>alert(1)</script>';
  const who = { FirstName: evil, LastName: evil, Company: evil, Title: evil, Email: 'a@b.co\r\nBcc: victim@three.example', Phone: evil, Country: evil };
  await server.lead(path, lead({ LeadSource: source, OfferTitle: evil, Description: `.\r\n.\r\nRCPT TO:<victim@three.example>\r\n${evil}` }, who));
  const [mail] = await relay.received(1, 'safe@three.example');
  assert.deepEqual(mail.headers.map(([name]) => name).filter((name) => name !== 'Reply-To').sort(),
    ['Auto-Submitted', 'Content-Type', 'Date', 'From', 'MIME-Version', 'Message-ID', 'Subject', 'To', 'X-Auto-Response-Suppress']);
  assert.deepEqual(mail.to, ['safe@three.example']);
  assert.equal(relay.mails('victim@three.example').length, 0);
  assert.doesNotMatch(mail.html, /<script/);
  assert.match(mail.text, /^\.\n\.\nRCPT TO:/m, 'dots that begin a line arrive as they are');
});

test('one refused address holds up no other; one that is put off waits minutes', async () => {
  const { path, source } = await chain(server, 'reject@four.example;good@four.example;defer@four.example;full@four.example');
  const got = await server.lead(path, lead({ LeadSource: source }, person()));
  const by = await until(async () => {
    const all = Object.fromEntries((await deliveriesOf(server, got)).map((d) => [d.recipient, d]));
    return Object.keys(all).length === 4 && Object.values(all).every((d) => d.outcome) && all;
  }, { timeout: 30_000, what: 'four attempts' });
  assert.deepEqual([by['good@four.example'].state, by['good@four.example'].outcome], ['done', 'delivered']);
  assert.deepEqual([by['reject@four.example'].state, by['reject@four.example'].code, by['reject@four.example'].status],
    ['rejected', 'mailbox-unavailable', 550]);
  for (const [to, code] of [['defer@four.example', 'deferred'], ['full@four.example', 'mailbox-full']]) {
    assert.deepEqual([by[to].state, by[to].outcome, by[to].code], ['due', 'retry', code]);
    assert.ok(Date.parse(by[to].nextAttemptAt) - Date.parse(by[to].createdAt) > 200_000, `${to} waits`);
  }
});

test('a link lost after the message: the same Message-ID again', async () => {
  const { path, source } = await chain(server, 'drop-1@five.example');
  const got = await server.lead(path, lead({ LeadSource: source }, person()));
  const done = await delivered(server, got, (d) => d.state === 'done' && d.attempts.length === 2);
  assert.deepEqual(done.attempts.map((a) => a.outcome), ['unknown', 'delivered']);
  const [first, second] = await relay.received(2, 'drop-1@five.example');
  assert.ok(first.dropped && !second.dropped);
  assert.deepEqual(header(first, 'Message-ID'), header(second, 'Message-ID'));
});

test('mails share connections; a relay that starts anew costs none and doubles none', async () => {
  const own = await using(MailSink.start());
  const mailing = await serving({ env: own.env() });
  const { path, source } = await chain(mailing, 'many@seven.example');
  const all = [];
  for (let i = 0; i < 20; i += 1) all.push(await mailing.lead(path, lead({ LeadSource: source }, person())));
  const atOnce = async (got) => assert.equal((await delivered(mailing, got, (d) => d.state === 'done')).attempts.length, 1);
  for (const got of all) await atOnce(got);
  const connections = new Set(own.mails().map((mail) => mail.connection));
  assert.ok(connections.size <= 16, `20 mails on ${connections.size} connections`);
  await own.restart();
  await atOnce(await mailing.lead(path, lead({ LeadSource: source }, person())));
  const ids = own.mails('many@seven.example').map((mail) => header(mail, 'Message-ID')[0]);
  assert.equal(ids.length, 21);
  assert.equal(new Set(ids).size, 21, 'each once');
});

test('a wrong password parks the destination once; the right one releases the queue in order', async () => {
  const { path, source, destination } = await chain(server, 'order@six.example', 'ordering=strict');
  const wrong = 'not-the-password-of-the-relay';
  writeFileSync(passwordFile, wrong);
  server.proc.kill('SIGHUP');
  await until(() => /serve\.reloaded/.test(server.log), { what: 'the server has read its options again' });
  const subjects = [];
  for (let i = 0; i < 4; i += 1) {
    const who = person({ Company: `Company ${i}` });
    subjects.push(`Company ${i} – Asked to be contacted: The App`);
    const got = await server.lead(path, lead({ LeadSource: source }, who));
    await settled(server, got, 'parked', ...(i ? ['due'] : [])); // what comes to a parked one is due, and waits
  }
  const parked = await server.get(`/destinations/${destination}`);
  assert.equal(parked.state, 'parked');
  assert.match(parked.health.lastError, /sign-in/);
  assert.equal(server.log.match(new RegExp(`destination-parked.*${destination}`, 'g')).length, 1);
  assert.equal(relay.mails('order@six.example').length, 0);

  writeFileSync(passwordFile, relayPassword);
  const before = server.log.match(/serve\.reloaded/g).length;
  server.proc.kill('SIGHUP');
  await until(() => server.log.match(/serve\.reloaded/g).length > before, { what: 'the server has read its options again' });
  await server.ok('destination', 'resume', destination);
  const mails = await relay.received(4, 'order@six.example');
  assert.deepEqual(mails.map((mail) => header(mail, 'Subject')[0]), subjects);

  const everything = [server.log, JSON.stringify(await server.get(`/destinations/${destination}`)), await server.ok('destination', 'list', '--json'),
    await server.ok('export', 'deliveries', '--format', 'ndjson'), JSON.stringify(await server.get('/deliveries')),
    (await server.cli(['check'])).stdout, readFileSync(join(relay.dir, '0001.eml'), 'utf8')].join('\n');
  assert.ok(!everything.includes(wrong) && !everything.includes(relayPassword), 'no password in log, API, exports or mail');
});

test('Validate sends a marked test lead; settings say what is wrong', async () => {
  const { destination, publisher } = await chain(server, 'validate@seven.example');
  const outcome = await server.expect(200, 'POST', `/destinations/${destination}/test`);
  assert.equal(outcome.outcome, 'delivered');
  assert.deepEqual(outcome.recipients.map((r) => [r.recipient, r.outcome]), [['validate@seven.example', 'delivered']]);
  const [mail] = await relay.received(1, 'validate@seven.example');
  assert.match(header(mail, 'Subject')[0], /^\[Test\] MSFT_TEST_/);
  for (const to of ['', 'nobody', 'a@b.co\r\nBcc: c@d.co', 'a@b.co, c@d.co']) {
    const answer = await server.expect(422, 'POST', '/destinations', { json: { publisher, kind: 'email', settings: { to } } });
    assert.equal(answer.errors[0].field.replace('settings.', ''), 'to');
  }
});

test('Validate sends one test to each address and names what became of each', async () => {
  const { destination } = await chain(server, 'one@seventy.example; reject@seventy.example; two@seventy.example');
  const answer = await server.expect(200, 'POST', `/destinations/${destination}/test`);
  assert.deepEqual([answer.outcome, answer.status, answer.code], ['rejected', 550, 'mailbox-unavailable']);
  assert.match(answer.detail, /^reject@seventy\.example: SMTP 550/);
  assert.deepEqual(answer.recipients.map((r) => [r.recipient, r.outcome]),
    [['one@seventy.example', 'delivered'], ['reject@seventy.example', 'rejected'], ['two@seventy.example', 'delivered']]);
  for (const to of ['one@seventy.example', 'two@seventy.example']) {
    const [mail, ...more] = await relay.received(1, to);
    assert.equal(more.length, 0);
    assert.match(header(mail, 'Subject')[0], /^\[Test\] MSFT_TEST_/);
  }
  const said = await server.cli(['destination', 'test', destination]);
  assert.notEqual(said.code, 0);
  assert.match(said.stderr, /reject@seventy\.example/);
});

test('Validate does not wait again and again for a relay that is not there', async () => {
  const gone = await using(MailSink.start());
  const other = await serving({ env: gone.env() });
  const { destination } = await chain(other, 'one@eighty.example; two@eighty.example');
  await gone.stop();
  const answer = await other.expect(200, 'POST', `/destinations/${destination}/test`);
  assert.equal(answer.outcome, 'retry');
  assert.match(answer.detail, /^one@eighty\.example: /);
  assert.deepEqual(answer.recipients.map((r) => [r.recipient, r.outcome]), [['one@eighty.example', 'retry'], ['two@eighty.example', 'retry']]);
  assert.equal(answer.recipients[1].code, 'not-tried');
});

test('an address that was taken out of the settings gets no mail any more', async () => {
  const { path, source, destination } = await chain(server, 'stays@eight.example;goes@eight.example');
  await server.expect(200, 'POST', `/destinations/${destination}/pause`);
  const got = await server.lead(path, lead({ LeadSource: source }, person()));
  await server.expect(200, 'PATCH', `/destinations/${destination}`, { json: { settings: { to: 'stays@eight.example' } } });
  await server.expect(200, 'POST', `/destinations/${destination}/resume`);
  const by = await settled(server, got, 'done', 'rejected');
  assert.deepEqual([by['stays@eight.example'].state, by['goes@eight.example'].state, by['goes@eight.example'].code],
    ['done', 'rejected', 'email.recipient-removed']);
  assert.equal(relay.mails('goes@eight.example').length, 0);
});

test('a relay whose certificate nobody vouches for is given nothing', async () => {
  const other = await serving({ env: relay.env({ LEADLINE_SMTP_CA_FILE: '/etc/ssl/certs/ca-certificates.crt' }) });
  const { path, source, destination } = await chain(other, 'cert@nine.example');
  const got = await other.lead(path, lead({ LeadSource: source }, person()));
  const by = await settled(other, got, 'parked');
  assert.equal(by['cert@nine.example'].code, 'certificate');
  assert.equal((await other.get(`/destinations/${destination}`)).state, 'parked');
  assert.equal(relay.mails('cert@nine.example').length, 0);
});

test('without a relay the destination says which options are missing', async () => {
  const other = await serving();
  const { destination } = await chain(other, 'none@ten.example');
  const outcome = await other.expect(200, 'POST', `/destinations/${destination}/test`);
  assert.equal(outcome.outcome, 'config');
  assert.match(outcome.detail, /smtpUrl and mailFrom/);
});
