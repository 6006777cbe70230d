import { bytesOf } from './bytes.ts';
import { limits } from './limits.ts';
import {
	type LuaState,
	lua_atnativeerror,
	lua_getmetatable,
	lua_pop,
	lua_pushboolean,
	lua_pushcfunction,
	lua_pushglobaltable,
	lua_pushnil,
	lua_pushstring,
	lua_rawset,
	lua_settop,
	lua_touserdata,
	luaG_runerror,
	luaL_checkinteger,
	luaL_checkstring,
	luaL_error,
	luaL_newstate,
	luaL_optstring,
	luaopen_base,
	luaopen_math,
	luaopen_string,
	luaopen_table,
} from './lua.ts';
import { pushText } from './push.ts';
import { raiseBy, withoutAllowance } from './text-allowance.ts';

/**
 * What the base library has and a rule may not: reading files, making code of data, writing past metatables; `print` is
 * another one here. `package`, `coroutine`, `io`, `os`, `debug`, `utf8` and fengari's own are not opened at all.
 */
const shut = ['dofile', 'loadfile', 'load', 'collectgarbage', 'rawset', 'print'];

raiseBy((L, text) => luaG_runerror(L, bytesOf(text)));

const libraries = { string: luaopen_string, table: luaopen_table, math: luaopen_math };

/** A state of Lua with base, string, table and math, without what reaches out of it. Its stack is empty. */
export function newState(): LuaState {
	const L = luaL_newstate();
	lua_atnativeerror(L, nativeError);
	luaopen_base(L);
	for (const name of shut) {
		setField(L, name, () => lua_pushnil(L));
	}
	for (const [name, open] of Object.entries(libraries)) {
		setField(L, name, () => {
			open(L);
			if (name === 'string') {
				setField(L, 'rep', () => lua_pushcfunction(L, boundRep));
				setField(L, 'dump', () => lua_pushnil(L));
			}
		});
	}
	shutStringMetatable(L);
	lua_settop(L, 0);
	return L;
}

/** Sets a global, without asking a metatable, to what `push` leaves on the stack. */
export function setGlobal(L: LuaState, name: string, push: () => void): void {
	lua_pushglobaltable(L);
	setField(L, name, push);
	lua_pop(L, 1);
}

/** The same for a field of the table on top of the stack. */
export function setField(L: LuaState, name: string, push: () => void): void {
	lua_pushstring(L, bytesOf(name));
	push();
	lua_rawset(L, -3);
}

/** What `("x"):rep` and the like are found by is nobody's to change; its `__index` is the table `string`. */
function shutStringMetatable(L: LuaState): void {
	pushText(L, '');
	lua_getmetatable(L, -1);
	setField(L, '__metatable', () => lua_pushboolean(L, false));
	lua_pop(L, 2);
}

const tooLarge = bytesOf(`resulting string too large (more than ${limits.text} bytes)`);

/** string.rep (Lua 5.3 manual, 6.4), but it does not make more than so much. */
function boundRep(L: LuaState): number {
	const bytes = luaL_checkstring(L, 1);
	const count = luaL_checkinteger(L, 2);
	const separator = luaL_optstring(L, 3, bytesOf(''));
	const step = bytes.length + separator.length;
	const length = count <= 0 ? 0 : count * step - separator.length;
	if (length > limits.text) {
		luaL_error(L, tooLarge);
	}
	const result = new Uint8Array(length);
	for (let at = 0; at < length; at += step) {
		result.set(bytes, at);
		if (at + bytes.length < length) {
			result.set(separator, at + bytes.length);
		}
	}
	lua_pushstring(L, result);
	return 1;
}

/** What is thrown in JavaScript, out of memory or of stack mostly, as an error of Lua. */
function nativeError(L: LuaState): number {
	const error: unknown = lua_touserdata(L, 1);
	const message = error instanceof Error ? error.message : String(error);
	const text = /call stack/.test(message)
		? 'stack overflow'
		: error instanceof RangeError
			? `not enough memory (${message})`
			: message;
	withoutAllowance(() => pushText(L, text));
	return 1;
}
