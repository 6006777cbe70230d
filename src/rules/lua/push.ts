import type { Subject } from '../condition.ts';
import { bytesOf, keyBytes } from './bytes.ts';
import {
	type LuaState,
	lua_checkstack,
	lua_createtable,
	lua_pushboolean,
	lua_pushinteger,
	lua_pushnil,
	lua_pushnumber,
	lua_pushstring,
	lua_rawset,
} from './lua.ts';

/**
 * A number as Lua is to have it. Lua's integers have 32 bits here and wrap, so whole numbers within 31 bits are
 * integers and all others floats.
 */
export function pushNumber(L: LuaState, value: number): void {
	// A number that has no fraction is still no integer where it is -0: that is a float.
	if ((value | 0) === value && !Object.is(value, -0)) {
		lua_pushinteger(L, value);
	} else {
		lua_pushnumber(L, value);
	}
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

/** A fresh table of these fields. */
export function pushSubject(L: LuaState, subject: Subject): void {
	lua_checkstack(L, 4);
	lua_createtable(L, 0, 0);
	for (const key in subject) {
		const value = subject[key];
		if (value !== undefined) {
			lua_pushstring(L, keyBytes(key));
			if (typeof value === 'object') {
				pushSubject(L, value);
			} else {
				pushScalar(L, value);
			}
			lua_rawset(L, -3);
		}
	}
}
