// Leads as referrals: the resource, OData against a naive evaluation of it, paging, errors, tenants.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { nobody, uuid7 } from '../lib/asserts.mjs';
import { lead, publishedTestLead } from '../lib/leads.mjs';
import { chance, pick, seed } from '../lib/random.mjs';

const server = await serving();
const path = await server.offer('contoso.crm', '--title', 'Contoso CRM');
const other = await server.offer('contoso.erp', '--title', 'ERP');
const far = await server.offer('fabrikam.app');
const kim = await server.ok('user', 'add', 'Kim.Lee@contoso.example', '--role', 'seller', '--publisher', 'contoso');
await server.ok('user', 'add', 'lee@contoso.example', '--role', 'seller', '--publisher', 'contoso');
const seller = await server.token('seller', 'contoso');
const base = '/v1.0/engagements/referrals';

const ask = (method, rest = '', { token = seller, headers = {}, ...options } = {}) =>
  server.raw(method, rest.startsWith('http') ? rest : base + rest, { ...options, headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers } });
const query = (options) => `?${Object.entries(options).map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join('&')}`;
async function page(options, more) {
  const answer = await ask('GET', typeof options === 'string' ? options : query(options), more);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}
// Every page behind the first, by its nextLink as it is.
async function all(options, more) {
  const found = [];
  for (let next = options, n = 0; next; n += 1) {
    assert.ok(n < 500, 'the pages have an end');
    const { value, '@odata.nextLink': link } = await page(next, more);
    found.push(...value);
    next = link;
  }
  return found;
}
function refused(answer, status, code, target) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers['content-type'], /^application\/json/);
  const { error } = answer.json;
  assert.equal(error.code, code);
  assert.ok(error.message.length > 5 && error.message.length <= 1024);
  assert.equal(error.target, target);
  assert.equal(typeof error.innerError.code, 'string');
  return error;
}
const ids = (list) => list.map((r) => r.id);

const does = (route, json) => server.expect(200, 'POST', `/leads/${route}`, { token: seller, json });

test('a lead is a referral: every property from where the table says', async () => {
  const l = await server.lead(path, lead({ LeadSource: 'AppSource-PLT|contoso.crm', Description: 'Call me' }));
  let r = (await ask('GET', `/${l.id}`)).json;
  const time = (z) => z.replace('Z', '0000Z');
  assert.deepEqual([r.id, r.engagementId, r.status, r.substatus, r.statusReason], [l.id, l.id, 'New', 'Received', null]);
  assert.deepEqual([r.type, r.qualification, r.direction], ['Independent', 'Direct', 'Incoming']);
  assert.deepEqual([r.referralSource, r.callToAction, r.details.customerAction, r.details.customerRequestedContact], ['AppSource', 'PLT', 'Contact me', true]);
  assert.deepEqual([r.organizationId, r.name, r.inviteContext.notes, r.inviteContext.invitedBy.organizationId], ['contoso', 'Contoso CRM', 'Call me', 'msft']);
  assert.deepEqual([r.createdDateTime, r.updatedDateTime], [time(l.receivedAt), time(l.receivedAt)]);
  assert.equal(Date.parse(r.expirationDateTime) - Date.parse(r.createdDateTime), 14 * 86_400_000);
  assert.deepEqual([r.acceptedDateTime, r.closedDateTime, r.team, r.tags], [null, null, [], []]);
  assert.equal(r.customerProfile.name, l.customer.company);
  assert.equal(r.customerProfile.address.country, 'US');
  const [contact] = r.customerProfile.team;
  assert.deepEqual([contact.firstName, contact.email, contact.phoneNumber], [l.customer.firstName, l.customer.email, l.customer.phone]);
  assert.deepEqual(r.details.requirements.solutions, [{ id: 'contoso.crm', name: 'Contoso CRM', type: 'Name' }]);
  assert.deepEqual([r.eTag, r.favorite, r.quality, r.isSpam, r.consent.consentToContact], [l.eTag, false, 'Unknown', false, true]);
  assert.equal(r.links.self.uri, `${server.base}${base}/${l.id}`);

  await does(`${l.id}/accept`, { name: 'Roll-out', value: '12000.5', currency: 'EUR', closingOn: '2027-03-31', notes: 'n', crmId: 'OPP-1', campaignId: 'c', quality: 'High' });
  await server.expect(200, 'POST', `/leads/${l.id}/owner`, { token: seller, json: { owner: kim } });
  await does(`${l.id}/favorite`, { favorite: true });
  const after = await does(`${l.id}/lose`, { reason: 'price', fewAttempts: 'at once' });
  r = (await ask('GET', `/${l.id}`)).json;
  assert.deepEqual([r.status, r.substatus, r.statusReason, r.name, r.externalReferenceId], ['Closed', 'Lost', 'price', 'Roll-out', 'OPP-1']);
  assert.deepEqual([r.details.dealValue, r.details.currency, r.details.closingDateTime, r.details.notes], [12000.5, 'EUR', '2027-03-31T00:00:00.0000000Z', 'n']);
  assert.deepEqual([r.campaignId, r.quality, r.favorite, r.eTag], ['c', 'High', true, after.eTag]);
  assert.equal(r.team[0].email.toLowerCase(), 'kim.lee@contoso.example');
  assert.equal(r.acceptedDateTime, time(after.engagement.acceptedAt));
  assert.equal(r.closedDateTime, time(after.engagement.closedAt));
  assert.ok(r.updatedDateTime > r.createdDateTime, 'it was changed since');
  assert.equal((await ask('GET', `/${l.id}`)).headers.etag, r.eTag);
});

