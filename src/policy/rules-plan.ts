import { counted } from '../base/counted.ts';
import type { Action } from '../config/diff.ts';
import type { Mistake } from '../config/mistake.ts';
import type { Kept, Rule, RuleMistake } from '../rules/rule.ts';
import type { Lua } from '../rules/thread.ts';
import type { FurtherPlan } from '../supervisor/configuration.ts';
import type { Loaded } from './folder.ts';
import type { RuleFiles } from './rule-files.ts';

/** What a Reload does about rule files. */
export type RulesPlan = FurtherPlan;

export type PlanPorts = {
	readonly directory: string;
	readonly read: RuleFiles;
	readonly files: ReadonlyMap<string, Loaded>;
	readonly lua: Lua;
	readonly state: (file: string) => Kept | undefined;
	readonly carryOut: () => Promise<void>;
};

/** Checks every file that is new or changed; a mistake anywhere and there is no plan. */
export async function planOf(ports: PlanPorts): Promise<RulesPlan | readonly Mistake[]> {
	const { directory, read, files, lua, state, carryOut } = ports;
	const { sources = new Map<string, string>() } = read;
	const mistakes = [...read.mistakes];
	const actions: Action[] = [];
	const add = (action: Action['action'], file: string, rules: readonly Rule[]) => {
		const detail = counted(rules.length, 'rule');
		actions.push({ action, kind: 'rules', name: `rules/${file}`, detail, keys: [] });
	};
	// All at once: Lua gives those room that wait for one that never comes to an end.
	const checked = Array.from(sources, async ([file, source]) => {
		const before = files.get(file);
		if (before?.source === source) {
			add('keep', file, before.rules);
			return;
		}
		const rules = await checkRules(lua, file, source, state(file));
		if ('mistakes' in rules) {
			mistakes.push(...rules.mistakes);
		} else {
			add(before === undefined ? 'start' : 'change', file, rules);
		}
	});
	await Promise.all(checked);
	for (const [file, { rules }] of files) {
		if (!sources.has(file)) {
			add('stop', file, rules);
		}
	}
	if (mistakes.length > 0) {
		const inOrder = mistakes.sort((one, other) => compare(one.file, other.file) || one.line - other.line);
		return inOrder.map((it) => placed(it, directory));
	}
	return { actions: actions.sort((one, other) => compare(one.name, other.name)), carryOut };
}

/** Loads a file beside the one of that name that is in force, and forgets it again. */
export async function checkRules(
	lua: Lua,
	file: string,
	source: string,
	state: Kept | undefined,
): Promise<readonly Rule[] | { readonly mistakes: readonly RuleMistake[] }> {
	// No file of the folder has a / in its name.
	const draft = `new/${file}`;
	const rules = await lua.load(draft, source, state);
	if ('mistakes' in rules) {
		return { mistakes: rules.mistakes.map((it) => ({ ...it, file, text: it.text.replaceAll(draft, file) })) };
	}
	lua.drop(draft);
	return rules;
}

/** As a mistake of the configuration. */
export function placed({ file, line, text }: RuleMistake, directory: string): Mistake {
	return { file: file === '' ? directory : `${directory}/${file}`, line, key: '', text };
}

function compare(one: string, other: string): number {
	return one < other ? -1 : one > other ? 1 : 0;
}
