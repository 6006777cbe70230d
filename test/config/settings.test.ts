import { expect, test } from 'vitest';
import { isNamed, settingsOf } from '../../src/config/settings.ts';

const given = { socket: '/s', 'state-dir': '/d', 'log-dir': '/l', config: '/c', rules: '/r' };

test('each setting comes with whence it is', () => {
	const sources = 'state-dir=ARCHON_STATE_DIR,config=--config,log-level=--log-level';
	expect(settingsOf({ ...given, sources, 'log-level': 'warn' })).toEqual({
		socket: { value: '/s', source: 'default' },
		stateDir: { value: '/d', source: 'ARCHON_STATE_DIR' },
		logDir: { value: '/l', source: 'default' },
		config: { value: '/c', source: '--config' },
		rules: { value: '/r', source: 'default' },
		logLevel: { value: 'warn', source: '--log-level' },
		keeper: '',
		init: undefined,
	});
});

test('what archond was told as process 1 comes with it', () => {
	expect(settingsOf({ ...given, init: 'container' })?.init).toEqual({
		rc: undefined,
		foreground: undefined,
		hasTerminal: false,
	});
	const more = { init: 'container', rc: '/rc', foreground: 'web', stdin: 'terminal', sources: 'rc=--rc' };
	expect(settingsOf({ ...given, ...more })?.init).toEqual({
		rc: { value: '/rc', source: '--rc' },
		foreground: 'web',
		hasTerminal: true,
	});
	expect(settingsOf({ ...given, ...more, stdin: 'other' })?.init?.hasTerminal).toBe(false);
});

test('where something is missing there are none', () => {
	expect(settingsOf({ ...given, sources: '' })?.logLevel).toBeUndefined();
	for (const option of Object.keys(given)) {
		expect(settingsOf({ ...given, [option]: undefined })).toBeUndefined();
	}
});

test('what is not a default was named', () => {
	expect(isNamed({ value: '/c', source: 'default' })).toBe(false);
	expect(isNamed({ value: '/c', source: 'ARCHON_CONFIG' })).toBe(true);
});
