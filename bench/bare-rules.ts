import type { Event } from '../src/events/event.ts';
import { bytesOf } from '../src/rules/lua/bytes.ts';
import {
	LUA_OK,
	type LuaFunction,
	lua_pcall,
	lua_pushcfunction,
	lua_pushglobaltable,
	lua_pushstring,
	lua_rawget,
	lua_rawset,
	lua_settop,
	lua_toproxy,
	luaL_loadbufferx,
	luaL_newstate,
	luaopen_base,
	type Pushed,
} from '../src/rules/lua/lua.ts';
import { pushSubject } from '../src/rules/lua/push.ts';
import { seenOf } from '../src/rules/seen.ts';

/**
 * The functions of a rule file in fengari alone, in this thread: nothing is matched, bounded, kept or carried out. Each call
 * gets a table of the event, its own or, with `isShared`, one for all that are called with the event.
 */
export function bareRules(source: string, isShared: boolean): (event: Event) => void {
	const L = luaL_newstate();
	const functions: Pushed[] = [];
	const declare: LuaFunction = (L) => {
		lua_pushcfunction(L, (L) => {
			lua_pushstring(L, bytesOf('act'));
			lua_rawget(L, 1);
			functions.push(lua_toproxy(L, -1));
			return 0;
		});
		return 1;
	};
	const answer: LuaFunction = (L) => {
		lua_settop(L, 1);
		return 1;
	};
	const call = (code: LuaFunction) => {
		lua_pushcfunction(L, code);
		lua_pcall(L, 0, 0, 0);
	};
	const setGlobal = (name: string, code: LuaFunction) => {
		lua_pushglobaltable(L);
		lua_pushstring(L, bytesOf(name));
		lua_pushcfunction(L, code);
		lua_rawset(L, -3);
		lua_settop(L, 0);
	};
	call(luaopen_base);
	setGlobal('rule', declare);
	setGlobal('restart', answer);
	const code = bytesOf(source);
	luaL_loadbufferx(L, code, code.length, bytesOf('@bare.lua'), bytesOf('t'));
	if (lua_pcall(L, 0, 0, 0) !== LUA_OK) {
		throw new Error('the bare rules do not load');
	}
	return (event) => {
		const seen = seenOf(event, undefined);
		pushSubject(L, seen);
		const shared = lua_toproxy(L, -1);
		lua_settop(L, 0);
		for (const push of functions) {
			push(L);
			if (isShared) {
				shared(L);
			} else {
				pushSubject(L, seen);
			}
			if (lua_pcall(L, 1, 1, 0) !== LUA_OK) {
				throw new Error('a bare rule raised');
			}
			lua_settop(L, 0);
		}
	};
}
