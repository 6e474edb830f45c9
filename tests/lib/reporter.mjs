// A node:test reporter for tools/run-tests.mjs: one JSON line for each test that ended.

import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

// Node 18 names some files by URL.
const plain = (file) => relative(process.cwd(), file.startsWith('file:') ? fileURLToPath(file) : file);

const reason = (error) => (error ? (error.cause?.stack ?? error.cause?.message ?? error.cause ?? error.stack ?? String(error)) : undefined);

export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      yield `${JSON.stringify({ said: data.message })}\n`;
      continue;
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const file = data.file ? plain(data.file) : '';
    const isSuite = data.details?.type === 'suite';
    const isFile = data.name.endsWith('.mjs');
    const failed = type === 'test:fail';
    // What failed only because something inside failed is told by its own line, and a suite or a
    // file counts only when it failed by itself (a hook, a syntax error).
    const inherited = data.details?.error?.failureType === 'subtestsFailed';
    if (inherited || ((isSuite || isFile) && !failed)) continue;
    const result = failed ? 'failed' : (data.skip !== undefined || data.todo !== undefined ? 'skipped' : 'passed');
    yield `${JSON.stringify({ name: data.name, file, result, ms: Math.round(data.details?.duration_ms ?? 0), why: failed ? reason(data.details?.error) : undefined })}\n`;
  }
}
