import { describe, expect, it } from 'vitest';
import { plainService } from '../../src/service/defaults.ts';
import { lifeOf } from '../../src/service/life.ts';
import type { Service } from '../../src/service/service.ts';

const plain: Service = { ...plainService, name: 'web', run: ['web'] };

describe('what the life of a process takes from its service', () => {
	it('is ready with exec unless something else says so', () => {
		expect(lifeOf(plain).ready).toBe('exec');
		expect(lifeOf({ ...plain, ready: { tag: 'notify' } }).ready).toBe('told');
		expect(lifeOf({ ...plain, ready: { tag: 'tcp', host: '127.0.0.1', port: 80 } }).ready).toBe('told');
	});

	it('is ready at its end as a oneshot', () => {
		expect(lifeOf({ ...plain, oneshot: true, startTimeout: undefined })).toMatchObject({
			ready: 'end',
			startTimeout: undefined,
		});
	});

	it('waits between its runs when it has a timer', () => {
		expect(lifeOf(plain).timed).toBe(false);
		expect(lifeOf({ ...plain, timer: { tag: 'every', every: 1000, overlap: false } }).timed).toBe(true);
	});

	it('waits for its time after a good end, whatever the policy says', () => {
		const timer = { tag: 'every', every: 1000, overlap: false } as const;
		expect(lifeOf({ ...plain, restart: 'always' }).restart).toBe('always');
		expect(lifeOf({ ...plain, restart: 'always', timer }).restart).toBe('on-failure');
		expect(lifeOf({ ...plain, restart: 'never', timer }).restart).toBe('never');
	});

	it('waits between its runs when a connection starts it', () => {
		const sockets = [{ tag: 'unix', path: '/run/x' }] as const;
		const activated = { ...plain, activate: 'on-connect', restart: 'always' } as const;
		expect(lifeOf({ ...activated, sockets })).toMatchObject({ timed: true, restart: 'on-failure' });
		expect(lifeOf(activated)).toMatchObject({ timed: false, restart: 'always' });
		expect(lifeOf({ ...plain, sockets }).timed).toBe(false);
	});

	it('is stopped as the service says', () => {
		expect(lifeOf({ ...plain, stop: { signal: 2, timeout: 5 } }).stopTimeout).toBe(5);
	});
});
