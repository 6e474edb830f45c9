// Intake: acknowledged and durable, the server and the bare reference in turn, placement paused.

import { load, median, medianOf, quick, Reference, slowSync, startServer } from '../lib/measure.mjs';

const connections = [1, 16, 64, 256];
const rounds = quick ? 1 : 3;
const paused = { LEADLINE_PLACE_PAUSED: 'true' };

async function round(env, results) {
  const sides = { reference: await Reference.start(env), server: await startServer({ env: { ...paused, ...env } }) };
  for (const n of connections)
    for (const [name, side] of Object.entries(sides))
      ((results[n] ??= {})[name] ??= []).push(await load(side.port, side.paths, { connections: n }, side.pid));
  for (const side of Object.values(sides)) await side.stop();
}

export async function intake(report) {
  for (const [kind, env, leastRatio] of [['as it is', {}, 0.6], ['1 ms slower syncs', slowSync, 0.8]]) {
    const results = {};
    for (let i = 0; i < rounds; i++) await round(env, results);
    for (const n of connections) {
      const { server, reference } = results[n];
      const bad = server.reduce((sum, r) => sum + r.errors + r.refused + r.failed, 0);
      report.add({ section: 'intake', what: `${n} connections, ${kind}`, unit: 'leads/s', leastRatio,
        value: medianOf(server, 'rate'), reference: medianOf(reference, 'rate'), note: bad ? `${bad} not taken` : undefined });
      report.add({ section: 'intake', what: `${n} connections, ${kind}: p99`, unit: 'ms',
        value: medianOf(server, 'p99_ms'), reference: medianOf(reference, 'p99_ms'),
        most: n === 64 && env === slowSync ? 15 : undefined });
      if (n === 64)
        report.add({ section: 'intake', what: `${n} connections, ${kind}: server CPU`, unit: 'us/lead', most: 40,
          value: medianOf(server, 'cpu'), reference: medianOf(reference, 'cpu') });
    }
  }
}

// No stall where other servers have one; the reference is what a bare loop does at the same width.
export async function stalls(report) {
  for (const n of [128, 256, 512, 1000]) {
    const reference = await Reference.start();
    const server = await startServer({ env: paused });
    const bare = await load(reference.port, reference.paths, { connections: n });
    const ours = await load(server.port, server.paths, { connections: n });
    report.add({ section: 'stalls', what: `${n} connections: longest time without an answer`, unit: 'ms', most: 250,
      value: ours.stall_ms, reference: bare.stall_ms, note: `${Math.round(ours.rate)} leads/s, p99 ${ours.p99_ms} ms` });
    await server.stop();
    await reference.stop();
  }
}

// With placement running beside it: what remains, and that the backlog is bounded.
export async function beside(report) {
  const { metrics } = await import('../lib/measure.mjs');
  const server = await startServer();
  const backlog = [];
  const timer = setInterval(async () => backlog.push((await metrics(server)).leadline_place_backlog ?? 0), 250);
  const got = await load(server.port, server.paths, { connections: 64, seconds: quick ? 4 : 20 }, server.pid);
  clearInterval(timer);
  const late = backlog.slice(-8);
  report.add({ section: 'beside', what: '64 connections, placement running', unit: 'leads/s', value: got.rate });
  report.add({ section: 'beside', what: '64 connections, placement running: p99', unit: 'ms', value: got.p99_ms });
  report.add({ section: 'beside', what: 'backlog at the end (bounded by backlogMax)', unit: 'receipts', value: median(late), most: 100_000,
    note: `greatest ${Math.max(...backlog)}` });
  await server.stop();
}
