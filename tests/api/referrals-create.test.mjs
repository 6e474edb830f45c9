// Referrals that are made here: a lead like those that arrive, by the same way, with what only its maker can say.

import test from 'node:test';
import assert from 'node:assert/strict';
import { Server } from '../lib/server.mjs';
import { serving, using } from '../lib/serving.mjs';
import { uuid7 } from '../lib/asserts.mjs';
import { delivered, httpsAt } from '../lib/deliveries.mjs';
import { lead, person } from '../lib/leads.mjs';
import { Person } from '../lib/people.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { bytes, everything, query } from '../lib/store.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();
const path = await server.offer('contoso.crm', '--title', 'Contoso CRM');
await server.offer('contoso.erp', '--title', 'Contoso ERP');
const app = await server.offer('fabrikam.app');
const receiver = await using(Receiver.start());
const hook = await using(Receiver.start({ always: { status: 200 } }));
await httpsAt(server, 'contoso', receiver);
const seller = await server.token('seller', 'contoso');
const admin = await server.token('admin', 'contoso');
const manager = await server.token('manager', 'contoso');
const kim = await Person.make(server, 'kim@contoso.example', 'seller', { publisher: 'contoso' });
const lee = await Person.make(server, 'lee@contoso.example', 'seller', { publisher: 'contoso' });
const base = '/v1.0/engagements/referrals';
const bearer = (token, headers = {}) => ({ Authorization: `Bearer ${token}`, ...headers });

let serial = 0;
/** What a program of the field sends, as the original's page has it. */
const body = (over = {}, details = {}) => {
  serial += 1;
  const p = person();
  return {
    name: `Deal ${serial}`, type: 'Independent', qualification: 'SalesQualified',
    customerProfile: {
      name: p.Company, size: '10to50employees', address: { addressLine1: '1 Main St', city: 'Boston', state: 'MA', postalCode: '02101', country: 'US' },
      team: [{ firstName: p.FirstName, lastName: p.LastName, phoneNumber: p.Phone, email: p.Email, contactPreference: { locale: 'en-US', disableNotifications: false } }],
    },
    consent: { consentToToShareInfoWithOthers: true, consentToContact: true, consentToShareReferralWithMicrosoftSellers: false },
    details: {
      notes: 'Wants a demo', dealValue: 12000.5, currency: 'EUR', closingDateTime: '2027-03-31T00:00:00.0000000Z',
      requirements: { industries: [{ id: 'Education' }], products: [{ id: 'Azure' }], services: [], solutions: [{ id: 'contoso.crm', name: 'CRM', type: 'Name' }] },
      ...details,
    },
    ...over,
  };
};
const post = (json, { token = seller, headers = {}, query = '' } = {}) => server.raw('POST', `${base}${query}`, { json, headers: bearer(token, headers) });
async function made(json, options) {
  const answer = await post(json, options);
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
const as = (who, json) => server.raw('POST', base, { json, headers: who.headers });
const get = async (id, token = seller) => server.raw('GET', `${base}/${id}`, { headers: bearer(token) });
function refused(answer, status, target, code) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.json.error.code, status === 403 ? 'accessDenied' : 'invalidRequest');
  assert.equal(answer.json.error.target, target, answer.text);
  if (code) assert.equal(answer.json.error.innerError.code, code);
  return answer.json.error;
}

