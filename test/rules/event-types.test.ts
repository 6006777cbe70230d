import { expect, test } from 'vitest';
import { eventTypes } from '../../src/events/event.ts';
import { checkEmitted, checkOn } from '../../src/rules/event-types.ts';

test.each([
	...eventTypes,
	'*',
	'*.exited',
	'process.*',
	'p*.failed',
	'pressure.[cm]*',
	'pager.sent',
	'pager.*',
	'a-b.c_1',
	'time?',
])('a rule may hear %s', (type) => {
	expect(checkOn(type)).toBeUndefined();
});

test.each([
	['process.exted', '"process.exted" is no event type (did you mean "process.exited"?)'],
	['exited', '"exited" is no event type (did you mean "process.exited"?)'],
	['timers', '"timers" is no event type (did you mean "timer"?)'],
	['oom.xyzzy', '"oom.xyzzy" is no event type; known are oom.killed'],
	[
		'xyzzyxyzzy',
		'"xyzzyxyzzy" is no event type; archon has "process.exited" and so on, one of your own is two words, "pager.sent"',
	],
	[
		'a.b.c',
		'"a.b.c" is no event type; archon has "process.exited" and so on, one of your own is two words, "pager.sent"',
	],
	[
		'',
		'"" is no event type; archon has "process.exited" and so on, one of your own is two words, "pager.sent"',
	],
	[
		'process.x*',
		'"process.x*" matches no event type; known are process.starting, process.started, process.ready, process.exited, process.stopping, process.stopped, process.backoff, process.failed, process.paused, process.resumed, process.degraded, process.recovered, process.replaced, process.kept, process.monitored, process.sample, process.spawned, process.output',
	],
	['oom.kiled*', '"oom.kiled*" matches no event type (did you mean "oom.killed"?)'],
	['process.[ab', '"process.[ab" has a "[" that nothing closes'],
	['process. *', '"process. *" is no glob of event types; it has letters, "." and *, ?, [a-z] or [!a-z]'],
	[
		`${'a'.repeat(256)}*`,
		`"${'a'.repeat(80)}..." is no glob of event types; it has letters, "." and *, ?, [a-z] or [!a-z]`,
	],
])('%s is refused', (type, refused) => {
	expect(checkOn(type)).toEqual({ refused });
});

test("a rule may emit types of families that are not archon's own", () => {
	expect(checkEmitted('pager.sent')).toBe('pager.sent');
	expect(eventTypes.filter((type) => typeof checkEmitted(type) === 'string')).toEqual([]);
	expect(checkEmitted('process.mine')).toEqual({
		refused:
			'"process.mine": events of the family "process" are archon\'s own; emit a type of another family',
	});
});
