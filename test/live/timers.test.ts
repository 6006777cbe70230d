import { expect, test } from 'vitest';
import type { Archon } from '../archon.ts';
import { ask, names, rows, status } from '../session/ask.ts';
import { Watch } from '../session/watch.ts';
import { described } from './described.ts';
import { isAlive } from './told.ts';

const nextTime = /^next at \d{4}-\d\d-\d\dT\d\d:\d\d:00\+00:00$/;

/** Types and fields of what was told of a name, without pids. */
async function told(archon: Archon, name: string, ...filters: string[]): Promise<string[]> {
	const events = await rows(archon, 'Events', `names=${name}`, ...filters);
	return events.map((row) => `${row['type']} ${row['fields']?.replace(/pid=\d+,start=\d+,?/, '')}`.trim());
}

test('a service with a timer waits for its time, and Status says which', async () => {
	// Half a year away: the same day everywhere.
	const now = new Date();
	const month = ((now.getUTCMonth() + 6) % 12) + 1;
	const year = now.getUTCFullYear() + (month > now.getUTCMonth() + 1 ? 0 : 1);
	const first = `${year}-${String(month).padStart(2, '0')}-01T03:00:00`;
	const { archon } = await described(() => ({
		backup: { run: 'exit 0', cron: `0 3 1 ${month} *` },
		other: { run: 'exit 0', cron: `0 3 1 ${month} *`, timezone: 'Asia/Tokyo' },
		soon: { run: 'exit 0', every: '1h' },
		off: { run: 'exit 0', every: '1h', manual: true },
	}));
	expect(await status(archon, 'backup')).toMatchObject({
		state: 'waiting',
		pid: '-',
		reason: `next at ${first}+00:00`,
	});
	expect((await status(archon, 'other'))['reason']).toBe(`next at ${first}+09:00`);
	expect(await status(archon, 'soon')).toMatchObject({ state: 'waiting' });
	expect(await status(archon, 'off')).toMatchObject({ state: 'stopped', reason: '' });
	expect(await told(archon, '*')).not.toContain('process.starting');
});

test('it runs each time, a firing is an event, and a run that ended well waits for the next', async () => {
	const { archon, ear } = await described(({ ear }) => ({
		tick: { run: `echo ran ${ear.tell}`, every: '100ms' },
	}));
	expect([await ear.hears(), await ear.hears(), await ear.hears()]).toEqual(['ran', 'ran', 'ran']);
	const events = await told(archon, 'tick');
	expect(events.slice(0, 6)).toEqual([
		'timer',
		'process.starting',
		'process.started',
		'process.ready',
		'process.exited exit=0',
		'timer',
	]);
	await ask(archon, 'Stop', 'tick');
});

test('what fires while it still runs is told and left out', async () => {
	const { archon, ear, gate } = await described(({ ear, gate }) => ({
		slow: { run: `echo ran ${ear.tell}; ${gate.wait}`, every: '100ms' },
	}));
	await ear.hears();
	const watch = await Watch.begin(archon, 'names=slow');
	expect((await watch.event('timer')).slice(4)).toEqual(['slow', 'reason=still running']);
	expect((await watch.event('timer')).slice(4)).toEqual(['slow', 'reason=still running']);
	gate.open();
	await watch.event('process.exited');
	expect((await watch.event('timer')).slice(4)).toEqual(['slow']);
	await watch.event('process.started');
	await ask(archon, 'Stop', 'slow');
});

test('with overlap it is a further run, which is gone when it has ended', async () => {
	const { archon, ear, gate } = await described(({ ear, gate }) => ({
		slow: { run: `echo $$ ${ear.tell}; ${gate.wait}`, every: '1s', overlap: true },
	}));
	const pids = await ear.numbers(2);
	expect([await names(archon), pids.filter(isAlive)]).toEqual([['slow', 'slow-2'], pids]);
	expect(await ask(archon, 'Stop', 'slow', '0s')).toBe('Ok');
	const watch = await Watch.begin(archon, 'names=slow-2');
	gate.open();
	await watch.event('process.exited', 'slow-2');
	expect(await names(archon)).toEqual(['slow']);
});

test('a failing run follows its policy, and the next firing starts it anyway', async () => {
	const { archon } = await described(() => ({
		bad: { run: 'exit 1', every: '400ms', backoff: { from: '1h', to: '1h' } },
		never: { run: 'exit 1', every: '400ms', restart: 'never' },
		limited: { run: 'exit 1', every: '400ms', limit: { failures: 1, within: '1h', retry: '0s' } },
	}));
	for (const name of ['bad', 'never', 'limited']) {
		const watch = await Watch.begin(archon, `names=${name}`);
		await watch.event('timer');
		await watch.event(name === 'bad' ? 'process.backoff' : 'process.failed');
		await watch.event('timer');
		await watch.event('process.starting');
	}
});

test('a good end waits for the next time also where restart is always', async () => {
	const { archon, ear } = await described(({ ear }) => ({
		tick: { run: `echo ran ${ear.tell}`, every: '1s', restart: 'always' },
	}));
	await ear.hears();
	await ask(archon, 'Wait', 'tick', 'waiting');
	expect((await status(archon, 'tick'))['reason']).toMatch(/^next at /);
});

test('Start runs it now, replies as for any other, and the next time stays', async () => {
	const { archon } = await described(() => ({
		plain: { run: 'exit 0', cron: '0 3 1 1 *' },
		once: { run: 'exit 0', cron: '0 3 1 1 *', oneshot: true },
		bad: { run: 'exit 4', cron: '0 3 1 1 *', oneshot: true, restart: 'never' },
	}));
	expect(await ask(archon, 'Start', 'plain')).toBe('Ok');
	expect(await ask(archon, 'Start', 'once')).toBe('Ok');
	expect(await ask(archon, 'Start', 'bad')).toBe('Error,"""bad"" is failed: ended with exit:4"');
	await ask(archon, 'Wait', 'plain', 'waiting');
	for (const name of ['plain', 'once']) {
		expect(await status(archon, name)).toMatchObject({
			state: 'waiting',
			last: 'exit:0',
			reason: expect.stringMatching(nextTime),
		});
	}
	expect(await rows(archon, 'Events', 'types=timer')).toEqual([]);
});

test('Stop ends the timer until Start', async () => {
	const { archon, ear } = await described(({ ear }) => ({
		tick: { run: `echo ran ${ear.tell}`, every: '200ms' },
		other: { run: 'exit 0', every: '200ms' },
	}));
	await ear.hears();
	expect(await ask(archon, 'Stop', 'tick')).toBe('Ok');
	const watch = await Watch.begin(archon, 'types=timer');
	for (let n = 0; n < 3; n++) {
		expect((await watch.event('timer')).slice(4)).toEqual(['other']);
	}
	expect(await status(archon, 'tick')).toMatchObject({ state: 'stopped', reason: '' });
	expect(await ask(archon, 'Start', 'tick')).toBe('Ok');
	await watch.event('timer', 'tick');
});

test('a paused run is still running for the timer', async () => {
	const { archon } = await described(() => ({ slow: { run: 'exec sleep 60', every: '200ms' } }));
	await ask(archon, 'Wait', 'slow', 'running');
	expect(await ask(archon, 'Pause', 'slow')).toBe('Ok');
	const watch = await Watch.begin(archon, 'types=timer');
	expect((await watch.event('timer')).slice(4)).toEqual(['slow', 'reason=still running']);
	expect(await ask(archon, 'Stop', 'slow', '0s')).toBe('Ok');
});
