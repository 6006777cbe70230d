import type { Action } from '../action.ts';
import type { Test } from '../condition.ts';
import {
	LUA_TUSERDATA,
	type LuaState,
	lua_newuserdata,
	lua_setmetatable,
	lua_touserdata,
	lua_type,
	type Pushed,
} from './lua.ts';

/**
 * What a word of the rules gives in Lua: a value that was checked where it was written and cannot be changed any more.
 * `wrong`: there was a mistake in it, which is told already.
 */
export type Box =
	| { readonly tag: 'action'; readonly action: Action }
	| { readonly tag: 'test'; readonly test: Test }
	| { readonly tag: 'wrong' };

const key = Symbol('box');

/** Pushes it; `metatable` pushes what all of them have. */
export function pushBox(L: LuaState, box: Box, metatable: Pushed): void {
	(lua_newuserdata(L, 0) as { [key]?: Box })[key] = box;
	metatable(L);
	lua_setmetatable(L, -2);
}

export function boxAt(L: LuaState, at: number): Box | undefined {
	return lua_type(L, at) === LUA_TUSERDATA
		? (lua_touserdata(L, at) as { [key]?: Box } | null)?.[key]
		: undefined;
}
