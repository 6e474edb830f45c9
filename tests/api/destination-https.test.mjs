// The https destination: the marketplace's own body, signed by Standard Webhooks.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { serving, using } from '../lib/serving.mjs';
import { uuid7 } from '../lib/asserts.mjs';
import { delivered, destinationAt, httpsAt, lastAttempt } from '../lib/deliveries.mjs';
import { koreanBlock, lead, person, publishedTestLead, webToLead } from '../lib/leads.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { never, until, within } from '../lib/wait.mjs';

const server = await serving();
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

let serial = 0;
// A publisher with one offer, one receiver and one destination of its own.
async function chain(...settings) {
  serial += 1;
  const publisher = `pub${serial}`;
  const path = await server.offer(`${publisher}.app`, '--title', 'The App');
  const receiver = await using(Receiver.start());
  const destination = await httpsAt(server, publisher, receiver, ...settings);
  assert.match(destination, uuid7, 'add prints the bare id');
  return { publisher, path, receiver, destination, source: (code) => `${code}|${publisher}.app` };
}

test('the body is what the marketplace sends: the five texts and UserDetails, as received', async () => {
  const { path, receiver, source } = await chain();
  const who = person({ Country: 'USA', Phone: '(425) 882-8080', Title: '제목' });
  const body = lead({ LeadSource: source('AppSource-PLT') }, who);
  await server.lead(path, body);
  const [got] = await receiver.received(1);
  assert.equal(got.method, 'POST');
  assert.match(got.headers['content-type'], /^application\/json; ?charset=utf-8$/i);
  assert.deepEqual(got.json, body);
  assert.equal(got.headers['transfer-encoding'], undefined);
  assert.equal(got.headers.expect, undefined);
});

test('absent texts are empty strings, never null; ActionCode is filled from LeadSource', async () => {
  const { path, receiver, source } = await chain();
  await server.lead(path, { LeadSource: source('AzurePortal-Create'), UserDetails: { Email: person().Email } });
  const [got] = await receiver.received(1);
  assert.equal(got.json.ActionCode, 'Create');
  assert.deepEqual(Object.keys(got.json).sort(), ['ActionCode', 'Description', 'LeadSource', 'OfferTitle', 'UserDetails']);
  assert.deepEqual(Object.keys(got.json.UserDetails).sort(), ['Company', 'Country', 'Email', 'FirstName', 'LastName', 'Phone', 'Title']);
  for (const value of [...Object.values(got.json.UserDetails), got.json.Description, got.json.OfferTitle]) assert.equal(typeof value, 'string');
  assert.equal(got.json.UserDetails.LastName, '');
});

test('whatever dialect came in, the same body goes out', async () => {
  const { path, receiver } = await chain();
  await server.lead(path, webToLead(), { type: 'application/x-www-form-urlencoded' });
  const email = person().Email;
  await server.lead(path, koreanBlock(email));
  const [form, korean] = await receiver.received(2);
  assert.equal(form.json.ActionCode, 'PLT');
  assert.equal(form.json.UserDetails.FirstName, 'Ana');
  assert.equal(korean.json.UserDetails.Email, email);
  assert.equal(korean.json.UserDetails.Country, '대한민국', 'as received');
});

test('the signature is genuine by the standardwebhooks package, and breaks with one blank more', async () => {
  const { path, receiver, source } = await chain(`secret=${secret}`);
  await server.lead(path, lead({ LeadSource: source('AppSource-PLT'), Description: '서명 🚀 é' }));
  const [got] = await receiver.received(1);
  const webhook = new Webhook(secret);
  assert.deepEqual(webhook.verify(got.text, got.headers), got.json);
  assert.throws(() => webhook.verify(`${got.text} `, got.headers));
  assert.ok(Math.abs(Number(got.headers['webhook-timestamp']) - got.at / 1000) < 5);
  assert.match(got.headers['webhook-id'], uuid7);
});

test('webhook-id is the delivery\'s id', async () => {
  const { path, receiver, source } = await chain();
  const got = await server.lead(path, lead({ LeadSource: source('AppSource-PLT') }));
  const [sent] = await receiver.received(1);
  const done = await delivered(server, got);
  assert.equal(sent.headers['webhook-id'], done.id);
  assert.equal(lastAttempt(done).outcome, 'delivered');
  assert.equal(lastAttempt(done).status, 200);
});

