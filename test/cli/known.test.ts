import { expect, test } from 'vitest';
import { Known } from '../../src/cli/known.ts';
import type { EventType } from '../../src/events/event.ts';

const now = 1_000_000;
const web = ['web', 'daemon', 'running', '12', '60', '3', 'exit:1', ''];
const labels = new Map([['web', { tier: 'gold' }]]);

function known(...rows: (readonly string[])[]) {
	return new Known(rows, labels, now);
}

function event(type: EventType, name: string, ...fields: string[]) {
	return { seq: 1, time: 5000, type, name, fields };
}

test('at first it is what Status says, with the labels of its service', () => {
	const all = known(web, ['db', 'foreign', 'exited', '-', '-', '0', '-', 'gone']);
	expect(all.view('web')).toEqual({
		name: 'web',
		kind: 'daemon',
		state: 'running',
		pid: 12,
		since: now - 60_000,
		restarts: 3,
		last: 'exit:1',
		reason: '',
		labels: { tier: 'gold' },
	});
	expect(all.view('db')).toMatchObject({ pid: undefined, since: undefined, reason: 'gone', labels: {} });
	expect(all.view('nobody')).toBeUndefined();
	expect(Array.from(all.all(), ({ name }) => name)).toEqual(['web', 'db']);
});

test('then it is what the events tell', () => {
	const all = known(web);
	const states = [];
	const life = [
		'stopping',
		'exited',
		'stopped',
		'starting',
		'started',
		'ready',
		'paused',
		'resumed',
		'failed',
	];
	for (const verb of life) {
		states.push(all.hear(event(`process.${verb}`, 'web'))?.state);
	}
	expect(states).toEqual([
		'stopping',
		'exited',
		'stopped',
		'starting',
		'starting',
		'running',
		'paused',
		'running',
		'failed',
	]);
});

test('a start gives it a process, an end takes it and says how', () => {
	const all = known(web);
	all.hear(event('process.started', 'web', 'pid=77', 'start=2'));
	expect(all.view('web')).toMatchObject({ pid: 77, since: 5000, restarts: 3 });
	all.hear(event('process.exited', 'web', 'pid=77', 'exit=2'));
	expect(all.view('web')).toMatchObject({ pid: undefined, since: undefined, last: 'exit:2' });
	all.hear(event('process.exited', 'web', 'pid=78', 'signal=KILL'));
	expect(all.view('web')?.last).toBe('signal:KILL');
	all.hear(event('process.exited', 'web', 'pid=78', 'status=unknown'));
	expect(all.view('web')?.last).toBe('unknown');
});

test('one that is gone by now is known from its events, an instance by the labels of its service', () => {
	const all = known();
	expect(all.hear(event('process.monitored', 'web@2', 'pid=5'))).toMatchObject({
		kind: 'foreign',
		state: 'running',
		pid: 5,
		labels: { tier: 'gold' },
	});
	expect(all.hear(event('process.backoff', 'job'))).toMatchObject({ kind: 'daemon', state: 'backoff' });
});

test('what says nothing of a process changes nothing', () => {
	const all = known(web);
	const before = all.view('web');
	for (const type of ['process.sample', 'process.degraded', 'group.stopped', 'web.up'] as const) {
		expect(all.hear(event(type, 'web', 'rss=1'))).toBeUndefined();
	}
	expect(all.hear(event('process.started', '-'))).toBeUndefined();
	expect(all.view('web')).toBe(before);
});
