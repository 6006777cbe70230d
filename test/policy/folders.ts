import { onTestFinished } from 'vitest';
import { Folder, type KeptFiles } from '../../src/policy/folder.ts';
import type { Kept, Rule, RuleMistake } from '../../src/rules/rule.ts';
import type { Lua } from '../../src/rules/thread.ts';
import { Disk } from '../../src/sources/files/disk.ts';
import { Inbox } from '../sources/files/scratch.ts';

/** Reads each line `rule TITLE`; any other is a mistake. What is loaded and dropped is noted. */
export class LineLua implements Pick<Lua, 'load' | 'drop'> {
	readonly loaded = new Map<string, string>();
	readonly states: (Kept | undefined)[] = [];
	loads = 0;

	async load(
		file: string,
		source: string,
		state: Kept | undefined,
	): Promise<readonly Rule[] | { mistakes: readonly RuleMistake[] }> {
		this.loads++;
		const lines = source.split('\n').filter(Boolean);
		const mistakes = lines.flatMap((it, index) =>
			it.startsWith('rule ') ? [] : [{ file, line: index + 1, text: `what is "${it}" in ${file}?` }],
		);
		if (mistakes.length > 0) {
			return { mistakes };
		}
		this.states.push(state);
		this.loaded.set(file, source);
		return lines.map((it, index) => ruleOf(file, index + 1, it.slice(5)));
	}

	drop(file: string): void {
		this.loaded.delete(file);
	}
}

function ruleOf(file: string, line: number, title: string): Rule {
	return {
		file,
		line,
		title,
		on: ['timer'],
		when: {},
		except: {},
		lasting: undefined,
		timer: undefined,
		limit: undefined,
		act: { tag: 'actions', actions: [] },
	};
}

/** What is kept, in memory. */
export class KeptInMemory implements KeptFiles {
	readonly sources = new Map<string, string>();
	readonly states = new Map<string, Kept>();

	files(): Iterable<string> {
		return new Set([...this.sources.keys(), ...this.states.keys()]);
	}

	source(file: string): string | undefined {
		return this.sources.get(file);
	}

	state(file: string): Kept | undefined {
		return this.states.get(file);
	}

	keepSource(file: string, source: string): void {
		this.sources.set(file, source);
	}

	forget(file: string): void {
		this.sources.delete(file);
		this.states.delete(file);
	}
}

/** The rules folder of a test; `puts` are the titles in force and, behind a slash, the files that were loaded anew. */
export function rulesFolder(directory: string, isNamed = false, kept = new KeptInMemory()) {
	const puts = new Inbox<string>();
	const errors = new Inbox<string>();
	const lua = new LineLua();
	const folder = new Folder({
		directory,
		isNamed,
		lua: lua as unknown as Lua,
		kept: {
			files: () => kept.files(),
			source: (file) => kept.source(file),
			state: (file) => kept.state(file),
			keepSource: (file, source) => kept.keepSource(file, source),
			forget: (file) => kept.forget(file),
		},
		put: (rules, loaded) => puts.put(`${rules.map(({ title }) => title)} / ${loaded}`),
		tell: (fields) => errors.put(fields.join(' ').replaceAll(directory, 'DIR')),
		disk: new Disk(() => {}),
	});
	onTestFinished(() => folder.close());
	return { folder, puts, errors, lua, kept };
}
