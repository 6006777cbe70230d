import { mostRuns } from '../src/policy/carry-out.ts';
import { patienceWithRules } from '../src/policy/guards.ts';
import type { Action } from '../src/rules/action.ts';
import { askedWithin } from '../src/rules/ask.ts';
import { chainEnd } from '../src/rules/chains.ts';
import { mostErrors } from '../src/rules/in-force.ts';
import { mostWaiting } from '../src/rules/lane.ts';
import { limits } from '../src/rules/lua/limits.ts';
import { mostRules } from '../src/rules/rule-set.ts';
import { mostHeard, mostLines, mostOfLine } from '../src/sources/output.ts';
import { eventTable, fieldTable, kinds, row } from './docs-events.ts';

const onlyAsked = `Events of a type with * happen only while a rule or a subscriber asks for them: by its name, or by a pattern that
means such types alone (\`pressure.*\`). \`on = "*"\` does not make them happen.`;

/** What stands in docs/rules.md between `<!-- NAME -->` and `<!-- end -->`. */
export const tables: Readonly<Record<string, () => string>> = {
	events: () => `${eventTable()}\n\nWhat these fields are; ${kinds}.\n\n${fieldTable()}\n\n${onlyAsked}`,
	actions: actionTable,
	limits: limitTable,
};

/** How each action is written, and what it does. */
const actions: Readonly<Record<Action['do'], readonly [written: string, what: string]>> = {
	start: ['start { name }', 'as the request `Start`'],
	stop: ['stop { name, timeout }', 'as `Stop`'],
	restart: [
		'restart { name }',
		'as `Restart`; several of one moment are restarted in the order of what they require',
	],
	pause: ['pause { name }', 'as `Pause`'],
	resume: ['resume { name }', 'as `Resume`'],
	signal: ['signal { name, signal = "HUP" }', 'as `Signal`'],
	run: [
		'run { "program", "argument", as = "name", env = { LANG = "C" } }',
		'a `Run` of its own, under `[defaults]`; its end is an event',
	],
	monitor: ['monitor { pid, name }', 'as `MonitorPid`; without `pid` that of the event'],
	depend: [
		'depend { name, on = "db", kind = "wants" }',
		'as `Depend`; `requires` unless `kind` says otherwise',
	],
	undepend: ['undepend { name, on = "db" }', 'as `Undepend`'],
	emit: ['emit { type = "pager.sent", name, any = "field" }', 'an event'],
	log: ['log "text", log { text = "text", level = "warn" }', 'a line in the log of archond'],
	fail: ['fail { because = "why" }', 'refuses what the event asks permission for'],
	allow: ['allow {}', 'lets it pass'],
};

function actionTable(): string {
	const rows = Object.values(actions).map(([written, what]) => row(`\`${written}\``, what));
	return [row('action', 'what it does'), '|---|---|', ...rows].join('\n');
}

function limitTable(): string {
	const rows: readonly (readonly [what: string, most: string])[] = [
		['a rule file', bytes(limits.source)],
		['rules', `${limits.rules} in a file, ${mostRules} in all`],
		['the sentence of a rule', bytes(limits.title)],
		[
			'types in `on`; fields in `when` or `except`; values in a list',
			`${limits.types}; ${limits.fields}; ${limits.anyOf}`,
		],
		['a Lua pattern', bytes(limits.pattern)],
		['`every`', `at least ${limits.every}ms`],
		['actions of one firing', `${limits.actions}`],
		['`state` of a file', `${bytes(limits.state)} as JSON, ${limits.stateDepth} tables deep`],
		['fields of an `emit`; a value', `${limits.emitFields}; ${bytes(limits.emitValue)}`],
		['the text of a `log`; a `because`', `${bytes(limits.log)}; ${bytes(limits.because)}`],
		[
			'errors that a rule raises in a row',
			`${mostErrors}, then it is switched off; an action that fails is none`,
		],
		['rules in a chain of events that rules caused', `${chainEnd - 1}`],
		['an answer of who is asked for permission', `within ${askedWithin}ms`],
		[
			'a wait for the rules of a daemon that begins',
			`${patienceWithRules / 1000}s, then who asks is refused`,
		],
		['programs at once that rules have run', `${mostRuns}`],
		[
			'lines of a daemon that are told; a line; daemons',
			`${mostLines} a second; ${bytes(mostOfLine)}, the length of a longer one is \`cut\`; ${mostHeard}`,
		],
		['events that wait for the rules of a file', `${mostWaiting}; one of several KiB counts as so many`],
	];
	return ['## Limits', '', row('what', 'most'), '|---|---|', ...rows.map((cells) => row(...cells))].join(
		'\n',
	);
}

function bytes(count: number): string {
	return count % 1024 === 0 ? `${count / 1024} KiB` : `${count} bytes`;
}
