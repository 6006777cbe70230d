import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { observe } from '../contest.ts';
import { nodeOf, startDaemon } from '../daemon.ts';
import type { Effort, Figure, Row } from '../figure.ts';
import { native } from '../native.ts';
import { microseconds } from '../program.ts';

const settle = 3000;
const daemons = 500;

/** What the daemon's Node process keeps in memory. */
export const memory: Figure = {
	name: 'memory',
	title: 'Resident memory of the daemon',
	about:
		`From /proc/PID/status of the Node process, ${settle / 1000} s after the last request: idle, with ${daemons} running ` +
		`daemons and with ${2 * daemons}. The first ${daemons} starts also warm the heap up; the second ${daemons} show what one more costs.`,
	measure: async (effort) => rows(await samples(effort)),
};

/** In KiB. */
type Memory = { readonly resident: number; readonly anonymous: number; readonly file: number };
type Sample = { readonly idle: Memory; readonly some: Memory; readonly more: Memory };

async function samples({ rounds }: Effort): Promise<readonly Sample[]> {
	const taken: Sample[] = [];
	for (let round = 0; round < Math.min(rounds, 3); round++) taken.push(await sample());
	return taken;
}

async function sample(): Promise<Sample> {
	await using daemon = await startDaemon();
	const pid = await nodeOf(daemon.keeper);
	const start = () =>
		microseconds(
			native('client'),
			daemon.socket,
			`${daemons}`,
			'1',
			'1',
			'1',
			`StartDaemon,${native('pause')}`,
			'Ok',
		);
	const idle = await settled(pid);
	await start();
	const some = await settled(pid);
	await start();
	return { idle, some, more: await settled(pid) };
}

async function settled(pid: number): Promise<Memory> {
	await delay(settle);
	const status = await readFile(`/proc/${pid}/status`, 'latin1');
	const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
	return { resident: field('VmRSS'), anonymous: field('RssAnon'), file: field('RssFile') };
}

function rows(taken: readonly Sample[]): readonly Row[] {
	const each = (read: (sample: Sample) => number) => taken.map(read);
	const MiB = (read: (sample: Sample) => number) => each((sample) => read(sample) / 1024);
	return [
		observe(
			'idle, resident',
			'MiB',
			MiB(({ idle }) => idle.resident),
			{ atMost: 50 },
		),
		observe(
			'idle, anonymous',
			'MiB',
			MiB(({ idle }) => idle.anonymous),
			{ atMost: 12 },
		),
		observe(
			'idle, file pages',
			'MiB',
			MiB(({ idle }) => idle.file),
		),
		observe(
			`${daemons} daemons, resident`,
			'MiB',
			MiB(({ some }) => some.resident),
		),
		observe(
			`${daemons} daemons, anonymous`,
			'MiB',
			MiB(({ some }) => some.anonymous),
		),
		observe(
			`each of the first ${daemons}`,
			'KiB',
			each((s) => (s.some.resident - s.idle.resident) / daemons),
		),
		observe(
			`each of the next ${daemons}`,
			'KiB',
			each((s) => (s.more.resident - s.some.resident) / daemons),
			{
				atMost: 3,
			},
		),
	];
}
