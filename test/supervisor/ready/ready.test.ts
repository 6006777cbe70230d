import { expect, test, vi } from 'vitest';
import type { State } from '../../../src/process/state.ts';
import { plainService } from '../../../src/service/defaults.ts';
import type { Ready as How } from '../../../src/service/service.ts';
import type { Entry } from '../../../src/supervisor/entry.ts';
import { described } from '../../../src/supervisor/new-entry.ts';
import { Ready, type ReadyPorts } from '../../../src/supervisor/ready/ready.ts';
import { entryIn, mainOf } from '../entries.ts';

const waiting: State = { tag: 'starting', first: false, spawned: true, since: 0 };
const withdrawn: State = { ...waiting, since: 5 };

function entryOf(ready: How, state: State = waiting, of: Partial<Entry> = {}): Entry {
	const service = { ...plainService, name: 'web', run: ['web'], ready };
	return entryIn(state, { ...described(service), process: mainOf(1), ...of });
}

function parts() {
	const ports = {
		interpreter: { apply: vi.fn() },
		sockets: { open: vi.fn(() => 'notify/web'), close: vi.fn(), drain: vi.fn() },
		pipes: { open: vi.fn(() => 40), close: vi.fn(), drain: vi.fn() },
		store: { of: vi.fn(() => [] as { fd: number; name: string }[]), clear: vi.fn() },
		executed: vi.fn(),
		begin: vi.fn(),
	};
	return { ...ports, ready: new Ready(ports as unknown as ReadyPorts) };
}

const tcp = { tag: 'tcp', host: 'localhost', port: 1 } as const;
const isReady = { tag: 'ready', at: expect.any(Number) };

test('only who asks for it gets a socket or a pipe', () => {
	const { ready, store } = parts();
	const none = { notify: undefined, listen: [], passed: [], close: [] };
	expect(ready.prepare(entryOf({ tag: 'exec' }), undefined)).toEqual(none);
	expect(ready.prepare(entryOf(tcp), undefined)).toEqual(none);
	expect(ready.prepare(entryOf({ tag: 'notify' }), undefined)).toEqual({ ...none, notify: 'notify/web' });
	const fd = entryOf({ tag: 'fd', fd: 5 });
	expect(ready.prepare(fd, undefined)).toEqual({ ...none, passed: [[40, 5]], close: [40] });
	store.of.mockReturnValue([11, 12, 13].map((it) => ({ fd: it, name: `n${it}` })));
	const kept = [[11, 3], [12, 4]]; // biome-ignore format: pairs
	// The third one would take the number that the service writes into.
	expect(ready.prepare(fd, undefined)).toMatchObject({ listen: ['n11', 'n12'], passed: [...kept, [40, 5]] });
	expect(ready.prepare(entryOf({ tag: 'exec' }), undefined)).toMatchObject({ passed: [...kept, [13, 5]] });
});

test('what cannot be made is refused', () => {
	const { ready, sockets, pipes } = parts();
	sockets.open.mockReturnValue({ refused: 'notify: no' } as never);
	expect(ready.prepare(entryOf({ tag: 'notify' }), undefined)).toEqual({ refused: 'notify: no' });
	// No pipe either, whose descriptor nobody would close.
	const both = entryOf({ tag: 'fd', fd: 3 });
	both.service = { ...plainService, ready: { tag: 'fd', fd: 3 }, watchdog: 1000 } as Entry['service'];
	expect(ready.prepare(both, undefined)).toEqual({ refused: 'notify: no' });
	expect(pipes.open).not.toHaveBeenCalled();
	pipes.open.mockReturnValue({ refused: 'ready: no' } as never);
	expect(ready.prepare(entryOf({ tag: 'fd', fd: 3 }), undefined)).toEqual({ refused: 'ready: no' });
});

test('a check is begun once, when the process is there, and ended when it is not awaited any more', () => {
	const { ready, begin } = parts();
	const stop = vi.fn();
	begin.mockReturnValue(stop);
	const entry = entryOf(tcp, { ...waiting, spawned: false } as State);
	ready.changed(entry);
	expect(begin).not.toHaveBeenCalled();
	entry.life = { ...entry.life, state: waiting };
	ready.changed(entry);
	ready.changed(entry);
	expect(begin).toHaveBeenCalledTimes(1);
	expect(entry.remark).toBe('not ready: tcp:localhost:1: no answer yet');
	begin.mock.calls[0]?.[2].told('connection refused');
	expect(entry.remark).toBe('not ready: tcp:localhost:1: connection refused');
	entry.life = { ...entry.life, state: { tag: 'running', since: 1 } };
	ready.changed(entry);
	expect(stop).toHaveBeenCalledTimes(1);
	expect(entry.remark).toBe('');
});

test('a start that is too late keeps what it was waiting for, and any other end does not', () => {
	const { ready } = parts();
	const stopping: State = {
		...{ tag: 'stopping', main: true, afterwards: 'settle', forced: false, end: undefined, since: 0 },
		fault: { tag: 'not-ready', after: 2000 },
	} as State;
	for (const [state, remark] of [
		[stopping, 'not ready after 2s: notify: no READY=1 yet'],
		[{ ...stopping, fault: undefined } as State, ''],
	] as const) {
		const entry = entryOf({ tag: 'notify' });
		ready.changed(entry);
		entry.life = { ...entry.life, state };
		ready.changed(entry);
		ready.changed(entry);
		expect(entry.remark).toBe(remark);
	}
});

test('its own word counts where it is asked for, and after it took its readiness back', () => {
	const { ready, interpreter, executed } = parts();
	const good = entryOf({ tag: 'notify' });
	ready.said(good);
	expect(executed).toHaveBeenCalledWith(good);
	expect(interpreter.apply).toHaveBeenLastCalledWith(good, isReady);
	ready.said(entryOf(tcp));
	expect(interpreter.apply).toHaveBeenCalledTimes(1);
	ready.said(entryOf(tcp, withdrawn));
	expect(interpreter.apply).toHaveBeenCalledTimes(2);
	ready.said(entryOf({ tag: 'notify' }, { tag: 'running', since: 1 }));
	expect(interpreter.apply).toHaveBeenCalledTimes(2);
	const oneshot = described({ ...plainService, name: 'web', run: ['web'], oneshot: true });
	ready.said(entryIn(withdrawn, { ...oneshot, process: mainOf(1) }));
	expect(interpreter.apply).toHaveBeenCalledTimes(2);
});

test('nothing is looked for while it reloads', () => {
	const { ready, begin } = parts();
	ready.changed(entryOf(tcp, withdrawn));
	expect(begin).not.toHaveBeenCalled();
});

test.each(['stopped', 'exited'] as const)('one that is %s keeps nothing', (tag) => {
	const { ready, sockets, pipes, store } = parts();
	const entry = entryOf({ tag: 'notify' }, { tag }, { process: undefined, said: 'serving' });
	ready.changed(entry);
	for (const closed of [sockets.close, pipes.close, store.clear]) {
		expect(closed).toHaveBeenCalledWith(entry);
	}
	expect(entry.said).toBe('');
});
