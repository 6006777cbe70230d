// npm run torture: kills parts of archon at random moments under load, round after round, and compares after each what
// archon says with what the processes themselves recorded.
import { parseArgs } from 'node:util';
import { round } from './blows.ts';
import { Judge } from './judge.ts';
import { Random } from './random.ts';
import { Stage } from './stage.ts';

const { values } = parseArgs({
	options: { rounds: { type: 'string', default: '200' }, seed: { type: 'string' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
const rounds = Number(values.rounds);
process.exitCode = await torture(rounds, seed);

/** 0 when nothing was lost. */
async function torture(rounds: number, seed: number): Promise<number> {
	console.log(`${rounds} rounds, --seed ${seed}`);
	const [stage, random] = [new Stage(), new Random(seed)];
	await stage.open();
	const judge = new Judge(stage);
	let asked = 0;
	for (let number = 1; number <= rounds; number++) {
		const done = await round(stage, random, number);
		asked += done.runs.length + done.orders.length + done.own.length;
		const wrong = await judge.judge(done);
		if (wrong.length > 0) {
			console.log([`round ${number}:`, ...wrong.slice(0, 20)].join('\n  '));
			console.log(`what archond said, and ${stage.directory}:\n${stage.said.slice(-3000)}`);
			await stage.close(true);
			return 1;
		}
		if (number % 20 === 0) {
			console.log(`${number} rounds, ${asked} requests and lives judged: nothing lost`);
		}
	}
	await stage.close(false);
	console.log(`${rounds} rounds, ${asked} requests and lives: nothing lost`);
	return 0;
}
