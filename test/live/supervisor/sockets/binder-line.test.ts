import { openSync, readdirSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { type Refusal, refuse } from '../../../../src/base/refusal.ts';
import { native } from '../../../../src/native/index.ts';
import { formatAddress } from '../../../../src/service/address.ts';
import { answerNext } from '../../../../src/supervisor/sockets/binder-line.ts';
import type { Passed } from '../../../../src/supervisor/sockets/broker.ts';
import { until } from '../../until.ts';

const question = '7,1,2,tcp:127.0.0.1:80';

/** A line whose broker answers like that; the other end is archon-binder's. */
function line(answer: () => Passed | Refusal | Promise<Passed | Refusal>) {
	expect(native.pair()).toBe(0);
	const [, ours = -1, theirs = -1] = native.passed;
	const open = [ours, theirs];
	onTestFinished(() => open.forEach(native.close));
	const asked: unknown[] = [];
	const broker = () => ({
		bind(...[address, pidfd, peer]: [Parameters<typeof formatAddress>[0], number, object]) {
			native.close(pidfd);
			asked.push([formatAddress(address), peer]);
			return answer();
		},
	});
	return {
		theirs,
		asked,
		/** Asks, with so many descriptors (0 or 1), and has it answered. */
		ask: (text: string, count = 1, isThere = () => true) => {
			const pidfd = native.pidfdOpen(process.pid);
			expect(native.sendDescriptor(theirs, text, count === 0 ? -1 : pidfd)).toBe(0);
			native.close(pidfd);
			return answerNext({ native, broker }, ours, isThere);
		},
		/** The answer, and how many descriptors came along; undefined: there is none. */
		answer: () => {
			const length = native.notifyReceive(theirs, false);
			const [count = 0, fd = -1] = native.passed;
			if (count > 0) {
				native.close(fd);
			}
			return length < 0 ? undefined : [native.inbox.toString('latin1', 0, length), count];
		},
		hangUp: () => native.close(open.pop() ?? -1),
		next: () => answerNext({ native, broker }, ours, () => true),
	};
}

function passing() {
	const done = { sent: 0 };
	const fd = openSync('/dev/null', 'r');
	onTestFinished(() => void native.close(fd));
	return { done, answer: (): Passed => ({ tag: 'passed', fd, sent: () => void done.sent++ }) };
}

const openCount = () => readdirSync('/proc/self/fd').length;

test('what the broker gives goes out with the number of the question', () => {
	const { done, answer } = passing();
	const one = line(answer);
	expect(one.ask(question)).toBe(true);
	expect(one.asked).toEqual([['tcp:127.0.0.1:80', { uid: 1, gid: 2 }]]);
	expect(one.answer()).toEqual(['7', 1]);
	expect(done.sent).toBe(1);
});

test('what it refuses, and what is no question, is answered with nothing', () => {
	const one = line(() => refuse('no'));
	const before = openCount();
	expect(one.ask(question)).toBe(true);
	expect(one.answer()).toEqual(['7', 0]);
	expect(one.asked).toHaveLength(1);
	for (const [text, count] of [
		[question, 0],
		['8,1,2,x', 1],
		['x', 1],
	] as const) {
		expect(one.ask(text, count)).toBe(true);
		expect(one.answer()).toEqual([/^[0-9]/.exec(text)?.[0] ?? '0', 0]);
	}
	expect(one.asked).toHaveLength(1);
	return until(() => openCount() === before);
});

test('rules may take a while, and the line may be gone by then', async () => {
	const { done, answer } = passing();
	const one = line(async () => answer());
	expect(one.ask(question)).toBe(true);
	expect(one.answer()).toBeUndefined();
	await new Promise(setImmediate);
	expect(one.answer()).toEqual(['7', 1]);
	expect(one.ask(question, 1, () => false)).toBe(true);
	await new Promise(setImmediate);
	expect([one.answer(), done.sent]).toEqual([undefined, 2]);
});

test('the end of the line is told', () => {
	const one = line(() => refuse('no'));
	one.hangUp();
	expect(one.next()).toBe(false);
});
