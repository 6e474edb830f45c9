// Rows found, inputs decoded, problems told, headers set.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { request } from '../../lib/http.mjs';
import { until } from '../../lib/wait.mjs';
import { serve, post, Line } from './served.mjs';

const server = await serve({ proxy: '127.0.0.0/8', queue: 2, workers: 1 });
const get = (path, headers) => request(server.url + path, { headers });
const id = '018f2d4e-7b3a-7c1d-9e2f-3a4b5c6d7e8f';

test('a path part is decoded and checked by its row', async () => {
  assert.equal((await get(`/things/${id}`)).json.id, id);
  assert.equal((await get('/things/none-such')).status, 404);
  assert.equal((await post(`${server.url}/in/a%20b%C3%A9`, 'x')).json.key, 'a bé');
});

test('a literal part wins over a {name}', async () => {
  assert.equal((await get('/things/special')).json.id, null);
});

test('broken escapes, NUL and overlong UTF-8 in the path are nowhere', async () => {
  for (const bad of ['%', '%2', '%zz', '%00', '%C0%AF', '%FF'])
    assert.equal((await post(`${server.url}/in/${bad}`, 'x')).status, 404, bad);
});

test('an encoded slash stays inside its part', async () => {
  assert.equal((await post(`${server.url}/in/a%2Fb`, 'x')).json.key, 'a/b');
  assert.equal((await post(`${server.url}/in/a/b`, 'x')).status, 404);
});

test('no such path 404, no such method 405 with Allow, HEAD for GET without a body', async () => {
  assert.equal((await get('/none')).json.code, 'not.found');
  const wrong = await request(`${server.url}/things`, { method: 'DELETE' });
  assert.equal(wrong.status, 405);
  assert.equal(wrong.headers.allow, 'POST, PATCH');
  assert.equal((await request(`${server.url}/in/k`, { method: 'BREW' })).headers.allow, 'GET, HEAD, POST');
  const head = await request(`${server.url}/fill?size=5000`, { method: 'HEAD' });
  assert.equal(head.headers['content-length'], '5000');
  assert.equal(head.bytes.length, 0);
});

test('unknown and doubled parameters are 400 and named, wrong values 422', async () => {
  const unknown = await get('/fill?sise=1');
  assert.deepEqual([unknown.status, unknown.json.code, unknown.json.errors[0].field], [400, 'parameter.unknown', 'sise']);
  assert.equal((await get('/fill?size=1&size=2')).json.code, 'parameter.twice');
  assert.equal((await get('/fill?size=%FF')).json.code, 'parameter.encoding');
  const wrong = await get('/fill?size=many');
  assert.deepEqual([wrong.status, wrong.json.errors[0].field], [422, 'size']);
  assert.equal((await get('/stats?x=1')).status, 400, 'a row without fields takes none');
  assert.equal((await get(`/things/${id}?id=${id}`)).status, 400, 'a path part is no parameter');
  assert.equal((await get('/fill?&size=3&')).bytes.length, 3);
});

test('a body is decoded, every problem told at once', async () => {
  const url = `${server.url}/things`;
  const json = { 'content-type': 'application/json' };
  assert.equal((await post(url, '{"name":"ok"}', json)).json.name, 'ok');
  assert.equal((await post(url, '{"name":"ok"}', { 'content-type': 'application/json; charset=utf-8' })).status, 200);
  const wrong = await post(url, '{"size":77,"extra":1}', json);
  assert.equal(wrong.status, 422);
  assert.deepEqual(wrong.json.errors.map((e) => e.field).sort(), ['extra', 'name', 'size']);
  assert.equal((await post(url, '{"name":', json)).json.code, 'body.json');
  assert.equal((await post(url, '[]', json)).json.code, 'body.object');
  assert.equal((await post(url, 'name=ok', { 'content-type': 'application/x-www-form-urlencoded' })).status, 415);
  assert.equal((await post(url, '', json)).status, 422, 'nothing is an object without its fields');
});

