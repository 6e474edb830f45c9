// The store that lists are measured on is written by SQL of its own: a migration that it does not know would end the
// measurement of a release.

import test from 'node:test';
import assert from 'node:assert/strict';
import { fill } from '../../bench/lib/publisher.mjs';
import { freshDatabase } from '../lib/pg.mjs';
import { Server, engine } from '../lib/server.mjs';

/** As the measurement does: what was filled goes to a database of its own. */
async function move(site) {
  const db = await freshDatabase(), moved = await site.cli(['move', '--to', db], { timeout: 120_000 });
  assert.equal(moved.code, 0, moved.stderr);
  Object.assign(site, { db, ownsDb: true });
}

test('a publisher of three years is filled, small, and its lists have something in them', { timeout: 240_000 }, async () => {
  const site = await fill(4000);
  if (engine === 'postgresql') await move(site);
  const server = await Server.start({ site });
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
