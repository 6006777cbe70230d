import { closeSync, constants, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { isRefusal } from '../../../src/base/refusal.ts';
import { Channel } from '../../../src/keeper/channel.ts';
import { Ledger, ledgerVersion, type SlotKind, slotCount } from '../../../src/keeper/ledger.ts';
import { type LogLimits, logState } from '../../../src/keeper/log-places.ts';
import { native } from '../../../src/native/index.ts';
import type { Owner } from '../../../src/supervisor/fifos.ts';
import { type LogPair, Output } from '../../../src/supervisor/output.ts';
import { temporary } from '../../archon.ts';
import { silent } from '../../keeper/silent.ts';

/** sizeof(struct ledger) of native/core/ledger.h. */
const size = 4096 + slotCount * (4 + 8 + 40 + 160 + 32);
/** Where its log places begin, 10 words each: state, two of busy, and more. */
export const logs = (4096 + 12 * slotCount) / 4;

/** An output with real FIFOs; the test is the keeper, who hears `sent`, and archon-log. */
export function begin(directory = `${temporary()}/fifo`, memory = newMemory()) {
	const sent: string[] = [];
	const finished: SlotKind[] = [];
	const wake = openSync(`${temporary()}/wake`, 'w');
	onTestFinished(() => closeSync(wake));
	const ledger = new Ledger(memory);
	const output = new Output({
		native,
		ledger,
		channel: new Channel({ ...silent, channelSend: (text) => sent.push(text) }),
		directory,
		wake,
		onFinished: (kind) => finished.push(kind),
	});
	const take = (kind: SlotKind, name: string, owner?: Owner, limits?: LogLimits) => {
		const pair = output.take(kind, name, owner, limits);
		if (isRefusal(pair)) {
			throw new Error(pair.refused);
		}
		return pair;
	};
	/** What archon-log does in the end: all is read, nobody writes any more. */
	const done = (pair: LogPair) => {
		for (const path of pair.paths) {
			rmSync(path);
		}
		ledger.logs.setState(pair.log, logState.done);
		output.collect();
	};
	return {
		output,
		take,
		done,
		ledger,
		memory,
		directory,
		sent,
		finished,
		wakes: () => statSync(`/proc/self/fd/${wake}`).size / 8,
	};
}

/** A ledger in which nothing is taken. */
export function newMemory(): ArrayBuffer {
	const memory = new ArrayBuffer(size);
	new Int32Array(memory).set([0x41524348, ledgerVersion, slotCount]);
	return memory;
}

/** A process that has the pair as its outputs, as those open it. */
export function writer(path: string): (text: string) => void {
	const fd = openSync(path, constants.O_RDWR);
	onTestFinished(() => closeSync(fd));
	return (text) => void writeSync(fd, text);
}

/** Reads as archon-log does: what both streams hold. */
export function readAll(pair: LogPair): string {
	const bytes = Buffer.alloc(1024);
	return (pair.ends?.fds ?? [])
		.map((fd) => {
			const count = native.unread(fd) === 0 ? 0 : readSync(fd, bytes);
			return bytes.toString('latin1', 0, count);
		})
		.join();
}

/** What archon-log reads of the limits of a pair: files, and bytes of one. */
export function limitsOf(memory: ArrayBuffer, pair: LogPair): number[] {
	return [...new Int32Array(memory).subarray(logs + 10 * pair.log + 3, logs + 10 * pair.log + 6)];
}

/** How many descriptors the test has. */
export function descriptors(): number {
	return readdirSync('/proc/self/fd').length;
}
