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

const any = [want('process.spawned', { name: { is: 'glob', glob: 'events-*' } })];

test('when some were lost, all are looked at once: who is new, and who is gone', async () => {
	const { strangers, heard, reads, faults } = scripted();
	strangers.wants = any;
	const [a, b] = [await sleeping('events-a'), await sleeping('events-b')];
	await reads([
		[1, a.pid, 0],
		[1, b.pid, 0],
	]);
	expect(heard.of('process.spawned events-')).toHaveLength(2);
	await end(a);
	const c = await sleeping('events-c');
	await reads(-ENOBUFS);
	expect(heard.lines.slice(2).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
		`process.exited events-a pid=${a.pid}`,
		`process.spawned events-c pid=${c.pid}`,
	]);
	expect(heard.lines[2]).toMatch(/ status=unknown$/);
	expect(faults).toEqual([]);
});

test('what came before the loss is heard before the look', async () => {
	const { strangers, heard, reads } = scripted();
	strangers.wants = any;
	const a = await sleeping('events-a');
	await reads([[1, a.pid, 0]]);
	await end(a);
	await reads(-ENOBUFS, [[2, a.pid, 9]]);
	expect(heard.lines).toHaveLength(2);
	expect(heard.lines[1]).toMatch(/ signal=KILL$/);
});

test('what a look has found is not told again when its exec is told late', async () => {
	const { strangers, heard, reads } = scripted();
	strangers.wants = any;
	const a = await sleeping('events-a');
	await reads(-ENOBUFS);
	expect(heard.of('events-a pid=')).toHaveLength(1);
	await reads([[1, a.pid, 0]]);
	expect(heard.of('events-a pid=')).toHaveLength(1);
	// Nor when that comes so late that it is gone.
	await end(a);
	strangers.wants = [want('process.spawned')];
	await reads([[1, a.pid, 0]], [[2, a.pid, 9]]);
	expect(heard.lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
		'process.spawned events-a',
		'process.exited events-a',
	]);
});

test('what ran before it began is not found by a look', async () => {
	await sleeping('events-old');
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
