// A file through the API: announced, sent in pieces, tried, read in.
import assert from 'node:assert/strict';
import { until } from './wait.mjs';

export const PIECE = 1 << 20;

// Sends a file; answers the import as it is then.
export async function sent(server, name, content, { piece = PIECE, ...more } = {}) {
  const bytes = Buffer.from(content);
  const { token, ...body } = more;
  const made = await server.expect(201, 'POST', '/imports', { token, json: { file: name, bytes: bytes.length, ...body } });
  let now = made;
  for (let at = 0; at < bytes.length; at += piece) {
    now = await server.expect(200, 'PUT', `/imports/${made.id}/file?at=${at}`, { token, body: bytes.subarray(at, at + piece), headers: { 'Content-Type': 'application/octet-stream' } });
  }
  assert.equal(now.state, 'ready');
  return now;
}

// Asks for check, start or undo, and waits until it is over.
export async function asked(server, id, what, { token, timeout = 15_000 } = {}) {
  await server.expect(202, 'POST', `/imports/${id}/${what}`, { token });
  let now;
  await until(async () => {
    now = await server.get(`/imports/${id}`, { token });
    return !['checking', 'waiting', 'reading', 'placing', 'undoing'].includes(now.state);
  }, { what: `${what} is over`, timeout });
  return now;
}
