// Customers: the list with its filters, where values come from, merge, split, verdict, undo.

import test from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serving } from '../lib/serving.mjs';
import { invalid, nobody, problem } from '../lib/asserts.mjs';
import { lead, nameOf } from '../lib/leads.mjs';
import { addPair } from '../lib/pairs.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
let serial = 0;

// Nobody resembles anybody: what is one customer here was made so by a user.
const people = [
  ['Ottilie', 'Brandmeier', 'Kupferkessel', 'DE'], ['Jun', 'Watanabe', 'Kaisei', 'JP'], ['Pilar', 'Zubizarreta', 'Norte', 'ES'],
  ['Mehmet', 'Yildirim', 'Deniz', 'TR'], ['Siobhan', 'Gallagher', 'Shannon', 'IE'], ['Anselm', 'Quist', 'Fjord', 'NO'],
];
async function one(fields = {}, more = {}) {
  const [FirstName, LastName, Company, Country] = people[serial % people.length];
  const n = ++serial;
  return server.lead(path, lead({ Description: `number ${n}`, ...more }, {
    FirstName: `${FirstName}${'abcdefghijklmnopqrstuvwxyz'[n % 26]}`, LastName: `${LastName}${n}`, Company: `${Company} ${n}`, Country,
    Email: `${LastName.toLowerCase()}.${n}@${Company.toLowerCase()}${n}.example`, Phone: '', ...fields,
  }));
}
const customer = (id) => server.get(`/customers/${id}`);
const send = async (route, json, status = 200) => {
  const answer = await server.api('POST', route, { json });
  assert.equal(answer.status, status, answer.text);
  return answer.json;
};
const merge = (...leads) => send('/customers/merge', { customers: leads.map((l) => l.customer.id) });
const undo = (change) => send(`/customers/history/${change.regroup}/undo`, {});
const codes = (answer) => (answer.json.errors ?? []).map((e) => e.code);

test('a customer shows every value, where it comes from, and its leads', async () => {
  const a = await one({ Country: 'DE', Title: 'Buyer' });
  const got = await customer(a.customer.id);
  assert.equal(got.mergedFrom, null);
  assert.equal(got.fields.title.value, 'Buyer');
  assert.equal(got.fields.title.rule, 'only-value');
  assert.equal(got.fields.title.lead, a.id);
  assert.deepEqual(got.fields.title.values.map((v) => [v.value, v.leads, v.lead]), [['Buyer', 1, a.id]]);
  assert.deepEqual(got.leadList.map((l) => l.id), [a.id]);
  assert.deepEqual([got.history, got.matches, got.doNotContactLeads], [[], [], 0]);
});

test('a lead that is both of two customers joins them, says why, and can be taken back', async () => {
  const same = { FirstName: 'Anna', LastName: 'Meyer', Country: 'DE', Company: '', Title: '' };
  const a = await one({ ...same, Email: 'anna.meyer@acme.de', Company: 'Acme GmbH' });
  const b = await one({ ...same, Email: '', Phone: '+4930901820' });
  assert.notEqual(a.customer.id, b.customer.id);
  await one({ ...same, Email: 'anna.meyer@acme.de', Phone: '+4930901820', Company: 'Acme' });
  const got = await customer(b.customer.id);
  assert.equal(got.leads, 2, 'the third is a touch of the first');
  const [change] = got.history;
  assert.deepEqual([change.verb, change.actor, change.leads], ['match', 'leadline', 1]);
  assert.ok(change.why.bits > 6 && change.why.steps.some((s) => s.trait === 'phone'));
  await undo({ regroup: change.id });
  const asked = (await customer(b.customer.id)).matches;
  assert.equal((await customer(b.customer.id)).leads, 1);
  assert.deepEqual(asked.map((m) => [m.state, typeof m.decidedBy]), [['review', 'string']]);
});

