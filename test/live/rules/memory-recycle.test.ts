import { expect, test } from 'vitest';
import { shippedRule } from '../../rules/examples.ts';
import { rows } from '../../session/ask.ts';
import { fieldOf, ruled, service, sleeping } from '../../session/ruled.ts';
import { Watch } from '../../session/watch.ts';

test('a worker that takes too much memory for too long is restarted, others are let be', async () => {
	const big = `exec python3 -c 'import time; x = bytearray(60 << 20); time.sleep(60)'`;
	const rule = shippedRule('memory-recycle.lua', { '512MiB': '20MiB', '2m': '300ms' });
	const services = `${service('worker-1', big)}${sleeping('worker-2')}${service('other', big)}`;
	const archon = await ruled(`[daemon]\nsample = "100ms"\n${services}`, rule);
	const watch = await Watch.begin(archon, 'exclude=*.sample');
	const fired = await watch.event('rule.fired');
	expect([fired[4], fieldOf(fired, 'because')]).toEqual(['worker-1', 'it took more than 20MiB']);
	await watch.event('process.ready', 'worker-1');
	const events = await rows(archon, 'Events', 'types=process.stopping;rule.error');
	expect(events.filter((row) => row['name'] !== 'worker-1')).toEqual([]);
});
