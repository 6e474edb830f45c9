// A plain HTTP client: one connection for each request unless an agent is given, no redirects, no
// decoding behind the caller's back, and raw bytes when a request has to be wrong on purpose.

import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { slow } from './wait.mjs';

class Answer {
  constructor(status, headers, bytes) {
    this.status = status;
    this.headers = headers;
    this.bytes = bytes;
  }

  get text() { return this.bytes.toString('utf8'); }

  get json() {
    try {
      return JSON.parse(this.text);
    } catch (error) {
      throw new Error(`no JSON in the ${this.status} answer: ${this.text.slice(0, 400)}`, { cause: error });
    }
  }
}

export function request(url, { method = 'GET', headers = {}, body, agent = false, timeout = 30_000, ca } = {}) {
  return new Promise((resolve, reject) => {
    const lib = url.startsWith('https:') ? https : http;
    const req = lib.request(url, { method, headers, agent, ca }, (res) => {
      const chunks = [];
      res.on('data', (chunk) => chunks.push(chunk));
      res.on('end', () => { clearTimeout(timer); resolve(new Answer(res.statusCode, res.headers, Buffer.concat(chunks))); });
      res.on('error', fail);
    });
    const timer = setTimeout(() => req.destroy(new Error(`no answer from ${method} ${url}`)), timeout * slow);
    function fail(error) { clearTimeout(timer); reject(error); }
    req.on('error', fail);
    // A bare end() sends chunked; a length says what is meant and suits odd methods too.
    if (body !== undefined) req.setHeader('Content-Length', Buffer.byteLength(body));
    req.end(body);
  });
}

// Sends bytes as they are and collects everything until the peer closes or the deadline passes.
export function rawRequest(port, bytes, { host = '127.0.0.1', timeout = 5_000, end = false } = {}) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    const socket = net.connect(port, host, () => (end ? socket.end(bytes) : socket.write(bytes)));
    const timer = setTimeout(() => finish(), timeout * slow);
    function finish() {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(chunks).toString('latin1'));
    }
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', finish);
    socket.on('error', (error) => { if (chunks.length) finish(); else { clearTimeout(timer); reject(error); } });
  });
}
