// A person's data: all of it is told, and all of it goes; the numbers stay.

import test from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { delivered, httpsAt } from '../lib/deliveries.mjs';
import { lead } from '../lib/leads.mjs';
import { problem } from '../lib/asserts.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { serving, using } from '../lib/serving.mjs';
import { everything, query } from '../lib/store.mjs';
import { until } from '../lib/wait.mjs';

// Words that are found nowhere else, in each place where words can stand.
const words = ['Quillfeather', 'Zwetschgenbaum', 'quagmire', 'xylograph', 'umbrellabird', 'marzipanturm', 'kaleidofon', 'wolkenkuckuck', 'nebelparder', 'rotzunge', 'hasenohr', 'zitteraal', 'murmeltier', 'fledermaus', 'siebenschlaefer'];
const [last, company, mail, described, noted, called, declined, deal, changed, set, other, evidence, task, finished, mailed] = words;

const server = await serving();
const receiver = await using(Receiver.start());
const path = await server.offer('contoso.crm');
const post = (json, method = 'POST', to) => server.expect(200, method, `/leads/${to}`, { json });
const person = { FirstName: 'Ottoline', LastName: last, Company: company, Email: `${mail}@a.example`, Phone: '+4930901820', Country: 'DE' };
const destination = await httpsAt(server, 'contoso', receiver);

const first = await server.lead(path, lead({ LeadSource: 'AppSource-PLT|contoso.crm', Description: described }, person));
await delivered(server, first);
const second = await server.lead(path, lead({ LeadSource: 'AppSource-INS|contoso.crm', Description: 'again' }, person));
assert.equal(second.customer.id, first.customer.id);
const bystander = await server.lead(path, lead({}, { LastName: 'Bystander', Email: 'stays@b.example', Company: 'Stays' }));
const customer = first.customer.id;

await post({ text: `wrote of ${noted}` }, 'POST', `${first.id}/notes`);
await post({ outcome: 'fit', text: `talked of ${called}` }, 'POST', `${first.id}/calls`);
await post({ text: `mailed of ${mailed}` }, 'POST', `${first.id}/mails`);
await post({ name: deal, notes: `deal of ${deal}`, value: '12000', currency: 'EUR' }, 'PATCH', first.id);
await post({ name: `${changed} roll-out` }, 'PATCH', first.id);
await post({}, 'POST', `${first.id}/accept`);
await post({ evidence: `said ${evidence}` }, 'PUT', `${first.id}/checklist/budget`);
const spoken = (await server.get(`/leads/${first.id}`)).timeline.find((t) => t.type === 'call').id;
await post({ evidence: `and ${evidence}`, entry: spoken }, 'PUT', `${first.id}/checklist/need`);
const due = new Date(Date.now() + 864e5).toISOString();
await post({ kind: 'call', text: `ask for ${task}`, dueAt: due }, 'POST', `${first.id}/tasks`);
const held = await post({ kind: 'meeting', text: `show ${finished}`, dueAt: due, endsAt: new Date(Date.now() + 9e7).toISOString(), place: `${finished} 3` }, 'POST', `${first.id}/tasks`);
await server.expect(200, 'POST', `/tasks/${held.tasks.find((t) => t.kind === 'meeting').id}/done`, { json: { outcome: 'dropped', note: `${finished} is off` } });
await post({ reason: 'other', note: `because ${declined}` }, 'POST', `${second.id}/decline`);
await server.expect(200, 'PATCH', `/customers/${customer}`, { json: { title: set } });
// A customer that was merged into this one keeps a row that nobody looks at.
const merged = await server.lead(path, lead({}, { LastName: other, Email: 'other@c.example', Company: 'Elsewhere' }));
await server.expect(200, 'POST', '/customers/merge', { json: { customers: [customer, merged.customer.id], into: customer } });

const numbers = async () => ({ counters: await server.get('/counters'), leads: (await server.get('/leads?limit=500')).items.map((l) => [l.id, l.kind, l.status, l.substatus, l.action, l.receivedAt, l.customer.country]) });
const before = await numbers();
const found = async (word) => (await server.get(`/leads?q=${word}`)).items.map((l) => l.id);

test('every word is there to begin with, and found', async () => {
  const all = await everything(server.site.db);
  for (const word of words) assert.ok(all.includes(word), word);
  assert.deepEqual(await found(described), [first.id]);
  assert.deepEqual(new Set(await found(last)), new Set([first.id, second.id]));
});

