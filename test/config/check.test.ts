import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check, ready } from '../../src/config/check.ts';
import type { Ready } from '../../src/service/service.ts';
import { again, read } from './readers.ts';

const good: [string, Ready][] = [
	['exec', { tag: 'exec' }],
	['notify', { tag: 'notify' }],
	['fd:3', { tag: 'fd', fd: 3 }],
	['fd:10', { tag: 'fd', fd: 10 }],
	['fd:255', { tag: 'fd', fd: 255 }],
	['log:^ready', { tag: 'log', pattern: '^ready' }],
	['tcp:127.0.0.1:6390', { tag: 'tcp', host: '127.0.0.1', port: 6390 }],
	['tcp:localhost:65535', { tag: 'tcp', host: 'localhost', port: 65535 }],
	['tcp:[::1]:1', { tag: 'tcp', host: '::1', port: 1 }],
	['tcp:[fe80::10%eth0]:80', { tag: 'tcp', host: 'fe80::10%eth0', port: 80 }],
	['http://127.0.0.1:6390/health?a=b', { tag: 'http', url: 'http://127.0.0.1:6390/health?a=b' }],
	['http://[::1]:80', { tag: 'http', url: 'http://[::1]:80' }],
	['run:./check.sh', { tag: 'run', args: ['./check.sh'] }],
	['run:sh,-c,"a, b"', { tag: 'run', args: ['sh', '-c', 'a, b'] }],
];

test('every form is read, and written as it was', () => {
	for (const [text, value] of good) {
		expect(read(ready, `'${text}'`)).toEqual(value);
		expect(ready.write(value)).toBe(text);
	}
});

test('what only readiness can be, is no check', () => {
	for (const [text, value] of good) {
		const isCheck = ['tcp', 'http', 'run'].includes(value.tag);
		expect(read(check, `'${text}'`)).toEqual(
			isCheck ? value : { wrong: [expect.stringContaining('expected "tcp:')] },
		);
	}
});

test('what is almost right is told with the right form', () => {
	const form = (text: string) => (read(ready, `'${text}'`) as { wrong: string[] }).wrong[0];
	expect(['fd:2', 'fd:256', 'fd:x', 'fd:', 'fd:03x'].map(form)).toEqual(
		['fd:2', 'fd:256', 'fd:x', 'fd:', 'fd:03x'].map(
			(it) => `"${it}": a descriptor from 3 to 255 is expected, as in "fd:3"`,
		),
	);
	expect(form('tcp:6390')).toBe(
		'"tcp:6390": expected a host and a port, as in "tcp:127.0.0.1:6390" or "tcp:[::1]:6390"',
	);
	for (const text of ['tcp:a:0', 'tcp:a:65536', 'tcp:::1:80', 'tcp:a b:80', 'tcp::80']) {
		expect(form(text)).toContain('expected a host and a port');
	}
	for (const text of [
		'http:/a',
		'https://a/',
		'http://a b/',
		'http://',
		'http://a:99999/',
		'http://%ff@a/',
		'http://a:%zz@b/',
	]) {
		expect(form(text)).toContain('expected an address as in');
	}
	for (const text of ['run:', 'run:"a', 'run:a"b']) {
		expect(form(text)).toContain('expected a command as a CSV record');
	}
	expect(form('log:(')).toMatch(/^"log:\(": Invalid regular expression/);
	expect(form('log:')).toBe('"log:" needs a pattern, as in "log:^ready"');
});

test('any command is read as it was written', () => {
	const args = fc
		.array(
			fc.string().filter((it) => !it.includes('\0')),
			{ minLength: 1 },
		)
		.filter((it) => it[0] !== '');
	fc.assert(
		fc.property(
			args,
			(it) => void expect(again(ready, { tag: 'run', args: it })).toEqual({ tag: 'run', args: it }),
		),
	);
});
