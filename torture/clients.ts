import { setTimeout as sleep } from 'node:timers/promises';
import { formatArgs } from '../src/protocol/args.ts';
import { joinRecord } from '../src/protocol/join.ts';
import { type Blow, deal } from './blows.ts';
import { names } from './cast.ts';
import type { Deeds } from './deeds.ts';
import type { Random } from './random.ts';
import { say, type Timed } from './say.ts';
import type { Stage } from './stage.ts';

/** One client: some requests, one after another, each on a connection of its own. */
export async function client(stage: Stage, random: Random, deeds: Deeds, id: string): Promise<void> {
	const count = 1 + random.below(4);
	for (let i = 0; i < count; i++) {
		await sleep(random.below(20));
		if (random.isUnder(0.5)) {
			await run(stage, random, deeds, `run-${id}-${i}`);
		} else {
			await order(stage, random, deeds);
		}
	}
}

/** What a `Run` of the torture writes to its log. */
export const linesOfRun = (pid: number) => [1, 2, 3].map((line) => `${pid} ${line}`);

async function run(stage: Stage, random: Random, deeds: Deeds, name: string): Promise<void> {
	const code = random.below(100);
	const { record } = stage.paths;
	const script = `echo "${name} $$" >> ${record}; echo $$ 1; echo $$ 2; sleep 0.0${random.below(9)}; echo $$ 3; exit ${code}`;
	const bytes = joinRecord(['Run', formatArgs(['sh', '-c', script]), `ARCHON_NAME=${name}`]);
	const reply = await say(stage, `${bytes}\n`, blowOf(stage, random, deeds));
	deeds.asked.push({ name, code, reply });
}

function blowOf(stage: Stage, random: Random, deeds: Deeds): Timed | undefined {
	const [isHit, isEarly] = [random.isUnder(0.2), random.isUnder(0.5)];
	const blow: Blow = random.pick(['daemon', 'daemon', 'daemon', 'daemon', 'archon-log', 'keeper']);
	const own = random.fork();
	const fall = () => {
		deeds.onFirstByte[isEarly ? 'request' : 'reply']++;
		deeds.pending.push(deal(blow, stage, own, deeds));
	};
	return isHit ? { isEarly, fall } : undefined;
}

/** One that changes what is to be, not waited for beyond its reply. */
async function order(stage: Stage, random: Random, deeds: Deeds): Promise<void> {
	const verb = random.pick(['Stop', 'Start', 'Restart', 'Start', 'Signal', 'Status', 'Pause']);
	const name = random.pick(names);
	const signal = random.pick(['KILL', 'TERM', 'STOP']);
	const fields = verb === 'Signal' ? [verb, name, signal] : [verb, name];
	if (verb === 'Signal' && signal === 'STOP') {
		deeds.stopped.add(name);
	}
	if (verb !== 'Status') {
		deeds.touched.add(name);
	}
	await say(stage, `${joinRecord(fields)}\n`, blowOf(stage, random, deeds));
	if (verb === 'Pause') {
		await sleep(random.below(10));
		await say(stage, `Resume,${name}\n`);
	}
}
