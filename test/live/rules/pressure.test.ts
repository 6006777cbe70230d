import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { shippedRule } from '../../rules/examples.ts';
import { ruled, sleeping } from '../../session/ruled.ts';
import { Watch } from '../../session/watch.ts';

// A processor that is short is easier had than memory.
test.skipIf(!existsSync('/proc/pressure/cpu'))(
	'what can wait is frozen while there is pressure, and goes on behind it',
	async () => {
		const rule = shippedRule('pressure.lua', {
			'"pressure.memory"': '"pressure.cpu"',
			'short   = 20': 'short   = 1',
			'rest    = 30': 'rest    = 0.2',
			'every = "10s"': 'every = "100ms"',
			'"indexer"': '"indexer"',
		});
		const archon = await ruled(sleeping('batch') + sleeping('indexer') + sleeping('other'), rule);
		const watch = await Watch.begin(archon);
		for (let i = 0; i < 2 * availableParallelism(); i++) {
			const busy = spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' });
			onTestFinished(() => {
				busy.kill('SIGKILL');
			});
		}
		const paused = [await watch.event('process.paused'), await watch.event('process.paused')];
		expect(paused.map((event) => event[4])).toEqual(['batch', 'indexer']);
		const resumed = [await watch.event('process.resumed'), await watch.event('process.resumed')];
		expect(resumed.map((event) => event[4])).toEqual(['batch', 'indexer']);
	},
);
