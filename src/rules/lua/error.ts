import { bytesOf, textOf } from './bytes.ts';
import { limits } from './limits.ts';
import {
	LUA_OK,
	LUA_TNUMBER,
	LUA_TSTRING,
	type LuaState,
	lua_Debug,
	lua_getinfo,
	lua_getstack,
	lua_insert,
	lua_pcall,
	lua_pop,
	lua_pushcfunction,
	lua_pushvalue,
	lua_tostring,
	lua_type,
	luaL_error,
	luaL_tolstring,
} from './lua.ts';

/** What went wrong in Lua; line 0 where none is known. */
export type LuaError = { readonly text: string; readonly line: number };

/** Lua cuts a longer name of a file from the front (LUA_IDSIZE). */
const longestName = 50;

/** What Lua calls a file in its messages: its name, or the end of a long one. */
export function chunkOf(file: string): string {
	return file.length <= longestName ? file : `...${file.slice(-longestName)}`;
}

const onlyLine = bytesOf('l');
/** What was called last is asked first; beyond that many only functions that are no code of Lua are left. */
const mostLevels = 300;

/** The line that Lua is at, of the innermost function that has one. */
export function lineNow(L: LuaState): number {
	const frame = new lua_Debug();
	for (let level = 0; level < mostLevels && lua_getstack(L, level, frame); level++) {
		lua_getinfo(L, onlyLine, frame);
		if (frame.currentline > 0) {
			return frame.currentline;
		}
	}
	return 0;
}

const ofFunction = bytesOf('>S');

/** The line in which the function at `at` begins; -1 where it is no code of Lua. */
export function lineOf(L: LuaState, at: number): number {
	const frame = new lua_Debug();
	lua_pushvalue(L, at);
	lua_getinfo(L, ofFunction, frame);
	return frame.linedefined;
}

const asIs = bytesOf('%s');

/** Raises an error in Lua; its text gets the place in front. */
export function raise(L: LuaState, text: string): never {
	return luaL_error(L, asIs, bytesOf(text));
}

/** What lua_pcall says of an error of JavaScript's that not even a message could be made of. */
const beyondLua = -1;

/** Takes the error off the stack. `line` is what the handler saw; the message says it better where it begins with it. */
export function takeError(L: LuaState, status: number, chunk: string, line: number): LuaError {
	const text = status === beyondLua ? 'not enough memory, or stack overflow' : errorText(L);
	lua_pop(L, 1);
	const start = `${chunk}:`;
	const [place, said] = (text.startsWith(start) && /^([0-9]+): /.exec(text.slice(start.length))) || [];
	return place === undefined
		? { text: cut(text), line }
		: { text: cut(text.slice(start.length + place.length)), line: Number(said) };
}

function errorText(L: LuaState): string {
	const type = lua_type(L, -1);
	if (type === LUA_TSTRING || type === LUA_TNUMBER) {
		return textOf(lua_tostring(L, -1) as Uint8Array);
	}
	// It may have a __tostring, which may go wrong as well.
	lua_pushcfunction(L, asString);
	lua_insert(L, -2);
	return lua_pcall(L, 1, 1, 0) === LUA_OK && lua_type(L, -1) === LUA_TSTRING
		? textOf(lua_tostring(L, -1) as Uint8Array)
		: 'an error that is no text';
}

function asString(L: LuaState): number {
	luaL_tolstring(L, 1);
	return 1;
}

function cut(text: string): string {
	return text.length <= limits.error ? text : `${text.slice(0, limits.error)}...`;
}
