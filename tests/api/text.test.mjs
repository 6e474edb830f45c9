// Broken, odd and hostile text: repaired where it must be, flagged, and otherwise left alone.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { hasFlags, hasNotFlags } from '../lib/asserts.mjs';
import { lead, person } from '../lib/leads.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
const named = (firstName) => server.lead(path, lead({}, { FirstName: firstName }));

async function repaired(body) {
  const { receipt, leads } = await server.take(path, body);
  const got = await server.get(`/leads/${leads[0]}`);
  hasFlags(got, 'repaired-text');
  const raw = await server.api('GET', `/receipts/${receipt.id}/body`);
  assert.deepEqual(raw.bytes, Buffer.from(body), 'the raw bytes stay');
  return got;
}

const spliced = (text) => JSON.stringify(lead({ Description: '@@' })).replace('@@', text);

test('a NUL escape inside a value is repaired and flagged', async () => {
  const got = await repaired(spliced('a\\u0000b'));
  assert.match(got.description, /^a.?b$/su);
  assert.ok(!got.description.includes('\u0000'));
});

test('a lone surrogate is repaired and flagged; a pair is not', async () => {
  assert.equal((await repaired(spliced('x\\ud83dy'))).description, 'x\ufffdy');
  assert.equal((await repaired(spliced('x\\udc00'))).description, 'x\ufffd');
  const pair = await server.lead(path, spliced('\\ud83d\\ude80'));
  assert.equal(pair.description, '🚀');
  hasNotFlags(pair, 'repaired-text');
});

test('invalid UTF-8 inside a value is repaired and flagged', async () => {
  const [head, end] = JSON.stringify(lead({ Description: '@@' })).split('@@');
  const got = await repaired(Buffer.concat([Buffer.from(`${head}caf`), Buffer.from([0xe9]), Buffer.from(` ok${end}`)]));
  assert.match(got.description, /^caf.+ ok$/u);
  assert.ok(got.description.isWellFormed?.() ?? true);
});

for (const [what, name] of Object.entries({
  'a Chinese first name beside Smith': '约翰',
  'a single letter': 'X',
  'surrogate pairs': '👩‍💻 𠮷',
  'right to left': 'محمد',
  'an apostrophe': "O'Brien",
  'quotes and backslashes': 'a"b\\c',
  'SQL': "Robert'); DROP TABLE leads;--",
  'a percent sign and underscore': '100%_x',
})) {
  test(`names: ${what} stays as it came`, async () => {
    assert.equal((await named(name)).customer.firstName, name);
  });
}

test('names: <script> is text and stays text', async () => {
  const got = await named('<script>alert(1)</script>');
  assert.equal(got.customer.firstName, '<script>alert(1)</script>');
  const answer = await server.api('GET', `/leads/${got.id}`);
  assert.match(answer.headers['content-type'], /^application\/json/);
  assert.equal(answer.headers['x-content-type-options'], 'nosniff');
});

test('names: a single name, last or first, is enough', async () => {
  const got = await server.lead(path, { LeadSource: 'AppSource-PLT', UserDetails: { LastName: 'Sukarno', Email: person().Email } });
  assert.equal(got.customer.lastName, 'Sukarno');
  assert.equal(got.customer.firstName, null);
});

test('names: 5,000 characters are taken, cut for the screen, and whole in the receipt', async () => {
  const { receipt, leads } = await server.take(path, lead({}, { FirstName: '가'.repeat(5000) }));
  const got = await server.get(`/leads/${leads[0]}`);
  assert.ok(got.customer.firstName.length < 5000);
  assert.match(got.customer.firstName, /^가+…?$/u, 'cut on a character');
  hasFlags(got, 'cut-text');
  const raw = await server.api('GET', `/receipts/${receipt.id}/body`);
  assert.ok(raw.text.includes('가'.repeat(5000)));
});

test('names: blanks are trimmed and letters composed, the received text is not', async () => {
  const got = await named(' Jose\u0301 ');
  assert.equal(got.customer.firstName, 'Jos\u00e9');
  assert.equal(got.asReceived.firstName, ' Jose\u0301 ');
});

test('a field twice with different values is flagged, not resolved silently', async () => {
  const email = person().Email;
  const got = await server.lead(path, `{"LeadSource":"AppSource-PLT","UserDetails":{"FirstName":"Ana","firstName":"Eva","Email":"${email}"}}`);
  hasFlags(got, 'field-conflict');
});

test('a lead without e-mail and phone is taken and says so', async () => {
  hasFlags(await server.lead(path, { LeadSource: 'AppSource-PLT', UserDetails: { FirstName: 'Ana' } }), 'no-contact-data');
});
