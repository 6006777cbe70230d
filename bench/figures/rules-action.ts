import { Worker } from 'node:worker_threads';
import { contest } from '../contest.ts';
import type { Figure } from '../figure.ts';
import { benchEvent, hundredRules, ruleCount } from '../hundred-rules.ts';
import { startRules } from '../rule-machine.ts';

const echo = `const { parentPort } = require('node:worker_threads'); parentPort.on('message', (it) => parentPort.postMessage(it));`;

/** From an event to the action of a rule. */
export const rulesAction: Figure = {
	name: 'rules-action',
	title: `An event reaches ${ruleCount} rules and an action is carried out`,
	about:
		`One event after another: each is looked at by the functions of ${ruleCount} rules, the last of which answers with an ` +
		'action, against a message to an empty worker thread and back.',
	measure: async ({ rounds, scale }) => {
		await using machine = await startRules(hundredRules);
		const worker = new Worker(echo, { eval: true, env: {}, execArgv: [] });
		const count = Math.ceil(2000 * scale);
		let seq = 0;
		try {
			return await contest('µs', rounds, 'empty worker', [
				{
					name: 'empty worker',
					round: () =>
						each(count, async () => {
							worker.postMessage(0);
							await new Promise((resolve) => worker.once('message', resolve));
						}),
				},
				{
					name: `${ruleCount} rules`,
					target: { atMost: 10 },
					round: () =>
						each(
							count,
							() =>
								new Promise<void>((resolve) => {
									machine.due = resolve;
									machine.hear(benchEvent(++seq));
								}),
						),
				},
			]);
		} finally {
			await worker.terminate();
		}
	},
};

async function each(count: number, once: () => Promise<void>): Promise<readonly number[]> {
	const samples: number[] = [];
	for (let i = 0; i < count; i++) {
		const began = performance.now();
		await once();
		samples.push((performance.now() - began) * 1000);
	}
	return samples;
}
