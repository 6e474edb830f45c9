// Another tenant's things cannot be reached by any route, filter, search or stream. Generated from
// the server's own description, so that a new route is tested by being there.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving, using } from '../lib/serving.mjs';
import { nobody, problem } from '../lib/asserts.mjs';
import { bodyOf, concrete, operations } from '../lib/openapi.mjs';
import { delivered, httpsAt } from '../lib/deliveries.mjs';
import { EventStream } from '../lib/sse.mjs';
import { sent } from '../lib/imports.mjs';
import { lead } from '../lib/leads.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { never } from '../lib/wait.mjs';

const server = await serving();
const receiver = await using(Receiver.start());

// Two publishers with one of everything; the words of each are found nowhere else.
async function tenant(publisher, word) {
  const path = await server.offer(`${publisher}.app`, '--title', `${word} offer`);
  const destination = await httpsAt(server, publisher, receiver);
  await server.ok('user', 'add', `${word}@example.org`, '--role', 'manager', '--publisher', publisher);
  const got = await server.lead(path, lead({ LeadSource: `AppSource-PLT|${publisher}.app`, Description: `${word}description` }, { LastName: word }));
  const done = await delivered(server, got);
  await server.post(path, `{"${word}broken":1}`);
  const receipts = (await server.get(`/receipts?publisher=${publisher}&limit=500`)).items;
  await server.expect(200, 'PUT', `/assignment/rules/${publisher}.${word}`, { json: { name: `${word} rule`, way: 'person', countries: ['AQ'], account: `${word}@example.org` } });
  const users = (await server.get('/users')).items;
  const imported = await sent(server, `${word}list.csv`, `Email,Last name\n${word}@${word}.example,${word}\n`, { publisher });
  return {
    publisher, word, path, offer: `${publisher}.app`, token: await server.token('admin', publisher),
    lead: got.id, customer: got.customer.id, receipt: receipts[0].id, receipts: receipts.map((r) => r.id),
    destination, delivery: done.id, import: imported.id, user: users.find((u) => u.email === `${word}@example.org`).id,
  };
}
const mine = await tenant('contoso', 'herring');
const theirs = await tenant('fabrikam', 'mackerel');
const { found } = await operations(server);

// Which of their ids stands for {id}, by the path's noun; for anything else all of them are tried.
const nouns = { leads: 'lead', customers: 'customer', receipts: 'receipt', destinations: 'destination', deliveries: 'delivery', users: 'user', imports: 'import' };
const idsFor = (path) => {
  const noun = Object.keys(nouns).find((n) => path.includes(`/${n}/{`));
  return noun ? [theirs[nouns[noun]]] : Object.values(nouns).map((key) => theirs[key]);
};
const told = [theirs.word, theirs.lead, theirs.customer, theirs.destination, theirs.delivery, theirs.user, theirs.import, ...theirs.receipts];
const silent = (answer, what) => { for (const secret of told) assert.ok(!answer.text.includes(secret), `${what} tells ${secret}: ${answer.text.slice(0, 300)}`); };

const withId = found.filter((route) => /\{\w+\}/.test(route.path));
test('there is something to sweep', () => assert.ok(withId.length >= 8, `${withId.length} routes with an id`));

for (const route of withId) {
  test(`${route.method} ${route.path}: another tenant's id is 404`, async () => {
    for (const id of idsFor(route.path)) {
      const path = concrete(route.path, { id, publisher: theirs.publisher, offer: theirs.offer });
      const answer = await server.raw(route.method, path, { json: bodyOf(route.op), headers: { Authorization: `Bearer ${mine.token}` } });
      problem(answer, 404);
      silent({ text: answer.text.replaceAll(id, '') }, route.path);
    }
  });
}

const lists = found.filter((route) => route.method === 'GET' && !route.path.includes('{') && !/events$|openapi|notifications\/settings$/.test(route.path)); // the last: a user's wishes, of which a token has none
/** With what a list cannot do without, of the tenant that asks. */
function listOf(route, tenant, query) {
  const own = { process: `${tenant.publisher}.default`, stage: 'contact', format: 'csv' };
  const needed = route.parameters.filter((p) => p.in === 'query' && p.required).map((p) => [p.name, own[p.name]]);
  return `${route.path}?${new URLSearchParams({ ...Object.fromEntries(needed), ...query })}`;
}

for (const route of lists) {
  test(`GET ${route.path} shows nothing of another tenant, whatever the filter`, async () => {
    const get = (query) => server.raw('GET', listOf(route, mine, query), { headers: { Authorization: `Bearer ${mine.token}` } });
    const plain = await get({});
    assert.equal(plain.status, 200, plain.text);
    silent(plain, route.path);
    const values = {
      publisher: theirs.publisher, offer: theirs.offer, customer: theirs.customer, q: theirs.word, lead: theirs.lead,
      destination: theirs.destination, owner: theirs.user, receipt: theirs.receipt, scope: theirs.publisher, process: `${theirs.publisher}.default`,
    };
    for (const { name } of route.parameters.filter((p) => p.in === 'query' && values[p.name])) {
      const answer = await get({ [name]: values[name] });
      assert.ok([200, 404].includes(answer.status), `${route.path}?${name}: ${answer.status}`);
      silent({ text: answer.text.replaceAll(values[name], '') }, `${route.path}?${name}`);
      if (answer.status === 200 && /json$/.test(answer.headers['content-type']) && answer.json.items) assert.deepEqual(answer.json.items, [], `${route.path}?${name}`);
    }
  });
}

