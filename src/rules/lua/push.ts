import type { Subject } from '../condition.ts';
import { bytesOf } from './bytes.ts';
import {
	LUA_TBOOLEAN,
	LUA_TNUMBER,
	LUA_TSTRING,
	LUA_TTABLE,
	type LuaState,
	lstring,
	lua_createtable,
	lua_pushboolean,
	lua_pushinteger,
	lua_pushnil,
	lua_pushnumber,
	lua_pushstring,
	lua_topointer,
	luaH_new,
	luaH_setfrom,
	type Table,
	TValue,
} from './lua.ts';

/**
 * A number as Lua is to have it. Lua's integers have 32 bits here and wrap, so whole numbers within 31 bits are
 * integers and all others floats.
 */
export function pushNumber(L: LuaState, value: number): void {
	if (isInteger(value)) {
		lua_pushinteger(L, value);
	} else {
		lua_pushnumber(L, value);
	}
}

/** -0 has no fraction and is a float all the same. */
function isInteger(value: number): boolean {
	return (value | 0) === value && !Object.is(value, -0);
}

export function pushText(L: LuaState, text: string): void {
	lua_pushstring(L, bytesOf(text));
}

export function pushScalar(L: LuaState, value: string | number | boolean | undefined): void {
	switch (typeof value) {
		case 'string':
			pushText(L, value);
			break;
		case 'number':
			pushNumber(L, value);
			break;
		case 'boolean':
			lua_pushboolean(L, value);
			break;
		default:
			lua_pushnil(L);
	}
}

/** A fresh table of these fields. By way of fengari's own parts, which takes a fourth of the time: this is done for every event. */
export function pushSubject(L: LuaState, subject: Subject): void {
	lua_createtable(L, 0, 0);
	fill(L, lua_topointer(L, -1) as Table, subject);
}

function fill(L: LuaState, table: Table, subject: Subject): void {
	for (const key in subject) {
		const value = subject[key];
		if (value !== undefined) {
			luaH_setfrom(L, table, keyOf(key), luaValueOf(L, value));
		}
	}
}

function luaValueOf(L: LuaState, value: Subject | string | number | boolean): TValue {
	switch (typeof value) {
		case 'string':
			return new TValue(longString, new lstring.TString(L, bytesOf(value)));
		case 'number':
			return isInteger(value) ? new TValue(integer, value) : new TValue(LUA_TNUMBER, value);
		case 'boolean':
			return new TValue(LUA_TBOOLEAN, value);
		default: {
			const table = luaH_new(L);
			fill(L, table, value);
			return new TValue(LUA_TTABLE, table);
		}
	}
}

/** Types of values that only fengari itself tells from others of a kind. */
const variant = 1 << 4;
const longString = LUA_TSTRING | variant;
const integer = LUA_TNUMBER | variant;

/** The same keys come again and again, and their hash takes longest of all; beyond this many they are made anew. */
const mostKeys = 1000;
const keys = new Map<string, TValue>();

function keyOf(text: string): TValue {
	const known = keys.get(text);
	if (known !== undefined) {
		return known;
	}
	const key = new TValue(longString, new lstring.TString(null, bytesOf(text)));
	if (keys.size < mostKeys) {
		keys.set(text, key);
	}
	return key;
}
