// Mentions: a note names a colleague, by id; who is told once, and who cannot be mentioned.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { invalid, partly } from '../lib/asserts.mjs';
import { lead } from '../lib/leads.mjs';
import { Person } from '../lib/people.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
await server.offer('fabrikam.app');
const publisher = 'contoso';
const ann = await Person.make(server, 'ann@contoso.example', 'seller', { publisher });
const bea = await Person.make(server, 'bea@contoso.example', 'seller', { publisher });
const near = await Person.make(server, 'near@contoso.example', 'seller', { publisher });
const viewer = await Person.make(server, 'viewer@contoso.example', 'viewer', { publisher });
const far = await Person.make(server, 'far@fabrikam.example', 'seller', { publisher: 'fabrikam' });
const admin = await Person.make(server, 'root@example.org', 'admin');
await server.ok('user', 'set', 'near@contoso.example', '--reach', 'own');
const note = (who, l, text, status = 200) => who.does(status, 'POST', `/leads/${l.id}/notes`, { text });
const last = (l) => l.timeline.find((t) => t.type === 'note');

test('a mention is an id, shown by the name of today, and told once', async () => {
  let l = await server.lead(path, lead());
  l = await note(ann, l, 'Ask @{bea@contoso.example} and @{me}, @{bea@contoso.example} too.');
  assert.equal(last(l).detail.text, `Ask @{${bea.id}} and @{${ann.id}}, @{${bea.id}} too.`);
  assert.deepEqual(l.mentioned.map((m) => m.email).sort(), ['ann@contoso.example', 'bea@contoso.example']);
  assert.deepEqual(await bea.kinds(l), ['mentioned']);
  assert.deepEqual(await ann.kinds(l), [], 'nobody tells herself');
  await bea.does(200, 'PATCH', '/session/user', { name: 'Bea Two' });
  partly((await ann.get(`/leads/${l.id}`)).mentioned.find((m) => m.id === bea.id), { name: 'Bea Two', active: true });
  // Another text tells those who were not told of this note.
  const entry = last(l).id;
  l = await ann.does(200, 'PATCH', `/leads/${l.id}/notes/${entry}`, { text: `@{${bea.id}} and @{${admin.id}}` });
  assert.deepEqual(await bea.kinds(l), ['mentioned']);
  assert.deepEqual(await admin.kinds(l), ['mentioned']);
  // Withdrawn, it is no matter any more; another note is another thing.
  await ann.does(200, 'DELETE', `/leads/${l.id}/notes/${entry}`);
  assert.deepEqual(await bea.kinds(l, 'unread'), []);
  await note(ann, l, `@{${bea.id}}, please`);
  assert.deepEqual(await bea.kinds(l, 'unread'), ['mentioned']);
});

test('who is not there, or does not see the lead, is refused by name', async () => {
  const l = await server.lead(path, lead());
  for (const who of ['nobody@contoso.example', 'far@fabrikam.example', far.id, viewer.id, 'viewer@contoso.example', '0190aaaa-0000-7000-8000-000000000000']) {
    const body = invalid(await ann.api('POST', `/leads/${l.id}/notes`, { text: `Ask @{${who}}` }), 'text');
    assert.equal(body.errors[0].code, 'lead.mention-unknown');
  }
  const refused = invalid(await ann.api('POST', `/leads/${l.id}/notes`, { text: `Ask @{${near.id}}` }), 'text');
  assert.equal(refused.errors[0].code, 'lead.mention');
  assert.match(refused.errors[0].message, /near@contoso\.example does not see this lead: give it to them/);
  assert.equal(last(await ann.get(`/leads/${l.id}`)), undefined, 'nothing was written');
  await server.expect(200, 'POST', `/leads/${l.id}/owner`, { json: { owner: near.email } });
  await note(ann, l, `Ask @{${near.id}}`);
  assert.ok((await near.kinds(l)).includes('mentioned'));
  await server.expect(200, 'PATCH', `/users/${bea.id}`, { json: { active: false } });
  invalid(await ann.api('POST', `/leads/${l.id}/notes`, { text: `@{${bea.id}}` }), 'text');
  await server.expect(200, 'PATCH', `/users/${bea.id}`, { json: { active: true } });
  await bea.signIn();
});

test('braces that are no mention stay text; many are too many', async () => {
  let l = await server.lead(path, lead());
  for (const text of ['@{', '@{}', 'a@{', 'mail me @home {x}', `@{${'x'.repeat(400)}}`]) {
    l = await note(ann, l, text);
    assert.equal(last(l).detail.text, text);
  }
  assert.deepEqual(l.mentioned, []);
  invalid(await ann.api('POST', `/leads/${l.id}/notes`, { text: '@{ } ' }), 'text');
});

test('a note on many leads mentions on each; a dry run tells nobody', async () => {
  const all = [await server.lead(path, lead()), await server.lead(path, lead())];
  const bulk = (more) => ann.does(200, 'POST', '/leads/bulk', { action: 'note', ids: all.map((l) => l.id), note: `@{${bea.id}}: look`, ...more });
  await bulk({ dryRun: true });
  for (const l of all) assert.deepEqual(await bea.kinds(l), []);
  assert.equal((await bulk({})).done, 2);
  for (const l of all) assert.deepEqual(await bea.kinds(l), ['mentioned']);
});

test('who is erased is told of no more', async () => {
  const l = await server.lead(path, lead());
  await note(ann, l, `@{${bea.id}}: herring`);
  await server.expect(200, 'POST', `/customers/${l.customer.id}/erase`, { json: {} });
  assert.deepEqual(await bea.kinds(l), []);
  const { timeline, mentioned } = await ann.get(`/leads/${l.id}`);
  assert.doesNotMatch(JSON.stringify(timeline), /herring/);
  assert.deepEqual(mentioned, []);
});
