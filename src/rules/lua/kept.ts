import { type Refusal, refuse } from '../../base/refusal.ts';
import { shown } from '../../base/shown.ts';
import type { Kept } from '../rule.ts';
import { textOf } from './bytes.ts';
import { limits } from './limits.ts';
import {
	LUA_TBOOLEAN,
	LUA_TNUMBER,
	LUA_TSTRING,
	LUA_TTABLE,
	type LuaState,
	lua_checkstack,
	lua_createtable,
	lua_gettop,
	lua_next,
	lua_pop,
	lua_pushnil,
	lua_rawgeti,
	lua_rawlen,
	lua_rawset,
	lua_rawseti,
	lua_toboolean,
	lua_tonumber,
	lua_topointer,
	lua_tostring,
	lua_type,
} from './lua.ts';
import { pushNumber, pushScalar, pushText } from './push.ts';

/** How a number is written as a key of JSON; a text that begins with it has it twice. */
const numberMark = '#';

const texts = [
	'nothing',
	'a boolean',
	'a userdata',
	'a number',
	'a string',
	'a table',
	'a function',
	'an action or a test',
	'a thread',
];

/** What cannot be kept ends the walk. */
class Unkept extends Error {}

/**
 * The table at `at` as JSON. Refused: what is neither a number, a text, a boolean nor a table of them, a number that
 * JSON does not have, a table within itself, tables too deep, too much of it (see limits).
 */
export function keptText(L: LuaState, at: number): string | Refusal {
	const top = lua_gettop(L);
	const walk: Walk = { L, left: limits.state, path: [], within: new Set() };
	try {
		return tableText(walk, at < 0 ? top + at + 1 : at);
	} catch (error) {
		lua_pop(L, lua_gettop(L) - top);
		if (error instanceof Unkept) {
			return refuse(error.message);
		}
		throw error;
	}
}

/** Pushes what was kept, as it was. */
export function pushKept(L: LuaState, kept: Kept): void {
	if (typeof kept !== 'object') {
		pushScalar(L, kept);
		return;
	}
	lua_checkstack(L, 4);
	lua_createtable(L, 0, 0);
	if (Array.isArray(kept)) {
		for (const [index, value] of kept.entries()) {
			pushKept(L, value);
			lua_rawseti(L, -2, index + 1);
		}
		return;
	}
	for (const [key, value] of Object.entries(kept)) {
		if (key.startsWith(numberMark) && key[1] !== numberMark) {
			pushNumber(L, Number(key.slice(1)));
		} else {
			pushText(L, key.startsWith(numberMark) ? key.slice(1) : key);
		}
		pushKept(L, value);
		lua_rawset(L, -3);
	}
}

type Walk = {
	readonly L: LuaState;
	/** How much of the limit is left. */
	left: number;
	/** The keys that lead to where it is. */
	readonly path: string[];
	/** The tables that it is in. */
	readonly within: Set<object | null>;
};

function spend(walk: Walk, text: string): string {
	walk.left -= text.length;
	if (walk.left < 0) {
		throw new Unkept(`state is more than ${limits.state} bytes (as JSON)`);
	}
	return text;
}

function valueText(walk: Walk, at: number): string {
	const { L } = walk;
	switch (lua_type(L, at)) {
		case LUA_TBOOLEAN:
			return spend(walk, String(lua_toboolean(L, at)));
		case LUA_TNUMBER: {
			const number = lua_tonumber(L, at);
			if (!Number.isFinite(number)) {
				throw new Unkept(`${placeOf(walk)} is ${number}, which cannot be kept`);
			}
			return spend(walk, String(number));
		}
		case LUA_TSTRING:
			return quoted(walk, lua_tostring(L, at) as Uint8Array);
		case LUA_TTABLE:
			return tableText(walk, at);
		default:
			throw new Unkept(`${placeOf(walk)} is ${texts[lua_type(L, at)]}: ${keepable}`);
	}
}

const keepable = 'state keeps numbers, strings, booleans and tables of them';

function quoted(walk: Walk, bytes: Uint8Array): string {
	if (bytes.length > walk.left) {
		spend(walk, ' '.repeat(walk.left + 1));
	}
	return spend(walk, JSON.stringify(textOf(bytes)));
}

function tableText(walk: Walk, at: number): string {
	const { L, within } = walk;
	const self = lua_topointer(L, at);
	if (within.has(self)) {
		throw new Unkept(`${placeOf(walk)} is a table that holds itself`);
	}
	if (within.size === limits.stateDepth || !lua_checkstack(L, 4)) {
		throw new Unkept(`${placeOf(walk)} is more than ${limits.stateDepth} tables deep`);
	}
	within.add(self);
	spend(walk, '{}');
	const length = lua_rawlen(L, at);
	const text = length > 0 && isList(L, at, length) ? listText(walk, at, length) : fieldsText(walk, at);
	within.delete(self);
	return text;
}

/** Whether there are keys 1 to `length` and no others. */
function isList(L: LuaState, at: number, length: number): boolean {
	let count = 0;
	lua_pushnil(L);
	while (lua_next(L, at) !== 0) {
		lua_pop(L, 1);
		if (++count > length) {
			lua_pop(L, 1);
			return false;
		}
	}
	return count === length;
}

function listText(walk: Walk, at: number, length: number): string {
	const items: string[] = [];
	for (let index = 1; index <= length; index++) {
		lua_rawgeti(walk.L, at, index);
		walk.path.push(`[${index}]`);
		items.push(valueText(walk, lua_gettop(walk.L)) + spend(walk, index === length ? '' : ','));
		walk.path.pop();
		lua_pop(walk.L, 1);
	}
	return `[${items.join('')}]`;
}

function fieldsText(walk: Walk, at: number): string {
	const { L, path } = walk;
	const items: string[] = [];
	lua_pushnil(L);
	while (lua_next(L, at) !== 0) {
		const top = lua_gettop(L);
		const key = keyText(walk, top - 1);
		items.push(spend(walk, `${JSON.stringify(key)}:,`).slice(0, -1));
		path.push(`.${key}`);
		items.push(valueText(walk, top), ',');
		path.pop();
		lua_pop(L, 1);
	}
	items.pop();
	return `{${items.join('')}}`;
}

function keyText(walk: Walk, at: number): string {
	const { L } = walk;
	if (lua_type(L, at) === LUA_TSTRING) {
		const bytes = lua_tostring(L, at) as Uint8Array;
		if (bytes.length > walk.left) {
			spend(walk, ' '.repeat(walk.left + 1));
		}
		const key = textOf(bytes);
		return key.startsWith(numberMark) ? numberMark + key : key;
	}
	if (lua_type(L, at) === LUA_TNUMBER && Number.isFinite(lua_tonumber(L, at))) {
		return numberMark + String(lua_tonumber(L, at));
	}
	throw new Unkept(
		`${placeOf(walk)} has a key that is ${texts[lua_type(L, at)]}: keys are strings or numbers`,
	);
}

function placeOf(walk: Walk): string {
	return shown(`state${walk.path.join('')}`).slice(1, -1);
}
