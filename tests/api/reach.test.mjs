// What is out of somebody's reach cannot be seen by any route, filter, search, order, cursor, count or stream.
// Generated from the server's own description for every role and every reach, so that a new route is tested by
// being there. Two proofs: no answer has a word or an id of what is out of reach; and no answer changes when only
// things out of reach do, which covers numbers too.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving, using } from '../lib/serving.mjs';
import { invalid, nobody, problem } from '../lib/asserts.mjs';
import { bodyOf, concrete, operations } from '../lib/openapi.mjs';
import { delivered, httpsAt } from '../lib/deliveries.mjs';
import { EventStream } from '../lib/sse.mjs';
import { sent } from '../lib/imports.mjs';
import { lead } from '../lib/leads.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { until, within } from '../lib/wait.mjs';

const server = await serving();
const receiver = await using(Receiver.start());
const open = await server.offer('contoso.open', '--title', 'Open offer');
const closed = await server.offer('contoso.closed', '--title', 'turbot offer');
await httpsAt(server, 'contoso.closed', receiver);
const WORD = 'mackerel', TITLE = 'turbot';
const does = async (method, path, json, expected = 200) => server.expect(expected, method, path, { json });

// ---- who asks: every role with every reach, and a program ----

const addUser = async (email, role, ...more) => server.ok('user', 'add', email, '--role', role, '--publisher', 'contoso', ...more);
const boss = await addUser('boss@contoso.example', 'seller');
const roles = ['viewer', 'seller', 'manager', 'admin'];
const callers = [];
for (const role of roles) {
  for (const reach of ['own', 'team', 'offers']) {
    const email = `${role}-${reach}@contoso.example`;
    const id = await addUser(email, role, '--reach', reach, ...(reach === 'offers' ? ['--offers', 'contoso.open'] : []));
    callers.push({ name: `${role}, ${reach}`, role, reach, email, id });
  }
  const { token } = await does('POST', '/tokens', { role, name: 'program', publisher: 'contoso', reach: 'offers', reachOffers: ['contoso.open'] }, 201);
  callers.push({ name: `${role}, a program of offers`, role, reach: 'offers', headers: { Authorization: `Bearer ${token}` } });
}
const team = await does('POST', '/teams', { publisher: 'contoso', name: 'Open team', members: callers.filter((c) => c.id).map((c) => c.email) }, 201);
const others = await does('POST', '/teams', { publisher: 'contoso', name: 'Other team', members: [boss] }, 201);
for (const caller of callers.filter((c) => c.id)) {
  const link = await server.ok('user', 'link', caller.email);
  const answer = await server.api('POST', '/session', { token: null, json: { token: new URL(link).searchParams.get('token') } });
  assert.equal(answer.status, 200, answer.text);
  const cookie = answer.headers['set-cookie'].map((c) => c.split(';')[0]).find((c) => c.startsWith('leadline_session'));
  caller.headers = { Cookie: cookie, 'X-CSRF-Token': answer.json.csrf };
}
const ask = (caller, method, path, options = {}) => server.raw(method, path, { ...options, headers: { ...caller.headers, ...options.headers } });
const seen = async (caller, path) => {
  const answer = await ask(caller, 'GET', `/api/v1${path}`);
  assert.equal(answer.status, 200, `${caller.name} ${path}: ${answer.text}`);
  return answer.json;
};

// ---- what there is ----

