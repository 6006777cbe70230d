import { isRefusal } from '../../base/refusal.ts';
import { shown } from '../../base/shown.ts';
import type { Condition, Test } from '../condition.ts';
import { compilePattern } from '../pattern.ts';
import { parseQuantity } from '../quantity.ts';
import { limits } from './limits.ts';
import { isTable, kindOf, type LuaTable, type LuaValue } from './value.ts';

type Wrong = (text: string) => void;

/** Fields of which the value is never a table. */
const plain = new Set([
	'type',
	'name',
	'kind',
	'state',
	'pid',
	'seq',
	'time',
	'file',
	'rule',
	'path',
	'request',
]);

/** What `when` or `except` says; `what` it is called in a message. */
export function readCondition(value: LuaValue, what: string, wrong: Wrong): Condition {
	if (value === undefined) {
		return {};
	}
	if (!isTable(value) || value.list.length > 0 || value.odd !== undefined) {
		wrong(`${what}: expected a table of fields, ${what} = { name = "web-*" }, got ${kindOf(value)}`);
		return {};
	}
	return readFields(value, what, wrong, 1);
}

/** The argument of `above` or `below`. */
export function readBound(is: 'above' | 'below', value: LuaValue, wrong: Wrong): Test | undefined {
	const than = typeof value === 'string' ? parseQuantity(value) : value;
	if (typeof than !== 'number' || Number.isNaN(than)) {
		wrong(
			`${is}: expected a number, a size ("1.5GiB"), a duration ("2m") or a share ("80%"), got ${kindOf(value)}`,
		);
		return undefined;
	}
	return { is, than };
}

/** The argument of `matching`. */
export function readPattern(value: LuaValue, wrong: Wrong): Test | undefined {
	if (typeof value !== 'string') {
		wrong(`matching: expected a Lua pattern, got ${kindOf(value)}`);
		return undefined;
	}
	if (value.length > limits.pattern) {
		wrong(`matching: the pattern is ${value.length} bytes long; ${limits.pattern} are possible`);
		return undefined;
	}
	const pattern = compilePattern(value);
	if (isRefusal(pattern)) {
		wrong(`matching: ${shown(value)}: ${pattern.refused}`);
		return undefined;
	}
	return { is: 'matching', pattern: value };
}

function readFields(table: LuaTable, what: string, wrong: Wrong, depth: number): Condition {
	if (table.fields.size > limits.fields) {
		wrong(`${what}: ${table.fields.size} fields; ${limits.fields} are possible`);
		return {};
	}
	const fields: [string, Test][] = [];
	for (const [name, value] of table.fields) {
		const test = readTest(value, `${what}.${shown(name).slice(1, -1)}`, wrong, plain.has(name) ? 2 : depth);
		if (test !== undefined) {
			fields.push([name, test]);
		}
	}
	return Object.fromEntries(fields);
}

function readTest(value: LuaValue, what: string, wrong: Wrong, depth: number): Test | undefined {
	if (!isTable(value)) {
		return readOne(value, what, wrong);
	}
	if (value.odd !== undefined || (value.list.length > 0 && value.fields.size > 0)) {
		wrong(`${what}: expected a list or a table of fields, not both in one`);
		return undefined;
	}
	if (value.fields.size > 0) {
		if (depth > 1) {
			wrong(`${what}: a table of fields is not possible here, only a value, a list of them or a test`);
			return undefined;
		}
		return { is: 'table', fields: readFields(value, what, wrong, depth + 1) };
	}
	if (value.list.length === 0 || value.list.length > limits.anyOf) {
		wrong(
			value.list.length === 0
				? `${what}: an empty list, of which nothing is a member`
				: `${what}: a list of ${value.list.length}; ${limits.anyOf} are possible`,
		);
		return undefined;
	}
	const of = value.list.map((one, index) => readOne(one, `${what}[${index + 1}]`, wrong));
	return of.includes(undefined) ? undefined : { is: 'any', of: of as Test[] };
}

function readOne(value: LuaValue, what: string, wrong: Wrong): Test | undefined {
	if (typeof value === 'string') {
		if (value.length <= limits.glob) {
			return { is: 'glob', glob: value };
		}
		wrong(`${what}: a text of ${value.length} bytes; ${limits.glob} are possible`);
	} else if (typeof value === 'boolean' || (typeof value === 'number' && !Number.isNaN(value))) {
		return { is: 'equal', to: value };
	} else if (typeof value === 'object' && value.tag === 'test') {
		return value.test;
	} else if (!(typeof value === 'object' && value.tag === 'wrong')) {
		wrong(
			`${what}: expected a value, a list of values or a test (above, below, matching), got ${kindOf(value)}`,
		);
	}
	return undefined;
}
