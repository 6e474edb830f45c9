// Connections: many, pipelined, idle, over the limit, and the end of the server.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { request } from '../../lib/http.mjs';
import { until } from '../../lib/wait.mjs';
import { serve, post, posting, Line } from './served.mjs';

for (const loops of [1, 2]) {
  test(`no stall at 1 to 1000 connections on ${loops} loops, and the ready ones are taken together`, async () => {
    const server = await serve({ loops });
    for (const n of [1, 16, 64, 127, 128, 129, 256, 257, 512, 1000]) {
      const lines = Array.from({ length: n }, () => new Line(server.port));
      await Promise.all(lines.map((line) => line.opened));
      for (let round = 1; round <= 3; round++) {
        for (const line of lines) line.send(posting(`k${round}`, 'abc'));
        await Promise.all(lines.map((line) => line.answered(round)));
      }
      for (const line of lines) line.socket.destroy();
    }
    const stats = await server.stats();
    assert.equal(stats.gathered, 3 * (1 + 16 + 64 + 127 + 128 + 129 + 256 + 257 + 512 + 1000));
    assert.ok(stats.largest > 1, `largest batch ${stats.largest}`);
    await until(async () => (await server.stats()).connections === 1, { what: 'all connections to be gone' });
  });
}

test('one alone is answered at once: nothing waits for company', async () => {
  const server = await serve();
  const line = new Line(server.port);
  await line.opened;
  const began = performance.now();
  for (let i = 1; i <= 50; i++) {
    line.send(posting('k', 'abc'));
    await until(() => line.answers >= i, { every: 0, what: 'an answer' });
  }
  assert.ok(performance.now() - began < 50 * 100, `${performance.now() - began} ms for 50`);
  line.socket.destroy();
});

test('pipelined requests are answered in order, gathered and worked ones mixed', async () => {
  const server = await serve();
  const line = new Line(server.port);
  let text = '';
  for (let i = 0; i < 200; i++) text += i % 5 === 4 ? `GET /fill?size=${i} HTTP/1.1\r\nHost: x\r\n\r\n` : posting(`n${i}`, 'abc');
  line.send(text);
  await line.answered(200);
  const order = [...line.got.matchAll(/"key":"n(\d+)"|Content-Length: (\d+)\r\nServer: leadline\r\ncontent-type: text/g)]
    .map((m) => Number(m[1] ?? m[2]));
  assert.deepEqual(order, Array.from({ length: 200 }, (_, i) => i));
  line.socket.destroy();
});

test('a request cut at every byte is still one request', async () => {
  const server = await serve();
  const text = posting('cut', 'abcdef');
  for (let at = 1; at < text.length; at++) {
    const line = new Line(server.port);
    line.send(text.slice(0, at));
    await line.opened;
    await new Promise(setImmediate);
    line.send(text.slice(at));
    await line.answered(1);
    assert.match(line.got, /"bytes":6/);
    line.socket.destroy();
  }
});

test('HTTP/1.0 and Connection: close are closed after the answer', async () => {
  const server = await serve();
  for (const head of ['GET /in/k HTTP/1.0\r\n\r\n', 'GET /in/k HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n']) {
    const line = new Line(server.port);
    line.send(head);
    await line.ended();
    assert.equal(line.answers, 1);
  }
});

test('there is no HTTP/2, by prior knowledge or by upgrade', async () => {
  const server = await serve();
  const prior = new Line(server.port);
  prior.send('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  await prior.ended();
  const upgrade = new Line(server.port);
  upgrade.send('GET /in/k HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n');
  await upgrade.answered(1);
  assert.match(upgrade.got, /^HTTP\/1.1 200/);
  upgrade.socket.destroy();
});

test('idle connections are closed after their time', async () => {
  const server = await serve({ 'idle-ms': 500 });
  const fresh = new Line(server.port);
  const used = new Line(server.port);
  used.send(posting('k', 'abc'));
  await used.answered(1);
  await fresh.ended();
  await used.ended();
});

test('over the limit the longest idle connection makes room', async () => {
  const server = await serve({ connections: 8 });
  const idle = [];
  for (let i = 0; i < 8; i++) {
    idle.push(new Line(server.port));
    await idle[i].opened;
  }
  const fresh = await until(async () => {
    const line = new Line(server.port);
    line.send(posting('k', 'abc'));
    await until(() => line.answers || line.closed, { what: 'an answer or the end' });
    return line.answers && line;
  }, { what: 'room' });
  await until(() => idle[0].closed, { what: 'the first to go' });
  assert.ok(!idle[7].closed, 'the last stays');
  for (const line of [...idle, fresh]) line.socket.destroy();
});

test('SIGTERM: what is under way is answered, idle ones are closed, new ones refused', async () => {
  const server = await serve();
  const idle = new Line(server.port);
  await idle.opened;
  const busy = new Line(server.port);
  busy.send('GET /hold HTTP/1.1\r\nHost: x\r\n\r\n');
  await until(async () => (await server.stats()).held === 1, { what: 'the request to be held' });
  server.daemon.kill('SIGTERM');
  await idle.ended();
  await until(() => new Promise((resolve) => {
    const probe = net.connect(server.port, '127.0.0.1');
    probe.on('connect', () => { probe.destroy(); resolve(false); });
    probe.on('error', () => resolve(true));
  }), { what: 'new connections to be refused' });
  assert.ok(!busy.closed);
  server.daemon.kill('SIGUSR1');
  await busy.ended();
  assert.match(busy.got, /^HTTP\/1.1 200[^]*Connection: close[^]*"held":true/);
  assert.deepEqual(await server.daemon.ended, { code: 0, signal: null }, server.daemon.log);
});

test('SIGTERM under load loses no answer that was begun', async () => {
  const server = await serve({ loops: 2 });
  const results = [];
  const lines = Array.from({ length: 50 }, () => new Line(server.port));
  await Promise.all(lines.map((line) => line.opened));
  for (const line of lines) line.send(posting('k', 'abc'));
  await Promise.all(lines.map((line) => line.answered(1)));
  for (const line of lines) line.send(posting('k', 'abc').repeat(20));
  server.daemon.kill('SIGTERM');
  await Promise.all(lines.map((line) => line.ended()));
  for (const line of lines) results.push(line.got.split('"together"').length - 1 === line.answers);
  assert.ok(results.every(Boolean), 'every answer is whole');
  assert.deepEqual(await server.daemon.ended, { code: 0, signal: null }, server.daemon.log);
});

test('several addresses, IPv6 among them', async () => {
  const server = await serve({ listen: '127.0.0.1:0,[::1]:0' });
  assert.equal((await post(`${server.url}/in/k`, 'x')).status, 200);
  const six = await serve({ listen: '[::1]:0' });
  assert.equal((await request(`http://[::1]:${six.port}/in/k`)).status, 200);
});