test('201 with Location, ETag and the referral as GET shows it; the same lead as /api/v1 has', async () => {
  const sent = body({ externalReferenceId: 'OPP-100', campaignId: 'spring', favorite: true });
  const answer = await post(sent, { headers: { 'client-request-id': 'abc-1' } });
  assert.equal(answer.status, 201, answer.text);
  const r = answer.json;
  assert.match(r.id, uuid7);
  assert.equal(answer.headers.location, `${server.base}${base}/${r.id}`);
  assert.equal(answer.headers.etag, r.eTag);
  assert.equal(answer.headers['client-request-id'], 'abc-1');
  assert.ok(answer.headers['request-id'] && answer.headers.timestamp);
  assert.deepEqual((await server.raw('GET', answer.headers.location.slice(server.base.length), { headers: bearer(seller) })).json, r);
  assert.deepEqual([r.status, r.substatus, r.type, r.qualification, r.direction], ['New', 'Received', 'Independent', 'SalesQualified', 'Incoming']);
  assert.deepEqual([r.name, r.externalReferenceId, r.campaignId, r.favorite], [sent.name, 'OPP-100', 'spring', true]);
  assert.deepEqual((await server.get('/leads?favorite=true')).items.map((l) => l.id), [r.id], 'it is among the favorites');
  assert.deepEqual([r.details.notes, r.details.dealValue, r.details.currency, r.details.closingDateTime], ['Wants a demo', 12000.5, 'EUR', '2027-03-31T00:00:00.0000000Z']);
  assert.equal(r.details.requirements.solutions[0].id, 'contoso.crm');
  assert.equal(r.inviteContext.invitedBy.organizationId, 'contoso', 'Microsoft did not invite');
  assert.deepEqual([r.customerProfile.name, r.customerProfile.address.country], [sent.customerProfile.name, 'US']);
  const { contactPreference, ...contact } = r.customerProfile.team[0];
  const { contactPreference: _, ...said } = sent.customerProfile.team[0];
  assert.ok(contactPreference === null);
  assert.deepEqual({ ...contact, title: undefined }, { ...said, title: undefined });
  const l = await server.get(`/leads/${r.id}`);
  assert.equal(l.firstResponse.dueAt, new Date(Date.parse(l.receivedAt) + 864e5).toISOString(), 'its clock runs');
  assert.deepEqual([l.engagement.crmId, l.engagement.value, l.touches, l.offer.id], ['OPP-100', '12000.50', 1, 'contoso.crm']);
  assert.ok(l.timeline.some((t) => t.type === 'deal'));
  const list = await server.raw('GET', `${base}?$filter=${encodeURIComponent("externalReferenceId eq 'OPP-100' and qualification eq 'SalesQualified'")}`, { headers: bearer(seller) });
  assert.deepEqual(list.json.value.map((x) => x.id), [r.id]);
});

test('what it was entered with is kept with its receipt, also what nothing here is made of', async () => {
  const r = await made(body());
  const { items } = await server.get('/receipts?offer=contoso.crm');
  const receipt = await server.get(`/receipts/${items[0].id}`);
  assert.deepEqual([receipt.state, receipt.leads], ['placed', [r.id]]);
  const raw = (await server.api('GET', `/receipts/${items[0].id}/body`)).text;
  for (const text of ['customerProfile/address/city', 'Boston', 'industries/0/id', 'Education', '10to50employees', '12000.5']) assert.ok(raw.includes(text), text);
});

test('it goes the way of all leads: one customer, search, delivery, webhook, audit, an event', async () => {
  const registered = await server.raw('POST', '/webhooks/v1/registration', { json: { WebhookUrl: hook.url(), WebhookEvents: ['referral-created', 'referral-updated'], AllowHttp: true, AllowPrivate: true }, headers: bearer(admin) });
  assert.equal(registered.status, 200, registered.text);
  const who = person();
  const first = await server.lead(path, lead({}, who));
  const sent = body({}, { customerNotes: 'Ask for the blue one' });
  Object.assign(sent.customerProfile, { name: who.Company, team: [{ firstName: who.FirstName, lastName: who.LastName, email: who.Email }] });
  const r = await made(sent);
  const l = await server.get(`/leads/${r.id}`);
  assert.equal(l.customer.id, first.customer.id, 'one person');
  assert.notEqual(l.id, first.id, 'a lead of its own');
  assert.equal(r.inviteContext.notes, 'Ask for the blue one');
  await delivered(server, l);
  assert.ok(receiver.requests.some((q) => q.text.includes(who.Email)));
  await until(() => hook.requests.some((q) => q.json.EventName === 'referral-created' && q.json.ResourceUri.endsWith(r.id)), { timeout: 30_000, what: 'referral-created is told' });
  assert.ok(!hook.requests.some((q) => q.json.EventName === 'referral-updated' && q.json.ResourceUri.endsWith(r.id)), 'nothing has changed since');
  const audit = (await server.get('/audit?limit=20')).items.filter((a) => a.verb === `POST ${base}`);
  assert.ok(audit.length && audit[0].status === 201, JSON.stringify(audit));
  assert.ok((await server.get('/leads?q=blue')).items.some((x) => x.id === r.id));
});

