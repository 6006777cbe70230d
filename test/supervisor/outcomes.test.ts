import { expect, test } from 'vitest';
import { refuse } from '../../src/base/refusal.ts';
import type { State } from '../../src/process/state.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import type { Down } from '../../src/supervisor/graph/standing.ts';
import { Outcomes } from '../../src/supervisor/outcomes.ts';
import { Waits } from '../../src/supervisor/waits.ts';
import { entryIn, running } from './entries.ts';
import { outcome } from './world.ts';

const holds = { isStalled: () => false, culprit: () => undefined, isForTime: () => false };
const starting: State = { tag: 'starting', first: true, spawned: true, since: 0 };

function parts() {
	const waits = new Waits();
	const downs = new Map<Entry, Down>();
	const outcomes = new Outcomes({
		downs: { of: (entry) => downs.get(entry) },
		holds,
		until: (entry, judge) => waits.until(entry, judge),
	});
	const become = (entry: Entry, state: State) => {
		entry.life = { ...entry.life, state };
		waits.changed(entry);
	};
	return { outcomes, downs, become };
}

test('a start is over when all are ready', async () => {
	const { outcomes, become } = parts();
	const [web, db] = [entryIn(starting), entryIn(starting, { name: 'db' })];
	const started = outcomes.started([web, db]);
	become(web, running);
	expect(await outcome(started)).toBe('pending');
	become(db, running);
	expect(await outcome(started)).toBe('ok');
});

test('of each that is refused is told at once, whether that was known before or not', async () => {
	const { outcomes, downs, become } = parts();
	const [web, db, cache] = ['web', 'db', 'cache'].map((name) =>
		Object.assign(entryIn(starting), { name }),
	) as [Entry, Entry, Entry];
	const told: string[] = [];
	const started = outcomes.started([web, db, cache], new Map([[db, refuse('no')]]), (entry, why) =>
		told.push(`${entry.name}: ${why.refused}`),
	);
	expect(await outcome(started)).toBe('pending');
	expect(told).toEqual(['db: no']);
	downs.set(web, { how: 'stop' });
	become(web, starting);
	expect(await outcome(started)).toBe('pending');
	expect(told).toEqual(['db: no', 'web: "web" is to be stopped: a later request overtook this one']);
	become(cache, running);
	expect(await outcome(started)).toBe('"web" is to be stopped: a later request overtook this one; no');
});

test('a stop is over when all are gone, and not before it has begun', async () => {
	const { outcomes, downs, become } = parts();
	const web = entryIn(running);
	downs.set(web, { how: 'stop' });
	const stopped = outcomes.stopped([web]);
	become(web, running);
	expect(await outcome(stopped)).toBe('pending');
	downs.delete(web);
	become(web, { tag: 'stopped' });
	expect(await outcome(stopped)).toBe('ok');
});
