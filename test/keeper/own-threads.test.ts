import { expect, it } from 'vitest';
import { tellThreads } from '../../src/keeper/own-threads.ts';

const own = String(process.pid);

/** What was told of these threads, and closed; `open` says what is opened for a thread. */
function told(threads: readonly string[] | Error, open = (thread: number) => thread + 1000) {
	const [sent, closed]: [number[][], number[]] = [[], []];
	tellThreads({
		native: { pidfdOfThread: open, close: (fd) => closed.push(fd) },
		channel: { threads: (first, second = -1) => void sent.push([first, second]) },
		list() {
			if (threads instanceof Error) {
				throw threads;
			}
			return threads;
		},
	});
	return { sent, closed };
}

it('tells of the first two threads behind the main one, and keeps nothing of them', () => {
	expect(told([own, '11', '12', '13'])).toEqual({ sent: [[1011, 1012]], closed: [1011, 1012] });
});

it('tells of one where there are no more', () => {
	expect(told([own, '11'])).toEqual({ sent: [[1011, -1]], closed: [1011] });
	expect(told([own, '11', '12'], (thread) => (thread === 11 ? -3 : 7))).toEqual({
		sent: [[7, -1]],
		closed: [7],
	});
});

it.each([
	['alone', [own]],
	['of a /proc that is not ours', ['1', '11']],
	['without a /proc', new Error('ENOENT')],
])('tells of none: %s', (_, threads) => {
	expect(told(threads)).toEqual({ sent: [], closed: [] });
});

it('tells of none where threads cannot be watched', () => {
	expect(told([own, '11', '12'], () => -22)).toEqual({ sent: [], closed: [] });
});

it('finds the threads of this process', () => {
	const opened: number[] = [];
	tellThreads({
		native: { pidfdOfThread: (thread) => opened.push(thread) && -22, close: () => 0 },
		channel: { threads: () => {} },
	});
	expect(opened).toHaveLength(2);
	expect(opened).not.toContain(process.pid);
});
