import { join } from 'node:path';
import { contest } from '../contest.ts';
import type { Figure } from '../figure.ts';
import { native } from '../native.ts';
import { node } from '../place.ts';
import { type Companion, companion, microseconds, nextLine } from '../program.ts';

/** For how long a start keeps everybody else waiting. */
export const blocked: Figure = {
	name: 'blocked',
	title: 'The event loop is blocked by a start of /bin/true',
	about:
		'Slot, arguments, `spawn` and `spawnDone` as the daemon does them (bench/spawner.ts), with 100 and with 10 000 ' +
		'further descriptors open, against vfork, exec and wait of the same program in C.',
	measure: async ({ rounds, scale }) => {
		const operations = `${Math.ceil(300 * scale)}`;
		await using few = await spawner(100);
		await using many = await spawner(10_000);
		return await contest('µs', rounds, 'floor', [
			{ name: 'floor', round: () => microseconds(native('floor'), operations, '1', '/bin/true') },
			{ name: '100 descriptors', round: () => starts(few, operations), target: { atMost: 0.12 } },
			{ name: '10 000 descriptors', round: () => starts(many, operations), target: { atMost: 0.12 } },
		]);
	},
};

function spawner(descriptors: number): Promise<Companion> {
	const program = join(import.meta.dirname, '../spawner.ts');
	return companion([native('parent'), node, program, `${descriptors}`], 'ready');
}

async function starts({ child }: Companion, count: string): Promise<readonly number[]> {
	const answer = nextLine(child);
	child.stdin?.write(`${count}\n`);
	return JSON.parse(await answer);
}
