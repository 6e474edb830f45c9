// The live stream: what happened, once, in order, also after a break in the line.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving, using } from '../lib/serving.mjs';
import { nobody, problem } from '../lib/asserts.mjs';
import { EventStream } from '../lib/sse.mjs';
import { destinationAt } from '../lib/deliveries.mjs';
import { lead } from '../lib/leads.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { never, until } from '../lib/wait.mjs';

const server = await serving();
const receiver = await using(Receiver.start());
const path = await server.offer('contoso.crm');
await destinationAt(server, 'contoso', 'https', `url=${receiver.url()}`, 'allowPrivate=true', 'allowHttp=true');

async function open(headers = {}, token) {
  const bearer = token ?? await server.token();
  return EventStream.open(`${server.base}/api/v1/events`, { Authorization: `Bearer ${bearer}`, ...headers });
}
const about = (kind, id) => (e) => e.event === kind && e.json?.id === id;

test('leads, deliveries and unreadable receipts are told as they happen, each with an id and what changed', async () => {
  const stream = await open();
  assert.equal(stream.status, 200);
  assert.match(stream.headers['content-type'], /^text\/event-stream/);
  assert.match(stream.headers['cache-control'], /no-cache|no-store/);
  const got = await server.lead(path, lead());
  const event = await stream.next(about('lead', got.id), 'the lead');
  assert.ok(event.id, 'every event has an id');
  await server.post(path, '{"nothing":"of ours"}');
  const [{ id: receipt }] = await until(async () => {
    const { items } = await server.get('/receipts?state=unreadable');
    return items.length && items;
  }, { what: 'the receipt is listed' });
  await stream.next(about('receipt', receipt), 'the receipt that could not be read');
  await stream.next((e) => e.event === 'delivery' && e.json?.id, 'the delivery');
  stream.close();
});

test('with Last-Event-ID nothing that happened meanwhile is missed, and nothing comes twice', async () => {
  const first = await open();
  const one = await server.lead(path, lead());
  const seen = await first.next(about('lead', one.id));
  first.close();
  const missed = [await server.lead(path, lead()), await server.lead(path, lead())];
  const second = await open({ 'Last-Event-ID': seen.id });
  for (const got of missed) await second.next(about('lead', got.id), 'a lead of the break');
  assert.ok(!second.events.some(about('lead', one.id)), 'what was seen does not come again');
  const live = await server.lead(path, lead());
  await second.next(about('lead', live.id), 'and then it is live');
  const idsSeen = second.events.map((e) => e.id);
  assert.equal(new Set(idsSeen).size, idsSeen.length, 'every id once');
  second.close();
});

test('a Last-Event-ID that nobody gave out is refused or passed over, never a fault', async () => {
  for (const id of ['x', '999999999999999', '-1', '', nobody, 'A'.repeat(2000)]) {
    const stream = await open({ 'Last-Event-ID': id });
    assert.ok([200, 400].includes(stream.status), `id ${id}: ${stream.status}`);
    if (stream.status === 400) continue;
    const got = await server.lead(path, lead());
    await stream.next(about('lead', got.id), 'live after all');
    stream.close();
  }
});

test('a publisher\'s stream tells nothing of another publisher', async () => {
  const other = await server.offer('fabrikam.app');
  const stream = await open({}, await server.token('admin', 'fabrikam'));
  const theirs = await server.lead(path, lead());
  const own = await server.lead(other, lead({ LeadSource: 'AppSource-PLT|fabrikam.app' }));
  await stream.next(about('lead', own.id));
  await never(() => stream.events.some((e) => e.data.includes(theirs.id)), { during: 400, what: 'a foreign lead in the stream' });
  const resumed = await open({ 'Last-Event-ID': nobody }, await server.token('admin', 'fabrikam'));
  await never(() => resumed.events.some((e) => e.data.includes(theirs.id)), { during: 400, what: 'a foreign lead after resuming' });
  stream.close();
  resumed.close();
});

test('the stream is not for strangers', async () => {
  problem(await server.api('GET', '/events', { token: null }), 401);
});

test('a stream ends when the server drains, and does not hold it up', async () => {
  const stream = await open();
  await server.halt();
  assert.equal(stream.closed, true);
  await server.launch();
});