test('updatedDateTime moves with what people do, and with another touch', async () => {
  const body = lead({ Description: 'first' });
  const l = await server.lead(path, body);
  const updated = async () => (await ask('GET', `/${l.id}`)).json.updatedDateTime;
  let last = await updated();
  const moves = async (what, doing) => {
    await doing();
    const now = await updated();
    assert.ok(now > last, `${what}: ${last} ${now}`);
    last = now;
  };
  await moves('note', () => does(`${l.id}/notes`, { text: 'x' }));
  await moves('deal', () => server.expect(200, 'PATCH', `/leads/${l.id}`, { token: seller, json: { name: 'y' } }));
  await moves('touch', () => server.lead(path, { ...body, Description: 'second' }));
  await moves('undo', async () => { await does(`${l.id}/accept`, {}); await does(`${l.id}/undo`, {}); });
  await server.expect(204, 'POST', `/leads/${l.id}/read`, { token: seller, json: {} });
  assert.equal(await updated(), last, 'who reads it changes nothing');
});

test('headers: ids are echoed or made, and errors have the original shape', async () => {
  const sent = await ask('GET', '?$top=1', { headers: { 'client-request-id': 'A1B2-c3' } });
  assert.equal(sent.headers['client-request-id'], 'A1B2-c3');
  assert.match(sent.headers['request-id'], uuid7);
  assert.ok(Date.parse(sent.headers.timestamp));
  const made = await ask('GET', '?$top=1', { headers: { 'client-request-id': 'x'.repeat(65) } });
  assert.match(made.headers['client-request-id'], uuid7);
  const lost = await ask('GET', `/${nobody}`, { headers: { 'client-request-id': 'e' } });
  assert.equal(lost.headers['client-request-id'], 'e');
  refused(lost, 404, 'itemNotFound');
  refused(await ask('GET', '/x'), 404, 'itemNotFound');
  refused(await ask('GET', '', { token: null }), 401, 'unauthenticated');
  refused(await ask('DELETE', `/${nobody}`), 405, 'invalidRequest');
  refused(await ask('GET', '?$filter=' + 'x'.repeat(5000)), 400, 'invalidRequest', '$filter');
});

const bad = [
  [{ $foo: '1' }, '$foo'], [{ foo: '1' }, 'foo'], [{ $expand: 'team' }, '$expand'], [{ $top: '0' }, '$top'], [{ $top: '201' }, '$top'],
  [{ $skip: '-1' }, '$skip'], [{ $filter: 'status like 1' }, '$filter'], [{ $filter: "secret eq 'x'" }, '$filter'],
  [{ $filter: "status eq 'Nowhere'" }, '$filter'], [{ $select: 'id,secret' }, '$select'], [{ $orderby: 'name' }, '$orderby'],
  [{ $skiptoken: 'x' }, '$skiptoken'], [{ $count: 'maybe' }, '$count'],
];
for (const [options, target] of bad) {
  test(`refused by name: ${JSON.stringify(options)}`, async () => refused(await ask('GET', query(options)), 400, 'invalidRequest', target));
}

