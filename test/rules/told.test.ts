import { expect, test } from 'vitest';
import type { ProcessView } from '../../src/rules/rule.ts';
import { Told } from '../../src/rules/told.ts';

function view(state: string): ProcessView {
	return {
		name: 'x',
		kind: 'service',
		state,
		pid: 1,
		since: 0,
		restarts: 0,
		last: '',
		reason: '',
		labels: {},
	};
}

test('at first everything is told, then what changed', () => {
	const told = new Told(new Map([['web', view('running')]]));
	expect(told.take()).toEqual([['web', view('running')]]);
	expect(told.take()).toEqual([]);
	told.changed('web', view('stopped'));
	told.changed('web', view('failed'));
	told.changed('db', view('running'));
	expect(told.take()).toEqual([
		['web', view('failed')],
		['db', view('running')],
	]);
});

test('what is gone is told once to who knew it', () => {
	const told = new Told(new Map([['web', view('running')]]));
	told.take();
	told.changed('web', undefined);
	expect(told.take()).toEqual([['web', undefined]]);
	told.changed('web', undefined);
	expect(told.take()).toEqual([]);
});

test('what came and went is not told, however often', () => {
	const told = new Told(new Map());
	for (let i = 0; i < 10; i++) {
		told.changed(`brief-${i}`, view('running'));
		told.changed(`brief-${i}`, undefined);
	}
	expect(told.take()).toEqual([]);
});
