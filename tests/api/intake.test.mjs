// The table of answers at the intake URL.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { problem, uuid7 } from '../lib/asserts.mjs';
import { lead, person, webToLead } from '../lib/leads.mjs';
import { rawRequest } from '../lib/http.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();
const path = await server.offer('contoso.crm', '--title', 'Contoso CRM');
const key = path.split('/').pop();

const receipts = async () => (await server.get('/receipts?limit=500')).items;

test('a lead is acknowledged with its receipt', async () => {
  const answer = await server.post(path, lead());
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.headers['content-type'], /^application\/json/);
  assert.match(answer.json.receipt, uuid7);
  assert.equal(answer.json.understood, true);
  const { receipt, leads } = await server.placed(answer.json.receipt);
  assert.equal(receipt.offer, 'contoso.crm');
  assert.equal(receipt.arrivals, 1);
  assert.equal(receipt.problem, null);
  assert.equal(leads.length, 1);
  assert.match(leads[0], uuid7);
});

test('receipts between two times: both belong to it, and a cursor stays inside', async () => {
  const taken = [];
  for (let i = 0; i < 4; i++) {
    taken.push((await server.take(path, lead())).receipt);
    await until(() => Date.now() > Date.parse(taken.at(-1).receivedAt), { what: 'the next ms' });
  }
  const between = async (more) => (await server.get(`/receipts?since=${taken[1].receivedAt}&until=${taken[2].receivedAt}&${more}`)).items.map((r) => r.id);
  assert.deepEqual(await between('limit=50'), [taken[2].id, taken[1].id]);
  assert.deepEqual(await between(`after=${taken[3].id}`), [taken[2].id, taken[1].id]);
  assert.deepEqual(await between(`after=${taken[2].id}`), [taken[1].id]);
  assert.deepEqual(await between('state=placed&limit=1'), [taken[2].id]);
});

test('the body is kept byte for byte', async () => {
  const body = Buffer.from(` {"LeadSource" : "AppSource-PLT|contoso.crm",\r\n\t"UserDetails":{"Email":"${person().Email}"}} `);
  const { receipt } = await server.take(path, body);
  const kept = await server.api('GET', `/receipts/${receipt.id}/body`);
  assert.equal(kept.status, 200);
  assert.deepEqual(kept.bytes, body);
  assert.doesNotMatch(kept.headers['content-type'] ?? '', /html/, 'never shown as a page');
  assert.equal(kept.headers['x-content-type-options'], 'nosniff');
});

test('the web-to-lead path and either content type are taken on either path', async () => {
  for (const [where, type] of [[path, 'application/x-www-form-urlencoded'], [`${path}/web-to-lead`, 'application/x-www-form-urlencoded']]) {
    const got = await server.lead(where, webToLead(), { type });
    assert.equal(got.action, 'PLT');
  }
  await server.lead(`${path}/web-to-lead`, lead());
});

test('a wrong or absent content type is no obstacle', async () => {
  for (const type of [null, 'text/plain', 'application/octet-stream', 'application/x-www-form-urlencoded', 'image/png', 'rubbish']) {
    const got = await server.lead(path, lead(), { type });
    assert.equal(got.source, 'AppSource', `type ${type}`);
  }
  for (const type of [null, 'application/json', 'text/plain']) {
    await server.lead(path, webToLead(), { type });
  }
});

test('one contact field, or a LeadSource alone, is enough', async () => {
  await server.lead(path, { UserDetails: { LastName: 'Einstein' } });
  await server.lead(path, { UserDetails: { Phone: '+49 30 123456' } });
  await server.lead(path, { LeadSource: 'AppSource-PLT|contoso.crm' });
});