test('who asks gets all that is known, page by page', async () => {
  const seen = [];
  let text = '';
  for (let after = ''; after !== null;) {
    const page = await server.get(`/customers/${customer}/data?limit=1${after && `&after=${after}`}`, { token: await server.token('manager', 'contoso') });
    assert.equal(page.customer.id, customer);
    seen.push(...page.items.map((i) => i.lead.id));
    for (const item of page.items) assert.equal(item.messages.length, 1);
    text += JSON.stringify(page);
    after = page.next;
  }
  assert.deepEqual(new Set(seen), new Set([first.id, second.id, merged.id]));
  for (const word of words) assert.ok(text.includes(word), word);
  assert.ok(!text.includes('Bystander'));
  const lines = (await server.ok('customer', 'data', customer)).split('\n').map((line) => JSON.parse(line));
  assert.equal(lines.flatMap((l) => l.items).length, 3);
});

test('who may not is refused', async () => {
  problem(await server.api('POST', `/customers/${customer}/erase`, { token: await server.token('manager', 'contoso'), json: {} }), 403);
  problem(await server.api('GET', `/customers/${customer}/data`, { token: await server.token('seller', 'contoso') }), 403);
  await server.ok('publisher', 'add', 'fabrikam');
  problem(await server.api('POST', `/customers/${customer}/erase`, { token: await server.token('admin', 'fabrikam'), json: {} }), 404);
});

test('a preview counts, names where else it lies, and changes nothing', async () => {
  const told = await server.expect(200, 'POST', `/customers/${customer}/erase`, { json: { dryRun: true } });
  assert.deepEqual([told.leads, told.receipts, told.dryRun], [3, 3, true]);
  assert.equal(told.delivered.length, 3);
  assert.equal(told.delivered[0].destination.id, destination);
  assert.equal((await server.get(`/leads/${first.id}`)).customer.lastName, last);
  assert.equal((await server.get(`/customers/${customer}`)).erased, null);
  assert.equal((await server.cli(['customer', 'erase', customer])).code, 2);
});

let late;
test('erased, not a word is left anywhere in the store', async () => {
  // Owed and not yet sent: it must not be sent any more.
  receiver.always = { status: 503, retryAfter: 3600, body: `{"error":"no ${last} here"}` };
  late = await server.lead(path, lead({ LeadSource: 'AzurePortal-Create|contoso.crm', Description: 'late' }, person));
  assert.equal(late.customer.id, customer);
  await delivered(server, late, (d) => d.attempts.length > 0);
  const told = await server.expect(200, 'POST', `/customers/${customer}/erase`, { json: {} });
  assert.deepEqual([told.leads, told.cancelled], [4, 1]);
  await until(async () => (await server.get(`/customers/${customer}`)).erased.settledAt, { what: 'the search index is rid of its words' });
  const all = await everything(server.site.db);
  for (const word of words) assert.ok(!all.toLowerCase().includes(word.toLowerCase()), `${word} is left: ${all.slice(Math.max(0, all.toLowerCase().indexOf(word.toLowerCase()) - 200)).slice(0, 400)}`);
  assert.ok(all.includes('Bystander'));
  for (const word of [last, described, mail, company]) assert.deepEqual(await found(word), []);
  assert.deepEqual(await found('Bystander'), [bystander.id]);
});

test('what happened, and when, stays', async () => {
  const now = await numbers();
  assert.equal(now.counters.leads, before.counters.leads + 1);
  const known = new Map(now.leads.map((l) => [l[0], l]));
  for (const l of before.leads) assert.deepEqual(known.get(l[0]), l);
  const shown = await server.get(`/leads/${first.id}`);
  assert.equal(shown.customer.lastName, null);
  assert.equal(shown.leadSource, 'AppSource-PLT|contoso.crm');
  assert.deepEqual(shown.understanding, []);
  const call = shown.timeline.find((t) => t.type === 'call');
  assert.deepEqual([call.detail.outcome, call.detail.text, call.detail.erased], ['fit', null, true]);
  // Ticks stay, with who and when and which call; what was said for them is gone.
  const need = shown.checklist.find((x) => x.key === 'need');
  assert.deepEqual([need.met, need.evidence, need.entry], [true, null, spoken]);
  assert.deepEqual(shown.timeline.filter((t) => t.type === 'check').map((t) => [t.detail.item, t.detail.evidence]), [['need', null], ['budget', null]]);
  const told = await server.get(`/customers/${customer}`);
  assert.equal(told.erased.leads, 4);
  assert.ok(told.history.some((h) => h.verb === 'erase'));
});

test('the message is a tombstone with its hash', async () => {
  const { receipt } = (await server.get(`/leads/${first.id}`)).timeline.find((t) => t.type === 'received');
  const body = JSON.parse((await server.api('GET', `/receipts/${receipt}/body`)).text);
  const [row] = (await query(server.site.db, `SELECT ${server.site.db.startsWith('postgresql:') ? "encode(body_hash, 'hex')" : 'lower(hex(body_hash))'} FROM receipt WHERE content_type LIKE '%erased%' ORDER BY receipt_id`)).trim().split('\n');
  assert.equal(body.blake2b, row);
  assert.ok(Date.parse(body.erased) > 0);
});

