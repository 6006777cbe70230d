import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { contest } from '../contest.ts';
import { type Daemon, nodeOf, startDaemon } from '../daemon.ts';
import type { Figure } from '../figure.ts';
import { native } from '../native.ts';
import { freshDirectory, node } from '../place.ts';
import { microseconds } from '../program.ts';

/** How long a daemon that has taken over is left alone before it is killed, milliseconds. */
const rest = 300;

/** How long nobody is answered when the daemon is killed. */
export const crash: Figure = {
	name: 'crash',
	title: 'From the kill of the daemon to the next answered Ping',
	about:
		'SIGKILL to the Node under archond, with so many services running, and a Ping on a connection made right behind it, ' +
		'against `node -e 0` of the same Node, start to end.',
	tried:
		'What a daemon compiles on its way is kept from a rehearsal at build. Where the time went, in processor time of the main ' +
		'thread, Node itself (20 ms) left out: options of V8 on the command line kept Node from taking what it brings compiled ' +
		'(15 ms), node:crypto was loaded for keys that nobody had sent (5 to 8), what reads a configuration (2), node:perf_hooks ' +
		'for timers that nobody had (1), a table of 16384 connections was looked through three times (4), and the bundle put into ' +
		'a function at each start (1); waiting for the table of descriptors to grow cost 10 ms with 100 services, 30 with 1000. ' +
		'All are gone, as are the user looked up, node:child_process, keeping the configuration again, opening what the keeper ' +
		'holds, a book written twice; kept connections are taken back sixteen at a time. What is left with 100 services is some ' +
		'20 ms: 4 to read and to deserialize what is compiled, 4 to evaluate it, 1 for the addon; of 100 each 2 to adopt the ' +
		'processes, 2 for the book, 1 to go on. Each of three collections of young objects took 1 to 8 ms more, for V8 leaves them ' +
		'to a thread that has its turn behind the end of the daemon before: young objects have 4 MiB from the beginning now, ' +
		'given back at rest. V8 does not ' +
		'sleep for 3 ms holding its locks to learn how fast the processor counts (every second time); the addon exports itself ' +
		'alone, so that 360 of its 560 names are not looked for in Node (0.5), and node:perf_hooks, which came back with the ' +
		'first request that is timed, is gone (1). ' +
		'Of the death of the old one the keeper heard 5 to 25 ms after the kill: its memory goes, and an inotify of fs.watch waits some 13 ms in the kernel. Now two of its threads are watched (PIDFD_THREAD), which end ' +
		'within 1 ms; the next Node begins then, and waits, once loaded, until the old one was reaped: by then it always was. A ' +
		'pidfd of the main thread says nothing: since Linux 6.15 it waits for all others. A snapshot (--build-snapshot) costs 8 ms ' +
		'more than it saves and 7 MiB, for Node reads and keeps it whole.',
	measure: async ({ rounds }) => {
		await using small = await withServices(100);
		await using large = await withServices(1000);
		return await contest('µs', 2 * rounds, 'node -e 0', [
			{ name: 'node -e 0', round: () => microseconds(native('floor'), '1', '1', node, '-e', '0') },
			{ name: '100 services', round: () => killed(small.daemon), target: { atMost: 2 } },
			{ name: '1000 services', round: () => killed(large.daemon), target: { atMost: 5 } },
		]);
	},
};

async function killed({ socket, keeper }: Daemon): Promise<readonly number[]> {
	const took = await microseconds(native('crash'), socket, String(await nodeOf(keeper)));
	await delay(rest);
	return took;
}

async function withServices(count: number): Promise<AsyncDisposable & { readonly daemon: Daemon }> {
	const directory = await freshDirectory();
	const config = join(directory.path, 'archon.toml');
	const service = (_: unknown, i: number) => `[service.s${i}]\nrun = ["${native('pause')}"]\n`;
	await writeFile(config, Array.from({ length: count }, service).join(''));
	const daemon = await startDaemon('--config', config);
	await delay(3 * count + 1000); // until all are up, and the daemon is at rest
	return {
		daemon,
		[Symbol.asyncDispose]: async () => {
			await daemon[Symbol.asyncDispose]();
			await directory[Symbol.asyncDispose]();
		},
	};
}
