import { expect, test } from 'vitest';
import type { State } from '../../src/process/state.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import { Members } from '../../src/supervisor/graph/members.ts';
import { standingOf } from '../../src/supervisor/graph/standing.ts';
import { GroupStates } from '../../src/supervisor/group-states.ts';
import { entryIn, groupOf, running } from './entries.ts';
import { World } from './world.ts';

test('a group is what its members are, and is told once per edge', () => {
	const groups = [groupOf('inner', 'one_for_one', ['a']), groupOf('outer', 'one_for_one', ['inner', 'b'])];
	const members = new Members([], groups);
	const entries = new Map(['a', 'b'].map((name) => [name, entryIn({ tag: 'stopped' }, { name })]));
	const told: string[] = [];
	const states = new GroupStates({
		members: () => members,
		get: (name) => entries.get(name),
		standing: (entry) => standingOf(entry, undefined, false),
		tell: (type, name) => told.push(`${type} ${name}`),
	});
	const become = (name: string, state: State) => {
		const entry = entries.get(name) as Entry;
		entry.life = { ...entry.life, state };
		states.changed([entry]);
		states.changed([entry]);
		return told.splice(0);
	};
	states.configured();
	const starting: State = { tag: 'starting', first: false, spawned: false, since: 0 };
	expect(become('a', starting)).toEqual(['group.starting inner', 'group.starting outer']);
	expect(become('a', running)).toEqual(['group.ready inner', 'group.ready outer']);
	expect(become('b', starting)).toEqual(['group.starting outer']);
	expect(become('b', running)).toEqual(['group.ready outer']);
	expect(become('a', { tag: 'stopped' })).toEqual(['group.stopped inner']);
	expect(become('b', { tag: 'backoff', until: 1 })).toEqual(['group.starting outer']);
	states.giveUp('outer');
	expect(become('b', { tag: 'stopped' })).toEqual(['group.stopping outer']);
	states.fail('outer', 'too much', []);
	expect([told, states.of('outer'), states.failure('outer')]).toEqual([
		['group.failed outer'],
		'failed',
		'too much',
	]);
	states.revive('outer');
	expect([states.of('outer'), states.failure('outer'), states.stoppedWithin('outer')]).toEqual([
		'stopped',
		undefined,
		[],
	]);
});

test('a group is not ready before a group within it, which it starts again, is', () => {
	const world = new World(
		['a', 'off', 'b', 'c'].map((name) => ({ name })),
		[groupOf('inner', 'one_for_one', ['off', 'b', 'c'], 0), groupOf('outer', 'one_for_one', ['a', 'inner'])],
	);
	world.orders.boot(world.of('a', 'b', 'c'));
	world.settle();
	world.told.length = 0;
	world.step('b', 'fail');
	world.step('b');
	world.settle();
	expect(world.told.filter((it) => it.startsWith('group.')).map((it) => it.split(' ', 2).join(' '))).toEqual([
		'group.starting inner',
		'group.starting outer',
		'group.stopping inner',
		'group.failed inner',
		'group.starting inner',
		'group.ready inner',
		'group.ready outer',
	]);
});