/** Every text that a lead can have says the word; it is of the other offer, the other owner and the other team. */
async function secret(n, who = {}) {
  const w = `${WORD}${n}`;
  let l = await server.lead(closed, lead({ LeadSource: `AppSource-PLT|contoso.closed`, Description: `${w} description` },
    { FirstName: w, LastName: w, Company: `${w} Ltd`, Title: w, Email: `${w}@${w}.example`, ...who }));
  await delivered(server, l);
  await does('POST', `/leads/${l.id}/owner`, { owner: boss, why: w });
  await does('POST', `/leads/${l.id}/accept`, { name: w, notes: w, crmId: w, campaignId: w, value: '100', currency: 'EUR' });
  l = await does('POST', `/leads/${l.id}/notes`, { text: `${w} note` });
  await does('POST', `/leads/${l.id}/calls`, { outcome: 'no-answer', text: w });
  await does('PUT', `/leads/${l.id}/checklist/need`, { evidence: w });
  l = await does('POST', `/leads/${l.id}/tasks`, { kind: 'meeting', text: `${w} meeting`, place: w, dueAt: '2031-01-01T10:00:00Z', endsAt: '2031-01-01T11:00:00Z' });
  assert.deepEqual([l.owner, l.team], [boss, others.id]);
  return l;
}
const mine = {};
const shared = [];
for (const caller of callers.filter((c) => c.id)) {
  const l = await server.lead(open, lead({ LeadSource: 'AppSource-PLT|contoso.open' }));
  if (caller.role !== 'viewer') await does('POST', `/leads/${l.id}/owner`, { owner: caller.id });
  else await does('POST', `/leads/${l.id}/team`, { team: team.id });
  shared.push(l.id);
  if (caller.role !== 'viewer') mine[caller.email] = l.id;
}
// One person who is half in reach: her record is made of both leads.
const person = { FirstName: 'Ana', LastName: 'Halfway', Email: 'ana@halfway.example', Phone: '+16175550123' };
const half = await server.lead(open, lead({ LeadSource: 'AppSource-PLT|contoso.open' }, person));
await does('POST', `/leads/${half.id}/team`, { team: team.id });
await does('POST', `/leads/${half.id}/accept`, { value: '250', currency: 'EUR' });
shared.push(half.id);
const far = await secret(1, person);
const out = await secret(2);
assert.equal(far.customer.id, half.customer.id, 'the two are one customer');
await does('PATCH', `/customers/${half.customer.id}`, { title: `${WORD} title` });
await server.post(closed, `{"${WORD}broken":1}`);
const receipts = (await server.get('/receipts?limit=500')).items.filter((r) => r.offer.id === 'contoso.closed').map((r) => r.id);
const imported = await sent(server, `${WORD}.csv`, `Email,Last name\n${WORD}@list.example,${WORD}\n`, { publisher: 'contoso' });
const destination = (await server.get('/destinations')).items[0].id;
const { api, found } = await operations(server);
for (const [path, item] of Object.entries(api.paths)) {
  for (const method of /^\/(v1\.0|webhooks)\//.test(path) ? Object.keys(item).filter((m) => /^(get|post|put|patch|delete)$/.test(m)) : []) {
    found.push({ method: method.toUpperCase(), path, parameters: item[method].parameters ?? [], op: item[method] });
  }
}
await does('PUT', '/processes/contoso.far', { ...await server.get('/processes/contoso.default'), name: 'Far process', offers: ['contoso.closed'] });
await does('PUT', '/assignment/rules/contoso.far', { name: `${WORD} rule`, offer: 'contoso.closed', countries: ['AQ'], way: 'person', account: boss });
await does('POST', '/absences', { publisher: 'contoso', account: boss, until: new Date(Date.now() + 86_400_000).toISOString() }, 204);
const note = out.timeline.find((t) => t.type === 'note').id;
const ids = {
  leads: [out.id, far.id], referrals: [out.id, far.id], customers: [out.customer.id], receipts, deliveries: [...out.deliveries, ...far.deliveries].map((d) => d.id),
  tasks: [...out.tasks, ...far.tasks].map((t) => t.id), destinations: [destination], users: [boss], imports: [imported.id],
};
const every = Object.values(ids).flat();
const idsFor = (path) => ids[Object.keys(ids).find((n) => path.includes(`/${n}/{`))] ?? every;
// Who is in reach of offers sees no other offer's name; the others may have leads of any.
const told = (caller) => [WORD, out.id, far.id, out.customer.id, ...receipts, ...ids.deliveries, ...ids.tasks, imported.id, destination, note,
  ...(caller.reach === 'offers' ? [TITLE, 'contoso.closed'] : [])];