test('merge: a preview first, then one customer, and the old id leads to it', async () => {
  const [a, b] = [await one({ Title: 'Buyer' }), await one({ Title: 'Owner' })];
  const json = { customers: [a.customer.id, b.customer.id], into: b.customer.id };
  const preview = await send('/customers/merge', { ...json, dryRun: true });
  assert.equal(preview.dryRun, true);
  assert.equal(preview.regroup, null);
  assert.deepEqual(preview.before.map((c) => c.id).sort(), json.customers.slice().sort());
  assert.deepEqual(preview.after.map((c) => [c.id, c.leads, c.title]), [[b.customer.id, 2, 'Owner']]);
  assert.deepEqual(preview.moves, [{ lead: a.id, from: a.customer.id, to: b.customer.id }]);
  assert.equal((await customer(a.customer.id)).leads, 1, 'a preview changes nothing');

  const done = await send('/customers/merge', json);
  assert.equal(done.customer, b.customer.id);
  const got = await customer(a.customer.id);
  assert.equal(got.id, b.customer.id);
  assert.equal(got.mergedFrom, a.customer.id);
  assert.equal(got.leads, 2);
  assert.deepEqual(got.fields.title.values.map((v) => v.value).sort(), ['Buyer', 'Owner']);
  assert.equal(got.history[0].id, done.regroup);
  assert.equal(got.history[0].verb, 'merge');
  assert.equal((await server.get(`/leads/${a.id}`)).customer.id, b.customer.id);
  assert.equal((await server.get(`/leads/${a.id}`)).match.moved.id, done.regroup);
  const listed = (await server.get('/customers?limit=500')).items.map((c) => c.id);
  assert.ok(listed.includes(b.customer.id) && !listed.includes(a.customer.id), 'an emptied customer is not listed');
});

test('undo restores every lead, link and golden value', async () => {
  const [a, b] = [await one(), await one()];
  const before = [await customer(a.customer.id), await customer(b.customer.id)];
  const change = await merge(a, b);
  await undo(change);
  const after = [await customer(a.customer.id), await customer(b.customer.id)];
  for (const [i, c] of after.entries()) {
    assert.equal(c.history.length, 2);
    assert.equal(c.history[1].undoneBy, c.history[0].id);
    assert.deepEqual({ ...c, history: [] }, before[i]);
  }
  problem(await server.api('POST', `/customers/history/${change.regroup}/undo`, { json: {} }), 409, 'regroup.undone');
});

test('undo refuses while a later change of the same leads holds, and names it', async () => {
  const [a, b, c] = [await one(), await one(), await one()];
  const first = await send('/customers/merge', { customers: [a.customer.id, b.customer.id], into: b.customer.id });
  const second = await send('/customers/merge', { customers: [b.customer.id, c.customer.id], into: c.customer.id });
  const refused = await server.api('POST', `/customers/history/${first.regroup}/undo`, { json: {} });
  problem(refused, 409, 'regroup.later');
  assert.ok(refused.text.includes(second.regroup));
  assert.equal((await customer(a.customer.id)).id, c.customer.id, 'two merges behind each other');
  await undo(second);
  await undo(first);
  assert.equal((await customer(a.customer.id)).id, a.customer.id);
});

test('split: chosen leads get a customer of their own, and stay apart', async () => {
  const [a, b, c] = [await one(), await one(), await one()];
  const all = await merge(a, b, c);
  const preview = await send(`/customers/${all.customer}/split`, { leads: [b.id], dryRun: true });
  assert.deepEqual(preview.after.map((x) => x.leads).sort(), [1, 2]);
  const parted = await send(`/customers/${all.customer}/split`, { leads: [b.id] });
  assert.equal((await server.get(`/leads/${b.id}`)).customer.id, parted.customer);
  const again = { customers: [all.customer, parted.customer] };
  problem(await server.api('POST', '/customers/merge', { json: again }), 409, 'customers.different');
  const seen = (await customer(parted.customer)).matches;
  assert.ok(seen.length > 0 && seen.every((m) => m.state === 'different' && m.customer === all.customer));
  await send('/customers/merge', { ...again, overrule: true });
});

test('what cannot be split or merged says why', async () => {
  const [a, b] = [await one(), await one()];
  const split = (json) => server.api('POST', `/customers/${a.customer.id}/split`, { json });
  assert.deepEqual(codes(await split({ leads: [] })), ['split.none']);
  assert.deepEqual(codes(await split({})), ['split.none']);
  assert.deepEqual(codes(await split({ leads: [a.id] })), ['split.all']);
  assert.deepEqual(codes(await split({ leads: [b.id] })), ['split.lead']);
  assert.deepEqual(codes(await split({ leads: ['x'] })), ['field.id']);
  const post = (json) => server.api('POST', '/customers/merge', { json });
  assert.deepEqual(codes(await post({ customers: [a.customer.id, a.customer.id] })), ['customers.one']);
  assert.deepEqual(codes(await post({})), ['customers.one']);
  problem(await post({ customers: [a.customer.id, nobody] }), 404);
  assert.deepEqual(codes(await post({ customers: [a.customer.id, b.customer.id], into: nobody })), []);
});

