import { expect, test } from 'vitest';
import type { State } from '../../src/process/state.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import { Members } from '../../src/supervisor/graph/members.ts';
import { standingOf } from '../../src/supervisor/graph/standing.ts';
import { GroupStates } from '../../src/supervisor/group-states.ts';
import { entryIn, running } from './entries.ts';

test('a group is what its members are, and is told once per edge', () => {
	const group = (name: string, members: string[]) =>
		({ name, members, strategy: 'one_for_one', intensity: { restarts: 5, within: 1 } }) as const;
	const members = new Members([], [group('inner', ['a']), group('outer', ['inner', 'b'])]);
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
		states.changed(entry);
		states.changed(entry);
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
