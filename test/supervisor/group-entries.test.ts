import { expect, test } from 'vitest';
import type { State } from '../../src/process/state.ts';
import { Members } from '../../src/supervisor/graph/members.ts';
import { entriesWithin, restartedWith } from '../../src/supervisor/group-entries.ts';
import { entryIn, groupOf, running } from './entries.ts';

test('with a member is restarted what is there, on its way, or would be after a while', () => {
	const outer = groupOf('outer', 'one_for_all', ['inner', 'up', 'off', 'leaving', 'gone']);
	const members = new Members([], [groupOf('inner', 'one_for_all', ['failing']), outer]);
	const states: Record<string, State> = {
		failing: { tag: 'backoff', until: 1 },
		up: running,
		off: { tag: 'stopped' },
		leaving: { tag: 'stopped' },
	};
	const entries = new Map(Object.entries(states).map(([name, state]) => [name, entryIn(state, { name })]));
	const ports = {
		members: () => members,
		get: (name: string) => entries.get(name),
		isLeaving: ({ name }: { name: string }) => name === 'leaving',
	};
	expect(entriesWithin(ports, ['outer']).map((it) => it.name)).toEqual(['failing', 'up', 'off', 'leaving']);
	expect(restartedWith(ports, outer, 'up').map((it) => it.name)).toEqual(['failing', 'leaving']);
	expect(restartedWith(ports, outer, 'inner').map((it) => it.name)).toEqual(['up', 'leaving']);
});
