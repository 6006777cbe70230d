import { expect, test } from 'vitest';
import { ask, pidOf, rows, status, written } from '../../session/ask.ts';
import { Watch } from '../../session/watch.ts';
import { described, script } from '../described.ts';
import { isAlive } from '../told.ts';
import { until } from '../until.ts';

const sleep = 'exec sleep 60';

test('the commands run one after another, then the main process, all with what the service is given', async () => {
	const { archon, directory } = await described(({ directory }) => ({
		web: {
			run: `echo main; ${sleep}`,
			directory,
			env: { COLOUR: 'red' },
			before: [script('echo first $COLOUR $ARCHON_SERVICE'), script('echo second; pwd')],
		},
	}));
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
	await until(async () => (await written(archon, 'web')).includes('main'));
	expect(await written(archon, 'web')).toEqual(['first red web', 'second', directory, 'main']);
	const events = await rows(archon, 'Events', 'names=web*');
	expect(events.map((row) => row['type'])).toEqual(['process.starting', 'process.started', 'process.ready']);
});

test.each([
	['exit 3', 'exit:3'],
	['kill -9 $$', 'signal:KILL'],
])('one that fails fails the start: %s', async (text, end) => {
	const { archon } = await described(() => ({
		web: { run: 'echo main', before: [script(text), script('echo never')], restart: 'never' },
	}));
	expect(await ask(archon, 'Wait', 'web', 'failed')).toBe('Ok');
	expect((await status(archon, 'web'))['reason']).toBe(`before: sh -c ${text}: ${end}`);
	expect(await written(archon, 'web')).toEqual([]);
});

test('one that cannot be started says which step failed', async () => {
	const { archon } = await described(() => ({
		web: { run: sleep, before: [['nosuch', '-t']], restart: 'never' },
	}));
	expect(await ask(archon, 'Wait', 'web', 'failed')).toBe('Ok');
	expect((await status(archon, 'web'))['reason']).toBe('before: nosuch -t: exec: no such file or directory');
});

test('a start that failed so is tried again by the policy', async () => {
	const { archon, gate } = await described(({ gate, directory }) => ({
		web: {
			run: sleep,
			before: [script(`${gate.wait}; test -e ${directory}/ready || { touch ${directory}/ready; exit 1; }`)],
		},
	}));
	const watch = await Watch.begin(archon, 'names=web');
	gate.open();
	await watch.event('process.backoff');
	gate.open();
	await watch.event('process.ready');
	expect(await status(archon, 'web')).toMatchObject({ state: 'running', restarts: '1', reason: '' });
});

test('meanwhile Status says which one runs; a Stop kills it with its tree, and nothing more is started', async () => {
	const { archon, ear } = await described(({ ear }) => ({
		web: {
			run: sleep,
			before: [script(`trap "" TERM; setsid sleep 60 & echo $! ${ear.tell}; echo $$ ${ear.tell}; wait`)],
			stop: { timeout: '1h' },
		},
	}));
	const pids = await ear.numbers(2);
	const { state, pid, reason } = await status(archon, 'web');
	expect([state, pid, reason]).toEqual(['starting', '-', expect.stringMatching(/^before: sh -c trap/)]);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(pids.filter(isAlive)).toEqual([]);
	expect(await status(archon, 'web')).toMatchObject({ state: 'stopped', reason: '' });
});

test('a Restart meanwhile begins anew', async () => {
	const { archon, gate, ear } = await described(({ gate, ear }) => ({
		web: { run: sleep, before: [script(`echo $$ ${ear.tell}; ${gate.wait}`)] },
	}));
	const [first = 0] = await ear.numbers(1);
	const restarted = ask(archon, 'Restart', 'web');
	await ear.numbers(1);
	expect(isAlive(first)).toBe(false);
	gate.open();
	expect(await restarted).toBe('Ok');
});

test('the time a start may take covers them', async () => {
	const { archon, ear } = await described(({ ear }) => ({
		web: {
			run: sleep,
			before: [script(`echo $$ ${ear.tell}; exec sleep 60`)],
			start_timeout: '2s',
			restart: 'never',
		},
	}));
	const pids = await ear.numbers(1);
	expect(await ask(archon, 'Wait', 'web', 'failed')).toBe('Ok');
	expect([pids.filter(isAlive), (await status(archon, 'web'))['last']]).toEqual([[], '-']);
	const [failed] = await rows(archon, 'Events', 'types=process.failed');
	expect(failed?.['fields']).toMatch(/^reason=not ready after 2s: before: /);
	expect((await status(archon, 'web'))['reason']).toMatch(
		/^not ready after 2s: before: sh -c .*: it was given up$/,
	);
});

test('what one leaves behind is killed before the next one runs', async () => {
	const { archon, ear, gate } = await described(({ ear, gate }) => ({
		web: {
			run: sleep,
			before: [
				script(`setsid -f sh -c 'trap "" TERM; echo $$ ${ear.tell}; exec sleep 60'; ${gate.wait}`),
				script(`echo next ${ear.tell}`),
			],
		},
	}));
	const [left = 0] = await ear.numbers(1);
	gate.open();
	expect(await ear.hears()).toBe('next');
	expect(isAlive(left)).toBe(false);
	await ask(archon, 'Wait', 'web', 'running');
	expect(isAlive(await pidOf(archon, 'web'))).toBe(true);
});
