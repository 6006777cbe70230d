import { type Refusal, refuse } from '../../base/refusal.ts';
import { shown } from '../../base/shown.ts';
import { type Box, boxAt } from './box.ts';
import { textOf } from './bytes.ts';
import { lineOf } from './error.ts';
import { limits } from './limits.ts';
import {
	LUA_TBOOLEAN,
	LUA_TFUNCTION,
	LUA_TNIL,
	LUA_TNONE,
	LUA_TNUMBER,
	LUA_TSTRING,
	LUA_TTABLE,
	type LuaState,
	lua_checkstack,
	lua_gettop,
	lua_next,
	lua_pop,
	lua_pushnil,
	lua_rawgeti,
	lua_rawlen,
	lua_toboolean,
	lua_tonumber,
	lua_topointer,
	lua_toproxy,
	lua_tostring,
	lua_type,
	type Pushed,
} from './lua.ts';

/** A value of Lua as the words of the rules see it; nothing in it can run. */
export type LuaValue = undefined | boolean | number | string | LuaTable | Box | LuaCode | LuaOdd;

/** What stands at 1, 2, 3, …, and by name. A key of any other kind is `odd`. */
export type LuaTable = {
	readonly tag: 'table';
	readonly list: readonly LuaValue[];
	readonly fields: ReadonlyMap<string, LuaValue>;
	readonly odd: string | undefined;
};

/** A function; `self` is the same object for the same function, `line` where it begins (-1: it is not Lua's). */
export type LuaCode = {
	readonly tag: 'code';
	readonly self: object | null;
	readonly line: number;
	readonly push: Pushed;
};

/** What no word takes. */
export type LuaOdd = { readonly tag: 'odd'; readonly what: string };

type Budget = { values: number; bytes: number; why: string | undefined };

/**
 * Reads what is on the stack at `at`, without calling anything: no metamethod is asked. Refused: tables too deep in each
 * other (one that holds itself), too many values, too much text (see limits).
 */
export function readValue(L: LuaState, at: number): LuaValue | Refusal {
	const budget: Budget = { values: limits.values, bytes: limits.bytes, why: undefined };
	const value = read(L, at < 0 ? lua_gettop(L) + at + 1 : at, 0, budget);
	return budget.why === undefined ? value : refuse(budget.why);
}

/** What a value is, as a message says it: `"text"`, `12`, `a table`. */
export function kindOf(value: LuaValue): string {
	switch (typeof value) {
		case 'undefined':
			return 'nothing';
		case 'string':
			return shown(value);
		case 'number':
			return numberText(value);
		case 'boolean':
			return String(value);
		default:
			return value.tag === 'odd' ? value.what : kinds[value.tag];
	}
}

const kinds = {
	table: 'a table',
	code: 'a function',
	action: 'an action',
	test: 'a test (above, below, matching)',
	wrong: 'a mistake',
} as const;

export function isTable(value: LuaValue): value is LuaTable {
	return typeof value === 'object' && value.tag === 'table';
}

/** A number as a text: a whole one without a point, whatever Lua keeps it as. */
export function numberText(value: number): string {
	return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(14)));
}

function read(L: LuaState, at: number, depth: number, budget: Budget): LuaValue {
	if (--budget.values < 0) {
		budget.why ??= `more than ${limits.values} values`;
		return undefined;
	}
	switch (lua_type(L, at)) {
		case LUA_TNONE:
		case LUA_TNIL:
			return undefined;
		case LUA_TBOOLEAN:
			return lua_toboolean(L, at);
		case LUA_TNUMBER:
			return lua_tonumber(L, at);
		case LUA_TSTRING:
			return readText(L, at, budget);
		case LUA_TTABLE:
			return readTable(L, at, depth, budget);
		case LUA_TFUNCTION:
			return { tag: 'code', self: lua_topointer(L, at), line: lineOf(L, at), push: lua_toproxy(L, at) };
		default:
			return boxAt(L, at) ?? { tag: 'odd', what: 'a value of another kind' };
	}
}

function readText(L: LuaState, at: number, budget: Budget): string {
	const bytes = lua_tostring(L, at) as Uint8Array;
	budget.bytes -= bytes.length;
	if (budget.bytes < 0) {
		budget.why ??= `more than ${limits.bytes} bytes of text`;
		return '';
	}
	return textOf(bytes);
}

function readTable(L: LuaState, at: number, depth: number, budget: Budget): LuaValue {
	if (depth === limits.depth || !lua_checkstack(L, 4)) {
		budget.why ??= `tables more than ${limits.depth} deep in each other`;
		return undefined;
	}
	// By index: lua_next would give a list backwards.
	const list: LuaValue[] = [];
	const length = lua_rawlen(L, at);
	for (let index = 1; index <= length && budget.why === undefined; index++) {
		lua_rawgeti(L, at, index);
		list.push(read(L, lua_gettop(L), depth + 1, budget));
		lua_pop(L, 1);
	}
	const fields = new Map<string, LuaValue>();
	let odd: string | undefined;
	lua_pushnil(L);
	while (lua_next(L, at) !== 0) {
		const top = lua_gettop(L);
		if (budget.why !== undefined) {
			lua_pop(L, 2);
			break;
		}
		if (lua_type(L, top - 1) === LUA_TSTRING) {
			fields.set(readText(L, top - 1, budget), read(L, top, depth + 1, budget));
		} else if (!isIndex(L, top - 1, length)) {
			odd ??= kindOf(read(L, top - 1, depth + 1, budget));
		}
		lua_pop(L, 1);
	}
	return { tag: 'table', list, fields, odd };
}

function isIndex(L: LuaState, at: number, length: number): boolean {
	const index = lua_type(L, at) === LUA_TNUMBER ? lua_tonumber(L, at) : 0;
	return Number.isInteger(index) && index >= 1 && index <= length;
}
