import { expect, test } from 'vitest';
import { isRefusal } from '../../../src/base/refusal.ts';
import type { State } from '../../../src/process/state.ts';
import { plainService } from '../../../src/service/defaults.ts';
import type { Entry } from '../../../src/supervisor/entry.ts';
import { Ports } from '../../../src/supervisor/sockets/ports.ts';
import type { Holding } from '../../../src/supervisor/sockets/ports-file.ts';
import { entryIn, running } from '../entries.ts';

/** A machine on which these ports are taken by others. */
function machine(range = { from: 100, to: 104 }, file = new Map<number, Holding>()) {
	const taken = new Set<number>();
	const open = new Set<number>();
	const bound = new Set<number>();
	let isClosing = false;
	let kept = file;
	const keep = (held: ReadonlyMap<number, Holding>) => {
		kept = new Map(held);
	};
	const close = () => {
		isClosing = true;
	};
	const ports = () =>
		new Ports({
			native: {
				listenInet(_host, port) {
					open.add(port);
					return taken.has(port) ? -98 : port;
				},
				close(port) {
					open.delete(port);
					return 0;
				},
			},
			file: { read: () => new Map(kept), write: (held) => keep(held) },
			range: () => range,
			bound: () => bound,
			isClosing: () => isClosing,
		});
	return {
		ports: ports(),
		again: ports,
		taken,
		bound,
		close,
		kept: () => [...kept.keys()],
	};
}

function service(name: string, ports: readonly string[], state: State = running): Entry {
	return entryIn(state, { name, service: { ...plainService, name, run: ['x'], ports } });
}

const given = (found: ReturnType<Ports['take']>) => (isRefusal(found) ? found.refused : [...found]);
const after = (entry: Entry, state: State) => {
	entry.life = { ...entry.life, state };
	return entry;
};

test('each gets one that nobody has, and keeps it through restarts of its own and of archon', () => {
	const { ports, again, taken, close } = machine();
	taken.add(101);
	const web = service('web', ['http', 'admin']);
	expect(given(ports.take(web))).toEqual([['http', 100], ['admin', 102]]); // biome-ignore format: pairs
	expect(given(ports.take(service('api', ['http'])))).toEqual([['http', 103]]);
	expect(given(ports.take(web))).toEqual([['http', 100], ['admin', 102]]); // biome-ignore format: pairs
	expect(ports.rows()).toEqual([
		['port:100', 'web', '-', '-'],
		['port:102', 'web', '-', '-'],
		['port:103', 'api', '-', '-'],
	]);
	close();
	ports.changed(after(web, { tag: 'stopped' }));
	const next = again();
	next.settle((name) => (name === 'web' ? web : undefined));
	expect(given(next.take(web))).toEqual([['http', 100], ['admin', 102]]); // biome-ignore format: pairs
	expect(next.rows()).toHaveLength(2);
});

test('one that somebody else has taken meanwhile is exchanged, one that is not wanted any more given back', () => {
	const { ports, taken, kept } = machine();
	ports.take(service('web', ['a', 'b']));
	taken.add(100);
	expect(given(ports.take(service('web', ['a', 'b'])))).toEqual([['a', 102], ['b', 101]]); // biome-ignore format: pairs
	expect(given(ports.take(service('web', ['b'])))).toEqual([['b', 101]]);
	expect(kept()).toEqual([101]);
	expect(given(ports.take(service('web', [])))).toEqual([]);
	expect(kept()).toEqual([]);
});

test('a holder that ends for good gives back all it has, one that will be tried again keeps it', () => {
	const { ports, kept } = machine();
	const web = service('web', ['http']);
	ports.take(web);
	expect(ports.allocate(web)).toBe(101);
	const failed = { tag: 'failed', why: { tag: 'not-ready', after: 1 } } as const;
	for (const state of [
		{ tag: 'backoff', until: 1 },
		{ tag: 'waiting', why: '' },
	] as const) {
		ports.changed(after(web, state));
	}
	web.timer = setTimeout(() => undefined, 0).unref();
	ports.changed(after(web, failed));
	expect(kept()).toEqual([100, 101]);
	clearTimeout(web.timer);
	web.timer = undefined;
	ports.changed(after(web, failed));
	expect(kept()).toEqual([]);
});

