// The process, the store and the numbers, seen from a load balancer and a Prometheus.

import test from 'node:test';
import assert from 'node:assert/strict';
import { serving } from '../lib/serving.mjs';
import { problem } from '../lib/asserts.mjs';
import { lead } from '../lib/leads.mjs';
import { until } from '../lib/wait.mjs';

const server = await serving();

test('healthz and readyz answer 200 without credentials', async () => {
  for (const path of ['/healthz', '/readyz']) {
    assert.equal((await server.raw('GET', path)).status, 200, path);
    const head = await server.raw('HEAD', path);
    assert.equal(head.status, 200, `HEAD ${path}`);
    assert.equal(head.bytes.length, 0);
  }
});

const sample = /^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*="(\\.|[^"\\\n])*",?)*\})? (-?[0-9.e+-]+|NaN|[+-]Inf)( \d+)?$/;

async function metrics() {
  const answer = await server.raw('GET', '/metrics');
  assert.equal(answer.status, 200);
  assert.match(answer.headers['content-type'], /^text\/plain/);
  return answer.text;
}

test('metrics are Prometheus text: every sample well formed, every family typed and named leadline_', async () => {
  const text = await metrics();
  const typed = new Set([...text.matchAll(/^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/gm)].map((m) => m[1]));
  assert.ok(typed.size >= 5, text);
  for (const line of text.split('\n').filter((l) => l && !l.startsWith('#'))) {
    assert.match(line, sample);
    const name = /^[^{ ]+/.exec(line)[0];
    const family = [name, name.replace(/_(bucket|sum|count|total)$/, '')].find((n) => typed.has(n));
    assert.ok(family, `no # TYPE for ${name}`);
    assert.match(name, /^(leadline|process)_/);
  }
  assert.ok(text.endsWith('\n'));
});

const total = (text) => [...text.matchAll(/^leadline_\S*_total(?:\{[^}]*\})? (\d+)/gm)].reduce((sum, m) => sum + Number(m[1]), 0);

test('a lead moves the counters, and nothing personal is in them', async () => {
  const path = await server.offer('metric.offer');
  const before = total(await metrics());
  const body = lead();
  await server.take(path, body);
  await until(async () => total(await metrics()) > before, { what: 'some counter grows' });
  const text = await metrics();
  for (const secret of [body.UserDetails.Email, body.UserDetails.LastName, path.split('/').pop()]) assert.ok(!text.includes(secret));
});

test('an unknown address is a problem document, a wrong method says what is allowed', async () => {
  problem(await server.api('GET', '/nothing-here'), 404);
  const answer = await server.api('DELETE', '/leads');
  problem(answer, 405);
  assert.match(answer.headers.allow, /GET/);
});

test('the log holds no personal data and no key', async () => {
  const path = await server.offer('log.offer');
  const body = lead({ Description: 'my-private-note-4711' });
  await server.take(path, body);
  await server.post(path, '{"broken": "secret-broken-4712"');
  for (const word of [body.UserDetails.Email, 'my-private-note-4711', 'secret-broken-4712', path.split('/').pop(), await server.token()]) {
    assert.ok(!server.log.includes(word), `the log shows ${word}`);
  }
});
