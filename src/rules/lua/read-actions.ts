import type { Action } from '../action.ts';
import { limits } from './limits.ts';
import { isTable, kindOf, type LuaCode, type LuaValue } from './value.ts';

type Wrong = (text: string) => void;

/** An action, or a list of them: what `act` may be, and what a function may return; nothing is no action. */
export function readActions(
	value: LuaValue,
	bare: (code: LuaCode, wrong: Wrong) => Action | 'code' | undefined,
	wrong: Wrong,
): Action[] {
	if (value === undefined) {
		return [];
	}
	if (!isTable(value)) {
		const action = readOne(value, 'act', bare, wrong);
		return action === undefined ? [] : [action];
	}
	if (value.fields.size > 0 || value.odd !== undefined) {
		wrong('act: expected an action or a list of actions, got a table with other keys');
		return [];
	}
	if (value.list.length > limits.actions) {
		wrong(`act: ${value.list.length} actions; ${limits.actions} are possible`);
		return [];
	}
	return value.list.flatMap((one, index) => readOne(one, `act[${index + 1}]`, bare, wrong) ?? []);
}

function readOne(
	value: LuaValue,
	what: string,
	bare: (code: LuaCode, wrong: Wrong) => Action | 'code' | undefined,
	wrong: Wrong,
): Action | undefined {
	if (typeof value === 'object' && value.tag === 'action') {
		return value.action;
	}
	if (typeof value === 'object' && value.tag === 'wrong') {
		return undefined;
	}
	const action = typeof value === 'object' && value.tag === 'code' ? bare(value, wrong) : 'code';
	if (action !== 'code') {
		return action;
	}
	wrong(`${what}: expected an action, a list of actions or nothing, got ${kindOf(value)}`);
	return undefined;
}
