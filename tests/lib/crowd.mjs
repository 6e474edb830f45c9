// Senders that post known leads as fast as they are answered, keep trying after a broken
// connection as the marketplace might, and remember what was acknowledged.

import http from 'node:http';
import { lead, wordOf } from './leads.mjs';
import { request } from './http.mjs';

let serial = 0;

export class Crowd {
  // url(): the intake URL now. pace: ms between the posts of one sender.
  constructor({ url, senders = 8, pace = 0 }) {
    this.url = url;
    this.pace = pace;
    this.acknowledged = new Map(); // e-mail -> receipt
    this.refused = new Map(); // status -> how often
    this.broken = 0;
    this.stopping = false;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: senders });
    this.loops = Array.from({ length: senders }, () => this.#send());
  }

  async #send() {
    while (!this.stopping) {
      serial += 1;
      const email = `crowd.${process.pid}.${serial}@example.org`;
      const who = { Email: email, FirstName: wordOf(`first ${email}`), LastName: wordOf(`last ${email}`), Company: `${wordOf(`company ${email}`)} Ltd` };
      const body = JSON.stringify(lead({ LeadSource: 'AppSource-PLT' }, who));
      await this.#untilTaken(email, body);
      if (this.pace) await new Promise((go) => setTimeout(go, this.pace));
    }
  }

  // The same bytes until they are taken, or until the crowd goes home.
  async #untilTaken(email, body) {
    while (!this.stopping) {
      try {
        const answer = await request(this.url(), {
          method: 'POST', body, agent: this.agent, headers: { 'Content-Type': 'application/json' }, timeout: 15_000,
        });
        if (answer.status === 200) {
          this.acknowledged.set(email, answer.json.receipt);
          return;
        }
        this.refused.set(answer.status, (this.refused.get(answer.status) ?? 0) + 1);
        if (answer.status === 503) this.retryAfter = answer.headers['retry-after'];
      } catch {
        this.broken += 1; // no answer is no promise
      }
      await new Promise((go) => setTimeout(go, 10));
    }
  }

  async goHome() {
    this.stopping = true;
    await Promise.all(this.loops);
    this.agent.destroy();
  }
}

// A list, page by page.
async function* all(server, path) {
  let after = '';
  do {
    const page = await server.get(`${path}${after && `&after=${encodeURIComponent(after)}`}`);
    yield* page.items;
    after = page.next;
  } while (after);
}

// The leads of every receipt: what became of it, whoever matching thinks it is.
export async function leadsByReceipt(server) {
  const found = new Map();
  for await (const { id, leads } of all(server, '/receipts?state=placed&limit=500')) found.set(id, leads);
  return found;
}

// Every lead of the store by e-mail: how many rows, and which. For crowds of a few hundred.
export async function leadsByEmail(server) {
  const found = new Map();
  for await (const { id, customer } of all(server, '/leads?limit=500')) found.set(customer.email, [...(found.get(customer.email) ?? []), id]);
  return found;
}
