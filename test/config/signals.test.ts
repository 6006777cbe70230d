import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onDegraded, reload, signal, success } from '../../src/config/signals.ts';
import { again, read } from './readers.ts';

const signals = fc.integer({ min: 1, max: 64 });

test('a signal is written by its name', () => {
	expect(['"TERM"', '"SIGTERM"', '"15"', '"RTMAX"'].map((it) => read(signal, it))).toEqual([15, 15, 15, 64]);
	expect(signal.write(15)).toBe('TERM');
	fc.assert(fc.property(signals, (number) => void expect(again(signal, number)).toBe(number)));
	for (const toml of ['"term"', '"0"', '"65"', '15']) {
		expect(read(signal, toml)).toHaveProperty('wrong');
	}
});

test('reload is a signal or a command', () => {
	fc.assert(
		fc.property(
			signals,
			(it) =>
				void expect(again(reload, { tag: 'signal', signal: it })).toEqual({ tag: 'signal', signal: it }),
		),
	);
	expect(again(reload, { tag: 'command', args: ['nginx', '-s'] })).toEqual({
		tag: 'command',
		args: ['nginx', '-s'],
	});
	expect(read(reload, '[]')).toEqual({ wrong: ['the program, the first of the list, is missing'] });
	expect(read(reload, '""')).toHaveProperty('wrong');
});

test('good ends are exit codes and signals, each once', () => {
	expect(read(success, '[0, "TERM", 0, "SIGTERM", 255]')).toEqual({ codes: [0, 255], signals: ['TERM'] });
	expect(again(success, { codes: [3], signals: ['HUP'] })).toEqual({ codes: [3], signals: ['HUP'] });
	expect(read(success, '[256, "x"]')).toEqual({
		wrong: [
			'expected an exit code (0 to 255) or a signal ("TERM"), got the number 256',
			'expected an exit code (0 to 255) or a signal ("TERM"), got "x"',
		],
	});
});

test('on_degraded is one of three', () => {
	for (const value of [{ tag: 'restart' }, { tag: 'none' }, { tag: 'signal', signal: 12 }] as const) {
		expect(again(onDegraded, value)).toEqual(value);
	}
	expect(read(onDegraded, '"signal:"')).toEqual({ wrong: ['"" is not a signal; write signal:HUP'] });
});
