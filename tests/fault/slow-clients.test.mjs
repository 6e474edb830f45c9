// Slow clients, half requests, ten thousand idle connections: others are served, memory stays bounded.

import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { lead } from '../lib/leads.mjs';
import { Server } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const server = await Server.start({ env: { LEADLINE_REQUEST_TIMEOUT_MS: '3000' } });
after(() => server.stop());
const path = await server.offer('contoso.crm');
const sockets = new Set();
after(() => { for (const socket of sockets) socket.destroy(); });

const residentMb = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) / 1024;

function connect(bytes) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(server.port, '127.0.0.1', () => { if (bytes) socket.write(bytes); resolve(socket); });
    socket.on('error', reject);
    socket.on('close', () => { socket.gone = true; sockets.delete(socket); });
    socket.received = '';
    socket.on('data', (chunk) => { socket.received += chunk; });
    sockets.add(socket);
  });
}

async function connectMany(n, bytes) {
  const made = [];
  for (let at = 0; at < n; at += 250) made.push(...await Promise.all(Array.from({ length: Math.min(250, n - at) }, () => connect(bytes))));
  return made;
}

// The worst of some ordinary posts meanwhile.
async function worstPost(n = 20) {
  let worst = 0;
  for (let i = 0; i < n; i += 1) {
    const started = performance.now();
    assert.equal((await server.post(path, lead())).status, 200);
    worst = Math.max(worst, performance.now() - started);
  }
  return worst;
}

test('half requests hold up nobody and are ended after the time-out', { timeout: 120_000 }, async () => {
  const body = JSON.stringify(lead());
  const halves = [
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Le`,
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 40)}`,
    `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n${body.slice(0, 20)}`,
    'P',
  ];
  const held = [];
  for (const half of halves) held.push(...await connectMany(100, half));
  assert.ok(await worstPost() < 1000);
  await until(() => held.every((socket) => socket.gone), { timeout: 20_000, what: () => `${held.filter((s) => !s.gone).length} half requests are still open` });
  for (const socket of held) assert.doesNotMatch(socket.received, /HTTP\/1\.1 200/);
  const { items } = await server.get('/receipts?state=unreadable');
  assert.deepEqual(items, [], 'half a body is no receipt');
});

test('a body in small slow pieces is taken when it comes within the time', { timeout: 60_000 }, async () => {
  const body = JSON.stringify(lead());
  const socket = await connect(`POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`);
  const step = Math.ceil(body.length / 10);
  for (let at = 0; at < body.length; at += step) {
    socket.write(body.slice(at, at + step));
    await new Promise((go) => setTimeout(go, 100));
  }
  await until(() => socket.gone, { what: 'an answer' });
  assert.match(socket.received, /HTTP\/1\.1 200/);
});

test('ten thousand idle connections: little memory, and posts go on', { timeout: 300_000 }, async () => {
  const before = residentMb();
  const idle = await connectMany(10_000);
  assert.equal(idle.filter((socket) => !socket.gone).length, 10_000, 'all are accepted');
  const worst = await worstPost(50);
  assert.ok(worst < 1000, `the slowest post took ${worst} ms`);
  const grown = residentMb() - before;
  assert.ok(grown < 200, `${grown} MB for ten thousand idle connections`);
  for (const socket of idle) socket.destroy();
  await until(() => residentMb() < before + 200, { what: 'memory comes back' });
  assert.ok(await worstPost() < 1000);
});

test('readers that do not read their answers are no burden', { timeout: 120_000 }, async () => {
  const before = residentMb();
  const get = `GET /api/v1/leads?limit=500 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await server.token()}\r\n\r\n`;
  const lazy = await connectMany(50);
  for (const socket of lazy) {
    socket.pause();
    socket.write(get.repeat(200));
  }
  assert.ok(await worstPost() < 2000);
  const grown = residentMb() - before;
  assert.ok(grown < 300, `${grown} MB for fifty lazy readers`);
  for (const socket of lazy) socket.destroy();
  assert.ok(await worstPost() < 1000);
});

test('great bodies on many connections at once stay bounded', { timeout: 120_000 }, async () => {
  const before = residentMb();
  const big = () => JSON.stringify(lead({ LeadSource: 'AppSource-PLT', Description: 'x'.repeat(60_000) }));
  await Promise.all(Array.from({ length: 128 }, async () => {
    for (let n = 0; n < 5; n += 1) {
      const answer = await server.post(path, big());
      assert.ok([200, 503].includes(answer.status), `${answer.status}`);
    }
  }));
  const grown = residentMb() - before;
  assert.ok(grown < 300, `${grown} MB grown`);
});

test('who asks for a long file and takes none of it is let go, and the next one gets it whole', { timeout: 240_000 }, async () => {
  const other = await Server.start({ env: { LEADLINE_IDLE_TIMEOUT_MS: '2000' } });
  try {
    await other.offer('contoso.crm');
    const rows = 2500, text = 'x'.repeat(12_000); // more than what the system holds for a socket
    const file = join(other.site.dir, 'long.csv');
    writeFileSync(file, `Email,Description,Offer ID\n${Array.from({ length: rows }, (_, i) => `m${i}@many.example,${text},contoso.crm\n`).join('')}`);
    await other.ok('import', file, '--publisher', 'contoso', '--offer', 'contoso.crm');
    const whole = async () => (await other.api('GET', '/leads/export?format=ndjson', { timeout: 120_000 })).bytes;
    await until(async () => (await whole()).toString().split('\n').length === rows + 1, { what: 'all leads are placed', timeout: 120_000 });
    const size = (await whole()).length;
    const socket = net.connect(other.port, '127.0.0.1');
    sockets.add(socket);
    socket.on('error', () => {}); // a reset is an end as well
    socket.write(`GET /api/v1/leads/export?format=ndjson HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await other.token()}\r\n\r\n`);
    const open = async () => Number(/^leadline_http_connections (\d+)/m.exec((await other.raw('GET', '/metrics')).text)[1]);
    await new Promise((resolve) => { socket.once('readable', resolve); }); // it is on its way; nothing is taken
    await until(async () => await open() <= 1, { what: 'the slow one is let go', timeout: 60_000 });
    let got = 0;
    socket.on('data', (bytes) => { got += bytes.length; });
    const gone = new Promise((resolve) => { socket.on('close', resolve); });
    socket.resume();
    await gone;
    assert.ok(got < size, `${got} of ${size} bytes`);
    assert.equal((await whole()).length, size);
  } finally {
    await other.stop();
  }
});
