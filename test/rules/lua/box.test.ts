import { expect, test } from 'vitest';
import { type Box, boxAt, pushBox } from '../../../src/rules/lua/box.ts';
import { lua_createtable, lua_newuserdata, lua_pop, lua_toproxy } from '../../../src/rules/lua/lua.ts';
import { newState } from '../../../src/rules/lua/sandbox.ts';

test('what is in a box is found again, and nothing in what is none', () => {
	const L = newState();
	lua_createtable(L, 0, 0);
	const metatable = lua_toproxy(L, -1);
	lua_pop(L, 1);
	const box: Box = { tag: 'test', test: { is: 'above', than: 5 } };
	pushBox(L, box, metatable);
	expect(boxAt(L, -1)).toBe(box);
	metatable(L);
	expect(boxAt(L, -1)).toBeUndefined();
	lua_newuserdata(L, 0);
	expect(boxAt(L, -1)).toBeUndefined();
});