test('Prefer: return=minimal answers without a body', async () => {
  const answer = await post(body(), { headers: { Prefer: 'return=minimal' } });
  assert.deepEqual([answer.status, answer.text, answer.headers['preference-applied']], [201, '', 'return=minimal']);
  const id = answer.headers.location.split('/').pop();
  assert.equal((await get(id)).json.eTag, answer.headers.etag);
});

test('the very same again is the same one; anything else is another lead', async () => {
  const sent = body();
  const first = await made(sent);
  const again = await post(sent);
  assert.deepEqual([again.status, again.json.id, again.headers.location.split('/').pop()], [200, first.id, first.id]);
  assert.equal((await server.get(`/leads/${first.id}`)).touches, 1);
  const other = await made({ ...sent, details: { ...sent.details, notes: 'Another deal of the same customer' } });
  assert.notEqual(other.id, first.id);
  assert.equal((await server.get(`/leads/${other.id}`)).customer.id, (await server.get(`/leads/${first.id}`)).customer.id);
  const twice = body();
  const answers = await Promise.all(Array.from({ length: 6 }, () => post(twice)));
  assert.deepEqual(answers.map((a) => a.status).sort(), [200, 200, 200, 200, 200, 201]);
  assert.equal(new Set(answers.map((a) => a.json.id)).size, 1);
});

test('an externalReferenceId is one referral\'s: 409 names it; given up, it is free again', async () => {
  const first = await made(body({ externalReferenceId: 'OPP-1' }));
  const error = refused(await post(body({ externalReferenceId: 'OPP-1' })), 409, '/externalReferenceId', 'referral.exists');
  assert.ok(error.message.includes(first.id), error.message);
  const answers = await Promise.all(Array.from({ length: 5 }, () => post(body({ externalReferenceId: 'OPP-2' }))));
  assert.deepEqual(answers.map((a) => a.status).sort(), [201, 409, 409, 409, 409], 'at once');
  const own = await server.token('seller', 'fabrikam');
  await made(body({ externalReferenceId: 'OPP-1' }, { requirements: {} }), { token: own });
  const gone = await server.raw('PATCH', `${base}/${first.id}`, { json: [{ op: 'replace', path: '/externalReferenceId', value: null }], headers: bearer(seller) });
  assert.equal(gone.status, 204, gone.text);
  await made(body({ externalReferenceId: 'OPP-1' }));
});

test('what the customer did, where it came from, what they agreed to', async () => {
  const plt = await made(body({ qualification: 'Direct', referralSource: 'AppSource' }, { customerRequestedContact: true }));
  assert.deepEqual([plt.referralSource, plt.callToAction, plt.details.customerAction, plt.details.customerRequestedContact], ['AppSource', 'PLT', 'Contact me', true]);
  assert.equal(plt.inviteContext.invitedBy.organizationId, 'msft');
  assert.equal((await server.get(`/leads/${plt.id}`)).kind, 'interest');
  const trial = await made(body({}, { customerAction: 'Test drive' }));
  assert.deepEqual([trial.callToAction, (await server.get(`/leads/${trial.id}`)).kind], ['StartTestDrive', 'trial']);
  const shy = await made(body({ consent: { consentToContact: false } }));
  assert.equal(shy.consent.consentToContact, false);
  assert.equal((await server.get(`/leads/${shy.id}`)).doNotContact, true);
  const bare = await made({ customerProfile: { name: 'Bare Ltd' }, details: { requirements: { solutions: [{ id: 'erp' }] } } });
  assert.deepEqual([bare.name, bare.qualification, bare.consent.consentToContact, bare.details.dealValue], ['Contoso ERP', 'Direct', true, null]);
});