test('customers of two publishers are never one', async () => {
  const other = await server.offer('fabrikam.app');
  const theirs = await server.lead(other, lead({ LeadSource: 'AppSource-PLT|fabrikam.app' }, { Email: 'x.y@z.example' }));
  const own = await one();
  const answer = await server.api('POST', '/customers/merge', { json: { customers: [own.customer.id, theirs.customer.id] } });
  assert.deepEqual(codes(answer), ['customers.publishers']);
});

test('a DNC lead beside a PLT lead leaves the PLT lead contactable', async () => {
  const plt = await one();
  const dnc = await one({}, { LeadSource: 'AppSource-DNC|contoso.crm', ActionCode: 'DNC' });
  const change = await merge(plt, dnc);
  const [p, d] = [await server.get(`/leads/${plt.id}`), await server.get(`/leads/${dnc.id}`)];
  assert.equal(p.customer.id, d.customer.id);
  assert.deepEqual([p.doNotContact, d.doNotContact], [false, true]);
  assert.ok(p.firstResponse.dueAt);
  assert.equal(d.firstResponse.dueAt, null);
  assert.equal((await customer(change.customer)).doNotContactLeads, 1);
});

test('merging never widens permission: what was DNC before is DNC after merge, split and undo', async () => {
  const dnc = await one({}, { LeadSource: 'AppSource-DNC|contoso.crm', ActionCode: 'DNC' });
  const [a, b] = [await one(), await one()];
  const permission = async () => Promise.all([dnc, a, b].map(async (l) => (await server.get(`/leads/${l.id}`)).doNotContact));
  const before = await permission();
  const merged = await merge(dnc, a, b);
  assert.deepEqual(await permission(), before);
  const parted = await send(`/customers/${merged.customer}/split`, { leads: [dnc.id] });
  assert.deepEqual(await permission(), before);
  await undo(parted);
  await undo(merged);
  assert.deepEqual(await permission(), before);
});

test('a value that a user sets is shown whatever the leads say, until it is cleared', async () => {
  const a = await one();
  const set = (json) => server.api('PATCH', `/customers/${a.customer.id}`, { json });
  const done = (await set({ title: 'CTO', country: 'Korea', phone: '02-312-3456' })).json;
  assert.deepEqual([done.title, done.country, done.phone], ['CTO', 'KR', '+8223123456']);
  assert.equal(done.fields.title.rule, 'set-by-user');
  assert.ok(done.fields.title.setBy && done.fields.title.setAt);
  assert.equal(done.firstName, a.customer.firstName);
  assert.equal((await set({ title: '' })).json.title, a.customer.title);
  invalid(await set({ email: 'nobody' }), 'email');
  assert.equal((await set({ nonsense: 'x' })).status, 422);
});

test('filters: words, country, mailbox, time; unknown ones are refused', async () => {
  const a = await one({ LastName: 'Xylophonist', Country: 'IS', Email: 'X.Y+tag@xylo.example' });
  const ids = async (query) => (await server.get(`/customers?limit=500&${query}`)).items.map((c) => c.id);
  assert.deepEqual(await ids('q=xylophonist'), [a.customer.id]);
  assert.deepEqual(await ids('q=xylophonist&country=DE'), []);
  assert.deepEqual(await ids('country=IS'), [a.customer.id]);
  assert.deepEqual(await ids('email=x.y%40XYLO.example'), [a.customer.id]);
  assert.deepEqual(await ids('q=nothinglikeit'), []);
  const at = (await customer(a.customer.id)).lastAt;
  assert.ok((await ids(`since=${at}`)).includes(a.customer.id));
  const later = new Date(Date.parse(at) + 1).toISOString();
  assert.ok(!(await ids(`since=${later}`)).includes(a.customer.id));
  assert.ok((await ids(`until=${at}`)).includes(a.customer.id));
  const before = new Date(Date.parse(at) - 1).toISOString();
  for (const sort of ['last', '-last']) {
    assert.deepEqual(await ids(`country=IS&since=${at}&until=${at}&sort=${sort}`), [a.customer.id]);
    assert.deepEqual(await ids(`country=IS&since=${later}&sort=${sort}`), []);
    assert.deepEqual(await ids(`country=IS&until=${before}&sort=${sort}`), []);
    const elsewhere = `after=${Date.parse(later)}.${a.customer.id}`; // a cursor of another span of time
    assert.deepEqual(await ids(`country=IS&until=${before}&sort=${sort}&${elsewhere}`), []);
  }
  problem(await server.api('GET', '/customers?nonsense=1'), 400);
  problem(await server.api('GET', '/customers?after=x'), 422);
});

