import { expect, test } from 'vitest';
import { BegunStarts } from '../../src/supervisor/begun-starts.ts';
import { newEntry } from '../../src/supervisor/new-entry.ts';

test('of two starts that nobody had written down the newest counts, in whichever order they are found', () => {
	const [older, newer] = [7, 3];
	const begun = new BegunStarts({ start: (slot) => (slot === newer ? 2 : 1) });
	for (const slots of [
		[older, newer],
		[newer, older],
	]) {
		const entry = newEntry('web', 'daemon');
		expect(slots.map((slot) => begun.add(entry, slot))).toEqual([undefined, older]);
		expect([begun.has(entry), begun.take(entry), begun.has(entry), begun.take(entry)]).toEqual([
			true,
			newer,
			false,
			undefined,
		]);
	}
});
