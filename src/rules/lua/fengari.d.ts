// What archon uses of fengari 0.1.5, which has no types: Lua's own C interface (Lua 5.3 manual, 4.8 and 5.1). A string of
// Lua is a Uint8Array; whatever takes one also takes a JavaScript string, as UTF-8.

declare module 'fengari/src/lua.js' {
	/** A state of Lua: its globals, its stack. */
	export type LuaState = { readonly lua: unique symbol };
	/** A function of Lua in JavaScript; how many values it left on the stack is its answer. */
	export type LuaFunction = (L: LuaState) => number;
	/** A value of Lua, kept outside of its stack: pushes it. */
	export type Pushed = (L: LuaState) => void;

	export const LUA_OK: 0;
	export const LUA_MULTRET: -1;
	export const LUA_TNONE: -1;
	export const LUA_TNIL: 0;
	export const LUA_TBOOLEAN: 1;
	export const LUA_TNUMBER: 3;
	export const LUA_TSTRING: 4;
	export const LUA_TTABLE: 5;
	export const LUA_TFUNCTION: 6;
	export const LUA_TUSERDATA: 7;

	export class lua_Debug {
		currentline: number;
		linedefined: number;
	}

	export function lua_atnativeerror(L: LuaState, handler: LuaFunction): LuaFunction | null;
	export function lua_checkstack(L: LuaState, slots: number): boolean;
	export function lua_createtable(L: LuaState, list: number, fields: number): void;
	export function lua_getinfo(L: LuaState, what: Uint8Array, into: lua_Debug): number;
	export function lua_getstack(L: LuaState, level: number, into: lua_Debug): number;
	export function lua_getmetatable(L: LuaState, at: number): boolean;
	export function lua_gettop(L: LuaState): number;
	export function lua_insert(L: LuaState, at: number): void;
	export function lua_next(L: LuaState, at: number): number;
	export function lua_newuserdata(L: LuaState, size: number): Record<string, unknown>;
	export function lua_pcall(L: LuaState, args: number, results: number, handler: number): number;
	export function lua_pop(L: LuaState, count: number): void;
	export function lua_pushboolean(L: LuaState, value: boolean): void;
	export function lua_pushcfunction(L: LuaState, func: LuaFunction): void;
	export function lua_pushglobaltable(L: LuaState): void;
	export function lua_pushinteger(L: LuaState, value: number): void;
	export function lua_pushnil(L: LuaState): void;
	export function lua_pushnumber(L: LuaState, value: number): void;
	export function lua_pushstring(L: LuaState, bytes: Uint8Array): Uint8Array;
	export function lua_pushvalue(L: LuaState, at: number): void;
	export function lua_rawget(L: LuaState, at: number): number;
	export function lua_rawgeti(L: LuaState, at: number, index: number): number;
	export function lua_rawlen(L: LuaState, at: number): number;
	export function lua_rawset(L: LuaState, at: number): void;
	export function lua_rawseti(L: LuaState, at: number, index: number): void;
	export function lua_setmetatable(L: LuaState, at: number): boolean;
	export function lua_settop(L: LuaState, top: number): void;
	export function lua_toboolean(L: LuaState, at: number): boolean;
	export function lua_tonumber(L: LuaState, at: number): number;
	/** What a table, function or userdata is: the same object for the same one. */
	export function lua_topointer(L: LuaState, at: number): object | null;
	export function lua_toproxy(L: LuaState, at: number): Pushed;
	/** Null where it is neither a string nor a number, which becomes a string in its place. */
	export function lua_tostring(L: LuaState, at: number): Uint8Array | null;
	export function lua_touserdata(L: LuaState, at: number): Record<string, unknown> | null;
	export function lua_type(L: LuaState, at: number): number;
}

declare module 'fengari/src/lualib.js' {}

declare module 'fengari/src/ldebug.js' {
	import type { LuaState } from 'fengari/src/lua.js';
	/** Raises an error like Lua's own ones: from within any function, its text behind the place where Lua is. */
	export function luaG_runerror(L: LuaState, format: Uint8Array, ...args: unknown[]): never;
}

declare module 'fengari/src/lobject.js' {
	/** A value with its type, as it lies on the stack and in tables. */
	export class TValue {
		constructor(type: number, value: unknown);
	}
}

declare module 'fengari/src/ltable.js' {
	import type { TValue } from 'fengari/src/lobject.js';
	import type { LuaState } from 'fengari/src/lua.js';
	export type Table = { readonly table: unique symbol };
	export function luaH_new(L: LuaState): Table;
	/** Sets a field, without asking a metatable; both are copied. */
	export function luaH_setfrom(L: LuaState, table: Table, key: TValue, value: TValue): void;
}

declare module 'fengari/src/lstring.js' {
	import type { LuaState } from 'fengari/src/lua.js';

	type Make = (L: LuaState, bytes: Uint8Array) => object;
	/** What makes strings: of bytes that are its own from then on, of a copy. */
	const lstring: {
		luaS_bless: Make;
		luaS_new: Make;
		/** A string that is not counted (text-allowance.ts). */
		readonly TString: new (
			L: LuaState | null,
			bytes: Uint8Array,
		) => object;
	};
	export = lstring;
}

declare module 'fengari/src/lauxlib.js' {
	import type { LuaState } from 'fengari/src/lua.js';

	/** Raises an error, its text behind the place where Lua is. */
	export function luaL_error(L: LuaState, format: Uint8Array, ...args: unknown[]): never;
	export function luaL_checkinteger(L: LuaState, arg: number): number;
	export function luaL_checkstring(L: LuaState, arg: number): Uint8Array;
	export function luaL_optstring(L: LuaState, arg: number, fallback: Uint8Array): Uint8Array;
	/** Leaves loaded code, or what was wrong, on the stack. */
	export function luaL_loadbufferx(
		L: LuaState,
		code: Uint8Array,
		size: number,
		name: Uint8Array,
		mode: Uint8Array,
	): number;
	export function luaL_newstate(): LuaState;
	/** Pushes any value as a string, by its `__tostring` if it has one, and gives it. */
	export function luaL_tolstring(L: LuaState, at: number): Uint8Array;
}

declare module 'fengari/src/lbaselib.js' {
	import type { LuaFunction } from 'fengari/src/lua.js';
	export const luaopen_base: LuaFunction;
}

declare module 'fengari/src/lstrlib.js' {
	import type { LuaFunction } from 'fengari/src/lua.js';
	export const luaopen_string: LuaFunction;
}

declare module 'fengari/src/ltablib.js' {
	import type { LuaFunction } from 'fengari/src/lua.js';
	export const luaopen_table: LuaFunction;
}

declare module 'fengari/src/lmathlib.js' {
	import type { LuaFunction } from 'fengari/src/lua.js';
	export const luaopen_math: LuaFunction;
}
