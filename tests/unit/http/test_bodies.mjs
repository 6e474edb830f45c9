// Bodies: limits, chunks, slowness, half requests.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { request } from '../../lib/http.mjs';
import { until } from '../../lib/wait.mjs';
import { serve, post, posting, Line } from './served.mjs';

const server = await serve({ body: 65536, 'request-ms': 1500, 'idle-ms': 60000 });
const url = `${server.url}/in/k`;

test('a body at its limit is taken, one byte more is 413', async () => {
  assert.equal((await post(url, Buffer.alloc(65536, 97))).json.bytes, 65536);
  const over = await post(url, Buffer.alloc(65537, 97));
  assert.deepEqual([over.status, over.json.code], [413, 'body.size']);
});

test('the limit of other routes is their own', async () => {
  const big = JSON.stringify({ name: 'a', pad: 'x'.repeat(500000) });
  assert.equal((await post(`${server.url}/things`, big, { 'content-type': 'application/json' })).status, 422);
});

test('a body far over every limit is refused, and the client hears it while it still sends', async () => {
  for (const size of [1024 * 1024 + 2, 20 * 1024 * 1024]) {
    const answer = await post(url, Buffer.alloc(size, 97));
    assert.equal(answer.status, 413);
    assert.equal(answer.json.code, 'body.size');
    assert.equal(answer.headers.connection, 'close');
  }
});

test('chunks make one body; too many are 413; broken ones 400', async () => {
  const send = async (text) => {
    const line = new Line(server.port);
    line.send(`POST /in/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${text}`);
    await line.answered(1);
    const { got } = line;
    line.socket.destroy();
    return got;
  };
  assert.match(await send('3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n'), /"bytes":7/);
  assert.match(await send(`20000\r\n${'x'.repeat(0x20000)}\r\n0\r\n\r\n`), /^HTTP\/1.1 413/);
  assert.match(await send(`200000\r\n${'x'.repeat(0x200000)}\r\n0\r\n\r\n`), /^HTTP\/1.1 413/);
  assert.match(await send('zz\r\nabc\r\n'), /^HTTP\/1.1 400/);
});

test('Expect: 100-continue is answered before the body comes', async () => {
  const line = new Line(server.port);
  line.send('POST /in/k HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n');
  await until(() => /^HTTP\/1.1 100 /.test(line.got), { what: '100' });
  line.send('abc');
  await until(() => /"bytes":3/.test(line.got), { what: 'the answer' });
  line.socket.destroy();
});

test('half requests are ended after their time while whole ones go on', async () => {
  const halves = [
    'POST /in/k HTTP/1.1\r\nHost: x\r\nContent-Le',
    'POST /in/k HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly some',
    'POST /in/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
    'P',
  ].map((text) => { const line = new Line(server.port); line.send(text); return line; });
  const patient = new Line(server.port);
  await patient.opened;
  for (const line of halves) await line.ended(8000);
  assert.ok(!patient.closed, 'idle has its own, longer limit');
  patient.send(posting('k', 'abc'));
  await patient.answered(1);
  patient.socket.destroy();
});

test('a slow body that ends in time is taken', async () => {
  const line = new Line(server.port);
  line.send('POST /in/k HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n');
  for (const byte of 'abcdef') {
    line.send(byte);
    await new Promise(setImmediate);
  }
  await line.answered(1);
  assert.match(line.got, /"bytes":6/);
  line.socket.destroy();
});

test('large answers arrive whole', async () => {
  for (const size of [4096, 4097, 70000, 20_000_000]) {
    const answer = await request(`${server.url}/fill?size=${size}`);
    assert.equal(answer.bytes.length, size);
  }
  assert.equal((await request(`${server.url}/fill?size=${33 * 1024 * 1024}`)).status, 422);
});
