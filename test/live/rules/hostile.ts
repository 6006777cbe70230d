import { onTestFinished } from 'vitest';
import { program } from '../../../src/rules/program.ts';
import { caller } from '../../rules/caller.ts';

/** MiB that this process may take beyond what it had. */
const mostMemory = 300;

/** A file with one rule, `rule`, whose function has this body. */
export function ruleOf(body: string, before = ''): string {
	return `${before}\nrule "rule" { on = "process.exited", act = function(event) ${body}\nend }`;
}

/** Real threads with a file `good.lua` whose rule counts in its state, while the loop and the memory of this process are watched. */
export async function lua() {
	const all = caller(program);
	const watched = watchProcess();
	const refused = await all.load('good.lua', ruleOf('state.n = (state.n or 0) + 1; print(state.n)'));
	if (refused !== '') {
		throw new Error(refused);
	}
	return {
		...all,
		/** What came of calls, by file, in the order in which it came; `good.lua 1`. */
		outcomes: () => all.happened.filter((it) => !it.includes(' kept ')),
		/** Fails where the loop of this process did not go on, or too much memory was taken. */
		...watched,
	};
}

/** What good.lua answers to this many calls. */
export function good(count: number, from = 1): string[] {
	return Array.from({ length: count }, (_, i) => `good.lua ${i + from}`);
}

/** Turns of the loop are counted, a millisecond between them, and the memory is looked at with each. */
function watchProcess() {
	const before = process.memoryUsage.rss();
	let most = before;
	let turns = 0;
	const timer = setInterval(() => {
		turns++;
		most = Math.max(most, process.memoryUsage.rss());
	}, 1);
	onTestFinished(() => clearInterval(timer));
	return {
		turns: () => turns,
		/** MiB that were taken at the most, beyond what there was at first. */
		taken: () => (most - before) / 1_048_576,
		mostMemory,
	};
}
