// The store that lists are measured on is written by SQL of its own: a migration that it does not know would end the
// measurement of a release.

import test from 'node:test';
import assert from 'node:assert/strict';
import { fill } from '../../bench/lib/publisher.mjs';
import { Server, engine } from '../lib/server.mjs';

test('a publisher of three years is filled, small, and its lists have something in them', { skip: engine !== 'sqlite', timeout: 240_000 }, async () => {
  const site = await fill(4000), server = await Server.start({ site });
  try {
    for (const query of ['', 'response=owed', 'favorite=true', 'progress=stalled', 'progress=one-attempt', 'owner=none', 'status=Active', 'test=true']) {
      assert.ok((await server.get(`/leads?${query}`)).items.length, query);
    }
    assert.ok((await server.get('/tasks')).items.length, 'tasks');
    assert.ok((await server.get('/board/cards?process=contoso.default&stage=contact')).items.length, 'the board');
  } finally {
    await server.stop();
    await site.remove();
  }
});
