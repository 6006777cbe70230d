import { expect, test } from 'vitest';
import { specOf } from '../../src/supervisor/defaults.ts';

test('a daemon is restarted on failure, after 200 ms and then twice as long each time, a minute at most', () => {
	const { kind, restart, backoff, success } = specOf('daemon');
	expect([kind, restart]).toEqual(['daemon', 'on-failure']);
	expect(backoff).toEqual({ from: 200, factor: 2, to: 60_000, reset: 10_000, jitter: 0.1 });
	expect(success).toEqual({ codes: [0], signals: [] });
});

test('5 ends within 10 s are too many, and 5 minutes later it is tried once more', () => {
	expect(specOf('daemon').limit).toEqual({ failures: 5, within: 10_000, retry: 300_000 });
});

test('it has 10 s to end and 30 to be ready', () => {
	expect(specOf('daemon')).toMatchObject({ stopTimeout: 10_000, ready: 'exec', startTimeout: 30_000 });
});

test('runs and foreign processes are never restarted', () => {
	expect(specOf('run')).toEqual({ ...specOf('daemon'), kind: 'run', restart: 'never' });
	expect(specOf('foreign')).toEqual({ ...specOf('daemon'), kind: 'foreign', restart: 'never' });
});
