import { expect, test } from 'vitest';
import { shippedRule } from '../../rules/examples.ts';
import { ask, rows } from '../../session/ask.ts';
import { fieldOf, ruled, service, sleeping } from '../../session/ruled.ts';
import { Watch } from '../../session/watch.ts';

const flapping = ['restart = "on-failure"', 'backoff = { from = "10ms", to = "10ms" }', 'manual = true'];

test('what flaps is stopped, rests, and is started again; one with the label is left alone', async () => {
	const rule = shippedRule('flapping-quarantine.lua', {
		'most   = 5 ': 'most   = 3 ',
		'rest   = 30 * 60': 'rest   = 0.3',
		'every = "30s"': 'every = "50ms"',
	});
	const archon = await ruled(
		service('web', 'exit 1', ...flapping) +
			service('let-be', 'exit 1', ...flapping, 'labels = { quarantine = "no" }') +
			sleeping('steady'),
		rule,
	);
	const watch = await Watch.begin(archon);
	await ask(archon, 'Start', 'web');
	await ask(archon, 'Start', 'let-be');
	const entered = await watch.event('quarantine.entered');
	expect([entered[4], fieldOf(entered, 'ends')]).toEqual(['web', '3']);
	const left = await watch.event('quarantine.left');
	expect(left[4]).toBe('web');
	await watch.event('process.starting', 'web');
	const fired = await rows(archon, 'Events', 'types=rule.fired;rule.error', 'exclude=web');
	expect(fired.every((row) => /rule=who has rested is started again/.test(row['fields'] ?? ''))).toBe(true);
	const stopped = await rows(archon, 'Events', 'types=process.stopped');
	expect(new Set(stopped.map((row) => row['name']))).toEqual(new Set(['web']));
});
