// Changing referrals by JSON Patch and as a whole: transitions by the desk's table, the deal, the team; two at once.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { nobody } from '../lib/asserts.mjs';
import { lead } from '../lib/leads.mjs';

const server = await serving();
const path = await server.offer('contoso.crm', '--title', 'Contoso CRM');
await server.offer('fabrikam.app');
await server.ok('user', 'add', 'kim@contoso.example', '--role', 'seller', '--publisher', 'contoso');
await server.ok('user', 'add', 'far@fabrikam.example', '--role', 'seller', '--publisher', 'fabrikam');
const seller = await server.token('seller', 'contoso');
const base = '/v1.0/engagements/referrals';
const one = () => server.lead(path, lead());
const get = async (id) => (await server.raw('GET', `${base}/${id}`, { headers: { Authorization: `Bearer ${seller}` } })).json;
const patch = (id, ops, { token = seller, headers = {} } = {}) => server.raw('PATCH', `${base}/${id}`, {
  body: JSON.stringify(ops), headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json-patch+json', ...headers },
});
const set = (p, value) => ({ op: 'replace', path: p, value });
const whole = { headers: { Prefer: 'return=representation' } };
async function changed(id, ops) {
  const answer = await patch(id, ops, whole);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers['preference-applied'], 'return=representation');
  return answer.json;
}
function refused(answer, status, code, target) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.json.error.code, code);
  assert.equal(answer.json.error.target, target);
  return answer.json.error;
}

test('the deal, the heart and the team, as the original takes them', async () => {
  const l = await one();
  const before = await get(l.id);
  const r = await changed(l.id, [
    set('/name', 'Roll-out'), set('/details/dealValue', '12000.5'), set('/details/currency', 'EUR'), set('/details/notes', 'Wants a demo'),
    set('/details/closingDateTime', '2027-03-31T15:00:00.0000000Z'), set('/externalReferenceId', 'OPP-1'), set('/campaignId', 'spring'),
    set('/quality', 'High'), set('/favorite', true), { op: 'add', path: '/team/-', value: { firstName: 'Kim', email: 'Kim@Contoso.example' } },
  ]);
  assert.deepEqual([r.name, r.details.dealValue, r.details.currency, r.details.notes], ['Roll-out', 12000.5, 'EUR', 'Wants a demo']);
  assert.deepEqual([r.details.closingDateTime, r.externalReferenceId, r.campaignId], ['2027-03-31T00:00:00.0000000Z', 'OPP-1', 'spring']);
  assert.deepEqual([r.quality, r.favorite, r.status, r.team.length], ['High', true, 'New', 1]);
  assert.equal(r.team[0].email.toLowerCase(), 'kim@contoso.example');
  assert.ok(r.updatedDateTime > before.updatedDateTime);
  assert.notEqual(r.eTag, before.eTag);
  const gone = await changed(l.id, [set('/details/dealValue', null), set('/name', null), set('/quality', 'Unknown'), set('/details/closingDateTime', null)]);
  assert.deepEqual([gone.details.dealValue, gone.name, gone.quality, gone.details.closingDateTime], [null, 'Contoso CRM', 'Unknown', null]);
  const number = await changed(l.id, [set('/details/dealValue', 99)]);
  assert.equal(number.details.dealValue, 99);
  const { engagement } = await server.get(`/leads/${l.id}`);
  assert.deepEqual([engagement.crmId, engagement.favorite], ['OPP-1', true], 'it is the same lead');
});

test('204 and an ETag unless the representation is preferred', async () => {
  const l = await one();
  const answer = await patch(l.id, [set('/details/notes', 'x')]);
  assert.deepEqual([answer.status, answer.text], [204, '']);
  assert.equal(answer.headers.etag, (await get(l.id)).eTag);
});

