import { expect, test } from 'vitest';
import { ask, status } from '../session/ask.ts';
import { described } from './described.ts';
import { canFreeze, freeze } from './frozen.ts';
import { isAlive } from './told.ts';

const idle = 'while :; do sleep 60 & wait; done';

test('the stop signal is the one that is said', async () => {
	const { archon, ear } = await described(({ ear }) => ({
		web: {
			run: `trap 'exit 3' TERM; trap 'echo quit ${ear.tell}; exit 0' QUIT; echo up ${ear.tell}; ${idle}`,
			stop: { signal: 'QUIT' },
		},
		plain: { run: 'exec sleep 60', stop: { signal: 'INT' } },
	}));
	expect(await ear.hears()).toBe('up');
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(await ear.hears()).toBe('quit');
	expect(await status(archon, 'web')).toMatchObject({ state: 'stopped', last: 'exit:0' });
	await ask(archon, 'Wait', 'plain', 'running');
	await ask(archon, 'Restart', 'plain');
	expect(await status(archon, 'plain')).toMatchObject({ state: 'running', last: 'signal:INT' });
});

test('all of its tree is ended, children that made their own session included', async () => {
	const { archon, ear } = await described(({ ear }) => {
		const child = `sh -c 'echo $$ ${ear.tell}; exec sleep 60'`;
		const stubborn = `sh -c 'trap "" TERM; echo $$ ${ear.tell}; exec sleep 60'`;
		return {
			web: {
				run: `(setsid -f ${child}); setsid ${stubborn} & env -i /usr/bin/setsid -f ${child}; ${child} & echo $$ ${ear.tell}; ${idle}`,
				stop: { timeout: '200ms' },
			},
		};
	});
	const pids = await ear.numbers(5);
	expect(pids.filter(isAlive)).toEqual(pids);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(pids.filter(isAlive)).toEqual([]);
});

test('after its timeout it is killed, and a timeout of zero is KILL at once', async () => {
	const { archon, ear } = await described(({ ear }) => ({
		web: { run: `trap "" TERM; echo $$ ${ear.tell}; ${idle}`, stop: { timeout: '100ms' } },
		hard: { run: `trap "" TERM; echo $$ ${ear.tell}; ${idle}`, stop: { timeout: '0s' } },
	}));
	const pids = await ear.numbers(2);
	for (const name of ['web', 'hard']) {
		expect(await ask(archon, 'Stop', name)).toBe('Ok');
		expect(await status(archon, name)).toMatchObject({ state: 'stopped', last: 'signal:KILL' });
	}
	expect(pids.filter(isAlive)).toEqual([]);
});

test('what had to be killed starts again as anything else does', async () => {
	const { archon, ear } = await described(({ ear }) => ({
		web: { run: `trap "" TERM; echo $$ ${ear.tell}; ${idle}`, stop: { timeout: '100ms' } },
	}));
	await ear.numbers(1);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(await ask(archon, 'Start', 'web')).toBe('Ok');
	await ear.numbers(1);
	expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
	await ear.numbers(1);
	expect(await status(archon, 'web')).toMatchObject({ state: 'running', restarts: '0', last: 'signal:KILL' });
});

test.skipIf(!canFreeze)('what cannot be ended within two seconds the reply names', async () => {
	const { archon, ear } = await described(({ ear }) => ({
		web: {
			run: `setsid sh -c 'echo $$ ${ear.tell}; exec sleep 60' & ${idle}`,
			stop: { timeout: '100ms' },
		},
	}));
	const [child = 0] = await ear.numbers(1);
	const thaw = freeze(child);
	const began = performance.now();
	expect(await ask(archon, 'Stop', 'web')).toBe(`Error,"""web"" is still there after KILL: ${child}"`);
	expect(performance.now() - began).toBeGreaterThan(2000);
	expect(await status(archon, 'web')).toMatchObject({
		state: 'stopping',
		pid: '-',
		reason: `still there after KILL: ${child}`,
	});
	thaw();
	expect(await ask(archon, 'Wait', 'web', 'stopped')).toBe('Ok');
	expect(isAlive(child)).toBe(false);
});
