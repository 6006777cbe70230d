import { errnoName } from '../base/errno.ts';
import { steady } from '../base/steady.ts';
import type { Accounts } from '../config/check-accounts.ts';
import type { Addon } from '../native/addon.ts';

type Native = Pick<Addon, 'lookupUser' | 'lookupGroup'>;

/** How long all answers together may take, milliseconds. */
const patience = 2000;

/**
 * Whom the system knows, for the check of one configuration. One question at a time is on its way; where the system
 * does not answer (a directory server is away) nobody is missing, and the start of a service says who is.
 */
export function accountsOf(native: Native, wait = patience): Accounts {
	const deadline = steady() + wait;
	let isAway = false;
	let last: Promise<unknown> = Promise.resolve();
	const ask = (begin: Begin): Promise<boolean> => {
		const answer = last.then(async () => {
			const found = isAway ? away : await askOnce(begin, deadline - steady());
			isAway = found === away;
			return typeof found === 'number' && ['ENOENT', 'EINVAL'].includes(errnoName(found));
		});
		last = answer;
		return answer;
	};
	return {
		isNoUser: (name) => ask((told) => native.lookupUser(name, told)),
		isNoGroup: (name) => ask((told) => native.lookupGroup(name, told)),
	};
}

const away = Symbol('away');
type Begin = (told: (answer: unknown) => void) => number;

/** What the system says; `away` when it does not within so many milliseconds. A negative number is -errno. */
function askOnce(begin: Begin, left: number): Promise<unknown> {
	return new Promise((resolve) => {
		const timer = setTimeout(() => resolve(away), left);
		const told = (answer: unknown) => {
			clearTimeout(timer);
			resolve(typeof answer === 'number' && answer >= 0 ? undefined : answer);
		};
		const failed = begin(told);
		if (failed < 0) {
			told(failed);
		}
	});
}
