// Evaluated before fengari is: it reads this variable once, when it is loaded.
import { limits } from './limits.ts';

const name = 'FENGARICONF';
const before = process.env[name];
process.env[name] = JSON.stringify({ LUAI_MAXSTACK: limits.stack });

/** Leaves the environment as it was. */
export function fengariIsLoaded(): void {
	if (before === undefined) {
		delete process.env[name];
	} else {
		process.env[name] = before;
	}
}
