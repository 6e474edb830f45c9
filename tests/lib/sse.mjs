// A reader of server-sent events that remembers everything and can wait for one of them.

import http from 'node:http';
import { until } from './wait.mjs';

export class EventStream {
  static open(url, headers = {}) {
    return new Promise((resolve, reject) => {
      const req = http.get(url, { agent: false, headers: { Accept: 'text/event-stream', ...headers } }, (res) => {
        resolve(new EventStream(req, res));
      });
      req.on('error', reject);
    });
  }

  constructor(req, res) {
    this.req = req;
    this.status = res.statusCode;
    this.headers = res.headers;
    this.events = [];
    this.closed = false;
    let rest = '';
    res.setEncoding('utf8');
    res.on('data', (text) => {
      const blocks = (rest + text).split(/\r?\n\r?\n/);
      rest = blocks.pop();
      for (const block of blocks) this.#add(block);
    });
    res.on('close', () => { this.closed = true; });
    res.on('error', () => { this.closed = true; });
    req.on('error', () => { this.closed = true; });
  }

  #add(block) {
    const event = { event: 'message', data: '' };
    for (const line of block.split(/\r?\n/)) {
      const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line);
      if (name === 'data') event.data += (event.data ? '\n' : '') + value;
      else if (name) event[name] = value;
    }
    if (event.data === '') return; // a comment that keeps the connection warm, or a bare retry
    try { event.json = JSON.parse(event.data); } catch { event.json = undefined; }
    this.events.push(event);
  }

  // The first event, past or coming, that fits.
  next(fits, what = 'an event') {
    return until(() => this.events.find(fits), {
      what: () => `${what}; seen: ${JSON.stringify(this.events.map((e) => [e.event, e.data]))}`,
    });
  }

  close() { this.req.destroy(); }
}
