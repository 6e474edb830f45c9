// What a lead says of its first response: whether one is owed, and whether it was late, at its end and not at now.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { partly } from '../lib/asserts.mjs';
import { asked, sent } from '../lib/imports.mjs';
import { lead, publishedTestLead } from '../lib/leads.mjs';
import { bytes, query } from '../lib/store.mjs';

const server = await serving();
const path = await server.offer('contoso.crm');
const seller = await server.token('seller', 'contoso');
await server.expect(201, 'POST', '/calendars', { json: { publisher: 'contoso', name: 'Always', timeZone: 'UTC', hours: ['mon-sun 00:00-24:00'], responseMinutes: 60 } });
const HOUR = 3_600_000;
const does = (l, what, json) => server.expect(200, 'POST', `/leads/${l.id}/${what}`, { token: seller, json });
const where = (l) => `lead_id = ${bytes(server.site.db, l.id.replaceAll('-', ''))}`;
// The lead, and what was done with it, as if all had been so much earlier.
async function earlier(l, ms) {
  const text = `UPDATE lead SET received_at = received_at - ${ms}, due_at = due_at - ${ms}, responded_at = responded_at - ${ms},
    due_sort = CASE WHEN due_sort < 4102444800000 THEN due_sort - ${ms} ELSE due_sort END WHERE ${where(l)}`;
  await query(server.site.db, text);
  await query(server.site.db, `UPDATE engagement SET closed_at = closed_at - ${ms} WHERE ${where(l)}`);
  await query(server.site.db, `UPDATE lead_watch SET due_at = due_at - ${ms} WHERE ${where(l)}`);
}
// The same of one lead, of the list, and of the other leads of its customer.
async function clock(l) {
  const whole = (await server.get(`/leads/${l.id}`)).firstResponse;
  const listed = (await server.get('/leads?limit=500')).items.find((x) => x.id === l.id).firstResponse;
  partly(whole, listed);
  const { owed, breached, workingBreached } = whole;
  return { owed, breached, workingBreached };
}
const ON_TIME = { owed: false, breached: false, workingBreached: false };
const LATE = { owed: false, breached: true, workingBreached: true };

test('one that is waited for is late when its time is over', async () => {
  const l = await server.lead(path, lead());
  assert.deepEqual(await clock(l), { owed: true, breached: false, workingBreached: false });
  await earlier(l, 2 * HOUR);
  assert.deepEqual(await clock(l), { owed: true, breached: false, workingBreached: true });
  await earlier(l, 23 * HOUR);
  assert.deepEqual(await clock(l), { owed: true, breached: true, workingBreached: true });
});

test('a lead that was closed in time is never late, however it was closed', async () => {
  for (const [how, body] of [['decline', { reason: 'not-a-fit' }], ['win', {}], ['lose', { reason: 'price', fewAttempts: 'they wrote so' }]]) {
    const l = await server.lead(path, lead());
    if (how !== 'decline') await does(l, 'accept', {});
    await does(l, how, body);
    await earlier(l, 40 * 24 * HOUR);
    assert.deepEqual(await clock(l), ON_TIME, how);
    const { workingMs } = (await server.get(`/leads/${l.id}`)).firstResponse;
    assert.ok(workingMs >= 0 && workingMs < HOUR, `${how}: ${workingMs}`);
  }
});

test('one that was closed too late was late, and one that is opened again owes', async () => {
  const l = await server.lead(path, lead());
  await earlier(l, 30 * HOUR);
  await does(l, 'decline', { reason: 'not-a-fit' });
  assert.deepEqual(await clock(l), LATE);
  await does(l, 'undo', {});
  assert.deepEqual(await clock(l), { owed: true, breached: true, workingBreached: true });
});

test('what was answered in time stays so behind its close', async () => {
  const l = await server.lead(path, lead());
  await does(l, 'calls', { outcome: 'no-fit' });
  await does(l, 'decline', { reason: 'not-a-fit' });
  await earlier(l, 30 * HOUR);
  assert.deepEqual(await clock(l), ON_TIME);
});

test('what a file says is under way or closed is not late: nobody knows when it was answered', async () => {
  const header = 'Lead ID,First name,Last name,Email,Lead source,Call to action,Offer name,Creation date,Status,Sub status';
  const ids = [1, 2].map((n) => `b1b2c3d4-1111-2222-3333-00000000000${n}`);
  const at = new Date(Date.now() - 20 * HOUR).toISOString();
  const rows = [['Active,Accepted', 'vendace'], ['Closed,Won', 'vendaces']].map(([status, word], i) => `${ids[i]},Anna,Ruiz,anna@${word}.example,AppSource,Contact me,Contoso CRM,${at},${status}`);
  const file = await sent(server, 'way.csv', `${header}\n${rows.join('\n')}\n`, { publisher: 'contoso', offer: 'contoso.crm' });
  assert.equal((await asked(server, file.id, 'start')).state, 'done');
  const found = (await server.get('/leads?limit=500')).items.filter((l) => l.customer.email?.includes('@vendace'));
  assert.deepEqual(found.map((l) => l.status).sort(), ['Active', 'Closed']);
  for (const l of found) {
    await earlier(l, 10 * HOUR);
    assert.deepEqual(await clock(l), ON_TIME, l.status);
    assert.equal((await server.get(`/leads/${l.id}`)).firstResponse.workingMs, null);
  }
});

test('tests and information have no clock', async () => {
  for (const l of [await server.lead(path, publishedTestLead), await server.lead(path, lead({ LeadSource: 'AppSource-DNC|contoso.crm' }))]) {
    partly((await server.get(`/leads/${l.id}`)).firstResponse, { dueAt: null, owed: false, breached: false });
  }
});
