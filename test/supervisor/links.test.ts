import { expect, test } from 'vitest';
import { Links } from '../../src/supervisor/links.ts';
import { Table } from '../../src/supervisor/table.ts';
import { entryIn, running } from './entries.ts';
import { World } from './world.ts';

test('only what is there and archon starts again may depend on something', () => {
	const world = new World([{ name: 'web' }, { name: 'db' }]);
	const table = new Table();
	for (const entry of [...world.entries.values(), entryIn(running, { name: 'job', kind: 'run' })]) {
		table.add(entry);
	}
	const links = new Links(table, world.orders);
	expect(links.depend('web', 'db', 'requires')).toBeUndefined();
	expect(links.depend('web', 'job', 'after')).toBeUndefined();
	expect(links.depend('job', 'web', 'requires')?.refused).toBe(
		'"job" cannot depend on anything: it is a run, which archon does not start again',
	);
	expect(links.depend('web', 'nothing', 'requires')?.refused).toContain('nothing is called "nothing"');
	expect(links.impact('Start', 'web')).toEqual([
		['start', 'db', 'web requires it'],
		['start', 'web', 'asked'],
	]);
	expect(links.impact('Start', 'nothing')).toMatchObject({ refused: expect.any(String) });
	expect(links.undepend('web', 'db')).toBeUndefined();
	expect(links.undepend('web', 'db')?.refused).toContain('nothing to take back');
});
