import { once } from 'node:events';
import { expect, test } from 'vitest';
import { client } from './client.ts';
import { daemonPid } from './crash.ts';
import { described } from './described.ts';

test('a Shutdown that a crash interrupts goes on to its end, as what TERM has begun does', async () => {
	const { archon, ear, gate } = await described(({ ear, gate }) => ({
		web: {
			run: `trap 'echo term ${ear.tell}; ${gate.wait}; exit 0' TERM; echo up ${ear.tell}; while :; do sleep 60 & wait; done`,
		},
	}));
	expect(await ear.hears()).toBe('up');
	const over = once(archon.keeper, 'exit');
	await (await client(archon)).say('Shutdown\n');
	expect(await ear.hears()).toBe('term');
	process.kill(daemonPid(archon), 'SIGKILL');
	gate.open();
	expect(await over).toEqual([0, null]);
});