test('what was asked for by request can be given back by request, what the service says cannot', () => {
	const { ports, kept } = machine();
	const web = service('web', ['http']);
	ports.take(web);
	expect(ports.allocate(web, { from: 7, to: 7 })).toBe(7);
	expect(ports.allocate(web, { from: 7, to: 7 })).toEqual({
		refused: 'ports: none of 7-7 is free: 1 held (Sockets says by whom)',
	});
	expect(ports.release(100)).toMatchObject({ refused: expect.stringContaining('belongs to "web"') });
	expect(ports.release(7)).toBeUndefined();
	expect(ports.release(7)).toEqual({
		refused: 'nobody holds port 7; Sockets lists those that are held',
	});
	expect(kept()).toEqual([100]);
	expect(ports.allocate(after(web, { tag: 'stopped' }))).toMatchObject({
		refused: expect.stringContaining('"web" is stopped'),
	});
});

test('a range that is full is said, and by whom it is full', () => {
	const { ports, taken } = machine({ from: 100, to: 101 });
	taken.add(101);
	expect(given(ports.take(service('web', ['a'])))).toEqual([['a', 100]]);
	expect(given(ports.take(service('api', ['a'])))).toBe(
		'ports: none of 100-101 is free: 1 held (Sockets says by whom), 1 by others on this machine',
	);
});

test('what archon has bound for services is not said to be of others', () => {
	const { ports, taken, bound } = machine({ from: 100, to: 103 });
	for (const port of [101, 102, 103]) {
		taken.add(port);
	}
	for (const port of [0, 101, 103, 104]) {
		bound.add(port);
	}
	expect(given(ports.take(service('web', ['a'])))).toEqual([['a', 100]]);
	expect(given(ports.take(service('api', ['a'])))).toBe(
		'ports: none of 100-103 is free: 1 held, 2 bound for services (Sockets says by whom), 1 by others on this machine',
	);
});

test('one that gets fewer than it wants gets none, and others may have them', () => {
	const { ports, taken, kept } = machine({ from: 100, to: 102 });
	taken.add(101);
	expect(given(ports.take(service('web', ['a', 'b', 'c'])))).toBe(
		'ports: only 2 of 100-102 are free where 3 are wanted: 0 held (Sockets says by whom), 1 by others on this machine',
	);
	expect(kept()).toEqual([]);
	expect(given(ports.take(service('api', ['a', 'b'])))).toEqual([['a', 100], ['b', 102]]); // biome-ignore format: pairs
	expect(given(ports.take(service('api', ['a', 'b', 'c'])))).toMatch(
		/^ports: none of 100-102 is free: 2 held/,
	);
	expect(kept()).toEqual([100, 102]);
});

test('when archon starts, what nobody may want any more is given back', () => {
	const file = new Map([
		[100, { holder: 'web', name: 'http' }],
		[101, { holder: 'web', name: 'gone' }],
		[102, { holder: 'nobody', name: '' }],
		[103, { holder: 'web', name: '' }],
		[104, { holder: 'up', name: '' }],
	]);
	const { ports, kept } = machine(undefined, file);
	const entries = [service('web', ['http'], { tag: 'stopped' }), service('up', [])];
	ports.settle((name) => entries.find((it) => it.name === name));
	expect(kept()).toEqual([100, 104]);
});

test('without IPv6 that of IPv4 has to do', () => {
	const asked: string[] = [];
	const ports = new Ports({
		native: {
			listenInet(host, port) {
				asked.push(host);
				return host === '::' ? -97 : port;
			},
			close: () => 0,
		},
		file: { read: () => new Map(), write: () => undefined },
		range: () => ({ from: 5, to: 5 }),
		bound: () => [],
		isClosing: () => false,
	});
	expect(given(ports.take(service('web', ['a'])))).toEqual([['a', 5]]);
	expect(asked).toEqual(['::', '0.0.0.0', '::', '0.0.0.0']);
});