test('the sweep would have noticed: the owner sees all of it', async () => {
  const seen = [];
  for (const route of lists) seen.push((await server.raw('GET', listOf(route, theirs, {}), { headers: { Authorization: `Bearer ${theirs.token}` } })).text);
  const all = seen.join();
  for (const word of [theirs.lead, theirs.customer, theirs.destination, theirs.delivery, theirs.receipt, theirs.import, theirs.word]) assert.ok(all.includes(word), word);
});

test('the whole installation sees both, and narrows by publisher', async () => {
  const both = (await server.get('/leads?limit=500')).items.map((l) => l.publisher);
  assert.deepEqual([...new Set(both)].sort(), ['contoso', 'fabrikam']);
  const one = (await server.get('/leads?publisher=fabrikam')).items;
  assert.deepEqual(one.map((l) => l.id), [theirs.lead]);
});

test('replay by filter or id touches nothing of another tenant', async () => {
  const before = receiver.requests.length;
  const token = mine.token;
  const byId = await server.api('POST', '/deliveries/replay', { token, json: { ids: [theirs.delivery] } });
  problem(byId, 404);
  const byFilter = await server.api('POST', '/deliveries/replay', { token, json: { filter: { publisher: theirs.publisher, state: 'done' } } });
  assert.ok([200, 404].includes(byFilter.status), byFilter.text);
  const everything = await server.api('POST', '/deliveries/replay', { token, json: { filter: { state: 'done' }, dryRun: true } });
  silent(everything, 'replay');
  await never(() => receiver.requests.slice(before).some((r) => r.headers['webhook-id'] === theirs.delivery), { what: 'a foreign replay' });
});

test('a destination, user or token cannot be made for another tenant', async () => {
  const post = (path, json) => server.api('POST', path, { token: mine.token, json });
  for (const [path, json] of [
    ['/destinations', { publisher: theirs.publisher, kind: 'https', settings: { url: 'https://example.org/' } }],
    ['/imports', { publisher: theirs.publisher, file: 'a.csv', bytes: 3 }],
    ['/destinations', { offer: theirs.offer, kind: 'https', settings: { url: 'https://example.org/' } }],
    ['/users', { email: 'spy@example.org', role: 'admin', publisher: theirs.publisher }],
    ['/tokens', { role: 'admin', name: 'spy', publisher: theirs.publisher }],
  ]) {
    const answer = await post(path, json);
    assert.equal(answer.status, 404, `${path} ${JSON.stringify(json)}: ${answer.status} ${answer.text}`);
  }
});

test('an offer cannot be made for another tenant', async () => {
  const answer = await server.api('POST', '/offers', { token: mine.token, json: { id: `${theirs.publisher}.spy` } });
  assert.ok([404, 422].includes(answer.status), answer.text);
  silent(answer, 'making an offer');
});

test('no user of a publisher grows beyond it', async () => {
  const post = (path, json) => server.api('POST', path, { token: mine.token, json });
  for (const [path, json] of [['/users', { email: 'wide@example.org', role: 'admin' }], ['/tokens', { role: 'admin', name: 'wide' }]]) {
    const answer = await post(path, json);
    if (answer.status >= 400) continue;
    assert.equal(answer.json.publisher, mine.publisher, `${path}: belongs to ${answer.json.publisher}`);
  }
});

test('the stream tells nothing of another tenant', async () => {
  const stream = await EventStream.open(`${server.base}/api/v1/events`, { Authorization: `Bearer ${mine.token}`, 'Last-Event-ID': nobody });
  const got = await server.lead(theirs.path, lead({ LeadSource: `AppSource-PLT|${theirs.offer}` }));
  const own = await server.lead(mine.path, lead({ LeadSource: `AppSource-PLT|${mine.offer}` }));
  await stream.next((e) => e.json?.id === own.id, 'my own lead');
  await never(() => stream.events.some((e) => [got.id, ...told].some((id) => e.data.includes(id))), { what: 'a foreign event' });
  stream.close();
});

test('the same customer key at two tenants stays two', async () => {
  const who = { Email: 'shared.person@example.org' };
  const a = await server.lead(mine.path, lead({ LeadSource: `AppSource-PLT|${mine.offer}` }, who));
  const b = await server.lead(theirs.path, lead({ LeadSource: `AppSource-PLT|${theirs.offer}` }, who));
  assert.notEqual(a.customer.id, b.customer.id);
  const seen = await server.get(`/customers?limit=500`, { token: mine.token });
  assert.ok(!JSON.stringify(seen).includes(b.customer.id));
});
