// One lead in every dialect that a marketplace speaks is understood alike.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { hasFlags, hasNotFlags, partly } from '../lib/asserts.mjs';
import * as leads from '../lib/leads.mjs';

const server = await serving();
const path = await server.offer('contoso.crm', '--title', 'Contoso CRM');
const send = (body, type) => server.lead(path, body, { type });
const ana = { firstName: 'Ana', country: 'US', title: 'CTO' };

test('the documented JSON', async () => {
  const body = leads.lead();
  const got = await send(body);
  partly(got, { source: 'AppSource', action: 'PLT', kind: 'interest', leadSource: 'AppSource-PLT|contoso.crm', description: 'Please call me' });
  partly(got.customer, { ...ana, email: body.UserDetails.Email });
  partly(got.asReceived, { firstName: 'Ana', email: body.UserDetails.Email, country: 'US', title: 'CTO' });
  assert.deepEqual(got.flags, []);
});

test('camelCase, upper case and mixed keys', async () => {
  for (const dialect of [leads.camelCase, leads.upperCase, (b) => ({ ...b, userDetails: b.UserDetails, UserDetails: undefined })]) {
    const got = await send(dialect(leads.lead()));
    partly(got.customer, ana);
    partly(got, { source: 'AppSource', action: 'PLT', description: 'Please call me' });
  }
});

test('the published test lead with its missing comma', async () => {
  const got = await send(leads.publishedTestLead);
  partly(got, { test: true, source: 'AzureMarketplace', action: 'INS', description: leads.testToken });
  assert.equal(got.customer.email, `${leads.testToken}@test.com`);
  hasFlags(got, 'test', 'repaired-json');
});

test('a bare LeadSource with ActionCode and OfferTitle only', async () => {
  const got = await send(leads.lead({ LeadSource: 'AzureMarketplace', ActionCode: 'INS' }));
  partly(got, { source: 'AzureMarketplace', action: 'INS', kind: 'active' });
  hasNotFlags(got, 'offer-conflict', 'action-conflict');
});

test('form style with encoding twice', async () => {
  const got = await send(leads.webToLead(), 'application/x-www-form-urlencoded');
  partly(got, { source: 'AppSource', action: 'PLT', description: 'From the form' });
  partly(got.customer, ana);
});

test('form style with plus signs, percent signs and UTF-8', async () => {
  const got = await send(`first_name=Jos%C3%A9+Luis&last_name=Ib%C3%A1%C3%B1ez&email=jose.${process.pid}%40example.es&lead_source=SPZA-PLT%7Ccontoso.crm&description=100%25+sure`,
    'application/x-www-form-urlencoded');
  partly(got, { description: '100% sure' });
  partly(got.customer, { firstName: 'José Luis', lastName: 'Ibáñez', email: `jose.${process.pid}@example.es` });
});

test('the form style test lead: an offer name with blanks', async () => {
  const got = await send(leads.webToLeadTest, 'application/x-www-form-urlencoded');
  assert.equal(got.test, true);
  assert.equal(got.leadSource, `${leads.testToken}-${leads.testToken}|My Great Offer`);
});

test('a row of the Azure Table with CustomerInfo as JSON text', async () => {
  const got = await send(leads.tableRow());
  partly(got, { source: 'AzureMarketplace', action: 'INS' });
  partly(got.customer, ana);
});

test('Azure Table rows as a value list', async () => {
  const { leads: ids } = await server.take(path, { value: [leads.tableRow(), leads.tableRow()] });
  assert.equal(ids.length, 2);
});

test('Korean labels and values, the mistranslated title too', async () => {
  const email = leads.person().Email;
  const got = await send(leads.koreanBlock(email));
  partly(got.customer, { firstName: '민준', lastName: '김', email, country: 'KR', phone: '+8223123456', company: '예제 주식회사', title: 'CTO' });
  partly(got.asReceived, { country: '대한민국', phone: '02-312-3456' });
});

test('Chinese labels and values, the mistranslated title too', async () => {
  const email = leads.person().Email;
  const got = await send(leads.chineseBlock(email));
  partly(got.customer, { firstName: '约翰', lastName: '史密斯', email, country: 'US', company: '示例公司', title: 'CTO' });
});

