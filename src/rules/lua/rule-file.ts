import { isRefusal } from '../../base/refusal.ts';
import type { Action } from '../action.ts';
import type { Subject } from '../condition.ts';
import type { Kept, ProcessView, Rule, RuleMistake } from '../rule.ts';
import type { Outcome } from '../thread.ts';
import { bytesOf } from './bytes.ts';
import { bareWord, Declarations } from './declarations.ts';
import { chunkOf, type LuaError, lineNow, raise, takeError } from './error.ts';
import { limits } from './limits.ts';
import {
	LUA_MULTRET,
	LUA_OK,
	type LuaState,
	lua_gettop,
	lua_pcall,
	lua_pushcfunction,
	lua_settop,
	lua_toproxy,
	luaL_loadbufferx,
	type Pushed,
} from './lua.ts';
import { pushSubject } from './push.ts';
import { readActions } from './read-actions.ts';
import { newState } from './sandbox.ts';
import { StateTable } from './state-table.ts';
import { beginAllowance, endAllowance } from './text-allowance.ts';
import { type LuaCode, readValue } from './value.ts';
import { addWords, type WordOf } from './words.ts';

const utf8Mark = '\xef\xbb\xbf';
const onlyText = bytesOf('t');

/** What is known of a process, for `process(name)`. */
export type Views = (name: string) => ProcessView | undefined;

/** One rule file with a Lua of its own: what it declares, and its functions to be called. */
export class RuleFile {
	readonly rules: readonly Rule[];
	/** Bytes of all strings that it made so far, also of those that are no more. */
	madeText = 0;
	readonly #L: LuaState;
	readonly #chunk: string;
	readonly #state: StateTable;
	/** Whether its code can get at `state`, for which it has to name that or the table of globals. */
	readonly #hasState: boolean;
	readonly #codes: ReadonlyMap<string, LuaCode>;
	readonly #wordOf: WordOf;
	/** What the call that runs has printed. */
	#printed: Action[] = [];
	/** Where the latest error was raised. */
	#line = 0;
	#loading: Declarations | undefined;
	/** The latest event, and its table. */
	#seen: { readonly event: Subject; readonly push: Pushed } | undefined;

	/** What may be wrong: a source of more than 256 KiB, its syntax, what it declares. */
	static load(o: {
		readonly file: string;
		readonly source: string;
		readonly state: Kept | undefined;
		readonly views: Views;
	}): RuleFile | { readonly mistakes: readonly RuleMistake[] } {
		const declarations = new Declarations(o.file);
		if (o.source.length > limits.source) {
			declarations.wrong(0, `is ${o.source.length} bytes long; ${limits.source} are possible`);
			return { mistakes: declarations.mistakes() };
		}
		const file = new RuleFile(o.file, o.source, o.state, o.views, declarations);
		const mistakes = declarations.mistakes();
		return mistakes.length > 0 ? { mistakes } : file;
	}