test('another tenant sees nothing of it; test leads are in no list', async () => {
  const stranger = { token: await server.token('admin', 'fabrikam') };
  const mine = await server.lead(far, lead({ LeadSource: 'AppSource-PLT|fabrikam.app' }));
  const theirs = (await page({ $top: 1 })).value[0];
  assert.deepEqual(ids(await all({}, stranger)), [mine.id]);
  refused(await ask('GET', `/${theirs.id}`, stranger), 404, 'itemNotFound');
  assert.deepEqual((await page({ $filter: `id eq ${theirs.id}` }, stranger)).value, []);
  assert.deepEqual((await page({ $filter: "organizationId eq 'contoso'" }, stranger)).value, []);
  refused(await ask('GET', '?publisher=contoso', stranger), 404, 'itemNotFound');
  const everyone = { token: await server.token('admin') };
  const of = new Set((await all({ $top: 200 }, everyone)).map((r) => r.organizationId));
  assert.deepEqual([...of].sort(), ['contoso', 'fabrikam']);
  assert.deepEqual(ids(await all({ $filter: "organizationId eq 'fabrikam'" }, everyone)), [mine.id]);
  assert.deepEqual(ids(await all({ publisher: 'fabrikam' }, everyone)), [mine.id]);
  const before = (await all({})).length;
  await server.take(path, publishedTestLead);
  assert.equal((await all({})).length, before);
});

// ---- OData against a naive evaluation ----

const countries = ['US', 'DE', 'KR', 'CN', undefined], companies = ["O'Neil & Co", 'Fabrikam', 'fabrikam', undefined], sources = ['AppSource-PLT', 'AppSource-INS', 'AzureMarketplace-INS', 'AppSource-DNC'];
async function crowd(n) {
  for (let i = 0; i < n; i += 1) {
    const [to, offer] = pick([[path, 'contoso.crm'], [other, 'contoso.erp']]);
    const l = await server.lead(to, lead({ LeadSource: `${pick(sources)}|${offer}`, ActionCode: undefined, Description: `message ${i % 5}` }, { Country: pick(countries), Company: pick(companies) }));
    if (l.kind === 'information' || i % 3 === 0) continue;
    const deal = pick([{}, { value: pick(['0', '10.5', '100', '99999.99']), currency: pick(['EUR', 'USD']) }, { name: pick(['Alpha', 'beta']), closingOn: '2027-01-01', notes: pick(['seats: 20', "it's theirs"]), crmId: pick(['006A', '006a']), campaignId: 'C-1' }]);
    if (i % 3 === 1) {
      await does(`${l.id}/accept`, deal);
      if (i % 2) await does(`${l.id}/${pick(['win', 'lose'])}`, {}).catch(() => does(`${l.id}/lose`, { reason: 'price', fewAttempts: 'at once' }));
    } else {
      await does(`${l.id}/decline`, { reason: pick(['duplicate', 'not-a-request']) });
    }
    if (i % 4 === 0) await does(`${l.id}/favorite`, { favorite: true });
    if (i % 5 < 2) await server.expect(200, 'POST', `/leads/${l.id}/owner`, { token: seller, json: { owner: pick(['kim.lee@contoso.example', 'lee@contoso.example']) } });
  }
}

