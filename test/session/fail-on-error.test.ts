import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

const failing = (how: string, more = '') =>
	`[daemon]\nfail_on_error = true\n[service.a]\nrun = ["sleep", "60"]\n` +
	`[service.bad]\nrun = ["sh", "-c", "sleep 0.2; exit 7"]\nbackoff = { from = "1ms" }\n${how}\n${more}`;

test.each([
	['one that is not restarted', failing('restart = "never"'), '"bad" failed: ended with exit:7'],
	[
		'one that has reached its limit',
		failing('limit = { failures = 2, within = "10s" }'),
		'"bad" failed: ended 2 times within 10s (its last end: exit:7)',
	],
	[
		'a group that has given up',
		failing('', '[group.shop]\nmembers = ["a", "bad"]\nintensity = { restarts = 0 }'),
		'group shop gave up: 1 restart within 1m',
	],
])('with fail_on_error %s ends archond with 1 and says why', async (_, toml, why) => {
	const archon = await Archon.configured(toml);
	const { keeper } = archon;
	expect(keeper.exitCode ?? (await once(keeper, 'exit'))[0]).toBe(1);
	expect(archon.said).toContain(`archond: ${why} (fail_on_error)`);
});
