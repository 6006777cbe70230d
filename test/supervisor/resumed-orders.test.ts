import { expect, test } from 'vitest';
import { refuse } from '../../src/base/refusal.ts';
import { ResumedOrders } from '../../src/supervisor/resumed-orders.ts';
import { entryIn, running } from './entries.ts';
import { outcome } from './world.ts';

const web = entryIn(running);
const shop = entryIn(running, { name: 'shop' });

/** What is asked of those who know: names of entries. */
function resumed(of: { overlapping?: string; refused?: string } = {}) {
	const asked: string[] = [];
	const names = (entries: readonly { name: string }[]) => entries.map(({ name }) => name).join(' ');
	const orders = new ResumedOrders(
		{
			started: async (entries, denied) => {
				asked.push(`started ${names(entries)}`);
				return [...(denied?.values() ?? [])][0];
			},
			stopped: async (entries) => void asked.push(`stopped ${names(entries)}`),
		},
		{
			unfinished: (entries, at) => new Set(entries.filter((it) => at === 5 && it.name === of.overlapping)),
			resumed: async ({ name }) => {
				asked.push(`resumed ${name}`);
				return of.refused === undefined ? 'done' : refuse(of.refused);
			},
		},
	);
	return { orders, asked };
}

test('a start is awaited, and refused for a run and for what nobody here has started', async () => {
	const { orders, asked } = resumed();
	expect(await outcome(orders.start([web]))).toBe('ok');
	const foreign = entryIn(running, { name: 'theirs', kind: 'foreign' });
	expect(await outcome(orders.start([foreign]))).toContain('theirs');
	const run = entryIn(running, { name: 'job', kind: 'run' });
	expect(await outcome(orders.start([run]))).toContain('job');
	expect(asked).toEqual(['started web', 'started theirs', 'started job']);
});

test('a stop is that of the process beside another as well', async () => {
	const { orders, asked } = resumed();
	const main = entryIn(running);
	main.overlap = { of: main, beside: entryIn(running, { name: 'web@overlap' }), phase: 'proving' };
	expect(await outcome(orders.stop([main, shop]))).toBe('ok');
	expect(asked).toEqual(['stopped web web@overlap shop']);
});

test('of a restart what overlaps goes on, the others are awaited', async () => {
	const { orders, asked } = resumed({ overlapping: 'web', refused: 'not ready' });
	expect(await outcome(orders.restart([web, shop], 5))).toBe('not ready');
	expect(asked).toEqual(['resumed web', 'started shop']);
});
