// npm run torture: kills parts of archon at random moments under load, round after round, and compares after each what
// archon says with what the processes themselves recorded.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Deeds } from './deeds.ts';
import { Judge } from './judge.ts';
import { metBy } from './met.ts';
import { Random } from './random.ts';
import { round } from './round.ts';
import { Stage } from './stage.ts';
import { read } from './system.ts';
import { Tally } from './tally.ts';

const { values } = parseArgs({
	options: {
		rounds: { type: 'string', default: '200' },
		seed: { type: 'string' },
		leave: { type: 'boolean' },
		result: { type: 'string' },
		minutes: { type: 'string' },
	},
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
const rounds = Number(values.rounds);
/** No round begins after that many minutes. */
const end = performance.now() + Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
process.exitCode = await torture(rounds, seed);

/** What there is to be seen of a stage where something is wrong. */
async function seen(stage: Stage): Promise<string> {
	const rows = await stage.rows('Status');
	const events = await stage.rows('Events', 'lines=60').catch(() => []);
	return [
		...rows.flatMap((row) => [Object.values(row).join(' '), ...lookAt(Number(row['pid']))]),
		...events.slice(-60).map((row) => Object.values(row).join(' ')),
	].join('\n');
}

function lookAt(pid: number): string[] {
	const files = ['cmdline', 'stat', 'wchan', 'stack', 'syscall'];
	return pid > 0
		? files.map((file) => `\t${file}: ${read(`/proc/${pid}/${file}`).replaceAll('\0', ' ').slice(0, 300)}`)
		: [];
}

/** 0 when nothing was lost that may not be. */
async function torture(rounds: number, seed: number): Promise<number> {
	console.log(`${rounds} rounds, --seed ${seed}`);
	const [stage, random, tally] = [new Stage(), new Random(seed), new Tally()];
	await stage.open();
	const judge = new Judge(stage);
	for (let number = 1; number <= rounds && performance.now() < end; number++) {
		const deeds = new Deeds(tally.losses, number);
		const wrong = await one(stage, judge, random.fork(), deeds, tally).catch((fault: Error) => [
			fault.stack ?? String(fault),
		]);
		if (wrong.length > 0) {
			console.log([`round ${number} (${deeds.blows}):`, ...wrong.slice(0, 20)].join('\n  '));
			console.log(`what archond said, and ${stage.directory}:\n${stage.said.slice(-3000)}`);
			console.log(await seen(stage).catch(String));
			if (!values.leave) {
				await stage.close(true);
			}
			return 1;
		}
		if (number % 20 === 0) {
			console.log(tally.brief());
		}
	}
	await stage.close(false);
	console.log(
		tally.rounds < rounds ? `the time was up after ${tally.rounds} of ${rounds} rounds` : tally.whole(),
	);
	if (values.result !== undefined) {
		writeFileSync(values.result, tally.page(seed));
	}
	return 0;
}

/** What is wrong after one round. */
async function one(
	stage: Stage,
	judge: Judge,
	random: Random,
	deeds: Deeds,
	tally: Tally,
): Promise<readonly string[]> {
	const begun = performance.now();
	await round(stage, random, deeds);
	const done = performance.now();
	const wrong = await judge.judge(deeds);
	tally.add(deeds, { round: done - begun, judge: performance.now() - done });
	tally.lines = judge.writing.lines;
	tally.events = judge.seen;
	tally.met = metBy(judge, stage);
	return wrong;
}
