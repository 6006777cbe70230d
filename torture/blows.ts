import { setTimeout as sleep } from 'node:timers/promises';
import { behead } from './behead.ts';
import { hung } from './cast.ts';
import type { Deeds } from './deeds.ts';
import { hit } from './hit.ts';
import { isOwn } from './own.ts';
import type { Random } from './random.ts';
import { say } from './say.ts';
import type { Stage } from './stage.ts';
import { kill } from './system.ts';

/** What is struck. */
export const kinds = [
	'daemon',
	'frozen daemon',
	'hung daemon',
	'minder',
	'frozen minder',
	'archon-log',
	'stopped archon-log',
	'keeper',
	'service',
	'rules',
	'mount',
] as const;
export type Blow = (typeof kinds)[number];

const chances: readonly (readonly [Blow, number])[] = [
	['daemon', 0.238],
	['frozen daemon', 0.1],
	['hung daemon', 0.002],
	['minder', 0.1],
	['frozen minder', 0.05],
	['archon-log', 0.11],
	['stopped archon-log', 0.05],
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
		case 'minder':
			await killMinder(stage, random, deeds);
			break;
		case 'frozen daemon':
			await freeze(stage.pidOf('daemon.cjs'), random);
			break;
		case 'frozen minder':
			await freeze(stage.pidOf('archon-minder'), random);
			break;
		case 'stopped archon-log':
			// The keeper has it go on.
			kill(stage.pidOf('archon-log'), 'SIGSTOP');
			break;
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

/** Alone, or just before or after one of those that it starts. */
async function killMinder(stage: Stage, random: Random, deeds: Deeds): Promise<void> {
	const other = random.pick(['daemon', 'archon-log'] as const);
	const [isWithOther, isLater] = [random.isUnder(0.4), random.isUnder(0.5)];
	if (isWithOther && isLater) {
		await deal(other, stage, random, deeds);
	}
	kill(stage.pidOf('archon-minder'), 'SIGKILL');
	if (isWithOther && !isLater) {
		await deal(other, stage, random, deeds);
	}
}

/** It stands still for a moment, then goes on or dies. */
async function freeze(pid: number | undefined, random: Random): Promise<void> {
	kill(pid, 'SIGSTOP');
	await sleep(random.below(40));
	kill(pid, random.isUnder(0.5) ? 'SIGKILL' : 'SIGCONT');
}

async function killOne(stage: Stage, random: Random, deeds: Deeds): Promise<void> {
	const rows = (await stage.rows('Status')).filter((row) => !isOwn(row['name'] ?? ''));
	const { pid, name = '' } = random.pick(rows) ?? {};
	if (pid !== '-') {
		hit(Number(pid), name, deeds);
	}
}
