// Scratch folders, removed when the test process ends unless LEADLINE_TEST_KEEP is set.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = [];

export function tempDir(name = 'test') {
  const dir = mkdtempSync(join(tmpdir(), `leadline-${name}-`));
  made.push(dir);
  return dir;
}

process.on('exit', () => {
  if (process.env.LEADLINE_TEST_KEEP) return;
  for (const dir of made) rmSync(dir, { recursive: true, force: true });
});
