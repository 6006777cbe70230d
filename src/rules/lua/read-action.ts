import {
	duration,
	name as nameField,
	nameOrGlob as nameOrGlobField,
	oneOf,
	signal as signalField,
} from '../../base/field.ts';
import { shown } from '../../base/shown.ts';
import type { CustomType } from '../../events/event.ts';
import type { Action } from '../action.ts';
import { checkEmitted } from '../event-types.ts';
import { Fields } from './fields.ts';
import { type Kind, like, readAs, text, whole } from './kinds.ts';
import { limits } from './limits.ts';
import { isTable, kindOf, type LuaTable, type LuaValue } from './value.ts';

type Wrong = (text: string) => void;
type Because = string | undefined;
type Read = (fields: Fields, table: LuaTable, because: Because, wrong: Wrong) => Action | undefined;

const name = like(nameField, 'a name');
const nameOrGlob = like(nameOrGlobField, 'a name');
const because = text(limits.because);
const logText = text(limits.log, 'a text', 0);
const noFields: LuaTable = { tag: 'table', list: [], fields: new Map(), odd: undefined };

/** Each word that makes an action, and how its table is read. */
const words: Readonly<Record<Action['do'], Read>> = {
	start: named('start'),
	restart: named('restart'),
	pause: named('pause'),
	resume: named('resume'),
	stop: (fields, _, because) => ({
		do: 'stop',
		name: fields.take('name', nameOrGlob),
		timeout: fields.take('timeout', like(duration, 'a duration ("200ms", "5s", "2m" or "1h")')),
		because,
	}),
	signal(fields, _, because) {
		const target = fields.take('name', nameOrGlob);
		const signal = fields.need('signal', like(signalField, 'a signal'), 'signal { signal = "HUP" }');
		return signal === undefined ? undefined : { do: 'signal', name: target, signal, because };
	},
	run(fields, table, because, wrong) {
		const args = table.list.map((arg, index) => readAs(argument, arg, `argument ${index + 1}`, wrong));
		const env = readEnv(fields.raw('env'), wrong);
		const as = fields.take('as', name);
		if (args.length === 0 || args.length > limits.args) {
			wrong(
				args.length === 0
					? 'needs a program: run { "mail", "-s", "subject", "oncall" }'
					: `${args.length} arguments; ${limits.args} are possible`,
			);
		} else if (args[0] === '') {
			wrong('argument 1: the program is empty');
		}
		return { do: 'run', args: args as string[], env, as, because };
	},
	monitor: (fields, _, because) => ({
		do: 'monitor',
		pid: fields.take('pid', whole(1, 2 ** 22)),
		name: fields.take('name', name),
		because,
	}),
	depend(fields, _, because) {
		const who = fields.take('name', name);
		const on = fields.need('on', name, 'depend { name = "web", on = "db" }');
		const kind = fields.take(
			'kind',
			like(oneOf('requires', 'wants', 'after'), '"requires", "wants" or "after"'),
		);
		return on === undefined ? undefined : { do: 'depend', name: who, on, kind: kind ?? 'requires', because };
	},
	undepend(fields, _, because) {
		const who = fields.take('name', name);
		const on = fields.need('on', name, 'undepend { name = "web", on = "db" }');
		return on === undefined ? undefined : { do: 'undepend', name: who, on, because };
	},
	emit(fields, _, because, wrong) {
		const type = fields.need('type', eventType, 'emit { type = "pager.sent" }');
		const who = fields.take('name', name);
		const others = fields.rest().map(([key, value]) => readField(key, value, fields, wrong));
		if (others.length > limits.emitFields) {
			wrong(`${others.length} fields; ${limits.emitFields} are possible`);
		}
		return type === undefined
			? undefined
			: { do: 'emit', type, name: who, fields: others as string[], because };
	},
	log(fields, table, because, wrong) {
		const level = fields.take('level', like(oneOf('error', 'warn', 'info', 'debug'), 'a level'));
		const given = fields.raw('text') ?? table.list[0];
		if (given === undefined || table.list.length > (fields.raw('text') === undefined ? 1 : 0)) {
			wrong('needs one text: log "something", or log { text = "something", level = "warn" }');
			return undefined;
		}
		const line = readAs(logText, given, 'text', wrong);
		return line === undefined ? undefined : { do: 'log', level: level ?? 'info', text: line, because };
	},
	fail: (_, __, because) => ({ do: 'fail', because }),
	allow: (_, __, because) => ({ do: 'allow', because }),
};