const noLeads = {
  'an empty object': '{}',
  'an empty array': '[]',
  'an empty value list': '{"value":[]}',
  'blank contact fields': '{"UserDetails":{"FirstName":"  ","Email":""},"LeadSource":" "}',
  'a description alone': '{"Description":"hello"}',
  'a number': '17',
  'a text': '"hello"',
  'null': 'null',
  'another thing': '{"order":{"id":5}}',
  'a form without a field of ours': 'a=1&b=2',
};
const unreadable = {
  'nothing': '',
  'blanks': ' \r\n ',
  'a broken object': '{"UserDetails":{"FirstName":"Ana',
  'binary rubbish': Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x01, 0x02, 0xc3, 0x28]),
  'a picture': Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  'depth': '['.repeat(5000) + ']'.repeat(5000),
  'over a thousand leads': JSON.stringify(Array.from({ length: 1001 }, (_, n) => ({ Email: `a${n}@example.org` }))),
  'an HTML page': '<!doctype html><html><body>hi</body></html>',
};
for (const [what, body] of [...Object.entries(noLeads), ...Object.entries(unreadable)]) {
  test(`no lead in it: ${what} is 400, kept as an unreadable receipt`, async () => {
    const before = (await receipts()).length;
    const listed = (await server.get('/receipts?state=unreadable&limit=500')).items.length;
    const answer = await server.post(path, body);
    const told = problem(answer, 400);
    assert.ok(told.detail.length > 5, 'says what was wrong');
    let kept;
    await until(async () => {
      kept = (await server.get('/receipts?state=unreadable&limit=500')).items;
      return kept.length === listed + 1 && (await receipts()).length === before + 1;
    }, { what: 'the receipt is listed as unreadable' });
    const [newest] = kept.sort((a, b) => (a.id < b.id ? 1 : -1));
    assert.equal(newest.state, 'unreadable');
    assert.ok(newest.problem, 'the list says why');
    assert.deepEqual(newest.leads, []);
    const raw = await server.api('GET', `/receipts/${newest.id}/body`);
    assert.deepEqual(raw.bytes, Buffer.from(body));
  });
}

test('a thousand leads in one body are taken; one more names the limit and the way out', async () => {
  const leads = Array.from({ length: 1001 }, (_, n) => ({ Email: `many${n}@example.org` }));
  const told = problem(await server.post(path, JSON.stringify(leads)), 400, 'body.too-many');
  assert.match(told.detail, /more than 1000 leads.*several bodies of at most 1000/);
  assert.equal((await server.take(path, JSON.stringify(leads.slice(1)))).leads.length, 1000);
});

test('a broken body says where it broke', async () => {
  const told = problem(await server.post(path, '{"UserDetails": Ana Example}'), 400);
  assert.match(told.detail, /\d/, `a place in: ${told.detail}`);
});

test('an unreadable receipt can be read again, and stays what it is', async () => {
  const answer = await server.post(path, '{"nothing":"of ours", "n":1}');
  problem(answer, 400);
  const { items } = await server.get('/receipts?state=unreadable&limit=1');
  const again = await server.api('POST', `/receipts/${items[0].id}/reread`);
  assert.ok([200, 202].includes(again.status), again.text);
  await until(async () => (await server.get(`/receipts/${items[0].id}`)).state === 'unreadable', { what: 'unreadable again' });
});

test('a placed receipt that is read again makes no second lead', async () => {
  const { receipt, leads } = await server.take(path, lead());
  await server.api('POST', `/receipts/${receipt.id}/reread`);
  await until(async () => (await server.get(`/receipts/${receipt.id}`)).state === 'placed', { what: 'placed again' });
  const after = await server.get(`/receipts/${receipt.id}`);
  assert.deepEqual(after.leads, leads);
  assert.equal((await server.get(`/leads/${leads[0]}`)).touches, 1);
});

async function refused() {
  return Number(/^leadline_intake_refused_total (\d+)$/m.exec((await server.raw('GET', '/metrics')).text)[1]);
}

test('over the size limit: 413, nothing kept, counted as refused', async () => {
  const before = (await receipts()).length;
  const counted = await refused();
  const big = JSON.stringify(lead({ Description: 'x'.repeat(65 * 1024) }));
  problem(await server.post(path, big), 413);
  assert.equal((await receipts()).length, before);
  // Announced or not, the limit holds.
  const chunk = 'y'.repeat(70_000);
  const text = await rawRequest(server.port, `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`
    + `${chunk.length.toString(16)}\r\n${chunk}\r\n0\r\n\r\n`, { timeout: 3000 });
  assert.match(text, /^HTTP\/1\.1 413 /);
  assert.equal((await receipts()).length, before);
  assert.equal(await refused() - counted, 2);
});

test('a body of exactly the limit is taken', async () => {
  const frame = JSON.stringify(lead({ Description: '' }));
  const body = frame.replace('"Description":""', `"Description":"${'x'.repeat(65_536 - frame.length)}"`);
  assert.equal(Buffer.byteLength(body), 65_536);
  await server.take(path, body);
});

test('an unknown key is 404 whatever the method and body', async () => {
  for (const bad of [`/in/${'a'.repeat(key.length)}`, '/in/x', '/in/', `/in/${key}x`, `/in/${key.slice(0, -1)}`, '/in/%00', `/in/${'z'.repeat(2000)}`]) {
    assert.equal((await server.post(bad, lead())).status, 404, bad.slice(0, 60));
    assert.equal((await server.raw('GET', bad)).status, 404, `GET ${bad.slice(0, 60)}`);
  }
});

