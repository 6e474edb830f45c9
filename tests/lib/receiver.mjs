// A peer that does to deliveries what peers do: answers by script, late, cut, endless, dripping,
// redirecting, resetting, with a wrong certificate. It remembers every request.
//
// A step is what one request gets:
//   {status, headers, body}   the answer; default 200 `{}`
//   delay: ms                 … that much later
//   retryAfter: value         … with a Retry-After header
//   redirect: url             … 302 to there (or `status` when given)
//   cutHeader: n              the first n bytes of the answer's head, then the connection closes
//   cutBody: n                the head with the whole length, n bytes of the body, then close
//   drip: ms                  the body byte by byte, that far apart
//   endless: true             a body that does not stop
//   reset: true               RST after the request was read
//   hang: true                no answer; the connection stays open
// Steps come from script() in order, then from `always` (a step or a function of the request).

import http from 'node:http';
import https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { Authority, loopbackNames } from './certs.mjs';
import { until } from './wait.mjs';

const reasons = http.STATUS_CODES;

function rawHead(step, length) {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': length, ...step.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${step.status} ${reasons[step.status] ?? ''}\r\n${lines.join('')}\r\n`;
}

// How many bytes the head of a cut answer has in full.
export const headLength = ({ status = 200, headers = {}, body = '{}' }) => rawHead({ status, headers }, body.length).length;

// The steps that no polite server library would send write to the socket themselves.
const rude = {
  async hang() {},
  async reset(step, socket) { socket.resetAndDestroy(); },
  async cutHeader(step, socket) { socket.end(rawHead(step, step.body.length).slice(0, step.cutHeader)); },
  async cutBody(step, socket) { socket.end(rawHead(step, step.body.length) + step.body.slice(0, step.cutBody)); },
  async drip(step, socket) {
    socket.write(rawHead(step, step.body.length));
    for (const byte of step.body) {
      if (socket.destroyed) return;
      socket.write(byte);
      await pause(step.drip);
    }
    socket.end();
  },
  async endless(step, socket) {
    socket.write(`HTTP/1.1 ${step.status} OK\r\nContent-Type: text/plain\r\n\r\n`);
    const chunk = 'x'.repeat(16_384);
    while (!socket.destroyed) {
      step.sent = (step.sent ?? 0) + chunk.length;
      if (!socket.write(chunk)) await new Promise((go) => { socket.once('drain', go); socket.once('close', go); });
      await pause(0);
    }
  },
};

export class Receiver {
  // tls: false, or true (a good certificate for loopback), or 'wrong-name', or 'unknown-authority'.
  static async start({ tls = false, always = { status: 200 } } = {}) {
    const receiver = new this();
    receiver.requests = [];
    receiver.steps = [];
    receiver.always = always;
    receiver.sockets = new Set();
    const options = await receiver.#certificates(tls);
    const answer = (req, res) => receiver.#answer(req, res);
    receiver.server = tls ? https.createServer(options, answer) : http.createServer(answer);
    receiver.server.keepAliveTimeout = 60_000;
    receiver.server.on('connection', (socket) => {
      receiver.sockets.add(socket);
      socket.on('close', () => receiver.sockets.delete(socket));
      socket.on('error', () => {});
    });
    receiver.server.on('tlsClientError', () => { receiver.refusedHandshakes += 1; });
    receiver.refusedHandshakes = 0;
    await new Promise((go) => receiver.server.listen(0, '127.0.0.1', go));
    receiver.port = receiver.server.address().port;
    receiver.base = `${tls ? 'https' : 'http'}://127.0.0.1:${receiver.port}`;
    return receiver;
  }

  async #certificates(tls) {
    if (!tls) return {};
    const authority = await Authority.make();
    const stranger = tls === 'unknown-authority' ? await Authority.make('Stranger') : authority;
    const leaf = await stranger.issue('leaf', tls === 'wrong-name' ? 'DNS:elsewhere.example' : loopbackNames);
    this.caFile = authority.file;
    return { cert: leaf.cert, key: leaf.key };
  }

  url(path = '/hook') { return this.base + path; }

  script(...steps) { this.steps.push(...steps); return this; }

  async #answer(req, res) {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const got = {
      at: Date.now(), method: req.method, path: req.url, headers: req.headers,
      rawHeaders: req.rawHeaders, bytes: Buffer.concat(chunks),
    };
    got.text = got.bytes.toString('utf8');
    try { got.json = JSON.parse(got.text); } catch { got.json = undefined; }
    this.requests.push(got);
    const next = this.steps.shift() ?? this.always;
    const step = { status: 200, headers: {}, body: '{}', ...(typeof next === 'function' ? await next(got) : next) };
    got.step = step;
    if (step.retryAfter !== undefined) step.headers = { ...step.headers, 'Retry-After': step.retryAfter };
    if (step.redirect) Object.assign(step, { status: next.status ?? 302, headers: { ...step.headers, Location: step.redirect } });
    if (step.delay) await pause(step.delay);
    const kind = Object.keys(rude).find((name) => step[name] !== undefined && step[name] !== false);
    if (kind) return rude[kind](step, req.socket);
    res.writeHead(step.status, step.headers);
    res.end(step.status === 204 ? undefined : step.body);
    return undefined;
  }

  // Waits until n requests are there, and answers them all.
  async received(n, options) {
    await until(() => this.requests.length >= n, { what: () => `${n} requests at the receiver, ${this.requests.length} came`, ...options });
    return this.requests;
  }

  async stop() {
    const closed = new Promise((go) => this.server.close(go));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}
