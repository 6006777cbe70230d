import { expect, test } from 'vitest';
import { signalName, signalNumber } from '../../src/base/signal.ts';

test('a signal is written HUP, SIGHUP or 1', () => {
	expect(['HUP', 'SIGHUP', '1'].map(signalNumber)).toEqual([1, 1, 1]);
	expect(['KILL', 'SIGTERM', '64', 'IOT', 'SIGPOLL'].map(signalNumber)).toEqual([9, 15, 64, 6, 29]);
});

test('a signal is upper case, 0 is refused', () => {
	for (const text of [
		'hup',
		'SigHup',
		'sighup',
		'0',
		'00',
		'01',
		'65',
		'-1',
		'',
		'SIG',
		'SIG1',
		' 1',
		'FOO',
	]) {
		expect(signalNumber(text), text).toBeUndefined();
	}
});

test('real-time signals count up from RTMIN and down from RTMAX', () => {
	expect(['RTMIN', 'SIGRTMIN+3', 'RTMIN+30', 'RTMAX', 'RTMAX-30'].map(signalNumber)).toEqual([
		34, 37, 64, 64, 34,
	]);
	for (const text of ['RTMIN+31', 'RTMAX-31', 'RTMIN-1', 'RTMAX+1', 'RTMIN+', 'RTMIN3']) {
		expect(signalNumber(text), text).toBeUndefined();
	}
});

test('the name of every signal gives its number back', () => {
	for (let number = 1; number <= 64; number++) {
		expect(signalNumber(signalName(number))).toBe(number);
	}
	expect([1, 6, 15, 29, 34, 37, 64].map(signalName)).toEqual([
		'HUP',
		'ABRT',
		'TERM',
		'IO',
		'RTMIN',
		'RTMIN+3',
		'RTMIN+30',
	]);
});

test('a signal without a name is its number', () => {
	expect([32, 33, 99].map(signalName)).toEqual(['32', '33', '99']);
});
