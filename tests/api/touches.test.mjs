// Touch, lead, customer: what makes one of two, and what never does.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { lead, person } from '../lib/leads.mjs';

const server = await serving();
const crm = await server.offer('contoso.crm');
const erp = await server.offer('contoso.erp');
const far = await server.offer('fabrikam.app');

test('other bytes, same action, offer and customer within the window: one lead, two touches', async () => {
  const who = person();
  const one = await server.lead(crm, lead({ Description: 'one' }, who));
  const two = await server.lead(crm, lead({ Description: 'two' }, who));
  assert.equal(two.id, one.id);
  assert.equal(two.touches, 2);
  assert.equal(two.timeline.filter((t) => t.receipt).length, 2, 'each touch is on the timeline');
});

test('a later touch fills what the lead left open, and changes nothing that it said', async () => {
  const who = person({ Phone: '', Title: 'CEO' });
  const one = await server.lead(crm, lead({ Description: '' }, who));
  assert.equal(one.customer.phone, null);
  const two = await server.lead(crm, lead({ Description: 'Call me' }, { ...who, Phone: '+49 30 901820', Title: 'CTO' }));
  assert.equal(two.id, one.id);
  assert.equal(two.customer.phone, '+4930901820');
  assert.equal(two.customer.title, 'CEO');
  assert.equal(two.description, 'Call me');
  const customer = await server.get(`/customers/${one.customer.id}`);
  assert.equal(customer.phone, '+4930901820', 'and so does the customer');
});

test('another action of the same customer: a new lead of the same customer', async () => {
  const who = person();
  const one = await server.lead(crm, lead({}, who));
  const two = await server.lead(crm, lead({ LeadSource: 'AppSource-INS|contoso.crm', ActionCode: 'INS' }, who));
  assert.notEqual(two.id, one.id);
  assert.equal(two.customer.id, one.customer.id);
  assert.deepEqual(two.otherLeads.map((l) => l.id), [one.id]);
  assert.ok(two.match, 'it says why it is the same customer');
});

test('same person, different offer: one customer, two leads', async () => {
  const who = person();
  const one = await server.lead(crm, lead({}, who));
  const two = await server.lead(erp, lead({ LeadSource: 'AppSource-PLT|contoso.erp' }, who));
  assert.notEqual(two.id, one.id);
  assert.equal(two.customer.id, one.customer.id);
});

test('same person at two publishers: two customers, neither sees the other', async () => {
  const who = person();
  const one = await server.lead(crm, lead({}, who));
  const two = await server.lead(far, lead({ LeadSource: 'AppSource-PLT|fabrikam.app' }, who));
  assert.notEqual(two.customer.id, one.customer.id);
  assert.deepEqual(two.otherLeads, []);
});

test('different persons at one company are different customers', async () => {
  const one = await server.lead(crm, lead({}, { Company: 'Same Ltd' }));
  const two = await server.lead(crm, lead({}, { Company: 'Same Ltd' }));
  assert.notEqual(two.customer.id, one.customer.id);
});

test('without an e-mail every lead is a new customer', async () => {
  let n = 0;
  const nameless = () => server.lead(crm, lead({ Description: `nobody ${n += 1}` }, { Email: '', Phone: '' }));
  assert.notEqual((await nameless()).customer.id, (await nameless()).customer.id);
});

test('the same person many times at once is one customer and one lead', async () => {
  const who = person();
  const answers = await Promise.all(Array.from({ length: 16 }, (_, n) => server.take(crm, lead({ Description: `at once ${n}` }, who))));
  const leads = new Set(answers.flatMap((a) => a.leads));
  assert.equal(leads.size, 1, [...leads].join(' '));
  const got = await server.get(`/leads/${[...leads][0]}`);
  assert.equal(got.touches, 16);
});

test('two of the same person in one array are two touches of one lead', async () => {
  const who = person();
  const { leads } = await server.take(crm, [lead({ Description: 'a' }, who), lead({ Description: 'b' }, who)]);
  assert.equal(new Set(leads).size, 1);
  assert.equal((await server.get(`/leads/${leads[0]}`)).touches, 2);
});

test('a blank field is never filled from another lead', async () => {
  const who = person({ Title: 'CEO' });
  await server.lead(crm, lead({}, who));
  const two = await server.lead(erp, lead({ LeadSource: 'AppSource-PLT|contoso.erp' }, { ...who, Title: '', Company: '' }));
  assert.equal(two.asReceived.title || null, null);
  assert.equal(two.asReceived.company || null, null);
});
