// Destinations side by side: slow ones, all kinds at once, and a dead one beside a healthy one.

import http from 'node:http';
import { join } from 'node:path';
import { build, load, metrics, quick, startServer } from '../lib/measure.mjs';
import { Azurite } from '../../tests/lib/azurite.mjs';
import { Crm } from '../../tests/lib/crm.mjs';
import { MailSink } from '../../tests/lib/mailsink.mjs';
import { Daemon } from '../../tests/lib/proc.mjs';
import { until } from '../../tests/lib/wait.mjs';

const json = (status, body, more = {}) => ({ status, headers: { 'Content-Type': 'application/json', ...more }, body: JSON.stringify(body) });

// A receiver that takes its time for each request, however many there are; ms Infinity: for ever.
async function slowReceiver(ms) {
  const server = http.createServer((req, res) => {
    req.resume();
    if (Number.isFinite(ms)) setTimeout(() => res.end('{}'), ms);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((go) => { server.listen(0, '127.0.0.1', go); });
  return { url: `http://127.0.0.1:${server.address().port}/leads`, stop: () => { server.closeAllConnections(); server.close(); } };
}

const open = { allowHttp: true, allowPrivate: true };
const add = async (server, whose, kind, settings) => (await server.expect(201, 'POST', '/destinations', { json: { ...whose, kind, settings } })).id;
const done = async (server) => (await metrics(server)).leadline_delivery_done_total ?? 0;

// 500 deliveries in flight, of receivers that take 500 ms each.
async function inFlight(report) {
  const server = await startServer();
  const slow = await slowReceiver(500);
  const paths = [];
  for (let n = 0; n < 8; n += 1) {
    paths.push(await server.offer(`contoso.slow${n}`));
    await add(server, { offer: `contoso.slow${n}` }, 'https', { url: slow.url, ...open });
  }
  const count = quick ? 3000 : 8000;
  let most = 0, ended = false;
  const started = performance.now();
  const watching = (async () => {
    while (!ended) most = Math.max(most, (await metrics(server)).leadline_delivery_in_flight ?? 0);
  })();
  await load(server.port, paths, { count, connections: 32 });
  const { leadline_place_leads_total: owed } = await metrics(server);
  await until(async () => await done(server) >= owed, { timeout: 120_000, every: 100, what: 'all are delivered' });
  ended = true;
  await watching;
  report.add({ section: 'destinations', what: 'in flight at once, receivers that take 500 ms', unit: '', value: most, least: 500,
    note: `${Math.round(owed / ((performance.now() - started) / 1000))} leads/s with the intake of all` });
  await server.stop();
  slow.stop();
}

// Every kind that confirms a lead at once, at peers by script: from receipt to acknowledgement. Chat
// kinds are paced on purpose, so that they are not here.
async function allKinds(report) {
  const started = [];
  const using = async (starting) => { const thing = await starting; started.push(thing); return thing; };
  try {
    await measureKinds(report, using);
  } finally {
    for (const thing of started.reverse()) await thing.stop();
  }
}

async function measureKinds(report, using) {
  const relay = await using(MailSink.start({ unread: true }));
  const azurite = await using(Azurite.start());
  const crms = {};
  const crm = async (name, options) => { crms[name] = await using(Crm.start(options)); return crms[name].base; };
  const server = await using(startServer({ env: relay.env() }));
  const path = await server.offer('contoso.all');
  const fast = await using(slowReceiver(0));
  const kinds = {
    https: { url: fast.url },
    'azure-table': { connectionString: azurite.connectionString(), table: 'Bench', createTable: true },
    dynamics365: { url: await crm('dynamics', { records: { status: 204, headers: { 'OData-EntityId': 'x/leads(0d0a0000-0000-4000-8000-000000000001)' }, body: '' } }),
      tenantId: '11111111-2222-3333-4444-555555555555', clientId: 'c', clientSecret: 's', loginUrl: crms.dynamics.base },
    salesforce: { domain: await crm('salesforce', { records: json(201, { id: '00Q000000000001', success: true, errors: [] }),
      tokenAnswer: (peer, token) => ({ access_token: token, instance_url: peer.base }) }), clientId: 'c', clientSecret: 's', externalIdField: 'Leadline_Id__c' },
    'salesforce-web-to-lead': { oid: '00D000000000001', url: await crm('form', { tokenPath: null, records: { status: 200, body: '' } }) },
    marketo: { munchkinId: '123-ABC-456', clientId: 'c', clientSecret: 's', formId: 1, baseUrl: await crm('marketo', { records: json(200, { success: true, result: [{ id: 1, status: 'created' }] }) }) },
    hubspot: { token: 't', baseUrl: await crm('hubspot', { tokenPath: null, records: json(200, { results: [{ id: '1' }] }) }) },
    email: { to: 'sales@contoso.example', doNotContact: 'forward' },
  };
  const ids = {};
  for (const [kind, settings] of Object.entries(kinds)) ids[kind] = await add(server, { offer: 'contoso.all' }, kind, kind === 'email' ? settings : { ...settings, ...open });
  const got = await load(server.port, [path], { connections: 8, rate: 100, seconds: quick ? 5 : 20 });
  const { leadline_place_leads_total: leads } = await metrics(server);
  await until(async () => await done(server) >= leads * Object.keys(kinds).length, { timeout: 120_000, every: 200,
    what: `${leads} leads at ${Object.keys(kinds).length} destinations` });
  const late = {};
  await until(async () => {
    for (const [kind, id] of Object.entries(ids)) late[kind] = (await server.get(`/destinations/${id}`)).health.p95Ms;
    return Object.values(late).every((ms) => ms !== null);
  }, { what: () => `percentiles of all: ${JSON.stringify(late)}` });
  report.add({ section: 'destinations', what: `receipt to acknowledgement, ${Object.keys(kinds).length} kinds, 100 leads/s: p95`, unit: 'ms', value: Math.max(...Object.values(late)), most: 1000,
    note: `${got.ok} messages; ${Object.entries(late).map(([kind, ms]) => `${kind} ${ms}`).join(', ')}` });
}

// What a healthy destination is delivered in a second, alone and beside one that never answers.
async function besideDead(report) {
  const rate = async (dead) => {
    const server = await startServer();
    const sink = new Daemon(join(build, 'bench/http/h2o'), [], {});
    await until(() => /listening (\d+)/.test(sink.log), { what: 'the receiver listens' });
    const silent = await slowReceiver(Infinity);
    const healthy = await server.offer('contoso.healthy');
    await add(server, { offer: 'contoso.healthy' }, 'https', { url: `http://127.0.0.1:${/listening (\d+)/.exec(sink.log)[1]}/leads`, ...open });
    const count = quick ? 4000 : 10_000;
    if (dead) {
      const other = await server.offer('contoso.dead');
      await add(server, { offer: 'contoso.dead' }, 'https', { url: silent.url, ...open });
      const { ok } = await load(server.port, [other], { count: 1000, connections: 8 });
      await until(async () => (await metrics(server)).leadline_place_receipts_total >= ok, { timeout: 60_000, what: 'the dead one is owed its leads' });
    }
    const started = performance.now();
    const before = (await metrics(server)).leadline_place_leads_total ?? 0;
    const was = (await metrics(server)).leadline_place_receipts_total ?? 0;
    const posted = was + (await load(server.port, [healthy], { count, connections: 32 })).ok;
    await until(async () => {
      const m = await metrics(server);
      return m.leadline_place_receipts_total >= posted && m.leadline_delivery_done_total >= m.leadline_place_leads_total - (dead ? before : 0);
    }, { timeout: 120_000, every: 20, what: 'the healthy one has all' });
    const value = (await done(server)) / ((performance.now() - started) / 1000);
    await server.stop();
    await sink.end('SIGKILL');
    silent.stop();
    return value;
  };
  const alone = await rate(false);
  report.add({ section: 'destinations', what: 'delivered beside a destination that never answers', unit: 'leads/s', value: await rate(true), reference: alone, leastRatio: 0.85,
    note: 'from the first message posted to the last lead delivered' });
}

export async function destinations(report) {
  await inFlight(report);
  await allKinds(report);
  await besideDead(report);
}
