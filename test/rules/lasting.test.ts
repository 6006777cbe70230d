import { expect, test } from 'vitest';
import type { Event, EventType } from '../../src/events/event.ts';
import { Lasting, Room } from '../../src/rules/lasting.ts';
import { VirtualClock } from './clock.ts';

function spells(room = new Room()) {
	const clock = new VirtualClock();
	const fired: string[] = [];
	let seq = 0;
	const lasting = new Lasting({
		ms: 1000,
		clock: clock.port,
		room,
		fire: (event, seen) => fired.push(`${event.name} ${event.seq} ${seen['seq']}`),
	});
	const event = (type: EventType, name: string, fields: string[], age = 0): Event => {
		return { seq: ++seq, time: clock.port.now() - age, type, name, fields };
	};
	return {
		clock,
		lasting,
		fired: () => fired.splice(0),
		/** One that matches, or not. */
		hear: (name: string, isMatch: boolean, fields: string[] = [], age = 0) => {
			const one = event('process.sample', name, fields, age);
			return lasting.hear(one, { seq: one.seq }, isMatch);
		},
		ended: (type: EventType, name: string, ...fields: string[]) => lasting.ended(event(type, name, fields)),
	};
}

test('It fires when that long has passed, not sooner, with the latest, once.', () => {
	const { hear, clock, fired } = spells();
	hear('web', true);
	clock.pass(600);
	hear('web', true);
	clock.pass(399);
	expect(fired()).toEqual([]);
	clock.pass(1);
	expect(fired()).toEqual(['web 2 2']);
	hear('web', true);
	clock.pass(5000);
	expect([fired(), clock.waiting]).toEqual([[], 0]);
});

test('What does not match ends it, and it begins anew; each name counts for itself.', () => {
	const { hear, clock, fired } = spells();
	hear('web', true);
	hear('db', true);
	clock.pass(999);
	hear('web', false);
	hear('web', false);
	clock.pass(1);
	expect(fired()).toEqual(['db 2 2']);
	hear('web', true);
	clock.pass(1000);
	hear('web', false);
	hear('web', true);
	clock.pass(1000);
	expect(fired()).toEqual(['web 5 5', 'web 7 7']);
});

test.each([
	['process.exited', ['pid=5', 'start=7'], true],
	['process.starting', [], true],
	['process.starting', ['pid=5', 'start=7'], false],
	['process.monitored', ['pid=8'], true],
] as const)('%s with %j ends it: %s.', (type, fields, isEnd) => {
	const { hear, ended, clock, fired } = spells();
	hear('web', true);
	ended(type, 'db', ...fields);
	ended(type, 'web', ...fields);
	clock.pass(1000);
	expect(fired()).toEqual(isEnd ? [] : ['web 1 1']);
});

test('Another start, or another pid where none is told, begins anew.', () => {
	const { hear, clock, fired } = spells();
	hear('web', true, ['pid=5', 'start=1']);
	hear('foreign', true, ['pid=5']);
	hear('plain', true);
	clock.pass(900);
	hear('web', true, ['pid=5', 'start=2']);
	hear('foreign', true, ['pid=6']);
	hear('plain', true, ['start=3']);
	hear('plain', true, ['pid=9']);
	clock.pass(100);
	expect(fired()).toEqual(['plain 7 7']);
	clock.pass(900);
	expect(fired().map((one) => one.slice(0, -4))).toEqual(['web', 'foreign']);
});

test('It counts from when it happened, whenever it is heard; setting the clock changes nothing.', () => {
	const { hear, clock, fired } = spells();
	hear('late', true, [], 700);
	hear('ahead', true, [], -700);
	clock.set(-3_600_000);
	clock.pass(300);
	expect(fired()).toEqual(['late 1 1']);
	clock.set(7_200_000);
	clock.pass(699);
	expect(fired()).toEqual([]);
	clock.pass(1);
	expect(fired()).toEqual(['ahead 2 2']);
});

test.each([0, 1, 3])('With room for %d no more are counted, until some end.', (most) => {
	const { hear, lasting, clock, fired } = spells(new Room(most));
	for (let i = 0; i < most; i++) {
		expect(hear(`web-${i}`, true)).toBe(true);
	}
	expect([hear('more', true), hear('more', false)]).toEqual([false, true]);
	clock.pass(1000);
	expect(fired()).toHaveLength(most);
	expect(hear('more', true)).toBe(false);
	lasting.clear();
	expect(hear('more', true)).toBe(most > 0);
});

test('A spell goes on after a crash: it is due when it would have been, or at once.', () => {
	const { clock, lasting, fired } = spells();
	const now = clock.port.now();
	const at = (seq: number, name: string): Event => ({
		seq,
		time: now,
		type: 'process.sample',
		name,
		fields: [],
	});
	const see = (event: Event) => ({ seq: event.seq });
	lasting.restore(
		[
			['web', { since: now - 600, event: at(1, 'web'), isOver: false }],
			['late', { since: now - 5000, event: at(2, 'late'), isOver: false }],
			['over', { since: now - 5000, event: at(3, 'over'), isOver: true }],
			['set', { since: now + 5000, event: at(4, 'set'), isOver: false }],
		],
		see,
	);
	clock.pass(0);
	expect(fired()).toEqual(['late 2 2']);
	clock.pass(399);
	expect(fired()).toEqual([]);
	clock.pass(1);
	expect(fired()).toEqual(['web 1 1']);
	clock.pass(5000);
	expect(fired()).toEqual(['set 4 4']);
});

test('What becomes of a spell is noted: each that matches, that it was answered, and that it ended.', () => {
	const clock = new VirtualClock();
	const noted: string[] = [];
	const lasting = new Lasting({
		ms: 1000,
		clock: clock.port,
		room: new Room(1),
		fire: () => {},
		note: (name, record) => void noted.push(`${name} ${record?.event.seq} ${record?.isOver}`),
	});
	const hear = (seq: number, isMatch: boolean) => {
		const event: Event = { seq, time: clock.port.now(), type: 'process.sample', name: 'web', fields: [] };
		lasting.hear(event, { seq }, isMatch);
		return event;
	};
	hear(1, true);
	const second = hear(2, true);
	lasting.answered(second);
	clock.pass(1000);
	hear(3, true);
	lasting.answered(second);
	hear(4, false);
	lasting.answered(second);
	expect(noted).toEqual(['web 1 false', 'web 2 false', 'web 2 true', 'web undefined undefined']);
	const none = new Lasting({ ms: 1, clock: clock.port, room: new Room(0), fire: () => {} });
	none.restore([['web', { since: 0, event: second, isOver: false }]], () => ({}));
	expect(clock.waiting).toBe(0);
});