test('it begins as New or Active', async () => {
  const active = await made(body({ status: 'Active', team: [{ email: 'Kim@contoso.example' }] }));
  assert.deepEqual([active.status, active.substatus, active.team[0].email], ['Active', 'Accepted', 'kim@contoso.example']);
  assert.equal(active.acceptedDateTime, active.createdDateTime);
  const pending = await made(body({ status: 'New', substatus: 'Pending' }));
  assert.deepEqual([pending.status, pending.substatus], ['New', 'Pending']);
  const patched = await server.raw('PATCH', `${base}/${active.id}`, { json: [{ op: 'replace', path: '/status', value: 'Closed' }, { op: 'replace', path: '/substatus', value: 'Won' }], headers: bearer(seller, { 'If-Match': active.eTag }) });
  assert.equal(patched.status, 204, patched.text);
  for (const [over, target] of [[{ status: 'Closed' }, '/status'], [{ status: 'Closed', substatus: 'Won' }, '/status'], [{ substatus: 'Lost' }, '/substatus'], [{ status: 'New', substatus: 'Won' }, '/substatus'], [{ status: 'Open' }, '/status'],
    [{ statusReason: 'x' }, '/statusReason']]) refused(await post(body(over)), 400, target);
});

test('slips are told with the path at fault and what to do, and make nothing', async () => {
  const before = (await server.get('/counters')).leads;
  const receipts = (await server.get('/receipts?limit=1')).items[0].id;
  const solution = (id) => ({ requirements: { solutions: [{ id }] } });
  for (const [json, target] of [
    [body({ type: 'Shared' }), '/type'], [body({ direction: 'Outgoing' }), '/direction'], [body({ qualification: 'Hot' }), '/qualification'],
    [body({ colour: 'red' }), '/colour'], [body({ customerProfile: { name: 'x', colour: 1 } }), '/customerProfile/colour'], [body({ id: '1' }), '/id'],
    [body({ target: [{ type: 'BusinessProfileLocation', id: 'msft' }] }), '/target'], [body({ engagementId: serial }), '/engagementId'],
    [body({ customerProfile: undefined }), '/customerProfile'], [body({ customerProfile: {} }), '/customerProfile'], [body({ customerProfile: 'Contoso' }), '/customerProfile'], [body({ customerProfile: { name: '  ' } }), '/customerProfile'],
    [body({ customerProfile: { team: [{ email: 'a@b.example' }, { email: 'c@d.example' }] } }), '/customerProfile/team'], [body({ customerProfile: { team: [{ email: 7 }] } }), '/customerProfile/team/0/email'],
    [body({ customerProfile: { team: [{ email: 'a@b.example', fax: '1' }] } }), '/customerProfile/team/0/fax'],
    [body({ customerProfile: { name: 'x'.repeat(201) } }), '/customerProfile/name'], [body({ customerProfile: { name: 'x', address: { city: 'x'.repeat(20_000) } } }), '/customerProfile/address/city'],
    [body({ name: 'x'.repeat(201) }), '/name'], [body({ name: 7 }), '/name'], [body({ externalReferenceId: 'x'.repeat(201) }), '/externalReferenceId'],
    [body({}, { dealValue: 'much' }), '/details/dealValue'], [body({}, { dealValue: 5, currency: null }), '/details/currency'], [body({}, { currency: 'XXY' }), '/details/currency'], [body({}, { closingDateTime: 'soon' }), '/details/closingDateTime'],
    [body({}, { notes: 'x'.repeat(20_000) }), '/details/notes'], [body({}, { customerNotes: 'x'.repeat(20_000) }), '/details/customerNotes'],
    [body({}, { customerAction: 'Run' }), '/details/customerAction'], [body({ callToAction: 'INS' }, { customerRequestedContact: true }), '/details/customerRequestedContact'], [body({ callToAction: 'DNC' }), '/callToAction'],
    [body({ inviteContext: { notes: 'one' } }, { customerNotes: 'two' }), '/inviteContext/notes'],
    [body({}, solution('contoso.none')), '/details/requirements/solutions'], [body({}, solution('fabrikam.app')), '/details/requirements/solutions'], [body({}, { requirements: {} }), '/details/requirements/solutions'],
    [body({}, { requirements: { solutions: [{ name: 'CRM' }] } }), '/details/requirements/solutions'], [body({}, { requirements: { solutions: [{ id: 'crm' }, { id: 'erp' }] } }), '/details/requirements/solutions'],
    [body({}, { requirements: { industries: Array.from({ length: 500 }, (_, i) => ({ id: `${i}` })) } }), '/details/requirements/industries/350/id'],
    [body({ team: [{ email: 'nobody@contoso.example' }] }), '/team'], [body({ team: [{ firstName: 'Kim' }] }), '/team/-'], [body({ team: 'kim' }), '/team'], [body({ organizationId: 'fabrikam' }), undefined],
    [body({ consent: { consentToContact: 'yes' } }), '/consent/consentToContact'], [[], undefined], ['x', undefined], [null, undefined],
  ]) {
    const answer = await post(json);
    if (json?.organizationId) assert.equal(answer.status, 404, answer.text);
    else if (target?.includes('350')) assert.match(refused(answer, 400, answer.json.error?.target).target, /industries\/\d+\/id$/);
    else assert.ok(refused(answer, 400, target).message.length > 20, JSON.stringify(json));
  }
  for (const [raw, type, status] of [['{', 'application/json', 400], ['{}', 'text/plain', 400], [JSON.stringify(body()), 'application/x-www-form-urlencoded', 400], ['x'.repeat(2 << 20), 'application/json', 413]]) {
    const answer = await server.raw('POST', base, { body: raw, headers: bearer(seller, { 'Content-Type': type }) });
    assert.equal(answer.status, status, answer.text);
    assert.ok(status === 413 || answer.json.error.message, answer.text);
  }
  assert.equal((await server.raw('POST', `${base}?colour=red`, { json: body(), headers: bearer(seller) })).status, 400);
  assert.equal((await server.get('/counters')).leads, before);
  assert.equal((await server.get('/receipts?limit=1')).items[0].id, receipts, 'nothing was stored');
});

