import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { observe } from '../contest.ts';
import { nodeOf, startDaemon } from '../daemon.ts';
import type { Effort, Figure, Row, Target } from '../figure.ts';
import { native } from '../native.ts';
import { microseconds } from '../program.ts';

const settle = 3000;
const some = 500;
const warm = 1000;
const many = 3000;

/** What the daemon's Node process keeps in memory. */
export const memory: Figure = {
	name: 'memory',
	title: 'Resident memory of the daemon',
	about:
		`From /proc/PID/status of the Node process, ${settle / 1000} s after the last request. The first starts also bring ` +
		`in code and let the heap grow to its size; what one more daemon costs is the slope from ${warm} to ${many}.`,
	measure: async (effort) => rows(await samples(effort)),
};

/** In KiB. */
type Memory = { readonly resident: number; readonly anonymous: number; readonly file: number };
type Sample = Readonly<Record<'idle' | 'some' | 'warm' | 'many', Memory>>;
type Line = { what: string; unit: string; read: (sample: Sample) => number; target?: Target };

const lines: readonly Line[] = [
	{ what: 'idle, resident', unit: 'MiB', read: (s) => s.idle.resident / 1024, target: { atMost: 50 } },
	{ what: 'idle, anonymous', unit: 'MiB', read: (s) => s.idle.anonymous / 1024, target: { atMost: 12 } },
	{ what: 'idle, file pages', unit: 'MiB', read: (s) => s.idle.file / 1024 },
	{ what: `${some} daemons, resident`, unit: 'MiB', read: (s) => s.some.resident / 1024 },
	{ what: `${some} daemons, anonymous`, unit: 'MiB', read: (s) => s.some.anonymous / 1024 },
	{ what: `${many} daemons, resident`, unit: 'MiB', read: (s) => s.many.resident / 1024 },
	{ what: `${many} daemons, anonymous`, unit: 'MiB', read: (s) => s.many.anonymous / 1024 },
	{ what: `each of the first ${some}`, unit: 'KiB', read: slope('idle', 'some', some) },
	{ what: 'each further one', unit: 'KiB', read: slope('warm', 'many', many - warm), target: { atMost: 3 } },
];

async function samples({ rounds }: Effort): Promise<readonly Sample[]> {
	const taken: Sample[] = [];
	for (let round = 0; round < Math.min(rounds, 3); round++) {
		taken.push(await sample());
	}
	return taken;
}

async function sample(): Promise<Sample> {
	await using daemon = await startDaemon();
	const pid = await nodeOf(daemon.keeper);
	const after = async (further: number) => {
		await startPausing(daemon.socket, further);
		return await settled(pid);
	};
	const idle = await settled(pid);
	return { idle, some: await after(some), warm: await after(warm - some), many: await after(many - warm) };
}

async function startPausing(socket: string, count: number): Promise<void> {
	const request = `StartDaemon,${native('pause')}`;
	await microseconds(native('client'), socket, `${count}`, '1', '1', '1', request, 'Ok');
}

async function settled(pid: number): Promise<Memory> {
	await delay(settle);
	const status = await readFile(`/proc/${pid}/status`, 'latin1');
	const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
	return { resident: field('VmRSS'), anonymous: field('RssAnon'), file: field('RssFile') };
}

function slope(from: keyof Sample, to: keyof Sample, count: number): Line['read'] {
	return (sample) => (sample[to].resident - sample[from].resident) / count;
}

function rows(taken: readonly Sample[]): readonly Row[] {
	return lines.map(({ what, unit, read, target }) => observe(what, unit, taken.map(read), target));
}
