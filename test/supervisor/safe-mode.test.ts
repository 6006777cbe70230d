import { expect, test } from 'vitest';
import { SafeMode } from '../../src/supervisor/safe-mode.ts';

test('while it is on everything says so, and it is left once', async () => {
	let left = 0;
	const mode = new SafeMode(true, async () => void left++);
	expect(mode.status(['a', 'running', ''])).toEqual(['a', 'running', 'safe mode']);
	expect(mode.status(['a', 'failed', 'exit:1'])).toEqual(['a', 'failed', 'exit:1; safe mode']);
	const rows = [
		['a', 'It runs.'],
		['a', 'So be it.'],
		['b', 'It runs.'],
	];
	expect(mode.why(rows).map(([name, text]) => [name, String(text).slice(0, 22)])).toEqual([
		['a', 'It runs.'],
		['a', 'So be it.'],
		['a', 'archon is in safe mode'],
		['b', 'It runs.'],
		['b', 'archon is in safe mode'],
	]);
	await mode.leave();
	await mode.leave();
	expect([left, mode.isOn]).toEqual([1, false]);
	expect(mode.status(['a', ''])).toEqual(['a', '']);
	expect(mode.why(rows)).toBe(rows);
});

test('what is not on is not left', async () => {
	const mode = new SafeMode(false, () => Promise.reject(new Error('left')));
	await mode.leave();
	expect(mode.isOn).toBe(false);
});