test('pages by both orders hold each customer once', async () => {
  for (const sort of ['last', '-last']) {
    const whole = (await server.get(`/customers?limit=500&sort=${sort}`)).items.map((c) => c.id);
    const paged = [];
    for (let next = ''; next !== null;) {
      const page = await server.get(`/customers?limit=3&sort=${sort}${next && `&after=${encodeURIComponent(next)}`}`);
      paged.push(...page.items.map((c) => c.id));
      next = page.next;
    }
    assert.deepEqual(paged, whole);
  }
});

const paged = async (query, limit) => {
  const pages = [];
  for (let next = ''; next !== null;) {
    const page = await server.get(`/customers?limit=${limit}&${query}${next && `&after=${encodeURIComponent(next)}`}`);
    pages.push(page.items.map((c) => c.id));
    next = page.next;
  }
  return pages;
};

test('words find customers in the order of the leads that have them, each once', async () => {
  const people = [];
  for (let i = 0; i < 7; i++) people.push(await one({ Title: 'Pagingfolk' }));
  // More leads of some, a word in one of them only, and one that came last and has none.
  const again = (l, action, fields) => server.lead(path, lead({ Description: 'again', ActionCode: action, LeadSource: `AppSource-${action}|contoso.crm` },
    { FirstName: l.customer.firstName, LastName: l.customer.lastName, Company: l.customer.company, Country: l.customer.country, Email: l.customer.email, Phone: '', ...fields }));
  for (const l of [people[1], people[4]]) assert.equal((await again(l, 'INS', { Title: 'Pagingfolk' })).customer.id, l.customer.id);
  await again(people[1], 'CTM', { Title: 'Pagingfolk' });
  await again(people[2], 'INS', { Title: 'Onlyherefolk' });
  assert.equal(people.length, 7);
  assert.deepEqual((await paged('q=onlyherefolk', 50)).flat(), [people[2].customer.id]);
  for (const [sort, received] of [['-last', '-received'], ['last', 'received']]) {
    const found = (await server.get(`/leads?q=pagingfolk&limit=500&sort=${received}`)).items.map((l) => l.customer.id);
    assert.equal(found.length, 10);
    const expected = [...new Set(found)];
    for (const limit of [1, 2, 3, 500]) assert.deepEqual((await paged(`q=pagingfolk&sort=${sort}`, limit)).flat(), expected, `${sort} by ${limit}`);
    const country = people[1].customer.country;
    const there = people.filter((l) => l.customer.country === country).map((l) => l.customer.id);
    assert.deepEqual((await paged(`q=pagingfolk&sort=${sort}&country=${country}`, 1)).flat(), expected.filter((id) => there.includes(id)));
  }
  assert.deepEqual((await paged(`q=pagingfolk&email=${encodeURIComponent(people[3].customer.email)}`, 5)).flat(), [people[3].customer.id]);
  assert.deepEqual((await paged(`q=onlyherefolk&email=${encodeURIComponent(people[3].customer.email)}`, 5)).flat(), []);
  assert.deepEqual((await paged(`q=pagingfolk&email=${encodeURIComponent(people[3].customer.email)}&country=ZW`, 5)).flat(), []);
  problem(await server.api('GET', '/customers?q=pagingfolk&after=x'), 422);
  problem(await server.api('GET', `/customers?q=pagingfolk&after=-1`), 422);
});

test('words find customers of several publishers, page by page', async () => {
  const elsewhere = await server.offer('fabrikam.crm');
  const ids = [];
  for (let i = 0; i < 6; i++)
    ids.push((await server.lead(i % 2 ? elsewhere : path, lead({ Description: 'manyhousesword' }))).customer.id);
  assert.deepEqual((await paged('q=manyhousesword', 2)).flat(), ids.reverse());
  assert.deepEqual((await paged('q=manyhousesword&sort=last', 4)).flat(), ids.reverse());
});

