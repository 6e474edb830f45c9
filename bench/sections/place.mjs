// Placement: a backlog is built while it is paused, then the time to drain it is taken.

import { cpu, drainRate, load, medianOf, quick, Reference, startServer } from '../lib/measure.mjs';
import { Postgres } from '../../tests/lib/pg.mjs';

const count = quick ? 15_000 : 60_000;

async function drain(engine) {
  const first = await startServer({ engine, env: { LEADLINE_PLACE_PAUSED: 'true' } });
  await load(first.port, first.paths, { count, connections: 64 });
  await first.halt();
  const second = await startServer({ site: first.site });
  const rate = await drainRate(second, 'leadline_place_receipts_total', count);
  const spent = cpu(second.pid) / count;
  await second.halt();
  await first.site.remove();
  return { rate, spent };
}

export async function placement(report) {
  process.env.LEADLINE_TEST_PG = await durablePostgres();
  for (const [engine, name, least] of [['sqlite', 'SQLite', 15_000], ['postgresql', 'PostgreSQL', 10_000]]) {
    const { rate, spent } = await drain(engine);
    report.add({ section: 'placement', what: `receipts to workspace, ${name}`, unit: 'leads/s', value: rate, least });
    report.add({ section: 'placement', what: `receipts to workspace, ${name}: server CPU`, unit: 'us/lead', value: spent });
  }
}

let pg;

// A PostgreSQL that syncs, as one in production does.
async function durablePostgres() {
  pg ??= await Postgres.start({ durable: true, settings: { shared_buffers: '512MB' } });
  return pg.url('postgres');
}

export async function postgres(report) {
  process.env.LEADLINE_TEST_PG = await durablePostgres();
  const reference = await Reference.start();
  const server = await startServer({ engine: 'postgresql', env: { LEADLINE_PLACE_PAUSED: 'true' } });
  const ours = [], bare = [];
  for (let i = 0; i < (quick ? 1 : 3); i++) {
    bare.push(await load(reference.port, reference.paths, { connections: 64 }, reference.pid));
    ours.push(await load(server.port, server.paths, { connections: 64 }, server.pid));
  }
  report.add({ section: 'postgres', what: 'intake on PostgreSQL, 64 connections', unit: 'leads/s', leastRatio: 0.5,
    value: medianOf(ours, 'rate'), reference: medianOf(bare, 'rate') });
  report.add({ section: 'postgres', what: 'intake on PostgreSQL, 64 connections: p99', unit: 'ms', value: medianOf(ours, 'p99_ms') });
  await reference.stop();
  await server.stop();
}

export async function stopPostgres() {
  await pg?.stop();
}
