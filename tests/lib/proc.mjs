// Child processes: short commands with their whole output, long ones with a growing log.

import { spawn } from 'node:child_process';
import { slow } from './wait.mjs';

// Runs a command to its end. Never throws for an exit code; the caller asserts.
export function run(command, args, { input = '', env = process.env, cwd, timeout = 60_000, uid, gid } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, cwd, uid, gid, stdio: ['pipe', 'pipe', 'pipe'] });
    const out = [];
    const err = [];
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout * slow);
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.stderr.on('data', (chunk) => err.push(chunk));
    child.on('error', (error) => { clearTimeout(timer); reject(error); });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
    child.stdin.on('error', () => {}); // a command need not read its input
    child.stdin.end(input);
  });
}

// As run(), but anything else than exit 0 is an error that shows the output.
export async function mustRun(command, args, options) {
  const done = await run(command, args, options);
  if (done.code !== 0) {
    const how = done.signal ?? `exit ${done.code}`;
    throw new Error(`${command} ${args.join(' ')}: ${how}\n${done.stderr}${done.stdout}`);
  }
  return done.stdout;
}

// A process that stays. `log` is everything it printed; `ended` resolves to {code, signal}.
export class Daemon {
  constructor(command, args, options = {}) {
    this.name = command;
    this.log = '';
    this.stdout = '';
    this.child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout.on('data', (chunk) => { this.log += chunk; this.stdout += chunk; });
    this.child.stderr.on('data', (chunk) => { this.log += chunk; });
    this.ended = new Promise((resolve) => {
      this.child.on('error', (error) => { this.log += `${error}\n`; this.result = { code: -1 }; resolve(this.result); });
      this.child.on('close', (code, signal) => { this.result = { code, signal }; resolve(this.result); });
    });
  }

  get pid() { return this.child.pid; }

  get running() { return this.result === undefined; }

  kill(signal) { if (this.running) process.kill(this.pid, signal); }

  // Asks it to end, insists after the deadline, and tells how it ended.
  async end(signal = 'SIGTERM', timeout = 20_000) {
    this.kill(signal);
    let late = false;
    const timer = setTimeout(() => { late = true; this.kill('SIGKILL'); }, timeout * slow);
    const result = await this.ended;
    clearTimeout(timer);
    return { ...result, late };
  }
}
