// What is looked at before a request is read: heads that are no HTTP, lengths over a row's limit, and
// the memory of requests that are not here as a whole.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { Authority, loopbackNames } from '../../lib/certs.mjs';
import { slow, until } from '../../lib/wait.mjs';
import { serve, post, posting, Line } from './served.mjs';

const server = await serve({ body: 65536, 'request-ms': 60000, 'idle-ms': 60000 });
const url = `${server.url}/in/k`;
const residentMb = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${server.daemon.pid}/status`, 'utf8'))[1]) / 1024;

function answer(line) {
  const [head, body] = line.got.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, json: body ? JSON.parse(body) : undefined };
}

// What one connection hears for these bytes, until it is closed.
async function hear(bytes) {
  const line = new Line(server.port);
  line.send(bytes);
  await line.ended();
  return answer(line);
}

const noHttp = {
  'a word': ['GARBAGE\r\n\r\n', 'http.line'],
  'TLS at a plain port': [Buffer.from('16030100a5010000a10303', 'hex'), 'http.line'],
  'another version': ['GET / HTTP/9.9\r\n\r\n', 'http.line'],
  'HTTP/2 at once': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'http.line'],
  'a blank in the target': ['GET /a b HTTP/1.1\r\n\r\n', 'http.line'],
  'no target': ['GET  HTTP/1.1\r\n\r\n', 'http.line'],
  'a header without a colon': ['GET / HTTP/1.1\r\nHost\r\n\r\n', 'http.header'],
  'a blank before the colon': ['POST /in/k HTTP/1.1\r\nContent-Length : 3\r\n\r\nabc', 'http.header'],
  'a folded header': ['GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n', 'http.header'],
  'NUL in a header': ['GET / HTTP/1.1\r\nA: b\0c\r\n\r\n', 'http.header'],
  'a length in letters': ['POST /in/k HTTP/1.1\r\nContent-Length: many\r\n\r\n', 'http.length'],
  'a length below zero': ['POST /in/k HTTP/1.1\r\nContent-Length: -3\r\n\r\n', 'http.length'],
  'two lengths': ['POST /in/k HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc', 'http.length'],
  'a length and chunks': ['POST /in/k HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'http.length'],
  'chunks and a length': ['POST /in/k HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n', 'http.length'],
  'another coding': ['POST /in/k HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n', 'http.length'],
  'a long target': [`GET /${'x'.repeat(600_000)} HTTP/1.1\r\n\r\n`, 'http.head-size'],
  'a long header': [`GET / HTTP/1.1\r\nA: ${'x'.repeat(33_000)}\r\n\r\n`, 'http.head-size'],
  'too many headers': [`GET / HTTP/1.1\r\n${'A: b\r\n'.repeat(101)}\r\n`, 'http.header-count'],
};
for (const [what, [bytes, code]] of Object.entries(noHttp))
  test(`what is no HTTP is answered 400 and closed: ${what}`, async () => {
    const { status, head, json } = await hear(bytes);
    assert.equal(status, 400);
    assert.deepEqual([json.code, json.status], [code, 400]);
    assert.match(head, /connection: close/i);
    assert.match(head, /content-type: application\/problem\+json/i);
    assert.match(head, /x-content-type-options: nosniff/i);
  });

test('the same byte by byte', async () => {
  const line = new Line(server.port);
  for (const byte of 'GET / HTTP/1.1\r\nHost\r\n') {
    line.send(byte);
    await new Promise(setImmediate);
  }
  await line.ended();
  assert.equal(answer(line).json.code, 'http.header');
});

test('an empty line before a request, bare line feeds and 100 headers are taken', async () => {
  const line = new Line(server.port);
  line.send(`\r\n${posting('k', 'abc')}`);
  await line.answered(1);
  line.send('POST /in/k HTTP/1.1\nHost: x\nContent-Length: 2\n\nab');
  await line.answered(2);
  line.send(posting('k', 'a', 'A: b\r\n'.repeat(98)));
  await line.answered(3);
  assert.equal((line.got.match(/"bytes"/g) ?? []).length, 3);
  line.socket.destroy();
});

test('a length over the limit of its own row is refused before a byte of the body', async () => {
  for (const length of [65_537, 1 << 20, 1 << 30, '9'.repeat(18)]) {
    const { status, json } = await hear(`POST /in/k?x=1 HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`);
    assert.deepEqual([status, json.code], [413, 'body.size']);
    assert.match(json.detail, /65536 bytes/);
  }
  const { status } = await hear(`POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: ${(1 << 20) + 1}\r\n\r\n`);
  assert.equal(status, 413);
});

test('nobody who asks first is told to go on with too much', async () => {
  const { status, head } = await hear('POST /in/k HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 70000\r\n\r\n');
  assert.equal(status, 413, head);
});

test('chunks are refused as soon as they are over the limit, not at their end', async () => {
  const { status, json } = await hear(`POST /in/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n${'x'.repeat(66_000)}`);
  assert.deepEqual([status, json.code], [413, 'body.size']);
});

test('a second request on the connection is looked at as well, also when it came with the first', async () => {
  const late = new Line(server.port);
  late.send(posting('k', 'abc'));
  await late.answered(1);
  late.send('POST /in/k HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n');
  await late.ended();
  const along = new Line(server.port);
  along.send(`${posting('k', 'abc')}POST /in/k HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n`);
  await along.ended();
  for (const { got } of [late, along]) {
    assert.match(got, /"bytes":3/);
    assert.match(got, /HTTP\/1\.1 413 [^]*65536 bytes/);
  }
});

test('over TLS the same', async () => {
  const ca = await Authority.make();
  const { certFile, keyFile } = await ca.issue('door', loopbackNames);
  const sealed = await serve({ cert: certFile, key: keyFile, body: 65536 });
  for (const [bytes, status] of [['GARBAGE\r\n\r\n', 400], ['POST /in/k HTTP/1.1\r\nContent-Length: 65537\r\n\r\n', 413]]) {
    const socket = tls.connect({ port: sealed.port, host: '127.0.0.1', ca: readFileSync(ca.file), servername: 'localhost' });
    let got = '';
    socket.on('data', (chunk) => { got += chunk; });
    socket.on('error', () => {});
    socket.write(bytes);
    await until(() => got.includes('"code"'), { what: 'an answer' });
    assert.match(got, new RegExp(`^HTTP/1.1 ${status} `));
    socket.destroy();
  }
});

test('refusals are counted by their row, and only those', async () => {
  const refused = async () => (await server.stats()).refused;
  const before = await refused();
  await hear('POST /in/k HTTP/1.1\r\nContent-Length: 65537\r\n\r\n');
  await hear('POST /in/k HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n');
  assert.equal((await post(url, 'x')).status, 200);
  await hear(`POST /things HTTP/1.1\r\nContent-Length: ${1 << 24}\r\n\r\n`);
  assert.equal(await refused() - before, 2);
});

// A sanitizer keeps some hundred MB of what is freed.
const kept = slow > 1 ? 700 : 0;

test('many half requests with great bodies: memory is bounded, small ones are served', async () => {
  const before = residentMb();
  const half = `POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: ${1 << 20}\r\n\r\n${'x'.repeat(1_000_000)}`;
  const lines = [];
  for (let n = 0; n < 500; n += 1) {
    const line = new Line(server.port);
    line.send(half);
    lines.push(line);
    if (n % 25 === 24) assert.equal((await post(url, 'x')).status, 200);
  }
  await until(() => lines.filter((line) => line.got).length >= 300, { what: 'most are turned away' });
  const grown = residentMb() - before;
  assert.ok(grown < 250 + kept, `${grown} MB for 500 half requests of 1 MB`);
  for (const line of lines.filter(({ got }) => got)) assert.deepEqual([answer(line).status, answer(line).json.code], [503, 'http.held']);
  for (const line of lines) line.socket.destroy();
  await until(async () => (await post(`${server.url}/things`, JSON.stringify({ pad: 'x'.repeat(900_000) }), { 'content-type': 'application/json' })).status === 422,
    { what: 'large ones are taken again' });
});

test('a connection that rests after a great body gives its memory back', async () => {
  const before = residentMb();
  const body = JSON.stringify({ pad: 'x'.repeat(900_000) });
  const lines = [];
  for (let n = 0; n < 200; n += 1) {
    const line = new Line(server.port);
    line.send(`POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await line.answered(1);
    lines.push(line);
  }
  const grown = residentMb() - before;
  assert.ok(grown < 60 + kept, `${grown} MB for 200 resting connections`);
  for (const line of lines) line.socket.destroy();
});
