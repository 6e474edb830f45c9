// TLS: a new connection with a full ECDSA P-256 handshake for each lead, against the smallest server
// on the same libraries; and kept alive.

import { join } from 'node:path';
import { build, load, medianOf, quick, startServer } from '../lib/measure.mjs';
import { Daemon, mustRun } from '../../tests/lib/proc.mjs';
import { tempDir } from '../../tests/lib/temp.mjs';
import { until } from '../../tests/lib/wait.mjs';

async function certificate() {
  const dir = tempDir('tls');
  const cert = join(dir, 'cert.pem'), key = join(dir, 'key.pem');
  await mustRun('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-subj', '/CN=localhost', '-days', '2', '-keyout', key, '-out', cert]);
  return { cert, key };
}

export async function tls(report) {
  const { cert, key } = await certificate();
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; // our own check that the server is ready
  const server = await startServer({ env: { LEADLINE_PLACE_PAUSED: 'true' } });
  const { site, paths } = server;
  await server.halt();
  const secure = await startServer({ site, env: { LEADLINE_PLACE_PAUSED: 'true', LEADLINE_TLS_CERT: cert, LEADLINE_TLS_KEY: key } });
  const bare = new Daemon(join(build, 'bench/http/h2o'), ['--cert', cert, '--key', key], {});
  await until(() => /listening (\d+)/.test(bare.log), { what: 'the bare server listens' });
  const port = Number(/listening (\d+)/.exec(bare.log)[1]);
  const results = { fresh: [], bareFresh: [], kept: [] };
  for (let i = 0; i < (quick ? 1 : 3); i++) {
    results.bareFresh.push(await load(port, '/in/x', { tls: true, fresh: true, connections: 64 }, bare.pid));
    results.fresh.push(await load(secure.port, paths, { tls: true, fresh: true, connections: 64 }, secure.pid));
    results.kept.push(await load(secure.port, paths, { tls: true, connections: 64 }, secure.pid));
  }
  report.add({ section: 'tls', what: 'a full handshake per lead: server CPU', unit: 'us/lead', most: 300,
    value: medianOf(results.fresh, 'cpu'), reference: medianOf(results.bareFresh, 'cpu') });
  report.add({ section: 'tls', what: 'a full handshake per lead', unit: 'leads/s',
    value: medianOf(results.fresh, 'rate'), reference: medianOf(results.bareFresh, 'rate') });
  report.add({ section: 'tls', what: 'kept alive, 64 connections', unit: 'leads/s', value: medianOf(results.kept, 'rate') });
  await bare.end('SIGKILL');
  await secure.stop();
  await site.remove();
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
}
