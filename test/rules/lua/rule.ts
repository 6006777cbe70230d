import type { Action } from '../../../src/rules/action.ts';
import type { Subject } from '../../../src/rules/condition.ts';
import { RuleFiles } from '../../../src/rules/lua/rule-files.ts';
import type { Kept, Rule, RuleMistake } from '../../../src/rules/rule.ts';
import type { Outcome } from '../../../src/rules/thread.ts';

const file = 'test.lua';

/** What a file declares. */
export function rulesOf(source: string): readonly Rule[] {
	const loaded = new RuleFiles().load(file, source, undefined);
	if ('mistakes' in loaded) {
		throw new Error(loaded.mistakes.map(({ line, text }) => `${line}: ${text}`).join('\n'));
	}
	return loaded;
}

/** The rule that a file declares whose rule has these fields besides, unless they say otherwise, `on` and `act`. */
export function ruleOf(fields: string): Rule {
	const on = /\b(on|every|cron) =/.test(fields) ? '' : 'on = "process.exited", ';
	const act = /\bact =/.test(fields) ? '' : 'act = restart, ';
	return rulesOf(`rule "one" { ${on}${act}${fields} }`)[0] as Rule;
}

/** `line: text` of each mistake of a file. */
export function mistakesOf(source: string): string[] {
	const loaded = new RuleFiles().load(file, source, undefined);
	return 'mistakes' in loaded ? loaded.mistakes.map(shown) : [];
}

function shown({ line, text }: RuleMistake): string {
	return `${line}: ${text}`;
}

/** The action that a word of Lua makes, or what is wrong with it. */
export function actionOf(code: string): Action | string | undefined {
	const loaded = new RuleFiles().load(file, `rule "one" { on = "timer", act = ${code} }`, undefined);
	if ('mistakes' in loaded) {
		return loaded.mistakes.map(({ text }) => text).join('\n');
	}
	const act = loaded[0]?.act;
	return act?.tag === 'actions' ? act.actions[0] : undefined;
}

/** A file with one rule whose function has this body, loaded, to be called. */
export function calling(body: string, before = ''): { files: RuleFiles; call(event?: Subject): Outcome } {
	const files = new RuleFiles();
	const source = `${before}rule "one" { on = "timer", act = function(event)\n${body}\nend }`;
	const loaded = files.load(file, source, undefined);
	if ('mistakes' in loaded) {
		throw new Error(loaded.mistakes.map(shown).join('\n'));
	}
	return { files, call: (event = {}) => files.call({ file, title: 'one', event }) };
}

/** What became of one call of such a function: the text of a log, or what was wrong as `line: text`. */
export function said(body: string, event: Subject = {}): string {
	const outcome = calling(body).call(event);
	if ('wrong' in outcome) {
		return `${outcome.line}: ${outcome.wrong}`;
	}
	return outcome.actions.map((action) => (action.do === 'log' ? action.text : action.do)).join('\n');
}

/** A file with a function for each of these bodies, which can be run by its place; `kept` is its state. */
export function keeping(bodies: readonly string[], kept?: Kept, before = '') {
	const files = new RuleFiles();
	const rules = bodies.map(
		(body, index) => `rule "${index}" { on = "timer", act = function(event) ${body} end }`,
	);
	const loaded = files.load(file, `${before}\n${rules.join('\n')}`, kept);
	if ('mistakes' in loaded) {
		throw new Error(loaded.mistakes[0]?.text);
	}
	return {
		files,
		/** Runs a body; what became of it, and the state if it changed. */
		run: (index: number) => {
			const outcome = files.call({ file, title: String(index), event: {} });
			return 'wrong' in outcome ? outcome.wrong : (files.takeStates()[0]?.[1] ?? outcome.actions);
		},
	};
}
