import { describe, expect, it } from 'vitest';
import { epoll, Poller } from '../../src/native/poller.ts';

/** An epoll without a kernel: `happens` reports events as the addon does. */
class Events {
	readonly ready = new Int32Array(512);
	readonly calls: (string | number)[][] = [];
	result = 0;
	#onReady: (count: number) => void = () => {};

	start(onReady: (count: number) => void): number {
		this.#onReady = onReady;
		return 0;
	}

	watch(fd: number, token: number, events: number): number {
		this.calls.push(['watch', fd, token, events]);
		return this.result;
	}

	change(fd: number, token: number, events: number): number {
		this.calls.push(['change', fd, token, events]);
		return 0;
	}

	unwatch(fd: number): number {
		this.calls.push(['unwatch', fd]);
		return 0;
	}

	watchUrgent(fd: number, token: number): number {
		this.calls.push(['watchUrgent', fd, token]);
		return this.result;
	}

	unwatchUrgent(fd: number): number {
		this.calls.push(['unwatchUrgent', fd]);
		return 0;
	}

	happens(...pairs: readonly [token: number, events: number][]): void {
		this.ready.set(pairs.flat());
		this.#onReady(pairs.length);
	}
}

function poller() {
	const events = new Events();
	const faults: unknown[] = [];
	const it = new Poller(events);
	it.start((fault) => faults.push(fault));
	return { events, faults, it };
}

describe('the poller', () => {
	it('has the bits of epoll_ctl(2)', () => {
		expect(epoll.edge >>> 0).toBe(0x80000000);
		expect({ ...epoll, edge: 0 }).toEqual({
			in: 1,
			pri: 2,
			out: 4,
			err: 8,
			hup: 16,
			rdhup: 0x2000,
			oneshot: 0x40000000,
			edge: 0,
		});
	});

	it('calls whoever watches a descriptor with its events, in the order in which they are reported', () => {
		const { events, it } = poller();
		const heard: [string, number][] = [];
		const a = it.watch(70, epoll.in, (got) => heard.push(['a', got]));
		const b = it.watch(71, epoll.out, (got) => heard.push(['b', got]));
		expect(events.calls).toEqual([
			['watch', 70, a, epoll.in],
			['watch', 71, b, epoll.out],
		]);
		events.happens([b, epoll.out], [a, epoll.in | epoll.hup]);
		expect(heard).toEqual([
			['b', epoll.out],
			['a', epoll.in | epoll.hup],
		]);
	});

	it('calls only as many as are reported: what is behind them is left from before', () => {
		const { events, it } = poller();
		let count = 0;
		const token = it.watch(70, epoll.in, () => count++);
		events.ready.set([token, 1, token, 1, token, 1]);
		events.happens([token, 1]);
		expect(count).toBe(1);
	});

	it('never gives token 0, by which the addon means nobody, nor one that is in use', () => {
		const { events, it } = poller();
		const tokens = Array.from({ length: 1000 }, () => it.token(() => {}));
		expect(tokens).not.toContain(0);
		expect(new Set(tokens).size).toBe(1000);
		expect(() => events.happens([0, 1])).not.toThrow();
	});

	it('goes on when a handler fails, and tells the fault', () => {
		const { events, faults, it } = poller();
		const heard: string[] = [];
		const bad = it.watch(70, epoll.in, () => {
			throw new Error('a mistake');
		});
		const good = it.watch(71, epoll.in, () => heard.push('good'));
		events.happens([bad, 1], [good, 1]);
		events.happens([bad, 1]);
		expect(heard).toEqual(['good']);
		expect(faults).toEqual([new Error('a mistake'), new Error('a mistake')]);
	});

	it('does not call a handler that was unwatched earlier in the same batch', () => {
		const { events, it } = poller();
		const heard: string[] = [];
		const b = it.token(() => heard.push('b'));
		const a = it.watch(70, epoll.in, () => it.unwatch(71, b));
		events.happens([a, 1], [b, 1]);
		expect(heard).toEqual([]);
		expect(events.calls.at(-1)).toEqual(['unwatch', 71]);
	});

	it('forgets a token that somebody else announces', () => {
		const { events, it } = poller();
		const heard: string[] = [];
		const token = it.token(() => heard.push('once'));
		events.happens([token, 1]);
		it.forget(token);
		events.happens([token, 1]);
		expect(heard).toEqual(['once']);
		expect(events.calls).toEqual([]);
	});

	it('changes what a descriptor is watched for, under the token it has', () => {
		const { events, it } = poller();
		const token = it.watch(70, epoll.in, () => {});
		it.change(70, token, 0);
		expect(events.calls.at(-1)).toEqual(['change', 70, token, 0]);
	});

	it('watches what is urgent apart from the others', () => {
		const { events, it } = poller();
		let count = 0;
		const token = it.watchUrgent(70, () => count++);
		events.happens([token, epoll.pri]);
		it.unwatchUrgent(70, token);
		events.happens([token, epoll.pri]);
		expect(count).toBe(1);
		expect(events.calls).toEqual([
			['watchUrgent', 70, token],
			['unwatchUrgent', 70],
		]);
		events.result = -22;
		expect(() => it.watchUrgent(70, () => count++)).toThrow('descriptor 70 cannot be watched: errno 22');
	});

	it('throws what the system says when a descriptor cannot be watched, and keeps nothing of it', () => {
		const { events, it } = poller();
		const heard: string[] = [];
		events.result = -28;
		expect(() => it.watch(70, epoll.in, () => heard.push('x'))).toThrow(
			'descriptor 70 cannot be watched: errno 28',
		);
		const token = Number(events.calls[0]?.[2]);
		events.happens([token, 1]);
		expect(heard).toEqual([]);
	});

	it('calls one after all the others that are ready, wherever the kernel has it', () => {
		const { events, it } = poller();
		const seen: string[] = [];
		const last = it.watchLast(5, epoll.in, (bits) => seen.push(`last ${bits}`));
		const other = it.watch(6, epoll.in, () => seen.push('other'));
		events.happens([last, 1], [other, 1]);
		events.happens([last, 1]);
		it.unwatch(5, last);
		events.happens([last, 1], [other, 1]);
		expect(seen).toEqual(['other', 'last 1', 'last 1', 'other']);
	});
});