function silent(caller, text, what) {
  for (const word of told(caller)) assert.ok(!text.includes(word), `${caller.name}, ${what}, tells ${word}: ${text.slice(Math.max(0, text.indexOf(word) - 200), text.indexOf(word) + 200)}`);
}
const may = (caller, route) => roles.indexOf(caller.role) >= roles.indexOf(route.op['x-role']);
const admits = (caller, route) => route.op['x-reach'] && may(caller, route);

// ---- every way to ask ----

const values = {
  publisher: 'contoso', offer: 'contoso.closed', customer: out.customer.id, q: WORD, lead: out.id, destination, owner: boss, team: others.id,
  receipt: receipts[0], scope: 'contoso', status: 'Active', substatus: 'Accepted', source: 'AppSource', action: 'PLT', kind: 'interest', country: 'US',
  unread: 'true', response: 'owed', progress: 'one-attempt', favorite: 'true', quality: 'High', purchaseIntent: 'Yes', limit: '1', since: '2020-01-01T00:00:00Z', until: '2040-01-01T00:00:00Z', due: '2040-01-01T00:00:00Z',
  $count: 'true', $top: '1', $skip: '1', $orderby: 'updatedDateTime desc', $filter: `contains(name,'${WORD}')`,
};
const more = {
  '/api/v1/leads': ['sort=due', 'sort=-due', 'sort=received', `q=${WORD}&sort=due`, `q=${WORD}&offer=contoso.closed`, `owner=${boss}&sort=-due`, 'progress=stalled', 'progress=few-attempts',
    `team=${others.id}&sort=due`, `team=${team.id}`, 'limit=500', 'owner=me', 'response=overdue', `customer=${half.customer.id}`, 'test=true'],
  '/v1.0/engagements/referrals': ['$count=true&$top=1', `$filter=id eq '${out.id}'`, `$filter=status eq 'Active'&$count=true`, '$orderby=updatedDateTime&$count=true&$top=2',
    `$filter=team/any(t: t/email eq 'boss@contoso.example')&$count=true`, `$filter=customerProfile/team/any(t: t/email eq 'x')`, `$orderby=createdDateTime&$skip=2&$count=true`],
  '/api/v1/tasks': [`owner=${boss}`, 'limit=500'],
};
more['/api/v1/leads/export'] = more['/api/v1/leads'].filter((q) => !q.startsWith('limit'));
const needed = { process: 'contoso.default', stage: 'contact', format: 'csv' };
const lists = found.filter((r) => r.method === 'GET' && !r.path.includes('{') && !/events$|openapi/.test(r.path));
function queries(route) {
  const must = route.parameters.filter((p) => p.in === 'query' && p.required).map((p) => `${p.name}=${needed[p.name]}`);
  const one = route.parameters.filter((p) => p.in === 'query' && values[p.name]).map((p) => `${p.name}=${encodeURIComponent(values[p.name])}`);
  return ['', ...one, ...(more[route.path] ?? []).map((q) => encodeURI(q))].map((q) => [...must, q].filter(Boolean).join('&'));
}
const details = found.filter((r) => r.method === 'GET' && r.path.includes('{'));
/** Every answer that the caller can get by GET, with what was asked; pages are followed to their end. */
async function* everything(caller) {
  for (const route of lists) {
    for (const query of queries(route)) {
      let path = `${route.path}${query ? `?${query}` : ''}`;
      for (let page = 0; path && page < 40; page += 1) {
        const answer = await ask(caller, 'GET', path);
        yield { route, path, query, answer };
        const body = /json$/.test(answer.headers['content-type']) ? answer.json : null, next = body?.next, link = body?.['@odata.nextLink'];
        path = link ? new URL(link).pathname + new URL(link).search : next ? `${route.path}?${query ? `${query}&` : ''}after=${encodeURIComponent(next)}` : null;
      }
    }
  }
  for (const route of details) {
    const inReach = /\/leads\/|referrals/.test(route.path) ? shared : /\/customers\//.test(route.path) ? [half.customer.id] : [];
    for (const id of [...idsFor(route.path), ...inReach]) {
      const path = concrete(route.path, { id, note });
      yield { route, path, id, answer: await ask(caller, 'GET', path) };
    }
  }
}
const volatile = (text) => text.replace(/"(seenAt|workingMs)":("[^"]*"|\d+|null)/g, '"$1":0').replace(/"proposal":\{[^}]*\}/g, '"proposal":0');
async function snapshot(caller) {
  const all = new Map();
  for await (const { path, answer } of everything(caller)) all.set(path, `${answer.status} ${volatile(answer.text)}`);
  return all;
}

// What is changed without an id in the address: bodies that name what is out of reach.
const wide = {
  'POST /api/v1/leads/bulk': [{ action: 'decline', reason: 'spam', ids: [out.id, far.id] }, { action: 'note', note: 'x', filter: { q: WORD } }, { action: 'owner', owner: 'boss@contoso.example', filter: { offer: 'contoso.closed' } }],
  'POST /api/v1/absences': [{ publisher: 'contoso', account: boss, until: new Date(Date.now() + 86_400_000).toISOString() }],
};

/** What everybody may do with what is theirs. */
const own = new Set(['POST /api/v1/notifications/read {}', 'POST /api/v1/absences {}']);

test('there is something to sweep', () => {
  assert.ok(lists.length >= 20 && details.length >= 15, `${lists.length} lists, ${details.length} others`);
  assert.ok(found.some((r) => r.path.startsWith('/v1.0/')));
  assert.ok(found.filter((r) => r.op['x-reach']).length >= 30 && found.filter((r) => r.op['x-reach'] === false).length >= 30);
});

const before = new Map();
for (const caller of callers) {
  test(`${caller.name}: no answer tells a word, an id or an offer that is out of reach`, async () => {
    const all = new Map();
    let open_ = 0;
    for await (const { route, path, id, query, answer } of everything(caller)) {
      all.set(path, `${answer.status} ${volatile(answer.text)}`);
      const asked = [id, ...(query ?? '').split('&').map((q) => decodeURIComponent(q.slice(q.indexOf('=') + 1)))].filter(Boolean);
      let text = answer.text;
      for (const one of asked) text = text.replaceAll(one, '').replaceAll(encodeURIComponent(one), '');
      silent(caller, text, path);
      if (answer.status === 200) open_ += 1;
      if (!admits(caller, route) && route.op['x-role'] !== 'anyone') assert.equal(answer.status, 403, `${path}: ${answer.text}`);
      else if (id && every.includes(id) && id !== boss) assert.equal(answer.status, 404, `${path}: ${answer.text}`);
      if (answer.status === 403 && may(caller, route)) assert.match(answer.text, /auth\.reach|reach/);
      else assert.ok(answer.status < 500, `${path}: ${answer.text}`);
    }
    assert.ok(open_ > 20, `${open_} answers`);
    before.set(caller, all);
  });

  test(`${caller.name}: sees what is in reach`, async () => {
    const expected = caller.reach === 'own' ? [mine[caller.email]].filter(Boolean) : shared;
    for (const query of ['?limit=500', '?limit=500&sort=due', '?limit=500&offer=contoso.open', '?limit=500&sort=-due&q=ltd']) {
      const items = (await seen(caller, `/leads${query}`)).items;
      assert.deepEqual(items.map((l) => l.id).sort(), [...expected].sort(), query);
    }
    for (const query of ['', '&sort=due', '&offer=contoso.open', '&sort=-due&q=ltd', `&team=${team.id}`]) {
      const file = await ask(caller, 'GET', `/api/v1/leads/export?format=ndjson${query}`);
      assert.equal(file.status, 200, file.text);
      const rows = file.text.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
      assert.deepEqual(rows.map((l) => l.id), (await seen(caller, `/leads?limit=500${query}`)).items.map((l) => l.id), query);
    }
    for (const id of expected) assert.equal((await seen(caller, `/leads/${id}`)).id, id);
    const referrals = await ask(caller, 'GET', '/v1.0/engagements/referrals?$count=true&$top=2');
    assert.equal(referrals.json['@odata.count'], expected.length);
    const { columns, capped } = await seen(caller, '/board?process=contoso.default');
    const cards = (await seen(caller, `/board/cards?process=contoso.default&stage=${columns[0].stage}`)).items.map((l) => l.id);
    assert.deepEqual(cards, caller.reach === 'own' ? [] : [half.id]);
    assert.deepEqual([capped, columns[0].count, columns[0].values], caller.reach === 'own' ? [false, 0, []] : [false, 1, [{ currency: 'EUR', value: '250.00', count: 1 }]]);
    for (const column of columns.slice(1)) assert.deepEqual([column.count, column.values], [0, []]);
    const counters = await seen(caller, '/counters');
    const listed = async (/** @type {string} */ query) => (await seen(caller, `/leads?limit=500&${query}`)).items.length;
    for (const [name, query] of [['leads', ''], ['unread', 'unread=true'], ['new', 'unread=true'], ['test', 'test=true'], ['owed', 'response=owed'],
      ['overdue', 'response=overdue'], ['unassigned', 'owner=none'], ['unassignedOwed', 'owner=none&response=owed']]) assert.equal(counters[name], await listed(query), `${name}, as ${query} lists them`);
    assert.deepEqual([counters.leads, counters.capped, counters.offers], [expected.length, false, expected.length ? { 'contoso.open': expected.length } : {}]);
    assert.equal(Object.values(counters.kinds).reduce((a, b) => a + b), expected.length);
    for (const name of ['receiptsUnreadable', 'receiptsSetAside', 'deliveriesDue', 'deliveriesParked', 'deliveriesRejected', 'deliveriesExpired', 'reviews', 'lostAfterFewAttempts']) assert.equal(counters[name], null, name);
    // Her record has another lead, out of reach: nothing here is made of it.
    const customers = (await seen(caller, '/customers?limit=500')).items;
    const theirs = (await seen(caller, '/leads?limit=500')).items.map((l) => l.customer.id);
    assert.deepEqual(customers.map((c) => c.id), [...new Set(theirs)], 'each once, where its newest lead is');
    assert.deepEqual((await seen(caller, '/customers?limit=500&sort=last')).items, customers.toReversed?.() ?? [...customers].reverse());
    for (const query of ['q=halfway', 'email=Ana%40halfway.example', 'email=ana%40halfway.example&q=ana']) {
      assert.deepEqual((await seen(caller, `/customers?${query}`)).items.map((c) => c.id), caller.reach === 'own' ? [] : [half.customer.id], query);
    }
    assert.deepEqual((await seen(caller, `/customers?q=${WORD}1`)).items, []);
    problem(await ask(caller, 'GET', '/api/v1/customers?hasReview=true'), 403, 'auth.reach');
    if (caller.reach === 'own') return problem(await ask(caller, 'GET', `/api/v1/customers/${half.customer.id}`), 404);
    const ana = await seen(caller, `/customers/${half.customer.id}`);
    assert.deepEqual([ana.leads, ana.leadList.map((l) => l.id), ana.company, ana.lastAt, ana.createdAt], [1, [half.id], half.customer.company, half.touchedAt ?? ana.lastAt, half.receivedAt]);
    assert.deepEqual([ana.matches, ana.history, ana.fields.company.values.map((v) => v.lead), ana.fields.title.setBy], [[], [], half.customer.company ? [half.id] : [], null]);
    assert.deepEqual(customers.find((c) => c.id === ana.id), Object.fromEntries(Object.keys(customers[0]).map((k) => [k, ana[k]])));
  });

  test(`${caller.name}: nothing out of reach can be changed`, async () => {
    const patch = [{ op: 'replace', path: '/name', value: 'x' }];
    for (const route of found.filter((r) => r.method !== 'GET' && r.path.includes('{'))) {
      for (const id of idsFor(route.path).slice(0, 2)) {
        const answer = await ask(caller, route.method, concrete(route.path, { id, note, item: 'need' }), { json: route.method === 'PATCH' && route.path.includes('referrals') ? patch : bodyOf(route.op), headers: route.method === 'PUT' ? { 'If-Match': '"x"' } : {} });
        assert.ok([403, 404].includes(answer.status), `${route.method} ${route.path}: ${answer.status} ${answer.text}`);
        silent(caller, answer.text.replaceAll(id, ''), route.path);
      }
    }
    for (const route of found.filter((r) => r.method !== 'GET' && !r.path.includes('{') && r.op['x-role'] !== 'anyone' && !/\/session/.test(r.path))) {
      for (const json of [{}, ...(wide[`${route.method} ${route.path}`] ?? [])]) {
        const answer = await ask(caller, route.method, route.path, { json });
        if (!admits(caller, route)) assert.equal(answer.status, 403, `${route.method} ${route.path}: ${answer.status} ${answer.text}`);
        else if (answer.status === 204) assert.ok(own.has(`${route.method} ${route.path} ${JSON.stringify(json)}`), `${route.method} ${route.path} did something with ${JSON.stringify(json)}`);
        else if (answer.status < 300) for (const one of answer.json.items ?? []) assert.ok(one.error ?? one.code, `${route.path} did ${JSON.stringify(one)}`);
        else assert.ok(answer.status < 500, `${route.method} ${route.path}: ${answer.status} ${answer.text}`);
        silent(caller, every.reduce((text, id) => text.replaceAll(id, ''), answer.text), route.path);
      }
    }
    if (caller.role === 'viewer') return;
    for (const [method, path, json] of [['POST', 'accept', {}], ['POST', 'notes', { text: 'x' }], ['POST', 'owner', { owner: 'boss@contoso.example' }], ['POST', 'team', { team: team.id }],
      ['POST', 'calls', { outcome: 'fit' }], ['POST', 'lose', { reason: 'price' }], ['POST', 'tasks', { kind: 'call', text: 'x', dueAt: '2031-01-01T00:00:00Z' }]]) {
      problem(await ask(caller, method, `/api/v1/leads/${out.id}/${path}`, { json }), 404);
    }
  });
}

test('a lead that is given away while it is worked on: no act of who had it comes after', async () => {
  const caller = callers.find((c) => c.name === 'seller, own');
  for (let round = 0; round < 8; round++) {
    const l = await server.lead(open, lead({ LeadSource: 'AppSource-PLT|contoso.open' }));
    await does('POST', `/leads/${l.id}/owner`, { owner: caller.id });
    let given = false;
    const answers = [];
    const writing = Array.from({ length: 4 }, async () => {
      do answers.push(await ask(caller, 'POST', `/api/v1/leads/${l.id}/notes`, { json: { text: 'mine still' } })); while (!given);
    });
    await until(() => answers.length >= 8, { every: 5, what: 'notes while it is theirs' });
    await does('POST', `/leads/${l.id}/owner`, { owner: boss });
    given = true;
    await Promise.all(writing);
    assert.ok(answers.every((a) => [200, 404].includes(a.status)), 'written, or not there');
    assert.deepEqual(new Set(answers.filter((a) => a.status === 200).map((a) => a.json.owner)), new Set([caller.id]));
  }
});

test('a person\'s leads in reach are named however many are out of it', async () => {
  const caller = callers.find((c) => c.name === 'seller, own');
  const who = { FirstName: 'Omar', LastName: 'Oftenseen', Email: 'omar@oftenseen.example', Phone: '+16175550188' };
  const made = [];
  for (let i = 0; i < 53; i++) {
    const path = await server.offer(`contoso.often${i}`);
    const l = await server.lead(path, lead({ LeadSource: `AppSource-PLT|contoso.often${i}` }, who));
    if (i < 2) await does('POST', `/leads/${l.id}/owner`, { owner: caller.id });
    made.push(l.id);
  }
  assert.deepEqual((await seen(caller, `/leads/${made[0]}`)).otherLeads.map((l) => l.id), [made[1]]);
});

test('what closed the doors does not close them to who reaches all', async () => {
  const token = await server.token('admin', 'contoso');
  const all = [];
  for await (const { answer } of everything({ headers: { Authorization: `Bearer ${token}` } })) all.push(answer.text);
  const text = all.join();
  for (const word of [WORD, TITLE, out.id, far.id, out.customer.id, ...receipts, ...ids.tasks, ...ids.deliveries]) assert.ok(text.includes(word), word);
});

test('a stream tells of leads in reach only, also of what was missed, and follows a reach that changes', async () => {
  const streams = [];
  for (const caller of callers) streams.push([caller, await EventStream.open(server.url('/api/v1/events'), caller.headers)]);
  const admin = await EventStream.open(server.url('/api/v1/events'), { Authorization: `Bearer ${await server.token()}` });
  const poke = (id, text) => does('POST', `/leads/${id}/notes`, { text });
  await poke(out.id, `${WORD} again`);
  await poke(far.id, `${WORD} again`);
  for (const id of shared) await poke(id, 'hello');
  await admin.next((e) => e.json?.id === shared.at(-1), 'the last change');
  const first = admin.events.find((e) => e.id);
  for (const [caller, stream] of streams) {
    const ours = caller.reach === 'own' ? [mine[caller.email]].filter(Boolean) : shared;
    for (const id of ours) await stream.next((e) => e.json?.id === id, `${caller.name} hears of ${id}`);
    const heard = new Set(stream.events.map((e) => e.json?.id));
    assert.deepEqual([...heard].sort(), [...ours].sort(), caller.name);
    silent(caller, JSON.stringify(stream.events), 'the stream');
    stream.close();
    const late = await EventStream.open(server.url('/api/v1/events'), { ...caller.headers, 'Last-Event-ID': first.id });
    for (const id of ours) await late.next((e) => e.json?.id === id, `${caller.name} hears of ${id} later`);
    silent(caller, JSON.stringify(late.events), 'the stream, resumed');
    late.close();
  }
  const changing = callers.find((c) => c.name === 'seller, own');
  const stream = await EventStream.open(server.url('/api/v1/events'), changing.headers);
  await poke(mine[changing.email], 'here');
  await stream.next((e) => e.json?.id === mine[changing.email]);
  await server.ok('user', 'set', changing.email, '--reach', 'all');
  await within(1500);
  await poke(out.id, 'now in reach');
  await stream.next((e) => e.json?.id === out.id, 'the stream of who reaches all now');
  await server.ok('user', 'set', changing.email, '--reach', 'own');
  await within(1500);
  const n = stream.events.length;
  await poke(out.id, 'out of reach again');
  await poke(mine[changing.email], 'here again');
  await stream.next((e, i) => stream.events.indexOf(e) >= n && e.json?.id === mine[changing.email], 'a change in reach');
  assert.ok(!stream.events.slice(n).some((e) => e.json?.id === out.id));
  stream.close();
  admin.close();
});

test('nothing that happens out of reach changes any answer', async () => {
  const quiet = callers.filter((c) => c.role === 'seller' || c.role === 'admin');
  const was = new Map();
  for (const caller of quiet) was.set(caller, await snapshot(caller));
  await secret(3);
  await secret(4);
  await does('POST', `/leads/${out.id}/win`, { value: '5000', currency: 'EUR' });
  await server.post(closed, `{"${WORD}brokenagain":1}`);
  for (const caller of quiet) {
    const now = await snapshot(caller);
    assert.deepEqual([...now.keys()], [...was.get(caller).keys()], `${caller.name}: the same pages`);
    for (const [path, text] of now) assert.equal(text, was.get(caller).get(path), `${caller.name} ${path}`);
  }
});
