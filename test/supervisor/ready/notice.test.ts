import fc from 'fast-check';
import { expect, test } from 'vitest';
import { namelessDescriptor, parseNotice } from '../../../src/supervisor/ready/notice.ts';

const nothing = parseNotice('');

test('each setting is read', () => {
	expect(parseNotice('READY=1\nRELOADING=1\nSTOPPING=1\nBARRIER=1\n')).toEqual({
		...nothing,
		ready: true,
		reloading: true,
		stopping: true,
		barrier: true,
	});
	expect(parseNotice('STATUS=loading\nERRNO=2\nMAINPID=77')).toEqual({
		...nothing,
		status: 'loading',
		errno: 2,
		mainPid: 77,
	});
	expect(parseNotice('WATCHDOG=1').watchdog).toBe('alive');
	expect(parseNotice('WATCHDOG=trigger').watchdog).toBe('trigger');
	expect(parseNotice('WATCHDOG_USEC=1500').watchdogEvery).toBe(2);
	expect(parseNotice('WATCHDOG_USEC=0').watchdogEvery).toBe(0);
	expect(parseNotice('EXTEND_TIMEOUT_USEC=5000000').extend).toBe(5000);
	expect(parseNotice('EXTEND_TIMEOUT_USEC=18446744073709551615').extend).toBe(2 ** 31 - 1);
	expect(parseNotice('FDSTORE=1\nFDNAME=a b').store).toEqual({ name: 'a b', watched: true });
	expect(parseNotice('FDSTORE=1\nFDPOLL=0').store).toEqual({ name: namelessDescriptor, watched: false });
	expect(parseNotice('FDSTOREREMOVE=1\nFDNAME=a').remove).toBe('a');
});

test.each([
	'READY=0',
	'READY=',
	'READY',
	'ready=1',
	' READY=1',
	'=1',
	'MAINPID=0',
	'MAINPID=-1',
	'MAINPID=1x',
	'MAINPID=4294967296',
	'ERRNO=4096',
	'WATCHDOG=2',
	'WATCHDOG_USEC=-1',
	'WATCHDOG_USEC=1s',
	'EXTEND_TIMEOUT_USEC=',
	'FDSTOREREMOVE=1',
	'FDNAME=a',
	'X_UNKNOWN=1',
])('%s says nothing', (text) => {
	expect(parseNotice(text)).toEqual(nothing);
});

test('of equal settings the last one counts', () => {
	expect(parseNotice('STATUS=a\nSTATUS=b').status).toBe('b');
	expect(parseNotice('READY=1\nREADY=0').ready).toBe(false);
});

test('a status is one line of at most 256 bytes, cut where a character ends', () => {
	expect(parseNotice('STATUS= a\tb\x1b[2J\x7f ').status).toBe('a b [2J');
	expect(parseNotice('STATUS=').status).toBe('');
	const euro = Buffer.from('€').toString('latin1');
	expect(parseNotice(`STATUS=${euro.repeat(100)}`).status).toBe(euro.repeat(85));
});

test('names of descriptors hold 1 to 255 printable characters and no colon', () => {
	const named = (name: string) => parseNotice(`FDSTORE=1\nFDNAME=${name}`).store?.name;
	expect(named('x')).toBe('x');
	expect(named('x'.repeat(255))).toBe('x'.repeat(255));
	for (const bad of ['', 'x'.repeat(256), 'a:b', 'a\tb', 'a\xe9']) {
		expect(named(bad)).toBe(namelessDescriptor);
	}
});

test('whatever is sent, what is shown of it is one short line, and every number is in its range', () => {
	const keys = [
		'READY',
		'STATUS',
		'MAINPID',
		'WATCHDOG_USEC',
		'EXTEND_TIMEOUT_USEC',
		'ERRNO',
		'FDSTORE',
		'FDNAME',
		'x',
	];
	const latin1 = fc.string({
		unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
	});
	const line = fc.tuple(fc.constantFrom(...keys), latin1).map(([key, value]) => `${key}=${value}`);
	const text = fc.oneof(
		latin1,
		fc.array(line).map((lines) => lines.join('\n')),
	);
	fc.assert(
		fc.property(text, (sent) => {
			const { status = '', mainPid = 1, watchdogEvery = 0, extend = 0, errno = 0, store } = parseNotice(sent);
			expect(status.length).toBeLessThanOrEqual(256);
			expect([...status].every((char) => char >= ' ' && char !== '\x7f')).toBe(true);
			expect(store?.name ?? 'x').toMatch(/^[ -9;-~]{1,255}$/);
			expect(mainPid > 0 && mainPid < 2 ** 31).toBe(true);
			for (const number of [watchdogEvery, extend, errno]) {
				expect(Number.isInteger(number) && number >= 0 && number < 2 ** 31).toBe(true);
			}
		}),
	);
});
