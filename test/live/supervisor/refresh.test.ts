import { expect, test } from 'vitest';
import { ask, daemon, pidOf, written } from '../../session/ask.ts';
import { described, script } from '../described.ts';
import { until } from '../until.ts';

const sleep = 'exec sleep 60';

test('a signal is sent to the main process, and to no other', async () => {
	const { archon, ear } = await described(({ ear }) => {
		const listen = (name: string) =>
			`trap 'echo ${name} ${ear.tell}' HUP; echo up ${ear.tell}; while :; do sleep 60 & wait; done`;
		return { web: { run: `(${listen('child')}) & ${listen('main')}`, reload: 'HUP' } };
	});
	expect([await ear.hears(), await ear.hears()]).toEqual(['up', 'up']);
	expect(await ask(archon, 'Refresh', 'web')).toBe('Ok');
	expect(await ear.hears()).toBe('main');
	expect(await ask(archon, 'Refresh', 'web')).toBe('Ok');
	expect(await ear.hears()).toBe('main');
});

test('a command has the pid of the main process in MAINPID, and the environment of the service', async () => {
	const { archon } = await described(() => ({
		web: { run: sleep, env: { COLOUR: 'red' }, reload: script('echo $MAINPID $COLOUR') },
	}));
	await ask(archon, 'Wait', 'web', 'running');
	expect(await ask(archon, 'Refresh', 'web')).toBe('Ok');
	expect(await written(archon, 'web')).toEqual([`${await pidOf(archon, 'web')} red`]);
});

test.each([
	['echo out; echo why >&2; exit 3', 'exit:3: why'],
	['echo out; exit 1', 'exit:1: out'],
	['exit 1', 'exit:1'],
	['kill -9 $$', 'signal:KILL'],
])('a command that fails: its end, and the last line it wrote: %s', async (text, why) => {
	const { archon } = await described(() => ({
		web: { run: `echo before >&2; ${sleep}`, reload: script(text) },
	}));
	await ask(archon, 'Wait', 'web', 'running');
	await until(async () => (await written(archon, 'web', 'stderr')).length === 1);
	expect(await ask(archon, 'Refresh', 'web')).toBe(
		`Error,"""web"" was not refreshed: ""sh -c ${text}"": ${why}"`,
	);
});

test('a command that cannot be started says which step failed', async () => {
	const { archon } = await described(() => ({ web: { run: sleep, reload: ['nosuch'] } }));
	await ask(archon, 'Wait', 'web', 'running');
	expect(await ask(archon, 'Refresh', 'web')).toBe(
		'Error,"""web"" was not refreshed: ""nosuch"": exec: no such file or directory"',
	);
});

test('of several, each is refreshed, and the Error lists those that were not', async () => {
	const { archon } = await described(() => ({
		'web-1': { run: sleep, reload: script('exit 0') },
		'web-2': { run: sleep, reload: script('exit 1') },
		other: { run: sleep },
	}));
	for (const name of ['web-1', 'web-2', 'other']) {
		await ask(archon, 'Wait', name, 'running');
	}
	expect(await ask(archon, 'Refresh', 'web-*')).toBe(
		'Error,"""web-2"" was not refreshed: ""sh -c exit 1"": exit:1"',
	);
	expect(await ask(archon, 'Refresh', 'other')).toMatch(/in \[service\.other\] set reload = ""HUP""/);
});

test('what does not run, or is no service, is not refreshed', async () => {
	const { archon } = await described(() => ({
		web: { run: sleep, reload: 'HUP', manual: true },
		held: { run: sleep, reload: 'HUP' },
	}));
	await daemon(archon, 'asked', sleep);
	await ask(archon, 'Wait', 'held', 'running');
	await ask(archon, 'Pause', 'held');
	expect([
		await ask(archon, 'Refresh', 'web'),
		await ask(archon, 'Refresh', 'held'),
		await ask(archon, 'Refresh', 'asked'),
	]).toEqual([
		'Error,"""web"" cannot be refreshed: it is stopped, not running"',
		'Error,"""held"" cannot be refreshed: it is paused, not running"',
		'Error,"""asked"" says nothing of how it is refreshed: only a service of the configuration can, by its key reload"',
	]);
	await ask(archon, 'Resume', 'held');
});