/** The words of Lua that make actions. */
export const actionWords = Object.keys(words) as Action['do'][];

/**
 * The action that a word makes of what it was given: a table, nothing at all, for `log` and `fail` a text. Undefined:
 * there are mistakes, which `wrong` was told.
 */
export function readAction(word: Action['do'], value: LuaValue, wrong: Wrong): Action | undefined {
	let isRight = true;
	const tell: Wrong = (text) => {
		isRight = false;
		wrong(`${word}: ${text}`);
	};
	const table = tableOf(word, value);
	if (table === undefined) {
		tell(`expected a table, ${examples[word] ?? `${word} { name = "web" }`}, got ${kindOf(value)}`);
		return undefined;
	}
	const fields = new Fields(table, tell);
	const action = words[word](fields, table, fields.take('because', because), tell);
	if (word === 'emit') {
		fields.closeKeys();
	} else {
		fields.close(word === 'run' || word === 'log' ? 'list' : 'no list');
	}
	return isRight ? action : undefined;
}

function tableOf(word: Action['do'], value: LuaValue): LuaTable | undefined {
	if (value === undefined) {
		return noFields;
	}
	if (typeof value === 'string' || typeof value === 'number') {
		const field = word === 'log' ? 'text' : word === 'fail' ? 'because' : undefined;
		return field && { ...noFields, fields: new Map([[field, value]]) };
	}
	return isTable(value) ? value : undefined;
}

const examples: Partial<Record<Action['do'], string>> = {
	emit: 'emit { type = "pager.sent" }',
	run: 'run { "program", "argument" }',
	log: 'log { "something" }',
	fail: 'fail { because = "why" }',
	allow: 'allow {}',
};

function named(word: 'start' | 'restart' | 'pause' | 'resume'): Read {
	return (fields, _, because) => ({ do: word, name: fields.take('name', nameOrGlob), because });
}

const argument: Kind<string> = text(limits.arg, 'a text or a number', 0);

const eventType: Kind<CustomType> = {
	expected: 'the type of an event',
	read: (value) => (typeof value === 'string' ? checkEmitted(value) : undefined),
};

/** `{ LANG = "C" }` or `{ "LANG=C" }`. */
function readEnv(value: LuaValue, wrong: Wrong): string[] {
	if (value === undefined) {
		return [];
	}
	if (!isTable(value) || value.odd !== undefined) {
		wrong(`env: expected a table, env = { LANG = "C" }, got ${kindOf(value)}`);
		return [];
	}
	const settings: string[] = [];
	for (const [key, one] of [...value.fields, ...value.list.entries()]) {
		const given = readAs(argument, one, `env: ${typeof key === 'string' ? shown(key) : key + 1}`, wrong);
		if (given !== undefined) {
			const setting = typeof key === 'string' ? `${key}=${given}` : given;
			settings.push(setting);
			if (setting.indexOf('=') <= 0 || (typeof key === 'string' && /[=\0]/.test(key))) {
				wrong(`env: ${shown(setting)} is no setting; write env = { LANG = "C" }`);
			}
		}
	}
	if (settings.length > limits.env) {
		wrong(`env: ${settings.length} settings; ${limits.env} are possible`);
	}
	return settings;
}

/** What every event has by itself, or gets of archon. */
const reserved = new Set(['seq', 'time', 'cause']);
const fieldName = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
const fieldText = text(limits.emitValue, 'a text, a number or a boolean', 0);

function readField(key: string, value: LuaValue, fields: Fields, wrong: Wrong): string {
	fields.raw(key);
	if (reserved.has(key) || !fieldName.test(key)) {
		wrong(
			reserved.has(key)
				? `${shown(key)} is a field that archon itself gives an event`
				: `${shown(key)} cannot be the key of a field; it has letters, digits and _.-`,
		);
	}
	const given = typeof value === 'boolean' ? String(value) : value;
	const read = readAs(fieldText, given, key, wrong);
	return `${key}=${read}`;
}
