import { join } from 'node:path';
import { contest } from '../contest.ts';
import { archondOptions } from '../daemon.ts';
import type { Figure } from '../figure.ts';
import { native } from '../native.ts';
import { archond, freshDirectory, node } from '../place.ts';
import { microseconds } from '../program.ts';

/** How long archond takes to be there, against the Node it runs on. */
export const startUp: Figure = {
	name: 'start-up',
	title: 'From archond to the first answered Ping',
	about: 'With directories that do not exist yet, against `node -e 0` of the same Node, start to end.',
	tried:
		'node:v8, node:child_process and node:fs/promises are not loaded at the start, what is compiled is kept beside the bundle, ' +
		'and what Node brings compiled is taken (see `crash`). What is left is to load and evaluate that, and a configuration to read.',
	measure: ({ rounds }) =>
		contest('µs', 2 * rounds, 'node -e 0', [
			{ name: 'node -e 0', round: () => microseconds(native('floor'), '1', '1', node, '-e', '0') },
			{ name: 'archond', round: first, target: { atMost: 2 } },
		]),
};

async function first(): Promise<readonly number[]> {
	await using directory = await freshDirectory();
	const socket = join(directory.path, 'archon.sock');
	return await microseconds(native('startup'), socket, archond, ...archondOptions(directory.path));
}