test('roles and publishers: sellers and above; an installation\'s token says whose, or the offer does', async () => {
  for (const token of [await server.token('viewer', 'contoso')]) assert.equal((await post(body(), { token })).status, 403);
  assert.equal((await server.raw('POST', base, { json: body() , token: null })).status, 401);
  const all = await server.token('admin');
  assert.equal((await made(body(), { token: all })).organizationId, 'contoso');
  refused(await post(body({}, { requirements: {} }), { token: all }), 400, 'publisher');
  assert.equal((await made(body({}, { requirements: {} }), { token: all, query: '?publisher=fabrikam' })).organizationId, 'fabrikam', 'its only offer');
  assert.equal((await made(body({ organizationId: 'fabrikam' }, { requirements: {} }), { token: all })).organizationId, 'fabrikam');
  assert.equal((await post(body(), { query: '?publisher=fabrikam' })).status, 404);
  refused(await post(body({ organizationId: 'fabrikam' }), { token: all, query: '?publisher=contoso' }), 400, '/organizationId');
});

const rule = async (json) => server.expect(200, 'PUT', '/assignment/rules/contoso.made', { token: manager, json });

test('whose it is: who is named, who accepted it, else the rules say; who is given one is told', async () => {
  await rule({ name: 'CRM', offer: 'contoso.crm', way: 'person', account: 'lee@contoso.example' });
  const byRule = await made(body());
  assert.equal(byRule.team[0].email, 'lee@contoso.example');
  const named = await made(body({ team: [{ email: 'kim@contoso.example' }] }));
  assert.equal(named.team[0].email, 'kim@contoso.example');
  assert.ok((await server.get(`/leads/${named.id}`)).timeline.some((t) => t.type === 'owner'));
  const told = (who, id) => who.kinds({ id });
  assert.deepEqual([await told(kim, named.id), await told(lee, named.id), await told(lee, byRule.id)], [['lead-assigned'], [], ['lead-assigned']]);
  const accepted = await as(kim, body({ status: 'Active' }));
  assert.equal(accepted.status, 201, accepted.text);
  assert.equal(accepted.json.team[0].email, 'kim@contoso.example');
  assert.deepEqual(await told(kim, accepted.json.id), [], 'who enters it needs not be told');
  await server.expect(204, 'DELETE', '/assignment/rules/contoso.made', { token: manager });
});

