import { expect, test } from 'vitest';
import type { Event } from '../../src/events/event.ts';
import { InForce } from '../../src/rules/in-force.ts';
import { Incoming, meantBy } from '../../src/rules/incoming.ts';
import { rule } from './world.ts';

const event = (seq: number): Event => ({ seq, time: 0, type: 'a.b', name: '-', fields: [] });

test('It has come as far as what was taken, or what nobody wants while nothing waits.', () => {
	const incoming = new Incoming();
	expect([incoming.passed(event(1)), incoming.at]).toEqual([true, 1]);
	incoming.add(event(2));
	expect([incoming.passed(event(3)), incoming.at, incoming.length, incoming.weight]).toEqual([
		false,
		1,
		1,
		1,
	]);
	const heard = incoming.shift() ?? expect.fail();
	expect([incoming.at, incoming.passed(event(3))]).toEqual([1, false]);
	incoming.taken(heard);
	expect([incoming.at, incoming.passed(event(4)), incoming.at]).toEqual([2, true, 4]);
});

test('What files have missed comes before what waits, and of that they hear with all.', () => {
	const incoming = new Incoming();
	incoming.add(event(5));
	incoming.miss([event(3), { first: 4, last: 4 }, event(5)], new Map([['a.lua', [2, 'r']]]));
	incoming.miss([], new Map([['c.lua', [9, '']]]));
	expect([...incoming.behind()]).toEqual([['a.lua', [3, '']]]);
	const heard = [incoming.shift(), incoming.shift()];
	expect(heard.map((it) => [it?.event.seq, it?.missed === undefined])).toEqual([
		[3, false],
		[5, true],
	]);
	for (const one of heard) {
		incoming.taken(one ?? expect.fail());
	}
	expect([incoming.behind().size, incoming.at]).toEqual([0, 5]);
	incoming.miss([event(1), event(2)], new Map([['b.lua', [2, 'r']]]));
	incoming.taken(incoming.shift() ?? expect.fail());
	expect([...incoming.behind()]).toEqual([['b.lua', [2, 'r']]]);
	incoming.clear();
	expect([incoming.behind().size, incoming.length]).toEqual([0, 0]);
});

test('Of a file that has missed an event those rules hear it that have not answered it.', () => {
	const [a, b, c, other] = ['a', 'b', 'c', 'other'].map(
		(title) => new InForce(rule(title, title === 'other' ? { file: 'b.lua' } : {})),
	) as [InForce, InForce, InForce, InForce];
	const rules = [a, b, c, other];
	const by = (seq: number, title: string) => {
		const missed = { places: new Map([['a.lua', [5, title] as const]]), next: 0, left: 1 };
		return rules.filter(meantBy({ event: event(seq), missed }, rules)).map((it) => it.rule.title);
	};
	expect([by(4, 'b'), by(5, 'b'), by(6, 'b')]).toEqual([[], ['b', 'c'], ['a', 'b', 'c']]);
	expect([by(5, ''), by(5, 'gone')]).toEqual([['a', 'b', 'c'], []]);
	expect(rules.filter(meantBy({ event: event(1), missed: undefined }, rules))).toEqual(rules);
});