const at = (r, p) => p.split('/').reduce((o, k) => o?.[k] ?? null, r);
const fold = (type, v) => (type === 'email' && typeof v === 'string' ? v.toLowerCase() : v);
const bytes = (x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y));
const order = (type, x, y) => (type === 'number' ? x - y : bytes(x, y));
const equal = (type, x, y) => (x === null || y === null ? x === y : fold(type, x) === fold(type, y));
const evaluate = {
  eq: (t, x, y) => equal(t, x, y), ne: (t, x, y) => !equal(t, x, y),
  gt: (t, x, y) => x !== null && y !== null && order(t, fold(t, x), fold(t, y)) > 0, ge: (t, x, y) => x !== null && y !== null && order(t, fold(t, x), fold(t, y)) >= 0,
  lt: (t, x, y) => x !== null && y !== null && order(t, fold(t, x), fold(t, y)) < 0, le: (t, x, y) => x !== null && y !== null && order(t, fold(t, x), fold(t, y)) <= 0,
};
const texts = {
  contains: (x, y) => x.includes(y), startswith: (x, y) => x.startsWith(y), endswith: (x, y) => x.endsWith(y),
};
const paths = [
  ['status', 'word'], ['substatus', 'word'], ['type', 'word'], ['id', 'id'], ['engagementId', 'id'], ['createdDateTime', 'time'], ['updatedDateTime', 'time'],
  ['acceptedDateTime', 'time'], ['closedDateTime', 'time'], ['expirationDateTime', 'time'], ['name', 'text'], ['customerProfile/name', 'text'],
  ['customerProfile/address/country', 'text'], ['details/dealValue', 'number'], ['details/currency', 'text'], ['details/closingDateTime', 'time'],
  ['details/customerRequestedContact', 'bool'], ['favorite', 'bool'], ['isSpam', 'bool'], ['statusReason', 'text'], ['referralSource', 'text'],
  ['callToAction', 'text'], ['quality', 'text'], ['inviteContext/notes', 'text'], ['consent/consentToContact', 'bool'], ['organizationId', 'text'],
  ['organizationName', 'text'], ['campaignId', 'text'], ['details/notes', 'text'], ['details/customerAction', 'text'], ['externalReferenceId', 'text'], ['direction', 'word'],
  ['qualification', 'word'],
];
const quote = (v) => `'${String(v).replaceAll("'", "''")}'`;
function literal(type, v) {
  if (v === null) return 'null';
  if (type === 'number' || type === 'bool') return String(v);
  if (type === 'time') return pick([v, quote(v)]);
  return type === 'id' ? pick([v, quote(v), quote(v.toUpperCase())]) : quote(v);
}
const odds = {
  text: ['', 'x', "it's"], word: null, time: ['2026-01-01T00:00:00.0000001Z', '2999-01-01T00:00:00Z'], number: [-1, 10.49, 100], bool: [true, false], id: [nobody], email: ['x@y.z'],
};
// A value of some referral, its text changed at times, or one that none has.
function value(type, values) {
  const v = chance() < 0.8 ? pick(values) : pick([null, ...(odds[type] ?? [])]);
  return type === 'email' && v && chance() < 0.5 ? v.toUpperCase() : v;
}
const unordered = ['word', 'id', 'bool'];
function term(all, [p, type], get = (r) => at(r, p)) {
  const values = all.map(get).filter((v) => v !== undefined);
  const form = chance();
  if (type === 'bool' && form < 0.3) return [p, (r) => get(r) === true];
  if ((type === 'text' || type === 'email') && form < 0.35) {
    const fn = pick(Object.keys(texts)), whole = String(value(type, values) ?? 'x'), from = Math.floor(chance() * 3);
    const part = whole.slice(fn === 'startswith' ? 0 : from, fn === 'endswith' ? undefined : from + 4);
    return [`${fn}(${p},${quote(part)})`, (r) => get(r) !== null && texts[fn](fold(type, get(r)), fold(type, part))];
  }
  if (form > 0.85) {
    const list = [value(type, values), value(type, values), value(type, values)];
    return [`${p} in (${list.map((v) => literal(type, v)).join(', ')})`, (r) => list.some((v) => evaluate.eq(type, get(r), v))];
  }
  const op = unordered.includes(type) ? pick(['eq', 'ne']) : pick(Object.keys(evaluate)), v = value(type, values);
  // A time is compared as text of one length; what is written shorter is made longer.
  const wide = type === 'time' && v ? v.replace(/(\.(\d+))?Z$/, (_, __, f = '') => `.${f.padEnd(7, '0')}Z`) : v;
  return [`${p} ${op} ${literal(type, v)}`, (r) => evaluate[op](type, get(r), wide)];
}
const memberPaths = [['email', 'email'], ['firstName', 'text'], ['lastName', 'text'], ['phoneNumber', 'text'], ['title', 'text']];
function teamTerm(all) {
  const team = pick(['team', 'customerProfile/team']), q = pick(['any', 'all']), member = pick(memberPaths);
  const members = all.flatMap((r) => at(r, team));
  if (q === 'any' && chance() < 0.2) return [`${team}/any()`, (r) => at(r, team).length > 0];
  const [text, fits] = term(members.length ? members : [{ [member[0]]: 'x' }], [`t/${member[0]}`, member[1]], (m) => m[member[0]] ?? null);
  return [`${team}/${q}(t: ${text})`, (r) => (q === 'any' ? at(r, team).some(fits) : at(r, team).every(fits))];
}
function random(all, depth = 3) {
  const kind = chance();
  if (depth && kind < 0.2) { const [a, f] = safe(all, depth - 1), [b, g] = safe(all, depth - 1); return [`${a} and ${b}`, (r) => f(r) && g(r)]; }
  if (depth && kind < 0.4) { const [a, f] = random(all, depth - 1), [b, g] = random(all, depth - 1); return [`${a} or ${b}`, (r) => f(r) || g(r), 'or']; }
  if (depth && kind < 0.5) { const [a, f] = random(all, depth - 1); return [`not (${a})`, (r) => !f(r)]; }
  if (kind < 0.6) return teamTerm(all);
  return term(all, pick(paths));
}
// "a and b" of parts that are "x or y" wants parentheses.
const safe = (all, depth) => { const [text, fits, kind] = random(all, depth); return kind === 'or' ? [`(${text})`, fits] : [text, fits]; };