	private constructor(
		file: string,
		source: string,
		state: Kept | undefined,
		views: Views,
		declarations: Declarations,
	) {
		this.#L = newState();
		lua_pushcfunction(this.#L, this.#handler);
		this.#chunk = chunkOf(file);
		this.#state = new StateTable(this.#L, state);
		this.#hasState = /state|_G|_ENV/.test(source);
		this.#loading = declarations;
		this.#wordOf = this.#addWords(views);
		this.#evaluate(source, declarations);
		this.#loading = undefined;
		this.rules = declarations.rules;
		this.#codes = declarations.codes;
	}

	/** Calls the function of a rule; `state` is what it left there, if that changed. A call that is wrong changes nothing. */
	call(title: string, event: Subject): { readonly outcome: Outcome; readonly state?: Kept } {
		if (!this.#codes.has(title)) {
			return { outcome: { wrong: 'it has no function', line: 0, isGone: true } };
		}
		this.#printed = [];
		const actions = this.#actionsOf(title, event);
		const state = isWrong(actions) || !this.#hasState ? undefined : this.#state.changed();
		const wrong = isWrong(actions)
			? actions
			: isRefusal(state)
				? { text: state.refused, line: 0 }
				: undefined;
		if (wrong !== undefined) {
			if (this.#hasState) {
				this.#state.restore();
			}
			return { outcome: { wrong: wrong.text, line: wrong.line } };
		}
		const outcome = { actions: actions as readonly Action[] };
		return state === undefined ? { outcome } : { outcome, state: state as Kept };
	}

	#actionsOf(title: string, event: Subject): readonly Action[] | LuaError {
		const L = this.#L;
		const code = this.#codes.get(title) as LuaCode;
		const seen = this.#pushed(event);
		const error = this.#run(() => {
			code.push(L);
			seen(L);
			return 1;
		});
		const result = error ?? this.#returned(lua_gettop(L) - 1, code.line);
		lua_settop(L, 1);
		return result;
	}

	/** One table for all functions that are called with an event: to make it takes as long as ten short functions. */
	#pushed(event: Subject): Pushed {
		if (this.#seen?.event !== event) {
			lua_settop(this.#L, 1);
			pushSubject(this.#L, event);
			this.#seen = { event, push: lua_toproxy(this.#L, -1) };
		}
		return this.#seen.push;
	}

	/** Reads what stands above the handler on the stack. */
	#returned(count: number, line: number): readonly Action[] | LuaError {
		if (count > 1) {
			return { text: `it returned ${count} values; several actions are a list, { a, b }`, line };
		}
		const value = count === 0 ? undefined : readValue(this.#L, -1);
		if (isRefusal(value)) {
			return { text: `it returned ${value.refused}`, line };
		}
		let text: string | undefined;
		const actions = readActions(value, bareWord(this.#wordOf), (wrong) => {
			text ??= wrong;
		});
		const all = this.#printed.length === 0 ? actions : [...this.#printed, ...actions];
		if (all.length > limits.actions) {
			text ??= `${all.length} actions, print included; ${limits.actions} are possible`;
		}
		return text === undefined ? all : { text, line };
	}

	#evaluate(source: string, declarations: Declarations): void {
		const L = this.#L;
		const code = bytesOf(source.startsWith(utf8Mark) ? source.slice(utf8Mark.length) : source);
		const chunk = bytesOf(`@${this.#chunk}`);
		const status = luaL_loadbufferx(L, code, code.length, chunk, onlyText);
		const load = lua_toproxy(L, -1);
		const error =
			status === LUA_OK
				? this.#run(() => {
						load(L);
						return 0;
					})
				: takeError(L, status, this.#chunk, 0);
		lua_settop(L, 1);
		const state = error === undefined ? this.#state.changed() : undefined;
		if (error !== undefined) {
			declarations.wrong(error.line, error.text);
		} else if (isRefusal(state)) {
			declarations.wrong(0, state.refused);
		}
	}

	/** Runs what `push` leaves on the stack, a function and as many arguments as it says; results stand above the handler. */
	#run(push: () => number): LuaError | undefined {
		const L = this.#L;
		lua_settop(L, 1);
		const args = push();
		beginAllowance();
		const status = lua_pcall(L, args, LUA_MULTRET, 1);
		const error = status === LUA_OK ? undefined : takeError(L, status, this.#chunk, this.#line);
		this.madeText += endAllowance();
		return error;
	}

	/** Sees where an error is raised; what is raised stays as it is. It always is the first on the stack. */
	readonly #handler = (L: LuaState): number => {
		this.#line = lineNow(L);
		return 1;
	};

	#addWords(views: Views): WordOf {
		const wordOf: WordOf = addWords(this.#L, {
			wrong: (L, text) => {
				if (this.#loading === undefined) {
					raise(L, text);
				}
				this.#loading.wrong(lineNow(L), text);
			},
			rule: (L, title) => {
				if (this.#loading === undefined) {
					raise(L, 'rules are declared when their file is loaded, not in a function');
				}
				const take = this.#loading.rule(lineNow(L), title);
				return (L, table) => {
					if (this.#loading === undefined) {
						raise(L, 'rules are declared when their file is loaded, not in a function');
					}
					take(table, wordOf);
				};
			},
			print: (L, text) => {
				if (this.#loading === undefined) {
					if (this.#printed.length === limits.actions) {
						raise(L, `more than ${limits.actions} actions, print included`);
					}
					const line = text.length <= limits.log ? text : `${text.slice(0, limits.log - 3)}...`;
					this.#printed.push({ do: 'log', level: 'info', text: line, because: undefined });
				}
			},
			process: (L, name) => {
				if (this.#loading !== undefined) {
					raise(L, 'process: can be asked in a function of a rule only');
				}
				return views(name);
			},
		});
		return wordOf;
	}
}

function isWrong(result: readonly Action[] | LuaError): result is LuaError {
	return !Array.isArray(result);
}
