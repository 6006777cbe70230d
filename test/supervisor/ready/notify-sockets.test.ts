import { expect, test } from 'vitest';
import type { Entry } from '../../../src/supervisor/entry.ts';
import { type NotifySocketPorts, NotifySockets } from '../../../src/supervisor/ready/notify-sockets.ts';
import { temporary } from '../../archon.ts';
import { entryIn, mainOf, running } from '../entries.ts';

const uid = process.geteuid?.() ?? 0;

/**
 * A socket of which a test says what is in its queue; descriptors of a message are numbered anew with each look. `from`:
 * the pid and uid of whoever sends, whose number has the mark `mark` by now. The main process is 9.
 */
function listening(heard: (text: string) => void = () => {}, { from = [9, uid], mark = 1 } = {}) {
	const queue: { readonly text: string; readonly fds: number }[] = [];
	const said: string[] = [];
	const [closed, given]: [number[], number[]] = [[], []];
	let ready = () => {};
	let next = 100;
	const inbox = Buffer.alloc(64);
	const passed = new Int32Array(8);
	const ports = {
		native: {
			notifyOpen: () => 7,
			notifyReceive: (_fd: number, stays: boolean) => {
				const first = stays ? queue[0] : queue.shift();
				if (first === undefined) {
					return -11;
				}
				passed[0] = first.fds;
				for (let i = 1; i <= first.fds; i++) {
					passed[i] = next;
					given.push(next++);
				}
				return inbox.write(first.text, 'latin1');
			},
			inbox,
			passed,
			sender: Uint32Array.from(from),
			markOf: () => mark,
			close: (fd: number) => closed.push(fd),
			closeLater: (fds: readonly number[]) => closed.push(...fds),
		},
		poller: {
			watch: (_fd: number, _events: number, then: () => void) => {
				ready = then;
				return 1;
			},
			unwatch: () => {},
		},
		tree: { isIn: () => false },
		directory: temporary(),
		kept: { claim: () => 3, put: () => said.push('held'), drop: () => said.push('dropped'), take: () => 7 },
		keptChanged: () => said.push('noted'),
		heard: (_entry: Entry, { text }: { readonly text: string }) => {
			said.push(`${text} of ${queue.length}`);
			heard(text);
		},
		written: () => said.push(`written of ${queue.length}`),
		refused: (_entry: Entry, why: string) => said.push(why),
	};
	const sockets = new NotifySockets(ports as unknown as NotifySocketPorts);
	const entry = entryIn(running, { process: mainOf(9) });
	sockets.open(entry, undefined);
	return { sockets, entry, queue, said, closed, given, ready: () => ready() };
}

test.each(['in its turn', 'before its end is settled'])(
	'what is said is in the socket until what follows from it is written down: heard %s',
	(when) => {
		const { sockets, entry, queue, said, ready } = listening();
		said.length = 0;
		queue.push({ text: 'READY=1', fds: 0 }, { text: 'STATUS=x', fds: 0 });
		if (when === 'in its turn') {
			ready();
		} else {
			sockets.drain(entry);
		}
		expect(said).toEqual(['READY=1 of 2', 'written of 2', 'STATUS=x of 1', 'written of 1']);
		expect(queue).toEqual([]);
	},
);

test('what was only looked at is given up, descriptors and all, also where archon makes a mistake over it', () => {
	const { queue, closed, given, ready } = listening((text) => {
		if (text === 'odd') {
			throw new Error(text);
		}
	});
	queue.push({ text: 'odd', fds: 2 }, { text: 'FDSTORE=1', fds: 1 });
	expect(ready).toThrow('odd');
	ready();
	expect([queue, given.length]).toEqual([[], 6]);
	// The copies that were heard of are the hearer's.
	expect(closed).toEqual([102, 103, 105]);
});

test('of one that is closed over what it said nothing more is taken', () => {
	const { sockets, entry, queue, said, ready } = listening(() => sockets.close(entry));
	queue.push({ text: 'a', fds: 0 }, { text: 'b', fds: 0 });
	ready();
	expect([queue.length, said.filter((it) => it.includes(' of '))]).toEqual([2, ['a of 2', 'written of 2']]);
});

test.each([
	['by the main process, whose number a stranger has by now', 9, uid, 0, 'READY=1 of 1'],
	['so, and another start has the number by now', 9, uid, 2, 'READY=1 of 1'],
	['under its number by another user', 9, uid + 1, 1, `a message of uid ${uid + 1}`],
	['by another process of its start', 8, uid, 1, 'READY=1 of 1'],
	['by one that is gone', 8, uid, -3, 'READY=1 of 1'],
	['by a stranger', 8, uid, 0, 'a message of process 8, which is not of this service'],
	['by one of another start', 8, uid, 2, 'a message of process 8, which is not of this service'],
])('what was sent %s', (_by, pid, who, mark, what) => {
	const { sockets, entry, queue, said } = listening(undefined, { from: [pid, who], mark });
	said.length = 0;
	queue.push({ text: 'READY=1', fds: 0 });
	sockets.drain(entry);
	expect(said).toEqual([what, 'written of 1']);
});

test('the number under which the keeper holds it is noted before that, and that it is dropped after that', () => {
	const { sockets, entry, said } = listening();
	sockets.close(entry);
	expect(said).toEqual(['noted', 'held', 'dropped', 'noted']);
});
