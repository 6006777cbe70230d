import { describe, expect, it } from 'vitest';
import { ConnectionPlaces } from '../../src/keeper/connection-places.ts';

/** Three places behind two words of something else; the words of place 1 are those of `ledger_connection`. */
function three() {
	const words = new Int32Array(2 + 3 * 8);
	return { words: words.subarray(10, 18), places: new ConnectionPlaces(words, 2, 3) };
}

describe('the place of a connection', () => {
	it('is whole between what is settled and what loosens it', () => {
		const { places } = three();
		expect([places.isWhole(1), places.whole()]).toEqual([false, []]);
		places.settle(1, 7);
		expect([places.isWhole(1), places.whole(), places.position(1)]).toEqual([true, [1], 7]);
		places.loosen(1);
		expect([places.isWhole(1), places.position(1)]).toEqual([false, 7]);
	});

	it('is found among many that never were', () => {
		const places = new ConnectionPlaces(new Int32Array(2 + 1300 * 8), 2, 1300);
		for (const conn of [0, 511, 512, 1299]) {
			places.settle(conn, 1);
		}
		places.loosen(0);
		expect(places.whole()).toEqual([511, 512, 1299]);
	});

	it('has a request in flight until the keeper has replied to it', () => {
		const { words, places } = three();
		places.settle(1, 7);
		expect(places.inFlight(1)).toBeUndefined();
		places.begin(1, 4_294_967_295, 20);
		expect([places.inFlight(1), places.next(1), [...places.allInFlight()]]).toEqual([
			4_294_967_295,
			20,
			[4_294_967_295],
		]);
		words[3] = words[4] ?? 0;
		expect([places.inFlight(1), places.position(1), places.allInFlight().size]).toEqual([undefined, 20, 0]);
	});

	it('is never taken for in flight by a request that has its reply, wherever settling stops', () => {
		const { words, places } = three();
		places.begin(1, 5, 20);
		words[3] = 20;
		places.settle(1, 25);
		words.set([20], 3); // as if the daemon had died before it wrote the position
		expect(places.inFlight(1)).toBeUndefined();
	});

	it('counts positions modulo 2^32', () => {
		const { places } = three();
		places.settle(1, 4_294_967_290);
		places.begin(1, 1, (4_294_967_290 + 10) >>> 0);
		expect([places.position(1), places.next(1), places.inFlight(1)]).toEqual([4_294_967_290, 4, 1]);
	});

	it('has a piece taken when its mark says so, until then the one before', () => {
		const { words, places } = three();
		const first = places.taking(1, 3);
		expect(places.taken(1)).toBe(0);
		first[0] = 82;
		expect([places.taken(1), words[7]]).toEqual([3, 82]);
		const second = places.taking(1, 4);
		expect(places.taken(1)).toBe(3);
		second[0] = 1;
		expect(places.taken(1)).toBe(4);
	});

	it('says once that a reply found no room', () => {
		const { words, places } = three();
		words.set([1], 5);
		expect([places.wasFull(1), places.wasFull(1)]).toEqual([true, false]);
		places.clear(1);
		expect([...words]).toEqual(Array(8).fill(0));
	});
});
