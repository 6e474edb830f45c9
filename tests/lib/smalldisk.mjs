// A place that is soon full, and can be made roomy again: a small tmpfs where mounting is allowed,
// else a limit on the size of files. full.dir is the folder, full.under the command to start a
// program with, makeRoom() the relief. An empty store and its log take some 3 MB before the first
// lead, and more with each migration: the rest of the room is for leads.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, run } from './proc.mjs';
import { tempDir } from './temp.mjs';

const relief = 6; // MB that makeRoom() gives back

async function mounted(dir, megabytes) {
  if ((await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes + relief}m`, 'leadline-test', dir])).code !== 0) return undefined;
  const ballast = join(dir, 'ballast');
  writeFileSync(ballast, Buffer.alloc(relief << 20));
  return {
    dir: join(dir, 'data'),
    under: [],
    makeRoom: async () => rmSync(ballast),
    stop: () => mustRun('umount', ['-l', dir]),
  };
}

function limited(dir, megabytes) {
  return {
    dir: join(dir, 'data'),
    // The signal that comes with the limit is ignored, so that a write fails as on a full disk.
    under: ['sh', '-c', `trap "" XFSZ; ulimit -S -f ${megabytes * 2048}; exec "$@"`, 'limited'],
    makeRoom: (pid) => mustRun('prlimit', [`--pid=${pid}`, '--fsize=unlimited']),
    stop: async () => {},
  };
}

export async function smallDisk(megabytes) {
  const dir = tempDir('full');
  const disk = (await mounted(dir, megabytes)) ?? limited(dir, megabytes);
  mkdirSync(disk.dir, { recursive: true });
  return disk;
}
