import { expect, test } from 'vitest';
import type { Event } from '../../src/events/event.ts';
import { InForce } from '../../src/rules/in-force.ts';
import { Incoming, meantBy } from '../../src/rules/incoming.ts';
import { acts, log, rule, World } from './world.ts';

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

test('What files have missed between events that wait comes between them, and they are ahead until all are as far.', () => {
	const incoming = new Incoming();
	incoming.add(event(3));
	incoming.passed(event(4));
	incoming.add(event(5));
	incoming.passed(event(6));
	incoming.miss([event(3), event(4), event(5), event(6)], new Map([['a.lua', [1, '']]]));
	incoming.miss([event(2), event(3)], new Map([['b.lua', [3, '']]]));
	const heard: unknown[] = [];
	for (let next = incoming.shift(); next !== undefined; next = incoming.shift()) {
		incoming.taken(next);
		heard.push([next.event.seq, next.missed === undefined, incoming.behind().get('a.lua'), incoming.at]);
	}
	expect(heard).toEqual([
		[2, false, [3, ''], 0],
		[3, true, [4, ''], 3],
		[4, false, [5, ''], 3],
		[5, true, [6, ''], 5],
		[6, false, [7, ''], 5],
	]);
	expect([...incoming.behind().keys()]).toEqual(['a.lua']);
	expect([incoming.passed(event(7)), incoming.behind().size, incoming.at]).toEqual([true, 0, 7]);
});

test('Of a file that has missed an event those rules hear it that have not answered it.', () => {
	const [a, b, c, other] = ['a', 'b', 'c', 'other'].map(
		(title) => new InForce(rule(title, title === 'other' ? { file: 'b.lua' } : {})),
	) as [InForce, InForce, InForce, InForce];
	const rules = [a, b, c, other];
	const by = (seq: number, title: string) => {
		const missed = { places: new Map([['a.lua', [5, title] as const]]), next: 0, left: 1, last: 9 };
		return rules.filter(meantBy({ event: event(seq), missed }, rules)).map((it) => it.rule.title);
	};
	expect([by(4, 'b'), by(5, 'b'), by(6, 'b')]).toEqual([[], ['b', 'c'], ['a', 'b', 'c']]);
	expect([by(5, ''), by(5, 'gone')]).toEqual([['a', 'b', 'c'], []]);
	expect(rules.filter(meantBy({ event: event(1), missed: undefined }, rules))).toEqual(rules);
});

test('What nobody wanted to know of while others waited is heard by a file that is loaded then, and in its turn.', async () => {
	const a = rule('a', { on: ['process.ready'], act: acts(log('a')) });
	const b = rule('b', { file: 'b.lua', on: ['process.*'], act: acts(log('b')) });
	const world = new World(a);
	let time = 0;
	world.turnTime = () => time;
	world.happen('process.exited', 'one');
	world.happen('process.ready', 'two');
	time = 5;
	world.happen('process.ready', 'three');
	world.happen('process.exited', 'four');
	world.engine.replace([a, b]);
	world.engine.past.catchUp(world.events, new Map([['b.lua', [1, '']]]));
	const done = await world.done();
	const seqs = ['one', 'two', 'three', 'four'].map(
		(name) => world.events.find((it) => it.name === name && it.type.startsWith('process.'))?.seq,
	);
	expect(done.filter((it) => it.startsWith('b'))).toEqual(seqs.map((seq) => `b ${seq}`));
	expect(done.filter((it) => it.startsWith('a'))).toEqual([`a ${seqs[1]}`, `a ${seqs[2]}`]);
	expect(world.engine.past.behind.size).toBe(0);
});