test('transitions by the table, with what is allowed in the refusal', async () => {
  const l = await one();
  const error = refused(await patch(l.id, [set('/status', 'Closed'), set('/substatus', 'Won')]), 409, 'invalidRequest', '/substatus');
  assert.match(error.message, /Received cannot become Won.*Accepted, Declined/);
  assert.equal(error.innerError.code, 'lead.stage');
  refused(await patch(l.id, [set('/substatus', 'Expired')]), 409, 'invalidRequest', '/substatus');
  refused(await patch(l.id, [set('/status', 'Closed')]), 400, 'invalidRequest', '/status');
  refused(await patch(l.id, [set('/status', 'Active'), set('/substatus', 'Won')]), 400, 'invalidRequest', '/substatus');
  refused(await patch(l.id, [set('/substatus', 'Gone')]), 400, 'invalidRequest', '/substatus');
  const active = await changed(l.id, [set('/status', 'Active'), set('/details/dealValue', 5), set('/details/currency', 'USD'), set('/favorite', true)]);
  assert.deepEqual([active.status, active.substatus, active.details.dealValue, active.favorite], ['Active', 'Accepted', 5, true]);
  const same = await changed(l.id, [set('/status', 'Active'), set('/substatus', 'Accepted')]);
  assert.equal(same.eTag, active.eTag, 'what it is already is no change');
  const lost = await changed(l.id, [set('/status', 'Closed'), set('/substatus', 'Lost'), set('/statusReason', 'They merged')]);
  assert.deepEqual([lost.status, lost.substatus, lost.statusReason], ['Closed', 'Lost', 'other']);
  const { timeline } = await server.get(`/leads/${l.id}`);
  assert.ok(timeline.some((t) => t.detail?.event === 'lose' && t.detail.note === 'They merged'));
  const second = await one();
  const declined = await changed(second.id, [set('/substatus', 'Declined'), set('/statusReason', 'duplicate')]);
  assert.deepEqual([declined.substatus, declined.statusReason], ['Declined', 'duplicate']);
});

test('a patch is whole or not at all', async () => {
  const l = await one();
  const before = await get(l.id);
  for (const bad of [
    [set('/details/notes', 'x'), set('/customerProfile/name', 'y')], [set('/substatus', 'Accepted'), set('/details/dealValue', 'many')],
    [set('/substatus', 'Accepted'), set('/details/dealValue', '5')], [set('/favorite', true), { op: 'add', path: '/team/-', value: { email: 'who@contoso.example' } }],
    [set('/substatus', 'Accepted'), { op: 'add', path: '/team/-', value: { email: 'far@fabrikam.example' } }],
  ]) {
    const answer = await patch(l.id, bad);
    assert.equal(answer.status, 400, answer.text);
    assert.ok(answer.json.error.target.startsWith('/'), answer.text);
    assert.deepEqual(await get(l.id), before);
  }
});

test('If-Match: who saw an older state is told; without it the last one wins', async () => {
  const l = await one();
  const { eTag } = await get(l.id);
  const seen = { headers: { 'If-Match': eTag } };
  const both = await Promise.all([patch(l.id, [set('/name', 'a')], seen), patch(l.id, [set('/name', 'b')], seen)]);
  assert.deepEqual(both.map((a) => a.status).sort(), [204, 412]);
  refused(both.find((a) => a.status === 412), 412, 'resourceModified');
  refused(await patch(l.id, [set('/status', 'New')], seen), 412, 'resourceModified');
  assert.equal((await patch(l.id, [set('/name', 'c')])).status, 204);
});

test('what is no patch, who may not, what is not there', async () => {
  const l = await one();
  const target = (t) => [400, 'invalidRequest', t];
  refused(await patch(l.id, {}), ...target(undefined));
  refused(await patch(l.id, []), ...target(undefined));
  refused(await patch(l.id, [{ op: 'remove', path: '/name' }]), ...target('/name'));
  refused(await patch(l.id, [set('/favorite', 'yes')]), ...target('/favorite'));
  refused(await patch(l.id, [set('/name', 5)]), ...target('/name'));
  refused(await patch(l.id, [set('/name', 'x'.repeat(500))]), ...target('/name'));
  refused(await patch(l.id, [{ op: 'add', path: '/team/-', value: 'kim' }]), ...target('/team/-'));
  refused(await patch(l.id, [set('/name', 'x')], { headers: { 'Content-Type': 'text/plain' } }), ...target(undefined));
  refused(await patch(nobody, [set('/name', 'x')]), 404, 'itemNotFound');
  refused(await patch(l.id, [set('/name', 'x')], { token: await server.token('manager', 'fabrikam') }), 404, 'itemNotFound');
  refused(await patch(l.id, [set('/name', 'x')], { token: await server.token('viewer', 'contoso') }), 403, 'accessDenied');
});