test('GET and HEAD answer a short text when the key is valid', async () => {
  for (const where of [path, `${path}/web-to-lead`]) {
    const get = await server.raw('GET', where);
    assert.equal(get.status, 200);
    assert.match(get.headers['content-type'], /^text\/plain/);
    assert.ok(get.text.length > 0 && get.text.length < 500);
    assert.ok(!get.text.includes(key));
    const head = await server.raw('HEAD', where);
    assert.equal(head.status, 200);
    assert.equal(head.bytes.length, 0);
  }
});

for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']) {
  test(`${method} is 405 with Allow`, async () => {
    const answer = await server.raw(method, path, { body: method === 'DELETE' ? undefined : '{}' });
    assert.equal(answer.status, 405);
    for (const allowed of ['GET', 'HEAD', 'POST']) assert.match(answer.headers.allow, new RegExp(`\\b${allowed}\\b`));
  });
}

test('an array and a value list are several touches of one receipt', async () => {
  const three = [lead(), lead(), lead()];
  const one = await server.take(path, three);
  assert.equal(one.leads.length, 3);
  const two = await server.take(path, { value: [lead(), lead()] });
  assert.equal(two.leads.length, 2);
});

test('what is no lead in an array does not take the others down', async () => {
  const { leads } = await server.take(path, [lead(), {}, 5, null, lead()]);
  assert.equal(leads.length, 2);
});

test('the same bytes within the window: the same receipt, repeated, one more arrival, no new touch', async () => {
  const body = JSON.stringify(lead());
  const first = await server.post(path, body);
  const second = await server.post(path, body);
  assert.equal(second.status, 200);
  assert.equal(second.json.receipt, first.json.receipt);
  assert.equal(second.json.repeated, true);
  assert.ok(!first.json.repeated);
  const { receipt, leads } = await server.placed(first.json.receipt);
  await until(async () => (await server.get(`/receipts/${receipt.id}`)).arrivals === 2, { what: 'two arrivals' });
  assert.equal((await server.get(`/leads/${leads[0]}`)).touches, 1);
});

test('the same bytes at once on many connections are one receipt', async () => {
  const body = JSON.stringify(lead());
  const answers = await Promise.all(Array.from({ length: 12 }, () => server.post(path, body)));
  const ids = new Set(answers.map((a) => a.json.receipt));
  assert.equal(ids.size, 1, [...ids].join(' '));
  assert.equal(answers.filter((a) => !a.json.repeated).length, 1);
  await until(async () => (await server.get(`/receipts/${[...ids][0]}`)).arrivals === 12, { what: 'twelve arrivals' });
});

test('the same bytes at another offer are another receipt', async () => {
  const other = await server.offer('contoso.other');
  const body = JSON.stringify({ UserDetails: person(), LeadSource: 'AppSource-PLT' });
  const first = await server.post(path, body);
  const second = await server.post(other, body);
  assert.notEqual(second.json.receipt, first.json.receipt);
  assert.ok(!second.json.repeated);
});

test('several posts in one connection, pipelined, are all answered in order', async () => {
  const bodies = [lead(), lead(), lead()].map((b) => JSON.stringify(b));
  const bytes = bodies.map((b, i) => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`
    + `Content-Length: ${Buffer.byteLength(b)}\r\n${i === 2 ? 'Connection: close\r\n' : ''}\r\n${b}`).join('');
  const text = await rawRequest(server.port, bytes);
  assert.equal([...text.matchAll(/HTTP\/1\.1 200 /g)].length, 3, text);
  assert.equal(new Set([...text.matchAll(/"receipt":\s*"([^"]+)"/g)].map((m) => m[1])).size, 3);
});

test('Expect: 100-continue does not hang the sender', async () => {
  const body = JSON.stringify(lead());
  const text = await rawRequest(server.port, `POST ${path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  assert.match(text, /HTTP\/1\.1 200 /);
});

test('after a key was rotated the old one works for the overlap, and not without one', async () => {
  const old = await server.offer('contoso.rotate');
  const next = new URL(await server.ok('offer', 'rotate-key', 'contoso.rotate', '--overlap', '1h')).pathname;
  assert.notEqual(next, old);
  await until(async () => (await server.raw('GET', next)).status === 200, { what: 'the new key is known' });
  await server.take(old, lead());
  await server.take(next, lead());
  await server.ok('offer', 'rotate-key', 'contoso.rotate', '--overlap', '0');
  await until(async () => (await server.post(next, lead())).status === 404, { what: 'the old key is gone within a second' });
});
