import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { Ear } from '../session/ear.ts';
import { Gate } from '../session/gate.ts';
import { client } from './client.ts';
import { daemonPid } from './crash.ts';
import { described, tomlOf } from './described.ts';

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

test('so does what a failure has begun, and it is one for whoever started archond', async () => {
	const directory = temporary();
	const [gate, ear] = [new Gate({ directory }), new Ear({ directory })];
	const services = tomlOf({
		web: {
			run: `trap 'echo term ${ear.tell}; ${gate.wait}; exit 0' TERM; echo up ${ear.tell}; while :; do sleep 60 & wait; done`,
		},
		bad: { run: `${gate.wait}; exit 7`, restart: 'never' },
	});
	const archon = await Archon.configured(`[daemon]\nfail_on_error = true\n${services}`, directory);
	expect(await ear.hears()).toBe('up');
	const over = once(archon.keeper, 'exit');
	gate.open();
	expect(await ear.hears()).toBe('term');
	process.kill(daemonPid(archon), 'SIGKILL');
	gate.open();
	expect(await over).toEqual([1, null]);
});
