import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Kept } from '../../src/rules/rule.ts';
import type { Outcome } from '../../src/rules/thread.ts';
import { Threads } from '../../src/rules/threads.ts';

const standIn = fileURLToPath(new URL('stand-in.ts', import.meta.url));

/** Threads that end with the test, and what came of them in the order in which it came. */
export function caller(program = standIn) {
	const happened: string[] = [];
	const states = new Map<string, Kept>();
	const threads = new Threads({
		program,
		keep: (file, state) => {
			states.set(file, state);
			happened.push(`${file} kept ${JSON.stringify(state)}`);
		},
	});
	onTestFinished(() => threads.close());
	/** Loads a file; its mistakes, one a line, or nothing. */
	const load = async (file: string, source: string, state?: Kept): Promise<string> => {
		const loaded = await threads.load(file, source, state);
		return 'mistakes' in loaded ? loaded.mistakes.map(({ text }) => text).join('\n') : '';
	};
	/** Calls a rule; what it answers, as `shown`. */
	const call = (file: string, title = 'rule', event = {}): Promise<string> =>
		new Promise((resolve) => {
			threads.call({ file, title, event }, (outcome) => {
				const text = shown(outcome);
				happened.push(`${file} ${text}`);
				resolve(text);
			});
		});
	return { threads, happened, states, load, call };
}

/** What came of a call: the texts it logs, or its error. */
export function shown(outcome: Outcome): string {
	if ('wrong' in outcome) {
		return `wrong: ${outcome.wrong}`;
	}
	return outcome.actions.map((action) => (action.do === 'log' ? action.text : action.do)).join(' ');
}

/** How many threads of rules this process has. */
export function threadCount(): number {
	return readdirSync('/proc/self/task').filter((id) => nameOf(id) === 'rules').length;
}

function nameOf(id: string): string {
	try {
		return readFileSync(`/proc/self/task/${id}/comm`, 'latin1').trim();
	} catch {
		return '';
	}
}

/** Counts turns of the loop of this thread until the test ends. */
export function countTurns(): () => number {
	let turns = 0;
	let next = setImmediate(function turn() {
		turns++;
		next = setImmediate(turn);
	});
	onTestFinished(() => clearImmediate(next));
	return () => turns;
}
