import { setTimeout as sleep } from 'node:timers/promises';
import { hung, steady } from './cast.ts';
import type { Deeds } from './deeds.ts';
import { isOwn } from './own.ts';
import type { Random } from './random.ts';
import { say } from './say.ts';
import type { Stage } from './stage.ts';
import { aliveOf, isAlive, kill } from './system.ts';

/** What is struck. */
export const kinds = [
	'daemon',
	'frozen daemon',
	'hung daemon',
	'archon-log',
	'keeper',
	'service',
	'rules',
	'mount',
] as const;
export type Blow = (typeof kinds)[number];

const chances: readonly (readonly [Blow, number])[] = [
	['daemon', 0.398],
	['frozen daemon', 0.1],
	['hung daemon', 0.002],
	['archon-log', 0.15],
	['keeper', 0.08],
	['service', 0.17],
	['rules', 0.05],
	['mount', 0.05],
];

/** Strikes something at a random moment. */
export async function strike(stage: Stage, random: Random, deeds: Deeds): Promise<void> {
	await sleep(random.below(60));
	await deal(chosen(random), stage, random, deeds);
}

function chosen(random: Random): Blow {
	let left = random.next();
	for (const [blow, chance] of chances) {
		left -= chance;
		if (left < 0) {
			return blow;
		}
	}
	return 'daemon';
}

export async function deal(blow: Blow, stage: Stage, random: Random, deeds: Deeds): Promise<void> {
	if (blow === 'keeper' && (deeds.isBeheaded || !stage.outlives)) {
		return;
	}
	deeds.blows.push(blow);
	switch (blow) {
		case 'daemon':
			kill(stage.pidOf('daemon.cjs'), 'SIGKILL');
			break;
		case 'archon-log':
			kill(stage.pidOf('archon-log'), 'SIGKILL');
			break;
		case 'frozen daemon': {
			const daemon = stage.pidOf('daemon.cjs');
			kill(daemon, 'SIGSTOP');
			await sleep(random.below(40));
			kill(daemon, random.isUnder(0.5) ? 'SIGKILL' : 'SIGCONT');
			break;
		}
		case 'hung daemon':
			// Nobody but the keeper ends that, 5 s later.
			kill(stage.pidOf('daemon.cjs'), 'SIGSTOP');
			await stage.answers();
			break;
		case 'service':
			await killOne(stage, random, deeds);
			break;
		case 'rules':
			// A rule that is switched off is in force again, then takes the thread down.
			deeds.touched.add('lone');
			await say(stage, 'Reload\n');
			await say(stage, 'Restart,lone\n');
			break;
		case 'mount':
			// Its start does not come to an end.
			deeds.pending.push(say(stage, `Start,${hung}\n`));
			await sleep(random.below(30));
			await say(stage, `Stop,${hung}\n`);
			break;
		case 'keeper':
			await behead(stage, random, deeds);
			break;
	}
}

/** The keeper dies, maybe archon-log before it; what ends meanwhile nobody of archon sees; then there is another. */
async function behead(stage: Stage, random: Random, deeds: Deeds): Promise<void> {
	if (random.isUnder(0.2)) {
		deeds.blows.push('archon-log');
		kill(stage.pidOf('archon-log'), 'SIGKILL');
	}
	deeds.hadNoLogger ||= !stage.isLogged;
	const gone = new Set(begun(stage).filter((pid) => !isAlive(pid)));
	const unopened = stage.unopened();
	await stage.behead();
	await sleep(random.below(100));
	if (random.isUnder(0.5)) {
		const name = random.pick(steady);
		for (const pid of aliveOf(stage.directory).get(name) ?? []) {
			hit(pid, name, deeds);
		}
	}
	stage.begin();
	await stage.answers();
	// It was stuck for longer than anybody waits, and with it goes what it had not written.
	deeds.hadNoLogger ||= stage.hasKilledLogger;
	// The newest of each name had the pipes that were there.
	const cutOff = [...unopened].flatMap((name) => stage.record.begun().get(name)?.at(-1) ?? []);
	for (const pid of [...cutOff, ...begun(stage).filter((it) => !gone.has(it))]) {
		if (!isAlive(pid)) {
			deeds.unseen.add(pid);
		}
	}
}

/** All that ever wrote down that they have begun. */
function begun(stage: Stage): number[] {
	return [...stage.record.begun().values()].flat();
}

async function killOne(stage: Stage, random: Random, deeds: Deeds): Promise<void> {
	const rows = (await stage.rows('Status')).filter((row) => !isOwn(row['name'] ?? ''));
	const { pid, name = '' } = random.pick(rows) ?? {};
	if (pid !== '-') {
		hit(Number(pid), name, deeds);
	}
}

function hit(pid: number, name: string, deeds: Deeds): void {
	deeds.touched.add(name);
	deeds.hit.add(pid);
	kill(pid, 'SIGKILL');
}
