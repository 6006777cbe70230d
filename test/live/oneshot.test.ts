import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ask, pidOf, rows, status } from '../session/ask.ts';
import { Watch } from '../session/watch.ts';
import { described } from './described.ts';

test('Start replies when it has ended well, and each Start runs it again', async () => {
	const { archon, ear, gate } = await described(({ ear, gate }) => ({
		once: { run: `echo ran ${ear.tell}; ${gate.wait}`, oneshot: true, manual: true },
	}));
	for (let n = 0; n < 2; n++) {
		let isDone = false;
		const reply = ask(archon, 'Start', 'once').then((final) => {
			isDone = true;
			return final;
		});
		await ear.hears();
		expect([(await status(archon, 'once'))['state'], isDone]).toEqual(['starting', false]);
		gate.open();
		expect(await reply).toBe('Ok');
		expect(await status(archon, 'once')).toMatchObject({ state: 'exited', last: 'exit:0', restarts: '0' });
	}
	const events = await rows(archon, 'Events', 'names=once');
	expect(events.map((row) => row['type']?.replace('process.', ''))).toEqual([
		...['starting', 'started', 'exited'],
		...['starting', 'started', 'exited'],
	]);
	expect(events[1]?.['fields']).toMatch(/^pid=\d+,start=\d+$/);
});

test('it has as long as it takes, unless something else is said', async () => {
	const { archon } = await described(() => ({
		short: { run: 'exec sleep 60', oneshot: true, start_timeout: '100ms', restart: 'never' },
		tried: { run: 'exec sleep 60', oneshot: true, start_timeout: '100ms', limit: { failures: 1 } },
		long: { run: 'exec sleep 60', oneshot: true },
	}));
	expect(await ask(archon, 'Wait', 'tried', 'failed')).toBe('Ok');
	expect((await status(archon, 'tried'))['reason']).toBe('not ready after 100ms; ended once within 10s');
	expect(await ask(archon, 'Wait', 'short', 'failed')).toBe('Ok');
	expect((await status(archon, 'short'))['reason']).toBe('not ready after 100ms');
	expect((await status(archon, 'long'))['state']).toBe('starting');
	expect(await ask(archon, 'Stop', 'long')).toBe('Ok');
	expect(await status(archon, 'long')).toMatchObject({ state: 'stopped', last: 'signal:TERM' });
});

test('one that fails is run again by its policy, and Start says that it failed', async () => {
	const { archon } = await described(({ directory }) => ({
		twice: {
			run: 'test -e tried && exit 0; touch tried; exit 5',
			directory,
			oneshot: true,
			manual: true,
		},
		never: { run: 'exit 6', oneshot: true, manual: true, restart: 'never' },
	}));
	const watch = await Watch.begin(archon, 'names=twice');
	expect(await ask(archon, 'Start', 'twice')).toMatch(
		/^Error,"""twice"" is backoff: ended with exit:5; starts/,
	);
	await watch.event('process.backoff');
	expect(await ask(archon, 'Wait', 'twice', 'exited')).toBe('Ok');
	expect(await status(archon, 'twice')).toMatchObject({ restarts: '1', last: 'exit:0', reason: '' });
	expect(await ask(archon, 'Start', 'never')).toBe('Error,"""never"" is failed: ended with exit:6"');
});

test('what counts as a good end can be said', async () => {
	const { archon } = await described(() => ({
		once: { run: 'exit 3', oneshot: true, manual: true, success: [0, 3] },
		killed: { run: 'kill -TERM $$', oneshot: true, manual: true, success: ['TERM'] },
	}));
	expect(await ask(archon, 'Start', 'once')).toBe('Ok');
	expect(await ask(archon, 'Start', 'killed')).toBe('Ok');
});

test('what it leaves behind is ended before it counts as done', async () => {
	const { archon, ear, gate } = await described(({ ear, gate }) => ({
		once: {
			run: `setsid -f sh -c 'trap "echo term ${ear.tell}; exit" TERM; echo up ${ear.tell}; while :; do sleep 60 & wait; done'; ${gate.wait}; exit 0`,
			oneshot: true,
			manual: true,
		},
	}));
	const reply = ask(archon, 'Start', 'once');
	expect(await ear.hears()).toBe('up');
	gate.open();
	expect(await reply).toBe('Ok');
	expect(await ear.hears()).toBe('term');
	// The shell, and its sleep where it has come to that.
	expect((await status(archon, 'once'))['reason']).toMatch(
		/^left (1 process|2 processes): run it in the foreground$/,
	);
});

test('Restart ends it and runs it again', async () => {
	const { archon, ear, gate } = await described(({ ear, gate }) => ({
		once: { run: `echo $$ ${ear.tell}; ${gate.wait}`, oneshot: true },
	}));
	const [first] = await ear.numbers(1);
	const reply = ask(archon, 'Restart', 'once');
	const [second] = await ear.numbers(1);
	expect(second).not.toBe(first);
	gate.open();
	expect(await reply).toBe('Ok');
});

test('what needs it stays while it runs again by a Start, and goes when that fails', async () => {
	const { archon, ear, gate } = await described(({ ear, gate, directory }) => ({
		once: {
			run: `echo ran ${ear.tell}; ${gate.wait}; test ! -e fail`,
			directory,
			oneshot: true,
			backoff: { from: '1h', to: '1h' },
		},
		web: { run: 'exec sleep 60', requires: ['once'], after: ['once'] },
	}));
	await ear.hears();
	gate.open();
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
	const pid = await pidOf(archon, 'web');
	const again = ask(archon, 'Start', 'once');
	await ear.hears();
	expect(await pidOf(archon, 'web')).toBe(pid);
	gate.open();
	expect(await again).toBe('Ok');
	expect(await ask(archon, 'Start', '*')).toBe('Ok');
	expect(await pidOf(archon, 'web')).toBe(pid);
	writeFileSync(`${archon.directory}/fail`, '');
	const failed = ask(archon, 'Start', 'once');
	await ear.hears();
	gate.open();
	expect(await failed).toMatch(/^Error,"""once"" is backoff/);
	expect(await ask(archon, 'Wait', 'web', 'waiting')).toBe('Ok');
});
