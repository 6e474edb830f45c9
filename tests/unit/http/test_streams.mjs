// Event streams: opened, told, closed by either side, and slow readers.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { request } from '../../lib/http.mjs';
import { until } from '../../lib/wait.mjs';
import { serve, post, Line } from './served.mjs';

const server = await serve({ workers: 4 });
const listening = (n) => until(async () => {
  const { streams, listeners } = await server.stats();
  return streams === n && listeners === n;
}, { what: async () => `${n} streams: ${JSON.stringify(await server.stats())}` });

function open() {
  const line = new Line(server.port);
  line.send('GET /events HTTP/1.1\r\nHost: x\r\n\r\n');
  return line;
}

test('events reach every stream; the server ends them', async () => {
  const lines = Array.from({ length: 10 }, open);
  await listening(10);
  await post(`${server.url}/tell?size=3`, '');
  for (const line of lines) await until(() => /event: hello[^]*data: yyy\n\n/.test(line.got), { what: () => line.got });
  assert.match(lines[0].got, /content-type: text\/event-stream/);
  await post(`${server.url}/end`, '');
  for (const line of lines) {
    await line.ended();
    assert.match(line.got, /\r\n0\r\n\r\n$/);
  }
  await listening(0);
});

test('a client that leaves is noticed though it sends nothing', async () => {
  const lines = Array.from({ length: 5 }, open);
  await listening(5);
  for (const line of lines) line.socket.destroy();
  await listening(0);
});

test('a reader that does not read is closed when it is a mebibyte behind; others are not', async () => {
  const slow = open();
  const quick = open();
  await listening(2);
  slow.socket.pause();
  let told = 0;
  await until(async () => {
    await post(`${server.url}/tell?size=200000`, '');
    told++;
    return (await server.stats()).streams === 1;
  }, { every: 0, timeout: 20_000, what: 'the slow one to be closed' });
  await until(() => quick.got.split('\n\n').length - 1 >= told, { what: 'the quick one to have all' });
  assert.ok(!quick.closed);
  quick.socket.destroy();
  slow.socket.destroy();
  await listening(0);
});

test('one event over the limit closes the stream instead of filling memory', async () => {
  const line = open();
  await listening(1);
  await post(`${server.url}/tell?size=2000000`, '');
  await line.ended();
  await listening(0);
});

test('streams come and go while events are sent from several threads', async () => {
  let going = true;
  const tellers = Array.from({ length: 3 }, async () => {
    while (going) await post(`${server.url}/tell?size=100`, '');
  });
  for (let round = 0; round < 15; round++) {
    const lines = Array.from({ length: 8 }, open);
    await until(() => lines.every((line) => /data: y/.test(line.got)), { what: 'events' });
    for (const line of lines) line.socket.destroy();
  }
  going = false;
  await Promise.all(tellers);
  await listening(0);
});

test('HEAD opens nothing', async () => {
  const answer = await request(`${server.url}/events`, { method: 'HEAD' });
  assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'text/event-stream']);
  assert.equal((await server.stats()).streams, 0);
});

test('open streams do not hold up the end of the server', async () => {
  const line = open();
  await listening(1);
  const began = performance.now();
  await server.stop();
  assert.ok(performance.now() - began < 4000);
  await line.ended();
});
