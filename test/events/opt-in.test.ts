import { expect, test } from 'vitest';
import { eventTypes } from '../../src/events/event.ts';
import { askedFor, optInTypes } from '../../src/events/opt-in.ts';

test('Opt-in types are types of archon.', () => {
	expect(optInTypes.filter((type) => !eventTypes.includes(type))).toEqual([]);
});

test.each([
	[[], []],
	[['process.sample'], ['process.sample']],
	[['process.exited', 'process.output'], ['process.output']],
	[['pressure.*'], ['pressure.cpu', 'pressure.memory', 'pressure.io']],
	[['request.*'], ['request.received', 'request.handled']],
	[['process.s[at]*'], []],
	[['process.sa*'], ['process.sample']],
	[['*'], []],
	[['process.*', '*.sample'], []],
	[['pager.*', 'pager.sent'], []],
	[
		['oom.killed', 'pressure.cpu', 'oom.*'],
		['pressure.cpu', 'oom.killed'],
	],
])('%j asks for %j.', (globs, types) => {
	expect(askedFor(globs)).toEqual(types);
});
