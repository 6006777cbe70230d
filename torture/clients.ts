import { setTimeout as sleep } from 'node:timers/promises';
import { formatArgs } from '../src/protocol/args.ts';
import { joinRecord } from '../src/protocol/join.ts';
import { askAnew } from './asking.ts';
import { type Blow, strikes } from './blows.ts';
import { failing, names, unstopped } from './cast.ts';
import type { Deeds } from './deeds.ts';
import { own } from './own.ts';
import type { Random } from './random.ts';
import { say, type Timed } from './say.ts';
import type { Stage } from './stage.ts';
import { talk } from './talk.ts';

/** One client: some requests, one after another, each on a connection of its own. */
export async function client(stage: Stage, random: Random, deeds: Deeds, id: string): Promise<void> {
	const count = 1 + random.below(4);
	for (let i = 0; i < count; i++) {
		await sleep(random.below(20));
		const chance = random.next();
		if (chance < 0.4) {
			await run(stage, random, deeds, `run-${id}-${i}`);
		} else if (chance < 0.55) {
			deeds.own.push(await own(stage, random, `own-${id}-${i}`, () => blowOf(stage, random, deeds)));
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
	const script = `echo "${name} $$" >> ${record}; echo $$ 1; echo $$ 2; sleep 0.0${random.below(9)}; echo $$ 3; echo "${name} $$ end" >> ${record}; exit ${code}`;
	const isKeyed = random.isUnder(0.3);
	const key = isKeyed ? [`ARCHON_KEY=${name}`] : [];
	const bytes = joinRecord(['Run', formatArgs(['sh', '-c', script]), `ARCHON_NAME=${name}`, ...key]);
	const first = talk(stage, random.fork(), [bytes, 'Ping'], blowOf(stage, random, deeds));
	if (isKeyed) {
		await sleep(random.below(20));
		const again = await talk(stage, random.fork(), [bytes, 'Ping'], blowOf(stage, random, deeds));
		deeds.again.push({ name, first: await first, again });
	}
	deeds.asked.push({ name, code, heard: await first });
}

function blowOf(stage: Stage, random: Random, deeds: Deeds): Timed | undefined {
	const [isHit, isEarly] = [random.isUnder(0.2), random.isUnder(0.5)];
	const blow: Blow = random.pick(['daemon', 'daemon', 'daemon', 'minder', 'archon-log', 'keeper']);
	const own = random.fork();
	const fall = () => {
		const dealt = strikes[blow](stage, own, deeds).then((isHit) => {
			deeds.amid[isEarly ? 'request' : 'reply'] += Number(isHit);
		});
		deeds.pending.push(dealt);
	};
	return isHit ? { isEarly, fall } : undefined;
}

/** Beside `Run` and `StartDaemon`: their connections outlive the daemon. */
const outliving = ['Stop', 'Start', 'Restart', 'Wait'];

/** One that changes what is to be, not waited for beyond its reply. */
async function order(stage: Stage, random: Random, deeds: Deeds): Promise<void> {
	const any = random.pick(['Stop', 'Start', 'Restart', 'Start', 'Wait', 'Signal', 'Status', 'Pause']);
	const name = random.pick(names);
	const verb = any === 'Stop' && unstopped.includes(name) ? 'Restart' : any;
	if (name === failing) {
		await askAnew(stage, random, deeds);
		return;
	}
	const signal = random.pick(['KILL', 'TERM', 'STOP']);
	const state = random.pick(['running', 'stopped', 'failed']);
	const more = verb === 'Signal' ? [signal] : verb === 'Wait' ? [state, '50ms'] : [];
	const record = joinRecord([verb, name, ...more]);
	if (verb === 'Signal' && signal === 'STOP') {
		deeds.stopped.add(name);
	}
	if (verb !== 'Status' && verb !== 'Wait') {
		deeds.touched.add(name);
	}
	if (outliving.includes(verb)) {
		const heard = await talk(stage, random, [record, 'Ping'], blowOf(stage, random, deeds));
		deeds.orders.push({ record, heard });
		return;
	}
	await say(stage, `${record}\n`, blowOf(stage, random, deeds));
	if (verb === 'Pause') {
		await sleep(random.below(10));
		await say(stage, `Resume,${name}\n`);
	}
}
