// The one door to fengari. Its single files, so that what reads files and runs programs is not there at all.
import { fengariIsLoaded } from './before-fengari.ts';
import './text-allowance.ts';
// First of all: its modules are in a circle, which only turns from here.
import 'fengari/src/lua.js';
import 'fengari/src/lualib.js';

export {
	luaL_checkinteger,
	luaL_checkstring,
	luaL_error,
	luaL_loadbufferx,
	luaL_newstate,
	luaL_optstring,
	luaL_tolstring,
} from 'fengari/src/lauxlib.js';
export { luaopen_base } from 'fengari/src/lbaselib.js';
export { luaG_runerror } from 'fengari/src/ldebug.js';
export { luaopen_math } from 'fengari/src/lmathlib.js';
export { TValue } from 'fengari/src/lobject.js';
export { default as lstring } from 'fengari/src/lstring.js';
export { luaopen_string } from 'fengari/src/lstrlib.js';
export { luaH_new, luaH_setfrom, type Table } from 'fengari/src/ltable.js';
export { luaopen_table } from 'fengari/src/ltablib.js';
export {
	LUA_MULTRET,
	LUA_OK,
	LUA_TBOOLEAN,
	LUA_TFUNCTION,
	LUA_TNIL,
	LUA_TNONE,
	LUA_TNUMBER,
	LUA_TSTRING,
	LUA_TTABLE,
	LUA_TUSERDATA,
	type LuaFunction,
	type LuaState,
	lua_atnativeerror,
	lua_checkstack,
	lua_createtable,
	lua_Debug,
	lua_getinfo,
	lua_getmetatable,
	lua_getstack,
	lua_gettop,
	lua_insert,
	lua_newuserdata,
	lua_next,
	lua_pcall,
	lua_pop,
	lua_pushboolean,
	lua_pushcfunction,
	lua_pushglobaltable,
	lua_pushinteger,
	lua_pushnil,
	lua_pushnumber,
	lua_pushstring,
	lua_pushvalue,
	lua_rawget,
	lua_rawgeti,
	lua_rawlen,
	lua_rawset,
	lua_rawseti,
	lua_setmetatable,
	lua_settop,
	lua_toboolean,
	lua_tonumber,
	lua_topointer,
	lua_toproxy,
	lua_tostring,
	lua_touserdata,
	lua_type,
	type Pushed,
} from 'fengari/src/lua.js';

fengariIsLoaded();
