// The disk is full: nothing is promised that is not kept, and service comes back by itself.

import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { Crowd, leadsByEmail } from '../lib/crowd.mjs';
import { lead } from '../lib/leads.mjs';
import { sql } from '../lib/pg.mjs';
import { engine, Server, Site } from '../lib/server.mjs';
import { smallDisk } from '../lib/smalldisk.mjs';
import { until } from '../lib/wait.mjs';

const stops = [];
after(async () => { for (const stop of stops.reverse()) await stop(); });

// PostgreSQL has its disk elsewhere: there every insert fails as it does when that one is full.
const refuse = `CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
  DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('CREATE TRIGGER disk_full BEFORE INSERT OR UPDATE ON %I EXECUTE FUNCTION disk_full()', t); END LOOP; END $$`;

async function onSmallDisk() {
  if (engine === 'postgresql') {
    const server = await Server.start();
    stops.push(() => server.stop());
    return { server, fill: () => sql(server.site.db, refuse), relief: () => sql(server.site.db, 'DROP FUNCTION disk_full CASCADE') };
  }
  const disk = await smallDisk(8);
  stops.push(() => disk.stop());
  const site = await Site.make({ db: `sqlite:${disk.dir}/leadline.db` });
  site.data = disk.dir;
  const server = await Server.start({ site, under: disk.under });
  stops.push(() => server.stop());
  return { server, fill: async () => {}, relief: () => disk.makeRoom(server.pid) };
}

test('full: 503 with Retry-After, nothing acknowledged is lost, and afterwards all goes on', { timeout: 300_000 }, async (t) => {
  const { server, fill, relief } = await onSmallDisk();
  const path = await server.offer('contoso.crm');
  const crowd = new Crowd({ url: () => server.base + path, senders: 4, pace: engine === 'sqlite' ? 0 : 5 });
  t.after(() => crowd.goHome());
  await until(() => crowd.acknowledged.size > 20, { what: 'leads are taken', timeout: 30_000 });
  await fill();
  await until(() => crowd.refused.get(503) > 20, { timeout: 120_000, what: () => `503: ${JSON.stringify([...crowd.refused])} broken ${crowd.broken}, ${crowd.acknowledged.size} taken` });
  assert.match(crowd.retryAfter, /^\d+$/);
  assert.ok(server.proc.running, 'the server lives');
  assert.equal((await server.raw('GET', '/healthz')).status, 200);
  const kept = crowd.acknowledged.size;

  crowd.pace = 50; // slowly: it would fill the new room between two looks
  await relief();
  await until(() => crowd.acknowledged.size > kept + 20, { timeout: 60_000, what: 'leads are taken again' });
  await crowd.goHome();
  assert.deepEqual([...crowd.refused.keys()], [503], 'nothing but 503 was answered');
  await until(async () => (await server.get('/receipts?state=waiting&limit=1')).items.length === 0, { what: 'all are placed', timeout: 60_000 });
  const found = await leadsByEmail(server);
  for (const email of crowd.acknowledged.keys()) assert.equal(found.get(email)?.length, 1, `${email}: ${found.get(email)}`);
  await server.lead(path, lead({ LeadSource: 'AppSource-PLT' }));
});
