import { expect, test } from 'vitest';
import { plainService } from '../../src/service/defaults.ts';
import type { Aside } from '../../src/supervisor/aside.ts';
import { newEntry, serviceEntry } from '../../src/supervisor/new-entry.ts';
import { directoryOf, kindOf, logOf, nameOf, ownOf } from '../../src/supervisor/owner.ts';

const entry = serviceEntry({ ...plainService, name: 'web', run: ['web'] }, 0, true);
const aside = { kind: 'aside', entry } as Aside;

test('a command beside a service has its name, its log and its environment', () => {
	expect([kindOf(entry), kindOf(aside)]).toEqual(['daemon', 'aside']);
	expect(kindOf({ ...aside, as: 'binder' })).toBe('binder');
	expect([nameOf(entry), nameOf(aside)]).toEqual(['web', 'web']);
	expect([logOf(entry), logOf(aside)]).toEqual([plainService.log, plainService.log]);
	expect(ownOf(aside)).toEqual(ownOf(entry));
	expect([...ownOf(entry).values()]).toContain('web');
});

test('a run and a process that somebody else started have nothing of a service', () => {
	const [run, foreign] = [newEntry('ls', 'run'), newEntry('sshd', 'foreign')];
	expect([kindOf(run), kindOf(foreign)]).toEqual(['run', 'daemon']);
	expect([logOf(run), ownOf(run).size, ownOf(foreign).size]).toEqual([undefined, 0, 0]);
});

test('where it is to run is known unless that came as a descriptor', () => {
	const launch = { args: ['ls'], env: new Map(), directory: '/srv', fds: [7, 8, 9] };
	expect(directoryOf(newEntry('ls', 'run', { launch }))).toBe('/srv');
	expect(directoryOf(newEntry('ls', 'run', { launch: { ...launch, fds: [7, 8, 9, 10] } }))).toBeUndefined();
	expect(directoryOf(newEntry('ls', 'run'))).toBeUndefined();
});
