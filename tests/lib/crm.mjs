// A CRM by script: a receiver with a token endpoint. Requests for tokens are answered by itself and kept in
// `asked`; all others are kept in `calls` and answered by calls' script, then by `records`. A call whose
// token was not handed out, is over or was revoked gets `refusal`, and is kept with `refused: true`.
//
//   const crm = await using(Crm.start({ records: { status: 201, body: '{"id":"00Q1"}' } }));
//   crm.script({ status: 503 }, { hang: true });     // what the next calls get (receiver.mjs has the steps)
//   crm.scriptTokens({ status: 400, body: '…' });    // what the next requests for a token get
//   crm.life = 1;                                    // seconds that a token from now on lives
//   crm.revoke();                                    // every token that is out is refused from now on
//   crm.refuseAll = true;                            // and so are new ones

import { existsSync, readFileSync } from 'node:fs';
import { Receiver } from './receiver.mjs';
import { until } from './wait.mjs';

const jsonStep = (value, more) => ({ status: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value), ...more });

export class Crm extends Receiver {
  // tokenPath: of the token endpoint, without its query; null: the calls need no token.
  // tokenAnswer: (crm, token) => the JSON of a good answer. refusal, records: a step, or a function of the call.
  static async start({ tls, tokenPath = /\/token$/, tokenAnswer, refusal, records, life = 3600 } = {}) {
    const crm = await super.start({ tls });
    Object.assign(crm, {
      tokenPath, life, asked: [], calls: [], tokens: new Map(), tokenSteps: [], callSteps: [],
      tokenAnswer: tokenAnswer ?? ((peer, token) => ({ access_token: token, token_type: 'Bearer', expires_in: peer.life })),
      refusal: refusal ?? jsonStep({ error: 'invalid_token' }, { status: 401 }),
      records: records ?? jsonStep({}),
      tokenDelay: 0,
    });
    crm.always = (got) => crm.#step(got);
    return crm;
  }

  async #step(got) {
    if (this.tokenPath?.test(got.path.split('?')[0])) return this.#token(got);
    this.calls.push(got);
    got.bearer = /^Bearer (.+)$/.exec(got.headers.authorization ?? '')?.[1];
    got.refused = this.tokenPath !== null && (this.refuseAll || !((this.tokens.get(got.bearer) ?? 0) > Date.now()));
    const step = got.refused ? this.refusal : this.callSteps.shift() ?? this.records;
    return typeof step === 'function' ? step(got) : step;
  }

  #token(got) {
    this.asked.push(got);
    got.form = Object.fromEntries(new URLSearchParams(got.text || got.path.split('?')[1]));
    const scripted = this.tokenSteps.shift();
    if (scripted) return scripted;
    const token = `token-${this.asked.length}-of-the-peer`;
    this.tokens.set(token, Date.now() + this.life * 1000);
    return jsonStep(this.tokenAnswer(this, token), { delay: this.tokenDelay });
  }

  script(...steps) { this.callSteps.push(...steps); return this; }

  scriptTokens(...steps) { this.tokenSteps.push(...steps); return this; }

  revoke() { this.tokens.clear(); }

  // Calls that got past the token.
  get taken() { return this.calls.filter((call) => !call.refused); }

  async called(n, options) {
    await until(() => this.calls.length >= n, { what: () => `${n} calls at the CRM, ${this.calls.length} came`, ...options });
    return this.calls;
  }
}

// ---- what every CRM has to get right, whatever its kind ----

// What an SQLite store has on its disk, as text.
function storeFiles({ db }) {
  const file = db.startsWith('sqlite:') ? db.slice('sqlite:'.length) : undefined;
  return file ? [file, `${file}-wal`].filter(existsSync).map((name) => readFileSync(name, 'latin1')) : [];
}

// Every text that may leave the server: pages, lists, exports and the log have none of the secrets, and neither have the files of the store.
export async function tellsNone(server, destination, secrets) {
  const told = [
    JSON.stringify(await server.get('/destinations')), JSON.stringify(await server.get(`/destinations/${destination}`)),
    await server.ok('destination', 'list', '--json'), JSON.stringify(await server.get('/deliveries')), server.log,
    await server.ok('export', 'deliveries', '--format', 'ndjson'), ...storeFiles(server.site),
  ].join('\n');
  return secrets.filter((secret) => told.includes(secret));
}
