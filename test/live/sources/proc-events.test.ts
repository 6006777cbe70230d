import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { isRefusal } from '../../../src/base/refusal.ts';
import { epoll } from '../../../src/native/poller.ts';
import { ProcEvents } from '../../../src/sources/proc-events.ts';
import { Strangers } from '../../../src/sources/strangers.ts';
import { until } from '../until.ts';
import { Heard, want } from './heard.ts';
import { end, sleeping } from './program.ts';

const { EAGAIN, ENOBUFS, ENOSYS } = constants.errno;
type Batch = readonly (readonly [what: number, pid: number, status: number])[];

/** Events without a kernel, of processes that are real. */
function scripted() {
	const heard = new Heard();
	const faults: unknown[] = [];
	const strangers = new Strangers({ ...heard.ports, isOurs: () => false });
	const script: (Batch | number)[] = [];
	const calls: string[] = [];
	let happen: (events: number) => void = () => {};
	let isArmed = false;
	const native = {
		procs: new Int32Array(192),
		procsOpen: () => 99,
		procsRead() {
			const next = script.shift() ?? -EAGAIN;
			if (typeof next === 'number') {
				return next;
			}
			this.procs.set(next.flat());
			return next.length;
		},
		procsClose: (fd: number) => calls.push(`close ${fd}`),
	};
	const poller = {
		watch(_fd: number, _events: number, handler: (events: number) => void) {
			isArmed = true;
			happen = handler;
			return 1;
		},
		change() {
			isArmed = true;
		},
		unwatch: (fd: number) => calls.push(`unwatch ${fd}`),
	};
	const events = ProcEvents.open({ native, poller, strangers, onFault: (fault) => faults.push(fault) });
	if (isRefusal(events)) {
		throw new Error(events.refused);
	}
	return {
		heard,
		strangers,
		events,
		calls,
		faults,
		isArmed: () => isArmed,
		/** The descriptor becomes readable, and this is what there is to read; it is dealt with when this resolves. */
		async reads(...of: (Batch | number)[]) {
			script.push(...of);
			isArmed = false;
			happen(epoll.in);
			await until(() => isArmed);
		},
	};
}

const any = [want('process.spawned', { name: { is: 'glob', glob: 'archon-*' } })];

test('when some were lost, all are looked at once: who is new, and who is gone', async () => {
	const { strangers, heard, reads, faults } = scripted();
	strangers.wants = any;
	const [a, b] = [await sleeping('archon-a'), await sleeping('archon-b')];
	await reads([
		[1, a.pid, 0],
		[1, b.pid, 0],
	]);
	expect(heard.of('process.spawned archon-')).toHaveLength(2);
	await end(a);
	const c = await sleeping('archon-c');
	await reads(-ENOBUFS);
	expect(heard.lines.slice(2).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
		`process.exited archon-a pid=${a.pid}`,
		`process.spawned archon-c pid=${c.pid}`,
	]);
	expect(heard.lines[2]).toMatch(/ status=unknown$/);
	expect(faults).toEqual([]);
});

test('what came before the loss is heard before the look', async () => {
	const { strangers, heard, reads } = scripted();
	strangers.wants = any;
	const a = await sleeping('archon-a');
	await reads([[1, a.pid, 0]]);
	await end(a);
	await reads(-ENOBUFS, [[2, a.pid, 9]]);
	expect(heard.lines).toHaveLength(2);
	expect(heard.lines[1]).toMatch(/ signal=KILL$/);
});

test('what a look has found is not told again when its exec is told late', async () => {
	const { strangers, heard, reads } = scripted();
	strangers.wants = any;
	const a = await sleeping('archon-a');
	await reads(-ENOBUFS);
	expect(heard.of('archon-a pid=')).toHaveLength(1);
	await reads([[1, a.pid, 0]]);
	expect(heard.of('archon-a pid=')).toHaveLength(1);
});

test('what ran before it began is not found by a look', async () => {
	await sleeping('archon-old');
	// Processes have their time in hundredths of a second.
	const begin = Date.now();
	await until(() => Date.now() > begin + 20);
	const { strangers, heard, reads } = scripted();
	strangers.wants = any;
	await reads(-ENOBUFS);
	expect(heard.lines).toEqual([]);
});

test('nothing is heard once it is closed, not even of a batch that was read', async () => {
	const { strangers, heard, events, calls } = scripted();
	strangers.wants = any;
	events.close();
	events.close();
	expect(calls).toEqual(['unwatch 99', 'close 99']);
	expect(heard.lines).toEqual([]);
});

test('where the kernel does not tell that is a refusal', () => {
	const silent = {
		procs: new Int32Array(0),
		procsOpen: () => -ENOSYS,
		procsRead: () => 0,
		procsClose: () => 0,
	};
	const heard = new Heard();
	const strangers = new Strangers({ ...heard.ports, isOurs: () => false });
	expect(ProcEvents.open({ ...heard.ports, native: silent, strangers })).toEqual({
		refused: 'the kernel does not tell of processes here: function not implemented',
	});
});
