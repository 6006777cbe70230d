import { setTimeout as sleep } from 'node:timers/promises';
import { formatArgs } from '../src/protocol/args.ts';
import { joinRecord } from '../src/protocol/join.ts';
import { names } from './cast.ts';
import { isOwn, type Own, own } from './own.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';
import { type Heard, talk } from './talk.ts';

/** A `Run` that was asked for, with a `Ping` behind it: what it exits with, and what was said. */
export type Asked = { readonly name: string; readonly code: number; readonly heard: Heard };

/** One that changes what is to be, and what was said. */
export type Ordered = { readonly record: string; readonly heard: Heard };

export type Done = { readonly runs: Asked[]; readonly orders: Ordered[]; readonly own: Own[] };

/** What one round does: requests of several clients, and blows at random moments meanwhile. */
export async function round(stage: Stage, random: Random, number: number): Promise<Done> {
	const done: Done = { runs: [], orders: [], own: [] };
	const clients = Array.from({ length: 1 + random.below(4) }, (_, i) =>
		client(stage, random, `${number}-${i}`, done),
	);
	const blows = Array.from({ length: 1 + random.below(3) }, () => blow(stage, random));
	await Promise.all([...clients, ...blows]);
	return done;
}

async function client(stage: Stage, random: Random, id: string, done: Done): Promise<void> {
	for (let i = 0; i < 1 + random.below(4); i++) {
		await sleep(random.below(20));
		const chance = random.next();
		if (chance < 0.4) {
			done.runs.push(await run(stage, random, `run-${id}-${i}`));
		} else if (chance < 0.6) {
			done.own.push(await own(stage, random, `own-${id}-${i}`, () => hit(stage, random)));
		} else {
			done.orders.push(...(await order(stage, random)));
		}
	}
}

/** The daemon's end, now and then. */
function hit(stage: Stage, random: Random): () => void {
	return random.next() < 0.15 ? () => kill(stage.pidOf('daemon.cjs'), 'SIGKILL') : () => {};
}

async function run(stage: Stage, random: Random, name: string): Promise<Asked> {
	const code = random.below(200);
	const script = `echo "${name} $$" >> ${stage.record}; sleep 0.0${random.below(9)}; exit ${code}`;
	const record = joinRecord(['Run', formatArgs(['sh', '-c', script]), `ARCHON_NAME=${name}`]);
	return { name, code, heard: await talk(stage, random, [record, 'Ping'], hit(stage, random)) };
}

/** One that changes what is to be, not waited for beyond its reply. */
async function order(stage: Stage, random: Random): Promise<Ordered[]> {
	const verb = random.pick(['Stop', 'Start', 'Restart', 'Start', 'Wait', 'Signal', 'Status', 'Pause']);
	const name = random.pick(names);
	if (outliving.includes(verb)) {
		const more = verb === 'Wait' ? [random.pick(['running', 'stopped']), '50ms'] : [];
		const record = joinRecord([verb, name, ...more]);
		return [{ record, heard: await talk(stage, random, [record, 'Ping'], hit(stage, random)) }];
	}
	await stage.say(
		joinRecord(verb === 'Signal' ? [verb, name, random.pick(['KILL', 'TERM', 'STOP'])] : [verb, name]),
	);
	if (verb === 'Pause') {
		await sleep(random.below(10));
		await stage.say(`Resume,${name}`);
	}
	return [];
}

const outliving = ['Stop', 'Start', 'Restart', 'Wait'];

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
		const rows = (await stage.rows('Status')).filter((row) => !isOwn(row['name'] ?? ''));
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
