import { expect, test, vi } from 'vitest';
import { awaitLine } from '../../../src/supervisor/ready/log-line.ts';

test('the first line that matches makes it ready, once', () => {
	const good = vi.fn();
	const told = vi.fn();
	const stop = vi.fn();
	let write: (text: string) => void = () => {};
	const follow = (line: (text: string) => void) => {
		write = line;
		return stop;
	};
	const end = awaitLine(follow, '^ready', { good, told });
	write('not ready');
	expect(good).not.toHaveBeenCalled();
	write('ready to go');
	write('ready');
	expect(good).toHaveBeenCalledTimes(1);
	end?.();
	expect(stop).toHaveBeenCalledTimes(1);
	expect(told).not.toHaveBeenCalled();
});

test('a pattern that cannot be is said', () => {
	const told = vi.fn();
	expect(awaitLine(vi.fn(), '(?=a)', { good: vi.fn(), told })).toBe(undefined);
	expect(told).toHaveBeenCalledWith(expect.stringContaining('look-around'));
});
