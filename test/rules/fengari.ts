import { bytesOf, textOf } from '../../src/rules/lua/bytes.ts';
import {
	LUA_OK,
	LUA_TNUMBER,
	lua_gettop,
	lua_pcall,
	lua_pushcfunction,
	lua_pushglobaltable,
	lua_pushinteger,
	lua_pushstring,
	lua_rawget,
	lua_settop,
	lua_tonumber,
	lua_tostring,
	lua_type,
} from '../../src/rules/lua/lua.ts';
import { newState } from '../../src/rules/lua/sandbox.ts';

const L = newState();

/** What fengari's own string.find says: where it found it, nothing, or its error. */
export function fengariFind(
	text: string,
	pattern: string,
	init: number,
): [number, number] | undefined | string {
	lua_settop(L, 0);
	lua_pushcfunction(L, (L) => {
		lua_pushglobaltable(L);
		for (const name of ['string', 'find']) {
			lua_pushstring(L, bytesOf(name));
			lua_rawget(L, -2);
		}
		return 1;
	});
	lua_pcall(L, 0, 1, 0);
	lua_pushstring(L, bytesOf(text));
	lua_pushstring(L, bytesOf(pattern));
	lua_pushinteger(L, init);
	const status = lua_pcall(L, 3, 2, 0);
	if (status !== LUA_OK) {
		return textOf(lua_tostring(L, lua_gettop(L)) as Uint8Array);
	}
	return lua_type(L, 1) === LUA_TNUMBER ? [lua_tonumber(L, 1), lua_tonumber(L, 2)] : undefined;
}
