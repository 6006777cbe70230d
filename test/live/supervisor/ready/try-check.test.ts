import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type RunAside, tryCheck } from '../../../../src/supervisor/ready/try-check.ts';
import { entryIn, running } from '../../../supervisor/entries.ts';

const entry = entryIn(running);
const options = { timeout: 5000, signal: new AbortController().signal };
const nobody: RunAside = () => Promise.reject(new Error('nothing is to be run'));

test('a command is good when it ends with 0', async () => {
	const run = vi.fn<RunAside>(async () => ({ end: { tag: 'exit', code: 0 } }));
	expect(await tryCheck({ tag: 'run', args: ['true'] }, entry, run, options)).toEqual({});
	expect(run).toHaveBeenCalledWith(entry, ['true'], {
		signal: expect.any(AbortSignal),
		env: new Map(),
	});
	run.mockResolvedValueOnce({ end: { tag: 'exit', code: 3 } });
	expect(await tryCheck({ tag: 'run', args: ['x'] }, entry, run, options)).toEqual({
		bad: 'ended with exit:3',
	});
	run.mockResolvedValueOnce({ broken: { step: 'exec', text: 'no such file or directory' } });
	expect(await tryCheck({ tag: 'run', args: ['x'] }, entry, run, options)).toEqual({
		bad: 'exec: no such file or directory',
	});
});

test('each is cut at its time', async () => {
	const server = createServer(() => {});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	const short = { ...options, timeout: 30 };
	expect(await tryCheck({ tag: 'http', url }, entry, nobody, short)).toEqual({
		bad: 'no answer within 30ms',
	});
	const run: RunAside = (_entry, _args, { signal }) =>
		new Promise((resolve) => {
			signal.addEventListener('abort', () => resolve({ broken: { step: 'cancelled', text: '' } }));
		});
	expect(await tryCheck({ tag: 'run', args: ['sleep'] }, entry, run, short)).toEqual({
		bad: 'no answer within 30ms',
	});
});

test('given up, it gives up what is under way', async () => {
	const abort = new AbortController();
	const run: RunAside = (_entry, _args, { signal }) =>
		new Promise((resolve) => {
			signal.addEventListener('abort', () => resolve({ broken: { step: 'cancelled', text: '' } }));
		});
	const tried = tryCheck({ tag: 'run', args: ['sleep'] }, entry, run, {
		timeout: 60_000,
		signal: abort.signal,
	});
	abort.abort();
	expect((await tried).bad).toMatch(/./);
});
