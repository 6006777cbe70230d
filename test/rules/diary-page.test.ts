import { expect, test } from 'vitest';
import { knownFrom, knownOf, leafOf, put, putSpell } from '../../src/rules/diary-page.ts';

const event = { seq: 3, time: 5, type: 'process.sample', name: 'web', fields: ['rss=1'] } as const;

test('All that is known is a leaf, which goes through JSON.', () => {
	const known = knownFrom(4);
	known.reached = {
		at: 4,
		behind: [['a.lua', [2, 'r']]],
		owed: [
			{
				action: { do: 'log', level: 'info', text: 'x', because: undefined },
				event,
				rule: { file: 'a.lua', title: 'r', line: 3 },
				start: 1,
				tries: 0,
			},
		],
		answers: [['a.lua', [[2, 'r', { actions: [] }]]]],
	};
	known.rules.set('k', { fired: 2, last: 5, error: 'bad', errors: 3, isOff: true, rings: 9 });
	known.states.set('a.lua', { n: [1, 2] });
	putSpell(known, 'k', 'web', { which: 'start=1', since: 3, event, isOver: true });
	const next = knownOf([leafOf(knownFrom(1)), JSON.parse(JSON.stringify(leafOf(known)))]);
	expect(JSON.stringify(next && leafOf(next))).toBe(JSON.stringify(leafOf(known)));
});

test('What is not there any more leaves nothing behind.', () => {
	const known = knownFrom(0);
	putSpell(known, 'k', 'web', { since: 3, event, isOver: true });
	putSpell(known, 'k', 'web', undefined);
	putSpell(known, 'k', 'db', undefined);
	expect(known.spells.size).toBe(0);
	expect(knownOf([])).toBeUndefined();
	const map = new Map([['a', 1]]);
	put(map, 'b', 2);
	put(map, 'a', undefined);
	expect([...map]).toEqual([['b', 2]]);
});
