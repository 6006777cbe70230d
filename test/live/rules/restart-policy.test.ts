import { expect, test } from 'vitest';
import { shippedRule } from '../../rules/examples.ts';
import { ask, rows } from '../../session/ask.ts';
import { fieldOf, ruled, service } from '../../session/ruled.ts';
import { Watch } from '../../session/watch.ts';

/** When an event was, milliseconds since 1970. */
const timeOf = (event: readonly string[]) => Date.parse(event[2] ?? '');

const patient = ['restart = "never"', 'labels = { policy = "patient" }', 'manual = true'];

test('a service is started again by the policy of the rules, ever later, and is given up in the end', async () => {
	const rule = shippedRule('restart-policy.lua', {
		'failures <= 8': 'failures <= 3',
		'2 ^ (failures - 1)': '0.1 * 2 ^ (failures - 1)',
		'every = "1s"': 'every = "20ms"',
	});
	const archon = await ruled(
		service('web', 'exit 1', ...patient) + service('plain', 'exit 1', 'restart = "never"', 'manual = true'),
		rule,
	);
	const watch = await Watch.begin(archon);
	await ask(archon, 'Start', 'web');
	await ask(archon, 'Start', 'plain');
	const gaveUp = await watch.event('policy.gave-up');
	expect([gaveUp[4], fieldOf(gaveUp, 'failures')]).toEqual(['web', '4']);
	const times = async (type: string, name: string) =>
		(await rows(archon, 'Events', `types=${type}`, `names=${name}`)).map((row) =>
			Date.parse(row['time'] ?? ''),
		);
	const [failed, starting] = [await times('process.failed', 'web'), await times('process.starting', 'web')];
	expect([failed.length, starting.length]).toEqual([4, 4]);
	const waits = starting.slice(1).map((time, i) => time - (failed[i] ?? 0));
	for (const [i, wait] of waits.entries()) {
		expect(wait).toBeGreaterThanOrEqual(100 * 2 ** i);
	}
	expect((await times('process.starting', 'plain')).length).toBe(1);
});

test('a stop by request ends it', async () => {
	const rule = shippedRule('restart-policy.lua', {
		'2 ^ (failures - 1)': '1',
		'every = "1s"': 'every = "20ms"',
	});
	const archon = await ruled(service('web', 'exit 1', ...patient), rule);
	const watch = await Watch.begin(archon);
	await ask(archon, 'Start', 'web');
	const due = timeOf(await watch.event('process.failed', 'web')) + 1000;
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	await watch.event('process.stopped', 'web');
	// By then it was looked at what is due.
	while (timeOf(await watch.event('timer')) < due + 200) {}
	const starts = await rows(archon, 'Events', 'types=process.starting', 'names=web');
	expect(starts.length).toBe(1);
});
