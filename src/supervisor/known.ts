import { errnoName } from '../base/errno.ts';
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
	const deadline = performance.now() + wait;
	let last: Promise<unknown> = Promise.resolve();
	const ask = (begin: Begin): Promise<boolean> => {
		const answer = last.then(() => isMissing(begin, deadline - performance.now()));
		last = answer;
		return answer;
	};
	return {
		isNoUser: (name) => ask((told) => native.lookupUser(name, told)),
		isNoGroup: (name) => ask((told) => native.lookupGroup(name, told)),
	};
}

type Begin = (told: (answer: unknown) => void) => number;

function isMissing(begin: Begin, left: number): Promise<boolean> {
	if (left <= 0) {
		return Promise.resolve(false);
	}
	return new Promise((resolve) => {
		const timer = setTimeout(() => resolve(false), left);
		const told = (answer: unknown) => {
			clearTimeout(timer);
			resolve(typeof answer === 'number' && answer < 0 && ['ENOENT', 'EINVAL'].includes(errnoName(answer)));
		};
		const failed = begin(told);
		if (failed < 0) {
			told(failed);
		}
	});
}
