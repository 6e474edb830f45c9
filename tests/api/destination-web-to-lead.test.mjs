// The salesforce-web-to-lead destination: a form, and no proof.

import test from 'node:test';
import assert from 'node:assert/strict';
import { Crm } from '../lib/crm.mjs';
import { chains, manners } from '../lib/crm-manners.mjs';
import { delivered, lastAttempt } from '../lib/deliveries.mjs';
import { serving } from '../lib/serving.mjs';

const server = await serving();
const oid = '00D000000000062';
const page = '<html><body>Your request has been queued</body></html>';

const peer = (options) => Crm.start({ tokenPath: null, records: { status: 200, headers: { 'Content-Type': 'text/html' }, body: page }, ...options });
const settings = (crm) => [`url=${crm.base}/servlet/servlet.WebToLead`, `oid=${oid}`];
const chain = chains({ server, kind: 'salesforce-web-to-lead', peer, settings });

test('a lead is posted as the form that Salesforce makes, and called delivered without proof', async () => {
  const { crm, send } = await chain({ more: ['mapping=00N5g00000AbCdE = {leadId}'] });
  const got = await send({ Description: '한국어 & more = 1' }, { FirstName: '约翰', Company: '' });
  const done = await delivered(server, got);
  const [call] = crm.calls;
  const form = Object.fromEntries(new URLSearchParams(call.text));
  assert.equal(call.path, `/servlet/servlet.WebToLead?encoding=UTF-8&orgId=${oid}`);
  assert.match(call.headers['content-type'], /^application\/x-www-form-urlencoded; ?charset=UTF-8$/i);
  assert.equal(form.oid, oid);
  assert.equal(form.encoding, 'UTF-8');
  assert.equal(form.first_name, '约翰');
  assert.equal(form.company, '[not provided]');
  assert.match(form.description, /^한국어 & more = 1\n/);
  assert.equal(form['00N5g00000AbCdE'], got.id ?? got);
  assert.equal(lastAttempt(done).code, 'delivered-without-proof');
  assert.equal(done.remoteId, null);
});

test('a form that Salesforce does not process is refused', async () => {
  const { crm, send } = await chain();
  crm.script({ status: 200, headers: { 'is-processed': 'Exception:common.exception.SalesforceGenericException' } });
  const refused = await delivered(server, await send(), 'rejected');
  assert.equal(lastAttempt(refused).code, 'not-processed');
});

test('a lost answer is unknown; what goes again is called perhaps twice, even on a connection that was open', async () => {
  const { crm, send } = await chain();
  await delivered(server, await send());
  crm.script({ reset: true });
  const got = await send();
  await delivered(server, got, (d) => d.attempts.length >= 2);
  const done = await delivered(server, got);
  assert.deepEqual(done.attempts.map((a) => a.code), ['answer-cut', 'delivered-perhaps-twice']);
  assert.equal(crm.calls.length, 3);
});

test('a server error may have made it', async () => {
  const { crm, send } = await chain();
  crm.script({ status: 500 });
  const waiting = await delivered(server, await send(), (d) => d.attempts.length === 1 && d.state === 'due');
  assert.equal(waiting.attempts[0].outcome, 'unknown');
});

manners({ server, chain, secret: 'there-is-no-secret', body: page });
