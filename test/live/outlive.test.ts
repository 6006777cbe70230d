import { describe, expect, test } from 'vitest';
import { ask, pidOf } from '../session/ask.ts';
import { Watch } from '../session/watch.ts';
import { besieged, nginx, node, python, redis, statically } from './unmodified.ts';

const servers = {
	'python3 -m http.server': python,
	'node http': node,
	'redis-server': redis,
	nginx,
	'a static program (seccomp)': statically,
};

const keys = `backoff = { from = "0s", to = "0s" }
	limit = { failures = 1000 }
	stop = { timeout = "5s" }`;

describe('an unmodified server goes through 20 restarts and 5 kills, and refuses nobody', () => {
	for (const [name, server] of Object.entries(servers)) {
		test(name, { timeout: 40_000 }, async () => {
			const { archon, storm } = await besieged(server, () => keys);
			for (let n = 0; n < 20; n++) {
				expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
				await storm.serves(50);
			}
			const watch = await Watch.begin(archon, 'names=web', 'types=process.ready');
			for (let n = 0; n < 5; n++) {
				process.kill(await pidOf(archon, 'web'), 'SIGKILL');
				await watch.event('process.ready');
				await storm.serves(50);
			}
			const tally = await storm.end();
			expect(tally).toMatchObject({ refused: 0, other: 0 });
		});
	}
});
