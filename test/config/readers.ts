import type { Node } from '../../src/config/node.ts';
import { printToml } from '../../src/config/print.ts';
import { bad, type Reader } from '../../src/config/reader.ts';
import { parseToml } from '../../src/config/toml.ts';

/** What a reader makes of a TOML value, or what it says is wrong with it. */
export function read<T>(reader: Reader<T>, toml: string): T | { wrong: string[] } {
	const wrong: string[] = [];
	const root = parseToml(Buffer.from(`x = ${toml}`), 'f') as Node;
	const node = (root.value as Map<string, Node>).get('x') as Node;
	const value = reader.read(node, {
		folder: '/srv',
		wrong(_line, text, below) {
			wrong.push(below === undefined ? text : `${below}: ${text}`);
			return bad;
		},
	});
	return value === bad || wrong.length > 0 ? { wrong } : value;
}

/** Writes a value and reads that. */
export function again<T>(reader: Reader<T>, value: T): unknown {
	const toml = reader.write(value);
	return toml === undefined ? undefined : read(reader, printToml(toml));
}
