import { isRefusal, type Refusal, refuse } from '../../base/refusal.ts';
import type { Kept } from '../rule.ts';
import { bytesOf } from './bytes.ts';
import { keptText, pushKept } from './kept.ts';
import {
	LUA_TTABLE,
	type LuaState,
	lua_gettop,
	lua_pushglobaltable,
	lua_pushstring,
	lua_rawget,
	lua_settop,
	lua_type,
} from './lua.ts';
import { setGlobal } from './sandbox.ts';

const name = bytesOf('state');

/** The global `state` of a file: what is kept of it after each call. */
export class StateTable {
	readonly #L: LuaState;
	/** As it was last found right. */
	#text = '{}';

	/** Makes the global. */
	constructor(L: LuaState, kept: Kept | undefined) {
		this.#L = L;
		this.#text = JSON.stringify(kept ?? {});
		this.#put();
	}

	/** What it has become; undefined: nothing changed. Refused: what cannot be kept. */
	changed(): Kept | Refusal | undefined {
		const text = this.#now();
		if (isRefusal(text)) {
			return text;
		}
		if (text === this.#text) {
			return undefined;
		}
		this.#text = text;
		return JSON.parse(text) as Kept;
	}

	/** Makes it what it was when it was last found right. */
	restore(): void {
		if (this.#now() !== this.#text) {
			this.#put();
		}
	}

	#now(): string | Refusal {
		const L = this.#L;
		const top = lua_gettop(L);
		lua_pushglobaltable(L);
		lua_pushstring(L, name);
		lua_rawget(L, -2);
		const text =
			lua_type(L, -1) === LUA_TTABLE
				? keptText(L, -1)
				: refuse('state was set to something that is no table');
		lua_settop(L, top);
		return text;
	}

	#put(): void {
		setGlobal(this.#L, 'state', () => pushKept(this.#L, JSON.parse(this.#text) as Kept));
	}
}
