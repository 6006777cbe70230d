import { expect, test } from 'vitest';
import { draftOf, plainDraft, plainGroup, serviceOf, withStartTimeout } from '../../src/config/draft.ts';

test('what is said nowhere is what the format says', () => {
	expect(serviceOf('web', withStartTimeout({ ...plainDraft, run: ['web'] }))).toEqual({
		name: 'web',
		run: ['web'],
		ready: { tag: 'exec' },
		startTimeout: 30_000,
		directory: '/',
		env: new Map(),
		before: [],
		reload: undefined,
		success: { codes: [0], signals: [] },
		user: undefined,
		group: undefined,
		umask: 0o22,
		requires: [],
		wants: [],
		after: [],
		restart: 'on-failure',
		backoff: { from: 200, factor: 2, to: 60_000, reset: 10_000, jitter: 0.1 },
		limit: { failures: 5, within: 10_000, retry: 300_000 },
		stop: { signal: 15, timeout: 10_000 },
		watchdog: undefined,
		probe: undefined,
		onDegraded: { tag: 'restart' },
		limits: { resources: new Map(), memory: undefined, pids: undefined },
		nice: undefined,
		oomScore: undefined,
		noNewPrivs: false,
		log: { max: 10_485_760, keep: 5 },
		labels: new Map(),
		instances: 1,
		oneshot: false,
		sweeps: true,
		sockets: [],
		activate: 'start',
		restartMode: 'replace',
		bind: false,
		ports: [],
		manual: false,
		timer: undefined,
	});
	expect(plainGroup).toEqual({
		members: [],
		strategy: 'one_for_one',
		intensity: { restarts: 5, within: 60_000 },
	});
});

test('of a probe only what the example says is left out', () => {
	const check = { tag: 'tcp', host: 'a', port: 1 } as const;
	expect(serviceOf('web', { ...plainDraft, probe: { ...plainDraft.probe, check } }).probe).toEqual({
		check,
		every: 10_000,
		timeout: 2000,
		failures: 3,
	});
});

test('a oneshot takes as long as it takes unless something is said', () => {
	expect(withStartTimeout({ ...plainDraft, oneshot: true }).startTimeout).toBeUndefined();
	expect(withStartTimeout({ ...plainDraft, oneshot: true, startTimeout: 5 }).startTimeout).toBe(5);
	expect(withStartTimeout({ ...plainDraft, startTimeout: 0 }).startTimeout).toBe(0);
});

test('a timer is what cron or every says', () => {
	const timer = { every: 5, cron: undefined, timezone: 'Europe/Lisbon', overlap: true };
	expect(serviceOf('a', { ...plainDraft, timer }).timer).toEqual({ tag: 'every', every: 5, overlap: true });
	expect(serviceOf('a', { ...plainDraft, timer: { ...timer, cron: '* * * * *' } }).timer).toEqual({
		tag: 'cron',
		cron: '* * * * *',
		timezone: 'Europe/Lisbon',
		overlap: true,
	});
});

test('the draft of a service makes that service', () => {
	const draft = {
		...plainDraft,
		run: ['x'],
		probe: { check: { tag: 'run', args: ['y'] } as const, every: 1, timeout: 2, failures: 3 },
		timer: { every: undefined, cron: '* * * * *', timezone: 'Europe/Lisbon', overlap: true },
	};
	expect(draftOf(serviceOf('web', draft))).toEqual(draft);
	expect(draftOf(serviceOf('web', plainDraft))).toEqual(plainDraft);
});
