import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './asking.ts';
import { behead } from './behead.ts';
import { hung } from './cast.ts';
import type { Deeds } from './deeds.ts';
import { hit, hitPart, killPart, partOf } from './hit.ts';
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

/** Whether it hit something: only that is noted. */
export async function deal(blow: Blow, stage: Stage, random: Random, deeds: Deeds): Promise<boolean> {
	switch (blow) {
		case 'daemon':
		case 'archon-log':
			return hitPart(blow, stage, deeds);
		case 'minder':
			return await killMinder(stage, random, deeds);
		case 'keeper':
			return await killKeeper(stage, random, deeds);
		case 'rules':
			// A rule that is switched off is in force again, then takes the thread down: told by an event, which is counted.
			deeds.touched.add('lone');
			await say(stage, 'Reload\n');
			await ask(stage, random, deeds, 'Restart,lone');
			return false;
		default: {
			const isHit = await others[blow](stage, random, deeds);
			if (isHit) {
				deeds.blows.push(blow);
			}
			return isHit;
		}
	}
}

type Strike = (stage: Stage, random: Random, deeds: Deeds) => Promise<boolean>;
type Noted = 'daemon' | 'archon-log' | 'minder' | 'keeper' | 'rules';

const others: Readonly<Record<Exclude<Blow, Noted>, Strike>> = {
	'frozen daemon': (stage, random, deeds) => freeze('daemon', stage, random, deeds),
	'frozen minder': (stage, random, deeds) => freeze('minder', stage, random, deeds),
	// The keeper has it go on.
	'stopped archon-log': async (stage, _, deeds) => kill(partOf('archon-log', stage, deeds), 'SIGSTOP'),
	service: killOne,
	// Nobody but the keeper ends that, 5 s later.
	async 'hung daemon'(stage, _, deeds) {
		const isHit = kill(partOf('daemon', stage, deeds), 'SIGSTOP');
		await stage.answers();
		return isHit;
	},
	// Its start does not come to an end.
	async mount(stage, random, deeds) {
		if (stage.paths.hung === undefined) {
			return false;
		}
		deeds.pending.push(ask(stage, random.fork(), deeds, `Start,${hung}`));
		await sleep(random.below(30));
		await ask(stage, random, deeds, `Stop,${hung}`);
		return true;
	},
};

/** Noted before it falls: there is one a round. */
async function killKeeper(stage: Stage, random: Random, deeds: Deeds): Promise<boolean> {
	if (deeds.isBeheaded || !stage.outlives) {
		return false;
	}
	deeds.blows.push('keeper');
	await behead(stage, random, deeds);
	return true;
}

/** Alone, or just before or after one of those that it starts. */
async function killMinder(stage: Stage, random: Random, deeds: Deeds): Promise<boolean> {
	const other = random.pick(['daemon', 'archon-log'] as const);
	const [isWithOther, isLater] = [random.isUnder(0.4), random.isUnder(0.5)];
	if (isWithOther && isLater) {
		hitPart(other, stage, deeds);
	}
	const isHit = hitPart('minder', stage, deeds);
	if (isWithOther && !isLater) {
		hitPart(other, stage, deeds);
	}
	return isHit;
}

/** It stands still for a moment, then goes on or dies. */
async function freeze(
	what: 'daemon' | 'minder',
	stage: Stage,
	random: Random,
	deeds: Deeds,
): Promise<boolean> {
	const pid = partOf(what, stage, deeds);
	const isHit = kill(pid, 'SIGSTOP');
	await sleep(random.below(40));
	if (random.isUnder(0.5)) {
		killPart(pid, deeds);
	} else {
		kill(pid, 'SIGCONT');
	}
	return isHit;
}

async function killOne(stage: Stage, random: Random, deeds: Deeds): Promise<boolean> {
	const rows = (await stage.rows('Status')).filter((row) => !isOwn(row['name'] ?? ''));
	const { pid, name = '' } = random.pick(rows) ?? {};
	return hit(Number(pid), name, deeds);
}
