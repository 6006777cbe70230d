import { expect, test } from 'vitest';
import { eventTypes } from '../../src/events/event.ts';
import { fieldNames } from '../../src/events/fields.ts';
import { checkField } from '../../src/rules/event-fields.ts';

test.each(eventTypes)('%s has its own fields and what a rule sees of any event, and no other', (type) => {
	const known = [...fieldNames(type), 'cause', 'type', 'name', 'seq', 'time', 'labels', 'kind', 'state'];
	expect(known.map((field) => checkField(field, [type])).filter((it) => it !== undefined)).toEqual([]);
	expect(checkField('tier', [type])).toMatch(/^unknown field "tier"/);
});

test.each([
	['a type that a rule emits', ['pager.sent']],
	['a glob of such', ['pager.*']],
	['a glob that may mean any', ['*']],
	['one of them that may mean any', ['timer', '*.failed']],
	['what is no type at all', ['process.exted']],
	['a glob that matches none of a family of archon', ['process.x*']],
])('%s may have any field', (_, on) => {
	expect(checkField('tier', on)).toBeUndefined();
});

test('a glob of types of archon has the fields of each, and of several types it is enough that one has it', () => {
	expect(checkField('rss', ['process.s*'])).toBeUndefined();
	expect(checkField('rss', ['process.e*'])).toMatch(/^unknown field "rss"; process\.e\* has pid,/);
	expect(checkField('rss', ['timer', 'process.sample'])).toBeUndefined();
});

test('what was meant is named, then what there is; many types are not told one by one', () => {
	const rest = 'cause, type, name, seq, time, labels, kind, state';
	expect(checkField('exti', ['process.exited'])).toMatch(
		/^unknown field "exti" \(did you mean "exit"\?\); process\.exited has pid, start, exit,/,
	);
	const groups = ['group.failed', 'daemon.stopping', 'group.kept'];
	expect(checkField('x', groups)).toBe(`unknown field "x"; ${groups.join(' or ')} has reason, ${rest}`);
	expect(checkField('x', [...groups, 'timer'])).toBe(
		`unknown field "x"; what "on" names has reason, file, rule, ${rest}`,
	);
});
