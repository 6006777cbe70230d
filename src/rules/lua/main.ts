// The thread of the rules: dist/rules.cjs, a worker that the daemon may end at any time.
import { parentPort, workerData } from 'node:worker_threads';
import { steady } from '../../base/steady.ts';
import { type Called, type FromThread, progressPlaces, type ThreadData, type ToThread } from '../thread.ts';
import { limits } from './limits.ts';
import { RuleFiles } from './rule-files.ts';

/** Milliseconds that an answer waits for others at most, so that a long batch does not hold back what is known. */
const answersWait = 5;
const loading = -1;

const port = parentPort as NonNullable<typeof parentPort>;
const { progress } = workerData as ThreadData;
const files = new RuleFiles();
/** How much text they had made when it was last looked at what is left of it. */
let lookedAt = 0;

port.on('message', (message: ToThread) => {
	switch (message.tag) {
		case 'load':
			at(loading);
			load(message);
			at(0);
			break;
		case 'drop':
			files.drop(message.file);
			break;
		case 'work':
			for (const [name, view] of message.processes) {
				files.know(name, view);
			}
			work(message);
	}
});
post({ tag: 'ready' });

function load({ file, source, state }: ToThread & { tag: 'load' }): void {
	const loaded = files.load(file, source, state);
	post(
		'mistakes' in loaded
			? { tag: 'refused', file, mistakes: loaded.mistakes }
			: { tag: 'loaded', file, rules: loaded },
	);
}

function work({ calls }: ToThread & { tag: 'work' }): void {
	let answers: Called[] = [];
	let isToldUpTo = 0;
	let last = 0;
	let since = steady();
	const answer = () => {
		post({ tag: 'done', last, answers, states: files.takeStates() });
		answers = [];
		isToldUpTo = last;
		since = steady();
	};
	for (const { id, file, titles, event } of calls) {
		for (const [index, title] of titles.entries()) {
			last = id + index;
			at(last);
			const outcome = files.call({ file, title, event });
			checkKept();
			if ('wrong' in outcome || outcome.actions.length > 0) {
				answers.push({ ...outcome, id: last });
			}
			if (steady() - since >= answersWait) {
				answer();
			}
		}
	}
	at(0);
	if (last !== isToldUpTo) {
		answer();
	}
}

/**
 * Strings that files keep are not in what the daemon limits the memory of a thread to. Once there are too many this thread
 * ends itself: the daemon sees the call that it was at, which has just made a lot of them.
 */
function checkKept(): void {
	if (files.madeText - lookedAt < limits.madeText) {
		return;
	}
	lookedAt = files.madeText;
	if (process.memoryUsage().arrayBuffers > limits.keptText) {
		throw new Error(`not enough memory (rules keep more than ${limits.keptText} bytes of strings)`);
	}
}

function at(place: number): void {
	Atomics.store(progress, progressPlaces.call, place);
}

function post(message: FromThread): void {
	port.postMessage(message);
}
