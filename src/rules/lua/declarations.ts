import { isRefusal } from '../../base/refusal.ts';
import { shown } from '../../base/shown.ts';
import type { Action } from '../action.ts';
import type { Rule, RuleMistake } from '../rule.ts';
import { limits } from './limits.ts';
import { readAction } from './read-action.ts';
import { type ReadRule, readRule, readTitle } from './read-rule.ts';
import { isTable, kindOf, type LuaCode, type LuaValue } from './value.ts';
import type { WordOf } from './words.ts';

type Wrong = (text: string) => void;

/** Makes an action of a word that stands there without being called; `code`: it is no such word. */
export function bareWord(wordOf: WordOf): (code: LuaCode, wrong: Wrong) => Action | 'code' | undefined {
	return (code, wrong) => {
		const word = wordOf(code);
		return word === undefined ? 'code' : readAction(word, undefined, wrong);
	};
}

/** What a file declares while it is loaded, and each mistake in it. */
export class Declarations {
	readonly rules: Rule[] = [];
	/** The functions of rules, by title. */
	readonly codes = new Map<string, LuaCode>();
	readonly #file: string;
	readonly #mistakes: RuleMistake[] = [];
	/** By title: its line, and whether its table came. */
	readonly #titles = new Map<string, { readonly line: number; isWhole: boolean }>();
	#left = 0;

	constructor(file: string) {
		this.#file = file;
	}

	/** Those that are told, with the number of the others. */
	mistakes(): readonly RuleMistake[] {
		for (const [title, { line, isWhole }] of this.#titles) {
			if (!isWhole) {
				this.wrong(line, `rule ${shown(title)}: has no table; write rule "sentence" { on = ..., act = ... }`);
			}
		}
		const told = this.#mistakes.toSorted((a, b) => a.line - b.line);
		return this.#left === 0
			? told
			: [...told, { file: this.#file, line: 0, text: `and ${this.#left} more mistakes` }];
	}

	wrong(line: number, text: string): void {
		if (this.#mistakes.length < limits.mistakes) {
			this.#mistakes.push({ file: this.#file, line, text });
		} else {
			this.#left++;
		}
	}

	/** A rule's name; what its table is to be given to. */
	rule(line: number, given: LuaValue): (table: LuaValue, wordOf: WordOf) => void {
		const title = readTitle(given);
		if (isRefusal(title)) {
			this.wrong(line, title.refused);
			return () => {};
		}
		const earlier = this.#titles.get(title);
		const mine = earlier ?? { line, isWhole: false };
		if (earlier !== undefined) {
			this.wrong(line, `rule ${shown(title)}: there is one of that name in line ${earlier.line} already`);
		}
		this.#titles.set(title, mine);
		if (this.#titles.size === limits.rules + 1) {
			this.wrong(line, `more than ${limits.rules} rules in one file`);
		}
		return (table, wordOf) => {
			mine.isWhole = true;
			this.#table(line, title, table, wordOf);
		};
	}

	#table(line: number, title: string, table: LuaValue, wordOf: WordOf): void {
		const wrong = (text: string) => this.wrong(line, `rule ${shown(title)}: ${text}`);
		if (!isTable(table)) {
			wrong(`expected a table, { on = ..., act = ... }, got ${kindOf(table)}`);
			return;
		}
		const { code, ...rule }: ReadRule = readRule(table, bareWord(wordOf), wrong);
		if (code !== undefined) {
			this.codes.set(title, code);
		}
		this.rules.push({ file: this.#file, line, title, ...rule });
	}
}
