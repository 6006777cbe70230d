import { join } from 'node:path';
import { expect, test } from 'vitest';

type Captured = Promise<{ code: number; text: string }>;
type Module = {
	capture(program: string, args: string[]): Captured;
	captureFor(limit: number, program: string, args: string[]): Captured;
};
const path = join(import.meta.dirname, '../../scripts/run.mjs');
const { capture, captureFor }: Module = await import(path);

test('a program is told by its exit code and what it said', async () => {
	const script = 'echo out; echo err >&2; exit 3';
	expect(await capture('sh', ['-c', script])).toEqual({ code: 3, text: expect.stringMatching(/out|err/) });
});

test('a signal that ends a program makes 128 and its number', async () => {
	expect((await capture('sh', ['-c', 'kill -TERM $$'])).code).toBe(143);
});

test('a program that is not there is 127', async () => {
	expect((await capture('/nonexistent/program', [])).code).toBe(127);
});

test('a program in time keeps its own code', async () => {
	expect((await captureFor(20_000, 'sh', ['-c', 'exit 4'])).code).toBe(4);
});

test('a program that takes too long is killed with all its group', async () => {
	const { code, text } = await captureFor(300, 'sh', ['-c', 'sleep 3579 & echo $!; wait']);
	expect(code).toBe(137);
	expect(
		(await capture('sh', ['-c', `kill -0 ${text.trim()} 2>&1; tail --pid=${text.trim()} -f /dev/null`])).code,
	).toBe(0);
});

test('a process that left the group and holds the output open is not waited for', async () => {
	const { code, text } = await captureFor(300, 'sh', ['-c', 'setsid sleep 3579 & echo $!']);
	expect(code).toBe(137);
	process.kill(Number(text));
});
