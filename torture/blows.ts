import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatArgs } from '../src/protocol/args.ts';
import { joinRecord } from '../src/protocol/join.ts';
import { names } from './cast.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';

/** A `Run` that was asked for: what it exits with, and what became of it. */
export type Asked = {
	readonly name: string;
	readonly code: number;
	/** The final reply; undefined: the connection ended without one. */
	readonly reply: string | undefined;
};

/** What one round does: requests of several clients, and blows at random moments meanwhile. */
export async function round(stage: Stage, random: Random, number: number): Promise<Asked[]> {
	const clients = Array.from({ length: 1 + random.below(4) }, (_, i) =>
		client(stage, random, `${number}-${i}`),
	);
	const blows = Array.from({ length: 1 + random.below(3) }, () => blow(stage, random));
	const [asked] = await Promise.all([Promise.all(clients), Promise.all(blows)]);
	return asked.flat();
}

async function client(stage: Stage, random: Random, id: string): Promise<Asked[]> {
	const asked: Asked[] = [];
	for (let i = 0; i < 1 + random.below(4); i++) {
		await sleep(random.below(20));
		if (random.next() < 0.5) {
			asked.push(await run(stage, random, `run-${id}-${i}`));
		} else {
			await order(stage, random);
		}
	}
	return asked;
}

async function run(stage: Stage, random: Random, name: string): Promise<Asked> {
	const code = random.below(200);
	const script = `echo "${name} $$" >> ${stage.record}; sleep 0.0${random.below(9)}; exit ${code}`;
	const record = joinRecord(['Run', formatArgs(['sh', '-c', script]), `ARCHON_NAME=${name}`]);
	const hit = random.next() < 0.15 ? () => kill(stage.pidOf('daemon.cjs'), 'SIGKILL') : () => {};
	const reply = await say(stage, `${record}\n`, hit, random.next() < 0.5);
	return { name, code, reply };
}

/** Sends and waits for one line; `hit` is done once the first byte was sent, or once the first one came. */
function say(stage: Stage, bytes: string, hit: () => void, isEarly: boolean): Promise<string | undefined> {
	return new Promise((resolve) => {
		const socket = net.connect(stage.socket);
		let said = '';
		socket.setEncoding('latin1');
		socket.on('connect', () => {
			socket.write(bytes.slice(0, 1));
			if (isEarly) {
				hit();
			}
			socket.write(bytes.slice(1));
		});
		socket.on('data', (chunk: Buffer | string) => {
			if (said === '' && !isEarly) {
				hit();
			}
			said += String(chunk);
			if (said.includes('\n')) {
				socket.destroy();
			}
		});
		socket.on('error', () => {});
		socket.on('close', () => resolve(said.includes('\n') ? said.slice(0, said.indexOf('\n')) : undefined));
	});
}

/** One that changes what is to be, not waited for beyond its reply. */
async function order(stage: Stage, random: Random): Promise<void> {
	const verb = random.pick(['Stop', 'Start', 'Restart', 'Start', 'Signal', 'Status', 'Pause']);
	const name = random.pick(names);
	const fields = verb === 'Signal' ? [verb, name, random.pick(['KILL', 'TERM', 'STOP'])] : [verb, name];
	await say(stage, `${joinRecord(fields)}\n`, () => {}, true);
	if (verb === 'Pause') {
		await sleep(random.below(10));
		await say(stage, `Resume,${name}\n`, () => {}, true);
	}
}

async function blow(stage: Stage, random: Random): Promise<void> {
	await sleep(random.below(60));
	const chance = random.next();
	if (chance < 0.6) {
		kill(stage.pidOf('daemon.cjs'), 'SIGKILL');
	} else if (chance < 0.7) {
		kill(stage.pidOf('archon-log'), 'SIGKILL');
	} else if (chance < 0.8) {
		const daemon = stage.pidOf('daemon.cjs');
		kill(daemon, 'SIGSTOP');
		await sleep(random.below(40));
		kill(daemon, random.next() < 0.5 ? 'SIGKILL' : 'SIGCONT');
	} else {
		const rows = await stage.rows('Status');
		const pid = Number(random.pick(rows)?.['pid']);
		kill(pid > 1 ? pid : undefined, 'SIGKILL');
	}
}

function kill(pid: number | undefined, signal: NodeJS.Signals): void {
	try {
		if (pid !== undefined) {
			process.kill(pid, signal);
		}
	} catch {
		// It had ended.
	}
}