const put = (id, body, { token = seller, match = body.eTag, headers = {} } = {}) => server.raw('PUT', `${base}/${id}`, {
  json: body, headers: { Authorization: `Bearer ${token}`, ...(match ? { 'If-Match': match } : {}), ...headers },
});
const bare = ({ links, ...rest }) => rest;

test('PUT: the referral as it is to be, as the original takes it', async () => {
  const l = await one();
  const was = bare(await get(l.id));
  const wish = { ...was, name: 'Roll-out', status: 'Active', substatus: 'Accepted', favorite: true, team: [{ email: 'kim@contoso.example' }],
    details: { ...was.details, dealValue: 12000.5, currency: 'EUR', notes: 'Demo' } };
  const answer = await put(l.id, wish);
  assert.equal(answer.status, 200, answer.text);
  const r = answer.json;
  assert.deepEqual([r.name, r.status, r.substatus, r.favorite, r.details.dealValue, r.details.currency, r.details.notes],
    ['Roll-out', 'Active', 'Accepted', true, 12000.5, 'EUR', 'Demo']);
  assert.equal(r.team[0].email, 'kim@contoso.example');
  assert.equal(answer.headers.etag, r.eTag);
  const same = await put(l.id, bare(r));
  assert.equal(same.status, 200, same.text);
  assert.equal(same.json.eTag, r.eTag, 'what is put back as it was changes nothing');
  const part = await put(l.id, { details: { notes: null } }, { match: r.eTag });
  assert.deepEqual([part.status, part.json.details.notes, part.json.details.dealValue], [200, null, 12000.5]);
});

test('PUT wants If-Match, and what was overtaken is 412', async () => {
  const l = await one();
  const was = bare(await get(l.id));
  refused(await put(l.id, was, { match: null }), 428, 'preconditionFailed', 'If-Match');
  await changed(l.id, [set('/details/notes', 'faster')]);
  refused(await put(l.id, { ...was, mpnId: 'x' }), 412, 'resourceModified', undefined);
  assert.equal((await get(l.id)).details.notes, 'faster');
});

test('PUT of what cannot be changed is refused by its path, as a whole', async () => {
  const l = await one();
  const r = await get(l.id);
  const was = bare(r);
  for (const [target, wish] of [
    ['/links', r], ['/mpnId', { ...was, mpnId: '123' }], ['/colour', { ...was, colour: 'red' }],
    ['/customerProfile/name', { ...was, name: 'new', customerProfile: { ...was.customerProfile, name: 'Other' } }],
    ['/consent/consentToContact', { ...was, consent: { consentToContact: !was.consent.consentToContact } }],
    ['/team', { ...was, team: [{ email: 'a@contoso.example' }, { email: 'b@contoso.example' }] }],
    ['/details/notes', { ...was, details: { notes: { a: 1 } } }], ['/registrations', { ...was, registrations: [{}] }],
  ]) refused(await put(l.id, wish), 400, 'invalidRequest', target);
  refused(await put(l.id, []  , { match: was.eTag }), 400, 'invalidRequest', undefined);
  assert.equal((await get(l.id)).eTag, was.eTag);
  const viewer = await server.token('viewer', 'contoso');
  assert.equal((await put(l.id, was, { token: viewer })).status, 403);
  assert.equal((await put(l.id, was, { token: await server.token('seller', 'fabrikam') })).status, 404);
});

test('who says at once what another says, too, is not refused: it is so already', async () => {
  for (let round = 0; round < 5; round += 1) {
    const l = await one();
    const answers = await Promise.all(Array.from({ length: 8 }, () => patch(l.id, [set('/status', 'Active')])));
    assert.deepEqual(answers.map((a) => a.status), Array(8).fill(204));
  }
});
