import { describe, expect, it } from 'vitest';
import { plainService } from '../../src/service/defaults.ts';
import { described, newEntry, renew, serviceEntry } from '../../src/supervisor/new-entry.ts';

const service = { ...plainService, name: 'web', run: ['nginx', '-g'], directory: '/srv' };

describe('a new entry', () => {
	it('is stopped, and nothing is known of it', () => {
		expect(newEntry('ls', 'run')).toMatchObject({ life: { state: { tag: 'stopped' } }, service: undefined });
		expect(newEntry('ls', 'run').spec.restart).toBe('never');
	});

	it('is called like its service, or like that one with its number', () => {
		expect(serviceEntry(service, 0, true)).toMatchObject({ name: 'web', instance: 0, kind: 'daemon' });
		expect(serviceEntry(service, 2, true)).toMatchObject({ name: 'web@2', instance: 2 });
	});

	it('starts what its service says, and lives as it says', () => {
		const entry = serviceEntry({ ...service, restart: 'always' }, 0, false);
		expect(entry.launch).toMatchObject({ args: ['nginx', '-g'], directory: '/srv' });
		expect(entry.spec.restart).toBe('always');
		expect(described({ ...service, oneshot: true }).spec.ready).toBe('end');
	});

	it('is what its service says now, until that is taken back', () => {
		const entry = serviceEntry(service, 0, true);
		const before = { ...entry };
		const undo = renew([entry], { services: new Map([['web', { ...service, run: ['caddy'] }]]) });
		expect([entry.launch?.args, entry.service?.run]).toEqual([['caddy'], ['caddy']]);
		undo();
		expect(entry).toEqual(before);
	});
});
