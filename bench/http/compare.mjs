// Compares the HTTP libraries: requests/s, p99, server CPU per request and memory, at 1 to 1,000
// connections, plain, TLS kept alive, and a new TLS connection for each request. Alternating rounds,
// medians; one table per kind. Needs the programs of `meson configure build -Dbench=true`.
// Usage: node bench/http/compare.mjs [BUILD_DIR] [seconds] [rounds]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';

const [build = 'build', seconds = '1', rounds = '3'] = process.argv.slice(2);
const dir = mkdtempSync(join(tmpdir(), 'leadline-http-'));
const cert = join(dir, 'cert.pem'), key = join(dir, 'key.pem');
const connections = [1, 16, 64, 128, 256, 512, 1000];
const kinds = { plain: [], 'TLS, kept alive': ['--tls'], 'TLS, a handshake each': ['--tls', '--fresh'] };
const servers = {
	'libh2o evloop': (tls) => ['h2o', ...(tls ? ['--cert', cert, '--key', key] : [])],
	'libh2o, by round': (tls) => ['h2o', '--round', ...(tls ? ['--cert', cert, '--key', key] : [])],
	'libmicrohttpd epoll': (tls) => ['mhd', 'epoll', '0', ...(tls ? [cert, key] : [])],
	'libmicrohttpd poll': (tls) => ['mhd', 'poll', '0', ...(tls ? [cert, key] : [])],
};

const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

// utime and stime in microseconds; the command name may contain blanks, so count from its bracket.
function cpu(pid) {
	const after = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ');
	return (Number(after[11]) + Number(after[12])) * 10000;
}

function rss(pid) {
	return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) / 1024;
}

async function measure([program, ...args], flags, n) {
	const server = spawn(join(build, 'bench/http', program), args, { stdio: ['ignore', 'pipe', 'inherit'] });
	const [line] = await once(server.stdout, 'data');
	const port = /listening (\d+)/.exec(line)[1];
	const before = cpu(server.pid);
	const load = spawn(join(build, 'bench/load'), ['--port', port, '--connections', n, '--seconds', seconds,
		'--warmup', '0.3', ...flags, '/in/key'], { stdio: ['ignore', 'pipe', 'inherit'] });
	let out = '';
	for await (const chunk of load.stdout) out += chunk;
	const r = JSON.parse(out);
	const result = { rate: r.rate, p99: r.p99_ms, stall: r.stall_ms, errors: r.errors,
		cpu: (cpu(server.pid) - before) / r.answered, rss: rss(server.pid) };
	server.kill('SIGKILL');
	await once(server, 'exit');
	return result;
}

function print(kind, results) {
	console.log(`\n### ${kind}\n`);
	console.log(`| | ${connections.join(' | ')} | us CPU a request at 64 | MB at 1,000 |`);
	console.log(`|---|${connections.map(() => '---').join('|')}|---|---|`);
	for (const name of Object.keys(servers)) {
		const cell = (n) => {
			const all = results[name][n], of = (k) => median(all.map((r) => r[k]));
			const errors = all.reduce((sum, r) => sum + r.errors, 0);
			const rate = of('rate');
			return `${rate < 1000 ? Math.round(rate) + '/s' : (rate / 1000).toFixed(1) + ' k'}` +
				` (${of('p99').toFixed(1)})${errors ? ` ${errors} errors` : ''}`;
		};
		const at = (n, k) => median(results[name][n].map((r) => r[k])).toFixed(1);
		console.log(`| ${name} | ${connections.map(cell).join(' | ')} | ${at(64, 'cpu')} | ${at(1000, 'rss')} |`);
	}
}

execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
	'-subj', '/CN=localhost', '-days', '2', '-keyout', key, '-out', cert], { stdio: 'ignore' });
try {
	for (const [kind, flags] of Object.entries(kinds)) {
		const results = {};
		for (let round = 0; round < Number(rounds); round++)
			for (const n of connections)
				for (const [name, args] of Object.entries(servers))
					((results[name] ??= {})[n] ??= []).push(await measure(args(flags.length > 0), flags, n));
		print(kind, results);
	}
} finally {
	rmSync(dir, { recursive: true });
}
