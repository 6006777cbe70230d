import { expect, test } from 'vitest';
import { impact } from '../../src/supervisor/impact.ts';
import { World } from './world.ts';

const world = () =>
	new World([
		{ name: 'web', requires: ['db'] },
		{ name: 'db' },
		{ name: 'bad', limit: { failures: 1, within: 1000, retry: 0 } },
	]);

test('what a request would do is told in its order, and what it leaves alone', () => {
	const it = world();
	const rows = (verb: 'Start' | 'Stop' | 'Restart', ...names: string[]) =>
		impact(it.orders.view, verb, it.of(...names)).map((row) => row.join(' '));
	expect(rows('Start', 'web')).toEqual(['start db web requires it', 'start web asked']);
	expect(rows('Stop', 'web')).toEqual(['keep web is stopped']);
	it.orders.boot(it.of('web', 'bad'));
	it.settle();
	expect(rows('Restart', 'db')).toEqual([
		'stop web requires db',
		'stop db asked',
		'start db asked',
		'start web requires db',
	]);
	expect(rows('Start', 'db', 'web')).toEqual(['keep db is running', 'keep web is running']);
	it.step('bad', 'fail');
	expect([rows('Restart', 'bad'), rows('Stop', 'bad')]).toEqual([['start bad asked'], ['stop bad asked']]);
	const sshd = it.foreign('sshd');
	expect(impact(it.orders.view, 'Restart', [sshd])).toEqual([['keep', 'sshd', 'is running']]);
	expect(impact(it.orders.view, 'Stop', [sshd])).toEqual([['stop', 'sshd', 'asked']]);
});
