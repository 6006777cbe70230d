import { isRefusal } from '../../base/refusal.ts';
import type { Action } from '../action.ts';
import type { ProcessView } from '../rule.ts';
import { type Box, boxAt, pushBox } from './box.ts';
import { textOf } from './bytes.ts';
import { raise } from './error.ts';
import {
	LUA_TSTRING,
	type LuaFunction,
	type LuaState,
	lua_createtable,
	lua_gettop,
	lua_pop,
	lua_pushboolean,
	lua_pushcfunction,
	lua_pushnil,
	lua_settop,
	lua_toproxy,
	lua_tostring,
	lua_type,
	luaL_tolstring,
	type Pushed,
} from './lua.ts';
import { pushScalar, pushSubject, pushText } from './push.ts';
import { actionWords, readAction } from './read-action.ts';
import { readBound, readPattern } from './read-condition.ts';
import { setField, setGlobal } from './sandbox.ts';
import { kindOf, type LuaCode, type LuaValue, readValue } from './value.ts';

/** Whom the words of a file tell what they were given. */
export type Told = {
	/** A mistake where Lua is now; it may raise an error instead of returning. */
	wrong(L: LuaState, text: string): void;
	/** `rule "sentence"`: what its table is to be given to. */
	rule(L: LuaState, title: LuaValue): (L: LuaState, table: LuaValue) => void;
	/** `print`: its values as texts, with tabs in between. */
	print(L: LuaState, text: string): void;
	/** `process(name)`; undefined: nothing is known of it. */
	process(L: LuaState, name: string): ProcessView | undefined;
};

/** Which action a function makes that is one of the words, where it was given without being called. */
export type WordOf = (code: LuaCode) => Action['do'] | undefined;

/** Makes the words of the rules globals. */
export function addWords(L: LuaState, told: Told): WordOf {
	const metatable = boxMetatable(L);
	const words = new Map<object | null, Action['do']>();
	const add = (name: string, call: LuaFunction) => setGlobal(L, name, () => lua_pushcfunction(L, call));
	const addMaker = (
		name: string,
		make: (given: LuaValue, wrong: (text: string) => void) => Box | undefined,
	) => {
		const call: LuaFunction = (L) => {
			const given = argument(L, told);
			const box = make(given, (text) => told.wrong(L, text));
			lua_settop(L, 0);
			pushBox(L, box ?? { tag: 'wrong' }, metatable);
			return 1;
		};
		add(name, call);
		return call;
	};
	for (const word of actionWords) {
		const call = addMaker(word, (given, wrong) => {
			const action = readAction(word, given, wrong);
			return action && { tag: 'action', action };
		});
		words.set(call, word);
	}
	for (const is of ['above', 'below'] as const) {
		addMaker(is, (given, wrong) => testBox(readBound(is, given, wrong)));
	}
	addMaker('matching', (given, wrong) => testBox(readPattern(given, wrong)));
	add('rule', (L) => {
		const declare = told.rule(L, argument(L, told));
		lua_settop(L, 0);
		lua_pushcfunction(L, (L) => {
			declare(L, argument(L, told));
			return 0;
		});
		return 1;
	});
	add('print', (L) => {
		told.print(L, printed(L));
		return 0;
	});
	add('process', (L) => {
		const name = argument(L, told);
		if (typeof name !== 'string') {
			raise(L, `process: expected the name of a process, got ${kindOf(name)}`);
		}
		const view = told.process(L, name);
		if (view === undefined) {
			lua_pushnil(L);
		} else {
			pushSubject(L, view);
		}
		return 1;
	});
	return (code) => words.get(code.self);
}

function testBox(test: (Box & { tag: 'test' })['test'] | undefined): Box | undefined {
	return test && { tag: 'test', test };
}

/** The only argument; what is too much to be read is told. */
function argument(L: LuaState, told: Told): LuaValue {
	const value = lua_gettop(L) === 0 ? undefined : readValue(L, 1);
	if (isRefusal(value)) {
		told.wrong(L, value.refused);
		return undefined;
	}
	return value;
}

function printed(L: LuaState): string {
	const texts: string[] = [];
	for (let at = 1; at <= lua_gettop(L); at++) {
		texts.push(textOf(luaL_tolstring(L, at)));
		lua_pop(L, 1);
	}
	return texts.join('\t');
}

/** Actions and tests can be looked into, `action.name`, and shown, but not changed. */
function boxMetatable(L: LuaState): Pushed {
	lua_createtable(L, 0, 0);
	setField(L, '__metatable', () => lua_pushboolean(L, false));
	setField(L, '__index', () => lua_pushcfunction(L, boxField));
	setField(L, '__tostring', () => lua_pushcfunction(L, boxText));
	const proxy = lua_toproxy(L, -1);
	lua_pop(L, 1);
	return proxy;
}

function boxField(L: LuaState): number {
	const box = boxAt(L, 1);
	const key = lua_type(L, 2) === LUA_TSTRING ? textOf(lua_tostring(L, 2) as Uint8Array) : '';
	const of: Readonly<Record<string, unknown>> =
		box?.tag === 'action' ? box.action : box?.tag === 'test' ? box.test : {};
	const value = Object.hasOwn(of, key) ? of[key] : undefined;
	pushScalar(L, typeof value === 'object' ? undefined : (value as string | number | boolean | undefined));
	return 1;
}

function boxText(L: LuaState): number {
	const box = boxAt(L, 1);
	const text =
		box?.tag === 'action'
			? `action: ${box.action.do}`
			: box?.tag === 'test'
				? `test: ${box.test.is}`
				: 'wrong';
	pushText(L, text);
	return 1;
}
