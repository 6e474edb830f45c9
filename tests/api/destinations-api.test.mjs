// Destinations over the API: made, checked, changed, paused, and their secrets kept.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving, using } from '../lib/serving.mjs';
import { invalid, nobody, problem, uuid7 } from '../lib/asserts.mjs';
import { delivered } from '../lib/deliveries.mjs';
import { lead } from '../lib/leads.mjs';
import { Receiver } from '../lib/receiver.mjs';

const server = await serving();
const receiver = await using(Receiver.start());
const path = await server.offer('contoso.crm');
const settings = { url: receiver.url(), allowPrivate: true, allowHttp: true };
const post = (json) => server.api('POST', '/destinations', { json });

test('made over the API, it delivers', async () => {
  const answer = await post({ offer: 'contoso.crm', kind: 'https', settings });
  assert.ok([200, 201].includes(answer.status), answer.text);
  assert.match(answer.json.id, uuid7);
  assert.match(JSON.stringify(answer.json), /whsec_/, 'the secret that was made is shown this once');
  await delivered(server, await server.lead(path, lead()));
  const listed = await server.get('/destinations');
  const mine = listed.items.find((d) => d.id === answer.json.id);
  assert.equal(mine.kind, 'https');
  assert.doesNotMatch(JSON.stringify(listed), /whsec_/);
});

test('kinds describe their settings: types, defaults, secrets', async () => {
  const kinds = (await server.get('/destination-kinds')).items ?? await server.get('/destination-kinds');
  const https = kinds.find((k) => k.kind === 'https');
  const table = kinds.find((k) => k.kind === 'azure-table');
  const of = (kind, name) => kind.settings.find((s) => s.name === name);
  assert.equal(of(https, 'url').secret, true);
  assert.equal(of(https, 'secret').secret, true);
  assert.equal(String(of(https, 'allowPrivate').default), 'false');
  assert.equal(of(table, 'table').default, 'MarketplaceLeads');
  for (const kind of [https, table]) for (const name of ['allowPrivate', 'caFile', 'ordering', 'doNotContact', 'testLeads', 'maxAge']) assert.ok(of(kind, name), `${kind.kind} ${name}`);
});

test('what does not fit is refused by name', async () => {
  invalid(await post({ publisher: 'contoso', kind: 'https', settings: {} }), 'url');
  invalid(await post({ publisher: 'contoso', kind: 'https', settings: { ...settings, colour: 'red' } }), 'colour');
  invalid(await post({ publisher: 'contoso', kind: 'fax', settings: {} }), 'kind');
  invalid(await post({ kind: 'https', settings }), 'publisher');
  invalid(await post({ publisher: 'contoso', kind: 'https', settings: { ...settings, allowPrivate: 'yes' } }), 'allowPrivate');
});

test('an unknown publisher or offer is 404', async () => {
  problem(await post({ publisher: 'nobody', kind: 'https', settings }), 404);
  invalid(await post({ offer: 'contoso.nothing', kind: 'https', settings }), 'offer');
});

test('changed settings are used from the next delivery on, untouched secrets stay', async () => {
  const offer = await server.offer('contoso.change');
  const made = (await post({ offer: 'contoso.change', kind: 'https', settings: { ...settings, header: 'X-Was: before' } })).json;
  const other = await using(Receiver.start());
  const answer = await server.api('PATCH', `/destinations/${made.id}`, { json: { settings: { url: other.url() } } });
  assert.equal(answer.status, 200, answer.text);
  await delivered(server, await server.lead(offer, lead({ LeadSource: 'AppSource-PLT' })));
  const [got] = await other.received(1);
  assert.equal(got.headers['x-was'], 'before');
  problem(await server.api('PATCH', `/destinations/${nobody}`, { json: { settings: {} } }), 404);
});
