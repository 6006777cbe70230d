import { nearest } from '../../base/nearest.ts';
import { shown } from '../../base/shown.ts';
import { type Kind, readAs } from './kinds.ts';
import { kindOf, type LuaTable, type LuaValue } from './value.ts';

/** Reads a table with named fields: each is asked for once, `close` tells what nobody asked for. */
export class Fields {
	readonly #table: LuaTable;
	readonly #wrong: (text: string) => void;
	readonly #asked = new Set<string>();

	/** `wrong` is told each mistake. */
	constructor(table: LuaTable, wrong: (text: string) => void) {
		this.#table = table;
		this.#wrong = wrong;
	}

	/** The value as it stands. */
	raw(name: string): LuaValue {
		this.#asked.add(name);
		return this.#table.fields.get(name);
	}

	/** Undefined where it is left out, or wrong. */
	take<T>(name: string, kind: Kind<T>): T | undefined {
		const value = this.raw(name);
		return value === undefined ? undefined : readAs(kind, value, name, this.#wrong);
	}

	/** Undefined where it is wrong; left out is wrong too, `example` shows how it is written. */
	need<T>(name: string, kind: Kind<T>, example: string): T | undefined {
		if (this.raw(name) === undefined) {
			this.#wrong(`needs ${shown(name)}: ${example}`);
			return undefined;
		}
		return this.take(name, kind);
	}

	/** What nobody has asked for by name. */
	rest(): [string, LuaValue][] {
		return [...this.#table.fields].filter(([name]) => !this.#asked.has(name));
	}

	/** To be called when all has been asked for. `list`: what stands in it without a name is no mistake. */
	close(list: 'list' | 'no list' = 'no list'): void {
		for (const [name] of this.rest()) {
			const meant = nearest(name, this.#asked);
			this.#wrong(`unknown field ${shown(name)}${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`);
		}
		this.closeKeys(list);
	}

	/** The same where fields of any name are possible. */
	closeKeys(list: 'list' | 'no list' = 'no list'): void {
		if (list === 'no list' && this.#table.list.length > 0) {
			this.#wrong(`${kindOf(this.#table.list[0])} stands there without a name; write field = value`);
		}
		if (this.#table.odd !== undefined) {
			this.#wrong(`has a key that is ${this.#table.odd}; write field = value`);
		}
	}
}
