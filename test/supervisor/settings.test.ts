import { expect, test } from 'vitest';
import { ownSettings } from '../../src/supervisor/settings.ts';

test('a process is told its name, and nothing that does not concern it', () => {
	expect([...ownSettings({ name: 'web' })]).toEqual([['ARCHON_SERVICE', 'web']]);
});

test('it is told its number, the socket, and by what it reports', () => {
	const told = ownSettings({ name: 'web@2', instance: 2, socket: '/s', notify: '/n', watchdog: 1500 });
	expect([...told]).toEqual([
		['ARCHON_SERVICE', 'web@2'],
		['ARCHON_INSTANCE', '2'],
		['ARCHON_SOCKET', '/s'],
		['NOTIFY_SOCKET', '/n'],
		['WATCHDOG_USEC', '1500000'],
	]);
});

test('of sockets it is told how many, whose they are and their names; of none nothing', () => {
	const told = ownSettings({ name: 'web', listen: ['http', 'admin'] });
	expect([told.get('LISTEN_FDS'), told.get('LISTEN_PID'), told.get('LISTEN_FDNAMES')]).toEqual([
		'2',
		'',
		'http:admin',
	]);
	expect(ownSettings({ name: 'web', listen: [] }).size).toBe(1);
});
