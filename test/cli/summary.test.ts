import { expect, test } from 'vitest';
import { summaryLines } from '../../src/cli/summary.ts';
import type { Event } from '../../src/events/event.ts';
import type { Rule } from '../../src/rules/rule.ts';

const event: Event = { seq: 1, time: 0, type: 'process.sample', name: 'web', fields: [] };

function rule(...on: string[]): Rule {
	return {
		file: 'a.lua',
		line: 1,
		title: on.join(),
		on,
		when: {},
		except: {},
		lasting: undefined,
		timer: undefined,
		limit: undefined,
		act: { tag: 'function' },
	};
}

test('it says how much was seen and done, one of a thing as one', () => {
	const fired = new Map([
		['a', 2],
		['b', 1],
	]);
	expect(
		summaryLines({ fired, errors: 1 }, [rule('*'), rule('timer'), rule('*')], [event, event], 0),
	).toEqual(['2 events: 2 of 3 rules fired, 3 times in all, 1 error']);
	expect(summaryLines({ fired: new Map([['a', 1]]), errors: 0 }, [rule('*')], [event], 0)).toEqual([
		'1 event: 1 of 1 rule fired, 1 time in all, 0 errors',
	]);
});

test('it says what the journal has lost, and which events could not be there', () => {
	const rules = [rule('process.sample', 'pressure.*'), rule('oom.killed', 'process.failed')];
	const [, ...notes] = summaryLines({ fired: new Map(), errors: 0 }, rules, [event], 12);
	expect(notes).toEqual([
		'12 older events of that time: the journal has them no longer',
		'no pressure.cpu, pressure.memory, pressure.io, oom.killed in that time: recorded only while a rule or a subscriber asks for it',
	]);
});