test('reach: nobody enters what they cannot reach then', async () => {
  await rule({ name: 'CRM', offer: 'contoso.crm', way: 'person', account: 'lee@contoso.example' });
  const field = await server.expect(201, 'POST', '/teams', { token: manager, json: { name: 'Field', members: ['lee@contoso.example'] } });
  const own = await Person.make(server, 'own@contoso.example', 'seller', { publisher: 'contoso' });
  const team = await Person.make(server, 'team@contoso.example', 'seller', { publisher: 'contoso' });
  const alone = await Person.make(server, 'alone@contoso.example', 'seller', { publisher: 'contoso' });
  await server.ok('user', 'set', 'own@contoso.example', '--reach', 'own');
  await server.ok('user', 'set', 'alone@contoso.example', '--reach', 'team');
  await server.ok('user', 'set', 'team@contoso.example', '--reach', 'team');
  await server.expect(200, 'PATCH', `/teams/${field.id}`, { token: manager, json: { members: ['lee@contoso.example', 'team@contoso.example'] } });
  const { token: partner } = await server.expect(201, 'POST', '/tokens', { json: { name: 'partner', role: 'seller', publisher: 'contoso', reach: 'offers', reachOffers: ['contoso.erp'] } });
  const sees = async (who, r) => assert.equal((await who.api('GET', `/leads/${r.id}`)).status, 200);
  for (const who of [own, team, alone]) await until(async () => (await who.api('GET', '/matches')).status === 403, { timeout: 30_000, what: `${who.email} reaches less` });
  const enter = async (who, json) => {
    const answer = await as(who, json);
    assert.equal(answer.status, 201, answer.text);
    return answer.json;
  };
  const mine = await enter(own, body());
  assert.equal(mine.team[0].email, 'own@contoso.example');
  await sees(own, mine);
  const ours = await enter(team, body());
  assert.equal(ours.team[0].email, 'team@contoso.example');
  await sees(team, ours);
  await sees(team, await enter(team, body({ team: [{ email: 'lee@contoso.example' }] })));
  refused(await as(own, body({ team: [{ email: 'lee@contoso.example' }] })), 403, '/team', 'referral.reach');
  refused(await as(team, body({ team: [{ email: 'kim@contoso.example' }] })), 403, '/team', 'referral.reach');
  refused(await as(alone, body()), 403, '/team', 'referral.reach');
  const erp = await made(body({}, { requirements: { solutions: [{ id: 'contoso.erp' }] } }), { token: partner });
  assert.equal((await get(erp.id, partner)).status, 200);
  refused(await post(body(), { token: partner }), 400, '/details/requirements/solutions', 'referral.offer');
  assert.equal((await made(body({}, { requirements: {} }), { token: partner })).details.requirements.solutions[0].id, 'contoso.erp', 'the only one they reach');
  const taken = refused(await post(body({ externalReferenceId: 'OPP-100' }, { requirements: {} }), { token: partner }), 409, '/externalReferenceId', 'referral.exists');
  assert.doesNotMatch(taken.message, /[0-9a-f]{8}-/, 'not which one');
  await server.expect(204, 'DELETE', '/assignment/rules/contoso.made', { token: manager });
});

