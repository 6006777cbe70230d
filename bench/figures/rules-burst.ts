import { bareRules } from '../bare-rules.ts';
import { contest } from '../contest.ts';
import type { Figure } from '../figure.ts';
import { benchEvent, hundredRules, ruleCount } from '../hundred-rules.ts';
import { startRules } from '../rule-machine.ts';

/** Many events at once. */
export const rulesBurst: Figure = {
	name: 'rules-burst',
	title: `A burst of 10 000 events for ${ruleCount} rules`,
	about:
		`From the first event to the last action, each event looked at by the functions of all ${ruleCount} rules; against the same ` +
		'functions called in fengari alone, in the thread that has the events: each with a table of its own, or with one that all ' +
		'functions of a file share, as archon does it.',
	measure: async ({ rounds, scale }) => {
		await using machine = await startRules(hundredRules);
		const events = Array.from({ length: Math.ceil(10_000 * scale) }, (_, i) => benchEvent(i + 1));
		const bare = (name: string, isShared: boolean) => {
			const call = bareRules(hundredRules, isShared);
			const all = async () => {
				for (const event of events) {
					call(event);
				}
			};
			return { name, round: () => took(all) };
		};
		return await contest('ms', rounds, 'fengari alone', [
			bare('fengari alone', false),
			bare('with one table an event', true),
			{
				name: 'archon',
				target: { atMost: 2 },
				round: () =>
					took(async () => {
						let left = events.length;
						const { promise, resolve } = Promise.withResolvers<void>();
						machine.due = () => {
							if (--left === 0) {
								resolve();
							}
						};
						for (const event of events) {
							machine.hear(event);
						}
						await promise;
					}),
			},
		]);
	},
};

async function took(what: () => Promise<void>): Promise<readonly number[]> {
	const began = performance.now();
	await what();
	return [performance.now() - began];
}
