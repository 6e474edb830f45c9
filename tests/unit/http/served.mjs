// The test program of serve.c on a free port, and sockets that speak HTTP as badly as a test needs.

import { fileURLToPath } from 'node:url';
import net from 'node:net';
import { after } from 'node:test';
import assert from 'node:assert/strict';
import { Daemon } from '../../lib/proc.mjs';
import { request } from '../../lib/http.mjs';
import { until } from '../../lib/wait.mjs';

const lib = (file) => fileURLToPath(new URL(`../../lib/${file}`, import.meta.url));
const env = {
  ...process.env,
  LSAN_OPTIONS: `print_suppressions=0:suppressions=${lib('lsan.supp')}`,
  TSAN_OPTIONS: `exitcode=66:second_deadlock_stack=1:suppressions=${lib('tsan.supp')}`,
};

export const post = (url, body, headers = {}) => request(url, { method: 'POST', body, headers });

// serve({ loops: 2 }): options of serve.c. Stopped, and its exit looked at, when the file's tests are over.
export async function serve(options = {}) {
  const daemon = new Daemon(process.env.HTTP_SERVE, Object.entries(options).flat().map(String), { env });
  const port = Number(await until(() => daemon.stdout.split('\n')[1] !== undefined && daemon.stdout.split('\n')[0],
    { what: () => `a port: ${daemon.log}` }));
  const scheme = options.cert ? 'https' : 'http';
  const server = {
    daemon, port, url: `${scheme}://127.0.0.1:${port}`,
    stats: async () => (await request(`http://127.0.0.1:${port}/stats`)).json,
    async stop() {
      daemon.kill('SIGUSR1');
      const how = await daemon.end();
      assert.deepEqual(how, { code: 0, signal: null, late: false }, daemon.log);
      assert.match(daemon.log, /stopped/);
    },
  };
  after(() => (daemon.running ? server.stop() : undefined));
  return server;
}

// A socket that gathers what comes.
export class Line {
  constructor(port) {
    this.got = '';
    this.closed = false;
    this.socket = net.connect(port, '127.0.0.1');
    this.socket.setNoDelay(true);
    this.socket.on('data', (chunk) => { this.got += chunk.toString('latin1'); });
    this.socket.on('close', () => { this.closed = true; });
    this.socket.on('error', () => {});
    this.opened = new Promise((resolve) => { this.socket.on('connect', resolve); this.socket.on('close', resolve); });
  }

  send(text) { this.socket.write(text); }

  get answers() { return this.got.split('HTTP/1.1 ').length - 1; }

  answered(n, timeout) { return until(() => this.answers >= n, { timeout, what: () => `${n} answers, got ${this.answers}` }); }

  ended(timeout) { return until(() => this.closed, { timeout, what: 'the connection to be closed' }); }
}

export const posting = (key, body, more = '') => `POST /in/${key} HTTP/1.1\r\nHost: x\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
