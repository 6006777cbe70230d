import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './asking.ts';
import { behead } from './behead.ts';
import { hung } from './cast.ts';
import type { Deeds } from './deeds.ts';
import { hit, hitPart, holdPart, killPart, noted, signalPart } from './hit.ts';
import { isOwn } from './own.ts';
import type { Random } from './random.ts';
import { say } from './say.ts';
import type { Row, Stage } from './stage.ts';
import { statOf, uptime } from './system.ts';

/** What is struck, and how often. */
const chances = {
	daemon: 0.238,
	'frozen daemon': 0.1,
	'hung daemon': 0.002,
	minder: 0.1,
	'frozen minder': 0.05,
	'archon-log': 0.11,
	'stopped archon-log': 0.05,
	keeper: 0.08,
	service: 0.17,
	rules: 0.05,
	mount: 0.05,
};
export type Blow = keyof typeof chances;
export const kinds = Object.keys(chances) as readonly Blow[];

/** Strikes something at a random moment. */
export async function strike(stage: Stage, random: Random, deeds: Deeds): Promise<void> {
	await sleep(random.below(60));
	await strikes[chosen(random)](stage, random, deeds);
}

function chosen(random: Random): Blow {
	let left = random.next();
	for (const blow of kinds) {
		left -= chances[blow];
		if (left < 0) {
			return blow;
		}
	}
	return 'daemon';
}

/** Notes what it hit, and says whether it did. */
type Strike = (stage: Stage, random: Random, deeds: Deeds) => Promise<boolean>;

export const strikes: Readonly<Record<Blow, Strike>> = {
	daemon: async (stage, _, deeds) => hitPart('daemon', stage, deeds),
	'frozen daemon': (stage, random, deeds) => freeze('daemon', stage, random, deeds),
	// Nobody but the keeper ends that, 5 s later.
	async 'hung daemon'(stage, _, deeds) {
		const isHit = signalPart('daemon', 'SIGSTOP', stage, deeds);
		await stage.answers();
		return noted('hung daemon', isHit, deeds);
	},
	minder: killMinder,
	'frozen minder': (stage, random, deeds) => freeze('minder', stage, random, deeds),
	'archon-log': async (stage, _, deeds) => hitPart('archon-log', stage, deeds),
	// The keeper has it go on.
	async 'stopped archon-log'(stage, _, deeds) {
		return noted('stopped archon-log', signalPart('archon-log', 'SIGSTOP', stage, deeds), deeds);
	},
	keeper: killKeeper,
	service: killOne,
	// A rule that is switched off is in force again, then takes the thread down: told by an event, which is counted.
	async rules(stage, random, deeds) {
		deeds.touched.add('lone');
		await say(stage, 'Reload\n');
		await ask(stage, random, deeds, 'Restart,lone');
		return false;
	},
	// Its start does not come to an end.
	async mount(stage, random, deeds) {
		if (stage.paths.hung === undefined) {
			return false;
		}
		deeds.pending.push(ask(stage, random.fork(), deeds, `Start,${hung}`));
		await sleep(random.below(30));
		await ask(stage, random, deeds, `Stop,${hung}`);
		return noted('mount', true, deeds);
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
	const one = holdPart(what, stage, deeds);
	const isHit = one?.send('SIGSTOP') ?? false;
	await sleep(random.below(40));
	const isKilled = random.isUnder(0.5);
	if (one !== undefined) {
		isKilled ? killPart(one, deeds) : one.send('SIGCONT');
		one.close();
	}
	return noted(`frozen ${what}`, isHit, deeds);
}

async function killOne(stage: Stage, random: Random, deeds: Deeds): Promise<boolean> {
	const isThere = ({ name = '', pid }: Row) => !isOwn(name) && pid !== '-';
	const found = (await stage.rows('Status')).filter(isThere);
	const then = uptime();
	const { pid, name = '' } = random.pick(found) ?? {};
	// Who began later has its number from it: it may be in the middle of its start, where nothing else tells one from another.
	const isIt = () => (statOf(Number(pid))?.begun ?? Number.POSITIVE_INFINITY) <= then;
	return noted('service', hit(Number(pid), name, deeds, isIt), deeds);
}