test('every operator finds what a naive evaluation finds', async (t) => {
  await crowd(70);
  const everything = await all({ $top: 200 });
  assert.ok(everything.length >= 70);
  const byTime = (p, dir) => (x, y) => dir * bytes(x[p], y[p]);
  assert.deepEqual(ids(everything), ids([...everything].sort(byTime('createdDateTime', -1))), 'the newest first');

  const check = async (filter, fits, options = {}) => {
    const found = await all({ $filter: filter, ...options });
    assert.deepEqual(ids(found).sort(), ids(everything.filter(fits)).sort(), `LEADLINE_TEST_SEED=${seed}: ${filter}`);
    return found;
  };
  for (const p of paths) {
    for (let i = 0; i < 12; i += 1) await check(...term(everything, p));
  }
  for (let i = 0; i < 40; i += 1) await check(...teamTerm(everything));
  for (let i = 0; i < 150; i += 1) await check(...safe(everything, 3), { $top: pick([1, 7, 50, 200]) });

  await t.test('what has an index of its own is found by it, alone and with others', async () => {
    await check(`customerProfile/address/country eq ''`, (r) => r.customerProfile.address.country === '');
    for (const r of everything.slice(0, 12)) {
      const email = r.customerProfile.team[0].email;
      assert.deepEqual(ids(await check(`id eq '${r.id}'`, (x) => x.id === r.id)), [r.id]);
      await check(`email eq '${email.toUpperCase()}'`, (x) => x.customerProfile.team[0].email === email);
      await check(`customerProfile/team/any(t:t/email eq '${email}') and status eq '${r.status}'`, (x) => x.id === r.id);
    }
    for (const who of ['KIM.LEE@contoso.example', 'lee@contoso.example', 'nobody@contoso.example']) {
      await check(`team/any(t:t/email eq '${who}')`, (r) => r.team.some((m) => m.email.toLowerCase() === who.toLowerCase()));
    }
  });

  await t.test('both orders, both ways, in pages of any size: nothing twice, nothing lost', async () => {
    for (const p of ['createdDateTime', 'updatedDateTime']) {
      for (const [way, dir] of [['asc', 1], ['desc', -1]]) {
        for (const top of [1, 7, 100]) {
          const found = await all({ $orderby: `${p} ${way}`, $top: top });
          assert.deepEqual(ids(found).sort(), ids(everything).sort(), `${p} ${way} ${top}`);
          assert.deepEqual(found.map((r) => r[p]), [...found].sort(byTime(p, dir)).map((r) => r[p]), `${p} ${way}`);
        }
      }
    }
    const middle = [...everything].sort(byTime('updatedDateTime', 1))[30].updatedDateTime;
    const since = await check(`updatedDateTime ge ${middle}`, (r) => r.updatedDateTime >= middle, { $top: 5 });
    assert.deepEqual(ids(since), ids([...since].sort(byTime('updatedDateTime', -1))), 'asked by the time of change, listed by it');
  });

  await t.test('$skip, $count and $select', async () => {
    const skipped = await all({ $skip: 13, $top: 9 });
    assert.deepEqual(ids(skipped), ids(everything).slice(13));
    assert.equal((await page({ $count: 'true', $top: 5 }))['@odata.count'], everything.length);
    const active = everything.filter((r) => r.status !== 'New');
    assert.equal((await page({ $count: 'true', $top: 2, $filter: "status ne 'New'" }))['@odata.count'], active.length);
    assert.equal((await page({ $top: 200, $filter: "status ne 'New'" }))['@odata.count'], active.length, 'known without being asked');
    assert.equal((await page({ $top: 1 }))['@odata.count'], undefined);
    const [first] = (await page({ $select: 'status,id', $top: 1 })).value;
    assert.deepEqual(first, { id: everything[0].id, status: everything[0].status });
  });
});

test('nextLink is absolute, has the whole path, and keeps the options', async () => {
  const options = { $filter: "contains(name,'C') or favorite", $top: 3, $select: 'id' };
  const { '@odata.nextLink': next, '@odata.context': context } = await page(options);
  const url = new URL(next);
  assert.equal(url.origin, server.base);
  assert.equal(url.pathname, base);
  assert.equal(url.searchParams.get('$filter'), options.$filter);
  assert.equal(url.searchParams.get('$top'), '3');
  assert.ok(context.startsWith(`${server.base}/v1.0/engagements/$metadata`));
  const elsewhere = await ask('GET', query(options), { headers: { Host: 'leads.contoso.example:8443' } });
  assert.equal(new URL(elsewhere.json['@odata.nextLink']).host, 'leads.contoso.example:8443');
});
