import { readdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { asidesMost } from '../../../src/supervisor/asides.ts';
import { ask, names, pidOf, rows, status } from '../../session/ask.ts';
import { Watch } from '../../session/watch.ts';
import { crash, daemonPid } from '../crash.ts';
import { described, script } from '../described.ts';
import { isAlive } from '../told.ts';
import { until } from '../until.ts';

const sleep = 'exec sleep 60';

test('after a crash of the daemon what is left of a command is ended, and nothing of it is told', async () => {
	const { archon, ear } = await described(({ ear }) => ({
		web: {
			run: sleep,
			before: [script(`trap "" TERM; setsid sleep 60 & echo $! ${ear.tell}; echo $$ ${ear.tell}; wait`)],
		},
	}));
	const pids = await ear.numbers(2);
	await crash(archon);
	// The daemon that takes over goes on with the start, whose command tells its pids as well.
	const again = await ear.numbers(2);
	await until(() => pids.filter(isAlive).length === 0);
	expect(again.filter(isAlive)).toEqual(again);
	const events = await rows(archon, 'Events', 'types=process.*');
	expect(events.map((row) => row['type'])).toEqual(['process.starting']);
	expect(await names(archon)).toEqual(['web']);
});

test('what a command left that ended together with the daemon is ended, too', async () => {
	const { archon, directory, gate, ear } = await described(({ directory, gate, ear }) => ({
		web: {
			run: sleep,
			manual: true,
			directory,
			before: [
				script(`setsid -f sh -c 'echo $$ ${ear.tell}; exec sleep 60'; ${gate.wait}; kill -9 $(cat daemon)`),
			],
		},
	}));
	void ask(archon, 'Start', 'web').catch(() => undefined);
	const pids = await ear.numbers(1);
	writeFileSync(`${directory}/daemon`, String(daemonPid(archon)));
	gate.open();
	await until(() => pids.filter(isAlive).length === 0);
	expect(await status(archon, 'web')).toMatchObject({ state: 'starting' });
});

test('no more than eight run on behalf of a service at a time', async () => {
	const { archon, ear, gate } = await described(({ ear, gate }) => ({
		web: { run: sleep, reload: script(`echo $$ ${ear.tell}; ${gate.wait}`) },
	}));
	await ask(archon, 'Wait', 'web', 'running');
	const replies = Array.from({ length: asidesMost }, () => ask(archon, 'Refresh', 'web'));
	await ear.numbers(asidesMost);
	expect(await ask(archon, 'Refresh', 'web')).toMatch(
		/start: 8 commands of this service are running already"$/,
	);
	for (let n = 0; n < asidesMost; n++) {
		gate.open();
	}
	expect(await Promise.all(replies)).toEqual(Array(asidesMost).fill('Ok'));
	const last = ask(archon, 'Refresh', 'web');
	await ear.numbers(1);
	gate.open();
	expect(await last).toBe('Ok');
});

test('what takes too long is killed with its tree', async () => {
	const { archon, ear } = await described(({ ear }) => ({
		web: {
			run: sleep,
			start_timeout: '2s',
			reload: script(`trap "" TERM; setsid sleep 60 & echo $! ${ear.tell}; echo $$ ${ear.tell}; wait`),
		},
	}));
	await ask(archon, 'Wait', 'web', 'running');
	const reply = ask(archon, 'Refresh', 'web');
	const pids = await ear.numbers(2);
	expect(await reply).toMatch(/timeout: it did not end within 2s"$/);
	expect(pids.filter(isAlive)).toEqual([]);
	expect(await status(archon, 'web')).toMatchObject({ state: 'running' });
});

test('when the service is stopped, what runs on its behalf is killed', async () => {
	const { archon, ear } = await described(({ ear }) => ({
		web: { run: sleep, reload: script(`echo $$ ${ear.tell}; exec sleep 60`) },
	}));
	await ask(archon, 'Wait', 'web', 'running');
	const reply = ask(archon, 'Refresh', 'web');
	const pids = await ear.numbers(1);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(await reply).toMatch(/the service was ended meanwhile"$/);
	expect(pids.filter(isAlive)).toEqual([]);
});

test('its end is none of the service, whose process goes on, and what the service leaves is not its', async () => {
	const { archon, ear, gate } = await described(({ ear, gate }) => ({
		web: {
			run: `setsid sleep 60 & echo $! ${ear.tell}; ${sleep}`,
			reload: script(`setsid -f sh -c 'echo $$ ${ear.tell}; exec sleep 60'; ${gate.wait}`),
		},
	}));
	const own = [...(await ear.numbers(1)), await pidOf(archon, 'web')];
	const reply = ask(archon, 'Refresh', 'web');
	const left = await ear.numbers(1);
	gate.open();
	expect(await reply).toBe('Ok');
	expect([own.filter(isAlive), left.filter(isAlive)]).toEqual([own, []]);
	const watch = await Watch.begin(archon, 'names=web');
	await ask(archon, 'Stop', 'web');
	await watch.event('process.stopped');
	expect(own.filter(isAlive)).toEqual([]);
});

test('nothing is kept of those that have ended', async () => {
	const { archon } = await described(() => ({ web: { run: sleep, reload: script('echo x') } }));
	await ask(archon, 'Wait', 'web', 'running');
	const descriptors = () => readdirSync(`/proc/${daemonPid(archon)}/fd`).length;
	const refresh = async () => {
		for (let n = 0; n < 10; n++) {
			expect(await ask(archon, 'Refresh', 'web')).toBe('Ok');
		}
	};
	await refresh();
	const before = descriptors();
	await refresh();
	// One of each of the ten would be ten; a connection more or less is being closed.
	await until(() => descriptors() < before + 5);
});
