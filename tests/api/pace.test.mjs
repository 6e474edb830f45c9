// How fast one may ask: each account and each token for itself, and whoever is too fast is told when to come back.

import assert from 'node:assert/strict';
import test from 'node:test';
import { problem } from '../lib/asserts.mjs';
import { serving } from '../lib/serving.mjs';
import { until } from '../lib/wait.mjs';

const perMinute = 120, atOnce = perMinute / 10;
const server = await serving({ env: { LEADLINE_API_PER_MINUTE: String(perMinute) } });
const [hasty, calm] = [await server.token('viewer'), await server.token('seller')];
const many = (path) => Promise.all(Array.from({ length: 3 * atOnce }, () => server.raw('GET', path, { headers: { Authorization: `Bearer ${hasty}` } })));

test('who asks too fast is told to wait a second; others are not held up', async () => {
  const answers = await many('/api/v1/leads');
  const late = answers.filter((a) => a.status === 429);
  assert.ok(late.length > 0 && late.length <= 2 * atOnce, `${late.length} of ${answers.length} were too fast`);
  for (const a of answers) assert.ok([200, 429].includes(a.status), `${a.status}`);
  problem(late[0], 429, 'auth.pace');
  assert.equal(late[0].headers['retry-after'], '1');
  assert.equal((await server.api('GET', '/leads', { token: calm })).status, 200);
  await until(async () => (await server.api('GET', '/leads', { token: hasty })).status === 200, { what: 'it may go on' });
});

test('the referrals answer it as Partner Center does', async () => {
  const late = (await many('/v1.0/engagements/referrals')).find((a) => a.status === 429);
  assert.deepEqual(late.json, { statusCode: 429, message: 'Rate limit is exceeded. Try again in 1 seconds.' });
  assert.equal(late.headers['retry-after'], '1');
});

test('what is no such number is refused at the start', async () => {
  for (const wrong of ['59', '6000001', 'many']) {
    const done = await server.cli(['check'], { env: { LEADLINE_API_PER_MINUTE: wrong } });
    assert.notEqual(done.code, 0);
    assert.match(done.stderr, /apiPerMinute/);
  }
});