test('nothing of it is sent again', async () => {
  const owed = (await server.get(`/deliveries?lead=${first.id}`)).items;
  const again = await server.expect(200, 'POST', '/deliveries/replay', { json: { ids: owed.map((d) => d.id) } });
  assert.equal(again.replayed, 0);
  const { deliveries } = await server.get(`/leads/${late.id}`);
  assert.deepEqual(deliveries.map((d) => d.state), ['cancelled']);
});

test('the same person, coming back, is somebody new', async () => {
  receiver.always = { status: 200 };
  const back = await server.lead(path, lead({ LeadSource: 'AppSource-INS|contoso.crm' }, person));
  assert.notEqual(back.customer.id, customer);
  await server.halt();
  await server.launch();
  const more = await server.lead(path, lead({ LeadSource: 'AppSource-PLT|contoso.crm' }, person));
  assert.equal(more.customer.id, back.customer.id);
});

test('erasing is not undone, and can be done again', async () => {
  const { history } = await server.get(`/customers/${customer}`);
  problem(await server.api('POST', `/customers/history/${history.find((h) => h.verb === 'erase').id}/undo`, { json: {} }), 409);
  const again = await server.expect(200, 'POST', `/customers/${customer}/erase`, { json: {} });
  assert.deepEqual([again.leads, again.receipts], [4, 0]);
});

test('a message that nobody could read is erased by itself', async () => {
  await server.post(path, `{"sternschnuppe":1}`);
  let broken;
  await until(async () => { [broken] = (await server.get('/receipts?state=unreadable')).items; return broken; }, { what: 'it is listed' });
  await server.expect(200, 'POST', `/receipts/${broken.id}/erase`);
  assert.ok(!(await everything(server.site.db)).includes('sternschnuppe'));
  assert.equal((await server.get(`/receipts/${broken.id}`)).state, 'unreadable');
});

test('what was entered with a message that brought the reader down is erased with it', async () => {
  const paused = await serving({ env: { LEADLINE_PLACE_PAUSED: 'true' } });
  await paused.offer('contoso.crm');
  const words = { name: 'Kellerassel', externalReferenceId: 'Ohrenkneifer', campaignId: 'Silberfischchen', details: { notes: 'Tausendfuessler' }, customerProfile: { name: 'Weberknecht' } };
  const entered = await paused.raw('POST', '/v1.0/engagements/referrals', { json: words, headers: { Authorization: `Bearer ${await paused.token()}` } });
  assert.equal(entered.status, 202, entered.text);
  const [waits] = (await paused.get('/receipts?state=waiting')).items;
  await query(paused.site.db, `UPDATE receipt SET state = 'set-aside'`);
  const held = await everything(paused.site.db);
  const said = ['Kellerassel', 'Ohrenkneifer', 'Silberfischchen', 'Tausendfuessler', 'Weberknecht'];
  for (const word of said) assert.ok(held.includes(word), word);
  await paused.expect(200, 'POST', `/receipts/${waits.id}/erase`);
  const left = await everything(paused.site.db);
  for (const word of said) assert.ok(!left.includes(word), word);
});

test('an import is taken back, also when one of its people was erased', async () => {
  const file = join(server.site.dir, 'people.csv');
  writeFileSync(file, 'Email,Last name,Lead source\nkaulquappe@d.example,Kaulquappe,AppSource-PLT|contoso.crm\nstays@e.example,Stays,AppSource-PLT|contoso.crm\n');
  const done = JSON.parse(await server.ok('import', file, '--offer', 'contoso.crm', '--json'));
  const [one] = (await server.get('/leads?q=kaulquappe')).items;
  await server.expect(200, 'POST', `/customers/${one.customer.id}/erase`, { json: {} });
  await server.ok('import', 'undo', done.id ?? done.items[0].id);
  assert.deepEqual((await server.get('/leads?q=stays@e.example')).items, []);
  assert.equal((await server.api('GET', `/leads/${one.id}`)).status, 404);
});

test('a rematch leaves an erased customer whole', async () => {
  await server.ok('rematch', '--publisher', 'contoso');
  assert.equal((await server.get(`/leads/${first.id}`)).customer.id, customer);
  assert.equal((await server.get(`/leads/${second.id}`)).customer.id, customer);
});

test('a message that waits is not erased, and an erased one is not read again', async () => {
  const broken = (await server.get('/receipts?state=unreadable')).items[0];
  problem(await server.api('POST', `/receipts/${broken.id}/reread`), 409);
});

test('the audit tells it, with ids only, and no preview', async () => {
  const told = (await server.get(`/audit?ref=${customer}`)).items.filter((r) => r.verb === 'POST /api/v1/customers/{id}/erase' && r.status === 200);
  assert.equal(told.length, 2);
});
