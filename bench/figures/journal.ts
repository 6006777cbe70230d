import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { eventRecord } from '../../src/events/event.ts';
import { type Draft, Journal } from '../../src/events/journal.ts';
import { contest } from '../contest.ts';
import type { Figure } from '../figure.ts';
import { freshDirectory } from '../place.ts';

const draft: Draft = {
	type: 'process.exited',
	name: 'web-1',
	fields: ['pid=1234', 'start=17', 'exit=1', 'cause=4711'],
};
/** Enough that segments come and go. */
const limit = 16 << 20;

const batch = 32;

/** What it costs to have events in the journal before anybody sees them. */
export const journal: Figure = {
	name: 'journal',
	title: 'The journal of events',
	about:
		'Numbering, formatting and keeping them in a ring of files, against write(2) of the same bytes, ready made, to one ' +
		'file. In the process of the benchmark.',
	measure: async ({ rounds, scale }) => {
		await using directory = await freshDirectory();
		const kept = Journal.open({ directory: join(directory.path, 'journal'), limit, floor: 0 });
		const file = openSync(join(directory.path, 'bare'), 'a');
		const count = Math.ceil(20_000 * scale);
		const bytes = eventRecord({ ...draft, seq: 10_000_000, time: Date.now(), fields: draft.fields });
		const [one, several] = [[draft], Array.from({ length: batch }, () => draft)];
		try {
			return await contest('per s', rounds, 'bare writes', [
				{ name: 'bare writes', round: () => eventsPerSecond(count, 1, () => writeSync(file, bytes)) },
				{
					name: 'one at a time',
					target: { atLeast: 0.3 },
					round: () => eventsPerSecond(count, 1, () => kept.append(one)),
				},
				{
					name: `${batch} in one write`,
					round: () => eventsPerSecond(count, batch, () => kept.append(several)),
				},
			]);
		} finally {
			kept.close();
			closeSync(file);
		}
	},
};

async function eventsPerSecond(count: number, each: number, append: () => void): Promise<readonly number[]> {
	const began = performance.now();
	for (let done = 0; done < count; done += each) {
		append();
	}
	return [count / ((performance.now() - began) / 1000)];
}
