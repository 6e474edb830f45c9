// The embedded page: languages, policy, caching.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { request } from '../../lib/http.mjs';
import { serve } from './served.mjs';

const server = await serve();
const get = (path, headers) => request(server.url + path, { headers });
const page = (await get('/leads')).text;
const assets = [...page.matchAll(/"(\/assets\/[^"]+)"/g)].map((m) => m[1]);

test('every address of the page answers it, whatever its parameters', async () => {
  for (const path of ['/', '/leads', '/leads/1', '/customers', '/customers/1', '/deliveries', '/deliveries/1',
    '/destinations', '/receipts', '/receipts/1', '/settings', '/settings/users', '/sign-in', '/leads?status=New&x=%zz']) {
    const answer = await get(path);
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(answer.headers['cache-control'], 'no-cache');
    assert.match(answer.headers['content-security-policy'], /script-src 'self'/);
    assert.doesNotMatch(answer.headers['content-security-policy'], /unsafe/);
    assert.match(answer.text, /<html lang="en"/);
  }
  assert.equal((await get('/leads/1/2')).status, 404);
});

test('the language is the cookie\'s, else the best of Accept-Language', async () => {
  const cases = [
    [{}, 'en'], [{ 'accept-language': 'fr, de;q=0.5' }, 'en'],
    [{ 'accept-language': 'ko-KR,ko;q=0.9,en;q=0.8' }, 'ko'], [{ 'accept-language': 'en;q=0.5, ko;q=0.9' }, 'ko'],
    [{ 'accept-language': 'zh-CN,zh;q=0.9' }, 'zh-Hans'], [{ 'accept-language': 'zh-Hans-SG' }, 'zh-Hans'],
    [{ 'accept-language': 'zh-TW, en;q=0.1' }, 'en'], [{ 'accept-language': 'ko;q=0, en;q=0.1' }, 'en'],
    [{ 'accept-language': 'ko', cookie: 'leadline_language=zh-Hans' }, 'zh-Hans'],
    [{ 'accept-language': 'ko', cookie: 'leadline_language="><script>' }, 'ko'],
  ];
  for (const [headers, want] of cases)
    assert.match((await get('/', headers)).text, new RegExp(`<html lang="${want}"`), JSON.stringify(headers));
});

test('files are kept for ever under the page\'s version, asked for again under any other', async () => {
  assert.ok(assets.length > 5);
  for (const path of new Set(assets)) {
    const answer = await get(path);
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable');
    const plainPath = path.replace(/\/v[0-9a-f]{16}\//, '/');
    assert.notEqual(plainPath, path);
    for (const other of [plainPath, path.replace(/\/v[0-9a-f]{16}\//, '/v0000000000000000/')]) {
      const again = await get(other);
      assert.equal(again.headers['cache-control'], 'no-cache');
      assert.deepEqual(again.bytes, answer.bytes);
    }
    const known = await get(plainPath, { 'if-none-match': `"x", W/${answer.headers.etag}` });
    assert.deepEqual([known.status, known.bytes.length], [304, 0]);
  }
});

test('files come compressed to those who can read it', async () => {
  const script = assets.find((path) => path.endsWith('main.js'));
  const packed = await get(script, { 'accept-encoding': 'br, gzip' });
  const plain = await get(script);
  assert.equal(packed.headers['content-encoding'], 'gzip');
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.deepEqual(gunzipSync(packed.bytes), plain.bytes);
  assert.equal((await get(script, { 'accept-encoding': 'gzip;q=0' })).headers['content-encoding'], undefined);
  assert.match(plain.headers.vary, /accept-encoding/);
});

test('every import of every module is there', async () => {
  const seen = new Set();
  const queue = assets.filter((path) => path.endsWith('.js'));
  while (queue.length) {
    const path = queue.pop();
    if (seen.has(path)) continue;
    seen.add(path);
    const answer = await get(path);
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers['content-type'], /^text\/javascript/);
    for (const [, target] of answer.text.matchAll(/\b(?:from|import)\s*['"](\.[^'"]+)['"]/g))
      queue.push(new URL(target, server.url + path).pathname);
    assert.doesNotMatch(answer.text, /\bfrom\s*['"][a-z@]/, `${path} has a bare import`);
  }
  assert.ok(seen.size > 10);
});

test('there is no way out of the folder', async () => {
  for (const path of ['/assets/../http.h', '/assets/%2e%2e/http.h', '/assets/', '/assets/js', '/assets/vendor.list', '/assets/index.html'])
    assert.equal((await get(path)).status, 404, path);
});
