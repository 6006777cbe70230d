import { expect, test } from 'vitest';
import type { Taken } from '../../src/rules/fair.ts';
import type { Resident } from '../../src/rules/resident.ts';
import { after, Sent } from '../../src/rules/sent.ts';

const last = 0x7fff_ffff;
const [one, other] = [{ file: 'one' }, { file: 'other' }] as unknown as [Resident, Resident];

function taken(resident: Resident): Taken {
	return { resident } as Taken;
}

test('calls are answered in the order in which they were sent, each with the number behind the one before', () => {
	const sent = new Sent();
	const calls = Array.from({ length: 5000 }, () => taken(one));
	expect(calls.slice(0, 3000).map((call) => sent.add(call))).toEqual(
		calls.slice(0, 3000).map((_, i) => i + 1),
	);
	expect([sent.next, sent.get(0), sent.get(1), sent.get(3001), sent.get(-1)]).toEqual([
		1,
		undefined,
		calls[0],
		undefined,
		undefined,
	]);
	for (const call of calls.slice(0, 2500)) {
		expect(sent.shift()).toBe(call);
	}
	expect([sent.next, sent.get(2500), sent.get(2501)]).toEqual([2501, undefined, calls[2500]]);
	for (const call of calls.slice(3000)) {
		sent.add(call);
	}
	expect(sent.all()).toEqual(calls.slice(2500));
	for (const call of calls.slice(2500)) {
		expect(sent.shift()).toBe(call);
	}
	expect([sent.shift(), sent.next, sent.all()]).toEqual([undefined, 5001, []]);
});

test('what was taken back keeps its number, and nobody hears of it', () => {
	const sent = new Sent();
	const calls = [taken(one), taken(other), taken(one)];
	for (const call of calls) {
		sent.add(call);
	}
	expect([sent.recall(one), sent.recall(one), sent.get(1), sent.get(2)]).toEqual([
		true,
		false,
		undefined,
		calls[1],
	]);
	expect(sent.all()).toEqual([calls[1]]);
	expect([sent.shift(), sent.shift(), sent.shift(), sent.next]).toEqual([undefined, calls[1], undefined, 4]);
});

test('behind the last number comes the first', () => {
	expect([after(last - 1), after(last)]).toEqual([last, 1]);
	const sent = new Sent(last - 1);
	const calls = [taken(one), taken(one), taken(other)];
	expect(calls.map((call) => sent.add(call))).toEqual([last, 1, 2]);
	expect([sent.get(last), sent.get(1), sent.get(2), sent.get(3)]).toEqual([...calls, undefined]);
	sent.shift();
	expect([sent.next, sent.get(last), sent.get(2)]).toEqual([1, undefined, calls[2]]);
});