test('what other filters keep out of many leads is passed over page by page', async () => {
  const header = 'Lead ID,First name,Last name,Email,Phone,Customer Country/Region,Company,Job title,Lead source,Call to action,Offer name,Creation date,Status,Sub status';
  const row = (n) => `c1b2c3d4-1111-2222-3333-${String(n).padStart(12, '0')},${nameOf(n)},${nameOf(n * 7)},${nameOf(n)}@${nameOf(n * 3)}${n}.example,,${n ? 'Germany' : 'Iceland'},Massenware,,AppSource,Contact me,,2026-0${1 + (n > 0)}-05,New,Received`;
  const file = join(server.site.dir, 'many.csv');
  writeFileSync(file, `${header}\n${Array.from({ length: 2300 }, (_, n) => row(n)).join('\n')}\n`);
  await server.ok('import', file, '--offer', 'contoso.crm');
  const pages = await paged('q=massenware&country=IS', 10);
  assert.equal(pages.flat().length, 1);
  assert.ok(pages.length > 2 && pages.slice(0, -1).every((p) => p.length === 0), 'short pages, and one that goes on behind them');
});

test('a viewer looks, a seller decides', async () => {
  const [a, b] = [await one(), await one()];
  const json = { customers: [a.customer.id, b.customer.id], dryRun: true };
  const viewer = await server.token('viewer');
  problem(await server.api('POST', '/customers/merge', { token: viewer, json }), 403);
  assert.equal((await server.api('GET', `/customers/${a.customer.id}`, { token: viewer })).status, 200);
  assert.equal((await server.api('POST', '/customers/merge', { token: await server.token('seller'), json })).status, 200);
});

test('on the command line: merge, show, split, undo', async () => {
  const [a, b] = [await one(), await one()];
  const merged = await server.okJson('customer', 'merge', a.customer.id, b.customer.id, '--into', b.customer.id);
  assert.equal(merged.customer, b.customer.id);
  assert.equal((await server.okJson('customer', 'show', a.customer.id)).mergedFrom, a.customer.id);
  const parted = await server.okJson('customer', 'split', merged.customer, a.id);
  await server.okJson('customer', 'undo', parted.regroup);
  await server.okJson('customer', 'undo', merged.regroup);
  assert.equal((await customer(a.customer.id)).id, a.customer.id);
});

test('matches: the heaviest first, with evidence that adds up and what-if', async () => {
  const [a, b, c] = [await one(), await one(), await one()];
  for (const doubtful of (await server.get('/matches?state=review')).items)
    await send(`/matches/${doubtful.id}`, { verdict: 'different' });
  const light = await addPair(server, a.id, b.id, { bits: -900 });
  const heavy = await addPair(server, b.id, c.id, { bits: 1500 });
  const { items } = await server.get('/matches?state=review');
  assert.deepEqual(items.map((m) => m.id), [heavy, light]);
  const got = await server.get(`/matches/${heavy}?join=-30`);
  assert.deepEqual([got.a.lead.id, got.b.lead.id].sort(), [b.id, c.id].sort());
  const sum = got.why.prior + got.why.steps.reduce((total, s) => total + s.bits, 0);
  assert.ok(Math.abs(sum - got.why.bits) < 0.01, `${sum} is not ${got.why.bits}`);
  assert.ok(got.why.steps.every((s) => s.text && s.trait));
  assert.equal(got.why.whatIf.outcome, 'same');
  assert.deepEqual(codes(await server.api('GET', `/matches/${heavy}?join=x`)), ['match.join']);
  assert.equal((await server.get('/counters')).reviews, 2);
  const waiting = (await server.get('/customers?hasReview=true')).items.map((x) => x.id);
  assert.deepEqual(waiting.sort(), [a, b, c].map((l) => l.customer.id).sort());
  assert.equal((await customer(b.customer.id)).matches.filter((m) => m.state === 'review').length, 2);

  const apart = await send(`/matches/${light}`, { verdict: 'different' });
  assert.equal((await server.get(`/matches/${light}`)).state, 'different');
  problem(await server.api('POST', `/matches/${light}`, { json: { verdict: 'same' } }), 409, 'match.decided');
  const preview = await send(`/matches/${heavy}`, { verdict: 'same', dryRun: true });
  assert.equal(preview.after.length, 1);
  const joined = await send(`/matches/${heavy}`, { verdict: 'same' });
  assert.equal((await customer(c.customer.id)).leads, 2);
  assert.equal((await server.get('/counters')).reviews, 0);
  await undo(joined);
  await undo(apart);
  assert.deepEqual((await server.get('/matches')).items.map((m) => [m.id, m.state, m.decidedBy]), [[heavy, 'review', null], [light, 'review', null]]);
  assert.deepEqual(codes(await server.api('POST', `/matches/${heavy}`, { json: {} })), ['match.verdict']);

  assert.equal((await server.okJson('match', 'list')).items.length, 2);
  await server.okJson('match', 'verdict', heavy, 'different');
  assert.equal((await server.okJson('match', 'show', heavy)).state, 'different');
});
