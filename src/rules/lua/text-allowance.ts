// Strings of Lua lie outside of what a thread's memory limit counts, and a few lines make gigabytes of them. So each one is
// counted where it is made. Evaluated before the rest of fengari, which takes these functions as it finds them here.
import lstring from 'fengari/src/lstring.js';
import type { LuaState } from 'fengari/src/lua.js';
import { limits } from './limits.ts';

let left = Number.POSITIVE_INFINITY;
let made = 0;

/** What may be made until `endAllowance`: limits.madeText in all. */
export function beginAllowance(): void {
	left = limits.madeText;
	made = 0;
}

/** What the daemon gives to Lua is not counted. Gives the bytes that were made since it began. */
export function endAllowance(): number {
	left = Number.POSITIVE_INFINITY;
	return made;
}

/** For what is to be said about an allowance that is used up. */
export function withoutAllowance(make: () => void): void {
	const before = left;
	left = Number.POSITIVE_INFINITY;
	try {
		make();
	} finally {
		left = before;
	}
}

let raise = (_: LuaState, text: string): void => {
	throw new RangeError(text);
};

/** How an error is raised wherever Lua is; it cannot be asked for here, before fengari is loaded. */
export function raiseBy(by: typeof raise): void {
	raise = by;
}

function count(L: LuaState, { length }: Uint8Array): void {
	made += length;
	left -= length;
	if (left < 0 || (length > limits.text && left < Number.POSITIVE_INFINITY)) {
		const text =
			length > limits.text
				? `not enough memory (a string of ${length} bytes; ${limits.text} are possible)`
				: `not enough memory (more than ${limits.madeText} bytes of strings in one call)`;
		withoutAllowance(() => raise(L, text));
	}
}

for (const name of ['luaS_bless', 'luaS_new'] as const) {
	const make = lstring[name];
	// Not an arrow function: fengari calls it with `new` as well.
	lstring[name] = function counted(L, bytes) {
		count(L, bytes);
		return make(L, bytes);
	};
}
