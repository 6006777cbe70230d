import { parse, TomlError } from 'smol-toml';
import { toBytes } from '../base/to-bytes.ts';
import { type Lines, linesOf } from './lines.ts';
import type { Mistake } from './mistake.ts';
import type { Node, Value } from './node.ts';

/** Nothing in the configuration is deeper; a document that is deeper elsewhere must not cost the stack. */
const deepest = 32;

/**
 * A TOML document (UTF-8) as the table it is, each value with its line, strings and keys turned into latin1; or its
 * first mistake. `file` is for the mistake.
 */
export function parseToml(bytes: Uint8Array, file: string): Node | Mistake {
	try {
		const text = decoder.decode(bytes);
		return { line: 1, value: tableOf(parse(text, { maxDepth: deepest }), linesOf(text), 0) };
	} catch (error) {
		if (error instanceof TomlError) {
			const [first = ''] = error.message.replace('Invalid TOML document: ', '').split('\n');
			return { file, line: error.line, key: '', text: toBytes(reasons[first] ?? first) };
		}
		if (error instanceof TypeError) {
			return { file, line: firstBadLine(bytes), key: '', text: 'not UTF-8' };
		}
		throw error;
	}
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** What the parser says, where a reader of the file would not know what is meant. */
const reasons: Record<string, string> = {
	'trying to redefine an already defined table or value': 'this is defined a second time',
	'trying to redefine an already defined value': 'this is defined a second time',
	'document contains excessively nested structures. aborting.': 'nested too deep',
};

function nodeOf(value: unknown, lines: Lines | undefined, line: number, depth: number): Node {
	return { line: lines?.line ?? line, value: convert(value, lines, line, depth) };
}

function convert(value: unknown, lines: Lines | undefined, line: number, depth: number): Value {
	switch (typeof value) {
		case 'string':
			return toBytes(value);
		case 'number':
		case 'boolean':
			return value;
		default:
			break;
	}
	if (value instanceof Date) {
		return value;
	}
	const place = lines ?? { line, below: undefined };
	if (Array.isArray(value)) {
		return depth === deepest
			? []
			: value.map((item, index) => nodeOf(item, place.below?.get(String(index)), place.line, depth + 1));
	}
	return tableOf(value as object, place, depth);
}

function tableOf(table: object, lines: Lines, depth: number): Map<string, Node> {
	const entries = depth === deepest ? [] : Object.entries(table);
	return new Map(
		entries.map(([key, value]) => [
			toBytes(key),
			nodeOf(value, lines.below?.get(key), lines.line, depth + 1),
		]),
	);
}

function firstBadLine(bytes: Uint8Array): number {
	const text = new TextDecoder('utf-8').decode(bytes);
	return text.slice(0, text.indexOf('\ufffd')).split('\n').length;
}
