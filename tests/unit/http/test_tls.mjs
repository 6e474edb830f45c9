// TLS: versions, resumption, new certificates without a restart.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import tls from 'node:tls';
import { copyFileSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Authority, loopbackNames } from '../../lib/certs.mjs';
import { request } from '../../lib/http.mjs';
import { tempDir } from '../../lib/temp.mjs';
import { until } from '../../lib/wait.mjs';
import { serve, Line } from './served.mjs';

const ca = await Authority.make();
const first = await ca.issue('first', loopbackNames);
const second = await ca.issue('second', loopbackNames);
const trust = readFileSync(ca.file);
const dir = tempDir('tls');
const cert = join(dir, 'cert.pem');
const key = join(dir, 'key.pem');
function put({ certFile, keyFile }) { copyFileSync(keyFile, key); copyFileSync(certFile, cert); }
put(first);
const server = await serve({ cert, key, loops: 2, 'idle-ms': 3000 });

const connect = (options = {}) => new Promise((resolve, reject) => {
  const socket = tls.connect({ port: server.port, host: '127.0.0.1', ca: trust, servername: 'localhost', ...options },
    () => resolve(socket));
  socket.ticket = new Promise((got) => { socket.once('session', got); });
  socket.on('error', reject);
});

// A connection that asks now and then, or the server would end it for being idle.
async function busy() {
  const socket = await connect();
  const closed = new Promise((resolve) => { socket.on('close', resolve); });
  let text = '', asked = 0;
  const ask = (more = '') => { asked += 1; socket.write(`GET /in/k HTTP/1.1\r\nHost: x\r\n${more}\r\n`); };
  socket.on('data', (chunk) => { text += chunk; });
  const timer = setInterval(() => ask(), 300).unref();
  return {
    async end() {
      clearInterval(timer);
      ask('Connection: close\r\n');
      await closed;
      return { asked, answers: text.split('HTTP/1.1 200').length - 1 };
    },
  };
}

async function name() {
  const socket = await connect();
  const subject = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return subject;
}

test('requests over TLS, with HSTS', async () => {
  const answer = await request(`${server.url}/things/special`, { ca: trust });
  assert.equal(answer.json.secure, true);
  assert.match(answer.headers['strict-transport-security'], /max-age/);
  assert.equal((await request(`${server.url}/fill?size=3000000`, { ca: trust })).bytes.length, 3_000_000);
  assert.equal((await request(`${server.url}/in/k`, { ca: trust, method: 'POST', body: Buffer.alloc(60000) })).json.bytes, 60000);
});

test('a body over every limit is refused over TLS too', async () => {
  const answer = await request(`${server.url}/in/k`, { ca: trust, method: 'POST', body: Buffer.alloc(5_000_000) });
  assert.equal(answer.status, 413);
});

test('TLS 1.2 and 1.3, nothing older; HTTP/1.1 alone by ALPN', async () => {
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    const socket = await connect({ minVersion: version, maxVersion: version, ALPNProtocols: ['h2', 'http/1.1'] });
    assert.equal(socket.getProtocol(), version);
    assert.equal(socket.alpnProtocol, 'http/1.1');
    socket.destroy();
  }
  await assert.rejects(connect({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }));
});

async function session(version) {
  const socket = await connect({ minVersion: version, maxVersion: version });
  socket.write('GET /in/k HTTP/1.1\r\nHost: x\r\n\r\n');
  const ticket = await socket.ticket; // comes with the handshake in 1.2, with the first answer in 1.3
  socket.destroy();
  return ticket;
}

for (const version of ['TLSv1.2', 'TLSv1.3']) {
  test(`a session is resumed, also after new certificates (${version})`, async () => {
    const ticket = await session(version);
    let again = await connect({ minVersion: version, maxVersion: version, session: ticket });
    assert.ok(again.isSessionReused());
    again.destroy();
    const other = await session(version);
    server.daemon.kill('SIGHUP');
    again = await connect({ minVersion: version, maxVersion: version, session: other });
    assert.ok(again.isSessionReused());
    again.destroy();
  });
}

test('a new pair of files is taken by itself; a broken or half one is not', async () => {
  assert.equal(await name(), 'first');
  const open = await busy();
  put(second);
  await until(async () => await name() === 'second', { what: 'the second certificate' });
  writeFileSync(cert, 'no certificate');
  await until(() => /http.certificate/.test(server.daemon.log), { what: 'a warning' });
  assert.equal(await name(), 'second');
  copyFileSync(first.certFile, cert);
  server.daemon.kill('SIGHUP');
  await until(() => /test.reload/.test(server.daemon.log), { what: 'a refusal: the key is another\'s' });
  assert.equal(await name(), 'second');
  put(first);
  utimesSync(cert, new Date(), new Date());
  await until(async () => await name() === 'first', { what: 'the first certificate again' });
  const { asked, answers } = await open.end();
  assert.equal(answers, asked, 'an open connection lives through it');
});

test('a handshake that begins before a reload and ends after it', async () => {
  const lines = Array.from({ length: 20 }, () => new Line(server.port));
  await Promise.all(lines.map((line) => line.opened));
  for (let i = 0; i < 5; i++) {
    server.daemon.kill('SIGHUP');
    await name();
  }
  await Promise.all(lines.map((line) => new Promise((resolve, reject) => {
    const socket = tls.connect({ socket: line.socket, ca: trust, servername: 'localhost' }, () => { socket.destroy(); resolve(); });
    socket.on('error', reject);
  })));
});

test('plain HTTP, silence and noise on the TLS port are ended', async () => {
  const plain = new Line(server.port);
  plain.send('GET / HTTP/1.1\r\n\r\n');
  await plain.ended();
  const noise = new Line(server.port);
  noise.send('\x16\x03\x01\xff\xff'.repeat(100));
  await noise.ended(15_000);
  const silent = new Line(server.port);
  await silent.ended(15_000);
});

test('a full handshake for every request, many at once', async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, () => request(`${server.url}/in/k`, { ca: trust })));
  assert.ok(answers.every((a) => a.status === 200));
});

test('the page\'s files come over TLS compressed', async () => {
  const answer = await request(`${server.url}/leads`, { ca: trust });
  assert.match(answer.text, /<html lang="en"/);
});