test('a person\'s data goes with them, wherever it was put', async () => {
  const word = 'Quillfeather';
  const sent = body({ name: `${word} deal`, customerProfile: { name: `${word} Ltd`, address: { city: `${word}ville` }, team: [{ firstName: word, lastName: word, email: `${word}@a.example` }] } }, { notes: `${word} notes`, customerNotes: `${word} asks` });
  const r = await made(sent);
  await delivered(server, await server.get(`/leads/${r.id}`));
  const { customer } = await server.get(`/leads/${r.id}`);
  await server.expect(200, 'POST', `/customers/${customer.id}/erase`, { json: {} });
  await until(async () => !(await everything(server.site.db)).includes(word), { timeout: 20_000, what: 'no word is left' });
});

test('what is acknowledged is on disk: 202 while nothing is placed, and all of it is there after a crash', async () => {
  const paused = await using(Server.start({ env: { LEADLINE_PLACE_PAUSED: 'true' } }));
  await paused.offer('contoso.crm');
  const token = await paused.token('seller', 'contoso');
  const answer = await paused.raw('POST', base, { json: body({ externalReferenceId: 'OPP-9', status: 'Active' }), headers: bearer(token) });
  assert.deepEqual([answer.status, answer.headers['retry-after']], [202, '1']);
  const { pathname } = new URL(answer.headers.location);
  assert.equal(pathname, `${base}/${answer.json.id}`);
  assert.equal((await paused.raw('GET', pathname, { headers: bearer(token) })).status, 404);
  assert.equal((await paused.raw('POST', base, { json: body({ externalReferenceId: 'OPP-9' }), headers: bearer(token) })).status, 409, 'it is taken already');
  await paused.kill();
  paused.extraEnv = { LEADLINE_PLACE_PAUSED: 'false' };
  await paused.launch();
  const r = await until(async () => { const a = await paused.raw('GET', pathname, { headers: bearer(token) }); return a.status === 200 && a.json; }, { timeout: 30_000, what: 'it is placed' });
  assert.deepEqual([r.externalReferenceId, r.details.dealValue, r.status, r.qualification], ['OPP-9', 12000.5, 'Active', 'SalesQualified']);
});

test('what a sender says of itself is not believed: only what was entered here has an owner and a state', async () => {
  const l = await server.raw('POST', app, {
    body: JSON.stringify({ columns: [], fields: { email: 'forged@a.example', lastName: 'Forged', owner: kim.id, status: 'Active', substatus: 'Accepted' } }),
    headers: { 'Content-Type': 'application/vnd.leadline.row+json' },
  });
  assert.equal(l.status, 200, l.text);
  const id = (await until(async () => { const x = await server.get(`/receipts/${l.json.receipt}`); return x.leads.length && x; }, { what: 'it is placed' })).leads[0];
  const seen = await server.get(`/leads/${id}`);
  assert.deepEqual([seen.owner, seen.status, seen.substatus], [null, 'New', 'Received']);
});

test('while nothing is placed, those who wait for it leave workers to others', async () => {
  const db = server.site.db, nobody = bytes(db, '00'.repeat(16));
  await query(db, `UPDATE lease SET holder = ${nobody}, until_at = ${Date.now() + 50_000} WHERE name = 'placing'`);
  /** @type {number[]} */
  const took = [];
  const posts = Array.from({ length: 8 }, async () => {
    const began = performance.now(), answer = await post(body());
    took.push(performance.now() - began);
    return answer;
  });
  await until(() => took.length, { timeout: 30_000, what: 'who comes while others wait is told to look again' });
  await server.get('/counters');
  const before = Math.max(...took);
  const answers = await Promise.all(posts);
  assert.ok(before < 10_000 && Math.max(...took) >= 9_900, `nobody waits for those who wait ten seconds: ${took}`);
  assert.deepEqual(answers.map((a) => a.status), answers.map(() => 202));
  await query(db, `UPDATE lease SET until_at = 0 WHERE name = 'placing'`);
  for (const { json } of answers) await until(async () => (await get(json.id)).status === 200, { timeout: 30_000, what: 'it is placed' });
});
