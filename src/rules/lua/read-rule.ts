import { checkCron } from '../../base/cron.ts';
import { isRefusal, type Refusal, refuse } from '../../base/refusal.ts';
import { shown } from '../../base/shown.ts';
import { askedFor } from '../../events/opt-in.ts';
import type { Action } from '../action.ts';
import { checkField } from '../event-fields.ts';
import { checkOn } from '../event-types.ts';
import type { Act, Rule, RuleTimer } from '../rule.ts';
import { pathMistake, watchedPaths } from '../watched.ts';
import { Fields } from './fields.ts';
import { duration, text, whole } from './kinds.ts';
import { limits } from './limits.ts';
import { readActions } from './read-actions.ts';
import { readCondition } from './read-condition.ts';
import { isTable, kindOf, type LuaCode, type LuaTable, type LuaValue } from './value.ts';

type Wrong = (text: string) => void;

/** What a rule's table says; `code` is the function where `act` is one. */
export type ReadRule = Omit<Rule, 'file' | 'line' | 'title'> & { readonly code: LuaCode | undefined };

const someTime = duration(1);
const typeText = text(256, 'an event type');

/** Reads the table of a rule. `bare` makes an action of a word that was not called, and tells others from it. */
export function readRule(
	table: LuaTable,
	bare: (code: LuaCode, wrong: Wrong) => Action | 'code' | undefined,
	wrong: Wrong,
): ReadRule {
	const fields = new Fields(table, wrong);
	const timer = readTimer(fields, wrong);
	const isTimer = fields.raw('every') !== undefined || fields.raw('cron') !== undefined;
	const on = readOn(fields.raw('on'), isTimer, wrong);
	const rule = {
		on,
		when: readCondition(fields.raw('when'), 'when', wrong),
		except: readCondition(fields.raw('except'), 'except', wrong),
		lasting: fields.take('lasting', someTime),
		timer,
		limit: readLimit(fields.raw('limit'), wrong),
		...readAct(fields.raw('act'), bare, wrong),
	};
	if (timer !== undefined && rule.lasting !== undefined) {
		wrong('"lasting" makes no sense with a timer: it fires at its time and lasts no time');
	}
	fields.close();
	checkFields(rule, wrong);
	checkAsked(rule, wrong);
	return rule;
}

/** A misspelt field would hold for nothing, and nobody would be told. */
function checkFields(rule: Pick<Rule, 'on' | 'when' | 'except'>, wrong: Wrong): void {
	for (const which of ['when', 'except'] as const) {
		for (const field of Object.keys(rule[which])) {
			const mistake = checkField(field, rule.on);
			if (mistake !== undefined) {
				wrong(`${which}: ${mistake}`);
			}
		}
	}
}

/** What archon has to be told to look at. */
function checkAsked({ on, when }: Pick<Rule, 'on' | 'when'>, wrong: Wrong): void {
	const asked = askedFor(on);
	if (asked.includes('process.output') && when['name'] === undefined) {
		wrong('process.output: needs the name of whose lines are meant, when = { name = "web-*" }');
	}
	for (const path of asked.includes('file.changed') ? watchedPaths(when) : []) {
		const mistake = pathMistake(path);
		if (mistake !== undefined) {
			wrong(`when.path: ${mistake.refused}`);
		}
	}
}

function readTimer(fields: Fields, wrong: Wrong): RuleTimer | undefined {
	const every = fields.take('every', duration(limits.every));
	const cron = fields.take('cron', cronText);
	if (fields.raw('every') !== undefined && fields.raw('cron') !== undefined) {
		wrong('"every" and "cron" are two timers; write two rules');
	}
	return every !== undefined
		? { tag: 'every', every }
		: cron !== undefined
			? { tag: 'cron', cron }
			: undefined;
}

const cronText = {
	expected: 'a cron expression of five fields ("0 3 * * *")',
	read: (value: LuaValue) => (typeof value === 'string' ? (checkCron(value) ?? value) : undefined),
};

function readOn(value: LuaValue, isTimer: boolean, wrong: Wrong): string[] {
	if (value === undefined && isTimer) {
		return ['timer'];
	}
	const given = isTable(value) && value.fields.size === 0 && value.odd === undefined ? value.list : [value];
	if (value === undefined || given.length === 0) {
		wrong('needs "on": an event type, on = "process.exited", a list of them, or a timer, every = "5m"');
		return [];
	}
	if (given.length > limits.types) {
		wrong(`on: ${given.length} types; ${limits.types} are possible`);
		return [];
	}
	const types: string[] = [];
	for (const one of given) {
		const type = typeof one === 'string' ? typeText.read(one) : undefined;
		if (typeof type !== 'string') {
			wrong(`on: expected an event type or a list of them, got ${kindOf(one)}`);
			continue;
		}
		const refusal = checkOn(type);
		if (isRefusal(refusal)) {
			wrong(`on: ${refusal.refused}`);
		}
		types.push(type);
	}
	if (isTimer && types.some((type) => type !== 'timer')) {
		wrong('"on" together with "every" or "cron": a rule with a timer hears nothing else; write two rules');
	}
	return types;
}

function readLimit(value: LuaValue, wrong: Wrong): Rule['limit'] {
	if (value === undefined) {
		return undefined;
	}
	const example = 'limit = { times = 3, within = "1h" }';
	if (!isTable(value)) {
		wrong(`limit: expected ${example}, got ${kindOf(value)}`);
		return undefined;
	}
	const fields = new Fields(value, (text) => wrong(`limit: ${text}`));
	const times = fields.need('times', whole(1, limits.times), example);
	const within = fields.need('within', someTime, example);
	fields.close();
	return times === undefined || within === undefined ? undefined : { times, within };
}

function readAct(
	value: LuaValue,
	bare: (code: LuaCode, wrong: Wrong) => Action | 'code' | undefined,
	wrong: Wrong,
): { act: Act; code: LuaCode | undefined } {
	if (typeof value === 'object' && value.tag === 'code') {
		const action = bare(value, wrong);
		return action === 'code'
			? { act: { tag: 'function' }, code: value }
			: { act: { tag: 'actions', actions: action === undefined ? [] : [action] }, code: undefined };
	}
	if (value === undefined) {
		wrong(
			'needs "act": an action, act = restart { because = "memory" }, a list of them, or a function of the event',
		);
	}
	const actions = value === undefined ? [] : readActions(value, bare, wrong);
	if (value !== undefined && isTable(value) && value.list.length === 0 && actions.length === 0) {
		wrong('act: an empty list does nothing');
	}
	return { act: { tag: 'actions', actions }, code: undefined };
}

/** The sentence that is a rule's name: one line. */
export function readTitle(value: LuaValue): string | Refusal {
	if (typeof value !== 'string') {
		return refuse(`rule: expected a sentence, rule "what it does" { ... }, got ${kindOf(value)}`);
	}
	const problem =
		value.trim() === ''
			? 'is empty'
			: value.length > limits.title
				? `is ${value.length} bytes long; ${limits.title} are possible`
				: /[^ -~\x80-\xff]/.test(value)
					? 'holds a line break or another control character'
					: undefined;
	return problem === undefined ? value : refuse(`rule ${shown(value)}: the sentence ${problem}`);
}