test('labels inside UserDetails', async () => {
  const { LeadSource, ...block } = leads.chineseBlock(leads.person().Email);
  const got = await send({ LeadSource, ActionCode: 'PLT', UserDetails: block });
  partly(got.customer, { firstName: '约翰', country: 'US', title: 'CTO' });
});

test('label: value lines in Chinese with full-width colons', async () => {
  const email = leads.person().Email;
  const got = await send(leads.chineseText(email), 'text/plain; charset=utf-8');
  partly(got, { source: 'AppSource', action: 'PLT' });
  partly(got.customer, { firstName: '约翰', lastName: 'Smith', email, country: 'US', company: 'Contoso', title: 'CTO' });
});

test('label: value lines in Korean', async () => {
  const email = leads.person().Email;
  const got = await send(leads.koreanText(email), 'text/plain; charset=utf-8');
  partly(got.customer, { firstName: '민준', lastName: '김', email, country: 'US', title: 'CTO' });
});

test('AppExchange: SFDC-XX|Listing, and dup- as a flag', async () => {
  const plain = await send(leads.appExchange(), 'application/x-www-form-urlencoded');
  partly(plain, { source: 'SFDC', action: 'DM' });
  hasNotFlags(plain, 'sender-duplicate');
  const dup = await send(leads.appExchange('SFDC-dup-DM|Contoso for Sales'), 'application/x-www-form-urlencoded');
  partly(dup, { source: 'SFDC', action: 'DM' });
  hasFlags(dup, 'sender-duplicate');
});

test('unknown members are no obstacle and stay in the receipt', async () => {
  const body = leads.lead({ Plan: { Id: 'gold', Seats: 5 }, Extra: [1, 2, 3], UserDetails: { ...leads.person(), Fax: '1' } });
  const got = await send(body);
  partly(got.customer, ana);
});

test('numbers and booleans where texts belong', async () => {
  const got = await send({ LeadSource: 'AppSource-PLT|contoso.crm', UserDetails: { FirstName: 'Ana', LastName: true, Phone: 4258828080, Country: 'US' } });
  partly(got.customer, { phone: '+14258828080' });
});

test('null members are absent members', async () => {
  const got = await send({ LeadSource: 'AppSource-PLT|contoso.crm', ActionCode: null, Description: null, UserDetails: { FirstName: 'Ana', LastName: null, Email: null } });
  partly(got, { action: 'PLT', description: null });
  partly(got.customer, { firstName: 'Ana', lastName: null, email: null });
});

test('UTF-8 with BOM; UTF-16 of either order, with and without BOM', async () => {
  const fresh = () => JSON.stringify(leads.lead({}, { FirstName: '约翰' }));
  const bodies = [leads.utf8Bom(fresh()), leads.utf16(fresh()), leads.utf16(fresh(), { big: true }),
    leads.utf16(fresh(), { bom: false }), leads.utf16(fresh(), { big: true, bom: false })];
  for (const [n, body] of bodies.entries()) {
    const got = await send(body, 'application/json');
    assert.equal(got.customer.firstName, '约翰', `encoding ${n}`);
  }
});

test('an AppSource description that is JSON, an empty campaign and a single blank are just descriptions', async () => {
  for (const text of ['{"mktcmpid":"1234","partnerid":"98765"}', 'Campaigns: ']) {
    assert.equal((await send(leads.lead({ Description: text }))).description.trim(), text.trim());
  }
  await send(leads.lead({ Description: ' ' }));
});

test('every field that was understood says from where, by which rule and how surely', async () => {
  const got = await send(leads.lead());
  const notes = new Map(got.understanding.map((n) => [n.field, n]));
  for (const field of ['source', 'action', 'email', 'country', 'phone', 'firstName']) {
    const note = notes.get(field);
    assert.ok(note, `a note on ${field}`);
    assert.ok(note.from && note.rule && ['sure', 'likely', 'guess'].includes(note.confidence), JSON.stringify(note));
  }
  assert.match(notes.get('country').from, /Country/i);
  assert.match(notes.get('source').from, /LeadSource/i);
});