test('roles: nobody 401, too low 403, enough goes on', async () => {
  const patch = (role) => request(`${server.url}/things`, { method: 'PATCH', body: '{"name":"a"}',
    headers: { 'content-type': 'application/json', ...(role && { authorization: `Bearer ${role}` }) } });
  const nobody = await patch();
  assert.deepEqual([nobody.status, nobody.headers['www-authenticate']], [401, 'Bearer']);
  assert.equal((await patch('none')).status, 401);
  assert.equal((await patch('viewer')).status, 403);
  assert.equal((await patch('admin')).json.who, 'tester');
});

test('kinds of errors have their status; what is ours is told in general words', async () => {
  const want = { input: 400, notfound: 404, conflict: 409, limit: 429, busy: 503, store: 503, remote: 502, bug: 500 };
  for (const [kind, status] of Object.entries(want)) {
    const answer = await get(`/fail/${kind}`);
    assert.equal(answer.status, status, kind);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
    assert.equal(answer.json.status, status);
    assert.equal(/secret/.test(answer.text), !['store', 'bug'].includes(kind), kind);
    assert.equal(answer.headers['retry-after'] !== undefined, [429, 503].includes(status), kind);
    assert.equal(answer.headers.etag, undefined, 'of an answer that did not come about');
  }
});

test('every answer carries the headers of safety', async () => {
  for (const path of ['/stats', '/none', '/fail/bug', '/in/k']) {
    const { headers } = await get(path);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cache-control'], 'no-store');
    assert.match(headers['content-security-policy'], /^default-src 'none'/);
  }
});

test('who asks comes from the proxy, if the proxy is trusted', async () => {
  const seen = async (headers) => {
    const { peer, secure } = (await get('/things/special', headers)).json;
    return [peer, secure];
  };
  assert.deepEqual(await seen({}), ['127.0.0.1', false]);
  assert.deepEqual(await seen({ 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' }), ['203.0.113.7', true]);
  assert.deepEqual(await seen({ 'x-forwarded-for': '6.6.6.6, 203.0.113.7, 127.0.0.2' }), ['203.0.113.7', false]);
  assert.deepEqual(await seen({ forwarded: 'for="[2001:db8::7]:4711";proto=https' }), ['2001:db8::7', true]);
  assert.deepEqual(await seen({ 'x-forwarded-for': 'unknown' }), ['127.0.0.1', false]);
  const direct = await serve();
  const answer = await request(`${direct.url}/things/special`, { headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' } });
  assert.deepEqual([answer.json.peer, answer.json.secure], ['127.0.0.1', false]);
});

test('cookies are found among others', async () => {
  assert.equal((await get('/things/special', { cookie: 'a=1; leadline_session=abc; b=2' })).json.cookie, 'abc');
  assert.equal((await get('/things/special', { cookie: 'xleadline_session=abc' })).json.cookie, null);
});

test('a full queue answers 503 at once, the others are answered later; a client may leave meanwhile', async () => {
  const ask = (path) => {
    const line = new Line(server.port);
    line.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    return line;
  };
  const lines = [ask('/hold')];
  await until(async () => await held() === 1, { what: 'the worker to be held' });
  const refused = await until(() => {
    lines.push(ask('/fill?size=1'));
    return lines.find((line) => /^HTTP\/1.1 503/.test(line.got));
  }, { what: 'a refusal' });
  assert.match(refused.got, /retry-after: 1\r\n[^]*"server.busy"/);
  assert.equal((await post(`${server.url}/in/k`, 'x')).status, 200, 'gathered routes need no worker');
  const accepted = lines.filter((line) => line.answers === 0);
  assert.ok(accepted.length >= 2);
  accepted[1].socket.destroy();
  server.daemon.kill('SIGUSR1');
  for (const line of accepted) await until(() => line.closed || /^HTTP\/1.1 (200|503)/.test(line.got), { what: 'answers' });
  assert.match(accepted[0].got, /"held":true/);
  for (const line of lines) line.socket.destroy();
  assert.equal((await get('/stats')).json.held, 0);
});

// One worker is held, so /stats cannot answer: the loop's own route says how many it holds.
async function held() {
  return (await request(`${server.url}/held`)).json.held;
}
