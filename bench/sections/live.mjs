// From receipt to the open page, and from the outbox to a receiver.

import { join } from 'node:path';
import { build, drainRate, load, metrics, quick, startServer } from '../lib/measure.mjs';
import { Daemon } from '../../tests/lib/proc.mjs';
import { EventStream } from '../../tests/lib/sse.mjs';
import { until } from '../../tests/lib/wait.mjs';

// The time inside a UUIDv7: a lead's id carries the time of its receipt.
const idTime = (id) => parseInt(id.replace('-', '').slice(0, 12), 16);

export async function visible(report) {
  const server = await startServer();
  const stream = await EventStream.open(server.url('/api/v1/events'), { Authorization: `Bearer ${await server.token()}` });
  const delays = [];
  const seen = new Set();
  // The reader keeps what it got; we look at each event as it comes.
  stream.events.push = (event) => {
    if (event.event !== 'lead' || seen.has(event.json.id)) return 0;
    seen.add(event.json.id);
    delays.push(Date.now() - idTime(event.json.id));
    return 0;
  };
  const got = await load(server.port, server.paths, { connections: 16, rate: 1000, seconds: quick ? 3 : 10 });
  await until(() => seen.size >= got.ok, { timeout: 30_000, what: () => `${got.ok} leads in the stream, ${seen.size} came` });
  delays.sort((a, b) => a - b);
  const at = (share) => delays[Math.min(Math.floor(share * delays.length), delays.length - 1)];
  report.add({ section: 'visible', what: 'receipt to event in an open page, 1,000 leads/s: p95', unit: 'ms', value: at(0.95), most: 100,
    note: `median ${at(0.5)}, p99 ${at(0.99)}` });
  stream.close();
  await server.stop();
}

export async function delivery(report) {
  const count = quick ? 5_000 : 20_000;
  const sink = new Daemon(join(build, 'bench/http/h2o'), [], {});
  await until(() => /listening (\d+)/.test(sink.log), { what: 'the receiver listens' });
  const url = `http://127.0.0.1:${/listening (\d+)/.exec(sink.log)[1]}/leads`;
  const first = await startServer();
  const { site, paths } = first;
  const id = await first.ok('destination', 'add', 'contoso', 'https', `url=${url}`, 'allowHttp=true', 'allowPrivate=true');
  await first.ok('destination', 'pause', id);
  await first.halt(); // so that the next one knows the destination from its first lead on
  const second = await startServer({ site });
  const placed = drainRate(second, 'leadline_place_receipts_total', count);
  await load(second.port, paths, { count, connections: 64 });
  await placed;
  await second.ok('destination', 'resume', id);
  // What matching takes for a lead that is there already is no delivery of its own.
  const rate = await drainRate(second, 'leadline_delivery_done_total', (await metrics(second)).leadline_place_leads_total);
  report.add({ section: 'delivery', what: 'delivered to a healthy receiver, stored first', unit: 'leads/s', value: rate, least: 3000 });
  await second.halt();
  await site.remove();
  await sink.end('SIGKILL');
}