test('webhook-id stays over attempts and replays; the timestamp and signature are new', async () => {
  const { path, receiver, source } = await chain(`secret=${secret}`);
  receiver.script({ status: 503 });
  const got = await server.lead(path, lead({ LeadSource: source('AppSource-PLT') }));
  const done = await delivered(server, got);
  assert.equal(receiver.requests.length, 2);
  const replay = await server.expect(200, 'POST', '/deliveries/replay', { json: { ids: [done.id] } });
  assert.ok(replay, 'replay answers what it did');
  await receiver.received(3);
  const [one, two, three] = receiver.requests;
  assert.equal(two.headers['webhook-id'], one.headers['webhook-id']);
  assert.equal(three.headers['webhook-id'], one.headers['webhook-id']);
  assert.equal(two.text, one.text);
  assert.equal(three.text, one.text);
  const webhook = new Webhook(secret);
  for (const sent of [one, two, three]) webhook.verify(sent.text, sent.headers);
  await delivered(server, got, (d) => d.state === 'done' && d.attempts.length === 3);
});

test('a secret is made when none is given and never shown again', async () => {
  const { publisher, destination } = await chain();
  const shown = JSON.stringify(await server.get('/destinations')) + await server.ok('destination', 'list', '--json');
  assert.ok(shown.includes(destination));
  assert.doesNotMatch(shown, /whsec_/);
  const own = await server.cli(['destination', 'add', publisher, 'https', 'url=https://example.org/x']);
  assert.equal(own.code, 0, own.stderr);
  assert.match(own.stdout, /^[0-9a-f-]{36}\n$/);
  assert.match(own.stderr, /whsec_[A-Za-z0-9+/]{32,}=*/, 'shown once, beside the result');
  await server.expect(200, 'POST', `/destinations/${own.stdout.trim()}/pause`);
});

test('secrets come from files and standard input, and the URL is a secret too', async () => {
  const file = join(server.site.dir, 'secret.txt');
  writeFileSync(file, `${secret}\n`);
  const { publisher } = await chain();
  const own = await server.offer(`${publisher}.own`);
  const receiver = await using(Receiver.start());
  await server.ok('destination', 'add', `${publisher}.own`, 'https', `url=${receiver.url()}`, `secret=@${file}`, 'allowPrivate=true', 'allowHttp=true');
  await within(1000);
  await server.lead(own, lead({ LeadSource: 'AppSource-PLT' }));
  const [got] = await receiver.received(1);
  new Webhook(secret).verify(got.text, got.headers);
  const piped = await server.cli(['destination', 'add', publisher, 'https', 'url=-'], { input: 'https://example.org/hook?sig=verysecret\n' });
  assert.equal(piped.code, 0, piped.stderr);
  await server.expect(200, 'POST', `/destinations/${piped.stdout.trim()}/pause`);
  const everything = JSON.stringify(await server.get('/destinations')) + await server.ok('destination', 'list') + server.log;
  assert.ok(!everything.includes('verysecret'), 'the URL of a flow is a credential');
});

test('settings are sealed at rest: neither URL nor secret is in the store\'s file', async () => {
  await chain(`secret=${secret}`, 'header=X-Api-Key: plaintext-header-key');
  if (server.site.db.startsWith('sqlite:')) {
    const file = server.site.db.slice('sqlite:'.length);
    for (const name of [file, `${file}-wal`]) {
      const bytes = readFileSync(name).toString('latin1');
      for (const word of [secret.slice(6), 'plaintext-header-key']) assert.ok(!bytes.includes(word), `${word} in ${name}`);
    }
  }
});

test('one extra header is sent', async () => {
  const { path, receiver, source } = await chain('header=X-Api-Key: abc 123');
  await server.lead(path, lead({ LeadSource: source('AppSource-PLT') }));
  const [got] = await receiver.received(1);
  assert.equal(got.headers['x-api-key'], 'abc 123');
});

test('the standard envelope has type, timestamp and data', async () => {
  const { path, receiver, source } = await chain('envelope=standard');
  const body = lead({ LeadSource: source('AppSource-PLT') });
  await server.lead(path, body);
  const [got] = await receiver.received(1);
  assert.equal(typeof got.json.type, 'string');
  assert.ok(!Number.isNaN(Date.parse(got.json.timestamp)));
  assert.equal(got.json.data.UserDetails?.Email ?? got.json.data.lead?.UserDetails?.Email, body.UserDetails.Email);
});

test('an offer\'s own destination wins over the publisher\'s', async () => {
  const { publisher, path, receiver } = await chain();
  const special = await server.offer(`${publisher}.special`);
  const other = await using(Receiver.start());
  await httpsAt(server, `${publisher}.special`, other);
  await server.lead(special, lead({ LeadSource: 'AppSource-PLT' }));
  await other.received(1);
  await server.lead(path, lead({ LeadSource: 'AppSource-PLT' }));
  await receiver.received(1);
  await never(() => receiver.requests.length > 1 || other.requests.length > 1, { what: 'a lead at both' });
});

test('a test lead is tagged by default, dropped or delivered as set', async () => {
  const tagged = await chain();
  const got = await server.lead(tagged.path, publishedTestLead);
  await tagged.receiver.received(1);
  await delivered(server, got);
  const dropping = await chain('testLeads=drop');
  const dropped = await server.lead(dropping.path, publishedTestLead);
  const gone = await delivered(server, dropped, 'cancelled');
  assert.match(`${gone.detail ?? ''} ${gone.code ?? ''}`, /test/i, 'cancelled with the reason');
  assert.equal(dropping.receiver.requests.length, 0);
});

test('a do-not-contact lead is forwarded by default, dropped when set, with the reason', async () => {
  const plain = await chain();
  await server.lead(plain.path, lead({ LeadSource: plain.source('AppSource-DNC'), ActionCode: 'DNC' }));
  await plain.receiver.received(1);
  const dropping = await chain('doNotContact=drop');
  const got = await server.lead(dropping.path, lead({ LeadSource: dropping.source('AppSource-DNC'), ActionCode: 'DNC' }));
  const gone = await delivered(server, got, 'cancelled');
  assert.match(`${gone.detail ?? ''} ${gone.code ?? ''}`, /contact/i);
  assert.equal(dropping.receiver.requests.length, 0);
});

test('a second touch of a lead is not delivered again', async () => {
  const { path, receiver, source } = await chain();
  const who = person();
  const one = await server.lead(path, lead({ LeadSource: source('AppSource-PLT'), Description: 'one' }, who));
  await delivered(server, one);
  await server.lead(path, lead({ LeadSource: source('AppSource-PLT'), Description: 'two' }, who));
  await never(() => receiver.requests.length > 1, { what: 'a second delivery' });
});

test('a destination over TLS with its own authority is reached', async () => {
  const { publisher, path, source, destination } = await chain();
  await server.expect(200, 'POST', `/destinations/${destination}/pause`);
  const safe = await using(Receiver.start({ tls: true }));
  const offer = await server.offer(`${publisher}.tls`);
  await destinationAt(server, `${publisher}.tls`, 'https', `url=${safe.url()}`, 'allowPrivate=true', `caFile=${safe.caFile}`);
  await server.lead(offer, lead({ LeadSource: 'AppSource-PLT' }));
  await safe.received(1);
  assert.ok(path && source);
});

test('destination test sends one marked lead and says what came of it', async () => {
  const { receiver, destination } = await chain();
  const good = await server.cli(['destination', 'test', destination]);
  assert.equal(good.code, 0, good.stderr + good.stdout);
  const [got] = await receiver.received(1);
  assert.match(got.text, /MSFT_TEST_|test/i);
  receiver.always = { status: 401 };
  const bad = await server.cli(['destination', 'test', destination]);
  assert.equal(bad.code, 1);
  assert.match(bad.stdout + bad.stderr, /401/);
  const answer = await server.expect(200, 'POST', `/destinations/${destination}/test`);
  assert.match(JSON.stringify(answer), /config/);
});

test('many leads are all delivered, each once', async () => {
  const { path, receiver, source } = await chain();
  const body = Array.from({ length: 300 }, () => lead({ LeadSource: source('AppSource-PLT') }));
  for (let at = 0; at < 300; at += 100) assert.equal((await server.take(path, body.slice(at, at + 100))).leads.length, 100);
  await receiver.received(300);
  await until(async () => (await server.get('/deliveries?state=due')).items.length === 0, { what: 'nothing is due' });
  assert.equal(receiver.requests.length, 300);
  assert.equal(new Set(receiver.requests.map((r) => r.headers['webhook-id'])).size, 300);
  assert.deepEqual(new Set(receiver.requests.map((r) => r.json.UserDetails.Email)), new Set(body.map((b) => b.UserDetails.Email)));
});
